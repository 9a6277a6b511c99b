/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parcels are made of one project's rows and taken into an empty file. What must be refused follows
 * from docs/format/record.md, section 11. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "record/member.h"
#include "record/take.h"
#include "record/withdraw.h"

static const struct kind note_kind = {.name = "note"};
static const struct kind *const test_kinds[] = {&member_project_kind, &member_kind, &withdraw_kind,
                                                &note_kind, NULL};

/* Two projects in a scratch folder: one that was written, one that takes. */
struct scratch {
    char folder[64];
    struct record *from;
    struct record *to;
};

static struct hash add(struct record *record, const char *text, const char *blob)
{
    struct err err = {0};
    struct hash id;
    json_t *body = json_pack("{s:s}", "text", text);
    json_t *private = json_pack("{s:s}", "who", "CANARY");
    struct str bytes = str_of(blob ? blob : "");
    struct blob_source source = blob_of_str(&bytes);
    const struct draft draft = {
        .kind = "note", .body = body, .private = private, .blob = &source, .blob_n = blob != NULL};
    if (!record_append(record, &draft, &id, &err))
        fail_msg("%s", err.what);
    json_decref(body);
    json_decref(private);
    return id;
}

static int set_up(void **state)
{
    struct scratch *s = calloc(1, sizeof *s);
    struct err err = {0};
    char path[128];
    snprintf(s->folder, sizeof s->folder, "/tmp/allmende-take-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    assert_int_equal(setenv("XDG_CONFIG_HOME", s->folder, 1), 0);
    json_t *body = json_pack("{s:s,s:s,s:[s]}", "title", "Bach", "licence", "CC-BY-4.0",
                             "permission", "publication");
    json_t *private = json_pack("{s:s}", "name", "Ada");
    snprintf(path, sizeof path, "%s/from.allmende", s->folder);
    const struct founding founding = {path, body, private, test_kinds};
    assert_true(record_create(&founding, &s->from, &err));
    assert_true(record_act_as(s->from, NULL, &err));
    add(s->from, "eins", NULL);
    add(s->from, "zwei", "blob-bytes");
    snprintf(path, sizeof path, "%s/to.allmende", s->folder);
    assert_true(record_receive(path, test_kinds, &s->to, &err));
    json_decref(body);
    json_decref(private);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    assert_true(record_close(s->from, &err));
    assert_true(record_close(s->to, &err));
    file_remove_folder(s->folder);
    assert_false(file_exists(s->folder));
    free(s);
    return 0;
}

/* A parcel with what it points to. */
struct packed {
    struct arena arena;
    struct entry entry;
    struct buf blob;
    struct str rest;
    struct parcel parcel;
};

static void packed_release(struct packed *p)
{
    entry_release(&p->entry);
    buf_release(&p->blob);
    arena_release(&p->arena);
}

static struct parcel_part part(struct record *record, struct packed *p, int which)
{
    struct parcel_part part = {.there = false};
    struct stmt *stmt;
    struct err err = {0};
    assert_true(store_stmt(record_store(record), SQL_RECORD_BODY, &stmt, &err));
    stmt_hash(stmt, &p->entry.id);
    stmt_int(stmt, which);
    assert_true(stmt_step(stmt, &part.there, &err));
    if (!part.there)
        return part;
    memcpy(part.salt.at, row_blob(stmt, 0).at, SALT_BYTES);
    part.bytes = arena_str(&p->arena, row_blob(stmt, 1));
    stmt_end(&stmt);
    return part;
}

/* Pack the n-th entry (from 0) of the first project. */
static void pack(struct scratch *s, size_t n, bool with_private, struct packed *p)
{
    struct ids ids;
    struct err err = {0};
    struct stmt *stmt;
    bool there;
    *p = (struct packed){.blob = BUF_INIT};
    assert_true(record_ids(s->from, SQL_RECORD_IDS, NULL, &p->arena, &ids, &err));
    assert_true(record_entry(s->from, &ids.at[n], &p->arena, &p->entry, &err));
    p->parcel = (struct parcel){.header = p->entry.header_text, .signature = p->entry.signature};
    p->parcel.body = part(s->from, p, 0);
    if (with_private)
        p->parcel.private = part(s->from, p, 1);
    if (p->entry.header.blob_n == 0)
        return;
    assert_true(record_blob(s->from, &ids.at[n], 0, 1000, &p->blob, &err));
    assert_true(store_stmt(record_store(s->from), SQL_RECORD_BLOB, &stmt, &err));
    stmt_hash(stmt, &ids.at[n]);
    stmt_int(stmt, 0);
    assert_true(stmt_step(stmt, &there, &err));
    memcpy(p->parcel.blob[0].salt.at, row_blob(stmt, 1).at, SALT_BYTES);
    stmt_end(&stmt);
    p->rest = buf_view(&p->blob);
    p->parcel.blob[0].there = true;
    p->parcel.blob[0].source = blob_of_str(&p->rest);
}

static enum err_code take(struct scratch *s, struct packed *p)
{
    struct err err = {0};
    struct hash id;
    if (record_take(s->to, &p->parcel, &id, &err)) {
        assert_true(hash_eq(&id, &p->entry.id));
        return ERR_NONE;
    }
    assert_true(err.what[0] && err.next[0]);
    return err.code;
}

static enum err_code take_nth(struct scratch *s, size_t n, bool with_private)
{
    CLEANUP(packed_release) struct packed p;
    pack(s, n, with_private, &p);
    return take(s, &p);
}

static void what_was_taken_whole_is_the_same_project(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    struct hash here;
    struct hash there;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(take_nth(s, i, true), ERR_NONE);
    assert_true(record_rebuild(s->to, &err));
    assert_true(store_state(record_store(s->from), &here, &err));
    assert_true(store_state(record_store(s->to), &there, &err));
    assert_true(hash_eq(&here, &there));
    here = record_project(s->from);
    there = record_project(s->to);
    assert_true(hash_eq(&here, &there));
}

/* Two branches that meet again: all at once says the same as one by one, each way. */
static void what_came_after_is_the_same_all_at_once(void **state)
{
    struct scratch *s = *state;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct err err = {0};
    struct ids ids;
    size_t branches = 0;
    assert_int_equal(take_nth(s, 0, true), ERR_NONE);
    assert_int_equal(take_nth(s, 1, true), ERR_NONE);
    assert_true(record_rebuild(s->to, &err));
    assert_true(record_act_as(s->to, NULL, &err));
    add(s->to, "on the other side", NULL);
    assert_int_equal(take_nth(s, 2, true), ERR_NONE);
    assert_true(record_rebuild(s->to, &err));
    add(s->to, "after both", NULL);
    assert_true(record_ids(s->to, SQL_RECORD_IDS, NULL, &arena, &ids, &err));
    assert_int_equal(ids.n, 5);
    for (size_t a = 0; a < ids.n; a++) {
        struct id_set set;
        assert_true(record_all_after(s->to, &ids.at[a], &arena, &set, &err));
        for (size_t i = 0; i < ids.n; i++) {
            bool after;
            assert_true(record_is_after(s->to, &ids.at[i], &ids.at[a], &after, &err));
            assert_int_equal(id_set_has(&set, &ids.at[i]), after);
            branches += i > a && !after;
        }
    }
    assert_int_equal(branches, 1);
}

static void count_fault(void *context, const char *where, const char *what)
{
    size_t *faults = context;
    (void)where;
    *faults += strcmp(what, "Its private part is not here.") != 0;
}

static void private_parts_need_not_come(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    size_t faults = 0;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(take_nth(s, i, false), ERR_NONE);
    assert_true(record_rebuild(s->to, &err));
    assert_true(record_check(s->to, count_fault, &faults, &err));
    assert_int_equal(faults, 0);
}

static void order_and_founding_are_kept(void **state)
{
    struct scratch *s = *state;
    assert_int_equal(take_nth(s, 1, true), ERR_INPUT); /* nothing is founded yet */
    assert_int_equal(take_nth(s, 0, true), ERR_NONE);
    assert_int_equal(take_nth(s, 2, true), ERR_NOT_FOUND); /* its parent is missing */
    assert_int_equal(take_nth(s, 0, true), ERR_CONFLICT);  /* it is here already */
    assert_int_equal(take_nth(s, 1, true), ERR_NONE);
    assert_int_equal(take_nth(s, 2, true), ERR_NONE);
}

static void what_was_changed_is_refused(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    assert_int_equal(take_nth(s, 0, true), ERR_NONE);
    assert_int_equal(take_nth(s, 1, true), ERR_NONE);
    for (int what = 0; what < 6; what++) {
        CLEANUP(packed_release) struct packed p;
        pack(s, 2, true, &p);
        struct parcel *parcel = &p.parcel;
        char *changed = arena_copy(&p.arena, parcel->header);
        if (what == 0) {
            changed[parcel->header.n - 2] ^= 1;
            parcel->header.at = changed;
        } else if (what == 1) {
            parcel->signature.at[5] ^= 1;
        } else if (what == 2) {
            parcel->body.salt.at[0] ^= 1;
        } else if (what == 3) {
            parcel->private.bytes.n--;
        } else if (what == 4) {
            p.rest.n--;
        } else {
            parcel->blob[1] = parcel->blob[0];
        }
        assert_int_equal(take(s, &p), ERR_INPUT);
    }
    assert_int_equal(take_nth(s, 2, true), ERR_NONE); /* nothing of them is left */
    size_t faults = 0;
    assert_true(record_rebuild(s->to, &err));
    assert_true(record_check(s->to, count_fault, &faults, &err));
    assert_int_equal(faults, 0);
}

static void another_project_is_refused(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    char path[128];
    struct record *other;
    CLEANUP(packed_release) struct packed p;
    assert_int_equal(take_nth(s, 0, true), ERR_NONE);
    pack(s, 0, true, &p);
    json_t *body = json_pack("{s:s}", "title", "Teich");
    snprintf(path, sizeof path, "%s/other.allmende", s->folder);
    const struct founding founding = {path, body, NULL, test_kinds};
    assert_true(record_create(&founding, &other, &err));
    struct record *from = s->from;
    s->from = other;
    assert_int_equal(take_nth(s, 0, true), ERR_INPUT);
    s->from = from;
    json_decref(body);
    assert_true(record_close(other, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_taken_whole_is_the_same_project, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_came_after_is_the_same_all_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(private_parts_need_not_come, set_up, tear_down),
        cmocka_unit_test_setup_teardown(order_and_founding_are_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_changed_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_project_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("take", tests, NULL, NULL);
}
