/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/steps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "learn/rng.h"
#include "train/folding.h"

struct climb {
    const struct dataset *data;
    const struct recipe *recipe;
    struct arena *arena;
    bool one_step; /* asked for by its number: no cross-validation */
    struct folding folding;
    struct ladder *ladder;
    struct answers answers[STEPS_MAX]; /* of cross-validation, of each step that has it */
};

static bool train_step(const struct climb *c, const struct dataset *data,
                       const struct algorithm *algorithm, const struct training *rows,
                       struct model *ret, struct err *err)
{
    if (c->recipe->cancelled && c->recipe->cancelled())
        return FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
                    _("Training was stopped."));
    return algorithm->train(data, rows, c->arena, ret, err);
}

/* How the recipe trains, of all rows. */
static struct training training_of(const struct recipe *recipe)
{
    return (struct training){.rule = recipe->rule,
                             .class_weight = recipe->class_weight,
                             .now = recipe->now,
                             .cluster = recipe->cluster};
}

/* Train on all folds but one and answer that one, for each; answers in the order of folding.row. */
static bool cross_validate(const struct climb *c, const struct algorithm *algorithm,
                           const uint8_t *fold, struct answers *ret, struct err *err)
{
    const struct folding *f = &c->folding;
    const struct score_rows all = {.row = f->row,
                                   .n = f->n,
                                   .unit = f->data.group,
                                   .cluster = c->recipe->cluster,
                                   .wanted = c->recipe->metric_class,
                                   .alarm = c->recipe->alarm};
    CLEANUP(mem_free) size_t *row = mem_get(f->n, sizeof *row);
    CLEANUP(mem_free) size_t *place = mem_get(f->n, sizeof *place);
    score_prepare(&f->data, &all, c->arena, ret);
    for (unsigned k = 0; k < f->folds; k++) {
        struct training rest = training_of(c->recipe);
        rest.fold = fold;
        rest.leave_out = k;
        struct model model;
        struct answers some;
        size_t n = 0;
        for (size_t i = 0; i < f->n; i++) {
            if (fold[f->row[i]] == k) {
                row[n] = f->row[i];
                place[n++] = i;
            }
        }
        struct score_rows left_out = all;
        left_out.row = row;
        left_out.n = n;
        if (!train_step(c, &f->data, algorithm, &rest, &model, err) ||
            !score_answers(&model, &f->data, &left_out, c->arena, &some, err))
            return false;
        score_put(ret, place, &some);
    }
    return true;
}

/* Judge a step by cross-validation. A fold that cannot be trained (one class only) leaves it
 * unjudged. */
static bool judge(struct climb *c, const struct algorithm *algorithm, struct step *step,
                  struct err *err)
{
    struct err why = {0};
    struct answers *answers = &c->answers[c->ladder->step_n];
    const uint8_t *fold = c->recipe->side_by_side ? c->folding.by_row : c->folding.by_group;
    if (c->folding.folds == 0)
        return true;
    if (!cross_validate(c, algorithm, fold, answers, &why)) {
        if (why.code != ERR_INPUT) {
            *err = why;
            return false;
        }
        return true;
    }
    step->has_cv = true;
    step->cv = score_range(answers, c->recipe->metric, c->recipe->confidence,
                           rng_seed(&c->recipe->salt, 4));
    return true;
}

static bool take_step(struct climb *c, const struct algorithm *algorithm, struct err *err)
{
    struct step *step = &c->ladder->step[c->ladder->step_n];
    struct training all = training_of(c->recipe);
    struct meter meter = {.cpu_s = 0};
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    double start = clock_cpu_s();
    BUG_IF(c->ladder->step_n == STEPS_MAX);
    if (c->recipe->meter)
        meter = *c->recipe->meter;
    meter_begin(&meter, meter_root);
    all.digest = c->recipe->digest;
    *step = (struct step){.rung = algorithm->rung, .algorithm = algorithm};
    if (!train_step(c, c->data, algorithm, &all, &step->model, err) ||
        !judge(c, algorithm, step, err))
        return false;
    model_write(&step->model, &file);
    step->bytes = file.n;
    step->id = hash_of(file.at, file.n);
    step->cpu_s = clock_cpu_s() - start;
    step->cost = meter_end(&meter, meter_root);
    c->ladder->step_n++;
    return true;
}

/* Does the range of the last step clear the goal? Then climbing ends. */
static bool clears(const struct climb *c)
{
    const struct step *step = &c->ladder->step[c->ladder->step_n - 1];
    const struct recipe *r = c->recipe;
    return r->has_goal && step->has_cv &&
           verdict_of(&step->cv, r->comparator, r->threshold, r->least_units) == VERDICT_SUPPORTED;
}

/* Is score a within the margin of score b (or better)? Errors are compared as shares of b. */
static bool within(const struct recipe *recipe, double a, double b)
{
    if (metric_larger_is_better(recipe->metric))
        return a >= b - recipe->margin;
    return a <= b * (1 + recipe->margin);
}

static bool better(const struct recipe *recipe, double a, double b)
{
    return metric_larger_is_better(recipe->metric) ? a > b : a < b;
}

/* The best of the steps first … end - 1 that were judged; end if none was. */
static size_t best_of(const struct climb *c, const double *score, const bool *judged, size_t first,
                      size_t end)
{
    size_t best = end;
    for (size_t i = first; i < end; i++)
        if (judged[i] && (best == end || better(c->recipe, score[i], score[best])))
            best = i;
    return best;
}

/* The lowest step within the margin of the best; score (step_n), judged marks those that have one.
 * Of the weighted sums of step 1 none is simpler than the other, so there the better one counts. */
static size_t lowest_sufficient(const struct climb *c, const double *score, const bool *judged)
{
    const struct ladder *l = c->ladder;
    size_t best = best_of(c, score, judged, 0, l->step_n);
    if (best == l->step_n)
        return 0;
    for (size_t i = 0; i < best; i++) {
        size_t end = i;
        if (!judged[i] || !within(c->recipe, score[i], score[best]))
            continue;
        while (l->step[i].rung == 1 && end < l->step_n && l->step[end].rung == 1)
            end++;
        return end > i ? best_of(c, score, judged, i, end) : i;
    }
    return best;
}

/* Trees answer beyond what they have seen as at its edge. Where columns have other values in the
 * part set aside, a step below them is taken if the range of the best step reaches as far. */
static size_t heed_drift(const struct climb *c, const double *score, const bool *judged,
                         size_t chosen)
{
    const struct ladder *l = c->ladder;
    const struct interval *range = &l->step[chosen].cv;
    size_t end = 0;
    if (!c->recipe->drifted || l->step[chosen].rung < 2)
        return chosen;
    while (l->step[end].rung < 2)
        end++;
    size_t lower = best_of(c, score, judged, 0, end);
    bool reached =
        lower < end && (metric_larger_is_better(c->recipe->metric) ? score[lower] >= range->low
                                                                   : score[lower] <= range->high);
    return reached && l->step[lower].rung > 0 ? lower : chosen;
}

static size_t choose(const struct climb *c)
{
    struct ladder *l = c->ladder;
    double score[STEPS_MAX] = {0};
    bool judged[STEPS_MAX] = {false};
    if (l->stopped)
        return l->step_n - 1;
    for (size_t i = 0; i < l->step_n; i++) {
        judged[i] = l->step[i].has_cv;
        score[i] = l->step[i].cv.value;
    }
    size_t chosen = lowest_sufficient(c, score, judged);
    size_t heeded = heed_drift(c, score, judged, chosen);
    l->cautious = heeded != chosen;
    return heeded;
}

/* What a right answer of class k is worth: 1 / n for accuracy, 1 / (classes * n_k) for balanced. */
static void class_worth(const struct answers *a, enum metric metric, double *ret)
{
    size_t classes = 0;
    for (size_t i = 0; i < a->n; i++)
        ret[a->truth_class[i]] += 1;
    for (size_t k = 0; k < a->class_n; k++)
        classes += ret[k] > 0;
    for (size_t k = 0; k < a->class_n; k++) {
        if (metric == METRIC_BALANCED_ACCURACY)
            ret[k] = ret[k] > 0 ? 1 / ((double)classes * ret[k]) : 0;
        else
            ret[k] = 1 / (double)a->n;
    }
}

/* The gap is a sum over rows, so a unit's share of it, times the number of units, is one value a
 * unit whose mean is the gap; Student's t over those gives the range. */
static struct interval gap_range(const struct answers *rows, const struct answers *groups,
                                 enum metric metric, double confidence)
{
    CLEANUP(mem_free) double *share = mem_get(groups->units, sizeof *share);
    CLEANUP(mem_free) double *worth = mem_get(groups->class_n + 1, sizeof *worth);
    if (groups->task == TASK_CLASSIFICATION)
        class_worth(groups, metric, worth);
    for (size_t i = 0; i < groups->n; i++) {
        double gain;
        if (groups->task == TASK_CLASSIFICATION) {
            int right = rows->guess_class[i] == rows->truth_class[i];
            int before = groups->guess_class[i] == groups->truth_class[i];
            gain = (right - before) * worth[groups->truth_class[i]];
        } else {
            gain = (fabs(groups->guess_value[i] - groups->truth_value[i]) -
                    fabs(rows->guess_value[i] - rows->truth_value[i])) /
                   (double)groups->n;
        }
        share[groups->unit[i]] += gain * (double)groups->units;
    }
    return interval_mean(share, groups->units, confidence);
}

/* Judge a step in the other way; *ret_judged is false if a fold could not be trained. */
static bool judge_otherwise(const struct climb *c, const struct step *step, const uint8_t *fold,
                            struct answers *ret, bool *ret_judged, struct err *err)
{
    struct err why = {0};
    *ret_judged = false;
    if (!step->has_cv)
        return true;
    *ret_judged = cross_validate(c, step->algorithm, fold, ret, &why);
    if (*ret_judged || why.code == ERR_INPUT)
        return true;
    *err = why;
    return false;
}

static void measure_gap(struct climb *c, const struct answers *naive, const struct answers *honest)
{
    struct ladder *l = c->ladder;
    l->gap_metric = honest->task == TASK_REGRESSION                 ? METRIC_MAE
                    : c->recipe->metric == METRIC_BALANCED_ACCURACY ? METRIC_BALANCED_ACCURACY
                                                                    : METRIC_ACCURACY;
    l->gap = gap_range(naive, honest, l->gap_metric, c->recipe->confidence);
    /* Both ways answered alike in every unit: there is no difference to give a range to. */
    l->has_gap = l->gap.usable;
}

/* Steps were judged by rows drawn at random: what of it holds for the chosen one? */
static bool gap_of_chosen(struct climb *c, struct err *err)
{
    struct ladder *l = c->ladder;
    struct answers honest;
    bool judged;
    if (!judge_otherwise(c, &l->step[l->chosen], c->folding.by_group, &honest, &judged, err))
        return false;
    l->gap_step = l->chosen;
    if (judged)
        measure_gap(c, &c->answers[l->chosen], &honest);
    return true;
}

/* What somebody would claim who draws rows at random and chooses by that, less what holds. */
static bool find_gap(struct climb *c, struct err *err)
{
    struct ladder *l = c->ladder;
    struct answers naive[STEPS_MAX];
    double score[STEPS_MAX] = {0};
    bool judged[STEPS_MAX] = {false};
    if (!c->data->group || !l->step[l->chosen].has_cv ||
        c->answers[l->chosen].units < STEPS_GAP_GROUPS)
        return true;
    if (c->recipe->side_by_side)
        return gap_of_chosen(c, err);
    for (size_t i = 0; i < l->step_n; i++) {
        if (!judge_otherwise(c, &l->step[i], c->folding.by_row, &naive[i], &judged[i], err))
            return false;
        judged[i] = judged[i] && score_point(&naive[i], c->recipe->metric, &score[i]);
    }
    l->gap_step = lowest_sufficient(c, score, judged);
    if (judged[l->gap_step])
        measure_gap(c, &naive[l->gap_step], &c->answers[l->chosen]);
    return true;
}

/* Is this algorithm one for what is asked? */
static bool fits(const struct climb *c, const struct algorithm *a)
{
    const struct recipe *r = c->recipe;
    bool classes = train_task(c->data) == TASK_CLASSIFICATION;
    if (!(r->rungs >> a->rung & 1) || !(classes ? a->classes : a->numbers))
        return false;
    if (strcmp(a->name, "rule/1") == 0)
        return r->rule.n > 0;
    return strcmp(a->name, "last/1") != 0 || r->now.n > 0;
}

/* For one step that is asked for by its number stands the last of its algorithms that can; without
 * folds to judge by nobody knows whether a model helps, so only step 0 is climbed. */
static bool leave_out(const struct climb *c, const struct algorithm *a, const struct algorithm *end)
{
    if (a->rung == 0)
        return false;
    if (!c->one_step)
        return c->folding.folds == 0;
    for (const struct algorithm *later = a + 1; later < end; later++)
        if (later->alone && fits(c, later))
            return true;
    return !a->alone;
}

static bool is_spent(const struct climb *c)
{
    const struct recipe *r = c->recipe;
    if (!r->meter || (r->budget_s <= 0 && r->budget_j <= 0))
        return false;
    struct cost cost = meter_end(r->meter, meter_root);
    return (r->budget_s > 0 && (double)cost.cpu_ms >= r->budget_s * 1000) ||
           (r->budget_j > 0 && (double)cost.high_mj >= r->budget_j * 1000);
}

/* The widest feature, for a sentence about a step that was too large. */
static struct str widest(const struct dataset *data)
{
    const struct column *column = data->table->column;
    struct str name = {"", 0};
    size_t most = 1;
    for (size_t f = 0; f < data->feature_n; f++)
        if (column[data->feature[f]].category_n > most) {
            most = column[data->feature[f]].category_n;
            name = column[data->feature[f]].name;
        }
    return name;
}

/* Too large for this step: those below it stand. */
static bool go_without(struct climb *c, const struct algorithm *a, struct err *err)
{
    struct str wide = widest(c->data);
    if (err->code != ERR_LIMIT || c->ladder->step_n == 0)
        return false;
    c->ladder->why_missing =
        wide.n
            ? arena_printf(c->arena,
                           _("Step %u (%s) was left out. %s The widest column is \"%.*s\"; leave "
                             "it out with --ignore."),
                           a->rung, algorithm_words(str_of(a->name)), err->what, STR_ARG(wide))
            : arena_printf(c->arena, _("Step %u (%s) was left out. %s %s"), a->rung,
                           algorithm_words(str_of(a->name)), err->what, err->next);
    err_clear(err);
    return true;
}

static bool climb_all(struct climb *c, struct err *err)
{
    struct ladder *l = c->ladder;
    size_t n;
    const struct algorithm *first = train_algorithms(&n);
    for (const struct algorithm *a = first; a < first + n && !l->stopped; a++) {
        if (!fits(c, a) || leave_out(c, a, first + n))
            continue;
        if (l->step_n && is_spent(c)) {
            l->spent = true;
            return true;
        }
        size_t before = l->step_n;
        if (!take_step(c, a, err) && !go_without(c, a, err))
            return false;
        l->stopped = l->step_n > before && clears(c);
    }
    if (l->step_n == 0)
        return FAIL(err, ERR_INPUT, _("Ask for other steps with --rungs, or for all."),
                    _("None of the steps that were asked for fits this question."));
    return true;
}

static bool is_power_of_two(unsigned bits)
{
    return bits && !(bits & (bits - 1));
}

bool steps_climb(const struct dataset *data, const struct recipe *recipe, struct arena *arena,
                 struct ladder *ret, struct err *err)
{
    struct climb c = {.data = data, .recipe = recipe, .arena = arena, .ladder = ret};
    c.one_step = is_power_of_two(recipe->rungs);
    *ret = (struct ladder){.weighed = recipe->class_weight != NULL};
    if (!score_check(data, recipe->metric, recipe->metric_class, recipe->alarm, err))
        return false;
    if (!c.one_step && !folding_make(data, recipe, arena, &c.folding, err))
        return false;
    ret->folds = c.folding.folds;
    ret->rows_alone = !data->group;
    ret->stretches = recipe->stretches;
    if (c.one_step)
        ret->why_none = _("One step was asked for by its number.");
    else if (ret->folds == 0)
        ret->why_none = _("There is only one group to learn from, so only step 0 ran.");
    if (!climb_all(&c, err))
        return false;
    ret->chosen = c.one_step ? ret->step_n - 1 : choose(&c);
    ret->has_answers = ret->step[ret->chosen].has_cv;
    ret->answers = c.answers[ret->chosen];
    return ret->spent || find_gap(&c, err);
}

const char *algorithm_words(struct str name)
{
    static const struct {
        const char *kind;
        const char *words;
    } all[] = {
        {"majority", N_("always the most frequent answer")},
        {"mean", N_("always the mean")},
        {"last", N_("as it is now")},
        {"rule", N_("your own rule")},
        {"ridge", N_("weighted sum (ridge)")},
        {"logistic", N_("weighted sum (logistic)")},
        {"tree", N_("one small tree")},
        {"trees", N_("many trees")},
    };
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (model_is(name, all[i].kind))
            return _(all[i].words);
    return _("a step that this program does not know");
}

const char *step_name(const struct step *step)
{
    return algorithm_words(step->model.algorithm);
}
