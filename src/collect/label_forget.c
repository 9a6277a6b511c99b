/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One person out of imported answers. Names lie nowhere in the project; who wants to be taken out
 * says the name that stood in the file, and it is found by the salt that made the pseudonym. */
#include <string.h>

#include "collect/collect_int.h"
#include "collect/label_int.h"

static const struct csv_dialect dialect = {
    .separator = ',', .quote = '"', .point = '.', .header = true};

/* What stays of a batch: its rows keep their places. */
static bool empty_answers(const struct entry *batch, const uint64_t *position, size_t n,
                          struct str bytes, struct buf *out, struct err *err)
{
    const struct emptying_request request = {&dialect, position, n};
    uint64_t records;
    (void)batch;
    return csv_empty(bytes, &request, out, &records, err);
}

/* The rows of one person in one batch. */
struct search {
    char person[2 * 8 + 1];
    struct buf found; /* of uint64_t, ascending */
};

static bool take_row(void *context, const struct csv_record *row, struct err *err)
{
    struct search *search = context;
    (void)err;
    if (row->position && !row->fault && row->field_n == 3 &&
        str_eq(row->field[1], str_of(search->person)))
        buf_add(&search->found, &row->position, sizeof row->position);
    return true;
}

static bool find_rows(struct record *record, const struct entry *batch, struct search *search,
                      struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&dialect, take_row, search);
    return record_blob(record, &batch->id, 0, BLOB_LIMIT_BYTES, &bytes, err) &&
           csv_feed(reader, buf_view(&bytes), err) && csv_end(reader, err);
}

static bool forget_in(struct record *record, const struct entry *batch, struct str name,
                      struct label_forgotten *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct search search = {.found = BUF_INIT};
    struct withdrawal w;
    struct str salt = body_str(batch->private, "salt", &arena);
    snprintf(search.person, sizeof search.person, "%016llx",
             (unsigned long long)label_pseudonym(salt, name));
    bool done = find_rows(record, batch, &search, err);
    const uint64_t *position = arena_keep(&arena, buf_view(&search.found));
    size_t n = search.found.n / sizeof *position;
    buf_release(&search.found);
    if (!done || n == 0)
        return done;
    const struct withdraw_items items = {
        .batch = batch->id, .position = position, .n = n, .empty = empty_answers};
    if (!withdraw_items(record, &items, &w, err))
        return false;
    ret->batches++;
    ret->answers += n;
    ret->waiting += !w.erased;
    ret->tables += (size_t)w.models_gone;
    return true;
}

static bool forget_under(struct record *record, const struct hash *guideline, struct str name,
                         struct label_forgotten *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct ids ids;
    if (!record_ids(record, SQL_LABEL_PARTS, guideline, &arena, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids.at[i], &arena, &entry, err))
            return false;
        if (strcmp(entry.header.kind, "answers") == 0 && entry.body && entry.private &&
            !forget_in(record, &entry, name, ret, err))
            return false;
    }
    return true;
}

bool label_forget(struct record *record, const struct hash *guideline, struct str name,
                  struct label_forgotten *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct ids versions;
    *ret = (struct label_forgotten){.answers = 0};
    if (!label_versions(record, guideline, &arena, &versions, err))
        return false;
    for (size_t i = 0; i < versions.n; i++)
        if (!forget_under(record, &versions.at[i], name, ret, err))
            return false;
    return ret->answers > 0 || FAIL(err, ERR_NOT_FOUND,
                                    _("Type the name as it stood in the file, letter by letter. "
                                      "(Who answered here takes "
                                      "it back with: allmende collect withdraw)"),
                                    _("No imported answers are by \"%.*s\"."), STR_ARG(name));
}
