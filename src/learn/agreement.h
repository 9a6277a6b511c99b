/* SPDX-License-Identifier: GPL-3.0-or-later */
/* agreement: Krippendorff's alpha of what several people answered about the same items.
 *
 *     alpha = 1 - observed disagreement / disagreement expected by chance
 *
 * 1: all agree always; 0: as by chance. Disagreement between two answers is 0 or 1 (nominal), the
 * square of their distance (interval), or of the distance of their ranks (ordinal).
 * SOURCE: Krippendorff 2013, Content Analysis, 3rd edition, chapter 12.
 */
#ifndef LEARN_AGREEMENT_H
#define LEARN_AGREEMENT_H

#include "learn/interval.h"

enum agreement_level { LEVEL_NOMINAL = 0, LEVEL_ORDINAL, LEVEL_INTERVAL };

/* The words of the record: "nominal", "ordinal", "interval". */
const char *agreement_level_name(enum agreement_level level);
bool agreement_level_by_name(struct str name, enum agreement_level *ret);

/* Answers, one for each item and person. Items with a single answer say nothing and are left out.
 */
struct answer_sheet {
    const uint32_t *item;   /* (n) below items */
    const uint32_t *answer; /* (n) below answers, in ascending order of the values */
    size_t n;
    size_t items;
    size_t answers;
    const double *value; /* (answers) what they stand for; INTERVAL only */
    enum agreement_level level;
};

/* What was found beside the range. */
struct agreement {
    struct interval range; /* units: items with at least two answers */
    size_t answers;        /* answers to them */
    size_t kinds;          /* different ones among these; one alone: no value */
    size_t unlike;         /* items whose most frequent answer is not that of all items */
};

/* Alpha and its range over items: a jackknife over items of log(observed / expected), Student's t,
 * the expectation taken from answers to different items, for its estimate then has no bias; its
 * upper end is no nearer than that of the same jackknife without the logarithm, the lower one no
 * nearer than if as many items were in disagreement as Clopper-Pearson allows. Unusable with fewer
 * than 2 items, or with fewer than AGREEMENT_UNLIKE unlike ones: then chance is not known. Why not
 * by drawing again: docs/design/intervals.md. Cost: n log n. */
enum { AGREEMENT_UNLIKE = 3 };
struct agreement agreement_range(const struct answer_sheet *sheet, double confidence);

#endif
