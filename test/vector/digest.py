#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The worked example of docs/format/model.md and test/unit/table_test.c: a data digest by hashlib."""
import hashlib
import struct


def text(s):
    b = s.encode()
    return struct.pack("<Q", len(b)) + b


def bits(missing):
    packed = bytearray((len(missing) + 7) // 8)
    for i, gone in enumerate(missing):
        packed[i // 8] |= gone << i % 8
    return bytes(packed)


def column(values, missing, signed=True, rows=4096):
    """The digest of a column: of the digests of its blocks."""
    digests = b""
    for first in range(0, len(values), rows):
        block, gone = values[first:first + rows], missing[first:first + rows]
        for width in (1, 2, 4, 8):
            try:
                data = bytes([width]) + b"".join(v.to_bytes(width, "little", signed=signed) for v in block)
                break
            except OverflowError:
                pass
        digests += hashlib.sha256(data + (bits(gone) if any(gone) else b"")).digest()
    return hashlib.sha256(digests).digest()


if __name__ == "__main__":
    rows = 3
    data = b"allmende 1 data\n" + struct.pack("<QQ", rows, 3)
    # ice: the target, a number with one place behind the point: 12.5, missing, -3
    data += text("ice") + bytes([0, 0]) + text("d") + struct.pack("<q", -1) + column([125, 0, -30], [0, 1, 0])
    # lake: a feature with two categories
    data += text("lake") + bytes([1, 1]) + text("") + struct.pack("<Q", 2) + text("Ammersee") + text("Schliersee")
    data += column([1, 0, 0], [0, 0, 1], signed=False)
    # year: a feature, numbers
    data += text("year") + bytes([1, 0]) + text("") + struct.pack("<q", 0) + column([1999, 2004, 2011], [0, 0, 0])
    data += bytes([0, 2, 1])  # train, out, test
    print(len(data), hashlib.sha256(data).hexdigest())
    print("ice", column([125, 0, -30], [0, 1, 0]).hex())

    # 10,000 rows in three blocks, of 1, 2 and 8 bytes; every seventh cell of the last is missing
    long = [r % 200 - 100 for r in range(4096)] + [r - 4096 for r in range(4096, 8192)]
    long += [0 if r % 7 == 0 else r << 33 for r in range(8192, 10000)]
    gone = [int(r >= 8192 and r % 7 == 0) for r in range(10000)]
    data = b"allmende 1 data\n" + struct.pack("<QQ", 10000, 1) + text("x") + bytes([0, 0]) + text("")
    data += struct.pack("<q", -3) + column(long, gone) + bytes(10000)
    print("blocks", hashlib.sha256(data).hexdigest())
