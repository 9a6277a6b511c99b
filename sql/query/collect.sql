-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: collect_add
INSERT INTO batch (id, count, table_name, records) VALUES (?1, ?2, ?3, ?4);
-- name: collect_list
SELECT id FROM batch ORDER BY count, id;
