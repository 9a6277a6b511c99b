/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/star.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "read/csv_put.h"
#include "read/decode_int.h"
#include "read/source_int.h"
#include "read/star_meta.h"

enum { DESCRIPTION_MAX = 1 << 24, WINDOW_BYTES = 1 << 16 };

struct field {
    uint64_t index; /* UINT64_MAX: none, the default holds in every row */
    struct str name;
    bool has_default;
    struct str fallback;
};

struct table {
    bool is_core;
    struct str name; /* of rowType, in small letters */
    struct str location;
    struct csv_dialect dialect;
    uint64_t skip;  /* lines before the first row */
    uint64_t id;    /* index; UINT64_MAX: none */
    size_t field_0; /* its first field */
    size_t field_n;
};

/* An archive under way. */
struct star {
    const char *path;
    const struct decoded *files; /* NULL: a folder */
    struct arena *arena;
    struct table *table; /* (table_n) */
    size_t table_n;
    struct field *field;
    size_t field_n;
    struct str metadata; /* the file that meta.xml names; empty: none */
    struct decoded *to;
    struct buf remark;
};

static bool refuse(const struct star *s, struct err *err, const char *what, struct str name)
{
    return FAIL(err, ERR_INPUT, _("Correct meta.xml, or take the table in it by itself."),
                _("%s: meta.xml: %s \"%.*s\""), s->path, what, STR_ARG(str_front(name, 100)));
}

static bool refuse_package(const char *path, struct err *err, const char *what, const char *name)
{
    return FAIL(err, ERR_INPUT, _("Correct datapackage.json, or take the table in it by itself."),
                _("%s: datapackage.json: %s \"%s\""), path, what, name);
}

/* --- the description ------------------------------------------------------------------------ */

/* "occurrenceID" of "http://rs.tdwg.org/dwc/terms/occurrenceID" */
static struct str short_name(struct str term)
{
    size_t n = term.n;
    while (n && term.at[n - 1] != '/' && term.at[n - 1] != '#')
        n--;
    return (struct str){term.at + n, term.n - n};
}

static bool read_sign(struct str text, char *ret)
{
    static const struct {
        struct str text;
        char sign;
    } escaped[] = {{{"\\t", 2}, '\t'}, {{"", 0}, '\0'}};
    for (size_t i = 0; i < COUNT_OF(escaped); i++)
        if (str_eq(text, escaped[i].text)) {
            *ret = escaped[i].sign;
            return true;
        }
    *ret = text.at[0];
    return text.n == 1 && (unsigned char)text.at[0] < 0x80 && text.at[0] != '\n' &&
           text.at[0] != '\r';
}

static bool read_encoding(struct str text, enum csv_encoding *ret)
{
    static const struct {
        const char *name;
        enum csv_encoding encoding;
    } known[] = {{"utf-8", CSV_UTF8},          {"utf8", CSV_UTF8},
                 {"us-ascii", CSV_UTF8},       {"ascii", CSV_UTF8},
                 {"windows-1252", CSV_CP1252}, {"cp1252", CSV_CP1252},
                 {"iso-8859-1", CSV_CP1252},   {"latin1", CSV_CP1252},
                 {"utf-16le", CSV_UTF16LE},    {"utf-16be", CSV_UTF16BE}};
    char small[16] = "";
    for (size_t i = 0; i < text.n && i + 1 < sizeof small; i++)
        small[i] =
            (char)(text.at[i] >= 'A' && text.at[i] <= 'Z' ? text.at[i] - 'A' + 'a' : text.at[i]);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (text.n < sizeof small && strcmp(small, known[i].name) == 0) {
            *ret = known[i].encoding;
            return true;
        }
    return false;
}

static bool read_index(struct str text, uint64_t *ret)
{
    *ret = UINT64_MAX;
    return text.n == 0 || str_uint(text, CSV_COLUMNS_MAX, ret);
}

static struct str small_name(struct star *s, struct str row_type)
{
    char *name = arena_copy(s->arena, short_name(row_type));
    for (char *at = name; *at; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    return *name ? str_of(name) : STR("table");
}

static bool read_table(struct star *s, const struct str *cell, struct err *err)
{
    struct table *t = &s->table[s->table_n++];
    *t = (struct table){.is_core = str_eq(cell[0], STR("core")),
                        .name = small_name(s, cell[1]),
                        .location = arena_str(s->arena, cell[2]),
                        .field_0 = s->field_n};
    t->dialect.point = '.';
    if (t->location.n == 0)
        return refuse(s, err, _("it names no file for the table"), t->name);
    if (t->location.at[0] == '.' || memchr(t->location.at, '/', t->location.n) ||
        memchr(t->location.at, '\\', t->location.n))
        return refuse(s, err, _("a file in another folder or on the web is not read:"),
                      t->location);
    if (!read_sign(cell[3], &t->dialect.separator))
        return refuse(s, err, _("fields parted in this way are not read:"), cell[3]);
    if (!read_sign(cell[4], &t->dialect.quote))
        return refuse(s, err, _("fields enclosed in this way are not read:"), cell[4]);
    if (!read_encoding(cell[5], &t->dialect.encoding))
        return refuse(s, err, _("this encoding is not read:"), cell[5]);
    if (!str_uint(cell[6], 1000, &t->skip) || !read_index(cell[7], &t->id))
        return refuse(s, err, _("this is no number of lines or of a field:"), cell[6]);
    t->dialect.header = t->skip > 0;
    return true;
}

static bool read_field(struct star *s, const struct str *cell, struct err *err)
{
    struct field *f = &s->field[s->field_n++];
    *f = (struct field){.name = arena_str(s->arena, short_name(cell[2])),
                        .has_default = cell[3].n > 0,
                        .fallback = arena_str(s->arena, cell[4])};
    if (s->table_n == 0 || f->name.n == 0 || !read_index(cell[1], &f->index) ||
        (f->index == UINT64_MAX && !f->has_default))
        return refuse(s, err, _("this field has no term, or no place and no default:"), cell[2]);
    s->table[s->table_n - 1].field_n++;
    return true;
}

static bool take_line(void *context, const struct csv_record *record, struct err *err)
{
    struct star *s = context;
    const struct str *cell = record->field;
    if (record->fault || record->field_n != STAR_CELLS || s->table_n == STAR_TABLES_MAX ||
        s->field_n == STAR_FIELDS_MAX)
        return refuse(s, err, _("it cannot be read from"), cell[0]);
    if (str_eq(cell[0], STR("field")))
        return read_field(s, cell, err);
    if (!str_eq(cell[0], STR("metadata")))
        return read_table(s, cell, err);
    s->metadata = arena_str(s->arena, cell[1]);
    return true;
}

static bool read_description(struct star *s, struct str text, struct err *err)
{
    static const struct csv_dialect dialect = {
        .separator = ',', .quote = '"', .point = '.', .encoding = CSV_UTF8};
    s->table = arena_get(s->arena, STAR_TABLES_MAX, sizeof *s->table);
    s->field = arena_get(s->arena, STAR_FIELDS_MAX, sizeof *s->field);
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&dialect, take_line, s);
    return csv_feed(reader, text, err) && csv_end(reader, err);
}

/* --- a table as CSV ------------------------------------------------------------------------- */

struct converting {
    const struct star *star;
    const struct table *table;
    struct buf out;
    struct str *cell; /* (cells) */
    size_t fields;    /* in each row of the file; 0: none was read yet */
    size_t cells;     /* in each row of the CSV */
};

/* The field of the table at an index, the first one; NULL: none. */
static const struct field *field_at(const struct converting *c, uint64_t index)
{
    const struct field *field = &c->star->field[c->table->field_0];
    for (size_t i = 0; i < c->table->field_n; i++)
        if (field[i].index == index)
            return &field[i];
    return NULL;
}

static bool check_places(const struct converting *c, struct err *err)
{
    const struct table *t = c->table;
    uint64_t last = t->id == UINT64_MAX ? 0 : t->id;
    for (size_t i = 0; i < t->field_n; i++) {
        uint64_t index = c->star->field[t->field_0 + i].index;
        if (index != UINT64_MAX && index > last)
            last = index;
    }
    return last < c->fields ||
           FAIL(err, ERR_INPUT, _("Correct meta.xml, or take the table in it by itself."),
                _("%s: meta.xml names the field %llu of %.*s, which has only %zu."), c->star->path,
                (unsigned long long)last + 1, STR_ARG(t->location), c->fields);
}

/* The first record tells how many fields there are; then the names can be written. */
static bool put_names(struct converting *c, const struct csv_record *record, struct err *err)
{
    const struct table *t = c->table;
    struct arena *arena = c->star->arena;
    c->fields = record->field_n;
    c->cell = arena_get(arena, c->fields + t->field_n, sizeof *c->cell);
    if (!check_places(c, err))
        return false;
    for (size_t i = 0; i < c->fields; i++) {
        const struct field *field = field_at(c, i);
        bool named = record->position == 0 && str_trim(record->field[i]).n;
        if (field)
            c->cell[i] = field->name;
        else if (i == t->id)
            c->cell[i] = t->is_core ? STR("id") : STR("coreid");
        else
            c->cell[i] = named ? arena_str(arena, record->field[i])
                               : str_of(arena_printf(arena, "column_%zu", i + 1));
    }
    c->cells = c->fields;
    for (size_t i = 0; i < t->field_n; i++) {
        const struct field *field = &c->star->field[t->field_0 + i];
        if (field->index == UINT64_MAX || field_at(c, field->index) != field)
            c->cell[c->cells++] = field->name;
    }
    csv_put_line(&c->out, c->cell, c->cells);
    return true;
}

static void put_row(struct converting *c, const struct csv_record *record)
{
    const struct table *t = c->table;
    size_t n = c->fields;
    for (size_t i = 0; i < c->fields; i++) {
        const struct field *field = field_at(c, i);
        c->cell[i] = record->field[i];
        if (record->field[i].n == 0 && field && field->has_default)
            c->cell[i] = field->fallback;
    }
    for (size_t i = 0; i < t->field_n; i++) {
        const struct field *field = &c->star->field[t->field_0 + i];
        if (field->index == UINT64_MAX)
            c->cell[n++] = field->fallback;
        else if (field_at(c, field->index) != field)
            c->cell[n++] = record->field[field->index];
    }
    csv_put_line(&c->out, c->cell, n);
}

/* A row that cannot be read stays one: its fields as they are, one more where they would fit. */
static void put_faulty(struct converting *c, const struct csv_record *record)
{
    struct str *cell = arena_get(c->star->arena, record->field_n + 2, sizeof *cell);
    size_t n = record->field_n;
    for (size_t i = 0; i < n; i++)
        cell[i] = record->field[i];
    cell[n] = cell[n + 1] = STR("");
    csv_put_line(&c->out, cell, n == c->cells ? n + 1 : n ? n : c->cells + 1);
}

static bool take_record(void *context, const struct csv_record *record, struct err *err)
{
    struct converting *c = context;
    if (c->fields == 0 && !put_names(c, record, err))
        return false;
    if (record->position == 0 || (c->table->skip && record->position < c->table->skip))
        return true;
    if (record->fault)
        put_faulty(c, record);
    else
        put_row(c, record);
    if (c->out.n < WINDOW_BYTES)
        return true;
    bool fine = decoded_put(c->star->to, buf_view(&c->out), c->star->path, err);
    buf_clear(&c->out);
    return fine;
}

static bool find_file(const struct star *s, struct str name, struct bytes *ret, struct err *err)
{
    if (s->files)
        for (size_t i = 1; i < s->files->part_n; i++)
            if (str_eq(s->files->part[i].name, name)) {
                *ret = source_part_bytes(s->files, i, s->path, s->arena);
                return true;
            }
    const char *path = arena_printf(s->arena, "%s/%.*s", s->path, STR_ARG(name));
    if (!s->files && file_exists(path))
        return bytes_of_file(path, s->arena, ret, err);
    if (!s->table)
        return refuse_package(s->path, err, _("it names a file that is not there:"),
                              arena_copy(s->arena, name));
    return refuse(s, err, _("it names a file that is not there:"), name);
}

static bool feed(struct csv_reader *reader, const struct bytes *bytes, struct err *err)
{
    char window[WINDOW_BYTES];
    for (uint64_t at = 0; at < bytes->n;) {
        size_t n = bytes->n - at < sizeof window ? (size_t)(bytes->n - at) : sizeof window;
        if (!bytes_read(bytes, at, window, n, err) ||
            !csv_feed(reader, (struct str){window, n}, err))
            return false;
        at += n;
    }
    return csv_end(reader, err);
}

/* Where meta.xml does not say what parts fields it is a comma; some programs mean a tab, and the
 * first line tells. */
static bool find_separator(struct star *s, const struct table *t, const struct bytes *bytes,
                           char *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct str line;
    if (!bytes_front(bytes, WINDOW_BYTES, &text, err))
        return false;
    struct str rest = buf_view(&text);
    (void)str_cut(&rest, '\n', &line);
    *ret = !memchr(line.at, ',', line.n) && memchr(line.at, '\t', line.n) ? '\t' : ',';
    if (*ret == '\t')
        buf_printf(&s->remark,
                   _("%s: meta.xml does not say what parts the fields; in %.*s tabs do\n"), s->path,
                   STR_ARG(t->location));
    return true;
}

static bool convert(struct star *s, const struct table *t, struct err *err)
{
    struct converting c = {.star = s, .table = t, .out = BUF_INIT};
    struct bytes bytes;
    char mark[3];
    if (!find_file(s, t->location, &bytes, err))
        return false;
    struct csv_dialect dialect = t->dialect;
    if (!dialect.separator && !find_separator(s, t, &bytes, &dialect.separator, err))
        return false;
    if (bytes.n >= 3 && bytes_read(&bytes, 0, mark, 3, err) && memcmp(mark, "\xEF\xBB\xBF", 3) == 0)
        dialect.skip_bytes = 3;
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&dialect, take_record, &c);
    bool fine = err->code == ERR_NONE && feed(reader, &bytes, err) &&
                (c.fields || refuse(s, err, _("this table is empty:"), t->location)) &&
                decoded_put(s->to, buf_view(&c.out), s->path, err);
    buf_release(&c.out);
    return fine;
}

/* --- all tables ----------------------------------------------------------------------------- */

/* A table of which nothing but names is there (an empty extension) is passed over. */
static bool has_rows(struct star *s, const struct table *t, bool *ret, struct err *err)
{
    struct bytes bytes;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    uint64_t lines = 0;
    *ret = true;
    if (!find_file(s, t->location, &bytes, err))
        return false;
    if (bytes.n > WINDOW_BYTES)
        return true;
    if (!bytes_front(&bytes, WINDOW_BYTES, &text, err))
        return false;
    struct str rest = buf_view(&text);
    struct str line;
    while (str_cut(&rest, '\n', &line))
        lines += str_trim(line).n > 0;
    *ret = lines > t->skip;
    return true;
}

static void name_source(struct star *s, const struct table *t, struct source *source)
{
    const struct field *id = NULL;
    for (size_t i = 0; i < t->field_n && !id; i++)
        if (s->field[t->field_0 + i].index == t->id)
            id = &s->field[t->field_0 + i];
    source->table = arena_copy(s->arena, t->name);
    source->is_canonical = true;
    if (!t->is_core && t->id != UINT64_MAX)
        source->group = id ? arena_copy(s->arena, id->name) : "coreid";
}

static bool fill(struct star *s, struct sources *ret, struct err *err)
{
    ret->source = arena_get(s->arena, s->table_n, sizeof *ret->source);
    for (size_t i = 0; i < s->table_n; i++) {
        const struct table *t = &s->table[i];
        bool any;
        if (!has_rows(s, t, &any, err))
            return false;
        if (!any) {
            buf_printf(&s->remark, _("%s: no row is in it: %.*s\n"), s->path, STR_ARG(t->location));
            continue;
        }
        if (!decoded_begin(s->to, t->location, s->arena) || !convert(s, t, err))
            return err->code ? false : refuse(s, err, _("too many tables:"), t->location);
        struct source *source = &ret->source[ret->n];
        source->decoded = s->to;
        source->bytes = source_part_bytes(s->to, ret->n++, s->path, s->arena);
        source->name = source->bytes.name;
        source->member = arena_copy(s->arena, t->location);
        name_source(s, t, source);
    }
    return ret->n || refuse(s, err, _("no table has a row:"), s->table[0].location);
}

/* Is the file with the metadata there? Else say so; the tables do not need it. */
static void look_for_metadata(struct star *s)
{
    bool there = s->metadata.n == 0;
    for (size_t i = 0; s->files && i < s->files->left_out_n; i++)
        there = there || str_ends(s->files->left_out[i], s->metadata);
    if (!s->files && !there)
        there = file_exists(arena_printf(s->arena, "%s/%.*s", s->path, STR_ARG(s->metadata)));
    if (!there)
        buf_printf(&s->remark, _("%s: meta.xml names a description that is not there: %.*s\n"),
                   s->path, STR_ARG(s->metadata));
}

/* What is to be said once, with the first table. */
static void keep_remark(struct star *s, struct sources *ret)
{
    for (size_t i = 0; s->files && i < s->files->left_out_n; i++)
        buf_printf(&s->remark, _("%s: left out, as it is no table: %.*s\n"), s->path,
                   STR_ARG(s->files->left_out[i]));
    if (s->remark.n)
        ret->source[0].remark = arena_copy(s->arena, buf_view(&s->remark));
    buf_release(&s->remark);
}

static bool open_star(struct star *s, struct str description, struct sources *ret, struct err *err)
{
    s->to = arena_get(s->arena, 1, sizeof *s->to);
    if (!decoded_new("dwca", s->to, err))
        return false;
    ret->decoded = s->to;
    if (read_description(s, description, err) && fill(s, ret, err)) {
        look_for_metadata(s);
        keep_remark(s, ret);
        return true;
    }
    buf_release(&s->remark);
    sources_release(ret);
    ret->decoded = NULL;
    return false;
}

/* --- data packages -------------------------------------------------------------------------- */

/* The files that it names; those that only lie on the web or in the description are said. */
static bool fill_package(struct star *s, const json_t *package, struct sources *ret,
                         struct err *err)
{
    const json_t *list = json_object_get(package, "resources");
    ret->source = arena_get(s->arena, json_array_size(list), sizeof *ret->source);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        const char *name = json_text(one, "name");
        const char *file = json_text(one, "path");
        struct source *source = &ret->source[ret->n];
        if (!name || !*name)
            return refuse_package(s->path, err, _("a resource has no name; its file is"),
                                  file ? file : "");
        if (!file || strstr(file, "://")) {
            buf_printf(&s->remark, _("%s: left out, as it is no file of the package: %s\n"),
                       s->path, name);
            continue;
        }
        if (*file == '.' || strpbrk(file, "/\\"))
            return refuse_package(s->path, err, _("a file in another folder is not read:"), file);
        if (!find_file(s, str_of(file), &source->bytes, err))
            return false;
        source->name = source->bytes.name;
        source->member = arena_copy(s->arena, str_of(file));
        source->table = arena_copy(s->arena, str_of(name));
        source->decoded = ret->decoded;
        ret->n++;
    }
    return ret->n || refuse_package(s->path, err, _("it names no table, in"), "resources");
}

static bool open_package(struct star *s, struct str text, struct sources *ret, struct err *err)
{
    json_error_t why;
    /* Not as strict as our own JSON: places in it are real numbers. Only texts are looked at. */
    CLEANUP(json_release)
    json_t *package = json_loadb(text.at, text.n, JSON_REJECT_DUPLICATES, &why);
    if (!package)
        return refuse_package(s->path, err, _("it cannot be read:"), why.text);
    bool fine = fill_package(s, package, ret, err);
    if (fine)
        keep_remark(s, ret);
    buf_release(&s->remark);
    return fine;
}

/* --- folders and archives ------------------------------------------------------------------- */

static bool has(const char *folder, const char *name)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    buf_printf(&path, "%s/%s", folder, name);
    return file_exists(path.at);
}

bool star_is_folder(const char *path)
{
    return has(path, "meta.xml") || has(path, "datapackage.json");
}

bool star_open_folder(const char *path, struct arena *arena, struct sources *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct star s = {.path = arena_copy(arena, str_of(path)), .arena = arena, .remark = BUF_INIT};
    *ret = (struct sources){.n = 0};
    if (!has(path, "meta.xml"))
        return file_read(arena_printf(arena, "%s/datapackage.json", path), DESCRIPTION_MAX, &text,
                         err) &&
               open_package(&s, buf_view(&text), ret, err);
    const struct decode_request request = {.path = arena_printf(arena, "%s/meta.xml", path),
                                           .describe = true,
                                           .max_bytes = DESCRIPTION_MAX};
    CLEANUP(decoded_release) struct decoded meta = {.file = -1};
    return decode_file(&request, arena, &meta, err) &&
           decoded_all(&meta, &meta.part[0], &text, err) &&
           open_star(&s, buf_view(&text), ret, err);
}

bool star_open_decoded(const char *path, struct decoded *decoded, struct arena *arena,
                       struct sources *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct star s = {.path = arena_copy(arena, str_of(path)),
                     .files = decoded,
                     .arena = arena,
                     .remark = BUF_INIT};
    bool star = strcmp(decoded->format, "dwca") == 0;
    *ret = (struct sources){.n = 0};
    if (decoded->part[0].n > DESCRIPTION_MAX)
        return FAIL(err, ERR_LIMIT, _("Unpack it and take the table itself."),
                    _("%s: its description is too long."), path);
    if (!star)
        ret->decoded = decoded;
    return decoded_all(decoded, &decoded->part[0], &text, err) &&
           (star ? open_star(&s, buf_view(&text), ret, err)
                 : open_package(&s, buf_view(&text), ret, err));
}
