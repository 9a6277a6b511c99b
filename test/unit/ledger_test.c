/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of the ledger worked by hand, and what comes out of bookings about people. */
#define _GNU_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/ledger.h"
#include "scratch.h"

/* --- arithmetic --------------------------------------------------------------------------- */

/* Products from Python, whose whole numbers have no end. */
static void products_are_exact(void **state)
{
    static const uint64_t cases[][4] = {
        {1178032213966879813, 403674277200025, 24875968662457911, 19116493871818487},
        {3880784345061157866, 734124757876265, 19096699869691296, 149187026403954098},
        {3875421692216795887, 873649887448027, 8973071201325940, 377324736342060464},
        {239130922696520277, 176600039647803, 13395264748065014, 3152646194269622},
        {4004997769345689762, 428694629737896, 3674016144681320, 467314504950188145},
        {7, 5, 3, 11},
        {0, 5, 3, 0},
        {5, 0, 3, 0},
        {UINT64_MAX, 1, 1, UINT64_MAX},
        {UINT64_MAX, INT64_MAX, INT64_MAX, UINT64_MAX},
        {UINT64_MAX, 2, 1, UINT64_MAX}, /* does not fit */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(times_over(cases[i][0], cases[i][1], cases[i][2]), cases[i][3]);
}

/* SCI 1.1 by hand. E = 0.5 kWh = 1.8 MJ, I = 363 g: O = 181.5 g. The example of the standard: a
 * device of 1000 kg, used for 4 years of which this took 1 hour: M = 10^6 g / 35064 h = 28.519 g
 * ("about 28 g"). The score of this run is 210.019 g. */
static void the_sci_score_is_that_of_the_standard(void **state)
{
    (void)state;
    assert_int_equal(sci_operation_ug(1800000000, 363), 181500000);
    assert_int_equal(sci_making_ug(1000000, 3600000, 4), 28519279);
    struct booking computer = {.embodied_g = 1000000, .life_years = 4, .computer = true};
    const struct ledger ledger = {.computer = &computer, .grid = *grid_of("DE")};
    /* two runs, of which the energy of one is known */
    struct ledger_line line = {.acts = 2,
                               .wall_ms = 7200000,
                               .energy_known = 1,
                               .low_mj = 1800000000,
                               .high_mj = 3600000000};
    struct ledger_score score;
    assert_true(ledger_score(&ledger, &line, &score));
    assert_int_equal(score.operation_ug.low, 181500000);
    assert_int_equal(score.operation_ug.high, 363000000);
    assert_true(score.has_making);
    assert_int_equal(score.operation_ug.low + score.making_ug, 210019279);
    /* M must be in it: without a sourced figure there is no score */
    computer.embodied_g = 0;
    assert_true(ledger_score(&ledger, &line, &score));
    assert_false(score.has_making);
    line.energy_known = 0;
    assert_false(ledger_score(&ledger, &line, &score));
}

static void figures_of_others_carry_year_scope_and_source(void **state)
{
    const struct grid *de = grid_of("DE");
    (void)state;
    assert_int_equal(de->g_per_kwh, 363);
    assert_int_equal(de->year, 2024);
    assert_string_equal(de->scope, "direct");
    assert_string_equal(grid_of("FR")->scope, "life_cycle");
    assert_int_equal(grid_of("FR")->g_per_kwh, 56);
    assert_null(grid_of("XX"));
    assert_null(travel_factor_of("plane")); /* no figure with a source */
    /* 7.7 l of 32 MJ and 7.0 l of 36 MJ on 100 km */
    const struct travel_factor *car = travel_factor_of("car");
    assert_int_equal(car->kj_per_km.low, 77 * 32);
    assert_int_equal(car->kj_per_km.high, 70 * 36);
    /* IPCC: 67.5 g/MJ of petrol, 74.8 g/MJ of diesel, outward */
    assert_int_equal(car->g_per_km.low, 2464 * 675 / 10000);
    assert_int_equal(car->g_per_km.high, 2520 * 748 / 10000 + 1);
    /* 0.24 and 2.9 Wh */
    assert_int_equal(prompt_mj().low, 240 * 3600);
    assert_int_equal(prompt_mj().high, 2900 * 3600);
}

/* --- bookings ----------------------------------------------------------------------------- */

static struct ledger *read_ledger(struct scratch *s, struct arena *arena)
{
    struct err err = {0};
    struct ledger *ledger = arena_get(arena, 1, sizeof *ledger);
    must(ledger_read(s->record, LEDGER_FOR_MEMBERS, arena, ledger, &err), &err);
    return ledger;
}

static void spend(struct scratch *s, const char *phase, uint64_t minutes, uint64_t people)
{
    struct err err = {0};
    struct hash id;
    const struct hours hours = {.phase = phase, .minutes = minutes, .people = people};
    must(hours_add(s->record, &hours, &id, &err), &err);
}

static void act_as(struct scratch *s, const char *name, bool is_new)
{
    struct err err = {0};
    struct device device;
    if (is_new) {
        must(record_act_as(s->record, "Ada", &err), &err);
        must(member_add(s->record, &(struct member_draft){.name = name, .in_charge = false},
                        &device, &err),
             &err);
    }
    must(record_act_as(s->record, name, &err), &err);
}

static void hours_come_out_only_where_enough_people_stand_behind_them(void **state)
{
    static const char *const names[] = {"Ben", "Cem", "Dana", "Eva"};
    static const enum hours_shown shown[] = {HOURS_HIDDEN, HOURS_HIDDEN, HOURS_TOTAL, HOURS_TOTAL,
                                             HOURS_PHASES};
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct scratch *s = *state;
    assert_int_equal(read_ledger(s, &arena)->hours.shown, HOURS_NONE);
    for (size_t i = 0; i < 5; i++) {
        if (i)
            act_as(s, names[i - 1], true);
        spend(s, "collect", 60, 1);
        const struct ledger *l = read_ledger(s, &arena);
        assert_int_equal(l->hours.shown, shown[i]);
        assert_int_equal(l->hours.minutes, shown[i] >= HOURS_TOTAL ? 60 * (i + 1) : 0);
        assert_int_equal(l->hours.of_phase[2], shown[i] == HOURS_PHASES ? 300 : 0);
    }
    /* once more by the same person makes no sixth one, and a lonely phase closes all */
    spend(s, "train", 600, 1);
    const struct ledger *l = read_ledger(s, &arena);
    assert_int_equal(l->hours.shown, HOURS_TOTAL);
    assert_int_equal(l->hours.of_phase[2], 0);
    assert_int_equal(l->hours.minutes, 900);
}

/* Four people are enough for members, not for the world. */
static void outside_only_what_may_be_published_counts(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct scratch *s = *state;
    struct err err = {0};
    struct hash id;
    struct ledger l;
    const struct booking note = {.what = "note", .text = "open", .cents = 5};
    must(booking_add(s->record, &note, &id, &err), &err);
    append_raw(s, "booking",
               json_pack("{s:s,s:s,s:i,s:b,s:i,s:s,s:[s]}", "what", "note", "text", "closed",
                         "times", 1, "yearly", 0, "cents", 7, "licence", "CC-BY-4.0", "permission",
                         "project"));
    spend(s, "collect", 60, 4);
    must(ledger_read(s->record, LEDGER_FOR_ALL, &arena, &l, &err), &err);
    assert_int_equal(l.note_n, 1);
    assert_string_equal(l.note[0].text, "open");
    assert_int_equal(l.so_far.cents, 5);
    assert_int_equal(l.hours.shown, HOURS_HIDDEN);
    const struct ledger *inside = read_ledger(s, &arena);
    assert_int_equal(inside->note_n, 2);
    assert_int_equal(inside->so_far.cents, 12);
    assert_int_equal(inside->hours.minutes, 240);
    spend(s, "collect", 60, 5);
    must(ledger_read(s->record, LEDGER_FOR_ALL, &arena, &l, &err), &err);
    assert_int_equal(l.hours.minutes, 540);
}

static void bookings_of_one_person_do_not_add_up_to_several(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct scratch *s = *state;
    for (int i = 0; i < 6; i++)
        spend(s, "collect", 30, 1);
    assert_int_equal(read_ledger(s, &arena)->hours.shown, HOURS_HIDDEN);
    spend(s, "collect", 30, 5); /* a meeting */
    assert_int_equal(read_ledger(s, &arena)->hours.of_phase[2], 6 * 30 + 5 * 30);
}

/* What comes from elsewhere and is not as it must be means nothing and breaks nothing. */
static void strange_bodies_are_not_counted(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct scratch *s = *state;
    static const char *const bodies[] = {
        "{\"what\":\"travel\",\"means\":\"car\",\"metres\":-5}",
        "{\"what\":\"travel\",\"means\":\"car\",\"metres\":\"40\"}",
        "{\"what\":\"travel\",\"means\":\"car\",\"metres\":9007199254740991}",
        "{\"what\":\"travel\",\"means\":7,\"metres\":5}",
        "{\"what\":\"bribe\",\"text\":\"x\"}",
        "{\"what\":\"device\",\"text\":\"x\",\"got\":\"new\",\"embodied_g\":5}",
        "{\"what\":\"device\",\"text\":\"x\",\"got\":\"new\",\"life_years\":1000000}",
        "{}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct err err = {0};
        json_t *body = json_loads(bodies[i], 0, NULL);
        assert_non_null(body);
        assert_false(ledger_booking_kind.check(body, NULL, &err));
        assert_int_equal(err.code, ERR_INPUT);
        json_decref(body);
    }
    const struct ledger *l = read_ledger(s, &arena);
    assert_int_equal(l->so_far.bookings, 0);
    assert_false(l->grid_stated);
}

/* Large amounts many times are cut off, not wrapped. */
static void sums_do_not_wrap(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct scratch *s = *state;
    struct err err = {0};
    struct hash id;
    const struct booking far = {.what = "travel",
                                .means = "car",
                                .metres = 999999999999,
                                .times = 999999999999,
                                .people = 999999999999};
    must(booking_add(s->record, &far, &id, &err), &err);
    must(booking_add(s->record, &far, &id, &err), &err);
    const struct ledger *l = read_ledger(s, &arena);
    assert_int_equal(l->so_far.travel[0].metres, INT64_MAX);
    assert_true(l->so_far.travel[0].grams.high > 1000000000000);
}

/* Whoever adds a kind says which phase it belongs to (src/ledger/sums.c). */
static void every_kind_of_a_phase_is_counted_there(void **state)
{
    static const char *const none[] = {"project", "member", "withdrawal", "booking",
                                       "hours",   "credit", "grid"};
    (void)state;
    for (size_t i = 0; kinds[i]; i++) {
        bool outside = false;
        for (size_t k = 0; k < sizeof none / sizeof *none; k++)
            outside = outside || strcmp(none[k], kinds[i]->name) == 0;
        if (outside != (ledger_phase_of_kind(kinds[i]->name) == LEDGER_PHASES))
            fail_msg("the kind \"%s\" has no phase in src/ledger/sums.c", kinds[i]->name);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_are_exact),
        cmocka_unit_test(the_sci_score_is_that_of_the_standard),
        cmocka_unit_test(figures_of_others_carry_year_scope_and_source),
        cmocka_unit_test_setup_teardown(hours_come_out_only_where_enough_people_stand_behind_them,
                                        scratch_up, scratch_down),
        cmocka_unit_test_setup_teardown(outside_only_what_may_be_published_counts, scratch_up,
                                        scratch_down),
        cmocka_unit_test_setup_teardown(bookings_of_one_person_do_not_add_up_to_several, scratch_up,
                                        scratch_down),
        cmocka_unit_test_setup_teardown(strange_bodies_are_not_counted, scratch_up, scratch_down),
        cmocka_unit_test_setup_teardown(sums_do_not_wrap, scratch_up, scratch_down),
        cmocka_unit_test(every_kind_of_a_phase_is_counted_there),
    };
    return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
