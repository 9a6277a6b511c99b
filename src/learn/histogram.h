/* SPDX-License-Identifier: GPL-3.0-or-later */
/* histogram: for each bin of each feature, how many rows of a node lie in it and the sums of their
 * gradients and hessians. It is where boosting spends its time.
 *
 * A row's gradient g and hessian h are integers, kept as one: w = g * 2^word_bits + h. Within a
 * chunk of at most 2^chunk_bits rows the three sums share 64 bits, so that one addition does all:
 *
 *     (g + 2^s) * 2^gradient_shift + h * 2^hessian_shift + 1
 *
 * Bounds: |g| < 2^s and 0 <= h <= 2^(s-2), so with R = chunk_bits the count needs R + 1 bits, the
 * hessians s - 1 + R, and the gradients, made positive, s + R + 1: 3 R + 2 s + 1 <= 64 in all. For
 * squared error h is 1 and not stored: w = g, |g| < 2^31 = 2^s, and 2 R + 33 <= 64. After each
 * chunk the sums go into 64-bit cells of their own: |g| < 2^(31 + 26), h <= 2^(13 + 26).
 *
 * The histogram of a node with at most 2^chunk_bits rows over all ranks stays packed: a third of
 * the bytes to clear, to subtract and to look through, which is most of what small nodes cost.
 * Packed sums are added and subtracted modulo 2^64; each of the three stays within its bits.
 *
 * Everything is a sum of integers: chunks, threads, ranks and the order of rows cannot change it.
 */
#ifndef LEARN_HISTOGRAM_H
#define LEARN_HISTOGRAM_H

#include "cluster/cluster.h"
#include "learn/bins.h"

enum { HISTOGRAM_SCALE_MAX = 15, HISTOGRAM_CHUNK_BITS = 13, HISTOGRAM_FINE_CHUNK_BITS = 11 };

/* Wide, a histogram of `cells` bins is three rows of them: g (cells), h (cells), n (cells); where h
 * is not stored (squared error) it is the count. Packed it is one row. */
enum { HISTOGRAM_ROWS = 3 };

struct histogram {
    int64_t *sum; /* packed: (cells), else (HISTOGRAM_ROWS, cells) */
    bool packed;
};

/* How gradients are packed. */
struct histogram_form {
    unsigned chunk_bits;     /* R */
    unsigned scale_bits;     /* s: 1 is stored as 2^s; 31: h is 1 and not stored */
    unsigned word_bits;      /* of h in a row's word; 0: it is not stored */
    unsigned hessian_shift;  /* in a packed sum */
    unsigned gradient_shift; /* in a packed sum */
};

/* The form for n rows: as many bits as fit, HISTOGRAM_SCALE_MAX at most. fine: smaller chunks leave
 * more bits, where weights take some of them. */
struct histogram_form histogram_form(size_t n, bool hessian, bool fine);

/* Memory for working. */
struct histogram_room {
    unsigned slots;   /* how many threads work at once, at least 1 */
    uint64_t *packed; /* (slots, HISTOGRAM_PACKED) */
    int64_t *wide;    /* (slots, HISTOGRAM_ROWS, cells); one slot: NULL */
};
enum { HISTOGRAM_PACKED = BINS_LANES * 256 + (1 << HISTOGRAM_CHUNK_BITS) };

struct histogram_rows {
    const struct bins *bins;
    const struct histogram_form *form;
    const int32_t *word; /* (bins->n) */
    const uint32_t *row; /* (n) which rows; NULL: 0 … n - 1 */
    size_t n;
};

/* How many cells the histograms of these bins have. */
size_t histogram_cells(const struct bins *bins);

/* May the histogram of n rows, counted over all ranks, be packed? */
bool histogram_packs(const struct histogram_form *form, int64_t n);

/* The histogram of these rows, over all ranks, packed if ret->packed says so: then they are at most
 * 2^chunk_bits. Cost: n * features additions, of about half a nanosecond, and clearing. */
void histogram_make(const struct histogram_rows *rows, const struct histogram_room *room,
                    const struct cluster *cluster, const struct histogram *ret);

/* The same of the rows of this rank in the simplest way, wide: the twin that the tests compare
 * with. */
void histogram_make_plain(const struct histogram_rows *rows, int64_t *ret);

/* Take the histogram of one child from that of its parent: the other child is left. A packed parent
 * has packed children. */
void histogram_take(const struct histogram_form *form, const struct histogram *child, size_t cells,
                    const struct histogram *parent);

/* Pack a wide one where it lies. */
void histogram_pack(const struct histogram_form *form, size_t cells, struct histogram *histogram);

/* The sums in n packed cells: ret_g, ret_h, ret_n (n). */
void histogram_unpack(const struct histogram_form *form, const int64_t *packed, size_t n,
                      int64_t *ret_g, int64_t *ret_h, int64_t *ret_n);

#endif
