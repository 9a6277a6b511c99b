/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "learn/rng.h"

size_t scan_blocks(const struct table *table)
{
    return (table->rows + SCAN_BLOCK_ROWS - 1) / SCAN_BLOCK_ROWS;
}

enum { CELLS_FOR_THREADS = 100000 };

struct cluster scan_cluster(const struct cluster *asked, const struct table *table)
{
    struct cluster cluster = *asked;
    bool large = table->rows * table->column_n >= CELLS_FOR_THREADS;
    if (cluster.threads == 0)
        cluster.threads = large ? cluster_processors() : 1;
    return cluster;
}

/* --- a table in memory -------------------------------------------------------------------------*/

struct walk {
    const struct scan *scan;
    struct column *column; /* (slots, column_n) */
};

static struct column slice(const struct column *column, size_t first)
{
    struct column part = *column;
    if (part.mantissa)
        part.mantissa += first;
    if (part.code)
        part.code += first;
    if (part.missing)
        part.missing += first;
    return part;
}

static void walk_block(void *context, size_t number, unsigned slot)
{
    const struct walk *walk = context;
    const struct scan *scan = walk->scan;
    const struct table *table = scan->table;
    struct column *column = walk->column + slot * table->column_n;
    size_t first = number * SCAN_BLOCK_ROWS;
    size_t n = table->rows - first < SCAN_BLOCK_ROWS ? table->rows - first : SCAN_BLOCK_ROWS;
    if (scan->shared && !cluster_is_mine(scan->cluster, number))
        return;
    for (size_t c = 0; c < table->column_n; c++)
        column[c] = slice(&table->column[c], first);
    scan->work(scan->context, &(struct scan_block){number, first, n, column}, slot);
}

static bool in_memory(const struct table *table, const size_t *column, size_t n)
{
    bool all = true;
    for (size_t i = 0; i < n && table->source; i++)
        all = all && table->column[column[i]].missing;
    return all;
}

bool scan_run(const struct scan *scan, struct err *err)
{
    const struct table *table = scan->table;
    if (!in_memory(table, scan->want, scan->want_n))
        return table->source->scan(table->source, scan, err);
    CLEANUP(mem_free)
    struct column *column = mem_get(cluster_slots(scan->cluster) * table->column_n, sizeof *column);
    struct walk walk = {scan, column};
    cluster_run(scan->cluster, scan_blocks(table), walk_block, &walk);
    return true;
}

/* --- cells that are kept -----------------------------------------------------------------------*/

static void make_room(struct column *column, size_t rows, struct arena *arena)
{
    column->missing = arena_get(arena, rows, sizeof *column->missing);
    if (column->type == COLUMN_NUMBER)
        column->mantissa = arena_get(arena, rows, sizeof *column->mantissa);
    else
        column->code = arena_get(arena, rows, sizeof *column->code);
}

struct loading {
    const size_t *column; /* (n) */
    size_t n;
    struct column *to; /* (column_n) */
};

static void load_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct loading *load = context;
    (void)slot;
    for (size_t i = 0; i < load->n; i++) {
        const struct column *from = &block->column[load->column[i]];
        struct column *to = &load->to[load->column[i]];
        memcpy(to->missing + block->first, from->missing, block->n * sizeof *to->missing);
        if (to->type == COLUMN_NUMBER)
            memcpy(to->mantissa + block->first, from->mantissa, block->n * sizeof *to->mantissa);
        else
            memcpy(to->code + block->first, from->code, block->n * sizeof *to->code);
    }
}

bool scan_load(struct table *table, const size_t *column, size_t n, const struct cluster *cluster,
               struct arena *arena, struct err *err)
{
    CLEANUP(mem_free) size_t *absent = mem_get(n, sizeof *absent);
    CLEANUP(mem_free) struct column *to = mem_get(table->column_n, sizeof *to);
    struct loading load = {absent, 0, to};
    for (size_t i = 0; i < n && table->source; i++) {
        if (table->column[column[i]].missing)
            continue;
        absent[load.n++] = column[i];
        to[column[i]] = table->column[column[i]];
        make_room(&to[column[i]], table->rows, arena);
    }
    const struct scan scan = {.table = table,
                              .want = absent,
                              .want_n = load.n,
                              .cluster = cluster,
                              .work = load_block,
                              .context = &load};
    if (load.n == 0)
        return true;
    if (!scan_run(&scan, err))
        return false;
    for (size_t i = 0; i < load.n; i++)
        table->column[absent[i]] = to[absent[i]];
    return true;
}

/* --- some rows of a table ----------------------------------------------------------------------*/

struct gathering {
    const struct scan_rows *rows;
    struct column *to; /* (column_n) */
};

size_t scan_place(const uint32_t *row, size_t n, size_t at)
{
    size_t low = 0;
    while (n) {
        size_t half = n / 2;
        bool before = row[low + half] < at;
        low = before ? low + half + 1 : low;
        n = before ? n - half - 1 : half;
    }
    return low;
}

static void gather_column(const struct column *from, const struct scan_block *block,
                          const struct scan_rows *rows, struct column *to)
{
    size_t i = scan_place(rows->row, rows->n, block->first);
    for (; i < rows->n && rows->row[i] < block->first + block->n; i++) {
        size_t r = rows->row[i] - block->first;
        to->missing[i] = from->missing[r];
        if (to->type == COLUMN_NUMBER)
            to->mantissa[i] = from->mantissa[r];
        else
            to->code[i] = from->code[r];
    }
}

static void gather_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct gathering *gather = context;
    (void)slot;
    for (size_t i = 0; i < gather->rows->want_n; i++) {
        size_t c = gather->rows->want[i];
        gather_column(&block->column[c], block, gather->rows, &gather->to[c]);
    }
}

bool scan_gather(const struct table *table, const struct scan_rows *rows,
                 const struct cluster *cluster, struct arena *arena, struct table *ret,
                 struct err *err)
{
    struct table some = {.rows = rows->n, .column_n = table->column_n};
    some.column = arena_get(arena, table->column_n, sizeof *some.column);
    for (size_t c = 0; c < table->column_n; c++) {
        some.column[c] = table->column[c];
        some.column[c].mantissa = NULL;
        some.column[c].code = NULL;
        some.column[c].missing = NULL;
    }
    for (size_t i = 0; i < rows->want_n; i++)
        make_room(&some.column[rows->want[i]], rows->n, arena);
    struct gathering gather = {rows, some.column};
    const struct scan scan = {.table = table,
                              .want = rows->want,
                              .want_n = rows->want_n,
                              .cluster = cluster,
                              .work = gather_block,
                              .context = &gather};
    if (!scan_run(&scan, err))
        return false;
    *ret = some;
    return true;
}

/* --- drawing -----------------------------------------------------------------------------------*/

static int by_size(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

enum { DRAW_BITS = 12, DRAW_BUCKETS = 1 << DRAW_BITS };

/* The number that `most` of n random numbers do not exceed, 1 <= most < n: first its highest bits,
 * by counting, then among the few that share them, by sorting. */
static uint64_t draw_limit(uint64_t seed, uint64_t stream, size_t n, size_t most)
{
    CLEANUP(mem_free) size_t *count = mem_get(DRAW_BUCKETS, sizeof *count);
    size_t before = 0, bucket = 0, few = 0;
    for (size_t i = 0; i < n; i++)
        count[rng_u64(seed, stream, i) >> (64 - DRAW_BITS)]++;
    while (before + count[bucket] < most)
        before += count[bucket++];
    CLEANUP(mem_free) uint64_t *place = mem_get(count[bucket], sizeof *place);
    for (size_t i = 0; i < n; i++) {
        uint64_t at = rng_u64(seed, stream, i);
        if (at >> (64 - DRAW_BITS) == bucket)
            place[few++] = at;
    }
    qsort(place, few, sizeof *place, by_size);
    return place[most - before - 1];
}

size_t scan_draw(uint64_t seed, uint64_t stream, size_t n, size_t most, uint32_t *ret)
{
    size_t drawn = 0;
    BUG_IF(n > UINT32_MAX);
    uint64_t limit = most > 0 && most < n ? draw_limit(seed, stream, n, most) : UINT64_MAX;
    for (size_t i = 0; i < n && drawn < most; i++)
        if (rng_u64(seed, stream, i) <= limit)
            ret[drawn++] = (uint32_t)i;
    return drawn;
}
