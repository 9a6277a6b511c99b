/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/report.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

struct str report_class(const struct report *report, uint32_t class_index)
{
    if (class_index < report->target->category_n)
        return report->target->category[class_index];
    return str_of(_("something else"));
}

static double off_by(const struct answers *a, size_t i)
{
    return fabs(a->guess_value[i] - a->truth_value[i]);
}

/* --- units ------------------------------------------------------------------------------------ */

static double share_wrong(const struct report_unit *u)
{
    return u->n ? (double)(u->n - u->right) / (double)u->n : 0;
}

/* The worst first, small ones behind the others. */
static int by_worst(const void *a, const void *b)
{
    const struct report_unit *x = a;
    const struct report_unit *y = b;
    double left = x->error;
    double right = y->error;
    if (x->small != y->small)
        return x->small ? 1 : -1;
    if (left < right || left > right)
        return left > right ? -1 : 1;
    return x->n != y->n ? (x->n > y->n ? -1 : 1) : str_cmp(x->name, y->name);
}

static void make_units(const struct report_request *q, struct arena *arena, struct report *ret)
{
    const struct answers *a = q->answers;
    if (!q->unit_of)
        return;
    struct report_unit *unit = arena_get(arena, a->units, sizeof *unit);
    for (size_t i = 0; i < a->n; i++) {
        struct report_unit *u = &unit[a->unit[i]];
        u->unit = a->unit[i];
        u->name = q->unit_key[q->unit_of[q->row[i]]];
        u->n++;
        if (a->task == TASK_CLASSIFICATION)
            u->right += a->truth_class[i] == a->guess_class[i];
        else
            u->error += (off_by(a, i) - u->error) / (double)u->n;
    }
    for (size_t u = 0; u < a->units; u++) {
        unit[u].small = unit[u].n < REPORT_UNIT_SMALL;
        if (a->task == TASK_CLASSIFICATION)
            unit[u].error = share_wrong(&unit[u]);
    }
    qsort(unit, a->units, sizeof *unit, by_worst);
    ret->unit = unit;
    ret->unit_n = a->units;
}

/* --- errors ----------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const struct report_error *x = a;
    const struct report_error *y = b;
    if (x->size < y->size || x->size > y->size)
        return x->size > y->size ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

static void make_errors(const struct report_request *q, struct arena *arena, struct report *ret)
{
    const struct answers *a = q->answers;
    bool classes = a->task == TASK_CLASSIFICATION;
    CLEANUP(mem_free) struct report_error *all = mem_get(a->n, sizeof *all);
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++) {
        bool wrong = classes ? a->truth_class[i] != a->guess_class[i] : off_by(a, i) > 0;
        double size = !classes ? off_by(a, i) : a->certainty ? a->certainty[i] : 0;
        if (wrong)
            all[n++] = (struct report_error){i, q->row[i], size};
    }
    qsort(all, n, sizeof *all, by_size);
    ret->wrong = n;
    ret->error_n = n < q->errors ? n : q->errors;
    ret->error = arena_get(arena, ret->error_n, sizeof *ret->error);
    for (size_t i = 0; i < ret->error_n; i++)
        ret->error[i] = all[i];
}

void report_make(const struct report_request *request, struct arena *arena, struct report *ret)
{
    const struct answers *a = request->answers;
    *ret = (struct report){.answers = a,
                           .target = &request->data->table->column[request->data->target],
                           .task = a->task,
                           .alarm = a->alarm};
    make_units(request, arena, ret);
    make_errors(request, arena, ret);
    if (a->task != TASK_CLASSIFICATION)
        return;
    confusion_of(a->truth_class, a->guess_class, a->n, a->class_n, arena, &ret->confusion);
    ret->is_probability = score_is_probability(request->algorithm) && a->certainty;
    if (ret->is_probability)
        ret->calibration = calibration_of(a->certainty, a->truth_class, a->guess_class, a->n);
    ret->has_alarm = a->alarm < ret->target->category_n && a->alarm_score;
    ret->has_threshold = ret->has_alarm && request->has_threshold;
    if (ret->has_threshold)
        ret->at =
            threshold_count(a->alarm_score, a->truth_class, a->n, a->alarm, request->threshold);
}
