/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verify: work through a published folder again, and name what does not hold.
 *
 * In this order: 1. the list of files against the files, the signed list against the list; 2. every
 * entry: name, header, id, signature, chain, and what it promises about body and files; 3. the
 * record as a whole, in a temporary project; 4. every training anew, as the project was when it was
 * written down: the same data, the same body, the same model to the byte; 5. every result anew, to
 * the last digit; 6. whoever sealed the folder was a member.
 *
 * A training with an algorithm that this program does not have (of an older program, or of a newer
 * one) is held against its data and its model's file, and counted as not done again; it never
 * counts as "differs".
 *
 * A fault names a file, the claim that it breaks, and what is wrong. One cause is told once: what
 * only follows from it (entries after a missing one, a training on changed data) is not.
 *
 * The folder may come from anybody: no name in it leads outside, links are refused, sizes are
 * bounded (package.h), and nothing in it is run.
 */
#ifndef PUBLISH_VERIFY_H
#define PUBLISH_VERIFY_H

#include "publish/package.h"

enum verify_state {
    VERIFIED = 0,
    VERIFIED_EXCEPT_TRAINING,    /* some data are held back, so some cannot be done again */
    VERIFIED_BEFORE_WITHDRAWALS, /* some data were taken back since */
    VERIFY_WITHDRAWN,            /* all data of all trainings and results were taken back */
    VERIFY_FAILED
};

struct verify_fault {
    const char *file;
    const char *claim; /* what it breaks, in the reader's language */
    const char *what;  /* a sentence, in the reader's language */
    bool added;        /* a file that nobody published; all else may be in order */
};

struct verify_report {
    enum verify_state state;
    struct hash project;     /* zeros if there is none */
    struct hash publication; /* the entry that seals the folder; zeros if there is none */
    struct hash manifest;    /* the hash of SHA256SUMS; zeros if there is none */
    size_t entries;
    size_t trainings; /* how many there are */
    size_t verdicts;
    size_t again;         /* trainings and verdicts that came out the same */
    size_t held_back;     /* … that cannot be done again because data are held back */
    size_t withdrawn;     /* … because data were taken back */
    size_t other_program; /* … because this program does not know an algorithm of theirs */
    size_t taken_back;    /* entries of which a note of removal remains */
    size_t as_is; /* tables that nobody can work out again outside: shared answers, public rows */
    bool other_project;         /* than was asked for */
    struct verify_fault *fault; /* (fault_n) */
    size_t fault_n;
};

struct verify_request {
    const char *folder;
    const char *project; /* the first digits of the id that it must have, or NULL */
    const struct kind *const *kinds;
    void (*progress)(void *context, size_t done, size_t total); /* or NULL */
    void *context;
    bool (*cancelled)(void); /* or NULL */
};

/* Verify a folder. False only if it could not be done at all (no such folder, no room for the
 * temporary project, ERR_CANCELLED); what is wrong with the folder is in the report. In the arena.
 */
bool verify_folder(const struct verify_request *request, struct arena *arena,
                   struct verify_report *ret, struct err *err) MUST_USE;

/* The one sentence at the end, in the reader's language; in the arena. */
const char *verify_sentence(const struct verify_report *report, struct arena *arena);

/* "verified", "verified_except_training", … for machines. */
const char *verify_state_name(enum verify_state state);

#endif
