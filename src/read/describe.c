/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/describe.h"

#include <stdio.h>

#include "base/num.h"
#include "read/cell.h"

enum { NAME_WIDTH_MAX = 28, EXAMPLES = 3, EXAMPLE_BYTES = 24, VALUE_TEXT = 64 };

const char *describe_type(enum column_type type, enum column_time time)
{
    static const char *const times[] = {[TIME_NONE] = "number",
                                        [TIME_DATE] = "date",
                                        [TIME_CLOCK] = "time",
                                        [TIME_STAMP] = "datetime"};
    return type == COLUMN_CATEGORY ? "category" : times[time];
}

static const char *value_text(const struct column *column, int64_t mantissa, char text[VALUE_TEXT])
{
    struct decimal value = {mantissa, column->exponent};
    if (column->time != TIME_NONE)
        return date_text(column->time, value, text);
    return num_decimal_text(num_shorten(value), text);
}

/* --- for people ------------------------------------------------------------------------------- */

static size_t count_letters(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.at[i] & 0xC0) != 0x80;
    return n;
}

const char *describe_kind(const struct field_plan *plan)
{
    if (plan->type == COLUMN_CATEGORY)
        return _("text");
    switch (plan->time) {
    case TIME_NONE:
        break;
    case TIME_DATE:
        return _("date");
    case TIME_CLOCK:
        return _("time of day");
    case TIME_STAMP:
        return _("date and time");
    }
    return _("number");
}

static void say_type(const struct column *column, const struct columns_about *about,
                     enum column_time time, struct buf *out)
{
    const bool named = column->type == COLUMN_CATEGORY && time != TIME_NONE;
    const struct field_plan plan = {.type = named ? COLUMN_NUMBER : column->type, .time = time};
    struct str unit = column->unit;
    if (about->place != PLACE_NONE)
        buf_text(out,
                 about->place == PLACE_LATITUDE ? _("place (latitude)") : _("place (longitude)"));
    else if (about->type.why == WHY_EMPTY)
        buf_text(out, _("empty"));
    else if (column->type == COLUMN_NUMBER && column->time == TIME_NONE && unit.n)
        buf_printf(out, _("number in %.*s"), STR_ARG(unit));
    else
        buf_text(out, describe_kind(&plan));
    if (named)
        buf_text(out, _(" (as groups)"));
}

static void say_on_one_line(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.at[i] < ' ')
            buf_char(out, ' ');
        else
            buf_char(out, text.at[i]);
}

static void say_values(const struct column *column, const struct columns_about *about,
                       struct buf *out)
{
    char low[VALUE_TEXT], high[VALUE_TEXT];
    if (column->type == COLUMN_NUMBER) {
        value_text(column, about->ends.low.value, low);
        value_text(column, about->ends.high.value, high);
        if (about->ends.n && about->ends.low.has_next)
            buf_printf(out, _(", %s to %s"), low, high);
        else if (about->ends.n)
            buf_printf(out, _(", always %s"), low);
        return;
    }
    if (column->category_n != 1)
        buf_printf(out, _(", %zu different"), column->category_n);
    for (size_t k = 0; k < column->category_n && k < EXAMPLES; k++) {
        struct str text = str_front(column->category[k], EXAMPLE_BYTES);
        bool cut = text.n < column->category[k].n;
        buf_text(out, k ? ", " : ": ");
        say_on_one_line(text, out);
        buf_text(out, cut ? "…" : "");
    }
    if (column->category_n > EXAMPLES)
        buf_text(out, ", …");
}

/* A word among numbers may be somebody's own for "missing". */
static void say_some_numbers(const struct evidence *e, bool cells, struct buf *out)
{
    const struct str odd = {e->odd.text, e->odd.text_n};
    buf_printf(out, _("; %llu of %llu values are numbers"), (unsigned long long)e->numbers,
               (unsigned long long)e->cells);
    if (cells && odd.n && e->numbers >= e->cells - e->numbers)
        buf_printf(out, _("; line %llu has \"%.*s\" (if that means missing: --missing)"),
                   (unsigned long long)e->odd.line, STR_ARG(odd));
}

/* Why it is so, where that is not plain. */
static void say_why(const struct columns_about *about, bool cells, struct buf *out)
{
    const struct evidence *e = &about->evidence;
    const struct evidence_cell *first = &e->first_decided[about->type.order == DATE_MDY];
    unsigned long long line = first->line;
    struct str shown = {first->text, cells ? first->text_n : 0};
    if (about->type.why == WHY_ORDER_FOUND)
        buf_printf(out,
                   about->type.order == DATE_MDY ? _("; month first, see line %llu %.*s")
                                                 : _("; day first, see line %llu %.*s"),
                   line, STR_ARG(shown));
    else if (about->type.why == WHY_ORDER_STATED)
        buf_printf(out, _("; order as you said: %s"), date_order_word(about->type.order));
    else if (about->type.why == WHY_ORDER_OPEN || about->type.why == WHY_ORDER_MIXED)
        buf_text(out, _("; dates whose order is not clear (--dates)"));
    else if (about->type.why == WHY_SHORT_YEARS)
        buf_text(out, _("; years with two digits"));
    else if (about->type.type == COLUMN_CATEGORY && about->type.why != WHY_ASKED && e->numbers)
        say_some_numbers(e, cells, out);
    if (about->type.type == COLUMN_NUMBER && e->offsets && e->offset_low != e->offset_high)
        buf_text(out, _("; times as written, their distance from UTC differs"));
}

static void say_derived(const struct table *table, struct str name, struct buf *out)
{
    for (size_t c = 0; c < table->column_n; c++)
        if (str_eq(table->column[c].derived, name))
            buf_printf(out,
                       table->column[c].only_if_named
                           ? _("; gives \"%.*s\" (if named in --features)")
                           : _("; gives \"%.*s\""),
                       STR_ARG(table->column[c].name));
}

/* Words for "missing" that nobody said, with their counts: " (NA: 12, null: 3)". */
static void say_known_words(const struct columns_about *about, struct buf *out)
{
    bool some = false;
    for (size_t k = 0; k < CELL_KNOWN; k++)
        if (about->known[k]) {
            buf_printf(out, "%s%s: %llu", some ? ", " : " (", cell_known_word(k),
                       (unsigned long long)about->known[k]);
            some = true;
        }
    buf_text(out, some ? ")" : "");
}

static void say_column(const struct columns *columns, size_t c, bool cells, struct buf *out)
{
    const struct column *column = &columns->table.column[c];
    const struct columns_about *about = &columns->about[c];
    say_type(column, about, columns->plan[c].time, out);
    if (cells)
        say_values(column, about, out);
    say_why(about, cells, out);
    if (about->missing)
        buf_printf(out, _("; %llu missing"), (unsigned long long)about->missing);
    say_known_words(about, out);
    if (about->rejected)
        buf_printf(out, _(" (%llu of them did not fit)"), (unsigned long long)about->rejected);
    say_derived(&columns->table, column->name, out);
    buf_char(out, '\n');
}

void describe_lines(const struct columns *columns, bool cells, size_t most, struct buf *out)
{
    const struct table *table = &columns->table;
    size_t width = 0;
    size_t file_n = 0;
    for (size_t c = 0; c < table->column_n; c++) {
        size_t letters = count_letters(table->column[c].name);
        if (table->column[c].derived.n)
            continue;
        file_n++;
        if (letters > width && letters <= NAME_WIDTH_MAX)
            width = letters;
    }
    for (size_t c = 0; c < file_n && c < most; c++) {
        struct str name = table->column[c].name;
        size_t letters = count_letters(name);
        buf_printf(out, "  %.*s%*s  ", STR_ARG(name), letters < width ? (int)(width - letters) : 0,
                   "");
        say_column(columns, c, cells, out);
    }
    if (file_n > most)
        buf_printf(out, _("  … and %zu more columns\n"), file_n - most);
}

/* --- for machines ----------------------------------------------------------------------------- */

static const char *why_word(enum evidence_why why)
{
    static const char *const words[] = {[WHY_EMPTY] = "empty",
                                        [WHY_NUMBERS] = "numbers",
                                        [WHY_TIMES] = "times",
                                        [WHY_ORDER_FOUND] = "order_found",
                                        [WHY_ORDER_STATED] = "stated",
                                        [WHY_WORDS] = "words",
                                        [WHY_SOME_WORDS] = "some_words",
                                        [WHY_FORMS] = "signs",
                                        [WHY_ORDER_OPEN] = "order_open",
                                        [WHY_ORDER_MIXED] = "order_mixed",
                                        [WHY_SHORT_YEARS] = "short_years",
                                        [WHY_ASKED] = "asked"};
    return words[why];
}

static void put_text(json_t *object, const char *key, struct str text)
{
    if (text.n)
        json_object_set_new(object, key, json_stringn(text.at, text.n));
}

static void put_count(json_t *object, const char *key, uint64_t n)
{
    json_object_set_new(object, key, json_integer((json_int_t)n));
}

static json_t *value_json(const struct column *column, int64_t mantissa)
{
    char text[VALUE_TEXT];
    if (column->time != TIME_NONE)
        return json_string(value_text(column, mantissa, text));
    return json_real(num_double((struct decimal){mantissa, column->exponent}));
}

/* A text, because no number of JSON is sure to keep all digits. Times have no sum. */
static void put_sum(json_t *object, const struct column *column, const struct columns_about *about)
{
    char text[TOTAL_TEXT];
    put_count(object, "values", about->ends.n);
    if (column->time == TIME_NONE)
        json_object_set_new(object, "sum",
                            json_string(total_text(&about->ends.total, column->exponent, text)));
}

static void put_values(json_t *object, const struct column *column,
                       const struct columns_about *about)
{
    if (column->type == COLUMN_NUMBER) {
        bool any = about->ends.n > 0;
        json_object_set_new(object, "low",
                            any ? value_json(column, about->ends.low.value) : json_null());
        json_object_set_new(object, "high",
                            any ? value_json(column, about->ends.high.value) : json_null());
        put_sum(object, column, about);
        return;
    }
    json_t *examples = json_array();
    put_count(object, "categories", column->category_n);
    json_object_set_new(object, "examples", examples);
    for (size_t k = 0; k < column->category_n && k < EXAMPLES; k++) {
        struct str text = str_front(column->category[k], 4 * (size_t)EXAMPLE_BYTES);
        json_array_append_new(examples, json_stringn(text.at, text.n));
    }
}

void describe_offset(const struct evidence *e, json_t *object)
{
    if (e->offsets == 0)
        return;
    char text[VALUE_TEXT];
    int low = e->offset_low < 0 ? -e->offset_low : e->offset_low;
    int high = e->offset_high < 0 ? -e->offset_high : e->offset_high;
    int n = snprintf(text, sizeof text, "%c%02d:%02d", e->offset_low < 0 ? '-' : '+', low / 60,
                     low % 60);
    if (e->offset_low != e->offset_high && n > 0)
        (void)snprintf(text + n, sizeof text - (size_t)n, " to %c%02d:%02d",
                       e->offset_high < 0 ? '-' : '+', high / 60, high % 60);
    json_object_set_new(object, "offset", json_string(text));
}

static void put_known_words(json_t *object, const struct columns_about *about)
{
    json_t *words = json_object();
    for (size_t k = 0; k < CELL_KNOWN; k++)
        if (about->known[k])
            put_count(words, cell_known_word(k), about->known[k]);
    if (json_object_size(words))
        json_object_set(object, "missing_words", words);
    json_decref(words);
}

static json_t *column_json(const struct columns *columns, size_t c, bool cells)
{
    static const char *const places[] = {"", "latitude", "longitude"};
    static const char *const notes[] = {"", "repeated", "empty"};
    const struct column *column = &columns->table.column[c];
    const struct columns_about *about = &columns->about[c];
    json_t *object = json_object();
    json_object_set_new(object, "name", json_stringn(column->name.at, column->name.n));
    json_object_set_new(object, "type", json_string(describe_type(column->type, column->time)));
    put_text(object, "unit", column->unit);
    put_count(object, "missing", about->missing);
    put_known_words(object, about);
    put_text(object, "derived", column->derived);
    if (column->only_if_named)
        json_object_set_new(object, "only_if_named", json_true());
    put_text(object, "place", str_of(places[about->place]));
    put_text(object, "renamed", str_of(notes[about->note]));
    if (cells)
        put_values(object, column, about);
    if (column->derived.n)
        return object;
    put_count(object, "rejected", about->rejected);
    json_object_set_new(object, "why", json_string(why_word(about->type.why)));
    if (column->time == TIME_DATE || column->time == TIME_STAMP)
        put_text(object, "order", str_of(date_order_word(about->type.order)));
    if (column->time != TIME_NONE)
        describe_offset(&about->evidence, object);
    return object;
}

json_t *describe_json(const struct columns *columns, bool cells)
{
    json_t *list = json_array();
    for (size_t c = 0; c < columns->table.column_n; c++)
        json_array_append_new(list, column_json(columns, c, cells));
    return list;
}
