/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* realpath */
#include "acts.h"

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
#include "base/mem.h"
#include "kinds.h"

enum { KEYS = 4, STAGES = 2, REPORT_FD = 9, OUTPUT_MAX = 1 << 16 };

/* Entries that acts name. */
enum { ACTS_MAX = 64, NAMED = 10, INPUTS = 4 };
static const char *const named[NAMED] = {"ENTRY", "BATCH",   "GUESS",       "SEEN",      "OPEN",
                                         "DOTS",  "DECIDED", "OBSERVATION", "GUIDELINE", "ERROR"};

struct kept_file {
    char path[256];
    struct buf bytes;
};

/* A project before an act: a small one, and for plain acts one in which more was done. */
struct stage {
    struct buf project; /* the file */
    struct hash state;
    struct buf ids;               /* of the entries */
    char id[NAMED][HASH_HEX + 1]; /* (NAMED) */
};

struct workshop {
    struct scratch scratch;
    struct stage stage[STAGES];
    struct stage *now;
    struct kept_file key[KEYS];
    size_t key_n;
    uint64_t adds[ACTS_MAX]; /* entries, by act */
    bool large;              /* of the act under way */
    const char *who;
    char program[512];
    char library[512];
    char file[128];
    char table[128];
    char input[INPUTS][128];
    char public[128];
    char kept[128]; /* a published folder, beside the scratch folder */
};

void ended_release(struct ended *ended)
{
    buf_release(&ended->out);
    buf_release(&ended->error);
}

/* ---- starting and ending -------------------------------------------------------------------- */

static int scratch_fd(const struct workshop *w, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", w->scratch.folder, name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        give_up("cannot make %s", path);
    return fd;
}

static void drain(const struct workshop *w, const char *name, struct buf *out)
{
    int fd = scratch_fd(w, name);
    buf_clear(out);
    buf_reserve(out, OUTPUT_MAX);
    ssize_t n = read(fd, out->at, OUTPUT_MAX);
    out->n = n > 0 ? (size_t)n : 0;
    out->at[out->n] = '\0';
    close(fd);
}

static pid_t spawn(struct workshop *w, const char *const *words, const char *plan)
{
    static const char *const names[] = {"out", "error", "report"};
    static const int targets[] = {STDOUT_FILENO, STDERR_FILENO, REPORT_FD};
    char preload[600];
    char fail[64];
    char config[160];
    char large[32];
    char *environment[] = {config, (char[]){"PATH=/usr/bin:/bin"}, large, preload, fail, NULL};
    char *copy[ACT_WORDS + 8] = {NULL};
    int fd[COUNT_OF(names)];
    pid_t child;
    posix_spawn_file_actions_t actions;
    for (size_t n = 0; words[n]; n++)
        memcpy(&copy[n], &words[n], sizeof copy[n]);
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", getenv("XDG_CONFIG_HOME"));
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", w->library);
    snprintf(fail, sizeof fail, "ALLMENDE_FAIL=%s", plan ? plan : "");
    snprintf(large, sizeof large, "ALLMENDE_LARGE_BYTES=%s", w->large ? "1" : "");
    if (!plan)
        environment[3] = NULL;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        fd[i] = scratch_fd(w, names[i]);
        if (ftruncate(fd[i], 0) != 0)
            give_up("cannot empty %s", names[i]);
        posix_spawn_file_actions_adddup2(&actions, fd[i], targets[i]);
    }
    if (posix_spawn(&child, w->program, &actions, NULL, copy, environment) != 0)
        give_up("cannot start %s", w->program);
    posix_spawn_file_actions_destroy(&actions);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        close(fd[i]);
    return child;
}

void workshop_wait(struct workshop *w, pid_t child, struct ended *ret)
{
    CLEANUP(buf_release) struct buf report = BUF_INIT;
    while (waitpid(child, &ret->status, 0) < 0)
        if (errno != EINTR)
            give_up("waitpid failed");
    drain(w, "out", &ret->out);
    drain(w, "error", &ret->error);
    drain(w, "report", &report);
    ret->reached = report.n > 0;
}

/* Eight sites with three rows each; the word stands in the second. */
static void write_table(const struct workshop *w, int year, const char *word)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    buf_text(&text, "site,year,days,species,note\n");
    for (int row = 0; row < 24; row++)
        buf_printf(&text, "site %d,%d,%d,%s,%s\n", row / 3, year, 10 + row % 3 * 7,
                   row % 3 ? "dipper" : "heron", row == 1 ? word : "");
    file_put(w->table, buf_view(&text));
}

/* Other files that acts read. */
static const struct {
    const char *word;
    const char *name;
    const char *text;
} inputs[INPUTS] = {
    {"FORM", "walk.form", "form walk\ntext site required\nnumber n min 0\n"},
    {"NEXT", "next.form", "form walk\ntext site required\nnumber n min 0\nnumber depth\n"},
    {"PAIRS", "pairs.csv", "item,answer\ni1,tit\ni2,wren\ni3,tit\n"},
    {"TRIPLES", "triples.csv", "item,person,answer\nx1,P1,tit\nx1,P2,tit\nx2,P1,wren\n"},
};

static void put_back(struct workshop *w)
{
    static const char *const below[] = {"project", "config", "tmp"};
    struct err err = {0};
    scratch_remove(&w->scratch);
    for (size_t i = 0; i < COUNT_OF(below); i++) {
        char folder[128];
        snprintf(folder, sizeof folder, "%s/%s", w->scratch.folder, below[i]);
        if (!file_folder(folder, 0700, &err))
            give_up("%s", err.what);
    }
    if (w->now->project.n)
        file_put(w->scratch.path, buf_view(&w->now->project));
    write_table(w, 2004, "nothing");
    for (size_t i = 0; i < COUNT_OF(inputs); i++)
        file_put(w->input[i], str_of(inputs[i].text));
    for (size_t i = 0; i < w->key_n; i++) {
        CLEANUP(buf_release) struct buf folder = BUF_INIT;
        file_parent(w->key[i].path, &folder);
        if (!file_folder(folder.at, 0700, &err))
            give_up("%s", err.what);
        file_put(w->key[i].path, buf_view(&w->key[i].bytes));
        chmod(w->key[i].path, 0600);
    }
}

static const char *meaning(const struct workshop *w, const char *word)
{
    const struct {
        const char *word;
        const char *text;
    } paths[] = {
        {"FILE", w->file}, {"FOLDER", w->public}, {"TABLE", w->table}, {"PUBLIC", w->kept}};
    for (size_t i = 0; i < COUNT_OF(paths); i++)
        if (strcmp(word, paths[i].word) == 0)
            return paths[i].text;
    for (size_t i = 0; i < INPUTS; i++)
        if (strcmp(word, inputs[i].word) == 0)
            return w->input[i];
    for (size_t i = 0; i < NAMED; i++)
        if (strcmp(word, named[i]) == 0)
            return w->now->id[i];
    return word;
}

static pid_t start(struct workshop *w, const char *const *act, bool json, const char *plan)
{
    const char *words[ACT_WORDS + 8] = {w->program, "-p", w->scratch.path, "--as", w->who};
    size_t n = 5;
    if (json)
        words[n++] = "--json";
    for (size_t i = 0; i < ACT_WORDS && act[i]; i++)
        words[n++] = meaning(w, act[i]);
    return spawn(w, words, plan);
}

pid_t workshop_start(struct workshop *w, const struct act *act, bool json, const char *plan)
{
    w->now = &w->stage[act->plain];
    put_back(w);
    w->large = act->large;
    return start(w, act->words, json, plan);
}

/* ---- the project before --------------------------------------------------------------------- */

/* One step of making the project; ret: the id that it printed, or NULL. */
static void make_step(struct workshop *w, const char *const *words, char *ret)
{
    struct ended ended = {.out = BUF_INIT, .error = BUF_INIT};
    workshop_wait(w, start(w, words, true, NULL), &ended);
    if (ended.status != 0)
        give_up("%s %s: %s", words[0], words[1] ? words[1] : "", ended.error.at);
    CLEANUP(json_release) json_t *result = json_loads(ended.out.at, 0, NULL);
    const char *id = json_text(result, "id");
    if (!id) /* of the first error in a list of them */
        id = json_text(json_array_get(json_object_get(result, "list"), 0), "item");
    if (ret && id)
        snprintf(ret, HASH_HEX + 1, "%s", id);
    ended_release(&ended);
}

/* A step of making the project. */
struct step {
    const char *words[ACT_WORDS];
    const char *names; /* what acts call the entry that it makes, or NULL */
    const char *table; /* the word in the table that is imported, or NULL */
    const char *who;   /* NULL: Ada */
};

/* A model that always gives the same answer, and so errs. */
enum { FIRST_STEPS = 2 };
static const struct step early[] = {
    {.words = {"new", "PROJECT", "--title", "Bach", "--name", "Ada"}},
    {.words = {"member", "add", "Ben"}},
    {.words = {"ask", "add", "Shall we go?"}, .names = "OPEN"},
    {.words = {"ask", "add", "Where to?"}, .names = "DOTS"},
    {.words = {"ask", "call", "DOTS", "--closes", "2099-12-01", "--method", "dots", "--option",
               "weir", "--option", "mill", "--dots", "3"}},
    {.words = {"ask", "add", "Is it enough?"}, .names = "DECIDED"},
    {.words = {"ask", "decide", "DECIDED", "--outcome", "stop"}},
    {.words = {"form", "add", "FORM"}},
    {.words = {"collect", "add", "walk", "site=mill", "n=2"}, .names = "OBSERVATION"},
    {.words = {"collect", "import", "PAIRS", "--table", "photos"}},
    {.words = {"label", "guideline", "Which bird?", "--choice", "tit", "--choice", "wren",
               "--table", "photos", "--column", "item", "--enough", "2"},
     .names = "GUIDELINE"},
    {.words = {"label", "add", "GUIDELINE", "i1", "tit"}},
    {.words = {"label", "add", "GUIDELINE", "i1", "wren"}, .who = "Ben"},
    {.words = {"label", "add", "GUIDELINE", "i2", "wren"}},
    {.words = {"collect", "import", "TABLE", "--table", "seen", "--group", "site"},
     .table = "other"},
    {.words = {"hypothesis", "add", "Always", "--table", "seen", "--measure", "accuracy",
               "--target", "species", "--features", "year", "--group", "site", "--at-least", "0.5"},
     .names = "SEEN"},
    {.words = {"hypothesis", "freeze", "SEEN"}},
    {.words = {"train", "SEEN"}},
    {.words = {"evaluate", "SEEN", "--open"}},
    {.words = {"review", "list", "SEEN"}, .names = "ERROR"},
    {.words = {"publish", "FOLDER"}},
};

static const struct step late[] = {
    {.words = {"ask", "add", "Can we tell them apart?", "--affected", "the village"}},
    {.words = {"ask", "position", "last", "agree"}},
    {.words = {"collect", "import", "TABLE", "--group", "site"},
     .names = "BATCH",
     .table = "CANARY-row"},
    {.words = {"collect", "import", "TABLE", "--group", "site"},
     .names = "ENTRY",
     .table = "CANARY-all"},
    {.words = {"hypothesis", "add", "We can", "--measure", "accuracy", "--target", "species",
               "--features", "days", "--group", "site", "--at-least", "0.5"},
     .names = "GUESS"},
    {.words = {"hypothesis", "freeze", "last"}},
    {.words = {"train", "GUESS"}},
    {.words = {"hypothesis", "add", "It is shorter", "--measure", "slope", "--target", "days",
               "--by", "year", "--at-most", "-1"}},
};

static void make_steps(struct workshop *w, const struct step *steps, size_t n, int year)
{
    for (size_t i = 0; i < n; i++) {
        const char *words[ACT_WORDS];
        char *ret = NULL;
        memcpy(words, steps[i].words, sizeof words);
        if (strcmp(words[1], "PROJECT") == 0)
            words[1] = w->scratch.path;
        for (size_t k = 0; steps[i].names && k < NAMED; k++)
            if (strcmp(steps[i].names, named[k]) == 0)
                ret = w->now->id[k];
        if (steps[i].table)
            write_table(w, year + (int)i, steps[i].table);
        w->who = steps[i].who ? steps[i].who : "Ada";
        make_step(w, words, ret);
    }
    w->who = "Ada";
}

/* The small project, or the one with all that is early. */
static void make_project(struct workshop *w, bool more)
{
    put_back(w);
    make_steps(w, early, more ? COUNT_OF(early) : FIRST_STEPS, 1960);
    if (more && rename(w->public, w->kept) != 0)
        give_up("cannot keep %s", w->public);
    make_steps(w, late, COUNT_OF(late), 2000);
}

static bool keep_id(void *context, const struct entry *entry, struct err *err)
{
    (void)err;
    buf_add(context, entry->id.at, HASH_BYTES);
    return true;
}

static void forget_keys(struct workshop *w)
{
    for (size_t i = 0; i < w->key_n; i++)
        buf_release(&w->key[i].bytes);
    w->key_n = 0;
}

/* Keep all files as they are now, to put them back before each act. */
static void keep(struct workshop *w)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    struct err err = {0};
    struct record *record;
    if (!record_open(w->scratch.path, STORE_READ, kinds, &record, &err) ||
        !record_each(record, false, keep_id, &w->now->ids, &err) ||
        !store_state(record_store(record), &w->now->state, &err) || !record_close(record, &err) ||
        !file_list(getenv("XDG_CONFIG_HOME"), KEYS, &names, &err))
        give_up("%s", err.what);
    file_take(w->scratch.path, &w->now->project);
    forget_keys(w);
    for (const char *name = names.at; name < names.at + names.n; name += strlen(name) + 1) {
        struct kept_file *key = &w->key[w->key_n++];
        key->bytes = (struct buf)BUF_INIT;
        snprintf(key->path, sizeof key->path, "%s/%s", getenv("XDG_CONFIG_HOME"), name);
        file_take(key->path, &key->bytes);
    }
}

/* The program lies in the folder above this one's, the library beside. */
static void find_programs(struct workshop *w, const char *self)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    char *whole = realpath(self, NULL);
    if (!whole)
        give_up("where is %s?", self);
    file_parent(whole, &folder);
    free(whole);
    snprintf(w->program, sizeof w->program, "%s/../allmende", folder.at);
    snprintf(w->library, sizeof w->library, "%s/fail.so", folder.at);
}

/* ---- the files afterwards ------------------------------------------------------------------- */

struct found {
    const struct buf *before;
    uint64_t known;
    uint64_t all;
    struct hash state;
};

static bool count_entry(void *context, const struct entry *entry, struct err *err)
{
    struct found *found = context;
    (void)err;
    found->all++;
    for (size_t at = 0; at < found->before->n; at += HASH_BYTES)
        found->known += memcmp(found->before->at + at, entry->id.at, HASH_BYTES) == 0;
    return true;
}

static const char *look(const struct workshop *w, const char *path, struct found *ret)
{
    struct err err = {0};
    struct record *record;
    *ret = (struct found){.before = &w->now->ids};
    if (!record_open(path, STORE_WRITE, kinds, &record, &err))
        return "the file does not open";
    bool sound = faults_of(record, true) == 0;
    bool read = record_each(record, true, count_entry, ret, &err) &&
                store_state(record_store(record), &ret->state, &err);
    return record_close(record, &err) && sound && read ? NULL : "check finds faults";
}

/* Do the act once, undisturbed: how many entries does it add? */
static uint64_t adds_of(struct workshop *w, const struct act *act)
{
    struct ended ended = {.out = BUF_INIT, .error = BUF_INIT};
    struct found found;
    workshop_wait(w, workshop_start(w, act, true, NULL), &ended);
    const char *wrong = look(w, w->scratch.path, &found);
    if (ended.status != 0 || wrong)
        give_up("%s, undisturbed: %s %s", act->name, wrong ? wrong : "", ended.error.at);
    ended_release(&ended);
    return found.all - w->now->ids.n / HASH_BYTES;
}

struct workshop *workshop_make(const char *name, const char *self)
{
    struct workshop *w = mem_get(1, sizeof *w);
    for (size_t i = 0; i < STAGES; i++)
        w->stage[i].project = w->stage[i].ids = (struct buf)BUF_INIT;
    find_programs(w, self);
    scratch_make(&w->scratch, name);
    snprintf(w->file, sizeof w->file, "%s/other.allmende", w->scratch.project);
    snprintf(w->public, sizeof w->public, "%s/public", w->scratch.project);
    snprintf(w->table, sizeof w->table, "%s/table.csv", w->scratch.folder);
    snprintf(w->kept, sizeof w->kept, "%s-kept", w->scratch.folder);
    for (size_t i = 0; i < INPUTS; i++)
        snprintf(w->input[i], sizeof w->input[i], "%s/%s", w->scratch.folder, inputs[i].name);
    for (size_t i = 0; i < STAGES; i++) {
        w->now = &w->stage[i];
        make_project(w, i > 0);
        keep(w);
    }
    for (size_t i = 0; acts[i].name; i++) {
        if (i == ACTS_MAX)
            give_up("there are more than %d acts", ACTS_MAX);
        w->adds[i] = adds_of(w, &acts[i]);
    }
    return w;
}

const char *workshop_project(struct workshop *w)
{
    w->now = &w->stage[0];
    put_back(w);
    return w->scratch.path;
}

void workshop_free(struct workshop *w)
{
    scratch_remove(&w->scratch);
    file_remove_folder(w->kept);
    for (size_t i = 0; i < STAGES; i++) {
        buf_release(&w->stage[i].project);
        buf_release(&w->stage[i].ids);
    }
    forget_keys(w);
    free(w);
}

static const char *wrong_record(struct workshop *w, const struct act *act, bool done)
{
    uint64_t adds = w->adds[act - acts];
    struct found found;
    uint64_t before = w->now->ids.n / HASH_BYTES;
    const char *wrong = look(w, w->scratch.path, &found);
    if (wrong)
        return wrong;
    if (found.known != before)
        return "an entry is lost";
    if (found.all > before + adds ||
        (found.all > before && found.all < before + adds && !act->in_steps))
        return "the act is there in part";
    if (done && found.all != before + adds)
        return "what was acknowledged is not there";
    return found.all == before && !hash_eq(&found.state, &w->now->state)
               ? "the state is another one"
               : NULL;
}

/* A receipt is there whole, with its signature, or not at all. */
static const char *wrong_receipt(struct workshop *w)
{
    static const char *const words[ACT_WORDS] = {"verify", "--check-receipt", "FILE"};
    struct ended ended = {.out = BUF_INIT, .error = BUF_INIT};
    workshop_wait(w, start(w, words, false, NULL), &ended);
    ended_release(&ended);
    return ended.status == 0 ? NULL : "the receipt is not whole";
}

static const char *wrong_file(struct workshop *w, const struct act *act, bool done)
{
    struct found found;
    if (!file_exists(w->file))
        return done ? "the new file is not there" : NULL;
    if (act->signs)
        return wrong_receipt(w);
    const char *wrong = look(w, w->file, &found);
    if (wrong || strcmp(act->name, "copy") != 0)
        return wrong;
    return hash_eq(&found.state, &w->now->state) ? NULL : "the copy is not the same";
}

/* `verify` re-trains and compares all that it says. */
static const char *wrong_folder(struct workshop *w, bool done)
{
    static const char *const words[ACT_WORDS] = {"verify", "FOLDER"};
    struct ended ended = {.out = BUF_INIT, .error = BUF_INIT};
    if (!file_exists(w->public))
        return done ? "the folder is not there" : NULL;
    workshop_wait(w, start(w, words, false, NULL), &ended);
    if (ended.status != 0)
        printf("%s", ended.error.at);
    ended_release(&ended);
    return ended.status == 0 ? NULL : "verify finds the folder wrong";
}

const char *workshop_wrong(struct workshop *w, const struct act *act, bool done)
{
    char log[128];
    snprintf(log, sizeof log, "%s-wal", w->scratch.path);
    if (done && act->erases &&
        (file_holds(w->scratch.path, str_of(act->erases)) || file_holds(log, str_of(act->erases))))
        return "the erased word is still there";
    const char *wrong = wrong_record(w, act, done);
    if (!wrong && act->publishes)
        wrong = wrong_folder(w, done);
    return wrong || !act->makes ? wrong : wrong_file(w, act, done);
}
