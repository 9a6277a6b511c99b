/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/ledger.h"

#include <string.h>

#include "base/buf.h"

/* A number that may be missing; there only if the energy is known. */
static void bind_energy(struct stmt *stmt, const struct cost *cost, uint64_t mj)
{
    if (cost->method == METER_NONE)
        stmt_null(stmt);
    else
        stmt_int(stmt, (int64_t)mj);
}

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
    stmt_int(stmt, (int64_t)cost.wall_ms);
    bind_energy(stmt, &cost, cost.energy_mj);
    bind_energy(stmt, &cost, cost.low_mj);
    bind_energy(stmt, &cost, cost.high_mj);
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
            *ret = arena_keep(arena, buf_view(&found));
            return true;
        }
        const struct ledger_line line = {.phase = arena_str(arena, row_text(stmt, 0)),
                                         .act = arena_str(arena, row_text(stmt, 1)),
                                         .acts = (uint64_t)row_int(stmt, 2),
                                         .cpu_ms = (uint64_t)row_int(stmt, 3),
                                         .wall_ms = (uint64_t)row_int(stmt, 4),
                                         .energy_known = (uint64_t)row_int(stmt, 5),
                                         .energy_mj = (uint64_t)row_int(stmt, 6),
                                         .low_mj = (uint64_t)row_int(stmt, 7),
                                         .high_mj = (uint64_t)row_int(stmt, 8),
                                         .method = arena_str(arena, row_text(stmt, 9))};
        buf_add(&found, &line, sizeof line);
    }
    return false;
}

bool ledger_score(const struct ledger *ledger, const struct ledger_line *line,
                  struct ledger_score *ret)
{
    const struct booking *computer = ledger->computer;
    if (line->energy_known == 0)
        return false;
    *ret = (struct ledger_score){
        .operation_ug = {
            sci_operation_ug(line->low_mj / line->energy_known, ledger->grid.g_per_kwh),
            sci_operation_ug(line->high_mj / line->energy_known, ledger->grid.g_per_kwh)}};
    if (!computer || !computer->embodied_g || !computer->life_years || !line->wall_ms)
        return true;
    ret->has_making = true;
    ret->making_ug =
        sci_making_ug(computer->embodied_g, line->wall_ms / line->acts, computer->life_years);
    return true;
}
