/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/columns_note.h"

#include <string.h>

#include "base/num.h"

enum { COLUMNS_NAMED = 4 };

static struct str shown_name(const struct survey_field *field)
{
    return str_front(field->said.name, SURVEY_SHOWN_BYTES);
}

/* --- cells ------------------------------------------------------------------------------------ */

struct columns_fault note_cell(struct arena *arena, enum columns_fault_kind kind, size_t part,
                               const struct csv_record *record, const struct survey_field *field,
                               struct str cell)
{
    unsigned long long line = record->line;
    struct str name = shown_name(field);
    struct str text = str_front(cell, SURVEY_SHOWN_BYTES);
    const char *what;
    if (kind == COLUMNS_ROUNDED)
        what = arena_printf(
            arena, _("Line %llu, column %.*s: %.*s was rounded to what the column can hold."), line,
            STR_ARG(name), STR_ARG(text));
    else
        what = arena_printf(
            arena,
            field->time == TIME_NONE
                ? _("Line %llu, column %.*s: \"%.*s\" is no number; it counts as missing.")
                : _("Line %llu, column %.*s: \"%.*s\" is no date or time as in the other lines; it "
                    "counts as missing."),
            line, STR_ARG(name), STR_ARG(text));
    return (struct columns_fault){.kind = kind,
                                  .part = part,
                                  .position = record->position,
                                  .line = record->line,
                                  .column = field->said.name,
                                  .what = str_of(what)};
}

/* --- columns ---------------------------------------------------------------------------------- */

struct columns_fault note_left_out(struct arena *arena, size_t part, size_t f)
{
    const char *what =
        arena_printf(arena, _("Column %zu has no name and no value; it is left out."), f + 1);
    return (struct columns_fault){
        .kind = COLUMNS_LEFT_OUT, .part = part, .column = {"", 0}, .what = str_of(what)};
}

struct columns_fault note_name(struct arena *arena, size_t part, const struct survey_field *field,
                               size_t f)
{
    struct str name = shown_name(field);
    const char *what =
        arena_printf(arena,
                     field->said.note == HEADER_EMPTY
                         ? _("Column %zu has no name; it is called \"%.*s\" here.")
                         : _("The name of column %zu stands twice; it is called \"%.*s\" here."),
                     f + 1, STR_ARG(name));
    return (struct columns_fault){
        .kind = COLUMNS_RENAMED, .part = part, .column = field->said.name, .what = str_of(what)};
}

static struct str shown(const struct evidence_cell *cell)
{
    return (struct str){cell->text, cell->text_n};
}

static void say_numbers(struct buf *text, const struct survey_field *field)
{
    const struct evidence *e = &field->evidence;
    struct str name = shown_name(field);
    struct str odd = shown(&e->odd);
    buf_printf(
        text,
        _("Column %.*s stays text: %llu of %llu values are not numbers. The first is in line "
          "%llu: %.*s"),
        STR_ARG(name), (unsigned long long)(e->cells - e->numbers), (unsigned long long)e->cells,
        (unsigned long long)e->odd.line, STR_ARG(odd));
}

/* Names the sign that most cells have. */
static void say_form(struct buf *text, const struct survey_field *field)
{
    const struct evidence *e = &field->evidence;
    unsigned long long line = e->odd.line;
    struct str name = shown_name(field);
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

static void say_dates(struct buf *text, const struct survey_field *field,
                      const struct evidence_cell *cell)
{
    unsigned long long line = cell->line;
    struct str name = shown_name(field);
    struct str shows = shown(cell);
    enum evidence_why why = field->own.why;
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

bool note_text(struct arena *arena, size_t part, const struct survey_field *field,
               struct columns_fault *ret)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct evidence_cell *cell = &field->evidence.odd;
    enum evidence_why why = field->own.why;
    *ret = (struct columns_fault){.kind = COLUMNS_KEPT_TEXT, .part = part};
    if (why == WHY_SOME_WORDS) {
        say_numbers(&text, field);
    } else if (why == WHY_FORMS) {
        ret->kind = COLUMNS_FORMS;
        say_form(&text, field);
    } else if (why == WHY_ORDER_OPEN || why == WHY_ORDER_MIXED || why == WHY_SHORT_YEARS) {
        ret->kind = COLUMNS_DATES;
        cell = dates_cell(&field->evidence, why);
        say_dates(&text, field, cell);
    } else {
        return false;
    }
    ret->position = cell->position;
    ret->line = cell->line;
    ret->column = field->said.name;
    ret->what = arena_str(arena, buf_view(&text));
    return true;
}

/* --- stand-ins ---------------------------------------------------------------------------------
 */

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
        struct str name = str_front(table->column[standin[i].column].name, SURVEY_SHOWN_BYTES);
        if (!same_value(&standin[i], standin) || columns++ >= COLUMNS_NAMED)
            continue;
        buf_printf(text, _("%s%.*s %llu times"), columns > 1 ? ", " : "", STR_ARG(name),
                   (unsigned long long)standin[i].n);
    }
    if (columns > COLUMNS_NAMED)
        buf_text(text, ", …");
    return columns;
}

static struct columns_fault note_standin(struct arena *arena, const struct table *table,
                                         const struct standin *standin, size_t n, char point)
{
    char number[NUM_TEXT];
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    struct str name = table->column[standin->column].name;
    size_t columns = say_columns(&names, table, standin, n);
    char *dot = strchr(num_decimal_text(standin->value, number), '.');
    if (dot && point == ',')
        *dot = ',';
    const char *what = arena_printf(
        arena,
        _("%s stands far from all other values (%s). If it means \"missing\", type --missing "
          "%s, or for one column --missing \"%.*s=%s\"."),
        number, names.at, number, STR_ARG(name), number);
    return (struct columns_fault){
        .kind = COLUMNS_STANDIN, .column = columns == 1 ? name : STR(""), .what = str_of(what)};
}

size_t note_standins(struct arena *arena, const struct table *table, const struct standin *standin,
                     size_t n, char point, struct columns_fault *ret)
{
    size_t told_n = 0;
    for (size_t i = 0; i < n; i++) {
        bool told = false;
        for (size_t j = 0; j < i; j++)
            told |= same_value(&standin[i], &standin[j]);
        if (!told)
            ret[told_n++] = note_standin(arena, table, &standin[i], n - i, point);
    }
    return told_n;
}
