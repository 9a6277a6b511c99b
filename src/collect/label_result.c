/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from answers: agreement, shared answers, what stays disputed. Only items that have
 * enough answers take part. */
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "collect/label_int.h"

/* The answers to items that have enough; arrays in the arena. */
static struct consensus_sheet retired_sheet(const struct labels *labels, struct arena *arena)
{
    uint32_t *of = arena_get(arena, labels->n, sizeof *of);
    uint32_t *by = arena_get(arena, labels->n, sizeof *by);
    uint32_t *answer = arena_get(arena, labels->n, sizeof *answer);
    size_t n = 0;
    for (size_t i = 0; i < labels->n; i++) {
        if (!labels->retired[labels->of[i]])
            continue;
        of[n] = labels->of[i];
        by[n] = labels->by[i];
        answer[n++] = labels->answer[i];
    }
    return (struct consensus_sheet){
        .item = of,
        .person = by,
        .answer = answer,
        .n = n,
        .items = labels->item_n,
        .people = labels->person_n,
        .choices = labels->guide.choice_n,
    };
}

struct answer_sheet label_sheet(const struct labels *labels, enum agreement_level level,
                                struct arena *arena)
{
    struct consensus_sheet answers = retired_sheet(labels, arena);
    double *value = arena_get(arena, answers.choices, sizeof *value);
    for (size_t k = 0; level == LEVEL_INTERVAL && k < answers.choices; k++) {
        struct decimal decimal = {0, 0};
        (void)num_decimal(labels->guide.choice[k], '.', &decimal);
        value[k] = num_double(decimal);
    }
    return (struct answer_sheet){.item = answers.item,
                                 .answer = answers.answer,
                                 .n = answers.n,
                                 .items = answers.items,
                                 .answers = answers.choices,
                                 .value = value,
                                 .level = level};
}

struct agreement label_agreement(const struct labels *labels, enum agreement_level level,
                                 double confidence)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct answer_sheet sheet = label_sheet(labels, level, &arena);
    return agreement_range(&sheet, confidence);
}

void label_counts(const struct labels *labels, size_t item, uint64_t *ret)
{
    size_t low = 0;
    size_t high = labels->n;
    memset(ret, 0, labels->guide.choice_n * sizeof *ret);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (labels->of[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < labels->n && labels->of[low] == item; low++)
        ret[labels->answer[low]]++;
}

bool label_is_disputed(const struct labels *labels, const struct label_result *result, size_t item)
{
    CLEANUP(mem_free) uint64_t *counts = mem_get(labels->guide.choice_n, sizeof *counts);
    const struct consensus *c = &result->consensus;
    uint64_t most = 0;
    if (!labels->retired[item] || labels->count[item] + labels->unknown[item] == 0)
        return false;
    label_counts(labels, item, counts);
    for (size_t k = 0; k < labels->guide.choice_n; k++)
        most = counts[k] > most ? counts[k] : most;
    return c->tied[item] || 3 * most < 2 * (uint64_t)labels->count[item] ||
           labels->unknown[item] > labels->count[item] ||
           (result->check.calibrated &&
            3 * (uint64_t)c->certainty[item] < 2 * (uint64_t)CONSENSUS_ONE);
}

struct label_result label_consensus(const struct labels *labels, bool dawid_skene, uint64_t cap,
                                    struct arena *arena)
{
    struct consensus_sheet sheet = retired_sheet(labels, arena);
    struct label_result ret = {.dawid_skene = dawid_skene, .cap = cap, .answers = sheet.n};
    sheet.cap = cap;
    ret.consensus =
        dawid_skene ? consensus_dawid_skene(&sheet, arena) : consensus_majority(&sheet, arena);
    struct consensus *c = &ret.consensus;
    if (dawid_skene)
        ret.check = consensus_check(c, labels->gold);
    for (size_t u = 0; u < c->items; u++) {
        bool disputed = label_is_disputed(labels, &ret, u);
        bool settled = labels->outcome[u] != LABEL_NONE && labels->retired[u];
        ret.items += c->count[u] > 0;
        ret.disputed += disputed;
        ret.settled += disputed && settled;
        if (settled)
            c->answer[u] = labels->outcome[u];
    }
    return ret;
}

void label_foretell(const struct labels *labels, struct label_result *result)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct consensus_sheet sheet = retired_sheet(labels, &arena);
    sheet.cap = result->cap;
    result->foretold = consensus_foretell(&sheet);
}

static bool not_locked(struct record *record, const struct hash *guideline, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool there;
    if (!store_stmt(record_store(record), SQL_LABEL_LOCKED, &stmt, err))
        return false;
    stmt_hash(stmt, guideline);
    if (!stmt_step(stmt, &there, err))
        return false;
    if (!there)
        return true;
    struct hash hypothesis = row_hash(stmt, 0);
    return FAIL(err, ERR_DENIED, _("Look first, when all agree: allmende help evaluate"),
                _("The locked guess %.8s asks these answers; until somebody has looked, they stay "
                  "unseen."),
                hash_hex(&hypothesis).at);
}

/* All versions share answers, so a table of one closes them all. */
bool label_may_show(struct record *record, const struct hash *guideline, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct ids versions;
    if (!label_versions(record, guideline, &arena, &versions, err))
        return false;
    for (size_t i = 0; i < versions.n; i++)
        if (!not_locked(record, &versions.at[i], err))
            return false;
    return true;
}

bool label_of_table(struct record *record, struct str table, struct hash *ret, bool *ret_there,
                    struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record_store(record), SQL_LABEL_GUIDELINE_OF, &stmt, err))
        return false;
    stmt_text(stmt, table);
    if (!stmt_step(stmt, ret_there, err))
        return false;
    if (*ret_there)
        *ret = row_hash(stmt, 0);
    return true;
}
