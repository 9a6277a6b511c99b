/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file, or as one part of a spreadsheet: what comes out of a spreadsheet is CSV that
 * csv/1 reads without a fault, the same each time; else there is a sentence. The first byte says
 * what the rest is. Runs the child's work in this process, without the sandbox. */
#define _GNU_SOURCE /* memfd_create */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "containers.h"
#include "read/csv.h"
#include "read/decode.h"
#include "zips.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What the work said. */
static struct buf said = BUF_INIT;
static bool spreadsheet;
static bool too_much;

static void hear(unsigned char kind, struct str bytes)
{
    if (kind == 'F')
        spreadsheet =
            str_eq(bytes, STR("xlsx")) || str_eq(bytes, STR("ods")) || str_eq(bytes, STR("xls"));
    if (kind == 'D' && said.n < 1 << 20)
        buf_str(&said, bytes);
    else if (kind == 'D')
        too_much = true;
}

static bool take(void *context, const struct csv_record *record, struct err *err)
{
    (void)err;
    size_t *columns = context;
    BUG_IF(record->fault);
    BUG_IF(*columns && *columns != record->field_n);
    *columns = record->field_n;
    return true;
}

static void check_csv(void)
{
    const struct csv_dialect dialect = {',', '"', '.', CSV_UTF8, false, 0};
    struct err err = {0};
    size_t columns = 0;
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(&dialect, take, &columns);
    bool done = csv_feed(reader, buf_view(&said), &err) && csv_end(reader, &err);
    BUG_IF(!done && err.code != ERR_LIMIT);
}

static void decode(struct str bytes)
{
    struct err err = {0};
    int file = memfd_create("input", 0);
    BUG_IF(file < 0 || write(file, bytes.at, bytes.n) != (ssize_t)bytes.n);
    buf_clear(&said);
    spreadsheet = too_much = false;
    bool done = decode_with(file, (struct str){"", 0}, hear, &err);
    (void)close(file);
    BUG_IF(!done && (err.code == ERR_NONE || err.what[0] == '\0'));
    if (done && spreadsheet && !too_much)
        check_csv();
}

/* The bytes as the records of an old workbook. */
static void make_xls(struct str records, struct buf *out)
{
    box_make("Workbook", str_front(records, 1 << 20), out);
}

/* The text as one of the parts of a spreadsheet, as it is. */
static void make(uint8_t which, struct str text, struct buf *out)
{
    static const char *const parts[] = {
        "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml",
        "xl/workbook.xml",          "_rels/.rels",          "xl/_rels/workbook.xml.rels"};
    const struct xlsx_parts plain = {
        .sheet = "<sheetData><row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>45000.5</v></c></row>"
                 "</sheetData>",
        .strings = "<si><t>a</t></si>",
        .styles = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs>"};
    if (which == COUNT_OF(parts)) {
        const struct member ods[] = {
            {"mimetype", STR("application/vnd.oasis.opendocument.spreadsheet")},
            {"content.xml", text}};
        zip_make(ods, COUNT_OF(ods), true, out);
        return;
    }
    xlsx_fill(&plain, true, parts[which % COUNT_OF(parts)], text, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf bytes CLEANUP(buf_release) = BUF_INIT;
    if (size == 0)
        return 0;
    struct str rest = {(const char *)data + 1, size - 1};
    if (data[0] == 8) {
        make_xls(rest, &bytes);
        decode(buf_view(&bytes));
        return 0;
    }
    if (data[0] == 'P' || data[0] > 6) {
        decode(data[0] == 'P' ? (struct str){(const char *)data, size} : rest);
        return 0;
    }
    make(data[0], rest, &bytes);
    decode(buf_view(&bytes));
    return 0;
}
