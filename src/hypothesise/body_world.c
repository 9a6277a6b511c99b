/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guesses about the world: what each measure needs. There is one judgement, whether it was typed a
 * moment ago or comes from another copy; so its sentences name the options of the command line. */
#include "hypothesise/hypothesise_int.h"
#include "learn/rule.h"

static const char *const names[] = {
    [WORLD_SHARE] = "share", [WORLD_DIFFERENCE] = "mean_difference", [WORLD_RATIO] = "ratio",
    [WORLD_SLOPE] = "slope", [WORLD_CORRELATION] = "correlation",    [WORLD_ALPHA] = "alpha",
};

bool world_by_name(struct str name, enum world_measure *ret)
{
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        if (str_eq(name, str_of(names[i]))) {
            *ret = (enum world_measure)i;
            return true;
        }
    }
    return false;
}

const char *hypothesise_measure(const struct hypothesis *h, struct arena *arena)
{
    return h->about_model ? metric_text(h->metric, h->metric_class, arena) : names[h->measure];
}

const char *hypothesise_measure_words(const struct hypothesis *h, struct arena *arena)
{
    if (h->about_model)
        return metric_words_of(h->metric, h->metric_class, arena);
    switch (h->measure) {
    case WORLD_SHARE:
        return _("share");
    case WORLD_DIFFERENCE:
        return _("difference of the means");
    case WORLD_RATIO:
        return _("ratio");
    case WORLD_SLOPE:
        return _("slope");
    case WORLD_CORRELATION:
        return _("correlation");
    case WORLD_ALPHA:
        return _("agreement beyond chance");
    case WORLD_COUNT:
        break;
    }
    return "";
}

/* --- what a measure needs ----------------------------------------------------------------------*/

enum need { NO = 0, MAY, MUST };

/* What each measure needs, and an example of it. */
struct form {
    enum need target, by, where, against, within, unit;
    const char *example;
};

static const struct form forms[] = {
    [WORLD_SHARE] = {NO, NO, MUST, NO, NO, MAY,
                     N_("For example: --measure share --where \"ice = yes\" --unit pond "
                        "--at-least 0.75")},
    [WORLD_DIFFERENCE] = {MUST, NO, MUST, MAY, MAY, MAY,
                          N_("For example: --measure mean-difference --target days --where "
                             "\"year >= 1950\" --at-most -5")},
    [WORLD_RATIO] = {MUST, MAY, MAY, MAY, NO, MAY,
                     N_("For example: --measure ratio --target frogs --by hours --at-least 2, or "
                        "--where \"meadow = yes\" in place of --by")},
    [WORLD_SLOPE] = {MUST, MUST, NO, NO, MAY, MAY,
                     N_("For example: --measure slope --target days --by year")},
    [WORLD_CORRELATION] = {MUST, MUST, NO, NO, MAY, MAY,
                           N_("For example: --measure correlation --target size --by latitude "
                              "--unit site --at-least 0.3")},
    [WORLD_ALPHA] = {MUST, MUST, NO, NO, NO, MUST,
                     N_("For example: --measure alpha --target answer --by person --unit picture "
                        "--at-least 0.8")},
};

/* Alpha of the answers under a guideline: what is asked, by whom and about what is known. */
static const struct form answers_form = {
    NO, NO, NO, NO, NO, NO, N_("For example: --measure alpha --guideline last --at-least 0.667")};

static bool check_needs(const struct hypothesis *h, struct err *err)
{
    bool answers = h->measure == WORLD_ALPHA && h->has_guideline;
    const struct form *form = answers ? &answers_form : &forms[h->measure];
    const struct {
        const char *option;
        enum need need;
        bool there;
    } part[] = {
        {"--target", form->target, h->target.n > 0}, {"--by", form->by, h->by.n > 0},
        {"--where", form->where, h->where.n > 0},    {"--against", form->against, h->against.n > 0},
        {"--within", form->within, h->within},       {"--unit", form->unit, h->unit.n > 0}};
    for (size_t i = 0; i < COUNT_OF(part); i++) {
        if (part[i].need == MUST && !part[i].there)
            return FAIL(err, ERR_INPUT, _(form->example), _("The measure %s needs %s."),
                        names[h->measure], part[i].option);
        if (part[i].need == NO && part[i].there)
            return FAIL(err, ERR_INPUT, _(form->example), _("The measure %s has no %s."),
                        names[h->measure], part[i].option);
    }
    if (answers && (h->table.n || h->only.n))
        return FAIL(err, ERR_INPUT, _(form->example),
                    _("Answers under a guideline need no --table and no --only."));
    if (h->measure == WORLD_RATIO && (h->by.n > 0) == (h->where.n > 0))
        return FAIL(err, ERR_INPUT, _(form->example),
                    _("A ratio needs either --by or --where, not both."));
    if (h->against.n && !h->where.n)
        return FAIL(err, ERR_INPUT, _(form->example), _("--against needs --where."));
    if (h->within && !h->unit.n)
        return FAIL(err, ERR_INPUT, _("For example: --within --unit site"),
                    _("--within needs --unit: within what?"));
    return h->level == LEVEL_NOMINAL || h->measure == WORLD_ALPHA ||
           FAIL(err, ERR_INPUT, _("Leave --level out."), _("--level belongs to alpha."));
}

/* --- contradictions ----------------------------------------------------------------------------*/

static bool any_name(const void *context, struct str name)
{
    (void)context;
    return name.n > 0;
}

static bool check_condition(struct str text, struct err *err)
{
    struct rule rule;
    return text.n == 0 || rule_condition(text, any_name, NULL, &rule, err);
}

static bool check_columns(const struct hypothesis *h, struct err *err)
{
    if (h->by.n && str_eq(h->target, h->by) && h->measure == WORLD_SLOPE)
        return FAIL(err, ERR_INPUT, _("Name another column with --by."),
                    _("Over itself \"%.*s\" always changes by 1."), STR_ARG(h->by));
    if (h->by.n && str_eq(h->target, h->by))
        return FAIL(err, ERR_INPUT, _("Name another column with --by."),
                    _("--target and --by are the same column, \"%.*s\"."), STR_ARG(h->by));
    if (h->measure == WORLD_ALPHA && !h->has_guideline &&
        (str_eq(h->unit, h->by) || str_eq(h->unit, h->target)))
        return FAIL(err, ERR_INPUT, _(forms[WORLD_ALPHA].example),
                    _("Answer, person and item must be three columns."));
    if (h->where.n && str_eq(h->where, h->against))
        return FAIL(err, ERR_INPUT, _("Name another condition with --against."),
                    _("Both sides are the same: %.*s"), STR_ARG(h->where));
    return true;
}

bool world_read(struct hypothesis *h, struct err *err)
{
    if (!check_needs(h, err) || !check_condition(h->where, err) ||
        !check_condition(h->against, err) || !check_condition(h->only, err) ||
        !check_columns(h, err))
        return false;
    if (h->split.by != SPLIT_NONE)
        return FAIL(err, ERR_INPUT,
                    _("Leave --group, --split, --share and --random-rows out; name the unit with "
                      "--unit."),
                    _("A guess about the world sets nothing aside: it is judged on data that come "
                      "after it is locked."));
    if (h->stretches)
        return FAIL(err, ERR_INPUT, _("Name a unit that lasts, such as --unit day."),
                    _("--stretches belongs to a guess about a model."));
    if (h->rule.n || h->feature_n)
        return FAIL(err, ERR_INPUT, _("Leave --rule and --features out."),
                    _("A rule and features belong to a guess about a model."));
    return true;
}

bool world_threshold(const struct hypothesis *h, struct err *err)
{
    double x = h->threshold;
    if (h->measure == WORLD_SHARE && (x < 0 || x > 1))
        return FAIL(err, ERR_INPUT, _("15 of 20 is 0.75."),
                    _("A threshold of %.*s is not a share: it must lie between 0 and 1."),
                    STR_ARG(h->threshold_text));
    if (h->measure == WORLD_RATIO && x <= 0)
        return FAIL(err, ERR_INPUT, _("Twice as much is 2, half as much is 0.5."),
                    _("A ratio of %.*s cannot be tested: it must lie above 0."),
                    STR_ARG(h->threshold_text));
    if (h->measure == WORLD_CORRELATION && (x <= -1 || x >= 1))
        return FAIL(err, ERR_INPUT, _("0 is none at all, 0.3 is weak, 0.7 is strong."),
                    _("A correlation lies between -1 and 1; %.*s can never be reached for sure."),
                    STR_ARG(h->threshold_text));
    if (h->measure == WORLD_ALPHA && x >= 1)
        return FAIL(err, ERR_INPUT, _("0 is as by chance, 0.8 is good."),
                    _("Agreement beyond chance is at most 1; %.*s can never be reached for sure."),
                    STR_ARG(h->threshold_text));
    return true;
}
