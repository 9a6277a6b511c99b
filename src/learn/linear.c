/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/linear.h"

#include <string.h>

#include "learn/real.h"

static void add_dense(double factor, const double *restrict x, double *restrict ret)
{
    for (size_t r = 0; r < LINEAR_ROWS; r++)
        ret[r] += factor * x[r];
}

static void add_indicator(const double *weight, size_t outputs, size_t width,
                          const struct column *column, const struct input_rows *rows, double *ret)
{
    for (size_t r = 0; r < rows->n; r++)
        if (column->missing[input_row(rows, r)])
            for (size_t k = 0; k < outputs; k++)
                ret[k * LINEAR_ROWS + r] += weight[k * width];
}

static void add_category(const double *weight, size_t outputs, size_t width,
                         const struct input_source *source, const struct input_rows *rows,
                         double *ret)
{
    const struct column *column = &rows->block->column[source->column];
    for (size_t r = 0; r < rows->n; r++) {
        size_t row = input_row(rows, r);
        uint32_t place = column->missing[row] ? INPUT_UNSEEN : source->place[column->code[row]];
        if (place == INPUT_UNSEEN)
            continue;
        for (size_t k = 0; k < outputs; k++)
            ret[k * LINEAR_ROWS + r] += weight[k * width + place];
    }
}

void linear_outputs(const double *weight, size_t outputs, const struct inputs *inputs,
                    const struct input_rows *rows, double *ret)
{
    const size_t width = inputs->input_n + 1;
    double x[LINEAR_ROWS] = {0};
    for (size_t k = 0; k < outputs; k++)
        for (size_t r = 0; r < LINEAR_ROWS; r++)
            ret[k * LINEAR_ROWS + r] = weight[k * width + inputs->input_n];
    for (size_t f = 0; f < inputs->source_n; f++) {
        const struct input_source *source = &inputs->source[f];
        const double *from = weight + source->input;
        if (source->feature->type == COLUMN_CATEGORY) {
            add_category(from, outputs, width, source, rows, ret);
            continue;
        }
        inputs_dense(source, rows, x);
        for (size_t k = 0; k < outputs; k++)
            add_dense(from[k * width], x, ret + k * LINEAR_ROWS);
        if (source->feature->indicator)
            add_indicator(from + 1, outputs, width, &rows->block->column[source->column], rows,
                          ret);
    }
}

void linear_softmax(double *o, size_t outputs)
{
    double most[LINEAR_ROWS], sum[LINEAR_ROWS] = {0};
    memcpy(most, o, sizeof most);
    for (size_t k = 1; k < outputs; k++)
        for (size_t r = 0; r < LINEAR_ROWS; r++)
            most[r] = o[k * LINEAR_ROWS + r] > most[r] ? o[k * LINEAR_ROWS + r] : most[r];
    for (size_t k = 0; k < outputs; k++)
        for (size_t r = 0; r < LINEAR_ROWS; r++)
            o[k * LINEAR_ROWS + r] -= most[r];
    real_exps(o, outputs * LINEAR_ROWS);
    for (size_t k = 0; k < outputs; k++)
        for (size_t r = 0; r < LINEAR_ROWS; r++)
            sum[r] += o[k * LINEAR_ROWS + r];
    for (size_t k = 0; k < outputs; k++)
        for (size_t r = 0; r < LINEAR_ROWS; r++)
            o[k * LINEAR_ROWS + r] /= sum[r];
}

void linear_sigmoid(double *o)
{
    for (size_t r = 0; r < LINEAR_ROWS; r++)
        o[r] = -o[r];
    real_exps(o, LINEAR_ROWS);
    for (size_t r = 0; r < LINEAR_ROWS; r++)
        o[r] = 1 / (1 + o[r]);
}
