/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected hashes: test/vector/stream.py -s [SEED], written from the design page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/num.h"
#include "project/example.h"

enum { SITE = 0, DATE, SAMPLING, PERSON, STONE, WATER = 9, OXYGEN = 10, LARVA = 13, FIELDS = 14 };
enum { ROWS = 384 };

static void assert_table(uint64_t seed, const char *hash)
{
    CLEANUP(buf_release) struct buf table = BUF_INIT;
    example_stream_table(seed, &table);
    struct hash found = hash_of(table.at, table.n);
    assert_string_equal(hash_hex(&found).at, hash);
}

static void a_seed_always_gives_the_same_bytes(void **state)
{
    (void)state;
    assert_table(EXAMPLE_STREAM_SEED,
                 "83ff121f850b48a5b93e5acb75b658311e7c742243de21779662cfc7688c85df");
    assert_table(49, "49b5f4faab95330905962d6a3bb9f3267756033b305a5fbce6a9dd119f3e3f28");
}

/* The cells of the default table, pointing into it. */
struct rows {
    struct buf table;
    struct str cell[ROWS][FIELDS];
};

static struct rows rows;

static int read_rows(void **state)
{
    (void)state;
    struct str line;
    rows.table = (struct buf)BUF_INIT;
    example_stream_table(EXAMPLE_STREAM_SEED, &rows.table);
    struct str rest = buf_view(&rows.table);
    if (!str_cut(&rest, '\n', &line))
        return 1;
    for (size_t r = 0; r < ROWS; r++) {
        if (!str_cut(&rest, '\n', &line))
            return 1;
        for (size_t f = 0; f < FIELDS; f++)
            if (!str_cut(&line, ',', &rows.cell[r][f]))
                return 1;
        if (line.at)
            return 1;
    }
    return rest.n != 0;
}

static int drop_rows(void **state)
{
    (void)state;
    buf_release(&rows.table);
    return 0;
}

/* How many different texts a column holds. */
static size_t different(size_t field)
{
    size_t n = 0;
    for (size_t r = 0; r < ROWS; r++) {
        size_t before = 0;
        while (before < r && !str_eq(rows.cell[before][field], rows.cell[r][field]))
            before++;
        n += before == r;
    }
    return n;
}

static void people_sites_and_samplings_are_as_many_as_promised(void **state)
{
    (void)state;
    assert_int_equal(different(SITE), 12);
    assert_int_equal(different(PERSON), 24);
    assert_int_equal(different(SAMPLING), 48);
    assert_int_equal(different(DATE), 48);
    assert_int_equal(different(STONE), 8);
}

static void the_eight_stones_of_a_sampling_share_what_was_measured(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r++)
        for (size_t f = 0; f < 12; f++)
            if (f != PERSON && f != STONE)
                assert_true(str_eq(rows.cell[r][f], rows.cell[r - r % 8][f]));
}

static int tenths(struct str cell)
{
    struct decimal value;
    assert_int_equal(num_decimal(cell, '.', &value), NUM_OK);
    int64_t whole = value.mantissa;
    for (int e = value.exponent; e > -1; e--)
        whole *= 10;
    return (int)whole;
}

/* 13.8 mg/l at 0 degrees, 0.26 less for each, give or take 0.7 and the rounding. */
static void warm_water_holds_less_oxygen(void **state)
{
    (void)state;
    for (size_t r = 0; r < ROWS; r += 8) {
        int thousandths = 13800 - 26 * tenths(rows.cell[r][WATER]);
        int apart = 100 * tenths(rows.cell[r][OXYGEN]) - thousandths;
        assert_in_range(apart + 750, 0, 1500);
    }
}

/* Two samplings a site have larvae below most stones, two below few. */
static void stoneflies_are_out_at_half_the_samplings_of_a_site(void **state)
{
    (void)state;
    unsigned rich = 0;
    for (size_t r = 0; r < ROWS; r += 8) {
        unsigned larvae = 0;
        for (size_t i = r; i < r + 8; i++)
            larvae += str_eq(rows.cell[i][LARVA], STR("yes"));
        rich += larvae > 4;
    }
    assert_int_equal(rich, 24);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_always_gives_the_same_bytes),
        cmocka_unit_test(people_sites_and_samplings_are_as_many_as_promised),
        cmocka_unit_test(the_eight_stones_of_a_sampling_share_what_was_measured),
        cmocka_unit_test(warm_water_holds_less_oxygen),
        cmocka_unit_test(stoneflies_are_out_at_half_the_samplings_of_a_site),
    };
    return cmocka_run_group_tests(tests, read_rows, drop_rows);
}
