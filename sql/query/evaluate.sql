-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: evaluate_opening_add
INSERT INTO opening (id, count, hypothesis, looks) VALUES (?1, ?2, ?3, ?4);
-- name: evaluate_verdict_add
INSERT INTO verdict (id, count, hypothesis, opening, outcome) VALUES (?1, ?2, ?3, ?4, ?5);
-- name: evaluate_opening_first
SELECT id FROM opening WHERE hypothesis = ?1 ORDER BY count, id LIMIT 1;
-- name: evaluate_verdict_latest
SELECT id FROM verdict WHERE hypothesis = ?1 ORDER BY count DESC, id DESC LIMIT 1;
-- name: evaluate_verdicts
SELECT id FROM verdict WHERE hypothesis = ?1 ORDER BY count, id;
