/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erase_test: what was taken back is gone from every byte that we wrote.
 *
 *   erase_test [WITHDRAWALS [SEED]]      500 of seed 1, unless said otherwise
 *
 * Entries carry a word of their own (a canary) in body, private part and blob, models made with
 * them another, rows of a batch one each. After each withdrawal its words are searched in every
 * file of the project's folder, among them the write-ahead log, and of the folder for temporary
 * files. That a word is found before shows that the search can find.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "learn/rng.h"
#include "record/withdraw.h"

enum { A_PROJECT = 250, LINES = 8, CANARY = 32, BLOB_MAX = 200000 };

struct erasing {
    struct scratch scratch;
    struct record *record;
    struct tally tally;
    uint64_t seed;
    uint64_t at; /* number of the withdrawal */
    uint64_t found_before;
};

/* The word of one place: 24 hex digits that occur nowhere else. */
static struct str canary_of(const struct erasing *e, uint64_t place, char ret[CANARY])
{
    int n = snprintf(ret, CANARY, "C%012llx%011llx",
                     (unsigned long long)(rng_u64(e->seed, place, 2 * e->at) >> 16),
                     (unsigned long long)(rng_u64(e->seed, place, 2 * e->at + 1) >> 20));
    return (struct str){ret, (size_t)n};
}

/* In how many files of a folder does the word stand? */
static uint64_t holders_in(const char *folder, struct str word)
{
    DIR *open_folder = opendir(folder);
    uint64_t n = 0;
    if (!open_folder)
        give_up("cannot look into %s", folder);
    for (struct dirent *e; (e = readdir(open_folder)) != NULL;) {
        char path[512];
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        n += file_holds(path, word);
    }
    closedir(open_folder);
    return n;
}

static uint64_t holders(const struct erasing *e, uint64_t place)
{
    char word[CANARY];
    struct str canary = canary_of(e, place, word);
    return holders_in(e->scratch.project, canary) + holders_in(getenv("TMPDIR"), canary);
}

/* Bytes of a random size full of the word, with a little noise in between. */
static void fill_blob(const struct erasing *e, uint64_t place, struct buf *out)
{
    char word[CANARY];
    struct str canary = canary_of(e, place, word);
    size_t n = (size_t)rng_below(e->seed, 100, e->at * 8 + place, 12);
    n = n == 11 ? BLOB_MAX : 40 + n * n * 60;
    while (out->n < n) {
        buf_str(out, canary);
        buf_printf(out, " %zu ", out->n);
    }
}

static struct hash add_note(struct erasing *e, uint64_t place, const struct hash *of)
{
    CLEANUP(buf_release) struct buf blob = BUF_INIT;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    char private[CANARY];
    char word[CANARY];
    struct err err = {0};
    struct hash id;
    fill_blob(e, place + 2, &blob);
    /* The body of a model stays: only its bytes go with the item that it was made with. */
    buf_str(&text, of ? STR("model") : canary_of(e, place, word));
    canary_of(e, place + 1, private);
    const struct note note = {text.at, of ? NULL : private, buf_view(&blob), of};
    if (!note_append(e->record, &note, &id, &err))
        give_up("append: %s", err.what);
    return id;
}

static void judge(struct erasing *e, const char *what, bool done, const struct err *err)
{
    uint64_t left = 0;
    for (uint64_t place = 0; place < LINES; place++)
        left += holders(e, place);
    fault_case(&e->tally, done && left == 0,
               "withdrawal %llu (%s, seed %llu): %llu words are left in files; %s",
               (unsigned long long)e->at, what, (unsigned long long)e->seed,
               (unsigned long long)left, done ? "said to be erased" : err->what);
}

/* An entry, and a model made with it. */
static void take_back_entry(struct erasing *e)
{
    struct err err = {0};
    struct withdrawal w = {.erased = false};
    struct hash id = add_note(e, 0, NULL);
    add_note(e, 3, &id);
    e->found_before += holders(e, 0) > 0 && holders(e, 1) > 0 && holders(e, 2) > 0;
    bool done = withdraw_entry(e->record, &id, &w, &err) && w.erased && w.models_gone == 1;
    judge(e, "entry", done, &err);
}

/* A batch of lines that loses them one by one, in a random order; each is a withdrawal. */
static uint64_t take_back_items(struct erasing *e)
{
    CLEANUP(buf_release) struct buf blob = BUF_INIT;
    struct err err = {0};
    struct hash id;
    uint64_t line[LINES];
    for (uint64_t i = 0; i < LINES; i++) {
        char word[CANARY];
        buf_str(&blob, canary_of(e, i, word));
        buf_char(&blob, '\n');
        line[i] = i + 1;
    }
    const struct note note = {"batch", NULL, buf_view(&blob), NULL};
    if (!note_append(e->record, &note, &id, &err))
        give_up("append: %s", err.what);
    e->found_before += holders(e, 0) > 0;
    for (uint64_t i = 0; i < LINES; i++) {
        struct withdrawal w = {.erased = false};
        uint64_t j = i + rng_below(e->seed, 200 + i, e->at, LINES - i);
        uint64_t position = line[j];
        line[j] = line[i];
        const struct withdraw_items items = {id, &position, 1, lines_empty};
        bool done = withdraw_items(e->record, &items, &w, &err) && w.erased;
        uint64_t left = holders(e, position - 1);
        fault_case(&e->tally, done && left == 0,
                   "withdrawal %llu (row %llu of a batch, seed %llu): its word is left; %s",
                   (unsigned long long)(e->at + i), (unsigned long long)position,
                   (unsigned long long)e->seed, done ? "said to be erased" : err.what);
    }
    return LINES;
}

/* One project, so many withdrawals; now and then between sessions, with the log gone. */
static void run_project(struct erasing *e, uint64_t n)
{
    uint64_t rounds = 0;
    uint64_t end = e->at + n;
    e->found_before = 0;
    scratch_make(&e->scratch, "erase");
    e->record = scratch_project(&e->scratch);
    while (e->at < end) {
        rounds++;
        if (rng_below(e->seed, 300, e->at, 9) == 0) {
            e->at += take_back_items(e);
        } else {
            take_back_entry(e);
            e->at++;
        }
        if (rng_below(e->seed, 400, rounds, 10) == 0) {
            scratch_close(e->record);
            e->record = scratch_open(e->scratch.path);
        }
    }
    fault_case(&e->tally, e->found_before == rounds, "the search finds only %llu of %llu words",
               (unsigned long long)e->found_before, (unsigned long long)rounds);
    fault_case(&e->tally, faults_of(e->record, true) == 0, "check finds faults after all that");
    scratch_close(e->record);
    scratch_remove(&e->scratch);
}

int main(int argc, char **argv)
{
    struct erasing e = {.seed = number_or(argc > 2 ? argv[2] : NULL, 1)};
    uint64_t n = number_or(argc > 1 ? argv[1] : NULL, in_soak() ? 10000 : 500);
    while (e.at < n)
        run_project(&e, n - e.at < A_PROJECT ? n - e.at : A_PROJECT);
    printf("%llu withdrawals, seed %llu\n", (unsigned long long)e.at, (unsigned long long)e.seed);
    return fault_end(&e.tally);
}
