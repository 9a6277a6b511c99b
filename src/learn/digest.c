/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/digest.h"

#include <string.h>

#include "base/mem.h"

enum { WIDTH_MAX = 8, BLOCK_BYTES = 1 + SCAN_BLOCK_ROWS * WIDTH_MAX + SCAN_BLOCK_ROWS / 8 };

/* A block's digest as four numbers, so that ranks can bring theirs together by adding zeros. */
enum { WORDS = HASH_BYTES / 8 };

struct digesting {
    const size_t *column; /* (n) columns used, in byte order of names */
    size_t n;
    size_t blocks;
    unsigned char *bytes; /* (slots, BLOCK_BYTES) */
    int64_t *digest;      /* (n, blocks, WORDS) */
};

/* The bytes that hold every value of a number column: twice |v|, less 1 for negative ones, because
 * one more negative number fits. */
static size_t number_width(const struct column *column, size_t n)
{
    uint64_t largest = 0;
    for (size_t r = 0; r < n; r++) {
        int64_t m = column->mantissa[r];
        largest |= (uint64_t)(m < 0 ? ~m : m);
    }
    return largest < 1U << 7 ? 1 : largest < 1U << 15 ? 2 : largest < UINT64_C(1) << 31 ? 4 : 8;
}

static size_t code_width(const struct column *column, size_t n)
{
    uint32_t largest = 0;
    for (size_t r = 0; r < n; r++)
        largest |= column->code[r];
    return largest < 1U << 8 ? 1 : largest < 1U << 16 ? 2 : 4;
}

static size_t put_missing(const struct column *column, size_t n, unsigned char *to)
{
    if (!memchr(column->missing, 1, n))
        return 0;
    memset(to, 0, (n + 7) / 8);
    for (size_t r = 0; r < n; r++)
        to[r / 8] = (unsigned char)(to[r / 8] | column->missing[r] << r % 8);
    return (n + 7) / 8;
}

/* Write a block of a column to bytes; returns how many. */
static size_t put_block(const struct column *column, size_t n, unsigned char *bytes)
{
    bool number = column->type == COLUMN_NUMBER;
    size_t width = number ? number_width(column, n) : code_width(column, n);
    unsigned char *to = bytes;
    *to++ = (unsigned char)width;
    for (size_t r = 0; r < n; r++, to += width) {
        uint64_t value = number ? (uint64_t)column->mantissa[r] : column->code[r];
        for (size_t b = 0; b < width; b++)
            to[b] = (unsigned char)(value >> 8 * b);
    }
    to += put_missing(column, n, to);
    return (size_t)(to - bytes);
}

static void digest_block(void *context, const struct scan_block *block, unsigned slot)
{
    struct digesting *d = context;
    unsigned char *bytes = d->bytes + (size_t)slot * BLOCK_BYTES;
    for (size_t i = 0; i < d->n; i++) {
        size_t size = put_block(&block->column[d->column[i]], block->n, bytes);
        struct hash digest = hash_of(bytes, size);
        memcpy(d->digest + (i * d->blocks + block->number) * WORDS, digest.at, HASH_BYTES);
    }
}

static void hash_text_of(struct hasher *h, struct str text)
{
    hash_u64(h, text.n);
    hash_str(h, text);
}

static void hash_column(struct hasher *h, const struct column *column, bool target,
                        const struct hash *digest)
{
    const unsigned char kind[2] = {!target, column->type == COLUMN_CATEGORY};
    hash_text_of(h, column->name);
    hash_add(h, kind, sizeof kind);
    hash_text_of(h, column->unit);
    if (column->type == COLUMN_NUMBER) {
        hash_u64(h, (uint64_t)(int64_t)column->exponent);
    } else {
        hash_u64(h, column->category_n);
        for (size_t k = 0; k < column->category_n; k++)
            hash_text_of(h, column->category[k]);
    }
    hash_add(h, digest->at, HASH_BYTES);
}

/* Target and features in byte order of names; (feature_n + 1). */
static void order_columns(const struct dataset *data, size_t *ret)
{
    const struct column *column = data->table->column;
    size_t n = 0;
    bool placed = false;
    for (size_t f = 0; f < data->feature_n; f++) {
        struct str name = column[data->feature[f]].name;
        BUG_IF(data->feature[f] == data->target);
        BUG_IF(f && str_cmp(column[data->feature[f - 1]].name, name) >= 0);
        if (!placed && str_cmp(column[data->target].name, name) < 0) {
            ret[n++] = data->target;
            placed = true;
        }
        ret[n++] = data->feature[f];
    }
    if (!placed)
        ret[n] = data->target;
}

bool dataset_digest(const struct dataset *data, const struct cluster *cluster, struct hash *ret,
                    struct err *err)
{
    const struct table *table = data->table;
    struct digesting d = {.n = data->feature_n + 1, .blocks = scan_blocks(table)};
    CLEANUP(mem_free) size_t *used = mem_get(d.n, sizeof *used);
    CLEANUP(mem_free) unsigned char *bytes = mem_get(cluster_slots(cluster), BLOCK_BYTES);
    CLEANUP(mem_free)
    int64_t *digest = mem_get(d.n * (d.blocks + 1), WORDS * sizeof *digest);
    order_columns(data, used);
    d.column = used;
    d.bytes = bytes;
    d.digest = digest;
    const struct scan scan = {.table = table,
                              .want = used,
                              .want_n = d.n,
                              .cluster = cluster,
                              .shared = true,
                              .work = digest_block,
                              .context = &d};
    if (!scan_run(&scan, err))
        return false;
    cluster_sum(cluster, digest, d.n * d.blocks * WORDS);
    struct hasher h;
    hash_begin(&h);
    hash_str(&h, STR("allmende 1 data\n"));
    hash_u64(&h, table->rows);
    hash_u64(&h, d.n);
    for (size_t i = 0; i < d.n; i++) {
        struct hash whole = hash_of(digest + i * d.blocks * WORDS, d.blocks * HASH_BYTES);
        hash_column(&h, &table->column[used[i]], used[i] == data->target, &whole);
    }
    hash_add(&h, data->part, table->rows);
    *ret = hash_end(&h);
    return true;
}
