/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder: the public folder while it is made, and the list of all that is in it.
 *
 * The preview and the real thing run the same code: a folder without a place on the disk only
 * keeps names, sizes and digests. So the preview cannot name less than what is written.
 */
#ifndef PUBLISH_FOLDER_H
#define PUBLISH_FOLDER_H

#include "publish/package.h"

enum { SHA512_BYTES = 64, SHA512_HEX = 2 * SHA512_BYTES };

struct folder_file {
    struct package_path path;
    uint64_t bytes;
    struct hash hash;
    unsigned char sha512[SHA512_BYTES]; /* for BagIt */
};

struct folder {
    char *at;                 /* owned; its place on the disk, NULL: nothing is written */
    bool keep;                /* it stays when the struct is released */
    struct folder_file *file; /* (file_n) owned, in the order of writing */
    size_t file_n;
};

/* For CLEANUP. Removes what lies on the disk, unless it is to be kept. */
void folder_release(struct folder *folder);

/* Put a file into it. The name must have one of the forms of package.h (BUG_IF). ERR_IO as the
 * system says. */
bool folder_put(struct folder *folder, const char *name, struct str bytes,
                struct err *err) MUST_USE;

/* A file that was put there, NULL if there is none of this name. */
const struct folder_file *folder_find(const struct folder *folder, const char *name);

/* All bytes together. */
uint64_t folder_bytes(const struct folder *folder);

/* Bring the list into the order of the bytes of the names. */
void folder_sort(struct folder *folder);

#endif
