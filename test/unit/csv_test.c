/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected records are worked out by hand from the grammar in csv.h. They are written as one text:
 * "position@line+offset: field|field!fault field\n". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "read/csv.h"

static bool write_down(void *context, const struct csv_record *record, struct err *err)
{
    (void)err;
    struct buf *out = context;
    buf_printf(out, "%llu@%llu+%llu: ", (unsigned long long)record->position,
               (unsigned long long)record->line, (unsigned long long)record->offset);
    for (size_t f = 0; f < record->field_n; f++) {
        buf_text(out, f ? "|" : "");
        buf_str(out, record->field[f]);
    }
    if (record->fault)
        buf_printf(out, "!%zu", record->fault_field);
    buf_char(out, '\n');
    return true;
}

/* All records of bytes fed in pieces of this size; false with err as the reader left it. */
static bool records_of(struct str bytes, const struct csv_dialect *dialect, size_t piece,
                       struct buf *out, struct err *err)
{
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(dialect, write_down, out);
    for (size_t i = 0; i < bytes.n; i += piece) {
        size_t n = bytes.n - i < piece ? bytes.n - i : piece;
        if (!csv_feed(reader, (struct str){bytes.at + i, n}, err))
            return false;
    }
    return csv_end(reader, err);
}

static void expect(struct str bytes, struct csv_dialect dialect, const char *expected)
{
    static const size_t pieces[] = {1, 2, 3, 7, SIZE_MAX / 2};
    for (size_t p = 0; p < COUNT_OF(pieces); p++) {
        struct buf out CLEANUP(buf_release) = BUF_INIT;
        struct err err = {0};
        assert_true(records_of(bytes, &dialect, pieces[p], &out, &err));
        assert_string_equal(out.at, expected);
    }
}

static const struct csv_dialect plain = {',', '"', '.', CSV_UTF8, true, 0};

static void every_line_end_ends_a_record(void **state)
{
    (void)state;
    expect(STR("a,b\n1,2\r\n3,4\r5,6"), plain, "0@1+0: a|b\n1@2+4: 1|2\n2@3+9: 3|4\n3@4+13: 5|6\n");
}

static void empty_lines_count_as_lines_only(void **state)
{
    (void)state;
    expect(STR("\n\r\na\r\r\n\n1\n\n\"\"\n"), plain, "0@3+3: a\n1@6+8: 1\n2@8+11: \n");
}

static void quotes_protect_separators_quotes_and_line_ends(void **state)
{
    (void)state;
    expect(STR("a,b\n\"1,\"\"x\"\"\",\"2\r\n\n\r3\"\n4,5\n"), plain,
           "0@1+0: a|b\n1@2+4: 1,\"x\"|2\r\n\n\r3\n2@6+23: 4|5\n");
}

static void a_quote_inside_a_field_is_a_plain_character(void **state)
{
    (void)state;
    expect(STR("a,b\n5\" x,\"\"\n 1\"\",2\"\n"), plain,
           "0@1+0: a|b\n1@2+4: 5\" x|\n2@3+12:  1\"\"|2\"\n");
}

static void a_reader_without_quote_takes_them_as_they_are(void **state)
{
    (void)state;
    struct csv_dialect d = {'\t', 0, '.', CSV_UTF8, false, 0};
    expect(STR("\"a\tb\"\n\"\t\"\"\n"), d, "1@1+0: \"a|b\"\n2@2+6: \"|\"\"\n");
}

static void text_behind_a_closing_quote_is_a_fault(void **state)
{
    (void)state;
    expect(STR("a,b\n1,\"2\"x\"y\n3,\"4\" \n5,\"6\"\n"), plain,
           "0@1+0: a|b\n1@2+4: 1|2x\"y!1\n2@3+13: 3|4 !1\n3@4+20: 5|6\n");
}

static void ragged_records_are_faults_and_keep_their_position(void **state)
{
    (void)state;
    expect(STR("a,b,c\n1,2,3\n4,5\n6,7,8,9\n\n10,11,12\n"), plain,
           "0@1+0: a|b|c\n1@2+6: 1|2|3\n2@3+12: 4|5!2\n3@4+16: 6|7|8|9!4\n4@6+25: 10|11|12\n");
}

static void halves_of_a_character_in_two_fields_are_no_character(void **state)
{
    (void)state;
    expect(STR("a,b\n\xE2\x82,\xAC\n\xE2\x82\xAC,1\n"), plain,
           "0@1+0: a|b\n1@2+4: \xE2\x82|\xAC!0\n2@3+9: \xE2\x82\xAC|1\n");
}

static void nul_is_a_fault_that_names_its_field(void **state)
{
    (void)state;
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    struct err err = {0};
    assert_true(records_of(STR("a,b\n1,x\0y\n2,3\n"), &plain, 1, &out, &err));
    struct str expected = STR("0@1+0: a|b\n1@2+4: 1|x\0y!1\n2@3+10: 2|3\n");
    assert_int_equal(out.n, expected.n);
    assert_memory_equal(out.at, expected.at, expected.n);
}

static void utf16_offsets_are_those_of_the_file(void **state)
{
    (void)state;
    struct csv_dialect le = {';', '"', '.', CSV_UTF16LE, true, 2};
    struct csv_dialect be = {';', '"', '.', CSV_UTF16BE, true, 2};
    /* "ä;b", then an owl (a surrogate pair), then a lone surrogate, then a whole record */
    expect(STR("\xFF\xFE\xE4\0;\0b\0\n\0"
               "\x3E\xD8\x89\xDD;\0"
               "1\0\n\0"
               "\x3E\xD8;\0"
               "2\0\n\0"
               "3\0;\0"
               "4\0"),
           le, "0@1+2: ä|b\n1@2+10: \xF0\x9F\xA6\x89|1\n2@3+20: \xFF|2!0\n3@4+28: 3|4\n");
    expect(STR("\xFE\xFF\0\xE4\0;\0b\0\r\0\n"
               "\xD8\x3E\xDD\x89\0;\0"
               "1"
               "\0"),
           be, "0@1+2: ä|b\n1@2+12: \xF0\x9F\xA6\x89|1\xFF!1\n");
}

static void cp1252_becomes_utf8_and_undefined_bytes_are_faults(void **state)
{
    (void)state;
    struct csv_dialect d = {';', '"', '.', CSV_CP1252, true, 0};
    expect(STR("a;b\n\x80;\xFC\n\x81;1\n2;3\n"), d,
           "0@1+0: a|b\n1@2+4: €|ü\n2@3+8: \xFF|1!0\n3@4+12: 2|3\n");
}

static void an_unclosed_quote_names_the_line_where_it_was_opened(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 40; piece += 38) {
        struct buf out CLEANUP(buf_release) = BUF_INIT;
        struct err err = {0};
        assert_false(records_of(STR("a,b\n\"x\ny\",\"never\n1,2\n"), &plain, piece, &out, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_non_null(strstr(err.what, "line 3"));
        assert_string_equal(out.at, "0@1+0: a|b\n");
    }
}

static void a_record_over_the_limit_is_refused(void **state)
{
    (void)state;
    struct buf bytes CLEANUP(buf_release) = BUF_INIT;
    buf_text(&bytes, "a\n");
    while (bytes.n < CSV_RECORD_MAX + 2)
        buf_text(&bytes, "0123456789abcdef");
    bytes.n = CSV_RECORD_MAX + 2;
    buf_char(&bytes, '\n');
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    struct err err = {0};
    assert_true(records_of(buf_view(&bytes), &plain, 99999, &out, &err));
    bytes.at[bytes.n - 1] = 'x';
    buf_char(&bytes, '\n');
    for (size_t piece = 4096; piece <= 1u << 24; piece <<= 12) {
        err_clear(&err);
        buf_clear(&out);
        assert_false(records_of(buf_view(&bytes), &plain, piece, &out, &err));
        assert_int_equal(err.code, ERR_LIMIT);
        assert_string_equal(out.at, "0@1+0: a\n");
    }
}

static void too_many_fields_are_refused(void **state)
{
    (void)state;
    struct buf bytes CLEANUP(buf_release) = BUF_INIT;
    for (int i = 1; i < CSV_COLUMNS_MAX; i++)
        buf_char(&bytes, ',');
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    struct err err = {0};
    assert_true(records_of(buf_view(&bytes), &plain, 1000, &out, &err));
    buf_char(&bytes, ',');
    assert_false(records_of(buf_view(&bytes), &plain, 1000, &out, &err));
    assert_int_equal(err.code, ERR_LIMIT);
}

/* --- the proposal ----------------------------------------------------------------------------- */

static void propose(struct str front, bool whole, struct csv_dialect expected)
{
    struct csv_dialect d = {0};
    struct err err = {0};
    assert_true(csv_propose(front, whole, &d, &err));
    assert_int_equal(d.separator, expected.separator);
    assert_int_equal(d.quote, '"');
    assert_int_equal(d.point, expected.point);
    assert_int_equal(d.encoding, expected.encoding);
    assert_int_equal(d.header, expected.header);
    assert_int_equal(d.skip_bytes, expected.skip_bytes);
}

static void the_separator_is_what_all_records_agree_on(void **state)
{
    (void)state;
    propose(STR("a,b\n1,2\n"), true, plain);
    propose(STR("a;b\n1,5;2\n2,5;x\n"), true,
            (struct csv_dialect){';', '"', ',', CSV_UTF8, true, 0});
    propose(STR("a\tb,c\nx\ty,z\n"), true, plain); /* a tie: the comma comes first */
    propose(STR("a\tb,c\nx\ty\n1.5\t2\n"), true,
            (struct csv_dialect){'\t', '"', '.', CSV_UTF8, true, 0});
    propose(STR("a|b\n\"x,y;z\"|\"1\n2\"\n"), true,
            (struct csv_dialect){'|', '"', '.', CSV_UTF8, true, 0});
    propose(STR("a,b,c\n1,2,3\n4,5\n6,7,8,9\n\n10,11,12\n"), true, plain);
    propose(STR("note\nit rained, then\nsun; and wind\n"), true, plain);
}

static void tabs_may_come_without_quoting(void **state)
{
    (void)state;
    struct csv_dialect d = {0};
    struct err err = {0};
    struct str bare = STR("k\ttext\nham\t\"Life\" is short\nham\t\"never\nham\tclosed\n");
    assert_true(csv_propose(bare, true, &d, &err));
    assert_int_equal(d.separator, '\t');
    assert_int_equal(d.quote, 0);
    struct str quoted = STR("k\ttext\nham\t\"one\ttwo\"\nham\t\"x\"\n");
    assert_true(csv_propose(quoted, true, &d, &err));
    assert_int_equal(d.quote, '"');
    struct str comma = STR("k,text\nham,\"Life\" is short\nham,x\n");
    assert_true(csv_propose(comma, true, &d, &err));
    assert_int_equal(d.quote, '"');
}

static void a_tie_goes_to_the_separator_that_leaves_more_numbers(void **state)
{
    (void)state;
    propose(STR("1,5;2,5\n3,25;4,5\n"), true,
            (struct csv_dialect){';', '"', ',', CSV_UTF8, false, 0});
}

static void a_first_record_with_a_number_or_without_text_is_no_header(void **state)
{
    (void)state;
    struct csv_dialect none = plain;
    none.header = false;
    propose(STR("a,b\n"), true, plain);
    propose(STR("id,temp,temp,\n1,20,21,x\n"), true, plain);
    propose(STR("a,7\nb,8\n"), true, none);
    propose(STR(",\nb,8\n"), true, none);
    propose(STR("wert\n1\n2\n"), true, plain);
}

static void the_decimal_comma_needs_a_majority_and_another_separator(void **state)
{
    (void)state;
    struct csv_dialect d = {';', '"', '.', CSV_UTF8, true, 0};
    propose(STR("a;b\n1,5;2.5\n"), true, d);
    propose(STR("a,b\n\"1,5\",\"2,5\"\n"), true, plain);
    d.point = ',';
    propose(STR("a;b\n1,5;2,5\n1.5;3\n"), true, d);
}

static void the_encoding_follows_the_bytes(void **state)
{
    (void)state;
    propose(STR("\xEF\xBB\xBF"
                "a,b\n1,2\n"),
            true, (struct csv_dialect){',', '"', '.', CSV_UTF8, true, 3});
    propose(STR("\xFF\xFE"
                "a\0;\0b\0\n\0"),
            true, (struct csv_dialect){';', '"', '.', CSV_UTF16LE, true, 2});
    propose(STR("a,b\nK\xF6ln,2\n"), true,
            (struct csv_dialect){',', '"', '.', CSV_CP1252, true, 0});
    /* one broken byte in a UTF-8 file does not turn the rest into something else */
    propose(STR("a,b\nKöln,2\nMüll\xF6,3\nGrün,4\n"), true, plain);
    /* 81 means nothing in CP1252 */
    propose(STR("a,b\nK\x81ln,2\n"), true, plain);
    /* a character cut by the end of the front is no evidence */
    propose(STR("a,b\n1,K\xC3"), false, plain);
    propose(STR("a,b\n1,K\xC3"), true, (struct csv_dialect){',', '"', '.', CSV_CP1252, true, 0});
}

static void refuse(struct str front, const char *named)
{
    struct csv_dialect d = {0};
    struct err err = {0};
    assert_false(csv_propose(front, true, &d, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.what, named));
    assert_true(err.next[0] != '\0');
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    refuse(STR(""), "empty");
    refuse(STR("\xEF\xBB\xBF"), "empty");
    refuse(STR("a\0,\0b\0\n\0"), "byte 2");
    refuse(STR("PK\x03\x04\x14\0\x06\xFF\xFE\xFA"), "byte 6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_end_ends_a_record),
        cmocka_unit_test(empty_lines_count_as_lines_only),
        cmocka_unit_test(quotes_protect_separators_quotes_and_line_ends),
        cmocka_unit_test(a_quote_inside_a_field_is_a_plain_character),
        cmocka_unit_test(a_reader_without_quote_takes_them_as_they_are),
        cmocka_unit_test(text_behind_a_closing_quote_is_a_fault),
        cmocka_unit_test(ragged_records_are_faults_and_keep_their_position),
        cmocka_unit_test(halves_of_a_character_in_two_fields_are_no_character),
        cmocka_unit_test(nul_is_a_fault_that_names_its_field),
        cmocka_unit_test(utf16_offsets_are_those_of_the_file),
        cmocka_unit_test(cp1252_becomes_utf8_and_undefined_bytes_are_faults),
        cmocka_unit_test(an_unclosed_quote_names_the_line_where_it_was_opened),
        cmocka_unit_test(a_record_over_the_limit_is_refused),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(the_separator_is_what_all_records_agree_on),
        cmocka_unit_test(tabs_may_come_without_quoting),
        cmocka_unit_test(a_tie_goes_to_the_separator_that_leaves_more_numbers),
        cmocka_unit_test(a_first_record_with_a_number_or_without_text_is_no_header),
        cmocka_unit_test(the_decimal_comma_needs_a_majority_and_another_separator),
        cmocka_unit_test(the_encoding_follows_the_bytes),
        cmocka_unit_test(what_is_no_text_is_refused),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
