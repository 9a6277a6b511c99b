/* SPDX-License-Identifier: GPL-3.0-or-later */
/* consensus: one shared answer for each item out of the answers of several people.
 *
 * *Majority*: the most frequent answer. *Dawid-Skene*: from the likely truth of all items follows
 * how each person answers (a table of true and given answers), from these the truth again, until it
 * stands still. SOURCE: Dawid & Skene 1979, Applied Statistics 28(1), "Maximum likelihood
 * estimation of observer error-rates using the EM algorithm".
 *
 * How a person answers stays inside: no function here gives it away.
 *
 * Its certainty is that of the model, in which people err independently of each other, and that is
 * not so: what is hard for one is hard for all. So it is too sure of itself (bluebirds, 39 people:
 * 9 of 104 items that it calls more than 99 % sure are wrong). consensus_check measures that on
 * items whose answer is known, and tempers it.
 *
 * Exactness: beliefs, logarithms and weights are rounded to integers, and every sum over answers is
 * one of integers: neither the order of the answers nor the machine changes a bit.
 */
#ifndef LEARN_CONSENSUS_H
#define LEARN_CONSENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* Answers, at most one for each item and person. */
struct consensus_sheet {
    const uint32_t *item;   /* (n) below items */
    const uint32_t *person; /* (n) below people */
    const uint32_t *answer; /* (n) below choices */
    size_t n;               /* below 2^31 */
    size_t items;
    size_t people;
    size_t choices;
    uint64_t cap; /* all answers of a person together weigh no more than so many; 0: no cap */
};

enum {
    CONSENSUS_ONE = 1 << 30,     /* certainty 1 */
    CONSENSUS_ROUNDS = 200,      /* no more rounds than these */
    CONSENSUS_NONE = 0x7fffffff, /* the answer of an item that nobody has answered */
    CONSENSUS_CHECK_LEAST = 20   /* known items that tell whether a certainty is to be believed */
};

/* In the arena that it was made in. */
struct consensus {
    size_t items;
    size_t choices;
    uint32_t *answer;    /* (items) a choice, or CONSENSUS_NONE */
    uint32_t *certainty; /* (items) in 1/CONSENSUS_ONE. Majority: the share of the answers, no
                            probability. Dawid-Skene: see above */
    uint32_t *count;     /* (items) answers */
    uint8_t *tied;       /* (items) another choice is as good; the rule below decided */
    int64_t *score;      /* (items * choices) Dawid-Skene: log of the belief in 2^-32, the best 0;
                            majority: NULL */
    unsigned rounds;     /* 0: majority */
    bool settled;        /* false: it still moved after CONSENSUS_ROUNDS */
};

/* The most frequent answer of each item; of equals the one that is more frequent in all items, then
 * the first. Cost: n + items * choices. */
struct consensus consensus_majority(const struct consensus_sheet *sheet, struct arena *arena);

/* Dawid-Skene by EM, beginning with the shares of the answers; 0.01 is added to each cell of a
 * person's table, 10^-12 to the share of each answer. It stops when no belief moves by more than
 * 10^-8, or after CONSENSUS_ROUNDS. Memory: 8 bytes * choices * (items, and kinds of answer that
 * each person has given). Cost a round: n * choices additions, and that many logarithms. */
struct consensus consensus_dawid_skene(const struct consensus_sheet *sheet, struct arena *arena);

/* Does it help to tell people apart? Answers are left out, a fifth at a time, and foretold from the
 * others: by Dawid-Skene (the likely truth, and how this person answers) and by the most frequent
 * answer of the others. Where each person has few answers, their tables are noise, and so is the
 * truth that follows from them. No number had to be chosen for that; docs/design/labels.md has what
 * comes of it where the truth is known. */
struct consensus_foretold {
    size_t answers;     /* that were foretold */
    size_t by_person;   /* of these rightly, by Dawid-Skene */
    size_t by_majority; /* … by the majority */
};

/* Which fifth an answer belongs to follows from item and person. Ends after the first fifth that
 * makes up 10,000 answers. Someone of whom no answer is left is foretold by the majority. Cost: up
 * to five times Dawid-Skene. */
struct consensus_foretold consensus_foretell(const struct consensus_sheet *sheet);

/* How far the certainty of Dawid-Skene holds on items whose answer is known (gold items, drawn like
 * the others, and not given to it). */
struct consensus_check {
    size_t known; /* items looked at: known and answered */
    size_t right;
    double certainty;   /* mean, tempered, each item by the others */
    double raw;         /* mean before */
    double low;         /* of the share right, 95 % (Clopper-Pearson) */
    double high;        /* … */
    double temperature; /* 1: nothing was tempered */
    bool calibrated;    /* enough known items, and the certainties of the surer and the less sure
                           half of them lie in the ranges of the shares right */
};

/* Find the temperature T of 1, 2^(1/4), … 2^8 with which belief^(1/T) fits the known answers best
 * (log score), check it on fifths that had no part in it, and if it holds, put it into the
 * certainties of c. truth: (items) a choice, or CONSENSUS_NONE. SOURCE: Guo et al. 2017, "On
 * calibration of modern neural networks", section 4.2 (temperature scaling).
 * Cost: 33 * known items * choices exponentials. */
struct consensus_check consensus_check(struct consensus *c, const uint32_t *truth);

#endif
