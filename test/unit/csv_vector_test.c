/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of others, under $ALLMENDE_SHARED (default ../shared). csv-spectrum brings its own answers
 * as JSON. For encodings/ what must come out was worked out by reading each file; the counts for
 * naughty-strings/ come from the grammar written once more in Python. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/file.h"
#include "read/columns.h"

static const char *shared(void)
{
    const char *folder = getenv("ALLMENDE_SHARED");
    return folder ? folder : "../shared";
}

/* Skips the test where the folder is missing. */
static void load(const char *path, struct buf *ret)
{
    char full[512];
    struct err err = {0};
    snprintf(full, sizeof full, "%s/data", shared());
    if (!file_exists(full)) {
        print_message("skipped: %s is not there\n", full);
        skip();
    }
    snprintf(full, sizeof full, "%s/data/%s", shared(), path);
    if (!file_read(full, 16 << 20, ret, &err))
        fail_msg("%s", err.what);
}

/* --- csv-spectrum ----------------------------------------------------------------------------- */

struct spectrum {
    json_t *names;
    json_t *rows;
};

static bool to_json(void *context, const struct csv_record *record, struct err *err)
{
    (void)err;
    struct spectrum *s = context;
    assert_null(record->fault);
    json_t *object = json_object();
    for (size_t f = 0; f < record->field_n; f++) {
        json_t *text = json_stringn(record->field[f].at, record->field[f].n);
        if (record->position == 0)
            json_array_append_new(s->names, text);
        else
            json_object_set_new(object, json_string_value(json_array_get(s->names, f)), text);
    }
    if (record->position > 0)
        json_array_append(s->rows, object);
    json_decref(object);
    return true;
}

/* Two files of the collection and their answers were not made from each other: the newlines of
 * newlines_crlf.csv came through a version control system as LF, and location_coordinates.json
 * names another telephone number and holds one object instead of an array. */
static void mend(const char *name, json_t **expected)
{
    if (strcmp(name, "newlines_crlf") == 0)
        json_object_set_new(json_array_get(*expected, 1), "a", json_string("Once upon \na time"));
    if (strcmp(name, "location_coordinates") == 0) {
        json_object_set_new(*expected, "Contact Phone Number", json_string("2095257564"));
        json_t *array = json_array();
        json_array_append_new(array, *expected);
        *expected = array;
    }
}

static void check_spectrum(const char *name, size_t piece)
{
    struct buf csv CLEANUP(buf_release) = BUF_INIT;
    struct buf json CLEANUP(buf_release) = BUF_INIT;
    char path[128];
    snprintf(path, sizeof path, "odd/csv-spectrum/csvs/%s.csv", name);
    load(path, &csv);
    snprintf(path, sizeof path, "odd/csv-spectrum/json/%s.json", name);
    load(path, &json);
    struct err err = {0};
    struct csv_dialect d;
    assert_true(csv_propose(buf_view(&csv), true, &d, &err));
    struct spectrum s = {json_array(), json_array()};
    assert_true(d.header);
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(&d, to_json, &s);
    for (size_t i = 0; i < csv.n; i += piece) {
        size_t n = csv.n - i < piece ? csv.n - i : piece;
        assert_true(csv_feed(reader, (struct str){csv.at + i, n}, &err));
    }
    assert_true(csv_end(reader, &err));
    json_t *expected = json_loadb(json.at, json.n, 0, NULL);
    assert_non_null(expected);
    mend(name, &expected);
    if (!json_equal(expected, s.rows))
        fail_msg("%s: %s", name, json_dumps(s.rows, 0));
    json_decref(expected);
    json_decref(s.names);
    json_decref(s.rows);
}

static void csv_spectrum_gives_its_json(void **state)
{
    (void)state;
    static const char *const names[] = {
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "newlines",
        "location_coordinates",
        "newlines_crlf",
        "simple",
        "simple_crlf",
        "quotes_and_newlines",
        "utf8",
    };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        check_spectrum(names[i], 1);
        check_spectrum(names[i], 4096);
    }
}

/* --- encodings and naughty strings ------------------------------------------------------------ */

struct odd {
    const char *path;
    uint64_t records;  /* 0: refused with ERR_INPUT, and `named` is in the sentence */
    uint64_t rejected; /* how many records have a fault */
    const char *named; /* or the positions of these */
    enum csv_encoding encoding;
    const char *text; /* some category of the table */
};

static const struct odd odd[] = {
    {"encodings/cp1252_euro.csv", 4, 0, "", CSV_CP1252, "„Köln“"},
    {"encodings/crlf.csv", 3, 0, "", CSV_UTF8, "Grünspecht"},
    {"encodings/dates_mixed.csv", 6, 0, "", CSV_UTF8, "45413"},
    {"encodings/duplicate_headers.csv", 2, 0, "", CSV_UTF8, "y"},
    {"encodings/empty.csv", 0, 0, "empty", CSV_UTF8, ""},
    {"encodings/formula_injection.csv", 4, 0, "", CSV_UTF8, "=1+1"},
    {"encodings/header_only.csv", 0, 0, "no row", CSV_UTF8, ""},
    {"encodings/invalid_utf8.csv", 8, 7, "1 2 3 4 5 6 7 ", CSV_UTF8, "good €"},
    {"encodings/latin1.csv", 3, 0, "", CSV_CP1252, "Baumläufer"},
    {"encodings/long_field.csv", 2, 0, "", CSV_UTF8, "short"},
    {"encodings/mixed_line_ends.csv", 5, 0, "", CSV_UTF8, "Spatz"},
    {"encodings/nfc_and_nfd.csv", 2, 0, "", CSV_UTF8, "Grünspecht"},
    {"encodings/no_final_newline.csv", 3, 0, "", CSV_UTF8, "Weißstorch"},
    {"encodings/nul_bytes.csv", 3, 1, "2 ", CSV_UTF8, "Weißstorch"},
    {"encodings/numbers_german.csv", 7, 0, "", CSV_UTF8, "1.234,56"},
    {"encodings/one_column.csv", 3, 0, "", CSV_UTF8, NULL},
    {"encodings/plain_utf8.csv", 3, 0, "", CSV_UTF8, "Groß Ähren"},
    {"encodings/ragged.csv", 4, 2, "2 3 ", CSV_UTF8, NULL},
    {"encodings/unclosed_quote.csv", 0, 0, "opened in line 2", CSV_UTF8, ""},
    {"encodings/utf16le_bom.csv", 3, 0, "", CSV_UTF16LE, "Mühlheim"},
    {"encodings/utf8_bom.csv", 3, 0, "", CSV_UTF8, "Köln"},
    {"naughty-strings/blns.json", 514, 512, NULL, CSV_UTF8, "]"},
    {"naughty-strings/blns.txt", 637, 66, NULL, CSV_UTF8, "undefined"},
    {"naughty-strings/LICENSE", 16, 10, NULL, CSV_UTF8, NULL},
};

static bool has_category(const struct table *table, const char *text)
{
    for (size_t c = 0; c < table->column_n; c++)
        for (size_t k = 0; k < table->column[c].category_n; k++)
            if (str_eq(table->column[c].category[k], str_of(text)))
                return true;
    return false;
}

static void check_odd(const struct odd *o)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf bytes CLEANUP(buf_release) = BUF_INIT;
    char path[128];
    snprintf(path, sizeof path, "odd/%s", o->path);
    load(path, &bytes);
    struct csv_dialect d = {0};
    struct columns_options options = {.dialect = &d};
    struct columns c = {0};
    struct err err = {0};
    bool done = csv_propose(buf_view(&bytes), true, &d, &err) &&
                columns_read(buf_view(&bytes), &options, &arena, &c, &err);
    if (o->records == 0) {
        assert_false(done);
        assert_int_equal(err.code, ERR_INPUT);
        assert_non_null(strstr(err.what, o->named));
        assert_true(err.next[0] != '\0');
        return;
    }
    if (!done)
        fail_msg("%s: %s", o->path, err.what);
    assert_int_equal(d.encoding, o->encoding);
    assert_int_equal(c.records, o->records);
    assert_int_equal(c.rejected, o->rejected);
    assert_int_equal(c.table.rows, o->records - o->rejected);
    struct buf positions CLEANUP(buf_release) = BUF_INIT;
    for (size_t f = 0; f < c.fault_n; f++)
        if (c.fault[f].kind == COLUMNS_REJECTED)
            buf_printf(&positions, "%llu ", (unsigned long long)c.fault[f].position);
    if (o->named)
        assert_string_equal(positions.at, o->named);
    if (o->text)
        assert_true(has_category(&c.table, o->text));
}

static void every_odd_file_ends_in_its_table_or_its_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(odd); i++)
        check_odd(&odd[i]);
}

/* --- the same measurements in two notations --------------------------------------------------- */

static void read_table(struct arena *arena, const char *path, const struct str *names,
                       size_t names_n, struct columns *ret)
{
    struct buf bytes CLEANUP(buf_release) = BUF_INIT;
    static const struct str missing[] = {{"-200", 4}};
    load(path, &bytes);
    struct csv_dialect d = {0};
    struct err err = {0};
    size_t front = bytes.n < 65536 ? bytes.n : 65536;
    assert_true(csv_propose((struct str){bytes.at, front}, front == bytes.n, &d, &err));
    struct columns_options options = {
        .dialect = &d, .missing = missing, .missing_n = 1, .names = names, .names_n = names_n};
    if (!columns_read(buf_view(&bytes), &options, arena, ret, &err))
        fail_msg("%s: %s", path, err.what);
}

static void decimal_commas_and_points_give_the_same_air(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns point, comma;
    read_table(&arena, "air-quality-italy/AirQualityUCI.csv", NULL, 0, &point);
    read_table(&arena, "air-quality-italy/AirQualityUCI_semicolon_decimal-comma.csv", NULL, 0,
               &comma);
    /* Behind the 15 of the file: the day of the year and the hour. */
    assert_int_equal(point.table.rows, 9357);
    assert_int_equal(comma.table.rows, 9357);
    assert_int_equal(point.table.column_n, 17);
    assert_int_equal(comma.table.column_n, 17);
    assert_int_equal(point.fault_total, 0);
    assert_int_equal(comma.fault_total, 2); /* the two empty columns at the end */
    assert_int_equal(point.table.column[0].time, TIME_DATE);
    assert_int_equal(point.table.column[1].time, TIME_CLOCK);
    assert_int_equal(point.table.column[0].mantissa[0], 12487); /* 2004-03-10 by Python */
    for (size_t c = 0; c < 17; c++) { /* dates and times are written differently */
        const struct column *a = &point.table.column[c];
        const struct column *b = &comma.table.column[c];
        assert_int_equal(a->type, COLUMN_NUMBER);
        assert_int_equal(b->type, COLUMN_NUMBER);
        assert_int_equal(a->exponent, b->exponent);
        assert_memory_equal(a->mantissa, b->mantissa, 9357 * sizeof *a->mantissa);
        assert_memory_equal(a->missing, b->missing, 9357);
    }
}

static void a_table_without_header_takes_its_names_from_outside(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct str names[] = {STR("temperature"), STR("humidity"), STR("light"),
                                STR("co2"),         STR("ratio"),    STR("occupied")};
    struct columns c;
    read_table(&arena, "room-occupancy/datatraining.txt", names, 6, &c);
    /* wc -l: 8143; the first line is 23.18,27.272,426,721.25,0.0047929882,1 */
    assert_int_equal(c.table.rows, 8143);
    assert_int_equal(c.fault_total, 0);
    const int64_t first[] = {2318, 27272, 426, 72125, 47929882, 1};
    const int decimals[] = {2, 3, 0, 2, 10, 0};
    for (size_t i = 0; i < 6; i++) {
        const struct column *column = &c.table.column[i];
        assert_true(str_eq(column->name, names[i]));
        int64_t expected = first[i];
        for (int e = column->exponent; e < -decimals[i]; e++)
            expected *= 10;
        assert_int_equal(column->mantissa[0], expected);
    }
}

static void messages_that_begin_with_a_quote_stay_one_row_each(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns c;
    read_table(&arena, "sms-spam/SMSSpamCollection.tsv", NULL, 0, &c);
    assert_int_equal(c.table.rows, 5574); /* wc -l: 5575 with the header */
    assert_int_equal(c.rejected, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_spectrum_gives_its_json),
        cmocka_unit_test(every_odd_file_ends_in_its_table_or_its_sentence),
        cmocka_unit_test(decimal_commas_and_points_give_the_same_air),
        cmocka_unit_test(a_table_without_header_takes_its_names_from_outside),
        cmocka_unit_test(messages_that_begin_with_a_quote_stay_one_row_each),
    };
    return cmocka_run_group_tests_name("csv_vector", tests, NULL, NULL);
}
