/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sensors, batteries and perf from trees as the kernel lays them out; plugs from recorded replies
 * (shapes of the makers' documents) and from bad ones. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "ledger/meter.h"
#include "ledger/plug.h"

struct tree {
    char root[64];
};

static int set_up(void **state)
{
    struct tree *t = calloc(1, sizeof *t);
    snprintf(t->root, sizeof t->root, "/tmp/allmende-gauge-XXXXXX");
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

static void put(const struct tree *t, const char *folder, const char *name, const char *value)
{
    struct err err = {0};
    char path[256];
    snprintf(path, sizeof path, "%s/%s", t->root, folder);
    assert_true(file_folder(path, 0755, &err));
    snprintf(path, sizeof path, "%s/%s/%s", t->root, folder, name);
    assert_true(file_write(path, str_of(value), 0644, &err));
}

static enum err_code read_of(const struct tree *t, const char *name, struct reading *ret)
{
    struct err err = {0};
    struct gauge gauge;
    if (!gauge_open(&gauge, name, t->root, &err))
        return err.code;
    return gauge_read(&gauge, t->root, ret, &err) ? ERR_NONE : err.code;
}

/* --- sensors and batteries ---------------------------------------------------------------- */

static void a_sensor_is_found_by_its_name_or_folder(void **state)
{
    const struct tree *t = *state;
    struct reading r = {0};
    put(t, "class/hwmon/hwmon0", "name", "coretemp\n");
    put(t, "class/hwmon/hwmon3", "name", "ina231_sensor\n");
    put(t, "class/hwmon/hwmon3", "power1_input", "4350000\n"); /* 4.35 W in uW */
    put(t, "class/hwmon/hwmon3", "energy1_input", "123456789\n");
    assert_int_equal(read_of(t, "hwmon:ina231_sensor", &r), ERR_NONE);
    assert_true(r.has_uw && r.has_uj && !r.down);
    assert_int_equal(r.uw, 4350000);
    assert_int_equal(r.uj, 123456789);
    assert_int_equal(read_of(t, "hwmon:hwmon3", &r), ERR_NONE);
    assert_int_equal(read_of(t, "hwmon:coretemp", &r), ERR_NOT_FOUND); /* tells no energy */
    assert_int_equal(read_of(t, "hwmon:nothing", &r), ERR_NOT_FOUND);
}

static void a_sensor_that_talks_nonsense_is_not_believed(void **state)
{
    const struct tree *t = *state;
    struct reading r = {0};
    put(t, "class/hwmon/hwmon0", "name", "bad\n");
    put(t, "class/hwmon/hwmon0", "power1_input", "-5\n");
    put(t, "class/hwmon/hwmon0", "energy1_input", "99999999999999999999\n");
    assert_int_equal(read_of(t, "hwmon:bad", &r), ERR_NOT_FOUND);
}

/* As on a notebook with two batteries, a mouse and a cable that is not plugged in: names and words
 * of the kernel's sysfs-class-power. */
static void batteries_are_summed_while_they_are_used(void **state)
{
    const struct tree *t = *state;
    struct reading r = {0};
    put(t, "class/power_supply/AC", "type", "Mains\n");
    put(t, "class/power_supply/AC", "online", "0\n");
    put(t, "class/power_supply/BAT0", "type", "Battery\n");
    put(t, "class/power_supply/BAT0", "status", "Discharging\n");
    put(t, "class/power_supply/BAT0", "energy_now", "20000000\n"); /* 20 Wh in uWh */
    put(t, "class/power_supply/BAT0", "power_now", "9000000\n");
    put(t, "class/power_supply/BAT1", "type", "Battery\n");
    put(t, "class/power_supply/BAT1", "status", "Not charging\n");
    put(t, "class/power_supply/BAT1", "energy_now", "10000000\n");
    put(t, "class/power_supply/BAT1", "power_now", "0\n");
    put(t, "class/power_supply/hidpp_battery_0", "type", "Battery\n");
    put(t, "class/power_supply/hidpp_battery_0", "scope", "Device\n");
    put(t, "class/power_supply/hidpp_battery_0", "status", "Discharging\n");
    assert_int_equal(read_of(t, "battery", &r), ERR_NONE);
    assert_true(r.down);
    assert_int_equal(r.uj, UINT64_C(30) * 3600 * 1000000);
    assert_true(r.has_uw);
    assert_int_equal(r.uw, 9000000);
    put(t, "class/power_supply/BAT0", "status", "Charging\n");
    assert_int_equal(read_of(t, "battery", &r), ERR_DENIED);
}

/* Drivers that count charge, and give what leaves the battery as negative. */
static void what_leaves_a_battery_may_be_negative(void **state)
{
    const struct tree *t = *state;
    struct reading r = {0};
    put(t, "class/power_supply/macsmc-battery", "type", "Battery\n");
    put(t, "class/power_supply/macsmc-battery", "status", "Discharging\n");
    put(t, "class/power_supply/macsmc-battery", "charge_now", "3000000\n");
    put(t, "class/power_supply/macsmc-battery", "current_now", "-500000\n");  /* 0.5 A */
    put(t, "class/power_supply/macsmc-battery", "voltage_now", "12000000\n"); /* 12 V */
    assert_int_equal(read_of(t, "battery", &r), ERR_NONE);
    assert_false(r.has_uj);
    assert_true(r.has_uw);
    assert_int_equal(r.uw, 6000000);
    put(t, "class/power_supply/macsmc-battery", "power_now", "-6100000\n");
    assert_int_equal(read_of(t, "battery", &r), ERR_NONE);
    assert_int_equal(r.uw, 6100000);
    put(t, "class/power_supply/macsmc-battery", "power_now", "--5\n");
    put(t, "class/power_supply/macsmc-battery", "current_now", "-\n");
    assert_int_equal(read_of(t, "battery", &r), ERR_NOT_FOUND);
}

static void without_a_battery_that_is_said(void **state)
{
    struct reading r = {0};
    assert_int_equal(read_of(*state, "battery", &r), ERR_NOT_FOUND);
}

/* --- perf --------------------------------------------------------------------------------- */

static char counts[96]; /* a file of 64-bit counts, as the kernel gives them one by one */
static unsigned opened;

static int open_recorded(uint64_t type, uint64_t config, int processor)
{
    assert_int_equal(type, 23);
    assert_int_equal(config, 2);
    assert_true(processor == 0 || processor == 16);
    opened++;
    return open(counts, O_RDONLY | O_CLOEXEC);
}

static int open_refused(uint64_t type, uint64_t config, int processor)
{
    (void)type;
    (void)config;
    (void)processor;
    return -1;
}

static void put_perf(const struct tree *t)
{
    static const char *folder = "bus/event_source/devices/power";
    put(t, folder, "type", "23\n");
    put(t, folder, "cpumask", "0,16\n");
    put(t, "bus/event_source/devices/power/events", "energy-pkg", "event=0x02\n");
    put(t, "bus/event_source/devices/power/events", "energy-pkg.scale",
        "2.3283064365386962890625e-10\n");
    put(t, "bus/event_source/devices/power/events", "energy-pkg.unit", "Joules\n");
}

static void perf_counts_every_package_by_its_scale(void **state)
{
    const struct tree *t = *state;
    struct err err = {0};
    struct gauge gauge;
    struct reading r = {0};
    /* 2^32 counts of 2^-32 J are 1 J; then 1.5 J */
    const uint64_t recorded[] = {UINT64_C(1) << 32, UINT64_C(3) << 31};
    put_perf(t);
    snprintf(counts, sizeof counts, "%s/counts", t->root);
    assert_true(
        file_write(counts, (struct str){(const char *)recorded, sizeof recorded}, 0644, &err));
    opened = 0;
    assert_true(gauge_open_perf(&gauge, t->root, open_recorded, &err));
    assert_int_equal(opened, 2);
    assert_true(gauge_read(&gauge, t->root, &r, &err));
    assert_int_equal(r.uj, 2000000); /* both packages */
    assert_true(gauge_read(&gauge, t->root, &r, &err));
    assert_int_equal(r.uj, 3000000);
    assert_false(gauge_read(&gauge, t->root, &r, &err)); /* nothing more was recorded */
    assert_int_equal(err.code, ERR_IO);
    gauge_close(&gauge);
}

static void the_whole_platform_is_counted_once(void **state)
{
    const struct tree *t = *state;
    struct err err = {0};
    struct gauge gauge;
    put_perf(t);
    put(t, "bus/event_source/devices/power/events", "energy-psys", "event=0x02\n");
    put(t, "bus/event_source/devices/power/events", "energy-psys.scale", "2.5e-10\n");
    put(t, "bus/event_source/devices/power/events", "energy-psys.unit", "Joules\n");
    snprintf(counts, sizeof counts, "%s/class", t->root);
    opened = 0;
    assert_true(file_write(counts, STR("x"), 0644, &err));
    assert_true(gauge_open_perf(&gauge, t->root, open_recorded, &err));
    assert_int_equal(opened, 1);
    gauge_close(&gauge);
}

static void perf_that_is_refused_or_strange_is_said(void **state)
{
    const struct tree *t = *state;
    struct err err = {0};
    struct gauge gauge;
    assert_false(gauge_open_perf(&gauge, t->root, open_refused, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    put_perf(t);
    err = (struct err){0};
    assert_false(gauge_open_perf(&gauge, t->root, open_refused, &err));
    assert_int_equal(err.code, ERR_DENIED);
    put(t, "bus/event_source/devices/power/events", "energy-pkg.unit", "Calories\n");
    err = (struct err){0};
    assert_false(gauge_open_perf(&gauge, t->root, open_recorded, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
}

/* --- plugs -------------------------------------------------------------------------------- */

static enum err_code parse(enum gauge_kind kind, const char *reply, struct reading *ret)
{
    struct err err = {0};
    return plug_parse(kind, str_of(reply), ret, &err) ? ERR_NONE : err.code;
}

static void replies_of_plugs_are_read(void **state)
{
    struct reading r = {0};
    (void)state;
    assert_int_equal(
        parse(GAUGE_SHELLY,
              "{\"id\":0,\"source\":\"init\",\"output\":true,\"apower\":8.9,"
              "\"voltage\":237.5,\"aenergy\":{\"total\":6.532,\"by_minute\":[45.199,"
              "47.141,88.397],\"minute_ts\":1626935779},\"temperature\":{\"tC\":23.5}}",
              &r),
        ERR_NONE);
    assert_int_equal(r.uw, 8900000);
    assert_int_equal(r.uj, UINT64_C(6532) * 3600000); /* 6.532 Wh */
    assert_int_equal(
        parse(GAUGE_SHELLY1,
              "{\"power\":8.65,\"overpower\":0.00,\"is_valid\":true,\"timestamp\":1608,"
              "\"counters\":[8.6,8.7,8.6],\"total\":1473}",
              &r),
        ERR_NONE);
    assert_int_equal(r.uj, UINT64_C(1473) * 60000000); /* watt-minutes are 60 J */
    assert_int_equal(
        parse(GAUGE_TASMOTA,
              "{\"StatusSNS\":{\"Time\":\"2024-05-01T10:00:00\",\"ENERGY\":{\"TotalStartTime\":"
              "\"2024-01-01T00:00:00\",\"Total\":3.185,\"Yesterday\":2.674,\"Power\":46,"
              "\"ApparentPower\":52,\"Voltage\":230,\"Current\":0.227}}}",
              &r),
        ERR_NONE);
    assert_int_equal(r.uw, 46000000);
    assert_int_equal(r.uj, UINT64_C(3185) * 3600 * 1000000);
}

static void bad_replies_are_refused(void **state)
{
    static const char *const replies[] = {
        "",
        "null",
        "[]",
        "42",
        "{",
        "<html></html>",
        "{}",
        "{\"apower\":1}",
        "{\"apower\":1,\"aenergy\":{}}",
        "{\"apower\":1,\"aenergy\":[1]}",
        "{\"apower\":\"1\",\"aenergy\":{\"total\":1}}",
        "{\"apower\":-1,\"aenergy\":{\"total\":1}}",
        "{\"apower\":1e9,\"aenergy\":{\"total\":1}}",
        "{\"apower\":1,\"aenergy\":{\"total\":-0.5}}",
        "{\"apower\":1,\"aenergy\":{\"total\":1e300}}",
        "{\"apower\":1,\"apower\":2,\"aenergy\":{\"total\":1}}",
        "{\"apower\":1,\"aenergy\":{\"total\":1}} more",
    };
    struct reading r = {0};
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        assert_int_equal(parse(GAUGE_SHELLY, replies[i], &r), ERR_INPUT);
    assert_int_equal(parse(GAUGE_TASMOTA, "{\"StatusSNS\":{}}", &r), ERR_INPUT);
    assert_int_equal(parse(GAUGE_SHELLY1, "{\"power\":1,\"is_valid\":true}", &r), ERR_INPUT);
}

static void names_that_lead_elsewhere_are_refused(void **state)
{
    static const char *const names[] = {
        "shelly",     "shelly:",   "shelly:a/b",      "shelly:me@there", "shelly:a?b",
        "shelly:a b", "perf:x",    "battery:1",       "tasmota:a#b",     "http://127.0.0.1",
        "",           "shelly:-o", "shelly:a%2f%2eb", "shelly1:a\nb",    "meter:x",
    };
    struct reading r = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(read_of(*state, names[i], &r), ERR_USAGE);
}

/* --- what a meter makes of it ------------------------------------------------------------- */

/* A sensor before and after; "rapl" beside it is kept. */
static void a_named_meter_counts_and_the_processor_is_kept_beside_it(void **state)
{
    const struct tree *t = *state;
    struct err err = {0};
    CLEANUP(meter_release) struct meter meter = {.cpu_s = 0};
    put(t, "class/hwmon/hwmon0", "name", "board\n");
    put(t, "class/hwmon/hwmon0", "energy1_input", "5000000\n");
    put(t, "class/powercap/intel-rapl:0", "energy_uj", "1000000\n");
    assert_true(meter_name(&meter, "hwmon:board", t->root, &err));
    meter_begin(&meter, t->root);
    put(t, "class/hwmon/hwmon0", "energy1_input", "9000000\n");
    put(t, "class/powercap/intel-rapl:0", "energy_uj", "2500000\n");
    struct cost cost = meter_end(&meter, t->root);
    assert_int_equal(cost.method, METER_GAUGE);
    assert_int_equal(cost.energy_mj, 4000);
    assert_true(cost.low_mj <= 4000 && cost.high_mj >= 4000 && cost.high_mj <= 4001);
    assert_true(cost.has_rapl);
    assert_int_equal(cost.rapl_mj, 1500);
    CLEANUP(json_release) json_t *json = cost_json(&cost);
    struct cost again;
    assert_true(cost_of_json(json, &again));
    CLEANUP(json_release) json_t *same = cost_json(&again);
    assert_true(json_equal(json, same));
}

static void a_meter_that_falls_silent_is_said_and_the_next_counts(void **state)
{
    const struct tree *t = *state;
    struct err err = {0};
    char path[160];
    CLEANUP(meter_release) struct meter meter = {.cpu_s = 0};
    put(t, "class/hwmon/hwmon0", "name", "board\n");
    put(t, "class/hwmon/hwmon0", "energy1_input", "5000000\n");
    put(t, "class/powercap/intel-rapl:0", "energy_uj", "1000000\n");
    assert_true(meter_name(&meter, "hwmon:board", t->root, &err));
    meter_begin(&meter, t->root);
    snprintf(path, sizeof path, "%s/class/hwmon/hwmon0/energy1_input", t->root);
    assert_int_equal(unlink(path), 0);
    struct cost cost = meter_end(&meter, t->root);
    assert_true(cost.lost);
    assert_int_equal(cost.method, METER_RAPL);
    assert_int_equal(cost.energy_mj, 0);
}

/* 2 Wh of a battery are 7200 J, two hundred steps of 36 J; less than ten steps, and the power
 * counts. */
static void a_battery_goes_down(void **state)
{
    const struct tree *t = *state;
    struct err err = {0};
    CLEANUP(meter_release) struct meter meter = {.cpu_s = 0};
    put(t, "class/power_supply/BAT0", "type", "Battery\n");
    put(t, "class/power_supply/BAT0", "status", "Discharging\n");
    put(t, "class/power_supply/BAT0", "energy_now", "20000000\n");
    assert_true(meter_name(&meter, NULL, t->root, &err)); /* found without being named */
    assert_int_equal(meter.gauge.kind, GAUGE_BATTERY);
    meter_begin(&meter, t->root);
    put(t, "class/power_supply/BAT0", "energy_now", "18000000\n");
    struct cost cost = meter_end(&meter, t->root);
    assert_int_equal(cost.method, METER_BATTERY);
    assert_int_equal(cost.energy_mj, 7200000);
    assert_int_equal(cost.low_mj, 7164000);
    assert_int_equal(cost.high_mj, 7236000);
    put(t, "class/power_supply/BAT0", "power_now", "8000000\n");
    meter_begin(&meter, t->root);
    put(t, "class/power_supply/BAT0", "power_now", "10000000\n");
    meter.wall_s -= 5; /* as if five seconds had passed: 40 to 50 J */
    cost = meter_end(&meter, t->root);
    assert_in_range(cost.low_mj, 40000, 40800);
    assert_in_range(cost.high_mj, 50000, 51000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_sensor_is_found_by_its_name_or_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sensor_that_talks_nonsense_is_not_believed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(batteries_are_summed_while_they_are_used, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_leaves_a_battery_may_be_negative, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_a_battery_that_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(perf_counts_every_package_by_its_scale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_whole_platform_is_counted_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(perf_that_is_refused_or_strange_is_said, set_up, tear_down),
        cmocka_unit_test(replies_of_plugs_are_read),
        cmocka_unit_test(bad_replies_are_refused),
        cmocka_unit_test_setup_teardown(names_that_lead_elsewhere_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_named_meter_counts_and_the_processor_is_kept_beside_it,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_meter_that_falls_silent_is_said_and_the_next_counts,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_battery_goes_down, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("gauge", tests, NULL, NULL);
}
