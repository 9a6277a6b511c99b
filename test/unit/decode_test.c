/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spreadsheets and archives through the child in the sandbox. What must come out was written down
 * by hand beside what went in. */
#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "decoding.h"
#include "read/sandbox.h"
#include "zips.h"

static struct buf xlsx(const struct xlsx_parts *parts)
{
    struct buf bytes = BUF_INIT;
    xlsx_make(parts, false, &bytes);
    return bytes;
}

static struct buf ods(const char *content)
{
    struct buf bytes = BUF_INIT;
    ods_make(content, false, &bytes);
    return bytes;
}

/* --- xlsx --------------------------------------------------------------------------------- */

static const char strings[] =
    "<si><t>site</t></si><si><r><t>rich </t></r><r><rPr><b/></rPr><t>text"
    "</t></r></si><si><t>\xE6\x9D\xB1</t><rPh sb='0' eb='1'><t>\xE3\x81\xB2"
    "</t></rPh></si><si/>";

static void texts_are_shared_inline_or_results(void **state)
{
    (void)state;
    const struct xlsx_parts parts = {
        .strings = strings,
        .sheet = "<sheetData>"
                 "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='inlineStr'><is>"
                 "<t>a,b</t></is></c><c r='C1' t='str'><v>x &quot;y&quot;</v></c></row>"
                 "<row r='2'><c r='A2' t='s'><v>1</v></c><c r='B2' t='s'><v>2</v></c>"
                 "<c r='C2' t='s'><v>3</v></c></row>"
                 "<row r='3'><c r='A3' t='inlineStr'><is><t>\xC3\xA4\n</t></is></c>"
                 "<c r='B3' t='inlineStr'><is><t> b _x0041_</t></is></c><c r='C3'><v>2"
                 "</v></c></row></sheetData>"};
    struct buf bytes = xlsx(&parts);
    gives(&bytes, NULL,
          "[Data taken 3x3]\n:\nsite,\"a,b\",\"x \"\"y\"\"\"\nrich "
          "text,\xE6\x9D\xB1,\n\"\xC3\xA4\n\", b "
          "A,2\n");
}

static const char styles[] = "<numFmts count='1'>"
                             "<numFmt numFmtId='164' formatCode='dd.mm.yyyy\\ hh:mm'/></numFmts>"
                             "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs>"
                             "<xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/>"
                             "<xf numFmtId='20'/></cellXfs>";

static const char dates[] = "<sheetData>"
                            "<row r='1'><c r='A1' t='inlineStr'><is><t>d</t></is></c>"
                            "<c r='B1' t='inlineStr'><is><t>t</t></is></c></row>"
                            "<row r='2'><c r='A2' s='1'><v>1000</v></c><c r='B2' s='2'><v>1000.5"
                            "</v></c></row>"
                            "<row r='3'><c r='A3' s='1'><v>60</v></c><c r='B3' s='3'><v>0.25</v>"
                            "</c></row>"
                            "<row r='4'><c r='A4' t='d'><v>2024-05-01</v></c><c r='B4'><v>1000</v>"
                            "</c></row></sheetData>";

/* date(1899, 12, 30) + 1000 days is 1902-09-26, date(1904, 1, 1) + 1000 days is 1906-09-27. */
static void dates_follow_the_count_of_the_workbook(void **state)
{
    (void)state;
    struct xlsx_parts parts = {.styles = styles, .sheet = dates};
    struct buf bytes = xlsx(&parts);
    gives(&bytes, NULL,
          "[Data taken 4x2]{bad_dates 1 A3}\n:\nd,t\n1902-09-26,1902-09-26T12:00:00\n,06:00:00\n"
          "2024-05-01,1000\n");
    parts.workbook = "date1904=\"1\"";
    bytes = xlsx(&parts);
    gives(&bytes, NULL,
          "[Data taken 4x2]\n:\nd,t\n1906-09-27,1906-09-27T12:00:00\n1904-03-01,06:00:00\n"
          "2024-05-01,1000\n");
}

static void formulas_errors_and_odd_cells_are_noted_with_their_place(void **state)
{
    (void)state;
    const struct xlsx_parts parts = {
        .sheet = "<cols><col min='2' max='3' hidden='1'/></cols><sheetData>"
                 "<row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c>"
                 "<c r='B1' t='inlineStr'><is><t>b</t></is></c><c r='C1' t='inlineStr'>"
                 "<is><t>c</t></is></c></row>"
                 "<row r='2'><c r='A2'><f>1+1</f><v>2</v></c><c r='B2'><f>B9</f></c>"
                 "<c r='C2' t='str'><f>''</f><v></v></c></row>"
                 "<row r='3' hidden='1'><c r='A3' t='e'><v>#N/A</v></c><c r='B3' t='b'>"
                 "<v>1</v></c><c r='C3' t='b'><v>0</v></c></row>"
                 "<row r='4'><c r='A4'><v>x</v></c><c r='B4' t='inlineStr'><is><t>12</t>"
                 "</is></c></row></sheetData><mergeCells><mergeCell ref='A4:A5'/>"
                 "</mergeCells>"};
    struct buf bytes = xlsx(&parts);
    gives(&bytes, NULL,
          "[Data taken 4x3]{errors 1 A3}{no_result 1 B2}{bad_cells 1 A4}{merged 1 A4}"
          "{numbers_as_text 1 B4}{hidden_rows 1 3}{hidden_columns 2 B,C}{formulas 2 A2,C2}"
          "\n:\na,b,c\n2,,\n,true,false\n,12,\n");
}

static void empty_rows_stay_lines_and_empty_columns_go(void **state)
{
    (void)state;
    const struct xlsx_parts parts = {
        .sheet = "<sheetData>"
                 "<row r='3'><c r='C3' t='inlineStr'><is><t>a</t></is></c>"
                 "<c r='E3' t='inlineStr'><is><t>b</t></is></c></row>"
                 "<row r='4'><c r='A4' s='1'/></row>"
                 "<row r='6'><c r='D6'><v>1</v></c><c r='E6'><v>2</v></c></row>"
                 "<row r='9'></row></sheetData>"};
    struct buf bytes = xlsx(&parts);
    gives(&bytes, NULL, "[Data taken 2x3]\n:\n\n\na,,b\n\n\n,1,2\n");
}

static void places_may_be_left_unsaid(void **state)
{
    (void)state;
    const struct xlsx_parts parts = {.sheet = "<sheetData>"
                                              "<row><c><v>1</v></c><c><v>2</v></c></row>"
                                              "<row><c/><c><v>3</v></c></row></sheetData>"};
    struct buf bytes = xlsx(&parts);
    gives(&bytes, NULL, "[Data taken 2x2]\n:\n1,2\n,3\n");
}

static void the_sheet_is_asked_for_where_several_hold_something(void **state)
{
    (void)state;
    const char *one = "<sheetData>"
                      "<row r='1'><c r='A1'><v>1</v></c></row></sheetData>";
    struct xlsx_parts parts = {.sheet = one, .second = one};
    struct buf bytes = xlsx(&parts);
    refuses(&bytes, NULL, ERR_INPUT, "Several sheets hold something: \"Data\", \"More\" (hidden)");
    bytes = xlsx(&parts);
    gives(&bytes, "More", "[Data 1x1][More hidden taken 1x1]\n:\n1\n");
    bytes = xlsx(&parts);
    refuses(&bytes, "Less", ERR_NOT_FOUND,
            "There is no sheet \"Less\". There are: \"Data\", \"More\" (hidden)");
    parts.sheet = NULL;
    bytes = xlsx(&parts);
    gives(&bytes, NULL, "[Data 0x0][More hidden taken 1x1]\n:\n1\n");
    bytes = xlsx(&parts);
    refuses(&bytes, "Data", ERR_INPUT, "is empty");
    parts.second = NULL;
    bytes = xlsx(&parts);
    refuses(&bytes, NULL, ERR_INPUT, "The spreadsheet is empty");
}

/* --- ods ---------------------------------------------------------------------------------- */

static void an_ods_is_read_by_its_values_not_by_what_is_shown(void **state)
{
    (void)state;
    struct buf bytes =
        ods("<office:body><office:spreadsheet><table:table table:name='T'>"
            "<table:table-row>"
            "<table:table-cell office:value-type='float' office:value='1.5'>"
            "<text:p>shown</text:p></table:table-cell>"
            "<table:table-cell office:value-type='percentage' office:value='0.25'>"
            "<text:p>shown</text:p></table:table-cell>"
            "<table:table-cell office:value-type='currency' office:value='3'>"
            "<text:p>shown</text:p></table:table-cell>"
            "<table:table-cell office:value-type='date' office:date-value='2024-05-01'>"
            "<text:p>shown</text:p></table:table-cell></table:table-row>"
            "<table:table-row>"
            "<table:table-cell office:value-type='date' "
            "office:date-value='2024-05-01T13:30:00.000000000'>"
            "<text:p>shown</text:p></table:table-cell>"
            "<table:table-cell office:value-type='time' office:time-value='PT30H05M06.25S'>"
            "<text:p>shown</text:p></table:table-cell>"
            "<table:table-cell office:value-type='boolean' office:boolean-value='true'>"
            "<text:p>shown</text:p></table:table-cell>"
            "<table:table-cell office:value-type='string'><text:p>a <text:span>b"
            "</text:span><text:s text:c='2'/>c</text:p></table:table-cell>"
            "</table:table-row>"
            "<table:table-row><table:table-cell office:value-type='string'>"
            "<office:annotation><text:p>no</text:p></office:annotation><text:p>two"
            "</text:p><text:p>lines</text:p></table:table-cell>"
            "<table:covered-table-cell/>"
            "<table:table-cell office:value-type='string'><text:p>  x\n  y</text:p>"
            "</table:table-cell></table:table-row></table:table>"
            "</office:spreadsheet></office:body>");
    gives(&bytes, NULL,
          "[T taken 3x4]\n:\n1.5,0.25,3,2024-05-01\n2024-05-01T13:30:00,30:05:06.250,true,a b  c\n"
          "\"two\nlines\",,x y,\n");
}

static void repetitions_of_an_ods_are_counted(void **state)
{
    (void)state;
    struct buf bytes = ods("<office:body><office:spreadsheet><table:table table:name='T'>"
                           "<table:table-column table:number-columns-repeated='16384'/>"
                           "<table:table-row><table:table-cell table:number-columns-repeated='2'/>"
                           "<table:table-cell office:value-type='string'><text:p>a</text:p>"
                           "</table:table-cell></table:table-row>"
                           "<table:table-row table:number-rows-repeated='2'><table:table-cell/>"
                           "<table:table-cell table:number-columns-repeated='3' "
                           "office:value-type='float' office:value='7'/>"
                           "<table:table-cell table:number-columns-repeated='1000'/>"
                           "</table:table-row>"
                           "<table:table-row table:number-rows-repeated='1048573'>"
                           "<table:table-cell table:number-columns-repeated='16384'/>"
                           "</table:table-row></table:table></office:spreadsheet></office:body>");
    gives(&bytes, NULL, "[T taken 3x3]\n:\n,a,\n7,7,7\n7,7,7\n");
}

static void notes_of_an_ods_name_their_cells(void **state)
{
    (void)state;
    struct buf bytes =
        ods("<office:automatic-styles>"
            "<style:style style:name='ta1' style:family='table'>"
            "<style:table-properties table:display='false'/></style:style>"
            "</office:automatic-styles><office:body><office:spreadsheet>"
            "<table:table table:name='H' table:style-name='ta1'>"
            "<table:table-column table:visibility='collapse'/>"
            "<table:table-row><table:table-cell office:value-type='string'>"
            "<text:p>n</text:p></table:table-cell>"
            "<table:table-cell table:number-columns-spanned='2' office:value-type='string'>"
            "<text:p>m</text:p></table:table-cell></table:table-row>"
            "<table:table-row table:visibility='filter'>"
            "<table:table-cell office:value-type='string' office:string-value='' "
            "calcext:value-type='error'>"
            "<text:p>#DIV/0!</text:p></table:table-cell>"
            "<table:table-cell table:formula='of:=[.A9]'/>"
            "<table:table-cell table:formula='of:=1' office:value-type='float' office:value='1'/>"
            "</table:table-row></table:table></office:spreadsheet></office:body>");
    gives(&bytes, NULL,
          "[H hidden taken 2x3]{errors 1 A2}{no_result 1 B2}{merged 1 B1}{hidden_rows 1 2}"
          "{hidden_columns 1 A}{formulas 1 C2}\n:\nn,m,\n,,1\n");
}

/* --- archives ----------------------------------------------------------------------------- */

static struct buf zip(const char *const *names, size_t n)
{
    struct member member[8];
    struct buf bytes = BUF_INIT;
    for (size_t i = 0; i < n; i++)
        member[i] = (struct member){names[i], STR("a\n1\n")};
    zip_make(member, n, false, &bytes);
    return bytes;
}

static void tables_of_an_archive_come_in_the_order_of_their_names(void **state)
{
    (void)state;
    static const char *const names[] = {"b.csv", "x/read.pdf", "a/z.TXT", "__MACOSX/._b.csv",
                                        "b.csv.tsv"};
    struct buf bytes = zip(names, COUNT_OF(names));
    gives(&bytes, NULL, "\na/z.TXT:\na\n1\n\nb.csv:\na\n1\n\nb.csv.tsv:\na\n1\n");
}

static void archives_that_play_tricks_are_refused(void **state)
{
    (void)state;
    static const char *const out[] = {"../a.csv"};
    static const char *const twice[] = {"a.csv", "a.csv"};
    static const char *const other[] = {"a.doc"};
    struct buf bytes = zip(out, 1);
    refuses(&bytes, NULL, ERR_INPUT, "wants out of its folder");
    bytes = zip(twice, 2);
    refuses(&bytes, NULL, ERR_INPUT, "damaged");
    bytes = zip(other, 1);
    refuses(&bytes, NULL, ERR_INPUT, "but: a.doc");
}

/* gzip by zlib's own writer. */
static struct buf gzip(struct str text)
{
    struct buf bytes = BUF_INIT;
    z_stream stream = {.zalloc = NULL};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    buf_reserve(&bytes, text.n + 1024);
    stream.next_in = (Bytef *)(uintptr_t)text.at;
    stream.avail_in = (uInt)text.n;
    stream.next_out = (Bytef *)bytes.at;
    stream.avail_out = (uInt)(text.n + 1024);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    bytes.n = stream.total_out;
    (void)deflateEnd(&stream);
    return bytes;
}

static void gzip_gives_all_its_parts_and_its_checksum_counts(void **state)
{
    (void)state;
    struct buf bytes = gzip(STR("a\n1\n"));
    struct buf more CLEANUP(buf_release) = gzip(STR("2\n"));
    buf_str(&bytes, buf_view(&more));
    gives(&bytes, NULL, "\n:\na\n1\n2\n");
    bytes = gzip(STR("a\n1\n"));
    bytes.at[bytes.n - 6] = (char)(bytes.at[bytes.n - 6] ^ 1);
    refuses(&bytes, NULL, ERR_INPUT, "damaged");
    bytes = gzip(STR("a\n1\n"));
    bytes.n -= 3;
    refuses(&bytes, NULL, ERR_INPUT, "damaged");
}

static void others_are_refused_by_name(void **state)
{
    (void)state;
    struct buf bytes = BUF_INIT;
    buf_add(&bytes, "7z\xBC\xAF\x27\x1C", 6);
    refuses(&bytes, NULL, ERR_UNSUPPORTED, "kind of archive");
    const struct member binary[] = {
        {"[Content_Types].xml", STR("<Types/>")},
        {"_rels/.rels", STR("<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                            "Target=\"xl/workbook.bin\"/></Relationships>")}};
    bytes = (struct buf)BUF_INIT;
    zip_make(binary, 2, false, &bytes);
    refuses(&bytes, NULL, ERR_UNSUPPORTED, ".xlsb");
    const struct member text[] = {{"mimetype", STR("application/vnd.oasis.opendocument.text")},
                                  {"content.xml", STR("<x/>")}};
    bytes = (struct buf)BUF_INIT;
    zip_make(text, 2, false, &bytes);
    refuses(&bytes, NULL, ERR_UNSUPPORTED, "no spreadsheet");
    const struct member locked[] = {
        {"mimetype", STR("application/vnd.oasis.opendocument.spreadsheet")},
        {"content.xml", STR("\1\2\3")},
        {"META-INF/manifest.xml", STR("<manifest:encryption-data/>")}};
    bytes = (struct buf)BUF_INIT;
    zip_make(locked, 3, false, &bytes);
    refuses(&bytes, NULL, ERR_INPUT, "password");
}

/* --- harm --------------------------------------------------------------------------------- */

static void bombs_are_refused_early(void **state)
{
    (void)state;
    const size_t zeros = (size_t)256 << 20;
    struct buf bytes = BUF_INIT;
    char *much = mem_get(zeros, 1);
    const struct member bomb = {"a.csv", {much, zeros}};
    zip_make(&bomb, 1, false, &bytes);
    mem_free(&much);
    refuses(&bytes, NULL, ERR_LIMIT, "swells to more than");
    bytes = ods("<office:body><office:spreadsheet><table:table table:name='T'>"
                "<table:table-row table:number-rows-repeated='2147483647'>"
                "<table:table-cell office:value-type='float' office:value='1'/>"
                "</table:table-row></table:table></office:spreadsheet></office:body>");
    refuses(&bytes, NULL, ERR_LIMIT, "too large");
    bytes = ods("<office:body><office:spreadsheet><table:table table:name='T'>"
                "<table:table-row>"
                "<table:table-cell table:number-columns-repeated='2147483647' "
                "office:value-type='float' office:value='1'/>"
                "</table:table-row></table:table></office:spreadsheet></office:body>");
    refuses(&bytes, NULL, ERR_LIMIT, "too large");
    const struct xlsx_parts wide = {.sheet =
                                        "<sheetData>"
                                        "<row r='1'><c r='A1'><v>1</v></c></row>"
                                        "<row r='2'><c r='ZZZZ2'><v>1</v></c></row></sheetData>"};
    bytes = xlsx(&wide);
    refuses(&bytes, NULL, ERR_LIMIT, "too large");
    const struct xlsx_parts high = {
        .sheet = "<sheetData>"
                 "<row r='4000000000'><c r='A4000000000'><v>1</v></c></row></sheetData>"};
    bytes = xlsx(&high);
    refuses(&bytes, NULL, ERR_LIMIT, "too large");
}

static void declarations_and_depth_are_refused(void **state)
{
    (void)state;
    const struct member entities[] = {
        {"mimetype", STR("application/vnd.oasis.opendocument.spreadsheet")},
        {"content.xml", STR("<!DOCTYPE a [<!ENTITY b \"xxxxxxxx\"><!ENTITY c \"&b;&b;&b;&b;\">]>"
                            "<a>&c;&c;&c;</a>")}};
    struct buf bytes = BUF_INIT;
    zip_make(entities, 2, false, &bytes);
    refuses(&bytes, NULL, ERR_INPUT, "made to do harm (content.xml, line 1)");
    struct buf deep CLEANUP(buf_release) = BUF_INIT;
    for (size_t i = 0; i < 200; i++)
        buf_text(&deep, "<x>");
    for (size_t i = 0; i < 200; i++)
        buf_text(&deep, "</x>");
    bytes = ods(deep.at);
    refuses(&bytes, NULL, ERR_INPUT, "made to do harm (content.xml");
}

static void cells_out_of_order_are_refused(void **state)
{
    (void)state;
    static const char *const sheets[] = {
        "<sheetData>"
        "<row r='2'></row>"
        "<row r='2'></row></sheetData>",
        "<sheetData>"
        "<row r='1'><c r='B1'><v>1</v></c><c r='B1'><v>1</v></c></row>"
        "</sheetData>",
        "<sheetData>"
        "<row r='1'><c><c/></c></row></sheetData>",
        "<sheetData>"
        "<row>"
        "<row/></row></sheetData>",
        "<c/>",
        "<sheetData>"
        "<row r='1'><c r='A1' t='s'><v>99</v></c></row></sheetData>",
    };
    for (size_t i = 0; i < COUNT_OF(sheets); i++) {
        const struct xlsx_parts parts = {.sheet = sheets[i]};
        struct buf bytes = xlsx(&parts);
        refuses(&bytes, NULL, ERR_INPUT, "damaged or was made to do harm");
    }
}

/* Every cut, and one turned bit at many places: a table or a sentence, never anything else. */
static void damage_ends_in_a_table_or_a_sentence(void **state)
{
    (void)state;
    struct xlsx_parts parts = {.styles = styles, .sheet = dates, .strings = strings};
    struct buf whole CLEANUP(buf_release) = xlsx(&parts);
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    size_t refused = 0;
    for (size_t n = 100; n < whole.n; n += 100) {
        struct err err = {0};
        if (decode((struct str){whole.at, n}, NULL, &out, &err))
            fail_msg("cut at %zu and not noticed", n);
        assert_true(strlen(err.what) > 0 && strlen(err.next) > 0);
    }
    for (size_t i = 0; i < 300; i++) {
        size_t bit = i * 7919 % (whole.n * 8);
        struct err err = {0};
        whole.at[bit / 8] = (char)(whole.at[bit / 8] ^ 1 << bit % 8);
        bool done = decode(buf_view(&whole), NULL, &out, &err);
        whole.at[bit / 8] = (char)(whole.at[bit / 8] ^ 1 << bit % 8);
        assert_true(done || (strlen(err.what) > 0 && err.code != ERR_NONE));
        if (!done && strstr(err.what, "never needs"))
            fail_msg("bit %zu: %s", bit, err.what);
        refused += !done;
    }
    assert_true(refused > 100);
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
        cmocka_unit_test(texts_are_shared_inline_or_results),
        cmocka_unit_test(dates_follow_the_count_of_the_workbook),
        cmocka_unit_test(formulas_errors_and_odd_cells_are_noted_with_their_place),
        cmocka_unit_test(empty_rows_stay_lines_and_empty_columns_go),
        cmocka_unit_test(places_may_be_left_unsaid),
        cmocka_unit_test(the_sheet_is_asked_for_where_several_hold_something),
        cmocka_unit_test(an_ods_is_read_by_its_values_not_by_what_is_shown),
        cmocka_unit_test(repetitions_of_an_ods_are_counted),
        cmocka_unit_test(notes_of_an_ods_name_their_cells),
        cmocka_unit_test(tables_of_an_archive_come_in_the_order_of_their_names),
        cmocka_unit_test(archives_that_play_tricks_are_refused),
        cmocka_unit_test(gzip_gives_all_its_parts_and_its_checksum_counts),
        cmocka_unit_test(others_are_refused_by_name),
        cmocka_unit_test(bombs_are_refused_early),
        cmocka_unit_test(declarations_and_depth_are_refused),
        cmocka_unit_test(cells_out_of_order_are_refused),
        cmocka_unit_test(damage_ends_in_a_table_or_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
