/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/unit.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "learn/quant.h"

enum { LOW_BITS = 30 };

struct cell {
    int64_t value; /* mantissa or code */
    uint32_t row;
};

static int by_value(const void *a, const void *b)
{
    const struct cell *x = a;
    const struct cell *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

struct unit_codes unit_codes(const struct column *column, size_t rows, struct arena *arena)
{
    CLEANUP(mem_free) struct cell *cell = mem_get(rows, sizeof *cell);
    struct unit_codes codes = {.code = arena_get(arena, rows, sizeof *codes.code)};
    size_t n = 0;
    for (size_t r = 0; r < rows; r++) {
        codes.code[r] = UNIT_NONE;
        if (column->missing[r])
            continue;
        int64_t value = column->type == COLUMN_NUMBER ? column->mantissa[r] : column->code[r];
        cell[n++] = (struct cell){value, (uint32_t)r};
    }
    if (n)
        qsort(cell, n, sizeof *cell, by_value);
    for (size_t i = 0; i < n; i++)
        codes.n += i == 0 || cell[i].value != cell[i - 1].value;
    codes.row = arena_get(arena, codes.n, sizeof *codes.row);
    uint32_t next = 0;
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || cell[i].value != cell[i - 1].value)
            codes.row[next++] = cell[i].row;
        codes.code[cell[i].row] = next - 1;
    }
    return codes;
}

void unit_add(struct unit_sum *sum, int64_t mantissa)
{
    const int64_t low = (int64_t)1 << LOW_BITS;
    sum->high += mantissa / low;
    sum->low += mantissa % low;
    sum->n++;
}

void unit_join(struct unit_sum *sum, const struct unit_sum *other)
{
    sum->high += other->high;
    sum->low += other->low;
    sum->n += other->n;
}

/* high and low may have different signs; both are carried into one before they are rounded. */
static double rounded(const struct unit_sum *sum)
{
    int64_t carry = sum->low / ((int64_t)1 << LOW_BITS);
    int64_t low = sum->low % ((int64_t)1 << LOW_BITS);
    return ldexp((double)(sum->high + carry), LOW_BITS) + (double)low;
}

double unit_total(const struct unit_sum *sum, int exponent)
{
    return quant_scale(rounded(sum), exponent);
}

double unit_mean(const struct unit_sum *sum, int exponent)
{
    return sum->n ? quant_scale(rounded(sum) / (double)sum->n, exponent) : 0;
}
