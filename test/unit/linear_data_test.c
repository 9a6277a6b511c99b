/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step 1 on real tables and their fixed splits. Expected: how many test rows scikit-learn 1.2.1 has
 * right, RidgeClassifier and LogisticRegression on standardised inputs, run once (shared/peers). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "learn/train.h"
#include "read/columns.h"

/* Read a file under $ALLMENDE_SHARED/data; false if it is not there. */
static bool read_table(const char *name, struct arena *arena, struct columns *ret)
{
    const char *shared = getenv("ALLMENDE_SHARED");
    const char *path = arena_printf(arena, "%s/data/%s", shared ? shared : "../shared", name);
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct csv_dialect dialect;
    struct err err = {0};
    const struct columns_options options = {.dialect = &dialect};
    if (!file_read(path, (uint64_t)1 << 26, &bytes, &err)) {
        printf("skipped: no %s under ALLMENDE_SHARED\n", path);
        return false;
    }
    assert_true(csv_propose(buf_view(&bytes), true, &dialect, &err));
    assert_true(columns_read(buf_view(&bytes), &options, arena, ret, &err));
    return true;
}

/* Rows of the table are numbered from 1 in the split's first column. */
static uint8_t *read_part(const char *name, const char *column, size_t rows, struct arena *arena)
{
    struct columns split;
    uint8_t *part = arena_get(arena, rows, 1);
    if (!read_table(name, arena, &split))
        return NULL;
    const struct column *row = &split.table.column[0];
    const struct column *side = &split.table.column[table_find(&split.table, str_of(column))];
    for (size_t r = 0; r < rows; r++)
        part[r] = PART_OUT;
    for (size_t i = 0; i < split.table.rows; i++) {
        struct str word = side->category[side->code[i]];
        size_t r = (size_t)row->mantissa[i] - 1;
        for (int e = 0; e < row->exponent; e++)
            r = (r + 1) * 10 - 1;
        if (r < rows)
            part[r] = str_eq(word, STR("train"))  ? PART_TRAIN
                      : str_eq(word, STR("test")) ? PART_TEST
                                                  : PART_OUT;
    }
    return part;
}

static size_t count_right(const struct model *model, const struct dataset *data,
                          const struct cluster *cluster, struct arena *arena)
{
    const struct column *target = &data->table->column[data->target];
    size_t *row = arena_get(arena, data->table->rows, sizeof *row), n = 0, right = 0;
    uint32_t *guess = arena_get(arena, data->table->rows, sizeof *guess);
    struct err err = {0};
    for (size_t r = 0; r < data->table->rows; r++)
        if (data->part[r] == PART_TEST && !target->missing[r])
            row[n++] = r;
    assert_true(model_predict(model, data->table, cluster, &(struct predict_rows){row, n},
                              &(struct prediction){.class_index = guess}, &err));
    for (size_t i = 0; i < n; i++)
        right += guess[i] == target->code[row[i]];
    return right;
}

struct task_of {
    const char *table, *split, *column, *target;
    const char *feature[5]; /* ends with NULL; none: all but the target */
    size_t ridge, logistic; /* test rows that scikit-learn has right */
    size_t error;           /* how many fewer are borne */
};

/* Features in byte order of their names, as studies have them. */
static size_t choose_features(const struct table *table, const struct task_of *task, size_t target,
                              size_t *ret)
{
    size_t n = 0;
    for (size_t c = 0; c < table->column_n; c++) {
        bool wanted = !task->feature[0];
        for (size_t f = 0; task->feature[f]; f++)
            wanted = wanted || str_eq(table->column[c].name, str_of(task->feature[f]));
        if (!wanted || c == target)
            continue;
        size_t at = n++;
        for (; at && str_cmp(table->column[ret[at - 1]].name, table->column[c].name) > 0; at--)
            ret[at] = ret[at - 1];
        ret[at] = c;
    }
    return n;
}

static void assert_level_with_scikit_learn(const struct task_of *task)
{
    CLEANUP(arena_release) struct arena arena = {0};
    const struct cluster two = {.threads = 2};
    const struct training how = {.cluster = &two};
    struct columns columns;
    struct err err = {0};
    struct model ridge, logistic;
    if (!read_table(task->table, &arena, &columns))
        skip();
    struct table *table = &columns.table;
    size_t target = table_find(table, str_of(task->target));
    size_t *feature = arena_get(&arena, table->column_n, sizeof *feature);
    struct dataset data = {.table = table, .target = target, .feature = feature};
    data.feature_n = choose_features(table, task, target, feature);
    data.part = read_part(task->split, task->column, table->rows, &arena);
    assert_non_null(data.part);
    assert_true(train_ridge(&data, &how, &arena, &ridge, &err));
    assert_true(train_logistic(&data, &how, &arena, &logistic, &err));
    size_t ridge_right = count_right(&ridge, &data, &two, &arena);
    size_t logistic_right = count_right(&logistic, &data, &two, &arena);
    if (ridge_right + task->error < task->ridge || logistic_right + task->error < task->logistic)
        fail_msg("ridge/2 %zu, logistic/2 %zu right; scikit-learn %zu, %zu", ridge_right,
                 logistic_right, task->ridge, task->logistic);
}

#define MEASURES "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"

/* 61 test rows, of which 59 are right: one bird is the standard error. */
static void penguins_are_told_apart(void **state)
{
    (void)state;
    assert_level_with_scikit_learn(&(struct task_of){"penguins/penguins.csv",
                                                     "penguins/split.csv",
                                                     "split",
                                                     "species",
                                                     {MEASURES, NULL},
                                                     59,
                                                     59,
                                                     1});
}

/* 1,439 test rows; 0.8596 and 0.9395. A hundredth is 14. */
static void frogs_are_told_apart(void **state)
{
    (void)state;
    assert_level_with_scikit_learn(&(struct task_of){"frog-calls/Frogs_MFCCs.csv",
                                                     "frog-calls/split.csv",
                                                     "split_blocked",
                                                     "Species",
                                                     {NULL},
                                                     1237,
                                                     1352,
                                                     14});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(penguins_are_told_apart),
        cmocka_unit_test(frogs_are_told_apart),
    };
    return cmocka_run_group_tests_name("linear_data", tests, NULL, NULL);
}
