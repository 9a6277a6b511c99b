/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evaluate/world.h"

#include <string.h>

#include "collect/label.h"
#include "evaluate/world_int.h"
#include "learn/scan.h"

/* Blocks come in ascending order on one thread, so the few sums of products that are not integers
 * run in the order of the rows. */
static const struct cluster alone = {.threads = 1};

/* Rows that a unit needs so that something within it can be said: a slope two and one to judge by,
 * a correlation one more. */
enum { SLOPE_ROWS = 3, CORRELATION_ROWS = 4 };

struct gathering {
    const struct hypothesis *h;
    const struct world_columns *columns;
    struct world_unit *unit; /* (columns->units) */
    uint64_t overlap;        /* rows that both `where` and `against` hold for */
};

/* --- adding up --------------------------------------------------------------------------------*/

/* The unit of a row that takes part; NULL: it takes none. */
static struct world_unit *unit_of(const struct gathering *g, const struct scan_block *block,
                                  size_t r)
{
    size_t row = block->first + r;
    const struct world_columns *c = g->columns;
    if ((c->unit_of && c->unit_of[row] == UNIT_NONE) ||
        !world_holds(&c->condition[CONDITION_ONLY], block->column, r))
        return NULL;
    return &g->unit[c->unit_of ? c->unit_of[row] : row];
}

static void add_share(const struct gathering *g, const struct scan_block *block, size_t r,
                      struct world_unit *unit)
{
    const struct world_condition *where = &g->columns->condition[CONDITION_WHERE];
    if (block->column[where->column].missing[r])
        return;
    unit->side[0].n += world_holds(where, block->column, r);
    unit->side[1].n++;
}

/* Side 0 where `where` holds; side 1 where `against` does, or where `where` could hold and does
 * not. */
static void add_sides(struct gathering *g, const struct scan_block *block, size_t r,
                      struct world_unit *unit)
{
    const struct world_columns *c = g->columns;
    const struct world_condition *where = &c->condition[CONDITION_WHERE];
    const struct world_condition *against = &c->condition[CONDITION_AGAINST];
    const struct column *target = &block->column[c->target];
    if (target->missing[r])
        return;
    bool first = world_holds(where, block->column, r);
    bool second = against->there ? world_holds(against, block->column, r)
                                 : !first && !block->column[where->column].missing[r];
    g->overlap += first && second;
    if (first)
        unit_add(&unit->side[0], target->mantissa[r]);
    else if (second)
        unit_add(&unit->side[1], target->mantissa[r]);
}

static void add_pair(const struct gathering *g, const struct scan_block *block, size_t r,
                     struct world_unit *unit)
{
    const struct column *y = &block->column[g->columns->target];
    const struct column *x = &block->column[g->columns->by];
    if (y->missing[r] || x->missing[r])
        return;
    unit_add(&unit->side[0], y->mantissa[r]);
    unit_add(&unit->side[1], x->mantissa[r]);
}

static void add_block(void *context, const struct scan_block *block, unsigned slot)
{
    struct gathering *g = context;
    (void)slot;
    for (size_t r = 0; r < block->n; r++) {
        struct world_unit *unit = unit_of(g, block, r);
        if (!unit)
            continue;
        if (g->h->measure == WORLD_SHARE)
            add_share(g, block, r, unit);
        else if (g->h->where.n)
            add_sides(g, block, r, unit);
        else
            add_pair(g, block, r, unit);
    }
}

/* The second time: products about the means of the unit. */
static void add_products(void *context, const struct scan_block *block, unsigned slot)
{
    struct gathering *g = context;
    const struct column *y = &block->column[g->columns->target];
    const struct column *x = &block->column[g->columns->by];
    (void)slot;
    for (size_t r = 0; r < block->n; r++) {
        struct world_unit *unit = unit_of(g, block, r);
        if (!unit || y->missing[r] || x->missing[r])
            continue;
        double dy = column_value(y, r) - unit_mean(&unit->side[0], y->exponent);
        double dx = column_value(x, r) - unit_mean(&unit->side[1], x->exponent);
        unit->xx += dx * dx;
        unit->xy += dx * dy;
        unit->yy += dy * dy;
    }
}

static bool scan(struct gathering *g, scan_work *work, struct err *err)
{
    const struct scan scan = {.table = g->columns->table,
                              .want = g->columns->want,
                              .want_n = g->columns->want_n,
                              .cluster = &alone,
                              .work = work,
                              .context = g};
    return scan_run(&scan, err);
}

/* --- which units can be used ------------------------------------------------------------------*/

static bool is_used(const struct world *world, const struct world_unit *unit)
{
    bool both = unit->side[0].n && unit->side[1].n;
    /* Equal values, but for rounding, do not vary. */
    switch (world->measure) {
    case WORLD_SHARE:
        return unit->side[1].n > 0;
    case WORLD_SLOPE:
        return both && (!world->within || (unit->side[0].n >= SLOPE_ROWS && unit->xx > 0));
    case WORLD_CORRELATION:
        return both && (!world->within ||
                        (unit->side[0].n >= CORRELATION_ROWS && unit->xx > 0 && unit->yy > 0));
    case WORLD_DIFFERENCE:
    case WORLD_RATIO:
    case WORLD_ALPHA:
    case WORLD_COUNT:
        break;
    }
    return world->within || !world->two_sides ? both : unit->side[0].n || unit->side[1].n;
}

/* Keep the units that can be used, and count. */
static void keep_units(struct world *world, struct world_unit *unit, size_t units)
{
    world->unit = unit;
    for (size_t u = 0; u < units; u++) {
        bool some = unit[u].side[0].n || unit[u].side[1].n;
        world->found[0] += unit[u].side[0].n;
        world->found[1] += unit[u].side[1].n;
        if (!is_used(world, &unit[u])) {
            world->left_out += some;
            continue;
        }
        uint64_t n[2] = {unit[u].side[0].n, unit[u].side[1].n};
        world->both += n[0] && n[1];
        world->rows += (size_t)(world->two_sides ? n[0] + n[1] : n[1]);
        for (int s = 0; s < 2; s++) {
            if (!n[s] || !world->two_sides)
                continue;
            world->side[s].value += unit_mean(&unit[u].side[s], world->exponent[s]);
            world->side[s].units++;
            world->side[s].rows += n[s];
        }
        unit[world->units++] = unit[u];
    }
    for (int s = 0; s < 2; s++)
        if (world->side[s].units)
            world->side[s].value /= (double)world->side[s].units;
}

static bool any_after(const struct collected *c)
{
    for (size_t b = 0; b < c->batch_n; b++)
        if (c->after[b])
            return true;
    return false;
}

static bool collect(struct record *record, const struct hypothesis *h, const struct ids *only,
                    struct arena *arena, struct world *ret, struct err *err)
{
    struct collect_request request = {.table = h->table,
                                      .freeze = h->frozen ? &h->freeze : NULL,
                                      .only = only,
                                      .missing = h->missing,
                                      .missing_n = h->missing_n,
                                      .may_stream = true};
    if (!collect_table(record, &request, arena, &ret->collected, err))
        return false;
    ret->exploratory = !any_after(&ret->collected);
    request.only_after = true;
    return ret->exploratory || collect_table(record, &request, arena, &ret->collected, err);
}

/* The answers that people give under a guideline. */
static bool gather_answers(struct record *record, const struct hypothesis *h, struct arena *arena,
                           struct world *ret, struct err *err)
{
    struct labels labels;
    struct collected *c = &ret->collected;
    if (!(h->frozen ? labels_load_after(record, &h->guideline, &h->freeze, arena, &labels, err)
                    : labels_load(record, &h->guideline, NULL, arena, &labels, err)))
        return false;
    ret->exploratory = !h->frozen || labels.older;
    c->batch = labels.source;
    c->batch_n = labels.source_n;
    c->after = arena_get(arena, labels.source_n, sizeof *c->after);
    ret->answers = label_sheet(&labels, h->has_level ? h->level : labels.guide.level, arena);
    ret->rows = ret->answers.n;
    return ret->rows > 0 || FAIL(err, ERR_NOT_FOUND, _("Name more: allmende label next"),
                                 _("No item has enough answers yet."));
}

bool world_gather(struct record *record, const struct hypothesis *hypothesis,
                  const struct ids *only, struct arena *arena, struct world *ret, struct err *err)
{
    struct world_columns columns;
    *ret = (struct world){.measure = hypothesis->measure,
                          .two_sides = hypothesis->where.n && hypothesis->measure != WORLD_SHARE,
                          .within = hypothesis->within};
    if (!hypothesis->table.n)
        return gather_answers(record, hypothesis, arena, ret, err);
    struct table *table = &ret->collected.table;
    if (!collect(record, hypothesis, only, arena, ret, err) ||
        !world_columns(hypothesis, table, arena, &columns, err))
        return false;
    struct gathering g = {.h = hypothesis, .columns = &columns};
    if (ret->measure == WORLD_ALPHA)
        return world_answers(hypothesis, &columns, arena, ret, err) &&
               world_check(hypothesis, ret, 0, err);
    g.unit = arena_get(arena, columns.units, sizeof *g.unit);
    if (columns.target < table->column_n)
        ret->exponent[0] = ret->exponent[1] = table->column[columns.target].exponent;
    if (columns.by < table->column_n)
        ret->exponent[1] = table->column[columns.by].exponent;
    bool pairs = columns.by < table->column_n && ret->within;
    if (!scan(&g, add_block, err) || (pairs && !scan(&g, add_products, err)))
        return false;
    keep_units(ret, g.unit, columns.units);
    return world_check(hypothesis, ret, g.overlap, err);
}
