/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evaluate/need.h"

#include <math.h>

#include "base/mem.h"
#include "base/num.h"
#include "collect/label.h"
#include "evaluate/evaluate.h"
#include "evaluate/world.h"

/* One seed for all: the same question has the same answer, whoever asks it. */
enum { SEED = 1 };

/* --- what is said ------------------------------------------------------------------------------*/

/* A decimal with a point or a comma; *ret is untouched if nothing was typed. */
static bool read_number(const char *option, const char *typed, double *ret, struct err *err)
{
    struct decimal value;
    if (!typed)
        return true;
    struct str text = str_trim(str_of(typed));
    if (num_decimal(text, '.', &value) != NUM_OK && num_decimal(text, ',', &value) != NUM_OK)
        return FAIL(err, ERR_INPUT, _("Type a number, such as 0.85."),
                    _("--%s: \"%s\" is not a number."), option, typed);
    *ret = num_double(value);
    return true;
}

static bool in_range(const char *option, double value, double low, double high, struct err *err)
{
    return (value >= low && value <= high) ||
           FAIL(err, ERR_INPUT, _("See: allmende help hypothesis need"),
                _("--%s must lie between %g and %g."), option, low, high);
}

static bool measure_of(const struct hypothesis *h, enum power_measure *ret, struct err *err)
{
    static const enum power_measure world[] = {[WORLD_SHARE] = POWER_SHARE,
                                               [WORLD_DIFFERENCE] = POWER_DIFFERENCE,
                                               [WORLD_RATIO] = POWER_RATIO,
                                               [WORLD_SLOPE] = POWER_SLOPE,
                                               [WORLD_CORRELATION] = POWER_CORRELATION,
                                               [WORLD_ALPHA] = POWER_ALPHA};
    CLEANUP(arena_release) struct arena arena = {NULL};
    bool share = h->metric == METRIC_ACCURACY || h->metric == METRIC_BALANCED_ACCURACY ||
                 h->metric == METRIC_PRECISION || h->metric == METRIC_RECALL;
    bool possible = h->about_model ? share
                                   : h->level == LEVEL_NOMINAL &&
                                         !(h->within && h->measure == WORLD_CORRELATION);
    if (!possible)
        return FAIL(
            err, ERR_UNSUPPORTED,
            _("It can be foretold for share, mean-difference, ratio, slope, correlation, "
              "alpha of names, and about a model for accuracy, balanced-accuracy, precision "
              "and recall."),
            _("How many units \"%s\" needs cannot be foretold yet."),
            hypothesise_measure(h, &arena));
    *ret = h->about_model ? POWER_SHARE : h->within ? POWER_MEAN : world[h->measure];
    if (*ret == POWER_RATIO && h->by.n)
        *ret = POWER_RATE;
    return true;
}

static bool read_request(const struct need_request *request, struct need *need, struct err *err)
{
    struct power_question *q = &need->question;
    double alike = -1;
    if (request->items)
        q->items = (size_t)request->items;
    if (request->choices)
        q->choices = (size_t)request->choices;
    if (!read_number("expect", request->expect, &need->expected, err) ||
        !read_number("spread", request->spread, &q->spread, err) ||
        !read_number("span", request->span, &q->span, err) ||
        !read_number("alike", request->alike, &alike, err))
        return false;
    if (request->alike && !in_range("alike", alike, 0, 1, err))
        return false;
    if (request->span && q->measure != POWER_SLOPE)
        return FAIL(err, ERR_INPUT, _("Leave --span out."), _("--span belongs to a slope."));
    if (request->alike)
        q->alike_e4 = (unsigned)rint(alike * POWER_E4);
    return true;
}

/* How many choose, and among what: as the guideline says. */
static bool read_guideline(struct record *record, struct need *need, struct arena *arena,
                           struct err *err)
{
    struct guideline guide;
    struct power_question *q = &need->question;
    if (q->measure != POWER_ALPHA || !need->hypothesis.has_guideline)
        return true;
    if (!label_guideline(record, &need->hypothesis.guideline, arena, &guide, err))
        return false;
    q->choices = guide.choice_n;
    q->items = (size_t)(guide.enough < POWER_ROWS_MAX / UNITS_MIN ? guide.enough
                                                                  : POWER_ROWS_MAX / UNITS_MIN);
    return guide.level == LEVEL_NOMINAL ||
           FAIL(err, ERR_UNSUPPORTED, _("Ask a smaller group to try it out."),
                _("How many observations agreement about steps or numbers needs cannot be foretold "
                  "yet."));
}

/* --- what data show ----------------------------------------------------------------------------*/

/* Nothing of the table may be set aside unseen by another guess. */
static bool nothing_is_set_aside(struct record *record, const struct hypothesis *h,
                                 struct arena *arena, struct err *err)
{
    struct hypothesis *all;
    size_t n;
    if (!hypothesise_list(record, arena, &all, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool open;
        if (!all[i].frozen || !all[i].about_model || !str_eq(all[i].table, h->table))
            continue;
        if (!evaluate_is_open(record, &all[i].id, &open, err))
            return false;
        if (!open)
            return FAIL(err, ERR_CONFLICT, _("Say what you expect with --expect and --spread."),
                        _("The guess %.8s has set a part of \"%.*s\" aside; nobody may look at it "
                          "yet."),
                        hash_hex(&all[i].id).at, STR_ARG(h->table));
    }
    return true;
}

static double deviation(const double *value, size_t n)
{
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += value[i];
    for (size_t i = 0; i < n; i++)
        squares += (value[i] - sum / (double)n) * (value[i] - sum / (double)n);
    return n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
}

static void share_of(const struct world *world, struct need *need)
{
    CLEANUP(mem_free) uint64_t *hits = mem_get(world->units, sizeof *hits);
    CLEANUP(mem_free) uint64_t *sizes = mem_get(world->units, sizeof *sizes);
    for (size_t u = 0; u < world->units; u++) {
        hits[u] = world->unit[u].side[0].n;
        sizes[u] = world->unit[u].side[1].n;
    }
    struct power_question *q = &need->question;
    double size = (double)world->rows / (double)world->units;
    q->items = size < 1.5 ? 1 : (size_t)rint(size);
    q->alike_e4 = (unsigned)rint(power_alike(hits, sizes, world->units) * POWER_E4);
}

/* The spread of the values that units have: about their side, the line, or their mean. */
static double spread_of(const struct world *world, const struct interval *range,
                        struct power_question *q)
{
    CLEANUP(mem_free) double *value = mem_get(world->units, sizeof *value);
    double least = HUGE_VAL;
    double most = -HUGE_VAL;
    for (size_t u = 0; u < world->units; u++) {
        const struct world_unit *unit = &world->unit[u];
        double mean[2] = {unit_mean(&unit->side[0], world->exponent[0]),
                          unit_mean(&unit->side[1], world->exponent[1])};
        if (q->measure == POWER_SLOPE)
            value[u] = mean[0] - range->value * mean[1];
        else if (q->measure == POWER_DIFFERENCE)
            value[u] =
                unit->side[0].n ? mean[0] - world->side[0].value : mean[1] - world->side[1].value;
        else if (q->measure == POWER_RATIO)
            value[u] = unit->side[0].n ? mean[0] / world->side[0].value - 1
                                       : mean[1] / world->side[1].value - 1;
        else if (q->measure == POWER_RATE)
            value[u] = unit_total(&unit->side[0], world->exponent[0]) /
                           (range->value * unit_total(&unit->side[1], world->exponent[1])) -
                       1;
        else if (world->measure == WORLD_SLOPE)
            value[u] = unit->xy / unit->xx;
        else
            value[u] = mean[0] - mean[1];
        least = mean[1] < least ? mean[1] : least;
        most = mean[1] > most ? mean[1] : most;
    }
    if (q->measure == POWER_SLOPE && q->span == 0)
        q->span = most - least;
    return deviation(value, world->units);
}

static bool look_at_data(struct record *record, struct need *need, struct arena *arena,
                         struct err *err)
{
    const struct hypothesis *h = &need->hypothesis;
    struct power_question *q = &need->question;
    if (h->about_model)
        return FAIL(
            err, ERR_UNSUPPORTED,
            _("Type what `train` says beside a step as --expect, with --items and --alike."),
            _("A guess about a model has no answers yet to learn this from."));
    if (q->measure == POWER_ALPHA)
        return FAIL(err, ERR_UNSUPPORTED, _("Say what you expect with --expect."),
                    _("How far people will agree is not taken from answers that are there."));
    struct world *world = arena_get(arena, 1, sizeof *world);
    if (!nothing_is_set_aside(record, h, arena, err) ||
        !world_gather(record, h, NULL, arena, world, err))
        return false;
    if (h->frozen && !world->exploratory)
        return FAIL(err, ERR_CONFLICT, _("See what they say: allmende evaluate HYPOTHESIS"),
                    _("These data came after the guess was locked: this would be a look at them."));
    struct interval range = world_range(world, h->confidence);
    need->seen = world->units;
    if (isnan(need->expected))
        need->expected = range.value;
    if (q->measure == POWER_SHARE)
        share_of(world, need);
    else if (q->measure != POWER_CORRELATION)
        q->spread = spread_of(world, &range, q); /* of units' values: one row a unit */
    return true;
}

/* --- is it all there? --------------------------------------------------------------------------*/

/* Of alpha: how many answer, among how many choices. */
static bool check_answers(const struct need_request *request, const struct power_question *q,
                          struct err *err)
{
    if (request->alike)
        return FAIL(err, ERR_INPUT, _("Leave --alike out."),
                    _("How alike answers are is what is asked."));
    if (q->choices < 2)
        return FAIL(err, ERR_INPUT, _("For example: --choices 3"),
                    _("Say among how many choices people choose."));
    return q->items >= 2 || FAIL(err, ERR_INPUT, _("For example: --items 3"),
                                 _("Say how many people answer about each observation."));
}

static bool check_parts(const struct need_request *request, const struct need *need,
                        struct err *err)
{
    const struct power_question *q = &need->question;
    bool data = request->from_data;
    bool units_alone = q->measure == POWER_CORRELATION || q->measure == POWER_MEAN;
    if (isnan(need->expected))
        return FAIL(err, ERR_INPUT, _("For example: --expect 0.85; or, with data, --from-data"),
                    _("Say what you think it really is."));
    if ((q->measure == POWER_SHARE || q->measure == POWER_ALPHA) && request->spread)
        return FAIL(err, ERR_INPUT, _("Leave --spread out."),
                    _("A share has no spread, and neither has agreement."));
    if (q->measure == POWER_ALPHA)
        return check_answers(request, q, err);
    if ((q->measure == POWER_RATIO || q->measure == POWER_RATE) && !(q->spread > 0))
        return FAIL(err, ERR_INPUT,
                    _("For example --spread 0.5: two of three values lie within half of their "
                      "mean; or, with data, --from-data"),
                    _("Say how much single values differ, as a share of their mean."));
    if (q->measure != POWER_SHARE && q->measure != POWER_CORRELATION && !(q->spread > 0))
        return FAIL(err, ERR_INPUT,
                    _("For example --spread 2.5: two of three values lie within 2.5 of their "
                      "mean; or, with data, --from-data"),
                    _("Say how much single values differ."));
    if ((units_alone || (data && q->measure != POWER_SHARE)) && (q->items > 1 || request->alike))
        return FAIL(err, ERR_INPUT, _("Leave --items and --alike out."),
                    _("Here each unit counts with one value."));
    if (q->items > 1 && !request->alike && !data)
        return FAIL(err, ERR_INPUT,
                    _("Type --alike 0 (not at all), 0.3 (somewhat) … 1 (they are all the same)."),
                    _("Say how alike the rows of one unit are."));
    return true;
}

static bool check_expected(struct need *need, struct err *err)
{
    struct power_question *q = &need->question;
    q->expected = need->expected;
    bool in_one = q->measure == POWER_SHARE || q->measure == POWER_ALPHA;
    if (in_one && !in_range("expect", need->expected, 0, 1, err))
        return false;
    if (q->measure == POWER_CORRELATION && !in_range("expect", need->expected, -1, 1, err))
        return false;
    if (q->measure == POWER_SHARE)
        q->share_e4 = (unsigned)rint(need->expected * POWER_E4);
    bool beyond =
        q->comparator == AT_LEAST ? need->expected > q->threshold : need->expected < q->threshold;
    return beyond || FAIL(err, ERR_INPUT,
                          _("Expect something beyond the mark, or set another mark: allmende help "
                            "hypothesis amend"),
                          _("If it is really %g, a mark of %g is not cleared by any number of "
                            "units."),
                          need->expected, q->threshold);
}

/* --- drawing -----------------------------------------------------------------------------------*/

static bool add_chance(struct need *need, size_t units, struct err *err)
{
    const struct power_question *q = &need->question;
    if (units > POWER_ROWS_MAX / q->items)
        return FAIL(err, ERR_LIMIT, _("Name fewer units, or fewer rows a unit."),
                    _("%zu units of %zu rows are more than can be drawn (%d rows)."), units,
                    q->items, POWER_ROWS_MAX);
    need->chance[need->chance_n++] = (struct need_chance){units, power_supported(q, units)};
    return true;
}

static bool add_chances(struct need *need, const char *typed, struct err *err)
{
    static const size_t usual[] = {5, 10, 20, 50, 100, 200};
    struct str rest = str_of(typed);
    struct str one;
    if (!typed) {
        for (size_t i = 0; i < COUNT_OF(usual); i++)
            if (usual[i] <= POWER_ROWS_MAX / need->question.items &&
                !add_chance(need, usual[i], err))
                return false;
        return true;
    }
    while (rest.n && str_cut(&rest, ',', &one)) {
        struct decimal value = {0, 0};
        bool whole = num_decimal(str_trim(one), '.', &value) == NUM_OK && value.exponent >= 0 &&
                     value.exponent < 6 && value.mantissa > 0 && value.mantissa <= POWER_ROWS_MAX;
        if (!whole || need->chance_n == NEED_CHANCES_MAX)
            return FAIL(err, ERR_INPUT, _("For example: --units 10,20,50"),
                        _("--units takes up to %d whole numbers, not \"%s\"."), NEED_CHANCES_MAX,
                        typed);
        if (!add_chance(need, (size_t)num_double(value), err))
            return false;
    }
    return true;
}

bool need_run(struct record *record, const struct hash *hypothesis,
              const struct need_request *request, struct arena *arena, struct need *ret,
              struct err *err)
{
    struct need *need = ret;
    struct power_question *q = &need->question;
    struct hypothesis *h = &need->hypothesis;
    *need = (struct need){.expected = (double)NAN, .from_data = request->from_data};
    if (!hypothesise_load(record, hypothesis, arena, h, err))
        return false;
    if (h->presence != BODY_PRESENT)
        return FAIL(err, ERR_NOT_FOUND, _("Get it from another copy."),
                    _("What the guess %.8s says is not here."), hash_hex(hypothesis).at);
    *q = (struct power_question){.comparator = h->comparator,
                                 .threshold = h->threshold,
                                 .items = 1,
                                 .confidence = h->confidence,
                                 .least_units = h->least_units,
                                 .seed = SEED};
    if (!measure_of(h, &q->measure, err) || !read_guideline(record, need, arena, err) ||
        (request->from_data && !look_at_data(record, need, arena, err)) ||
        !read_request(request, need, err) || !check_parts(request, need, err) ||
        !check_expected(need, err) || !add_chances(need, request->units, err))
        return false;
    need->reached = power_least(q, NEED_WANTED, &need->least);
    if (need->reached && h->split.share_e4)
        need->all = (size_t)ceil((double)need->least * 10000 / h->split.share_e4);
    return true;
}
