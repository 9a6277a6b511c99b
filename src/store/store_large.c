/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A transaction that adds much: an imported table of a gigabyte.
 *
 * In the log every page is written twice, once there and once in its place, and the log grows to
 * the size of the import. New pages need neither: until the commit nobody misses what lies behind
 * the end of the file. So for this one transaction a rollback journal takes the place of the log;
 * it holds what the few pages that change were before. Measured with a table of 1 GB, in turn on
 * one machine: 0.6 of the processor time, half the bytes written, and no log.
 *
 * Invariants:
 *   1. The step from log to journal and the step back are transactions of their own, each whole or
 *      not at all; the log is written back, synced and deleted before the first.
 *   2. A journal that a crash left is played back by SQLite before anything is read; where that
 *      cannot be written, the file is not opened (store.c).
 *   3. Nobody else has the file (store.h, 1), so neither step can be kept waiting.
 *   4. If the step back fails, the next transactions are kept by the journal, which is as safe;
 *      opening the file again is the step back as well.
 *   5. At the commit the journal is cut to nothing and synced: no word of it can come back.
 *
 * What stays behind after a crash inside the first step is a journal of one page (the schema, no
 * word of anybody) whose first byte is zero: it counts as empty, and the next large transaction
 * deletes it.
 */
#include <stdlib.h>

#include "store/store_int.h"

static uint64_t large_bytes(void)
{
    const char *said = getenv("ALLMENDE_LARGE_BYTES");
    uint64_t bytes;
    return said && str_uint(str_of(said), UINT64_MAX, &bytes) ? bytes : STORE_LARGE_BYTES;
}

bool store_begin_large(struct store *store, uint64_t bytes, struct err *err)
{
    if (store->writable && !store->journal && bytes >= large_bytes()) {
        store->journal = true;
        if (!store_checkpoint(store, err) || !store_script(store, embedded_schema_journal, err)) {
            store_back_to_log(store);
            return false;
        }
    }
    if (store_begin(store, err))
        return true;
    store_back_to_log(store);
    return false;
}

void store_back_to_log(struct store *store)
{
    struct err ignored = {0};
    if (store->journal && store_script(store, embedded_schema_write, &ignored))
        store->journal = false;
}
