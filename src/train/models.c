/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/models.h"

#include <string.h>

#include "base/file.h"

enum { MODEL_FILE_MAX_BYTES = 1 << 30, ID_DIGITS_MIN = 4 };

struct listing {
    struct arena *arena;
    struct kept_model *model; /* (cap) */
    size_t n;
    size_t cap;
};

static bool take_training(void *context, const struct entry *entry, struct err *err)
{
    struct listing *list = context;
    (void)err;
    if (strcmp(entry->header.kind, "training") != 0)
        return true;
    size_t chosen = (size_t)json_integer_value(json_object_get(entry->body, "chosen"));
    const json_t *step = json_array_get(json_object_get(entry->body, "steps"), chosen);
    struct kept_model kept = {.training = entry->id};
    if (!body_read_id(step, "model", &kept.id) ||
        !body_read_id(entry->body, "hypothesis", &kept.hypothesis))
        return true;
    kept.algorithm = body_str(step, "name", list->arena);
    kept.bytes = (size_t)json_integer_value(json_object_get(step, "bytes"));
    if (list->n == list->cap) {
        struct kept_model *more = arena_get(list->arena, 2 * list->cap + 16, sizeof *more);
        if (list->n)
            memcpy(more, list->model, list->n * sizeof *more);
        list->model = more;
        list->cap = 2 * list->cap + 16;
    }
    list->model[list->n++] = kept;
    return true;
}

bool models_list(struct record *record, struct arena *arena, struct kept_model **ret, size_t *ret_n,
                 struct err *err)
{
    struct listing list = {.arena = arena};
    if (!record_each(record, true, take_training, &list, err))
        return false;
    *ret = list.model;
    *ret_n = list.n;
    return true;
}

/* The training that keeps the model: of several trainings of the same model the last. */
static bool find_training(struct record *record, const char *name, struct arena *arena,
                          struct hash *ret, struct err *err)
{
    struct kept_model *model;
    const struct kept_model *found = NULL;
    size_t n;
    bool last = strcmp(name, "last") == 0;
    if (!models_list(record, arena, &model, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!last && (strlen(name) < ID_DIGITS_MIN ||
                      !str_starts(str_of(hash_hex(&model[i].id).at), str_of(name))))
            continue;
        if (!last && found && !hash_eq(&found->id, &model[i].id))
            return FAIL(err, ERR_INPUT, _("Give more digits."),
                        _("Several models begin with %s: %.12s and %.12s."), name,
                        hash_hex(&found->id).at, hash_hex(&model[i].id).at);
        found = &model[i];
    }
    if (!found)
        return FAIL(err, ERR_NOT_FOUND, _("See which there are: allmende model list"),
                    _("There is no file and no model of the project called %s."), name);
    *ret = found->training;
    return true;
}

bool models_find(struct record *record, const char *name, struct arena *arena, struct model *ret,
                 struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    struct hash training;
    if (record)
        return find_training(record, name, arena, &training, err) &&
               record_entry(record, &training, arena, &entry, err) &&
               train_model(record, &entry, arena, ret, err);
    if (!file_read(name, MODEL_FILE_MAX_BYTES, &file, err))
        return false;
    return model_read(arena_str(arena, buf_view(&file)), arena, ret, err) ||
           err_context(err, "%s", name);
}
