/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two passes of the same reader over the same bytes. Between them it is known how many rows there
 * are and what each column is, so that the second writes each value to its place.
 *
 * Invariant: field[f] describes field f of every record without fault; its column is NULL if it is
 * left out.
 *
 * Tried and dropped: one pass into arrays that grow. Types are only known at the end, so all texts
 * would have to be kept meanwhile, and that is the file once more.
 */
#include "read/columns.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "read/columns_note.h"

struct reading {
    const struct columns_options *options;
    struct arena *arena;
    struct columns *ret;
    struct field *field; /* (field_n) */
    size_t field_n;
    struct field_words words; /* texts that mean "missing" */
    size_t rows;              /* seen so far in this pass */
    struct str first_fault;   /* the sentence of the first rejected record */
    struct buf scratch;
    struct columns_notes notes;
};

/* Canonical composition (Unicode NFC); the result is text itself or lies in scratch. text is valid
 * UTF-8, so only memory can be wanting. */
static struct str compose(struct str text, struct buf *scratch)
{
    size_t i = 0;
    while (i < text.n && (unsigned char)text.at[i] < 0x80)
        i++;
    if (i == text.n)
        return text;
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.n,
                                      &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n == UTF8PROC_ERROR_NOMEM)
        mem_out();
    BUG_IF(n < 0);
    buf_clear(scratch);
    buf_add(scratch, composed, (size_t)n);
    free(composed);
    return buf_view(scratch);
}

/* --- the first record ------------------------------------------------------------------------- */

static struct str clean_name(struct reading *r, struct str name)
{
    return arena_str(r->arena, compose(str_trim(name), &r->scratch));
}

static bool check_first(const struct columns_options *o, const struct csv_record *first,
                        struct err *err)
{
    const char *next = _("Name each column once: --names a,b,c");
    size_t at;
    if (first->position == 0 && first->fault && !o->names)
        return FAIL(err, ERR_INPUT, _("Correct the first line, or name the columns: --names a,b,c"),
                    "%s", first->fault);
    if (o->names && o->names_n != first->field_n)
        return FAIL(err, ERR_INPUT, next, _("%zu names were given for %zu columns."), o->names_n,
                    first->field_n);
    for (size_t f = 0; o->names && f < o->names_n; f++)
        if (!str_utf8(o->names[f], &at))
            return FAIL(err, ERR_INPUT, next, _("The name of column %zu is not valid UTF-8."),
                        f + 1);
    return true;
}

/* Names come from the options, from the header, or from the place. */
static void name_fields(struct reading *r, const struct csv_record *first)
{
    const struct columns_options *o = r->options;
    struct str *name = arena_get(r->arena, r->field_n, sizeof *name);
    enum header_note *note = arena_get(r->arena, r->field_n, sizeof *note);
    for (size_t f = 0; f < r->field_n; f++) {
        if (o->names)
            name[f] = clean_name(r, o->names[f]);
        else if (first->position == 0)
            name[f] = clean_name(r, first->field[f]);
        else
            name[f] = str_of(arena_printf(r->arena, "c%zu", f + 1));
        r->field[f].unit = header_unit(name[f]);
    }
    header_name(r->arena, name, r->field_n, note);
    for (size_t f = 0; f < r->field_n; f++) {
        r->field[f].name = name[f];
        r->field[f].note = note[f];
    }
}

static const struct field_plan *find_plan(const struct field_plan *plan, size_t n, struct str name)
{
    for (size_t p = 0; p < n; p++)
        if (plan[p].derived.n == 0 && str_eq(plan[p].name, name))
            return &plan[p];
    return NULL;
}

/* What was said of columns: by people, and by other files. */
static bool take_statements(struct reading *r, struct err *err)
{
    const struct columns_options *o = r->options;
    struct field_word *word = arena_get(r->arena, o->missing_n, sizeof *word);
    for (size_t f = 0; f < r->field_n; f++) {
        struct field *field = &r->field[f];
        const struct field_plan *expected = find_plan(o->expected, o->expected_n, field->name);
        field->plan = find_plan(o->plan, o->plan_n, field->name);
        field->expected = expected && expected->time != TIME_NONE ? expected->order : DATE_OPEN;
        for (size_t i = 0; i < o->as_category_n; i++)
            field->as_category |= field_is_named(field, o->as_category[i]);
    }
    for (size_t m = 0; m < o->missing_n; m++)
        if (!field_word_read(o->missing[m], o->dialect->point, r->field, r->field_n, &word[m], err))
            return false;
    /* What is said of one column goes before what is said of all. */
    for (int named = 1; named >= 0; named--)
        for (size_t d = 0; d < o->dates_n; d++)
            if (named == (o->dates[d].n && memchr(o->dates[d].at, '=', o->dates[d].n)) &&
                !field_dates(r->field, r->field_n, o->dates[d], err))
                return false;
    r->words = (struct field_words){word, o->missing_n, o->dialect->point};
    return true;
}

static bool begin_fields(struct reading *r, const struct csv_record *first, struct err *err)
{
    if (!check_first(r->options, first, err))
        return false;
    r->field_n = first->field_n;
    r->field = mem_get(r->field_n, sizeof *r->field);
    r->notes.columns_max = r->field_n;
    name_fields(r, first);
    for (size_t f = 0; f < r->field_n; f++)
        r->field[f].set.arena = r->arena;
    return take_statements(r, err);
}

/* --- the first pass --------------------------------------------------------------------------- */

/* True if this record was withdrawn. */
static bool is_emptied(const struct columns_options *options, const struct csv_record *record)
{
    return record->position <= options->emptied_n && options->emptied[record->position - 1];
}

static bool take_facts(void *context, const struct csv_record *record, struct err *err)
{
    struct reading *r = context;
    if (!r->field && !begin_fields(r, record, err))
        return false;
    if (record->position == 0)
        return true;
    r->ret->records = record->position;
    if (is_emptied(r->options, record))
        return true;
    if (record->fault) {
        if (!r->first_fault.at)
            r->first_fault = arena_str(r->arena, str_of(record->fault));
        return true;
    }
    r->rows++;
    for (size_t f = 0; f < r->field_n; f++) {
        struct field *field = &r->field[f];
        struct str cell = str_trim(record->field[f]);
        struct decimal value = {0, 0};
        enum field_cell kind = field_look(field, &r->words, cell, &value);
        field->has_value |= cell.n != 0;
        field_learn(field, (struct evidence_place){record->position, record->line}, cell,
                    r->words.point, kind, value);
    }
    return true;
}

/* --- between the passes ----------------------------------------------------------------------- */

/* A column without a name is one only if it has values; or if it had some when it was read. */
static bool is_left_out(const struct reading *r, const struct field *field)
{
    if (r->options->plan)
        return !field->plan;
    return field->note == HEADER_EMPTY && !field->has_value;
}

static struct column *begin_column(struct reading *r, struct str name, enum column_type type)
{
    struct table *table = &r->ret->table;
    struct column *column = &table->column[table->column_n++];
    *column = (struct column){.name = name, .unit = {"", 0}, .type = type};
    column->missing = arena_get(r->arena, r->rows, sizeof *column->missing);
    if (type == COLUMN_CATEGORY)
        column->code = arena_get(r->arena, r->rows, sizeof *column->code);
    else
        column->mantissa = arena_get(r->arena, r->rows, sizeof *column->mantissa);
    return column;
}

static void begin_field(struct reading *r, struct field *field)
{
    const struct evidence_type *type = &field->type;
    struct column *column = begin_column(r, field->name, type->type);
    size_t c = (size_t)(column - r->ret->table.column);
    field->column = column;
    column->unit = field->unit;
    column->time = type->time;
    r->ret->plan[c] = (struct field_plan){field->name, type->type, type->time,
                                          type->order, {"", 0},    DERIVE_DAY_OF_YEAR};
    if (type->time != TIME_NONE) {
        column->unit = type->time == TIME_DATE ? STR("d") : STR("s");
        column->exponent = field_time_exponent(field);
    } else if (type->type == COLUMN_NUMBER) {
        column->exponent = scale_exponent(&field->scale);
    }
}

/* Whether this part is to be derived: as the plan says, else if its name is free. */
static bool is_derived(const struct reading *r, const struct field *field, enum derive_part part,
                       struct str name)
{
    const struct columns_options *o = r->options;
    if (!field->column || !derive_has(field->time, part))
        return false;
    for (size_t p = 0; p < o->plan_n; p++)
        if (str_eq(o->plan[p].derived, field->name) && o->plan[p].part == part)
            return true;
    return !o->plan && table_find(&r->ret->table, name) == r->ret->table.column_n;
}

static void begin_derived(struct reading *r, struct field *field)
{
    for (int p = 0; p < DERIVE_COUNT; p++) {
        enum derive_part part = (enum derive_part)p;
        struct str name = derive_name(r->arena, field->name, part);
        if (!is_derived(r, field, part, name))
            continue;
        struct column *column = begin_column(r, name, COLUMN_NUMBER);
        size_t c = (size_t)(column - r->ret->table.column);
        column->derived = field->name;
        column->exponent = field_part_exponent(part);
        column->unit = part == DERIVE_HOUR ? STR("h") : STR("d");
        field->derived[part] = column;
        r->ret->plan[c] = (struct field_plan){
            .name = name, .type = COLUMN_NUMBER, .derived = field->name, .part = part};
    }
}

static bool check_rows(const struct reading *r, struct err *err)
{
    if (r->rows == 0 && r->first_fault.at)
        return FAIL(err, ERR_INPUT, _("Correct the file, or state its separator and encoding."),
                    _("None of the %llu records can be taken. The first: %s"),
                    (unsigned long long)r->ret->records, r->first_fault.at);
    return r->rows || FAIL(err, ERR_INPUT, _("Choose a file with at least one row of data."),
                           _("The table has no row of data."));
}

static bool begin_table(struct reading *r, struct err *err)
{
    struct columns *ret = r->ret;
    size_t most = r->field_n * (1 + DERIVE_COUNT);
    if (!check_rows(r, err))
        return false;
    ret->table.rows = r->rows;
    ret->table.column = arena_get(r->arena, most, sizeof *ret->table.column);
    ret->plan = arena_get(r->arena, most, sizeof *ret->plan);
    ret->position = arena_get(r->arena, r->rows, sizeof *ret->position);
    ret->offset = arena_get(r->arena, r->rows, sizeof *ret->offset);
    for (size_t f = 0; f < r->field_n; f++) {
        struct field *field = &r->field[f];
        if (is_left_out(r, field)) {
            note_left_out(&r->notes, f);
            continue;
        }
        field_decide(field);
        begin_field(r, field);
        note_name(&r->notes, field, f);
        note_text(&r->notes, field);
    }
    for (size_t f = 0; f < r->field_n; f++)
        begin_derived(r, &r->field[f]);
    return ret->table.column_n ||
           FAIL(err, ERR_INPUT, _("Choose a file with at least one row of data."),
                _("The table has no column with a name or a value."));
}

/* --- the second pass -------------------------------------------------------------------------- */

static void put_time(struct reading *r, struct field *field, struct decimal value)
{
    bool rounded;
    struct column *column = field->column;
    if (column->time != TIME_NONE)
        column->mantissa[r->rows] = scale_apply(value, column->exponent, &rounded);
    for (int p = 0; p < DERIVE_COUNT; p++) {
        struct column *derived = field->derived[p];
        if (!derived)
            continue;
        derived->missing[r->rows] = 0;
        derived->mantissa[r->rows] = scale_apply(
            derive_value(field->time, (enum derive_part)p, value), derived->exponent, &rounded);
    }
}

static void reject_cell(struct reading *r, const struct csv_record *record, struct field *field,
                        struct str cell)
{
    field->column->missing[r->rows] = 1;
    field->rejected++;
    r->ret->cells_rejected++;
    note_cell(&r->notes, record, field, cell);
}

static void put_number(struct reading *r, const struct csv_record *record, struct field *field,
                       struct str cell, struct decimal value, enum field_cell kind)
{
    struct column *column = field->column;
    bool rounded;
    column->mantissa[r->rows] = scale_apply(value, column->exponent, &rounded);
    if (rounded || kind == CELL_ROUNDED)
        note_rounded(&r->notes, record, field, cell);
}

/* Days and times that name groups have one notation, however they were typed. */
static void put_category(struct reading *r, struct field *field, const char *date, struct str cell)
{
    struct str text = date ? str_of(date) : compose(cell, &r->scratch);
    field->column->code[r->rows] = category_add(&field->set, text);
}

static void put_cell(struct reading *r, const struct csv_record *record, struct field *field,
                     struct str cell)
{
    struct decimal value = {0, 0};
    enum field_cell kind = field_look(field, &r->words, cell, &value);
    struct column *column = field->column;
    bool is_time = false;
    char date[DATE_TEXT];
    for (int p = 0; p < DERIVE_COUNT; p++)
        if (field->derived[p])
            field->derived[p]->missing[r->rows] = 1;
    if (kind == CELL_MISSING) {
        column->missing[r->rows] = 1;
        return;
    }
    if (field->time != TIME_NONE) {
        is_time = field_time(field, cell, &value);
        if (is_time)
            put_time(r, field, value);
    }
    if (column->type == COLUMN_CATEGORY)
        put_category(r, field, is_time ? date_text(field->time, value, date) : NULL, cell);
    else if (column->time != TIME_NONE ? !is_time : kind == CELL_TEXT)
        reject_cell(r, record, field, cell);
    else if (column->time == TIME_NONE)
        put_number(r, record, field, cell, value, kind);
}

static bool take_values(void *context, const struct csv_record *record, struct err *err)
{
    (void)err;
    struct reading *r = context;
    if (record->position == 0 || is_emptied(r->options, record))
        return true;
    if (record->fault) {
        bool named = record->fault_field < r->field_n;
        r->ret->rejected++;
        note_record(&r->notes, record, named ? r->field[record->fault_field].name : STR(""));
        return true;
    }
    for (size_t f = 0; f < r->field_n; f++)
        if (r->field[f].column)
            put_cell(r, record, &r->field[f], str_trim(record->field[f]));
    r->ret->position[r->rows] = record->position;
    r->ret->offset[r->rows] = record->offset;
    r->rows++;
    return true;
}

/* --- behind the passes ------------------------------------------------------------------------ */

static struct columns_about about_column(const struct column *column, size_t rows)
{
    struct columns_about about = {.type = {column->type, column->time, DATE_OPEN, WHY_TIMES, 0}};
    for (size_t r = 0; r < rows; r++) {
        about.missing += column->missing[r];
        if (column->type == COLUMN_NUMBER && !column->missing[r])
            standin_add(&about.ends, column->mantissa[r]);
    }
    return about;
}

/* Degrees have a range; a name alone is no place. */
static enum header_place place_of(const struct column *column, const struct columns_about *about)
{
    enum header_place place = header_place(column->name);
    int64_t most = place == PLACE_LATITUDE ? 90 : 180;
    if (place == PLACE_NONE || column->type != COLUMN_NUMBER || about->ends.n == 0)
        return PLACE_NONE;
    double low = num_double((struct decimal){about->ends.low.value, column->exponent});
    double high = num_double((struct decimal){about->ends.high.value, column->exponent});
    return low >= (double)-most && high <= (double)most ? place : PLACE_NONE;
}

static void finish_field(struct reading *r, const struct field *field)
{
    struct columns *ret = r->ret;
    struct columns_about *about = &ret->about[field->column - ret->table.column];
    if (field->column->type == COLUMN_NUMBER && field->column->time == TIME_NONE)
        scale_minimal(field->column, r->rows);
    *about = about_column(field->column, r->rows);
    about->type = field->type;
    about->evidence = field->evidence;
    about->note = field->note;
    about->rejected = field->rejected;
    about->place = place_of(field->column, about);
}

static void finish_table(struct reading *r)
{
    struct columns *ret = r->ret;
    ret->about = arena_get(r->arena, ret->table.column_n, sizeof *ret->about);
    for (size_t f = 0; f < r->field_n; f++) {
        struct field *field = &r->field[f];
        if (field->column && field->column->type == COLUMN_CATEGORY)
            category_finish(&field->set, field->column, r->rows);
        if (field->column)
            finish_field(r, field);
    }
    struct standin_ends *ends CLEANUP(mem_free) = mem_get(ret->table.column_n, sizeof *ends);
    struct standin *found CLEANUP(mem_free) = mem_get(2 * ret->table.column_n, sizeof *found);
    for (size_t c = 0; c < ret->table.column_n; c++) {
        if (ret->table.column[c].derived.n)
            ret->about[c] = about_column(&ret->table.column[c], r->rows);
        ends[c] = ret->about[c].ends;
    }
    size_t n = standin_find(&ret->table, ends, found);
    note_standins(&r->notes, &ret->table, found, n, r->words.point);
}

static bool pass(struct reading *r, struct str bytes, csv_take *take, struct err *err)
{
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(r->options->dialect, take, r);
    r->rows = 0;
    return csv_feed(reader, bytes, err) && csv_end(reader, err);
}

static void reading_release(struct reading *r)
{
    for (size_t f = 0; f < r->field_n; f++)
        category_release(&r->field[f].set);
    free(r->field);
    buf_release(&r->scratch);
    buf_release(&r->notes.text);
}

bool columns_read(struct str bytes, const struct columns_options *options, struct arena *arena,
                  struct columns *ret, struct err *err)
{
    struct columns made = {0};
    struct reading r CLEANUP(reading_release) = {
        .options = options,
        .arena = arena,
        .ret = &made,
        .scratch = BUF_INIT,
        .notes = {.arena = arena, .to = &made, .text = BUF_INIT}};
    if (!pass(&r, bytes, take_facts, err) || !begin_table(&r, err) ||
        !pass(&r, bytes, take_values, err))
        return false;
    BUG_IF(r.rows != made.table.rows);
    finish_table(&r);
    *ret = made;
    return true;
}
