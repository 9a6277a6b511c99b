/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ledger: what it took, booked as a by-product of the acts themselves.
 *
 * Any entry may carry "cost" in its body (meter.h); the domain that folds it calls ledger_fold.
 * Sums are over acts, by phase; nothing about a single person comes out of here.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

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
    uint64_t energy_known;
    uint64_t energy_mj;
    struct str method; /* "none", "rapl", "estimate", or several joined by "," */
};

/* In the order phase, act; in the arena. */
bool ledger_lines(struct record *record, struct arena *arena, struct ledger_line **ret,
                  size_t *ret_n, struct err *err) MUST_USE;

#endif
