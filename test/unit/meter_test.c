/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Energy from a tree of counters as the kernel lays it out, and what is said without one. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "ledger/meter.h"

struct tree {
    char root[64];
};

static int set_up(void **state)
{
    struct tree *t = calloc(1, sizeof *t);
    snprintf(t->root, sizeof t->root, "/tmp/allmende-meter-XXXXXX");
    assert_non_null(mkdtemp(t->root));
    *state = t;
    return 0;
}

static int tear_down(void **state)
{
    struct tree *t = *state;
    file_remove_folder(t->root);
    free(t);
    return 0;
}

static void write_zone(const struct tree *t, const char *zone, const char *name, const char *value)
{
    struct err err = {0};
    char path[160];
    snprintf(path, sizeof path, "%s/class/powercap/%s", t->root, zone);
    assert_true(file_folder(path, 0755, &err));
    snprintf(path, sizeof path, "%s/class/powercap/%s/%s", t->root, zone, name);
    assert_true(file_write(path, str_of(value), 0644, &err));
}

static void write_counter(const struct tree *t, unsigned zone, const char *name, const char *value)
{
    char folder[32];
    snprintf(folder, sizeof folder, "intel-rapl:%u", zone);
    write_zone(t, folder, name, value);
}

static void without_counters_and_watts_energy_is_not_known(void **state)
{
    const struct tree *t = *state;
    struct meter meter = {.cpu_s = 0};
    meter_begin(&meter, t->root);
    struct cost cost = meter_end(&meter, t->root);
    assert_int_equal(cost.method, METER_NONE);
    CLEANUP(json_release) json_t *json = cost_json(&cost);
    assert_true(json_is_null(json_object_get(json, "energy_mj")));
    assert_string_equal(json_text(json, "method"), "none");
}

static void counters_of_all_packages_are_summed_and_may_wrap(void **state)
{
    const struct tree *t = *state;
    struct meter meter = {.cpu_s = 0};
    write_counter(t, 0, "energy_uj", "1000000\n");
    write_counter(t, 1, "energy_uj", "262143000000\n");
    write_counter(t, 1, "max_energy_range_uj", "262143328850\n");
    meter_begin(&meter, t->root);
    write_counter(t, 0, "energy_uj", "3500000\n"); /* 2.5 J */
    write_counter(t, 1, "energy_uj", "671150\n");  /* wrapped: 328,850 + 671,150 uJ = 1 J */
    struct cost cost = meter_end(&meter, t->root);
    assert_int_equal(cost.method, METER_RAPL);
    assert_int_equal(cost.energy_mj, 3500);
    CLEANUP(json_release) json_t *json = cost_json(&cost);
    struct cost again;
    assert_true(cost_of_json(json, &again));
    assert_int_equal(again.energy_mj, 3500);
    assert_int_equal(again.method, METER_RAPL);
}

static void the_platform_is_not_added_to_its_packages(void **state)
{
    const struct tree *t = *state;
    struct meter meter = {.cpu_s = 0};
    write_counter(t, 0, "name", "package-0\n");
    write_counter(t, 0, "energy_uj", "1000000\n");
    write_counter(t, 1, "name", "psys\n");
    write_counter(t, 1, "energy_uj", "5000000\n");
    write_zone(t, "intel-rapl:0:0", "name", "core\n");
    write_zone(t, "intel-rapl:0:0", "energy_uj", "1500000\n");
    write_zone(t, "intel-rapl:0:1", "name", "dram\n");
    write_zone(t, "intel-rapl:0:1", "energy_uj", "500000\n");
    write_zone(t, "intel-rapl-mmio:0", "name", "package-0\n");
    write_zone(t, "intel-rapl-mmio:0", "energy_uj", "1000000\n");
    meter_begin(&meter, t->root);
    write_counter(t, 0, "energy_uj", "3000000\n"); /* 2 J */
    write_counter(t, 1, "energy_uj", "9000000\n"); /* 4 J, of them the 2 J */
    /* cores and memory are in the package; intel-rapl-mmio tells the same package once more */
    write_zone(t, "intel-rapl:0:0", "energy_uj", "3000000\n");
    write_zone(t, "intel-rapl:0:1", "energy_uj", "2000000\n");
    write_zone(t, "intel-rapl-mmio:0", "energy_uj", "3000000\n");
    struct cost cost = meter_end(&meter, t->root);
    assert_int_equal(cost.energy_mj, 2000);
    assert_int_equal(cost.low_mj, 2000);
    assert_int_equal(cost.high_mj, 2000);
}

/* A range of 100 J and a limit of 50 W: in 7 seconds up to 350 J, so beside the 20 J seen there may
 * be three more turns of 100 J. In one second there cannot be any. */
static void turns_that_nobody_saw_widen_the_range(void **state)
{
    const struct tree *t = *state;
    struct meter meter = {.cpu_s = 0};
    write_counter(t, 0, "energy_uj", "1000000\n");
    write_counter(t, 0, "max_energy_range_uj", "100000000\n");
    write_counter(t, 0, "constraint_0_power_limit_uw", "50000000\n");
    meter_begin(&meter, t->root);
    write_counter(t, 0, "energy_uj", "21000000\n");
    meter.wall_s -= 1;
    struct cost cost = meter_end(&meter, t->root);
    assert_int_equal(cost.high_mj, 20000);
    meter.wall_s -= 6;
    cost = meter_end(&meter, t->root);
    assert_int_equal(cost.low_mj, 20000);
    assert_int_equal(cost.high_mj, 320000);
}

/* As the first versions wrote it. */
static void an_old_cost_is_still_read(void **state)
{
    CLEANUP(json_release)
    json_t *old = json_pack("{s:i,s:s,s:i,s:i,s:i}", "cpu_ms", 40, "method", "rapl", "energy_mj", 7,
                            "low_mj", 7, "high_mj", 7);
    struct cost cost;
    (void)state;
    assert_true(cost_of_json(old, &cost));
    assert_int_equal(cost.energy_mj, 7);
    assert_int_equal(cost.wall_ms, 0);
    assert_false(cost.lost || cost.has_rapl);
}

static void watts_give_a_range(void **state)
{
    const struct tree *t = *state;
    struct err err = {0};
    struct meter meter = {.cpu_s = 0};
    assert_true(meter_watts(&meter, "4,12", &err));
    meter_begin(&meter, t->root);
    meter.cpu_s -= 2; /* as if two CPU seconds had passed */
    struct cost cost = meter_end(&meter, t->root);
    assert_int_equal(cost.method, METER_ESTIMATE);
    assert_in_range(cost.cpu_ms, 2000, 2200);
    assert_int_equal(cost.low_mj, cost.cpu_ms * 4);
    assert_int_equal(cost.high_mj, cost.cpu_ms * 12);
    assert_false(meter_watts(&meter, "12,4", &err));
    assert_int_equal(err.code, ERR_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_counters_and_watts_energy_is_not_known, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(counters_of_all_packages_are_summed_and_may_wrap, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_platform_is_not_added_to_its_packages, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(turns_that_nobody_saw_widen_the_range, set_up, tear_down),
        cmocka_unit_test(an_old_cost_is_still_read),
        cmocka_unit_test_setup_teardown(watts_give_a_range, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("meter", tests, NULL, NULL);
}
