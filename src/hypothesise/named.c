/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Are the columns that a guess names in its table, if there is one yet? A misspelt name that is
 * locked could never be put right. What an import says of its columns is read from its body, so
 * this phase needs nothing of the later one. */
#include <string.h>

#include "hypothesise/hypothesise_int.h"
#include "read/describe.h"
#include "read/moment.h"

static bool is_there(const json_t *columns, struct str name)
{
    for (size_t i = 0; i < json_array_size(columns); i++) {
        const char *there = json_text(json_array_get(columns, i), "name");
        if (there && str_eq(str_of(there), name))
            return true;
    }
    return false;
}

static bool refuse(const json_t *columns, const struct hypothesis *h, struct str name,
                   struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    for (size_t i = 0; i < json_array_size(columns) && i < 30; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", json_text(json_array_get(columns, i), "name"));
    return FAIL(err, ERR_INPUT, _("Name one of these columns, or another table with --table."),
                _("The table \"%.*s\" has no column \"%.*s\". There are: %s."), STR_ARG(h->table),
                STR_ARG(name), names.at);
}

static bool is_column(const void *context, struct str name)
{
    return is_there(context, name);
}

static bool any_name(const void *context, struct str name)
{
    (void)context;
    return name.n > 0;
}

/* What the import took the column for; true if it is known and no words for "missing" of this
 * guess's own could change it. Only the kind of the column is known here, no cells. */
static bool known_column(const json_t *columns, const struct hypothesis *h, struct str name,
                         struct column *ret)
{
    static const enum column_time times[] = {TIME_NONE, TIME_DATE, TIME_CLOCK, TIME_STAMP};
    for (size_t i = 0; i < json_array_size(columns) && h->missing_n == 0; i++) {
        const json_t *column = json_array_get(columns, i);
        const char *there = json_text(column, "name");
        const char *type = json_text(column, "type");
        if (!there || !type || !str_eq(str_of(there), name))
            continue;
        *ret = (struct column){.name = name, .type = COLUMN_CATEGORY};
        for (size_t t = 0; t < COUNT_OF(times); t++)
            if (strcmp(type, describe_type(COLUMN_NUMBER, times[t])) == 0)
                *ret = (struct column){.name = name, .type = COLUMN_NUMBER, .time = times[t]};
        return true;
    }
    return false;
}

/* A condition must name a column, and something that this column can be compared with. */
static bool condition_is_there(const json_t *columns, const struct hypothesis *h, struct str text,
                               struct err *err)
{
    struct rule rule;
    struct err unknown = {0};
    struct column column;
    if (!text.n)
        return true;
    if (rule_condition(text, is_column, columns, &rule, &unknown))
        return !known_column(columns, h, rule.column, &column) || moment_fit(&rule, &column, err);
    err_clear(&unknown);
    return rule_condition(text, any_name, NULL, &rule, err) && refuse(columns, h, rule.column, err);
}

/* A rule too; its class is known only when the rows are. */
static bool rule_is_there(const json_t *columns, const struct hypothesis *h, struct err *err)
{
    struct rule rule;
    struct column column;
    return !h->rule.n ||
           (rule_read(h->rule, is_column, columns, &rule, err) &&
            (!known_column(columns, h, rule.column, &column) || moment_fit(&rule, &column, err)));
}

/* Columns that a measure about the world counts with must hold numbers. */
static bool numbers_are_there(const json_t *columns, const struct hypothesis *h, struct err *err)
{
    bool words = h->about_model || h->measure == WORLD_SHARE || h->measure == WORLD_ALPHA;
    const struct str name[] = {h->target, h->by};
    struct column column;
    for (size_t i = 0; i < COUNT_OF(name) && !words; i++)
        if (name[i].n && known_column(columns, h, name[i], &column) && column.type != COLUMN_NUMBER)
            return FAIL(err, ERR_INPUT,
                        _("Name a column of numbers; if a word stands for \"missing\", say so with "
                          "--missing WORD."),
                        _("The column \"%.*s\" holds words where numbers are needed."),
                        STR_ARG(name[i]));
    return true;
}

bool columns_are_there(struct record *record, const struct hypothesis *h, const struct hash *batch,
                       struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    bool split = h->split.by != SPLIT_NONE && h->split.by != SPLIT_FILE;
    const struct str single[] = {h->target, h->by, h->unit, split ? h->split.column : h->target};
    if (!record_entry(record, batch, &arena, &entry, err))
        return false;
    const json_t *columns = json_object_get(entry.body, "columns");
    if (json_array_size(columns) == 0)
        return true;
    for (size_t i = 0; i < COUNT_OF(single); i++)
        if (single[i].n && !is_there(columns, single[i]))
            return refuse(columns, h, single[i], err);
    for (size_t i = 0; i < h->feature_n; i++)
        if (!is_there(columns, h->feature[i]))
            return refuse(columns, h, h->feature[i], err);
    return condition_is_there(columns, h, h->where, err) &&
           condition_is_there(columns, h, h->against, err) &&
           condition_is_there(columns, h, h->only, err) &&
           condition_is_there(columns, h, h->split.condition, err) &&
           rule_is_there(columns, h, err) && numbers_are_there(columns, h, err);
}
