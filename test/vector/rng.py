#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected values of test/unit/rng_test.c and split_test.c, with Python's own integers and hashlib."""
import hashlib

M = 2 ** 64 - 1


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M
    z = (z ^ z >> 27) * 0x94D049BB133111EB & M
    return z ^ z >> 31


def u64(seed, stream, index):
    return mix(seed + mix(stream) + (index + 1) * 0x9E3779B97F4A7C15 & M)


def below(seed, stream, index, n):
    first = value = u64(seed, stream, index)
    attempt = 0
    while value >= 2 ** 64 - 2 ** 64 % n:
        value = u64(first, stream, attempt)
        attempt += 1
    return value % n


print("stream 0", [u64(1234567, 0, i) for i in range(5)])
print("stream 7", [u64(42, 7, i) for i in range(3)])
big = 2 ** 63 + 1  # about every second draw is refused
print("below", [below(5, 3, i, big) for i in range(4)], [below(5, 3, i, 6) for i in range(8)])
print("unit", [float.hex((u64(1, 2, i) >> 11) / 2 ** 53) for i in range(2)])
salt = bytes(range(32))
print("seed", int.from_bytes(hashlib.sha256(b"allmende 1 seed\n" + salt + (9).to_bytes(8, "little")).digest()[:8], "big"))


def place(key):
    return int.from_bytes(hashlib.sha256(b"allmende 1 split\n" + salt + key).digest()[:8], "big")


keys = [b"brook", b"weir", b"mill", b"pond", b"spring", b"bridge", b"ford"]
order = sorted(keys, key=lambda k: (place(k), k))
print("place", {k.decode(): place(k) for k in keys})
print("order", [k.decode() for k in order])
