/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges as pictures: a line with a label, its range, its value; and the mark as a broken line
 * through all of them. pages/ranges.svg draws it; a table with the same numbers stands beside it,
 * each number a link. The picture is 340 wide, so that a telephone shows it unscaled.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "publish/site_int.h"

enum { WIDTH = 340, EDGE = 12, TOP = 22, ROW = 36, FOOT = 30, TICKS_MAX = 6 };

struct axis {
    double low;
    double high;
};

static bool read_number(const json_t *object, const char *key, double *ret)
{
    const char *text = json_text(object, key);
    struct decimal value;
    if (!text || num_decimal(str_of(text), '.', &value) != NUM_OK)
        return false;
    *ret = num_double(value);
    return true;
}

static void widen(struct axis *axis, double value)
{
    axis->low = value < axis->low ? value : axis->low;
    axis->high = value > axis->high ? value : axis->high;
}

static json_int_t place(const struct axis *axis, double value)
{
    double share = (value - axis->low) / (axis->high - axis->low);
    return EDGE + (json_int_t)(share * (WIDTH - 2 * EDGE) + 0.5);
}

/* A round step of which at most TICKS_MAX fit: 1, 2 or 5 times a power of ten. */
static double round_step(const struct axis *axis)
{
    static const double rounds[] = {1, 2, 5, 10};
    double least = (axis->high - axis->low) / TICKS_MAX;
    double power = pow(10, floor(log10(least)));
    for (size_t i = 0; i < COUNT_OF(rounds); i++)
        if (rounds[i] * power >= least)
            return rounds[i] * power;
    return 10 * power;
}

static json_t *ticks(const struct axis *axis, json_int_t y)
{
    json_t *list = json_array();
    double step = round_step(axis);
    for (double k = ceil(axis->low / step); k * step <= axis->high; k++) {
        json_t *one = json_pack("{s:I,s:I,s:I}", "x", place(axis, k * step), "y1", y, "y2", y + 5);
        char text[64];
        snprintf(text, sizeof text, "%.*f", step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0,
                 k * step);
        for (char *at = text; lang_get() == LANG_DE && *at; at++)
            if (*at == '.')
                *at = ',';
        site_text(one, "text", text);
        json_object_set_new(one, "text_y", json_integer(y + 19));
        json_array_append_new(list, one);
    }
    return list;
}

/* Where a label begins, so that it stays inside. */
static void put_mark(json_t *out, const struct axis *axis, double mark, json_int_t bottom)
{
    json_int_t x = place(axis, mark);
    json_object_set_new(out, "mark",
                        json_pack("{s:I,s:I,s:I,s:s}", "x", x, "y1", (json_int_t)TOP - 4, "y2",
                                  bottom, "anchor",
                                  x < WIDTH / 3       ? "start"
                                  : x > 2 * WIDTH / 3 ? "end"
                                                      : "middle"));
}

static json_t *draw_row(const struct axis *axis, const json_t *row, size_t at)
{
    json_int_t y = TOP + ROW * (json_int_t)at + 22;
    json_t *one = json_object();
    double low;
    double high;
    double value;
    json_object_set(one, "label", json_object_get(row, "label"));
    json_object_set(one, "chosen", json_object_get(row, "chosen"));
    json_object_set_new(one, "text_y", json_integer(y - 8));
    json_object_set_new(one, "y", json_integer(y + 4));
    if (read_number(row, "low", &low) && read_number(row, "high", &high))
        json_object_set_new(
            one, "range", json_pack("{s:I,s:I}", "x1", place(axis, low), "x2", place(axis, high)));
    if (read_number(row, "value", &value))
        json_object_set_new(one, "dot", json_pack("{s:I}", "cx", place(axis, value)));
    return one;
}

/* All numbers of the rows and the mark, with a little air; false if there are fewer than two. */
static bool find_axis(const json_t *rows, const double *mark, struct axis *ret)
{
    static const char *const keys[] = {"low", "high", "value"};
    *ret = (struct axis){DBL_MAX, -DBL_MAX};
    for (size_t i = 0; i < json_array_size(rows); i++)
        for (size_t k = 0; k < COUNT_OF(keys); k++) {
            double value;
            if (read_number(json_array_get(rows, i), keys[k], &value))
                widen(ret, value);
        }
    if (mark)
        widen(ret, *mark);
    double air = (ret->high - ret->low) / 20;
    ret->low -= air;
    ret->high += air;
    return air > 0 && isfinite(air);
}

void site_chart(json_t *out, const char *title, const json_t *rows, const double *mark)
{
    struct axis axis;
    json_int_t bottom = TOP + ROW * (json_int_t)json_array_size(rows);
    json_t *drawn = json_array();
    if (!find_axis(rows, mark, &axis)) {
        json_decref(drawn);
        return;
    }
    for (size_t i = 0; i < json_array_size(rows); i++)
        json_array_append_new(drawn, draw_row(&axis, json_array_get(rows, i), i));
    json_t *chart = json_pack("{s:s,s:i,s:I,s:i,s:i,s:I,s:o,s:o}", "title", title, "width", WIDTH,
                              "height", bottom + FOOT, "left", EDGE, "right", WIDTH - EDGE,
                              "bottom", bottom, "ticks", ticks(&axis, bottom), "rows", drawn);
    if (mark)
        put_mark(chart, &axis, *mark, bottom);
    site_text(chart, "mark_word", _("the mark"));
    json_object_set_new(out, "chart", chart);
}
