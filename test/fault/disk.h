/* SPDX-License-Identifier: GPL-3.0-or-later */
/* disk: files by number, and names for them; several names may stand for one file. */
#ifndef FAULT_DISK_H
#define FAULT_DISK_H

#include "image.h"

enum { DISK_NAME = 160, DISK_NAMES = 8 };

struct name {
    char text[DISK_NAME]; /* empty: no name */
    size_t node;
};

struct disk {
    struct image *node;
    size_t n;
    struct name name[DISK_NAMES];
};

/* Forget all files and names. */
void disk_release(struct disk *disk);

/* Make sure that there is a file of this number. */
void disk_reach(struct disk *disk, size_t node);

/* The name, NULL if there is none like it. */
struct name *disk_find(struct disk *disk, const char *path);

/* Give a file a name, or another file an old name. Ends the program if there are too many. */
void disk_name(struct disk *disk, const char *path, size_t node);

/* Take a name away; the file stays. */
void disk_unname(struct disk *disk, const char *path);

#endif
