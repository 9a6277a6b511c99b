/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May the model of a training leave although its table leaves only as a public view?
 *
 * A model is computed from the columns it was told to use, in the order of the rows, and from which
 * rows were set aside; from nothing else (docs/format/model.md, the data digest). If all of that
 * stands in the public rows as it is, the model tells nothing that they do not. So it leaves if
 *   1. the guess names its features, and they, target, unit, group and the column of the split
 * leave as they are, and so does each column that the model knows;
 *   2. every row is public: none without permission, none set aside and not looked at;
 *   3. no value was ever corrected: a model may still know what stood there before;
 *   4. the split does not lie in a file, which nobody has looked at column by column.
 */
#include <string.h>

#include "hypothesise/hypothesise.h"
#include "publish/plan_int.h"
#include "train/train.h"

/* Does this column leave as it is? An empty name is no column. */
static bool is_open(const struct public_table *table, struct str name)
{
    for (size_t c = 0; c < table->view.column_n; c++)
        if (str_eq(table->view.column[c].name, name))
            return table->view.column[c].how == VIEW_AS_IS;
    return name.n == 0;
}

static bool names_are_open(const struct public_table *table, const struct hypothesis *h)
{
    bool open = h->feature_n > 0 && h->target.n > 0 && is_open(table, h->target) &&
                is_open(table, h->unit) && is_open(table, h->split.column);
    for (size_t f = 0; f < h->feature_n; f++)
        open = open && h->feature[f].n && is_open(table, h->feature[f]);
    return open;
}

static bool was_corrected(const struct publish_plan *plan, const struct public_table *table)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct public_entry *e = &plan->entry[i];
        const char *own = json_text(e->said ? e->said : e->entry.body, "table");
        /* One whose table is not known may be of this one. */
        if (strcmp(e->entry.header.kind, "correction") == 0 &&
            (!own || str_eq(str_of(own), table->name)))
            return true;
    }
    return false;
}

/* What it was made with: rows of this table, and what may leave. */
static bool sources_are_open(const struct publish_plan *plan, const struct public_entry *training,
                             const struct public_table *table)
{
    const json_t *sources = json_object_get(training->entry.body, "made_with");
    for (size_t i = 0; i < json_array_size(sources); i++) {
        const char *text = json_string_value(json_array_get(sources, i));
        struct hash id;
        const struct public_entry *from = NULL;
        if (!text || !hex_decode(str_of(text), id.at, HASH_BYTES))
            return false;
        for (size_t k = 0; k < plan->n && !from; k++)
            if (hash_eq(&plan->entry[k].entry.id, &id))
                from = &plan->entry[k];
        const char *own = from ? json_text(from->said, "table") : NULL;
        if (!from || !from->viewed || !own || !str_eq(str_of(own), table->name))
            return false;
    }
    return true;
}

bool plan_model_is_open(struct record *record, const struct publish_plan *plan,
                        const struct public_entry *training, struct arena *arena, bool *ret,
                        struct err *err)
{
    struct hypothesis h;
    struct model model;
    struct hash id;
    struct err why = {0};
    *ret = false;
    if (!body_read_id(training->entry.body, "hypothesis", &id))
        return true;
    if (!hypothesise_load(record, &id, arena, &h, err))
        return false;
    const struct public_table *table = plan_table(plan, arena_copy(arena, h.table));
    if (!table || table->view.no_permission || table->view.set_aside || h.split.by == SPLIT_FILE ||
        !names_are_open(table, &h) || was_corrected(plan, table) ||
        !sources_are_open(plan, training, table))
        return true;
    /* One that cannot be read says nothing about itself: it stays. */
    bool open = train_model(record, &training->entry, arena, &model, &why);
    for (size_t f = 0; open && f < model.feature_n; f++)
        open = is_open(table, model.feature[f].name);
    *ret = open;
    return true;
}
