/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "learn/split.h"
#include "learn/train.h"

/* What a column is to a study; a feature is one with ROLE_FEATURE at the end. */
static bool find_column(const struct study *study, struct str name, size_t *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    *ret = table_find(&study->table, name);
    if (*ret < study->table.column_n)
        return true;
    for (size_t c = 0; c < study->table.column_n && names.n < 300; c++)
        buf_printf(&names, "%s%.*s", c ? ", " : "", STR_ARG(study->table.column[c].name));
    return FAIL(err, ERR_NOT_FOUND, _("Choose one of those columns; mind capitals and blanks."),
                _("There is no column \"%.*s\"; there are: %s."), STR_ARG(name), names.at);
}

/* Whether a list names column c, perhaps without its unit. */
static bool is_listed(const struct table *table, size_t c, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (table_find(table, list[i]) == c)
            return true;
    return false;
}

/* Without a list, a feature is any column but the answer, an absolute time (a model would remember
 * days, read/derive.h), what is derived from the answer, and what is derived from an ignored one.
 */
static bool is_natural(const struct table *table, size_t c, size_t target,
                       const struct study_columns *columns)
{
    const struct column *column = &table->column[c];
    size_t source = column->derived.n ? table_find(table, column->derived) : c;
    return source != target && !column->only_if_named &&
           !is_listed(table, source, columns->ignore, columns->ignore_n);
}

/* The table's names, for sorting column numbers by them: qsort has no context argument. */
struct named {
    struct str name;
    size_t column;
};

static int by_name(const void *a, const void *b)
{
    const struct named *left = a;
    const struct named *right = b;
    return str_cmp(left->name, right->name);
}

static bool choose_features(struct study *study, const struct study_columns *columns,
                            struct err *err)
{
    size_t n = 0;
    struct named *chosen = arena_get(study->arena, study->table.column_n, sizeof *chosen);
    for (size_t i = 0; i < columns->feature_n; i++) {
        size_t column;
        if (!find_column(study, columns->feature[i], &column, err))
            return false;
        if (column == study->data.target)
            return FAIL(err, ERR_INPUT, _("Leave it out of the features."),
                        _("The column \"%.*s\" is the answer itself."), STR_ARG(columns->target));
    }
    for (size_t c = 0; c < study->table.column_n; c++) {
        struct str name = study->table.column[c].name;
        bool wanted = columns->feature_n
                          ? is_listed(&study->table, c, columns->feature, columns->feature_n)
                          : is_natural(&study->table, c, study->data.target, columns);
        if (wanted && !is_listed(&study->table, c, columns->ignore, columns->ignore_n))
            chosen[n++] = (struct named){name, c};
    }
    if (n)
        qsort(chosen, n, sizeof *chosen, by_name);
    size_t *feature = arena_get(study->arena, n, sizeof *feature);
    for (size_t i = 0; i < n; i++)
        feature[i] = chosen[i].column;
    study->data.feature = feature;
    study->data.feature_n = n;
    return true;
}

static void drop_feature(struct study *study, size_t column)
{
    size_t *feature = arena_get(study->arena, study->data.feature_n, sizeof *feature);
    size_t n = 0;
    for (size_t i = 0; i < study->data.feature_n; i++)
        if (study->data.feature[i] != column)
            feature[n++] = study->data.feature[i];
    study->data.feature = feature;
    study->data.feature_n = n;
}

bool study_categories(struct study *study, size_t column, struct err *err)
{
    return table_as_category(study->arena, &study->table, column, err);
}

bool study_begin(struct study *study, struct arena *arena, const struct table *table,
                 const struct study_columns *columns, struct err *err)
{
    *study = (struct study){.arena = arena, .table = *table};
    study->table.column = arena_get(arena, table->column_n, sizeof *table->column);
    memcpy(study->table.column, table->column, table->column_n * sizeof *table->column);
    study->part = arena_get(arena, table->rows, 1);
    size_t target;
    if (!find_column(study, columns->target, &target, err))
        return false;
    study->data.target = target;
    if (columns->classes && !study_categories(study, target, err))
        return false;
    const struct column *answers = &study->table.column[target];
    for (size_t r = 0; r < table->rows; r++)
        study->part[r] = answers->missing[r] ? PART_OUT : PART_TRAIN;
    return choose_features(study, columns, err);
}

static bool make_grouping(struct study *study, struct str name, struct grouping *ret,
                          struct err *err)
{
    if (!find_column(study, name, &ret->column, err) || !study_categories(study, ret->column, err))
        return false;
    if (ret->column == study->data.target)
        return FAIL(err, ERR_INPUT, _("Choose another column."),
                    _("The column \"%.*s\" is the answer and cannot also group the rows."),
                    STR_ARG(name));
    const struct column *column = &study->table.column[ret->column];
    ret->of_row = column->code;
    ret->key = column->category;
    ret->n = column->category_n;
    for (size_t r = 0; r < study->table.rows; r++)
        if (column->missing[r])
            study->part[r] = PART_OUT;
    drop_feature(study, ret->column);
    return true;
}

bool study_group(struct study *study, struct str column, struct err *err)
{
    study->has_group = true;
    return make_grouping(study, column, &study->group, err);
}

bool study_unit(struct study *study, struct str column, struct err *err)
{
    study->has_unit = true;
    return make_grouping(study, column, &study->unit, err);
}

/* Move training rows of the groups marked in test to the part set aside. */
static void set_aside(struct study *study, const uint8_t *test)
{
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TRAIN && test[study->group.of_row[r]])
            study->part[r] = PART_TEST;
}

bool study_split_groups(struct study *study, const struct hash *salt, unsigned share_e4,
                        size_t first_rows, struct err *err)
{
    const struct grouping *group = &study->group;
    CLEANUP(mem_free) uint8_t *first = mem_get(group->n, 1);
    CLEANUP(mem_free) uint8_t *test = mem_get(group->n, 1);
    CLEANUP(mem_free) struct str *key = mem_get(group->n, sizeof *key);
    uint64_t threshold;
    size_t n = 0;
    for (size_t r = 0; r < study->table.rows && r < first_rows; r++)
        if (study->part[r] != PART_OUT)
            first[group->of_row[r]] = 1;
    for (size_t g = 0; g < group->n; g++)
        if (first[g])
            key[n++] = group->key[g];
    if (!split_groups(salt, key, n, share_e4, &threshold, err))
        return false;
    for (size_t g = 0; g < group->n; g++)
        test[g] = split_place(salt, group->key[g]) <= threshold;
    set_aside(study, test);
    return true;
}

bool study_split_named(struct study *study, const struct str *groups, size_t n, struct err *err)
{
    CLEANUP(mem_free) uint8_t *test = mem_get(study->group.n, 1);
    for (size_t i = 0; i < n; i++) {
        size_t g = 0;
        while (g < study->group.n && !str_eq(study->group.key[g], groups[i]))
            g++;
        if (g == study->group.n)
            return FAIL(err, ERR_INPUT, _("Check the spelling of the group."),
                        _("No row belongs to the group \"%.*s\" that is to be set aside."),
                        STR_ARG(groups[i]));
        test[g] = 1;
    }
    set_aside(study, test);
    return true;
}

/* The part that a word of a split stands for. */
static enum part part_of(struct str word, struct str test)
{
    struct str aside = test.at ? test : STR("test");
    if (str_eq(word, aside))
        return PART_TEST;
    return test.at || str_eq(word, STR("train")) ? PART_TRAIN : PART_OUT;
}

/* A column that says neither word anywhere is no split; its values are named. */
static bool names_a_part(const struct column *split, struct str test, struct err *err)
{
    CLEANUP(buf_release) struct buf values = BUF_INIT;
    for (size_t c = 0; c < split->category_n; c++)
        if (part_of(split->category[c], test) == PART_TEST)
            return true;
    for (size_t c = 0; c < split->category_n && values.n < 200; c++)
        buf_printf(&values, "%s%.*s", c ? ", " : "", STR_ARG(split->category[c]));
    return FAIL(err, ERR_INPUT,
                _("Name a value with --split COLUMN=VALUE, or whole groups with --group."),
                _("No row of the column \"%.*s\" says \"%.*s\"; it says: %s."),
                STR_ARG(split->name), STR_ARG(test.at ? test : STR("test")), values.at);
}

bool study_split_column(struct study *study, struct str column, struct str test, struct err *err)
{
    size_t number;
    if (!find_column(study, column, &number, err) || !study_categories(study, number, err))
        return false;
    const struct column *split = &study->table.column[number];
    if (!names_a_part(split, test, err))
        return false;
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TRAIN)
            study->part[r] = split->missing[r]
                                 ? (uint8_t)PART_OUT
                                 : (uint8_t)part_of(split->category[split->code[r]], test);
    drop_feature(study, number);
    return true;
}

bool study_split_list(struct study *study, const struct column *list, const uint64_t *position,
                      uint64_t records, size_t list_n, struct err *err)
{
    const struct str plain = {NULL, 0};
    if (list_n != records)
        return FAIL(err, ERR_INPUT, _("Give the list one row for each data row."),
                    _("The split list has %zu rows, the table has %llu."), list_n,
                    (unsigned long long)records);
    for (size_t r = 0; r < study->table.rows; r++) {
        size_t at = (size_t)position[r] - 1;
        if (study->part[r] == PART_TRAIN)
            study->part[r] = list->missing[at]
                                 ? (uint8_t)PART_OUT
                                 : (uint8_t)part_of(list->category[list->code[at]], plain);
    }
    return true;
}

bool study_split_rows(struct study *study, const struct hash *salt, unsigned share_e4,
                      const struct str *key, struct err *err)
{
    uint64_t threshold = UINT64_MAX / 10000 * share_e4;
    if (share_e4 == 0 || share_e4 >= 10000)
        return FAIL(err, ERR_INPUT, _("Type for example --share 0.25"),
                    _("The share set aside must lie between 0 and 1."));
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TRAIN && split_place(salt, key[r]) <= threshold)
            study->part[r] = PART_TEST;
    return true;
}

bool study_split_range(struct study *study, uint64_t first, uint64_t last, struct err *err)
{
    if (first == 0 || first > last || last > study->table.rows)
        return FAIL(err, ERR_INPUT, _("Count data rows from 1, without the header."),
                    _("There are no rows %llu to %llu; the table has %zu."),
                    (unsigned long long)first, (unsigned long long)last, study->table.rows);
    for (uint64_t r = first - 1; r < last; r++)
        if (study->part[r] == PART_TRAIN)
            study->part[r] = PART_TEST;
    return true;
}

static void count_parts(struct study *study)
{
    CLEANUP(mem_free) uint8_t *seen = mem_get(study->group.n, 1);
    for (size_t r = 0; r < study->table.rows; r++) {
        study->rows_of[study->part[r]]++;
        if (study->has_group && study->part[r] == PART_TEST && !seen[study->group.of_row[r]]) {
            seen[study->group.of_row[r]] = 1;
            study->groups_test++;
        }
    }
}

bool study_end(struct study *study, struct err *err)
{
    struct dataset *data = &study->data;
    data->table = &study->table;
    data->part = study->part;
    data->group = study->has_group ? study->group.of_row : NULL;
    data->group_n = study->has_group ? study->group.n : 0;
    count_parts(study);
    if (study->rows_of[PART_TRAIN] == 0)
        return FAIL(err, ERR_INPUT, _("Check the split and the target column."),
                    _("No row is left to learn from."));
    if (data->feature_n == 0)
        return FAIL(err, ERR_INPUT, _("Name features that are in the table."),
                    _("No column is left to learn from."));
    study->digest = dataset_digest(data);
    return true;
}

static struct hash row_content(const struct study *study, size_t row)
{
    struct hasher h;
    hash_begin(&h);
    for (size_t i = 0; i <= study->data.feature_n; i++) {
        size_t c = i < study->data.feature_n ? study->data.feature[i] : study->data.target;
        const struct column *column = &study->table.column[c];
        hash_u64(&h, column->missing[row]);
        hash_u64(&h, column->type == COLUMN_NUMBER ? (uint64_t)column->mantissa[row]
                                                   : column->code[row]);
    }
    return hash_end(&h);
}

static int by_hash(const void *a, const void *b)
{
    return hash_cmp(a, b);
}

size_t study_twins(const struct study *study)
{
    size_t n = 0;
    size_t twins = 0;
    CLEANUP(mem_free) struct hash *train = mem_get(study->rows_of[PART_TRAIN], sizeof *train);
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TRAIN)
            train[n++] = row_content(study, r);
    qsort(train, n, sizeof *train, by_hash);
    for (size_t r = 0; r < study->table.rows; r++) {
        if (study->part[r] != PART_TEST)
            continue;
        struct hash content = row_content(study, r);
        twins += bsearch(&content, train, n, sizeof *train, by_hash) != NULL;
    }
    return twins;
}
