/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job of the child: what is the file, and what lies in it? */
#define _GNU_SOURCE /* memmem */
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "read/decode.h"
#include "read/decode_int.h"
#include "read/sandbox.h"
#include "read/sheet_book.h"
#include "read/star_meta.h"

enum { PIECE_BYTES = SANDBOX_PIECE_MAX, LOOK_BYTES = 1 << 20, LISTED_MAX = 12 };

/* A file under decoding. */
struct work {
    int file;
    struct str wanted; /* the sheet's name; NULL: none was named */
    decode_say *say;
    struct arena arena;
    struct buf out; /* data that was not said yet */
    bool any;       /* data came already */
};

/* --- saying ------------------------------------------------------------------------------- */

static void flush(struct work *w)
{
    if (w->out.n)
        w->say(DECODE_DATA, buf_view(&w->out));
    buf_clear(&w->out);
}

static bool put(void *context, struct str bytes, struct err *err)
{
    struct work *w = context;
    (void)err;
    if (w->out.n + bytes.n > PIECE_BYTES)
        flush(w);
    if (bytes.n >= PIECE_BYTES)
        w->say(DECODE_DATA, bytes);
    else
        buf_str(&w->out, bytes);
    return true;
}

static void say_sheet(struct work *w, const struct sheet *sheet)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct sheet_area *area = &sheet->area;
    buf_char(&text, (char)sheet->hidden);
    buf_u64(&text, area->rows);
    buf_u32(&text, area->rows ? area->last_column - area->first_column + 1 : 0);
    buf_str(&text, sheet->name);
    w->say(DECODE_SHEET, buf_view(&text));
}

static void say_note(struct work *w, size_t kind, const struct sheet_note *note)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    buf_char(&text, (char)kind);
    buf_u64(&text, note->n);
    for (size_t i = 0; i < note->n && i < SHEET_PLACES_MAX; i++) {
        buf_u32(&text, note->place[i].row);
        buf_u32(&text, note->place[i].column);
    }
    w->say(DECODE_NOTE, buf_view(&text));
}

/* --- spreadsheets ------------------------------------------------------------------------- */

static void list_sheets(const struct book *book, bool only_full, struct buf *out)
{
    size_t n = 0;
    for (size_t i = 0; i < book->sheet_n; i++) {
        const struct sheet *sheet = &book->sheet[i];
        if (only_full && !sheet->area.rows)
            continue;
        if (n++ < LISTED_MAX)
            buf_printf(out, "%s\"%.*s\"%s", n > 1 ? ", " : "", STR_ARG(str_front(sheet->name, 60)),
                       sheet->hidden ? _(" (hidden)") : "");
    }
    if (n > LISTED_MAX)
        buf_text(out, ", …");
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* The same but for the case of letters of ASCII, unless one of them is exactly that. */
static bool is_wanted(struct str name, struct str wanted, bool exactly)
{
    bool same = name.n == wanted.n;
    for (size_t i = 0; same && i < name.n; i++)
        same = exactly ? name.at[i] == wanted.at[i] : lower(name.at[i]) == lower(wanted.at[i]);
    return same;
}

static bool choose_named(const struct work *w, const struct book *book, size_t *ret,
                         struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    bool exactly = false;
    for (size_t i = 0; i < book->sheet_n; i++)
        exactly = exactly || str_eq(book->sheet[i].name, w->wanted);
    for (size_t i = 0; i < book->sheet_n; i++) {
        if (!is_wanted(book->sheet[i].name, w->wanted, exactly))
            continue;
        *ret = i;
        return book->sheet[i].area.rows ||
               FAIL(err, ERR_INPUT, _("Choose another one with --sheet."),
                    _("The sheet \"%.*s\" is empty."), STR_ARG(str_front(w->wanted, 100)));
    }
    list_sheets(book, false, &names);
    return FAIL(err, ERR_NOT_FOUND, _("Choose one of them with --sheet."),
                _("There is no sheet \"%.*s\". There are: %s"), STR_ARG(str_front(w->wanted, 100)),
                names.at);
}

static bool choose(const struct work *w, const struct book *book, size_t *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    size_t full = 0;
    if (w->wanted.at)
        return choose_named(w, book, ret, err);
    for (size_t i = 0; i < book->sheet_n; i++) {
        if (!book->sheet[i].area.rows)
            continue;
        if (full++ == 0)
            *ret = i;
    }
    list_sheets(book, true, &names);
    if (full == 0)
        return FAIL(err, ERR_INPUT, _("Look whether it is the right file."),
                    _("The spreadsheet is empty."));
    return full == 1 || FAIL(err, ERR_INPUT, _("Choose one of them with --sheet."),
                             _("Several sheets hold something: %s"), names.at);
}

/* How a format is read (sheet_book.h). */
struct format {
    const char *name;
    bool (*open)(struct book *book, struct err *err);
    bool (*write)(struct book *book, struct sheet *sheet, sheet_put *put, void *context,
                  struct err *err);
};

static const struct format xlsx = {"xlsx", xlsx_open, xlsx_write};
static const struct format ods = {"ods", ods_open, ods_write};
static const struct format xls = {"xls", xls_open, xls_write};

/* packed: NULL for an xls. */
static bool decode_book(struct work *w, const struct packed *packed, const struct format *format,
                        struct err *err)
{
    CLEANUP(book_release)
    struct book book = {
        .packed = packed, .arena = &w->arena, .stream = BUF_INIT, .texts = BUF_INIT};
    size_t taken = 0;
    book.alive = decode_alive;
    w->say(DECODE_FORMAT, str_of(format->name));
    if ((!packed && !xls_load(w->file, &book, err)) || !format->open(&book, err) ||
        !choose(w, &book, &taken, err))
        return false;
    struct sheet *sheet = &book.sheet[taken];
    for (size_t i = 0; i < book.sheet_n; i++)
        say_sheet(w, &book.sheet[i]);
    CLEANUP(buf_release) struct buf number = BUF_INIT;
    buf_u32(&number, (uint32_t)taken);
    w->say(DECODE_TAKEN, buf_view(&number));
    for (size_t kind = 0; kind < SHEET_NOTE_KINDS; kind++)
        if (sheet->note[kind].n)
            say_note(w, kind, &sheet->note[kind]);
    w->say(DECODE_PART, STR(""));
    if (!format->write(&book, sheet, put, w, err))
        return false;
    flush(w);
    return true;
}

/* --- other archives ----------------------------------------------------------------------- */

static bool has_suffix(struct str name, const char *suffix)
{
    size_t n = strlen(suffix);
    if (name.n < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(name.at[name.n - n + i]) != suffix[i])
            return false;
    return true;
}

/* A table by its name; what operating systems leave behind is none. */
static bool is_table(struct str name)
{
    struct str rest = name;
    struct str part;
    while (str_cut(&rest, '/', &part))
        if (str_starts(part, STR(".")) || str_eq(part, STR("__MACOSX")))
            return false;
    return has_suffix(name, ".csv") || has_suffix(name, ".tsv") || has_suffix(name, ".txt");
}

static bool is_empty(struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Look whether it is the right file."),
                _("The archive is empty."));
}

static bool nothing_inside(const struct packed *packed, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    for (size_t i = 0; i < packed->name_n && i < LISTED_MAX; i++)
        buf_printf(&names, "%s%.*s", i ? ", " : "", STR_ARG(str_front(packed->name[i], 60)));
    if (packed->name_n == 0)
        return is_empty(err);
    return FAIL(err, ERR_INPUT, _("Unpack it and take the table itself."),
                _("The archive holds no .csv, .tsv or .txt, but: %s"), names.at);
}

/* --- Darwin Core archives and data packages ------------------------------------------------- */

/* The folder, with its /, that a file lies in at the top of an archive or in its only folder; NULL:
 * it is not there. */
static const char *folder_of(struct work *w, const struct packed *packed, struct str file)
{
    const char *found = NULL;
    for (size_t i = 0; i < packed->name_n; i++) {
        struct str name = packed->name[i];
        struct str front = {name.at, name.n >= file.n ? name.n - file.n : 0};
        if (str_eq(name, file))
            return "";
        const char *slash = memchr(front.at, '/', front.n);
        if (!str_ends(name, file) || front.n < 2 || slash != front.at + front.n - 1 ||
            str_starts(name, STR("__MACOSX")))
            continue;
        if (found)
            return NULL;
        found = arena_copy(&w->arena, front);
    }
    return found;
}

/* What feeds a description: a member, or the file itself. */
struct feeding {
    const struct packed *packed; /* NULL: the file */
    struct str name;
    int file;
};

static bool feed_description(void *context, packed_take *take, void *to, struct err *err)
{
    const struct feeding *f = context;
    char piece[PIECE_BYTES];
    ssize_t n = 0;
    if (f->packed)
        return packed_read(f->packed, f->name, take, to, err);
    if (lseek(f->file, 0, SEEK_SET) != 0)
        return false;
    while ((n = read(f->file, piece, sizeof piece)) > 0)
        if (!take(to, (struct str){piece, (size_t)n}, err))
            return false;
    return n == 0;
}

/* Say the description as the first part. */
static bool describe(struct work *w, struct feeding *from, struct star_meta *meta, struct err *err)
{
    *meta = (struct star_meta){
        .arena = &w->arena, .out = &w->out, .text = BUF_INIT, .fields = BUF_INIT};
    w->say(DECODE_FORMAT, STR("dwca"));
    w->say(DECODE_PART, STR(""));
    if (!star_describe(meta, feed_description, from, err))
        return false;
    flush(w);
    return true;
}

static bool say_member(struct work *w, const struct packed *packed, struct str name, size_t skip,
                       struct err *err)
{
    w->say(DECODE_PART, (struct str){name.at + skip, name.n - skip});
    if (!packed_read(packed, name, put, w, err))
        return err_context(err, "%.*s", STR_ARG(str_front(name, 100)));
    flush(w);
    return true;
}

static bool is_named(const struct star_meta *meta, struct str name)
{
    for (size_t i = 0; i < meta->table_n; i++)
        if (str_eq(meta->location[i], name))
            return true;
    return false;
}

/* The description, then the files that it names. */
static bool decode_star(struct work *w, const struct packed *packed, const char *folder,
                        struct err *err)
{
    const char *name = arena_printf(&w->arena, "%smeta.xml", folder);
    struct feeding from = {.packed = packed, .name = str_of(name)};
    size_t skip = strlen(folder);
    struct star_meta meta;
    bool fine = describe(w, &from, &meta, err);
    for (size_t i = 0; fine && i < packed->name_n; i++) {
        struct str member = packed->name[i];
        struct str inside = {member.at + skip, member.n - skip};
        if (str_eq(member, str_of(name)) || str_starts(member, STR("__MACOSX")))
            continue;
        if (str_starts(member, str_of(folder)) && is_named(&meta, inside))
            fine = say_member(w, packed, member, skip, err);
        else
            w->say(DECODE_LEFT_OUT, member);
    }
    star_meta_release(&meta);
    return fine;
}

/* datapackage.json, then all tables. */
static bool decode_package(struct work *w, const struct packed *packed, const char *folder,
                           struct err *err)
{
    const char *name = arena_printf(&w->arena, "%sdatapackage.json", folder);
    w->say(DECODE_FORMAT, STR("datapackage"));
    if (!say_member(w, packed, str_of(name), strlen(folder), err))
        return false;
    for (size_t i = 0; i < packed->name_n; i++) {
        struct str member = packed->name[i];
        if (str_eq(member, str_of(name)) || str_starts(member, STR("__MACOSX")))
            continue;
        if (!str_starts(member, str_of(folder)) || !is_table(member))
            w->say(DECODE_LEFT_OUT, member);
        else if (!say_member(w, packed, member, strlen(folder), err))
            return false;
    }
    return true;
}

static bool decode_members(struct work *w, const struct packed *packed, struct err *err)
{
    size_t n = 0;
    w->say(DECODE_FORMAT, STR("zip"));
    for (size_t i = 0; i < packed->name_n; i++)
        n += is_table(packed->name[i]);
    if (n == 0)
        return nothing_inside(packed, err);
    if (n > DECODE_PARTS_MAX)
        return FAIL(err, ERR_LIMIT, _("Unpack it and take the files that you need."),
                    _("The archive holds more than %d tables."), DECODE_PARTS_MAX);
    for (size_t i = 0; i < packed->name_n; i++) {
        if (!is_table(packed->name[i])) {
            w->say(DECODE_LEFT_OUT, packed->name[i]);
            continue;
        }
        w->say(DECODE_PART, packed->name[i]);
        if (!packed_read(packed, packed->name[i], put, w, err))
            return err_context(err, "%.*s", STR_ARG(str_front(packed->name[i], 100)));
        flush(w);
    }
    return true;
}

static bool keep_front(void *context, struct str piece, struct err *err)
{
    struct buf *front = context;
    (void)err;
    if (front->n < LOOK_BYTES)
        buf_str(front, str_front(piece, LOOK_BYTES - front->n));
    return true;
}

static bool decode_document(struct work *w, const struct packed *packed, struct err *err)
{
    CLEANUP(buf_release) struct buf type = BUF_INIT;
    CLEANUP(buf_release) struct buf manifest = BUF_INIT;
    struct str listed = STR("META-INF/manifest.xml");
    if (!packed_read(packed, STR("mimetype"), keep_front, &type, err) ||
        (packed_has(packed, listed) && !packed_read(packed, listed, keep_front, &manifest, err)))
        return false;
    if (!str_starts(buf_view(&type), STR("application/vnd.oasis.opendocument.spreadsheet")))
        return FAIL(err, ERR_UNSUPPORTED, _("Save the table as .ods or .csv and take that file."),
                    _("This document is no spreadsheet."));
    if (memmem(manifest.at, manifest.n, "encryption-data", 15))
        return decode_is_locked(err);
    return decode_book(w, packed, &ods, err);
}

static bool decode_zip(struct work *w, struct err *err)
{
    struct packed packed;
    if (!packed_open(w->file, &w->arena, &packed, err))
        return false;
    if (packed_has(&packed, STR("mimetype")) && packed_has(&packed, STR("content.xml")))
        return decode_document(w, &packed, err);
    if (packed_has(&packed, STR("[Content_Types].xml")))
        return decode_book(w, &packed, &xlsx, err);
    const char *star = folder_of(w, &packed, STR("meta.xml"));
    const char *package = folder_of(w, &packed, STR("datapackage.json"));
    if (star)
        return decode_star(w, &packed, star, err);
    return package ? decode_package(w, &packed, package, err) : decode_members(w, &packed, err);
}

/* A tape archive behind gzip is no table. SOURCE: POSIX.1-2008, pax, ustar Interchange Format. */
static bool put_plain(void *context, struct str piece, struct err *err)
{
    struct work *w = context;
    if (!w->any && piece.n > 262 && memcmp(piece.at + 257, "ustar", 5) == 0)
        return FAIL(err, ERR_UNSUPPORTED, _("Unpack it, then take the folder or the table in it."),
                    _("This is a .tar archive behind gzip, which is not read."));
    w->any = true;
    return put(w, piece, err);
}

/* --- what is the file --------------------------------------------------------------------- */

bool decode_with(int file, struct str request, decode_say *say, struct err *err)
{
    struct work w = {.file = file, .say = say, .out = BUF_INIT};
    char front[DECODE_FRONT_BYTES];
    if (request.n && request.at[0] == '=')
        w.wanted = (struct str){request.at + 1, request.n - 1};
    ssize_t n = lseek(file, 0, SEEK_SET) == 0 ? read(file, front, sizeof front) : -1;
    enum decode_kind kind = decode_kind((struct str){front, n > 0 ? (size_t)n : 0});
    bool done = false;
    if (request.n == 1 && request.at[0] == DECODE_DESCRIBE) {
        struct feeding from = {.packed = NULL, .file = file};
        struct star_meta meta;
        done = describe(&w, &from, &meta, err);
        star_meta_release(&meta);
    } else if (kind == DECODE_IS_ZIP) {
        done = decode_zip(&w, err);
    } else if (kind == DECODE_IS_EMPTY_ZIP) {
        done = is_empty(err);
    } else if (kind == DECODE_IS_GZIP) {
        say(DECODE_FORMAT, STR("gzip"));
        say(DECODE_PART, STR(""));
        done = packed_gunzip(file, put_plain, &w, err);
        flush(&w);
    } else if (kind == DECODE_IS_CONTAINER) {
        done = decode_book(&w, NULL, &xls, err);
    } else {
        done = FAIL(err, ERR_UNSUPPORTED, _("Unpack it and take the table itself."),
                    _("This kind of archive is not read."));
    }
    buf_release(&w.out);
    arena_release(&w.arena);
    return done;
}

bool decode_work(struct str request, struct err *err)
{
    return decode_with(SANDBOX_FILE, request, sandbox_say, err);
}
