/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flip_test: a bit that changed in a project file is found, if it changed anything.
 *
 *   flip_test [FLIPS [SEED [FIRST]]]      1,500 (soak: 10,000) of seed 1, from number FIRST
 *
 * One random bit is turned in a project with entries of all kinds (acts.h) and some more notes. Two
 * judges look at copies of the file: SQLite alone, which makes a logical dump (all tables with the
 * derived ones, schema, application_id, user_version), and ours, `check`. Where the dump is another
 * one or cannot be made, check must find a fault, or the file must be refused. Where the dump is
 * the same (the bit lay in unused bytes or in an index), check may say what it likes. Our judge
 * sits in a process of its own: a signal or an endless run would be a failure too.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "acts.h"
#include "base/hash.h"
#include "learn/rng.h"
#include "record/withdraw.h"

enum { NOTES = 40, SOUND = 0, FOUND = 3, PATIENCE_S = 20 };

struct flipping {
    struct workshop *workshop;
    const char *path;
    struct buf bytes; /* the sound file */
    struct hash dump;
    struct tally tally;
    uint64_t seed;
    uint64_t changed;
    uint64_t unreadable;
    uint64_t idle_found; /* found, though the dump is the same */
};

/* ---- more in the project ------------------------------------------------------------------- */

static struct hash put(struct record *record, const struct note *note)
{
    struct err err = {0};
    struct hash id;
    if (!note_append(record, note, &id, &err))
        give_up("append: %s", err.what);
    return id;
}

static void take_back(struct record *record, const struct hash *id, const struct hash *batch)
{
    const uint64_t position = 2;
    const struct withdraw_items items = {*batch, &position, 1, lines_empty};
    struct withdrawal w;
    struct err err = {0};
    if (!withdraw_entry(record, id, &w, &err) || !withdraw_items(record, &items, &w, &err))
        give_up("withdraw: %s", err.what);
}

static void widen_project(const char *path)
{
    struct record *record = scratch_open(path);
    struct hash first = {{0}};
    CLEANUP(buf_release) struct buf blob = BUF_INIT;
    struct hash batch = put(record, &(struct note){"batch", NULL, STR("one\ntwo\nthree\n"), NULL});
    for (int i = 0; i < NOTES; i++) {
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        buf_printf(&text, "observation %d:", i);
        for (int word = 0; word < i * 7 % 60; word++)
            buf_printf(&text, " dipper %d", word * i);
        buf_printf(&blob, "%d,%d.5\n", i, i * i);
        struct note note = {text.at, i % 3 ? NULL : "under the bridge", {NULL, 0}, NULL};
        if (i % 4 == 1)
            note.blob = buf_view(&blob);
        if (i % 8 == 5)
            note.of = &first;
        struct hash id = put(record, &note);
        first = i ? first : id;
    }
    take_back(record, &first, &batch);
    if (faults_of(record, true) != 0)
        give_up("the project is faulty before any flip");
    scratch_close(record);
}

/* ---- SQLite's own view ---------------------------------------------------------------------- */

static bool hash_rows(sqlite3 *db, const char *sql, struct hasher *h)
{
    sqlite3_stmt *rows;
    if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
        return false;
    int code;
    while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
        for (int c = 0; c < sqlite3_column_count(rows); c++) {
            int type = sqlite3_column_type(rows, c);
            const void *at = sqlite3_column_blob(rows, c);
            int n = sqlite3_column_bytes(rows, c);
            hash_u64(h, (uint64_t)type);
            hash_u64(h, (uint64_t)n);
            hash_add(h, at ? at : "", (size_t)n);
        }
    }
    sqlite3_finalize(rows);
    return code == SQLITE_DONE;
}

static bool hash_tables(sqlite3 *db, struct hasher *h)
{
    sqlite3_stmt *names;
    bool done = true;
    int code = SQLITE_DONE;
    if (sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
                           -1, &names, NULL) != SQLITE_OK)
        return false;
    while (done && (code = sqlite3_step(names)) == SQLITE_ROW) {
        char *sql = sqlite3_mprintf("SELECT * FROM \"%w\" NOT INDEXED",
                                    (const char *)sqlite3_column_text(names, 0));
        done = sql && hash_rows(db, sql, h);
        sqlite3_free(sql);
    }
    sqlite3_finalize(names);
    return done && code == SQLITE_DONE;
}

static bool dump(const char *path, struct hash *ret)
{
    char uri[160];
    sqlite3 *db = NULL;
    struct hasher h;
    snprintf(uri, sizeof uri, "file:%s?immutable=1", path);
    hash_begin(&h);
    bool done =
        sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) == SQLITE_OK &&
        hash_rows(db, "PRAGMA application_id", &h) && hash_rows(db, "PRAGMA user_version", &h) &&
        hash_rows(
            db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name, tbl_name",
            &h) &&
        hash_tables(db, &h);
    sqlite3_close(db);
    *ret = hash_end(&h);
    return done;
}

/* ---- ours ----------------------------------------------------------------------------------- */

static int judge(const char *path, bool loud)
{
    struct err err = {0};
    struct record *record;
    if (!record_open_raw(path, fault_kinds(), &record, &err)) {
        if (loud)
            printf("    refused: %s\n", err.what);
        return FOUND;
    }
    uint64_t faults = faults_of(record, loud);
    if (!record_close(record, &err) && loud)
        printf("    close: %s\n", err.what);
    return faults ? FOUND : SOUND;
}

/* In a child: its exit status, or -signal. */
static int judge_apart(const char *path, bool loud)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        give_up("fork failed");
    if (child == 0) {
        alarm(PATIENCE_S);
        int verdict = judge(path, loud);
        fflush(stdout);
        _exit(verdict);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void clear_beside(const char *path)
{
    static const char *const ends[] = {"-wal", "-journal", ".lock"};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        char beside[128];
        snprintf(beside, sizeof beside, "%s%s", path, ends[i]);
        unlink(beside);
    }
}

static void flip(struct flipping *f, uint64_t number, bool loud)
{
    uint64_t bit = rng_below(f->seed, 1, number, f->bytes.n * 8);
    char *byte = &f->bytes.at[bit / 8];
    char mask = (char)(1 << (bit % 8));
    struct hash now;
    *byte = (char)(*byte ^ mask);
    file_put(f->path, buf_view(&f->bytes));
    *byte = (char)(*byte ^ mask);
    bool readable = dump(f->path, &now);
    bool changed = !readable || !hash_eq(&now, &f->dump);
    int verdict = judge_apart(f->path, loud);
    clear_beside(f->path);
    f->changed += changed;
    f->unreadable += !readable;
    f->idle_found += !changed && verdict == FOUND;
    fault_case(&f->tally, verdict == FOUND || (verdict == SOUND && !changed),
               "flip %llu of seed %llu (byte %llu, bit %llu): the dump %s, check %s (%d)",
               (unsigned long long)number, (unsigned long long)f->seed,
               (unsigned long long)(bit / 8), (unsigned long long)(bit % 8),
               !readable ? "cannot be made" : (changed ? "is another one" : "is the same"),
               verdict == SOUND ? "finds nothing" : "ends badly", verdict);
}

int main(int argc, char **argv)
{
    struct flipping f = {.bytes = BUF_INIT};
    uint64_t n = number_or(argc > 1 ? argv[1] : NULL, in_soak() ? 10000 : 1500);
    uint64_t first = number_or(argc > 3 ? argv[3] : NULL, 0);
    f.seed = number_or(argc > 2 ? argv[2] : NULL, 1);
    f.workshop = workshop_make("flip", argv[0]);
    f.path = workshop_project(f.workshop);
    widen_project(f.path);
    file_take(f.path, &f.bytes);
    if (!dump(f.path, &f.dump))
        give_up("no dump of the sound file");
    fault_case(&f.tally, judge_apart(f.path, true) == SOUND, "the sound file is not sound");
    for (uint64_t i = first; i < first + n; i++)
        flip(&f, i, n == 1);
    workshop_free(f.workshop);
    printf(
        "%llu flips in a file of %zu bytes, seed %llu: %llu changed the dump (%llu of them made it "
        "unreadable), %llu were found though they changed nothing\n",
        (unsigned long long)n, f.bytes.n, (unsigned long long)f.seed, (unsigned long long)f.changed,
        (unsigned long long)f.unreadable, (unsigned long long)f.idle_found);
    buf_release(&f.bytes);
    return fault_end(&f.tally);
}
