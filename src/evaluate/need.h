/* SPDX-License-Identifier: GPL-3.0-or-later */
/* need: how many observations will we need? Asked before a guess is locked, so that a group does
 * not go out for a year and comes home with "still open".
 *
 * It lies in this folder because what data show is gathered as for a verdict; nothing is written
 * down, and nothing that is set aside is looked at.
 */
#ifndef EVALUATE_NEED_H
#define EVALUATE_NEED_H

#include "hypothesise/hypothesise.h"
#include "learn/power.h"

/* What people expect, as typed; NULL where nothing was said. */
struct need_request {
    const char *expect; /* what the measure will really be; NULL: as in the data */
    const char *spread; /* standard deviation of single rows (within: of the units' values) */
    const char *span;   /* slope: from the least to the largest value of `by` */
    const char *alike;  /* correlation of rows of one unit, 0 … 1 */
    uint64_t items;     /* rows a unit; 0: 1, or as many answers as are enough (alpha) */
    uint64_t choices;   /* alpha: to choose from; 0: as the guideline has it */
    const char *units;  /* "10,20,50": numbers of units to try; NULL: a few round ones */
    bool from_data;     /* take from the data that are there what was not said */
};

struct need_chance {
    size_t units;
    unsigned supported; /* of POWER_DRAWS */
};

enum { NEED_CHANCES_MAX = 12, NEED_WANTED = POWER_DRAWS * 8 / 10 };

struct need {
    struct hypothesis hypothesis;
    struct power_question question; /* what was assumed */
    double expected;                /* also of a share */
    struct need_chance chance[NEED_CHANCES_MAX];
    size_t chance_n;
    bool reached; /* least holds */
    size_t least; /* units with which NEED_WANTED worlds are supported */
    size_t all; /* about a model with a share set aside: units in all, that part among them; 0: not
                   to be said */
    bool from_data;
    size_t seen; /* units in the data */
};

/* Draw worlds and judge them. ERR_INPUT: something is not said, is no number, or lies on the wrong
 * side of the mark; ERR_UNSUPPORTED: no simulation for this measure; ERR_CONFLICT: the data are set
 * aside, or came after the lock: looking at them would be a look. */
bool need_run(struct record *record, const struct hash *hypothesis,
              const struct need_request *request, struct arena *arena, struct need *ret,
              struct err *err) MUST_USE;

#endif
