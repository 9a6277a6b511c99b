/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An open project: making, opening, acting as somebody, reading entries. */
#include "record/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "record/member.h"
#include "record/record_int.h"

const struct kind *record_kind(const struct record *record, const char *name)
{
    for (size_t i = 0; record->kinds[i]; i++)
        if (strcmp(record->kinds[i]->name, name) == 0)
            return record->kinds[i];
    return NULL;
}

static struct record *record_new(const struct kind *const *kinds)
{
    struct record *record = mem_get(1, sizeof *record);
    record->kinds = kinds;
    return record;
}

static void record_free(struct record *record)
{
    store_release(&record->store);
    key_release(&record->key);
    free(record);
}

static void free_record(struct record **record)
{
    if (*record)
        record_free(*record);
}

/* Write the founding entry and the founder's key; the key is on the disk before the project is. */
static bool found(struct record *record, const struct founding *founding, struct err *err)
{
    const struct draft draft = {
        .kind = "project", .body = founding->body, .private = founding->private};
    struct hash id;
    record->founding = true;
    if (!key_make(&record->key, err) || !store_begin(record->store, err))
        return false;
    record->acting = true;
    if (!record_append(record, &draft, &id, err))
        return false;
    record->founding = false;
    record->project = id;
    return key_save(&record->key, &id, err) && store_commit(record->store, err);
}

bool record_create(const struct founding *founding, struct record **ret, struct err *err)
{
    CLEANUP(buf_release) struct buf beside = BUF_INIT;
    if (file_exists(founding->path))
        return FAIL(err, ERR_CONFLICT, _("Choose another name, or move the old file away."),
                    _("%s is there already."), founding->path);
    if (!file_parent_there(founding->path, err))
        return false;
    buf_printf(&beside, "%s.new-%ld", founding->path, (long)getpid());
    CLEANUP(free_record) struct record *record = record_new(founding->kinds);
    bool done = store_create(beside.at, &record->store, err) && found(record, founding, err);
    struct store *store = record->store;
    record->store = NULL;
    struct err closing = {0};
    if (!store_close(store, done ? err : &closing))
        done = false;
    if (!done) {
        store_remove(beside.at);
        return false;
    }
    if (!file_place(beside.at, founding->path, err))
        return false;
    return record_open(founding->path, STORE_WRITE, founding->kinds, ret, err);
}

/* The founding entry is the one whose header says "project -"; its id is the project's. */
static bool find_project(struct record *record, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_FOUNDING, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return FAIL(err, ERR_CORRUPT, _("Carry on with another copy."),
                        _("%s has no founding entry."), store_path(record->store));
        if (str_starts(row_text(stmt, 1), STR("allmende 1\nproject -\n"))) {
            record->project = row_hash(stmt, 0);
            return true;
        }
    }
    return false;
}

static bool open_as_it_is(const char *path, enum store_mode mode, const struct kind *const *kinds,
                          struct record **ret, struct err *err)
{
    CLEANUP(free_record) struct record *record = record_new(kinds);
    if (!store_open(path, mode, &record->store, err) || !find_project(record, err))
        return false;
    *ret = record;
    record = NULL;
    return true;
}

/* Make the derived tables of a file anew that another version of the program made. */
static bool renew(const char *path, const struct kind *const *kinds, struct err *err)
{
    struct record *record;
    struct err why = {0};
    if (open_as_it_is(path, STORE_WRITE, kinds, &record, &why)) {
        bool done = record_rebuild(record, &why);
        done = record_close(record, done ? &why : &(struct err){0}) && done;
        if (done)
            return true;
    }
    return FAIL(err, ERR_UNSUPPORTED,
                _("Copy it to where it can be written, then run: allmende rebuild"),
                _("%s was written by another version of the program, and what follows from its "
                  "entries cannot be made anew here: %s"),
                path, why.what);
}

bool record_open(const char *path, enum store_mode mode, const struct kind *const *kinds,
                 struct record **ret, struct err *err)
{
    CLEANUP(free_record) struct record *record = NULL;
    bool fit;
    if (!open_as_it_is(path, mode, kinds, &record, err) ||
        !store_derived_fit(record->store, &fit, err))
        return false;
    if (!fit) {
        struct record *old = record;
        record = NULL;
        return record_close(old, err) && renew(path, kinds, err) &&
               open_as_it_is(path, mode, kinds, ret, err);
    }
    *ret = record;
    record = NULL;
    return true;
}

bool record_open_raw(const char *path, const struct kind *const *kinds, struct record **ret,
                     struct err *err)
{
    CLEANUP(free_record) struct record *record = record_new(kinds);
    struct err ignored = {0};
    if (!store_open_raw(path, &record->store, err))
        return false;
    (void)!find_project(record, &ignored);
    *ret = record;
    record = NULL;
    return true;
}

bool record_close(struct record *record, struct err *err)
{
    if (!record)
        return true;
    bool done = store_close(record->store, err);
    record->store = NULL;
    record_free(record);
    return done;
}

struct store *record_store(struct record *record)
{
    return record->store;
}

struct hash record_project(const struct record *record)
{
    return record->project;
}

struct device record_device(const struct record *record)
{
    BUG_IF(!record->acting);
    return record->key.device;
}

/* Does a member fit what stands behind --as: the name, or the first digits of the device key? */
static bool fits(const struct member *member, const char *as)
{
    char hex[2 * KEY_BYTES + 1];
    hex_encode(member->device.at, KEY_BYTES, hex);
    if (str_eq(member->name, str_of(as)))
        return true;
    return strlen(as) >= 4 && strncmp(hex, as, strlen(as)) == 0;
}

struct choice {
    const struct member *found;
    size_t n;
    struct buf names;
};

static void choice_release(struct choice *choice)
{
    buf_release(&choice->names);
}

/* Which members can act from this computer (their keys are here) and fit `as`? */
static bool choose(struct record *record, const char *as, struct arena *arena,
                   struct choice *choice, struct err *err)
{
    struct member *members;
    struct device *devices;
    size_t member_n;
    size_t device_n;
    if (!member_list(record, arena, &members, &member_n, err) ||
        !key_list(&record->project, arena, &devices, &device_n, err))
        return false;
    for (size_t m = 0; m < member_n; m++) {
        for (size_t d = 0; d < device_n; d++) {
            if (memcmp(members[m].device.at, devices[d].at, KEY_BYTES) != 0)
                continue;
            buf_printf(&choice->names, "%s%.*s", choice->names.n ? ", " : "",
                       STR_ARG(members[m].name));
            if (as && !fits(&members[m], as))
                continue;
            choice->found = &members[m];
            choice->n++;
        }
    }
    return true;
}

bool record_act_as(struct record *record, const char *member, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(choice_release) struct choice choice = {.names = BUF_INIT};
    if (!choose(record, member, &arena, &choice, err))
        return false;
    if (choice.names.n == 0)
        return FAIL(err, ERR_DENIED,
                    _("Write where the project was made, or ask a person in charge to add you."),
                    _("This computer holds no key of a member of this project."));
    if (choice.n == 0)
        return FAIL(err, ERR_DENIED, _("Name one of them with --as."),
                    _("Nobody called \"%s\" can write from here; these can: %s."), member,
                    choice.names.at);
    if (choice.n > 1)
        return FAIL(err, ERR_DENIED, _("Say who you are with --as NAME."),
                    _("Several people share this computer: %s."), choice.names.at);
    key_release(&record->key);
    record->acting = key_load(&choice.found->device, &record->project, &record->key, err);
    return record->acting;
}

void entry_release(struct entry *entry)
{
    json_decref(entry->body);
    json_decref(entry->private);
    entry->body = NULL;
    entry->private = NULL;
}

/* A body or a private part as it lies in the tables. */
struct part {
    enum presence presence;
    struct str text;
};

/* Read one part of a body (0) or private part (1) and check it against its commitment. */
static bool read_part(struct record *record, const struct entry *entry, int part,
                      struct arena *arena, struct part *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    const struct commitment *promised = part ? &entry->header.private : &entry->header.body;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_BODY, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, part);
    if (!stmt_step(stmt, &row, err))
        return false;
    *ret = (struct part){BODY_ABSENT, STR("")};
    if (!row)
        return true;
    struct salt salt = {{0}};
    struct str bytes = row_blob(stmt, 0);
    if (bytes.n == SALT_BYTES)
        memcpy(salt.at, bytes.at, SALT_BYTES);
    ret->text = arena_str(arena, row_blob(stmt, 1));
    struct hash hash = commitment_of(&salt, ret->text);
    bool same = hash_eq(&hash, &promised->hash) && ret->text.n == promised->bytes;
    ret->presence = same ? BODY_PRESENT : BODY_DAMAGED;
    return true;
}

static bool is_withdrawn(struct record *record, const struct hash *id, bool *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record->store, SQL_RECORD_WITHDRAWN, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    return stmt_step(stmt, ret, err);
}

static bool read_bodies(struct record *record, struct arena *arena, struct entry *entry,
                        struct err *err)
{
    struct err why = {0};
    struct part body;
    struct part private = {BODY_ABSENT, STR("")};
    bool gone;
    if (!read_part(record, entry, 0, arena, &body, err))
        return false;
    entry->presence = body.presence;
    entry->body_text = body.text;
    if (entry->presence == BODY_ABSENT) {
        if (!is_withdrawn(record, &entry->id, &gone, err))
            return false;
        entry->presence = gone ? BODY_WITHDRAWN : BODY_ABSENT;
        return true;
    }
    if (entry->presence == BODY_PRESENT && !json_strict(entry->body_text, &entry->body, &why))
        entry->presence = BODY_DAMAGED;
    if (entry->header.has_private && !read_part(record, entry, 1, arena, &private, err))
        return false;
    if (private.presence == BODY_PRESENT && !json_strict(private.text, &entry->private, &why))
        entry->presence = BODY_DAMAGED;
    if (private.presence == BODY_DAMAGED)
        entry->presence = BODY_DAMAGED;
    return true;
}

static bool read_header(struct record *record, const struct hash *id, struct arena *arena,
                        struct entry *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_ENTRY, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    if (!stmt_step(stmt, &row, err))
        return false;
    if (!row)
        return FAIL(err, ERR_NOT_FOUND, _("List what is there with: allmende log"),
                    _("There is no entry %.8s."), hash_hex(id).at);
    ret->id = *id;
    ret->header_text = arena_str(arena, row_text(stmt, 0));
    struct str signature = row_blob(stmt, 1);
    if (signature.n == SIGNATURE_BYTES)
        memcpy(ret->signature.at, signature.at, SIGNATURE_BYTES);
    if (!header_decode(ret->header_text, &ret->header, err))
        return err_context(err, _("Entry %.8s"), hash_hex(id).at);
    return true;
}

bool record_entry(struct record *record, const struct hash *id, struct arena *arena,
                  struct entry *ret, struct err *err)
{
    *ret = (struct entry){.presence = BODY_ABSENT};
    if (!read_header(record, id, arena, ret, err))
        return false;
    return read_bodies(record, arena, ret, err);
}

/* The lowest and the highest id that begin with these hex digits; false if they are none. */
static bool prefix_range(const char *prefix, struct hash *low, struct hash *high)
{
    char text[HASH_HEX + 1];
    size_t n = strlen(prefix);
    if (n < 4 || n > HASH_HEX)
        return false;
    memset(text, '0', HASH_HEX);
    memcpy(text, prefix, n);
    if (!hex_decode((struct str){text, HASH_HEX}, low->at, HASH_BYTES))
        return false;
    memset(text + n, 'f', HASH_HEX - n);
    return hex_decode((struct str){text, HASH_HEX}, high->at, HASH_BYTES);
}

static bool several(const char *prefix, const struct buf *names, struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Type more digits of the one you mean."),
                _("Several entries begin with %s: %s."), prefix, names->at);
}

static bool find_last(struct record *record, const char *kind, struct hash *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, kind ? SQL_RECORD_LAST_KIND : SQL_RECORD_LAST, &stmt, err))
        return false;
    if (kind)
        stmt_text(stmt, str_of(kind));
    if (!stmt_step(stmt, &row, err))
        return false;
    if (!row)
        return FAIL(err, ERR_NOT_FOUND, _("List what is there with: allmende log"),
                    _("There is no entry of this kind yet: %s."), kind ? kind : _("of any kind"));
    *ret = row_hash(stmt, 0);
    return true;
}

bool record_find(struct record *record, const char *prefix, const char *kind, struct hash *ret,
                 struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    struct hash low;
    struct hash high;
    size_t n = 0;
    bool row;
    if (strcmp(prefix, "last") == 0)
        return find_last(record, kind, ret, err);
    if (!prefix_range(prefix, &low, &high))
        return FAIL(err, ERR_INPUT,
                    _("Copy the number from \"allmende log\": 4 or more of 0-9 a-f."),
                    _("\"%s\" is not the number of an entry."), prefix);
    if (!store_stmt(record->store, kind ? SQL_RECORD_FIND_KIND : SQL_RECORD_FIND, &stmt, err))
        return false;
    stmt_hash(stmt, &low);
    stmt_hash(stmt, &high);
    if (kind)
        stmt_text(stmt, str_of(kind));
    while (stmt_step(stmt, &row, err)) {
        if (!row && n == 1)
            return true;
        if (!row && n > 1)
            return several(prefix, &names, err);
        if (!row)
            return FAIL(err, ERR_NOT_FOUND, _("List what is there with: allmende log"),
                        _("No entry (%s) begins with %s."), kind ? kind : _("of any kind"), prefix);
        *ret = row_hash(stmt, 0);
        buf_printf(&names, "%s%.12s (%.*s)", n ? ", " : "", hash_hex(ret).at,
                   STR_ARG(row_text(stmt, 1)));
        n++;
    }
    return false;
}

bool record_each(struct record *record, bool with_bodies,
                 bool (*take)(void *context, const struct entry *entry, struct err *err),
                 void *context, struct err *err)
{
    CLEANUP(arena_release) struct arena all = {NULL};
    struct ids ids;
    /* Ids first, so that take may use any statement. */
    if (!record_ids(record, SQL_RECORD_IDS, NULL, &all, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(arena_release) struct arena arena = {NULL};
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        bool read = with_bodies ? record_entry(record, &ids.at[i], &arena, &entry, err)
                                : read_header(record, &ids.at[i], &arena, &entry, err);
        if (!read || !take(context, &entry, err))
            return false;
    }
    return true;
}

bool record_standing(struct record *record, const struct hash *id, struct standing *ret,
                     struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record->store, SQL_RECORD_ORDER_OF, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    if (!stmt_step(stmt, &row, err))
        return false;
    if (!row)
        return FAIL(err, ERR_NOT_FOUND, _("Get the missing entries from another copy."),
                    _("The entry %.8s, which is referred to, is not here."), hash_hex(id).at);
    ret->count = (uint64_t)row_int(stmt, 0);
    ret->counts = row_int(stmt, 1) == 1;
    struct str author = row_blob(stmt, 2);
    if (author.n == KEY_BYTES)
        memcpy(ret->author.at, author.at, KEY_BYTES);
    snprintf(ret->kind, sizeof ret->kind, "%.*s", STR_ARG(row_text(stmt, 3)));
    return true;
}

bool record_is_after(struct record *record, const struct hash *id, const struct hash *ancestor,
                     bool *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (hash_eq(id, ancestor)) {
        *ret = true;
        return true;
    }
    if (!store_stmt(record->store, SQL_RECORD_IS_AFTER, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    stmt_hash(stmt, ancestor);
    return stmt_step(stmt, ret, err);
}
