/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store: the one SQLite file of a project: open, lock, transactions, named statements.
 *
 * Invariants:
 *   1. One process has the file open at a time, reading or writing (lock file beside it). Debian's
 *      SQLite still has the WAL race that needs two connections (fixed in 3.51.3).
 *   2. journal_mode=WAL, synchronous=EXTRA (with a log the same as FULL), locking_mode=EXCLUSIVE,
 *      secure_delete=ON, foreign_keys=ON, trusted_schema=OFF, temp_store=MEMORY; application_id and
 *      user_version are ours. A large transaction has a journal instead (store_large.c).
 *   3. What was committed survives a power cut. After store_close the single file is whole.
 *   4. The record's tables (sql/schema/record.sql) are insert-only: triggers refuse UPDATE, and
 * DELETE is refused but for erasing content inside store_erasing.
 *   5. Derived tables (sql/schema/derived.sql) may be dropped and made anew at any time.
 *   6. SQL is text of sql/query/, reached by enum sql_id; values are only ever bound.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "embedded.h"

enum store_mode {
    STORE_READ, /* no writes (they are refused); also from a medium that cannot be written to */
    STORE_WRITE
};

struct store;

/* Make a new file at path with the record's and the derived tables, open for writing. It must not
 * exist (ERR_CONFLICT). The file is not durable before the first commit and store_close. */
bool store_create(const char *path, struct store **ret, struct err *err) MUST_USE;

/* Open a file. ERR_NOT_FOUND; ERR_BUSY names who holds it after 2 s; ERR_UNSUPPORTED not a project
 * file of this version; ERR_CORRUPT. */
bool store_open(const char *path, enum store_mode mode, struct store **ret,
                struct err *err) MUST_USE;

/* Open a file for checking only: like STORE_READ, but a wrong mark or number does not stop it. */
bool store_open_raw(const char *path, struct store **ret, struct err *err) MUST_USE;

/* Finish: roll back what was not committed, write the log back into the file, unlock, free. NULL is
 * fine. */
bool store_close(struct store *store, struct err *err) MUST_USE;

/* For CLEANUP: closes, whatever happens. */
void store_release(struct store **store);

/* The path it was opened by. */
const char *store_path(const struct store *store);

/* True if opened for writing. */
bool store_writable(const struct store *store);

/* A transaction. begin inside begin is a fault of ours. commit returns true only after the bytes
 * are on the disk. rollback never fails. */
bool store_begin(struct store *store, struct err *err) MUST_USE;
bool store_commit(struct store *store, struct err *err) MUST_USE;
void store_rollback(struct store *store);
bool store_in_transaction(const struct store *store);

/* The same as store_begin, for a transaction that adds about so many bytes. From STORE_LARGE_BYTES
 * on they are written once and no log grows with them; where two steps of some syncs each cost more
 * than that spares, it is store_begin. The environment variable ALLMENDE_LARGE_BYTES may say
 * another number (for tests and for measuring). */
enum { STORE_LARGE_BYTES = 16 << 20 };
bool store_begin_large(struct store *store, uint64_t bytes, struct err *err) MUST_USE;

/* Let DELETE on content tables through (withdrawal) until switched off. */
void store_erasing(struct store *store, bool on);

/* Write the whole log back into the file and empty it (TRUNCATE); "erased" may be said only after
 * store_scrub, which ends with this. Not inside a transaction. */
bool store_checkpoint(struct store *store, struct err *err) MUST_USE;

/* Write the whole file anew, so that no copy of erased bytes is left in gaps of its pages: when
 * SQLite moves a row to another page, secure_delete does not clear the place that it leaves. Then
 * store_checkpoint. Not inside a transaction. Cost: as many bytes as the file has, once in memory
 * (in a temporary file above 256 MiB), once in the log. */
bool store_scrub(struct store *store, struct err *err) MUST_USE;

/* A statement of sql/query/, reset and ready to bind; prepared once and kept. It belongs to the
 * store; a statement must be finished (stmt_end, or stepped to its end) before it is asked for
 * again. */
struct stmt;
bool store_stmt(struct store *store, enum sql_id id, struct stmt **ret, struct err *err) MUST_USE;

/* Bind the next parameter, from ?1 upward. Bytes are copied. */
void stmt_int(struct stmt *stmt, int64_t value);
void stmt_hash(struct stmt *stmt, const struct hash *value);
void stmt_blob(struct stmt *stmt, const void *bytes, size_t n);
void stmt_text(struct stmt *stmt, struct str text);
void stmt_null(struct stmt *stmt);

/* The next row; *ret_row is false behind the last one (the statement is then finished). */
bool stmt_step(struct stmt *stmt, bool *ret_row, struct err *err) MUST_USE;

/* Run a statement that gives no rows. */
bool stmt_run(struct stmt *stmt, struct err *err) MUST_USE;

/* Finish before the last row. For CLEANUP; NULL is fine. */
void stmt_end(struct stmt **stmt);

/* Columns of the row, from 0; bytes and text are valid until the next step or end. */
int64_t row_int(struct stmt *stmt, int column);
struct str row_text(struct stmt *stmt, int column);
struct str row_blob(struct stmt *stmt, int column);
bool row_null(struct stmt *stmt, int column);
/* A column that holds 32 bytes; anything else reads as zeros. */
struct hash row_hash(struct stmt *stmt, int column);

/* The rowid that the last INSERT made. */
int64_t store_last_row(const struct store *store);

/* Are the derived tables those of this program? Of an older one, or a newer, they are made anew. */
bool store_derived_fit(struct store *store, bool *ret, struct err *err) MUST_USE;

/* Drop all derived tables and make them anew, empty. Inside a transaction. */
bool store_derive_anew(struct store *store, struct err *err) MUST_USE;

/* Make empty derived tables of the same names in the TEMP schema: from now on all statements that
 * name a derived table use those, and the file's own can be compared with them (store_compare).
 * This is how `check` recomputes without writing to the file. */
bool store_derive_beside(struct store *store, struct err *err) MUST_USE;

/* After store_derive_beside and a fold: calls differ(context, table) for each derived table whose
 * rows in the file are not those recomputed. */
bool store_compare(struct store *store, void (*differ)(void *context, const char *table),
                   void *context, struct err *err) MUST_USE;

/* The hash of all derived tables' rows: table by table in the order of the schema, rows by primary
 * key, each value with its type. The same on every copy with the same record. */
bool store_state(struct store *store, struct hash *ret, struct err *err) MUST_USE;

/* Tell fault(context, sentence) of everything about the file itself that is not as it must be:
 * SQLite's own integrity check, schema text, application_id, user_version, encoding, foreign keys.
 */
bool store_check(struct store *store, void (*fault)(void *context, const char *what), void *context,
                 struct err *err) MUST_USE;

/* Remove a closed file that could not be finished, and what SQLite left beside it because it could
 * not write that back. For what this program has just made itself. */
void store_remove(const char *path);

/* Write a whole copy into a new file (which must not exist), checked by opening it again. It has
 * its name only when all of it is on the disk. */
bool store_copy(struct store *store, const char *path, struct err *err) MUST_USE;

#endif
