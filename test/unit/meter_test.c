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

static void write_counter(const struct tree *t, unsigned zone, const char *name, const char *value)
{
    struct err err = {0};
    char path[160];
    snprintf(path, sizeof path, "%s/class/powercap/intel-rapl:%u", t->root, zone);
    assert_true(file_folder(path, 0755, &err));
    snprintf(path, sizeof path, "%s/class/powercap/intel-rapl:%u/%s", t->root, zone, name);
    assert_true(file_write(path, str_of(value), 0644, &err));
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
        cmocka_unit_test_setup_teardown(watts_give_a_range, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("meter", tests, NULL, NULL);
}
