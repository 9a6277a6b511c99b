/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/alarms.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "learn/rng.h"
#include "train/alarms_int.h"

/* --- the rows that are looked at ---------------------------------------------------------------*/

static int by_value(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

struct sorted sorted_of(const struct view *view, const struct column *column,
                        const struct side *side)
{
    struct sorted sorted = {mem_get(side->n, sizeof *sorted.value), 0};
    (void)view;
    for (size_t i = 0; i < side->n; i++)
        if (!column->missing[side->at[i]])
            sorted.value[sorted.n++] = cell_of(column, side->at[i]);
    qsort(sorted.value, sorted.n, sizeof *sorted.value, by_value);
    return sorted;
}

size_t sorted_below(const struct sorted *sorted, int64_t x)
{
    size_t low = 0;
    size_t high = sorted->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted->value[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void alarms_add(struct view *view, struct alarm alarm)
{
    BUG_IF(view->alarms->n == view->room);
    view->alarms->alarm[view->alarms->n++] = alarm;
}

/* Mark rows of a part in takes: all of them, or ALARMS_ROWS drawn; of the training part pairs of
 * rows that follow each other, by which a recording is known. */
static void draw_side(const struct study *study, enum part part, uint64_t seed, uint8_t *takes)
{
    size_t n = 0;
    size_t step = part == PART_TRAIN ? 2 : 1;
    CLEANUP(mem_free) uint32_t *all = mem_get(study->rows_of[part], sizeof *all);
    CLEANUP(mem_free) uint32_t *drawn = mem_get(ALARMS_ROWS, sizeof *drawn);
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == part)
            all[n++] = (uint32_t)r;
    size_t some = n <= ALARMS_ROWS ? 0 : ALARMS_ROWS / step;
    for (size_t i = 0; !some && i < n; i++)
        takes[all[i]] = 1;
    some = some ? scan_draw(seed, part, n - 1, some, drawn) : 0;
    for (size_t i = 0; i < some; i++)
        for (size_t k = 0; k < step; k++)
            takes[all[drawn[i] + k]] = 1;
}

static bool gather(struct view *view, struct err *err)
{
    struct study *study = view->study;
    const struct dataset *data = &study->data;
    CLEANUP(mem_free) uint8_t *takes = mem_get(study->table.rows, 1);
    size_t *want = arena_get(view->arena, data->feature_n + 1, sizeof *want);
    uint32_t *row = arena_get(view->arena, (size_t)2 * ALARMS_ROWS, sizeof *row);
    size_t n = 0;
    draw_side(study, PART_TRAIN, view->seed, takes);
    draw_side(study, PART_TEST, view->seed, takes);
    for (size_t r = 0; r < study->table.rows; r++)
        if (takes[r])
            row[n++] = (uint32_t)r;
    memcpy(want, data->feature, data->feature_n * sizeof *want);
    want[data->feature_n] = data->target;
    const struct scan_rows rows = {row, n, want, data->feature_n + 1};
    if (!scan_gather(&study->table, &rows, study->cluster, view->arena, &view->table, err))
        return false;
    view->row = row;
    view->train.at = arena_get(view->arena, n, sizeof *view->train.at);
    view->test.at = arena_get(view->arena, n, sizeof *view->test.at);
    view->train.of = study->rows_of[PART_TRAIN];
    view->test.of = study->rows_of[PART_TEST];
    for (size_t i = 0; i < n; i++) {
        struct side *side = study->part[row[i]] == PART_TRAIN ? &view->train : &view->test;
        side->at[side->n++] = (uint32_t)i;
    }
    return true;
}

bool alarms_look(struct study *study, enum alarms_split split, struct arena *arena,
                 struct alarms *ret, struct err *err)
{
    struct view view = {.study = study, .arena = arena, .alarms = ret};
    *ret = (struct alarms){.n = 0};
    view.seed = rng_seed(&study->digest, 7);
    view.room = ALARM_KINDS * (study->table.column_n + 1);
    ret->alarm = arena_get(arena, view.room, sizeof *ret->alarm);
    if (!gather(&view, err) || !alarms_same_rows(&view, err) || !alarms_groups(&view, split, err))
        return false;
    alarms_neighbours(&view);
    alarms_answers(&view);
    alarms_rows_told(&view);
    alarms_drift(&view);
    return true;
}

bool alarms_have(const struct alarms *alarms, enum alarm_kind kind)
{
    bool has = false;
    for (size_t i = 0; i < alarms->n; i++)
        has = has || alarms->alarm[i].kind == kind;
    return has;
}

/* --- for the record ----------------------------------------------------------------------------*/

static const char *const names[ALARM_KINDS] = {
    "identical_row",      "rounded_row",     "group_on_both_sides",
    "neighbour_rows",     "gives_answer",    "counts_rows",
    "names_rows",         "missing_differs", "range_differs",
    "unknown_categories", "shifted",         "changes_with_time",
};

const char *alarm_name(enum alarm_kind kind)
{
    return names[kind];
}

static json_t *count_json(uint64_t n)
{
    return json_integer((json_int_t)n);
}

json_t *alarms_json(const struct alarms *alarms)
{
    json_t *list = json_array();
    for (size_t i = 0; i < alarms->n; i++) {
        const struct alarm *a = &alarms->alarm[i];
        json_t *object = json_object();
        json_object_set_new(object, "kind", json_string(names[a->kind]));
        json_object_set_new(object, "column",
                            a->column.n ? json_stringn(a->column.at, a->column.n) : json_null());
        json_object_set_new(object, "rows", count_json(a->count));
        json_object_set_new(object, "of", count_json(a->of));
        if (a->train_of) {
            json_object_set_new(object, "train_rows", count_json(a->train_count));
            json_object_set_new(object, "train_of", count_json(a->train_of));
        }
        json_array_append_new(list, object);
    }
    return list;
}

static uint64_t read_count(const json_t *object, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(object, key));
    return n > 0 ? (uint64_t)n : 0;
}

struct alarms alarms_of_json(const json_t *list, struct arena *arena)
{
    struct alarms ret = {.n = 0};
    ret.alarm = arena_get(arena, json_array_size(list), sizeof *ret.alarm);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *object = json_array_get(list, i);
        const char *kind = json_text(object, "kind");
        const char *column = json_text(object, "column");
        struct alarm a = {.column = arena_str(arena, str_of(column)),
                          .count = read_count(object, "rows"),
                          .of = read_count(object, "of"),
                          .train_count = read_count(object, "train_rows"),
                          .train_of = read_count(object, "train_of")};
        int k = 0;
        while (kind && k < ALARM_KINDS && strcmp(kind, names[k]) != 0)
            k++;
        a.kind = (enum alarm_kind)k;
        if (kind && k < ALARM_KINDS && a.of)
            ret.alarm[ret.n++] = a;
    }
    return ret;
}
