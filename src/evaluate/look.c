/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often were data looked at, and which came after the first look? */
#include <string.h>

#include "collect/observe.h"
#include "evaluate/evaluate_int.h"

void look_ids(const json_t *list, struct arena *arena, struct ids *ret)
{
    *ret = (struct ids){arena_get(arena, json_array_size(list), sizeof *ret->at), 0};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text && hex_decode(str_of(text), ret->at[ret->n].at, HASH_BYTES))
            ret->n++;
    }
}

/* --- how often ---------------------------------------------------------------------------------*/

struct looking {
    const struct ids *data;
    const struct hash *stop;
    bool stopped;
    uint64_t looks;
};

static bool count_look(void *context, const struct entry *entry, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct looking *looking = context;
    struct ids data;
    bool overlaps = false;
    (void)err;
    looking->stopped = looking->stopped || (looking->stop && hash_eq(&entry->id, looking->stop));
    if (looking->stopped || strcmp(entry->header.kind, "opening") != 0)
        return true;
    look_ids(json_object_get(entry->body, "data"), &arena, &data);
    for (size_t i = 0; i < data.n; i++)
        overlaps = overlaps || ids_have(looking->data, &data.at[i]);
    looking->looks += overlaps;
    return true;
}

bool look_count(struct record *record, const struct ids *data, const struct hash *stop,
                uint64_t *ret, struct err *err)
{
    struct looking looking = {data, stop, false, 1};
    if (!record_each(record, true, count_look, &looking, err))
        return false;
    *ret = looking.looks;
    return true;
}

/* --- fresh data --------------------------------------------------------------------------------*/

bool look_first(struct record *record, const struct hash *hypothesis, struct arena *arena,
                struct entry *ret_verdict, struct entry *ret_opening, struct err *err)
{
    struct ids verdicts;
    struct hash opening;
    if (!record_ids(record, SQL_EVALUATE_VERDICTS, hypothesis, arena, &verdicts, err))
        return false;
    if (verdicts.n == 0)
        return FAIL(err, ERR_NOT_FOUND, _("Look first: allmende evaluate HYPOTHESIS --open"),
                    _("There is no result yet that new data could stand beside."));
    return record_entry(record, &verdicts.at[0], arena, ret_verdict, err) &&
           (body_read_id(ret_verdict->body, "opening", &opening) ||
            FAIL(err, ERR_CORRUPT, _("Run: allmende check"), _("A result names no opening."))) &&
           record_entry(record, &opening, arena, ret_opening, err);
}

/* Came it after the lock, and was it not there at the first look? */
static bool is_fresh(struct record *record, const struct hypothesis *h, const struct batch *batch,
                     const struct ids *known, bool *ret, struct err *err)
{
    *ret = false;
    if (!str_eq(batch->table, h->table) || ids_have(known, &batch->id))
        return true;
    return record_is_after(record, &batch->id, &h->freeze, ret, err);
}

static bool known_data(struct record *record, const struct hypothesis *h, struct arena *arena,
                       struct ids *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry verdict = {.presence = BODY_ABSENT};
    CLEANUP(entry_release) struct entry opening = {.presence = BODY_ABSENT};
    if (!look_first(record, &h->id, arena, &verdict, &opening, err))
        return false;
    look_ids(json_object_get(opening.body, "data"), arena, ret);
    return true;
}

/* Files and, of a form, observations of the table, as batches. */
static bool list_data(struct record *record, const struct hypothesis *h, struct arena *arena,
                      struct batch **ret, size_t *ret_n, struct err *err)
{
    struct batch *files;
    struct ids observed;
    size_t n;
    if (!collect_list(record, arena, &files, &n, err) ||
        !observe_ids(record, h->table, arena, &observed, err))
        return false;
    *ret = arena_get(arena, n + observed.n, sizeof **ret);
    for (size_t b = 0; b < n; b++)
        (*ret)[b] = files[b];
    for (size_t i = 0; i < observed.n; i++)
        (*ret)[n + i] = (struct batch){.id = observed.at[i], .table = h->table};
    *ret_n = n + observed.n;
    return true;
}

bool look_fresh(struct record *record, const struct hypothesis *h, const struct ids *wanted,
                struct arena *arena, struct ids *ret, struct err *err)
{
    struct batch *all;
    struct ids known;
    size_t n;
    if (!known_data(record, h, arena, &known, err) || !list_data(record, h, arena, &all, &n, err))
        return false;
    *ret = (struct ids){arena_get(arena, n, sizeof *ret->at), 0};
    for (size_t b = 0; b < n; b++) {
        bool named = ids_have(wanted, &all[b].id);
        bool fresh;
        if (wanted->n && !named)
            continue;
        if (!is_fresh(record, h, &all[b], &known, &fresh, err))
            return false;
        if (named && !fresh)
            return FAIL(err, ERR_CONFLICT, _("See what is there: allmende collect list"),
                        _("The table file %.8s is not new: it is of another table, came before the "
                          "lock, or was there at the first look."),
                        hash_hex(&all[b].id).at);
        if (fresh)
            ret->at[ret->n++] = all[b].id;
    }
    return ret->n || FAIL(err, ERR_NOT_FOUND, _("Bring them in: allmende collect import FILE.csv"),
                          _("No data came into \"%.*s\" since the first look."), STR_ARG(h->table));
}
