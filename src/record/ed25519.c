/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/ed25519.h"

#include <sodium.h>
#include <string.h>

enum { POINT_BYTES = 32 };

/* Little-endian. SOURCE: RFC 8032 section 5.1. */
static const unsigned char order[POINT_BYTES] = {
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
static const unsigned char prime[POINT_BYTES] = {
    0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f};

/* The y of the eight points of small order: 1, -1, 0 (twice), and those of order eight (twice two,
 * y and -y). Unreduced encodings are refused before; the sign of x does not matter. */
static const unsigned char small_order[5][POINT_BYTES] = {
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a}};

/* True if a < b, both little-endian. */
static bool is_below(const unsigned char *a, const unsigned char *b)
{
    for (size_t i = POINT_BYTES; i-- > 0;)
        if (a[i] != b[i])
            return a[i] < b[i];
    return false;
}

static bool is_of_small_order(const unsigned char *y)
{
    for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++)
        if (memcmp(y, small_order[i], POINT_BYTES) == 0)
            return true;
    return false;
}

/* P is of prime order L exactly if L P = 0, that is if (L + 1) P = P. Asked this way because
 * crypto_core_ed25519_is_valid_point of an unpatched libsodium 1.0.18 also takes points of order
 * 2 L (CVE-2025-69277); the scalar is not clamped and not reduced. A point off the curve fails. */
static bool is_of_prime_order(const unsigned char *point)
{
    unsigned char scalar[POINT_BYTES];
    unsigned char product[POINT_BYTES];
    memcpy(scalar, order, sizeof scalar);
    scalar[0]++;
    return crypto_scalarmult_ed25519_noclamp(product, scalar, point) == 0 &&
           memcmp(product, point, POINT_BYTES) == 0;
}

/* Rules 2 to 4 of the header. */
static bool point_is_fine(const unsigned char *point)
{
    unsigned char y[POINT_BYTES];
    memcpy(y, point, sizeof y);
    y[31] &= 0x7f;
    return is_below(y, prime) && !is_of_small_order(y) && is_of_prime_order(point);
}

bool ed25519_valid(const unsigned char *key, struct str message, const unsigned char *signature)
{
    const unsigned char *r = signature;
    const unsigned char *s = signature + POINT_BYTES;
    const unsigned char *text = (const unsigned char *)message.at;
    return is_below(s, order) && point_is_fine(key) && point_is_fine(r) &&
           crypto_sign_verify_detached(signature, text, message.n, key) == 0;
}
