/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guesses about the world as something that a person can picture: counts of observations, how much
 * lower or higher, how many of ten disagreements. */
#include "base/num.h"
#include "hypothesise/hypothesise_int.h"

static const char *number_of(const struct hypothesis *h, struct arena *arena)
{
    return hypothesise_number(h->threshold_text, arena);
}

/* The threshold without its sign. */
static const char *size_of(const struct hypothesis *h, struct arena *arena)
{
    const char *text = number_of(h, arena);
    return *text == '-' ? text + 1 : text;
}

static struct str share(const struct hypothesis *h, struct arena *arena)
{
    int64_t some;
    int64_t all;
    if (!threshold_counts(h, false, &some, &all))
        return str_of(arena_printf(arena, _("a share of %s %s of the observations with: %.*s"),
                                   bound_words(h), number_of(h, arena), STR_ARG(h->where)));
    return str_of(arena_printf(arena, _("of %lld observations, %s %lld with: %.*s"), (long long)all,
                               bound_words(h), (long long)some, STR_ARG(h->where)));
}

/* "lower by at least 5": what the sign and the comparator mean together. */
static const char *change(const struct hypothesis *h, struct arena *arena)
{
    const char *size = size_of(h, arena);
    bool least = h->comparator == AT_LEAST;
    if (h->threshold == 0)
        return least ? _("not lower") : _("not higher");
    if (h->threshold > 0)
        return arena_printf(arena, least ? _("higher by at least %s") : _("higher by at most %s"),
                            size);
    return arena_printf(arena, least ? _("lower by at most %s") : _("lower by at least %s"), size);
}

/* What it is compared with. */
static const char *others(const struct hypothesis *h, struct arena *arena)
{
    if (h->against.n)
        return arena_printf(arena, _("where %.*s"), STR_ARG(h->against));
    return _("otherwise");
}

static struct str difference(const struct hypothesis *h, struct arena *arena)
{
    return str_of(arena_printf(arena, _("where %.*s, \"%.*s\" is on average %s than %s"),
                               STR_ARG(h->where), STR_ARG(h->target), change(h, arena),
                               others(h, arena)));
}

static struct str ratio(const struct hypothesis *h, struct arena *arena)
{
    int64_t some;
    int64_t all;
    if (h->where.n)
        return str_of(arena_printf(
            arena, _("where %.*s, \"%.*s\" is on average %s %s times that %s"), STR_ARG(h->where),
            STR_ARG(h->target), bound_words(h), number_of(h, arena), others(h, arena)));
    if (!threshold_counts(h, false, &some, &all))
        return str_of(arena_printf(arena, _("for each 1 of \"%.*s\", %s %s of \"%.*s\""),
                                   STR_ARG(h->by), bound_words(h), number_of(h, arena),
                                   STR_ARG(h->target)));
    return str_of(arena_printf(arena, _("for each %lld of \"%.*s\", %s %lld of \"%.*s\""),
                               (long long)all, STR_ARG(h->by), bound_words(h), (long long)some,
                               STR_ARG(h->target)));
}

static struct str correlation(const struct hypothesis *h, struct arena *arena)
{
    return str_of(
        arena_printf(arena,
                     _("\"%.*s\" and \"%.*s\" rise together with a correlation of %s %s "
                       "(1: exactly, 0: not at all, -1: one rises where the other falls)"),
                     STR_ARG(h->target), STR_ARG(h->by), bound_words(h), number_of(h, arena)));
}

/* What is answered about. */
static const char *item_of(const struct hypothesis *h, struct arena *arena)
{
    return h->unit.n ? arena_printf(arena, _("\"%.*s\""), STR_ARG(h->unit)) : _("observation");
}

/* Alpha is 1 less observed over expected disagreement: that is counted here. */
static struct str alpha(const struct hypothesis *h, struct arena *arena)
{
    int64_t some;
    int64_t all;
    bool least = h->comparator == AT_LEAST;
    if (!threshold_counts(h, true, &some, &all))
        return str_of(
            arena_printf(arena, _("agreement on the same %s, beyond chance, of %s %s (1: always)"),
                         item_of(h, arena), bound_words(h), number_of(h, arena)));
    return str_of(arena_printf(arena,
                               least ? _("of %lld disagreements on the same %s that chance "
                                         "would make, at most %lld are left (agreement beyond "
                                         "chance: %s or more)")
                                     : _("of %lld disagreements on the same %s that chance "
                                         "would make, at least %lld are left (agreement beyond "
                                         "chance: %s or less)"),
                               (long long)all, item_of(h, arena), (long long)some,
                               number_of(h, arena)));
}

static struct str of_measure(const struct hypothesis *h, struct arena *arena)
{
    switch (h->measure) {
    case WORLD_SHARE:
        return share(h, arena);
    case WORLD_DIFFERENCE:
        return difference(h, arena);
    case WORLD_RATIO:
        return ratio(h, arena);
    case WORLD_CORRELATION:
        return correlation(h, arena);
    case WORLD_ALPHA:
        return alpha(h, arena);
    case WORLD_SLOPE:
    case WORLD_COUNT:
        break;
    }
    return str_of(arena_printf(arena,
                               _("with each step of 1 in \"%.*s\", \"%.*s\" changes by %s %s "
                                 "(a minus means: it falls)"),
                               STR_ARG(h->by), STR_ARG(h->target), bound_words(h),
                               number_of(h, arena)));
}

struct str world_sentence(const struct hypothesis *h, struct arena *arena)
{
    struct str sentence = of_measure(h, arena);
    if (h->within)
        sentence = str_of(arena_printf(arena, _("within each \"%.*s\", on average over them: %.*s"),
                                       STR_ARG(h->unit), STR_ARG(sentence)));
    if (h->only.n)
        sentence = str_of(
            arena_printf(arena, _("only where %.*s: %.*s"), STR_ARG(h->only), STR_ARG(sentence)));
    return sentence;
}
