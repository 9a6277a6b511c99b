-- SPDX-License-Identifier: GPL-3.0-or-later
-- For one large transaction: pages behind the end of the file are written once, in their place, and the
-- journal holds only pages that were there before. write.sql leads back.
PRAGMA journal_mode = TRUNCATE;
