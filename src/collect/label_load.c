/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has been answered under a guideline: gathered from members' sittings and imported batches,
 * sorted by item and person. Of several answers of a person to an item the first counts that names
 * a choice; the order is that of the record, members after batches (no member is in a batch). */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collect/collect.h"
#include "collect/label_int.h"
#include "learn/rng.h"

/* An answer as it was found. */
struct raw {
    uint64_t person;
    uint32_t name; /* in gathering.name */
    uint32_t answer;
    uint32_t seq;
    bool closed; /* of a batch that is over */
    bool mine;
};

struct gathering {
    struct record *record;
    const struct device *me;
    const struct hash *after; /* only entries after this one; NULL: all */
    struct ids sittings;      /* if after: the sittings that are */
    struct arena *arena;
    struct labels *ret;
    struct raw *raw; /* (n) */
    size_t n;
    size_t raw_cap;
    struct str *name; /* (names) of items, some several times */
    size_t names;
    size_t name_cap;
    uint32_t *rank; /* (names) which item */
    bool closed;
};

static uint32_t add_name(struct gathering *g, struct str name, bool copy)
{
    if (g->names && str_eq(g->name[g->names - 1], name))
        return (uint32_t)(g->names - 1);
    if (g->names == g->name_cap) {
        g->name_cap = g->name_cap * 2 + 1024;
        g->name = mem_resize(g->name, g->name_cap, sizeof *g->name);
    }
    g->name[g->names] = copy ? arena_str(g->arena, name) : name;
    return (uint32_t)g->names++;
}

static void add_raw(struct gathering *g, struct raw raw)
{
    if (g->n == g->raw_cap) {
        g->raw_cap = g->raw_cap * 2 + 1024;
        g->raw = mem_resize(g->raw, g->raw_cap, sizeof *g->raw);
    }
    raw.seq = (uint32_t)g->n;
    g->raw[g->n++] = raw;
}

static uint64_t person_of(struct str key)
{
    uint64_t person = 0;
    for (size_t i = 0; i < 8 && i < key.n; i++)
        person = person << 8 | (unsigned char)key.at[i];
    return person;
}

/* --- where answers are ----------------------------------------------------------------------- */

static bool gather_items(struct gathering *g, struct err *err)
{
    const struct guideline *guide = &g->ret->guide;
    struct collected collected;
    const struct collect_request request = {
        .table = guide->table, .as_category = &guide->column, .as_category_n = 1};
    if (!guide->table.n)
        return true;
    if (!collect_table(g->record, &request, g->arena, &collected, err))
        return false;
    size_t at = table_find(&collected.table, guide->column);
    if (at == collected.table.column_n)
        return FAIL(err, ERR_NOT_FOUND, _("Write a new version: allmende help label guideline"),
                    _("The table \"%.*s\" has no column \"%.*s\"."), STR_ARG(guide->table),
                    STR_ARG(guide->column));
    const struct column *column = &collected.table.column[at];
    for (size_t i = 0; i < column->category_n; i++)
        (void)add_name(g, column->category[i], false);
    return true;
}

static bool gather_sittings(struct gathering *g, const struct hash *guideline, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record_store(g->record), SQL_LABEL_ANSWERS, &stmt, err))
        return false;
    stmt_hash(stmt, guideline);
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        struct str author = row_blob(stmt, 1);
        struct hash sitting = row_hash(stmt, 2);
        if (g->after && !ids_have(&g->sittings, &sitting))
            continue;
        uint32_t answer =
            row_null(stmt, 3) ? LABEL_UNKNOWN : label_choice(&g->ret->guide, row_text(stmt, 3));
        if (answer == LABEL_NONE)
            continue;
        struct raw raw = {.person = person_of(author),
                          .name = add_name(g, row_text(stmt, 0), true),
                          .answer = answer};
        raw.mine = g->me && author.n == KEY_BYTES && memcmp(author.at, g->me->at, KEY_BYTES) == 0;
        add_raw(g, raw);
    }
    return false;
}

/* A row of an imported batch. */
static bool take_row(void *context, const struct csv_record *row, struct err *err)
{
    struct gathering *g = context;
    unsigned char person[8];
    (void)err;
    if (row->position == 0 || row->fault || row->field_n != 3 ||
        !hex_decode(row->field[1], person, sizeof person))
        return true;
    uint32_t answer = row->field[2].n ? label_choice(&g->ret->guide, row->field[2]) : LABEL_UNKNOWN;
    if (answer == LABEL_NONE)
        return true;
    const struct raw raw = {.person = person_of((struct str){(const char *)person, 8}),
                            .name = add_name(g, row->field[0], true),
                            .answer = answer,
                            .closed = g->closed};
    add_raw(g, raw);
    return true;
}

static bool gather_batch(struct gathering *g, const struct entry *entry, struct err *err)
{
    static const struct csv_dialect dialect = {
        .separator = ',', .quote = '"', .point = '.', .header = true};
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&dialect, take_row, g);
    struct str salt = body_str(entry->private, "salt", g->arena);
    g->closed = json_is_true(json_object_get(entry->body, "closed"));
    if (!g->ret->salt.n)
        g->ret->salt = salt;
    return record_blob(g->record, &entry->id, 0, BLOB_LIMIT_BYTES, &bytes, err) &&
           csv_feed(reader, buf_view(&bytes), err) && csv_end(reader, err);
}

static bool gather_batches(struct gathering *g, const struct ids *ids, struct err *err)
{
    for (size_t i = 0; i < ids->n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(g->record, &ids->at[i], g->arena, &entry, err))
            return false;
        if (strcmp(entry.header.kind, "answers") == 0 && entry.body &&
            !gather_batch(g, &entry, err))
            return false;
    }
    return true;
}

/* --- in order -------------------------------------------------------------------------------- */

struct named {
    struct str name;
    uint32_t group;
};

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

/* Number the items in byte order. */
static void rank_items(struct gathering *g)
{
    struct labels *ret = g->ret;
    uint32_t *group;
    ret->item_n = group_number(g->arena, g->name, g->names, &group);
    CLEANUP(mem_free) struct named *named = mem_get(ret->item_n, sizeof *named);
    CLEANUP(mem_free) uint32_t *place = mem_get(ret->item_n, sizeof *place);
    for (size_t i = 0; i < g->names; i++)
        named[group[i]] = (struct named){g->name[i], group[i]};
    qsort(named, ret->item_n, sizeof *named, by_name);
    ret->item = arena_get(g->arena, ret->item_n, sizeof *ret->item);
    for (size_t i = 0; i < ret->item_n; i++) {
        ret->item[i] = named[i].name;
        place[named[i].group] = (uint32_t)i;
    }
    for (size_t i = 0; i < g->names; i++)
        group[i] = place[group[i]];
    g->rank = group;
    for (size_t i = 0; i < g->n; i++)
        g->raw[i].name = group[g->raw[i].name];
}

/* By item, person, choice before "don't know", and the order of the record. */
static int by_item(const void *a, const void *b)
{
    const struct raw *x = a;
    const struct raw *y = b;
    bool known[2] = {x->answer != LABEL_UNKNOWN, y->answer != LABEL_UNKNOWN};
    if (x->name != y->name)
        return x->name < y->name ? -1 : 1;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    if (known[0] != known[1])
        return known[0] ? -1 : 1;
    return x->seq < y->seq ? -1 : 1;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void number_people(struct gathering *g, const uint64_t *person)
{
    struct labels *ret = g->ret;
    ret->person = arena_get(g->arena, ret->n, sizeof *ret->person);
    for (size_t i = 0; i < ret->n; i++)
        ret->person[i] = person[i];
    qsort(ret->person, ret->n, sizeof *ret->person, by_value);
    for (size_t i = 0; i < ret->n; i++)
        if (i == 0 || ret->person[i] != ret->person[ret->person_n - 1])
            ret->person[ret->person_n++] = ret->person[i];
    for (size_t i = 0; i < ret->n; i++) {
        const uint64_t *at = bsearch(&person[i], ret->person, ret->person_n, sizeof *at, by_value);
        ret->by[i] = (uint32_t)(at - ret->person);
    }
}

/* One answer of each person to each item. */
static void keep_first(struct gathering *g, uint8_t *closed)
{
    struct labels *ret = g->ret;
    CLEANUP(mem_free) uint64_t *person = mem_get(g->n, sizeof *person);
    ret->of = arena_get(g->arena, g->n, sizeof *ret->of);
    ret->by = arena_get(g->arena, g->n, sizeof *ret->by);
    ret->answer = arena_get(g->arena, g->n, sizeof *ret->answer);
    for (size_t i = 0; i < g->n; i++) {
        const struct raw *raw = &g->raw[i];
        closed[raw->name] |= raw->closed;
        ret->mine[raw->name] |= raw->mine;
        if (i && raw[-1].name == raw->name && raw[-1].person == raw->person)
            continue;
        if (raw->answer == LABEL_UNKNOWN) {
            ret->unknown[raw->name]++;
            ret->unknown_n++;
            continue;
        }
        ret->count[raw->name]++;
        ret->of[ret->n] = raw->name;
        person[ret->n] = raw->person;
        ret->answer[ret->n++] = raw->answer;
    }
    number_people(g, person);
}

static void retire(struct labels *ret, const uint8_t *closed)
{
    CLEANUP(mem_free) uint32_t *same = mem_get(ret->guide.choice_n, sizeof *same);
    const struct guideline *guide = &ret->guide;
    for (size_t u = 0, i = 0; u < ret->item_n; u++) {
        bool alike = false;
        memset(same, 0, guide->choice_n * sizeof *same);
        for (; i < ret->n && ret->of[i] == u; i++)
            alike = alike || (++same[ret->answer[i]] >= guide->alike && guide->alike);
        ret->retired[u] = closed[u] || alike || ret->count[u] >= guide->enough ||
                          ret->unknown[u] >= guide->enough;
    }
}

static void put_in_order(struct gathering *g)
{
    struct labels *ret = g->ret;
    rank_items(g);
    CLEANUP(mem_free) uint8_t *closed = mem_get(ret->item_n, 1);
    ret->count = arena_get(g->arena, ret->item_n, sizeof *ret->count);
    ret->unknown = arena_get(g->arena, ret->item_n, sizeof *ret->unknown);
    ret->retired = arena_get(g->arena, ret->item_n, 1);
    ret->mine = arena_get(g->arena, ret->item_n, 1);
    ret->practice = arena_get(g->arena, ret->item_n, 1);
    ret->gold = arena_get(g->arena, ret->item_n, sizeof *ret->gold);
    ret->outcome = arena_get(g->arena, ret->item_n, sizeof *ret->outcome);
    for (size_t u = 0; u < ret->item_n; u++)
        ret->gold[u] = ret->outcome[u] = LABEL_NONE;
    if (g->n)
        qsort(g->raw, g->n, sizeof *g->raw, by_item);
    keep_first(g, closed);
    retire(ret, closed);
}

/* --- what is known, and what was agreed on --------------------------------------------------- */

static void put_answer(const struct labels *labels, const json_t *one, uint32_t *ret)
{
    const char *answer = json_text(one, "answer");
    size_t item = labels_item(labels, str_of(json_text(one, "item")));
    if (item < labels->item_n)
        ret[item] = answer ? label_choice(&labels->guide, str_of(answer)) : LABEL_UNKNOWN;
}

static void put_practice(struct labels *labels, const json_t *one, bool practice)
{
    size_t item = labels_item(labels, str_of(json_text(one, "item")));
    if (item < labels->item_n)
        labels->practice[item] = practice;
}

static bool read_known(struct gathering *g, const struct ids *ids, struct err *err)
{
    for (size_t i = 0; i < ids->n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(g->record, &ids->at[i], g->arena, &entry, err))
            return false;
        const json_t *list = json_object_get(entry.private, "answers");
        if (strcmp(entry.header.kind, "round-table") == 0)
            put_answer(g->ret, entry.body, g->ret->outcome);
        bool practice = json_is_true(json_object_get(entry.body, "practice"));
        for (size_t j = 0; strcmp(entry.header.kind, "gold") == 0 && j < json_array_size(list);
             j++) {
            put_answer(g->ret, json_array_get(list, j), g->ret->gold);
            put_practice(g->ret, json_array_get(list, j), practice);
        }
    }
    /* The last word about an item counts; what is for practice takes no part in anything. */
    for (size_t u = 0; u < g->ret->item_n; u++)
        g->ret->retired[u] = g->ret->retired[u] && !g->ret->practice[u];
    return true;
}

static void note_sources(struct gathering *g, const struct hash *at, size_t n)
{
    struct labels *ret = g->ret;
    struct hash *all = arena_get(g->arena, ret->source_n + n, sizeof *all);
    for (size_t i = 0; i < ret->source_n; i++)
        all[i] = ret->source[i];
    for (size_t i = 0; i < n; i++)
        all[ret->source_n + i] = at[i];
    ret->source = all;
    ret->source_n += n;
}

/* Leave in the ids those that came after. */
static bool only_after(struct gathering *g, struct ids *ids, struct err *err)
{
    size_t n = 0;
    for (size_t i = 0; g->after && i < ids->n; i++) {
        bool after;
        if (!record_is_after(g->record, &ids->at[i], g->after, &after, err))
            return false;
        if (after)
            ids->at[n++] = ids->at[i];
    }
    if (g->after)
        ids->n = n;
    return true;
}

/* A version and those whose answers it keeps: the oldest first. Versions name older entries only,
 * so there is no circle. */
static bool gather_versions(struct gathering *g, struct ids *parts, const struct guideline *guide,
                            struct err *err)
{
    struct ids own;
    struct ids sittings;
    if (guide->keeps) {
        struct guideline former;
        if (!label_guideline(g->record, &guide->former, g->arena, &former, err) ||
            !gather_versions(g, parts, &former, err))
            return false;
    }
    if (!record_ids(g->record, SQL_LABEL_PARTS, &guide->id, g->arena, &own, err) ||
        !record_ids(g->record, SQL_LABEL_SITTINGS, &guide->id, g->arena, &sittings, err) ||
        !only_after(g, &own, err) || !only_after(g, &sittings, err))
        return false;
    g->sittings = sittings;
    if (!gather_batches(g, &own, err) || !gather_sittings(g, &guide->id, err))
        return false;
    struct hash *all = arena_get(g->arena, parts->n + own.n, sizeof *all);
    for (size_t i = 0; i < parts->n + own.n; i++)
        all[i] = i < parts->n ? parts->at[i] : own.at[i - parts->n];
    *parts = (struct ids){all, parts->n + own.n};
    note_sources(g, own.at, own.n);
    note_sources(g, sittings.at, sittings.n);
    return true;
}

static bool load(struct gathering *g, const struct hash *guideline, struct err *err)
{
    struct ids parts = {NULL, 0};
    *g->ret = (struct labels){.n = 0};
    bool done = label_guideline(g->record, guideline, g->arena, &g->ret->guide, err) &&
                gather_items(g, err) && gather_versions(g, &parts, &g->ret->guide, err);
    if (done) {
        put_in_order(g);
        done = read_known(g, &parts, err);
    }
    free(g->raw);
    free(g->name);
    return done;
}

bool labels_load(struct record *record, const struct hash *guideline, const struct device *me,
                 struct arena *arena, struct labels *ret, struct err *err)
{
    struct gathering g = {.record = record, .me = me, .arena = arena, .ret = ret};
    return load(&g, guideline, err);
}

bool labels_load_after(struct record *record, const struct hash *guideline,
                       const struct hash *after, struct arena *arena, struct labels *ret,
                       struct err *err)
{
    struct gathering g = {.record = record, .after = after, .arena = arena, .ret = ret};
    if (!load(&g, guideline, err))
        return false;
    if (ret->n || ret->unknown_n)
        return true;
    bool loaded = labels_load(record, guideline, NULL, arena, ret, err);
    ret->older = true;
    return loaded;
}

size_t labels_item(const struct labels *labels, struct str name)
{
    size_t low = 0;
    size_t high = labels->item_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(labels->item[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < labels->item_n && str_eq(labels->item[low], name) ? low : labels->item_n;
}

/* --- what comes next ------------------------------------------------------------------------- */

struct turn {
    uint64_t key;
    size_t item;
    bool practice;
};

static int by_turn(const void *a, const void *b)
{
    const struct turn *x = a;
    const struct turn *y = b;
    if (x->practice != y->practice)
        return x->practice ? -1 : 1;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

struct label_turns label_next(const struct labels *labels, const struct device *me, size_t most,
                              struct arena *arena)
{
    CLEANUP(mem_free) struct turn *turn = mem_get(labels->item_n, sizeof *turn);
    uint64_t seed = rng_seed(&labels->guide.id, 0);
    uint64_t stream = person_of((struct str){(const char *)me->at, KEY_BYTES});
    struct label_turns ret = {.n = 0};
    for (size_t u = 0; u < labels->item_n; u++) {
        if (labels->retired[u] || labels->mine[u])
            continue;
        struct hash hash = hash_of(labels->item[u].at, labels->item[u].n);
        uint64_t index = person_of((struct str){(const char *)hash.at, HASH_BYTES});
        turn[ret.left++] = (struct turn){rng_u64(seed, stream, index), u, labels->practice[u]};
    }
    qsort(turn, ret.left, sizeof *turn, by_turn);
    ret.n = ret.left < most ? ret.left : most;
    ret.item = arena_get(arena, ret.n, sizeof *ret.item);
    for (size_t i = 0; i < ret.n; i++)
        ret.item[i] = turn[i].item;
    return ret;
}
