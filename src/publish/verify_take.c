/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The record as a whole, in a temporary project. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "publish/verify_int.h"
#include "record/member.h"
#include "record/take.h"

/* Open files of one parcel. */
struct open_blobs {
    int fd[BLOBS_MAX];
};

static void close_blobs(struct open_blobs *blobs)
{
    for (size_t p = 0; p < BLOBS_MAX; p++)
        if (blobs->fd[p] >= 0)
            close(blobs->fd[p]);
}

static bool open_blob(const struct verification *v, const struct package_blob *blob, int *fd,
                      struct parcel_blob *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    buf_printf(&path, "%s/%s", v->request->folder, blob->file.at);
    *fd = open(path.at, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (*fd < 0)
        return err_errno(err, _("read"), path.at);
    *ret = (struct parcel_blob){true, blob->salt, blob_of_fd(fd)};
    return true;
}

/* Entries come in their order, so each is folded at once; only after a withdrawal all that came
 * before means something else. */
static bool fold(struct verification *v, const struct verify_item *item, struct err *err)
{
    if (strcmp(item->header.kind, "withdrawal") == 0)
        v->stale = true;
    return v->stale || record_fold_taken(v->record, &item->id, err);
}

static bool take(struct verification *v, struct verify_item *item, struct err *err)
{
    CLEANUP(close_blobs) struct open_blobs blobs;
    struct hash id;
    struct parcel parcel = {
        .header = item->package.header_text,
        .signature = item->package.signature,
        .body = {item->body != NULL, item->package.salt, item->package.body_text}};
    memset(&blobs, 0xff, sizeof blobs);
    for (size_t p = 0; p < item->header.blob_n; p++)
        if (item->blob_there[p] &&
            !open_blob(v, &item->package.blob[p], &blobs.fd[p], &parcel.blob[p], err))
            return false;
    item->taken = record_take(v->record, &parcel, &id, err);
    return item->taken && fold(v, item, err);
}

bool verify_folded(struct verification *v, struct err *err)
{
    bool stale = v->stale;
    v->stale = false;
    return !stale || record_rebuild(v->record, err);
}

/* Tell why an entry was not taken, unless that only follows from another one that is not here. */
static bool not_taken(struct verification *v, struct verify_item *item, struct err *err)
{
    if (err->code == ERR_IO || err->code == ERR_LIMIT || err->code == ERR_BUSY)
        return false;
    if (err->code != ERR_NOT_FOUND || !v->gap)
        verify_tell(v, item->file, verify_claim(v, item->file), err->what);
    err_clear(err);
    v->gap = true;
    return true;
}

static bool is_again(const struct verify_item *item)
{
    return item->body && (strcmp(item->header.kind, "training") == 0 ||
                          strcmp(item->header.kind, "verdict") == 0);
}

/* May an entry change what is learned from? All may, but for these. */
static bool is_material(const char *kind)
{
    static const char *const talk[] = {"opening",  "verdict",  "publication",
                                       "question", "position", "decision"};
    for (size_t i = 0; i < COUNT_OF(talk); i++)
        if (strcmp(kind, talk[i]) == 0)
            return false;
    return true;
}

/* Where two projects lie in one folder, the one that is sealed is meant. */
static bool is_other_founder(const struct verification *v, const struct verify_item *item)
{
    const struct verify_item *seal = v->seal;
    return item->header.founding && seal && seal->decoded && !seal->header.founding &&
           !hash_eq(&item->id, &seal->header.project) && verify_find(v, &seal->header.project);
}

static bool take_one(struct verification *v, struct verify_item *item, struct err *err)
{
    if (!item->decoded) {
        v->gap = true;
        return true;
    }
    if (is_other_founder(v, item)) {
        verify_tell(v, item->file, verify_claim(v, item->file),
                    _("It belongs to another project."));
        return true;
    }
    if (!v->founder && !item->header.founding) {
        v->gap = true; /* without the founding entry nothing else can be judged */
        return true;
    }
    if (!take(v, item, err) && !not_taken(v, item, err))
        return false;
    v->material += is_material(item->header.kind);
    if (item->taken && item->header.founding)
        v->founder = item;
    return true;
}

static bool take_all(struct verification *v, struct err *err)
{
    for (size_t i = 0; i < v->item_n; i++) {
        struct verify_item *item = &v->item[i];
        if (!verify_goes_on(v, err))
            return false;
        if (v->request->progress)
            v->request->progress(v->request->context, i, v->item_n);
        if (!take_one(v, item, err))
            return false;
        if (item->taken && is_again(item) && !verify_again(v, item, err))
            return false;
    }
    struct verify_item *seal = v->seal;
    return !seal || !seal->decoded || !v->founder || take(v, seal, err) || not_taken(v, seal, err);
}

/* --- the record as a whole ---------------------------------------------------------------- */

/* What record_check says of copies that do not hold everything is no fault of a published folder:
 * what is not in it was counted already. */
static void record_fault_found(void *context, const char *where, const char *what)
{
    struct verification *v = context;
    const char *fine[] = {_("What it says is not here."), _("Its private part is not here."),
                          _("A file that it refers to is not here.")};
    struct verify_file whole = {.path = STR(".")};
    for (size_t i = 0; i < COUNT_OF(fine); i++)
        if (strcmp(what, fine[i]) == 0)
            return;
    verify_tell(v, &whole, arena_printf(v->arena, _("the record as a whole, at %s"), where), what);
}

/* Who sealed the folder takes part in the project. */
static bool check_sealer(struct verification *v, struct err *err)
{
    struct member *members;
    size_t n;
    if (!v->seal || !v->seal->taken)
        return true;
    if (!member_list(v->record, v->arena, &members, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (memcmp(members[i].device.at, v->seal->header.author.at, KEY_BYTES) == 0)
            return true;
    verify_tell(v, v->seal->file, verify_claim(v, v->seal->file),
                _("It was not signed by a member of the project."));
    return true;
}

static bool check_project_id(struct verification *v)
{
    struct hash_text id = hash_hex(&v->report->project);
    const char *wanted = v->request->project;
    if (!wanted || strncmp(id.at, wanted, strlen(wanted)) == 0)
        return true;
    v->report->other_project = true;
    verify_tell(v, v->founder->file, _("the project that you asked for"),
                arena_printf(v->arena, _("This is the project %.12s, not %s."), id.at, wanted));
    return false;
}

static bool check_whole(struct verification *v, struct err *err)
{
    struct verify_file whole = {.path = STR("entries")};
    if (!v->founder) {
        verify_tell(v, &whole, _("a published folder"),
                    _("There is no entry in it that founds a project."));
        return true;
    }
    v->report->project = v->founder->id;
    return check_project_id(v) ? verify_removed(v, err) && check_sealer(v, err) &&
                                     record_check(v->record, record_fault_found, v, err)
                               : true;
}

bool verify_take(struct verification *v, struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    if (v->item_n == 0)
        return check_whole(v, err);
    buf_printf(&path, "%s/p.allmende", v->scratch.at);
    if (!record_receive(path.at, v->request->kinds, &v->record, err) ||
        !store_begin(record_store(v->record), err) || !take_all(v, err) || !verify_folded(v, err) ||
        !store_commit(record_store(v->record), err))
        return false;
    return check_whole(v, err);
}
