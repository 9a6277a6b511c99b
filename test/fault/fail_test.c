/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fail_test: whatever call fails, nothing acknowledged is lost, nothing is half done, and a person
 * is told.
 *
 *   fail_test                                    all acts, all classes of calls
 *   fail_test replay ACT CLASS N once|ever       one of them again
 *
 * For each act and each class of calls (fail.c): the n-th call fails, once or from then on, n = 1,
 * 2, … until the act is through without reaching it. After each:
 *   1. The program has ended with status 0 or 1, never by a signal.
 *   2. With status 1, standard output is empty and standard error holds a sentence and a next step;
 *      with --json exactly {"error":{"code","what","next"}} (--json for "once", text for "ever").
 *   3. Without failures the project opens, check finds nothing, all entries from before are there,
 *      and there are either no others and the state is the same as before, or exactly those that
 * the act adds; with status 0 they are there. A new project or a copy is absent or whole.
 *   4. Where a withdrawal ended with status 0, its word is in no file of the project's folder.
 * A failure of memory is tried at every n up to MEMORY_EVERY, then in steps that grow by an eighth
 * of n; in soak at every n.
 */
#define _GNU_SOURCE /* pipe2, posix_spawn */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "fault.h"
#include "record/member.h"

enum { KEYS = 2, ARGUMENTS = 6, REPORT_FD = 9, MEMORY_EVERY = 120, OUTPUT_MAX = 1 << 16 };

static const char canary[] = "CANARY-fail-test";

enum effect { KEEPS, ADDS, MAKES };

/* One thing that people do. "ENTRY", "BATCH" stand for ids, "FILE" for a new file. */
struct act {
    const char *name;
    enum effect effect;
    const char *argument[ARGUMENTS];
    bool erases;
};

static const struct act acts[] = {
    {"new", MAKES, {"new", "FILE"}, false},     {"note", ADDS, {"note", "dipper", "9000"}, false},
    {"member", ADDS, {"member", "Cem"}, false}, {"withdraw", ADDS, {"withdraw", "ENTRY"}, true},
    {"row", ADDS, {"row", "BATCH", "2"}, true}, {"rebuild", KEEPS, {"rebuild"}, false},
    {"copy", MAKES, {"copy", "FILE"}, false},   {"check", KEEPS, {"check"}, false},
};

static const char *const classes[] = {"memory", "read", "write", "half", "sync", "open", "name"};

struct key_file {
    char path[256]; /* below the folder of the run */
    struct buf bytes;
};

struct failing {
    struct scratch scratch;
    struct tally tally;
    struct buf project; /* the file before each act */
    struct key_file key[KEYS];
    size_t key_n;
    struct hash state;
    struct buf ids; /* of the entries before */
    char entry[HASH_HEX + 1];
    char batch[HASH_HEX + 1];
    char program[512];
    char library[512];
    char file[128]; /* what FILE stands for */
    uint64_t runs;
    bool loud;
};

/* One run of an act. */
struct trial {
    const struct act *act;
    const char *class;
    uint64_t n;
    bool ever;
    int status; /* as of waitpid */
    bool reached;
    struct buf out;
    struct buf error;
};

/* ---- the project before --------------------------------------------------------------------- */

static bool keep_id(void *context, const struct entry *entry, struct err *err)
{
    (void)err;
    buf_add(context, entry->id.at, HASH_BYTES);
    return true;
}

static void make_project(struct failing *f)
{
    struct err err = {0};
    struct device device;
    struct hash id;
    struct record *record = scratch_project(&f->scratch);
    const struct note note = {canary, canary, str_of(canary), NULL};
    const struct note batch = {"batch", NULL, STR("one\nCANARY-fail-test\nthree\n"), NULL};
    bool made = note_append(record, &note, &id, &err);
    memcpy(f->entry, hash_hex(&id).at, sizeof f->entry);
    made = made && note_append(record, &batch, &id, &err);
    memcpy(f->batch, hash_hex(&id).at, sizeof f->batch);
    made = made && member_add(record, "Ben", false, &device, &err) &&
           record_each(record, false, keep_id, &f->ids, &err) &&
           store_state(record_store(record), &f->state, &err);
    if (!made)
        give_up("%s", err.what);
    scratch_close(record);
    file_take(f->scratch.path, &f->project);
}

/* Keep the files below XDG_CONFIG_HOME, to put them back before each run. */
static void keep_keys(struct failing *f)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    struct err err = {0};
    if (!file_list(getenv("XDG_CONFIG_HOME"), KEYS, &names, &err))
        give_up("%s", err.what);
    for (const char *name = names.at; name < names.at + names.n; name += strlen(name) + 1) {
        struct key_file *key = &f->key[f->key_n++];
        key->bytes = (struct buf)BUF_INIT;
        snprintf(key->path, sizeof key->path, "%s/%s", getenv("XDG_CONFIG_HOME"), name);
        file_take(key->path, &key->bytes);
    }
}

static void put_back(struct failing *f)
{
    struct err err = {0};
    static const char *const below[] = {"project", "config", "tmp"};
    scratch_remove(&f->scratch);
    for (size_t i = 0; i < COUNT_OF(below); i++) {
        char folder[128];
        snprintf(folder, sizeof folder, "%s/%s", f->scratch.folder, below[i]);
        if (!file_folder(folder, 0700, &err))
            give_up("%s", err.what);
    }
    file_put(f->scratch.path, buf_view(&f->project));
    for (size_t i = 0; i < f->key_n; i++) {
        CLEANUP(buf_release) struct buf folder = BUF_INIT;
        file_parent(f->key[i].path, &folder);
        if (!file_folder(folder.at, 0700, &err))
            give_up("%s", err.what);
        file_put(f->key[i].path, buf_view(&f->key[i].bytes));
        chmod(f->key[i].path, 0600);
    }
}

/* ---- one run -------------------------------------------------------------------------------- */

static const char *meaning(const struct failing *f, const char *word)
{
    if (strcmp(word, "FILE") == 0)
        return f->file;
    if (strcmp(word, "ENTRY") == 0)
        return f->entry;
    return strcmp(word, "BATCH") == 0 ? f->batch : word;
}

static void drain(int fd, struct buf *out)
{
    lseek(fd, 0, SEEK_SET);
    buf_clear(out);
    buf_reserve(out, OUTPUT_MAX);
    ssize_t n = read(fd, out->at, OUTPUT_MAX);
    out->n = n > 0 ? (size_t)n : 0;
    out->at[out->n] = '\0';
    close(fd);
}

static int scratch_fd(const struct failing *f, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", f->scratch.folder, name);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        give_up("cannot make %s", path);
    return fd;
}

static void spawn(struct failing *f, struct trial *t, const char *const *argument)
{
    char preload[600];
    char plan[64];
    char config[160];
    char *environment[] = {preload, plan, config, (char[]){"PATH=/usr/bin:/bin"}, NULL};
    char *words[ARGUMENTS + 8];
    size_t n = 0;
    for (; argument[n]; n++)
        memcpy(&words[n], &argument[n], sizeof words[n]);
    words[n] = NULL;
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", f->library);
    snprintf(plan, sizeof plan, "ALLMENDE_FAIL=%s:%llu:%s", t->class, (unsigned long long)t->n,
             t->ever ? "ever" : "once");
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", getenv("XDG_CONFIG_HOME"));
    int fd[3] = {scratch_fd(f, "out"), scratch_fd(f, "error"), scratch_fd(f, "report")};
    posix_spawn_file_actions_t actions;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, fd[0], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fd[1], STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, fd[2], REPORT_FD);
    if (posix_spawn(&child, f->program, &actions, NULL, words, environment) != 0)
        give_up("cannot start %s", f->program);
    posix_spawn_file_actions_destroy(&actions);
    while (waitpid(child, &t->status, 0) < 0)
        if (errno != EINTR)
            give_up("waitpid failed");
    struct buf report = BUF_INIT;
    drain(fd[0], &t->out);
    drain(fd[1], &t->error);
    drain(fd[2], &report);
    t->reached = report.n > 0;
    buf_release(&report);
    f->runs++;
}

static void run(struct failing *f, struct trial *t)
{
    const char *words[ARGUMENTS + 8] = {f->program, "-p", f->scratch.path, "--as", "Ada"};
    size_t n = 5;
    if (!t->ever)
        words[n++] = "--json";
    for (size_t i = 0; i < ARGUMENTS && t->act->argument[i]; i++)
        words[n++] = meaning(f, t->act->argument[i]);
    put_back(f);
    spawn(f, t, words);
}

/* ---- the verdict ---------------------------------------------------------------------------- */

static bool is_error_object(const struct buf *error)
{
    json_error_t where;
    CLEANUP(json_release)
    json_t *all = json_loadb(error->at, error->n, JSON_REJECT_DUPLICATES, &where);
    const json_t *inner = json_object_get(all, "error");
    const char *what = json_text(inner, "what");
    const char *next = json_text(inner, "next");
    const char *code = json_text(inner, "code");
    return json_object_size(all) == 1 && json_object_size(inner) == 3 && what && *what && next &&
           *next && code && *code;
}

static bool is_error_text(const struct buf *error)
{
    const char *line = memchr(error->at, '\n', error->n);
    return line && line > error->at && line + 2 < error->at + error->n &&
           error->at[error->n - 1] == '\n';
}

/* NULL: the program ended as it may. */
static const char *wrong_ending(const struct trial *t)
{
    if (!WIFEXITED(t->status))
        return "it ended by a signal";
    if (WEXITSTATUS(t->status) > 1)
        return "its status is neither 0 nor 1";
    if (WEXITSTATUS(t->status) == 0)
        return NULL;
    if (!t->reached)
        return "it failed without a failure";
    if (t->out.n)
        return "standard output is not empty";
    if (!t->ever && !is_error_object(&t->error))
        return "standard error is no error object";
    if (t->ever && !is_error_text(&t->error))
        return "standard error has no sentence with a next step";
    return NULL;
}

struct counting {
    const struct buf *before;
    uint64_t known;
    uint64_t all;
};

static bool count_entry(void *context, const struct entry *entry, struct err *err)
{
    struct counting *c = context;
    (void)err;
    c->all++;
    for (size_t at = 0; at < c->before->n; at += HASH_BYTES)
        c->known += memcmp(c->before->at + at, entry->id.at, HASH_BYTES) == 0;
    return true;
}

/* Is this file a sound project that holds all entries from before and `added` others? */
static const char *wrong_record(const struct failing *f, const char *path, bool must_add,
                                bool may_add)
{
    struct err err = {0};
    struct record *record;
    struct counting c = {.before = &f->ids};
    struct hash state;
    if (!record_open(path, STORE_WRITE, fault_kinds, &record, &err))
        return "the project does not open";
    bool sound = faults_of(record, true) == 0;
    bool read = record_each(record, true, count_entry, &c, &err) &&
                store_state(record_store(record), &state, &err);
    bool closed = record_close(record, &err);
    uint64_t before = f->ids.n / HASH_BYTES;
    if (!sound || !read || !closed)
        return "check finds faults";
    if (c.known != before)
        return "an entry is lost";
    if (c.all > before + may_add)
        return "it holds more than it should";
    if (must_add && c.all == before)
        return "what was acknowledged is not there";
    return c.all == before && !hash_eq(&state, &f->state) ? "the state is another one" : NULL;
}

/* A new project: sound on its own. */
static const char *wrong_new(const char *path)
{
    struct err err = {0};
    struct record *record;
    if (!record_open(path, STORE_WRITE, fault_kinds, &record, &err))
        return "the new file does not open";
    bool sound = faults_of(record, true) == 0;
    return !record_close(record, &err) || !sound ? "check finds faults in the new file" : NULL;
}

static const char *wrong_files(const struct failing *f, const struct trial *t)
{
    bool done = WEXITSTATUS(t->status) == 0;
    enum effect effect = t->act->effect;
    bool copies = strcmp(t->act->name, "copy") == 0;
    const char *wrong = wrong_record(f, f->scratch.path, done && effect == ADDS, effect == ADDS);
    if (wrong || effect != MAKES)
        return wrong;
    if (!file_exists(f->file))
        return done ? "the new file is not there" : NULL;
    return copies ? wrong_record(f, f->file, false, false) : wrong_new(f->file);
}

/* Where the canary of the withdrawn thing still lies; the other one of the two may stay. */
static uint64_t words_in(const char *path)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    uint64_t n = 0;
    if (!file_exists(path))
        return 0;
    file_take(path, &bytes);
    for (size_t at = 0; at + sizeof canary - 1 <= bytes.n; at++)
        n += memcmp(bytes.at + at, canary, sizeof canary - 1) == 0;
    return n;
}

static const char *wrong_erasure(const struct failing *f, const struct trial *t)
{
    char log[128];
    /* Body, private part and blob of the entry hold the word; one row of the batch does. */
    uint64_t stays = strcmp(t->act->name, "row") == 0 ? 3 : 1;
    if (!t->act->erases || WEXITSTATUS(t->status) != 0)
        return NULL;
    snprintf(log, sizeof log, "%s-wal", f->scratch.path);
    return words_in(f->scratch.path) + words_in(log) > stays ? "the erased word is still there"
                                                             : NULL;
}

static void judge(struct failing *f, struct trial *t)
{
    const char *wrong = wrong_ending(t);
    if (f->loud)
        printf("status %d, reached %d\n%s%s", t->status, t->reached, t->out.at, t->error.at);
    if (!wrong)
        wrong = wrong_erasure(f, t);
    if (!wrong)
        wrong = wrong_files(f, t);
    fault_case(&f->tally, !wrong, "fail_test replay %s %s %llu %s: %s (%.160s)", t->act->name,
               t->class, (unsigned long long)t->n, t->ever ? "ever" : "once", wrong ? wrong : "",
               t->error.at);
}

/* ---- all of them ---------------------------------------------------------------------------- */

static uint64_t next_n(const char *class, uint64_t n)
{
    bool sparse = strcmp(class, "memory") == 0 && n >= MEMORY_EVERY && !in_soak();
    return n + (sparse ? n / 8 : 1);
}

static void run_class(struct failing *f, const struct act *act, const char *class, bool ever)
{
    struct trial t = {.act = act, .class = class, .ever = ever, .out = BUF_INIT, .error = BUF_INIT};
    uint64_t n = 0;
    t.reached = true;
    while (t.reached) {
        t.n = n = n ? next_n(class, n) : 1;
        run(f, &t);
        judge(f, &t);
    }
    printf("%s, %s, %s: up to n = %llu\n", act->name, class, ever ? "ever" : "once",
           (unsigned long long)n);
    fflush(stdout);
    buf_release(&t.out);
    buf_release(&t.error);
}

static int replay(struct failing *f, char **argument)
{
    struct trial t = {.out = BUF_INIT, .error = BUF_INIT, .n = number_or(argument[2], 1)};
    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (strcmp(acts[i].name, argument[0]) == 0)
            t.act = &acts[i];
    t.class = argument[1];
    t.ever = strcmp(argument[3], "ever") == 0;
    f->loud = true;
    if (!t.act)
        give_up("there is no act \"%s\"", argument[0]);
    run(f, &t);
    judge(f, &t);
    buf_release(&t.out);
    buf_release(&t.error);
    scratch_remove(&f->scratch);
    return fault_end(&f->tally);
}

/* The programs lie beside this one. */
static void find_programs(struct failing *f, const char *self)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    char *whole = realpath(self, NULL);
    if (!whole)
        give_up("where is %s?", self);
    file_parent(whole, &folder);
    free(whole);
    snprintf(f->program, sizeof f->program, "%s/driver", folder.at);
    snprintf(f->library, sizeof f->library, "%s/fail.so", folder.at);
}

int main(int argc, char **argv)
{
    static struct failing f = {.project = BUF_INIT, .ids = BUF_INIT};
    find_programs(&f, argv[0]);
    scratch_make(&f.scratch, "fail");
    make_project(&f);
    keep_keys(&f);
    snprintf(f.file, sizeof f.file, "%s/other.allmende", f.scratch.project);
    if (argc == 6 && strcmp(argv[1], "replay") == 0)
        return replay(&f, argv + 2);
    for (size_t a = 0; a < COUNT_OF(acts); a++)
        for (size_t c = 0; c < COUNT_OF(classes); c++)
            for (int ever = 0; ever < 2; ever++)
                run_class(&f, &acts[a], classes[c], ever);
    scratch_remove(&f.scratch);
    printf("%llu runs\n", (unsigned long long)f.runs);
    return fault_end(&f.tally);
}
