/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The survey reads each number anyway, so it keeps them (kept.h), though it does not know yet what
 * their columns are: under the exponent that the field needs up to here, which later cells can only
 * lower. If the field turns out to be no column of numbers, nobody asks for them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "read/survey_int.h"

enum { FIELDS_MAX = 400, CELL_BYTES = sizeof(int64_t) + sizeof(int) + 1 };

void survey_keep_begin(struct surveying *s)
{
    size_t n = s->ret->field_n;
    if (!s->request->keep || n == 0 || n > FIELDS_MAX)
        return;
    s->ret->kept_first = (s->request->first_row + SCAN_BLOCK_ROWS - 1) / SCAN_BLOCK_ROWS;
    s->cells = mem_get(n, sizeof *s->cells);
    int64_t *value = mem_get(n * SCAN_BLOCK_ROWS, CELL_BYTES);
    int *behind = (int *)(value + n * SCAN_BLOCK_ROWS);
    uint8_t *missing = (uint8_t *)(behind + n * SCAN_BLOCK_ROWS);
    for (size_t f = 0; f < n; f++) {
        size_t at = f * SCAN_BLOCK_ROWS;
        s->cells[f] = (struct field_cells){value + at, behind + at, missing + at, false};
    }
}

/* All cells under one exponent; it is that of a cell without zeros at its end, or higher cells
 * would not have passed the bar. */
static void scale_cells(const struct field_cells *cells, size_t n, int exponent)
{
    for (size_t i = 0; i < n; i++) {
        int up = -cells->behind[i] - exponent;
        if (up > 0 && cells->value[i])
            cells->value[i] *= scale_ten[up];
        else if (up < 0 && cells->value[i])
            cells->value[i] /= scale_ten[-up];
    }
}

static void keep_field(struct surveying *s, size_t f, size_t n, struct kept_cells *ret)
{
    const struct survey_field *field = &s->ret->field[f];
    const struct field_cells *cells = &s->cells[f];
    int exponent = field->scale.any ? field->near : 0;
    bool fits =
        !field->scale.any || (field->near >= SURVEY_DEEP_EXPONENT && field->near <= SCALE_DIGITS &&
                              field->deep_n == 0 && field->scale.top - field->near <= SCALE_DIGITS);
    *ret = (struct kept_cells){.n = 0};
    if (cells->odd || !fits || field->said.as_category)
        return;
    scale_cells(cells, n, exponent);
    const struct column column = {.type = COLUMN_NUMBER,
                                  .exponent = exponent,
                                  .mantissa = cells->value,
                                  .missing = cells->missing};
    kept_pack(&column, n, &s->packed, ret);
}

void survey_keep_block(struct surveying *s)
{
    struct survey *ret = s->ret;
    size_t n = ret->field_n, last = s->request->first_row + ret->rows - 1;
    size_t number = last / SCAN_BLOCK_ROWS;
    if (!s->cells || number < ret->kept_first || !kept_goes_on(s->request->keep))
        return;
    size_t at = number - ret->kept_first;
    if (at >= s->kept_room) {
        s->kept_room = 2 * at + 16;
        ret->kept = mem_resize(ret->kept, s->kept_room * n, sizeof *ret->kept);
    }
    for (; ret->kept_n < at; ret->kept_n++) /* blocks that could not be kept */
        memset(ret->kept + ret->kept_n * n, 0, n * sizeof *ret->kept);
    for (size_t f = 0; f < n; f++) {
        keep_field(s, f, last % SCAN_BLOCK_ROWS + 1, &ret->kept[at * n + f]);
        s->cells[f].odd = false;
    }
    kept_write(s->request->keep, &s->packed, ret->kept + at * n, n);
    ret->kept_n = at + 1;
}
