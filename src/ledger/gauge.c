/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* syscall */
#include "ledger/gauge.h"

#include <dirent.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/num.h"
#include "ledger/plug.h"

static const struct {
    const char *word;
    enum gauge_kind kind;
    bool named; /* something must stand behind ':' */
} kinds[] = {
    {"shelly", GAUGE_SHELLY, true},    {"shelly1", GAUGE_SHELLY1, true},
    {"tasmota", GAUGE_TASMOTA, true},  {"hwmon", GAUGE_HWMON, true},
    {"battery", GAUGE_BATTERY, false}, {"perf", GAUGE_PERF, false},
};

/* The first line of a small file of the system; false if there is none. The path is printf's. */
__attribute__((format(printf, 2, 3))) static bool line_of(struct buf *ret, const char *path, ...)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    char full[512];
    struct err ignored = {0};
    va_list list;
    va_start(list, path);
    int n = vsnprintf(full, sizeof full, path, list);
    va_end(list);
    buf_clear(ret);
    if (n < 0 || (size_t)n >= sizeof full || !file_read(full, 4096, &text, &ignored))
        return false;
    buf_add(ret, text.at ? text.at : "", text.at ? strcspn(text.at, "\n") : 0);
    return true;
}

static bool number_in(const char *folder, const char *name, uint64_t *ret)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    /* 10^15 microjoules are 280 kWh: what does not fit below 2^60 is not a counter */
    return line_of(&text, "%s/%s", folder, name) &&
           str_uint(str_trim(buf_view(&text)), UINT64_C(1) << 60, ret);
}

/* --- sensors of boards -------------------------------------------------------------------- */

enum { SENSORS_MAX = 64, BATTERIES_MAX = 4 };

static bool find_sensor(const struct gauge *gauge, const char *root, char *ret, size_t n)
{
    CLEANUP(buf_release) struct buf name = BUF_INIT;
    for (int i = 0; i < SENSORS_MAX; i++) {
        char folder[32];
        snprintf(folder, sizeof folder, "hwmon%d", i);
        snprintf(ret, n, "%s/class/hwmon/%s", root, folder);
        if (line_of(&name, "%s/name", ret) &&
            (strcmp(name.at ? name.at : "", gauge->name) == 0 || strcmp(folder, gauge->name) == 0))
            return true;
    }
    return false;
}

static bool read_sensor(const struct gauge *gauge, const char *root, struct reading *ret,
                        struct err *err)
{
    char folder[256];
    if (!find_sensor(gauge, root, folder, sizeof folder))
        return FAIL(err, ERR_NOT_FOUND, _("See their names: cat /sys/class/hwmon/*/name"),
                    _("There is no sensor \"%s\" here."), gauge->name);
    *ret = (struct reading){.step_uj = 1};
    ret->has_uj = number_in(folder, "energy1_input", &ret->uj);
    ret->has_uw = number_in(folder, "power1_input", &ret->uw) ||
                  number_in(folder, "power1_average", &ret->uw);
    return ret->has_uj || ret->has_uw ||
           FAIL(err, ERR_NOT_FOUND, _("Name another one: cat /sys/class/hwmon/*/name"),
                _("The sensor \"%s\" tells neither energy nor power."), gauge->name);
}

/* --- batteries ---------------------------------------------------------------------------- */

/* Batteries tell energy_now, hardly finer than in steps of 10 mWh; those that tell charge_now alone
 * are read by their power. Names differ (BAT0, CMB1, macsmc-battery), so the type tells; those of a
 * mouse say scope Device. What leaves a battery is negative, by the kernel's word since 2020, and
 * positive in many drivers.
 * SOURCE: Linux, Documentation/ABI/testing/sysfs-class-power. */
#define BATTERY_STEP_UJ UINT64_C(36000000)

/* As number_in, without the sign. */
static bool size_in(const char *folder, const char *name, uint64_t *ret)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (!line_of(&text, "%s/%s", folder, name))
        return false;
    struct str value = str_trim(buf_view(&text));
    if (value.n && value.at[0] == '-')
        value = (struct str){value.at + 1, value.n - 1};
    return str_uint(value, UINT64_C(1) << 60, ret);
}

static bool is_said(const char *folder, const char *name, const char *word, bool otherwise)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    return line_of(&text, "%s/%s", folder, name) ? strcmp(text.at ? text.at : "", word) == 0
                                                 : otherwise;
}

struct batteries {
    unsigned found;
    unsigned energies; /* that tell it */
    unsigned used;     /* give power now */
    unsigned powers;   /* of these, that tell it */
};

static void add_battery(const char *folder, struct batteries *b, struct reading *ret)
{
    uint64_t uwh;
    uint64_t uw;
    uint64_t uv;
    b->found++;
    if (size_in(folder, "energy_now", &uwh) && uwh < UINT64_C(1) << 40) {
        ret->uj += uwh * 3600;
        b->energies++;
    }
    if (!is_said(folder, "status", "Discharging", false))
        return;
    b->used++;
    bool power = size_in(folder, "power_now", &uw);
    if (!power && size_in(folder, "current_now", &uw) && uw < UINT64_C(1) << 30 &&
        size_in(folder, "voltage_now", &uv) && uv < UINT64_C(1) << 30) {
        uw = uw * uv / 1000000; /* microamperes times microvolts */
        power = true;
    }
    ret->uw += power ? uw : 0;
    b->powers += power;
}

static bool read_battery(const char *root, struct reading *ret, struct err *err)
{
    char folder[512];
    struct batteries b = {.found = 0};
    *ret = (struct reading){.down = true, .step_uj = BATTERY_STEP_UJ};
    snprintf(folder, sizeof folder, "%s/class/power_supply", root);
    DIR *all = opendir(folder);
    for (struct dirent *e = all ? readdir(all) : NULL; e && b.found < BATTERIES_MAX;
         e = readdir(all)) {
        int n = snprintf(folder, sizeof folder, "%s/class/power_supply/%s", root, e->d_name);
        if (n > 0 && (size_t)n < sizeof folder && is_said(folder, "type", "Battery", false) &&
            is_said(folder, "scope", "System", true))
            add_battery(folder, &b, ret);
    }
    if (all)
        (void)closedir(all);
    ret->has_uj = b.found && b.energies == b.found;
    ret->has_uw = b.used && b.powers == b.used;
    if (!b.found || (!ret->has_uj && b.used && !ret->has_uw))
        return FAIL(err, ERR_NOT_FOUND, _("Name another meter, or say --watts LOW,HIGH"),
                    _("No battery here tells what it gives."));
    return b.used || FAIL(err, ERR_DENIED, _("Unplug the computer, or say --watts LOW,HIGH"),
                          _("The battery is not in use, so it says nothing about the computer."));
}

/* --- perf --------------------------------------------------------------------------------- */

static int open_event(uint64_t type, uint64_t config, int processor)
{
    struct perf_event_attr attr;
    memset(&attr, 0, sizeof attr);
    attr.size = sizeof attr;
    attr.type = (uint32_t)type;
    attr.config = config;
    return (int)syscall(SYS_perf_event_open, &attr, -1, processor, -1, PERF_FLAG_FD_CLOEXEC);
}

/* "event=0x02" and "2.3283064365386962890625e-10" (joules a count) of one of the counters. */
static bool read_event(const char *folder, const char *event, uint64_t *ret_config,
                       double *ret_scale)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct decimal scale;
    static const char digits[] = "0123456789abcdef";
    if (!line_of(&text, "%s/events/%s", folder, event) ||
        !str_starts(buf_view(&text), STR("event=0x")) || text.n == 8 || text.n > 8 + 8)
        return false;
    uint64_t config = 0;
    for (const char *c = text.at + 8; *c; c++) {
        const char *digit = strchr(digits, *c);
        if (!digit)
            return false;
        config = config * 16 + (uint64_t)(digit - digits);
    }
    *ret_config = config;
    if (!line_of(&text, "%s/events/%s.unit", folder, event) || strcmp(text.at, "Joules") != 0 ||
        !line_of(&text, "%s/events/%s.scale", folder, event))
        return false;
    enum num_read read = num_decimal(buf_view(&text), '.', &scale);
    *ret_scale = read == NUM_OK || read == NUM_ROUNDED ? num_double(scale) : 0;
    return *ret_scale > 0 && *ret_scale < 1;
}

/* The processors of "0,16" that stand for the packages. */
static unsigned read_mask(const char *folder, int ret[GAUGE_EVENTS_MAX])
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    unsigned n = 0;
    if (!line_of(&text, "%s/cpumask", folder))
        return 0;
    struct str rest = buf_view(&text);
    struct str one;
    uint64_t processor;
    while (n < GAUGE_EVENTS_MAX && str_cut(&rest, ',', &one)) {
        if (!str_uint(str_trim(one), 100000, &processor))
            return 0;
        ret[n++] = (int)processor;
    }
    return n;
}

bool gauge_open_perf(struct gauge *gauge, const char *root, gauge_opener *open_one, struct err *err)
{
    char folder[256];
    uint64_t type;
    uint64_t config;
    double scale;
    int processor[GAUGE_EVENTS_MAX];
    snprintf(folder, sizeof folder, "%s/bus/event_source/devices/power", root);
    unsigned n = read_mask(folder, processor);
    *gauge = (struct gauge){.kind = GAUGE_PERF};
    if (n == 0 || !number_in(folder, "type", &type) || type > UINT32_MAX)
        return FAIL(err, ERR_NOT_FOUND, _("Name another meter, or say --watts LOW,HIGH"),
                    _("This computer has no counters of energy that perf could read."));
    bool whole = read_event(folder, "energy-psys", &config, &scale); /* once, not a package */
    if (!whole && !read_event(folder, "energy-pkg", &config, &scale))
        return FAIL(err, ERR_NOT_FOUND, _("Name another meter, or say --watts LOW,HIGH"),
                    _("This computer has no counters of energy that perf could read."));
    gauge->event_uj = scale * 1e6;
    for (unsigned i = 0; i < (whole ? 1 : n); i++) {
        int fd = open_one(type, config, processor[i]);
        if (fd < 0) {
            gauge_close(gauge);
            return FAIL(err, ERR_DENIED,
                        _("Ask who runs this computer for kernel.perf_event_paranoid=0."),
                        _("The system does not let us read its counters of energy."));
        }
        gauge->event[gauge->events++] = fd;
    }
    return true;
}

static bool read_perf(const struct gauge *gauge, struct reading *ret, struct err *err)
{
    *ret = (struct reading){.has_uj = true, .step_uj = (uint64_t)(gauge->event_uj + 1)};
    for (unsigned i = 0; i < gauge->events; i++) {
        uint64_t count;
        if (read(gauge->event[i], &count, sizeof count) != (ssize_t)sizeof count)
            return FAIL(err, ERR_IO, _("Name another meter, or say --watts LOW,HIGH"),
                        _("A counter of energy could not be read."));
        ret->uj += (uint64_t)((double)count * gauge->event_uj + 0.5);
    }
    return true;
}

/* --- all of them -------------------------------------------------------------------------- */

bool gauge_open(struct gauge *gauge, const char *name, const char *root, struct err *err)
{
    struct str behind = str_of(name);
    struct str word;
    bool has_word = str_cut(&behind, ':', &word);
    *gauge = (struct gauge){.kind = GAUGE_NONE};
    for (size_t i = 0; has_word && i < COUNT_OF(kinds); i++)
        if (str_eq(word, str_of(kinds[i].word)) && kinds[i].named == (behind.at != NULL))
            gauge->kind = kinds[i].kind;
    if (gauge->kind == GAUGE_NONE || behind.n >= sizeof gauge->name)
        return FAIL(err, ERR_USAGE,
                    _("Choose from: shelly:ADDRESS, shelly1:ADDRESS, tasmota:ADDRESS, hwmon:NAME, "
                      "battery, perf."),
                    _("\"%s\" is not a meter that we know."), name);
    if (behind.at)
        memcpy(gauge->name, behind.at, behind.n);
    if (gauge->kind == GAUGE_PERF)
        return gauge_open_perf(gauge, root, open_event, err);
    if (gauge->kind == GAUGE_HWMON || gauge->kind == GAUGE_BATTERY)
        return true;
    return plug_address_check(gauge->name, err);
}

void gauge_close(struct gauge *gauge)
{
    for (unsigned i = 0; i < gauge->events; i++)
        close(gauge->event[i]);
    gauge->events = 0;
    gauge->kind = GAUGE_NONE;
}

bool gauge_read(const struct gauge *gauge, const char *root, struct reading *ret, struct err *err)
{
    switch (gauge->kind) {
    case GAUGE_SHELLY:
    case GAUGE_SHELLY1:
    case GAUGE_TASMOTA:
        return plug_read(gauge->kind, gauge->name, ret, err);
    case GAUGE_HWMON:
        return read_sensor(gauge, root, ret, err);
    case GAUGE_BATTERY:
        return read_battery(root, ret, err);
    case GAUGE_PERF:
        return read_perf(gauge, ret, err);
    case GAUGE_NONE:
        break;
    }
    BUG_IF(true);
    return false;
}
