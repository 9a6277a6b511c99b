/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected mantissas are worked out by hand; roundings with Python's decimal, ROUND_HALF_EVEN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "read/columns.h"

static const struct csv_dialect with_header = {',', '"', '.', CSV_UTF8, true, 0};

static struct columns take(struct arena *arena, struct str bytes, struct columns_options options)
{
    struct columns ret = {0};
    struct err err = {0};
    if (!options.dialect)
        options.dialect = &with_header;
    if (!columns_read(bytes, &options, arena, &ret, &err))
        fail_msg("%s", err.what);
    return ret;
}

static struct err refuse(struct str bytes, struct columns_options options)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns ret = {0};
    struct err err = {0};
    if (!options.dialect)
        options.dialect = &with_header;
    assert_false(columns_read(bytes, &options, &arena, &ret, &err));
    assert_true(err.next[0] != '\0');
    assert_null(ret.table.column);
    return err;
}

static const struct columns_options none = {0};

static void numbers_are_exact_under_one_minimal_exponent(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns c =
        take(&arena, STR("a,b,z,h\n1.50,1000,0,1e3\n -2 ,200,0.0,\n.25,NA,0,0\n"), none);
    assert_int_equal(c.table.rows, 3);
    const struct column *a = &c.table.column[0];
    assert_int_equal(a->type, COLUMN_NUMBER);
    assert_int_equal(a->exponent, -2);
    assert_int_equal(a->mantissa[0], 150);
    assert_int_equal(a->mantissa[1], -200);
    assert_int_equal(a->mantissa[2], 25);
    const struct column *b = &c.table.column[1];
    assert_int_equal(b->exponent, 2);
    assert_int_equal(b->mantissa[0], 10);
    assert_int_equal(b->mantissa[1], 2);
    assert_int_equal(b->missing[2], 1);
    assert_int_equal(b->mantissa[2], 0);
    assert_int_equal(c.table.column[2].exponent, 0);
    assert_int_equal(c.table.column[3].exponent, 3);
    assert_int_equal(c.table.column[3].missing[1], 1);
    assert_int_equal(c.fault_total, 0);
}

static void what_does_not_fit_18_digits_is_rounded_half_even_and_listed(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns c = take(&arena, STR("a\n123456789012345678\n2.5\n3.5\n-2.5\n-2.51\n7\n"), none);
    const struct column *a = &c.table.column[0];
    const int64_t expected[] = {123456789012345678, 2, 4, -2, -3, 7};
    assert_int_equal(a->exponent, 0);
    for (size_t r = 0; r < 6; r++)
        assert_int_equal(a->mantissa[r], expected[r]);
    assert_int_equal(c.fault_total, 4);
    assert_int_equal(c.rejected, 0);
    assert_int_equal(c.fault[0].kind, COLUMNS_ROUNDED);
    assert_int_equal(c.fault[0].position, 2);
    assert_int_equal(c.fault[0].line, 3);
    assert_true(str_eq(c.fault[0].column, STR("a")));
}

static void far_apart_numbers_end_under_the_minimal_exponent(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns c = take(&arena, STR("a\n1e20\n-1e-200\n0\n"), none);
    assert_int_equal(c.table.column[0].exponent, 20);
    assert_int_equal(c.table.column[0].mantissa[0], 1);
    assert_int_equal(c.table.column[0].mantissa[1], 0);
    assert_int_equal(c.fault_total, 1);
}

static void one_text_makes_a_category_and_says_so_if_the_rest_are_numbers(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns c = take(
        &arena, STR("a,b\n1,x\n2,y\n3,1\n4,2\n5,3\n6,4\n7,5\n8,6\n9,7\n\"1.234,56\",8\n"), none);
    assert_int_equal(c.table.column[0].type, COLUMN_CATEGORY);
    assert_int_equal(c.table.column[1].type, COLUMN_CATEGORY);
    assert_int_equal(c.fault_total, 1);
    assert_int_equal(c.fault[0].kind, COLUMNS_KEPT_TEXT);
    assert_int_equal(c.fault[0].line, 11);
    assert_int_equal(c.fault[0].position, 10);
    assert_true(str_eq(c.fault[0].column, STR("a")));
    assert_int_equal(c.table.rows, 10);
}

static void categories_are_in_byte_order_composed_and_trimmed(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns c = take(&arena, STR(" k\n z\nGr\xC3\xBCn\nNA\nGru\xCC\x88n\nA\n"), none);
    const struct column *k = &c.table.column[0];
    assert_true(str_eq(k->name, STR("k")));
    assert_int_equal(k->category_n, 3);
    assert_true(str_eq(k->category[0], STR("A")));
    assert_true(str_eq(k->category[1], STR("Gr\xC3\xBCn")));
    assert_true(str_eq(k->category[2], STR("z")));
    const uint32_t codes[] = {2, 1, 0, 1, 0};
    for (size_t r = 0; r < 5; r++)
        assert_int_equal(k->code[r], codes[r]);
    assert_int_equal(k->missing[2], 1);
}

static void many_categories_keep_their_rows(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf bytes CLEANUP(buf_release) = BUF_INIT;
    buf_text(&bytes, "k\n");
    for (int r = 0; r < 3000; r++)
        buf_printf(&bytes, "t%d\n", r * 7919 % 1000);
    struct columns c = take(&arena, buf_view(&bytes), none);
    const struct column *k = &c.table.column[0];
    assert_int_equal(k->category_n, 1000);
    for (size_t i = 1; i < k->category_n; i++)
        assert_true(str_cmp(k->category[i - 1], k->category[i]) < 0);
    for (int r = 0; r < 3000; r++) {
        char expected[16];
        snprintf(expected, sizeof expected, "t%d", r * 7919 % 1000);
        assert_true(str_eq(k->category[k->code[r]], str_of(expected)));
    }
}

static void rejected_and_withdrawn_records_keep_their_position(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const uint8_t emptied[] = {0, 0, 1};
    struct columns c = take(&arena, STR("a,b\n1,2\n3\n,\n5,6\n7,\"8\"x\n"),
                            (struct columns_options){.emptied = emptied, .emptied_n = 3});
    assert_int_equal(c.table.rows, 2);
    assert_int_equal(c.records, 5);
    assert_int_equal(c.rejected, 2);
    size_t part;
    assert_int_equal(columns_position(&c, 0, &part), 1);
    assert_int_equal(columns_position(&c, 1, &part), 4);
    assert_int_equal(part, 0);
    assert_int_equal(c.fault_n, 2);
    assert_int_equal(c.fault[0].position, 2);
    assert_int_equal(c.fault[1].line, 6);
    assert_true(str_eq(c.fault[1].column, STR("b")));
}

static void missing_and_category_can_be_stated(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct str missing[] = {STR("-200")};
    const struct str category[] = {STR("site"), STR("unknown")};
    struct columns c =
        take(&arena, STR("t,site\n-200,01\n5,1\n"),
             (struct columns_options){
                 .missing = missing, .missing_n = 1, .as_category = category, .as_category_n = 2});
    assert_int_equal(c.table.column[0].type, COLUMN_NUMBER);
    assert_int_equal(c.table.column[0].missing[0], 1);
    assert_int_equal(c.table.column[1].type, COLUMN_CATEGORY);
    assert_true(str_eq(c.table.column[1].category[0], STR("01")));
}

static void names_come_from_the_options_the_header_or_the_place(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct csv_dialect headless = with_header;
    headless.header = false;
    const struct str names[] = {STR("x"), STR("y")};
    struct columns_options o = {.dialect = &headless};
    struct columns c = take(&arena, STR("1,2\n3,4\n"), o);
    assert_true(str_eq(c.table.column[1].name, STR("c2")));
    assert_int_equal(c.table.rows, 2);
    o.names = names;
    o.names_n = 2;
    c = take(&arena, STR("1,2\n3,4\n"), o);
    assert_true(str_eq(c.table.column[1].name, STR("y")));
    o.dialect = &with_header;
    c = take(&arena, STR("same,same\n3,4\n"), o);
    assert_true(str_eq(c.table.column[0].name, STR("x")));
    assert_int_equal(c.table.rows, 1);
    o.names_n = 1;
    assert_int_equal(refuse(STR("a,b\n3,4\n"), o).code, ERR_INPUT);
}

static void wrong_headers_are_refused_by_column(void **state)
{
    (void)state;
    struct err err;
    refuse(STR("a\xFF,b\n1,2\n"), none);
    refuse(STR("a,b\n"), none);
    refuse(STR(""), none);
    err = refuse(STR("a,b\n1\n2\n"), none);
    assert_non_null(strstr(err.what, "Line 2"));
}

static void an_empty_column_without_name_is_left_out(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns c = take(&arena, STR("a,,b,\n1,,x,\n2, ,y,\n"), none);
    assert_int_equal(c.table.column_n, 2);
    assert_true(str_eq(c.table.column[1].name, STR("b")));
    assert_int_equal(c.fault_total, 2);
    assert_int_equal(c.fault[1].kind, COLUMNS_LEFT_OUT);
    assert_int_equal(c.rejected, 0);
}

static void repeated_and_empty_names_get_one_and_are_told(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns c = take(&arena, STR("id,temp, temp,,T (m)\n1,20,21,x,3\n"), none);
    static const char *const names[] = {"id", "temp", "temp (2)", "column 4", "T (m)"};
    assert_int_equal(c.table.column_n, 5);
    for (size_t i = 0; i < 5; i++)
        assert_true(str_eq(c.table.column[i].name, str_of(names[i])));
    assert_true(str_eq(c.table.column[4].unit, STR("m")));
    assert_int_equal(table_find(&c.table, STR("T")), 4);
    assert_int_equal(table_find(&c.table, STR("te")), 5);
    assert_int_equal(c.fault_total, 2);
    assert_int_equal(c.fault[0].kind, COLUMNS_RENAMED);
    assert_true(str_eq(c.fault[1].column, STR("column 4")));
}

static const char header_of_times[] = "day,t,when,n\n";
static const char row_of_times[] = "13/4/2020,18.30.00,2020-04-13T18:30:00.5+02:00,1\n";

static void times_are_numbers_and_give_season_and_hour(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf text CLEANUP(buf_release) = BUF_INIT;
    buf_printf(&text, "%s%s3/4/2020,6.05.00,2021-04-14T06:00Z,2\n5/4/2022,,,3\n", header_of_times,
               row_of_times);
    struct columns c = take(&arena, buf_view(&text), none);
    static const char *const names[] = {
        "day", "t", "when", "n", "day: day of year", "t: hour", "when: day of year", "when: hour"};
    /* Days and seconds by Python's datetime. */
    static const int64_t expected[3][8] = {
        {18365, 66600, 1586802600500000, 1, 104, 185000, 104, 185001},
        {18355, 21900, 1618380000000000, 2, 94, 60833, 104, 60000},
        {19087, 0, 0, 3, 95, 0, 0, 0}};
    static const int exponent[] = {0, 0, -6, 0, 0, -4, 0, -4};
    assert_int_equal(c.table.column_n, 8);
    assert_int_equal(c.fault_total, 0);
    for (size_t i = 0; i < 8; i++) {
        const struct column *column = &c.table.column[i];
        assert_true(str_eq(column->name, str_of(names[i])));
        assert_int_equal(column->type, COLUMN_NUMBER);
        assert_int_equal(column->exponent, exponent[i]);
        for (size_t r = 0; r < 3; r++)
            if (column->mantissa[r] != expected[r][i])
                fail_msg("%s, row %zu: %lld", names[i], r, (long long)column->mantissa[r]);
        assert_int_equal(column->missing[2], i == 1 || i == 2 || i == 5 || i == 6 || i == 7);
    }
    assert_int_equal(c.plan[0].order, DATE_DMY);
    assert_true(c.table.column[0].only_if_named);
    assert_false(c.table.column[4].only_if_named); /* three calendar years */
    assert_true(c.table.column[6].only_if_named);
    struct err err = {0};
    assert_true(table_check(&c.table, &err));
}

static void an_open_order_stays_text_until_somebody_says_it(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct str text = STR("d,e\n3/4/2020,3/4/2020\n5/6/2020,5/6/2020\n");
    struct columns c = take(&arena, text, none);
    assert_int_equal(c.table.column[0].type, COLUMN_CATEGORY);
    assert_int_equal(c.fault[0].kind, COLUMNS_DATES);
    assert_int_equal(c.fault[0].line, 2);
    assert_non_null(strstr(c.fault[0].what.at, "--dates dmy|mdy|ymd"));
    const struct str dates[] = {STR("mdy"), STR("d=dmy")};
    c = take(&arena, text, (struct columns_options){.dates = dates, .dates_n = 2});
    assert_int_equal(c.table.column[0].mantissa[0], 18355); /* 3 April */
    assert_int_equal(c.table.column[1].mantissa[0], 18325); /* 4 March */
    const struct str wrong[] = {STR("x=dmy"), STR("dym")};
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(
            refuse(text, (struct columns_options){.dates = &wrong[i], .dates_n = 1}).code,
            i ? ERR_USAGE : ERR_NOT_FOUND);
}

static void slips_are_missing_and_listed(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf text CLEANUP(buf_release) = BUF_INIT;
    buf_text(&text, "n,d\n");
    for (int r = 1; r <= 200; r++)
        buf_printf(&text, "%s,%s\n", r == 7 || r == 90 ? "12?" : "2.5",
                   r == 50 ? "soon" : "2020-01-02");
    struct columns c = take(&arena, buf_view(&text), none);
    assert_int_equal(c.table.column[0].type, COLUMN_NUMBER);
    assert_int_equal(c.table.column[1].time, TIME_DATE);
    assert_int_equal(c.table.rows, 200);
    assert_int_equal(c.cells_rejected, 3);
    assert_int_equal(c.about[0].rejected, 2);
    assert_int_equal(c.about[0].missing, 2);
    assert_int_equal(c.table.column[0].missing[6], 1);
    assert_int_equal(c.table.column[1].missing[49], 1);
    assert_int_equal(c.table.column[2].missing[49], 1); /* the day of the year */
    assert_int_equal(c.fault_total, 3);
    static const uint64_t position[] = {7, 50, 90};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(c.fault[i].kind, COLUMNS_CELL);
        assert_int_equal(c.fault[i].position, position[i]);
        assert_int_equal(c.fault[i].line, position[i] + 1);
    }
    assert_non_null(strstr(c.fault[1].what.at, "soon"));
}

static void what_was_read_once_is_read_so_again(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct field_plan plan[] = {
        {.name = STR("d"), .time = TIME_DATE, .order = DATE_MDY},
        {.name = STR("n"), .type = COLUMN_CATEGORY},
        {.name = STR("d: day of year"), .derived = STR("d"), .part = DERIVE_DAY_OF_YEAR}};
    struct columns c = take(&arena, STR("d,n,\n3/4/2020,1,\nx,2,\n"),
                            (struct columns_options){.plan = plan, .plan_n = 3});
    assert_int_equal(c.table.column_n, 3);
    assert_int_equal(c.table.column[0].mantissa[0], 18325);
    assert_int_equal(c.table.column[0].missing[1], 1);
    assert_int_equal(c.table.column[1].type, COLUMN_CATEGORY);
    assert_int_equal(c.table.column[2].mantissa[0], 64);
    assert_int_equal(c.cells_rejected, 1);
    const struct field_plan bare[] = {{.name = STR("d"), .time = TIME_DATE, .order = DATE_MDY},
                                      {.name = STR("n")}};
    c = take(&arena, STR("d,n\n3/4/2020,1\n"), (struct columns_options){.plan = bare, .plan_n = 2});
    assert_int_equal(c.table.column_n, 2);
}

/* What is said of one column goes before what is said of all, and both before the words that mean
 * "missing" by themselves; those are counted. */
static void a_word_for_missing_can_be_a_value(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    static const struct {
        const char *said[2];
        const char *missing[2]; /* of columns a and b: which rows */
    } all[] = {
        {{"NA", "NA"}, {"xx-x-", "xx-x-"}},          {{"!=null", "NA"}, {"-x-x-", "-x-x-"}},
        {{"a!=null", "-1.0"}, {"-xxx-", "xxxx-"}},   {{"a!=null", "b!=NA"}, {"-x-x-", "x--x-"}},
        {{"-1", " b != -1.0 "}, {"xxxx-", "xx-x-"}}, {{"!=x", "b=x"}, {"xx-x-", "xx-xx"}},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct str said[] = {str_of(all[i].said[0]), str_of(all[i].said[1])};
        struct columns c = take(&arena, STR("a,b\nnull,null\nNA,NA\n-1,-1\n,\nx,x\n"),
                                (struct columns_options){.missing = said, .missing_n = 2});
        for (size_t k = 0; k < 2; k++) {
            uint64_t wanted = 0, known = 0;
            for (size_t r = 0; r < 5; r++) {
                if (c.table.column[k].missing[r] != (all[i].missing[k][r] == 'x'))
                    fail_msg("case %d, column %d, row %d", (int)i, (int)k, (int)r);
                wanted += r < 2 && all[i].missing[k][r] == 'x';
            }
            for (size_t w = 0; w < FIELD_KNOWN_WORDS; w++)
                known += c.about[k].known[w];
            assert_int_equal(known, wanted);
        }
    }
}

static void missing_can_be_stated_for_one_column_in_any_notation(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct str missing[] = {STR("a=-200")};
    struct columns c = take(&arena, STR("a,b\n-200.0,-200\n-2e2,1\n-200,2\n5,3\n"),
                            (struct columns_options){.missing = missing, .missing_n = 1});
    for (size_t r = 0; r < 4; r++) {
        assert_int_equal(c.table.column[0].missing[r], r < 3);
        assert_int_equal(c.table.column[1].missing[r], 0);
    }
    const struct str wrong[] = {STR("c=-200")};
    assert_int_equal(
        refuse(STR("a,b\n1,2\n"), (struct columns_options){.missing = wrong, .missing_n = 1}).code,
        ERR_NOT_FOUND);
}

static void days_that_name_groups_have_one_notation(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const struct str category[] = {STR("day")};
    struct columns c = take(&arena, STR("day,n\n1.5.2020,1\n01.05.2020,2\n13.05.2020,3\n"),
                            (struct columns_options){.as_category = category, .as_category_n = 1});
    const struct column *day = &c.table.column[0];
    assert_int_equal(day->type, COLUMN_CATEGORY);
    assert_int_equal(day->category_n, 2);
    assert_true(str_eq(day->category[0], STR("2020-05-01")));
    assert_int_equal(day->code[1], 0);
    assert_int_equal(c.table.column[2].mantissa[2], 134);
}

/* Several files as one table. */
static bool open_parts(struct arena *arena, const char *const *file, size_t n, struct columns *ret,
                       struct err *err)
{
    struct str *text = arena_get(arena, n, sizeof *text);
    struct bytes *bytes = arena_get(arena, n, sizeof *bytes);
    struct columns_part *part = arena_get(arena, n, sizeof *part);
    for (size_t i = 0; i < n; i++) {
        text[i] = str_of(file[i]);
        bytes[i] = bytes_of_str(&text[i]);
        part[i] = (struct columns_part){.bytes = &bytes[i], .options = {.dialect = &with_header}};
    }
    const struct columns_request request = {.part = part, .parts = n, .memory_bytes = UINT64_MAX};
    return columns_open(&request, arena, ret, err);
}

static void parts_are_joined_like_one_file(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const char *const files[] = {"n,k,m\n1.5,b,\n2,c,\n", "n,k,m\n100,a,x\n,b,\n"};
    struct columns joined = {0};
    struct err err = {0};
    size_t part;
    assert_true(open_parts(&arena, files, 2, &joined, &err));
    const struct table t = joined.table;
    const int64_t n[] = {15, 20, 1000, 0};
    const uint32_t k[] = {1, 2, 0, 1};
    assert_int_equal(t.rows, 4);
    assert_int_equal(t.column[0].exponent, -1);
    assert_int_equal(t.column[0].missing[3], 1);
    for (size_t r = 0; r < 4; r++) {
        assert_int_equal(t.column[0].mantissa[r], n[r]);
        assert_int_equal(t.column[1].code[r], k[r]);
        assert_int_equal(t.column[2].missing[r], r != 2);
        assert_int_equal(columns_position(&joined, r, &part), 1 + r % 2);
        assert_int_equal(part, r / 2);
    }
    assert_int_equal(t.column[1].category_n, 3);
    assert_int_equal(t.column[2].type, COLUMN_CATEGORY);
    assert_true(str_eq(t.column[2].category[0], STR("x")));
}

static void a_number_here_and_text_there_is_text_in_all_and_told(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const char *const files[] = {"n,k\n1.50,b\n", "n,k\n1,7\n", "n,k\n?,x\n"};
    struct columns c = {0};
    struct err err = {0};
    assert_true(open_parts(&arena, files, 3, &c, &err));
    const struct column *n = &c.table.column[0];
    assert_int_equal(n->type, COLUMN_CATEGORY);
    assert_int_equal(n->category_n, 3);
    assert_true(str_eq(n->category[n->code[0]], STR("1.50")));
    assert_true(str_eq(n->category[n->code[2]], STR("?")));
    assert_int_equal(c.fault_total, 3);
    assert_int_equal(c.fault[0].kind, COLUMNS_TEXT_ELSEWHERE);
    assert_int_equal(c.fault[2].part, 1);
    assert_true(str_eq(c.fault[2].column, STR("k")));
}

static void one_part_tells_the_order_of_dates_in_all(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const char *const files[] = {"d\n3/4/2020\n", "d\n13/4/2020\n", "d\nNA\n"};
    struct columns c = {0};
    struct err err = {0};
    assert_true(open_parts(&arena, files, 3, &c, &err));
    assert_int_equal(c.table.column[0].time, TIME_DATE);
    assert_int_equal(c.table.column[0].mantissa[0], 18355);
    assert_int_equal(c.table.column[0].missing[2], 1);
    assert_int_equal(c.fault_total, 0);
    const char *const mixed[] = {"d\n13/4/2020\n", "d\nlater\n"};
    assert_true(open_parts(&arena, mixed, 2, &c, &err));
    assert_int_equal(c.table.column[0].type, COLUMN_CATEGORY);
    assert_int_equal(c.table.column_n, 1);
}

static void parts_that_differ_are_refused_by_file_and_column(void **state)
{
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    const char *const other[] = {"n,q\n1,b\n", "n\n1\n", "n,k\n1e18,x\n"};
    const enum err_code code[] = {ERR_INPUT, ERR_INPUT, ERR_LIMIT};
    const char *const named[] = {"column 2", "File 2 has 1", "column n"};
    for (size_t i = 0; i < COUNT_OF(other); i++) {
        const char *const files[] = {"n,k\n1.5,b\n", other[i]};
        struct columns c = {0};
        struct err err = {0};
        assert_false(open_parts(&arena, files, 2, &c, &err));
        assert_int_equal(err.code, code[i]);
        assert_non_null(strstr(err.what, named[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_exact_under_one_minimal_exponent),
        cmocka_unit_test(what_does_not_fit_18_digits_is_rounded_half_even_and_listed),
        cmocka_unit_test(far_apart_numbers_end_under_the_minimal_exponent),
        cmocka_unit_test(one_text_makes_a_category_and_says_so_if_the_rest_are_numbers),
        cmocka_unit_test(categories_are_in_byte_order_composed_and_trimmed),
        cmocka_unit_test(many_categories_keep_their_rows),
        cmocka_unit_test(rejected_and_withdrawn_records_keep_their_position),
        cmocka_unit_test(missing_and_category_can_be_stated),
        cmocka_unit_test(names_come_from_the_options_the_header_or_the_place),
        cmocka_unit_test(wrong_headers_are_refused_by_column),
        cmocka_unit_test(an_empty_column_without_name_is_left_out),
        cmocka_unit_test(repeated_and_empty_names_get_one_and_are_told),
        cmocka_unit_test(times_are_numbers_and_give_season_and_hour),
        cmocka_unit_test(an_open_order_stays_text_until_somebody_says_it),
        cmocka_unit_test(slips_are_missing_and_listed),
        cmocka_unit_test(what_was_read_once_is_read_so_again),
        cmocka_unit_test(missing_can_be_stated_for_one_column_in_any_notation),
        cmocka_unit_test(a_word_for_missing_can_be_a_value),
        cmocka_unit_test(days_that_name_groups_have_one_notation),
        cmocka_unit_test(one_part_tells_the_order_of_dates_in_all),
        cmocka_unit_test(parts_are_joined_like_one_file),
        cmocka_unit_test(a_number_here_and_text_there_is_text_in_all_and_told),
        cmocka_unit_test(parts_that_differ_are_refused_by_file_and_column),
    };
    return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
