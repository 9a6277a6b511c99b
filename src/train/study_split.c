/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways to set a part aside. */
#include "train/study.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "learn/split.h"
#include "read/moment.h"

/* Move training rows of the groups marked in test to the part set aside. */
static void set_aside(struct study *study, const uint8_t *test)
{
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TRAIN && test[study->group.of_row[r]])
            study->part[r] = PART_TEST;
}

bool study_draw_groups(const struct study *study, const struct hash *salt, unsigned share_e4,
                       struct study_draw *ret, struct err *err)
{
    const struct grouping *group = &study->group;
    CLEANUP(mem_free) uint8_t *there = mem_get(group->n, 1);
    CLEANUP(mem_free) struct str *key = mem_get(group->n, sizeof *key);
    size_t n = 0;
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] != PART_OUT)
            there[group->of_row[r]] = 1;
    for (size_t g = 0; g < group->n; g++)
        if (there[g])
            key[n++] = group->key[g];
    if (!split_groups(salt, key, n, share_e4, &ret->low, err))
        return false;
    ret->high = ret->low;
    return true;
}

enum part study_side(const struct study_draw *draw, const struct hash *salt, struct str key)
{
    uint64_t place = split_place(salt, key);
    if (place <= draw->low)
        return PART_TEST;
    return place <= draw->high ? PART_OUT : PART_TRAIN;
}

void study_split_groups(struct study *study, const struct hash *salt, const struct study_draw *draw)
{
    const struct grouping *group = &study->group;
    CLEANUP(mem_free) uint8_t *side = mem_get(group->n, 1);
    for (size_t g = 0; g < group->n; g++)
        side[g] = (uint8_t)study_side(draw, salt, group->key[g]);
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TRAIN)
            study->part[r] = side[group->of_row[r]];
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
    if (!study_find(study, column, &number, err) || !study_categories(study, number, err))
        return false;
    const struct column *split = &study->table.column[number];
    if (!names_a_part(split, test, err))
        return false;
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TRAIN)
            study->part[r] = split->missing[r]
                                 ? (uint8_t)PART_OUT
                                 : (uint8_t)part_of(split->category[split->code[r]], test);
    study_drop(study, number);
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
    for (size_t r = 0; r < study->table.rows; r++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", r + 1);
        if (study->part[r] == PART_TRAIN &&
            split_place(salt, key ? key[r] : str_of(number)) <= threshold)
            study->part[r] = PART_TEST;
    }
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

/* --- natural groups ----------------------------------------------------------------------------*/

static const struct {
    const char *word;
    bool of_a_moment;
} natural_groups[] = {
    {"site", false},       {"station", false}, {"plot", false}, {"person", false},
    {"recording", true},   {"date", true},     {"ort", false},  {"standort", false},
    {"messstelle", false}, {"aufnahme", true}, {"datum", true}, {"observer", false},
};

bool study_same_letters(struct str name, const char *word)
{
    if (name.n != strlen(word))
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.at[i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != word[i])
            return false;
    }
    return true;
}

bool study_names_group(struct str name, bool of_a_moment)
{
    for (size_t w = 0; w < COUNT_OF(natural_groups); w++)
        if (study_same_letters(name, natural_groups[w].word))
            return natural_groups[w].of_a_moment || !of_a_moment;
    return false;
}

bool study_names_people(struct str name)
{
    static const char *const word[] = {"person",     "people",       "name",   "observer",
                                       "recorder",   "volunteer",    "user",   "user_name",
                                       "beobachter", "beobachterin", "mensch", "recordedby"};
    for (size_t w = 0; w < COUNT_OF(word); w++)
        if (study_same_letters(name, word[w]))
            return true;
    return false;
}

/* A file of one station names it in each row; such a column parts nothing. */
static bool parts_rows(const struct column *column, size_t rows)
{
    size_t first = 0;
    while (first < rows && column->missing[first])
        first++;
    for (size_t r = first + 1; r < rows; r++) {
        if (column->missing[r])
            continue;
        if (column->type == COLUMN_NUMBER ? column->mantissa[r] != column->mantissa[first]
                                          : column->code[r] != column->code[first])
            return true;
    }
    return false;
}

bool study_natural_group(struct study *study, size_t *ret, struct err *err)
{
    for (size_t w = 0; w < COUNT_OF(natural_groups); w++)
        for (size_t c = 0; c < study->table.column_n; c++) {
            const struct column *column = &study->table.column[c];
            if (!study_same_letters(column->name, natural_groups[w].word) ||
                c == study->data.target)
                continue;
            if (!study_load(study, c, err))
                return false;
            *ret = c;
            if (parts_rows(column, study->table.rows))
                return true;
        }
    *ret = study->table.column_n;
    return true;
}

bool study_keeps_apart(const struct study *study, size_t column)
{
    const struct column *c = &study->table.column[column];
    if (c->type != COLUMN_CATEGORY || !c->missing)
        return false;
    CLEANUP(mem_free) uint8_t *sides = mem_get(c->category_n, 1);
    for (size_t r = 0; r < study->table.rows; r++)
        if (!c->missing[r] && study->part[r] != PART_OUT)
            sides[c->code[r]] |= study->part[r] == PART_TEST ? 2 : 1;
    for (size_t k = 0; k < c->category_n; k++)
        if (sides[k] == 3)
            return false;
    return true;
}

/* --- by time -----------------------------------------------------------------------------------*/

bool study_split_where(struct study *study, const struct rule *condition, struct err *err)
{
    size_t number;
    if (!study_find(study, condition->column, &number, err) || !study_load(study, number, err))
        return false;
    if (number == study->data.target)
        return FAIL(err, ERR_INPUT, _("Choose another column."),
                    _("The column \"%.*s\" is the answer; it cannot say what is set aside."),
                    STR_ARG(condition->column));
    const struct column *column = &study->table.column[number];
    struct rule rule = *condition;
    study->split_column = column->name;
    if (!moment_fit(&rule, column, err))
        return false;
    for (size_t r = 0; r < study->table.rows; r++) {
        if (study->part[r] != PART_TRAIN)
            continue;
        bool test = rule_holds(&rule, column, r);
        study->part[r] =
            column->missing[r] ? (uint8_t)PART_OUT : (uint8_t)(test ? PART_TEST : PART_TRAIN);
    }
    return true;
}

bool study_split_last(struct study *study, unsigned share_e4, struct err *err)
{
    size_t groups = study->has_group ? study->group.n : 1;
    CLEANUP(mem_free) size_t *left = mem_get(groups, sizeof *left);
    if (share_e4 == 0 || share_e4 >= 10000)
        return FAIL(err, ERR_INPUT, _("Type for example --share 0.25"),
                    _("The share set aside must lie between 0 and 1."));
    for (size_t r = 0; r < study->table.rows; r++)
        left[study->has_group ? study->group.of_row[r] : 0] += study->part[r] == PART_TRAIN;
    for (size_t g = 0; g < groups; g++)
        left[g] = (size_t)((uint64_t)left[g] * share_e4 / 10000);
    for (size_t r = study->table.rows; r-- > 0;) {
        size_t *g = &left[study->has_group ? study->group.of_row[r] : 0];
        if (study->part[r] == PART_TRAIN && *g > 0) {
            study->part[r] = PART_TEST;
            --*g;
        }
    }
    return true;
}
