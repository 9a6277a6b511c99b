/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/train.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "ledger/ledger.h"
#include "read/columns.h"
#include "record/member.h"

enum { MODEL_MAX_BYTES = 256 << 20 };

static const struct cluster alone = {.threads = 1};

static bool check_training(const json_t *body, const json_t *private, struct err *err)
{
    struct hash id;
    (void)private;
    if (!body_read_id(body, "hypothesis", &id) || !body_read_id(body, "freeze", &id) ||
        !json_is_array(json_object_get(body, "steps")) ||
        !json_is_integer(json_object_get(body, "chosen")))
        return FAIL(err, ERR_INPUT, _("Train again with: allmende train HYPOTHESIS"),
                    _("A training must name hypothesis, freeze, steps and the chosen one."));
    return true;
}

static bool fold_training(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash hypothesis;
    struct stmt *stmt;
    if (!body_read_id(entry->body, "hypothesis", &hypothesis))
        return true;
    if (!store_stmt(record_store(record), SQL_TRAIN_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_hash(stmt, &hypothesis);
    return stmt_run(stmt, err) && ledger_fold(record, entry, "train", "training", err);
}

const struct kind train_kind = {
    .name = "training", .check = check_training, .fold = fold_training, .stays = true};

/* --- gathering ---------------------------------------------------------------------------------*/

/* Columns that hold names even where these look like numbers. */
static size_t wanted_categories(const struct hypothesis *h, struct str ret[3])
{
    size_t n = 0;
    if (h->unit.n)
        ret[n++] = h->unit;
    if (h->split.column.n && h->split.by != SPLIT_TIME)
        ret[n++] = h->split.column;
    if (metric_of_classes(h->metric))
        ret[n++] = h->target;
    return n;
}

/* What is gathered beside the guess itself. */
struct gathering {
    const struct train_wanted *wanted;
    const struct ids *only; /* batches; NULL: all */
};

static bool collect(struct record *record, const struct gathering *gathering, struct arena *arena,
                    struct train_material *m, struct err *err)
{
    struct str category[3];
    const struct hypothesis *h = &m->hypothesis;
    const struct collect_request request = {.table = h->table,
                                            .freeze = &h->freeze,
                                            .missing = h->missing,
                                            .missing_n = h->missing_n,
                                            .as_category = category,
                                            .as_category_n = wanted_categories(h, category),
                                            .only = gathering->only,
                                            .cancelled = gathering->wanted->cancelled,
                                            .past = m->sides.past.n ? &m->sides.past : NULL,
                                            .may_stream = true};
    return collect_table(record, &request, arena, &m->collected, err);
}

/* Was permission given to learn from these files? */
static bool may_learn(struct record *record, const struct collected *c, struct arena *arena,
                      struct err *err)
{
    for (size_t b = 0; b < c->batch_n; b++) {
        struct batch batch;
        if (!collect_load(record, &c->batch[b], arena, &batch, err))
            return false;
        if (!batch.may_train)
            return FAIL(err, ERR_DENIED, _("Ask those who gave it, and import it again."),
                        _("The table file %.8s was given for other purposes than learning."),
                        hash_hex(&c->batch[b]).at);
    }
    return true;
}

/* Rows are drawn by the id of the item, which no later import can shift. */
static bool split_rows_by_item(struct train_material *m, struct arena *arena, struct err *err)
{
    const struct collected *c = &m->collected;
    struct str *key = arena_get(arena, c->table.rows, sizeof *key);
    for (size_t r = 0; r < c->table.rows; r++) {
        size_t batch;
        uint64_t position = collected_position(c, r, &batch);
        struct hash item = item_id(&c->batch[batch], position);
        key[r] = arena_str(arena, str_of(hash_hex(&item).at));
    }
    return study_split_rows(&m->study, &m->hypothesis.freeze, m->hypothesis.split.share_e4, key,
                            err);
}

/* Where each row stands in the split file: position in its batch, behind the batches before. */
static uint64_t *places_in_list(const struct collected *c, struct arena *arena)
{
    uint64_t *place = arena_get(arena, c->table.rows, sizeof *place);
    for (size_t r = 0; r < c->table.rows; r++) {
        size_t batch;
        uint64_t position = collected_position(c, r, &batch);
        place[r] = c->start[batch] + position;
    }
    return place;
}

static bool split_by_list(struct record *record, struct train_material *m, struct arena *arena,
                          struct err *err)
{
    struct columns list;
    size_t column;
    if (m->collected.observed_batch)
        return FAIL(err, ERR_CONFLICT,
                    _("Put the guess anew, with --group or a column that says train or test."),
                    _("A list of rows cannot say what is set aside of observations: more of them "
                      "come in, and earlier ones may be taken back."));
    if (!hypothesise_split_file(record, &m->hypothesis, arena, &list, &column, err))
        return false;
    const uint64_t *place = places_in_list(&m->collected, arena);
    return study_split_list(&m->study, &list.table.column[column], place, m->collected.records,
                            list.table.rows, err);
}

static bool is_column(const void *context, struct str name)
{
    const struct study *study = context;
    return table_find(&study->table, name) < study->table.column_n;
}

static bool split_by_time(struct train_material *m, struct err *err)
{
    struct rule condition;
    return rule_condition(m->hypothesis.split.condition, is_column, &m->study, &condition, err) &&
           study_split_where(&m->study, &condition, err);
}

static bool split(struct record *record, struct train_material *m, struct arena *arena,
                  struct err *err)
{
    const struct split_plan *plan = &m->hypothesis.split;
    const struct str test = {NULL, 0};
    switch (plan->by) {
    case SPLIT_GROUPS:
        return sides_groups(&m->sides, &m->hypothesis, &m->study, err);
    case SPLIT_NAMED:
        return study_split_named(&m->study, plan->group, plan->group_n, err);
    case SPLIT_COLUMN:
        return study_split_column(&m->study, plan->column, test, err);
    case SPLIT_FILE:
        return split_by_list(record, m, arena, err);
    case SPLIT_TIME:
        return split_by_time(m, err);
    case SPLIT_ROWS:
        return split_rows_by_item(m, arena, err);
    case SPLIT_NONE:
        break;
    }
    return FAIL(err, ERR_INPUT, _("Put the guess anew, with --group or --split."),
                _("The guess does not say what is set aside."));
}

static enum alarms_split kind_of_split(enum split_by by)
{
    if (by == SPLIT_GROUPS || by == SPLIT_NAMED)
        return ALARMS_BY_GROUP;
    return by == SPLIT_TIME ? ALARMS_BY_TIME : ALARMS_OTHERWISE;
}

static bool make_study(struct record *record, struct train_material *m, struct arena *arena,
                       struct err *err)
{
    const struct hypothesis *h = &m->hypothesis;
    const bool by_group = h->split.by == SPLIT_GROUPS || h->split.by == SPLIT_NAMED;
    const struct study_columns columns = {.target = h->target,
                                          .feature = h->feature,
                                          .feature_n = h->feature_n,
                                          .rule = h->rule,
                                          .classes = metric_of_classes(h->metric)};
    if (!study_begin(&m->study, arena, &m->collected.table, &columns, err))
        return false;
    if (by_group && !study_group(&m->study, h->split.column, err))
        return false;
    /* Without groups of the split, units are never torn apart in cross-validation either. */
    if (h->unit.n && !by_group && !study_group(&m->study, h->unit, err))
        return false;
    if (h->unit.n && by_group && !study_unit(&m->study, h->unit, err))
        return false;
    if (!study_load_rule(&m->study, h->rule, err) || !split(record, m, arena, err))
        return false;
    sides_keep(&m->sides, h, &m->collected, &m->study);
    if (!study_end(&m->study, err) ||
        !alarms_look(&m->study, kind_of_split(h->split.by), arena, &m->alarms, err))
        return false;
    if (h->stretches)
        study_stretches(&m->study, study_stretch_rows(&m->study));
    return true;
}

static bool gather(struct record *record, const struct gathering *gathering, struct arena *arena,
                   struct train_material *ret, struct err *err)
{
    const struct hash *hypothesis = gathering->wanted->hypothesis;
    struct hypothesis *h = &ret->hypothesis;
    memset(ret, 0, sizeof *ret);
    if (!hypothesise_load(record, hypothesis, arena, h, err))
        return false;
    if (!h->about_model)
        return FAIL(err, ERR_CONFLICT, _("Go on with: allmende evaluate HYPOTHESIS"),
                    _("The guess %.8s is about the world; it needs no model."),
                    hash_hex(hypothesis).at);
    if (!h->frozen)
        return FAIL(err, ERR_CONFLICT, _("Lock it first with: allmende hypothesis freeze"),
                    _("The guess is not locked yet."));
    if (!sides_read(record, h, gathering->wanted->training, arena, &ret->sides, err) ||
        !collect(record, gathering, arena, ret, err) ||
        !may_learn(record, &ret->collected, arena, err) || !make_study(record, ret, arena, err))
        return false;
    ret->recipe = (struct recipe){.metric = h->metric,
                                  .metric_class = h->metric_class,
                                  .rule = ret->study.rule,
                                  .rungs = 7,
                                  .margin = 0.01,
                                  .has_goal = true,
                                  .comparator = h->comparator,
                                  .threshold = h->threshold,
                                  .least_units = h->least_units,
                                  .confidence = h->confidence,
                                  .salt = h->freeze,
                                  .digest = &ret->study.digest,
                                  .drifted = alarms_have(&ret->alarms, ALARM_SHIFT),
                                  .cluster = &alone};
    ret->recipe.stretches = h->stretches;
    ret->recipe.side_by_side = h->stretches && alarms_have(&ret->alarms, ALARM_NEIGHBOURS);
    if (ret->study.has_group || h->stretches)
        ret->recipe.group_key = ret->study.group.key;
    return true;
}

bool train_gather(struct record *record, const struct train_wanted *wanted, struct arena *arena,
                  struct train_material *ret, struct err *err)
{
    const struct gathering all = {.wanted = wanted};
    return gather(record, &all, arena, ret, err);
}

/* Of the fresh batches only what is set aside takes part, of the others only what was learned from.
 */
static void narrow(struct train_material *m, const struct ids *fresh)
{
    struct study *study = &m->study;
    memset(study->rows_of, 0, sizeof study->rows_of);
    for (size_t r = 0; r < study->table.rows; r++) {
        size_t batch;
        collected_position(&m->collected, r, &batch);
        bool is_fresh = ids_have(fresh, &m->collected.batch[batch]);
        if (study->part[r] != (is_fresh ? PART_TEST : PART_TRAIN))
            study->part[r] = PART_OUT;
        study->rows_of[study->part[r]]++;
    }
}

bool train_gather_fresh(struct record *record, const struct hash *hypothesis,
                        const struct train_fresh *data, struct arena *arena,
                        struct train_material *ret, struct err *err)
{
    const struct ids *learned = &data->learned;
    const struct ids *fresh = &data->fresh;
    struct ids both = {arena_get(arena, learned->n + fresh->n, sizeof *both.at), 0};
    const struct train_wanted wanted = {.hypothesis = hypothesis, .training = data->training};
    const struct gathering gathering = {.wanted = &wanted, .only = &both};
    for (size_t i = 0; i < learned->n; i++)
        both.at[both.n++] = learned->at[i];
    for (size_t i = 0; i < fresh->n; i++)
        both.at[both.n++] = fresh->at[i];
    if (!gather(record, &gathering, arena, ret, err))
        return false;
    narrow(ret, fresh);
    if (ret->hypothesis.stretches)
        study_stretches(&ret->study, study_stretch_rows(&ret->study));
    /* The sides now differ by time, whatever the split: what has shifted since is to be seen. */
    return alarms_look(&ret->study, ALARMS_BY_TIME, arena, &ret->alarms, err);
}

/* --- the body ----------------------------------------------------------------------------------*/

json_t *train_real_json(double value)
{
    char text[NUM_TEXT];
    return json_string(num_text(value, text));
}

json_t *train_range_json(const struct interval *range)
{
    json_t *object = json_object();
    json_object_set_new(object, "value", train_real_json(range->value));
    json_object_set_new(object, "low", train_real_json(range->low));
    json_object_set_new(object, "high", train_real_json(range->high));
    json_object_set_new(object, "units", json_integer((json_int_t)range->units));
    return object;
}

static json_t *size_json(size_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *step_json(const struct step *step)
{
    json_t *object = json_object();
    struct str name = step->model.algorithm;
    json_object_set_new(object, "rung", json_integer(step->rung));
    json_object_set_new(object, "name", json_stringn(name.at, name.n));
    body_id(object, "model", &step->id);
    json_object_set_new(object, "bytes", size_json(step->bytes));
    json_object_set_new(object, "cv", step->has_cv ? train_range_json(&step->cv) : json_null());
    return object;
}

static json_t *gap_json(const struct ladder *ladder)
{
    if (!ladder->has_gap)
        return json_null();
    json_t *object = train_range_json(&ladder->gap);
    json_object_set_new(object, "metric", json_string(metric_name(ladder->gap_metric)));
    json_object_set_new(object, "step", size_json(ladder->gap_step));
    return object;
}

static json_t *batches_json(const struct collected *c)
{
    json_t *list = json_array();
    for (size_t b = 0; b < c->batch_n; b++)
        json_array_append_new(list, json_string(hash_hex(&c->batch[b]).at));
    return list;
}

/* Everything that follows from the record alone. */
static json_t *body_json(const struct train_material *m, const struct ladder *ladder)
{
    json_t *body = json_object();
    json_t *rows = json_object();
    json_t *steps = json_array();
    json_object_set_new(rows, "train", size_json(m->study.rows_of[PART_TRAIN]));
    json_object_set_new(rows, "test", size_json(m->study.rows_of[PART_TEST]));
    json_object_set_new(rows, "out", size_json(m->study.rows_of[PART_OUT]));
    for (size_t i = 0; i < ladder->step_n; i++)
        json_array_append_new(steps, step_json(&ladder->step[i]));
    body_id(body, "hypothesis", &m->hypothesis.id);
    body_id(body, "freeze", &m->hypothesis.freeze);
    json_object_set_new(body, "data", batches_json(&m->collected));
    json_object_set_new(body, "made_with", batches_json(&m->collected));
    body_id(body, "digest", &m->study.digest);
    json_object_set_new(body, "rows", rows);
    json_object_set_new(
        body, "metric",
        json_string(metric_text(m->recipe.metric, m->recipe.metric_class, m->study.arena)));
    json_object_set_new(body, "folds", json_integer(ladder->folds));
    json_object_set_new(body, "steps", steps);
    json_object_set_new(body, "chosen", size_json(ladder->chosen));
    json_object_set_new(body, "stopped", json_boolean(ladder->stopped));
    json_object_set_new(body, "gap", gap_json(ladder));
    json_object_set_new(body, "alarms", alarms_json(&m->alarms));
    sides_put(&m->sides, body);
    return body;
}

static bool append(struct record *record, const struct train_result *r, json_t *body,
                   struct hash *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    const struct hypothesis *h = &r->material.hypothesis;
    model_write(&r->ladder.step[r->ladder.chosen].model, &file);
    struct str bytes = buf_view(&file);
    struct blob_source source = blob_of_str(&bytes);
    const struct draft draft = {.kind = "training",
                                .body = body,
                                .rests_on = {h->freeze},
                                .rests_n = 1,
                                .blob = &source,
                                .blob_n = 1};
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}

bool train_run(struct record *record, const struct hash *hypothesis,
               const struct train_options *options, struct arena *arena, struct train_result *ret,
               struct err *err)
{
    CLEANUP(meter_release) struct meter meter = {.cpu_s = 0};
    struct train_material *m = &ret->material;
    if (!meter_watts(&meter, options->watts, err) ||
        !meter_name(&meter, options->meter, meter_root, err))
        return false;
    const struct train_wanted wanted = {.hypothesis = hypothesis, .cancelled = options->cancelled};
    meter_begin(&meter, meter_root);
    if (!train_gather(record, &wanted, arena, m, err))
        return false;
    m->cluster = scan_cluster(&options->cluster, &m->study.table);
    m->recipe.cluster = &m->cluster;
    m->recipe.cancelled = options->cancelled;
    m->recipe.alarm = str_of(options->alarm);
    if (!steps_climb(&m->study.data, &m->recipe, arena, &ret->ladder, err))
        return false;
    CLEANUP(json_release) json_t *body = body_json(m, &ret->ladder);
    ret->cost = meter_end(&meter, meter_root);
    json_object_set_new(body, "cost", cost_json(&ret->cost));
    return append(record, ret, body, &ret->id, err);
}

/* --- afterwards --------------------------------------------------------------------------------*/

bool train_latest(struct record *record, const struct hash *hypothesis, struct arena *arena,
                  struct entry *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    struct hash id;
    bool row;
    if (!store_stmt(record_store(record), SQL_TRAIN_LATEST, &stmt, err))
        return false;
    stmt_hash(stmt, hypothesis);
    if (!stmt_step(stmt, &row, err))
        return false;
    if (!row)
        return FAIL(err, ERR_NOT_FOUND, _("Train first: allmende train HYPOTHESIS"),
                    _("Nothing was trained for this guess yet."));
    id = row_hash(stmt, 0);
    return record_entry(record, &id, arena, ret, err);
}

bool train_model(struct record *record, const struct entry *training, struct arena *arena,
                 struct model *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    size_t chosen = (size_t)json_integer_value(json_object_get(training->body, "chosen"));
    const json_t *step = json_array_get(json_object_get(training->body, "steps"), chosen);
    struct hash promised;
    if (!record_blob(record, &training->id, 0, MODEL_MAX_BYTES, &file, err))
        return false;
    struct hash found = hash_of(file.at, file.n);
    if (!body_read_id(step, "model", &promised) || !hash_eq(&found, &promised))
        return FAIL(err, ERR_CORRUPT, _("Train again with: allmende train HYPOTHESIS"),
                    _("The model kept with training %.8s is not the one that it names."),
                    hash_hex(&training->id).at);
    /* model_read keeps pointing into its bytes: give it a copy that lives as long as the arena. */
    return model_read(arena_str(arena, buf_view(&file)), arena, ret, err);
}

bool train_again(struct record *record, const struct entry *training, struct arena *arena,
                 json_t **ret_body, struct buf *ret_model, struct err *err)
{
    struct train_material *m = arena_get(arena, 1, sizeof *m);
    struct ladder *ladder = arena_get(arena, 1, sizeof *ladder);
    struct hash hypothesis;
    CLEANUP(json_release) json_t *undrawn = json_copy(training->body);
    const struct train_wanted wanted = {.hypothesis = &hypothesis, .training = undrawn};
    json_object_del(undrawn, "draw"); /* it is to be drawn again, too */
    BUG_IF(!body_read_id(training->body, "hypothesis", &hypothesis));
    if (!train_gather(record, &wanted, arena, m, err) ||
        !steps_climb(&m->study.data, &m->recipe, arena, ladder, err))
        return false;
    model_write(&ladder->step[ladder->chosen].model, ret_model);
    *ret_body = body_json(m, ladder);
    return true;
}
