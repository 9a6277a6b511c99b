-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: ledger_add
INSERT INTO cost (entry, count, phase, act, cpu_ms, wall_ms, energy_mj, low_mj, high_mj, method)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);
-- name: ledger_lines
SELECT phase, act, count(*), sum(cpu_ms), sum(wall_ms), count(energy_mj),
       coalesce(sum(energy_mj), 0), coalesce(sum(low_mj), 0), coalesce(sum(high_mj), 0),
       (SELECT group_concat(method, ',') FROM (
            SELECT DISTINCT method FROM cost AS c
            WHERE c.phase = cost.phase AND c.act = cost.act ORDER BY method))
FROM cost GROUP BY phase, act ORDER BY phase, act;
-- name: ledger_entries
SELECT id FROM entry_order WHERE counts = 1 ORDER BY count, id;
-- name: ledger_authors
SELECT DISTINCT author, kind FROM entry_order WHERE counts = 1 ORDER BY author, kind;
-- name: ledger_withdrawn
SELECT count(*) FILTER (WHERE position = 0), count(*) FILTER (WHERE position > 0) FROM withdrawn;
