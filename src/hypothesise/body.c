/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of a hypothesis, read and judged. There is one judgement, whether it was typed a moment
 * ago or comes from another copy; so its sentences name the options of the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "hypothesise/hypothesise_int.h"
#include "learn/rule.h"

bool decimal_read(struct str text, struct decimal *ret)
{
    text = str_trim(text);
    return num_decimal(text, '.', ret) == NUM_OK || num_decimal(text, ',', ret) == NUM_OK;
}

static bool is_share(enum metric metric)
{
    return metric_of_classes(metric);
}

static bool read_list(const json_t *body, const char *key, struct arena *arena, struct str **ret,
                      size_t *ret_n)
{
    const json_t *list = json_object_get(body, key);
    *ret_n = json_array_size(list);
    *ret = arena_get(arena, *ret_n, sizeof **ret);
    for (size_t i = 0; i < *ret_n; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text || !*text)
            return false;
        (*ret)[i] = arena_str(arena, str_of(text));
    }
    return !list || json_is_array(list);
}

/* --- measure ------------------------------------------------------------------------------ */

static bool any_name(const void *context, struct str name)
{
    (void)context;
    return name.n > 0;
}

static bool check_features(const struct hypothesis *h, struct err *err)
{
    for (size_t i = 0; i < h->feature_n; i++) {
        if (str_eq(h->feature[i], h->target))
            return FAIL(err, ERR_INPUT, _("Take it out of --features."),
                        _("The column \"%.*s\" cannot be target and feature at once."),
                        STR_ARG(h->target));
        for (size_t j = 0; j < i; j++)
            if (str_eq(h->feature[i], h->feature[j]))
                return FAIL(err, ERR_INPUT, _("Name it once."),
                            _("--features names \"%.*s\" twice."), STR_ARG(h->feature[i]));
    }
    return true;
}

static bool read_model(struct hypothesis *h, struct err *err)
{
    struct rule rule;
    h->about_model = true;
    if (!h->target.n)
        return FAIL(err, ERR_INPUT, _("Name the column that is to be predicted: --target COLUMN"),
                    _("A guess about a model needs a target."));
    if (h->by.n)
        return FAIL(err, ERR_INPUT, _("Leave --by out; the features are named with --features."),
                    _("--by belongs to a guess about the world."));
    if (h->where.n || h->against.n || h->only.n || h->within)
        return FAIL(err, ERR_INPUT, _("Leave them out."),
                    _("--where, --against, --only and --within belong to a guess about the "
                      "world."));
    if (h->split.by == SPLIT_NONE)
        return FAIL(err, ERR_INPUT,
                    _("Set whole places, days or people aside with --group COLUMN. (Other ways: "
                      "--split, or --random-rows with --why.)"),
                    _("It must be said which part is set aside."));
    bool whole = h->split.by == SPLIT_GROUPS || h->split.by == SPLIT_NAMED;
    if (h->stretches && (h->unit.n || whole || h->split.by == SPLIT_ROWS))
        return FAIL(err, ERR_INPUT, _("For example: --split \"day > 20\" --stretches"),
                    _("--stretches cuts a recording by its rows: it goes with --split, not with "
                      "--unit, --group or --random-rows."));
    if (h->rule.n && !rule_read(h->rule, any_name, NULL, &rule, err))
        return false;
    return check_features(h, err);
}

static bool read_measure(const json_t *body, struct arena *arena, struct hypothesis *h,
                         struct err *err)
{
    const char *measure = json_text(body, "measure");
    const char *about = json_text(body, "about");
    struct str name = str_of(measure ? measure : "");
    bool world = world_by_name(name, &h->measure);
    if (!world && !metric_read(name, &h->metric, &h->metric_class))
        return FAIL(err, ERR_INPUT,
                    _("About the world: share, mean_difference, ratio, slope, correlation, alpha. "
                      "About a model: accuracy, balanced_accuracy, macro_f1, precision:CLASS, "
                      "recall:CLASS, auc, mae, rmse, r2."),
                    _("\"%.*s\" is not a measure."), STR_ARG(name));
    h->metric_class = arena_str(arena, h->metric_class);
    if (!about || strcmp(about, world ? "world" : "model") != 0)
        return FAIL(err, ERR_INPUT, _("Write it anew: allmende help hypothesis add"),
                    _("The guess does not say whether it is about the world or about a model."));
    return world ? world_read(h, err) : read_model(h, err);
}

static bool read_threshold(const json_t *body, struct arena *arena, struct hypothesis *h,
                           struct err *err)
{
    const char *comparator = json_text(body, "comparator");
    struct decimal value;
    h->threshold_text = body_str(body, "threshold", arena);
    if (!comparator || !comparator_by_name(str_of(comparator), &h->comparator))
        return FAIL(
            err, ERR_INPUT, _("For example: --at-least 0.75"),
            _("Say what would count as success: --at-least X or --at-most X, one of them."));
    if (!decimal_read(h->threshold_text, &value))
        return FAIL(err, ERR_INPUT, _("For example: --at-least 0.75"),
                    _("The threshold \"%.*s\" is not a number."), STR_ARG(h->threshold_text));
    h->threshold = num_double(value);
    if (!h->about_model)
        return world_threshold(h, err);
    if (is_share(h->metric) && (h->threshold < 0 || h->threshold > 1))
        return FAIL(err, ERR_INPUT, _("15 right of 20 is 0.75."),
                    _("A threshold of %.*s is not a share: it must lie between 0 and 1."),
                    STR_ARG(h->threshold_text));
    if (!is_share(h->metric) && h->metric != METRIC_R2 && h->threshold < 0)
        return FAIL(err, ERR_INPUT, _("For example: --at-most 2.5"),
                    _("An error is never below 0, but the threshold is %.*s."),
                    STR_ARG(h->threshold_text));
    return true;
}

static bool read_confidence(const json_t *body, struct hypothesis *h, struct err *err)
{
    json_int_t least = json_integer_value(json_object_get(body, "least_units"));
    const char *text = json_text(body, "confidence");
    struct decimal value;
    if (least < UNITS_MIN)
        return FAIL(err, ERR_INPUT, _("For example: --least-units 5"),
                    _("Fewer than %d units never decide anything."), UNITS_MIN);
    h->least_units = (size_t)least;
    if (!text || !decimal_read(str_of(text), &value))
        return FAIL(err, ERR_INPUT, _("Write it anew: allmende help hypothesis add"),
                    _("The guess does not say how sure its range must be."));
    h->confidence = num_double(value);
    return (h->confidence > 0.5 && h->confidence < 1) ||
           FAIL(err, ERR_INPUT, _("Write it anew: allmende help hypothesis add"),
                _("How sure the range must be has to lie between 0.5 and 1."));
}

/* --- split -------------------------------------------------------------------------------- */

static bool read_share(const json_t *split, struct split_plan *plan, struct err *err)
{
    const char *text = json_text(split, "share");
    struct decimal value = {0};
    bool read = text && decimal_read(str_of(text), &value) && value.exponent >= -4 &&
                value.exponent < 0 && value.mantissa > 0;
    for (int e = value.exponent; read && e > -4; e--)
        value.mantissa = value.mantissa < 10000 ? value.mantissa * 10 : 10000;
    if (!read || value.mantissa >= 10000)
        return FAIL(err, ERR_INPUT, _("For example: --share 0.25"),
                    _("The share set aside must lie between 0.0001 and 0.9999, not \"%s\"."),
                    text ? text : "");
    plan->share_e4 = (unsigned)value.mantissa;
    return true;
}

static bool read_group(const json_t *split, struct arena *arena, struct split_plan *plan,
                       struct err *err)
{
    plan->column = body_str(split, "group", arena);
    if (!plan->column.n)
        return FAIL(err, ERR_INPUT, _("For example: --group site"),
                    _("It must be said which column names the whole groups."));
    if (plan->by == SPLIT_GROUPS)
        return read_share(split, plan, err);
    return (read_list(split, "groups", arena, &plan->group, &plan->group_n) && plan->group_n) ||
           FAIL(err, ERR_INPUT, _("For example: --group garden --test-groups \"third garden\""),
                _("No group is named that is set aside."));
}

/* Which column it is will be seen when there is a table; until then the first sign parts it. */
static bool read_time(const json_t *split, struct arena *arena, struct split_plan *plan,
                      struct err *err)
{
    struct rule condition;
    plan->condition = body_str(split, "condition", arena);
    if (!rule_condition(plan->condition, any_name, NULL, &condition, err))
        return false;
    plan->column = condition.column;
    return plan->column.n || FAIL(err, ERR_INPUT, _("For example: --split \"year >= 1990\""),
                                  _("The condition for what is set aside names no column."));
}

static bool read_split(const json_t *body, struct arena *arena, struct split_plan *plan,
                       struct err *err)
{
    static const char *const names[] = {
        [SPLIT_NONE] = "",         [SPLIT_GROUPS] = "groups", [SPLIT_NAMED] = "named",
        [SPLIT_COLUMN] = "column", [SPLIT_FILE] = "file",     [SPLIT_TIME] = "time",
        [SPLIT_ROWS] = "rows"};
    const json_t *split = json_object_get(body, "split");
    const char *by = json_text(split, "by");
    if (!split)
        return true;
    for (enum split_by i = SPLIT_GROUPS; by && i <= SPLIT_ROWS; i++)
        if (strcmp(by, names[i]) == 0)
            plan->by = i;
    switch (plan->by) {
    case SPLIT_GROUPS:
    case SPLIT_NAMED:
        return read_group(split, arena, plan, err);
    case SPLIT_COLUMN:
    case SPLIT_FILE:
        plan->column = body_str(split, "column", arena);
        if (!plan->column.n && plan->by == SPLIT_FILE)
            plan->column = STR("split");
        return plan->column.n || FAIL(err, ERR_INPUT, _("For example: --split part"),
                                      _("The column that says train or test has no name."));
    case SPLIT_TIME:
        return read_time(split, arena, plan, err);
    case SPLIT_ROWS:
        plan->why = body_str(split, "why", arena);
        if (!str_trim(plan->why).n)
            return FAIL(err, ERR_INPUT, _("Write it: --random-rows --why \"…\""),
                        _("Rows drawn at random need a written reason: nothing then protects "
                          "against look-alikes."));
        return read_share(split, plan, err);
    case SPLIT_NONE:
        break;
    }
    return FAIL(err, ERR_UNSUPPORTED, _("Get a newer version of Allmende."),
                _("The part is set aside in a way that this program does not know."));
}

bool hypothesis_read(const json_t *body, struct arena *arena, struct hypothesis *ret,
                     struct err *err)
{
    ret->text = body_str(body, "text", arena);
    ret->has_question = body_read_id(body, "question", &ret->question);
    ret->has_guideline = body_read_id(body, "guideline", &ret->guideline);
    ret->table = body_str(body, "table", arena);
    ret->target = body_str(body, "target", arena);
    ret->by = body_str(body, "by", arena);
    ret->where = body_str(body, "where", arena);
    ret->against = body_str(body, "against", arena);
    ret->only = body_str(body, "only", arena);
    ret->within = json_is_true(json_object_get(body, "within"));
    ret->stretches = json_is_true(json_object_get(body, "stretches"));
    ret->unit = body_str(body, "unit", arena);
    ret->stop = body_str(body, "stop", arena);
    ret->rule = body_str(body, "rule", arena);
    ret->is_amendment = body_read_id(body, "amends", &ret->amends);
    ret->reason = body_str(body, "reason", arena);
    if (!ret->text.n)
        return FAIL(err, ERR_INPUT, _("Say it in a sentence: --text \"…\""),
                    _("The guess has no text."));
    if (!ret->table.n && !ret->has_guideline)
        return FAIL(err, ERR_INPUT, _("Name it: --table observations"),
                    _("The guess names no table."));
    if (!read_list(body, "features", arena, &ret->feature, &ret->feature_n) ||
        !read_list(body, "missing", arena, &ret->missing, &ret->missing_n))
        return FAIL(err, ERR_INPUT, _("For example: --features length,width"),
                    _("A list of names has an empty place."));
    struct str level = body_str(body, "level", arena);
    ret->has_level = level.n > 0;
    if (level.n && !agreement_level_by_name(level, &ret->level))
        return FAIL(err, ERR_INPUT,
                    _("Say nominal (names), ordinal (steps) or interval (numbers)."),
                    _("\"%.*s\" is no level of answers."), STR_ARG(level));
    return read_split(body, arena, &ret->split, err) && read_measure(body, arena, ret, err) &&
           read_threshold(body, arena, ret, err) && read_confidence(body, ret, err);
}
