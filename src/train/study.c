/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "learn/digest.h"
#include "read/date.h"
#include "read/moment.h"

bool study_find(const struct study *study, struct str name, size_t *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    *ret = table_find(&study->table, name);
    if (*ret < study->table.column_n)
        return true;
    for (size_t c = 0; c < study->table.column_n && names.n < 300; c++)
        buf_printf(&names, "%s%.*s", c ? ", " : "", STR_ARG(study->table.column[c].name));
    bool unnamed = study->table.column_n && str_eq(study->table.column[0].name, STR("c1"));
    return FAIL(err, ERR_NOT_FOUND,
                unnamed ? _("Choose one of those. If the file has no line with names, name its "
                            "columns: --names a,b,…")
                        : _("Choose one of those columns; mind capitals and blanks."),
                _("There is no column \"%.*s\"; there are: %s."), STR_ARG(name), names.at);
}

static const struct cluster alone = {.threads = 1};

/* Whether a list names column c, perhaps without its unit. */
static bool is_listed(const struct table *table, size_t c, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (table_find(table, list[i]) == c)
            return true;
    return false;
}

static bool is_column(const void *context, struct str name)
{
    const struct table *table = context;
    return table_find(table, name) < table->column_n;
}

static bool is_of_rule(const struct table *table, size_t c, struct str text)
{
    struct err not_understood = {0};
    struct rule rule;
    if (!text.n)
        return false;
    bool understood = rule_read(text, is_column, table, &rule, &not_understood);
    err_clear(&not_understood);
    return understood && table_find(table, rule.column) == c;
}

/* Without a list, a feature is any column but the answer, an absolute time and its like that no
 * rule names, what is derived from the answer, and what is derived from an ignored one. */
static bool is_natural(const struct table *table, size_t c, size_t target,
                       const struct study_columns *columns)
{
    const struct column *column = &table->column[c];
    size_t source = column->derived.n ? table_find(table, column->derived) : c;
    return source != target && (!column->only_if_named || is_of_rule(table, c, columns->rule)) &&
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
        if (!study_find(study, columns->feature[i], &column, err))
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

void study_drop(struct study *study, size_t column)
{
    size_t *feature = arena_get(study->arena, study->data.feature_n, sizeof *feature);
    size_t n = 0;
    for (size_t i = 0; i < study->data.feature_n; i++)
        if (study->data.feature[i] != column)
            feature[n++] = study->data.feature[i];
    study->data.feature = feature;
    study->data.feature_n = n;
}

bool study_load(struct study *study, size_t column, struct err *err)
{
    return scan_load(&study->table, &column, 1, study->cluster, study->arena, err);
}

static int by_value(const void *a, const void *b)
{
    const int64_t *left = a;
    const int64_t *right = b;
    return (*left > *right) - (*left < *right);
}

/* Times become the texts of read/date.h, as many as there are: those of a kind have the same order
 * as their texts. */
static void times_as_categories(struct study *study, struct column *column)
{
    size_t rows = study->table.rows, n = 0, different = 0;
    CLEANUP(mem_free) int64_t *value = mem_get(rows, sizeof *value);
    for (size_t r = 0; r < rows; r++)
        if (!column->missing[r])
            value[n++] = column->mantissa[r];
    if (n)
        qsort(value, n, sizeof *value, by_value);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || value[i] != value[different - 1])
            value[different++] = value[i];
    column->category = arena_get(study->arena, different, sizeof *column->category);
    column->category_n = different;
    for (size_t k = 0; k < different; k++) {
        char text[DATE_TEXT];
        struct decimal time = {value[k], column->exponent};
        column->category[k] = arena_str(study->arena, str_of(date_text(column->time, time, text)));
    }
    column->code = arena_get(study->arena, rows, sizeof *column->code);
    for (size_t r = 0; r < rows && different; r++) {
        const int64_t *found =
            bsearch(&column->mantissa[r], value, different, sizeof *value, by_value);
        column->code[r] = column->missing[r] || !found ? 0 : (uint32_t)(found - value);
    }
    column->type = COLUMN_CATEGORY;
    column->time = TIME_NONE;
    column->mantissa = NULL;
    column->exponent = 0;
}

bool study_categories(struct study *study, size_t column, struct err *err)
{
    if (!study_load(study, column, err))
        return false;
    if (study->table.column[column].time == TIME_NONE)
        return table_as_category(study->arena, &study->table, column, err);
    times_as_categories(study, &study->table.column[column]);
    return true;
}

bool study_begin(struct study *study, struct arena *arena, const struct table *table,
                 const struct study_columns *columns, struct err *err)
{
    *study = (struct study){.arena = arena, .table = *table, .cluster = columns->cluster};
    if (!study->cluster)
        study->cluster = &alone;
    /* One more: the answer of a later row (study_next). */
    study->table.column = arena_get(arena, table->column_n + 1, sizeof *table->column);
    memcpy(study->table.column, table->column, table->column_n * sizeof *table->column);
    study->part = arena_get(arena, table->rows, 1);
    study->features_named = columns->feature_n > 0;
    size_t target;
    if (!study_find(study, columns->target, &target, err))
        return false;
    study->data.target = target;
    if (columns->classes ? !study_categories(study, target, err) : !study_load(study, target, err))
        return false;
    const struct column *answers = &study->table.column[target];
    for (size_t r = 0; r < table->rows; r++)
        study->part[r] = answers->missing[r] ? PART_OUT : PART_TRAIN;
    return choose_features(study, columns, err);
}

bool study_load_rule(struct study *study, struct str text, struct err *err)
{
    struct err not_understood = {0};
    struct rule rule;
    if (!moment_rule(text, &study->table, study->arena, &study->rule, err))
        return false;
    if (!text.n || !rule_read(study->rule, is_column, &study->table, &rule, &not_understood)) {
        err_clear(&not_understood);
        return true;
    }
    return study_load(study, table_find(&study->table, rule.column), err);
}

static bool make_grouping(struct study *study, struct str name, struct grouping *ret,
                          struct err *err)
{
    if (!study_find(study, name, &ret->column, err) || !study_categories(study, ret->column, err))
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
    study_drop(study, ret->column);
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

/* The rows group by group, each in the order of the file; ret_end (groups + 1): where the rows of
 * each group end in it, ret_end[0] = 0. Rows without a group are in none. */
static void order_rows(const struct study *study, uint32_t *ret_row, size_t *ret_end)
{
    size_t groups = study->has_group ? study->group.n : 1;
    size_t rows = study->table.rows;
    const uint8_t *gone =
        study->has_group ? study->table.column[study->group.column].missing : NULL;
    CLEANUP(mem_free) size_t *at = mem_get(groups + 1, sizeof *at);
    for (size_t r = 0; r < rows; r++)
        if (!gone || !gone[r])
            ret_end[(study->has_group ? study->group.of_row[r] : 0) + 1]++;
    for (size_t g = 1; g <= groups; g++)
        ret_end[g] += ret_end[g - 1];
    memcpy(at, ret_end, groups * sizeof *at);
    for (size_t r = 0; r < rows; r++)
        if (!gone || !gone[r])
            ret_row[at[study->has_group ? study->group.of_row[r] : 0]++] = (uint32_t)r;
}

/* A column behind the others, of which every cell is missing. */
static struct column *add_answers(struct study *study, size_t ahead)
{
    const struct column *now = &study->table.column[study->data.target];
    struct column *later = &study->table.column[study->table.column_n++];
    *later = *now;
    later->name = str_of(arena_printf(study->arena, "%.*s (+%zu)", STR_ARG(now->name), ahead));
    later->missing = arena_get(study->arena, study->table.rows, 1);
    memset(later->missing, 1, study->table.rows);
    if (now->type == COLUMN_NUMBER)
        later->mantissa = arena_get(study->arena, study->table.rows, sizeof *later->mantissa);
    else
        later->code = arena_get(study->arena, study->table.rows, sizeof *later->code);
    return later;
}

static void copy_answers(struct study *study, struct column *later, const uint32_t *row, size_t n,
                         size_t ahead)
{
    const struct column *now = &study->table.column[study->data.target];
    for (size_t i = 0; i + ahead < n; i++) {
        size_t r = row[i];
        size_t from = row[i + ahead];
        if (now->missing[from])
            continue;
        later->missing[r] = 0;
        study->part[r] = PART_TRAIN;
        if (now->type == COLUMN_NUMBER)
            later->mantissa[r] = now->mantissa[from];
        else
            later->code[r] = now->code[from];
    }
}

static void add_feature(struct study *study, size_t column)
{
    struct named *all = arena_get(study->arena, study->data.feature_n + 1, sizeof *all);
    size_t *feature = arena_get(study->arena, study->data.feature_n + 1, sizeof *feature);
    size_t n = study->data.feature_n;
    for (size_t i = 0; i < n; i++)
        all[i] = (struct named){study->table.column[study->data.feature[i]].name,
                                study->data.feature[i]};
    all[n++] = (struct named){study->table.column[column].name, column};
    qsort(all, n, sizeof *all, by_name);
    for (size_t i = 0; i < n; i++)
        feature[i] = all[i].column;
    study->data.feature = feature;
    study->data.feature_n = n;
}

bool study_next(struct study *study, size_t ahead, struct err *err)
{
    size_t groups = study->has_group ? study->group.n : 1;
    CLEANUP(mem_free) uint32_t *row = mem_get(study->table.rows, sizeof *row);
    CLEANUP(mem_free) size_t *end = mem_get(groups + 2, sizeof *end);
    size_t now = study->data.target;
    struct column *later = add_answers(study, ahead);
    if (table_find(&study->table, later->name) != study->table.column_n - 1)
        return FAIL(err, ERR_INPUT, _("Give that column another name."),
                    _("The table has a column \"%.*s\" already, the name of what is to be "
                      "predicted."),
                    STR_ARG(later->name));
    order_rows(study, row, end);
    memset(study->part, PART_OUT, study->table.rows);
    for (size_t g = 0; g < groups; g++)
        copy_answers(study, later, row + end[g], end[g + 1] - end[g], ahead);
    if (!memchr(study->part, PART_TRAIN, study->table.rows))
        return FAIL(err, ERR_INPUT, _("Look less far ahead, or name another column with --group."),
                    _("No row has another one %zu rows behind it with an answer."), ahead);
    study->now = study->table.column[now].name;
    add_feature(study, now);
    study->data.target = study->table.column_n - 1;
    return true;
}

size_t study_stretch_rows(const struct study *study)
{
    enum { STRETCHES = 50, ROWS_MIN = 5 };
    size_t length = study->rows_of[PART_TRAIN] / STRETCHES;
    return length < ROWS_MIN ? ROWS_MIN : length;
}

/* Neighbours in time are alike, so each side is cut into stretches that are groups of their own. */
void study_stretches(struct study *study, size_t length)
{
    struct grouping *group = &study->group;
    size_t trains = (study->rows_of[PART_TRAIN] + length - 1) / length;
    size_t n[3] = {0};
    group->n = trains + (study->rows_of[PART_TEST] + length - 1) / length;
    group->column = study->table.column_n;
    group->of_row = arena_get(study->arena, study->table.rows, sizeof *group->of_row);
    struct str *key = arena_get(study->arena, group->n, sizeof *key);
    for (size_t g = 0; g < group->n; g++)
        key[g] = str_of(arena_printf(study->arena, "%zu", g + 1));
    group->key = key;
    for (size_t r = 0; r < study->table.rows; r++) {
        size_t at = n[study->part[r]]++ / length;
        if (study->part[r] != PART_OUT)
            group->of_row[r] = (uint32_t)(study->part[r] == PART_TEST ? trains + at : at);
    }
    study->stretches = true;
    study->data.group = group->of_row;
    study->data.group_n = group->n;
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

/* Names of columns that number the rows, in small letters. */
static const char *const row_numbers[] = {
    "no",     "no.",   "nr",  "nr.",  "id",    "idx",        "index", "row",      "rowid",
    "row_id", "zeile", "lfd", "lfd.", "lfdnr", "unnamed: 0", "x1",    "rownames",
};

static bool numbers_rows(struct str name)
{
    for (size_t w = 0; w < COUNT_OF(row_numbers); w++)
        if (study_same_letters(name, row_numbers[w]))
            return true;
    return false;
}

/* A column of free text would be thousands of inputs from which nothing can be learned; one that
 * numbers the rows, by its name and by what is in it, says nothing but where a row lies. */
static bool is_useless(const struct column *column, const struct column_facts *facts)
{
    return column->category_n > STUDY_CATEGORIES_MAX ||
           (facts->counts_rows && numbers_rows(column->name));
}

/* Leave out what is useless, unless it was named; and take the digest of the rest. column and facts
 * (feature_n + 1) are those of dataset_facts. */
static bool leave_out(struct study *study, size_t *column, struct column_facts *facts,
                      struct err *err)
{
    struct dataset *data = &study->data;
    size_t *feature = arena_get(study->arena, data->feature_n, sizeof *feature);
    size_t all = data->feature_n + 1;
    size_t used = 0;
    size_t n = 0;
    study->left_out = arena_get(study->arena, data->feature_n, sizeof *study->left_out);
    for (size_t i = 0; i < all; i++) {
        const struct column *c = &study->table.column[column[i]];
        bool is_target = column[i] == data->target;
        if (!is_target && is_useless(c, &facts[i]) &&
            !(study->features_named && c->type == COLUMN_NUMBER)) {
            study->left_out[study->left_out_n++] = column[i];
            continue;
        }
        if (!is_target)
            feature[n++] = column[i];
        column[used] = column[i];
        facts[used++] = facts[i];
    }
    if (n == 0)
        return FAIL(err, ERR_LIMIT, _("Name columns with numbers or few texts in --features."),
                    _("Nothing can be learned from the column \"%.*s\": it has a text or number of "
                      "its own for nearly every row."),
                    STR_ARG(study->table.column[study->left_out[0]].name));
    data->feature = feature;
    data->feature_n = n;
    study->digest = dataset_hash(data, column, facts, used);
    return true;
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
    size_t *column = arena_get(study->arena, data->feature_n + 1, sizeof *column);
    struct column_facts *facts = arena_get(study->arena, data->feature_n + 1, sizeof *facts);
    return dataset_facts(data, study->cluster, column, facts, err) &&
           leave_out(study, column, facts, err);
}
