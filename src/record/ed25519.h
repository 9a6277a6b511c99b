/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ed25519: when a signature is valid, the same on every machine and with every library.
 *
 * RFC 8032 leaves room, and libraries use it: they differ about encodings that are not reduced,
 * about points of small order, and about the cofactor (libsodium up to 1.0.18 checks without it,
 * later ones with it). A record whose copies disagree about one signature falls apart, so the room
 * is closed here before a library is asked. Whoever signs as RFC 8032 says never notices.
 *
 * A signature (R, S) of a message by a key A is valid if and only if
 *   1. S < L, as a little-endian number;
 *   2. the y of A and of R is below p = 2^255 - 19, and both are points of the curve;
 *   3. neither A nor R is one of the eight points of small order;
 *   4. A and R lie in the subgroup of prime order L;
 *   5. the equation S B = R + SHA-512(R, A, message) A holds. After 4 it holds with the cofactor
 *      exactly if it holds without.
 *
 * SOURCE: RFC 8032 sections 5.1.3 and 5.1.7; Chalkias, Garillot, Nikolaenko, "Taming the many
 * EdDSAs", 2020, whose twelve vectors are in test/vector/ed25519.json.
 */
#ifndef RECORD_ED25519_H
#define RECORD_ED25519_H

#include <stdbool.h>

#include "base/str.h"

/* True if the 64 bytes of signature are valid for a message and the 32 bytes of a public key.
 * Cost: about three scalar multiplications, 0.2 ms. */
bool ed25519_valid(const unsigned char *key, struct str message, const unsigned char *signature);

#endif
