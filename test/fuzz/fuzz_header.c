/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A header from outside is refused, or is exactly what we would write. */
#include <stddef.h>
#include <stdint.h>

#include "record/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct str text = {(const char *)bytes, n};
    CLEANUP(buf_release) struct buf again = BUF_INIT;
    struct header header;
    struct err err = {0};
    if (!header_decode(text, &header, &err)) {
        BUG_IF(err.code == ERR_NONE || !err.what[0] || !err.next[0]);
        return 0;
    }
    header_encode(&header, &again);
    BUG_IF(!str_eq(text, buf_view(&again)));
    return 0;
}
