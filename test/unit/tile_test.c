/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tile kernel and Cholesky: every twin has the bits of the three loops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "learn/cholesky.h"
#include "learn/rng.h"
#include "learn/tile.h"

static void fill(double *x, size_t n, uint64_t stream)
{
    for (size_t i = 0; i < n; i++)
        x[i] = rng_unit(5, stream, i) - 0.5;
}

static void every_twin_has_the_bits_of_the_plain_kernel(void **state)
{
    enum { MOST = 70, STRIDE = 11 };
    (void)state;
    for (int level = CPU_SSE2; level <= (int)CPU_NEON; level++) {
        if (level > (int)cpu_level())
            continue; /* this processor lacks it */
        for (size_t n = 0; n < MOST; n += 1 + n / 3) {
            double a[MOST * TILE], b[MOST * TILE], fast[TILE * STRIDE], plain[TILE * STRIDE];
            fill(a, n * TILE, 1);
            fill(b, n * TILE, 2);
            fill(plain, TILE * STRIDE, 3);
            memcpy(fast, plain, sizeof fast);
            tile_at((enum cpu_level)level)(a, b, n, fast, STRIDE);
            tile_add_plain(a, b, n, plain, STRIDE);
            assert_memory_equal(fast, plain, sizeof fast);
        }
    }
}

/* Worked by hand: c = 1 + 2 * 3 + 4 * 5 at one place, and 1 elsewhere. */
static void a_tile_adds_products_to_what_is_there(void **state)
{
    double a[2 * TILE] = {0}, b[2 * TILE] = {0}, c[TILE * TILE];
    (void)state;
    a[3] = 2;
    b[6] = 3;
    a[TILE + 3] = 4;
    b[TILE + 6] = 5;
    for (size_t i = 0; i < TILE * TILE; i++)
        c[i] = 1;
    tile_add(a, b, 2, c, TILE);
    for (size_t i = 0; i < TILE * TILE; i++)
        assert_true(c[i] == (i == 3 * TILE + 6 ? 27 : 1));
}

/* A symmetric matrix whose diagonal outweighs the rest. */
static void fill_definite(double *a, size_t p)
{
    for (size_t i = 0; i < p; i++)
        for (size_t j = i; j < p; j++)
            a[i * p + j] = i == j ? (double)p : rng_unit(6, i, j) - 0.5;
}

static void blocks_and_threads_change_no_bit_of_the_factor(void **state)
{
    static const size_t sizes[] = {0, 1, 2, 7, 8, 63, 64, 65, 72, 127, 129, 200};
    CLEANUP(arena_release) struct arena arena = {0};
    (void)state;
    for (size_t s = 0; s < COUNT_OF(sizes); s++)
        for (unsigned threads = 1; threads <= 3; threads++) {
            size_t p = sizes[s];
            double *plain = arena_get(&arena, p * p + 1, sizeof *plain);
            double *fast = arena_get(&arena, p * p + 1, sizeof *fast);
            fill_definite(plain, p);
            memcpy(fast, plain, p * p * sizeof *fast);
            cholesky_plain(plain, p);
            cholesky(fast, p, &(struct cluster){.threads = threads});
            for (size_t i = 0; i < p; i++)
                assert_memory_equal(fast + i * p + i, plain + i * p + i, (p - i) * sizeof *fast);
        }
}

/* Systems are solved if multiplying back gives the right side. */
static void solutions_solve_their_systems(void **state)
{
    enum { P = 75, SYSTEMS = 5 };
    static double a[P * P], u[P * P], b[SYSTEMS * P], x[SYSTEMS * P], other[SYSTEMS * P];
    (void)state;
    fill_definite(a, P);
    fill(b, SYSTEMS * P, 4);
    memcpy(u, a, sizeof u);
    for (unsigned threads = 1; threads <= 3; threads++) {
        const struct cluster cluster = {.threads = threads};
        memcpy(u, a, sizeof u);
        memcpy(x, b, sizeof x);
        cholesky(u, P, &cluster);
        cholesky_mirror(u, P);
        cholesky_down(u, P, x, SYSTEMS, &cluster);
        memcpy(other, x, sizeof other);
        cholesky_up(u, P, x, SYSTEMS, &cluster);
        cholesky_up_mirrored(u, P, other, SYSTEMS, &cluster);
        for (size_t s = 0; s < SYSTEMS; s++)
            for (size_t i = 0; i < P; i++) {
                double sum = 0, also = 0;
                for (size_t j = 0; j < P; j++) {
                    double cell = i <= j ? a[i * P + j] : a[j * P + i];
                    sum += cell * x[s * P + j];
                    also += cell * other[s * P + j];
                }
                assert_true(fabs(sum - b[s * P + i]) < 1e-13);
                assert_true(fabs(also - b[s * P + i]) < 1e-13);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_twin_has_the_bits_of_the_plain_kernel),
        cmocka_unit_test(a_tile_adds_products_to_what_is_there),
        cmocka_unit_test(blocks_and_threads_change_no_bit_of_the_factor),
        cmocka_unit_test(solutions_solve_their_systems),
    };
    return cmocka_run_group_tests_name("tile", tests, NULL, NULL);
}
