/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/quant.h"
#include "learn/real.h"

enum {
    BLOCK_ROWS = 1 << 13,
    PROBABILITY_BITS = 24,
    WEIGHT_BITS = 15,
    /* The logistic function between -12 and 12, 64 entries for each 1. */
    LOGIT_FAR = 12,
    LOGIT_STEP_BITS = LOSS_SCORE_BITS - 6,
    LOGIT_ENTRIES = 2 * LOGIT_FAR * 64 + 1,
    /* e^-x for x from 0 to 16, 256 entries for each 1, times 2^30. */
    EXP_FAR = 16,
    EXP_STEP_BITS = LOSS_SCORE_BITS - 8,
    EXP_ENTRIES = EXP_FAR * 256 + 1
};

/* Two arrays of four bytes for each row and output: 2 GiB. */
static const size_t CELLS_MAX = (size_t)1 << 28;

/* --- tables ------------------------------------------------------------------------------------*/

static int32_t *logit_table(void)
{
    int32_t *table = mem_get(LOGIT_ENTRIES, sizeof *table);
    for (int i = 0; i < LOGIT_ENTRIES; i++) {
        double x = (double)i / 64 - LOGIT_FAR;
        table[i] = (int32_t)rint(0x1p24 / (1 + real_exp(-x)));
    }
    return table;
}

static int32_t *exp_table(void)
{
    int32_t *table = mem_get(EXP_ENTRIES, sizeof *table);
    for (int i = 0; i < EXP_ENTRIES; i++)
        table[i] = (int32_t)rint(0x1p30 * real_exp(-(double)i / 256));
    return table;
}

static inline int32_t probability(const int32_t *table, int32_t score)
{
    const int32_t far = LOGIT_FAR << LOSS_SCORE_BITS;
    int32_t at = score < -far ? 0 : score >= far ? 2 * far - 1 : score + far;
    const int32_t *entry = table + (at >> LOGIT_STEP_BITS);
    int32_t rest = at & ((1 << LOGIT_STEP_BITS) - 1); /* differences are below 2^16 */
    return entry[0] + (((entry[1] - entry[0]) * rest) >> LOGIT_STEP_BITS);
}

int32_t loss_probability(const struct loss *loss, int32_t score)
{
    return probability(loss->table, score);
}

/* e^(-down / 2^LOSS_SCORE_BITS) * 2^30; down >= 0. */
static inline int64_t exp_down(const int32_t *table, int64_t down)
{
    if (down >= (int64_t)EXP_FAR << LOSS_SCORE_BITS)
        return 0;
    const int32_t *entry = table + (down >> EXP_STEP_BITS);
    int64_t rest = down & ((1 << EXP_STEP_BITS) - 1);
    return entry[0] + (((int64_t)(entry[1] - entry[0]) * rest) >> EXP_STEP_BITS);
}

/* --- words -------------------------------------------------------------------------------------*/

/* p in units of 2^-24; y 0 or 1; weight at most 2^15. */
static inline int32_t word_of(const struct histogram_form *form, int32_t p, int y, int64_t weight)
{
    const unsigned shift = PROBABILITY_BITS + WEIGHT_BITS - form->scale_bits;
    const int64_t half = (int64_t)1 << (shift - 1);
    const int64_t one = (int64_t)1 << PROBABILITY_BITS;
    const int64_t most = ((int64_t)1 << form->scale_bits) - 1;
    int64_t g = ((p - (y ? one : 0)) * weight + half) >> shift;
    int64_t h = (((p * (one - p)) >> PROBABILITY_BITS) * weight + half) >> shift;
    g = g > most ? most : g < -most ? -most : g;
    return (int32_t)(g * ((int64_t)1 << form->word_bits) + h);
}

static void words_of_two(const struct loss *loss, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        loss->word[i] = word_of(&loss->form, probability(loss->table, loss->score[i]),
                                loss->target[i], loss->weight[loss->target[i]]);
}

/* Several classes: e^(score - the largest), divided by their sum. p is rounded down from a double
 * that is at most 2^24. */
static void words_of_row(const struct loss *loss, size_t i)
{
    int32_t most = loss->score[i];
    int64_t sum = 0;
    for (size_t k = 1; k < loss->output_n; k++)
        most = loss->score[k * loss->n + i] > most ? loss->score[k * loss->n + i] : most;
    for (size_t k = 0; k < loss->output_n; k++) {
        int64_t e = exp_down(loss->table, (int64_t)most - loss->score[k * loss->n + i]);
        loss->word[k * loss->n + i] = (int32_t)e;
        sum += e;
    }
    double each = 0x1p24 / (double)sum;
    for (size_t k = 0; k < loss->output_n; k++) {
        int32_t *word = &loss->word[k * loss->n + i];
        int32_t p = (int32_t)(*word * each);
        *word = word_of(&loss->form, p, loss->target[i] == k, loss->weight[loss->target[i]]);
    }
}

static void words_of_block(void *context, size_t block, unsigned slot)
{
    const struct loss *loss = context;
    size_t first = block * BLOCK_ROWS;
    size_t end = loss->n - first < BLOCK_ROWS ? loss->n : first + BLOCK_ROWS;
    (void)slot;
    if (loss->output_n == 1)
        words_of_two(loss, first, end);
    for (size_t i = first; i < end && loss->output_n > 1; i++)
        words_of_row(loss, i);
}

void loss_words(const struct loss *loss)
{
    struct loss copy = *loss;
    if (loss->target)
        cluster_run(loss->cluster, (loss->n + BLOCK_ROWS - 1) / BLOCK_ROWS, words_of_block, &copy);
}

void loss_move(const struct loss *loss, size_t output, const uint32_t *row, size_t n, int32_t value)
{
    int32_t *score = loss->score + output * loss->n;
    const int32_t far = 1 << 30;
    for (size_t i = 0; i < n; i++) {
        int32_t moved = score[row[i]] + value; /* both are at most 2^30 */
        score[row[i]] = moved > far ? far : moved < -far ? -far : moved;
    }
}

/* --- the beginning -----------------------------------------------------------------------------*/

/* Rows of each class; refuses what cannot be learned. */
static bool count_classes(const struct bins_from *from, size_t *ret_count, struct err *err)
{
    const struct column *target = &from->data->table->column[from->data->target];
    for (size_t i = 0; i < from->n; i++)
        ret_count[target->code[from->row[i]]]++;
    for (size_t k = 0; k < target->category_n; k++)
        if (ret_count[k] == from->n)
            return FAIL(
                err, ERR_INPUT, _("Choose another split, or collect more."),
                _("All training rows have the same %.*s, so there is nothing to tell apart."),
                STR_ARG(target->name));
    return true;
}

/* Weights over their mean, in units of which the largest, and 1, is at most 2^15. */
static void set_weights(const struct training *how, const size_t *count, size_t classes, size_t n,
                        struct loss *loss)
{
    double sum = 0, most = 1;
    int down = 0;
    for (size_t k = 0; k < classes; k++)
        sum += (double)count[k] * (how->class_weight ? how->class_weight[k] : 1);
    for (size_t k = 0; k < classes && how->class_weight; k++) {
        double weight = how->class_weight[k] * (double)n / sum;
        most = count[k] && weight > most ? weight : most;
    }
    while (ldexp(1, down) < most)
        down++;
    for (size_t k = 0; k < classes; k++) {
        double weight = how->class_weight ? how->class_weight[k] * (double)n / sum : 1;
        double scaled = rint(ldexp(weight, WEIGHT_BITS - down));
        loss->weight[k] = scaled < 1                    ? 1
                          : scaled > (1 << WEIGHT_BITS) ? (uint32_t)1 << WEIGHT_BITS
                                                        : (uint32_t)scaled;
    }
    loss->one = ldexp(1, (int)loss->form.scale_bits - down);
}

/* The scores that are best without any tree: log odds, or logarithms, of the weighted shares; a
 * class without rows counts as half a row. */
static void set_base(const size_t *count, size_t classes, struct loss *loss)
{
    double all = 0, share[2] = {0, 0};
    for (size_t k = 0; k < classes; k++)
        all += (double)count[k] * (double)loss->weight[k];
    for (size_t k = 0; k < classes; k++) {
        double part = (count[k] ? (double)count[k] : 0.5) * (double)loss->weight[k] / all;
        double value = real_log(part);
        if (loss->output_n == 1)
            share[k] = value;
        else
            loss->base[k] = ldexp(rint(ldexp(value, LOSS_SCORE_BITS)), -LOSS_SCORE_BITS);
    }
    if (loss->output_n == 1)
        loss->base[0] = ldexp(rint(ldexp(share[1] - share[0], LOSS_SCORE_BITS)), -LOSS_SCORE_BITS);
    for (size_t k = 0; k < loss->output_n; k++)
        for (size_t i = 0; i < loss->n; i++)
            loss->score[k * loss->n + i] = (int32_t)ldexp(loss->base[k], LOSS_SCORE_BITS);
}

static bool begin_classes(const struct bins_from *from, const struct training *how,
                          const struct bins *bins, struct loss *loss, struct err *err)
{
    const struct column *target = &from->data->table->column[from->data->target];
    size_t classes = target->category_n;
    CLEANUP(mem_free) size_t *count = mem_get(classes, sizeof *count);
    if (!count_classes(from, count, err))
        return false;
    loss->form = histogram_form(from->n, true, how->class_weight != NULL);
    loss->table = loss->output_n == 1 ? logit_table() : exp_table();
    loss->weight = mem_get(classes, sizeof *loss->weight);
    loss->word = mem_get_wide(loss->output_n * loss->n, sizeof *loss->word);
    loss->target = mem_get(loss->n, sizeof *loss->target);
    for (size_t i = 0; i < loss->n; i++)
        loss->target[i] = (uint16_t)target->code[bins->row[i]];
    set_weights(how, count, classes, from->n, loss);
    set_base(count, classes, loss);
    loss->unit = ldexp(1, -LOSS_SCORE_BITS);
    return true;
}

/* Targets as whole numbers up to 2^LOSS_TARGET_BITS around their mean. */
static void begin_numbers(const struct bins_from *from, const struct bins *bins, struct loss *loss)
{
    const struct column *target = &from->data->table->column[from->data->target];
    struct quant quant = quant_fit(target, from->row, from->n);
    int64_t sum = 0; /* at most 2^(28 + 26) */
    quant.shift += LOSS_TARGET_BITS - QUANT_BITS;
    for (size_t i = 0; i < from->n; i++)
        sum += quant_value(&quant, target->mantissa[from->row[i]], target->exponent);
    int64_t middle = (int64_t)rint((double)sum / (double)from->n);
    for (size_t i = 0; i < loss->n; i++)
        loss->score[i] = (int32_t)(middle - quant_value(&quant, target->mantissa[bins->row[i]],
                                                        target->exponent));
    loss->form = histogram_form(from->n, false, false);
    loss->one = 1;
    loss->unit = ldexp(1, -quant.shift);
    loss->base[0] = (double)quant.centre + (double)middle * loss->unit;
}

bool loss_begin(const struct bins_from *from, const struct training *how, const struct model *model,
                const struct bins *bins, struct loss *ret, struct err *err)
{
    struct loss loss = {.cluster = how->cluster, .n = bins->n};
    bool classes = model->task == TASK_CLASSIFICATION;
    loss.output_n = classes && model->class_n > 2 ? model->class_n : 1;
    if (loss.output_n > CELLS_MAX / from->n)
        return FAIL(err, ERR_LIMIT, _("Bring together classes that belong together."),
                    _("%zu rows of %zu classes are more than this step can learn from."), from->n,
                    loss.output_n);
    loss.base = mem_get(loss.output_n, sizeof *loss.base);
    loss.score = mem_get_wide(loss.output_n * bins->n, sizeof *loss.score);
    loss.word = loss.score;
    *ret = loss;
    if (classes)
        return begin_classes(from, how, bins, ret, err);
    begin_numbers(from, bins, ret);
    return true;
}

void loss_end(void *what)
{
    struct loss *loss = what;
    if (loss->word != loss->score)
        free(loss->word);
    free(loss->score);
    free(loss->target);
    free(loss->weight);
    free(loss->base);
    free(loss->table);
}
