-- SPDX-License-Identifier: GPL-3.0-or-later
-- What follows from the record. May be dropped and made anew at any time (`allmende rebuild`); the same on
-- every copy. Every table is STRICT, WITHOUT ROWID and begins its statement with CREATE TABLE, every
-- index with CREATE INDEX, so that store_derive_beside can make twins in the TEMP schema.

-- record: every entry in its order; counts = 1 if its author was a member among its ancestors
CREATE TABLE entry_order (
    -- folds 2: one more whenever other rows follow from the same entries, so that files are made anew
    count INTEGER NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    author BLOB NOT NULL,
    seq INTEGER NOT NULL,
    counts INTEGER NOT NULL,
    PRIMARY KEY (count, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_order_id ON entry_order (id);
CREATE INDEX entry_order_author ON entry_order (author, seq, id);
CREATE INDEX entry_order_kind ON entry_order (kind, count, id);

-- record: an entry and the entries that it names (prev and after)
CREATE TABLE link (
    entry BLOB NOT NULL,
    parent BLOB NOT NULL,
    PRIMARY KEY (entry, parent)
) STRICT, WITHOUT ROWID;

-- record: entries that no other entry names
CREATE TABLE head (
    count INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (count, id)
) STRICT, WITHOUT ROWID;

-- record: who wants what taken back; position 0: the whole entry
CREATE TABLE withdrawal_wish (
    entry BLOB NOT NULL,
    position INTEGER NOT NULL,
    author BLOB NOT NULL,
    PRIMARY KEY (entry, position, author)
) STRICT, WITHOUT ROWID;

-- record: what is taken back, because its author wants it or two people in charge do
CREATE TABLE withdrawn (
    entry BLOB NOT NULL,
    position INTEGER NOT NULL,
    withdrawal BLOB NOT NULL,
    count INTEGER NOT NULL, -- of the withdrawal
    PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;

-- record: an entry whose blobs were made with the content of another (a model and its data)
CREATE TABLE made_with (
    source BLOB NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (source, entry)
) STRICT, WITHOUT ROWID;

-- record: the entries that make a device a member; any of them among its ancestors lets an entry count
CREATE TABLE membership (
    device BLOB NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (device, entry)
) STRICT, WITHOUT ROWID;

-- record: members as they are shown, by the first of these entries
CREATE TABLE member (
    device BLOB NOT NULL PRIMARY KEY,
    entry BLOB NOT NULL,
    count INTEGER NOT NULL,
    in_charge INTEGER NOT NULL,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE question (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ask: later answers of the sheet of a question
CREATE TABLE sheet (
    question BLOB NOT NULL,
    count INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (question, count, entry)
) STRICT, WITHOUT ROWID;

-- ask: the last position of a member on a question; late = 1: taken after the closing day
CREATE TABLE position (
    question BLOB NOT NULL,
    author BLOB NOT NULL,
    late INTEGER NOT NULL,
    entry BLOB NOT NULL,
    choice TEXT NOT NULL,
    PRIMARY KEY (question, author, late)
) STRICT, WITHOUT ROWID;

-- ask: calls to decide that hold, each round of a question after the one before; the last is in force
CREATE TABLE call (
    question BLOB NOT NULL,
    count INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (question, count, entry)
) STRICT, WITHOUT ROWID;

-- ask: the last dots of a member in a call
CREATE TABLE dots (
    call BLOB NOT NULL,
    author BLOB NOT NULL,
    late INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (call, author, late)
) STRICT, WITHOUT ROWID;

-- ask: what people said on paper, entered by a member for them
CREATE TABLE paper (
    question BLOB NOT NULL,
    count INTEGER NOT NULL,
    entry BLOB NOT NULL,
    late INTEGER NOT NULL,
    PRIMARY KEY (question, count, entry)
) STRICT, WITHOUT ROWID;

-- ask: decisions on a question, the last one is in force
CREATE TABLE decision (
    question BLOB NOT NULL,
    count INTEGER NOT NULL,
    entry BLOB NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (question, count, entry)
) STRICT, WITHOUT ROWID;

-- ask: what is said about an entry, in threads
CREATE TABLE remark (
    about BLOB NOT NULL,
    count INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (about, count, entry)
) STRICT, WITHOUT ROWID;

-- ask: minutes of a meeting about a decision or a verdict
CREATE TABLE minutes (
    about BLOB NOT NULL,
    count INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (about, count, entry)
) STRICT, WITHOUT ROWID;

-- ask: was AI needed, what did it change; the last answer of a question is in force
CREATE TABLE revisit (
    question BLOB NOT NULL,
    count INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (question, count, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE hypothesis (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    question BLOB,
    table_name TEXT NOT NULL,
    guideline BLOB -- whose answers it is about
) STRICT, WITHOUT ROWID;

-- hypothesise: the first freeze of a hypothesis is the one that holds
CREATE TABLE freeze (
    hypothesis BLOB NOT NULL PRIMARY KEY,
    entry BLOB NOT NULL,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- collect: imported tables
CREATE TABLE batch (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    records INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_table ON batch (table_name, count, id);

-- label: what people are asked
CREATE TABLE guideline (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- label: imported answers, known answers and outcomes of round tables, in their order
CREATE TABLE label_part (
    guideline BLOB NOT NULL,
    count INTEGER NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (guideline, count, id)
) STRICT, WITHOUT ROWID;

-- label: a member's answer on an item, the first that was not taken back; NULL: does not know
CREATE TABLE label_answer (
    guideline BLOB NOT NULL,
    item TEXT NOT NULL,
    author BLOB NOT NULL,
    entry BLOB NOT NULL,
    answer TEXT,
    PRIMARY KEY (guideline, item, author)
) STRICT, WITHOUT ROWID;

-- label: tables that shared answers were written into
CREATE TABLE label_table (
    guideline BLOB NOT NULL,
    table_name TEXT NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (guideline, table_name, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE training (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    hypothesis BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX training_hypothesis ON training (hypothesis, count, id);

-- evaluate: every look at a part set aside; looks = how many looks at overlapping items so far, this one too
CREATE TABLE opening (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    hypothesis BLOB NOT NULL,
    looks INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX opening_hypothesis ON opening (hypothesis, count, id);

CREATE TABLE verdict (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    hypothesis BLOB NOT NULL,
    opening BLOB NOT NULL,
    outcome TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_hypothesis ON verdict (hypothesis, count, id);

CREATE TABLE publication (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- ledger: what an act cost, booked with the entry that it belongs to
CREATE TABLE cost (
    entry BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    phase TEXT NOT NULL,
    act TEXT NOT NULL,
    cpu_ms INTEGER NOT NULL,
    wall_ms INTEGER NOT NULL, -- 0 where nobody looked at the clock
    energy_mj INTEGER, -- thousandths of a joule, NULL where it was not measured
    low_mj INTEGER, -- its range
    high_mj INTEGER,
    method TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- collect: how a column may leave: 0 open, 1 to 3 in cells of 0.001, 0.01, 0.1 degrees, 4 person, 5 private
CREATE TABLE view_role (
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    role INTEGER NOT NULL,
    accuracy TEXT NOT NULL, -- the column that holds metres, or empty
    PRIMARY KEY (table_name, column_name)
) STRICT, WITHOUT ROWID;

CREATE TABLE form (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX form_name ON form (name, count, id);

-- collect: single observations of a form
CREATE TABLE observation (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    author BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX observation_table ON observation (table_name, count, id);

-- collect: what was corrected later in an observation
CREATE TABLE correction (
    observation BLOB NOT NULL,
    count INTEGER NOT NULL,
    id BLOB NOT NULL,
    PRIMARY KEY (observation, count, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE deployment (
    id BLOB NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
