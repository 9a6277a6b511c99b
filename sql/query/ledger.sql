-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: ledger_add
INSERT INTO cost (entry, count, phase, act, cpu_ms, energy_mj, method)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);
-- name: ledger_lines
SELECT phase, act, count(*), sum(cpu_ms), count(energy_mj), coalesce(sum(energy_mj), 0),
       (SELECT group_concat(method, ',') FROM (
            SELECT DISTINCT method FROM cost AS c
            WHERE c.phase = cost.phase AND c.act = cost.act ORDER BY method))
FROM cost GROUP BY phase, act ORDER BY phase, act;
