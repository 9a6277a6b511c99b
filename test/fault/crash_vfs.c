/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model is told in crash_vfs.h. Below: the log, the walk, the cut, and the face that SQLite
 * sees.
 */
#define _GNU_SOURCE /* syscall, memmem */
#include "crash_vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "disk.h"
#include "fault.h"
#include "learn/rng.h"

enum { SECTOR = 512 };

static void place_marks(void);

/* ---- the log -------------------------------------------------------------------------------- */

struct op {
    enum crash_act act;
    size_t node;
    uint64_t offset; /* of a write; the new length of a truncation */
    size_t n;
    unsigned char *bytes;
    char *name;
};

static struct {
    struct disk running;
    struct disk cut;
    struct disk *now; /* the disk that SQLite sees */
    struct op *op;
    size_t n;
    size_t cap;
    char marked[DISK_NAMES][DISK_NAME]; /* see place_marks */
    struct stat folder;
    uint64_t random;
} vfs = {.now = &vfs.running};

static void log_op(struct op op, const char *name)
{
    if (vfs.now != &vfs.running)
        return;
    if (vfs.n == vfs.cap) {
        vfs.cap = vfs.cap ? 2 * vfs.cap : 4096;
        vfs.op = mem_resize(vfs.op, vfs.cap, sizeof *vfs.op);
    }
    if (op.bytes) {
        unsigned char *copy = mem_get(op.n, 1);
        memcpy(copy, op.bytes, op.n);
        op.bytes = copy;
    }
    if (name) {
        op.name = mem_get(strlen(name) + 1, 1);
        memcpy(op.name, name, strlen(name));
    }
    vfs.op[vfs.n++] = op;
}

uint64_t crash_ops(void)
{
    return vfs.n;
}

enum crash_act crash_act_at(uint64_t op)
{
    return vfs.op[op].act;
}

struct str crash_bytes_at(uint64_t op)
{
    return (struct str){(const char *)vfs.op[op].bytes, vfs.op[op].n};
}

void crash_reset(void)
{
    for (size_t i = 0; i < vfs.n; i++) {
        free(vfs.op[i].bytes);
        free(vfs.op[i].name);
    }
    vfs.n = 0;
    vfs.random = 0;
    disk_release(&vfs.running);
    vfs.now = &vfs.running;
    place_marks();
}

/* ---- the walk ------------------------------------------------------------------------------- */

struct crash_walk {
    struct disk safe;
    size_t at;       /* operations behind us */
    size_t *pending; /* those of them that are not safe, in order */
    size_t n;
    size_t cap;
};

struct crash_walk *crash_walk_begin(void)
{
    return mem_get(1, sizeof(struct crash_walk));
}

void crash_walk_free(struct crash_walk *walk)
{
    disk_release(&walk->safe);
    free(walk->pending);
    free(walk);
}

static bool is_about_names(enum crash_act act)
{
    return act == ACT_CREATE || act == ACT_LINK || act == ACT_UNLINK;
}

static void apply(struct disk *disk, const struct op *op)
{
    disk_reach(disk, op->node);
    if (op->act == ACT_WRITE)
        image_write(&disk->node[op->node], op->offset, op->bytes, op->n);
    else if (op->act == ACT_TRUNCATE)
        image_truncate(&disk->node[op->node], op->offset);
    else if (op->act == ACT_UNLINK)
        disk_unname(disk, op->name);
    else
        disk_name(disk, op->name, op->node);
}

/* Everything pending of a file, or about names, becomes safe. */
static void settle(struct crash_walk *walk, bool names, size_t node)
{
    size_t left = 0;
    for (size_t i = 0; i < walk->n; i++) {
        const struct op *op = &vfs.op[walk->pending[i]];
        bool mine = is_about_names(op->act) ? names : !names && op->node == node;
        if (mine)
            apply(&walk->safe, op);
        else
            walk->pending[left++] = walk->pending[i];
    }
    walk->n = left;
}

void crash_walk_step(struct crash_walk *walk)
{
    const struct op *op = &vfs.op[walk->at];
    if (op->act == ACT_SYNC || op->act == ACT_FOLDER) {
        settle(walk, op->act == ACT_FOLDER, op->node);
    } else {
        if (walk->n == walk->cap) {
            walk->cap = walk->cap ? 2 * walk->cap : 64;
            walk->pending = mem_resize(walk->pending, walk->cap, sizeof *walk->pending);
        }
        walk->pending[walk->n++] = walk->at;
    }
    walk->at++;
}

static bool node_has_name(const struct crash_walk *walk, size_t node, const char *front)
{
    for (size_t i = 0; i < DISK_NAMES; i++) {
        const struct name *name = &walk->safe.name[i];
        if (name->node == node && name->text[0] && str_starts(str_of(name->text), str_of(front)))
            return true;
    }
    for (size_t i = 0; i < walk->n; i++) {
        const struct op *op = &vfs.op[walk->pending[i]];
        if ((op->act == ACT_CREATE || op->act == ACT_LINK) && op->node == node &&
            str_starts(str_of(op->name), str_of(front)))
            return true;
    }
    return false;
}

bool crash_walk_may_hold(const struct crash_walk *walk, const char *front, struct str bytes)
{
    for (size_t i = 0; i < walk->safe.n; i++)
        if (node_has_name(walk, i, front) && image_holds(&walk->safe.node[i], bytes))
            return true;
    for (size_t i = 0; i < walk->n; i++) {
        const struct op *op = &vfs.op[walk->pending[i]];
        if (op->act == ACT_WRITE && node_has_name(walk, op->node, front) &&
            memmem(op->bytes, op->n, bytes.at, bytes.n))
            return true;
    }
    return false;
}

/* ---- the cut -------------------------------------------------------------------------------- */

struct cutting {
    enum crash_mode mode;
    uint64_t seed;
    uint64_t state;
    uint64_t drawn;
    uint64_t keep_of_8; /* how many sectors of eight are kept */
};

static uint64_t draw(struct cutting *c, uint64_t below)
{
    return rng_below(c->seed, c->state, c->drawn++, below);
}

static void write_sectors(struct cutting *c, struct image *image, const struct op *op)
{
    for (size_t at = 0; at < op->n;) {
        uint64_t where = op->offset + at;
        size_t part = SECTOR - (size_t)(where % SECTOR);
        part = part < op->n - at ? part : op->n - at;
        uint64_t luck = draw(c, 128);
        if (luck / 16 < c->keep_of_8) {
            image_write(image, where, op->bytes + at, part);
        } else if (luck % 16 == 0) {
            unsigned char garbage[SECTOR];
            for (size_t i = 0; i < part; i++)
                garbage[i] = (unsigned char)rng_u64(c->seed ^ 0xA5, c->drawn, i / 8 * 8 + i % 8);
            image_write(image, where, garbage, part);
        }
        at += part;
    }
}

/* Bytes of files: pending operation number i of n. `cut` is the one that PREFIX tears. */
static void cut_bytes(struct cutting *c, const struct op *op, uint64_t i, uint64_t cut)
{
    struct image *image = &vfs.cut.node[op->node];
    if (c->mode == CRASH_KEEP || (c->mode == CRASH_PREFIX && i < cut)) {
        apply(&vfs.cut, op);
    } else if (c->mode == CRASH_PREFIX && i == cut && op->act == ACT_WRITE) {
        image_write(image, op->offset, op->bytes, (size_t)draw(c, op->n + 1));
    } else if (c->mode == CRASH_SECTORS) {
        if (op->act == ACT_WRITE)
            write_sectors(c, image, op);
        else if (draw(c, 2))
            apply(&vfs.cut, op);
    }
}

/* Names: each one stands at a point of its own history. */
static void cut_name(struct cutting *c, const struct op *op, struct name *stuck)
{
    size_t free_at = DISK_NAMES;
    if (c->mode == CRASH_DROP)
        return;
    for (size_t i = 0; i < DISK_NAMES && c->mode != CRASH_KEEP; i++) {
        if (strcmp(stuck[i].text, op->name) == 0)
            return;
        if (!stuck[i].text[0])
            free_at = i < free_at ? i : free_at;
    }
    if (c->mode == CRASH_KEEP || draw(c, 2))
        apply(&vfs.cut, op);
    else if (free_at < DISK_NAMES)
        snprintf(stuck[free_at].text, DISK_NAME, "%s", op->name);
}

void crash_cut(const struct crash_walk *walk, enum crash_mode mode, uint64_t seed, uint64_t state)
{
    static const uint64_t luck[] = {1, 4, 7};
    struct cutting c = {.mode = mode, .seed = seed, .state = state};
    struct name stuck[DISK_NAMES] = {{.node = 0}};
    disk_reach(&vfs.cut, vfs.running.n ? vfs.running.n - 1 : 0);
    for (size_t i = 0; i < walk->safe.n; i++)
        vfs.cut.node[i] = image_clone(&walk->safe.node[i]);
    memcpy(vfs.cut.name, walk->safe.name, sizeof vfs.cut.name);
    c.keep_of_8 = luck[draw(&c, COUNT_OF(luck))];
    uint64_t cut = draw(&c, walk->n + 1);
    for (size_t i = 0; i < walk->n; i++) {
        const struct op *op = &vfs.op[walk->pending[i]];
        if (is_about_names(op->act))
            cut_name(&c, op, stuck);
        else
            cut_bytes(&c, op, i, cut);
    }
    vfs.now = &vfs.cut;
    place_marks();
}

void crash_mend(void)
{
    disk_release(&vfs.cut);
    vfs.now = &vfs.running;
    place_marks();
}

bool crash_has(const char *path)
{
    return disk_find(vfs.now, path) != NULL;
}

struct image *crash_image_of(const char *path)
{
    const struct name *name = disk_find(vfs.now, path);
    if (!name)
        return NULL;
    struct image *image = mem_get(1, sizeof *image);
    *image = image_clone(&vfs.now->node[name->node]);
    return image;
}

/* ---- beside SQLite -------------------------------------------------------------------------- */

/* An empty file in the real folder for each name of a project on the disk in memory (model 5). */
static void mark(const char *path, bool there)
{
    if (!there)
        syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    else
        close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
}

static bool is_among(char names[DISK_NAMES][DISK_NAME], const char *name)
{
    for (size_t i = 0; i < DISK_NAMES; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Not those that SQLite makes by itself: a store is never opened by them. */
static bool is_project(struct str name)
{
    return name.n && !str_ends(name, STR("-wal")) && !str_ends(name, STR("-journal"));
}

static void place_marks(void)
{
    char before[DISK_NAMES][DISK_NAME];
    memcpy(before, vfs.marked, sizeof before);
    for (size_t i = 0; i < DISK_NAMES; i++) {
        const char *name = vfs.now->name[i].text;
        bool project = is_project(str_of(name));
        if (project && !is_among(before, name))
            mark(name, true);
        snprintf(vfs.marked[i], DISK_NAME, "%s", project ? name : "");
    }
    for (size_t i = 0; i < DISK_NAMES; i++)
        if (before[i][0] && !is_among(vfs.marked, before[i]))
            mark(before[i], false);
}

int link(const char *from, const char *to)
{
    const struct name *name = disk_find(vfs.now, from);
    if (!name)
        return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
    size_t node = name->node;
    if (disk_find(vfs.now, to)) {
        errno = EEXIST;
        return -1;
    }
    log_op((struct op){.act = ACT_LINK, .node = node}, to);
    disk_name(vfs.now, to, node);
    place_marks();
    return 0;
}

int unlink(const char *path)
{
    if (!disk_find(vfs.now, path))
        return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    log_op((struct op){.act = ACT_UNLINK}, path);
    disk_unname(vfs.now, path);
    place_marks();
    return 0;
}

int fsync(int fd)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && st.st_ino == vfs.folder.st_ino && st.st_dev == vfs.folder.st_dev)
        log_op((struct op){.act = ACT_FOLDER}, NULL);
    return (int)syscall(SYS_fsync, fd);
}

/* ---- what SQLite sees ----------------------------------------------------------------------- */

struct file {
    sqlite3_file base;
    size_t node;
    bool sync_folder; /* at the next sync */
};

static struct file *of(sqlite3_file *file)
{
    return (struct file *)file;
}

static int file_close(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

static int read_at(sqlite3_file *file, void *at, int n, sqlite3_int64 offset)
{
    bool whole = image_read(&vfs.now->node[of(file)->node], (uint64_t)offset, at, (size_t)n);
    return whole ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int write_at(sqlite3_file *file, const void *at, int n, sqlite3_int64 offset)
{
    struct op op = {
        .act = ACT_WRITE, .node = of(file)->node, .offset = (uint64_t)offset, .n = (size_t)n};
    memcpy(&op.bytes, &at, sizeof at); /* log_op copies what it points to */
    log_op(op, NULL);
    image_write(&vfs.now->node[op.node], op.offset, at, op.n);
    return SQLITE_OK;
}

static int truncate_to(sqlite3_file *file, sqlite3_int64 bytes)
{
    log_op((struct op){.act = ACT_TRUNCATE, .node = of(file)->node, .offset = (uint64_t)bytes},
           NULL);
    image_truncate(&vfs.now->node[of(file)->node], (uint64_t)bytes);
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *file, int flags)
{
    (void)flags;
    log_op((struct op){.act = ACT_SYNC, .node = of(file)->node}, NULL);
    if (of(file)->sync_folder)
        log_op((struct op){.act = ACT_FOLDER}, NULL);
    of(file)->sync_folder = false;
    return SQLITE_OK;
}

static int size_of(sqlite3_file *file, sqlite3_int64 *ret)
{
    *ret = (sqlite3_int64)vfs.now->node[of(file)->node].bytes;
    return SQLITE_OK;
}

static int lock(sqlite3_file *file, int level)
{
    (void)file;
    (void)level;
    return SQLITE_OK;
}

static int is_reserved(sqlite3_file *file, int *ret)
{
    (void)file;
    *ret = 0;
    return SQLITE_OK;
}

static int control(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *file)
{
    (void)file;
    return IMAGE_PAGE;
}

static int characteristics(sqlite3_file *file)
{
    (void)file;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
    .iVersion = 1, /* no shared memory: the store holds the file for itself alone */
    .xClose = file_close,
    .xRead = read_at,
    .xWrite = write_at,
    .xTruncate = truncate_to,
    .xSync = sync_file,
    .xFileSize = size_of,
    .xLock = lock,
    .xUnlock = lock,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
};

static int open_file(sqlite3_vfs *self, const char *path, sqlite3_file *file, int flags,
                     int *ret_flags)
{
    struct file *opened = of(file);
    (void)self;
    *opened = (struct file){.node = 0};
    /* A file without a name would be a temporary one: there must be none (temp_store=MEMORY). */
    if (!path)
        return SQLITE_CANTOPEN;
    const struct name *name = disk_find(vfs.now, path);
    if (name) {
        opened->node = name->node;
    } else {
        if (!(flags & SQLITE_OPEN_CREATE))
            return SQLITE_CANTOPEN;
        opened->node = vfs.now->n;
        disk_reach(vfs.now, opened->node);
        disk_name(vfs.now, path, opened->node);
        log_op((struct op){.act = ACT_CREATE, .node = opened->node}, path);
        opened->sync_folder = !(flags & SQLITE_OPEN_MAIN_DB);
        place_marks();
    }
    opened->base.pMethods = &methods;
    if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *self, const char *path, int sync_folder)
{
    (void)self;
    if (!disk_find(vfs.now, path))
        return SQLITE_IOERR_DELETE_NOENT;
    log_op((struct op){.act = ACT_UNLINK}, path);
    if (sync_folder)
        log_op((struct op){.act = ACT_FOLDER}, NULL);
    disk_unname(vfs.now, path);
    return SQLITE_OK;
}

static int has_file(sqlite3_vfs *self, const char *path, int flags, int *ret)
{
    (void)self;
    (void)flags;
    *ret = disk_find(vfs.now, path) != NULL;
    return SQLITE_OK;
}

static int full_path(sqlite3_vfs *self, const char *path, int n, char *ret)
{
    (void)self;
    return snprintf(ret, (size_t)n, "%s", path) < n ? SQLITE_OK : SQLITE_CANTOPEN;
}

/* Always the same numbers, so that a failing state can be made again. */
static int randomness(sqlite3_vfs *self, int n, char *ret)
{
    (void)self;
    for (int i = 0; i < n; i++)
        ret[i] = (char)rng_u64(7, 7, vfs.random++);
    return n;
}

static int rest(sqlite3_vfs *self, int microseconds)
{
    (void)self;
    return microseconds;
}

static int time_now(sqlite3_vfs *self, double *ret)
{
    (void)self;
    *ret = 2461000.0;
    return SQLITE_OK;
}

static int last_error(sqlite3_vfs *self, int n, char *ret)
{
    (void)self;
    (void)n;
    (void)ret;
    return 0;
}

void crash_install(const char *folder)
{
    static sqlite3_vfs self = {
        .iVersion = 1,
        .szOsFile = sizeof(struct file),
        .mxPathname = DISK_NAME,
        .zName = "crash",
        .xOpen = open_file,
        .xDelete = delete_file,
        .xAccess = has_file,
        .xFullPathname = full_path,
        .xRandomness = randomness,
        .xSleep = rest,
        .xCurrentTime = time_now,
        .xGetLastError = last_error,
    };
    if (stat(folder, &vfs.folder) != 0 || sqlite3_vfs_register(&self, 1) != SQLITE_OK)
        give_up("the disk in memory cannot be put in place");
}
