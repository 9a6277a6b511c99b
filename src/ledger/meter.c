/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/meter.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/num.h"

const char meter_root[] = "/sys";

/* In the order of enum meter_method. */
static const char *const methods[] = {"none", "rapl", "estimate", "meter", "battery"};

static bool one_watt(struct str text, double *ret)
{
    struct decimal value;
    if (num_decimal(str_trim(text), '.', &value) != NUM_OK || value.mantissa < 0)
        return false;
    *ret = num_double(value);
    return *ret <= 10000;
}

bool meter_watts(struct meter *meter, const char *watts, struct err *err)
{
    struct str rest = str_of(watts);
    struct str low;
    struct str high;
    meter->has_watts = watts != NULL;
    if (!watts)
        return true;
    bool fine = str_cut(&rest, ',', &low) && one_watt(low, &meter->watts_low);
    high = low;
    if (fine && rest.at)
        high = rest;
    fine = fine && one_watt(high, &meter->watts_high) && meter->watts_high >= meter->watts_low;
    return fine || FAIL(err, ERR_USAGE, _("Type for example --watts 4,12"),
                        _("\"%s\" is not a range of watts."), watts);
}

/* --- the processor's counters ------------------------------------------------------------- */

static bool zone_line(const char *root, unsigned zone, const char *name, struct buf *ret)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    struct err ignored = {0};
    buf_printf(&path, "%s/class/powercap/intel-rapl:%u/%s", root, zone, name);
    return file_read(path.at, 64, ret, &ignored) && ret->n > 0;
}

/* A whole number in a small file of the system; false if there is none. */
static bool zone_number(const char *root, unsigned zone, const char *name, uint64_t *ret)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    return zone_line(root, zone, name, &text) &&
           str_uint((struct str){text.at, strcspn(text.at, "\n")}, UINT64_MAX, ret);
}

/* The zone of the whole platform holds the packages: adding both would count twice. */
static bool is_platform(const char *root, unsigned zone)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    return zone_line(root, zone, "name", &text) && str_starts(buf_view(&text), STR("psys"));
}

/* --- gauges ------------------------------------------------------------------------------- */

bool meter_name(struct meter *meter, const char *name, const char *root, struct err *err)
{
    struct reading now;
    struct err ignored = {0};
    uint64_t uj;
    if (name) {
        if (!gauge_open(&meter->gauge, name, root, err))
            return false;
        if (gauge_read(&meter->gauge, root, &now, err))
            return true;
        gauge_close(&meter->gauge);
        return false;
    }
    if (zone_number(root, 0, "energy_uj", &uj))
        return true;
    if (gauge_open(&meter->gauge, "perf", root, &ignored))
        return true;
    ignored = (struct err){0};
    if (!gauge_open(&meter->gauge, "battery", root, &ignored) ||
        !gauge_read(&meter->gauge, root, &now, &ignored))
        gauge_close(&meter->gauge);
    return true;
}

void meter_release(struct meter *meter)
{
    gauge_close(&meter->gauge);
}

/* What was drawn between two readings; false if they do not tell. */
static bool gauge_cost(const struct reading *from, const struct reading *to, double wall_s,
                       struct cost *ret)
{
    uint64_t step = to->step_uj;
    bool counted =
        from->has_uj && to->has_uj && (to->down ? to->uj <= from->uj : to->uj >= from->uj);
    uint64_t uj = !counted ? 0 : to->down ? from->uj - to->uj : to->uj - from->uj;
    if (counted && (uj / 10 >= step || !to->has_uw)) {
        ret->energy_mj = (uj + 500) / 1000;
        ret->low_mj = (uj > step ? uj - step : 0) / 1000;
        ret->high_mj = (uj + step + 999) / 1000;
        return true;
    }
    if (!from->has_uw || !to->has_uw)
        return false;
    double low = (double)(from->uw < to->uw ? from->uw : to->uw);
    double high = (double)(from->uw < to->uw ? to->uw : from->uw);
    ret->low_mj = (uint64_t)(low * wall_s / 1000 + 0.5);
    ret->high_mj = (uint64_t)(high * wall_s / 1000 + 0.5);
    ret->energy_mj = ret->low_mj + (ret->high_mj - ret->low_mj) / 2;
    return true;
}

static enum meter_method gauge_method(const struct gauge *gauge)
{
    if (gauge->kind == GAUGE_PERF)
        return METER_RAPL;
    return gauge->kind == GAUGE_BATTERY ? METER_BATTERY : METER_GAUGE;
}

static void end_gauge(const struct meter *meter, const char *root, double wall_s, struct cost *cost)
{
    struct reading now;
    struct err ignored = {0};
    if (meter->gauge.kind == GAUGE_NONE)
        return;
    if (meter->has_begin && gauge_read(&meter->gauge, root, &now, &ignored) &&
        gauge_cost(&meter->begin, &now, wall_s, cost))
        cost->method = gauge_method(&meter->gauge);
    else
        cost->lost = true;
}

/* --- begin and end ------------------------------------------------------------------------ */

void meter_begin(struct meter *meter, const char *root)
{
    struct err ignored = {0};
    meter->cpu_s = clock_cpu_s();
    meter->wall_s = clock_wall_s();
    meter->zones = 0;
    while (meter->zones < METER_ZONES_MAX &&
           zone_number(root, meter->zones, "energy_uj", &meter->zone_uj[meter->zones])) {
        meter->zone_used[meter->zones] = !is_platform(root, meter->zones);
        meter->zones++;
    }
    meter->has_begin =
        meter->gauge.kind != GAUGE_NONE && gauge_read(&meter->gauge, root, &meter->begin, &ignored);
}

/* The sum of the zones, and how much more it may be for counters that wrapped unseen. */
static uint64_t zones_uj(const struct meter *meter, const char *root, double wall_s,
                         uint64_t *ret_more)
{
    uint64_t sum = 0;
    *ret_more = 0;
    for (unsigned z = 0; z < meter->zones; z++) {
        uint64_t now = meter->zone_uj[z];
        uint64_t range = 0;
        uint64_t limit_uw;
        if (!meter->zone_used[z] || !zone_number(root, z, "energy_uj", &now))
            continue;
        bool ranged = zone_number(root, z, "max_energy_range_uj", &range) && range > 0;
        if (now < meter->zone_uj[z])
            now = ranged ? now + range : meter->zone_uj[z];
        uint64_t seen = now - meter->zone_uj[z];
        sum += seen;
        if (!ranged || !zone_number(root, z, "constraint_0_power_limit_uw", &limit_uw))
            continue;
        double most = (double)limit_uw * wall_s - (double)seen;
        if (most >= (double)range && most < 1e18)
            *ret_more += (uint64_t)(most / (double)range) * range;
    }
    return sum;
}

static uint64_t mj_of(uint64_t uj)
{
    return (uj + 500) / 1000;
}

struct cost meter_end(const struct meter *meter, const char *root)
{
    struct cost cost = {.method = METER_NONE};
    double cpu_s = clock_cpu_s() - meter->cpu_s;
    double wall_s = clock_wall_s() - meter->wall_s;
    cost.cpu_ms = cpu_s > 0 ? (uint64_t)(cpu_s * 1000 + 0.5) : 0;
    cost.wall_ms = wall_s > 0 ? (uint64_t)(wall_s * 1000 + 0.5) : 0;
    end_gauge(meter, root, wall_s, &cost);
    if (meter->zones) {
        uint64_t more;
        uint64_t uj = zones_uj(meter, root, wall_s, &more);
        cost.has_rapl = cost.method != METER_NONE;
        cost.rapl_mj = cost.has_rapl ? mj_of(uj) : 0;
        if (cost.method == METER_NONE) {
            cost.method = METER_RAPL;
            cost.energy_mj = cost.low_mj = mj_of(uj);
            cost.high_mj = mj_of(uj + more);
        }
    } else if (meter->has_watts && cost.method == METER_NONE) {
        cost.method = METER_ESTIMATE;
        cost.low_mj = (uint64_t)((double)cost.cpu_ms * meter->watts_low + 0.5);
        cost.high_mj = (uint64_t)((double)cost.cpu_ms * meter->watts_high + 0.5);
        cost.energy_mj = cost.low_mj + (cost.high_mj - cost.low_mj) / 2;
    }
    return cost;
}

enum meter_method meter_method_of(struct str word)
{
    for (size_t i = 0; i < COUNT_OF(methods); i++)
        if (str_eq(word, str_of(methods[i])))
            return (enum meter_method)i;
    return METER_NONE;
}

const char *meter_words(enum meter_method method)
{
    switch (method) {
    case METER_RAPL:
        return _("measured by the processor's own counter");
    case METER_ESTIMATE:
        return _("estimated from CPU seconds and stated watts");
    case METER_GAUGE:
        return _("measured by a plug or a sensor");
    case METER_BATTERY:
        return _("measured by the battery, for the whole computer");
    case METER_NONE:
        break;
    }
    return _("not measured");
}

static void put_energy(json_t *object, const char *key, const struct cost *cost, uint64_t mj)
{
    json_object_set_new(object, key,
                        cost->method == METER_NONE ? json_null() : json_integer((json_int_t)mj));
}

json_t *cost_json(const struct cost *cost)
{
    json_t *object = json_object();
    json_object_set_new(object, "cpu_ms", json_integer((json_int_t)cost->cpu_ms));
    json_object_set_new(object, "wall_ms", json_integer((json_int_t)cost->wall_ms));
    json_object_set_new(object, "method", json_string(methods[cost->method]));
    put_energy(object, "energy_mj", cost, cost->energy_mj);
    put_energy(object, "low_mj", cost, cost->low_mj);
    put_energy(object, "high_mj", cost, cost->high_mj);
    if (cost->has_rapl)
        put_energy(object, "rapl_mj", cost, cost->rapl_mj);
    if (cost->lost)
        json_object_set_new(object, "meter_lost", json_true());
    return object;
}

/* What no act costs, so that sums of very many stay within 63 bits: 31 years, 100 GJ. */
#define COST_MAX 1000000000000
#define COST_MAX_MJ 100000000000000

static uint64_t whole(const json_t *object, const char *key, json_int_t max)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value <= 0 ? 0 : (uint64_t)(value < max ? value : max);
}

bool cost_of_json(const json_t *value, struct cost *ret)
{
    const char *method = json_text(value, "method");
    if (!method || !json_is_integer(json_object_get(value, "cpu_ms")))
        return false;
    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        if (strcmp(method, methods[i]) != 0)
            continue;
        *ret = (struct cost){.cpu_ms = whole(value, "cpu_ms", COST_MAX),
                             .wall_ms = whole(value, "wall_ms", COST_MAX),
                             .method = (enum meter_method)i,
                             .energy_mj = whole(value, "energy_mj", COST_MAX_MJ),
                             .low_mj = whole(value, "low_mj", COST_MAX_MJ),
                             .high_mj = whole(value, "high_mj", COST_MAX_MJ),
                             .has_rapl = json_is_integer(json_object_get(value, "rapl_mj")),
                             .rapl_mj = whole(value, "rapl_mj", COST_MAX_MJ),
                             .lost = json_is_true(json_object_get(value, "meter_lost"))};
        return true;
    }
    return false;
}
