/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "disk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fault.h"

void disk_release(struct disk *disk)
{
    for (size_t i = 0; i < disk->n; i++)
        image_release(&disk->node[i]);
    free(disk->node);
    *disk = (struct disk){.n = 0};
}

void disk_reach(struct disk *disk, size_t node)
{
    if (node < disk->n)
        return;
    disk->node = mem_resize(disk->node, node + 1, sizeof *disk->node);
    while (disk->n <= node)
        disk->node[disk->n++] = (struct image){.n = 0};
}

struct name *disk_find(struct disk *disk, const char *path)
{
    for (size_t i = 0; i < DISK_NAMES; i++)
        if (disk->name[i].text[0] && strcmp(disk->name[i].text, path) == 0)
            return &disk->name[i];
    return NULL;
}

void disk_name(struct disk *disk, const char *path, size_t node)
{
    struct name *name = disk_find(disk, path);
    for (size_t i = 0; !name && i < DISK_NAMES; i++)
        if (!disk->name[i].text[0])
            name = &disk->name[i];
    if (!name || strlen(path) >= DISK_NAME)
        give_up("too many or too long names: %s", path);
    snprintf(name->text, DISK_NAME, "%s", path);
    name->node = node;
}

void disk_unname(struct disk *disk, const char *path)
{
    struct name *name = disk_find(disk, path);
    if (name)
        name->text[0] = '\0';
}
