/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The side that asks: what the child says becomes a struct decoded. All of it is foreign. */
#include "read/decode.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "read/decode_int.h"
#include "read/sandbox.h"
#include "read/source_int.h"

static const uint64_t NOTES_MAX = (UINT64_C(1) << 53) - 1;
enum { LEFT_OUT_MAX = 100, NOTE_BYTES = 9, PLACE_BYTES = 8, SHEET_BYTES = 13 };

/* --- what is the file --------------------------------------------------------------------- */

/* SOURCE: APPNOTE.TXT 6.3.10 of PKWARE; RFC 1952; [MS-CFB] 2.2; the formats' own descriptions. */
enum decode_kind decode_kind(struct str front)
{
    static const struct {
        struct str magic;
        enum decode_kind kind;
    } magics[] = {
        {{"PK\x03\x04", 4}, DECODE_IS_ZIP},
        {{"PK\x05\x06", 4}, DECODE_IS_EMPTY_ZIP},
        {{"\x1F\x8B", 2}, DECODE_IS_GZIP},
        {{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8}, DECODE_IS_CONTAINER},
        {{"7z\xBC\xAF\x27\x1C", 6}, DECODE_IS_OTHER},
        {{"Rar!\x1A\x07", 6}, DECODE_IS_OTHER},
        {{"\xFD"
          "7zXZ\0",
          6},
         DECODE_IS_OTHER},
        {{"BZh9", 4}, DECODE_IS_OTHER},
        {{"\x28\xB5\x2F\xFD", 4}, DECODE_IS_OTHER}, /* zstd */
        {{"PK\x07\x08", 4}, DECODE_IS_OTHER},       /* a zip archive in several files */
    };
    for (size_t i = 0; i < COUNT_OF(magics); i++)
        if (str_starts(front, magics[i].magic))
            return magics[i].kind;
    return DECODE_IS_PLAIN;
}

bool decode_is_needed(struct str front)
{
    return decode_kind(front) != DECODE_IS_PLAIN;
}

bool decode_is_locked(struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Save it without a password and take that file."),
                _("The file is locked with a password."));
}

/* --- taking what the child says ----------------------------------------------------------- */

struct taking {
    struct decoded *to;
    struct arena *arena;
    const char *name;
};

static bool nonsense(const struct taking *t, struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Open it where it was made and save it anew, or as .csv."),
                _("%s cannot be read: it is damaged or was made to do harm."), t->name);
}

static uint64_t number_at(struct str bytes, size_t from, size_t n)
{
    uint64_t value = 0;
    for (size_t i = n; i > 0; i--)
        value = value << 8 | (unsigned char)bytes.at[from + i - 1];
    return value;
}

/* A name: valid UTF-8 of bounded length; what it says is for others to judge. */
static bool take_name(const struct taking *t, struct str bytes, struct str *ret, struct err *err)
{
    size_t at;
    if (bytes.n > 1024 || !str_utf8(bytes, &at) || memchr(bytes.at, '\0', bytes.n))
        return nonsense(t, err);
    *ret = arena_str(t->arena, bytes);
    return true;
}

static bool take_format(const struct taking *t, struct str bytes, struct err *err)
{
    static const char *const formats[] = {"xlsx", "xls",  "ods",        "zip",
                                          "gzip", "dwca", "datapackage"};
    for (size_t i = 0; i < COUNT_OF(formats); i++)
        if (str_eq(bytes, str_of(formats[i])))
            t->to->format = formats[i];
    return t->to->format || nonsense(t, err);
}

static bool take_sheet(const struct taking *t, struct str bytes, struct err *err)
{
    struct decoded *to = t->to;
    if (bytes.n < SHEET_BYTES || to->sheet_n == SHEET_SHEETS_MAX || to->taken)
        return nonsense(t, err);
    if (!to->sheet)
        to->sheet = arena_get(t->arena, SHEET_SHEETS_MAX, sizeof *to->sheet);
    struct decoded_sheet *sheet = &to->sheet[to->sheet_n++];
    sheet->hidden = bytes.at[0] != 0;
    sheet->rows = number_at(bytes, 1, 8);
    sheet->columns = (uint32_t)number_at(bytes, 9, 4);
    if (sheet->rows > SHEET_ROWS_MAX || sheet->columns > SHEET_COLUMNS_MAX)
        return nonsense(t, err);
    return take_name(t, (struct str){bytes.at + SHEET_BYTES, bytes.n - SHEET_BYTES}, &sheet->name,
                     err);
}

static bool take_choice(const struct taking *t, struct str bytes, struct err *err)
{
    uint64_t i = bytes.n == 4 ? number_at(bytes, 0, 4) : UINT64_MAX;
    if (i >= t->to->sheet_n)
        return nonsense(t, err);
    t->to->taken = &t->to->sheet[i];
    return true;
}

static bool take_note(const struct taking *t, struct str bytes, struct err *err)
{
    size_t kind = bytes.n ? (unsigned char)bytes.at[0] : SHEET_NOTE_KINDS;
    size_t places = bytes.n >= NOTE_BYTES ? (bytes.n - NOTE_BYTES) / PLACE_BYTES : 0;
    if (kind >= SHEET_NOTE_KINDS || bytes.n != NOTE_BYTES + places * PLACE_BYTES)
        return nonsense(t, err);
    struct sheet_note *note = &t->to->note[kind];
    note->n = number_at(bytes, 1, 8);
    /* A row may be repeated, and all its cells; more than that no sheet has. */
    if (note->n > NOTES_MAX || places != (note->n < SHEET_PLACES_MAX ? note->n : SHEET_PLACES_MAX))
        return nonsense(t, err);
    for (size_t i = 0; i < places; i++) {
        size_t at = NOTE_BYTES + i * PLACE_BYTES;
        note->place[i].row = (uint32_t)number_at(bytes, at, 4);
        note->place[i].column = (uint32_t)number_at(bytes, at + 4, 4);
    }
    return true;
}

bool decoded_new(const char *format, struct decoded *ret, struct err *err)
{
    *ret = (struct decoded){.format = format, .file = file_unnamed()};
    return ret->file >= 0 || err_errno(err, _("write"), _("a temporary file"));
}

bool decoded_begin(struct decoded *to, struct str name, struct arena *arena)
{
    if (to->part_n == DECODE_PARTS_MAX)
        return false;
    if (!to->part)
        to->part = arena_get(arena, DECODE_PARTS_MAX, sizeof *to->part);
    struct decoded_part *part = &to->part[to->part_n++];
    part->offset = to->part_n > 1 ? part[-1].offset + part[-1].n : 0;
    part->name = arena_str(arena, name);
    return true;
}

bool decoded_put(struct decoded *to, struct str bytes, const char *name, struct err *err)
{
    to->part[to->part_n - 1].n += bytes.n;
    while (bytes.n) {
        ssize_t n = write(to->file, bytes.at, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return FAIL(err, ERR_IO, _("Make room on the disk, then try again."),
                        _("What %s holds could not be put on the disk."), name);
        bytes = (struct str){bytes.at + n, bytes.n - (size_t)n};
    }
    return true;
}

static bool take_part(const struct taking *t, struct str bytes, struct err *err)
{
    struct str name;
    return take_name(t, bytes, &name, err) &&
           (decoded_begin(t->to, name, t->arena) || nonsense(t, err));
}

static bool take_data(const struct taking *t, struct str bytes, struct err *err)
{
    return t->to->part_n ? decoded_put(t->to, bytes, t->name, err) : nonsense(t, err);
}

static bool take_left_out(const struct taking *t, struct str bytes, struct err *err)
{
    struct decoded *to = t->to;
    if (to->left_out_n == LEFT_OUT_MAX)
        return true;
    if (!to->left_out)
        to->left_out = arena_get(t->arena, LEFT_OUT_MAX, sizeof *to->left_out);
    return take_name(t, bytes, &to->left_out[to->left_out_n++], err);
}

static bool take(void *context, unsigned char kind, struct str bytes, struct err *err)
{
    static const struct {
        char kind;
        bool (*take)(const struct taking *t, struct str bytes, struct err *err);
    } ways[] = {{DECODE_FORMAT, take_format},    {DECODE_SHEET, take_sheet},
                {DECODE_TAKEN, take_choice},     {DECODE_NOTE, take_note},
                {DECODE_PART, take_part},        {DECODE_DATA, take_data},
                {DECODE_LEFT_OUT, take_left_out}};
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        if (ways[i].kind == (char)kind)
            return ways[i].take(context, bytes, err);
    return nonsense(context, err);
}

static void close_file(const int *file)
{
    if (*file >= 0)
        (void)close(*file);
}

void decoded_release(struct decoded *decoded)
{
    close_file(&decoded->file);
    decoded->file = -1;
}

bool decode_file(const struct decode_request *request, struct arena *arena, struct decoded *ret,
                 struct err *err)
{
    struct taking taking = {ret, arena, request->path};
    CLEANUP(buf_release) struct buf wanted = BUF_INIT;
    *ret = (struct decoded){.file = -1};
    if (request->sheet)
        buf_printf(&wanted, "=%s", request->sheet);
    else if (request->describe)
        buf_char(&wanted, DECODE_DESCRIBE);
    if (wanted.n > SANDBOX_REQUEST_MAX)
        return FAIL(err, ERR_USAGE, "", _("The name of the sheet is too long."));
    int file CLEANUP(close_file) = open(request->path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return err_errno(err, _("read"), request->path);
    ret->file = file_unnamed();
    if (ret->file < 0)
        return err_errno(err, _("write"), _("a temporary file"));
    const struct sandbox_run run = {.file = file,
                                    .name = request->path,
                                    .request = buf_view(&wanted),
                                    .max_bytes = request->max_bytes,
                                    .take = take,
                                    .context = &taking,
                                    .cancelled = request->cancelled};
    if (sandbox_run(&run, err))
        return ret->part_n > 0 || nonsense(&taking, err);
    decoded_release(ret);
    return false;
}

bool decoded_read(const struct decoded *decoded, const struct decoded_part *part, uint64_t offset,
                  void *to, size_t n, struct err *err)
{
    char *at = to;
    BUG_IF(offset > part->n || n > part->n - offset);
    while (n) {
        ssize_t got = pread(decoded->file, at, n, (off_t)(part->offset + offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return err_errno(err, _("read"), _("a temporary file"));
        at += got;
        offset += (uint64_t)got;
        n -= (size_t)got;
    }
    return true;
}

bool decoded_all(const struct decoded *decoded, const struct decoded_part *part, struct buf *out,
                 struct err *err)
{
    buf_reserve(out, (size_t)part->n);
    if (!decoded_read(decoded, part, 0, out->at + out->n, (size_t)part->n, err))
        return false;
    out->n += (size_t)part->n;
    out->at[out->n] = '\0';
    return true;
}
