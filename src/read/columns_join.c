/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several tables as one: a part's types are those of its own file, so a column can be a number here
 * and text there; that is refused, because the mantissa no longer knows how it was typed.
 */
#include <string.h>

#include "base/num.h"
#include "read/category.h"
#include "read/columns.h"
#include "read/scale.h"

enum { SHOWN_BYTES = 60 };

static bool is_all_missing(const struct column *column, size_t rows)
{
    for (size_t r = 0; r < rows; r++)
        if (!column->missing[r])
            return false;
    return true;
}

/* Columns that stand in the file; those derived from them stand behind. */
static size_t of_file(const struct table *table)
{
    size_t n = 0;
    for (size_t c = 0; c < table->column_n; c++)
        n += table->column[c].derived.n == 0;
    return n;
}

static bool check_headers(const struct columns *const *part, size_t parts, struct err *err)
{
    const char *next = _("Give the files the same columns in the same order.");
    const struct table *first = &part[0]->table;
    for (size_t p = 1; p < parts; p++) {
        const struct table *other = &part[p]->table;
        size_t n = of_file(first), other_n = of_file(other);
        if (other_n != n)
            return FAIL(err, ERR_INPUT, next, _("File %zu has %zu columns, file 1 has %zu."), p + 1,
                        other_n, n);
        for (size_t c = 0; c < first->column_n && c < other->column_n; c++) {
            struct str here = str_front(other->column[c].name, SHOWN_BYTES);
            struct str there = str_front(first->column[c].name, SHOWN_BYTES);
            if (!str_eq(other->column[c].name, first->column[c].name))
                return FAIL(err, ERR_INPUT, next,
                            _("In file %zu column %zu is %.*s, in file 1 it is %.*s."), p + 1,
                            c + 1, STR_ARG(here), STR_ARG(there));
        }
        if (other->column_n != first->column_n)
            return FAIL(err, ERR_INPUT, _("Write the dates in the same way in all files."),
                        _("File %zu holds other dates or times than file 1."), p + 1);
    }
    return true;
}

/* The type of column c, from a part where it has values. */
static bool join_type(const struct columns *const *part, size_t parts, size_t c, struct column *to,
                      struct err *err)
{
    size_t known = parts; /* a part that has values, and so a type */
    for (size_t p = 0; p < parts; p++) {
        const struct column *column = &part[p]->table.column[c];
        if (is_all_missing(column, part[p]->table.rows))
            continue;
        const struct column *first = known < parts ? &part[known]->table.column[c] : column;
        struct str name = str_front(column->name, SHOWN_BYTES);
        if (column->type != first->type || column->time != first->time)
            return FAIL(
                err, ERR_INPUT, _("Write the column in the same way in all files."),
                column->type == first->type
                    ? _("Column %.*s holds other dates or times in file %zu than in file %zu.")
                : column->type == COLUMN_NUMBER
                    ? _("Column %.*s has only numbers in file %zu, but text in file %zu.")
                    : _("Column %.*s has text in file %zu, but only numbers in file %zu."),
                STR_ARG(name), p + 1, known + 1);
        known = p;
    }
    const struct column *from = &part[known == parts ? 0 : known]->table.column[c];
    *to = (struct column){.name = from->name,
                          .unit = from->unit,
                          .type = from->type,
                          .time = from->time,
                          .derived = from->derived};
    return true;
}

static void join_categories(const struct columns *const *part, size_t parts, size_t c,
                            struct arena *arena, struct table *ret)
{
    struct category_set set CLEANUP(category_release) = {.arena = arena};
    struct column *to = &ret->column[c];
    size_t row = 0;
    to->code = arena_get(arena, ret->rows, sizeof *to->code);
    for (size_t p = 0; p < parts; p++) {
        const struct column *from = &part[p]->table.column[c];
        for (size_t r = 0; r < part[p]->table.rows; r++, row++)
            if (!from->missing[r])
                to->code[row] = category_add(&set, from->category[from->code[r]]);
    }
    category_finish(&set, to, ret->rows);
}

/* What the mantissas of all parts need. */
static struct scale join_scale(const struct columns *const *part, size_t parts, size_t c)
{
    struct scale scale = {0};
    for (size_t p = 0; p < parts; p++) {
        const struct column *from = &part[p]->table.column[c];
        if (from->type == COLUMN_NUMBER)
            for (size_t r = 0; r < part[p]->table.rows; r++)
                scale_learn(&scale, (struct decimal){from->mantissa[r], from->exponent});
    }
    return scale;
}

/* Of times and what is derived from them: each part has one that does not depend on its values. */
static int least_exponent(const struct columns *const *part, size_t parts, size_t c)
{
    int least = 0;
    for (size_t p = 0; p < parts; p++) {
        const struct column *from = &part[p]->table.column[c];
        if (from->type == COLUMN_NUMBER && from->exponent < least &&
            !is_all_missing(from, part[p]->table.rows))
            least = from->exponent;
    }
    return least;
}

static bool join_numbers(const struct columns *const *part, size_t parts, size_t c,
                         struct arena *arena, struct table *ret, struct err *err)
{
    struct column *to = &ret->column[c];
    struct str name = str_front(to->name, SHOWN_BYTES);
    struct scale scale = join_scale(part, parts, c);
    bool fixed = to->time != TIME_NONE || to->derived.n;
    to->exponent = fixed ? least_exponent(part, parts, c) : scale_exponent(&scale);
    if (!fixed && to->exponent > scale.exponent)
        return FAIL(err, ERR_LIMIT, _("Write the column in the same unit in all files."),
                    _("The numbers of column %.*s do not fit 18 digits together."), STR_ARG(name));
    size_t row = 0;
    to->mantissa = arena_get(arena, ret->rows, sizeof *to->mantissa);
    for (size_t p = 0; p < parts; p++) {
        const struct column *from = &part[p]->table.column[c];
        bool rounded;
        for (size_t r = 0; r < part[p]->table.rows; r++, row++)
            if (from->type == COLUMN_NUMBER)
                to->mantissa[row] = scale_apply((struct decimal){from->mantissa[r], from->exponent},
                                                to->exponent, &rounded);
    }
    return true;
}

static bool join_column(const struct columns *const *part, size_t parts, size_t c,
                        struct arena *arena, struct table *ret, struct err *err)
{
    struct column *to = &ret->column[c];
    size_t row = 0;
    if (!join_type(part, parts, c, to, err))
        return false;
    to->missing = arena_get(arena, ret->rows, sizeof *to->missing);
    for (size_t p = 0; p < parts; p++) {
        const struct table *from = &part[p]->table;
        memcpy(to->missing + row, from->column[c].missing, from->rows);
        row += from->rows;
    }
    if (to->type == COLUMN_NUMBER)
        return join_numbers(part, parts, c, arena, ret, err);
    join_categories(part, parts, c, arena, ret);
    return true;
}

bool columns_join(const struct columns *const *part, size_t parts, struct arena *arena,
                  struct table *ret, struct err *err)
{
    BUG_IF(parts == 0);
    if (!check_headers(part, parts, err))
        return false;
    struct table made = {.column_n = part[0]->table.column_n};
    for (size_t p = 0; p < parts; p++)
        made.rows += part[p]->table.rows;
    made.column = arena_get(arena, made.column_n, sizeof *made.column);
    for (size_t c = 0; c < made.column_n; c++)
        if (!join_column(part, parts, c, arena, &made, err))
            return false;
    *ret = made;
    return true;
}
