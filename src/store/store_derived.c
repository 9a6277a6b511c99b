/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Derived tables: made anew, made beside, compared; and checks of the file as a file.
 *
 * "Beside" uses SQLite's rule for names: a table of the TEMP schema hides one of the same name in
 * the file. So `check` folds the record with the very same statements, into twins that vanish at
 * the end.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "store/store_int.h"

enum { NAMES_MAX = 128 };

struct table_names {
    struct arena arena;
    struct str at[NAMES_MAX];
    size_t n;
};

static void names_release(struct table_names *names)
{
    arena_release(&names->arena);
}

static bool derived_names(struct store *store, struct table_names *names, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(store, SQL_STORE_DERIVED_TABLES, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        if (names->n == NAMES_MAX)
            return FAIL(err, ERR_CORRUPT, _("Carry on with another copy."),
                        _("%s holds more tables than it should."), store->path);
        names->at[names->n++] = arena_str(&names->arena, row_text(stmt, 0));
    }
    return false;
}

/* Run a text of sql/query/ with one name put in ("%w" doubles quotes). */
static bool run_named(struct store *store, enum sql_id id, const char *name, struct err *err)
{
    char *sql = sqlite3_mprintf(sql_texts[id], name);
    if (!sql)
        mem_out();
    bool done = store_script(store, sql, err);
    sqlite3_free(sql);
    return done;
}

/* How often a line of the derived schema begins a statement. */
static size_t derived_statements(void)
{
    size_t n = 0;
    for (const char *at = embedded_schema_derived; *at; at++)
        n += strncmp(at, "CREATE ", 7) == 0 && (at == embedded_schema_derived || at[-1] == '\n');
    return n;
}

/* SQLite keeps the text of a statement as it was given, so it can be looked up in ours. */
bool store_derived_fit(struct store *store, bool *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    size_t found = 0;
    bool fit = true;
    bool row;
    if (!store_stmt(store, SQL_STORE_DERIVED_SCHEMA, &stmt, err))
        return false;
    for (;;) {
        if (!stmt_step(stmt, &row, err))
            return false;
        if (!row)
            break;
        fit = fit && strstr(embedded_schema_derived, row_text(stmt, 0).at) != NULL;
        found++;
    }
    *ret = fit && found == derived_statements();
    return true;
}

bool store_derive_anew(struct store *store, struct err *err)
{
    CLEANUP(names_release) struct table_names names = {.n = 0};
    BUG_IF(!store->in_transaction);
    if (!derived_names(store, &names, err))
        return false;
    for (size_t i = 0; i < names.n; i++)
        if (!run_named(store, SQL_STORE_DROP_TABLE, names.at[i].at, err))
            return false;
    return store_script(store, embedded_schema_derived, err);
}

/* The derived schema with every table and index in the TEMP schema: each statement begins its line
 * with "CREATE " and one more word, behind which the name stands. */
static void temp_schema(struct buf *out)
{
    const char *at = embedded_schema_derived;
    while (*at) {
        if (strncmp(at, "CREATE ", 7) == 0) {
            size_t head = 7 + strcspn(at + 7, " ") + 1;
            buf_add(out, at, head);
            buf_text(out, "temp.");
            at += head;
        }
        size_t line = strcspn(at, "\n");
        line += at[line] == '\n';
        buf_add(out, at, line);
        at += line;
    }
}

bool store_derive_beside(struct store *store, struct err *err)
{
    CLEANUP(buf_release) struct buf sql = BUF_INIT;
    temp_schema(&sql);
    return store_script(store, sql.at, err);
}

/* Feed every row of schema.table, by all columns in order, each value with its type. */
static bool hash_rows(struct store *store, const char *schema, const char *table, struct hasher *h,
                      struct err *err)
{
    CLEANUP(buf_release) struct buf order = BUF_INIT;
    CLEANUP(stmt_end) struct stmt *columns = NULL;
    bool row;
    if (!store_stmt(store, SQL_STORE_TABLE_COLUMNS, &columns, err))
        return false;
    stmt_text(columns, str_of(table));
    if (!stmt_step(columns, &row, err))
        return false;
    int64_t n = row ? row_int(columns, 0) : 0;
    for (int64_t i = 1; i <= n; i++)
        buf_printf(&order, "%s%lld", i > 1 ? "," : "", (long long)i);
    char *sql = sqlite3_mprintf(sql_texts[SQL_STORE_TABLE_ROWS], schema, table, order.at);
    if (!sql)
        mem_out();
    struct stmt rows = {0};
    bool done = store_prepare(store, sql, &rows, err);
    sqlite3_free(sql);
    CLEANUP(stmt_end) struct stmt *stmt = done ? &rows : NULL;
    while (done && (done = stmt_step(stmt, &row, err)) && row) {
        for (int c = 0; c < (int)n; c++) {
            int type = sqlite3_column_type(rows.at, c);
            struct str bytes = row_blob(stmt, c);
            hash_u64(h, (uint64_t)type);
            hash_u64(h, bytes.n);
            hash_str(h, bytes);
        }
    }
    return done;
}

bool store_state(struct store *store, struct hash *ret, struct err *err)
{
    CLEANUP(names_release) struct table_names names = {.n = 0};
    struct hasher h;
    hash_begin(&h);
    if (!derived_names(store, &names, err))
        return false;
    for (size_t i = 0; i < names.n; i++) {
        hash_u64(&h, names.at[i].n);
        hash_str(&h, names.at[i]);
        if (!hash_rows(store, "main", names.at[i].at, &h, err))
            return false;
    }
    *ret = hash_end(&h);
    return true;
}

bool store_compare(struct store *store, void (*differ)(void *context, const char *table),
                   void *context, struct err *err)
{
    CLEANUP(names_release) struct table_names names = {.n = 0};
    if (!derived_names(store, &names, err))
        return false;
    for (size_t i = 0; i < names.n; i++) {
        struct hasher h[2];
        struct hash hash[2];
        struct err problem = {0};
        hash_begin(&h[0]);
        hash_begin(&h[1]);
        bool read = hash_rows(store, "main", names.at[i].at, &h[0], &problem) &&
                    hash_rows(store, "temp", names.at[i].at, &h[1], &problem);
        hash[0] = hash_end(&h[0]);
        hash[1] = hash_end(&h[1]);
        if (!read || !hash_eq(&hash[0], &hash[1]))
            differ(context, names.at[i].at);
    }
    return true;
}

struct complaints {
    void (*fault)(void *context, const char *what);
    void *context;
};

/* The schema that a sound file has, one line a row, made in an empty database in memory. */
static bool schema_text(struct store *store, struct buf *out, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(store, SQL_STORE_SCHEMA, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        for (int c = 0; c < 4; c++)
            buf_printf(out, "%.*s\t", STR_ARG(row_text(stmt, c)));
        buf_char(out, '\n');
    }
    return false;
}

static bool expected_schema(struct buf *out, struct err *err)
{
    struct store sound = {.path = (char[]){":memory:"}, .lock_fd = -1, .guard_off = true};
    int code = sqlite3_open(":memory:", &sound.db);
    bool done = (code == SQLITE_OK || store_fail(&sound, code, err)) &&
                store_script(&sound, embedded_schema_record, err) &&
                store_script(&sound, embedded_schema_derived, err) && schema_text(&sound, out, err);
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(sound.stmt[i].at);
    sqlite3_close(sound.db);
    return done;
}

static bool check_schema(struct store *store, const struct complaints *say, struct err *err)
{
    CLEANUP(buf_release) struct buf found = BUF_INIT;
    CLEANUP(buf_release) struct buf expected = BUF_INIT;
    if (!expected_schema(&expected, err))
        return false;
    if (!schema_text(store, &found, err))
        return false;
    if (!str_eq(buf_view(&found), buf_view(&expected)))
        say->fault(say->context, _("The tables are not laid out as they must be."));
    return true;
}

/* Tells of each row that a checking statement gives; `sound` is the one answer that is none. */
static bool check_rows(struct store *store, enum sql_id id, const char *sound,
                       const struct complaints *say, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(store, id, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        struct str what = row_text(stmt, 0);
        if (!sound || !str_eq(what, str_of(sound)))
            say->fault(say->context, what.at);
    }
    return false;
}

static bool check_number(struct store *store, enum sql_id id, int64_t expected,
                         const struct complaints *say, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(store, id, &stmt, err) || !stmt_step(stmt, &row, err))
        return false;
    if (!row || row_int(stmt, 0) != expected)
        say->fault(say->context,
                   id == SQL_STORE_USER_VERSION
                       ? _("The format number (user_version) is not ours.")
                       : _("The mark of the file type (application_id) is not ours."));
    return true;
}

bool store_check(struct store *store, void (*fault)(void *context, const char *what), void *context,
                 struct err *err)
{
    const struct complaints say = {fault, context};
    return check_number(store, SQL_STORE_APPLICATION_ID, STORE_APPLICATION_ID, &say, err) &&
           check_number(store, SQL_STORE_USER_VERSION, STORE_USER_VERSION, &say, err) &&
           check_rows(store, SQL_STORE_ENCODING, "UTF-8", &say, err) &&
           check_rows(store, SQL_STORE_INTEGRITY, "ok", &say, err) &&
           check_rows(store, SQL_STORE_FOREIGN_KEYS, NULL, &say, err) &&
           check_schema(store, &say, err);
}

/* SQLite writes a copy without syncing it. */
static bool sync_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;
    if (!done)
        err_errno(err, _("write"), path);
    if (fd >= 0)
        close(fd);
    return done;
}

/* The copy under a name of its own, opened once, closed and on the disk. */
static bool copy_beside(struct store *store, const char *beside, struct err *err)
{
    struct store *copy;
    struct stmt *stmt;
    store->guard_off = true;
    bool done = store_stmt(store, SQL_STORE_COPY_INTO, &stmt, err);
    if (done) {
        stmt_text(stmt, str_of(beside));
        done = stmt_run(stmt, err);
    }
    store->guard_off = false;
    return done && store_open(beside, STORE_READ, &copy, err) && store_close(copy, err) &&
           sync_file(beside, err);
}

void store_remove(const char *path)
{
    static const char *const tail[] = {"", "-wal", "-shm", "-journal"};
    CLEANUP(buf_release) struct buf name = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(tail); i++) {
        buf_clear(&name);
        buf_printf(&name, "%s%s", path, tail[i]);
        (void)unlink(name.at);
    }
}

bool store_copy(struct store *store, const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf beside = BUF_INIT;
    if (file_exists(path))
        return FAIL(err, ERR_CONFLICT, _("Choose another name, or move the old file away."),
                    _("%s is there already."), path);
    if (!file_parent_there(path, err))
        return false;
    buf_printf(&beside, "%s.new-%ld", path, (long)getpid());
    if (copy_beside(store, beside.at, err))
        return file_place(beside.at, path, err);
    store_remove(beside.at);
    return err_context(err, _("Copying to %s"), path);
}
