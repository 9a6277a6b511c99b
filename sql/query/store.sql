-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: store_begin
BEGIN IMMEDIATE;
-- name: store_commit
COMMIT;
-- name: store_rollback
ROLLBACK;
-- name: store_application_id
SELECT application_id FROM pragma_application_id;
-- name: store_user_version
SELECT user_version FROM pragma_user_version;
-- name: store_encoding
SELECT encoding FROM pragma_encoding;
-- name: store_integrity
SELECT integrity_check FROM pragma_integrity_check(100);
-- name: store_foreign_keys
SELECT "table", "parent" FROM pragma_foreign_key_check;
-- name: store_schema
SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema ORDER BY type, name;
-- name: store_derived_tables
SELECT name FROM main.sqlite_schema
WHERE type = 'table' AND name NOT IN ('entry', 'body', 'blob', 'chunk') AND name NOT LIKE 'sqlite_%'
ORDER BY name;
-- name: store_derived_schema
SELECT sql FROM main.sqlite_schema
WHERE sql IS NOT NULL AND type IN ('table', 'index')
    AND tbl_name NOT IN ('entry', 'body', 'blob', 'chunk') AND name NOT LIKE 'sqlite_%'
ORDER BY type, name;
-- name: store_table_columns
SELECT count(*) FROM pragma_table_info(?1);
-- name: store_table_rows
SELECT * FROM "%w"."%w" ORDER BY %s;
-- name: store_drop_table
DROP TABLE main."%w";
-- name: store_copy_into
VACUUM INTO ?1;
-- name: store_scrub
VACUUM main;
-- name: store_temp_on_disk
PRAGMA temp_store = FILE;
-- name: store_temp_in_memory
PRAGMA temp_store = MEMORY;
