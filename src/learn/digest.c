/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/digest.h"

#include <string.h>

#include "base/mem.h"

enum { WIDTH_MAX = 8, BLOCK_BYTES = 1 + SCAN_BLOCK_ROWS * WIDTH_MAX + SCAN_BLOCK_ROWS / 8 };

/* What is kept of a block of a column, as numbers, so that ranks can bring theirs together by adding
 * zeros: its digest, then whether it counts rows (0 no, 1 yes), its first and last value, and how
 * often it begins anew at 0 and at 1. */
enum { DIGEST = 0, COUNTS = HASH_BYTES / 8, FIRST, LAST, ANEW, WORDS = ANEW + 2 };

struct digesting {
    const size_t *column; /* (n) columns used, in byte order of names */
    size_t n;
    size_t blocks;
    unsigned char *bytes; /* (slots, BLOCK_BYTES) */
    int64_t *kept;        /* (n, blocks, WORDS) */
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

/* Does every value follow the one before, or begin anew? */
static void look_whether_it_counts(const struct column *column, size_t n, int64_t *ret)
{
    const int64_t *value = column->mantissa;
    if (column->type != COLUMN_NUMBER || column->exponent != 0 || memchr(column->missing, 1, n))
        return;
    for (size_t r = 1; r < n; r++) {
        if (value[r] == value[r - 1] + 1)
            continue;
        if (value[r] != 0 && value[r] != 1)
            return;
        ret[ANEW + value[r]]++;
    }
    ret[COUNTS] = 1;
    ret[FIRST] = value[0];
    ret[LAST] = value[n - 1];
}

static void digest_block(void *context, const struct scan_block *block, unsigned slot)
{
    struct digesting *d = context;
    unsigned char *bytes = d->bytes + (size_t)slot * BLOCK_BYTES;
    for (size_t i = 0; i < d->n; i++) {
        size_t size = put_block(&block->column[d->column[i]], block->n, bytes);
        struct hash digest = hash_of(bytes, size);
        int64_t *kept = d->kept + (i * d->blocks + block->number) * WORDS;
        memcpy(kept + DIGEST, digest.at, HASH_BYTES);
        look_whether_it_counts(&block->column[d->column[i]], block->n, kept);
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

/* The blocks (n, WORDS) of a column of `rows` rows, together. */
static bool counts_rows(const int64_t *kept, size_t n, size_t rows)
{
    int64_t start = n ? kept[FIRST] : 2;
    int64_t anew = 0;
    if (start != 0 && start != 1)
        return false;
    for (size_t b = 0; b < n; b++, kept += WORDS) {
        bool follows = b == 0 || kept[FIRST] == kept[LAST - WORDS] + 1;
        if (!kept[COUNTS] || kept[ANEW + 1 - start] || (!follows && kept[FIRST] != start))
            return false;
        anew += kept[ANEW + start] + !follows;
    }
    return (uint64_t)anew * 1000 <= rows;
}

static struct hash join_blocks(const int64_t *kept, size_t n)
{
    struct hasher h;
    hash_begin(&h);
    for (size_t b = 0; b < n; b++)
        hash_add(&h, kept + b * WORDS + DIGEST, HASH_BYTES);
    return hash_end(&h);
}

bool dataset_facts(const struct dataset *data, const struct cluster *cluster, size_t *ret_column,
                   struct column_facts *ret, struct err *err)
{
    const struct table *table = data->table;
    struct digesting d = {.n = data->feature_n + 1, .blocks = scan_blocks(table)};
    CLEANUP(mem_free) unsigned char *bytes = mem_get(cluster_slots(cluster), BLOCK_BYTES);
    CLEANUP(mem_free) int64_t *kept = mem_get(d.n * d.blocks, WORDS * sizeof *kept);
    order_columns(data, ret_column);
    d.column = ret_column;
    d.bytes = bytes;
    d.kept = kept;
    const struct scan scan = {.table = table,
                              .want = ret_column,
                              .want_n = d.n,
                              .cluster = cluster,
                              .shared = true,
                              .work = digest_block,
                              .context = &d};
    if (!scan_run(&scan, err))
        return false;
    cluster_sum(cluster, kept, d.n * d.blocks * WORDS);
    for (size_t i = 0; i < d.n; i++) {
        const int64_t *column = kept + i * d.blocks * WORDS;
        ret[i].digest = join_blocks(column, d.blocks);
        ret[i].counts_rows = counts_rows(column, d.blocks, table->rows);
    }
    return true;
}

struct hash dataset_hash(const struct dataset *data, const size_t *column,
                         const struct column_facts *facts, size_t n)
{
    struct hasher h;
    hash_begin(&h);
    hash_str(&h, STR("allmende 1 data\n"));
    hash_u64(&h, data->table->rows);
    hash_u64(&h, n);
    for (size_t i = 0; i < n; i++)
        hash_column(&h, &data->table->column[column[i]], column[i] == data->target,
                    &facts[i].digest);
    hash_add(&h, data->part, data->table->rows);
    return hash_end(&h);
}

bool dataset_digest(const struct dataset *data, const struct cluster *cluster, struct hash *ret,
                    struct err *err)
{
    size_t n = data->feature_n + 1;
    CLEANUP(mem_free) size_t *column = mem_get(n, sizeof *column);
    CLEANUP(mem_free) struct column_facts *facts = mem_get(n, sizeof *facts);
    if (!dataset_facts(data, cluster, column, facts, err))
        return false;
    *ret = dataset_hash(data, column, facts, n);
    return true;
}
