/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of a guess about the world: found, and seen to hold what its measure needs. */
#include <string.h>

#include "base/mem.h"
#include "evaluate/world_int.h"
#include "learn/scan.h"
#include "read/moment.h"

static const struct cluster alone = {.threads = 1};

static bool find(const struct table *table, struct str name, size_t *ret, struct err *err)
{
    *ret = name.n ? table_find(table, name) : table->column_n;
    return !name.n || *ret < table->column_n ||
           FAIL(err, ERR_INPUT, _("Check how the column is spelled in the file."),
                _("The table has no column \"%.*s\"."), STR_ARG(name));
}

/* Words that a column of numbers holds, to be named: what was meant as "missing" is seen at once.
 */
static bool needs_numbers(const struct table *table, size_t column, struct err *err)
{
    if (column == table->column_n || table->column[column].type == COLUMN_NUMBER)
        return true;
    const struct column *words = &table->column[column];
    struct str example = words->category_n ? words->category[0] : STR("");
    for (size_t c = 0; c < words->category_n; c++) {
        struct decimal number;
        if (num_decimal(words->category[c], '.', &number) == NUM_OK)
            continue;
        example = words->category[c];
        break;
    }
    return FAIL(err, ERR_INPUT,
                _("Choose a column of numbers; if a word stands for \"missing\", a new guess can "
                  "say so with --missing WORD."),
                _("The column \"%.*s\" holds words where numbers are needed, such as \"%.*s\"."),
                STR_ARG(words->name), STR_ARG(example));
}

static bool is_column(const void *context, struct str name)
{
    const struct table *table = context;
    return table_find(table, name) < table->column_n;
}

static bool read_condition(struct str text, const struct table *table, struct world_condition *ret,
                           struct err *err)
{
    ret->there = text.n > 0;
    if (!ret->there)
        return true;
    if (!rule_condition(text, is_column, table, &ret->rule, err))
        return false;
    ret->column = table_find(table, ret->rule.column);
    return moment_fit(&ret->rule, &table->column[ret->column], err);
}

bool world_holds(const struct world_condition *condition, const struct column *column, size_t r)
{
    return !condition->there || rule_holds(&condition->rule, &column[condition->column], r);
}

static void want(struct world_columns *c, size_t column)
{
    for (size_t i = 0; i < c->want_n; i++)
        if (c->want[i] == column)
            return;
    if (column < c->table->column_n)
        c->want[c->want_n++] = column;
}

/* A column that is at once a number and the unit (years) stays a number. */
static bool number_units(struct world_columns *c, struct arena *arena, struct err *err)
{
    const struct column *unit = &c->table->column[c->unit];
    if (c->unit == c->table->column_n) {
        c->units = c->table->rows;
        return true;
    }
    if (!scan_load(c->table, &c->unit, 1, &alone, arena, err))
        return false;
    struct unit_codes codes = unit_codes(unit, c->table->rows, arena);
    c->unit_of = codes.code;
    c->units = codes.n;
    return true;
}

bool world_columns(const struct hypothesis *h, struct table *table, struct arena *arena,
                   struct world_columns *ret, struct err *err)
{
    const struct str text[CONDITION_COUNT] = {h->where, h->against, h->only};
    bool words = h->measure == WORLD_ALPHA;
    *ret = (struct world_columns){.table = table};
    if (table->rows > INT32_MAX)
        return FAIL(err, ERR_LIMIT, _("Divide the table, for example by years."),
                    _("The table has more than two billion rows."));
    if (!find(table, h->target, &ret->target, err) || !find(table, h->by, &ret->by, err) ||
        !find(table, h->unit, &ret->unit, err))
        return false;
    if (!words && (!needs_numbers(table, ret->target, err) || !needs_numbers(table, ret->by, err)))
        return false;
    if (words && h->level != LEVEL_NOMINAL && !needs_numbers(table, ret->target, err))
        return false;
    for (size_t i = 0; i < CONDITION_COUNT; i++) {
        if (!read_condition(text[i], table, &ret->condition[i], err))
            return false;
        if (ret->condition[i].there)
            want(ret, ret->condition[i].column);
    }
    want(ret, ret->target);
    want(ret, ret->by);
    return number_units(ret, arena, err);
}

/* --- answers ----------------------------------------------------------------------------------*/

struct answer {
    uint32_t item;
    uint32_t person;
    uint32_t row;
};

static int by_item(const void *a, const void *b)
{
    const struct answer *x = a;
    const struct answer *y = b;
    if (x->item != y->item)
        return x->item < y->item ? -1 : 1;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Rows with an item, a person, an answer, for which `only` holds. */
static size_t take_answers(const struct world_columns *c, const struct unit_codes *person,
                           const struct unit_codes *answer, struct answer *ret)
{
    size_t n = 0;
    for (size_t r = 0; r < c->table->rows; r++)
        if (c->unit_of[r] != UNIT_NONE && person->code[r] != UNIT_NONE &&
            answer->code[r] != UNIT_NONE &&
            world_holds(&c->condition[CONDITION_ONLY], c->table->column, r))
            ret[n++] = (struct answer){c->unit_of[r], person->code[r], (uint32_t)r};
    if (n)
        qsort(ret, n, sizeof *ret, by_item);
    return n;
}

bool world_answers(const struct hypothesis *h, const struct world_columns *c, struct arena *arena,
                   struct world *ret, struct err *err)
{
    struct table *table = c->table;
    if (!scan_load(table, c->want, c->want_n, &alone, arena, err))
        return false;
    struct unit_codes person = unit_codes(&table->column[c->by], table->rows, arena);
    struct unit_codes answer = unit_codes(&table->column[c->target], table->rows, arena);
    CLEANUP(mem_free) struct answer *all = mem_get(table->rows, sizeof *all);
    size_t n = take_answers(c, &person, &answer, all);
    uint32_t *item = arena_get(arena, n, sizeof *item);
    uint32_t *given = arena_get(arena, n, sizeof *given);
    double *value = arena_get(arena, answer.n, sizeof *value);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && all[i].item == all[i - 1].item && all[i].person == all[i - 1].person)
            continue;
        item[kept] = all[i].item;
        given[kept++] = answer.code[all[i].row];
    }
    for (size_t a = 0; a < answer.n && h->level == LEVEL_INTERVAL; a++)
        value[a] = column_value(&table->column[c->target], answer.row[a]);
    ret->answers = (struct answer_sheet){item, given, kept, c->units, answer.n, value, h->level};
    ret->rows = kept;
    return true;
}
