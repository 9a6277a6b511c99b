/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was surveyed in each part becomes one table: which columns it has, what each is, and where
 * its blocks lie.
 *
 * Tried and dropped: one pass into arrays that grow. Types are only known at the end, so all texts
 * would have to be kept meanwhile, and that is the file once more. Joining tables that were read
 * one by one: a number here and text there could not be brought together, because the mantissa no
 * longer knows how it was typed.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "read/columns_int.h"
#include "read/columns_note.h"
#include "read/decide.h"
#include "read/ends.h"

/* Parsing a smaller table twice costs less than a file. */
enum { DIGITS_MAX = 18, KEPT_LEAST_BYTES = 1 << 20 };

/* --- one part --------------------------------------------------------------------------------- */

static bool choose_columns(struct opening *o, size_t p, struct err *err)
{
    struct opened *part = &o->part[p];
    const struct survey *survey = &part->survey;
    const struct columns_options *options = &o->request->part[p].options;
    if (survey->rows == 0 && survey->fault_n)
        return FAIL(err, ERR_INPUT, _("Correct the file, or state its separator and encoding."),
                    _("None of the %llu records can be taken. The first: %s"),
                    (unsigned long long)survey->records, survey->fault[0].what.at);
    if (survey->rows == 0)
        return FAIL(err, ERR_INPUT, _("Choose a file with at least one row of data."),
                    _("The table has no row of data."));
    for (size_t f = options->names_n; options->names && f < survey->field_n; f++)
        if (survey->field[f].empty < survey->rows)
            return FAIL(err, ERR_INPUT, _("Name each column once: --names a,b,c"),
                        _("%zu names were given for %zu columns."), options->names_n,
                        survey->field_n);
    part->field = arena_get(o->arena, survey->field_n, sizeof *part->field);
    for (size_t f = 0; f < survey->field_n; f++)
        if (decide_is_column(options, survey, f))
            part->field[part->column_n++] = f;
    if (part->column_n == 0)
        return FAIL(err, ERR_INPUT, _("Choose a file with at least one row of data."),
                    _("The table has no column with a name or a value."));
    for (size_t c = 0; c < part->column_n; c++)
        decide_alone(&part->survey, &part->survey.field[part->field[c]]);
    return true;
}

static bool survey_step(void *context, uint64_t done)
{
    const struct opening *o = context;
    return o->request->step(o->request->context, o->done + done, o->total);
}

static const struct cluster alone = {.threads = 1};

static struct survey_request request_of(struct opening *o, size_t p)
{
    return (struct survey_request){.part = &o->request->part[p],
                                   .number = p,
                                   .first_row = o->ret->table.rows,
                                   .types_only = o->request->types_only,
                                   .cluster = o->request->cluster ? o->request->cluster : &alone,
                                   .keep = o->file,
                                   .step = o->request->step ? survey_step : NULL,
                                   .context = o};
}

/* Say which file it was, where it is the content that is wrong. */
static bool in_part(const struct opening *o, size_t p, struct err *err)
{
    const char *name = o->request->part[p].bytes->name;
    if (name && err->code != ERR_CANCELLED && err->code != ERR_IO)
        err_context(err, "%s", name);
    return false;
}

static bool survey_part(struct opening *o, size_t p, struct err *err)
{
    struct opened *part = &o->part[p];
    const struct columns_part *asked = &o->request->part[p];
    const struct survey_request request = request_of(o, p);
    if (!survey_run(&request, o->arena, &part->survey, err))
        return in_part(o, p, err);
    o->done += asked->bytes->n;
    o->ret->records += part->survey.records;
    o->ret->rejected += part->survey.rejected;
    o->ret->part_rows[p] = part->survey.rows;
    o->ret->table.rows += part->survey.rows;
    if (part->survey.rows == 0 && asked->may_be_empty)
        return true;
    return choose_columns(o, p, err) || in_part(o, p, err);
}

/* --- parts together --------------------------------------------------------------------------- */

static bool check_headers(const struct opening *o, struct err *err)
{
    const char *next = _("Give the files the same columns in the same order.");
    size_t column_n = o->part[o->first].column_n;
    for (size_t p = o->first + 1; p < o->request->parts; p++) {
        if (!has_rows(o, p))
            continue;
        if (o->part[p].column_n != column_n)
            return FAIL(err, ERR_INPUT, next, _("File %zu has %zu columns, file 1 has %zu."), p + 1,
                        o->part[p].column_n, column_n);
        for (size_t c = 0; c < column_n; c++) {
            struct str here = str_front(field_of(o, p, c)->said.name, SURVEY_SHOWN_BYTES);
            struct str there = str_front(field_of(o, o->first, c)->said.name, SURVEY_SHOWN_BYTES);
            if (!str_eq(field_of(o, p, c)->said.name, field_of(o, o->first, c)->said.name))
                return FAIL(err, ERR_INPUT, next,
                            _("In file %zu column %zu is %.*s, in file 1 it is %.*s."), p + 1,
                            c + 1, STR_ARG(here), STR_ARG(there));
        }
    }
    return true;
}

/* Column c in all parts with rows goes to o->fields; returns how many there are. */
static size_t fields_of(struct opening *o, size_t c)
{
    size_t n = 0;
    for (size_t p = o->first; p < o->request->parts; p++)
        if (has_rows(o, p))
            o->fields[n++] = field_of(o, p, c);
    return n;
}

static void begin_column(struct opening *o, size_t c)
{
    struct column *column = &o->ret->table.column[c];
    struct columns_about *about = &o->ret->about[c];
    const struct survey_field *first = field_of(o, o->first, c);
    enum column_time time;
    bool fractions = false;
    size_t n = fields_of(o, c);
    const struct evidence_type type = decide_together(o->fields, n, &time);
    for (size_t i = 0; i < n; i++) {
        struct survey_field *field = o->fields[i];
        bool shows = about->evidence.cells == 0 && field->evidence.cells;
        decide_settle(field, &type, time);
        if (shows || i == 0)
            about->type = field->own;
        about->missing += field->missing;
        for (size_t k = 0; k < FIELD_KNOWN_WORDS; k++)
            about->known[k] += field->known[k];
        evidence_merge(&about->evidence, &field->evidence);
        fractions |= field->evidence.fractions > 0;
    }
    about->note = first->said.note;
    about->type.type = type.type;
    about->type.time = type.time;
    *column = (struct column){
        .name = first->said.name, .unit = first->said.unit, .type = type.type, .time = type.time};
    o->ret->plan[c] = (struct field_plan){
        .name = column->name, .type = type.type, .time = time, .order = first->order};
    column->only_if_named = type.time != TIME_NONE;
    if (type.time != TIME_NONE) {
        column->unit = type.time == TIME_DATE ? STR("d") : STR("s");
        column->exponent = field_time_exponent(time, fractions);
    }
}

/* Whether this part is to be derived: as the plans say, else if its name is free. */
static bool is_derived(const struct opening *o, size_t c, enum derive_part part, struct str name)
{
    const struct columns_options *options = &o->request->part[o->first].options;
    if (!derive_has(o->ret->plan[c].time, part))
        return false;
    for (size_t p = 0; p < options->plan_n; p++)
        if (str_eq(options->plan[p].derived, o->ret->plan[c].name) && options->plan[p].part == part)
            return true;
    struct table files = o->ret->table;
    files.column_n = o->file_n;
    return !options->plan && table_find(&files, name) == o->file_n;
}

/* Dates in fewer than three calendar years. */
static bool is_narrow(const struct evidence *e)
{
    return e->year_high - e->year_low < 2;
}

static void begin_derived(struct opening *o)
{
    struct table *table = &o->ret->table;
    for (size_t c = 0; c < o->file_n; c++)
        for (int p = 0; p < DERIVE_COUNT; p++) {
            enum derive_part part = (enum derive_part)p;
            struct str of = o->ret->plan[c].name;
            struct str name = derive_name(o->arena, of, part);
            if (!is_derived(o, c, part, name))
                continue;
            size_t at = table->column_n++;
            o->derivation[at - o->file_n] = (struct derivation){c, part};
            bool narrow = part == DERIVE_DAY_OF_YEAR && is_narrow(&o->ret->about[c].evidence);
            table->column[at] = (struct column){.name = name,
                                                .only_if_named = narrow,
                                                .unit = part == DERIVE_HOUR ? STR("h") : STR("d"),
                                                .derived = of,
                                                .exponent = field_part_exponent(part)};
            o->ret->plan[at] = (struct field_plan){.name = name, .derived = of, .part = part};
            o->ret->about[at].missing = o->ret->about[c].missing;
            o->ret->about[at].type.why = WHY_TIMES;
        }
}

static void begin_columns(struct opening *o)
{
    struct columns *ret = o->ret;
    o->file_n = ret->table.column_n = o->part[o->first].column_n;
    size_t most = o->file_n * (1 + DERIVE_COUNT);
    ret->table.column = arena_get(o->arena, most, sizeof *ret->table.column);
    ret->about = arena_get(o->arena, most, sizeof *ret->about);
    ret->plan = arena_get(o->arena, most, sizeof *ret->plan);
    o->derivation = arena_get(o->arena, most, sizeof *o->derivation);
    o->fields = arena_get(o->arena, o->request->parts, sizeof(struct survey_field *));
    for (size_t c = 0; c < o->file_n; c++)
        begin_column(o, c);
    begin_derived(o);
}

/* What the fields of a part must be looked at for once more, now that the types are known. */
static void mark_second_look(const struct opening *o, size_t p)
{
    for (size_t c = 0; c < o->part[p].column_n; c++) {
        struct survey_field *field = field_of(o, p, c);
        decide_second_look(field, o->request->types_only);
    }
}

static bool look_again(struct opening *o, size_t p, struct err *err)
{
    const struct survey_request request = request_of(o, p);
    bool any = false;
    if (!has_rows(o, p))
        return true;
    mark_second_look(o, p);
    survey_settle(&request, o->arena, &o->part[p].survey);
    for (size_t c = 0; c < o->part[p].column_n; c++)
        any = any || field_of(o, p, c)->look_again;
    if (any && !survey_again(&request, o->arena, &o->part[p].survey, err))
        return false;
    for (size_t c = 0; c < o->part[p].column_n; c++) {
        uint64_t rejected = field_of(o, p, c)->rejected;
        o->ret->cells_rejected += rejected;
        o->ret->about[c].rejected += rejected;
        o->ret->about[c].missing += rejected;
    }
    return true;
}

/* The exponent of a number column: the smallest of the parts, if all numbers fit under it. */
static bool join_exponents(struct opening *o, size_t c, struct err *err)
{
    struct column *column = &o->ret->table.column[c];
    struct str name = str_front(column->name, SURVEY_SHOWN_BYTES);
    bool any = false;
    int top = 0;
    for (size_t p = 0; p < o->request->parts; p++) {
        const struct survey_field *field = has_rows(o, p) ? field_of(o, p, c) : NULL;
        if (!field || !field->scale.any)
            continue;
        if (!any || field->exponent < column->exponent)
            column->exponent = field->exponent;
        if (!any || field->scale.top > top)
            top = field->scale.top;
        any = true;
    }
    return top - column->exponent <= DIGITS_MAX ||
           FAIL(err, ERR_LIMIT, _("Write the column in the same unit in all files."),
                _("The numbers of column %.*s do not fit 18 digits together."), STR_ARG(name));
}

static void join_categories(struct opening *o, size_t c)
{
    struct category_set *set = &o->fill->set[c];
    *set = field_of(o, o->first, c)->set;
    field_of(o, o->first, c)->set = (struct category_set){.arena = o->arena};
    for (size_t p = o->first + 1; p < o->request->parts; p++) {
        const struct category_set *more = has_rows(o, p) ? &field_of(o, p, c)->set : NULL;
        for (size_t t = 0; more && t < more->text_n; t++)
            category_add(set, more->text[t]);
    }
    category_sort(set, &o->ret->table.column[c]);
}

static bool join_columns(struct opening *o, struct err *err)
{
    for (size_t c = 0; c < o->file_n; c++) {
        const struct column *column = &o->ret->table.column[c];
        if (column->type == COLUMN_CATEGORY && !o->request->types_only)
            join_categories(o, c);
        else if (column->type == COLUMN_NUMBER && column->time == TIME_NONE &&
                 !join_exponents(o, c, err))
            return false;
    }
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

static uint64_t memory_need(const struct table *table)
{
    uint64_t a_row = 0;
    for (size_t c = 0; c < table->column_n; c++)
        a_row += table->column[c].type == COLUMN_NUMBER ? 9 : 5;
    return a_row * table->rows;
}

static bool load(struct opening *o, const struct cluster *cluster, struct err *err)
{
    struct table *table = &o->ret->table;
    for (size_t c = 0; c < table->column_n; c++) {
        struct column *column = &table->column[c];
        column->missing = arena_get(o->arena, table->rows, sizeof *column->missing);
        if (column->type == COLUMN_NUMBER)
            column->mantissa = arena_get(o->arena, table->rows, sizeof *column->mantissa);
        else
            column->code = arena_get(o->arena, table->rows, sizeof *column->code);
    }
    return fill_columns(o->fill, cluster, table->column, err);
}

static uint64_t memory_bytes(const struct columns_request *request)
{
    const char *said = getenv("ALLMENDE_TABLE_BYTES");
    uint64_t bytes = request->memory_bytes;
    if (said && bytes != UINT64_MAX && !str_uint(str_of(said), UINT64_MAX, &bytes))
        bytes = request->memory_bytes;
    return bytes;
}

static bool survey_all(struct opening *o, struct err *err)
{
    const struct columns_request *q = o->request;
    o->first = q->parts;
    for (size_t p = 0; p < q->parts; p++)
        o->total += q->part[p].bytes->n;
    if (!q->types_only && (o->total >= KEPT_LEAST_BYTES || memory_bytes(q) == 0))
        o->file = kept_file_new(o->arena, o->total);
    for (size_t p = 0; p < q->parts; p++) {
        if (!survey_part(o, p, err))
            return false;
        if (o->first == q->parts && has_rows(o, p))
            o->first = p;
    }
    if (o->first == q->parts)
        return FAIL(err, ERR_INPUT, _("Choose a file with at least one row of data."),
                    _("The table has no row of data."));
    return check_headers(o, err);
}

static bool open_all(struct opening *o, struct err *err)
{
    const struct columns_request *q = o->request;
    struct columns *ret = o->ret;
    if (!survey_all(o, err))
        return false;
    begin_columns(o);
    for (size_t p = 0; p < q->parts; p++)
        if (!look_again(o, p, err))
            return in_part(o, p, err);
    struct fill *fill = o->fill = arena_get(o->arena, 1, sizeof *fill);
    fill->part_n = q->parts;
    fill->part = arena_get(o->arena, q->parts, sizeof *fill->part);
    fill->set = arena_get(o->arena, ret->table.column_n, sizeof *fill->set);
    fill->column = ret->table.column;
    fill->column_n = ret->table.column_n;
    fill->rows = ret->table.rows;
    fill->source.scan = fill_scan;
    if (!join_columns(o, err))
        return false;
    columns_lay_out(o);
    const struct cluster *cluster = q->cluster ? q->cluster : &alone;
    const char point = q->part[o->first].options.dialect->point;
    bool large =
        memory_need(&ret->table) > (q->types_only ? COLUMNS_MEMORY_BYTES : memory_bytes(q));
    if (!q->types_only && !large)
        return load(o, cluster, err) && ends_find(ret, point, o->arena, cluster, err);
    if (q->types_only && large)
        return true;
    fill->step = q->step;
    fill->context = q->context;
    ret->table.source = &fill->source;
    bool found = ends_find(ret, point, o->arena, cluster, err);
    if (q->types_only)
        ret->table.source = NULL;
    return found;
}

static void opening_release(struct opening *o)
{
    for (size_t p = 0; p < o->request->parts; p++)
        survey_release(&o->part[p].survey);
    free(o->part);
}

bool columns_open(const struct columns_request *request, struct arena *arena, struct columns *ret,
                  struct err *err)
{
    struct columns made = {.part_rows = arena_get(arena, request->parts, sizeof *made.part_rows)};
    BUG_IF(request->parts == 0);
    CLEANUP(opening_release)
    struct opening o = {.request = request,
                        .arena = arena,
                        .ret = &made,
                        .part = mem_get(request->parts, sizeof *o.part)};
    if (!open_all(&o, err))
        return false;
    *ret = made;
    return true;
}

bool columns_read(struct str bytes, const struct columns_options *options, struct arena *arena,
                  struct columns *ret, struct err *err)
{
    const struct bytes source = bytes_of_str(&bytes);
    const struct columns_part part = {.bytes = &source, .options = *options};
    const struct columns_request request = {.part = &part, .parts = 1, .memory_bytes = UINT64_MAX};
    return columns_open(&request, arena, ret, err);
}

uint64_t columns_position(const struct columns *columns, size_t row, size_t *ret_part)
{
    size_t low = 0, n = columns->run_n;
    while (n > 1) {
        size_t half = n / 2;
        bool before = columns->run[low + half].row <= row;
        low = before ? low + half : low;
        n = before ? n - half : half;
    }
    const struct columns_run *run = &columns->run[low];
    *ret_part = run->part;
    return run->position + (row - run->row);
}
