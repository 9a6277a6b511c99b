/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Archives and spreadsheets for tests and fuzz targets, made in memory by libarchive's writer. */
#ifndef TEST_ZIPS_H
#define TEST_ZIPS_H

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct member {
    const char *name;
    struct str content;
};

/* Append a zip archive of these members, packed or (stored) as they are. */
static inline void zip_make(const struct member *member, size_t n, bool stored, struct buf *out)
{
    size_t room = 65536;
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        room += member[i].content.n + member[i].content.n / 100 + 1024;
    char *bytes = mem_get(room, 1);
    struct archive *zip = archive_write_new();
    BUG_IF(archive_write_set_format_zip(zip) != ARCHIVE_OK);
    BUG_IF(stored && archive_write_zip_set_compression_store(zip) != ARCHIVE_OK);
    BUG_IF(archive_write_open_memory(zip, bytes, room, &used) != ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, member[i].name);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)member[i].content.n);
        BUG_IF(archive_write_header(zip, entry) != ARCHIVE_OK);
        (void)archive_write_data(zip, member[i].content.at, member[i].content.n);
        archive_entry_free(entry);
    }
    BUG_IF(archive_write_close(zip) != ARCHIVE_OK);
    (void)archive_write_free(zip);
    buf_add(out, bytes, used);
    mem_free(&bytes);
}

#define ZIP_RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define ZIP_MAIN "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

/* The parts of an xlsx with up to two sheets; NULL: left out, or for the first sheet an empty one.
 */
struct xlsx_parts {
    const char *workbook; /* attributes of workbookPr */
    const char *sheet;    /* what stands inside worksheet */
    const char *second;
    const char *strings; /* … inside sst */
    const char *styles;  /* … inside styleSheet */
};

/* Append an xlsx; the member `name` holds this text instead of its own; NULL: none does. */
static inline void xlsx_fill(const struct xlsx_parts *parts, bool stored, const char *name,
                             struct str content, struct buf *out)
{
    struct buf text[5] = {BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
    buf_printf(&text[0],
               "<workbook " ZIP_MAIN " xmlns:r=\"" ZIP_RELATIONS "\"><workbookPr %s/><sheets>"
               "<sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/>%s</sheets></workbook>",
               parts->workbook ? parts->workbook : "",
               parts->second ? "<sheet name=\"More\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/>"
                             : "");
    buf_printf(&text[1], "<worksheet " ZIP_MAIN ">%s</worksheet>",
               parts->sheet ? parts->sheet : "<sheetData/>");
    buf_printf(&text[2], "<worksheet " ZIP_MAIN ">%s</worksheet>",
               parts->second ? parts->second : "");
    buf_printf(&text[3], "<sst " ZIP_MAIN ">%s</sst>", parts->strings ? parts->strings : "");
    buf_printf(&text[4], "<styleSheet " ZIP_MAIN ">%s</styleSheet>",
               parts->styles ? parts->styles : "");
    struct member member[] = {
        {"[Content_Types].xml",
         STR("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>")},
        {"_rels/.rels",
         STR("<Relationships "
             "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
             "<Relationship Id=\"a\" Type=\"" ZIP_RELATIONS
             "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")},
        {"xl/_rels/workbook.xml.rels",
         STR("<Relationships "
             "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
             "<Relationship Id=\"rId1\" Type=\"" ZIP_RELATIONS
             "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
             "<Relationship Id=\"rId2\" Type=\"" ZIP_RELATIONS
             "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>"
             "<Relationship Id=\"s\" Type=\"" ZIP_RELATIONS
             "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
             "<Relationship Id=\"t\" Type=\"" ZIP_RELATIONS
             "/styles\" Target=\"../xl/./styles.xml\"/></Relationships>")},
        {"xl/workbook.xml", buf_view(&text[0])},
        {"xl/worksheets/sheet1.xml", buf_view(&text[1])},
        {"xl/worksheets/sheet2.xml", buf_view(&text[2])},
        {"xl/sharedStrings.xml", buf_view(&text[3])},
        {"xl/styles.xml", buf_view(&text[4])},
    };
    for (size_t i = 0; name && i < COUNT_OF(member); i++)
        if (strcmp(member[i].name, name) == 0)
            member[i].content = content;
    zip_make(member, COUNT_OF(member), stored, out);
    for (size_t i = 0; i < COUNT_OF(text); i++)
        buf_release(&text[i]);
}

/* Append an xlsx. */
static inline void xlsx_make(const struct xlsx_parts *parts, bool stored, struct buf *out)
{
    xlsx_fill(parts, stored, NULL, STR(""), out);
}

#define ZIP_ODS_HEAD                                                                               \
    "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "  \
    "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "                             \
    "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" "                               \
    "xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" "                             \
    "xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" "                            \
    "xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\">"

/* Append an ods; content stands inside office:document-content, e.g. "<office:body>…". */
static inline void ods_make(const char *content, bool stored, struct buf *out)
{
    struct buf text = BUF_INIT;
    buf_printf(&text, "%s%s</office:document-content>", ZIP_ODS_HEAD, content);
    const struct member member[] = {
        {"mimetype", STR("application/vnd.oasis.opendocument.spreadsheet")},
        {"content.xml", buf_view(&text)},
        {"META-INF/manifest.xml", STR("<manifest/>")},
    };
    zip_make(member, COUNT_OF(member), stored, out);
    buf_release(&text);
}

#endif
