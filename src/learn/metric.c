/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/metric.h"

#include <math.h>

#include "base/check.h"
#include "base/lang.h"
#include "base/mem.h"

static const struct {
    const char *name;
    bool larger_is_better;
    bool of_classes;
} metrics[] = {
    [METRIC_ACCURACY] = {"accuracy", true, true},
    [METRIC_BALANCED_ACCURACY] = {"balanced_accuracy", true, true},
    [METRIC_MACRO_F1] = {"macro_f1", true, true},
    [METRIC_MAE] = {"mae", false, false},
    [METRIC_RMSE] = {"rmse", false, false},
    [METRIC_R2] = {"r2", true, false},
};
_Static_assert(COUNT_OF(metrics) == METRIC_COUNT, "every metric has its line");

const char *metric_name(enum metric metric)
{
    return metrics[metric].name;
}

bool metric_by_name(struct str name, enum metric *ret)
{
    for (size_t i = 0; i < COUNT_OF(metrics); i++) {
        if (str_eq(name, str_of(metrics[i].name))) {
            *ret = (enum metric)i;
            return true;
        }
    }
    return false;
}

const char *metric_words(enum metric metric)
{
    switch (metric) {
    case METRIC_ACCURACY:
        return _("share right");
    case METRIC_BALANCED_ACCURACY:
        return _("share right, every class counting the same");
    case METRIC_MACRO_F1:
        return _("mean F1 of the classes");
    case METRIC_MAE:
        return _("mean error");
    case METRIC_RMSE:
        return _("root mean square error");
    case METRIC_R2:
        return _("share of the variation explained (R²)");
    case METRIC_COUNT:
        break;
    }
    return "";
}

bool metric_larger_is_better(enum metric metric)
{
    return metrics[metric].larger_is_better;
}

bool metric_of_classes(enum metric metric)
{
    return metrics[metric].of_classes;
}

static bool accuracy(const struct class_count *count, size_t class_n, double *ret_value)
{
    uint64_t truth = 0;
    uint64_t right = 0;
    for (size_t c = 0; c < class_n; c++) {
        truth += count[c].truth;
        right += count[c].right;
    }
    if (truth == 0)
        return false;
    *ret_value = (double)right / (double)truth;
    return true;
}

bool metric_counts(enum metric metric, const struct class_count *count, size_t class_n,
                   double *ret_value)
{
    BUG_IF(!metric_of_classes(metric));
    if (metric == METRIC_ACCURACY)
        return accuracy(count, class_n, ret_value);
    double sum = 0;
    size_t classes = 0;
    for (size_t c = 0; c < class_n; c++) {
        if (!count[c].occurs)
            continue;
        if (count[c].truth == 0)
            return false;
        classes++;
        double right = (double)count[c].right;
        sum += metric == METRIC_BALANCED_ACCURACY
                   ? right / (double)count[c].truth
                   : 2 * right / (double)(count[c].truth + count[c].guess);
    }
    if (classes == 0)
        return false;
    *ret_value = sum / (double)classes;
    return true;
}

bool metric_classes(enum metric metric, const struct class_rows *rows, double *ret_value)
{
    size_t class_n = rows->class_n;
    CLEANUP(mem_free) struct class_count *count = mem_get(class_n, sizeof *count);
    for (size_t r = 0; r < rows->n; r++) {
        uint32_t truth = rows->truth[r];
        uint32_t guess = rows->guess[r];
        uint64_t times = rows->weight ? rows->weight[r] : 1;
        BUG_IF(truth >= class_n || guess >= class_n);
        count[truth].occurs = true;
        count[truth].truth += times;
        count[guess].guess += times;
        if (truth == guess)
            count[truth].right += times;
    }
    return metric_counts(metric, count, class_n, ret_value);
}

static double times_of(const uint32_t *weight, size_t row)
{
    return weight ? (double)weight[row] : 1;
}

/* 1 - (squares left over) / (squares around the mean of truth). */
static bool r_squared(const double *truth, const uint32_t *weight, size_t n, double times,
                      double squares_left, double *ret_value)
{
    double sum = 0;
    double smallest = HUGE_VAL;
    double largest = -HUGE_VAL;
    for (size_t r = 0; r < n; r++) {
        double w = times_of(weight, r);
        sum += w * truth[r];
        smallest = w > 0 && truth[r] < smallest ? truth[r] : smallest;
        largest = w > 0 && truth[r] > largest ? truth[r] : largest;
    }
    /* Not squares > 0: the mean of equal numbers may be rounded away from them. */
    if (!(smallest < largest))
        return false;
    double mean = sum / times;
    double squares = 0;
    for (size_t r = 0; r < n; r++) {
        double away = truth[r] - mean;
        squares += times_of(weight, r) * (away * away);
    }
    *ret_value = 1 - squares_left / squares;
    return true;
}

bool metric_numbers(enum metric metric, const double *truth, const double *guess,
                    const uint32_t *weight, size_t n, double *ret_value)
{
    BUG_IF(metric_of_classes(metric));
    double times = 0;
    double absolute = 0;
    double squares = 0;
    for (size_t r = 0; r < n; r++) {
        double w = times_of(weight, r);
        double wrong = guess[r] - truth[r];
        times += w;
        absolute += w * fabs(wrong);
        squares += w * (wrong * wrong);
    }
    if (!(times > 0))
        return false;
    if (metric == METRIC_R2)
        return r_squared(truth, weight, n, times, squares, ret_value);
    *ret_value = metric == METRIC_MAE ? absolute / times : sqrt(squares / times);
    return true;
}
