/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places and order of the keys: test/vector/rng.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "learn/rng.h"
#include "learn/split.h"

enum { BROOK, WEIR, MILL, POND, SPRING, BRIDGE, FORD, KEYS };

static const struct str keys[KEYS] = {{"brook", 5},  {"weir", 4},   {"mill", 4}, {"pond", 4},
                                      {"spring", 6}, {"bridge", 6}, {"ford", 4}};
/* In the order of the draw. */
static const size_t order[KEYS] = {MILL, SPRING, BROOK, FORD, WEIR, BRIDGE, POND};

static struct hash salt(void)
{
    struct hash hash = {{0}};
    for (unsigned char i = 0; i < HASH_BYTES; i++)
        hash.at[i] = i;
    return hash;
}

static void the_place_is_the_front_of_the_hash(void **state)
{
    (void)state;
    struct hash s = salt();
    assert_true(split_place(&s, keys[MILL]) == 3966740408583198789U);
    assert_true(split_place(&s, keys[POND]) == 16741229392135497149U);
}

static void a_quarter_of_seven_groups_is_two(void **state)
{
    (void)state;
    struct hash s = salt();
    uint64_t threshold;
    struct err err = {0};
    assert_true(split_groups(&s, keys, KEYS, 2500, &threshold, &err));
    /* Between "spring", 0x9089a2809733725e, and "brook", 0x92ef5bba7c1a0ec2, the one with the most
     * zeros at its end. */
    assert_true(threshold == 0x9200000000000000U);
}

/* "mill" lies at 0.215 of the way, "spring" at 0.565: the share itself parts them. */
static void where_the_share_parts_the_groups_it_is_the_threshold(void **state)
{
    (void)state;
    const struct str two[] = {keys[MILL], keys[SPRING]};
    struct hash s = salt();
    uint64_t threshold;
    struct err err = {0};
    assert_true(split_groups(&s, two, 2, 2500, &threshold, &err));
    assert_true(threshold == 4611686018427387500U); /* 2500 * floor((2^64 - 1) / 10000) */
}

/* Without the ford, a quarter of six is two again: the same two. */
static void a_group_that_comes_later_moves_no_other(void **state)
{
    (void)state;
    struct hash s = salt();
    uint64_t threshold;
    uint64_t later;
    struct err err = {0};
    assert_true(split_groups(&s, keys, KEYS - 1, 2500, &threshold, &err));
    assert_true(split_groups(&s, keys, KEYS, 2500, &later, &err));
    assert_true(threshold == later && split_place(&s, keys[FORD]) > threshold);
}

static void splits_without_a_training_group_are_refused(void **state)
{
    (void)state;
    struct hash s = salt();
    uint64_t threshold;
    struct err one = {0}, none = {0};
    assert_false(split_groups(&s, keys, 1, 2500, &threshold, &one));
    assert_int_equal(one.code, ERR_INPUT);
    assert_false(split_groups(&s, keys, 2, 9999, &threshold, &none));
    assert_int_equal(none.code, ERR_INPUT);
}

static void folds_are_dealt_in_the_order_of_the_draw(void **state)
{
    (void)state;
    struct hash s = salt();
    const uint8_t takes_part[KEYS] = {1, 1, 0, 1, 1, 1, 1}; /* not the mill */
    uint8_t fold[KEYS];
    assert_int_equal(split_folds(&s, keys, takes_part, KEYS, fold), 5);
    for (size_t i = 1; i < KEYS; i++)
        assert_int_equal(fold[order[i]], (i - 1) % 5);
    assert_int_equal(fold[MILL], SPLIT_NO_FOLD);
}

static void one_group_gives_no_folds(void **state)
{
    (void)state;
    struct hash s = salt();
    const uint8_t takes_part[KEYS] = {0, 1};
    uint8_t fold[KEYS];
    assert_int_equal(split_folds(&s, keys, takes_part, KEYS, fold), 0);
    assert_int_equal(fold[WEIR], SPLIT_NO_FOLD);
}

static void rows_are_folded_by_their_number(void **state)
{
    (void)state;
    const uint8_t part[] = {PART_TRAIN, PART_TEST, PART_TRAIN, PART_OUT};
    uint8_t fold[4];
    split_rows(77, part, 4, 5, fold);
    assert_int_equal(fold[0], rng_below(77, 1, 0, 5));
    assert_int_equal(fold[1], SPLIT_NO_FOLD);
    assert_int_equal(fold[2], rng_below(77, 1, 2, 5));
    assert_int_equal(fold[3], SPLIT_NO_FOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_is_the_front_of_the_hash),
        cmocka_unit_test(a_quarter_of_seven_groups_is_two),
        cmocka_unit_test(where_the_share_parts_the_groups_it_is_the_threshold),
        cmocka_unit_test(a_group_that_comes_later_moves_no_other),
        cmocka_unit_test(splits_without_a_training_group_are_refused),
        cmocka_unit_test(folds_are_dealt_in_the_order_of_the_draw),
        cmocka_unit_test(one_group_gives_no_folds),
        cmocka_unit_test(rows_are_folded_by_their_number),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
