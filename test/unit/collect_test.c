/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* mkdtemp, memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collect/collect_int.h"
#include "hypothesise/hypothesise.h"
#include "scratch.h"

/* --- emptying ----------------------------------------------------------------------------- */

static const struct csv_dialect commas = {
    .separator = ',', .quote = '"', .point = '.', .header = true};

static void emptied_is(const struct csv_dialect *dialect, struct str bytes, uint64_t position,
                       struct str wanted)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    struct err err = {0};
    uint64_t records;
    const struct emptying_request request = {dialect, &position, 1};
    must(csv_empty(bytes, &request, &out, &records, &err), &err);
    assert_int_equal(out.n, wanted.n);
    assert_memory_equal(out.at, wanted.at, wanted.n);
}

/* Expected bytes are worked by hand from the rule in collect.h. */
static void an_emptied_record_keeps_fields_and_line_end(void **state)
{
    struct csv_dialect bare = commas;
    struct csv_dialect headless = commas;
    struct csv_dialect tabs = {.separator = '\t', .quote = 0, .point = '.', .header = true};
    (void)state;
    headless.header = false;
    bare.quote = 0;
    emptied_is(&commas, STR("a,b\n1,2\n3,4\n"), 1, STR("a,b\n,\n3,4\n"));
    emptied_is(&commas, STR("a,b\r\n1,2\r\n3,4"), 2, STR("a,b\r\n1,2\r\n,"));
    emptied_is(&commas, STR("a,b\r1,2\r3,4\r"), 1, STR("a,b\r,\r3,4\r"));
    emptied_is(&commas, STR("a,b,c\n\"x\ny\",\"\"\"\",z\nq,r,s\n"), 1, STR("a,b,c\n,,\nq,r,s\n"));
    emptied_is(&commas, STR("a\nx\ny\n"), 1, STR("a\n\"\"\ny\n"));
    emptied_is(&bare, STR("a\nx\ny\n"), 2, STR("a\nx\n-\n"));
    emptied_is(&tabs, STR("a\tb\tc\n1\t2\t3\n"), 1, STR("a\tb\tc\n\t\t\n"));
    emptied_is(&headless, STR("1,2\n3,4\n"), 1, STR(",\n3,4\n"));
    emptied_is(&commas, STR("a,b\n1,2\n\n\n3,4\n"), 1, STR("a,b\n,\n\n\n3,4\n"));
    /* a rejected record keeps its own number of fields, so it stays one */
    emptied_is(&commas, STR("a,b\n1,2,3\n3,4\n"), 1, STR("a,b\n,,\n3,4\n"));
}

static void an_emptied_record_keeps_the_encoding(void **state)
{
    struct csv_dialect little = commas;
    struct csv_dialect big = commas;
    (void)state;
    little.encoding = CSV_UTF16LE;
    little.skip_bytes = 2;
    big.encoding = CSV_UTF16BE;
    big.skip_bytes = 2;
    emptied_is(&little,
               STR("\xFF\xFE"
                   "a\0,\0b\0\n\0"
                   "\x0A\x4E,\0002\0\r\0\n\0"),
               1,
               STR("\xFF\xFE"
                   "a\0,\0b\0\n\0"
                   ",\0\r\0\n\0"));
    emptied_is(&big,
               STR("\xFE\xFF"
                   "\0a\0,\0b\0\n"
                   "\x4E\x0A\0,\0002\0\n\0001\0,\0003"),
               1,
               STR("\xFE\xFF"
                   "\0a\0,\0b\0\n"
                   "\0,\0\n\0001\0,\0003"));
}

static void a_row_that_is_not_there_is_refused(void **state)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    struct err err = {0};
    uint64_t position = 3;
    uint64_t records;
    const struct emptying_request request = {&commas, &position, 1};
    (void)state;
    assert_false(csv_empty(STR("a,b\n1,2\n3,4\n"), &request, &out, &records, &err));
    assert_int_equal(err.code, ERR_INPUT);
}

static void a_dialect_survives_its_body(void **state)
{
    static const struct csv_dialect cases[] = {
        {',', '"', '.', CSV_UTF8, true, 3},
        {';', '"', ',', CSV_CP1252, false, 0},
        {'\t', 0, '.', CSV_UTF16LE, true, 2},
        {'|', 0, '.', CSV_UTF16BE, true, 2},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(json_release) json_t *object = dialect_json(&cases[i]);
        struct csv_dialect read = {.separator = 'x'};
        assert_true(dialect_read(object, &read));
        assert_int_equal(read.separator, cases[i].separator);
        assert_int_equal(read.quote, cases[i].quote);
        assert_int_equal(read.point, cases[i].point);
        assert_int_equal(read.encoding, cases[i].encoding);
        assert_int_equal(read.header, cases[i].header);
        assert_int_equal(read.skip_bytes, cases[i].skip_bytes);
        json_object_set_new(object, "encoding", json_string("ebcdic"));
        assert_false(dialect_read(object, &read));
    }
}

/* --- tables ------------------------------------------------------------------------------- */

static struct hash import(struct scratch *s, const char *name, const char *csv)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct import_report report;
    const struct import_draft draft = {.path = scratch_file(s, name, str_of(csv))};
    must(collect_import(s->record, &draft, &arena, &report, &err), &err);
    return report.id;
}

static void take_back(struct scratch *s, const struct hash *batch, uint64_t position)
{
    struct err err = {0};
    struct withdrawal w;
    must(collect_withdraw_rows(s->record, batch, &position, 1, &w, &err), &err);
    assert_true(w.erased);
}

static struct collected table(struct scratch *s, struct arena *arena)
{
    struct err err = {0};
    struct collected all;
    const struct collect_request request = {.table = STR("observations")};
    must(collect_table(s->record, &request, arena, &all, &err), &err);
    return all;
}

static void batches_make_one_table_in_their_order(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash first = import(s, "a.csv", "site,value\nweir,1.5\nmill,2\n");
    struct hash second = import(s, "b.csv", "site,value\nford,n/a\nweir,10\nmill,1,2\nford,3\n");
    take_back(s, &second, 2);
    struct collected all = table(s, &arena);
    assert_int_equal(all.table.rows, 4);
    assert_int_equal(all.batch_n, 2);
    assert_true(hash_eq(&all.batch[0], &first));
    assert_true(hash_eq(&all.batch[1], &second));
    static const size_t batch[] = {0, 0, 1, 1};
    static const uint64_t position[] = {1, 2, 1, 4};
    for (size_t r = 0; r < 4; r++) {
        size_t of;
        assert_int_equal(collected_position(&all, r, &of), position[r]);
        assert_int_equal(of, batch[r]);
    }
    const struct column *value = &all.table.column[table_find(&all.table, STR("value"))];
    assert_int_equal(value->type, COLUMN_NUMBER);
    assert_true(column_value(value, 0) == 1.5);
    assert_true(value->missing[2]);
    assert_true(column_value(value, 3) == 3);
}

static void text_in_one_batch_is_text_in_all(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    import(s, "a.csv", "code,n\n1,1\n2,2\n");
    import(s, "b.csv", "code,n\nx,3\n");
    struct collected all = table(s, &arena);
    const struct column *code = &all.table.column[table_find(&all.table, STR("code"))];
    assert_int_equal(code->type, COLUMN_CATEGORY);
    assert_int_equal(code->category_n, 3);
    assert_int_equal(all.table.rows, 3);
}

static void a_table_without_its_withdrawn_row_is_the_one_that_never_had_it(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hash batch = import(s, "a.csv", "x,y\n1,2\n3.25,4\n5,6\n");
    take_back(s, &batch, 2);
    struct collected all = table(s, &arena);
    assert_int_equal(all.table.rows, 2);
    /* without 3.25 the column needs no decimals */
    assert_int_equal(all.table.column[0].exponent, 0);
    assert_int_equal(all.table.column[0].mantissa[1], 5);
    take_back(s, &batch, 1);
    take_back(s, &batch, 3);
    struct err err = {0};
    const struct collect_request request = {.table = STR("observations")};
    assert_false(collect_table(s->record, &request, &arena, &all, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
}

static void only_what_came_after_the_lock_is_taken_if_asked(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct collected all;
    struct hash hypothesis;
    struct hash freeze;
    const struct hypothesis_draft draft = {.text = "t",
                                           .measure = "slope",
                                           .target = "y",
                                           .by = "x",
                                           .comparator = "at-most",
                                           .threshold = "0"};
    import(s, "a.csv", "x,y\n1,2\n");
    must(hypothesise_add(s->record, &draft, &hypothesis, &err), &err);
    must(hypothesise_freeze(s->record, &hypothesis, &freeze, &err), &err);
    struct collect_request request = {
        .table = STR("observations"), .freeze = &freeze, .only_after = true};
    assert_false(collect_table(s->record, &request, &arena, &all, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    err_clear(&err);
    struct hash later = import(s, "b.csv", "x,y\n7,8\n9,10\n");
    must(collect_table(s->record, &request, &arena, &all, &err), &err);
    assert_int_equal(all.table.rows, 2);
    assert_true(hash_eq(&all.batch[0], &later) && all.after[0]);
    request.only_after = false;
    must(collect_table(s->record, &request, &arena, &all, &err), &err);
    assert_int_equal(all.table.rows, 3);
    assert_false(all.after[0]);
    assert_true(all.after[1]);
    request.table = STR("nothing");
    assert_false(collect_table(s->record, &request, &arena, &all, &err));
    assert_non_null(strstr(err.what, "observations"));
}

static void the_same_file_is_taken_once(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct import_report report;
    struct hash batch = import(s, "a.csv", "x,y\n1,2\n3,4\n");
    struct import_draft draft = {.path = scratch_file(s, "b.csv", STR("x,y\n1,2\n3,4\n"))};
    assert_false(collect_import(s->record, &draft, &arena, &report, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    char shown[9];
    snprintf(shown, sizeof shown, "%.8s", hash_hex(&batch).at);
    assert_non_null(strstr(err.what, shown));
    err_clear(&err);
    take_back(s, &batch, 1);
    assert_false(collect_import(s->record, &draft, &arena, &report, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    err_clear(&err);
    draft.table = "other";
    must(collect_import(s->record, &draft, &arena, &report, &err), &err);
}

int main(void)
{
#define WITH_PROJECT(test) cmocka_unit_test_setup_teardown(test, scratch_up, scratch_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_emptied_record_keeps_fields_and_line_end),
        cmocka_unit_test(an_emptied_record_keeps_the_encoding),
        cmocka_unit_test(a_row_that_is_not_there_is_refused),
        cmocka_unit_test(a_dialect_survives_its_body),
        WITH_PROJECT(batches_make_one_table_in_their_order),
        WITH_PROJECT(text_in_one_batch_is_text_in_all),
        WITH_PROJECT(a_table_without_its_withdrawn_row_is_the_one_that_never_had_it),
        WITH_PROJECT(only_what_came_after_the_lock_is_taken_if_asked),
        WITH_PROJECT(the_same_file_is_taken_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
