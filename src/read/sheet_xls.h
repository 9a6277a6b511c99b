/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet_xls: the records of an old workbook, between the files that read them. Runs in the
 * sandbox's child.
 *
 * The stream "Workbook" is a row of records: what (2 bytes), how long (2 bytes), content. First
 * come those of the workbook, then those of each sheet; each part begins with BOF and ends with
 * EOF. A content above 8,224 bytes goes on in records CONTINUE. SOURCE: [MS-XLS] 2.1.4, 2.1.7, 2.3.
 */
#ifndef READ_SHEET_XLS_H
#define READ_SHEET_XLS_H

#include "read/sheet_book.h"

/* SOURCE: [MS-XLS] 2.3.1. */
enum xls_kind {
    XLS_FORMULA = 0x0006,
    XLS_EOF = 0x000A,
    XLS_DATE_1904 = 0x0022,
    XLS_FILE_PASS = 0x002F,
    XLS_CONTINUE = 0x003C,
    XLS_COL_INFO = 0x007D,
    XLS_BOUND_SHEET = 0x0085,
    XLS_MUL_RK = 0x00BD,
    XLS_RSTRING = 0x00D6,
    XLS_XF = 0x00E0,
    XLS_MERGE_CELLS = 0x00E5,
    XLS_SST = 0x00FC,
    XLS_LABEL_SST = 0x00FD,
    XLS_NUMBER = 0x0203,
    XLS_LABEL = 0x0204,
    XLS_BOOL_ERR = 0x0205,
    XLS_STRING = 0x0207,
    XLS_ROW = 0x0208,
    XLS_ARRAY = 0x0221,
    XLS_TABLE = 0x0236,
    XLS_RK = 0x027E,
    XLS_FORMAT = 0x041E,
    XLS_SHARED_FORMULA = 0x04BC,
    XLS_BOF = 0x0809
};

/* A record of the stream. */
struct xls_record {
    unsigned kind;
    struct str content;
    size_t next; /* where the one behind it begins */
};

/* The record that begins here. False: nothing whole does. */
bool xls_record(struct str stream, size_t at, struct xls_record *ret) MUST_USE;

/* A content on its way, over the records that go on with it. */
struct xls_reader {
    struct str stream;
    struct str left; /* of this record */
    size_t next;
};

/* The content of a record, from byte `skip` on; false if it has fewer. */
bool xls_read(struct str stream, const struct xls_record *record, size_t skip,
              struct xls_reader *ret) MUST_USE;

/* Append a text of n characters to out as UTF-8: a byte of flags, then one or two bytes a
 * character; what is said about looks and how it is spoken is passed over. Half of a character
 * becomes '?', a zero nothing. False: the content ends before it.
 * SOURCE: [MS-XLS] 2.5.293, 2.5.294, 2.5.296. */
bool xls_text(struct xls_reader *reader, size_t n, struct buf *out) MUST_USE;

/* Read what stands before the sheets: their names, shared texts, formats. The same errors as
 * xls_load. */
bool xls_read_globals(struct book *book, struct err *err) MUST_USE;

#endif
