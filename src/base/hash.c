/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

#include <string.h>

#include "base/check.h"

#if defined(__x86_64__) || defined(__i386__)
#define HASH_X86 1
#include <immintrin.h>
#endif

static const uint32_t round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, unsigned n)
{
    return x >> n | x << (32 - n);
}

static void expand(const unsigned char *block, uint32_t w[64])
{
    for (size_t t = 0; t < 16; t++)
        w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
               (uint32_t)block[4 * t + 2] << 8 | (uint32_t)block[4 * t + 3];
    for (size_t t = 16; t < 64; t++) {
        uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
        uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
        w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }
}

/* The plain twin: reads like FIPS 180-4, 6.2.2. */
static void blocks_plain(uint32_t state[8], const unsigned char *bytes, size_t count)
{
    for (; count; count--, bytes += 64) {
        uint32_t w[64];
        uint32_t v[8];
        expand(bytes, w);
        memcpy(v, state, sizeof v);
        for (size_t t = 0; t < 64; t++) {
            uint32_t sum1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
            uint32_t choose = (v[4] & v[5]) ^ (~v[4] & v[6]);
            uint32_t t1 = v[7] + sum1 + choose + round_constants[t] + w[t];
            uint32_t sum0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
            uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            memmove(v + 1, v, 7 * sizeof v[0]);
            v[4] += t1;
            v[0] = t1 + sum0 + majority;
        }
        for (size_t i = 0; i < 8; i++)
            state[i] += v[i];
    }
}

#ifdef HASH_X86
/* The fast twin keeps the state as two registers, ABEF and CDGH, four rounds a step; m[] is a ring
 * of the last 16 message words. SOURCE: Intel, "Intel SHA Extensions", 2013. */
__attribute__((target("sha,sse4.1,ssse3"))) static void
blocks_sha(uint32_t state[8], const unsigned char *bytes, size_t count)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i dcba = _mm_loadu_si128((const __m128i *)(const void *)state);
    __m128i hgfe = _mm_loadu_si128((const __m128i *)(const void *)(state + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
    __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (; count; count--, bytes += 64) {
        __m128i before_abef = abef;
        __m128i before_cdgh = cdgh;
        __m128i m[4];
        for (size_t i = 0; i < 16; i++) {
            __m128i *now = &m[i % 4];
            if (i < 4) {
                const void *at = bytes + 16 * i;
                *now = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)at), swap);
            } else {
                __m128i last = m[(i + 3) % 4];
                __m128i across = _mm_alignr_epi8(last, m[(i + 2) % 4], 4);
                *now = _mm_sha256msg1_epu32(*now, m[(i + 1) % 4]);
                *now = _mm_sha256msg2_epu32(_mm_add_epi32(*now, across), last);
            }
            const void *k = round_constants + 4 * i;
            __m128i wk = _mm_add_epi32(*now, _mm_loadu_si128((const __m128i *)k));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(wk, 0x0E));
        }
        abef = _mm_add_epi32(abef, before_abef);
        cdgh = _mm_add_epi32(cdgh, before_cdgh);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    dcba = _mm_blend_epi16(feba, dchg, 0xF0);
    hgfe = _mm_alignr_epi8(dchg, feba, 8);
    _mm_storeu_si128((__m128i *)(void *)state, dcba);
    _mm_storeu_si128((__m128i *)(void *)(state + 4), hgfe);
}

/* __builtin_cpu_supports of gcc 12 and clang 14 does not know "sha": cpuid leaf 7, EBX bit 29. */
#include <cpuid.h>
static bool has_sha(void)
{
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & 1U << 29))
        return false;
    return __builtin_cpu_supports("sse4.1");
}
#endif

static bool plain_only;

static void blocks(uint32_t state[8], const unsigned char *bytes, size_t count)
{
#ifdef HASH_X86
    static _Atomic int fast = -1; /* every thread finds the same value */
    if (fast < 0)
        fast = has_sha();
    if (fast && !plain_only) {
        blocks_sha(state, bytes, count);
        return;
    }
#endif
    blocks_plain(state, bytes, count);
}

bool hash_plain_only(bool plain)
{
    bool before = plain_only;
    plain_only = plain;
    return before;
}

void hash_begin(struct hasher *h)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(h->state, start, sizeof start);
    h->bytes = 0;
}

void hash_add(struct hasher *h, const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    size_t used = h->bytes % 64;
    if (n == 0)
        return;
    h->bytes += n;
    if (used) {
        size_t take = n < 64 - used ? n : 64 - used;
        if (take)
            memcpy(h->block + used, at, take);
        at += take;
        n -= take;
        if (used + take < 64)
            return;
        blocks(h->state, h->block, 1);
    }
    blocks(h->state, at, n / 64);
    if (n % 64)
        memcpy(h->block, at + n / 64 * 64, n % 64);
}

void hash_str(struct hasher *h, struct str text)
{
    hash_add(h, text.at, text.n);
}

void hash_u64(struct hasher *h, uint64_t value)
{
    unsigned char little[8];
    for (size_t i = 0; i < 8; i++)
        little[i] = (unsigned char)(value >> (8 * i));
    hash_add(h, little, sizeof little);
}

struct hash hash_end(struct hasher *h)
{
    uint64_t bits = h->bytes * 8;
    size_t used = h->bytes % 64;
    unsigned char pad[72] = {0x80};
    size_t n = (used < 56 ? 56 : 120) - used;
    for (size_t i = 0; i < 8; i++)
        pad[n + i] = (unsigned char)(bits >> (56 - 8 * i));
    hash_add(h, pad, n + 8);
    BUG_IF(h->bytes % 64 != 0);
    struct hash hash = {{0}};
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 4; j++)
            hash.at[4 * i + j] = (unsigned char)(h->state[i] >> (24 - 8 * j));
    return hash;
}

struct hash hash_of(const void *bytes, size_t n)
{
    struct hasher h;
    hash_begin(&h);
    hash_add(&h, bytes, n);
    return hash_end(&h);
}

bool hash_eq(const struct hash *a, const struct hash *b)
{
    return memcmp(a->at, b->at, HASH_BYTES) == 0;
}

int hash_cmp(const struct hash *a, const struct hash *b)
{
    return memcmp(a->at, b->at, HASH_BYTES);
}

void hex_encode(const unsigned char *bytes, size_t n, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        ret_text[2 * i] = digits[bytes[i] >> 4];
        ret_text[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret_text[2 * n] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(struct str text, unsigned char *ret_bytes, size_t n)
{
    if (text.n != 2 * n)
        return false;
    for (size_t i = 0; i < 2 * n; i++)
        if (hex_value(text.at[i]) < 0)
            return false;
    for (size_t i = 0; i < n; i++)
        ret_bytes[i] =
            (unsigned char)(16 * hex_value(text.at[2 * i]) + hex_value(text.at[2 * i + 1]));
    return true;
}

struct hash_text hash_hex(const struct hash *hash)
{
    struct hash_text text = {""};
    hex_encode(hash->at, HASH_BYTES, text.at);
    return text;
}
