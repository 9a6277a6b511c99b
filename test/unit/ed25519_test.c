/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/hash.h"
#include "record/ed25519.h"

struct vector {
    const char *message;
    const char *key;
    const char *r;
    const char *s;
    bool valid;
};

static bool vector_is_valid(const struct vector *v)
{
    unsigned char message[64];
    unsigned char key[32];
    unsigned char signature[64];
    size_t n = strlen(v->message) / 2;
    assert_true(n <= sizeof message && hex_decode(str_of(v->message), message, n));
    assert_true(hex_decode(str_of(v->key), key, 32));
    assert_true(hex_decode(str_of(v->r), signature, 32));
    assert_true(hex_decode(str_of(v->s), signature + 32, 32));
    return ed25519_valid(key, (struct str){(const char *)message, n}, signature);
}

/* SOURCE: RFC 8032 section 7.1, TEST 1 to 3 and TEST SHA(abc). */
static const struct vector rfc[] = {
    {"", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155",
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b", true},
    {"72", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da",
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00", true},
    {"af82", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac",
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a", true},
    {"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589",
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704", true}};

static void the_signatures_of_the_standard_are_valid(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rfc); i++)
        assert_true(vector_is_valid(&rfc[i]));
}

/* The key A of vectors 3 to 5 has order 8 L. */
#define MIXED "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"
#define TORSION "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
#define MIXED_2 "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"

/* SOURCE: "Taming the many EdDSAs", table 6 and cases 0 to 11 of its published vectors. What they
 * hold: 0-2 small A, R or both; 3 mixed A and R, valid without the cofactor; 4, 5 valid with the
 * cofactor only; 6, 7 S above L; 8, 9 R small and not reduced; 10, 11 A small and not reduced. */
static const struct vector taming[] = {
    {"8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6", TORSION,
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
     "0000000000000000000000000000000000000000000000000000000000000000", false},
    {"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79", TORSION, MIXED_2,
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", false},
    {"aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab", MIXED_2, TORSION,
     "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e", false},
    {"9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79", MIXED,
     "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f",
     "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009", false},
    {"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c", MIXED,
     "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512",
     "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09", false},
    {"e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c", MIXED,
     "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7",
     "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405", false},
    {"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e",
     "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514", false},
    {"85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942",
     "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22", false},
    {"9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41", MIXED_2,
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f", false},
    {"9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41", MIXED_2,
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908", false},
    {"e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", false},
    {"39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc",
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04", false}};

static void what_libraries_disagree_about_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(taming); i++)
        if (vector_is_valid(&taming[i]))
            fail_msg("vector %zu is accepted", i);
}

/* S + L is the same scalar; RFC 8032 section 5.1.7 demands the smaller. Worked with Python. */
static void a_scalar_that_is_not_reduced_is_refused(void **state)
{
    (void)state;
    struct vector v = rfc[1];
    v.s = "f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10";
    assert_false(vector_is_valid(&v));
    v.s = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"; /* L itself */
    assert_false(vector_is_valid(&v));
}

static void one_bit_elsewhere_makes_it_invalid(void **state)
{
    (void)state;
    unsigned char key[32];
    unsigned char both[64];
    assert_true(hex_decode(str_of(rfc[2].key), key, 32) && hex_decode(str_of(rfc[2].r), both, 32) &&
                hex_decode(str_of(rfc[2].s), both + 32, 32));
    assert_true(ed25519_valid(key, STR("\xaf\x82"), both));
    assert_false(ed25519_valid(key, STR("\xaf\x83"), both));
    for (size_t bit = 0; bit < 512; bit++) {
        both[bit / 8] ^= (unsigned char)(1U << bit % 8);
        assert_false(ed25519_valid(key, STR("\xaf\x82"), both));
        both[bit / 8] ^= (unsigned char)(1U << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signatures_of_the_standard_are_valid),
        cmocka_unit_test(what_libraries_disagree_about_is_refused),
        cmocka_unit_test(a_scalar_that_is_not_reduced_is_refused),
        cmocka_unit_test(one_bit_elsewhere_makes_it_invalid),
    };
    return cmocka_run_group_tests_name("ed25519", tests, NULL, NULL);
}
