-- SPDX-License-Identifier: GPL-3.0-or-later
-- Every time a file is opened. Order matters: with exclusive locking before WAL, the index of the log lies
-- in memory and no second process can share it.
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
PRAGMA mmap_size = 0;
PRAGMA secure_delete = ON;
