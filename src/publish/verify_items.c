/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entry files: each by itself. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "publish/verify_int.h"

enum { READ_BYTES = 1 << 16 };

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static const char *kept(struct verification *v, const char *text)
{
    return arena_copy(v->arena, str_of(text));
}

/* --- reading ------------------------------------------------------------------------------ */

/* Does the permission in a body name publication? */
static bool may_be_public(const json_t *body)
{
    return json_lists(json_object_get(body, "permission"), "publication");
}

/* The body, if it is the one that the header promises. */
static void read_body(struct verification *v, struct verify_item *item)
{
    const struct package_entry *package = &item->package;
    const struct commitment *promised = &item->header.body;
    struct err why = {0};
    if (package->state != PACKAGE_PRESENT)
        return;
    struct hash hash = commitment_of(&package->salt, package->body_text);
    if (package->body_text.n != promised->bytes || !hash_eq(&hash, &promised->hash))
        item->problem = _("What it says is not what was signed.");
    else if (!json_strict(package->body_text, &item->body, &why))
        item->problem = kept(v, why.what);
    else if (!may_be_public(item->body))
        item->problem = _("It is public although its permission does not cover publication.");
}

static void decode(struct verification *v, struct verify_item *item)
{
    struct err why = {0};
    if (!header_decode(item->package.header_text, &item->header, &why)) {
        item->problem = kept(v, why.what);
        return;
    }
    item->id = header_id(item->package.header_text);
    if (!signature_valid(&item->header.author, &item->id, &item->package.signature)) {
        item->problem = _("It is not as it was signed.");
        return;
    }
    item->decoded = true;
    if (item->package.blob_n != item->header.blob_n)
        item->problem = _("It names another number of files than its header.");
    read_body(v, item);
}

static bool read_item(struct verification *v, struct verify_item *item, struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct err why = {0};
    buf_printf(&path, "%s/%.*s", v->request->folder, STR_ARG(item->file->path));
    if (!file_read(path.at, PACKAGE_ENTRY_MAX_BYTES, &text, &why) && why.code != ERR_LIMIT) {
        *err = why;
        return false;
    }
    if (why.code == ERR_NONE && package_entry_read(buf_view(&text), &item->package, &why))
        decode(v, item);
    else
        item->problem = kept(v, why.what);
    return true;
}

/* The name says the same as the header. */
static void check_name(struct verify_item *item)
{
    struct package_path path = package_entry_path(&item->id, item->header.count);
    if (item->decoded && !item->problem && !str_eq(item->file->path, str_of(path.at)))
        item->problem = _("Its name belongs to another entry.");
}

static bool is_entry_file(const struct verification *v, const struct verify_file *file)
{
    return file->there && (file->listed || !v->list_read) && package_path_is_fine(file->path) &&
           str_starts(file->path, STR("entries/"));
}

static int by_order(const void *a, const void *b)
{
    const struct verify_item *left = a;
    const struct verify_item *right = b;
    if (left->header.count != right->header.count)
        return left->header.count < right->header.count ? -1 : 1;
    int order = hash_cmp(&left->id, &right->id);
    return order ? order : str_cmp(left->file->path, right->file->path);
}

/* Does the seal speak of this list, and of this number of entries? */
static void check_seal(struct verification *v)
{
    struct verify_item *seal = v->seal;
    struct hash manifest;
    json_int_t entries;
    if (!seal->decoded || seal->problem)
        return;
    if (!seal->body) {
        seal->problem = _("It does not say which list it signs.");
        return;
    }
    entries = json_integer_value(json_object_get(seal->body, "entries"));
    if (strcmp(seal->header.kind, "publication") != 0 ||
        !body_read_id(seal->body, "manifest", &manifest)) {
        seal->problem = _("It is no publication.");
        return;
    }
    v->report->publication = seal->id;
    v->list_trusted = v->list_read && hash_eq(&manifest, &v->list_hash);
    if (v->list_trusted && (size_t)entries != v->item_n && !v->gap)
        seal->problem = _("It speaks of another number of entries.");
}

static int by_id(const void *a, const void *b)
{
    struct verify_item *const *left = a;
    struct verify_item *const *right = b;
    return hash_cmp(&(*left)->id, &(*right)->id);
}

/* Ways to find an entry by its id, and by its files. */
static void make_indexes(struct verification *v)
{
    v->by_id = arena_get(v->arena, v->item_n + 1, sizeof(struct verify_item *));
    for (size_t i = 0; i < v->item_n + (v->seal != NULL); i++) {
        struct verify_item *item = &v->item[i];
        item->file->owner = item;
        if (item->decoded && item != v->seal)
            v->by_id[v->by_id_n++] = item;
        for (size_t p = 0; p < item->package.blob_n; p++) {
            struct verify_file *file = verify_file_at(v, str_of(item->package.blob[p].file.at));
            if (file && !file->owner)
                file->owner = item;
        }
    }
    if (v->by_id_n)
        qsort(v->by_id, v->by_id_n, sizeof *v->by_id, by_id);
}

bool verify_items(struct verification *v, struct err *err)
{
    struct verify_file *seal = verify_file_at(v, STR("publication.json"));
    size_t n = 0;
    for (size_t i = 0; i < v->file_n; i++)
        n += is_entry_file(v, &v->file[i]);
    v->item = arena_get(v->arena, n + 1, sizeof *v->item);
    for (size_t i = 0; i < v->file_n; i++) {
        struct verify_file *file = &v->file[i];
        if (!verify_goes_on(v, err))
            return false;
        v->gap = v->gap || (file->listed && !file->there);
        if (!is_entry_file(v, file))
            continue;
        struct verify_item *item = &v->item[v->item_n++];
        item->file = file;
        if (!read_item(v, item, err))
            return false;
        check_name(item);
    }
    v->report->entries = v->item_n;
    if (v->item_n)
        qsort(v->item, v->item_n, sizeof *v->item, by_order);
    if (seal && seal->there) {
        v->seal = &v->item[v->item_n];
        v->seal->file = seal;
        if (!read_item(v, v->seal, err))
            return false;
        check_seal(v);
    }
    make_indexes(v);
    return true;
}

/* --- what entries promise ----------------------------------------------------------------- */

/* Is the file at a path the one that a blob line promises? */
static bool fits(const char *path, const struct salt *salt, const struct commitment *promised,
                 bool *ret, struct err *err)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    CLEANUP(mem_free) unsigned char *bytes = mem_get(READ_BYTES, 1);
    struct blob_source source = blob_of_fd(&fd);
    struct hasher h;
    uint64_t total = 0;
    size_t n = 1;
    if (fd < 0)
        return err_errno(err, _("read"), path);
    commitment_begin(&h, salt);
    while (n && total <= promised->bytes) {
        if (!source.read(source.context, bytes, READ_BYTES, &n, err))
            return false;
        hash_add(&h, bytes, n);
        total += n;
    }
    struct hash hash = hash_end(&h);
    *ret = total == promised->bytes && hash_eq(&hash, &promised->hash);
    return true;
}

static bool check_blob(struct verification *v, struct verify_item *item, size_t place,
                       struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    const struct package_blob *blob = &item->package.blob[place];
    if (!blob->file.at[0])
        return true;
    struct verify_file *file = verify_file_at(v, str_of(blob->file.at));
    if (!file || !file->there) {
        struct verify_file gone = {.path = str_of(blob->file.at), .owner = item};
        verify_tell(v, file ? file : &gone, verify_claim(v, file ? file : &gone),
                    _("It is missing."));
        return true;
    }
    buf_printf(&path, "%s/%s", v->request->folder, blob->file.at);
    if (!fits(path.at, &blob->salt, &item->header.blob[place], &item->blob_there[place], err))
        return false;
    if (!item->blob_there[place])
        verify_tell(v, file, verify_claim(v, file), _("It is not what its entry promises."));
    return true;
}

bool verify_promises(struct verification *v, struct err *err)
{
    struct verify_file no_seal = {.path = {"publication.json", 16}};
    for (size_t i = 0; i < v->item_n + (v->seal != NULL); i++) {
        struct verify_item *item = &v->item[i];
        if (item->problem)
            verify_tell(v, item->file, verify_claim(v, item->file), item->problem);
        if (!item->decoded || item->package.blob_n != item->header.blob_n)
            continue;
        for (size_t p = 0; p < item->header.blob_n; p++)
            if (!check_blob(v, item, p, err))
                return false;
    }
    if (!v->seal)
        verify_tell(v, &no_seal, _("the seal: who published this, and that it is whole"),
                    _("It is missing."));
    return true;
}
