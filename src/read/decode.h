/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decode: spreadsheets and archives as CSV, by the child in the sandbox.
 *
 * What a file is its first bytes tell, never its name. A spreadsheet gives one part, the canonical
 * CSV of one sheet (sheet.h), and a report; a zip archive one part for each member that ends in
 * .csv, .tsv or .txt, in byte order of their names (with a meta.xml or datapackage.json in it first
 * what that says, see star.h); gzip one part. The bytes of the parts lie one
 * behind the other in a file without a name that goes when the program ends.
 *
 * The job's messages (sandbox.h), all numbers little-endian:
 *   F format name            T hidden u8 | rows u64 | columns u32 | name: a sheet
 *   C u32: the sheet taken, from 0                N kind u8 | n u64 | places (row u32, column u32)
 *   M name: a part begins    D bytes of it        L name: a member that was left out
 */
#ifndef READ_DECODE_H
#define READ_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "read/sheet.h"

enum { DECODE_PARTS_MAX = 1000, DECODE_FRONT_BYTES = 8 };

struct decoded_sheet {
    struct str name; /* foreign: any characters */
    bool hidden;
    uint64_t rows; /* that hold something, the names of the columns included */
    uint32_t columns;
};

/* One table: bytes as in a CSV file. */
struct decoded_part {
    struct str name; /* of the member; empty for a sheet and gzip */
    uint64_t offset; /* in the unnamed file */
    uint64_t n;
};

struct decoded {
    const char *format; /* "xlsx", "xls", "ods", "zip", "gzip", "dwca", "datapackage"; static */
    struct decoded_sheet *sheet; /* (sheet_n), in the arena */
    size_t sheet_n;
    const struct decoded_sheet *taken; /* NULL: no spreadsheet */
    struct sheet_note note[SHEET_NOTE_KINDS];
    struct decoded_part *part; /* (part_n), in the arena */
    size_t part_n;
    struct str *left_out; /* (left_out_n) members that are no tables, in the arena */
    size_t left_out_n;
    int file; /* the unnamed file; -1: none */
};

/* Close the unnamed file; for CLEANUP. {.file = -1} is empty. */
void decoded_release(struct decoded *decoded);

/* Do these first bytes (up to DECODE_FRONT_BYTES) begin a file that must be decoded, or refused by
 * name? */
bool decode_is_needed(struct str front);

struct decode_request {
    const char *path;
    const char *sheet;       /* the sheet to take; NULL: the only one that holds something */
    bool describe;           /* the file is the meta.xml of a Darwin Core archive */
    uint64_t max_bytes;      /* of all parts */
    bool (*cancelled)(void); /* may be NULL */
};

/* Decode a file. ERR_INPUT damaged or made to do harm, locked with a password, several sheets hold
 * something (they are named), nothing does; ERR_NOT_FOUND no such sheet or file; ERR_UNSUPPORTED
 * .xlsb, .xls of Excel 95 or older, other formats, or no sandbox here; ERR_LIMIT; ERR_CANCELLED;
 * ERR_IO. */
bool decode_file(const struct decode_request *request, struct arena *arena, struct decoded *ret,
                 struct err *err) MUST_USE;

/* Read a piece of a part. */
bool decoded_read(const struct decoded *decoded, const struct decoded_part *part, uint64_t offset,
                  void *to, size_t n, struct err *err) MUST_USE;

/* Append a whole part to out. */
bool decoded_all(const struct decoded *decoded, const struct decoded_part *part, struct buf *out,
                 struct err *err) MUST_USE;

/* The word for a kind of note in JSON, e.g. "no_result". Static. */
const char *decode_note_name(enum sheet_note_kind kind);

/* A sentence for each note with something in it, in the reader's language, one a line; the
 * first places are named like "B7". */
void decode_say_notes(const struct decoded *decoded, struct buf *out);

/* "B7", "column B" as "B", "row 7" as "7". Appended to out. */
void decode_place(struct sheet_place place, struct buf *out);

/* The job of the child: for main and for tests that decode. */
bool decode_work(struct str request, struct err *err);

/* The same without a child, for the fuzzer: what it says goes to say. */
typedef void decode_say(unsigned char kind, struct str bytes);
bool decode_with(int file, struct str request, decode_say *say, struct err *err);

#endif
