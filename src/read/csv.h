/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv: records and fields out of bytes (csv/1).
 *
 * A stream of bytes goes in, in pieces of any size; whole records come out, each with its position
 * and byte offset. The dialect is either stated or proposed from the first bytes, and is then
 * stored with the batch, so that a better proposer never moves a row.
 *
 * The grammar (csv/1), in words: records end with LF, CRLF or a lone CR outside quotes; a field
 * that begins with the quote character runs to the closing quote, "" inside it is one quote, and
 * only a separator or the end of the record may follow; any other quote is a plain character. A
 * record of nothing at all (an empty line) is skipped but counted in lines, not in positions. Text
 * is UTF-8 without NUL. SOURCE: RFC 4180, widened as said.
 */
#ifndef READ_CSV_H
#define READ_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "read/bytes.h"
#include "read/encoding.h"

struct csv_dialect {
    char separator; /* ',' ';' '\t' '|' */
    char quote;     /* '"', or 0: quotes are plain characters */
    char point;     /* decimal point: '.' or ',' */
    enum csv_encoding encoding;
    bool header;         /* the first record names the columns */
    uint64_t skip_bytes; /* a byte order mark */
};

enum { CSV_COLUMNS_MAX = 20000, CSV_RECORD_MAX = 16 * 1024 * 1024 };

/* So many bytes can be read from the start of any field that is handed over, whatever they hold. */
enum { CSV_BYTES_BEHIND = 32 };

/* Propose a dialect from the first bytes of a file (`whole` if that is all of it). 64 KiB are
 * enough except for encoding and quote, which are judged on all that is given.
 * - Encoding: by a byte order mark, else UTF-8; CP1252 only if more bytes fail as UTF-8 than there
 *   are characters beyond ASCII, and each byte means something in CP1252 (tell the person).
 * - Separator: of `, ; tab |`, judged on the first 100 records: the largest share of records with
 *   as many fields (two or more) as the first one, if more than half; then the larger share of
 *   cells that read as numbers; then that order. If there is none: one column, ','.
 * - Quote: '"'; none if the separator is a tab, what is given has faults with quotes and none
 *   without.
 * - Point: ',' only if the separator is not, and cells like "1,5" outnumber those like "1.5".
 * - Header: unless the first record has a cell that reads as a number, or only empty cells.
 *
 * Errors: ERR_INPUT an empty file; NUL bytes (the first is named) in what is no UTF-8, or more than
 * one byte in eight: no text. */
bool csv_propose(struct str front, bool whole, struct csv_dialect *ret, struct err *err) MUST_USE;

/* The same of a whole file, in bounded memory: encoding and quote are judged on all of it, the rest
 * on its first mebibyte. Cost: 0.2 ns a byte, and a pass of csv_feed if the separator is a tab. */
bool csv_propose_bytes(const struct bytes *bytes, struct csv_dialect *ret,
                       struct err *err) MUST_USE;

struct csv_record {
    uint64_t position;       /* 1, 2, … data records, rejected ones counted; 0 for the header */
    uint64_t line;           /* line of the file at which it starts, from 1 */
    uint64_t offset;         /* byte offset in the file at which it starts */
    const struct str *field; /* (field_n), UTF-8, unquoted; valid until the callback returns */
    size_t field_n;
    const char *fault;  /* NULL, or why this record cannot be taken: a sentence in the reader's
                           language, valid until the callback returns */
    size_t fault_field; /* which field, from 0; field_n if it concerns the whole record */
};

/* Called for each record in order; false stops the reading, and csv_feed or csv_end returns false
 * with err as the callback left it. */
typedef bool csv_take(void *context, const struct csv_record *record, struct err *err);

struct csv_reader;

/* Where a record starts, so that reading can begin there. */
struct csv_place {
    uint64_t offset;   /* of its first byte */
    uint64_t line;     /* from 1 */
    uint64_t position; /* of the record before it */
    size_t fields;     /* that a record must have; 0: none was read yet */
};

/* A reader that hands records to take(context, …). Owned by the caller: csv_free. */
struct csv_reader *csv_new(const struct csv_dialect *dialect, csv_take *take, void *context);
void csv_free(struct csv_reader *reader);

/* For CLEANUP. */
void csv_release(struct csv_reader **reader);

/* Feed the next bytes of the file, from its very first byte (a byte order mark is skipped).
 * A record with another number of fields than the header's (or the first record's), with bytes that
 * are not valid in the encoding, with NUL or text behind a closing quote is handed over with its
 * fault and counted; of several faults the one named is text behind a quote, then wrong bytes, then
 * NUL, then the number of fields. How the bytes are cut into pieces changes nothing.
 * ERR_LIMIT: a record over CSV_RECORD_MAX bytes or CSV_COLUMNS_MAX fields. After false the reader
 * can only be freed. Memory: the longest record. Cost: see docs/format/csv.md. */
bool csv_feed(struct csv_reader *reader, struct str bytes, struct err *err) MUST_USE;

/* The file has ended: hands over the last record. An unclosed quote is ERR_INPUT and names the line
 * at which it was opened. */
bool csv_end(struct csv_reader *reader, struct err *err) MUST_USE;

/* Go on at another place of the file; the bytes that are fed next lie there. Only where csv_tell
 * said true, or before the first byte. */
void csv_seek(struct csv_reader *reader, const struct csv_place *place);

/* Where the next record starts; false inside a record, and behind a CR, because an LF may follow.
 */
bool csv_tell(const struct csv_reader *reader, struct csv_place *ret);

#endif
