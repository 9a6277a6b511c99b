/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file, its lock, transactions and statements. Derived tables and checks: store_derived.c.
 *
 * The authorizer is the second wall behind the triggers of record.sql: outside of schema work it
 * lets no ATTACH, no PRAGMA and no change of the schema through, and DELETE on content only while
 * erasing.
 */
#include "store/store_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/lock.h"

bool store_fail(struct store *store, int code, struct err *err)
{
    int plain = code & 0xff;
    const char *path = store->path;
    const char *why = store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code);
    if (plain == SQLITE_NOMEM)
        mem_out();
    if (plain == SQLITE_FULL)
        return FAIL(err, ERR_IO, _("Make room on the disk, then try again."),
                    _("There is no room left on the disk for %s."), path);
    if (plain == SQLITE_CORRUPT || plain == SQLITE_NOTADB)
        return FAIL(err, ERR_CORRUPT,
                    _("Run \"allmende check\" on it; then carry on with another copy."),
                    _("The file %s is damaged or is no Allmende project (%s)."), path, why);
    if (plain == SQLITE_BUSY || plain == SQLITE_LOCKED)
        return FAIL(err, ERR_BUSY, _("Close the other program, then try again."),
                    _("%s is in use by a program that is not Allmende."), path);
    if (plain == SQLITE_READONLY || plain == SQLITE_PERM || plain == SQLITE_AUTH)
        return FAIL(err, ERR_DENIED, _("Check the permissions of the file and its folder."),
                    _("%s cannot be written to (%s)."), path, why);
    if (plain == SQLITE_CANTOPEN)
        return FAIL(err, ERR_IO, _("Check the path and its permissions, then try again."),
                    _("%s cannot be opened (%s)."), path, why);
    if (plain == SQLITE_CONSTRAINT)
        return FAIL(err, ERR_CONFLICT, _("Run \"allmende check\" and report what it says."),
                    _("This contradicts what is in %s (%s)."), path, why);
    return FAIL(err, ERR_IO, _("Try again; if it stays, run \"allmende check\"."),
                _("The system failed to read or write %s (%s)."), path, why);
}

static bool is_content(const char *table)
{
    return strcmp(table, "body") == 0 || strcmp(table, "blob") == 0 || strcmp(table, "chunk") == 0;
}

static int authorize(void *context, int action, const char *a, const char *b, const char *schema,
                     const char *trigger)
{
    const struct store *store = context;
    bool writes = action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
    (void)b;
    (void)trigger;
    if (store->guard_off)
        return SQLITE_OK;
    /* "sqlite_…": declaring a pragma as a table asks to insert into the schema; real changes of it
     * are refused below. */
    if (writes && !store->writable && schema && strcmp(schema, "main") == 0 &&
        strncmp(a, "sqlite_", 7) != 0)
        return SQLITE_DENY;
    if (action == SQLITE_DELETE && a && is_content(a))
        return store->erasing ? SQLITE_OK : SQLITE_DENY;
    switch (action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_ALTER_TABLE:
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_VIEW:
    case SQLITE_CREATE_VTABLE:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_VIEW:
    case SQLITE_DROP_VTABLE:
        return SQLITE_DENY;
    default:
        return SQLITE_OK;
    }
}

bool store_script(struct store *store, const char *sql, struct err *err)
{
    bool before = store->guard_off;
    store->guard_off = true;
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    store->guard_off = before;
    return code == SQLITE_OK || store_fail(store, code, err);
}

static struct store *store_new(const char *path)
{
    struct store *store = mem_get(1, sizeof *store);
    store->path = mem_get(strlen(path) + 1, 1);
    memcpy(store->path, path, strlen(path));
    store->lock_fd = -1;
    return store;
}

static void store_free(struct store *store)
{
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(store->stmt[i].at);
    sqlite3_close(store->db);
    lock_give(store->path, store->lock_fd);
    free(store->path);
    free(store);
}

/* A URI may carry "?immutable=1": the path must then not be read as part of the query. */
static void uri_of(const char *path, struct buf *ret)
{
    buf_text(ret, "file:");
    for (const char *c = path; *c; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                     (*c >= '0' && *c <= '9') || strchr("/._-", *c);
        if (plain)
            buf_char(ret, *c);
        else
            buf_printf(ret, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

static bool open_database(struct store *store, int flags, struct err *err)
{
    CLEANUP(buf_release) struct buf uri = BUF_INIT;
    uri_of(store->path, &uri);
    if (store->read_only_medium) {
        buf_text(&uri, "?immutable=1");
        flags = SQLITE_OPEN_READONLY;
    }
    flags |=
        SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE;
    int code = sqlite3_open_v2(uri.at, &store->db, flags, NULL);
    if (code != SQLITE_OK)
        return store_fail(store, code, err);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 1);
    sqlite3_set_authorizer(store->db, authorize, store);
    return store_script(store, embedded_schema_open, err);
}

bool store_create(const char *path, struct store **ret, struct err *err)
{
    if (file_exists(path))
        return FAIL(err, ERR_CONFLICT, _("Choose another name, or move the old file away."),
                    _("%s is there already."), path);
    struct store *store = store_new(path);
    store->writable = true;
    bool done = open_database(store, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err) &&
                store_script(store, embedded_schema_write, err) && store_begin(store, err) &&
                store_script(store, embedded_schema_record, err) &&
                store_script(store, embedded_schema_derived, err) && store_commit(store, err);
    if (!done) {
        store_free(store);
        return false;
    }
    *ret = store;
    return true;
}

static bool number_of(struct store *store, enum sql_id id, int64_t *ret, struct err *err)
{
    struct stmt *stmt;
    bool row;
    if (!store_stmt(store, id, &stmt, err) || !stmt_step(stmt, &row, err))
        return false;
    *ret = row ? row_int(stmt, 0) : 0;
    stmt_end(&stmt);
    return true;
}

static bool check_kind_of_file(struct store *store, struct err *err)
{
    int64_t application;
    int64_t version;
    if (!number_of(store, SQL_STORE_APPLICATION_ID, &application, err) ||
        !number_of(store, SQL_STORE_USER_VERSION, &version, err))
        return false;
    if (application != STORE_APPLICATION_ID)
        return FAIL(err, ERR_UNSUPPORTED, _("Name a file that \"allmende new\" has made."),
                    _("%s is a database, but no Allmende project."), store->path);
    if (version > STORE_USER_VERSION)
        return FAIL(err, ERR_UNSUPPORTED, _("Get a newer version of Allmende, or run \"check\"."),
                    _("%s needs a newer program (format %lld, this one knows %d)."), store->path,
                    (long long)version, STORE_USER_VERSION);
    return true;
}

/* A journal whose first byte is zero counts as empty (SQLite's file format, section 3). */
static bool is_played_back(const char *journal)
{
    char first = 0;
    FILE *file = fopen(journal, "rbe");
    if (!file)
        return !file_exists(journal);
    bool empty = fread(&first, 1, 1, file) == 0 && !ferror(file);
    (void)fclose(file);
    return empty || first == 0;
}

/* A medium that cannot be written to can only be read if the file was closed properly there. */
static bool check_read_only_medium(struct store *store, enum store_mode mode, struct err *err)
{
    CLEANUP(buf_release) struct buf wal = BUF_INIT;
    CLEANUP(buf_release) struct buf journal = BUF_INIT;
    buf_printf(&wal, "%s-wal", store->path);
    buf_printf(&journal, "%s-journal", store->path);
    if (mode == STORE_WRITE)
        return FAIL(err, ERR_DENIED, _("Copy it to a folder of yours first: allmende copy FILE."),
                    _("%s lies where it cannot be written to."), store->path);
    if (file_exists(wal.at) || !is_played_back(journal.at))
        return FAIL(err, ERR_DENIED, _("Copy both files to a disk that can be written to."),
                    _("%s was not closed properly and lies where it cannot be repaired."),
                    store->path);
    return true;
}

static bool open_locked(struct store *store, enum store_mode mode, bool raw, struct err *err)
{
    if (!lock_take(store->path, &store->lock_fd, err))
        return false;
    if (store->lock_fd < 0 || access(store->path, W_OK) != 0) {
        store->read_only_medium = true;
        if (!check_read_only_medium(store, mode, err))
            return false;
    }
    if (!open_database(store, SQLITE_OPEN_READWRITE, err))
        return false;
    int64_t application;
    if (!number_of(store, SQL_STORE_APPLICATION_ID, &application, err) ||
        (!raw && !check_kind_of_file(store, err)))
        return false;
    /* A file that is not ours may be checked, but keeps every byte: WAL is a mark in its header. */
    if (store->read_only_medium || application != STORE_APPLICATION_ID)
        return true;
    return store_script(store, embedded_schema_write, err);
}

static bool open_file(const char *path, enum store_mode mode, bool raw, struct store **ret,
                      struct err *err)
{
    if (access(path, F_OK) != 0) {
        err_errno(err, _("open"), path);
        if (err->code == ERR_NOT_FOUND)
            snprintf(err->next, sizeof err->next, "%s",
                     _("Check the spelling, or make a project with: allmende new FILE --title T"));
        return false;
    }
    struct store *store = store_new(path);
    store->writable = mode == STORE_WRITE;
    if (!open_locked(store, mode, raw, err)) {
        store_free(store);
        return false;
    }
    *ret = store;
    return true;
}

bool store_open(const char *path, enum store_mode mode, struct store **ret, struct err *err)
{
    return open_file(path, mode, false, ret, err);
}

bool store_open_raw(const char *path, struct store **ret, struct err *err)
{
    return open_file(path, STORE_READ, true, ret, err);
}

bool store_close(struct store *store, struct err *err)
{
    if (!store)
        return true;
    bool done = true;
    store_rollback(store);
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(store->stmt[i].at);
        store->stmt[i].at = NULL;
    }
    if (!store->read_only_medium)
        done = store_checkpoint(store, err);
    store_free(store);
    return done;
}

void store_release(struct store **store)
{
    struct err ignored = {0};
    if (*store)
        (void)!store_close(*store, &ignored);
    *store = NULL;
}

const char *store_path(const struct store *store)
{
    return store->path;
}

bool store_writable(const struct store *store)
{
    return store->writable;
}

static bool run_kept(struct store *store, enum sql_id id, struct err *err)
{
    struct stmt *stmt;
    return store_stmt(store, id, &stmt, err) && stmt_run(stmt, err);
}

bool store_begin(struct store *store, struct err *err)
{
    BUG_IF(store->in_transaction);
    if (!store->writable)
        return FAIL(err, ERR_DENIED, _("Open it for writing."), _("%s is open for reading only."),
                    store->path);
    if (!run_kept(store, SQL_STORE_BEGIN, err))
        return false;
    store->in_transaction = true;
    return true;
}

bool store_commit(struct store *store, struct err *err)
{
    BUG_IF(!store->in_transaction);
    if (!run_kept(store, SQL_STORE_COMMIT, err)) {
        store_rollback(store);
        return false;
    }
    store->in_transaction = false;
    store_back_to_log(store);
    return true;
}

void store_rollback(struct store *store)
{
    struct err ignored = {0};
    if (!store->in_transaction)
        return;
    for (size_t i = 0; i < SQL_COUNT; i++) {
        struct stmt *stmt = &store->stmt[i];
        stmt_end(&stmt);
    }
    /* SQLite may have rolled back by itself (disk full); then there is nothing to undo. */
    if (!sqlite3_get_autocommit(store->db))
        (void)!run_kept(store, SQL_STORE_ROLLBACK, &ignored);
    store->in_transaction = false;
    store->erasing = false;
    store_back_to_log(store);
}

bool store_in_transaction(const struct store *store)
{
    return store->in_transaction;
}

void store_erasing(struct store *store, bool on)
{
    store->erasing = on;
    if (on)
        return;
    /* A kept statement was authorized when it was prepared: forget those of the erasing time. */
    for (size_t i = 0; i < SQL_COUNT; i++) {
        if (!store->stmt[i].open) {
            sqlite3_finalize(store->stmt[i].at);
            store->stmt[i].at = NULL;
        }
    }
}

/* The file of the log, if there is one with something in it. */
static sqlite3_file *full_log(struct store *store)
{
    sqlite3_file *log = NULL;
    sqlite3_int64 bytes = 0;
    int code = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (code != SQLITE_OK || !log || !log->pMethods ||
        log->pMethods->xFileSize(log, &bytes) != SQLITE_OK || bytes == 0)
        return NULL;
    return log;
}

bool store_checkpoint(struct store *store, struct err *err)
{
    BUG_IF(store->in_transaction);
    sqlite3_file *log = full_log(store);
    int code = sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    /* SQLite syncs the file before it empties the log, but never the emptied log: after a power cut
     * its old bytes could lie there again. */
    if (code == SQLITE_OK && log)
        code = log->pMethods->xSync(log, SQLITE_SYNC_FULL);
    return code == SQLITE_OK || store_fail(store, code, err);
}

bool store_scrub(struct store *store, struct err *err)
{
    const uint64_t in_memory_bytes = UINT64_C(256) << 20;
    uint64_t bytes;
    BUG_IF(store->in_transaction);
    if (!file_size(store->path, &bytes, err))
        return false;
    bool large = bytes > in_memory_bytes;
    bool done = !large || store_script(store, sql_texts[SQL_STORE_TEMP_ON_DISK], err);
    done = done && store_script(store, sql_texts[SQL_STORE_SCRUB], err);
    struct err ignored = {0};
    if (large)
        (void)!store_script(store, sql_texts[SQL_STORE_TEMP_IN_MEMORY], &ignored);
    return done && store_checkpoint(store, err);
}

int64_t store_last_row(const struct store *store)
{
    return sqlite3_last_insert_rowid(store->db);
}

bool store_prepare(struct store *store, const char *sql, struct stmt *ret, struct err *err)
{
    sqlite3_stmt *at;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &at, NULL);
    if (code != SQLITE_OK)
        return store_fail(store, code, err);
    BUG_IF(!at);
    *ret = (struct stmt){.at = at, .store = store, .open = true, .own = true};
    return true;
}

bool store_stmt(struct store *store, enum sql_id id, struct stmt **ret, struct err *err)
{
    struct stmt *stmt = &store->stmt[id];
    BUG_IF(stmt->open);
    if (!stmt->at) {
        int code = sqlite3_prepare_v2(store->db, sql_texts[id], -1, &stmt->at, NULL);
        if (code != SQLITE_OK)
            return store_fail(store, code, err);
        stmt->store = store;
    }
    stmt->bound = 0;
    stmt->open = true;
    *ret = stmt;
    return true;
}

/* Binding fails only without memory, or by a fault of ours. */
static void bound(struct stmt *stmt, int code)
{
    (void)stmt;
    if (code == SQLITE_NOMEM)
        mem_out();
    BUG_IF(code != SQLITE_OK);
}

void stmt_int(struct stmt *stmt, int64_t value)
{
    bound(stmt, sqlite3_bind_int64(stmt->at, ++stmt->bound, value));
}

void stmt_hash(struct stmt *stmt, const struct hash *value)
{
    stmt_blob(stmt, value->at, HASH_BYTES);
}

void stmt_blob(struct stmt *stmt, const void *bytes, size_t n)
{
    int code = sqlite3_bind_blob64(stmt->at, ++stmt->bound, n ? bytes : "", n, SQLITE_TRANSIENT);
    bound(stmt, code);
}

void stmt_text(struct stmt *stmt, struct str text)
{
    const char *at = text.n ? text.at : "";
    bound(stmt,
          sqlite3_bind_text64(stmt->at, ++stmt->bound, at, text.n, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void stmt_null(struct stmt *stmt)
{
    bound(stmt, sqlite3_bind_null(stmt->at, ++stmt->bound));
}

bool stmt_step(struct stmt *stmt, bool *ret_row, struct err *err)
{
    BUG_IF(!stmt->open);
    int code = sqlite3_step(stmt->at);
    if (code == SQLITE_ROW) {
        *ret_row = true;
        return true;
    }
    if (code != SQLITE_DONE)
        store_fail(stmt->store, code, err);
    stmt_end(&stmt);
    *ret_row = false;
    return code == SQLITE_DONE;
}

bool stmt_run(struct stmt *stmt, struct err *err)
{
    bool row;
    if (!stmt_step(stmt, &row, err))
        return false;
    BUG_IF(row);
    return true;
}

void stmt_end(struct stmt **stmt)
{
    struct stmt *s = *stmt;
    if (!s || !s->open)
        return;
    s->open = false;
    if (s->own) {
        sqlite3_finalize(s->at);
        s->at = NULL;
        return;
    }
    sqlite3_reset(s->at);
    sqlite3_clear_bindings(s->at);
}

int64_t row_int(struct stmt *stmt, int column)
{
    return sqlite3_column_int64(stmt->at, column);
}

static struct str row_bytes(struct stmt *stmt, const void *at, int column)
{
    int n = sqlite3_column_bytes(stmt->at, column);
    if (!at && sqlite3_errcode(stmt->store->db) == SQLITE_NOMEM)
        mem_out();
    return (struct str){at ? at : "", at && n > 0 ? (size_t)n : 0};
}

struct str row_text(struct stmt *stmt, int column)
{
    return row_bytes(stmt, sqlite3_column_text(stmt->at, column), column);
}

struct str row_blob(struct stmt *stmt, int column)
{
    return row_bytes(stmt, sqlite3_column_blob(stmt->at, column), column);
}

bool row_null(struct stmt *stmt, int column)
{
    return sqlite3_column_type(stmt->at, column) == SQLITE_NULL;
}

struct hash row_hash(struct stmt *stmt, int column)
{
    struct hash hash = {{0}};
    struct str bytes = row_blob(stmt, column);
    if (bytes.n == HASH_BYTES)
        memcpy(hash.at, bytes.at, HASH_BYTES);
    return hash;
}
