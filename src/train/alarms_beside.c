/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that belong together and lie on both sides: of one group, or side by side in a recording.
 *
 * A table is taken for a recording if, in at least half of its number columns (and in one at
 * least), rows that follow each other are more alike than two rows drawn at random: their ranks
 * are on average at least a quarter nearer, and far nearer than chance would do. Both pairs are
 * taken from rows of the same class and group, because a table that was sorted by these is no
 * recording; and columns that only rise or only fall are left out, because a table may be sorted by
 * them. SOURCE of the idea: von Neumann 1941, "Distribution of the ratio of the mean square
 * successive difference to the variance", Annals of Mathematical Statistics 12(4); here on ranks,
 * which no outlier rules.
 */
#include "train/alarms_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/rng.h"

enum { PAIRS_LEAST = 40, SHARE_E2 = 10, NEIGHBOURS_E2 = 20 };

/* --- groups ------------------------------------------------------------------------------------*/

static int by_value(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* How many test rows share a value of a loaded column with a training row; 0 if the column parts
 * nothing, or names single rows. */
static size_t shared_rows(const struct study *study, const struct column *column)
{
    CLEANUP(mem_free) int64_t *train = mem_get(study->rows_of[PART_TRAIN], sizeof *train);
    size_t n = 0;
    size_t values = 0;
    size_t shared = 0;
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TRAIN && !column->missing[r])
            train[n++] = cell_of(column, r);
    qsort(train, n, sizeof *train, by_value);
    for (size_t i = 0; i < n; i++)
        values += i == 0 || train[i] != train[i - 1];
    if (values < 2 || n < 2 * values)
        return 0;
    for (size_t r = 0; r < study->table.rows; r++) {
        int64_t value = cell_of(column, r);
        if (study->part[r] == PART_TEST && !column->missing[r])
            shared += bsearch(&value, train, n, sizeof *train, by_value) != NULL;
    }
    return shared;
}

bool alarms_groups(struct view *view, enum alarms_split split, struct err *err)
{
    struct study *study = view->study;
    for (size_t c = 0; split != ALARMS_BY_GROUP && c < study->table.column_n; c++) {
        bool named = split == ALARMS_OTHERWISE && study->has_group && c == study->group.column;
        if (c == study->data.target ||
            (!named && !study_names_group(study->table.column[c].name, split == ALARMS_BY_TIME)))
            continue;
        if (!study_load(study, c, err))
            return false;
        size_t shared = shared_rows(study, &study->table.column[c]);
        if (shared && 100 * shared >= SHARE_E2 * study->rows_of[PART_TEST])
            alarms_add(view, (struct alarm){.kind = ALARM_GROUP,
                                            .column = study->table.column[c].name,
                                            .count = shared,
                                            .of = study->rows_of[PART_TEST]});
    }
    return true;
}

/* --- neighbours --------------------------------------------------------------------------------*/

/* Three training rows: two that follow each other, and another of their class and group. */
struct triple {
    uint32_t at;
    uint32_t next;
    uint32_t other;
};

static int64_t kind_of(const struct view *view, size_t at)
{
    const struct study *study = view->study;
    const struct column *target = &view->table.column[study->data.target];
    int64_t group = study->has_group ? study->group.of_row[view->row[at]] : 0;
    int64_t class_index = target->type == COLUMN_CATEGORY ? target->code[at] : 0;
    return group << 32 | class_index;
}

/* Training rows by kind, for drawing another one. */
struct of_kind {
    int64_t kind;
    uint32_t at;
};

static int by_kind(const void *a, const void *b)
{
    const struct of_kind *left = a;
    const struct of_kind *right = b;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return (left->at > right->at) - (left->at < right->at);
}

static size_t first_of(const struct of_kind *all, size_t n, int64_t kind)
{
    size_t low = 0;
    size_t high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (all[middle].kind < kind)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t find_triples(const struct view *view, struct triple *ret)
{
    const struct side *train = &view->train;
    CLEANUP(mem_free) struct of_kind *all = mem_get(train->n, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; i < train->n; i++)
        all[i] = (struct of_kind){kind_of(view, train->at[i]), train->at[i]};
    qsort(all, train->n, sizeof *all, by_kind);
    for (size_t i = 0; i + 1 < train->n; i++) {
        size_t at = train->at[i];
        size_t next = train->at[i + 1];
        int64_t kind = kind_of(view, at);
        if (view->row[next] != view->row[at] + 1 || kind_of(view, next) != kind)
            continue;
        size_t first = first_of(all, train->n, kind);
        size_t end = first_of(all, train->n, kind + 1);
        size_t drawn = first + (size_t)rng_below(view->seed, 5, i, end - first);
        if (end - first > 2)
            ret[n++] = (struct triple){(uint32_t)at, (uint32_t)next, all[drawn].at};
    }
    return n;
}

static size_t rank_of(const struct sorted *sorted, int64_t value)
{
    return sorted_below(sorted, value) + sorted_below(sorted, value + 1);
}

static size_t between(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

enum { NO_WITNESS = 0, NOT_SERIAL, SERIAL };

/* What a number column says about the order of the rows. */
static int witness(const struct view *view, const struct column *column,
                   const struct triple *triple, size_t n)
{
    struct sorted sorted = sorted_of(view, column, &view->train);
    uint64_t beside = 0;
    uint64_t random = 0;
    size_t rise = 0;
    size_t fall = 0;
    size_t pairs = 0;
    for (size_t i = 0; i < n; i++) {
        const struct triple *t = &triple[i];
        if (column->missing[t->at] || column->missing[t->next] || column->missing[t->other])
            continue;
        size_t rank = rank_of(&sorted, cell_of(column, t->at));
        size_t next = rank_of(&sorted, cell_of(column, t->next));
        beside += between(rank, next);
        random += between(rank, rank_of(&sorted, cell_of(column, t->other)));
        rise += next > rank;
        fall += next < rank;
        pairs++;
    }
    free(sorted.value);
    if (pairs < PAIRS_LEAST || random == 0 || 20 * rise <= pairs || 20 * fall <= pairs)
        return NO_WITNESS;
    /* A quarter nearer than chance, and five times what chance does: the distance of two ranks
     * varies by about as much as it is long. */
    double nearer = 1 - (double)beside / (double)random;
    return nearer >= 0.25 && nearer * nearer * (double)pairs >= 25 ? SERIAL : NOT_SERIAL;
}

static bool is_series(const struct view *view)
{
    const struct dataset *data = &view->study->data;
    const struct column *target = &view->table.column[data->target];
    CLEANUP(mem_free) struct triple *triple = mem_get(view->train.n, sizeof *triple);
    size_t n = find_triples(view, triple);
    size_t said[3] = {0};
    for (size_t f = 0; f < data->feature_n; f++) {
        const struct column *column = &view->table.column[data->feature[f]];
        if (column->type == COLUMN_NUMBER)
            said[witness(view, column, triple, n)]++;
    }
    /* A table sorted by its answer is no recording either. */
    if (target->type == COLUMN_NUMBER && witness(view, target, triple, n) == NO_WITNESS)
        return false;
    return said[SERIAL] > 0 && said[SERIAL] >= said[NOT_SERIAL];
}

/* Test rows with a training row of their group right before or behind them. */
static size_t count_neighbours(const struct study *study)
{
    size_t n = 0;
    for (size_t r = 0; r < study->table.rows; r++) {
        bool beside = false;
        for (size_t k = 0; k < 2 && study->part[r] == PART_TEST; k++) {
            size_t other = k ? r + 1 : r - 1;
            if ((k ? other < study->table.rows : r > 0) && study->part[other] == PART_TRAIN)
                beside = beside || !study->has_group ||
                         study->group.of_row[other] == study->group.of_row[r];
        }
        n += beside;
    }
    return n;
}

void alarms_neighbours(struct view *view)
{
    const struct study *study = view->study;
    size_t tests = study->rows_of[PART_TEST];
    size_t beside = count_neighbours(study);
    view->alarms->series = is_series(view);
    if (view->alarms->series && tests && 100 * beside >= NEIGHBOURS_E2 * tests)
        alarms_add(view, (struct alarm){.kind = ALARM_NEIGHBOURS, .count = beside, .of = tests});
}
