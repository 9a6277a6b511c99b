/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evaluate/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "evaluate/evaluate_int.h"
#include "evaluate/world.h"
#include "learn/rng.h"
#include "ledger/ledger.h"
#include "record/member.h"

static const struct cluster alone = {.threads = 1};

static bool check_opening(const json_t *body, const json_t *private, struct err *err)
{
    struct hash id;
    (void)private;
    return (body_read_id(body, "hypothesis", &id) && json_is_array(json_object_get(body, "data")) &&
            json_integer_value(json_object_get(body, "looks")) > 0) ||
           FAIL(err, ERR_INPUT, _("Use: allmende evaluate HYPOTHESIS"),
                _("An opening must name hypothesis, data and the number of looks."));
}

static bool fold_opening(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash hypothesis;
    struct stmt *stmt;
    if (!body_read_id(entry->body, "hypothesis", &hypothesis))
        return true;
    if (!store_stmt(record_store(record), SQL_EVALUATE_OPENING_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_hash(stmt, &hypothesis);
    stmt_int(stmt, json_integer_value(json_object_get(entry->body, "looks")));
    return stmt_run(stmt, err);
}

const struct kind evaluate_opening_kind = {
    .name = "opening", .check = check_opening, .fold = fold_opening, .stays = true};

static bool check_verdict(const json_t *body, const json_t *private, struct err *err)
{
    struct hash id;
    (void)private;
    return (body_read_id(body, "hypothesis", &id) && body_read_id(body, "opening", &id) &&
            json_text(body, "verdict")) ||
           FAIL(err, ERR_INPUT, _("Use: allmende evaluate HYPOTHESIS"),
                _("A verdict must name hypothesis and opening."));
}

static bool fold_verdict(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash hypothesis;
    struct hash opening;
    struct stmt *stmt;
    if (!body_read_id(entry->body, "hypothesis", &hypothesis) ||
        !body_read_id(entry->body, "opening", &opening))
        return true;
    if (!store_stmt(record_store(record), SQL_EVALUATE_VERDICT_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_hash(stmt, &hypothesis);
    stmt_hash(stmt, &opening);
    stmt_text(stmt, str_of(json_text(entry->body, "verdict")));
    return stmt_run(stmt, err) && ledger_fold(record, entry, "evaluate", "verdict", err);
}

const struct kind evaluate_verdict_kind = {
    .name = "verdict", .check = check_verdict, .fold = fold_verdict, .stays = true};

/* --- judging -----------------------------------------------------------------------------------*/

/* Everything that a verdict rests on, gathered before the part set aside is looked at. */
struct material {
    struct evaluation *result;
    struct record *record;
    struct arena *arena;
    struct train_material *train; /* about a model */
    struct world world;           /* about the world */
    struct model model;
    struct str alarm;     /* the class of interest, or empty */
    struct str threshold; /* or empty */
    size_t errors;
    bool labels_said; /* again: of a guideline; what the verdict says of people is taken over */
    bool no_report;   /* of a verdict from before there were reports */
    struct hash training;
    struct ids fresh;  /* judged anew: these batches alone; n 0: all that is there */
    struct ids looked; /* the batches that are looked at */
    json_t *people;    /* whose agreement stands beside it, or NULL; owned by the caller */
    const struct collected *collected;
};

/* The data of a training, as learned from. */
static bool gather_fresh(struct record *record, struct material *m, const struct entry *training,
                         struct err *err)
{
    struct train_fresh data = {.training = training->body, .fresh = m->fresh};
    look_ids(json_object_get(training->body, "data"), m->arena, &data.learned);
    return train_gather_fresh(record, &m->result->hypothesis.id, &data, m->arena, m->train, err);
}

/* The model must have been made with exactly these data. */
static bool is_the_same(const struct material *m, const struct entry *training, struct err *err)
{
    const char *digest = json_text(training->body, "digest");
    return (digest && strcmp(digest, hash_hex(&m->train->study.digest).at) == 0) ||
           FAIL(err, ERR_CONFLICT,
                _("Train again: allmende train HYPOTHESIS; or, if there is a result already, judge "
                  "the new data by themselves with --data new."),
                _("The data have changed since the training."));
}

static bool gather_model(struct record *record, struct material *m, const struct hash *training,
                         struct err *err)
{
    struct hypothesis *h = &m->result->hypothesis;
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    bool read = training ? record_entry(record, training, m->arena, &entry, err)
                         : train_latest(record, &h->id, m->arena, &entry, err);
    const struct train_wanted wanted = {.hypothesis = &h->id, .training = entry.body};
    m->train = arena_get(m->arena, 1, sizeof *m->train);
    if (!read || (m->fresh.n ? !gather_fresh(record, m, &entry, err)
                             : !train_gather(record, &wanted, m->arena, m->train, err) ||
                                   !is_the_same(m, &entry, err)))
        return false;
    m->training = entry.id;
    m->collected = &m->train->collected;
    m->result->alarms = m->train->alarms;
    for (size_t b = 0; !m->fresh.n && b < m->collected->batch_n; b++)
        m->result->exploratory = m->result->exploratory || !m->collected->after[b];
    if (m->train->study.rows_of[PART_TEST] == 0)
        return FAIL(err, ERR_INPUT, _("Check what the guess sets aside."),
                    _("No row is set aside to test with."));
    return train_model(record, &entry, m->arena, &m->model, err);
}

static bool load(struct record *record, const struct hash *hypothesis, struct material *m,
                 struct err *err)
{
    struct hypothesis *h = &m->result->hypothesis;
    return hypothesise_load(record, hypothesis, m->arena, h, err) &&
           (h->frozen ||
            FAIL(err, ERR_CONFLICT, _("Lock it first with: allmende hypothesis freeze"),
                 _("The guess is not locked yet.")));
}

static bool gather_all(struct record *record, const struct hash *training, struct material *m,
                       struct err *err)
{
    struct hypothesis *h = &m->result->hypothesis;
    if (h->about_model)
        return gather_model(record, m, training, err);
    if (!world_gather(record, h, m->fresh.n ? &m->fresh : NULL, m->arena, &m->world, err))
        return false;
    m->collected = &m->world.collected;
    m->result->exploratory = m->world.exploratory;
    m->result->world = &m->world;
    return true;
}

static bool gather(struct record *record, const struct hash *training, struct material *m,
                   struct err *err)
{
    if (!gather_all(record, training, m, err))
        return false;
    m->looked = m->fresh.n ? m->fresh : (struct ids){m->collected->batch, m->collected->batch_n};
    m->result->aside_rows = m->train ? m->train->study.rows_of[PART_TEST] : m->world.rows;
    m->result->is_fresh = m->fresh.n > 0;
    return true;
}

/* Where it errs, in counts. */
static void make_report(struct material *m, const struct answers *answers, const size_t *row)
{
    const struct study *study = &m->train->study;
    const struct grouping *unit = study->has_unit ? &study->unit : &study->group;
    bool named = study->has_unit || study->has_group || study->stretches;
    struct decimal threshold = {0, 0};
    bool has = num_decimal(m->threshold, '.', &threshold) == NUM_OK;
    const struct report_request request = {.answers = answers,
                                           .data = &study->data,
                                           .row = row,
                                           .algorithm = m->model.algorithm,
                                           .unit_of = named ? unit->of_row : NULL,
                                           .unit_key = named ? unit->key : NULL,
                                           .errors = m->errors,
                                           .has_threshold = has,
                                           .threshold = num_double(threshold)};
    report_make(&request, m->arena, &m->result->report);
    m->result->has_report = !m->no_report;
    m->result->collected = m->collected;
}

/* What there is without a model, on the same rows: the most frequent answer or the mean, and the
 * community's own rule. */
static bool judge_without(struct material *m, const struct score_rows *rows, struct err *err)
{
    struct evaluation *e = m->result;
    const struct study *study = &m->train->study;
    const struct training all = {.fold = NULL, .cluster = &alone, .rule = study->rule};
    struct model model;
    struct answers answers;
    if (!train_constant(&study->data, &all, m->arena, &model, err) ||
        !score_answers(&model, &study->data, rows, m->arena, &answers, err))
        return false;
    e->has_baseline = score_point(&answers, e->hypothesis.metric, &e->baseline);
    if (!study->rule.n)
        return true;
    if (!train_rule(&study->data, &all, m->arena, &model, err) ||
        !score_answers(&model, &study->data, rows, m->arena, &answers, err))
        return false;
    e->has_rule = score_point(&answers, e->hypothesis.metric, &e->rule);
    return true;
}

static bool judge_model(struct material *m, struct err *err)
{
    struct evaluation *e = m->result;
    const struct study *study = &m->train->study;
    size_t *row = arena_get(m->arena, study->rows_of[PART_TEST], sizeof *row);
    struct answers *answers = arena_get(m->arena, 1, sizeof *answers);
    for (size_t r = 0; r < study->table.rows; r++)
        if (study->part[r] == PART_TEST)
            row[e->rows++] = r;
    bool grouped = study->has_group || study->stretches;
    const uint32_t *unit = study->has_unit ? study->unit.of_row
                           : grouped       ? study->group.of_row
                                           : NULL;
    const struct score_rows rows = {.row = row,
                                    .n = e->rows,
                                    .unit = unit,
                                    .cluster = &alone,
                                    .wanted = e->hypothesis.metric_class,
                                    .alarm = m->alarm};
    if (!score_answers(&m->model, &study->data, &rows, m->arena, answers, err) ||
        !judge_without(m, &rows, err))
        return false;
    e->range = score_range(answers, e->hypothesis.metric, e->confidence,
                           rng_seed(&e->hypothesis.id, e->looks));
    make_report(m, answers, row);
    return true;
}

/* Look, and let the range decide. */
static bool judge(struct material *m, struct err *err)
{
    struct evaluation *e = m->result;
    const struct hypothesis *h = &e->hypothesis;
    e->confidence = 1 - (1 - h->confidence) / (double)e->looks;
    if (h->about_model) {
        if (!judge_model(m, err))
            return false;
    } else {
        e->rows = m->world.rows;
        e->range = world_range(&m->world, e->confidence);
    }
    if (m->people && !beside_people(m->record, m->people, metric_of_classes(h->metric), m->arena,
                                    &e->people, err))
        return false;
    e->has_people =
        m->people && (e->people.range.usable || !json_object_get(m->people, "guideline"));
    e->verdict = verdict_of(&e->range, h->comparator, h->threshold, h->least_units);
    e->more_units = verdict_more_units(&e->range, h->threshold, h->least_units);
    return true;
}

/* --- writing down ------------------------------------------------------------------------------*/

/* The class of interest by its number in byte order: its name is a word of the data, which may be
 * taken back. */
static json_int_t alarm_number(const struct material *m)
{
    const struct dataset *data = &m->train->study.data;
    const struct column *target = &data->table->column[data->target];
    size_t k = 0;
    while (k < target->category_n && !str_eq(target->category[k], m->alarm))
        k++;
    return (json_int_t)k;
}

/* The class that an opening was about. */
static struct str alarm_of(const struct material *m, const json_t *opening)
{
    const json_t *number = json_object_get(opening, "alarm_class");
    if (!m->train || !json_is_integer(number) || json_integer_value(number) < 0)
        return STR("");
    const struct dataset *data = &m->train->study.data;
    const struct column *target = &data->table->column[data->target];
    size_t k = (size_t)json_integer_value(number);
    return target->type == COLUMN_CATEGORY && k < target->category_n ? target->category[k]
                                                                     : STR("");
}

static json_t *opening_json(const struct material *m)
{
    const struct evaluation *e = m->result;
    json_t *body = json_object();
    json_t *data = json_array();
    for (size_t b = 0; b < m->looked.n; b++)
        json_array_append_new(data, json_string(hash_hex(&m->looked.at[b]).at));
    body_id(body, "hypothesis", &e->hypothesis.id);
    body_id(body, "freeze", &e->hypothesis.freeze);
    json_object_set_new(body, "data", data);
    json_object_set_new(body, "looks", json_integer((json_int_t)e->looks));
    if (e->hypothesis.about_model) {
        body_id(body, "training", &m->training);
        json_object_set_new(body, "alarms", alarms_json(&e->alarms));
    }
    if (m->fresh.n)
        json_object_set_new(body, "fresh", json_true());
    if (m->people)
        json_object_set(body, "people", m->people);
    if (m->alarm.n)
        json_object_set_new(body, "alarm_class", json_integer(alarm_number(m)));
    if (m->threshold.n)
        json_object_set_new(body, "alarm_threshold", json_stringn(m->threshold.at, m->threshold.n));
    return body;
}

static json_t *verdict_json(const struct evaluation *e, struct arena *arena)
{
    json_t *body = json_object();
    bool sayable = e->more_units != SIZE_MAX && e->verdict == VERDICT_UNDECIDED;
    body_id(body, "hypothesis", &e->hypothesis.id);
    body_id(body, "opening", &e->opening);
    json_object_set_new(body, "measure", json_string(hypothesise_measure(&e->hypothesis, arena)));
    json_object_set_new(body, "value", train_real_json(e->range.value));
    json_object_set_new(body, "low", train_real_json(e->range.low));
    json_object_set_new(body, "high", train_real_json(e->range.high));
    json_object_set_new(body, "units", json_integer((json_int_t)e->range.units));
    json_object_set_new(body, "rows", json_integer((json_int_t)e->rows));
    json_object_set_new(body, "confidence", train_real_json(e->confidence));
    json_object_set_new(body, "looks", json_integer((json_int_t)e->looks));
    json_object_set_new(body, "usable", json_boolean(e->range.usable));
    json_object_set_new(body, "baseline",
                        e->has_baseline ? train_real_json(e->baseline) : json_null());
    if (e->has_rule)
        json_object_set_new(body, "rule", train_real_json(e->rule));
    json_object_set_new(body, "verdict", json_string(verdict_name(e->verdict)));
    json_object_set_new(body, "more_units",
                        sayable ? json_integer((json_int_t)e->more_units) : json_null());
    json_object_set_new(body, "exploratory", json_boolean(e->exploratory));
    if (e->range.differ)
        json_object_set_new(body, "differ", json_true());
    if (e->world)
        world_put(e->world, body);
    if (e->has_report)
        json_object_set_new(body, "report", report_counts_json(&e->report));
    if (e->is_fresh)
        body_id(body, "first", &e->first.verdict);
    if (e->has_people) {
        json_t *people = train_range_json(&e->people.range);
        json_object_set_new(people, "answers", json_integer((json_int_t)e->people.answers));
        json_object_set_new(body, "people", people);
    }
    return body;
}

static bool append(struct record *record, const char *kind, json_t *body,
                   const struct hash *rests_on, struct hash *ret, struct err *err)
{
    const struct draft draft = {.kind = kind, .body = body, .rests_on = {*rests_on}, .rests_n = 1};
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}

/* The alarm that was asked for, before anybody looks. */
static bool read_alarm(struct material *m, const struct evaluate_options *options, struct err *err)
{
    struct decimal value;
    char text[NUM_TEXT];
    if (options->threshold && !options->alarm)
        return FAIL(err, ERR_USAGE, _("Name it with --alarm CLASS."),
                    _("A threshold is for a class of interest."));
    if (!options->alarm)
        return true;
    if (!m->train)
        return FAIL(err, ERR_USAGE, _("Leave --alarm out."),
                    _("A guess about the world has no alarms."));
    m->alarm = str_of(options->alarm);
    if (!score_check(&m->train->study.data, METRIC_ACCURACY, STR(""), m->alarm, err))
        return false;
    if (!options->threshold)
        return true;
    if (num_decimal(str_of(options->threshold), '.', &value) != NUM_OK)
        return FAIL(err, ERR_USAGE, _("Type for example --threshold 0.3"),
                    _("The threshold \"%s\" is not a number."), options->threshold);
    m->threshold = arena_str(m->arena, str_of(num_decimal_text(value, text)));
    return true;
}

/* Which data, and what the first result on them was. */
static bool choose_data(struct record *record, const struct ids *wanted, bool all,
                        struct material *m, struct err *err)
{
    struct evaluation *e = m->result;
    return (!wanted->n && !all) ||
           (look_fresh(record, &e->hypothesis, wanted, m->arena, &m->fresh, err) &&
            evaluate_first(record, &e->hypothesis.id, m->arena, &e->first, err));
}

static bool read_people(struct material *m, const char *typed, json_t **ret, struct err *err)
{
    if (!typed && m->result->hypothesis.about_model) {
        bool read = beside_labels(m->record, &m->result->hypothesis, ret, err);
        m->people = *ret;
        return read;
    }
    if (!typed)
        return true;
    if (!m->result->hypothesis.about_model)
        return FAIL(err, ERR_USAGE, _("Write a guess with --measure alpha."),
                    _("--people stands beside a guess about a model."));
    if (!beside_people_read(typed, ret, err))
        return false;
    m->people = *ret;
    /* a mistyped column is noticed before the look */
    return beside_people(m->record, m->people, metric_of_classes(m->result->hypothesis.metric),
                         m->arena, &m->result->people, err);
}

/* Everything short of looking. */
static bool prepare(struct record *record, const struct hash *hypothesis,
                    const struct evaluate_options *options, struct material *m, json_t **people,
                    struct err *err)
{
    struct evaluation *e = m->result;
    m->errors = options->errors;
    if (!load(record, hypothesis, m, err) ||
        !choose_data(record, &options->data, options->all_new, m, err) ||
        !gather(record, e->first.has_training ? &e->first.training : NULL, m, err) ||
        !read_alarm(m, options, err) || !read_people(m, options->people, people, err) ||
        !look_count(record, &m->looked, NULL, &e->looks, err))
        return false;
    return !options->may_open || options->may_open(options->context, e, err);
}

bool evaluate_run(struct record *record, const struct hash *hypothesis,
                  const struct evaluate_options *options, struct arena *arena,
                  struct evaluation *ret, struct err *err)
{
    struct material *m = arena_get(arena, 1, sizeof *m);
    CLEANUP(meter_release) struct meter meter = {.cpu_s = 0};
    CLEANUP(json_release) json_t *people = NULL;
    *ret = (struct evaluation){.looks = 0};
    *m = (struct material){.result = ret, .record = record, .arena = arena};
    if (!meter_watts(&meter, options->watts, err) ||
        !meter_name(&meter, options->meter, meter_root, err))
        return false;
    meter_begin(&meter, meter_root);
    if (!prepare(record, hypothesis, options, m, &people, err))
        return false;
    /* The look is on the record, and on the disk, before anybody looks. */
    CLEANUP(json_release) json_t *opening = opening_json(m);
    if (!append(record, "opening", opening, &ret->hypothesis.freeze, &ret->opening, err) ||
        !judge(m, err))
        return false;
    CLEANUP(json_release) json_t *verdict = verdict_json(ret, arena);
    ret->cost = meter_end(&meter, meter_root);
    json_object_set_new(verdict, "cost", cost_json(&ret->cost));
    return append(record, "verdict", verdict, &ret->opening, &ret->entry, err);
}

/* Judge a verdict anew, without an opening. */
static bool judge_again(struct record *record, const struct entry *verdict, struct material *m,
                        struct err *err)
{
    struct evaluation *e = m->result;
    CLEANUP(entry_release) struct entry opening = {.presence = BODY_ABSENT};
    struct hash hypothesis;
    struct hash training;
    if (!body_read_id(verdict->body, "hypothesis", &hypothesis) ||
        !body_read_id(verdict->body, "opening", &e->opening) ||
        !record_entry(record, &e->opening, m->arena, &opening, err))
        return false;
    m->threshold = body_str(opening.body, "alarm_threshold", m->arena);
    m->people = json_object_get(opening.body, "people");
    m->labels_said = json_object_get(m->people, "guideline") != NULL;
    if (m->labels_said)
        m->people = NULL;
    if (json_is_true(json_object_get(opening.body, "fresh")))
        look_ids(json_object_get(opening.body, "data"), m->arena, &m->fresh);
    bool with_model = body_read_id(opening.body, "training", &training);
    if (!load(record, &hypothesis, m, err) ||
        (m->fresh.n && !evaluate_first(record, &hypothesis, m->arena, &e->first, err)) ||
        !gather(record, with_model ? &training : NULL, m, err))
        return false;
    m->alarm = alarm_of(m, opening.body);
    return look_count(record, &m->looked, &e->opening, &e->looks, err) && judge(m, err);
}

bool evaluate_again(struct record *record, const struct entry *verdict, struct arena *arena,
                    json_t **ret_body, struct err *err)
{
    struct material *m = arena_get(arena, 1, sizeof *m);
    struct evaluation *e = arena_get(arena, 1, sizeof *e);
    *m = (struct material){.result = e,
                           .record = record,
                           .arena = arena,
                           .no_report = !json_object_get(verdict->body, "report")};
    if (!judge_again(record, verdict, m, err))
        return false;
    *ret_body = verdict_json(e, arena);
    /* Single answers never leave, so what was found in them is taken as it was said. */
    if (m->labels_said)
        json_object_set(*ret_body, "people", json_object_get(verdict->body, "people"));
    return true;
}

bool evaluate_errors(struct record *record, const struct hash *hypothesis, size_t errors,
                     struct arena *arena, struct evaluation *ret, struct err *err)
{
    struct material *m = arena_get(arena, 1, sizeof *m);
    CLEANUP(entry_release) struct entry verdict = {.presence = BODY_ABSENT};
    bool there;
    *ret = (struct evaluation){.looks = 0};
    *m = (struct material){.result = ret, .record = record, .arena = arena, .errors = errors};
    if (!evaluate_latest(record, hypothesis, &ret->entry, &there, err))
        return false;
    if (!there)
        return FAIL(err, ERR_CONFLICT, _("Look first: allmende evaluate HYPOTHESIS --open"),
                    _("Errors can be seen only after the part set aside was looked at."));
    return record_entry(record, &ret->entry, arena, &verdict, err) &&
           judge_again(record, &verdict, m, err);
}

bool evaluate_first(struct record *record, const struct hash *hypothesis, struct arena *arena,
                    struct evaluate_first *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry verdict = {.presence = BODY_ABSENT};
    CLEANUP(entry_release) struct entry opening = {.presence = BODY_ABSENT};
    if (!look_first(record, hypothesis, arena, &verdict, &opening, err))
        return false;
    *ret = (struct evaluate_first){
        .verdict = verdict.id,
        .value = body_str(verdict.body, "value", arena),
        .low = body_str(verdict.body, "low", arena),
        .high = body_str(verdict.body, "high", arena),
        .outcome = body_str(verdict.body, "verdict", arena),
        .rows = (uint64_t)json_integer_value(json_object_get(verdict.body, "rows"))};
    ret->has_training = body_read_id(opening.body, "training", &ret->training);
    return true;
}

bool evaluate_latest(struct record *record, const struct hash *hypothesis, struct hash *ret,
                     bool *ret_there, struct err *err)
{
    return record_first(record, SQL_EVALUATE_VERDICT_LATEST, hypothesis, ret, ret_there, err);
}

bool evaluate_is_open(struct record *record, const struct hash *hypothesis, bool *ret,
                      struct err *err)
{
    struct hash opening;
    return record_first(record, SQL_EVALUATE_OPENING_FIRST, hypothesis, &opening, ret, err);
}

struct str evaluate_sentence(const struct evaluation *evaluation, struct arena *arena)
{
    const char *text = "";
    switch (evaluation->verdict) {
    case VERDICT_SUPPORTED:
        text = _("Result: supported. The whole range lies on the side that was hoped for.");
        break;
    case VERDICT_NOT_SUPPORTED:
        text = _("Result: not supported. The whole range lies on the other side.");
        break;
    case VERDICT_UNDECIDED:
        if (evaluation->range.units < UNITS_MIN)
            text = _("Result: still open. Fewer than five units never decide anything.");
        else if (!evaluation->range.usable)
            text = _("Result: still open. Too little varies, or is known, to give a range.");
        else
            text = _("Result: still open. The range reaches across the mark that was set.");
        break;
    }
    return str_of(arena_copy(arena, str_of(text)));
}
