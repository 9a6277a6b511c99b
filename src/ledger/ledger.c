/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/ledger.h"

#include <string.h>

#include "base/buf.h"

bool ledger_fold(struct record *record, const struct entry *entry, const char *phase,
                 const char *act, struct err *err)
{
    const json_t *object = json_object_get(entry->body, "cost");
    struct cost cost;
    struct stmt *stmt;
    if (!cost_of_json(object, &cost))
        return true;
    if (!store_stmt(record_store(record), SQL_LEDGER_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_text(stmt, str_of(phase));
    stmt_text(stmt, str_of(act));
    stmt_int(stmt, (int64_t)cost.cpu_ms);
    if (cost.method == METER_NONE)
        stmt_null(stmt);
    else
        stmt_int(stmt, (int64_t)cost.energy_mj);
    stmt_text(stmt, str_of(json_text(object, "method")));
    return stmt_run(stmt, err);
}

bool ledger_lines(struct record *record, struct arena *arena, struct ledger_line **ret,
                  size_t *ret_n, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf found = BUF_INIT;
    bool row;
    if (!store_stmt(record_store(record), SQL_LEDGER_LINES, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row) {
            *ret_n = found.n / sizeof(struct ledger_line);
            *ret = arena_get(arena, *ret_n, sizeof **ret);
            if (found.n)
                memcpy(*ret, found.at, found.n);
            return true;
        }
        const struct ledger_line line = {.phase = arena_str(arena, row_text(stmt, 0)),
                                         .act = arena_str(arena, row_text(stmt, 1)),
                                         .acts = (uint64_t)row_int(stmt, 2),
                                         .cpu_ms = (uint64_t)row_int(stmt, 3),
                                         .energy_known = (uint64_t)row_int(stmt, 4),
                                         .energy_mj = (uint64_t)row_int(stmt, 5),
                                         .method = arena_str(arena, row_text(stmt, 6))};
        buf_add(&found, &line, sizeof line);
    }
    return false;
}
