/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gauge: things that tell energy or power: plugs, sensors of boards, batteries, perf.
 *
 * A gauge is named like this:
 *   shelly:ADDRESS    plug, second generation and later; ADDRESS is a name or number, maybe :PORT
 *   shelly1:ADDRESS   plug, first generation
 *   tasmota:ADDRESS   plug with Tasmota
 *   hwmon:NAME        sensor of a board, by its "name" or by its folder, e.g. hwmon:ina231
 *   battery           the batteries of this computer together
 *   perf              the processor's counters through perf
 * Replies are not trusted: plug.h.
 * SOURCE: Linux kernel, Documentation/hwmon/sysfs-interface.rst (power1_input in uW, energy1_input
 * in uJ); Documentation/ABI/testing/sysfs-class-power (power_now in uW, energy_now in uWh,
 * current_now in uA, voltage_now in uV); Documentation/ABI/testing/
 * sysfs-bus-event_source-devices-events (scale, unit).
 */
#ifndef LEDGER_GAUGE_H
#define LEDGER_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum gauge_kind {
    GAUGE_NONE = 0,
    GAUGE_SHELLY,
    GAUGE_SHELLY1,
    GAUGE_TASMOTA,
    GAUGE_HWMON,
    GAUGE_BATTERY,
    GAUGE_PERF
};

enum { GAUGE_NAME_MAX = 128, GAUGE_EVENTS_MAX = 8 };

struct gauge {
    enum gauge_kind kind;
    char name[GAUGE_NAME_MAX]; /* address or sensor; else empty */
    unsigned events;           /* perf: open counters, one a package */
    int event[GAUGE_EVENTS_MAX];
    double event_uj; /* perf: microjoules a count */
};

/* What it says at one moment. */
struct reading {
    bool has_uj;
    bool down;        /* the counter goes down: a battery */
    uint64_t uj;      /* microjoules, from any zero */
    uint64_t step_uj; /* the counter's smallest step */
    bool has_uw;
    uint64_t uw; /* microwatts */
};

/* Open what is named. ERR_USAGE: no such kind, or not an address; ERR_NOT_FOUND: it is not there;
 * ERR_DENIED: the system does not let us. Nothing is read yet. */
bool gauge_open(struct gauge *gauge, const char *name, const char *root, struct err *err) MUST_USE;

/* Close it; a closed one may be closed again. */
void gauge_close(struct gauge *gauge);

/* Read it. ERR_NOT_FOUND, ERR_IO, ERR_INPUT: says nothing usable; ERR_DENIED: a battery that is not
 * in use says nothing about the computer. A plug has three seconds. */
bool gauge_read(const struct gauge *gauge, const char *root, struct reading *ret,
                struct err *err) MUST_USE;

/* How perf opens a counter: type, config, processor; -1 if it cannot. Tests give their own. */
typedef int gauge_opener(uint64_t type, uint64_t config, int processor);
bool gauge_open_perf(struct gauge *gauge, const char *root, gauge_opener *open_event,
                     struct err *err) MUST_USE;

#endif
