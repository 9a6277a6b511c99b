/* SPDX-License-Identifier: GPL-3.0-or-later */
/* acts: what people do with the real program, done again and again on the same project.
 *
 * Two projects are made once by the program itself: a small one with two members, a question with a
 * position, two imported tables, a frozen hypothesis with its model, another one; and for plain
 * acts one that has, besides, questions that are open, called and decided, a form with an
 * observation, a guideline with answers, a hypothesis that was looked at. Each act starts from
 * exactly these files. What may be found afterwards follows from one run of the act that nothing
 * disturbs.
 */
#ifndef FAULT_ACTS_H
#define FAULT_ACTS_H

#include <sys/types.h>

#include "fault.h"

enum { ACT_WORDS = 16 };

/* Words "FILE" and "FOLDER" stand for new ones, "TABLE", "FORM", "NEXT", "PAIRS" and "TRIPLES" for
 * files that are there, "PUBLIC" for a published folder, other words in capitals for entries
 * (acts.c). */
struct act {
    const char *name;
    const char *words[ACT_WORDS];
    bool writes;
    bool makes;     /* writes FILE */
    bool publishes; /* writes FOLDER, which is absent or verifies */
    bool in_steps;  /* an opening is on the disk before anybody looks, the verdict comes after */
    bool large;     /* as the large ones are written (store_large.c) */
    bool plain;     /* one entry, appended as others are: fewer places suffice */
    bool signs;     /* FILE is a receipt, not a project */
    const char *erases; /* a word that is in no file afterwards, or NULL */
};

/* Ends with a NULL name. */
extern const struct act acts[];

struct workshop;

/* Make the project with the program and library that lie beside `self` (argv[0]). Ends the program
 * if that fails. */
struct workshop *workshop_make(const char *name, const char *self);
void workshop_free(struct workshop *w);

/* Put all files back; the path of the project. */
const char *workshop_project(struct workshop *w);

/* How an act ended. */
struct ended {
    int status;   /* as of waitpid */
    bool reached; /* the failure that was planned */
    struct buf out;
    struct buf error;
};
void ended_release(struct ended *ended);

/* Put all files back and start the act. plan: what fails (fail.c), NULL for nothing. */
pid_t workshop_start(struct workshop *w, const struct act *act, bool json, const char *plan);

/* Wait for its end. */
void workshop_wait(struct workshop *w, pid_t child, struct ended *ret);

/* NULL if the files are as they may be after the act; else what is wrong. done: it ended with
 * status 0; then its effect must be there. Otherwise there may be all of it or nothing. */
const char *workshop_wrong(struct workshop *w, const struct act *act, bool done);

#endif
