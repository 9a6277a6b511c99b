#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print test/vector/ed25519.json: signatures at the edges, and whether our rules take them.

Published ones: RFC 8032 section 7.1 (TEST 1, 2, 3, SHA(abc)) and cases 0 to 11 of Chalkias,
Garillot, Nikolaenko, "Taming the many EdDSAs", 2020. The others are constructed here so that the
equation of the signature holds and exactly one of our rules says no (docs/format/record.md,
"Signatures"). Curve arithmetic is that of the independent reader.
"""

import hashlib
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from ed25519 import L, P, point_add, point_decode, point_times  # noqa: E402

TORSION = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
MIXED = "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"
MIXED_2 = "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
MINUS_ONE = "ec" + "ff" * 31
PUBLISHED = [  # note, message, key, R, S, valid
    ("RFC 8032 test 1", "",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155",
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b", True),
    ("RFC 8032 test 2", "72",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00", True),
    ("RFC 8032 test 3", "af82",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac",
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a", True),
    ("RFC 8032 test SHA(abc)",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589",
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704", True),
    ("Taming 0: small A and R",
     "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6", TORSION,
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "00" * 32, False),
    ("Taming 1: small A, mixed R",
     "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79", TORSION, MIXED_2,
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", False),
    ("Taming 2: mixed A, small R",
     "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab", MIXED_2, TORSION,
     "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e", False),
    ("Taming 3: mixed A and R, holds without the cofactor",
     "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79", MIXED,
     "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f",
     "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009", False),
    ("Taming 4: mixed A and R, holds only with the cofactor",
     "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c", MIXED,
     "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512",
     "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09", False),
    ("Taming 5: mixed A, holds only with the cofactor taken first",
     "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c", MIXED,
     "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7",
     "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405", False),
    ("Taming 6: S above L",
     "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e",
     "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514", False),
    ("Taming 7: S far above L",
     "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942",
     "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22", False),
    ("Taming 8: R not reduced",
     "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41", MIXED_2, MINUS_ONE,
     "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f", False),
    ("Taming 9: R not reduced, other hash",
     "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41", MIXED_2, MINUS_ONE,
     "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908", False),
    ("Taming 10: A not reduced",
     "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b", MINUS_ONE,
     "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", False),
    ("Taming 11: A not reduced, other hash",
     "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f", MINUS_ONE,
     "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", False),
]


def whole(xy):
    return xy[0], xy[1], 1, xy[0] * xy[1] % P


def encode(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = whole(point_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little")))
EIGHTH = whole(point_decode(bytes.fromhex(TORSION)))
SMALL = [point_times(n, EIGHTH) for n in range(8)]  # SMALL[n] has order 8 / gcd(8, n)


def small_encodings():
    """The eight points of small order, then the six other ways to write some of them."""
    for n, point in enumerate(SMALL):
        yield "%d T" % n, encode(point)
    for y, sign in ((1, 1), (P - 1, 1), (P, 0), (P, 1), (P + 1, 0), (P + 1, 1)):
        name = {1: "1", P - 1: "p - 1", P: "p", P + 1: "p + 1"}[y]
        yield "y = %s, sign %d" % (name, sign), (y | sign << 255).to_bytes(32, "little")


def challenge(r, key, message):
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L


def number(name):
    return int.from_bytes(hashlib.sha512(name.encode()).digest(), "little") % L


def search(r, key, fits):
    """The first message whose challenge fits."""
    n = 0
    while not fits(challenge(r, key, n.to_bytes(4, "little"))):
        n += 1
    message = n.to_bytes(4, "little")
    return message, challenge(r, key, message)


def constructed():
    a, r = number("key"), number("nonce")
    key, nonce = point_times(a, BASE), point_times(r, BASE)
    for name, data in small_encodings():
        message, _ = search(encode(nonce), data, lambda h: h % 8 == 0)
        yield "A = " + name, message, data, encode(nonce), r, False
        message, h = search(data, encode(key), lambda h: True)
        yield "R = " + name, message, encode(key), data, h * a % L, False
    for n, order in ((4, 2), (2, 4), (1, 8)):
        mixed = encode(point_add(key, SMALL[n]))
        message, h = search(encode(nonce), mixed, lambda h: h % order == 0)
        yield ("A of order %d L" % order, message, mixed, encode(nonce), (r + h * a) % L, False)
        both = encode(point_add(nonce, SMALL[8 - n]))
        message, h = search(both, mixed, lambda h: h % order == 1)
        yield ("A and R of order %d L" % order, message, mixed, both, (r + h * a) % L, False)
    for n in range(8):
        a, r = number("key %d" % n), number("nonce %d" % n)
        key, nonce = encode(point_times(a, BASE)), encode(point_times(r, BASE))
        message, h = search(nonce, key, lambda h: True)
        s = (r + h * a) % L
        yield "honest %d" % n, message, key, nonce, s, True
        yield "honest %d, S + L" % n, message, key, nonce, s + L, False
        off = bytes([key[0] ^ 1]) + key[1:]
        while point_decode(off):
            off = bytes([(off[0] + 1) % 256]) + off[1:]
        yield "honest %d, A off the curve" % n, message, off, nonce, s, False
        yield "honest %d, R off the curve" % n, message, key, off, s, False
    yield "S = L", b"", encode(point_times(5, BASE)), encode(SMALL[0]), L, False


def vectors():
    for note, message, key, r, s, valid in PUBLISHED:
        yield {"note": note, "message": message, "key": key, "signature": r + s, "valid": valid}
    for note, message, key, r, s, valid in constructed():
        yield {"note": note, "message": message.hex(), "key": key.hex(),
               "signature": r.hex() + s.to_bytes(32, "little").hex(), "valid": valid}


if __name__ == "__main__":
    print(json.dumps(list(vectors()), indent=1))
