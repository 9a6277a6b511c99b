-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every time a file is opened where it can be written to. WAL with FULL is the pair that lost nothing
-- in simulated power cuts: each commit is synced before it is acknowledged. EXTRA is FULL, and where a
-- journal of one transaction (journal.sql) is deleted, its folder is synced as well: else a power cut could
-- bring the journal back and with it an old first page.
PRAGMA synchronous = EXTRA;
PRAGMA journal_mode = WAL;
PRAGMA wal_autocheckpoint = 1000;
