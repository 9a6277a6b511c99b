-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: train_add
INSERT INTO training (id, count, hypothesis) VALUES (?1, ?2, ?3);
-- name: train_latest
SELECT id FROM training WHERE hypothesis = ?1 ORDER BY count DESC, id DESC LIMIT 1;
-- name: train_all
SELECT id FROM training WHERE hypothesis = ?1 ORDER BY count, id;
