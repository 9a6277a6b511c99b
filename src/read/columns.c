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
#include <utf8proc.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "read/category.h"
#include "read/scale.h"

enum { SHOWN_BYTES = 60 };

/* What the first pass found out about a field of the records, and where the second puts it. */
struct field {
    struct str name;
    bool as_category;
    bool has_value; /* a cell that is not empty */
    uint64_t numbers;
    uint64_t texts;
    struct scale scale;
    struct str text; /* the first cell that is no number, cut for showing */
    uint64_t text_position;
    uint64_t text_line;
    struct column *column;
    struct category_set set;
};

struct reading {
    const struct columns_options *options;
    struct arena *arena;
    struct columns *ret;
    struct field *field; /* (field_n) */
    size_t field_n;
    size_t rows;            /* seen so far in this pass */
    struct str first_fault; /* the sentence of the first rejected record */
    struct buf scratch;
};

/* --- cells ------------------------------------------------------------------------------------ */

static bool is_missing(const struct columns_options *options, struct str cell)
{
    static const struct str words[] = {{"-", 1},   {"NA", 2},  {"N/A", 3},  {"n/a", 3},
                                       {"NaN", 3}, {"nan", 3}, {"NULL", 4}, {"null", 4}};
    if (cell.n == 0)
        return true;
    if (cell.n <= 4 && (cell.at[0] == '-' || cell.at[0] == 'N' || cell.at[0] == 'n'))
        for (size_t w = 0; w < COUNT_OF(words); w++)
            if (str_eq(cell, words[w]))
                return true;
    for (size_t m = 0; m < options->missing_n; m++)
        if (str_eq(cell, options->missing[m]))
            return true;
    return false;
}

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

/* --- faults ----------------------------------------------------------------------------------- */

static void add_fault(struct reading *r, struct columns_fault fault)
{
    if (!r->ret->fault)
        r->ret->fault = arena_get(r->arena, COLUMNS_FAULTS_KEPT, sizeof *r->ret->fault);
    r->ret->fault_total++;
    if (r->ret->fault_n == COLUMNS_FAULTS_KEPT)
        return;
    fault.what = arena_str(r->arena, fault.what);
    r->ret->fault[r->ret->fault_n++] = fault;
}

static void reject(struct reading *r, const struct csv_record *record)
{
    struct str column = {"", 0};
    if (record->fault_field < r->field_n)
        column = r->field[record->fault_field].name;
    r->ret->rejected++;
    add_fault(r, (struct columns_fault){COLUMNS_REJECTED, record->position, record->line, column,
                                        str_of(record->fault)});
}

static void report_rounding(struct reading *r, const struct csv_record *record,
                            const struct field *field, struct str cell)
{
    struct str name = str_front(field->name, SHOWN_BYTES);
    struct str text = str_front(cell, SHOWN_BYTES);
    buf_clear(&r->scratch);
    buf_printf(&r->scratch,
               _("Line %llu, column %.*s: %.*s was rounded to what the column can hold."),
               (unsigned long long)record->line, STR_ARG(name), STR_ARG(text));
    add_fault(r, (struct columns_fault){COLUMNS_ROUNDED, record->position, record->line,
                                        field->name, buf_view(&r->scratch)});
}

/* --- the first pass --------------------------------------------------------------------------- */

static struct str clean_name(struct reading *r, struct str name)
{
    return arena_str(r->arena, compose(str_trim(name), &r->scratch));
}

static bool is_named(const struct str *list, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i], name))
            return true;
    return false;
}

/* The first record says how many fields there are; names come from it or from the options. */
static bool begin_fields(struct reading *r, const struct csv_record *first, struct err *err)
{
    const struct columns_options *o = r->options;
    bool header = first->position == 0;
    if (header && first->fault && !o->names)
        return FAIL(err, ERR_INPUT, _("Correct the first line, or name the columns: --names a,b,c"),
                    "%s", first->fault);
    if (o->names && o->names_n != first->field_n)
        return FAIL(err, ERR_INPUT, _("Name each column once: --names a,b,c"),
                    _("%zu names were given for %zu columns."), o->names_n, first->field_n);
    r->field_n = first->field_n;
    r->field = mem_get(r->field_n, sizeof *r->field);
    for (size_t f = 0; f < r->field_n; f++) {
        struct field *field = &r->field[f];
        size_t at;
        if (o->names && !str_utf8(o->names[f], &at))
            return FAIL(err, ERR_INPUT, _("Name each column once: --names a,b,c"),
                        _("The name of column %zu is not valid UTF-8."), f + 1);
        if (o->names)
            field->name = clean_name(r, o->names[f]);
        else if (header)
            field->name = clean_name(r, first->field[f]);
        else
            field->name = str_of(arena_printf(r->arena, "c%zu", f + 1));
        field->as_category = is_named(o->as_category, o->as_category_n, field->name);
        field->set.arena = r->arena;
    }
    return true;
}

static void learn_text(struct reading *r, struct field *field, const struct csv_record *record,
                       struct str cell)
{
    if (field->texts++ > 0)
        return;
    field->text = arena_str(r->arena, str_front(cell, SHOWN_BYTES));
    field->text_position = record->position;
    field->text_line = record->line;
}

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
        struct decimal value;
        field->has_value |= cell.n != 0;
        if (field->as_category || is_missing(r->options, cell))
            continue;
        enum num_read read = num_decimal(cell, r->options->dialect->point, &value);
        if (read != NUM_OK && read != NUM_ROUNDED) {
            learn_text(r, field, record, cell);
            continue;
        }
        field->numbers++;
        scale_learn(&field->scale, value);
    }
    return true;
}

/* --- between the passes ----------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    const struct field *const *left = a;
    const struct field *const *right = b;
    int order = str_cmp((*left)->name, (*right)->name);
    return order ? order : (*left > *right) - (*left < *right);
}

static bool check_names(const struct reading *r, struct err *err)
{
    const char *next = _("Give each column a name of its own, in the file or by --names a,b,c");
    struct field **sorted CLEANUP(mem_free) = mem_get(r->field_n, sizeof *sorted);
    size_t n = 0;
    for (size_t f = 0; f < r->field_n; f++) {
        if (!r->field[f].column)
            continue;
        if (r->field[f].name.n == 0)
            return FAIL(err, ERR_INPUT, next, _("Column %zu has no name."), f + 1);
        sorted[n++] = &r->field[f];
    }
    qsort(sorted, n, sizeof *sorted, compare_names);
    for (size_t i = 1; i < n; i++) {
        struct str name = str_front(sorted[i]->name, SHOWN_BYTES);
        if (str_eq(sorted[i - 1]->name, sorted[i]->name))
            return FAIL(err, ERR_INPUT, next,
                        _("The columns %zu and %zu have the same name: %.*s."),
                        (size_t)(sorted[i - 1] - r->field) + 1, (size_t)(sorted[i] - r->field) + 1,
                        STR_ARG(name));
    }
    return true;
}

static void report_left_out(struct reading *r, size_t f)
{
    buf_clear(&r->scratch);
    buf_printf(&r->scratch, _("Column %zu has no name and no value; it is left out."), f + 1);
    add_fault(r, (struct columns_fault){COLUMNS_LEFT_OUT, 0, 0, {"", 0}, buf_view(&r->scratch)});
}

static void report_kept_text(struct reading *r, const struct field *field)
{
    uint64_t cells = field->numbers + field->texts;
    if (field->texts == 0 || field->numbers * 10 < cells * 9)
        return;
    struct str name = str_front(field->name, SHOWN_BYTES);
    buf_clear(&r->scratch);
    buf_printf(
        &r->scratch,
        _("Column %.*s stays text: %llu of %llu values are not numbers. The first is in line "
          "%llu: %.*s"),
        STR_ARG(name), (unsigned long long)field->texts, (unsigned long long)cells,
        (unsigned long long)field->text_line, STR_ARG(field->text));
    add_fault(r, (struct columns_fault){COLUMNS_KEPT_TEXT, field->text_position, field->text_line,
                                        field->name, buf_view(&r->scratch)});
}

static void begin_column(struct reading *r, struct field *field, struct column *column)
{
    *column = (struct column){.name = field->name, .unit = {"", 0}, .type = COLUMN_NUMBER};
    field->column = column;
    column->missing = arena_get(r->arena, r->rows, sizeof *column->missing);
    if (field->as_category || field->texts > 0) {
        column->type = COLUMN_CATEGORY;
        column->code = arena_get(r->arena, r->rows, sizeof *column->code);
        return;
    }
    column->exponent = scale_exponent(&field->scale);
    column->mantissa = arena_get(r->arena, r->rows, sizeof *column->mantissa);
}

static bool begin_table(struct reading *r, struct err *err)
{
    struct columns *ret = r->ret;
    if (r->rows == 0 && r->first_fault.at)
        return FAIL(err, ERR_INPUT, _("Correct the file, or state its separator and encoding."),
                    _("None of the %llu records can be taken. The first: %s"),
                    (unsigned long long)ret->records, r->first_fault.at);
    if (r->rows == 0)
        return FAIL(err, ERR_INPUT, _("Choose a file with at least one row of data."),
                    _("The table has no row of data."));
    ret->table.rows = r->rows;
    ret->table.column = arena_get(r->arena, r->field_n, sizeof *ret->table.column);
    ret->position = arena_get(r->arena, r->rows, sizeof *ret->position);
    ret->offset = arena_get(r->arena, r->rows, sizeof *ret->offset);
    for (size_t f = 0; f < r->field_n; f++) {
        struct field *field = &r->field[f];
        if (field->name.n == 0 && !field->has_value) {
            report_left_out(r, f);
            continue;
        }
        begin_column(r, field, &ret->table.column[ret->table.column_n++]);
        report_kept_text(r, field);
    }
    if (ret->table.column_n == 0)
        return FAIL(err, ERR_INPUT, _("Choose a file with at least one row of data."),
                    _("The table has no column with a name or a value."));
    return check_names(r, err);
}

/* --- the second pass -------------------------------------------------------------------------- */

static void put_cell(struct reading *r, const struct csv_record *record, struct field *field,
                     struct str cell)
{
    struct column *column = field->column;
    if (is_missing(r->options, cell)) {
        column->missing[r->rows] = 1;
        return;
    }
    if (column->type == COLUMN_CATEGORY) {
        column->code[r->rows] = category_add(&field->set, compose(cell, &r->scratch));
        return;
    }
    struct decimal value = {0, 0};
    bool rounded;
    enum num_read read = num_decimal(cell, r->options->dialect->point, &value);
    BUG_IF(read != NUM_OK && read != NUM_ROUNDED);
    column->mantissa[r->rows] = scale_apply(value, column->exponent, &rounded);
    if (rounded || read == NUM_ROUNDED)
        report_rounding(r, record, field, cell);
}

static bool take_values(void *context, const struct csv_record *record, struct err *err)
{
    (void)err;
    struct reading *r = context;
    if (record->position == 0 || is_emptied(r->options, record))
        return true;
    if (record->fault) {
        reject(r, record);
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

static void finish_table(struct reading *r)
{
    for (size_t f = 0; f < r->field_n; f++) {
        struct column *column = r->field[f].column;
        if (!column)
            continue;
        if (column->type == COLUMN_CATEGORY)
            category_finish(&r->field[f].set, column, r->rows);
        else
            scale_minimal(column, r->rows);
    }
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
}

bool columns_read(struct str bytes, const struct columns_options *options, struct arena *arena,
                  struct columns *ret, struct err *err)
{
    struct columns made = {0};
    struct reading r CLEANUP(reading_release) = {
        .options = options, .arena = arena, .ret = &made, .scratch = BUF_INIT};
    if (!pass(&r, bytes, take_facts, err) || !begin_table(&r, err) ||
        !pass(&r, bytes, take_values, err))
        return false;
    BUG_IF(r.rows != made.table.rows);
    finish_table(&r);
    *ret = made;
    return true;
}
