/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/metric.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/lang.h"
#include "base/mem.h"

static const struct {
    const char *name;
    bool larger_is_better;
    bool of_classes;
    bool of_one_class;
} metrics[] = {
    [METRIC_ACCURACY] = {"accuracy", true, true, false},
    [METRIC_BALANCED_ACCURACY] = {"balanced_accuracy", true, true, false},
    [METRIC_MACRO_F1] = {"macro_f1", true, true, false},
    [METRIC_PRECISION] = {"precision", true, true, true},
    [METRIC_RECALL] = {"recall", true, true, true},
    [METRIC_AUC] = {"auc", true, true, false},
    [METRIC_MAE] = {"mae", false, false, false},
    [METRIC_RMSE] = {"rmse", false, false, false},
    [METRIC_R2] = {"r2", true, false, false},
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

bool metric_read(struct str text, enum metric *ret, struct str *ret_class)
{
    struct str rest = text;
    struct str name;
    enum metric metric;
    if (!str_cut(&rest, ':', &name) || !metric_by_name(str_trim(name), &metric))
        return false;
    bool with_class = name.n < text.n;
    rest = str_trim(rest);
    if (with_class != metrics[metric].of_one_class || (with_class && rest.n == 0))
        return false;
    *ret = metric;
    *ret_class = with_class ? rest : STR("");
    return true;
}

const char *metric_text(enum metric metric, struct str class_name, struct arena *arena)
{
    if (!metrics[metric].of_one_class)
        return metrics[metric].name;
    return arena_printf(arena, "%s:%.*s", metrics[metric].name, STR_ARG(class_name));
}

const char *metric_words_of(enum metric metric, struct str class_name, struct arena *arena)
{
    if (metric == METRIC_PRECISION)
        return arena_printf(arena, _("of what it calls \"%.*s\", the share that is right"),
                            STR_ARG(class_name));
    if (metric == METRIC_RECALL)
        return arena_printf(arena, _("of all that is \"%.*s\", the share that it finds"),
                            STR_ARG(class_name));
    return metric_words(metric);
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
    case METRIC_PRECISION:
        return _("share of its alarms that are right");
    case METRIC_RECALL:
        return _("share that it finds");
    case METRIC_AUC:
        return _("how often it ranks a pair rightly (AUC)");
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

bool metric_of_one_class(enum metric metric)
{
    return metrics[metric].of_one_class;
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

/* Right ones of the rows that a class was answered in, or true in. */
static bool of_one_class(enum metric metric, const struct class_count *count, double *ret_value)
{
    uint64_t all = metric == METRIC_PRECISION ? count->guess : count->truth;
    if (all == 0)
        return false;
    *ret_value = (double)count->right / (double)all;
    return true;
}

bool metric_counts(enum metric metric, uint32_t wanted, const struct class_count *count,
                   size_t class_n, double *ret_value)
{
    BUG_IF(!metric_of_classes(metric) || metric == METRIC_AUC);
    if (metric == METRIC_ACCURACY)
        return accuracy(count, class_n, ret_value);
    if (metric_of_one_class(metric))
        return wanted < class_n && of_one_class(metric, &count[wanted], ret_value);
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

/* --- auc -------------------------------------------------------------------------------------- */

struct scored {
    double score;
    size_t row;
};

static int by_score(const void *a, const void *b)
{
    const struct scored *left = a;
    const struct scored *right = b;
    if (left->score < right->score || left->score > right->score)
        return left->score < right->score ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

size_t metric_ranks(const double *score, size_t n, uint32_t *ret_rank)
{
    CLEANUP(mem_free) struct scored *sorted = mem_get(n, sizeof *sorted);
    uint32_t ranks = 0;
    for (size_t r = 0; r < n; r++)
        sorted[r] = (struct scored){score[r], r};
    qsort(sorted, n, sizeof *sorted, by_score);
    for (size_t i = 0; i < n; i++) {
        ranks += i > 0 && sorted[i].score > sorted[i - 1].score;
        ret_rank[sorted[i].row] = ranks;
    }
    return n > 0 ? (size_t)ranks + 1 : 0;
}

void auc_add(struct auc *auc, uint64_t wanted, uint64_t others)
{
    auc->halves += wanted * (2 * auc->others + others);
    auc->wanted += wanted;
    auc->others += others;
}

bool auc_value(const struct auc *auc, double *ret_value)
{
    if (auc->wanted == 0 || auc->others == 0 || auc->wanted + auc->others >= UINT64_C(1) << 31)
        return false;
    *ret_value = (double)auc->halves / (2 * (double)auc->wanted * (double)auc->others);
    return true;
}

static bool auc_of_rows(const struct class_rows *rows, double *ret_value)
{
    if (!rows->score || rows->wanted >= rows->class_n)
        return false;
    CLEANUP(mem_free) uint32_t *rank = mem_get(rows->n, sizeof *rank);
    size_t ranks = metric_ranks(rows->score, rows->n, rank);
    CLEANUP(mem_free) uint64_t *wanted = mem_get(ranks, sizeof *wanted);
    CLEANUP(mem_free) uint64_t *others = mem_get(ranks, sizeof *others);
    for (size_t r = 0; r < rows->n; r++) {
        uint64_t *side = rows->truth[r] == rows->wanted ? wanted : others;
        side[rank[r]] += rows->weight ? rows->weight[r] : 1;
    }
    struct auc auc = {.wanted = 0};
    for (size_t k = 0; k < ranks; k++)
        auc_add(&auc, wanted[k], others[k]);
    return auc_value(&auc, ret_value);
}

bool metric_classes(enum metric metric, const struct class_rows *rows, double *ret_value)
{
    size_t class_n = rows->class_n;
    if (metric == METRIC_AUC)
        return auc_of_rows(rows, ret_value);
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
    return metric_counts(metric, rows->wanted, count, class_n, ret_value);
}

/* --- numbers ---------------------------------------------------------------------------------- */

int metric_scale(const double *truth, const double *guess, size_t n)
{
    double largest = 0;
    int exponent = 0;
    for (size_t r = 0; r < n; r++) {
        largest = fmax(largest, fabs(truth[r]));
        largest = fmax(largest, fabs(guess[r]));
    }
    frexp(largest, &exponent);
    /* 2^-exponent itself must be a normal double. */
    return exponent < -1000 ? 1000 : -exponent;
}

static double times_of(const uint32_t *weight, size_t row)
{
    return weight ? (double)weight[row] : 1;
}

/* Numbers with what each is multiplied by. */
struct scaled {
    const double *truth;
    const double *guess;
    const uint32_t *weight;
    size_t n;
    double by; /* a power of two */
};

/* 1 - (squares left over) / (squares around the mean of truth). */
static bool r_squared(const struct scaled *s, double times, double squares_left, double *ret_value)
{
    double sum = 0;
    double smallest = HUGE_VAL;
    double largest = -HUGE_VAL;
    for (size_t r = 0; r < s->n; r++) {
        double w = times_of(s->weight, r);
        double truth = s->truth[r] * s->by;
        sum += w * truth;
        smallest = w > 0 && truth < smallest ? truth : smallest;
        largest = w > 0 && truth > largest ? truth : largest;
    }
    /* Not squares > 0: the mean of equal numbers may be rounded away from them. */
    if (!(smallest < largest))
        return false;
    double mean = sum / times;
    double squares = 0;
    for (size_t r = 0; r < s->n; r++) {
        double away = s->truth[r] * s->by - mean;
        squares += times_of(s->weight, r) * (away * away);
    }
    if (!(squares > 0)) /* so near each other that even their squares are nothing */
        return false;
    *ret_value = 1 - squares_left / squares;
    return true;
}

bool metric_numbers(enum metric metric, const double *truth, const double *guess,
                    const uint32_t *weight, size_t n, double *ret_value)
{
    BUG_IF(metric_of_classes(metric));
    int scale = metric_scale(truth, guess, n);
    const struct scaled s = {truth, guess, weight, n, ldexp(1, scale)};
    double times = 0;
    double absolute = 0;
    double squares = 0;
    for (size_t r = 0; r < n; r++) {
        double w = times_of(weight, r);
        double wrong = guess[r] * s.by - truth[r] * s.by;
        times += w;
        absolute += w * fabs(wrong);
        squares += w * (wrong * wrong);
    }
    if (!(times > 0))
        return false;
    if (metric == METRIC_R2)
        return r_squared(&s, times, squares, ret_value);
    double value = metric == METRIC_MAE ? absolute / times : sqrt(squares / times);
    *ret_value = fmin(ldexp(value, -scale), DBL_MAX);
    return true;
}
