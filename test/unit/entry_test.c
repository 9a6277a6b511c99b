/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "record/entry.h"

#define X0 "0000000000000000000000000000000000000000000000000000000000000000"
#define X1 "1111111111111111111111111111111111111111111111111111111111111111"
#define X2 "2222222222222222222222222222222222222222222222222222222222222222"
#define XA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define XF "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define LARGEST "9007199254740991" /* 2^53 - 1 */

/* The two headers that all variants start from. */
static const char first[] = "allmende 1\nproject -\nkind project\nauthor " XA "\nseq 1\nprev -\n"
                            "count 1\nbody " X1 " 2\n";
static const char later[] = "allmende 1\nproject " X0 "\nkind question\nauthor " XA "\nseq 2\n"
                            "prev " X1 "\nafter " X1 "\nafter " X2 "\ncount 7\nbody " X1
                            " 12\nprivate " X2 " 0\nblob " XF " " LARGEST "\nblob " X0 " 0\n";

/* text with the first `from` replaced by `to`; into out. */
static struct str changed(const char *text, const char *from, const char *to, struct buf *out)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    buf_clear(out);
    buf_add(out, text, (size_t)(at - text));
    buf_text(out, to);
    buf_text(out, at + strlen(from));
    return buf_view(out);
}

static bool decodes_to_itself(struct str text)
{
    CLEANUP(buf_release) struct buf again = BUF_INIT;
    struct header header;
    struct err err = {0};
    if (!header_decode(text, &header, &err))
        return false;
    header_encode(&header, &again);
    return str_eq(text, buf_view(&again));
}

/* Refused with this code; the sentence names line `line` (0: no line). */
static void assert_refused(struct str text, enum err_code code, unsigned line)
{
    struct header header = {.seq = 77};
    struct err err = {0};
    char number[16];
    if (header_decode(text, &header, &err))
        fail_msg("accepted:\n%.*s", STR_ARG(text));
    if (err.code != code)
        fail_msg("%s instead of %s: %s", err_code_name(err.code), err_code_name(code), err.what);
    snprintf(number, sizeof number, "Line %u ", line);
    if (line && !strstr(err.what, number))
        fail_msg("line %u is not named: %s", line, err.what);
    assert_true(err.next[0]);
    assert_int_equal(header.seq, 77); /* ret is untouched */
}

static void a_header_is_read_field_by_field(void **state)
{
    (void)state;
    struct header h;
    struct err err = {0};
    assert_true(header_decode(str_of(first), &h, &err));
    assert_true(h.founding && !h.has_prev && !h.has_private);
    assert_string_equal(h.kind, "project");
    assert_true(h.after_n == 0 && h.blob_n == 0 && h.seq == 1 && h.count == 1 && h.body.bytes == 2);
    assert_true(header_decode(str_of(later), &h, &err));
    assert_true(!h.founding && h.has_prev && h.has_private);
    assert_true(h.author.at[31] == 0xaa && h.prev.at[0] == 0x11 && h.project.at[5] == 0);
    assert_true(h.after_n == 2 && h.after[1].at[9] == 0x22 && h.seq == 2 && h.count == 7);
    assert_true(h.body.bytes == 12 && h.private.hash.at[0] == 0x22 && h.private.bytes == 0);
    assert_true(h.blob_n == 2 && h.blob[0].hash.at[0] == 0xff && h.blob[1].bytes == 0);
    assert_true(h.blob[0].bytes == 9007199254740991);
    assert_true(decodes_to_itself(str_of(first)) && decodes_to_itself(str_of(later)));
}

struct variant {
    const char *from; /* "" puts `to` in front */
    const char *to;
    enum err_code code;
    unsigned line;
};

static const struct variant variants[] = {
    /* the first line */
    {"allmende 1\n", "allmende 2\n", ERR_UNSUPPORTED, 1},
    {"allmende 1\n", "allmende 18446744073709551615\n", ERR_UNSUPPORTED, 1},
    {"allmende 1\n", "allmende 0\n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende 01\n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende 1 \n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende  1\n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende\n", ERR_INPUT, 1},
    {"allmende 1\n", "Allmende 1\n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende 1\r\n", ERR_INPUT, 1},
    {"allmende 1\n", "", ERR_INPUT, 1},
    {"", "\n", ERR_INPUT, 1},
    {"", " ", ERR_INPUT, 1},
    {"", "\xef\xbb\xbf", ERR_INPUT, 1},
    /* project */
    {"project " X0, "project " XA "a", ERR_INPUT, 2},
    {"project " X0, "project --", ERR_INPUT, 2},
    {"project " X0, "project ", ERR_INPUT, 2},
    {"project " X0, "project", ERR_INPUT, 2},
    {"project " X0, "project\t" X0, ERR_INPUT, 2},
    {"project " X0, "project -", ERR_INPUT, 9}, /* founding, but something comes before it */
    {"project " X0 "\n", "", ERR_INPUT, 2},
    {"project " X0, "Project " X0, ERR_INPUT, 2},
    /* kind */
    {"kind question", "kind ", ERR_INPUT, 3},
    {"kind question", "kind Question", ERR_INPUT, 3},
    {"kind question", "kind que stion", ERR_INPUT, 3},
    {"kind question", "kind question1", ERR_INPUT, 3},
    {"kind question", "kind qu\xc3\xa4stion", ERR_INPUT, 3},
    {"kind question", "kind abcdefghijklmnopqrstuvwxyz-abcdef", ERR_INPUT, 3}, /* 33 */
    {"kind question", " kind question", ERR_INPUT, 3},
    /* author */
    {"author " XA, "author -", ERR_INPUT, 4},
    {"author aa", "author AA", ERR_INPUT, 4},
    {"author aa", "author a", ERR_INPUT, 4},
    {"author aa", "author ag", ERR_INPUT, 4},
    {"author aa", "author 0xaa", ERR_INPUT, 4},
    {"author " XA, "author " XA " ", ERR_INPUT, 4},
    {"author " XA, "author  " XA, ERR_INPUT, 4},
    /* seq */
    {"seq 2", "seq 0", ERR_INPUT, 5},
    {"seq 2", "seq 02", ERR_INPUT, 5},
    {"seq 2", "seq +2", ERR_INPUT, 5},
    {"seq 2", "seq -2", ERR_INPUT, 5},
    {"seq 2", "seq 2.0", ERR_INPUT, 5},
    {"seq 2", "seq ", ERR_INPUT, 5},
    {"seq 2", "seq 9007199254740992", ERR_INPUT, 5},
    {"seq 2", "seq 18446744073709551618", ERR_INPUT, 5},
    /* prev */
    {"prev " X1, "prev -", ERR_INPUT, 6}, /* seq 2 without prev */
    {"seq 2", "seq 1", ERR_INPUT, 6},     /* seq 1 with prev */
    {"prev 11", "prev 1", ERR_INPUT, 6},
    {"prev 11", "prev", ERR_INPUT, 6},
    {"prev " X1 "\n", "", ERR_INPUT, 6},
    {"prev " X1, "prev " XA XA, ERR_INPUT, 6},
    /* after */
    {"after " X1, "after " X2, ERR_INPUT, 8}, /* the same twice */
    {"after " X1, "after " XA, ERR_INPUT, 8}, /* descending */
    {"after 11", "after AA", ERR_INPUT, 7},
    {"after " X1, "after -", ERR_INPUT, 7},
    {"after " X1, "after", ERR_INPUT, 7},
    /* count */
    {"count 7", "count 1", ERR_INPUT, 9},
    {"count 7", "count 0", ERR_INPUT, 9},
    {"count 7", "count 07", ERR_INPUT, 9},
    {"count 7", "count 9007199254740992", ERR_INPUT, 9},
    {"count 7\n", "", ERR_INPUT, 9},
    {"count 7\n", "count 7\ncount 7\n", ERR_INPUT, 10},
    /* body, private, blob */
    {" 12\n", "\n", ERR_INPUT, 10},
    {" 12\n", " 012\n", ERR_INPUT, 10},
    {" 12\n", "  12\n", ERR_INPUT, 10},
    {" 12\n", " 12 \n", ERR_INPUT, 10},
    {" 12\n", " -12\n", ERR_INPUT, 10},
    {" 12\n", " 9007199254740992\n", ERR_INPUT, 10},
    {" 12\n", " 12\r\n", ERR_INPUT, 10},
    {"body 11", "body 1", ERR_INPUT, 10},
    {"body 11", "body FF", ERR_INPUT, 10},
    {"body", "blob", ERR_INPUT, 10},
    {"private 22", "private 2", ERR_INPUT, 11},
    {"private " X2 " 0\n", "private " X2 " 0\nprivate " X2 " 0\n", ERR_INPUT, 12},
    {"blob ff", "blob fF", ERR_INPUT, 12},
    {LARGEST, "9007199254740992", ERR_INPUT, 12},
    {"blob " X0 " 0\n", "blob " X0 "\n", ERR_INPUT, 13},
    {"blob " X0 " 0\n", "blob " X0 " 0", ERR_INPUT, 13}, /* no last line feed */
    {"blob " X0 " 0\n", "blob " X0 " 0\n\n", ERR_INPUT, 14},
    {"blob " X0 " 0\n", "blob " X0 " 0\nx", ERR_INPUT, 14},
    {"blob " X0 " 0\n", "blob " X0 " 0\nprivate " X2 " 0\n", ERR_INPUT, 14},
    {"blob " X0 " 0\n", "blob " X0 " 0\nallmende 1\n", ERR_INPUT, 14},
    /* lines of a newer program */
    {"blob " X0 " 0\n", "blob " X0 " 0\nseal " X0 "\n", ERR_UNSUPPORTED, 14},
    {"count 7\n", "clock 5\ncount 7\n", ERR_UNSUPPORTED, 9},
    {"kind question\n", "scope -\nkind question\n", ERR_UNSUPPORTED, 3},
    {"private " X2 " 0\n", "private-two " X2 " 0\n", ERR_UNSUPPORTED, 11},
};

static void every_malformed_variant_is_refused_by_its_line(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(variants); i++) {
        const struct variant *v = &variants[i];
        assert_refused(changed(later, v->from, v->to, &text), v->code, v->line);
    }
}

static void a_newer_line_says_that_it_needs_a_newer_program(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct header header;
    struct err err = {0};
    assert_false(header_decode(changed(later, "count", "clock", &text), &header, &err));
    assert_non_null(strstr(err.what, "needs a newer program"));
    assert_non_null(strstr(err.what, "clock 7"));
}

static void nothing_and_nul_are_refused(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    assert_refused((struct str){NULL, 0}, ERR_INPUT, 1);
    assert_refused(STR("\n"), ERR_INPUT, 1);
    for (size_t at = 0; at < sizeof later; at++) { /* a NUL in place of each byte, and at the end */
        buf_clear(&text);
        buf_add(&text, later, sizeof later);
        text.at[at] = '\0';
        struct header header;
        struct err err = {0};
        assert_false(header_decode(buf_view(&text), &header, &err));
    }
    /* Every beginning: whole headers end before "private", before each "blob", nowhere else. */
    for (size_t n = 0; n < strlen(later); n++) {
        const char *rest = later + n;
        bool whole = strncmp(rest, "private ", 8) == 0 || strncmp(rest, "blob ", 5) == 0;
        assert_true(decodes_to_itself((struct str){later, n}) == whole);
    }
}

/* A header with this many after and blob lines. */
static struct str long_header(unsigned after_n, unsigned blob_n, struct buf *out)
{
    buf_clear(out);
    buf_text(out, "allmende 1\nproject " X0 "\nkind abcdefghijklmnopqrstuvwxyz-abcde\nauthor " XA
                  "\nseq " LARGEST "\nprev " X1 "\n");
    for (unsigned i = 0; i < after_n; i++)
        buf_printf(out, "after %064u\n", i + 1);
    buf_text(out, "count " LARGEST "\nbody " X1 " " LARGEST "\nprivate " X2 " " LARGEST "\n");
    for (unsigned i = 0; i < blob_n; i++)
        buf_text(out, "blob " X1 " " LARGEST "\n");
    return buf_view(out);
}

static void the_longest_header_fits_and_one_line_more_does_not(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    assert_true(decodes_to_itself(long_header(16, 16, &text)));
    assert_in_range(text.n, 2900, HEADER_MAX);
    assert_refused(long_header(17, 16, &text), ERR_INPUT, 23);
    assert_refused(long_header(16, 17, &text), ERR_INPUT, 42);
    assert_refused(long_header(40, 40, &text), ERR_LIMIT, 0);
    long_header(16, 16, &text);
    while (text.n < HEADER_MAX)
        buf_char(&text, '\n');
    assert_refused(buf_view(&text), ERR_INPUT, 42);
    buf_char(&text, '\n');
    assert_refused(buf_view(&text), ERR_LIMIT, 0);
}

static void the_first_entry_of_a_member_may_stand_alone_or_after_others(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    assert_true(decodes_to_itself(changed(first, "project -", "project " X0, &text)));
    assert_true(decodes_to_itself(changed(first, "body " X1 " 2\n", "body " X1 " 0\n", &text)));
    assert_true(decodes_to_itself(changed(first, "kind project", "kind -", &text)));
    assert_refused(changed(first, "count 1", "count 2", &text), ERR_INPUT, 7);
    assert_refused(changed(first, "count 1", "after " X1 "\ncount 2", &text), ERR_INPUT, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read_field_by_field),
        cmocka_unit_test(every_malformed_variant_is_refused_by_its_line),
        cmocka_unit_test(a_newer_line_says_that_it_needs_a_newer_program),
        cmocka_unit_test(nothing_and_nul_are_refused),
        cmocka_unit_test(the_longest_header_fits_and_one_line_more_does_not),
        cmocka_unit_test(the_first_entry_of_a_member_may_stand_alone_or_after_others),
    };
    return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
