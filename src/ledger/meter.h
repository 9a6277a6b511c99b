/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meter: what an act cost in CPU seconds and, where a counter exists or watts were stated, in
 * energy.
 *
 * Methods, as they are booked:
 *   "rapl"      the processor's own counters (powercap), packages summed; not disk, screen, power
 * supply "estimate"  CPU seconds times the stated watts, a range from LOW to HIGH "none" neither:
 * energy is not known, and is never guessed SOURCE: Linux kernel,
 * Documentation/power/powercap/powercap.rst (energy_uj, max_energy_range_uj).
 */
#ifndef LEDGER_METER_H
#define LEDGER_METER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum meter_method { METER_NONE = 0, METER_RAPL, METER_ESTIMATE };

/* Energy in thousandths of a joule; low = high = value where it was measured. */
struct cost {
    uint64_t cpu_ms;
    enum meter_method method;
    uint64_t energy_mj; /* the middle of the range for an estimate */
    uint64_t low_mj;
    uint64_t high_mj;
};

enum { METER_ZONES_MAX = 16 };

struct meter {
    double cpu_s; /* at the start */
    bool has_watts;
    double watts_low;
    double watts_high;
    unsigned zones;
    uint64_t zone_uj[METER_ZONES_MAX]; /* at the start */
};

/* Read "LOW,HIGH" watts, e.g. "4,12"; NULL: not stated. ERR_USAGE. */
bool meter_watts(struct meter *meter, const char *watts, struct err *err) MUST_USE;

/* Start. Reads the counters below `root`, "/sys/class/powercap" in real use. */
void meter_begin(struct meter *meter, const char *root);

/* What it cost since meter_begin. A counter that wrapped is put right by its range. */
struct cost meter_end(const struct meter *meter, const char *root);

/* {"cpu_ms":n,"method":…,"energy_mj":n|null,"low_mj":…,"high_mj":…}, a new reference. */
json_t *cost_json(const struct cost *cost);

/* Read it again; false if it is not such an object. */
bool cost_of_json(const json_t *value, struct cost *ret);

extern const char meter_root[];

#endif
