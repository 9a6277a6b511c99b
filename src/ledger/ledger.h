/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger: what it took, booked as a by-product of the acts themselves and by people (booking.h).
 *
 * Any entry may carry "cost" in its body (meter.h); the domain that folds it calls ledger_fold.
 * Everything else is summed from the bodies of bookings when it is asked for.
 *
 * Invariants:
 *   1. Sums are whole numbers: millijoules, milliseconds, grams, metres, minutes, cents.
 *   2. Nothing about a single person comes out of here: people are counted, hours are told only as
 *      sums (hours_shown), names only where their bearers chose so (credit_choose).
 *   3. A figure without a source or a measurement is not there; nothing is guessed.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "ledger/booking.h"
#include "ledger/meter.h"
#include "record/record.h"

/* Book the "cost" of an entry's body under a phase and an act; nothing if it has none. */
bool ledger_fold(struct record *record, const struct entry *entry, const char *phase,
                 const char *act, struct err *err) MUST_USE;

/* Acts of one phase and name, summed. energy_known counts those whose energy is known. */
struct ledger_line {
    struct str phase;
    struct str act;
    uint64_t acts;
    uint64_t cpu_ms;
    uint64_t wall_ms;
    uint64_t energy_known;
    uint64_t energy_mj;
    uint64_t low_mj; /* its range, summed */
    uint64_t high_mj;
    struct str method; /* "none", "rapl", "estimate", …, or several joined by "," */
};

/* In the order phase, act; in the arena. */
bool ledger_lines(struct record *record, struct arena *arena, struct ledger_line **ret,
                  size_t *ret_n, struct err *err) MUST_USE;

/* Travel by one means; trips and distances with --times counted in. */
struct ledger_travel {
    const char *means;
    uint64_t trips;
    uint64_t metres;                    /* of the vehicles */
    uint64_t person_metres;             /* of the people in them */
    const struct travel_factor *factor; /* NULL: we have no figure with a source */
    struct span grams;                  /* of carbon dioxide, 0 without a factor */
    struct span kj;                     /* 0 where it is not known */
};

enum { LEDGER_MEANS_MAX = 9, LEDGER_PHASES = 6, LEDGER_ROLES = 14 };

/* What people booked: so far, or as what a year of going on takes. */
struct ledger_account {
    uint64_t bookings;
    struct ledger_travel travel[LEDGER_MEANS_MAX];
    size_t travel_n;
    uint64_t grams; /* of material */
    uint64_t cents;
};

/* What was computed, all acts together. */
struct ledger_energy {
    uint64_t acts;
    uint64_t known; /* acts whose energy is known; the sums are over these */
    uint64_t cpu_ms;
    uint64_t mj;
    uint64_t low_mj;
    uint64_t high_mj;
};

/* Which figures of hours may be shown. */
enum hours_shown {
    HOURS_NONE = 0, /* nobody booked any */
    HOURS_HIDDEN,   /* fewer than HOURS_TOTAL_PEOPLE: a sum would tell about a person */
    HOURS_TOTAL,    /* the sum of all phases */
    HOURS_PHASES    /* each phase that has any has at least HOURS_PHASE_PEOPLE */
};
enum { HOURS_TOTAL_PEOPLE = 3, HOURS_PHASE_PEOPLE = 5 };

struct ledger_hours {
    enum hours_shown shown;
    uint64_t absent;                  /* bookings whose figures are not here */
    uint64_t minutes;                 /* 0 unless shown */
    uint64_t of_phase[LEDGER_PHASES]; /* 0 unless shown by phases */
};

/* Who decided: positions on a question when it was decided, of the members now. */
struct ledger_decision {
    struct hash id;
    uint64_t positions;
};

struct ledger_role {
    const char *role;
    uint64_t people;
};

/* Somebody who chose to be named. */
struct ledger_credit {
    const char *name;
    const char *roles; /* joined by ", " */
};

struct ledger_licence {
    const char *licence;
    uint64_t entries;
};

struct ledger {
    struct ledger_line *line;
    size_t line_n;
    struct ledger_energy energy;
    struct ledger_account so_far;
    struct ledger_account a_year;
    struct booking *device;
    size_t device_n;
    const struct booking *computer; /* the last device booked as what computes, or NULL */
    struct booking *material;       /* one by one, those that are planned as well */
    size_t material_n;
    struct booking *note;
    size_t note_n;
    struct grid grid;
    bool grid_stated;     /* else Germany's, which the readers must be told */
    uint64_t bytes;       /* of the project file */
    uint64_t rows_judged; /* rows that a model answered when the part set aside was looked at */

    uint64_t people;                      /* members */
    uint64_t phase_people[LEDGER_PHASES]; /* who wrote anything in it */
    struct ledger_decision *decision;
    size_t decision_n;
    struct ledger_hours hours;
    struct ledger_role *role; /* those that anybody chose */
    size_t role_n;
    struct ledger_credit *credit;
    size_t credit_n;

    uint64_t withdrawn; /* whole entries, and single rows of tables */
    uint64_t withdrawn_rows;
    uint64_t entries;   /* that count and are here */
    uint64_t open;      /* of these: may be published */
    uint64_t may_train; /* of these: others may train with them */
    uint64_t without_permission;
    struct ledger_licence *licence;
    size_t licence_n;
};

/* The names of the phases, in the order of the cycle. */
extern const char *const ledger_phase_names[LEDGER_PHASES];

/* The phase that entries of a kind belong to; LEDGER_PHASES: none (members, withdrawals). */
size_t ledger_phase_of_kind(const char *kind);

/* What these words of the record are called for people: a scope, a means of travel, how a device
 * was got, a phase by its place. Static. */
const char *ledger_scope_words(const char *scope);
const char *ledger_means_words(const char *means);
const char *ledger_got_words(const char *got);
const char *ledger_phase_words(size_t phase);

/* For whom a ledger is. Outside, bookings, notes and credit count only where their permission names
 * publication, and hours come out from HOURS_PHASE_PEOPLE on only. */
enum ledger_for { LEDGER_FOR_MEMBERS, LEDGER_FOR_ALL };

/* Everything that the ledger knows; in the arena. Reads each body once: seconds from a million
 * entries on. */
bool ledger_read(struct record *record, enum ledger_for readers, struct arena *arena,
                 struct ledger *ret, struct err *err) MUST_USE;

/* The SCI score of one act of a line, on average, in millionths of a gram of carbon dioxide: the
 * electricity (a range), and the making of the computer. has_making is false where no device was
 * booked as the computer with a sourced figure and its years; then there is no score, because SCI
 * must include it. False: the energy of these acts is not known. */
struct ledger_score {
    struct span operation_ug;
    bool has_making;
    uint64_t making_ug;
};
bool ledger_score(const struct ledger *ledger, const struct ledger_line *line,
                  struct ledger_score *ret);

#endif
