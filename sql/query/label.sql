-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: label_guideline_add
INSERT INTO guideline (id, count) VALUES (?1, ?2);
-- name: label_guidelines
SELECT id FROM guideline ORDER BY count, id;
-- name: label_part_add
INSERT INTO label_part (guideline, count, id, kind) VALUES (?1, ?2, ?3, ?4);
-- name: label_parts
SELECT id FROM label_part WHERE guideline = ?1 ORDER BY count, id;
-- name: label_answer_add
INSERT INTO label_answer (guideline, item, author, entry, answer) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (guideline, item, author) DO NOTHING;
-- name: label_answer_undo
DELETE FROM label_answer WHERE guideline = ?1 AND item = ?2 AND author = ?3 AND entry = ?4;
-- name: label_answers
SELECT item, author, entry, answer FROM label_answer WHERE guideline = ?1 ORDER BY item, author;
-- name: label_table_add
INSERT INTO label_table (guideline, table_name, entry) VALUES (?1, ?2, ?3);
-- name: label_locked
SELECT h.id FROM hypothesis h JOIN freeze f ON f.hypothesis = h.id
WHERE (h.guideline = ?1 OR h.table_name IN (SELECT table_name FROM label_table WHERE guideline = ?1))
AND NOT EXISTS (SELECT 1 FROM opening o WHERE o.hypothesis = h.id)
ORDER BY h.count, h.id LIMIT 1;
-- name: label_guideline_of
SELECT guideline FROM label_table WHERE table_name = ?1 ORDER BY entry LIMIT 1;
-- name: label_written
SELECT entry FROM label_table WHERE table_name = ?1 ORDER BY entry;
-- name: label_sittings
SELECT DISTINCT entry FROM label_answer WHERE guideline = ?1 ORDER BY entry;
-- name: label_last
SELECT id FROM entry_order WHERE author = ?1 AND kind = 'label' ORDER BY count DESC, id DESC LIMIT 1;
