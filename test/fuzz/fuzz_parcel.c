/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry file from outside is refused, or holds exactly what we would write of it. */
#include <stddef.h>
#include <stdint.h>

#include "publish/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    CLEANUP(package_entry_release) struct package_entry entry = {.value = NULL};
    CLEANUP(package_entry_release) struct package_entry second = {.value = NULL};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    CLEANUP(buf_release) struct buf again = BUF_INIT;
    struct str input = {(const char *)bytes, n};
    struct err err = {0};
    if (!package_entry_read(input, &entry, &err)) {
        BUG_IF(err.code == ERR_NONE || !err.what[0] || !err.next[0]);
        return 0;
    }
    for (size_t i = 0; i < entry.blob_n; i++)
        BUG_IF(entry.blob[i].file.at[0] && !package_path_is_fine(str_of(entry.blob[i].file.at)));
    package_entry_write(&entry, &text);
    BUG_IF(!package_entry_read(buf_view(&text), &second, &err));
    package_entry_write(&second, &again);
    BUG_IF(!str_eq(buf_view(&text), buf_view(&again)));
    return 0;
}
