/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Are the columns that a guess names in its table, if there is one yet? A misspelt name that is
 * locked could never be put right. What an import says of its columns is read from its body, so
 * this phase needs nothing of the later one. */
#include "hypothesise/hypothesise_int.h"

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
    return true;
}
