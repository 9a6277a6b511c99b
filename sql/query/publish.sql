-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: publish_add
INSERT INTO publication (id, count) VALUES (?1, ?2);
-- name: publish_salt
SELECT salt FROM body WHERE entry = ?1 AND part = 0;
-- name: publish_blob_salt
SELECT salt FROM blob WHERE entry = ?1 AND place = ?2;
-- name: publish_counts
SELECT counts FROM entry_order WHERE id = ?1;
-- name: publish_source_withdrawals
SELECT withdrawn.withdrawal FROM made_with JOIN withdrawn ON withdrawn.entry = made_with.source
WHERE made_with.entry = ?1;
