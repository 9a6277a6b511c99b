/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/meter.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/num.h"

const char meter_root[] = "/sys/class/powercap";

static const char *const methods[] = {"none", "rapl", "estimate"};

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

/* A whole number in a small file of the system; false if there is none. */
static bool counter(const char *root, unsigned zone, const char *name, uint64_t *ret)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct err ignored = {0};
    buf_printf(&path, "%s/intel-rapl:%u/%s", root, zone, name);
    if (!file_read(path.at, 64, &text, &ignored))
        return false;
    return str_uint((struct str){text.at, strcspn(text.at, "\n")}, UINT64_MAX, ret);
}

void meter_begin(struct meter *meter, const char *root)
{
    meter->cpu_s = clock_cpu_s();
    meter->zones = 0;
    while (meter->zones < METER_ZONES_MAX &&
           counter(root, meter->zones, "energy_uj", &meter->zone_uj[meter->zones]))
        meter->zones++;
}

static uint64_t zones_uj(const struct meter *meter, const char *root)
{
    uint64_t sum = 0;
    for (unsigned z = 0; z < meter->zones; z++) {
        uint64_t now = meter->zone_uj[z];
        uint64_t range = 0;
        if (counter(root, z, "energy_uj", &now) && now < meter->zone_uj[z] &&
            counter(root, z, "max_energy_range_uj", &range))
            now += range;
        sum += now - meter->zone_uj[z];
    }
    return sum;
}

struct cost meter_end(const struct meter *meter, const char *root)
{
    struct cost cost = {.method = METER_NONE};
    double cpu_s = clock_cpu_s() - meter->cpu_s;
    cost.cpu_ms = cpu_s > 0 ? (uint64_t)(cpu_s * 1000 + 0.5) : 0;
    if (meter->zones) {
        cost.method = METER_RAPL;
        cost.energy_mj = cost.low_mj = cost.high_mj = (zones_uj(meter, root) + 500) / 1000;
    } else if (meter->has_watts) {
        cost.method = METER_ESTIMATE;
        cost.low_mj = (uint64_t)((double)cost.cpu_ms * meter->watts_low + 0.5);
        cost.high_mj = (uint64_t)((double)cost.cpu_ms * meter->watts_high + 0.5);
        cost.energy_mj = cost.low_mj + (cost.high_mj - cost.low_mj) / 2;
    }
    return cost;
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
    json_object_set_new(object, "method", json_string(methods[cost->method]));
    put_energy(object, "energy_mj", cost, cost->energy_mj);
    put_energy(object, "low_mj", cost, cost->low_mj);
    put_energy(object, "high_mj", cost, cost->high_mj);
    return object;
}

static uint64_t whole(const json_t *object, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value > 0 ? (uint64_t)value : 0;
}

bool cost_of_json(const json_t *value, struct cost *ret)
{
    const char *method = json_text(value, "method");
    if (!method || !json_is_integer(json_object_get(value, "cpu_ms")))
        return false;
    for (size_t i = 0; i < COUNT_OF(methods); i++) {
        if (strcmp(method, methods[i]) != 0)
            continue;
        *ret = (struct cost){.cpu_ms = whole(value, "cpu_ms"),
                             .method = (enum meter_method)i,
                             .energy_mj = whole(value, "energy_mj"),
                             .low_mj = whole(value, "low_mj"),
                             .high_mj = whole(value, "high_mj")};
        return true;
    }
    return false;
}
