/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of BLOCK rows of U, from the top. Each is finished in three parts:
 *
 *     1. the square on the diagonal, as three loops;
 *     2. the rows to its right, a strip of columns at a time;
 *     3. its products are taken from all that lies below, tile by tile (tile.h).
 *
 * In 3 the left factor is packed with its sign turned, so that c += (-a) b is c - a b.
 */
#include "learn/cholesky.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/check.h"
#include "base/mem.h"
#include "learn/tile.h"

enum { BLOCK = 64, STRIP = 64 };

struct factoring {
    double *a; /* (p, p) */
    size_t p;
    size_t top;   /* the first row of the block */
    size_t below; /* the first row behind it */
    double *left; /* ((p - below) / TILE panels, BLOCK, TILE), sign turned; columns below … p - 1 */
    double *right; /* the same as they are */
};

/* Rows from … to - 1 take effect on themselves and each other, in columns from `column` on. */
static void eliminate(double *a, size_t p, size_t from, size_t to)
{
    for (size_t k = from; k < to; k++) {
        double *pivot_row = a + k * p;
        BUG_IF(!(pivot_row[k] > 0));
        double root = sqrt(pivot_row[k]);
        pivot_row[k] = root;
        for (size_t j = k + 1; j < to; j++)
            pivot_row[j] /= root;
        for (size_t i = k + 1; i < to; i++)
            for (size_t j = i; j < to; j++)
                a[i * p + j] -= pivot_row[i] * pivot_row[j];
    }
}

void cholesky_plain(double *a, size_t p)
{
    eliminate(a, p, 0, p);
}

static void finish_strip(void *context, size_t strip, unsigned slot)
{
    const struct factoring *f = context;
    (void)slot;
    size_t first = f->below + strip * STRIP;
    size_t end = f->p - first < STRIP ? f->p : first + STRIP;
    for (size_t k = f->top; k < f->below; k++) {
        const double *pivot = f->a + k * f->p;
        double *row = f->a + k * f->p;
        for (size_t j = first; j < end; j++)
            row[j] /= pivot[k];
        for (size_t i = k + 1; i < f->below; i++)
            for (size_t j = first; j < end; j++)
                f->a[i * f->p + j] -= pivot[i] * row[j];
    }
    for (size_t k = f->top; k < f->below; k++)
        for (size_t j = first; j < end; j++) {
            size_t column = j - f->below;
            size_t at = (column / TILE * BLOCK + k - f->top) * TILE + column % TILE;
            f->right[at] = f->a[k * f->p + j];
            f->left[at] = -f->a[k * f->p + j];
        }
}

/* A tile at the right or lower edge is worked on in a copy. */
static void take_tile(const struct factoring *f, size_t i, size_t j)
{
    const double *left = f->left + i / TILE * BLOCK * TILE;
    const double *right = f->right + j / TILE * BLOCK * TILE;
    size_t rows = f->p - f->below - i, columns = f->p - f->below - j;
    double *c = f->a + (f->below + i) * f->p + f->below + j;
    if (rows >= TILE && columns >= TILE) {
        tile_add(left, right, BLOCK, c, f->p);
        return;
    }
    double edge[TILE * TILE] = {0};
    rows = rows < TILE ? rows : TILE;
    columns = columns < TILE ? columns : TILE;
    for (size_t r = 0; r < rows; r++)
        memcpy(edge + r * TILE, c + r * f->p, columns * sizeof *edge);
    tile_add(left, right, BLOCK, edge, TILE);
    for (size_t r = 0; r < rows; r++)
        memcpy(c + r * f->p, edge + r * TILE, columns * sizeof *edge);
}

static void take_rows(void *context, size_t row, unsigned slot)
{
    const struct factoring *f = context;
    (void)slot;
    for (size_t j = row * TILE; j < f->p - f->below; j += TILE)
        take_tile(f, row * TILE, j);
}

void cholesky(double *a, size_t p, const struct cluster *cluster)
{
    const size_t panels = (p + TILE - 1) / TILE;
    CLEANUP(mem_free) double *left = mem_get(panels * TILE * BLOCK, sizeof *left);
    CLEANUP(mem_free) double *right = mem_get(panels * TILE * BLOCK, sizeof *right);
    struct factoring f = {.a = a, .p = p, .left = left, .right = right};
    for (; f.top < p; f.top = f.below) {
        f.below = p - f.top < BLOCK ? p : f.top + BLOCK;
        eliminate(a, p, f.top, f.below);
        cluster_run(cluster, (p - f.below + STRIP - 1) / STRIP, finish_strip, &f);
        cluster_run(cluster, (p - f.below + TILE - 1) / TILE, take_rows, &f);
    }
}

/* --- systems -----------------------------------------------------------------------------------*/

/* Systems are spread over the threads in groups, so that each row of U serves a whole group. */
struct solving {
    const double *u;
    size_t p;
    double *b; /* (n, p) */
    size_t n;
    size_t each; /* systems of a group */
    void (*row)(const double *u, size_t p, size_t k, double *b);
    bool upward;
};

/* to[i] -= factor * from[i], several at once. */
static void take(double *restrict to, double factor, const double *restrict from, size_t n)
{
    typedef double four __attribute__((vector_size(32)));
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        four some, other;
        memcpy(&some, to + i, sizeof some);
        memcpy(&other, from + i, sizeof other);
        some -= factor * other;
        memcpy(to + i, &some, sizeof some);
    }
    for (; i < n; i++)
        to[i] -= factor * from[i];
}

static void down(const double *u, size_t p, size_t k, double *b)
{
    b[k] /= u[k * p + k];
    take(b + k + 1, b[k], u + k * p + k + 1, p - k - 1);
}

static void up(const double *u, size_t p, size_t k, double *b)
{
    for (size_t j = k + 1; j < p; j++)
        b[k] -= u[k * p + j] * b[j];
    b[k] /= u[k * p + k];
}

static void up_mirrored(const double *u, size_t p, size_t k, double *b)
{
    b[k] /= u[k * p + k];
    take(b, b[k], u + k * p, k);
}

static void solve_group(void *context, size_t group, unsigned slot)
{
    const struct solving *s = context;
    size_t first = group * s->each, end = s->n - first < s->each ? s->n : first + s->each;
    (void)slot;
    for (size_t i = 0; i < s->p; i++)
        for (size_t system = first; system < end; system++)
            s->row(s->u, s->p, s->upward ? s->p - 1 - i : i, s->b + system * s->p);
}

static void solve(struct solving s, const struct cluster *cluster)
{
    size_t slots = cluster_slots(cluster);
    s.each = (s.n + slots - 1) / slots;
    if (s.n)
        cluster_run(cluster, (s.n + s.each - 1) / s.each, solve_group, &s);
}

void cholesky_down(const double *u, size_t p, double *b, size_t n, const struct cluster *cluster)
{
    solve((struct solving){.u = u, .p = p, .b = b, .n = n, .row = down}, cluster);
}

void cholesky_up(const double *u, size_t p, double *b, size_t n, const struct cluster *cluster)
{
    solve((struct solving){.u = u, .p = p, .b = b, .n = n, .row = up, .upward = true}, cluster);
}

void cholesky_mirror(double *u, size_t p)
{
    for (size_t k = 0; k < p; k++)
        for (size_t i = 0; i < k; i++)
            u[k * p + i] = u[i * p + k];
}

void cholesky_up_mirrored(const double *u, size_t p, double *b, size_t n,
                          const struct cluster *cluster)
{
    solve((struct solving){.u = u, .p = p, .b = b, .n = n, .row = up_mirrored, .upward = true},
          cluster);
}
