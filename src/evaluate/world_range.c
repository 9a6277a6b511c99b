/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what each unit has to the range of the measure; and what can have none. */
#include <math.h>

#include "base/mem.h"
#include "evaluate/world_int.h"
#include "learn/real.h"
#include "train/train.h"

/* --- ranges -----------------------------------------------------------------------------------*/

static struct interval share(const struct world *world, double confidence)
{
    CLEANUP(mem_free) uint64_t *hits = mem_get(world->units, sizeof *hits);
    CLEANUP(mem_free) uint64_t *sizes = mem_get(world->units, sizeof *sizes);
    for (size_t u = 0; u < world->units; u++) {
        hits[u] = world->unit[u].side[0].n;
        sizes[u] = world->unit[u].side[1].n;
    }
    return interval_share(hits, sizes, world->units, confidence);
}

static struct interval two_sides(const struct world *world, double confidence)
{
    CLEANUP(mem_free) double *first = mem_get(world->units, sizeof *first);
    CLEANUP(mem_free) double *second = mem_get(world->units, sizeof *second);
    CLEANUP(mem_free) uint8_t *in_first = mem_get(world->units, 1);
    CLEANUP(mem_free) uint8_t *in_second = mem_get(world->units, 1);
    for (size_t u = 0; u < world->units; u++) {
        const struct world_unit *unit = &world->unit[u];
        in_first[u] = unit->side[0].n > 0;
        in_second[u] = unit->side[1].n > 0;
        first[u] = unit_mean(&unit->side[0], world->exponent[0]);
        second[u] = unit_mean(&unit->side[1], world->exponent[1]);
    }
    const struct interval_sides sides = {{first, second}, {in_first, in_second}, world->units};
    return world->measure == WORLD_RATIO ? interval_mean_ratio(&sides, confidence)
                                         : interval_difference(&sides, confidence);
}

/* atanh of the correlation within a unit. A unit of few rows that lie on a line by chance would be
 * infinitely sure; it counts as 0.999. */
static double z_within(const struct world_unit *unit)
{
    double r = unit->xy / sqrt(unit->xx * unit->yy);
    return real_atanh(fmax(-0.999, fmin(r, 0.999)));
}

/* One number for each unit, and Student's t over these. */
static struct interval within(const struct world *world, double confidence)
{
    CLEANUP(mem_free) double *value = mem_get(world->units, sizeof *value);
    bool correlation = world->measure == WORLD_CORRELATION;
    for (size_t u = 0; u < world->units; u++) {
        const struct world_unit *unit = &world->unit[u];
        if (correlation)
            value[u] = z_within(unit);
        else if (world->measure == WORLD_SLOPE)
            value[u] = unit->xy / unit->xx;
        else
            value[u] = unit_mean(&unit->side[0], world->exponent[0]) -
                       unit_mean(&unit->side[1], world->exponent[1]);
    }
    struct interval range = interval_mean(value, world->units, confidence);
    range.shape = correlation ? SHAPE_Z : SHAPE_STUDENT;
    if (!correlation)
        return range;
    range.value = real_tanh(range.value);
    range.low = range.usable ? real_tanh(range.low) : -1;
    range.high = range.usable ? real_tanh(range.high) : 1;
    return range;
}

/* Two values of each unit: means, or sums for a ratio. */
static struct interval pairs(const struct world *world, double confidence)
{
    CLEANUP(mem_free) double *y = mem_get(world->units, sizeof *y);
    CLEANUP(mem_free) double *x = mem_get(world->units, sizeof *x);
    double (*of)(const struct unit_sum *sum, int exponent) =
        world->measure == WORLD_RATIO ? unit_total : unit_mean;
    for (size_t u = 0; u < world->units; u++) {
        y[u] = of(&world->unit[u].side[0], world->exponent[0]);
        x[u] = of(&world->unit[u].side[1], world->exponent[1]);
    }
    if (world->measure == WORLD_RATIO)
        return interval_ratio(y, x, world->units, confidence);
    return world->measure == WORLD_SLOPE ? interval_slope(x, y, world->units, confidence)
                                         : interval_correlation(x, y, world->units, confidence);
}

struct interval world_range(const struct world *world, double confidence)
{
    if (world->measure == WORLD_SHARE)
        return share(world, confidence);
    if (world->measure == WORLD_ALPHA)
        return agreement_range(&world->answers, confidence).range;
    if (world->within)
        return within(world, confidence);
    return world->two_sides ? two_sides(world, confidence) : pairs(world, confidence);
}

void world_put(const struct world *world, json_t *body)
{
    json_object_set_new(body, "left_out", json_integer((json_int_t)world->left_out));
    if (!world->two_sides)
        return;
    json_t *sides = json_array();
    for (int s = 0; s < 2; s++)
        json_array_append_new(sides, json_pack("{s:o,s:I,s:I}", "value",
                                               train_real_json(world->side[s].value), "units",
                                               (json_int_t)world->side[s].units, "rows",
                                               (json_int_t)world->side[s].rows));
    json_object_set_new(body, "sides", sides);
    json_object_set_new(body, "both", json_integer((json_int_t)world->both));
}

/* --- what can give no result ------------------------------------------------------------------*/

static bool check_sides(const struct hypothesis *h, const struct world *world, uint64_t overlap,
                        struct err *err)
{
    if (overlap > 0)
        return FAIL(err, ERR_INPUT,
                    _("Write a new guess whose two conditions never hold for the same row."),
                    _("%llu rows lie on both sides: %.*s, and %.*s"), (unsigned long long)overlap,
                    STR_ARG(h->where), STR_ARG(h->against));
    if (world->found[0] == 0)
        return FAIL(err, ERR_INPUT, _("Check the spelling; see the table: allmende collect list"),
                    _("One side is empty: no row has \"%.*s\" and %.*s."), STR_ARG(h->target),
                    STR_ARG(h->where));
    if (world->found[1] == 0)
        return FAIL(err, ERR_INPUT, _("Bring in observations of the other side as well."),
                    _("One side is empty: there is nothing to compare with, where %.*s."),
                    STR_ARG(h->where));
    if (world->units == 0)
        return FAIL(err, ERR_INPUT, _("Write a new guess without --within."),
                    _("No unit of \"%.*s\" has both sides."), STR_ARG(h->unit));
    return h->measure != WORLD_RATIO || (world->side[0].value >= 0 && world->side[1].value > 0) ||
           FAIL(err, ERR_INPUT, _("Compare by a difference: --measure mean-difference"),
                _("How many times it is cannot be said: a mean is 0 or below."));
}

/* Does every unit have the same mean of this side? */
static bool is_constant(const struct world *world, int side)
{
    double first = unit_mean(&world->unit[0].side[side], world->exponent[side]);
    for (size_t u = 1; u < world->units; u++)
        if (unit_mean(&world->unit[u].side[side], world->exponent[side]) != first)
            return false;
    return true;
}

static bool refuse_constant(struct str name, struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Bring in observations in which it varies."),
                _("\"%.*s\" is the same in all units, so nothing can be said about it."),
                STR_ARG(name));
}

static bool check_pairs(const struct hypothesis *h, const struct world *world, struct err *err)
{
    if (world->found[0] == 0)
        return FAIL(err, ERR_INPUT, _("Check what was imported."),
                    _("No row has both \"%.*s\" and \"%.*s\"."), STR_ARG(h->by),
                    STR_ARG(h->target));
    if (world->units == 0)
        return FAIL(err, ERR_INPUT, _("Write a new guess without --within."),
                    _("Within no unit of \"%.*s\" does \"%.*s\" vary over enough rows."),
                    STR_ARG(h->unit), STR_ARG(h->by));
    if (h->measure == WORLD_RATIO) {
        struct unit_sum sum[2] = {{.n = 0}, {.n = 0}};
        for (size_t u = 0; u < world->units; u++)
            for (int s = 0; s < 2; s++)
                unit_join(&sum[s], &world->unit[u].side[s]);
        return (unit_total(&sum[0], 0) >= 0 && unit_total(&sum[1], 0) > 0) ||
               FAIL(err, ERR_INPUT, _("Name a column with --by that counts or measures how much."),
                    _("There is no ratio: \"%.*s\" or \"%.*s\" adds up to 0 or below."),
                    STR_ARG(h->by), STR_ARG(h->target));
    }
    if (world->within || world->units == 1)
        return true;
    if (is_constant(world, 1))
        return refuse_constant(h->by, err);
    return h->measure != WORLD_CORRELATION || !is_constant(world, 0) ||
           refuse_constant(h->target, err);
}

static bool check_answers(const struct hypothesis *h, const struct world *world, struct err *err)
{
    struct agreement found = agreement_range(&world->answers, 0.95);
    if (found.range.units == 0)
        return FAIL(err, ERR_INPUT, _("Let several people answer about the same items."),
                    _("No \"%.*s\" has answers of two people."), STR_ARG(h->unit));
    return found.kinds > 1 ||
           FAIL(err, ERR_INPUT, _("Bring in items about which the answers differ."),
                _("All answers in \"%.*s\" are the same, so nothing can be said about chance."),
                STR_ARG(h->target));
}

bool world_check(const struct hypothesis *h, const struct world *world, uint64_t overlap,
                 struct err *err)
{
    if (h->measure == WORLD_ALPHA)
        return check_answers(h, world, err);
    if (h->measure == WORLD_SHARE)
        return world->units > 0 ||
               FAIL(err, ERR_INPUT, _("Check what was imported."),
                    _("No row can say whether this holds: %.*s"), STR_ARG(h->where));
    return world->two_sides ? check_sides(h, world, overlap, err) : check_pairs(h, world, err);
}
