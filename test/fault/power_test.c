/* SPDX-License-Identifier: GPL-3.0-or-later */
/* power_test: the power goes at any moment, and nothing that was acknowledged is lost.
 *
 *   power_test [STATES [SEED]]              200,000 (soak: 2,000,000) states from seed 1 on
 *   power_test replay SEED OP MODE STATE    one state again, with what check says
 *
 * Each workload (one a seed) makes a project on a disk in memory (crash_vfs.h), then writes notes,
 * blobs up to 2.5 MiB, members, withdrawals, rebuilds, checkpoints, and closes and opens it in
 * between. After each step that was acknowledged, the whole file is judged once, thoroughly
 * (record_check, every entry with body and blob), and kept as a picture. Then the power is cut
 * after every operation on the disk, in all modes. Each time the project must open, and once opened
 * and closed, the file must equal, byte for byte, the picture after the last acknowledged step or,
 * where a step was under way, the one after that. So no entry is lost, none is there in part, and
 * nothing else came in. Before the first acknowledgement no file may be there, or the whole one.
 *
 * Left out of the comparison are two counters in SQLite's header, bytes 24 to 27 and 92 to 95: how
 * often the file was written. Where a large entry was cut off in the step from log to journal or
 * back (store_large.c), opening the file takes that step once more or once less.
 *
 * A withdrawal writes twice: what it takes back, and then the whole file anew. A file that is
 * caught between the two must be sound and have the state after the step; its bytes are its own.
 *
 * A copy is made as well: it is absent or sound, and there once it was acknowledged.
 *
 * Erased is erased: from the moment a withdrawal is acknowledged, no cut can bring its word back,
 * because neither what is safe nor what is pending holds it, in no file of the project (a copy
 * may).
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash_vfs.h"
#include "fault.h"
#include "learn/rng.h"
#include "record/member.h"
#include "record/withdraw.h"

enum {
    STEPS = 36,
    WORD = 32,
    BULK_RUN = 64,  /* longer runs of writes without a sync are thinned … */
    BULK_EACH = 24, /* … to one cut in so many operations */
    LARGE = 8000,   /* bytes from which on an entry is written as a large one: about half of them */
    SAMPLE = 1000,  /* one state in so many is checked in full as well */
    COPY_SAMPLE = 8, /* one look at a copy in so many is such a check */
    FAILURES_MAX = 20,
    BETWEEN_SAMPLE = 20
};

static const char *const mode_name[CRASH_MODES] = {"drop", "keep", "prefix", "sectors"};

/* One acknowledged step. */
struct step {
    uint64_t mark;       /* operations on the disk when it was acknowledged */
    struct image *after; /* the file, opened and closed */
    struct hash state;   /* the hash of its derived tables */
    char erased[WORD];   /* the word that is gone since, or empty */
    bool copied;         /* it made the copy, which is there since */
};

struct written {
    struct hash id;
    char word[WORD];
    bool batch;
    bool gone; /* withdrawn, as a whole or by rows */
    size_t since;
};

struct power {
    uint64_t between; /* states between the two writes of a withdrawal */
    struct scratch scratch;
    char copy[112];
    struct record *record;
    uint64_t seed;
    struct step step[STEPS];
    size_t step_n;
    struct written written[STEPS];
    size_t written_n;
    uint64_t states[CRASH_MODES];
    uint64_t failed[CRASH_MODES];
    uint64_t sampled;
    uint64_t whole_checks;
    bool loud;
};

static uint64_t choose(const struct power *p, uint64_t what, uint64_t below)
{
    return rng_below(p->seed, what, p->step_n, below);
}

/* ---- numbers that are the same in each run -----------------------------------------------------
 */

/* Keys and salts come from here, so that a state can be made again. */
static const char *random_name(void)
{
    return "counted";
}

static struct {
    uint64_t seed;
    uint64_t at;
} counter;

static uint32_t random_word(void)
{
    return (uint32_t)rng_u64(counter.seed, 1, counter.at++);
}

static void random_bytes(void *const at, const size_t n)
{
    unsigned char *byte = at;
    for (size_t i = 0; i < n; i++)
        byte[i] = (unsigned char)random_word();
}

/* ---- the workload --------------------------------------------------------------------------- */

static void write_note(struct power *p, size_t blob_bytes, bool batch)
{
    CLEANUP(buf_release) struct buf blob = BUF_INIT;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct written *w = &p->written[p->written_n++];
    struct err err = {0};
    snprintf(w->word, sizeof w->word, "CANARY-%llu-%zu-", (unsigned long long)p->seed,
             p->written_n);
    while (blob.n < blob_bytes)
        buf_printf(&blob, "%s%llx%c", w->word,
                   (unsigned long long)rng_u64(p->seed, p->written_n, blob.n), batch ? '\n' : ' ');
    buf_printf(&text, "%s note", batch ? "batch" : w->word);
    struct note note = {text.at, p->written_n % 2 ? w->word : NULL, {NULL, 0}, NULL};
    if (blob_bytes)
        note.blob = buf_view(&blob);
    if (batch)
        note.private = NULL;
    w->batch = batch;
    w->since = p->step_n;
    if (!note_append(p->record, &note, &w->id, &err))
        give_up("append: %s", err.what);
}

/* Take back all rows of a batch at once, or a whole entry; nothing, if there is nothing. */
static void take_back(struct power *p, struct step *step)
{
    struct err err = {0};
    struct withdrawal result;
    uint64_t at = choose(p, 3, p->written_n ? p->written_n : 1);
    struct written *w = &p->written[at];
    if (p->written_n == 0 || w->gone)
        return;
    uint64_t rows[1000]; /* more than a batch has */
    for (uint64_t i = 0; i < COUNT_OF(rows); i++)
        rows[i] = i + 1;
    const struct withdraw_items items = {w->id, rows, COUNT_OF(rows), lines_empty};
    bool done = w->batch ? withdraw_items(p->record, &items, &result, &err)
                         : withdraw_entry(p->record, &w->id, &result, &err);
    if (!done || !result.erased)
        give_up("withdraw: %s", err.what);
    w->gone = true;
    memcpy(step->erased, w->word, sizeof w->word);
}

static void reopen(struct power *p)
{
    scratch_close(p->record);
    p->record = scratch_open(p->scratch.path);
}

static void write_member(struct power *p)
{
    char name[WORD];
    struct device device;
    struct err err = {0};
    snprintf(name, sizeof name, "Member %zu", p->step_n);
    if (!member_add(p->record, &(struct member_draft){.name = name, .in_charge = p->step_n % 2},
                    &device, &err))
        give_up("member: %s", err.what);
}

/* Once a workload, and not too early. */
static bool write_copy(struct power *p, struct step *step, struct err *err)
{
    step->copied = true;
    return store_copy(record_store(p->record), p->copy, err);
}

static void do_step(struct power *p, struct step *step)
{
    struct err err = {0};
    uint64_t what = choose(p, 1, 16);
    bool done = true;
    if (p->step_n == 0)
        p->record = scratch_project(&p->scratch);
    else if (p->step_n == STEPS - 3)
        write_note(p, (size_t)2621440, false);
    else if (p->step_n == STEPS / 3)
        done = write_copy(p, step, &err);
    else if (what < 5)
        write_note(p, 0, false);
    else if (what < 8)
        write_note(p, 5120 + (size_t)choose(p, 2, 3) * 9000, false);
    else if (what < 9)
        write_note(p, 6000, true);
    else if (what < 10)
        write_member(p);
    else if (what < 13)
        take_back(p, step);
    else if (what < 14)
        done = record_rebuild(p->record, &err);
    else if (what < 15)
        done = store_checkpoint(record_store(p->record), &err);
    else
        reopen(p);
    if (!done)
        give_up("step: %s", err.what);
    step->mark = crash_ops();
}

/* ---- pictures of sound states --------------------------------------------------------------- */

/* Everything acknowledged up to and with this step is there in full. */
static bool all_there(struct power *p, struct record *record, size_t steps)
{
    struct err err = {0};
    for (size_t i = 0; i < p->written_n; i++) {
        const struct written *w = &p->written[i];
        CLEANUP(arena_release) struct arena arena = {NULL};
        CLEANUP(buf_release) struct buf blob = BUF_INIT;
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (w->since >= steps)
            continue;
        if (!record_entry(record, &w->id, &arena, &entry, &err))
            return false;
        if (entry.presence == BODY_WITHDRAWN && w->gone)
            continue;
        if (entry.presence != BODY_PRESENT)
            return false;
        if (entry.header.blob_n && !record_blob(record, &w->id, 0, 1 << 30, &blob, &err))
            return false;
    }
    return true;
}

/* The file on the disk that SQLite sees now, without the two counters. */
static struct image *image_of_project(const struct power *p)
{
    static const unsigned char none[4];
    struct image *image = crash_image_of(p->scratch.path);
    if (image && image->bytes >= 100) {
        image_write(image, 24, none, sizeof none);
        image_write(image, 92, none, sizeof none);
    }
    return image;
}

/* Judge the file as it is after `steps` acknowledged steps and keep its picture. */
static void picture(struct power *p, struct step *step, size_t steps)
{
    struct err err = {0};
    struct record *record;
    if (!record_open(p->scratch.path, STORE_WRITE, fault_kinds(), &record, &err))
        give_up("seed %llu, step %zu: %s", (unsigned long long)p->seed, steps, err.what);
    if (faults_of(record, true) != 0 || !all_there(p, record, steps))
        give_up("seed %llu, step %zu: not sound without any cut", (unsigned long long)p->seed,
                steps);
    p->whole_checks++;
    if (!store_state(record_store(record), &step->state, &err))
        give_up("state: %s", err.what);
    scratch_close(record);
    step->after = image_of_project(p);
}

static void take_pictures(struct power *p)
{
    struct crash_walk *walk = crash_walk_begin();
    uint64_t at = 0;
    for (size_t i = 0; i < p->step_n; i++) {
        while (at < p->step[i].mark) {
            crash_walk_step(walk);
            at++;
        }
        crash_cut(walk, CRASH_KEEP, p->seed, 0);
        picture(p, &p->step[i], i + 1);
        crash_mend();
    }
    crash_walk_free(walk);
}

static void run_workload(struct power *p)
{
    crash_reset();
    counter.seed = p->seed;
    counter.at = 0;
    p->step_n = 0;
    p->written_n = 0;
    while (p->step_n < STEPS) {
        struct step *step = &p->step[p->step_n];
        *step = (struct step){.mark = 0};
        do_step(p, step);
        p->step_n++;
    }
    scratch_close(p->record);
    take_pictures(p);
}

/* ---- states --------------------------------------------------------------------------------- */

static size_t acknowledged(const struct power *p, uint64_t op)
{
    size_t n = 0;
    while (n < p->step_n && p->step[n].mark <= op)
        n++;
    return n;
}

/* Taken back, but not yet written anew: sound, and the same project as after the step. */
static bool between_two_writes(struct power *p, size_t steps, bool in_full, struct err *err)
{
    struct record *record;
    struct hash state;
    if (steps == p->step_n || p->step[steps].erased[0] == '\0')
        return false;
    if (!record_open(p->scratch.path, STORE_WRITE, fault_kinds(), &record, err))
        return false;
    bool same = store_state(record_store(record), &state, err) &&
                hash_eq(&state, &p->step[steps].state) && all_there(p, record, steps) &&
                (!in_full || faults_of(record, true) == 0);
    return record_close(record, err) && same;
}

/* NULL: fine; else what is wrong with the disk that SQLite sees now. */
static const char *judge(struct power *p, size_t steps, bool in_full, struct err *err)
{
    struct record *record;
    const char *wrong = NULL;
    if (!crash_has(p->scratch.path))
        return steps ? "the project is gone" : NULL;
    if (!record_open(p->scratch.path, STORE_WRITE, fault_kinds(), &record, err))
        return "it cannot be opened";
    if (in_full && (faults_of(record, true) != 0 || !all_there(p, record, steps)))
        wrong = "check finds faults";
    if (!record_close(record, err))
        return "it cannot be closed";
    struct image *found = image_of_project(p);
    bool known = (steps > 0 && image_same(found, p->step[steps - 1].after)) ||
                 (steps < p->step_n && image_same(found, p->step[steps].after));
    image_free(found);
    known = known || (!wrong && between_two_writes(
                                    p, steps, in_full || p->between++ % BETWEEN_SAMPLE == 0, err));
    return wrong || known ? wrong : "it is neither what it was before nor after the step";
}

/* The copy is absent or whole, and there once it was acknowledged. */
static const char *judge_copy(struct power *p, size_t steps, bool in_full)
{
    struct err err = {0};
    struct record *record;
    bool must = false;
    for (size_t i = 0; i < steps; i++)
        must = must || p->step[i].copied;
    if (!crash_has(p->copy))
        return must ? "the copy is gone" : NULL;
    /* Judged from the step that made it to the next one; later nothing touches it. */
    if (steps > 0 && must && !p->step[steps - 1].copied)
        return NULL;
    if (!record_open(p->copy, STORE_READ, fault_kinds(), &record, &err))
        return "the copy cannot be opened";
    bool sound = !in_full || faults_of(record, true) == 0;
    return record_close(record, &err) && sound ? NULL : "the copy is not sound";
}

static void try_state(struct power *p, const struct crash_walk *walk, uint64_t op,
                      enum crash_mode mode, uint64_t state)
{
    struct err err = {0};
    size_t steps = acknowledged(p, op);
    bool in_full = p->loud || state % SAMPLE == 0;
    crash_cut(walk, mode, p->seed, state);
    const char *wrong = judge(p, steps, in_full, &err);
    if (!wrong)
        wrong = judge_copy(p, steps, p->loud || state % COPY_SAMPLE == 0);
    crash_mend();
    p->states[mode]++;
    p->sampled += in_full;
    if (wrong && p->failed[mode]++ < FAILURES_MAX)
        printf("    power_test replay %llu %llu %s %llu: %s (%s) after %zu steps\n",
               (unsigned long long)p->seed, (unsigned long long)op, mode_name[mode],
               (unsigned long long)state, wrong, err.what, steps);
}

/* Operations after which the power is cut: all, but thinned inside long runs of writes. */
static bool is_point(uint64_t op, uint64_t *run)
{
    bool write = op > 0 && crash_act_at(op - 1) == ACT_WRITE;
    *run = write ? *run + 1 : 0;
    return *run < BULK_RUN || *run % BULK_EACH == 0;
}

static uint64_t points(void)
{
    uint64_t run = 0;
    uint64_t n = 0;
    for (uint64_t op = 0; op <= crash_ops(); op++)
        n += is_point(op, &run);
    return n;
}

/* From the acknowledgement of a withdrawal on: is its word nowhere, and never written again? */
static uint64_t words_left(const struct power *p, const struct crash_walk *walk, uint64_t op)
{
    uint64_t left = 0;
    for (size_t i = 0; i < p->step_n; i++) {
        struct str word = str_of(p->step[i].erased);
        if (word.n == 0 || p->step[i].mark > op)
            continue;
        bool holds = p->step[i].mark == op && crash_walk_may_hold(walk, p->scratch.path, word);
        if (op > p->step[i].mark && crash_act_at(op - 1) == ACT_WRITE) {
            struct str bytes = crash_bytes_at(op - 1);
            for (size_t at = 0; at + word.n <= bytes.n && !holds; at++)
                holds = bytes.at[at] == word.at[0] && memcmp(bytes.at + at, word.at, word.n) == 0;
        }
        if (holds)
            printf("    seed %llu, operation %llu: %s can still come back\n",
                   (unsigned long long)p->seed, (unsigned long long)op, word.at);
        left += holds;
    }
    return left;
}

/* About `states` states, spread evenly over the log. Returns how often erased words were found. */
static uint64_t cut_everywhere(struct power *p, uint64_t states)
{
    struct crash_walk *walk = crash_walk_begin();
    uint64_t n = points();
    uint64_t run = 0;
    uint64_t left = 0;
    uint64_t done = 0;
    uint64_t reached = 0;
    for (uint64_t op = 0; op <= crash_ops(); op++) {
        if (op > 0)
            crash_walk_step(walk);
        left += words_left(p, walk, op);
        if (!is_point(op, &run))
            continue;
        uint64_t until = states * ++reached / n;
        for (uint64_t v = 0; done < until; v++, done++) {
            enum crash_mode mode =
                v < 2 ? (enum crash_mode)v : (v % 3 ? CRASH_SECTORS : CRASH_PREFIX);
            try_state(p, walk, op, mode, op * 1024 + v);
        }
    }
    crash_walk_free(walk);
    return left;
}

static void forget(struct power *p)
{
    for (size_t i = 0; i < p->step_n; i++)
        image_free(p->step[i].after);
}

static int replay(struct power *p, char **argument)
{
    struct tally tally = {0};
    uint64_t op = number_or(argument[1], 0);
    enum crash_mode mode = CRASH_DROP;
    p->seed = number_or(argument[0], 1);
    p->loud = true;
    while (mode < CRASH_SECTORS && strcmp(mode_name[mode], argument[2]) != 0)
        mode++;
    run_workload(p);
    struct crash_walk *walk = crash_walk_begin();
    for (uint64_t i = 0; i < op; i++)
        crash_walk_step(walk);
    try_state(p, walk, op, mode, number_or(argument[3], 0));
    crash_walk_free(walk);
    forget(p);
    fault_case(&tally, p->failed[mode] == 0, "the state fails");
    scratch_remove(&p->scratch);
    return fault_end(&tally);
}

static void run_seed(struct power *p, uint64_t states, struct tally *tally)
{
    memset(p->states, 0, sizeof p->states);
    memset(p->failed, 0, sizeof p->failed);
    run_workload(p);
    uint64_t bytes = p->step[p->step_n - 1].after->bytes;
    uint64_t left = cut_everywhere(p, states);
    for (size_t mode = 0; mode < CRASH_MODES; mode++)
        fault_case(tally, p->failed[mode] == 0, "seed %llu, %s: %llu of %llu states fail",
                   (unsigned long long)p->seed, mode_name[mode],
                   (unsigned long long)p->failed[mode], (unsigned long long)p->states[mode]);
    fault_case(tally, left == 0, "seed %llu: erased words can come back, %llu times",
               (unsigned long long)p->seed, (unsigned long long)left);
    printf("seed %llu: %llu operations, %llu bytes at the end; %llu + %llu + %llu + %llu states\n",
           (unsigned long long)p->seed, (unsigned long long)crash_ops(), (unsigned long long)bytes,
           (unsigned long long)p->states[0], (unsigned long long)p->states[1],
           (unsigned long long)p->states[2], (unsigned long long)p->states[3]);
    fflush(stdout);
    forget(p);
}

int main(int argc, char **argv)
{
    static struct randombytes_implementation counted = {
        .implementation_name = random_name, .random = random_word, .buf = random_bytes};
    static struct power p;
    struct tally tally = {0};
    char large[16];
    snprintf(large, sizeof large, "%d", LARGE);
    setenv("ALLMENDE_LARGE_BYTES", large, 1);
    if (randombytes_set_implementation(&counted) != 0)
        give_up("libsodium keeps its own random numbers");
    scratch_make(&p.scratch, "power");
    snprintf(p.copy, sizeof p.copy, "%s/copy.allmende", p.scratch.project);
    crash_install(p.scratch.project);
    if (argc == 6 && strcmp(argv[1], "replay") == 0)
        return replay(&p, argv + 2);
    uint64_t states = number_or(argc > 1 ? argv[1] : NULL, in_soak() ? 2000000 : 200000);
    uint64_t seed = number_or(argc > 2 ? argv[2] : NULL, 1);
    uint64_t each = 20000;
    for (uint64_t done = 0; done < states; done += each) {
        p.seed = seed++;
        run_seed(&p, states - done < each ? states - done : each, &tally);
    }
    scratch_remove(&p.scratch);
    printf("%llu states, seeds up to %llu; %llu pictures judged in full, %llu states as well\n",
           (unsigned long long)states, (unsigned long long)seed - 1,
           (unsigned long long)p.whole_checks, (unsigned long long)p.sampled);
    return fault_end(&tally);
}
