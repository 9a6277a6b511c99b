/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Old workbooks, built by hand from [MS-CFB] and [MS-XLS]. Days were counted with Python's
 * datetime.date.toordinal, bits of doubles with its struct.pack. */
#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "containers.h"
#include "decoding.h"
#include "read/sandbox.h"
#include "read/sheet_xls.h"

#define BOF_GLOBALS "0006 0500 0000 0000 00000000 00000000"
#define BOF_SHEET "0006 1000 0000 0000 00000000 00000000"
#define BOF_CHART "0006 2000 0000 0000 00000000 00000000"

/* A workbook under way: where the sheets' places stand, to be filled in when they are known. */
struct made {
    struct buf stream;
    size_t place[4];
    size_t place_n;
    size_t sheet_n;
};

static void record(struct made *m, unsigned kind, const char *bytes)
{
    box_record(&m->stream, kind, bytes);
}

static void name_sheet(struct made *m, const char *rest)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    buf_printf(&bytes, "00000000 %s", rest);
    m->place[m->place_n++] = m->stream.n + 4;
    record(m, XLS_BOUND_SHEET, bytes.at);
}

static void begin_sheet(struct made *m)
{
    uint32_t at = (uint32_t)m->stream.n;
    size_t place = m->place[m->sheet_n++];
    for (unsigned i = 0; i < 4; i++)
        m->stream.at[place + i] = (char)(at >> 8 * i);
    record(m, XLS_BOF, BOF_SHEET);
}

static struct buf box(const char *name, struct made *m)
{
    struct buf bytes = BUF_INIT;
    box_make(name, buf_view(&m->stream), &bytes);
    buf_release(&m->stream);
    return bytes;
}

/* One sheet "Data" below the records of the workbook. */
static void begin_only(struct made *m, const char *date_1904)
{
    *m = (struct made){.stream = BUF_INIT};
    record(m, XLS_BOF, BOF_GLOBALS);
    record(m, XLS_DATE_1904, date_1904);
    record(m, XLS_FORMAT, "A400 0800 00 'dd/mm hh'");
    record(m, XLS_XF, "0000 0000 0000");
    record(m, XLS_XF, "0000 0E00 0000");
    record(m, XLS_XF, "0000 A400 0000");
    record(m, XLS_XF, "0000 1500 0000");
    name_sheet(m, "00 00 04 00 'Data'");
    record(m, XLS_EOF, "");
    begin_sheet(m);
}

static struct buf end_only(struct made *m)
{
    record(m, XLS_EOF, "");
    return box("Workbook", m);
}

/* Shared texts: plain; with looks; wide and spoken; beginning narrow, going on wide in the next
   record and narrow again in the one after; empty. */
static void texts_may_go_on_in_the_next_record(void **state)
{
    (void)state;
    struct made m = {.stream = BUF_INIT};
    record(&m, XLS_BOF, BOF_GLOBALS);
    name_sheet(&m, "00 00 04 00 'Data'");
    name_sheet(&m, "01 00 02 01 E400 4226");
    name_sheet(&m, "00 02 05 00 'Chart'");
    record(&m, XLS_SST,
           "06000000 06000000 0400 00 'site' 0900 08 0100 'rich text' 0500 0000"
           "0100 05 06000000 7167 010203040506 0600 00 E4 'b'");
    record(&m, XLS_CONTINUE, "01 6300 3DD8");
    record(&m, XLS_CONTINUE, "01 00DE");
    record(&m, XLS_CONTINUE, "00 'f' 0000 00 0400");
    record(&m, XLS_CONTINUE, "01 6100 00D8 0000 6200");
    record(&m, XLS_EOF, "");
    begin_sheet(&m);
    record(&m, XLS_LABEL_SST, "0000 0000 0000 00000000");
    record(&m, XLS_LABEL_SST, "0000 0100 0000 01000000");
    record(&m, XLS_LABEL_SST, "0000 0200 0000 02000000");
    record(&m, XLS_LABEL_SST, "0100 0000 0000 03000000");
    record(&m, XLS_LABEL_SST, "0100 0100 0000 04000000");
    record(&m, XLS_LABEL_SST, "0100 0200 0000 05000000");
    record(&m, XLS_EOF, "");
    begin_sheet(&m);
    record(&m, XLS_EOF, "");
    struct buf bytes = box("Workbook", &m);
    gives(&bytes, NULL,
          "[Data taken 2x3][\xC3\xA4\xE2\x99\x82 hidden 0x0]\n:\nsite,rich text,\xE6\x9D\xB1\n"
          "\xC3\xA4"
          "bc\xF0\x9F\x98\x80"
          "f,,a?b\n");
}

/* RK: 5, 1.23 (a hundredth of 123), 1.5 (upper bits), -0.5 (a hundredth of -50), then two beside
   each other, 7 and 0.07. */
static void numbers_come_in_four_ways(void **state)
{
    (void)state;
    struct made m;
    begin_only(&m, "0000");
    record(&m, XLS_LABEL, "0000 0000 0000 0100 00 'a'");
    record(&m, XLS_RSTRING, "0000 0100 0000 0100 00 'b' 0000");
    record(&m, XLS_RK, "0100 0000 0000 16000000");
    record(&m, XLS_RK, "0100 0100 0000 EF010000");
    record(&m, XLS_RK, "0200 0000 0000 0000F83F");
    record(&m, XLS_RK, "0200 0100 0000 3BFFFFFF");
    record(&m, XLS_MUL_RK, "0300 0000 0000 1E000000 0000 1F000000 0100");
    record(&m, XLS_NUMBER, "0400 0000 0000 9A9999999999B93F");
    record(&m, XLS_NUMBER, "0400 0100 0000 343333333333D33F");
    record(&m, XLS_LABEL, "0500 0000 0000 0300 01 3100 2E00 3500");
    struct buf bytes = end_only(&m);
    gives(&bytes, NULL,
          "[Data taken 6x2]{numbers_as_text 1 A6}\n:\na,b\n5,1.23\n1.5,-0.5\n7,0.07\n"
          "0.1,0.30000000000000004\n1.5,\n");
}

/* 45413.5625 is 2024-05-01 13:30; in the other count 2028-05-02. */
static void dates_follow_the_format_and_the_count(void **state)
{
    (void)state;
    for (unsigned other = 0; other < 2; other++) {
        struct made m;
        begin_only(&m, other ? "0100" : "0000");
        record(&m, XLS_NUMBER, "0000 0000 0000 00000000B22CE640");
        record(&m, XLS_NUMBER, "0000 0100 0100 00000000A02CE640");
        record(&m, XLS_NUMBER, "0000 0200 0200 00000000B22CE640");
        record(&m, XLS_NUMBER, "0000 0300 0300 000000000000E03F");
        record(&m, XLS_NUMBER, "0100 0100 0100 00000000000014C0");
        record(&m, XLS_RK, "0100 0000 FF00 16000000");
        struct buf bytes = end_only(&m);
        gives(&bytes, NULL,
              other ? "[Data taken 2x4]{bad_dates 1 B2}\n:\n"
                      "45413.5625,2028-05-02,2028-05-02T13:30:00,12:00:00\n5,,,\n"
                    : "[Data taken 2x4]{bad_dates 1 B2}\n:\n"
                      "45413.5625,2024-05-01,2024-05-01T13:30:00,12:00:00\n5,,,\n");
    }
}

/* Results: a number, a text behind an array's record, yes, an error, an empty text, a text that is
   not there. */
static void formulas_count_with_their_result(void **state)
{
    (void)state;
    struct made m;
    begin_only(&m, "0000");
    record(&m, XLS_FORMULA, "0000 0000 0000 000000000000F83F 0000 00000000 0000");
    record(&m, XLS_FORMULA, "0000 0100 0000 000000000000FFFF 0000 00000000 0000");
    record(&m, XLS_ARRAY, "0000");
    record(&m, XLS_STRING, "0300 00 'x'");
    record(&m, XLS_CONTINUE, "01 7900 E400");
    record(&m, XLS_FORMULA, "0000 0200 0000 010001000000FFFF 0000 00000000 0000");
    record(&m, XLS_FORMULA, "0000 0300 0000 02002A000000FFFF 0000 00000000 0000");
    record(&m, XLS_FORMULA, "0000 0400 0000 030000000000FFFF 0000 00000000 0000");
    record(&m, XLS_FORMULA, "0000 0500 0000 000000000000FFFF 0000 00000000 0000");
    record(&m, XLS_BOOL_ERR, "0000 0600 0000 00 00");
    record(&m, XLS_BOOL_ERR, "0000 0700 0000 07 01");
    struct buf bytes = end_only(&m);
    gives(&bytes, NULL,
          "[Data taken 1x7]{errors 2 D1,H1}{no_result 1 F1}{formulas 5 A1,B1,C1}\n:\n"
          "1.5,xy\xC3\xA4,true,,,,false\n");
}

/* Cells in any order, one written twice, a chart inside the sheet, blank cells, what is hidden and
   joined. */
static void cells_are_put_in_order(void **state)
{
    (void)state;
    struct made m;
    begin_only(&m, "0000");
    record(&m, XLS_COL_INFO, "0100 0200 0009 0000 0100 0000");
    record(&m, XLS_ROW, "0300 0000 0200 FF00 0000 0000 20000000");
    record(&m, XLS_RK, "0300 0200 0000 0A000000");
    record(&m, XLS_RK, "0000 0200 0000 0E000000");
    record(&m, XLS_RK, "0000 0100 0000 12000000");
    record(&m, XLS_BOF, BOF_CHART);
    record(&m, XLS_RK, "0900 0900 0000 12000000");
    record(&m, XLS_EOF, "");
    record(&m, XLS_RK, "0000 0200 0000 16000000");
    record(&m, 0x0201, "0500 0500 0000");
    record(&m, XLS_MERGE_CELLS, "0100 0000 0100 0100 0200");
    struct buf bytes = end_only(&m);
    gives(&bytes, NULL,
          "[Data taken 2x2]{merged 1 B1}{hidden_rows 1 4}{hidden_columns 2 B,C}\n:\n"
          "4,5\n\n\n,2\n");
}

/* 8 MB: more sectors of links than the header can name. */
static void a_large_file_is_read_to_its_end(void **state)
{
    (void)state;
    struct made m;
    char cell[64];
    CLEANUP(buf_release) struct buf expected = BUF_INIT;
    const unsigned rows = 64000;
    begin_only(&m, "0000");
    for (unsigned row = 0; row < rows; row++)
        for (unsigned column = 0; column < 9; column++) {
            snprintf(cell, sizeof cell, "%02X%02X %02X00 0000 16000000", row & 0xFF, row >> 8,
                     column);
            record(&m, XLS_RK, cell);
        }
    buf_printf(&expected, "[Data taken %ux9]\n:\n", rows);
    for (unsigned row = 0; row < rows; row++)
        buf_text(&expected, "5,5,5,5,5,5,5,5,5\n");
    struct buf bytes = end_only(&m);
    assert_true(bytes.n > (size_t)110 * 128 * 512);
    gives(&bytes, NULL, expected.at);
}

/* --- what is refused ---------------------------------------------------------------------- */

static void locked_and_older_ones_are_refused(void **state)
{
    (void)state;
    struct made m = {.stream = BUF_INIT};
    record(&m, XLS_BOF, BOF_GLOBALS);
    record(&m, XLS_FILE_PASS, "0000");
    struct buf bytes = box("Workbook", &m);
    refuses(&bytes, NULL, ERR_INPUT, "password");
    m = (struct made){.stream = BUF_INIT};
    bytes = box("EncryptedPackage", &m);
    refuses(&bytes, NULL, ERR_INPUT, "password");
    m = (struct made){.stream = BUF_INIT};
    record(&m, XLS_BOF, "0005 0500 0000 0000");
    bytes = box("Book", &m);
    refuses(&bytes, NULL, ERR_UNSUPPORTED, "Excel 95");
    m = (struct made){.stream = BUF_INIT};
    bytes = box("WordDocument", &m);
    refuses(&bytes, NULL, ERR_INPUT, "holds no spreadsheet");
    bytes = (struct buf)BUF_INIT;
    buf_add(&bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old", 12);
    refuses(&bytes, NULL, ERR_INPUT, "damaged");
}

/* The workbook of the tests below: 5 KB with padding, or in small sectors. */
static struct buf plain(bool small)
{
    struct made m;
    begin_only(&m, "0000");
    record(&m, XLS_RK, "0000 0000 0000 16000000");
    record(&m, XLS_EOF, "");
    if (!small)
        box_fill(&m.stream, 5000, 0);
    return box("Workbook", &m);
}

static void turned(bool small, size_t at, uint32_t number)
{
    struct buf bytes = plain(small);
    for (unsigned i = 0; i < 4; i++)
        bytes.at[at + i] = (char)(number >> 8 * i);
    refuses(&bytes, NULL, ERR_INPUT, "damaged");
}

static void chains_in_circles_are_refused(void **state)
{
    (void)state;
    struct buf bytes = plain(false);
    gives(&bytes, NULL, "[Data taken 1x1]\n:\n5\n");
    bytes = plain(true);
    gives(&bytes, NULL, "[Data taken 1x1]\n:\n5\n");
    const size_t links = BOX_STREAM + 512 * 10;
    turned(false, links, 0);              /* the directory's chain leads to itself */
    turned(false, links + 8, 0xFFFFFFFE); /* the stream's ends too early */
    turned(false, links + 8, 4000);       /* … leads out of the file */
    turned(true, BOX_SMALL_LINKS, 0xFFFFFFFE);
    turned(true, BOX_SMALL_LINKS, 4000);
    turned(false, 48, 7000); /* no directory */
    turned(false, 44, 0);    /* no links */
    turned(false, BOX_HEADER_LINKS, 4000);
    turned(false, BOX_DIRECTORY + BOX_ENTRY + 68, 1); /* the tree goes in a circle */
    turned(false, BOX_DIRECTORY + 76, 77);
    turned(false, BOX_DIRECTORY + BOX_ENTRY + 120, 900000);
}

static void damaged_records_are_refused(void **state)
{
    (void)state;
    static const struct {
        unsigned kind;
        const char *bytes;
    } bad[] = {
        {XLS_LABEL_SST, "0000 0000 0000 00000000"}, /* there are no shared texts */
        {XLS_NUMBER, "0000 0000 0000 0000"},
        {XLS_RK, "0000 0001 0000 16000000"}, /* column 257 */
        {XLS_MUL_RK, "0000 0000 0000 16000000 00"},
        {XLS_LABEL, "0000 0000 0000 0900 00 'a'"},
        {XLS_LABEL, "0000 0000 0000 0100 01 'a'"},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct made m;
        begin_only(&m, "0000");
        record(&m, bad[i].kind, bad[i].bytes);
        struct buf bytes = end_only(&m);
        refuses(&bytes, NULL, ERR_INPUT, "damaged");
    }
    struct made m;
    begin_only(&m, "0000"); /* no EOF */
    struct buf bytes = box("Workbook", &m);
    refuses(&bytes, NULL, ERR_INPUT, "damaged");
}

/* Any turned byte or cut ends in a table or a sentence, never in a stopped child. */
static void damage_ends_in_a_table_or_a_sentence(void **state)
{
    (void)state;
    struct buf whole CLEANUP(buf_release) = plain(true);
    for (size_t i = 0; i < whole.n; i += 17) {
        CLEANUP(buf_release) struct buf out = BUF_INIT;
        struct err err = {0};
        char was = whole.at[i];
        struct str bytes = buf_view(&whole);
        whole.at[i] = (char)(was ^ 1 << i % 8);
        if (i % 2)
            bytes.n = i;
        if (!decode(bytes, NULL, &out, &err)) {
            assert_true(err.code != ERR_NONE && err.what[0]);
            assert_null(strstr(err.what, "never needs"));
        }
        whole.at[i] = was;
    }
}

int main(int argc, char **argv)
{
    if (sandbox_called(argc, argv))
        sandbox_child(decode_work);
    /* valgrind cannot execute a program again as itself. */
    const char *preloaded = getenv("LD_PRELOAD");
    if (preloaded && strstr(preloaded, "vgpreload")) {
        print_message("skipped: not under valgrind\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_may_go_on_in_the_next_record),
        cmocka_unit_test(numbers_come_in_four_ways),
        cmocka_unit_test(dates_follow_the_format_and_the_count),
        cmocka_unit_test(formulas_count_with_their_result),
        cmocka_unit_test(cells_are_put_in_order),
        cmocka_unit_test(a_large_file_is_read_to_its_end),
        cmocka_unit_test(locked_and_older_ones_are_refused),
        cmocka_unit_test(chains_in_circles_are_refused),
        cmocka_unit_test(damaged_records_are_refused),
        cmocka_unit_test(damage_ends_in_a_table_or_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
