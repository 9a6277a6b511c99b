/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/moments.h"

#include <string.h>

#include "base/mem.h"
#include "learn/tile.h"

static const size_t SUMS_BYTES = (size_t)256 << 20; /* for all slots, beyond the first */

/* What one slot works on. */
struct hand {
    int64_t *dense; /* as in struct moments */
    double *cross;
    int64_t *count;
    double *z;        /* (panels, MOMENTS_ROWS, TILE) */
    double *column;   /* (MOMENTS_ROWS) */
    uint32_t *at;     /* (MOMENTS_ROWS) rows of the block */
    uint16_t *list;   /* (MOMENTS_ROWS, list_n) sparse numbers that are 1 */
    uint16_t *listed; /* (MOMENTS_ROWS) how many */
};

struct summing {
    const struct moments_of *of;
    const struct moments *moments; /* sizes only */
    size_t list_n;
    struct hand *hand; /* (slots) */
};

/* --- rows --------------------------------------------------------------------------------------*/

static void put_column(const struct hand *hand, size_t j, size_t n)
{
    double *panel = hand->z + j / TILE * MOMENTS_ROWS * TILE + j % TILE;
    for (size_t r = 0; r < n; r++)
        panel[r * TILE] = hand->column[r];
}

static void fill_dense(const struct summing *s, const struct hand *hand,
                       const struct input_rows *rows)
{
    const struct inputs *inputs = s->of->inputs;
    const struct column *target = s->of->target;
    size_t j = 0;
    for (size_t r = 0; r < rows->n; r++)
        hand->column[r] = 1;
    put_column(hand, j++, rows->n);
    for (size_t f = 0; f < inputs->source_n; f++) {
        if (inputs->source[f].feature->type != COLUMN_NUMBER)
            continue;
        inputs_dense(&inputs->source[f], rows, hand->column);
        put_column(hand, j++, rows->n);
    }
    if (target && target->type == COLUMN_NUMBER) { /* the target lies in memory */
        const int64_t *mantissa = target->mantissa + rows->block->first;
        for (size_t r = 0; r < rows->n; r++)
            hand->column[r] = (double)quant_value(&s->of->target_quant,
                                                  mantissa[input_row(rows, r)], target->exponent);
        put_column(hand, j, rows->n);
    }
}

static void fill_sparse(const struct summing *s, const struct hand *hand,
                        const struct input_rows *rows)
{
    const struct column *target = s->of->target;
    inputs_sparse(s->of->inputs, rows, hand->list, s->list_n, hand->listed);
    if (!target || target->type != COLUMN_CATEGORY)
        return;
    for (size_t r = 0; r < rows->n; r++) {
        uint32_t code = target->code[rows->block->first + input_row(rows, r)];
        hand->list[r * s->list_n + hand->listed[r]++] = (uint16_t)(s->of->inputs->sparse_n + code);
    }
}

/* --- sums --------------------------------------------------------------------------------------*/

static void add_tile(const double *a, const double *b, size_t n, size_t stride, int64_t *sum)
{
    double tile[TILE * TILE] = {0};
    tile_add(a, b, n, tile, TILE);
    for (size_t u = 0; u < TILE; u++)
        for (size_t v = 0; v < TILE; v++)
            sum[u * stride + v] += (int64_t)tile[u * TILE + v];
}

static void add_dense(const struct summing *s, const struct hand *hand, size_t n)
{
    const size_t width = s->moments->width, panel = (size_t)MOMENTS_ROWS * TILE;
    for (size_t i = 0; i < width; i += TILE)
        for (size_t j = i; j < width; j += TILE)
            add_tile(hand->z + i / TILE * panel, hand->z + j / TILE * panel, n, width,
                     hand->dense + i * width + j);
}

/* cross += a row, for each sparse input of it; count each pair. */
static void add_sparse(const struct summing *s, const struct hand *hand, size_t n)
{
    const size_t width = s->moments->width, sparse_n = s->moments->sparse_n;
    for (size_t r = 0; r < n; r++) {
        const uint16_t *list = hand->list + r * s->list_n;
        for (size_t i = 0; i < hand->listed[r]; i++) {
            double *cross = hand->cross + list[i] * width;
            int64_t *count = hand->count + list[i] * sparse_n;
            for (size_t j = 0; j < width; j += TILE) {
                const double *z = hand->z + j * MOMENTS_ROWS + r * TILE;
                for (size_t v = 0; v < TILE; v++)
                    cross[j + v] += z[v];
            }
            for (size_t k = i; k < hand->listed[r]; k++)
                count[list[k]]++;
        }
    }
}

static void sum_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct summing *s = context;
    const struct hand *hand = &s->hand[slot];
    size_t first, n = inputs_rows_of(block, s->of->row, s->of->n, &first);
    for (size_t done = 0; done < n; done += MOMENTS_ROWS) {
        struct input_rows rows = {block, n == block->n ? NULL : hand->at, done, n - done};
        rows.n = rows.n < MOMENTS_ROWS ? rows.n : MOMENTS_ROWS;
        for (size_t r = 0; r < rows.n; r++)
            hand->at[r] = (uint32_t)(s->of->row[first + done + r] - block->first);
        fill_dense(s, hand, &rows);
        fill_sparse(s, hand, &rows);
        add_dense(s, hand, rows.n);
        add_sparse(s, hand, rows.n);
    }
}

/* --- all of it ---------------------------------------------------------------------------------*/

static void number_places(const struct moments_of *of, struct moments *ret)
{
    const struct inputs *inputs = of->inputs;
    const struct column *target = of->target;
    ret->place = mem_get(1 + ret->p + ret->outputs, sizeof *ret->place);
    for (size_t d = 0; d < inputs->dense_n; d++)
        ret->place[1 + inputs->dense[d]] = (uint32_t)(1 + d);
    for (size_t e = 0; e < inputs->sparse_n; e++)
        ret->place[1 + inputs->sparse[e]] = (uint32_t)(ret->width + e);
    if (target && target->type == COLUMN_NUMBER)
        ret->place[1 + ret->p] = (uint32_t)(1 + inputs->dense_n);
    else
        for (size_t k = 0; k < ret->outputs; k++)
            ret->place[1 + ret->p + k] = (uint32_t)(ret->width + inputs->sparse_n + k);
}

static struct moments sized(const struct moments_of *of)
{
    const struct inputs *inputs = of->inputs;
    struct moments m = {.n = (int64_t)of->n, .p = inputs->input_n};
    bool number = of->target && of->target->type == COLUMN_NUMBER;
    m.outputs = number ? 1 : of->target ? of->target->category_n : 0;
    m.width = (1 + inputs->dense_n + number + TILE - 1) / TILE * TILE;
    m.sparse_n = inputs->sparse_n + (number ? 0 : m.outputs);
    number_places(of, &m);
    return m;
}

/* One block of memory for all sums of a slot. */
static size_t sums_of(const struct moments *m)
{
    return (m->width + m->sparse_n) * m->width + m->sparse_n * m->sparse_n;
}

static void take_memory(const struct summing *s, struct hand *hand)
{
    const struct moments *m = s->moments;
    hand->dense = mem_get(m->width * m->width, sizeof *hand->dense);
    hand->cross = mem_get(m->sparse_n * m->width, sizeof *hand->cross);
    hand->count = mem_get(m->sparse_n * m->sparse_n, sizeof *hand->count);
    hand->z = mem_get(m->width * MOMENTS_ROWS, sizeof *hand->z);
    hand->column = mem_get(MOMENTS_ROWS, sizeof *hand->column);
    hand->at = mem_get(MOMENTS_ROWS, sizeof *hand->at);
    hand->list = mem_get(s->list_n * MOMENTS_ROWS, sizeof *hand->list);
    hand->listed = mem_get(MOMENTS_ROWS, sizeof *hand->listed);
}

static void give_back(struct hand *hand)
{
    mem_free(&hand->dense);
    mem_free(&hand->cross);
    mem_free(&hand->count);
    mem_free(&hand->z);
    mem_free(&hand->column);
    mem_free(&hand->at);
    mem_free(&hand->list);
    mem_free(&hand->listed);
}

/* All slots into the first. */
static void join(const struct summing *s, size_t slots)
{
    const struct moments *m = s->moments;
    for (size_t t = 1; t < slots; t++) {
        for (size_t i = 0; i < m->width * m->width; i++)
            s->hand[0].dense[i] += s->hand[t].dense[i];
        for (size_t i = 0; i < m->sparse_n * m->width; i++)
            s->hand[0].cross[i] += s->hand[t].cross[i];
        for (size_t i = 0; i < m->sparse_n * m->sparse_n; i++)
            s->hand[0].count[i] += s->hand[t].count[i];
    }
}

static void share(const struct moments *m, const struct cluster *cluster)
{
    size_t cells = m->sparse_n * m->width;
    CLEANUP(mem_free) int64_t *cross = mem_get(cells, sizeof *cross);
    for (size_t i = 0; i < cells; i++)
        cross[i] = (int64_t)m->cross[i];
    cluster_sum(cluster, m->dense, m->width * m->width);
    cluster_sum(cluster, cross, cells);
    cluster_sum(cluster, m->count, m->sparse_n * m->sparse_n);
    for (size_t i = 0; i < cells; i++)
        m->cross[i] = (double)cross[i];
}

bool moments_sum(const struct moments_of *of, const struct cluster *cluster, struct moments *ret,
                 struct err *err)
{
    struct moments moments = sized(of);
    struct cluster few = *cluster; /* each slot has sums of its own: they limit how many work */
    size_t room = SUMS_BYTES / (sums_of(&moments) * sizeof(int64_t));
    few.threads = (unsigned)(room < cluster_slots(cluster) ? room + 1 : cluster_slots(cluster));
    size_t slots = cluster_slots(&few);
    CLEANUP(mem_free) struct hand *hand = mem_get(slots, sizeof *hand);
    struct summing s = {of, &moments, of->inputs->list_n + 1, hand};
    for (size_t t = 0; t < slots; t++)
        take_memory(&s, &hand[t]);
    const struct scan scan = {.table = of->table,
                              .want = of->inputs->want,
                              .want_n = of->inputs->source_n,
                              .cluster = &few,
                              .shared = true,
                              .work = sum_block,
                              .context = &s};
    bool done = scan_run(&scan, err);
    if (done) {
        join(&s, slots);
        moments.dense = hand[0].dense;
        moments.cross = hand[0].cross;
        moments.count = hand[0].count;
        hand[0].dense = hand[0].count = NULL;
        hand[0].cross = NULL;
        if (cluster->ranks > 1)
            share(&moments, cluster);
        *ret = moments;
    } else {
        moments_release(&moments);
        *ret = moments;
    }
    for (size_t t = 0; t < slots; t++)
        give_back(&hand[t]);
    return done;
}

void moments_release(struct moments *moments)
{
    mem_free(&moments->place);
    mem_free(&moments->dense);
    mem_free(&moments->cross);
    mem_free(&moments->count);
    *moments = (struct moments){.n = 0};
}

/* --- what they say -----------------------------------------------------------------------------*/

static int64_t raw(const struct moments *m, size_t i, size_t j)
{
    size_t a = m->place[i], b = m->place[j];
    size_t low = a < b ? a : b, high = a < b ? b : a;
    if (high < m->width)
        return m->dense[low * m->width + high];
    if (low < m->width)
        return (int64_t)m->cross[(high - m->width) * m->width + low];
    return m->count[(low - m->width) * m->sparse_n + high - m->width];
}

/* Sums with y = 2 t - 1 from those with t, which is 1 in the rows of the class. */
int64_t moments_of(const struct moments *m, size_t i, size_t j)
{
    size_t low = i < j ? i : j, high = i < j ? j : i;
    bool class_low = low > m->p && m->place[low] >= m->width;
    bool class_high = high > m->p && m->place[high] >= m->width;
    if (class_low)
        return 4 * raw(m, low, high) - 2 * raw(m, 0, low) - 2 * raw(m, 0, high) + m->n;
    return class_high ? 2 * raw(m, low, high) - raw(m, 0, low) : raw(m, low, high);
}

double moments_mean(const struct moments *m, size_t i)
{
    return (double)moments_of(m, 0, i) / (double)m->n;
}

/* s_xy - s_x s_y / n. Split s_x = n m_x + r_x with 0 <= r_x < n, likewise y. Then it is
 * t - r_x r_y / n with
 *     t = s_xy - n m_x m_y - m_x r_y - m_y r_x,
 * an integer within 2^62 + 2^26 (Cauchy-Schwarz), so arithmetic modulo 2^64 gives it whatever its
 * parts do, and r_x r_y < 2^52. If t is small, t n - r_x r_y is exact in 64 bits; if it is large,
 * r_x r_y / n < 2^26 cannot cancel it. Constant inputs give exactly 0, others never. */
double moments_covariance(const struct moments *m, size_t i, size_t j)
{
    const int64_t n = m->n, small = (int64_t)1 << 36;
    int64_t s_xy = moments_of(m, i, j), s_x = moments_of(m, 0, i), s_y = moments_of(m, 0, j);
    int64_t m_x = s_x / n - (s_x % n < 0), m_y = s_y / n - (s_y % n < 0);
    int64_t r_x = s_x - n * m_x, r_y = s_y - n * m_y;
    int64_t t = (int64_t)((uint64_t)s_xy - (uint64_t)n * (uint64_t)m_x * (uint64_t)m_y -
                          (uint64_t)(m_x * r_y) - (uint64_t)(m_y * r_x));
    if (t >= -small && t <= small)
        return (double)(t * n - r_x * r_y) / (double)n;
    return (double)t - (double)(r_x * r_y) / (double)n;
}

double moments_penalty(const struct moments *moments, size_t i)
{
    double own = moments_covariance(moments, 1 + i, 1 + i);
    bool sparse = moments->place[1 + i] >= moments->width;
    return sparse ? own > 0 : own / (double)moments->n;
}
