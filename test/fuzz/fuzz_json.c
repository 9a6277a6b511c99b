/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A body from outside is refused, or survives writing, reading and writing again. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    CLEANUP(buf_release) struct buf once = BUF_INIT;
    CLEANUP(buf_release) struct buf twice = BUF_INIT;
    CLEANUP(json_release) json_t *value = NULL;
    CLEANUP(json_release) json_t *again = NULL;
    struct err err = {0};
    if (!json_strict((struct str){(const char *)bytes, n}, &value, &err)) {
        BUG_IF(err.code == ERR_NONE || !err.what[0] || !err.next[0]);
        return 0;
    }
    BUG_IF(n && memchr(bytes, '\0', n));
    json_write(value, &once);
    BUG_IF(!json_strict(buf_view(&once), &again, &err));
    json_write(again, &twice);
    BUG_IF(!str_eq(buf_view(&once), buf_view(&twice)) || !json_equal(value, again));
    return 0;
}
