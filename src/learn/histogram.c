/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chunks of rows, one group of features after the other, so that the packed sums (32 KiB) stay in
 * the fastest cache. Measured on a million rows of 29 features: one pass over all features 0.8 to
 * 1.3 ns an addition, two passes 0.55, four 0.87.
 */
#include "learn/histogram.h"

#include <string.h>

enum { STRIDE = 256, AHEAD_ROWS = 24, ROWS_FOR_THREADS = 1 << 14 };

struct histogram_form histogram_form(size_t n, bool hessian, bool fine)
{
    struct histogram_form form = {.chunk_bits = fine ? HISTOGRAM_FINE_CHUNK_BITS
                                                     : HISTOGRAM_CHUNK_BITS};
    while (form.chunk_bits > 1 && n <= (size_t)1 << (form.chunk_bits - 1))
        form.chunk_bits--;
    form.hessian_shift = form.gradient_shift = form.chunk_bits + 1;
    if (!hessian)
        return form;
    form.scale_bits = (63 - 3 * form.chunk_bits) / 2;
    if (form.scale_bits > HISTOGRAM_SCALE_MAX)
        form.scale_bits = HISTOGRAM_SCALE_MAX;
    form.word_bits = form.scale_bits - 1;
    form.gradient_shift += form.scale_bits - 1 + form.chunk_bits;
    return form;
}

/* What a row adds to each of its bins. */
static inline int64_t packed_of(const struct histogram_form *form, int32_t word)
{
    int64_t h = word & ((1 << form->word_bits) - 1);
    int64_t g = word >> form->word_bits;
    return g * ((int64_t)1 << form->gradient_shift) + (h << form->hessian_shift) + 1;
}

/* --- the kernel --------------------------------------------------------------------------------*/

#define ADD(lane)                                                                                  \
    if ((lane) < width)                                                                            \
    packed[(lane) * STRIDE + cell[lane]] += value

/* Rows first … first + n - 1 of a group with `width` features, a constant where this is inlined. */
static inline __attribute__((always_inline)) void
add_rows(const struct histogram_rows *rows, const uint8_t *group, size_t first, size_t n,
         const unsigned width, int64_t *packed)
{
    const struct histogram_form form = *rows->form;
    for (size_t k = first; k < first + n; k++) {
        size_t i = k;
        if (rows->row) {
            i = rows->row[k];
            if (k + AHEAD_ROWS < rows->n) {
                size_t soon = rows->row[k + AHEAD_ROWS];
                __builtin_prefetch(group + soon * BINS_LANES);
                __builtin_prefetch(rows->word + soon);
            }
        }
        const uint8_t *cell = group + i * BINS_LANES;
        const int64_t value = packed_of(&form, rows->word[i]);
        ADD(0);
        ADD(1);
        ADD(2);
        ADD(3);
        ADD(4);
        ADD(5);
        ADD(6);
        ADD(7);
        ADD(8);
        ADD(9);
        ADD(10);
        ADD(11);
        ADD(12);
        ADD(13);
        ADD(14);
        ADD(15);
    }
}

#define WIDTH(w)                                                                                   \
    case w:                                                                                        \
        add_rows(rows, group, first, n, w, packed);                                                \
        break

static void add_group(const struct histogram_rows *rows, size_t g, size_t first, size_t n,
                      int64_t *packed)
{
    const uint8_t *group = rows->bins->cell + g * rows->bins->n * BINS_LANES;
    switch (bins_width(rows->bins, g)) {
        WIDTH(1);
        WIDTH(2);
        WIDTH(3);
        WIDTH(4);
        WIDTH(5);
        WIDTH(6);
        WIDTH(7);
        WIDTH(8);
        WIDTH(9);
        WIDTH(10);
        WIDTH(11);
        WIDTH(12);
        WIDTH(13);
        WIDTH(14);
        WIDTH(15);
    default:
        add_rows(rows, group, first, n, BINS_LANES, packed);
    }
}

/* --- chunks ------------------------------------------------------------------------------------*/

/* Packed sums of a feature's bins into cells; the packed ones become 0. */
static void unpack(const struct histogram_form *form, unsigned bin_n, int64_t *packed,
                   struct histogram_cell *ret)
{
    const int64_t count_mask = ((int64_t)1 << form->hessian_shift) - 1;
    const int64_t low_mask = ((int64_t)1 << form->gradient_shift) - 1;
    for (unsigned b = 0; b < bin_n; b++) {
        int64_t low = packed[b] & low_mask;
        int64_t n = low & count_mask;
        ret[b].g += packed[b] >> form->gradient_shift;
        ret[b].h += form->scale_bits ? low >> form->hessian_shift : n;
        ret[b].n += n;
        packed[b] = 0;
    }
}

struct making {
    const struct histogram_rows *rows;
    const struct histogram_room *room;
    struct histogram_cell *ret;
    size_t cells;
    size_t each;  /* rows of a block: whole chunks */
    bool private; /* each slot adds to cells of its own */
};

/* A block is some chunks of one group. */
static void make_block(void *context, size_t block, unsigned slot)
{
    const struct making *making = context;
    const struct bins *bins = making->rows->bins;
    int64_t *packed = making->room->packed + (size_t)slot * BINS_LANES * STRIDE;
    struct histogram_cell *cells =
        making->private ? making->room->wide + slot * making->cells : making->ret;
    size_t group = block % bins->group_n, width = bins_width(bins, group);
    size_t chunk = (size_t)1 << making->rows->form->chunk_bits;
    size_t first = block / bins->group_n * making->each;
    size_t end = making->rows->n - first < making->each ? making->rows->n : first + making->each;
    for (; first < end; first += chunk) {
        add_group(making->rows, group, first, end - first < chunk ? end - first : chunk, packed);
        for (size_t j = 0; j < width; j++) {
            size_t f = group * bins->width + j;
            unpack(making->rows->form, bins->feature[f].bin_n + 1, packed + j * STRIDE,
                   cells + bins->offset[f]);
        }
    }
}

void histogram_make(const struct histogram_rows *rows, const struct histogram_room *room,
                    const struct cluster *cluster, struct histogram_cell *ret)
{
    const struct bins *bins = rows->bins;
    const size_t cells = bins->offset[bins->feature_n];
    unsigned slots = rows->n < ROWS_FOR_THREADS ? 1 : cluster_slots(cluster);
    struct making making = {rows, room, ret, cells, rows->n, slots > 1};
    size_t blocks = bins->group_n;
    if (slots > 1) {
        making.each = ROWS_FOR_THREADS;
        blocks *= (rows->n + making.each - 1) / making.each;
        memset(room->wide, 0, slots * cells * sizeof *room->wide);
    }
    memset(ret, 0, cells * sizeof *ret);
    if (rows->n)
        cluster_run(&(struct cluster){.threads = slots}, blocks, make_block, &making);
    for (size_t s = 0; s < slots && slots > 1; s++)
        for (size_t i = 0; i < cells; i++) {
            ret[i].g += room->wide[s * cells + i].g;
            ret[i].h += room->wide[s * cells + i].h;
            ret[i].n += room->wide[s * cells + i].n;
        }
    cluster_sum(cluster, &ret->g, 3 * cells);
}

void histogram_make_plain(const struct histogram_rows *rows, struct histogram_cell *ret)
{
    const struct bins *bins = rows->bins;
    memset(ret, 0, bins->offset[bins->feature_n] * sizeof *ret);
    for (size_t k = 0; k < rows->n; k++) {
        size_t i = rows->row ? rows->row[k] : k;
        int32_t h = rows->form->scale_bits ? rows->word[i] & ((1 << rows->form->word_bits) - 1) : 1;
        int32_t g = rows->word[i] >> rows->form->word_bits;
        for (size_t f = 0; f < bins->feature_n; f++) {
            struct histogram_cell *cell =
                &ret[bins->offset[f] + bins_cells(bins, f)[i * BINS_LANES]];
            cell->g += g;
            cell->h += h;
            cell->n++;
        }
    }
}

void histogram_take(const struct histogram_cell *child, size_t cells, struct histogram_cell *parent)
{
    for (size_t i = 0; i < cells; i++) {
        parent[i].g -= child[i].g;
        parent[i].h -= child[i].h;
        parent[i].n -= child[i].n;
    }
}
