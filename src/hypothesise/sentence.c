/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The threshold as something that a person can picture. A share becomes the smallest round number
 * of observations of which the threshold is a whole number: 0.75 is 15 of 20, 0.93 is 93 of 100. */
#include "base/num.h"
#include "hypothesise/hypothesise_int.h"

const char *hypothesise_number(struct str number, struct arena *arena)
{
    char *text = arena_copy(arena, number);
    for (char *at = text; lang_get() == LANG_DE && *at; at++)
        if (*at == '.')
            *at = ',';
    return text;
}

static const char *local_number(const struct hypothesis *h, struct arena *arena)
{
    return hypothesise_number(h->threshold_text, arena);
}

bool threshold_counts(const struct hypothesis *h, bool rest, int64_t *ret_some, int64_t *ret_all)
{
    static const int64_t round[] = {20, 100, 1000, 10000};
    struct decimal value;
    if (!decimal_read(h->threshold_text, &value) || value.exponent < -4 || value.exponent > 0 ||
        value.mantissa > 100000000 || value.mantissa < -100000000)
        return false;
    int64_t e4 = value.mantissa;
    for (int e = value.exponent; e > -4; e--)
        e4 *= 10;
    e4 = rest ? 10000 - e4 : e4;
    for (size_t i = 0; i < COUNT_OF(round); i++) {
        if (e4 * round[i] % 10000 != 0)
            continue;
        *ret_some = e4 * round[i] / 10000;
        *ret_all = round[i];
        return true;
    }
    return false;
}

const char *bound_words(const struct hypothesis *h)
{
    return h->comparator == AT_LEAST ? _("at least") : _("at most");
}

static struct str share_sentence(const struct hypothesis *h, struct arena *arena)
{
    int64_t right;
    int64_t all;
    if (!threshold_counts(h, false, &right, &all))
        return str_of(arena_printf(arena,
                                   _("a share of %s %s right, of observations it has never "
                                     "seen"),
                                   bound_words(h), local_number(h, arena)));
    if (h->split.by == SPLIT_GROUPS || h->split.by == SPLIT_NAMED)
        return str_of(arena_printf(arena,
                                   _("of %lld observations from whole groups (%.*s) it has never "
                                     "seen, %s %lld right"),
                                   (long long)all, STR_ARG(h->split.column), bound_words(h),
                                   (long long)right));
    return str_of(arena_printf(arena, _("of %lld observations it has never seen, %s %lld right"),
                               (long long)all, bound_words(h), (long long)right));
}

/* Precision and recall, as alarms and as what is found: "of 20 that are frog, at least 15 found".
 */
static struct str one_class_sentence(const struct hypothesis *h, struct arena *arena)
{
    int64_t right;
    int64_t all;
    bool recall = h->metric == METRIC_RECALL;
    if (!threshold_counts(h, false, &right, &all))
        return str_of(arena_printf(
            arena,
            recall ? _("of all that are \"%.*s\" and it has never seen, %s the share %s found")
                   : _("of those it calls \"%.*s\" and has never seen, %s the share %s right"),
            STR_ARG(h->metric_class), bound_words(h), local_number(h, arena)));
    return str_of(
        arena_printf(arena,
                     recall ? _("of %lld that are \"%.*s\" and it has never seen, %s %lld found")
                            : _("of %lld that it calls \"%.*s\" and has never seen, %s %lld right"),
                     (long long)all, STR_ARG(h->metric_class), bound_words(h), (long long)right));
}

struct str hypothesise_sentence(const struct hypothesis *h, struct arena *arena)
{
    const char *number = local_number(h, arena);
    if (!h->about_model)
        return world_sentence(h, arena);
    switch (h->metric) {
    case METRIC_BALANCED_ACCURACY:
        return str_of(arena_printf(arena, _("%.*s, every class counting the same"),
                                   STR_ARG(share_sentence(h, arena))));
    case METRIC_MACRO_F1:
        return str_of(arena_printf(arena,
                                   _("on observations it has never seen, found and rightly named "
                                     "in balance: F1 of %s %s, mean over the classes"),
                                   bound_words(h), number));
    case METRIC_PRECISION:
    case METRIC_RECALL:
        return one_class_sentence(h, arena);
    case METRIC_AUC:
        return str_of(arena_printf(arena,
                                   _("of pairs of \"%.*s\" it has never seen, one of each kind, "
                                     "%s the share %s put in the right order (AUC)"),
                                   STR_ARG(h->target), bound_words(h), number));
    case METRIC_R2:
        return str_of(arena_printf(arena,
                                   _("of the ups and downs of \"%.*s\" it has never seen, %s the "
                                     "share %s explained (R2)"),
                                   STR_ARG(h->target), bound_words(h), number));
    case METRIC_MAE:
        return str_of(
            arena_printf(arena, _("guessing \"%.*s\" it has never seen, on average off by %s %s"),
                         STR_ARG(h->target), bound_words(h), number));
    case METRIC_RMSE:
        return str_of(
            arena_printf(arena, _("guessing \"%.*s\" it has never seen, off by %s %s (%s)"),
                         STR_ARG(h->target), bound_words(h), number, metric_name(h->metric)));
    case METRIC_ACCURACY:
    case METRIC_COUNT:
        break;
    }
    return share_sentence(h, arena);
}
