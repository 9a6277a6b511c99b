/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/steps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "learn/rng.h"
#include "learn/split.h"

/* What cross-validation works on: the training rows that take part, and two ways to fold them. */
struct folding {
    struct dataset data; /* part: rows that take no part in it are PART_OUT */
    size_t *row;         /* (n) training rows that take part, ascending */
    size_t n;
    uint8_t *by_group; /* (rows) folds with whole groups left out */
    uint8_t *by_row;   /* (rows) folds with rows drawn at random */
    unsigned folds;
};

struct climb {
    const struct dataset *data;
    const struct recipe *recipe;
    struct arena *arena;
    struct folding folding;
    struct ladder *ladder;
    struct answers answers[STEPS_MAX]; /* of cross-validation, of each step that has it */
};

static bool train_step(const struct climb *c, const struct dataset *data, const char *algorithm,
                       const struct training *rows, struct model *ret, struct err *err)
{
    if (c->recipe->cancelled && c->recipe->cancelled())
        return FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
                    _("Training was stopped."));
    return train_algorithm(str_of(algorithm))->train(data, rows, c->arena, ret, err);
}

struct draw {
    uint64_t place;
    size_t group;
};

static int by_place(const void *a, const void *b)
{
    const struct draw *left = a;
    const struct draw *right = b;
    if (left->place != right->place)
        return left->place < right->place ? -1 : 1;
    return (left->group > right->group) - (left->group < right->group);
}

/* Groups in the order of their draw take part until STEPS_CV_ROWS rows are reached. */
static void choose_groups(const struct climb *c, const size_t *group_rows, uint8_t *ret_takes)
{
    const struct recipe *recipe = c->recipe;
    size_t groups = c->data->group_n;
    CLEANUP(mem_free) struct draw *draw = mem_get(groups, sizeof *draw);
    size_t rows = 0;
    for (size_t g = 0; g < groups; g++)
        draw[g] = (struct draw){split_place(&recipe->salt, recipe->group_key[g]), g};
    qsort(draw, groups, sizeof *draw, by_place);
    for (size_t i = 0; i < groups; i++) {
        size_t g = draw[i].group;
        if (group_rows[g] == 0)
            continue;
        if (rows > 0 && rows + group_rows[g] > STEPS_CV_ROWS)
            return;
        ret_takes[g] = 1;
        rows += group_rows[g];
    }
}

static void fold_groups(struct climb *c)
{
    struct folding *f = &c->folding;
    size_t groups = c->data->group_n;
    CLEANUP(mem_free) size_t *group_rows = mem_get(groups, sizeof *group_rows);
    CLEANUP(mem_free) uint8_t *takes = mem_get(groups, 1);
    CLEANUP(mem_free) uint8_t *group_fold = mem_get(groups, 1);
    for (size_t r = 0; r < c->data->table->rows; r++)
        if (c->data->part[r] == PART_TRAIN)
            group_rows[c->data->group[r]]++;
    choose_groups(c, group_rows, takes);
    f->folds = split_folds(&c->recipe->salt, c->recipe->group_key, takes, groups, group_fold);
    for (size_t r = 0; r < c->data->table->rows; r++)
        f->by_group[r] =
            c->data->part[r] == PART_TRAIN ? group_fold[c->data->group[r]] : SPLIT_NO_FOLD;
}

/* Rows are their own groups: the same folds serve both ways, over a sample of the rows. */
static void fold_rows(struct climb *c, uint8_t *part)
{
    struct folding *f = &c->folding;
    uint64_t seed = rng_seed(&c->recipe->salt, 2);
    size_t rows = c->data->table->rows;
    size_t train = 0;
    for (size_t r = 0; r < rows; r++)
        train += part[r] == PART_TRAIN;
    for (size_t r = 0; r < rows; r++)
        if (part[r] == PART_TRAIN && rng_below(seed, 3, r, train) >= STEPS_CV_ROWS)
            part[r] = PART_OUT;
    f->folds = train < 2 ? 0 : train < 5 ? (unsigned)train : 5;
    if (f->folds)
        split_rows(seed, part, rows, f->folds, f->by_group);
}

static void make_folds(struct climb *c)
{
    struct folding *f = &c->folding;
    size_t rows = c->data->table->rows;
    uint8_t *part = arena_get(c->arena, rows, 1);
    f->data = *c->data;
    f->by_group = arena_get(c->arena, rows, 1);
    f->by_row = arena_get(c->arena, rows, 1);
    f->row = arena_get(c->arena, rows, sizeof *f->row);
    memcpy(part, c->data->part, rows);
    if (c->data->group)
        fold_groups(c);
    else
        fold_rows(c, part);
    for (size_t r = 0; r < rows && f->folds; r++) {
        if (part[r] == PART_TRAIN && f->by_group[r] == SPLIT_NO_FOLD)
            part[r] = PART_OUT;
        if (part[r] == PART_TRAIN)
            f->row[f->n++] = r;
    }
    f->data.part = part;
    if (f->folds)
        split_rows(rng_seed(&c->recipe->salt, 1), part, rows, f->folds, f->by_row);
}

/* Train on all folds but one and answer that one, for each; answers in the order of folding.row. */
static bool cross_validate(const struct climb *c, const char *algorithm, const uint8_t *fold,
                           struct answers *ret, struct err *err)
{
    const struct folding *f = &c->folding;
    const struct score_rows all = {.row = f->row,
                                   .n = f->n,
                                   .unit = c->data->group,
                                   .cluster = c->recipe->cluster,
                                   .wanted = c->recipe->metric_class,
                                   .alarm = c->recipe->alarm};
    CLEANUP(mem_free) size_t *row = mem_get(f->n, sizeof *row);
    CLEANUP(mem_free) size_t *place = mem_get(f->n, sizeof *place);
    score_prepare(&f->data, &all, c->arena, ret);
    for (unsigned k = 0; k < f->folds; k++) {
        const struct training rest = {
            .fold = fold, .leave_out = k, .rule = c->recipe->rule, .cluster = c->recipe->cluster};
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
static bool judge(struct climb *c, const char *algorithm, struct step *step, struct err *err)
{
    struct err why = {0};
    struct answers *answers = &c->answers[c->ladder->step_n];
    if (c->folding.folds == 0)
        return true;
    if (!cross_validate(c, algorithm, c->folding.by_group, answers, &why)) {
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

static bool take_step(struct climb *c, unsigned rung, const char *algorithm, struct err *err)
{
    struct step *step = &c->ladder->step[c->ladder->step_n];
    const struct training all = {.rule = c->recipe->rule, .cluster = c->recipe->cluster};
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    double start = clock_cpu_s();
    BUG_IF(c->ladder->step_n == STEPS_MAX);
    *step = (struct step){.rung = rung};
    if (!train_step(c, c->data, algorithm, &all, &step->model, err) ||
        !judge(c, algorithm, step, err))
        return false;
    model_write(&step->model, &file);
    step->bytes = file.n;
    step->id = model_id(&step->model);
    step->cpu_s = clock_cpu_s() - start;
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

/* The lowest step within the margin of the best; score (step_n), judged marks those that have one.
 */
static size_t lowest_sufficient(const struct climb *c, const double *score, const bool *judged)
{
    size_t best = 0;
    for (size_t i = 1; i < c->ladder->step_n; i++)
        if (judged[i] && (!judged[best] || better(c->recipe, score[i], score[best])))
            best = i;
    for (size_t i = 0; i < best; i++)
        if (judged[i] && within(c->recipe, score[i], score[best]))
            return i;
    return best;
}

static size_t choose(const struct climb *c)
{
    const struct ladder *l = c->ladder;
    double score[STEPS_MAX] = {0};
    bool judged[STEPS_MAX] = {false};
    if (l->stopped)
        return l->step_n - 1;
    for (size_t i = 0; i < l->step_n; i++) {
        judged[i] = l->step[i].has_cv;
        score[i] = l->step[i].cv.value;
    }
    return lowest_sufficient(c, score, judged);
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

/* Judge a step by rows drawn at random; *ret_judged is false if a fold could not be trained. */
static bool judge_naively(const struct climb *c, const struct step *step, struct answers *ret,
                          double *ret_score, bool *ret_judged, struct err *err)
{
    struct str algorithm = step->model.algorithm;
    struct err why = {0};
    char name[32] = "";
    BUG_IF(algorithm.n >= sizeof name);
    memcpy(name, algorithm.at, algorithm.n);
    *ret_judged = false;
    if (!step->has_cv)
        return true;
    if (cross_validate(c, name, c->folding.by_row, ret, &why)) {
        *ret_judged = score_point(ret, c->recipe->metric, ret_score);
        return true;
    }
    if (why.code == ERR_INPUT)
        return true;
    *err = why;
    return false;
}

/* What somebody would claim who draws rows at random and chooses by that, less what holds. */
static bool find_gap(struct climb *c, struct err *err)
{
    struct ladder *l = c->ladder;
    const struct answers *honest = &c->answers[l->chosen];
    struct answers naive[STEPS_MAX];
    double score[STEPS_MAX] = {0};
    bool judged[STEPS_MAX] = {false};
    if (!c->data->group || !l->step[l->chosen].has_cv || honest->units < STEPS_GAP_GROUPS)
        return true;
    for (size_t i = 0; i < l->step_n; i++)
        if (!judge_naively(c, &l->step[i], &naive[i], &score[i], &judged[i], err))
            return false;
    l->gap_step = lowest_sufficient(c, score, judged);
    if (!judged[l->gap_step])
        return true;
    l->gap_metric = honest->task == TASK_REGRESSION                 ? METRIC_MAE
                    : c->recipe->metric == METRIC_BALANCED_ACCURACY ? METRIC_BALANCED_ACCURACY
                                                                    : METRIC_ACCURACY;
    l->gap = gap_range(&naive[l->gap_step], honest, l->gap_metric, c->recipe->confidence);
    /* Both ways answered alike in every unit: there is no difference to give a range to. */
    l->has_gap = l->gap.usable;
    return true;
}

static const char *constant_name(const struct dataset *data)
{
    return train_task(data) == TASK_CLASSIFICATION ? "majority/1" : "mean/1";
}

static bool climb_all(struct climb *c, struct err *err)
{
    const struct recipe *r = c->recipe;
    struct ladder *l = c->ladder;
    bool ridge = r->rungs & 2 && (c->folding.folds || r->rungs == 2);
    if (r->rungs != 2 && !take_step(c, 0, constant_name(c->data), err))
        return false;
    l->stopped = l->step_n && clears(c);
    if (!l->stopped && r->rungs != 2 && r->rule.n) {
        if (!take_step(c, 0, "rule/1", err))
            return false;
        l->stopped = clears(c);
    }
    if (l->stopped || !ridge || take_step(c, 1, "ridge/1", err))
        return true;
    if (err->code != ERR_LIMIT || l->step_n == 0)
        return false;
    /* Too large for this step: the steps below it stand. */
    l->why_missing = arena_printf(c->arena, "%s %s", err->what, err->next);
    err_clear(err);
    return true;
}

bool steps_climb(const struct dataset *data, const struct recipe *recipe, struct arena *arena,
                 struct ladder *ret, struct err *err)
{
    struct climb c = {.data = data, .recipe = recipe, .arena = arena, .ladder = ret};
    bool one_step = recipe->rungs == 1 || recipe->rungs == 2;
    *ret = (struct ladder){.step_n = 0};
    if (!score_check(data, recipe->metric, recipe->metric_class, recipe->alarm, err))
        return false;
    if (!one_step)
        make_folds(&c);
    ret->folds = c.folding.folds;
    ret->rows_alone = !data->group;
    if (one_step)
        ret->why_none = _("One step was asked for by its number.");
    else if (ret->folds == 0)
        ret->why_none = _("There is only one group to learn from, so only step 0 ran.");
    if (!climb_all(&c, err))
        return false;
    ret->chosen = one_step ? ret->step_n - 1 : choose(&c);
    ret->has_answers = ret->step[ret->chosen].has_cv;
    ret->answers = c.answers[ret->chosen];
    ret->answered = c.folding.row;
    return find_gap(&c, err);
}

const char *step_name(const struct step *step)
{
    struct str algorithm = step->model.algorithm;
    if (str_eq(algorithm, STR("majority/1")))
        return _("always the most frequent answer");
    if (str_eq(algorithm, STR("mean/1")))
        return _("always the mean");
    if (str_eq(algorithm, STR("rule/1")))
        return _("your own rule");
    return _("weighted sum (ridge)");
}
