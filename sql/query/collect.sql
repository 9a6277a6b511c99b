-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: collect_add
INSERT INTO batch (id, count, table_name, records) VALUES (?1, ?2, ?3, ?4);
-- name: collect_list
SELECT id FROM batch ORDER BY count, id;
-- name: collect_tables
SELECT DISTINCT table_name FROM batch ORDER BY table_name;
-- name: collect_role
SELECT role, accuracy FROM view_role WHERE table_name = ?1 AND column_name = ?2;
-- name: collect_role_set
INSERT INTO view_role (table_name, column_name, role, accuracy) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (table_name, column_name) DO UPDATE SET role = excluded.role, accuracy = excluded.accuracy;
-- name: collect_role_tighten
INSERT INTO view_role (table_name, column_name, role, accuracy) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (table_name, column_name) DO UPDATE SET role = excluded.role, accuracy = excluded.accuracy
WHERE excluded.role > view_role.role;
