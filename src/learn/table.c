/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"

static const int64_t EXACT_DOUBLE = (int64_t)1 << 53;

/* "T" means "T (°C)" if the brackets hold the column's unit. */
static bool is_without_unit(const struct column *column, struct str name)
{
    struct str unit = column->unit;
    if (unit.n == 0 || name.n == 0 || name.n >= column->name.n || !str_starts(column->name, name))
        return false;
    struct str rest = str_trim((struct str){column->name.at + name.n, column->name.n - name.n});
    return rest.n >= 2 && (rest.at[0] == '(' || rest.at[0] == '[') &&
           str_eq(str_trim((struct str){rest.at + 1, rest.n - 2}), unit);
}

size_t table_find(const struct table *table, struct str name)
{
    size_t found = table->column_n;
    for (size_t c = 0; c < table->column_n; c++)
        if (str_eq(table->column[c].name, name))
            return c;
    for (size_t c = 0; c < table->column_n; c++) {
        if (!is_without_unit(&table->column[c], name))
            continue;
        if (found < table->column_n)
            return table->column_n;
        found = c;
    }
    return found;
}

double column_value(const struct column *column, size_t row)
{
    /* Up to 10^22 a power of ten is a double, so one rounding is all there is.
     * SOURCE: Clinger 1990, "How to read floating point numbers accurately", section 3. */
    static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int64_t mantissa = column->mantissa[row];
    int e = column->exponent;
    if (mantissa > EXACT_DOUBLE || mantissa < -EXACT_DOUBLE || e > 22 || e < -22)
        return num_double((struct decimal){mantissa, e});
    return e < 0 ? (double)mantissa / ten[-e] : (double)mantissa * ten[e];
}

/* --- the invariants ----------------------------------------------------------------------------*/

static bool number_is_fine(const struct column *column, size_t rows)
{
    bool minimal = false, zero = true;
    if (column->exponent < -EXPONENT_FAR || column->exponent > EXPONENT_FAR)
        return false;
    for (size_t r = 0; r < rows; r++) {
        int64_t m = column->mantissa[r];
        if (m > MANTISSA_MAX || m < -MANTISSA_MAX || (column->missing[r] && m != 0))
            return false;
        minimal |= m % 10 != 0;
        zero &= m == 0;
    }
    bool fixed = column->time != TIME_NONE || column->derived.n != 0;
    return fixed || minimal || (zero && column->exponent == 0);
}

static bool category_is_fine(const struct column *column, size_t rows)
{
    CLEANUP(mem_free) uint8_t *seen = mem_get(column->category_n, 1);
    for (size_t k = 1; k < column->category_n; k++)
        if (str_cmp(column->category[k - 1], column->category[k]) >= 0)
            return false;
    for (size_t r = 0; r < rows; r++) {
        if (column->missing[r] ? column->code[r] != 0 : column->code[r] >= column->category_n)
            return false;
        if (!column->missing[r])
            seen[column->code[r]] = 1;
    }
    return column->category_n == 0 || !memchr(seen, 0, column->category_n);
}

static bool column_is_fine(const struct table *table, size_t c)
{
    const struct column *column = &table->column[c];
    size_t wrong_at;
    if (column->name.n == 0 || !str_utf8(column->name, &wrong_at) ||
        table_find(table, column->name) != c)
        return false;
    for (size_t r = 0; r < table->rows; r++)
        if (column->missing[r] > 1)
            return false;
    return column->type == COLUMN_NUMBER ? number_is_fine(column, table->rows)
                                         : category_is_fine(column, table->rows);
}

bool table_check(const struct table *table, struct err *err)
{
    for (size_t c = 0; c < table->column_n; c++)
        if (!column_is_fine(table, c))
            return FAIL(err, ERR_CORRUPT, _("Read the table again from its file."),
                        _("Column %zu (%.*s) of the table is not in order."), c + 1,
                        STR_ARG(table->column[c].name));
    return true;
}

/* --- groups ------------------------------------------------------------------------------------*/

struct keyed {
    struct str key;
    uint32_t row;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *left = a, *right = b;
    int order = str_cmp(left->key, right->key);
    return order ? order : (left->row > right->row) - (left->row < right->row);
}

/* Sorting, not a hash table: keys come from outside, and no key can make it slow. */
size_t group_number(struct arena *arena, const struct str *keys, size_t rows, uint32_t **ret_group)
{
    BUG_IF(rows > UINT32_MAX);
    uint32_t *group = arena_get(arena, rows, sizeof *group);
    CLEANUP(mem_free) struct keyed *sorted = mem_get(rows, sizeof *sorted);
    for (size_t r = 0; r < rows; r++)
        sorted[r] = (struct keyed){keys[r], (uint32_t)r};
    qsort(sorted, rows, sizeof *sorted, by_key);
    /* First every row learns the first row of its group … */
    for (size_t i = 0, first = 0; i < rows; i++) {
        if (!str_eq(sorted[first].key, sorted[i].key))
            first = i;
        group[sorted[i].row] = sorted[first].row;
    }
    /* … which has its number already when the others come. */
    uint32_t groups = 0;
    for (size_t r = 0; r < rows; r++)
        group[r] = group[r] == r ? groups++ : group[group[r]];
    *ret_group = group;
    return groups;
}

/* --- numbers as categories ---------------------------------------------------------------------*/

struct valued {
    int64_t mantissa;
    struct str text;
    uint32_t code;
};

static int by_mantissa(const void *a, const void *b)
{
    const struct valued *left = a, *right = b;
    return (left->mantissa > right->mantissa) - (left->mantissa < right->mantissa);
}

static int by_text(const void *a, const void *b)
{
    const struct valued *left = a, *right = b;
    return str_cmp(left->text, right->text);
}

static struct str exact_text(struct arena *arena, int64_t mantissa, int exponent)
{
    char text[NUM_TEXT];
    const struct decimal value = num_shorten((struct decimal){mantissa, exponent});
    return arena_str(arena, str_of(num_decimal_text(value, text)));
}

/* Puts m into value[0 … n - 1], sorted by mantissa, if it is not there; returns the new n, which
 * is CLASSES_MAX + 1 if there was no room. */
static size_t value_add(struct valued *value, size_t n, int64_t m)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (value[middle].mantissa < m)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < n && value[low].mantissa == m)
        return n;
    if (n == CLASSES_MAX)
        return n + 1;
    memmove(value + low + 1, value + low, (n - low) * sizeof *value);
    value[low] = (struct valued){.mantissa = m};
    return n + 1;
}

bool table_as_category(struct arena *arena, struct table *table, size_t c, struct err *err)
{
    struct column *column = &table->column[c];
    if (column->type == COLUMN_CATEGORY)
        return true;
    CLEANUP(mem_free) struct valued *value = mem_get(CLASSES_MAX, sizeof *value);
    size_t n = 0;
    for (size_t r = 0; r < table->rows; r++) {
        n = column->missing[r] ? n : value_add(value, n, column->mantissa[r]);
        if (n > CLASSES_MAX)
            return FAIL(err, ERR_LIMIT, _("Predict the column as a number."),
                        _("Column %.*s has more than %d different values, too many for classes."),
                        STR_ARG(column->name), CLASSES_MAX);
    }
    column->category = arena_get(arena, n, sizeof *column->category);
    for (size_t k = 0; k < n; k++)
        value[k].text = exact_text(arena, value[k].mantissa, column->exponent);
    qsort(value, n, sizeof *value, by_text);
    for (size_t k = 0; k < n; k++) {
        value[k].code = (uint32_t)k;
        column->category[k] = value[k].text;
    }
    qsort(value, n, sizeof *value, by_mantissa);
    column->code = arena_get(arena, table->rows, sizeof *column->code);
    for (size_t r = 0; r < table->rows; r++) {
        struct valued key = {.mantissa = column->mantissa[r]};
        struct valued *found = bsearch(&key, value, n, sizeof *value, by_mantissa);
        column->code[r] = column->missing[r] || !found ? 0 : found->code;
    }
    column->type = COLUMN_CATEGORY;
    column->category_n = n;
    column->mantissa = NULL;
    column->exponent = 0;
    return true;
}
