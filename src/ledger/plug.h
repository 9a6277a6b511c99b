/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plug: asks a smart plug over HTTP, and reads what it replies.
 *
 * A plug is a stranger's computer in one's own network, so: plain HTTP only, no redirects, no
 * proxy, no cookies, three seconds in all, at most PLUG_REPLY_MAX bytes, numbers within what a
 * socket can carry. libcurl is loaded when a plug is asked, not before: every other command starts
 * without it. SOURCE: Shelly technical documentation: Gen2 Switch.GetStatus (apower in W,
 * aenergy.total in Wh with three decimals), Gen1 /meter/0 (power in W, total in watt-minutes);
 * Tasmota, Status 10 (StatusSNS.ENERGY.Power in W, Total in kWh with three decimals).
 */
#ifndef LEDGER_PLUG_H
#define LEDGER_PLUG_H

#include "base/buf.h"
#include "ledger/gauge.h"

enum { PLUG_REPLY_MAX = 64 << 10, PLUG_TIMEOUT_MS = 3000 };

/* A name or number, maybe with :PORT; nothing that could lead elsewhere. ERR_USAGE. */
bool plug_address_check(const char *address, struct err *err) MUST_USE;

/* What a plug of this kind has said. ERR_INPUT names what is missing or out of range. */
bool plug_parse(enum gauge_kind kind, struct str reply, struct reading *ret,
                struct err *err) MUST_USE;

/* Ask it. ERR_NOT_FOUND: nobody answers; ERR_IO: it answered with an error, another page, too late;
 * ERR_LIMIT: too much; ERR_UNSUPPORTED: libcurl is not installed. */
bool plug_read(enum gauge_kind kind, const char *address, struct reading *ret,
               struct err *err) MUST_USE;

#endif
