#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worked example of docs/format/model.md and test/unit/table_test.c: a data digest by hashlib."""
import hashlib
import struct


def text(s):
    b = s.encode()
    return struct.pack("<Q", len(b)) + b


rows = 3
data = b"allmende 1 data\n" + struct.pack("<QQ", rows, 3)
# ice: the target, a number with one place behind the point: 12.5, missing, -3
data += text("ice") + bytes([0, 0]) + text("d") + struct.pack("<q", -1)
data += struct.pack("<3q", 125, 0, -30) + bytes([0, 1, 0])
# lake: a feature with two categories
data += text("lake") + bytes([1, 1]) + text("") + struct.pack("<Q", 2) + text("Ammersee") + text("Schliersee")
data += struct.pack("<3I", 1, 0, 0) + bytes([0, 0, 1])
# year: a feature, numbers
data += text("year") + bytes([1, 0]) + text("") + struct.pack("<q", 0)
data += struct.pack("<3q", 1999, 2004, 2011) + bytes([0, 0, 0])
data += bytes([0, 2, 1])  # train, out, test
print(len(data), hashlib.sha256(data).hexdigest())
