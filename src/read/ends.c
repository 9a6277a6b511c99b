/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/ends.h"

#include "base/mem.h"
#include "base/num.h"
#include "learn/scan.h"
#include "read/columns_note.h"

struct ending {
    struct standin_ends *slot; /* (slots * columns) */
    size_t column_n;
};

static void take_ends(void *context, const struct scan_block *block, unsigned slot)
{
    const struct ending *ending = context;
    for (size_t c = 0; c < ending->column_n; c++) {
        const struct column *column = &block->column[c];
        struct standin_ends *ends = &ending->slot[slot * ending->column_n + c];
        if (column->type != COLUMN_NUMBER)
            continue;
        for (size_t r = 0; r < block->n; r++)
            if (!column->missing[r])
                standin_add(ends, column->mantissa[r]);
    }
}

/* Degrees have a range; a name alone is no place. */
static enum header_place place_of(const struct column *column, const struct standin_ends *ends)
{
    enum header_place place = header_place(column->name);
    double most = place == PLACE_LATITUDE ? 90 : 180;
    if (place == PLACE_NONE || column->type != COLUMN_NUMBER || ends->n == 0)
        return PLACE_NONE;
    double low = num_double((struct decimal){ends->low.value, column->exponent});
    double high = num_double((struct decimal){ends->high.value, column->exponent});
    return low >= -most && high <= most ? place : PLACE_NONE;
}

/* Brings the slots together in the first, and takes from it what is told of each column. */
static void take_slots(struct columns *ret, struct standin_ends *slot, unsigned slots)
{
    size_t n = ret->table.column_n;
    for (size_t c = 0; c < n; c++) {
        const struct column *column = &ret->table.column[c];
        for (unsigned s = 1; s < slots; s++)
            standin_merge(&slot[c], &slot[s * n + c]);
        ret->about[c].ends = slot[c];
        ret->about[c].place = place_of(column, &slot[c]);
        if (column->type == COLUMN_NUMBER)
            ret->about[c].missing = ret->table.rows - slot[c].n;
    }
}

bool ends_find(struct columns *ret, char point, struct arena *arena, const struct cluster *cluster,
               struct err *err)
{
    size_t n = ret->table.column_n, want_n = 0;
    unsigned slots = cluster_slots(cluster);
    CLEANUP(mem_free) struct standin_ends *slot = mem_get(slots * n, sizeof *slot);
    CLEANUP(mem_free) struct standin *found = mem_get(2 * n, sizeof *found);
    CLEANUP(mem_free) size_t *want = mem_get(n, sizeof *want);
    struct ending ending = {slot, n};
    for (size_t c = 0; c < n; c++)
        if (ret->table.column[c].type == COLUMN_NUMBER)
            want[want_n++] = c;
    const struct scan scan = {.table = &ret->table,
                              .want = want,
                              .want_n = want_n,
                              .cluster = cluster,
                              .work = take_ends,
                              .context = &ending};
    if (!scan_run(&scan, err))
        return false;
    take_slots(ret, slot, slots);
    size_t found_n = standin_find(&ret->table, slot, found);
    size_t told =
        note_standins(arena, &ret->table, found, found_n, point, &ret->fault[ret->fault_n]);
    ret->fault_n += told;
    ret->fault_total += told;
    return true;
}
