/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/standin.h"

#include "base/check.h"

enum { OFTEN_LEAST = 5, OFTEN_ONE_IN = 100, APART_ONE_IN = 10 };

/* Put a number with its count into an end; sign 1: low, -1: high. */
static void put(struct standin_end *end, bool first, int64_t value, uint64_t n, int sign)
{
    if (first) {
        *end = (struct standin_end){.value = value, .n = n};
        return;
    }
    if (value == end->value) {
        end->n += n;
        return;
    }
    if (sign > 0 ? value < end->value : value > end->value) {
        *end = (struct standin_end){value, end->value, n, true};
        return;
    }
    if (!end->has_next || (sign > 0 ? value < end->next : value > end->next)) {
        end->next = value;
        end->has_next = true;
    }
}

void standin_add(struct standin_ends *ends, int64_t mantissa)
{
    put(&ends->low, ends->n == 0, mantissa, 1, 1);
    put(&ends->high, ends->n == 0, mantissa, 1, -1);
    ends->n++;
    total_add(&ends->total, mantissa);
}

static void merge_end(struct standin_end *end, bool first, const struct standin_end *other,
                      int sign)
{
    put(end, first, other->value, other->n, sign);
    if (other->has_next)
        put(end, false, other->next, 0, sign);
}

void standin_merge(struct standin_ends *ends, const struct standin_ends *other)
{
    if (other->n == 0)
        return;
    merge_end(&ends->low, ends->n == 0, &other->low, 1);
    merge_end(&ends->high, ends->n == 0, &other->high, -1);
    ends->n += other->n;
    total_merge(&ends->total, &other->total);
}

/* What is known of one end of one column. Differences of mantissas below 10^18 fit. */
struct candidate {
    size_t column;
    struct decimal value;
    uint64_t n;
    bool far;
    bool apart;
};

static struct candidate look(const struct column *column, const struct standin_ends *ends, bool low)
{
    const struct standin_end *end = low ? &ends->low : &ends->high;
    const struct standin_end *other = low ? &ends->high : &ends->low;
    struct candidate found = {.n = end->n};
    if (!end->has_next || end->n < OFTEN_LEAST || end->n < ends->n / OFTEN_ONE_IN ||
        end->next == other->value)
        return found;
    int64_t gap = low ? end->next - end->value : end->value - end->next;
    int64_t rest = low ? other->value - end->next : end->next - other->value;
    found.value = num_shorten((struct decimal){end->value, column->exponent});
    found.far = gap > rest;
    found.apart = gap >= rest / APART_ONE_IN || (low && end->value < 0 && end->next >= 0);
    return found;
}

/* All nines (two at least), or one of the numbers that programs write. */
static bool is_custom(struct decimal value)
{
    static const int64_t known[] = {-2, -32768, 32767, 65535, -888, -8888, -777, -7777};
    int64_t m = value.mantissa < 0 ? -value.mantissa : value.mantissa;
    if (value.mantissa == -2)
        return value.exponent == 2;
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (value.exponent == 0 && value.mantissa == known[i])
            return true;
    int digits = 0;
    for (; m % 10 == 9; m /= 10)
        digits++;
    return m == 0 && digits >= 2;
}

static bool same(struct decimal a, struct decimal b)
{
    return a.mantissa == b.mantissa && a.exponent == b.exponent;
}

static bool is_far_elsewhere(const struct table *table, const struct standin_ends *ends,
                             const struct candidate *candidate)
{
    for (size_t c = 0; c < table->column_n; c++) {
        const struct column *column = &table->column[c];
        if (c == candidate->column || column->type != COLUMN_NUMBER || column->time != TIME_NONE)
            continue;
        for (int low = 0; low < 2; low++) {
            struct candidate other = look(column, &ends[c], low);
            if (other.far && same(other.value, candidate->value))
                return true;
        }
    }
    return false;
}

size_t standin_find(const struct table *table, const struct standin_ends *ends, struct standin *ret)
{
    size_t n = 0;
    for (size_t c = 0; c < table->column_n; c++) {
        const struct column *column = &table->column[c];
        if (column->type != COLUMN_NUMBER || column->time != TIME_NONE || column->derived.n)
            continue;
        for (int low = 1; low >= 0; low--) {
            struct candidate one = look(column, &ends[c], low);
            one.column = c;
            bool suspicious =
                one.far ||
                (one.apart && (is_custom(one.value) || is_far_elsewhere(table, ends, &one)));
            if (suspicious)
                ret[n++] = (struct standin){c, one.value, one.n};
        }
    }
    return n;
}
