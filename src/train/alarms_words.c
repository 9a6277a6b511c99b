/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alarms as people read them: what is the matter, and what can be done. */
#include "train/alarms.h"

/* About whole rows. */
static const char *rows_sentence(const struct alarm *a, struct arena *arena)
{
    unsigned long long count = a->count;
    unsigned long long of = a->of;
    if (a->kind == ALARM_IDENTICAL)
        return arena_printf(arena,
                            _("The same thing on both sides: %llu of %llu test rows have an "
                              "identical row in the training part."),
                            count, of);
    if (a->kind == ALARM_ROUNDED)
        return arena_printf(arena,
                            _("The same thing on both sides: %llu of %llu test rows have a row in "
                              "the training part that is the same but for rounding."),
                            count, of);
    if (a->kind == ALARM_NEIGHBOURS)
        return arena_printf(arena,
                            _("The rows look like a recording, one after the other: %llu of %llu "
                              "test rows stand right beside a row that was learned from."),
                            count, of);
    return arena_printf(arena,
                        _("The same thing on both sides: %llu of %llu test rows share their "
                          "\"%.*s\" with rows that were learned from."),
                        count, of, STR_ARG(a->column));
}

/* About what a column tells. */
static const char *tells_sentence(const struct alarm *a, struct arena *arena)
{
    unsigned long long count = a->count;
    unsigned long long of = a->of;
    if (a->kind == ALARM_ANSWER)
        return arena_printf(arena,
                            _("The column \"%.*s\" alone tells the answer in %llu of %llu rows."),
                            STR_ARG(a->column), count, of);
    if (a->kind == ALARM_COUNTS_ROWS)
        return arena_printf(arena, _("The column \"%.*s\" only counts the rows (%llu of %llu)."),
                            STR_ARG(a->column), count, of);
    return arena_printf(arena,
                        _("In the column \"%.*s\" nearly every row has a text of its own (%llu of "
                          "%llu), from which nothing can be learned."),
                        STR_ARG(a->column), count, of);
}

/* About a column that is not the same on both sides, or all the time. */
static const char *drift_sentence(const struct alarm *a, struct arena *arena)
{
    unsigned long long count = a->count;
    unsigned long long of = a->of;
    if (a->kind == ALARM_MISSING)
        return arena_printf(arena,
                            _("The column \"%.*s\" is missing in %llu of %llu test rows, but in "
                              "%llu of %llu training rows."),
                            STR_ARG(a->column), count, of, (unsigned long long)a->train_count,
                            (unsigned long long)a->train_of);
    if (a->kind == ALARM_RANGE)
        return arena_printf(arena,
                            _("In the column \"%.*s\", %llu of %llu test rows lie outside what was "
                              "seen in training."),
                            STR_ARG(a->column), count, of);
    if (a->kind == ALARM_CATEGORIES)
        return arena_printf(arena,
                            _("In the column \"%.*s\", %llu of %llu test rows have a value that "
                              "was never seen in training."),
                            STR_ARG(a->column), count, of);
    if (a->kind == ALARM_SHIFT)
        return arena_printf(arena,
                            _("The values of \"%.*s\" differ between the sides: where %llu of %llu "
                              "test rows lie, there are only %llu of %llu training rows."),
                            STR_ARG(a->column), count, of, (unsigned long long)a->train_count,
                            (unsigned long long)a->train_of);
    return arena_printf(arena,
                        _("The column \"%.*s\" changes steadily from the first row to the last."),
                        STR_ARG(a->column));
}

const char *alarm_sentence(const struct alarm *alarm, struct arena *arena)
{
    if (alarm->kind <= ALARM_NEIGHBOURS)
        return rows_sentence(alarm, arena);
    return alarm->kind <= ALARM_NAMES_ROWS ? tells_sentence(alarm, arena)
                                           : drift_sentence(alarm, arena);
}

const char *alarm_next(const struct alarm *alarm, struct arena *arena)
{
    struct str column = alarm->column;
    switch (alarm->kind) {
    case ALARM_IDENTICAL:
    case ALARM_ROUNDED:
        return _("Take out what is there twice, or set whole groups aside with --group.");
    case ALARM_GROUP:
        return arena_printf(arena, _("Set whole ones aside: --group \"%.*s\"."), STR_ARG(column));
    case ALARM_NEIGHBOURS:
        return _("Set the last rows aside with --rows-test, or whole groups with --group.");
    case ALARM_ANSWER:
        return arena_printf(
            arena, _("If it is known only once the answer is, leave it out: --ignore \"%.*s\"."),
            STR_ARG(column));
    case ALARM_COUNTS_ROWS:
    case ALARM_NAMES_ROWS:
        return arena_printf(arena, _("Leave it out: --ignore \"%.*s\"."), STR_ARG(column));
    case ALARM_MISSING:
    case ALARM_RANGE:
    case ALARM_CATEGORIES:
        return arena_printf(arena, _("Expect worse answers there; compare with --ignore \"%.*s\"."),
                            STR_ARG(column));
    case ALARM_SHIFT:
    case ALARM_TREND:
    case ALARM_KINDS:
        break;
    }
    return arena_printf(arena,
                        _("What was learned may not hold later; compare with --ignore \"%.*s\"."),
                        STR_ARG(column));
}
