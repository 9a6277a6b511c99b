/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/columns_note.h"

#include <string.h>

#include "base/num.h"

enum { SHOWN_BYTES = 60, NOTES_A_COLUMN = 4, COLUMNS_NAMED = 4 };

static void add(struct columns_notes *notes, struct columns_fault fault)
{
    struct columns *to = notes->to;
    size_t most = COLUMNS_FAULTS_KEPT + NOTES_A_COLUMN * notes->columns_max;
    if (!to->fault)
        to->fault = arena_get(notes->arena, most, sizeof *to->fault);
    to->fault_total++;
    if (fault.position && fault.kind != COLUMNS_KEPT_TEXT && fault.kind != COLUMNS_DATES &&
        fault.kind != COLUMNS_FORMS && notes->of_rows++ >= COLUMNS_FAULTS_KEPT)
        return;
    BUG_IF(to->fault_n == most);
    fault.what = arena_str(notes->arena, fault.what);
    to->fault[to->fault_n++] = fault;
}

/* --- rows and cells --------------------------------------------------------------------------- */

void note_record(struct columns_notes *notes, const struct csv_record *record, struct str column)
{
    add(notes, (struct columns_fault){COLUMNS_REJECTED, record->position, record->line, column,
                                      str_of(record->fault)});
}

static void note_value(struct columns_notes *notes, enum columns_fault_kind kind,
                       const struct csv_record *record, const struct field *field, struct str cell)
{
    unsigned long long line = record->line;
    struct str name = str_front(field->name, SHOWN_BYTES);
    struct str text = str_front(cell, SHOWN_BYTES);
    buf_clear(&notes->text);
    if (kind == COLUMNS_ROUNDED)
        buf_printf(&notes->text,
                   _("Line %llu, column %.*s: %.*s was rounded to what the column can hold."), line,
                   STR_ARG(name), STR_ARG(text));
    else
        buf_printf(&notes->text,
                   field->time == TIME_NONE
                       ? _("Line %llu, column %.*s: \"%.*s\" is no number; it counts as missing.")
                       : _("Line %llu, column %.*s: \"%.*s\" is no date or time as in the other "
                           "lines; it counts as missing."),
                   line, STR_ARG(name), STR_ARG(text));
    add(notes, (struct columns_fault){kind, record->position, record->line, field->name,
                                      buf_view(&notes->text)});
}

void note_rounded(struct columns_notes *notes, const struct csv_record *record,
                  const struct field *field, struct str cell)
{
    note_value(notes, COLUMNS_ROUNDED, record, field, cell);
}

void note_cell(struct columns_notes *notes, const struct csv_record *record,
               const struct field *field, struct str cell)
{
    note_value(notes, COLUMNS_CELL, record, field, cell);
}

/* --- columns ---------------------------------------------------------------------------------- */

void note_left_out(struct columns_notes *notes, size_t f)
{
    buf_clear(&notes->text);
    buf_printf(&notes->text, _("Column %zu has no name and no value; it is left out."), f + 1);
    add(notes, (struct columns_fault){COLUMNS_LEFT_OUT, 0, 0, {"", 0}, buf_view(&notes->text)});
}

void note_name(struct columns_notes *notes, const struct field *field, size_t f)
{
    struct str name = str_front(field->name, SHOWN_BYTES);
    if (field->note == HEADER_FINE)
        return;
    buf_clear(&notes->text);
    buf_printf(&notes->text,
               field->note == HEADER_EMPTY
                   ? _("Column %zu has no name; it is called \"%.*s\" here.")
                   : _("The name of column %zu stands twice; it is called \"%.*s\" here."),
               f + 1, STR_ARG(name));
    add(notes, (struct columns_fault){COLUMNS_RENAMED, 0, 0, field->name, buf_view(&notes->text)});
}

static struct str shown(const struct evidence_cell *cell)
{
    return (struct str){cell->text, cell->text_n};
}

static void say_numbers(struct buf *text, const struct field *field)
{
    const struct evidence *e = &field->evidence;
    struct str name = str_front(field->name, SHOWN_BYTES);
    struct str odd = shown(&e->odd);
    buf_printf(
        text,
        _("Column %.*s stays text: %llu of %llu values are not numbers. The first is in line "
          "%llu: %.*s"),
        STR_ARG(name), (unsigned long long)(e->cells - e->numbers), (unsigned long long)e->cells,
        (unsigned long long)e->odd.line, STR_ARG(odd));
}

/* Names the sign that most cells have. */
static void say_form(struct buf *text, const struct field *field)
{
    const struct evidence *e = &field->evidence;
    unsigned long long line = e->odd.line;
    struct str name = str_front(field->name, SHOWN_BYTES);
    struct str odd = shown(&e->odd);
    enum evidence_form best = FORM_THOUSANDS;
    for (int f = FORM_THOUSANDS + 1; f < FORM_COUNT; f++)
        if (e->form[f] > e->form[best])
            best = (enum evidence_form)f;
    buf_printf(
        text,
        best == FORM_PERCENT ? _("Column %.*s stays text because of percent signs in the cells "
                                 "(line %llu: %.*s). Write the sign into the header instead.")
        : best == FORM_UNIT  ? _("Column %.*s stays text because of units in the cells (line %llu: "
                                  "%.*s). Write the unit into the header instead.")
        : best == FORM_POINT ? _("Column %.*s stays text because some numbers have another decimal "
                                 "point than the rest of the table (line %llu: %.*s).")
                             : _("Column %.*s stays text because of marks between thousands (line "
                                 "%llu: %.*s). Write the numbers without them."),
        STR_ARG(name), line, STR_ARG(odd));
}

/* The cell that shows it best. */
static const struct evidence_cell *dates_cell(const struct evidence *e, enum evidence_why why)
{
    if (why == WHY_ORDER_OPEN && e->first_open.position)
        return &e->first_open;
    if (why == WHY_ORDER_MIXED && e->first_decided[1].position)
        return &e->first_decided[1];
    return &e->odd;
}

static void say_dates(struct buf *text, const struct field *field, const struct evidence_cell *cell)
{
    unsigned long long line = cell->line;
    struct str name = str_front(field->name, SHOWN_BYTES);
    struct str shows = shown(cell);
    enum evidence_why why = field->type.why;
    buf_printf(
        text,
        why == WHY_SHORT_YEARS ? _("Column %.*s stays text: its years have two digits (line %llu: "
                                   "%.*s), and nobody should guess the century. Write four.")
        : why == WHY_ORDER_MIXED
            ? _("Column %.*s stays text: some of its dates have the day first, others the month "
                "(line %llu: %.*s). Say which holds: --dates dmy|mdy|ymd")
            : _("Column %.*s stays text: its dates do not tell whether the day or the month comes "
                "first (line %llu: %.*s). Say it: --dates dmy|mdy|ymd"),
        STR_ARG(name), line, STR_ARG(shows));
}

void note_text(struct columns_notes *notes, const struct field *field)
{
    const struct evidence_cell *cell = &field->evidence.odd;
    enum columns_fault_kind kind = COLUMNS_KEPT_TEXT;
    enum evidence_why why = field->type.why;
    buf_clear(&notes->text);
    if (why == WHY_SOME_WORDS) {
        say_numbers(&notes->text, field);
    } else if (why == WHY_FORMS) {
        kind = COLUMNS_FORMS;
        say_form(&notes->text, field);
    } else if (why == WHY_ORDER_OPEN || why == WHY_ORDER_MIXED || why == WHY_SHORT_YEARS) {
        kind = COLUMNS_DATES;
        cell = dates_cell(&field->evidence, why);
        say_dates(&notes->text, field, cell);
    } else {
        return;
    }
    add(notes, (struct columns_fault){kind, cell->position, cell->line, field->name,
                                      buf_view(&notes->text)});
}

static bool same_value(const struct standin *a, const struct standin *b)
{
    return a->value.mantissa == b->value.mantissa && a->value.exponent == b->value.exponent;
}

/* "CO 1683 times, NO2 1642 times, …": the columns of one number. */
static size_t say_columns(struct buf *text, const struct table *table,
                          const struct standin *standin, size_t n)
{
    size_t columns = 0;
    for (size_t i = 0; i < n; i++) {
        struct str name = str_front(table->column[standin[i].column].name, SHOWN_BYTES);
        if (!same_value(&standin[i], standin) || columns++ >= COLUMNS_NAMED)
            continue;
        buf_printf(text, _("%s%.*s %llu times"), columns > 1 ? ", " : "", STR_ARG(name),
                   (unsigned long long)standin[i].n);
    }
    if (columns > COLUMNS_NAMED)
        buf_text(text, ", …");
    return columns;
}

static void note_standin(struct columns_notes *notes, const struct table *table,
                         const struct standin *standin, size_t n, char point)
{
    char number[NUM_TEXT];
    struct buf names CLEANUP(buf_release) = BUF_INIT;
    struct str name = table->column[standin->column].name;
    size_t columns = say_columns(&names, table, standin, n);
    char *dot = strchr(num_decimal_text(standin->value, number), '.');
    if (dot && point == ',')
        *dot = ',';
    buf_clear(&notes->text);
    buf_printf(
        &notes->text,
        _("%s stands far from all other values (%s). If it means \"missing\", type --missing "
          "%s, or for one column --missing \"%.*s=%s\"."),
        number, names.at, number, STR_ARG(name), number);
    add(notes, (struct columns_fault){COLUMNS_STANDIN, 0, 0, columns == 1 ? name : STR(""),
                                      buf_view(&notes->text)});
}

void note_standins(struct columns_notes *notes, const struct table *table,
                   const struct standin *standin, size_t n, char point)
{
    for (size_t i = 0; i < n; i++) {
        bool told = false;
        for (size_t j = 0; j < i; j++)
            told |= same_value(&standin[i], &standin[j]);
        if (!told)
            note_standin(notes, table, &standin[i], n - i, point);
    }
}
