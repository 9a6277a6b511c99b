-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: ask_question_add
INSERT INTO question (id, count) VALUES (?1, ?2);
-- name: ask_questions
SELECT id FROM question ORDER BY count, id;
-- name: ask_position_put
INSERT INTO position (question, author, entry, choice) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (question, author) DO UPDATE SET entry = excluded.entry, choice = excluded.choice;
-- name: ask_positions
SELECT entry FROM position WHERE question = ?1 ORDER BY author;
-- name: ask_position_counts
SELECT choice, count(*) FROM position WHERE question = ?1 GROUP BY choice ORDER BY choice;
-- name: ask_decision_add
INSERT INTO decision (question, count, entry, outcome) VALUES (?1, ?2, ?3, ?4);
-- name: ask_decision_last
SELECT entry, outcome FROM decision WHERE question = ?1 ORDER BY count DESC, entry DESC LIMIT 1;
