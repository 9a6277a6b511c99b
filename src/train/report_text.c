/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports in sentences. */
#include <string.h>

#include "base/mem.h"
#include "train/report.h"

/* A number of `figures` figures, in the reader's way of writing. */
static void put_number(struct buf *out, double value, int figures)
{
    size_t from = out->n;
    buf_printf(out, "%.*g", figures, value);
    for (; lang_get() == LANG_DE && from < out->n; from++)
        if (out->at[from] == '.')
            out->at[from] = ',';
}

static void say_confusion(const struct report *r, size_t lines, struct buf *out)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct confusion_cell *cell;
    size_t n = confusion_errors(&r->confusion, &arena, &cell);
    if (n == 0)
        buf_text(out, _("No answer was wrong.\n"));
    else
        buf_text(out, _("What was taken for what:\n"));
    for (size_t i = 0; i < n && i < lines; i++)
        buf_printf(out, _("  of %llu that are \"%.*s\", %llu were called \"%.*s\"\n"),
                   (unsigned long long)r->confusion.truth[cell[i].truth],
                   STR_ARG(report_class(r, cell[i].truth)), (unsigned long long)cell[i].n,
                   STR_ARG(report_class(r, cell[i].guess)));
    if (n > lines)
        buf_printf(out, _("  … and %zu more pairs, which are rarer\n"), n - lines);
}

static void say_units(const struct report *r, size_t lines, struct buf *out)
{
    if (r->unit_n < 2)
        return;
    buf_text(out, _("Unit by unit, the worst first:\n"));
    for (size_t u = 0; u < r->unit_n && u < lines; u++) {
        const struct report_unit *unit = &r->unit[u];
        if (r->task == TASK_CLASSIFICATION) {
            buf_printf(out, _("  %.*s: %zu of %zu right"), STR_ARG(unit->name), unit->right,
                       unit->n);
        } else {
            buf_printf(out, _("  %.*s: off by "), STR_ARG(unit->name));
            put_number(out, unit->error, 3);
            buf_printf(out, _(" on average, %zu rows"), unit->n);
        }
        buf_text(out, unit->small ? _(" (too few to say much)\n") : "\n");
    }
    if (r->unit_n > lines)
        buf_printf(out, _("  … and %zu more\n"), r->unit_n - lines);
}

static void say_calibration(const struct report *r, struct buf *out)
{
    if (r->task != TASK_CLASSIFICATION)
        return;
    if (!r->is_probability) {
        buf_text(out, _("How sure it is cannot be said: its scores are not calibrated.\n"));
        return;
    }
    buf_text(out, _("How sure it was, and what came of it:\n"));
    for (size_t b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &r->calibration.bin[b];
        if (bin->n == 0)
            continue;
        buf_printf(out, _("  where it said about %d %%, %llu of %llu were right\n"),
                   (int)(bin->said * 100 + 0.5), (unsigned long long)bin->right,
                   (unsigned long long)bin->n);
    }
}

static void say_alarm(const struct alarm_count *at, struct buf *out)
{
    buf_text(out, _("  from "));
    put_number(out, at->threshold, 3);
    buf_printf(out, _(" on: %llu alarms, %llu of them false; %llu of %llu missed\n"),
               (unsigned long long)at->alarms, (unsigned long long)at->false_alarms,
               (unsigned long long)at->missed, (unsigned long long)at->wanted);
}

static void say_error(const struct report *r, const struct report_error *e, struct buf *out)
{
    const struct answers *a = r->answers;
    if (r->task == TASK_CLASSIFICATION) {
        buf_printf(out, _("  row %zu: is \"%.*s\", was called \"%.*s\""), e->row + 1,
                   STR_ARG(report_class(r, a->truth_class[e->place])),
                   STR_ARG(report_class(r, a->guess_class[e->place])));
        if (r->is_probability)
            buf_printf(out, _(" (%d %% sure)"), (int)(e->size * 100 + 0.5));
    } else {
        buf_printf(out, _("  row %zu: is "), e->row + 1);
        put_number(out, a->truth_value[e->place], 6);
        buf_text(out, _(", it said "));
        put_number(out, a->guess_value[e->place], 6);
    }
    buf_char(out, '\n');
}

void report_text(const struct report *r, size_t lines, struct buf *out)
{
    if (r->task == TASK_CLASSIFICATION)
        say_confusion(r, lines, out);
    say_units(r, lines, out);
    say_calibration(r, out);
    if (r->has_threshold) {
        buf_printf(out, _("Alarms for \"%.*s\" on the part set aside:\n"),
                   STR_ARG(report_class(r, r->alarm)));
        say_alarm(&r->at, out);
    }
    if (r->error_n == 0)
        return;
    buf_text(out, r->task == TASK_REGRESSION ? _("The answers farthest off:\n")
                  : r->is_probability        ? _("Its errors, the surest first:\n")
                                             : _("Its errors:\n"));
    for (size_t i = 0; i < r->error_n; i++)
        say_error(r, &r->error[i], out);
}

void report_thresholds_text(const struct answers *answers, struct str algorithm,
                            struct str class_name, struct buf *out)
{
    struct alarm_count line[THRESHOLDS_MAX];
    if (!answers->alarm_score)
        return;
    size_t n = threshold_table(answers->alarm_score, answers->truth_class, answers->n,
                               answers->alarm, score_is_probability(algorithm), line);
    buf_printf(out,
               _("Alarms for \"%.*s\" inside the training part, by the score from which on an "
                 "alarm is given:\n"),
               STR_ARG(class_name));
    for (size_t i = 0; i < n; i++)
        say_alarm(&line[i], out);
}
