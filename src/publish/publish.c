/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing the folder. Order:  1. all files but the seal, each on the disk;  2. the entry, in a
 * transaction;  3. the seal (publication.json) and the folder's names on the disk;  4. the commit;
 * 5. the folder gets its name. Cut off before 4 nothing has happened, but for a folder called
 * NAME.new-…; cut off before 5 the project says that it was published, and the whole folder lies
 * under that name: publishing again does no harm. */
#include "publish/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "publish/meta.h"
#include "publish/site.h"
#include "record/member.h"

static bool check_publication(const json_t *body, const json_t *private, struct err *err)
{
    struct hash manifest;
    (void)private;
    return (body_read_id(body, "manifest", &manifest) &&
            json_is_integer(json_object_get(body, "entries"))) ||
           FAIL(err, ERR_INPUT, _("Use: allmende publish FOLDER"),
                _("A publication must name its list of files and the number of entries."));
}

static bool fold_publication(struct record *record, const struct entry *entry, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record_store(record), SQL_PUBLISH_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    return stmt_run(stmt, err);
}

const struct kind publish_kind = {
    .name = "publication", .check = check_publication, .fold = fold_publication, .stays = true};

/* The folder while it is made. */
struct making {
    struct record *record;
    const struct publish_plan *plan;
    struct folder *folder;
    const char *day;
};

static bool put_blobs(struct making *m, const struct public_entry *e, struct err *err)
{
    for (size_t p = 0; p < e->entry.header.blob_n; p++) {
        CLEANUP(buf_release) struct buf bytes = BUF_INIT;
        if (!e->blob[p].file.at[0])
            continue;
        if (!record_blob(m->record, &e->entry.id, (unsigned)p, PACKAGE_BLOB_MAX_BYTES, &bytes,
                         err) ||
            !folder_put(m->folder, e->blob[p].file.at, buf_view(&bytes), err))
            return false;
    }
    return true;
}

bool publish_salt(struct record *record, const struct hash *id, int place, struct salt *ret,
                  bool *ret_there, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    enum sql_id statement = place < 0 ? SQL_PUBLISH_SALT : SQL_PUBLISH_BLOB_SALT;
    if (!store_stmt(record_store(record), statement, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    if (place >= 0)
        stmt_int(stmt, place);
    if (!stmt_step(stmt, ret_there, err))
        return false;
    struct str salt = *ret_there ? row_blob(stmt, 0) : STR("");
    if (salt.n == SALT_BYTES)
        memcpy(ret->at, salt.at, SALT_BYTES);
    return true;
}

static bool entry_text(struct record *record, const struct public_entry *e, struct buf *out,
                       struct err *err)
{
    struct package_entry file = {.header_text = e->entry.header_text,
                                 .signature = e->entry.signature,
                                 .state = e->state,
                                 .body_text = e->entry.body_text,
                                 .blob_n = e->entry.header.blob_n};
    memcpy(file.blob, e->blob, sizeof file.blob);
    bool there;
    if (e->state == PACKAGE_PRESENT &&
        !publish_salt(record, &e->entry.id, -1, &file.salt, &there, err))
        return false;
    package_entry_write(&file, out);
    return out->n <= PACKAGE_ENTRY_MAX_BYTES ||
           FAIL(err, ERR_LIMIT, _("Take it back and write a shorter one."),
                _("The entry %.12s is too long to be published."), hash_hex(&e->entry.id).at);
}

static bool put_entries(struct making *m, struct err *err)
{
    for (size_t i = 0; i < m->plan->n; i++) {
        const struct public_entry *e = &m->plan->entry[i];
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        if (!entry_text(m->record, e, &text, err) ||
            !folder_put(m->folder, e->path.at, buf_view(&text), err) || !put_blobs(m, e, err))
            return false;
    }
    return true;
}

static bool add_bytes(void *context, struct str bytes, struct err *err)
{
    (void)err;
    buf_str(context, bytes);
    return true;
}

/* The public rows of tables that do not leave as they are. */
static bool put_views(struct making *m, struct err *err)
{
    for (size_t t = 0; t < m->plan->view_n; t++) {
        const struct public_table *table = &m->plan->view[t];
        CLEANUP(buf_release) struct buf bytes = BUF_INIT;
        if (!table->path.at[0])
            continue;
        if (!public_view_csv(&table->view, add_bytes, &bytes, err) ||
            !folder_put(m->folder, table->path.at, buf_view(&bytes), err))
            return false;
    }
    return true;
}

static bool put_texts(struct making *m, struct err *err)
{
    CLEANUP(buf_release) struct buf readme = BUF_INIT;
    struct site_job job = {m->record, m->plan, m->folder, m->day};
    site_readme(m->plan, &readme);
    return site_pages(&job, err) && folder_put(m->folder, "README.txt", buf_view(&readme), err) &&
           meta_files(&job, err);
}

/* SHA256SUMS, which is not on itself. */
static bool put_list(struct making *m, struct hash *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    folder_sort(m->folder);
    for (size_t i = 0; i < m->folder->file_n; i++)
        buf_printf(&text, "%s  %s\n", hash_hex(&m->folder->file[i].hash).at,
                   m->folder->file[i].path.at);
    *ret = hash_of(text.at, text.n);
    return folder_put(m->folder, "SHA256SUMS", buf_view(&text), err);
}

static bool append_publication(struct making *m, const struct hash *manifest, struct hash *ret,
                               struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    json_t *held = json_object();
    json_object_set_new(held, "bodies",
                        json_integer((json_int_t)m->plan->held_back + (json_int_t)m->plan->viewed));
    json_object_set_new(held, "files", json_integer((json_int_t)m->plan->files_held));
    body_id(body, "manifest", manifest);
    body_text(body, "day", m->day);
    json_object_set_new(body, "entries", json_integer((json_int_t)m->plan->n));
    json_object_set_new(body, "held_back", held);
    const struct draft draft = {.kind = "publication", .body = body};
    return permission_put(m->record, body, NULL, "project,publication", err) &&
           record_append(m->record, &draft, ret, err);
}

/* publication.json, out of the entry that was just written. */
static bool put_seal(struct making *m, const struct hash *id, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct public_entry e = {.state = PACKAGE_PRESENT};
    bool done = record_entry(m->record, id, &arena, &e.entry, err) &&
                entry_text(m->record, &e, &text, err) &&
                folder_put(m->folder, "publication.json", buf_view(&text), err);
    entry_release(&e.entry);
    return done;
}

/* In a preview the entry is written as well, to see its size, and then forgotten. */
static bool seal(struct making *m, struct hash *ret, struct err *err)
{
    struct store *store = record_store(m->record);
    bool real = m->folder->at != NULL;
    struct hash manifest;
    if (!put_list(m, &manifest, err) || !store_begin(store, err))
        return false;
    bool done = append_publication(m, &manifest, ret, err) && put_seal(m, ret, err);
    if (done && real && file_sync_folder(m->folder->at, err))
        return store_commit(store, err);
    store_rollback(store);
    return done && !real;
}

/* The folder gets its name. From here on it must not be removed: the project speaks of it. */
static bool give_name(struct folder *folder, const char *name, struct err *err)
{
    CLEANUP(buf_release) struct buf parent = BUF_INIT;
    folder->keep = true;
    file_parent(name, &parent);
    if (file_exists(name) || rename(folder->at, name) != 0)
        return FAIL(err, ERR_IO, _("Move it where you want it."),
                    _("It is published, but could not be called %s; it lies in %s."), name,
                    folder->at);
    return file_sync_folder(parent.at, err);
}

static bool make(struct record *record, const struct publish_plan *plan, struct folder *folder,
                 struct hash *ret, struct err *err)
{
    char now[CLOCK_TEXT];
    struct making m = {record, plan, folder, clock_now(now)};
    now[10] = '\0'; /* the day is enough */
    return put_entries(&m, err) && put_views(&m, err) && put_texts(&m, err) && seal(&m, ret, err);
}

bool publish_preview(struct record *record, const struct publish_plan *plan, struct folder *ret,
                     struct err *err)
{
    struct hash id;
    *ret = (struct folder){.at = NULL};
    if (make(record, plan, ret, &id, err)) {
        folder_sort(ret);
        return true;
    }
    folder_release(ret);
    return false;
}

bool publish_run(struct record *record, const struct publish_plan *plan, const char *name,
                 struct hash *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf clean = BUF_INIT;
    CLEANUP(folder_release) struct folder folder = {.at = NULL};
    buf_text(&clean, name);
    while (clean.n > 1 && clean.at[clean.n - 1] == '/')
        clean.at[--clean.n] = '\0';
    if (file_exists(clean.at))
        return FAIL(err, ERR_CONFLICT, _("Choose a folder that is not there yet."),
                    _("%s is there already."), clean.at);
    folder.at = mem_get(clean.n + 32, 1);
    snprintf(folder.at, clean.n + 32, "%s.new-%ld", clean.at, (long)getpid());
    return make(record, plan, &folder, ret, err) && give_name(&folder, clean.at, err);
}
