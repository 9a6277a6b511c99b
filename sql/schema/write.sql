-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every time a file is opened where it can be written to. WAL with FULL is the pair that lost nothing
-- in simulated power cuts: each commit is synced before it is acknowledged.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 1000;
