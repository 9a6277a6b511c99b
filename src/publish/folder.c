/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/folder.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

void folder_release(struct folder *folder)
{
    if (folder->at && !folder->keep)
        file_remove_folder(folder->at);
    free(folder->at);
    free(folder->file);
    *folder = (struct folder){.at = NULL};
}

bool folder_put(struct folder *folder, const char *name, struct str bytes, struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    BUG_IF(!package_path_is_fine(str_of(name)));
    if ((folder->file_n & (folder->file_n - 1)) == 0)
        folder->file =
            mem_resize(folder->file, folder->file_n ? 2 * folder->file_n : 1, sizeof *folder->file);
    struct folder_file *file = &folder->file[folder->file_n++];
    *file = (struct folder_file){.hash = hash_of(bytes.at, bytes.n), .bytes = bytes.n};
    memcpy(file->path.at, name, strlen(name));
    crypto_hash_sha512(file->sha512, (const unsigned char *)bytes.at, bytes.n);
    if (!folder->at)
        return true;
    buf_printf(&path, "%s/%s", folder->at, name);
    CLEANUP(buf_release) struct buf parent = BUF_INIT;
    file_parent(path.at, &parent);
    if (!file_exists(parent.at) && !file_folder(parent.at, 0755, err))
        return false;
    return file_write(path.at, bytes, 0644, err);
}

const struct folder_file *folder_find(const struct folder *folder, const char *name)
{
    for (size_t i = 0; i < folder->file_n; i++)
        if (strcmp(folder->file[i].path.at, name) == 0)
            return &folder->file[i];
    return NULL;
}

uint64_t folder_bytes(const struct folder *folder)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < folder->file_n; i++)
        bytes += folder->file[i].bytes;
    return bytes;
}

static int by_path(const void *a, const void *b)
{
    const struct folder_file *left = a;
    const struct folder_file *right = b;
    return strcmp(left->path.at, right->path.at);
}

void folder_sort(struct folder *folder)
{
    qsort(folder->file, folder->file_n, sizeof *folder->file, by_path);
}
