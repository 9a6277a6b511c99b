/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* nftw, mkdtemp */
#include "fault.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "kinds.h"

enum { KINDS_MAX = 60 };

static const struct kind note_kind = {.name = "note"};

const struct kind *const *fault_kinds(void)
{
    static const struct kind *all[KINDS_MAX + 2];
    all[0] = &note_kind;
    for (size_t n = 0; kinds[n]; n++) {
        BUG_IF(n == KINDS_MAX);
        all[n + 1] = kinds[n];
    }
    return all;
}

void give_up(const char *sentence, ...)
{
    va_list args;
    va_start(args, sentence);
    vfprintf(stdout, sentence, args);
    va_end(args);
    printf("\n0 passed, 1 failed, 0 skipped\n");
    exit(1);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0700) != 0)
        give_up("cannot make %s: errno %d", path, errno);
}

void scratch_make(struct scratch *scratch, const char *name)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    char below[96];
    snprintf(scratch->folder, sizeof scratch->folder, "%s/allmende-%s-XXXXXX", base, name);
    if (!mkdtemp(scratch->folder))
        give_up("no scratch folder in %s", base);
    snprintf(scratch->project, sizeof scratch->project, "%s/project", scratch->folder);
    make_folder(scratch->project);
    snprintf(scratch->path, sizeof scratch->path, "%s/p.allmende", scratch->project);
    snprintf(below, sizeof below, "%s/config", scratch->folder);
    make_folder(below);
    setenv("XDG_CONFIG_HOME", below, 1);
    snprintf(below, sizeof below, "%s/tmp", scratch->folder);
    make_folder(below);
    setenv("TMPDIR", below, 1);
    setenv("SQLITE_TMPDIR", below, 1);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *place)
{
    (void)st;
    (void)type;
    (void)place;
    return remove(path);
}

void scratch_remove(const struct scratch *scratch)
{
    nftw(scratch->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void act_as_ada(struct record *record)
{
    struct err err = {0};
    if (!record_act_as(record, "Ada", &err))
        give_up("cannot act as Ada: %s", err.what);
}

struct record *scratch_project(const struct scratch *scratch)
{
    struct err err = {0};
    struct record *record;
    CLEANUP(json_release)
    json_t *body = json_pack("{s:s,s:s,s:[s]}", "title", "Bach", "licence", "CC-BY-4.0",
                             "permission", "project");
    CLEANUP(json_release) json_t *private = json_pack("{s:s}", "name", "Ada");
    const struct founding founding = {scratch->path, body, private, fault_kinds()};
    if (!record_create(&founding, &record, &err))
        give_up("cannot make %s: %s", scratch->path, err.what);
    act_as_ada(record);
    return record;
}

struct record *scratch_open(const char *path)
{
    struct err err = {0};
    struct record *record;
    if (!record_open(path, STORE_WRITE, fault_kinds(), &record, &err))
        give_up("cannot open %s: %s", path, err.what);
    act_as_ada(record);
    return record;
}

void scratch_close(struct record *record)
{
    struct err err = {0};
    if (!record_close(record, &err))
        give_up("cannot close: %s", err.what);
}

bool note_append(struct record *record, const struct note *note, struct hash *ret, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_pack("{s:s}", "text", note->text);
    CLEANUP(json_release)
    json_t *private = note->private ? json_pack("{s:s}", "place", note->private) : NULL;
    struct str rest = note->blob;
    struct blob_source source = blob_of_str(&rest);
    struct draft draft = {.kind = "note", .body = body, .private = private};
    if (note->of)
        json_object_set_new(body, "made_with", json_pack("[s]", hash_hex(note->of).at));
    if (note->blob.at) {
        draft.blob = &source;
        draft.blob_n = 1;
    }
    return record_append(record, &draft, ret, err);
}

struct listener {
    uint64_t n;
    bool loud;
};

static void hear(void *context, const char *where, const char *what)
{
    struct listener *listener = context;
    listener->n++;
    if (listener->loud)
        printf("    check: %s: %s\n", where, what);
}

uint64_t faults_of(struct record *record, bool loud)
{
    struct err err = {0};
    struct listener listener = {0, loud};
    if (record_check(record, hear, &listener, &err))
        return listener.n;
    if (loud)
        printf("    check stopped: %s\n", err.what);
    return UINT64_MAX;
}

bool lines_empty(const struct entry *batch, const uint64_t *position, size_t n, struct str bytes,
                 struct buf *out, struct err *err)
{
    struct str line;
    size_t next = 0;
    (void)batch;
    (void)err;
    for (uint64_t at = 1; bytes.n && str_cut(&bytes, '\n', &line); at++) {
        if (next < n && position[next] == at)
            next++;
        else
            buf_str(out, line);
        buf_char(out, '\n');
    }
    return true;
}

bool file_holds(const char *path, struct str bytes)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT;
    struct err err = {0};
    if (!file_exists(path))
        return false;
    if (!file_read(path, (size_t)1 << 30, &all, &err))
        return true;
    const char *at = all.at;
    const char *end = all.at + all.n;
    while ((size_t)(end - at) >= bytes.n) {
        at = memchr(at, bytes.at[0], (size_t)(end - at) - bytes.n + 1);
        if (!at)
            return false;
        if (memcmp(at, bytes.at, bytes.n) == 0)
            return true;
        at++;
    }
    return false;
}

void file_put(const char *path, struct str bytes)
{
    FILE *file = fopen(path, "wb");
    if (!file || (bytes.n && fwrite(bytes.at, bytes.n, 1, file) != 1) || fclose(file) != 0)
        give_up("cannot write %s", path);
}

void file_take(const char *path, struct buf *ret)
{
    struct err err = {0};
    if (!file_read(path, (size_t)1 << 30, ret, &err))
        give_up("%s", err.what);
}

uint64_t number_or(const char *text, uint64_t otherwise)
{
    uint64_t value;
    return text && str_uint(str_of(text), UINT64_MAX, &value) ? value : otherwise;
}

bool in_soak(void)
{
    const char *soak = getenv("ALLMENDE_SOAK");
    return soak && *soak && strcmp(soak, "0") != 0;
}

void fault_case(struct tally *tally, bool passed, const char *sentence, ...)
{
    va_list args;
    if (passed) {
        tally->passed++;
        return;
    }
    tally->failed++;
    printf("FAILED: ");
    va_start(args, sentence);
    vfprintf(stdout, sentence, args);
    va_end(args);
    printf("\n");
    fflush(stdout);
}

int fault_end(const struct tally *tally)
{
    printf("%llu passed, %llu failed, %llu skipped\n", (unsigned long long)tally->passed,
           (unsigned long long)tally->failed, (unsigned long long)tally->skipped);
    return tally->failed == 0 && tally->passed > 0 ? 0 : 1;
}
