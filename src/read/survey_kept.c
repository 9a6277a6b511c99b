/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The survey reads each number anyway, so it keeps them (kept.h), though it does not know yet what
 * their columns are: under the exponent that the field needs up to here, which later cells can only
 * lower. If the field turns out to be no column of numbers, nobody asks for them.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "read/survey_int.h"

enum { CELL_BYTES = sizeof(int64_t) + sizeof(int) + 1 };

void survey_keep_begin(struct surveying *s)
{
    size_t n = s->ret->field_n;
    if (!s->request->keep || n == 0 || n > SURVEY_FIELDS_MANY)
        return;
    s->ret->kept_first = (s->request->first_row + SCAN_BLOCK_ROWS - 1) / SCAN_BLOCK_ROWS;
    s->packed = mem_get(cluster_slots(s->request->cluster), sizeof *s->packed);
    for (unsigned slot = 0; slot < cluster_slots(s->request->cluster); slot++)
        s->packed[slot] = (struct buf)BUF_INIT;
    s->cells = mem_get(n, sizeof *s->cells);
    int64_t *value = mem_get(n * SCAN_BLOCK_ROWS, CELL_BYTES);
    int *behind = (int *)(value + n * SCAN_BLOCK_ROWS);
    uint8_t *missing = (uint8_t *)(behind + n * SCAN_BLOCK_ROWS);
    for (size_t f = 0; f < n; f++) {
        size_t at = f * SCAN_BLOCK_ROWS;
        s->cells[f] = (struct field_cells){value + at, behind + at, missing + at, false};
    }
}

void survey_keep_end(struct surveying *s)
{
    for (unsigned slot = 0; s->packed && slot < cluster_slots(s->request->cluster); slot++)
        buf_release(&s->packed[slot]);
    free(s->packed);
    if (s->cells)
        free(s->cells->value);
    free(s->cells);
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

/* The rows before the next one, as far as they lie in its block. */
static size_t rows_of_block(const struct surveying *s)
{
    return (s->request->first_row + s->ret->rows - 1) % SCAN_BLOCK_ROWS + 1;
}

/* Field f of the block behind those that are kept already. */
static void keep_field(void *context, size_t f, unsigned slot)
{
    struct surveying *s = context;
    const struct survey_field *field = &s->ret->field[f];
    struct field_cells *cells = &s->cells[f];
    struct kept_cells *kept = &s->ret->kept[s->ret->kept_n * s->ret->field_n + f];
    int exponent = field->scale.any ? field->near : 0;
    bool fits =
        !field->scale.any || (field->near >= SURVEY_DEEP_EXPONENT && field->near <= SCALE_DIGITS &&
                              field->deep_n == 0 && field->scale.top - field->near <= SCALE_DIGITS);
    bool odd = cells->odd;
    *kept = (struct kept_cells){.n = 0};
    cells->odd = false;
    if (odd || !fits || field->said.as_category)
        return;
    scale_cells(cells, rows_of_block(s), exponent);
    const struct column column = {.type = COLUMN_NUMBER,
                                  .exponent = exponent,
                                  .mantissa = cells->value,
                                  .missing = cells->missing};
    kept_pack(&column, rows_of_block(s), &s->packed[slot], kept);
    kept_write(s->request->keep, &s->packed[slot], kept, 1);
}

void survey_keep_block(struct surveying *s)
{
    struct survey *ret = s->ret;
    size_t n = ret->field_n;
    size_t number = (s->request->first_row + ret->rows - 1) / SCAN_BLOCK_ROWS;
    if (!s->cells || number < ret->kept_first || !kept_goes_on(s->request->keep))
        return;
    BUG_IF(number != ret->kept_first + ret->kept_n);
    if (ret->kept_n == s->kept_room) {
        s->kept_room = 2 * s->kept_room + 16;
        ret->kept = mem_resize(ret->kept, s->kept_room * n, sizeof *ret->kept);
    }
    cluster_run(s->request->cluster, n, keep_field, s);
    ret->kept_n++;
}
