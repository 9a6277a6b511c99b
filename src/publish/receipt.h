/* SPDX-License-Identifier: GPL-3.0-or-later */
/* receipt: what somebody found when they verified a published folder, signed with a key of theirs.
 *
 * A small text that people can read, in exactly these lines (docs/format/publication.md):
 *   allmende-receipt 1
 *   project ID          publication ID      manifest HASH        (“-” where there is none)
 *   state NAME          entries N           trainings N          results N
 *   again N             held-back N         other-program N      withdrawn N
 *   taken-back N        faults N            program VERSION HASH time 2026-11-23T01:10:00Z
 *   name TEXT           (only if one was given)
 *   key KEY             signature SIGNATURE
 * The signature covers all lines before it. The key belongs to no project: it is that of somebody
 * who looks at many. It says that its holder says so; who that is, one must know from elsewhere.
 */
#ifndef PUBLISH_RECEIPT_H
#define PUBLISH_RECEIPT_H

#include "base/clock.h"
#include "publish/verify.h"

enum { RECEIPT_NAME_BYTES = 100, RECEIPT_PROGRAM_BYTES = 120 };

struct receipt {
    struct verify_report report; /* its counts; no faults by name */
    size_t faults;
    char program[RECEIPT_PROGRAM_BYTES]; /* version, and the hash of the program's file or "-" */
    char time[CLOCK_TEXT];               /* what the clock of the computer said */
    char name[RECEIPT_NAME_BYTES + 1];   /* "": none */
    struct device key;
};

/* Sign what was found, now, with the key of this computer for receipts, which is made if there is
 * none yet; name NULL or "": none. Appended to out. ERR_INPUT: a name that is too long or has
 * control characters; ERR_CONFLICT: several such keys are here. */
bool receipt_sign(const struct verify_report *report, const char *name, struct receipt *ret,
                  struct buf *out, struct err *err) MUST_USE;

/* Read a receipt. ERR_INPUT: it is none, to the byte; ERR_CORRUPT: its signature does not fit. */
bool receipt_read(struct str text, struct receipt *ret, struct err *err) MUST_USE;

#endif
