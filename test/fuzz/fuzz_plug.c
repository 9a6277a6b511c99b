/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what a plug answers: figures that a plug can have, or a sentence. The first byte
 * says which kind of plug it is. */
#include <stddef.h>
#include <stdint.h>

#include "ledger/plug.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum gauge_kind plugs[] = {GAUGE_SHELLY, GAUGE_SHELLY1, GAUGE_TASMOTA};
    struct reading reading = {.uj = 0};
    struct err err = {0};
    if (size == 0)
        return 0;
    bool done = plug_parse(plugs[data[0] % COUNT_OF(plugs)],
                           (struct str){(const char *)data + 1, size - 1}, &reading, &err);
    BUG_IF(done != (err.code == ERR_NONE) || (!done && (!err.what[0] || !err.next[0])));
    /* 11.1 kW; 10^9 Wh of 3600 J, with what a sum of doubles may be off */
    BUG_IF(done && (!reading.has_uw || reading.uw > UINT64_C(11100000000)));
    BUG_IF(done && (!reading.has_uj || reading.uj > UINT64_C(3600000000001000000)));
    return 0;
}
