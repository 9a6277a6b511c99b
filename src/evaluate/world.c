/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evaluate/world.h"

#include <string.h>

#include "base/mem.h"

static bool number_column(const struct table *table, struct str name, const struct column **ret,
                          struct err *err)
{
    size_t at = table_find(table, name);
    if (at == table->column_n)
        return FAIL(err, ERR_INPUT, _("Check how the column is spelled in the file."),
                    _("The table has no column \"%.*s\"."), STR_ARG(name));
    *ret = &table->column[at];
    if ((*ret)->type != COLUMN_NUMBER)
        return FAIL(err, ERR_INPUT, _("Name what stands for \"missing\" with --missing."),
                    _("The column \"%.*s\" holds words where numbers are needed."), STR_ARG(name));
    return true;
}

/* The unit of each row: a category of the unit column, or the row itself; false if it is missing.
 */
static bool unit_of(const struct column *unit, size_t row, size_t *ret)
{
    *ret = unit ? unit->code[row] : row;
    return !unit || !unit->missing[row];
}

static void means(const struct column *x, const struct column *y, const struct column *unit,
                  size_t rows, struct world *ret)
{
    size_t units = unit ? unit->category_n : rows;
    CLEANUP(mem_free) size_t *count = mem_get(units, sizeof *count);
    for (size_t r = 0; r < rows; r++) {
        size_t u;
        if (!unit_of(unit, r, &u) || x->missing[r] || y->missing[r])
            continue;
        ret->x[u] += column_value(x, r);
        ret->y[u] += column_value(y, r);
        count[u]++;
        ret->rows++;
    }
    for (size_t u = 0; u < units; u++) {
        if (count[u] == 0)
            continue;
        ret->x[ret->units] = ret->x[u] / (double)count[u];
        ret->y[ret->units] = ret->y[u] / (double)count[u];
        ret->units++;
    }
}

static bool any_after(const struct collected *c)
{
    for (size_t b = 0; b < c->batch_n; b++)
        if (c->after[b])
            return true;
    return false;
}

/* A column that is at once a number and the unit (years) is kept as a number and copied as names.
 */
static bool unit_column(const struct hypothesis *h, struct table *table, struct arena *arena,
                        const struct column **ret, struct err *err)
{
    *ret = NULL;
    if (!h->unit.n)
        return true;
    size_t at = table_find(table, h->unit);
    if (at == table->column_n)
        return FAIL(err, ERR_INPUT, _("Check how the column is spelled in the file."),
                    _("The table has no column \"%.*s\"."), STR_ARG(h->unit));
    struct table one = {.rows = table->rows, .column_n = 1};
    one.column = arena_get(arena, 1, sizeof *one.column);
    one.column[0] = table->column[at];
    if (!table_as_category(arena, &one, 0, err))
        return false;
    *ret = one.column;
    return true;
}

bool world_gather(struct record *record, const struct hypothesis *hypothesis, struct arena *arena,
                  struct world *ret, struct err *err)
{
    struct collect_request request = {.table = hypothesis->table,
                                      .freeze = &hypothesis->freeze,
                                      .missing = hypothesis->missing,
                                      .missing_n = hypothesis->missing_n};
    const struct column *x;
    const struct column *y;
    const struct column *unit;
    *ret = (struct world){.units = 0};
    if (!collect_table(record, &request, arena, &ret->collected, err))
        return false;
    ret->exploratory = !any_after(&ret->collected);
    if (!ret->exploratory) {
        request.only_after = true;
        if (!collect_table(record, &request, arena, &ret->collected, err))
            return false;
    }
    struct table *table = &ret->collected.table;
    if (!number_column(table, hypothesis->by, &x, err) ||
        !number_column(table, hypothesis->target, &y, err) ||
        !unit_column(hypothesis, table, arena, &unit, err))
        return false;
    size_t units = unit ? unit->category_n : table->rows;
    ret->x = arena_get(arena, units, sizeof *ret->x);
    ret->y = arena_get(arena, units, sizeof *ret->y);
    means(x, y, unit, table->rows, ret);
    return ret->rows > 0 || FAIL(err, ERR_INPUT, _("Check what was imported."),
                                 _("No row has both \"%.*s\" and \"%.*s\"."),
                                 STR_ARG(hypothesis->by), STR_ARG(hypothesis->target));
}
