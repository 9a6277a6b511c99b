/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem, mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "record/member.h"
#include "record/record.h"
#include "record/withdraw.h"
#include "store/store.h"

static const struct kind note_kind = {.name = "note"};
static const struct kind fixed_kind = {.name = "fixed", .stays = true};
static const struct kind *const test_kinds[] = {&member_project_kind, &member_kind, &withdraw_kind,
                                                &note_kind,           &fixed_kind,  NULL};

/* A scratch folder with a project in it; keys lie in the same folder. */
struct scratch {
    char folder[64];
    char path[96];
    struct record *record;
};

static int set_up(void **state)
{
    struct scratch *s = calloc(1, sizeof *s);
    struct err err = {0};
    snprintf(s->folder, sizeof s->folder, "/tmp/allmende-record-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/p.allmende", s->folder);
    assert_int_equal(setenv("XDG_CONFIG_HOME", s->folder, 1), 0);
    json_t *body = json_pack("{s:s,s:s,s:[s]}", "title", "Bach", "licence", "CC-BY-4.0",
                             "permission", "project");
    json_t *private = json_pack("{s:s}", "name", "Ada");
    const struct founding founding = {s->path, body, private, test_kinds};
    if (!record_create(&founding, &s->record, &err))
        fail_msg("%s", err.what);
    assert_true(record_act_as(s->record, NULL, &err));
    json_decref(body);
    json_decref(private);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    char command[128];
    assert_true(record_close(s->record, &err));
    snprintf(command, sizeof command, "rm -r %s", s->folder);
    /* a scratch folder of our own making; the shell is the shortest way */
    FILE *done = popen(command, "r");
    free(s);
    return done && pclose(done) == 0 ? 0 : -1;
}

static struct hash add(struct record *record, const char *kind, const char *text, const char *blob,
                       const char *made_with)
{
    struct err err = {0};
    struct hash id;
    json_t *body = json_pack("{s:s}", "text", text);
    if (made_with)
        json_object_set_new(body, "made_with", json_pack("[s]", made_with));
    struct str bytes = str_of(blob ? blob : "");
    struct blob_source source = blob_of_str(&bytes);
    const struct draft draft = {
        .kind = kind, .body = body, .blob = &source, .blob_n = blob != NULL};
    if (!record_append(record, &draft, &id, &err))
        fail_msg("%s (%s:%d)", err.what, err.file, err.line);
    json_decref(body);
    return id;
}

static void count_fault(void *context, const char *where, const char *what)
{
    size_t *faults = context;
    printf("%s: %s\n", where, what);
    (*faults)++;
}

static size_t faults_of(struct record *record)
{
    struct err err = {0};
    size_t faults = 0;
    if (!record_check(record, count_fault, &faults, &err))
        fail_msg("%s", err.what);
    return faults;
}

static void reopen(struct scratch *s)
{
    struct err err = {0};
    assert_true(record_close(s->record, &err));
    if (!record_open(s->path, STORE_WRITE, test_kinds, &s->record, &err))
        fail_msg("%s", err.what);
    assert_true(record_act_as(s->record, NULL, &err));
}

static void what_is_written_is_read_again(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct err err = {0};
    struct entry entry;
    struct hash id = add(s->record, "note", "Wasseramsel", "blob-bytes", NULL);
    reopen(s);
    assert_true(record_entry(s->record, &id, &arena, &entry, &err));
    assert_int_equal(entry.presence, BODY_PRESENT);
    assert_string_equal(json_text(entry.body, "text"), "Wasseramsel");
    assert_int_equal(entry.header.seq, 2);
    assert_int_equal(entry.header.count, 2);
    assert_true(record_blob(s->record, &id, 0, 100, &bytes, &err));
    assert_string_equal(bytes.at, "blob-bytes");
    entry_release(&entry);
    assert_int_equal(faults_of(s->record), 0);
}

static void a_rebuild_gives_the_same_state(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    struct hash before;
    struct hash after;
    struct device ben;
    assert_true(member_add(s->record, &(struct member_draft){.name = "Ben", .in_charge = false},
                           &ben, &err));
    assert_true(record_act_as(s->record, "Ben", &err));
    add(s->record, "note", "eins", NULL, NULL);
    assert_true(record_act_as(s->record, "Ada", &err));
    add(s->record, "note", "zwei", "b", NULL);
    assert_true(store_state(record_store(s->record), &before, &err));
    assert_true(record_rebuild(s->record, &err));
    assert_true(store_state(record_store(s->record), &after, &err));
    assert_true(hash_eq(&before, &after));
    assert_int_equal(faults_of(s->record), 0);
}

/* As another version of the program would have left it: a table less, or one column more. */
static void change_derived(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void tables_of_another_version_are_made_anew_when_the_file_is_opened(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    struct hash before;
    struct hash after;
    static const char *const changes[] = {"ALTER TABLE hypothesis ADD COLUMN more TEXT",
                                          "DROP INDEX entry_order_kind", "DROP TABLE link"};
    add(s->record, "note", "one", NULL, NULL);
    assert_true(store_state(record_store(s->record), &before, &err));
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        assert_true(record_close(s->record, &err));
        change_derived(s->path, changes[i]);
        if (!record_open(s->path, STORE_READ, test_kinds, &s->record, &err))
            fail_msg("%s", err.what);
        assert_true(store_state(record_store(s->record), &after, &err));
        assert_true(hash_eq(&before, &after));
    }
}

static void only_people_in_charge_add_members(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    struct device device;
    assert_true(member_add(s->record, &(struct member_draft){.name = "Ben", .in_charge = false},
                           &device, &err));
    assert_true(record_act_as(s->record, "Ben", &err));
    assert_false(member_add(s->record, &(struct member_draft){.name = "Cem", .in_charge = false},
                            &device, &err));
    assert_int_equal(err.code, ERR_DENIED);
    err_clear(&err);
    assert_false(record_act_as(s->record, "Dana", &err));
    assert_non_null(strstr(err.what, "Ada, Ben"));
    err_clear(&err);
    assert_false(record_act_as(s->record, NULL, &err));
    assert_int_equal(err.code, ERR_DENIED);
}

static bool file_holds(const char *path, const char *canary)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct err err = {0};
    if (!file_exists(path))
        return false;
    assert_true(file_read(path, 1 << 30, &bytes, &err));
    return memmem(bytes.at, bytes.n, canary, strlen(canary)) != NULL;
}

static void what_is_taken_back_is_gone(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct err err = {0};
    struct withdrawal w;
    struct entry entry;
    char wal[128];
    snprintf(wal, sizeof wal, "%s-wal", s->path);
    struct hash id = add(s->record, "note", "CANARY-TEXT", "CANARY-BLOB", NULL);
    struct hash model = add(s->record, "note", "m", "CANARY-MODEL", hash_hex(&id).at);
    assert_true(file_holds(wal, "CANARY-TEXT"));
    if (!withdraw_entry(s->record, &id, &w, &err))
        fail_msg("%s", err.what);
    assert_true(w.erased);
    assert_int_equal(w.models_gone, 1);
    assert_false(file_holds(wal, "CANARY"));
    assert_false(file_holds(s->path, "CANARY"));
    assert_true(record_entry(s->record, &id, &arena, &entry, &err));
    assert_int_equal(entry.presence, BODY_WITHDRAWN);
    assert_false(record_blob(s->record, &model, 0, 100, &bytes, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    err_clear(&err);
    assert_false(withdraw_entry(s->record, &id, &w, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_int_equal(faults_of(s->record), 0);
}

static uint64_t bytes_beside(const struct scratch *s, const char *end)
{
    char path[128];
    uint64_t bytes = 0;
    struct err err = {0};
    snprintf(path, sizeof path, "%s%s", s->path, end);
    assert_true(!file_exists(path) || file_size(path, &bytes, &err));
    return bytes;
}

/* With a log, it would have at least the bytes of the entry until the file is closed. */
static void a_large_entry_leaves_no_log_and_no_journal(void **state)
{
    enum { BYTES = 3000000 };
    struct scratch *s = *state;
    CLEANUP(mem_free) char *large = mem_get(BYTES + 1, 1);
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct err err = {0};
    struct withdrawal w;
    memset(large, 'x', BYTES);
    memcpy(large + BYTES / 2, "CANARY-BLOB", 11);
    setenv("ALLMENDE_LARGE_BYTES", "3000000", 1);
    struct hash id = add(s->record, "note", "CANARY-TEXT", large, NULL);
    unsetenv("ALLMENDE_LARGE_BYTES");
    assert_true(bytes_beside(s, "") > BYTES);
    assert_true(bytes_beside(s, "-wal") < BYTES / 10);
    assert_int_equal(bytes_beside(s, "-journal"), 0);
    /* The next one goes into the log again. */
    (void)add(s->record, "note", "after", NULL, NULL);
    assert_true(bytes_beside(s, "-wal") > 0);
    assert_true(record_blob(s->record, &id, 0, BYTES, &bytes, &err));
    assert_int_equal(bytes.n, BYTES);
    assert_memory_equal(bytes.at, large, BYTES);
    assert_true(withdraw_entry(s->record, &id, &w, &err));
    assert_true(w.erased);
    assert_false(file_holds(s->path, "CANARY-TEXT"));
    assert_false(file_holds(s->path, "CANARY-BLOB"));
}

static void others_entries_need_two_people_in_charge(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    struct withdrawal w;
    struct device device;
    assert_true(member_add(s->record, &(struct member_draft){.name = "Ben", .in_charge = false},
                           &device, &err));
    assert_true(member_add(s->record, &(struct member_draft){.name = "Cem", .in_charge = true},
                           &device, &err));
    assert_true(record_act_as(s->record, "Ben", &err));
    struct hash id = add(s->record, "note", "von Ben", NULL, NULL);
    struct hash own = add(s->record, "fixed", "bleibt", NULL, NULL);
    assert_false(withdraw_entry(s->record, &own, &w, &err));
    assert_int_equal(err.code, ERR_DENIED);
    err_clear(&err);
    assert_true(record_act_as(s->record, "Ada", &err));
    assert_true(withdraw_entry(s->record, &id, &w, &err));
    assert_false(w.erased);
    assert_true(record_act_as(s->record, "Cem", &err));
    assert_true(withdraw_entry(s->record, &id, &w, &err));
    assert_true(w.erased);
    assert_int_equal(faults_of(s->record), 0);
}

/* Lines of text; a withdrawn one becomes empty. */
static bool empty_lines(const struct entry *batch, const uint64_t *position, size_t n,
                        struct str bytes, struct buf *out, struct err *err)
{
    struct str line;
    uint64_t at = 0;
    (void)batch;
    (void)err;
    while (bytes.n && str_cut(&bytes, '\n', &line)) {
        bool gone = false;
        at++;
        for (size_t i = 0; i < n; i++)
            gone = gone || position[i] == at;
        if (!gone)
            buf_str(out, line);
        buf_char(out, '\n');
    }
    return true;
}

static void items_of_a_batch_leave_a_remainder(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    struct withdrawal w;
    struct hash id = add(s->record, "note", "batch", "a\nCANARY1\nc\nCANARY2\n", NULL);
    const uint64_t second = 2;
    const uint64_t fourth = 4;
    struct withdraw_items items = {id, &second, 1, empty_lines};
    if (!withdraw_items(s->record, &items, &w, &err))
        fail_msg("%s", err.what);
    items.position = &fourth;
    if (!withdraw_items(s->record, &items, &w, &err))
        fail_msg("%s", err.what);
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    assert_true(record_blob(s->record, &id, 0, 100, &bytes, &err));
    assert_string_equal(bytes.at, "a\n\nc\n\n");
    assert_false(withdraw_items(s->record, &items, &w, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    reopen(s);
    assert_false(file_holds(s->path, "CANARY"));
    assert_int_equal(faults_of(s->record), 0);
}

static void a_second_program_is_told_who_holds_the_file(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    struct record *other = NULL;
    assert_false(record_open(s->path, STORE_READ, test_kinds, &other, &err));
    assert_int_equal(err.code, ERR_BUSY);
    char pid[24];
    snprintf(pid, sizeof pid, "%ld ", (long)getpid());
    assert_non_null(strstr(err.what, pid));
}

/* How `check` and every command that only reads open a project. */
static void a_project_open_for_reading_is_read_and_checked_but_not_written(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    struct hash id = add(s->record, "note", "eins", "blob", NULL);
    char copy[128];
    snprintf(copy, sizeof copy, "%s/copy.allmende", s->folder);
    assert_true(record_close(s->record, &err));
    if (!record_open(s->path, STORE_READ, test_kinds, &s->record, &err))
        fail_msg("%s", err.what);
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct entry entry;
    assert_true(record_entry(s->record, &id, &arena, &entry, &err));
    entry_release(&entry);
    if (!store_copy(record_store(s->record), copy, &err))
        fail_msg("%s", err.what);
    assert_false(store_copy(record_store(s->record), copy, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    err_clear(&err);
    assert_int_equal(faults_of(s->record), 0);
    assert_false(record_rebuild(s->record, &err));
    assert_int_equal(err.code, ERR_DENIED);
    err_clear(&err);
    assert_true(record_close(s->record, &err));
    if (!record_open_raw(s->path, test_kinds, &s->record, &err))
        fail_msg("%s", err.what);
    assert_int_equal(faults_of(s->record), 0);
}

static void of_an_unfinished_file_nothing_is_left(void **state)
{
    (void)state;
    static const char *const name[] = {"p", "p-wal", "p-shm", "p-journal", "p-mine"};
    char folder[] = "/tmp/allmende-remove-XXXXXX";
    struct err err = {0};
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    CLEANUP(buf_release) struct buf left = BUF_INIT;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < COUNT_OF(name); i++) {
        buf_clear(&path);
        buf_printf(&path, "%s/%s", folder, name[i]);
        assert_true(file_write(path.at, STR("x"), 0600, &err));
    }
    buf_clear(&path);
    buf_printf(&path, "%s/p", folder);
    store_remove(path.at);
    assert_true(file_list(folder, 9, &left, &err));
    assert_string_equal(left.at, "p-mine");
    assert_int_equal(left.n, sizeof "p-mine");
    file_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_an_unfinished_file_nothing_is_left),
        cmocka_unit_test_setup_teardown(what_is_written_is_read_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rebuild_gives_the_same_state, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            tables_of_another_version_are_made_anew_when_the_file_is_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_people_in_charge_add_members, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_taken_back_is_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_large_entry_leaves_no_log_and_no_journal, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(others_entries_need_two_people_in_charge, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(items_of_a_batch_leave_a_remainder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_project_open_for_reading_is_read_and_checked_but_not_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_program_is_told_who_holds_the_file, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
