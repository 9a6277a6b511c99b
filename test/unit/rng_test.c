/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other expected values: test/vector/rng.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "learn/rng.h"

/* SOURCE: Rosetta Code, "Pseudo-random numbers/Splitmix64", the five numbers for seed 1234567. */
static void stream_0_is_splitmix64(void **state)
{
    (void)state;
    static const uint64_t published[] = {6457827717110365317U, 3203168211198807973U,
                                         9817491932198370423U, 4593380528125082431U,
                                         16408922859458223821U};
    for (uint64_t i = 0; i < 5; i++)
        assert_true(rng_u64(1234567, 0, i) == published[i]);
}

static void other_streams_are_as_written_down(void **state)
{
    (void)state;
    assert_true(rng_u64(42, 7, 0) == 12365144329557654326U);
    assert_true(rng_u64(42, 7, 1) == 11356497749730796131U);
    assert_true(rng_u64(42, 7, 2) == 10118487843864109882U);
}

static void draws_below_a_bound_refuse_what_would_favour_some(void **state)
{
    (void)state;
    static const uint64_t large[] = {6177670234999605197U, 6385520565712533822U,
                                     5685313203247590076U, 7752105306679499132U};
    static const uint64_t small[] = {0, 3, 2, 2, 2, 1, 3, 1};
    for (uint64_t i = 0; i < 4; i++)
        assert_true(rng_below(5, 3, i, ((uint64_t)1 << 63) + 1) == large[i]);
    for (uint64_t i = 0; i < 8; i++)
        assert_int_equal(rng_below(5, 3, i, 6), small[i]);
    assert_int_equal(rng_below(5, 3, 9, 1), 0);
}

static void a_stream_gives_the_same_draws_as_one_by_one(void **state)
{
    (void)state;
    static const uint64_t bounds[] = {1, 2, 3, 5, 6, 7, 1000, 8614, 65536, 1000003, 4294967291U};
    enum { DRAWS = 5000 };
    static uint32_t got[DRAWS];
    for (size_t b = 0; b < COUNT_OF(bounds); b++) {
        for (uint64_t seed = 1; seed < 20; seed++) {
            const struct rng_stream stream = rng_stream(seed, seed * b, bounds[b]);
            rng_stream_below(&stream, b, DRAWS, got);
            for (uint32_t i = 0; i < DRAWS; i++)
                if (got[i] != rng_below(seed, seed * b, b + i, bounds[b]))
                    fail_msg("bound %zu, draw %u", b, i);
        }
    }
}

/* Chi-squared with 9 degrees of freedom: above 27.9 in one of 1,000 cases (table of percentiles).
 */
static void draws_below_ten_are_even(void **state)
{
    (void)state;
    enum { DRAWS = 100000, CELLS = 10 };
    unsigned count[CELLS] = {0};
    for (uint64_t i = 0; i < DRAWS; i++)
        count[rng_below(99, i % 7, i, CELLS)]++;
    double sum = 0;
    for (int k = 0; k < CELLS; k++) {
        double off = (double)count[k] - DRAWS / CELLS;
        sum += off * off / (DRAWS / CELLS);
    }
    assert_true(sum < 27.9);
}

static void unit_draws_have_53_bits(void **state)
{
    (void)state;
    assert_true(rng_unit(1, 2, 0) == 0x1.c063ad1e94b08p-2);
    assert_true(rng_unit(1, 2, 1) == 0x1.1ee50d9c13c80p-5);
}

static void seeds_come_out_of_digests(void **state)
{
    (void)state;
    struct hash hash;
    for (unsigned char i = 0; i < HASH_BYTES; i++)
        hash.at[i] = i;
    assert_true(rng_seed(&hash, 9) == 14588362081844077972U);
    assert_false(rng_seed(&hash, 9) == rng_seed(&hash, 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stream_0_is_splitmix64),
        cmocka_unit_test(other_streams_are_as_written_down),
        cmocka_unit_test(draws_below_a_bound_refuse_what_would_favour_some),
        cmocka_unit_test(a_stream_gives_the_same_draws_as_one_by_one),
        cmocka_unit_test(draws_below_ten_are_even),
        cmocka_unit_test(unit_draws_have_53_bits),
        cmocka_unit_test(seeds_come_out_of_digests),
    };
    return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
