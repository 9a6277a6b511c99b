-- SPDX-License-Identifier: GPL-3.0-or-later
-- The record: what people did, and the bytes that it refers to. Written once. This text is never
-- edited after a release; a file whose schema differs by a byte is reported by `check`.
PRAGMA application_id = 1097624685; -- 'Allm'
PRAGMA user_version = 1;            -- of the derived tables: another number means they are made anew

CREATE TABLE entry (
    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 32),
    header TEXT NOT NULL,
    signature BLOB NOT NULL CHECK (length(signature) = 64)
) STRICT, WITHOUT ROWID;

CREATE TABLE body (
    entry BLOB NOT NULL REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED,
    part INTEGER NOT NULL CHECK (part IN (0, 1)), -- 0 body, 1 private
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    bytes BLOB NOT NULL,
    PRIMARY KEY (entry, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
    number INTEGER PRIMARY KEY,
    entry BLOB NOT NULL REFERENCES entry (id) DEFERRABLE INITIALLY DEFERRED,
    place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 15), -- which blob line of the header
    salt BLOB NOT NULL CHECK (length(salt) = 32),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    UNIQUE (entry, place)
) STRICT;

CREATE TABLE chunk (
    blob INTEGER NOT NULL REFERENCES blob (number) DEFERRABLE INITIALLY DEFERRED,
    place INTEGER NOT NULL CHECK (place >= 0), -- 0, 1, …
    bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 1048576), -- 1 MiB, the last one shorter
    PRIMARY KEY (blob, place)
) STRICT;

CREATE TRIGGER entry_stays BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'entries never change'); END;
CREATE TRIGGER entry_remains BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER body_stays BEFORE UPDATE ON body
BEGIN SELECT raise(ABORT, 'bodies never change'); END;
CREATE TRIGGER blob_stays BEFORE UPDATE ON blob
BEGIN SELECT raise(ABORT, 'blobs never change'); END;
CREATE TRIGGER chunk_stays BEFORE UPDATE ON chunk
BEGIN SELECT raise(ABORT, 'chunks never change'); END;
