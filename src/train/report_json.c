/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports as JSON: for the record, where reals are strings and nobody is named, and for the result
 * of a command. */
#include <math.h>

#include "base/num.h"
#include "train/report.h"

/* How a real number is written. */
typedef json_t *real_json(double value);

static json_t *as_text(double value)
{
    char text[NUM_TEXT];
    return json_string(num_text(value, text));
}

static json_t *as_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *count(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *class_json(const struct report *r, uint32_t class_index)
{
    struct str name = report_class(r, class_index);
    return json_stringn(name.at, name.n);
}

static json_t *confusion_json(const struct report *r)
{
    json_t *list = json_array();
    for (size_t i = 0; i < r->confusion.cell_n; i++) {
        const struct confusion_cell *cell = &r->confusion.cell[i];
        json_t *one = json_object();
        json_object_set_new(one, "truth", class_json(r, cell->truth));
        json_object_set_new(one, "answer", class_json(r, cell->guess));
        json_object_set_new(one, "n", count(cell->n));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *calibration_json(const struct report *r, real_json *real)
{
    if (!r->is_probability)
        return json_null();
    json_t *object = json_object();
    json_t *bins = json_array();
    for (size_t b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &r->calibration.bin[b];
        if (bin->n == 0)
            continue;
        json_t *one = json_object();
        json_object_set_new(one, "said", real(bin->said));
        json_object_set_new(one, "right", count(bin->right));
        json_object_set_new(one, "n", count(bin->n));
        json_array_append_new(bins, one);
    }
    json_object_set_new(object, "bins", bins);
    json_object_set_new(object, "brier", real(r->calibration.brier));
    json_object_set_new(object, "error", real(r->calibration.error));
    return object;
}

static json_t *alarm_json(const struct alarm_count *at, real_json *real)
{
    json_t *one = json_object();
    json_object_set_new(one, "threshold", real(at->threshold));
    json_object_set_new(one, "alarms", count(at->alarms));
    json_object_set_new(one, "false_alarms", count(at->false_alarms));
    json_object_set_new(one, "missed", count(at->missed));
    json_object_set_new(one, "wanted", count(at->wanted));
    return one;
}

static json_t *unit_json(const struct report *r, const struct report_unit *unit, bool named,
                         real_json *real)
{
    json_t *one = json_object();
    if (named)
        json_object_set_new(one, "unit", json_stringn(unit->name.at, unit->name.n));
    json_object_set_new(one, "n", count(unit->n));
    if (r->task == TASK_CLASSIFICATION)
        json_object_set_new(one, "right", count(unit->right));
    else
        json_object_set_new(one, "error", real(unit->error));
    json_object_set_new(one, "small", json_boolean(unit->small));
    return one;
}

/* What both forms have. */
static json_t *common_json(const struct report *r, bool named, real_json *real)
{
    json_t *object = json_object();
    json_t *units = json_array();
    for (size_t u = 0; u < r->unit_n; u++)
        json_array_append_new(units, unit_json(r, &r->unit[u], named, real));
    json_object_set_new(object, "groups", units);
    if (r->task != TASK_CLASSIFICATION)
        return object;
    json_object_set_new(object, "confusion", confusion_json(r));
    json_object_set_new(object, "calibration", calibration_json(r, real));
    if (!r->has_threshold)
        return object;
    json_t *alarm = alarm_json(&r->at, real);
    json_object_set_new(alarm, "class", class_json(r, r->alarm));
    json_object_set_new(object, "alarm", alarm);
    return object;
}

json_t *report_counts_json(const struct report *report)
{
    return common_json(report, false, as_text);
}

static json_t *error_json(const struct report *r, const struct report_error *e)
{
    const struct answers *a = r->answers;
    json_t *one = json_object();
    json_object_set_new(one, "row", count(e->row + 1));
    if (r->task == TASK_CLASSIFICATION) {
        json_object_set_new(one, "truth", class_json(r, a->truth_class[e->place]));
        json_object_set_new(one, "answer", class_json(r, a->guess_class[e->place]));
        json_object_set_new(one, r->is_probability ? "certainty" : "score", as_real(e->size));
        return one;
    }
    json_object_set_new(one, "truth", as_real(a->truth_value[e->place]));
    json_object_set_new(one, "answer", as_real(a->guess_value[e->place]));
    json_object_set_new(one, "off_by", as_real(e->size));
    return one;
}

json_t *report_json(const struct report *r, json_t *(*row_json)(const void *context, size_t row),
                    const void *context)
{
    json_t *object = common_json(r, true, as_real);
    json_t *errors = json_array();
    for (size_t i = 0; i < r->error_n; i++) {
        json_t *one = error_json(r, &r->error[i]);
        if (row_json)
            json_object_set_new(one, "item", row_json(context, r->error[i].row));
        json_array_append_new(errors, one);
    }
    json_object_set_new(object, "errors", errors);
    json_object_set_new(object, "errors_total", count(r->wrong));
    return object;
}

json_t *report_thresholds_json(const struct answers *answers, struct str algorithm,
                               struct str class_name)
{
    struct alarm_count line[THRESHOLDS_MAX];
    json_t *object = json_object();
    json_t *list = json_array();
    size_t n = !answers->alarm_score
                   ? 0
                   : threshold_table(answers->alarm_score, answers->truth_class, answers->n,
                                     answers->alarm, score_is_probability(algorithm), line);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, alarm_json(&line[i], as_real));
    json_object_set_new(object, "class", json_stringn(class_name.at, class_name.n));
    json_object_set_new(object, "thresholds", list);
    return object;
}
