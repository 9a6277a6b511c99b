/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/folding.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/rng.h"
#include "learn/split.h"

enum { FOLDS = 5, NO_GROUP = UINT32_MAX };

/* --- which rows --------------------------------------------------------------------------------*/

struct draw {
    uint64_t place;
    size_t group;
};

static int by_place(const void *a, const void *b)
{
    const struct draw *left = a;
    const struct draw *right = b;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return (left->group > right->group) - (left->group < right->group);
}

/* Groups in the order of their draw take part until FOLDING_ROWS rows are reached, but
 * FOLDING_GROUPS of them in any case. group_rows (groups): training rows of each. */
static void choose_groups(const struct dataset *data, const struct recipe *recipe,
                          const size_t *group_rows, uint8_t *ret_takes)
{
    CLEANUP(mem_free) struct draw *draw = mem_get(data->group_n, sizeof *draw);
    size_t rows = 0;
    size_t taken = 0;
    for (size_t g = 0; g < data->group_n; g++)
        draw[g] = (struct draw){split_place(&recipe->salt, recipe->group_key[g]), g};
    qsort(draw, data->group_n, sizeof *draw, by_place);
    for (size_t i = 0; i < data->group_n; i++) {
        size_t g = draw[i].group;
        if (group_rows[g] == 0)
            continue;
        if (taken >= FOLDING_GROUPS && rows + group_rows[g] > FOLDING_ROWS)
            return;
        ret_takes[g] = 1;
        rows += group_rows[g];
        taken++;
    }
}

/* The training rows of groups that take part, ascending; returns how many. */
static size_t candidates(const struct dataset *data, const struct recipe *recipe, uint32_t *ret)
{
    CLEANUP(mem_free) size_t *group_rows = mem_get(data->group_n + 1, sizeof *group_rows);
    CLEANUP(mem_free) uint8_t *takes = mem_get(data->group_n + 1, 1);
    size_t n = 0;
    for (size_t r = 0; data->group && r < data->table->rows; r++)
        if (data->part[r] == PART_TRAIN)
            group_rows[data->group[r]]++;
    if (data->group)
        choose_groups(data, recipe, group_rows, takes);
    for (size_t r = 0; r < data->table->rows; r++)
        if (data->part[r] == PART_TRAIN && (!data->group || takes[data->group[r]]))
            ret[n++] = (uint32_t)r;
    return n;
}

static uint32_t *choose_rows(const struct dataset *data, const struct recipe *recipe,
                             struct arena *arena, size_t *ret_n)
{
    CLEANUP(mem_free) uint32_t *all = mem_get(data->table->rows, sizeof *all);
    size_t n = candidates(data, recipe, all);
    size_t room = n < FOLDING_ROWS ? n : FOLDING_ROWS;
    uint32_t *row = arena_get(arena, room, sizeof *row);
    *ret_n = scan_draw(rng_seed(&recipe->salt, 2), 3, n, room, row);
    for (size_t i = 0; i < *ret_n; i++)
        row[i] = all[row[i]];
    return row;
}

/* --- their table -------------------------------------------------------------------------------*/

static bool gather(const struct dataset *data, const struct recipe *recipe, const uint32_t *row,
                   struct arena *arena, struct folding *f, struct err *err)
{
    size_t *want = arena_get(arena, data->feature_n + 1, sizeof *want);
    memcpy(want, data->feature, data->feature_n * sizeof *want);
    want[data->feature_n] = data->target;
    const struct scan_rows rows = {row, f->n, want, data->feature_n + 1};
    if (!scan_gather(data->table, &rows, recipe->cluster, arena, &f->table, err))
        return false;
    f->data = *data;
    f->data.table = &f->table;
    f->data.part = arena_get(arena, f->n, 1); /* PART_TRAIN */
    f->row = arena_get(arena, f->n, sizeof *f->row);
    for (size_t i = 0; i < f->n; i++)
        f->row[i] = i;
    return true;
}

/* Number the groups that are left by first appearance; ret_key (f->data.group_n). */
static void number_groups(const struct dataset *data, const struct recipe *recipe,
                          const uint32_t *row, struct arena *arena, struct folding *f,
                          struct str **ret_key)
{
    CLEANUP(mem_free) uint32_t *number = mem_get(data->group_n, sizeof *number);
    uint32_t *group = arena_get(arena, f->n, sizeof *group);
    struct str *key = arena_get(arena, f->n, sizeof *key);
    uint32_t n = 0;
    for (size_t g = 0; g < data->group_n; g++)
        number[g] = NO_GROUP;
    for (size_t i = 0; i < f->n; i++) {
        uint32_t g = data->group[row[i]];
        if (number[g] == NO_GROUP) {
            key[n] = recipe->group_key[g];
            number[g] = n++;
        }
        group[i] = number[g];
    }
    f->data.group = group;
    f->data.group_n = n;
    *ret_key = key;
}

static void fold_groups(const struct recipe *recipe, const struct str *key, struct folding *f)
{
    CLEANUP(mem_free) uint8_t *takes = mem_get(f->data.group_n, 1);
    CLEANUP(mem_free) uint8_t *fold = mem_get(f->data.group_n, 1);
    memset(takes, 1, f->data.group_n);
    f->folds = split_folds(&recipe->salt, key, takes, f->data.group_n, fold);
    for (size_t i = 0; i < f->n; i++)
        f->by_group[i] = fold[f->data.group[i]];
}

/* A recording: what is left out is a fifth of the time, not many short stretches, because models
 * are asked about another time. A table may be sorted by its classes, so each class is cut into
 * fifths of its own. */
static void fold_recording(struct folding *f)
{
    const struct column *target = &f->table.column[f->data.target];
    bool classes = target->type == COLUMN_CATEGORY;
    size_t kinds = classes ? target->category_n : 1;
    CLEANUP(mem_free) size_t *all = mem_get(kinds, sizeof *all);
    CLEANUP(mem_free) size_t *seen = mem_get(kinds, sizeof *seen);
    for (size_t i = 0; i < f->n; i++)
        all[classes ? target->code[i] : 0]++;
    for (size_t i = 0; i < f->n; i++) {
        size_t kind = classes ? target->code[i] : 0;
        f->by_group[i] = (uint8_t)(seen[kind]++ * FOLDS / all[kind]);
    }
    f->folds = FOLDS;
}

bool folding_make(const struct dataset *data, const struct recipe *recipe, struct arena *arena,
                  struct folding *ret, struct err *err)
{
    struct folding f = {.folds = 0};
    struct str *key = NULL;
    const uint32_t *row = choose_rows(data, recipe, arena, &f.n);
    f.by_group = arena_get(arena, f.n, 1);
    f.by_row = arena_get(arena, f.n, 1);
    if (!gather(data, recipe, row, arena, &f, err))
        return false;
    if (data->group) {
        number_groups(data, recipe, row, arena, &f, &key);
        fold_groups(recipe, key, &f);
        if (recipe->stretches && f.folds)
            fold_recording(&f);
    } else if (f.n >= 2) {
        f.folds = f.n < FOLDS ? (unsigned)f.n : FOLDS;
        split_rows(rng_seed(&recipe->salt, 2), f.data.part, f.n, f.folds, f.by_group);
    }
    if (f.folds)
        split_rows(rng_seed(&recipe->salt, 1), f.data.part, f.n, f.folds, f.by_row);
    *ret = f;
    ret->data.table = &ret->table;
    return true;
}
