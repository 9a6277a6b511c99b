# SPDX-License-Identifier: GPL-3.0-or-later
"""Ed25519 signatures as docs/format/record.md section 4 has them: RFC 8032, and the rules that
libraries differ about. Python alone; some milliseconds a signature. Nothing here is secret, so it
need not take the same time for all numbers."""

import functools
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def point_decode(data):
    """The point (x, y) of 32 bytes, or None: not canonical, or not on the curve."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == -u % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else P - x), y


def point_add(a, b):
    """Sum of two points in extended coordinates (RFC 8032 section 5.1.4)."""
    s = (a[1] - a[0]) * (b[1] - b[0]) % P
    t = (a[1] + a[0]) * (b[1] + b[0]) % P
    u = 2 * a[3] * b[3] * D % P
    v = 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def is_zero(point):
    return point[0] == 0 and point[1] == point[2]


def point_times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        n >>= 1
    return result


_fine = {}


def point_is_fine(data):
    """Canonical, on the curve, not of small order, in the subgroup of order L."""
    if data not in _fine:
        xy = point_decode(data)
        whole = xy and (xy[0], xy[1], 1, xy[0] * xy[1] % P)
        _fine[data] = bool(whole) and not is_zero(point_times(8, whole)) and is_zero(
            point_times(L, whole))
    return _fine[data]


BASE = point_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def extended(xy):
    return xy[0], xy[1], 1, xy[0] * xy[1] % P


def negative(point):
    return -point[0] % P, point[1], point[2], -point[3] % P


def point_sum(a, left, b, right):
    """a · left + b · right, both at once (Straus)."""
    both = point_add(left, right)
    result = (0, 1, 1, 0)
    for bit in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
        result = point_add(result, result)
        pair = a >> bit & 1, b >> bit & 1
        if any(pair):
            result = point_add(result, (None, right, left, both)[2 * pair[0] + pair[1]])
    return result


@functools.lru_cache(maxsize=100_000)
def ed25519_valid(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L or not point_is_fine(key) or not point_is_fine(r):
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    left = point_sum(s, extended(BASE), k, negative(extended(point_decode(key))))
    return is_zero(point_add(left, negative(extended(point_decode(r)))))

