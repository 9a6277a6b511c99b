/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows from answers: agreement, shared answers, what stays disputed. Only items that have
 * enough answers take part. */
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "collect/collect.h"
#include "collect/label_int.h"
#include "read/csv_put.h"
#include "record/member.h"

/* The answers to items that have enough; arrays in the arena. */
static struct consensus_sheet retired_sheet(const struct labels *labels, struct arena *arena)
{
    uint32_t *of = arena_get(arena, labels->n, sizeof *of);
    uint32_t *by = arena_get(arena, labels->n, sizeof *by);
    uint32_t *answer = arena_get(arena, labels->n, sizeof *answer);
    size_t n = 0;
    for (size_t i = 0; i < labels->n; i++) {
        if (!labels->retired[labels->of[i]])
            continue;
        of[n] = labels->of[i];
        by[n] = labels->by[i];
        answer[n++] = labels->answer[i];
    }
    return (struct consensus_sheet){
        .item = of,
        .person = by,
        .answer = answer,
        .n = n,
        .items = labels->item_n,
        .people = labels->person_n,
        .choices = labels->guide.choice_n,
    };
}

struct agreement label_agreement(const struct labels *labels, enum agreement_level level,
                                 double confidence)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct consensus_sheet answers = retired_sheet(labels, &arena);
    double *value = arena_get(&arena, answers.choices, sizeof *value);
    for (size_t k = 0; level == LEVEL_INTERVAL && k < answers.choices; k++) {
        struct decimal decimal = {0, 0};
        (void)num_decimal(labels->guide.choice[k], '.', &decimal);
        value[k] = num_double(decimal);
    }
    const struct answer_sheet sheet = {.item = answers.item,
                                       .answer = answers.answer,
                                       .n = answers.n,
                                       .items = answers.items,
                                       .answers = answers.choices,
                                       .value = value,
                                       .level = level};
    return agreement_range(&sheet, confidence);
}

void label_counts(const struct labels *labels, size_t item, uint64_t *ret)
{
    size_t low = 0;
    size_t high = labels->n;
    memset(ret, 0, labels->guide.choice_n * sizeof *ret);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (labels->of[middle] < item)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < labels->n && labels->of[low] == item; low++)
        ret[labels->answer[low]]++;
}

bool label_is_disputed(const struct labels *labels, const struct label_result *result, size_t item)
{
    CLEANUP(mem_free) uint64_t *counts = mem_get(labels->guide.choice_n, sizeof *counts);
    const struct consensus *c = &result->consensus;
    uint64_t most = 0;
    if (!labels->retired[item] || labels->count[item] + labels->unknown[item] == 0)
        return false;
    label_counts(labels, item, counts);
    for (size_t k = 0; k < labels->guide.choice_n; k++)
        most = counts[k] > most ? counts[k] : most;
    return c->tied[item] || 3 * most < 2 * (uint64_t)labels->count[item] ||
           labels->unknown[item] > labels->count[item] ||
           (result->check.calibrated &&
            3 * (uint64_t)c->certainty[item] < 2 * (uint64_t)CONSENSUS_ONE);
}

struct label_result label_consensus(const struct labels *labels, bool dawid_skene, uint64_t cap,
                                    struct arena *arena)
{
    struct consensus_sheet sheet = retired_sheet(labels, arena);
    struct label_result ret = {.dawid_skene = dawid_skene, .cap = cap, .answers = sheet.n};
    sheet.cap = cap;
    ret.consensus =
        dawid_skene ? consensus_dawid_skene(&sheet, arena) : consensus_majority(&sheet, arena);
    struct consensus *c = &ret.consensus;
    if (dawid_skene)
        ret.check = consensus_check(c, labels->gold);
    for (size_t u = 0; u < c->items; u++) {
        bool disputed = label_is_disputed(labels, &ret, u);
        bool settled = labels->outcome[u] != LABEL_NONE && labels->retired[u];
        ret.items += c->count[u] > 0;
        ret.disputed += disputed;
        ret.settled += disputed && settled;
        if (settled)
            c->answer[u] = labels->outcome[u];
    }
    return ret;
}

/* The first version of a guideline. Versions name older entries only, so this comes to an end. */
static struct hash first_version(const struct guideline *all, size_t n, struct hash id)
{
    for (size_t i = n; i-- > 0;) /* in their order: the former stands before */
        if (hash_eq(&all[i].id, &id) && all[i].replaces)
            id = all[i].former;
    return id;
}

static bool not_locked(struct record *record, const struct hash *guideline, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool there;
    if (!store_stmt(record_store(record), SQL_LABEL_LOCKED, &stmt, err))
        return false;
    stmt_hash(stmt, guideline);
    if (!stmt_step(stmt, &there, err))
        return false;
    if (!there)
        return true;
    struct hash hypothesis = row_hash(stmt, 0);
    return FAIL(err, ERR_DENIED, _("Look at the part set aside first: allmende help evaluate"),
                _("The locked guess %.8s asks of a table made of these answers; until somebody has "
                  "looked at its part set aside, single answers stay unseen."),
                hash_hex(&hypothesis).at);
}

/* All versions share answers, so a table of one closes them all. */
bool label_may_show(struct record *record, const struct hash *guideline, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct guideline *all;
    size_t n;
    if (!label_guidelines(record, &arena, &all, &n, err))
        return false;
    struct hash first = first_version(all, n, *guideline);
    for (size_t i = 0; i < n; i++) {
        struct hash own = first_version(all, n, all[i].id);
        if (hash_eq(&own, &first) && !not_locked(record, &all[i].id, err))
            return false;
    }
    return true;
}

/* --- as a table ------------------------------------------------------------------------------ */

static const char *certainty_name(const struct label_result *result)
{
    if (!result->dawid_skene)
        return "share_alike";
    return result->check.calibrated ? "certainty" : "certainty_unchecked";
}

/* An outcome of a round table has no certainty: it is not made of counts. Six decimals are exact
 * integers of 10^-6, rounded half up. */
static void put_result(const struct labels *labels, const struct label_result *result, size_t u,
                       struct buf *out)
{
    const struct consensus *c = &result->consensus;
    uint64_t millionths = ((uint64_t)c->certainty[u] * 1000000 + CONSENSUS_ONE / 2) >> 30;
    csv_put_quoted(out, labels->item[u]);
    buf_char(out, ',');
    if (c->answer[u] < labels->guide.choice_n)
        csv_put_quoted(out, labels->guide.choice[c->answer[u]]);
    buf_printf(out, ",%u,%u,", (unsigned)labels->count[u], (unsigned)labels->unknown[u]);
    if (labels->outcome[u] == LABEL_NONE)
        buf_printf(out, "%llu.%06llu", (unsigned long long)(millionths / 1000000),
                   (unsigned long long)(millionths % 1000000));
    buf_printf(out, ",%s\n", labels->outcome[u] == LABEL_NONE ? "answers" : "round table");
}

static bool table_is_free(struct record *record, const char *table, struct arena *arena,
                          struct err *err)
{
    struct batch *batch;
    size_t n;
    if (!collect_list(record, arena, &batch, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(batch[i].table, str_of(table)))
            return FAIL(err, ERR_CONFLICT, _("Choose another name with --write NAME."),
                        _("There is a table \"%s\" already."), table);
    return true;
}

static bool write_note(struct record *record, const struct labels *labels,
                       const struct label_result *result, const struct import_report *import,
                       struct hash *ret, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    const struct draft entry = {.kind = "consensus",
                                .body = body,
                                .rests_on = {labels->guide.id, import->id},
                                .rests_n = 2};
    body_id(body, "guideline", &labels->guide.id);
    body_text(body, "method", result->dawid_skene ? "dawid-skene" : "majority");
    json_object_set_new(body, "cap", json_integer((json_int_t)result->cap));
    body_id(body, "import", &import->id);
    json_object_set_new(body, "table", json_stringn(import->table.at, import->table.n));
    json_object_set_new(body, "items", json_integer((json_int_t)result->items));
    json_object_set_new(body, "answers", json_integer((json_int_t)result->answers));
    json_object_set_new(body, "people", json_integer((json_int_t)labels->person_n));
    json_object_set_new(body, "rounds", json_integer(result->consensus.rounds));
    json_object_set_new(body, "settled", json_boolean(result->consensus.settled));
    json_object_set_new(body, "calibrated", json_boolean(result->check.calibrated));
    json_object_set_new(body, "known", json_integer((json_int_t)result->check.known));
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}

static bool write_both(struct record *record, const struct labels *labels,
                       const struct label_result *result, const struct import_draft *draft,
                       struct hash *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct store *store = record_store(record);
    struct import_report report;
    if (!store_begin(store, err))
        return false;
    if (collect_import(record, draft, &arena, &report, err) &&
        write_note(record, labels, result, &report, ret, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

bool label_write(struct record *record, const struct labels *labels,
                 const struct label_result *result, const char *table, struct hash *ret,
                 struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf rows = BUF_INIT;
    const struct consensus *c = &result->consensus;
    if (result->items == 0)
        return FAIL(err, ERR_NOT_FOUND, _("Name more: allmende label next"),
                    _("No item has enough answers yet."));
    if (!table_is_free(record, table, &arena, err))
        return false;
    buf_printf(&rows, "item,answer,answers,dont_know,%s,from\n", certainty_name(result));
    for (size_t u = 0; u < c->items; u++)
        if (c->count[u] || (labels->retired[u] && labels->unknown[u]))
            put_result(labels, result, u, &rows);
    struct str text = buf_view(&rows);
    const struct source source = {.bytes = bytes_of_str(&text), .name = table};
    const char *path = arena_printf(&arena, "%s.csv", table);
    const struct import_draft draft = {.path = path,
                                       .source = &source,
                                       .table = table,
                                       .made_with = labels->source,
                                       .made_with_n = labels->source_n};
    return write_both(record, labels, result, &draft, ret, err);
}
