-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: record_entry_add
INSERT INTO entry (id, header, signature) VALUES (?1, ?2, ?3);
-- name: record_body_add
INSERT INTO body (entry, part, salt, bytes) VALUES (?1, ?2, ?3, ?4);
-- name: record_blob_add
INSERT INTO blob (number, entry, place, salt, bytes) VALUES (?1, ?2, ?3, ?4, ?5);
-- name: record_chunk_add
INSERT INTO chunk (blob, place, bytes) VALUES (?1, ?2, ?3);
-- name: record_blob_next
SELECT coalesce(max(number), 0) + 1 FROM blob;
-- name: record_entry
SELECT header, signature FROM entry WHERE id = ?1;
-- name: record_body
SELECT salt, bytes FROM body WHERE entry = ?1 AND part = ?2;
-- name: record_blob
SELECT number, salt, bytes FROM blob WHERE entry = ?1 AND place = ?2;
-- name: record_chunk
SELECT bytes FROM chunk WHERE blob = ?1 AND place = ?2;
-- name: record_chunks
SELECT place, bytes FROM chunk WHERE blob = ?1 ORDER BY place;
-- name: record_all
SELECT id, header, signature FROM entry ORDER BY id;
-- name: record_founding
SELECT id, header FROM entry ORDER BY id;
-- name: record_order_add
INSERT INTO entry_order (count, id, kind, author, seq, counts) VALUES (?1, ?2, ?3, ?4, ?5, ?6);
-- name: record_link_add
INSERT INTO link (entry, parent) VALUES (?1, ?2);
-- name: record_head_add
INSERT INTO head (count, id) VALUES (?1, ?2);
-- name: record_head_drop
DELETE FROM head WHERE id = ?1 AND count = (SELECT count FROM entry_order WHERE id = ?1);
-- name: record_heads
SELECT count, id FROM head ORDER BY count DESC, id DESC LIMIT 16;
-- name: record_latest_of
SELECT count, id, seq FROM entry_order WHERE author = ?1 ORDER BY seq DESC, id DESC LIMIT 1;
-- name: record_order_of
SELECT count, counts, author, kind FROM entry_order WHERE id = ?1;
-- name: record_ids
SELECT id FROM entry_order ORDER BY count, id;
-- name: record_page
SELECT id FROM entry_order WHERE (count, id) >= (?1, ?2) ORDER BY count, id LIMIT ?3;
-- name: record_last
SELECT id FROM entry_order ORDER BY count DESC, id DESC LIMIT 1;
-- name: record_last_kind
SELECT id FROM entry_order WHERE kind = ?1 ORDER BY count DESC, id DESC LIMIT 1;
-- name: record_find
SELECT id, kind FROM entry_order WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 5;
-- name: record_find_kind
SELECT id, kind FROM entry_order WHERE id BETWEEN ?1 AND ?2 AND kind = ?3 ORDER BY id LIMIT 5;
-- name: record_is_after
WITH RECURSIVE up (id) AS (
    SELECT parent FROM link WHERE entry = ?1
    UNION SELECT link.parent FROM up JOIN link ON link.entry = up.id
)
SELECT 1 FROM up WHERE id = ?2 LIMIT 1;
-- name: record_links_behind
SELECT link.entry, link.parent FROM entry_order JOIN link ON link.entry = entry_order.id
WHERE entry_order.count > (SELECT count FROM entry_order WHERE id = ?1)
ORDER BY entry_order.count, entry_order.id, link.parent;
-- name: record_kinds
SELECT kind, count(*) FROM entry_order GROUP BY kind ORDER BY kind;
-- name: record_made_with_add
INSERT OR IGNORE INTO made_with (source, entry) VALUES (?1, ?2);
-- name: record_made_with
WITH RECURSIVE made (entry) AS (
    SELECT entry FROM made_with WHERE source = ?1
    UNION SELECT made_with.entry FROM made JOIN made_with ON made_with.source = made.entry
)
SELECT entry FROM made ORDER BY entry;
-- name: record_sources_withdrawn
WITH RECURSIVE origin (source) AS (
    SELECT source FROM made_with WHERE entry = ?1
    UNION SELECT made_with.source FROM origin JOIN made_with ON made_with.entry = origin.source
)
SELECT 1 FROM origin JOIN withdrawn ON withdrawn.entry = origin.source LIMIT 1;
-- name: record_withdrawn
SELECT withdrawal FROM withdrawn WHERE entry = ?1 AND position = 0;
-- name: record_withdrawn_positions
SELECT position FROM withdrawn WHERE entry = ?1 AND position > 0 ORDER BY position;
-- name: record_remainder_of
SELECT withdrawal FROM withdrawn WHERE entry = ?1 AND position > 0
ORDER BY count DESC, withdrawal DESC LIMIT 1;
-- name: record_withdrawals_of
SELECT DISTINCT withdrawal FROM withdrawn WHERE entry = ?1 ORDER BY withdrawal;
-- name: record_withdrawn_add
INSERT OR IGNORE INTO withdrawn (entry, position, withdrawal, count) VALUES (?1, ?2, ?3, ?4);
-- name: record_wish_add
INSERT OR IGNORE INTO withdrawal_wish (entry, position, author) VALUES (?1, ?2, ?3);
-- name: record_wishes_in_charge
SELECT count(*) FROM withdrawal_wish AS wish JOIN member ON member.device = wish.author
WHERE wish.entry = ?1 AND wish.position = ?2 AND member.in_charge = 1;
-- name: record_body_erase
DELETE FROM body WHERE entry = ?1;
-- name: record_blobs_of
SELECT number FROM blob WHERE entry = ?1 ORDER BY place;
-- name: record_chunks_erase
DELETE FROM chunk WHERE blob = ?1;
-- name: record_blob_erase
DELETE FROM blob WHERE number = ?1;
-- name: record_bodies_stray
SELECT body.entry FROM body LEFT JOIN entry ON entry.id = body.entry WHERE entry.id IS NULL;
-- name: member_add
INSERT OR IGNORE INTO member (device, entry, count, in_charge, name) VALUES (?1, ?2, ?3, ?4, ?5);
-- name: membership_add
INSERT OR IGNORE INTO membership (device, entry) VALUES (?1, ?2);
-- name: membership_before
WITH RECURSIVE up (id) AS (
    SELECT parent FROM link WHERE entry = ?2
    UNION SELECT link.parent FROM up JOIN link ON link.entry = up.id
)
SELECT 1 FROM up JOIN membership ON membership.entry = up.id AND membership.device = ?1 LIMIT 1;
-- name: member_of
SELECT entry, in_charge, name FROM member WHERE device = ?1;
-- name: member_list
SELECT member.device, member.entry, member.in_charge, member.name,
       (SELECT count(*) FROM entry_order WHERE author = member.device AND counts = 1)
FROM member ORDER BY member.count, member.entry;
-- name: member_project
SELECT id FROM entry_order WHERE kind = 'project' ORDER BY count, id LIMIT 1;
-- name: member_last
SELECT m.entry FROM membership AS m JOIN entry_order AS o ON o.id = m.entry
WHERE m.device = ?1 ORDER BY o.count DESC, o.id DESC LIMIT 1;
