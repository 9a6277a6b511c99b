/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often were data looked at, and which came after the first look? */
#include <string.h>

#include "collect/observed.h"
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

/* The files of a table, or the observations of a form, in their order. */
static bool all_of_table(struct record *record, struct str table, struct arena *arena,
                         struct ids *ret, struct err *err)
{
    const struct observed *observed;
    struct batch *all;
    size_t n;
    if (!observed_read(record, table, NULL, arena, &observed, err) ||
        !collect_list(record, arena, &all, &n, err))
        return false;
    *ret = (struct ids){arena_get(arena, n + (observed ? observed->row_n : 0), sizeof *ret->at), 0};
    for (size_t b = 0; b < n; b++)
        if (str_eq(all[b].table, table))
            ret->at[ret->n++] = all[b].id;
    for (size_t r = 0; observed && r < observed->row_n; r++)
        if (ret->n == 0 || !hash_eq(&ret->at[ret->n - 1], &observed->row[r].entry))
            ret->at[ret->n++] = observed->row[r].entry;
    return true;
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

bool look_fresh(struct record *record, const struct hypothesis *h, const struct ids *wanted,
                struct arena *arena, struct ids *ret, struct err *err)
{
    struct ids all = {NULL, 0};
    struct ids known;
    if (!known_data(record, h, arena, &known, err) ||
        !all_of_table(record, h->table, arena, &all, err))
        return false;
    *ret = (struct ids){arena_get(arena, all.n, sizeof *ret->at), 0};
    for (size_t i = 0; i < all.n; i++) {
        bool after = false;
        if ((wanted->n && !ids_have(wanted, &all.at[i])) || ids_have(&known, &all.at[i]))
            continue;
        if (!record_is_after(record, &all.at[i], &h->freeze, &after, err))
            return false;
        if (after)
            ret->at[ret->n++] = all.at[i];
    }
    for (size_t i = 0; i < wanted->n; i++)
        if (!ids_have(ret, &wanted->at[i]))
            return FAIL(err, ERR_CONFLICT, _("See what is there: allmende collect list"),
                        _("The table file %.8s is not new: it is of another table, came before the "
                          "lock, or was there at the first look."),
                        hash_hex(&wanted->at[i]).at);
    return ret->n || FAIL(err, ERR_NOT_FOUND, _("Bring them in: allmende collect import FILE.csv"),
                          _("No data came into \"%.*s\" since the first look."), STR_ARG(h->table));
}
