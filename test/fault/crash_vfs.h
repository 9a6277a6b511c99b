/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crash_vfs: a disk in memory whose power can be cut after any operation.
 *
 * SQLite's default VFS becomes one that keeps its files in memory and writes a log of operations:
 * write, truncate, sync, create, link, unlink, sync of the folder. A walk goes along the log; at
 * any place the power can be cut, in one of four ways, and the disk that is then found is put in
 * place of the running one, so that the project can be opened on it.
 *
 * What survives a cut (the model):
 *   1. Bytes and length of a file are safe once the file was synced.
 *   2. What was written since: DROP nothing of it is there; KEEP all; PREFIX the first operations,
 *      the last one of them torn at any byte; SECTORS each operation by itself, each sector of 512
 *      bytes kept, left out or filled with garbage. Garbage and tears stay inside the bytes that
 *      were written ("powersafe overwrite", which SQLite's own VFS for Unix presumes as well).
 *   3. A name (created, linked, unlinked) is safe once its folder was synced. Before that, each
 * name stands at any point of its own history, independent of the others. This is harsher than a
 *      journalling file system, where the order of all names is kept.
 *   4. As in SQLite's VFS for Unix, the first sync of a journal or log that was created also syncs
 *      the folder; deleting syncs it only if SQLite asks for it.
 *   5. Programs beside SQLite: link(), unlink() and fsync() of the project's folder are caught as
 *      well (they are defined here, before the C library's), because record_create uses them. For
 *      each name on the disk in memory an empty file lies in the real folder: the store asks the
 *      system whether a project is there before it asks SQLite.
 *
 * Disks share the pages of their files (image.h), so a cut costs some microseconds.
 */
#ifndef FAULT_CRASH_VFS_H
#define FAULT_CRASH_VFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "image.h"

enum crash_mode { CRASH_DROP, CRASH_KEEP, CRASH_PREFIX, CRASH_SECTORS, CRASH_MODES };

enum crash_act { ACT_WRITE, ACT_TRUNCATE, ACT_SYNC, ACT_CREATE, ACT_LINK, ACT_UNLINK, ACT_FOLDER };

/* Become SQLite's default VFS. Syncs of this folder count. Call once. */
void crash_install(const char *folder);

/* Forget log and files and begin anew. */
void crash_reset(void);

/* Operations so far; what one of them is; the bytes it wrote (empty, if it wrote none). */
uint64_t crash_ops(void);
enum crash_act crash_act_at(uint64_t op);
struct str crash_bytes_at(uint64_t op);

/* A walk along the log: what is safe, and what is not yet. */
struct crash_walk;
struct crash_walk *crash_walk_begin(void);
void crash_walk_free(struct crash_walk *walk);

/* One operation further. */
void crash_walk_step(struct crash_walk *walk);

/* Could a cut here leave these bytes on the disk, in a file that has or may have a name that begins
 * with `front`? */
bool crash_walk_may_hold(const struct crash_walk *walk, const char *front, struct str bytes);

/* Cut the power here: from now on SQLite sees what is left. (seed, state) choose. */
void crash_cut(const struct crash_walk *walk, enum crash_mode mode, uint64_t seed, uint64_t state);

/* Throw the cut disk away and go on with the running one. */
void crash_mend(void);

/* Is there a file of this name on the disk that SQLite sees now? */
bool crash_has(const char *path);

/* The content of a file, to be compared; NULL if it is not there. Freed by the caller. */
struct image *crash_image_of(const char *path);

#endif
