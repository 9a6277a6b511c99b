-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: collect_add
INSERT INTO batch (id, count, table_name, records) VALUES (?1, ?2, ?3, ?4);
-- name: collect_list
-- A table that was made with something that was taken back since is gone with it.
SELECT id FROM batch WHERE EXISTS (SELECT 1 FROM blob WHERE blob.entry = batch.id) OR NOT EXISTS (
    WITH RECURSIVE origin (source) AS (
        SELECT source FROM made_with WHERE entry = batch.id
        UNION SELECT made_with.source FROM origin JOIN made_with ON made_with.entry = origin.source
    )
    SELECT 1 FROM origin JOIN withdrawn ON withdrawn.entry = origin.source
    WHERE withdrawn.count > batch.count
)
ORDER BY count, id;
-- name: collect_tables
SELECT table_name FROM batch UNION SELECT name FROM form ORDER BY 1;
-- name: collect_imported
SELECT id FROM batch WHERE table_name = ?1 LIMIT 1;
-- name: collect_form_add
INSERT INTO form (id, count, name) VALUES (?1, ?2, ?3);
-- name: collect_forms
SELECT id FROM form ORDER BY count, id;
-- name: collect_forms_named
SELECT id FROM form WHERE name = ?1 ORDER BY count, id;
-- name: collect_observation_add
INSERT INTO observation (id, count, table_name, author) VALUES (?1, ?2, ?3, ?4);
-- name: collect_observations
SELECT id FROM observation WHERE table_name = ?1 ORDER BY count, id;
-- name: collect_observation_author
SELECT author FROM observation WHERE id = ?1;
-- name: collect_observation_count
SELECT count(*) FROM observation WHERE table_name = ?1;
-- name: collect_correction_add
INSERT INTO correction (observation, count, id) VALUES (?1, ?2, ?3);
-- name: collect_corrections
SELECT id FROM correction WHERE observation = ?1 ORDER BY count, id;
-- name: collect_deployment_add
INSERT INTO deployment (id, count) VALUES (?1, ?2);
-- name: collect_deployments
SELECT id FROM deployment ORDER BY count, id;
-- name: collect_role
SELECT role, accuracy FROM view_role WHERE table_name = ?1 AND column_name = ?2;
-- name: collect_role_set
INSERT INTO view_role (table_name, column_name, role, accuracy) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (table_name, column_name) DO UPDATE SET role = excluded.role, accuracy = excluded.accuracy;
-- name: collect_role_tighten
INSERT INTO view_role (table_name, column_name, role, accuracy) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (table_name, column_name) DO UPDATE SET role = excluded.role, accuracy = excluded.accuracy
WHERE excluded.role > view_role.role;
-- name: collect_opened
SELECT id FROM opening WHERE hypothesis = ?1 LIMIT 1;
