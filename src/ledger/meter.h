/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meter: what an act cost in CPU seconds and, where something measures or watts were stated, in
 * energy.
 *
 * Methods, as they are booked:
 *   "meter"     a plug or a board's own sensor that was named by --meter (gauge.h)
 *   "rapl"      the processor's own counters (powercap, else perf), packages summed; a model inside
 *               the processor; not disk, screen, power supply
 *   "battery"   what a laptop drew from its battery: all of the laptop
 *   "estimate"  CPU seconds times the stated watts, a range from LOW to HIGH
 *   "none"      energy is not known, and is never guessed
 * The first of these that is there is booked; beside a "meter" the processor's counters are kept in
 * "rapl_mj". Range: that of the method, see meter_end.
 * SOURCE: Linux kernel, Documentation/power/powercap/powercap.rst (energy_uj, max_energy_range_uj,
 * constraint_0_power_limit_uw, zone "psys" holds the packages).
 */
#ifndef LEDGER_METER_H
#define LEDGER_METER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "ledger/gauge.h"

enum meter_method { METER_NONE = 0, METER_RAPL, METER_ESTIMATE, METER_GAUGE, METER_BATTERY };

/* Energy in thousandths of a joule; low <= energy <= high. */
struct cost {
    uint64_t cpu_ms;
    uint64_t wall_ms;
    enum meter_method method;
    uint64_t energy_mj; /* the middle of the range, where it is one */
    uint64_t low_mj;
    uint64_t high_mj;
    bool has_rapl; /* beside a "meter" */
    uint64_t rapl_mj;
    bool lost; /* the meter that was named did not answer at the end */
};

enum { METER_ZONES_MAX = 16 };

struct meter {
    double cpu_s;  /* at the start */
    double wall_s; /* at the start */
    bool has_watts;
    double watts_low;
    double watts_high;
    struct gauge gauge; /* GAUGE_NONE: none was named, and none found */
    bool has_begin;
    struct reading begin; /* of the gauge, at the start */
    unsigned zones;
    uint64_t zone_uj[METER_ZONES_MAX]; /* at the start */
    bool zone_used[METER_ZONES_MAX];
};

/* Read "LOW,HIGH" watts, e.g. "4,12"; NULL: not stated. ERR_USAGE. */
bool meter_watts(struct meter *meter, const char *watts, struct err *err) MUST_USE;

/* Take the gauge that is named (gauge_open), which must answer now; NULL: the processor's counters
 * through perf, else a battery that is in use, else none. Errors: those of gauge_open. After it
 * meter_release. */
bool meter_name(struct meter *meter, const char *name, const char *root, struct err *err) MUST_USE;

/* Close what meter_name opened. For CLEANUP. */
void meter_release(struct meter *meter);

/* Start. Reads what there is below `root`, "/sys" in real use. A meter may be started anew. */
void meter_begin(struct meter *meter, const char *root);

/* What it cost since meter_begin; may be asked again. Ranges:
 *   rapl      one value; a counter that wrapped is put right by its range. Where the time was long
 *             enough that it may have wrapped more often (by the processor's own limit of power),
 *             high says how much that would be.
 *   meter, battery   a counter that moved by ten of its steps or more: give or take one step;
 *             else the lower and the higher of the powers at both ends times the time.
 * A gauge that does not answer at the end sets `lost`, and the next method counts. */
struct cost meter_end(const struct meter *meter, const char *root);

/* {"cpu_ms":n,"wall_ms":n,"method":…,"energy_mj":n|null,"low_mj":…,"high_mj":…,"rapl_mj"?:n,
 * "meter_lost"?:true}, a new reference. */
json_t *cost_json(const struct cost *cost);

/* Read it again; false if it is not such an object. */
bool cost_of_json(const json_t *value, struct cost *ret);

/* The method that a word of the record stands for; METER_NONE for one that is not known. */
enum meter_method meter_method_of(struct str word);

/* What a method is, for people: "measured by a plug or sensor". */
const char *meter_words(enum meter_method method);

extern const char meter_root[];

#endif
