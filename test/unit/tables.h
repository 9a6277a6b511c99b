/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tables: small tables for tests, made by hand. */
#ifndef UNIT_TABLES_H
#define UNIT_TABLES_H

#include <string.h>

#include "learn/table.h"

#define GAP INT64_MIN /* a missing number; a missing category is NULL */

/* A table with room for columns; rows are fixed from the start. */
static inline struct table tables_new(struct arena *arena, size_t rows, size_t columns)
{
    return (struct table){.rows = rows, .column = arena_get(arena, columns, sizeof(struct column))};
}

/* A number column; values (rows) are mantissas or GAP. */
static inline struct column *tables_number(struct arena *arena, struct table *table,
                                           const char *name, int exponent, const int64_t *values)
{
    struct column *column = &table->column[table->column_n++];
    *column = (struct column){.name = str_of(name), .type = COLUMN_NUMBER, .exponent = exponent};
    column->mantissa = arena_get(arena, table->rows, sizeof *column->mantissa);
    column->missing = arena_get(arena, table->rows, 1);
    for (size_t r = 0; r < table->rows; r++) {
        column->missing[r] = values[r] == GAP;
        column->mantissa[r] = values[r] == GAP ? 0 : values[r];
    }
    return column;
}

/* A category column. categories: NULL-terminated, in byte order; texts (rows) are some of them or
 * NULL. */
static inline struct column *tables_category(struct arena *arena, struct table *table,
                                             const char *name, const char *const *categories,
                                             const char *const *texts)
{
    struct column *column = &table->column[table->column_n++];
    *column = (struct column){.name = str_of(name), .type = COLUMN_CATEGORY};
    while (categories[column->category_n])
        column->category_n++;
    column->category = arena_get(arena, column->category_n, sizeof *column->category);
    column->code = arena_get(arena, table->rows, sizeof *column->code);
    column->missing = arena_get(arena, table->rows, 1);
    for (size_t k = 0; k < column->category_n; k++)
        column->category[k] = str_of(categories[k]);
    for (size_t r = 0; r < table->rows; r++) {
        column->missing[r] = texts[r] == NULL;
        for (uint32_t k = 0; texts[r] && k < column->category_n; k++)
            if (strcmp(categories[k], texts[r]) == 0)
                column->code[r] = k;
    }
    return column;
}

#endif
