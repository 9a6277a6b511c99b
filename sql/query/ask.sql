-- SPDX-License-Identifier: GPL-3.0-or-later
-- name: ask_question_add
INSERT INTO question (id, count) VALUES (?1, ?2);
-- name: ask_questions
SELECT id FROM question ORDER BY count, id;
-- name: ask_sheet_add
INSERT INTO sheet (question, count, entry) VALUES (?1, ?2, ?3);
-- name: ask_sheets
SELECT entry FROM sheet WHERE question = ?1 ORDER BY count, entry;
-- name: ask_position_put
INSERT INTO position (question, author, late, entry, choice) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (question, author, late) DO UPDATE SET entry = excluded.entry, choice = excluded.choice;
-- name: ask_positions
SELECT entry FROM position WHERE question = ?1 AND late = 0 ORDER BY author;
-- name: ask_positions_late
SELECT entry FROM position WHERE question = ?1 AND late = 1 ORDER BY author;
-- name: ask_position_counts
SELECT choice, count(*) FROM position WHERE question = ?1 AND late = 0 GROUP BY choice ORDER BY choice;
-- name: ask_call_add
INSERT INTO call (question, count, entry) VALUES (?1, ?2, ?3);
-- name: ask_calls
SELECT entry FROM call WHERE question = ?1 ORDER BY count, entry;
-- name: ask_dots_put
INSERT INTO dots (call, author, late, entry) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (call, author, late) DO UPDATE SET entry = excluded.entry;
-- name: ask_dots
SELECT entry FROM dots WHERE call = ?1 AND late = 0 ORDER BY author;
-- name: ask_dots_late
SELECT entry FROM dots WHERE call = ?1 AND late = 1 ORDER BY author;
-- name: ask_paper_add
INSERT INTO paper (question, count, entry, late) VALUES (?1, ?2, ?3, ?4);
-- name: ask_papers
SELECT entry FROM paper WHERE question = ?1 ORDER BY count, entry;
-- name: ask_decision_add
INSERT INTO decision (question, count, entry, outcome) VALUES (?1, ?2, ?3, ?4);
-- name: ask_decision_last
SELECT entry, outcome FROM decision WHERE question = ?1 ORDER BY count DESC, entry DESC LIMIT 1;
-- name: ask_remark_add
INSERT INTO remark (about, count, entry) VALUES (?1, ?2, ?3);
-- name: ask_remarks
SELECT entry FROM remark WHERE about = ?1 ORDER BY count, entry;
-- name: ask_remark_objects
SELECT about FROM remark GROUP BY about ORDER BY about;
-- name: ask_minutes_add
INSERT INTO minutes (about, count, entry) VALUES (?1, ?2, ?3);
-- name: ask_minutes
SELECT entry FROM minutes WHERE about = ?1 ORDER BY count, entry;
-- name: ask_revisit_add
INSERT INTO revisit (question, count, entry) VALUES (?1, ?2, ?3);
-- name: ask_revisits
SELECT entry FROM revisit WHERE question = ?1 ORDER BY count, entry;
-- name: ask_verdicts
SELECT verdict.id FROM verdict JOIN hypothesis ON hypothesis.id = verdict.hypothesis
WHERE hypothesis.question = ?1 ORDER BY verdict.count, verdict.id;
