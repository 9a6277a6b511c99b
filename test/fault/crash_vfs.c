/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model is told in crash_vfs.h. Below: pages and images, disks, the log, the walk, the cut, and
 * the face that SQLite sees.
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
#include "fault.h"
#include "learn/rng.h"

enum { PAGE = 4096, SECTOR = 512, NAME = 160, NAMES_MAX = 8 };

/* ---- pages and images ----------------------------------------------------------------------- */

struct page {
    uint64_t holders;
    unsigned char at[PAGE];
};

struct crash_image {
    struct page **page; /* NULL: all zero */
    size_t n;
    size_t cap;
    uint64_t bytes;
};

static void page_drop(struct page *page)
{
    if (page && --page->holders == 0)
        free(page);
}

static void image_shrink(struct crash_image *image, size_t pages)
{
    while (image->n > pages)
        page_drop(image->page[--image->n]);
}

static void image_release(struct crash_image *image)
{
    image_shrink(image, 0);
    free(image->page);
    *image = (struct crash_image){.n = 0};
}

static void image_grow(struct crash_image *image, size_t pages)
{
    if (pages > image->cap) {
        image->cap = pages + pages / 2;
        image->page = mem_resize(image->page, image->cap, sizeof *image->page);
    }
    while (image->n < pages)
        image->page[image->n++] = NULL;
}

static struct crash_image image_clone(const struct crash_image *from)
{
    struct crash_image to = {.n = 0};
    image_grow(&to, from->n);
    for (size_t i = 0; i < from->n; i++) {
        to.page[i] = from->page[i];
        if (to.page[i])
            to.page[i]->holders++;
    }
    to.bytes = from->bytes;
    return to;
}

/* A page that only this image holds. */
static unsigned char *image_page(struct crash_image *image, size_t i)
{
    struct page *old = image->page[i];
    if (old && old->holders == 1)
        return old->at;
    struct page *page = mem_get(1, sizeof *page);
    page->holders = 1;
    if (old)
        memcpy(page->at, old->at, PAGE);
    page_drop(old);
    image->page[i] = page;
    return page->at;
}

static void image_write(struct crash_image *image, uint64_t offset, const unsigned char *at,
                        size_t n)
{
    if (n == 0)
        return;
    image_grow(image, (size_t)((offset + n + PAGE - 1) / PAGE));
    if (offset + n > image->bytes)
        image->bytes = offset + n;
    while (n) {
        size_t in_page = (size_t)(offset % PAGE);
        size_t part = PAGE - in_page < n ? PAGE - in_page : n;
        memcpy(image_page(image, (size_t)(offset / PAGE)) + in_page, at, part);
        offset += part;
        at += part;
        n -= part;
    }
}

static void image_truncate(struct crash_image *image, uint64_t bytes)
{
    size_t pages = (size_t)((bytes + PAGE - 1) / PAGE);
    image_shrink(image, pages);
    image_grow(image, pages);
    if (bytes % PAGE && image->page[pages - 1])
        memset(image_page(image, pages - 1) + bytes % PAGE, 0, PAGE - (size_t)(bytes % PAGE));
    image->bytes = bytes;
}

/* Read n bytes; what lies behind the end is zero. False if some did. */
static bool image_read(const struct crash_image *image, uint64_t offset, unsigned char *at,
                       size_t n)
{
    uint64_t end = offset < image->bytes ? image->bytes - offset : 0;
    size_t there = end < n ? (size_t)end : n;
    memset(at + there, 0, n - there);
    bool whole = there == n;
    while (there) {
        size_t in_page = (size_t)(offset % PAGE);
        size_t part = PAGE - in_page < there ? PAGE - in_page : there;
        const struct page *page = image->page[offset / PAGE];
        if (page)
            memcpy(at, page->at + in_page, part);
        else
            memset(at, 0, part);
        offset += part;
        at += part;
        there -= part;
    }
    return whole;
}

bool crash_image_same(const struct crash_image *a, const struct crash_image *b)
{
    if (!a || !b || a->bytes != b->bytes || a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        if (a->page[i] == b->page[i])
            continue;
        if (!a->page[i] || !b->page[i] || memcmp(a->page[i]->at, b->page[i]->at, PAGE) != 0)
            return false;
    }
    return true;
}

static bool image_holds(const struct crash_image *image, struct str bytes)
{
    for (size_t i = 0; i < image->n; i++)
        if (image->page[i] && memmem(image->page[i]->at, PAGE, bytes.at, bytes.n))
            return true;
    return false;
}

uint64_t crash_image_bytes(const struct crash_image *image)
{
    return image->bytes;
}

void crash_image_free(struct crash_image *image)
{
    if (image)
        image_release(image);
    free(image);
}

/* ---- disks ---------------------------------------------------------------------------------- */

struct name {
    char text[NAME]; /* empty: no name */
    size_t node;
};

/* Files by number, and names for them. A file without a name goes on as long as it is open. */
struct disk {
    struct crash_image *node;
    size_t n;
    struct name name[NAMES_MAX];
};

static void disk_release(struct disk *disk)
{
    for (size_t i = 0; i < disk->n; i++)
        image_release(&disk->node[i]);
    free(disk->node);
    *disk = (struct disk){.n = 0};
}

static void disk_reach(struct disk *disk, size_t node)
{
    if (node < disk->n)
        return;
    disk->node = mem_resize(disk->node, node + 1, sizeof *disk->node);
    while (disk->n <= node)
        disk->node[disk->n++] = (struct crash_image){.n = 0};
}

static struct name *disk_find(struct disk *disk, const char *path)
{
    for (size_t i = 0; i < NAMES_MAX; i++)
        if (disk->name[i].text[0] && strcmp(disk->name[i].text, path) == 0)
            return &disk->name[i];
    return NULL;
}

static void disk_name(struct disk *disk, const char *path, size_t node)
{
    struct name *name = disk_find(disk, path);
    for (size_t i = 0; !name && i < NAMES_MAX; i++)
        if (!disk->name[i].text[0])
            name = &disk->name[i];
    if (!name || strlen(path) >= NAME)
        give_up("too many or too long names: %s", path);
    snprintf(name->text, NAME, "%s", path);
    name->node = node;
}

static void disk_unname(struct disk *disk, const char *path)
{
    struct name *name = disk_find(disk, path);
    if (name)
        name->text[0] = '\0';
}

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

static bool node_has_name(const struct crash_walk *walk, size_t node)
{
    for (size_t i = 0; i < NAMES_MAX; i++)
        if (walk->safe.name[i].text[0] && walk->safe.name[i].node == node)
            return true;
    for (size_t i = 0; i < walk->n; i++) {
        const struct op *op = &vfs.op[walk->pending[i]];
        if ((op->act == ACT_CREATE || op->act == ACT_LINK) && op->node == node)
            return true;
    }
    return false;
}

bool crash_walk_may_hold(const struct crash_walk *walk, struct str bytes)
{
    for (size_t i = 0; i < walk->safe.n; i++)
        if (node_has_name(walk, i) && image_holds(&walk->safe.node[i], bytes))
            return true;
    for (size_t i = 0; i < walk->n; i++) {
        const struct op *op = &vfs.op[walk->pending[i]];
        if (op->act == ACT_WRITE && node_has_name(walk, op->node) &&
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

static void write_sectors(struct cutting *c, struct crash_image *image, const struct op *op)
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
    struct crash_image *image = &vfs.cut.node[op->node];
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
    size_t free_at = NAMES_MAX;
    if (c->mode == CRASH_DROP)
        return;
    for (size_t i = 0; i < NAMES_MAX && c->mode != CRASH_KEEP; i++) {
        if (strcmp(stuck[i].text, op->name) == 0)
            return;
        if (!stuck[i].text[0])
            free_at = i < free_at ? i : free_at;
    }
    if (c->mode == CRASH_KEEP || draw(c, 2))
        apply(&vfs.cut, op);
    else if (free_at < NAMES_MAX)
        snprintf(stuck[free_at].text, NAME, "%s", op->name);
}

void crash_cut(const struct crash_walk *walk, enum crash_mode mode, uint64_t seed, uint64_t state)
{
    static const uint64_t luck[] = {1, 4, 7};
    struct cutting c = {.mode = mode, .seed = seed, .state = state};
    struct name stuck[NAMES_MAX] = {{.node = 0}};
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

struct crash_image *crash_image_of(const char *path)
{
    const struct name *name = disk_find(vfs.now, path);
    if (!name)
        return NULL;
    struct crash_image *image = mem_get(1, sizeof *image);
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

/* Names ending in ".allmende" are what a store is opened by. */
static void place_marks(void)
{
    static char marked[NAME];
    bool found = false;
    for (size_t i = 0; i < NAMES_MAX; i++) {
        const char *name = vfs.now->name[i].text;
        if (!str_ends(str_of(name), STR(".allmende")))
            continue;
        found = true;
        if (strcmp(marked, name) != 0) {
            snprintf(marked, sizeof marked, "%s", name);
            mark(name, true);
        }
    }
    if (!found && marked[0]) {
        mark(marked, false);
        marked[0] = '\0';
    }
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
    return PAGE;
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
        .mxPathname = NAME,
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
