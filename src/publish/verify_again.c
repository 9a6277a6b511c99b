/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trainings and results, done again as the project was when they were written down: only what comes
 * before them in the order is in the temporary project then. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "evaluate/evaluate.h"
#include "learn/train.h"
#include "publish/verify_int.h"

/* Can it be done again, and did it come out the same? */
enum again {
    AGAIN_POSSIBLE = 0,
    AGAIN_HELD_BACK, /* something it rests on is held back */
    AGAIN_WITHDRAWN, /* … was taken back since */
    AGAIN_BROKEN     /* … is told of as a fault already */
};

/* Does any entry of the folder take this one back, whole or in part? */
static bool is_taken_back(const struct verification *v, const struct verify_item *item)
{
    struct hash id;
    for (size_t i = 0; i < v->item_n; i++) {
        const json_t *body = v->item[i].body;
        if (strcmp(v->item[i].header.kind, "withdrawal") != 0)
            continue;
        if ((body_read_id(body, "entry", &id) && hash_eq(&id, &item->id)) ||
            (body_read_id(body, "batch", &id) && hash_eq(&id, &item->id)))
            return true;
    }
    return item->package.state == PACKAGE_WITHDRAWN;
}

/* Why the body of an entry is not there. */
static enum again body_standing(const struct verification *v, const struct verify_item *item)
{
    if (!item || !item->taken || (item->package.state == PACKAGE_PRESENT && !item->body))
        return AGAIN_BROKEN;
    if (item->body)
        return AGAIN_POSSIBLE;
    return is_taken_back(v, item) ? AGAIN_WITHDRAWN : AGAIN_HELD_BACK;
}

/* An entry with its file: the data of a training, or the training of a result. */
static bool standing(struct verification *v, const struct hash *id, bool with_file, enum again *ret,
                     struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    const struct verify_item *item = verify_find(v, id);
    *ret = body_standing(v, item);
    if (*ret != AGAIN_POSSIBLE || !with_file)
        return true;
    if (record_blob(v->record, id, 0, PACKAGE_BLOB_MAX_BYTES, &bytes, err))
        return true;
    if (err->code != ERR_NOT_FOUND)
        return false;
    err_clear(err);
    bool named = item->package.blob_n > 0 && item->package.blob[0].file.at[0];
    *ret = named ? AGAIN_BROKEN : is_taken_back(v, item) ? AGAIN_WITHDRAWN : AGAIN_HELD_BACK;
    return true;
}

/* The worst standing of everything in a list of ids. */
static bool list_standing(struct verification *v, const json_t *list, bool with_files,
                          enum again *ret, struct err *err)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        struct hash id;
        enum again one = AGAIN_BROKEN;
        if (text && hex_decode(str_of(text), id.at, HASH_BYTES) &&
            !standing(v, &id, with_files, &one, err))
            return false;
        *ret = one > *ret ? one : *ret;
    }
    return true;
}

static bool id_standing(struct verification *v, const json_t *body, const char *key,
                        enum again *ret, struct err *err)
{
    struct hash id;
    enum again one = AGAIN_BROKEN;
    if (body_read_id(body, key, &id) && !standing(v, &id, false, &one, err))
        return false;
    *ret = one > *ret ? one : *ret;
    return true;
}

/* A model that is gone because its data were taken back counts as taken back. */
static bool model_standing(struct verification *v, const struct hash *id, enum again *ret,
                           struct err *err)
{
    const struct verify_item *item = verify_find(v, id);
    enum again one;
    if (!standing(v, id, true, &one, err))
        return false;
    if (one == AGAIN_HELD_BACK && item->body) {
        enum again data = AGAIN_POSSIBLE;
        if (!list_standing(v, json_object_get(item->body, "data"), true, &data, err))
            return false;
        one = data == AGAIN_WITHDRAWN ? data : one;
    }
    *ret = one > *ret ? one : *ret;
    return true;
}

/* --- comparing ---------------------------------------------------------------------------- */

/* The body without what a second run need not give. */
static json_t *comparable(const json_t *body)
{
    json_t *copy = json_copy((json_t *)(uintptr_t)body);
    static const char *const apart[] = {"cost", "licence", "permission"};
    for (size_t i = 0; i < COUNT_OF(apart); i++)
        json_object_del(copy, apart[i]);
    return copy;
}

static void value_text(const json_t *value, struct buf *out)
{
    if (json_is_string(value))
        buf_text(out, json_string_value(value));
    else if (value)
        json_write(value, out);
    else
        buf_text(out, "–");
}

/* Every member that differs: "low" is 0.71 in the entry, 0.69 when done again. */
static const char *differences(struct verification *v, json_t *said, json_t *found)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    CLEANUP(json_release) json_t *all = json_copy(said);
    const char *key;
    json_t *value;
    json_object_update_missing(all, found);
    json_object_foreach(all, key, value)
    {
        CLEANUP(buf_release) struct buf left = BUF_INIT;
        CLEANUP(buf_release) struct buf right = BUF_INIT;
        const json_t *a = json_object_get(said, key);
        const json_t *b = json_object_get(found, key);
        if (json_equal(a, b) || text.n > 400)
            continue;
        value_text(a, &left);
        value_text(b, &right);
        struct str l = str_front(buf_view(&left), 60);
        struct str r = str_front(buf_view(&right), 60);
        buf_printf(&text, _("%s\"%s\" is %.*s as it was published, %.*s when done again"),
                   text.n ? "; " : "", key, STR_ARG(l), STR_ARG(r));
    }
    buf_char(&text, '.');
    return arena_copy(v->arena, buf_view(&text));
}

/* --- trainings ---------------------------------------------------------------------------- */

static bool compare_model(struct verification *v, struct verify_item *item, const struct buf *model,
                          struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    if (item->header.blob_n == 0 || !item->blob_there[0])
        return true;
    if (!record_blob(v->record, &item->id, 0, PACKAGE_BLOB_MAX_BYTES, &bytes, err))
        return false;
    if (str_eq(buf_view(&bytes), buf_view(model)))
        return true;
    struct verify_file *file = verify_file_at(v, str_of(item->package.blob[0].file.at));
    BUG_IF(!file);
    verify_tell(v, file, verify_claim(v, file),
                _("The model differs: training again gives other bytes."));
    return true;
}

/* Is the file of a training the model that its body names as chosen? */
static bool check_model(struct verification *v, const struct verify_item *item, struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    const json_t *steps = json_object_get(item->body, "steps");
    const json_t *chosen = json_object_get(item->body, "chosen");
    struct hash named;
    if (item->header.blob_n == 0 || !item->blob_there[0])
        return true;
    if (!record_blob(v->record, &item->id, 0, PACKAGE_BLOB_MAX_BYTES, &bytes, err))
        return false;
    struct hash hash = hash_of(bytes.at, bytes.n);
    const json_t *step = json_array_get(steps, (size_t)json_integer_value(chosen));
    if (body_read_id(step, "model", &named) && hash_eq(&hash, &named))
        return true;
    struct verify_file *file = verify_file_at(v, str_of(item->package.blob[0].file.at));
    BUG_IF(!file);
    verify_tell(v, file, verify_claim(v, file),
                _("The model differs: it is not the one that its training names."));
    return true;
}

static bool compare_training(struct verification *v, struct verify_item *item, json_t *found,
                             const struct buf *model, struct err *err)
{
    CLEANUP(json_release) json_t *said = comparable(item->body);
    const char *left = json_text(said, "digest");
    const char *right = json_text(found, "digest");
    if (!left || !right || strcmp(left, right) != 0) {
        verify_tell(v, item->file, verify_claim(v, item->file),
                    _("The data digest differs: it was not trained on these data."));
        return true;
    }
    if (!compare_model(v, item, model, err))
        return false;
    if (!json_equal(said, found))
        verify_tell(v, item->file, verify_claim(v, item->file), differences(v, said, found));
    else
        v->report->again++;
    return true;
}

/* It could not be done again although all it rests on is here. */
static bool not_done(struct verification *v, struct verify_item *item, struct err *err)
{
    if (err->code == ERR_IO || err->code == ERR_CANCELLED)
        return false;
    if (!v->gap)
        verify_tell(v, item->file, verify_claim(v, item->file), err->what);
    err_clear(err);
    return true;
}

/* Does a training speak of an algorithm that this program does not have, as ridge/1 where it has
 * ridge/2? Names are for ever, so only another version of the program can train it again. */
static bool is_foreign(const json_t *body)
{
    const json_t *steps = json_object_get(body, "steps");
    for (size_t i = 0; i < json_array_size(steps); i++) {
        const char *name = json_text(json_array_get(steps, i), "name");
        if (name && !train_algorithm(str_of(name)))
            return true;
    }
    return false;
}

/* What can be said of such a training: its data are those that it names. */
static bool compare_data(struct verification *v, struct verify_item *item, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct train_material *m = arena_get(&arena, 1, sizeof *m);
    struct hash hypothesis;
    struct hash digest;
    const struct train_wanted wanted = {
        .hypothesis = &hypothesis, .training = item->body, .cancelled = v->request->cancelled};
    if (!body_read_id(item->body, "hypothesis", &hypothesis) ||
        !train_gather(v->record, &wanted, &arena, m, err))
        return not_done(v, item, err);
    if (!body_read_id(item->body, "digest", &digest) || !hash_eq(&digest, &m->study.digest))
        verify_tell(v, item->file, verify_claim(v, item->file),
                    _("The data digest differs: it was not trained on these data."));
    v->report->other_program++;
    return true;
}

/* Where what a hypothesis gave is kept. */
static struct verify_trained *place_of(struct verification *v, const struct hash *hypothesis)
{
    for (size_t i = 0; i < v->trained_n; i++)
        if (hash_eq(&v->trained[i].hypothesis, hypothesis))
            return &v->trained[i];
    v->trained = mem_resize(v->trained, v->trained_n + 1, sizeof *v->trained);
    v->trained[v->trained_n] = (struct verify_trained){*hypothesis, 0, NULL, BUF_INIT};
    return &v->trained[v->trained_n++];
}

static bool train_anew(struct verification *v, struct verify_item *item, const struct entry *entry,
                       struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct verify_trained *done;
    struct hash hypothesis;
    if (is_foreign(item->body))
        return compare_data(v, item, err);
    BUG_IF(!body_read_id(item->body, "hypothesis", &hypothesis));
    done = place_of(v, &hypothesis);
    if (!done->body || done->material != v->material) {
        json_decref(done->body);
        done->body = NULL;
        buf_clear(&done->model);
        if (!train_again(v->record, entry, &arena, &done->body, &done->model, err))
            return not_done(v, item, err);
        done->material = v->material;
    }
    return compare_training(v, item, done->body, &done->model, err);
}

static bool training_standing(struct verification *v, const struct verify_item *item,
                              enum again *ret, struct err *err)
{
    return id_standing(v, item->body, "hypothesis", ret, err) &&
           id_standing(v, item->body, "freeze", ret, err) &&
           list_standing(v, json_object_get(item->body, "data"), true, ret, err) &&
           list_standing(v, json_object_get(item->body, "earlier"), false, ret, err);
}

/* --- results ------------------------------------------------------------------------------ */

/* Is there no import at all, of those that can be read, into the table of people's answers? */
static bool answers_held_back(const struct verification *v, const json_t *opening)
{
    const char *table =
        json_string_value(json_object_get(json_object_get(opening, "people"), "table"));
    for (size_t i = 0; table && i < v->item_n; i++) {
        const char *into = json_string_value(json_object_get(v->item[i].body, "table"));
        if (into && strcmp(into, table) == 0 && strcmp(v->item[i].header.kind, "import") == 0)
            return false;
    }
    return table != NULL;
}

static bool verdict_standing(struct verification *v, const struct verify_item *item,
                             enum again *ret, struct err *err)
{
    const struct verify_item *opening;
    struct hash id;
    if (!id_standing(v, item->body, "hypothesis", ret, err) ||
        !id_standing(v, item->body, "opening", ret, err))
        return false;
    opening = body_read_id(item->body, "opening", &id) ? verify_find(v, &id) : NULL;
    if (!opening || !opening->body)
        return true;
    if (answers_held_back(v, opening->body) && *ret < AGAIN_HELD_BACK)
        *ret = AGAIN_HELD_BACK;
    if (body_read_id(opening->body, "training", &id) && !model_standing(v, &id, ret, err))
        return false;
    return list_standing(v, json_object_get(opening->body, "data"), true, ret, err);
}

static bool judge_anew(struct verification *v, struct verify_item *item, const struct entry *entry,
                       struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *found = NULL;
    CLEANUP(json_release) json_t *said = comparable(item->body);
    if (!evaluate_again(v->record, entry, &arena, &found, err))
        return not_done(v, item, err);
    if (!json_equal(said, found))
        verify_tell(v, item->file, verify_claim(v, item->file), differences(v, said, found));
    else
        v->report->again++;
    return true;
}

/* --- both --------------------------------------------------------------------------------- */

/* Only entries that count, with a body as it must be, are done again. */
static bool is_folded(struct verification *v, const struct verify_item *item, bool *ret,
                      struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool there;
    if (!store_stmt(record_store(v->record), SQL_PUBLISH_COUNTS, &stmt, err))
        return false;
    stmt_hash(stmt, &item->id);
    if (!stmt_step(stmt, &there, err))
        return false;
    *ret = there && row_int(stmt, 0) == 1;
    return true;
}

static bool do_again(struct verification *v, struct verify_item *item, bool training,
                     struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    const struct kind *kind = training ? &train_kind : &evaluate_verdict_kind;
    struct err why = {0};
    if (!record_entry(v->record, &item->id, &arena, &entry, err))
        return false;
    if (!kind->check(entry.body, NULL, &why)) {
        verify_tell(v, item->file, verify_claim(v, item->file),
                    arena_copy(v->arena, str_of(why.what)));
        return true;
    }
    return training ? train_anew(v, item, &entry, err) : judge_anew(v, item, &entry, err);
}

bool verify_again(struct verification *v, struct verify_item *item, struct err *err)
{
    bool training = strcmp(item->header.kind, "training") == 0;
    enum again again = AGAIN_POSSIBLE;
    bool folded;
    if (!verify_folded(v, err) || !is_folded(v, item, &folded, err))
        return false;
    if (!folded)
        return true;
    if (training && !check_model(v, item, err))
        return false;
    v->report->trainings += training;
    v->report->verdicts += !training;
    if (!(training ? training_standing(v, item, &again, err)
                   : verdict_standing(v, item, &again, err)))
        return false;
    v->report->held_back += again == AGAIN_HELD_BACK;
    v->report->withdrawn += again == AGAIN_WITHDRAWN;
    return again != AGAIN_POSSIBLE || do_again(v, item, training, err);
}
