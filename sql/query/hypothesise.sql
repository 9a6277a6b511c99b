-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: hypothesise_add
INSERT INTO hypothesis (id, count, question, table_name, guideline) VALUES (?1, ?2, ?3, ?4, ?5);
-- name: hypothesise_list
SELECT id FROM hypothesis ORDER BY count, id;
-- name: hypothesise_freeze_add
INSERT OR IGNORE INTO freeze (hypothesis, entry, count) VALUES (?1, ?2, ?3);
-- name: hypothesise_freeze
SELECT entry FROM freeze WHERE hypothesis = ?1;
-- name: hypothesise_batches
SELECT id FROM batch WHERE table_name = ?1 ORDER BY count, id;
-- name: hypothesise_answers
SELECT id FROM label_part WHERE guideline = ?1 AND kind = 'answers'
UNION SELECT entry FROM label_answer WHERE guideline = ?1 ORDER BY 1;
-- name: hypothesise_verdicts
SELECT id FROM verdict WHERE hypothesis = ?1 ORDER BY count, id;
-- name: hypothesise_looks_before
SELECT count(*) FROM opening WHERE hypothesis = ?1 AND count < ?2;
