/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stream 0 is splitmix64 itself: rng_u64(seed, 0, i) is its i-th output (from 0) for that seed.
 * Another stream starts at seed + mix(stream); since mix(0) = 0 that is one formula. */
#include "learn/rng.h"

#include "base/check.h"

static const uint64_t GAMMA = 0x9e3779b97f4a7c15U;

/* SOURCE: Steele, Lea, Flood 2014, section 4, "mix64variant13" (constants of David Stafford). */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

uint64_t rng_u64(uint64_t seed, uint64_t stream, uint64_t index)
{
    return mix(seed + mix(stream) + (index + 1) * GAMMA);
}

uint64_t rng_below(uint64_t seed, uint64_t stream, uint64_t index, uint64_t n)
{
    BUG_IF(n == 0);
    uint64_t surplus = (0 - n) % n; /* 2^64 mod n: the last so many values would favour some */
    uint64_t first = rng_u64(seed, stream, index);
    uint64_t value = first;
    for (uint64_t attempt = 0; value > UINT64_MAX - surplus; attempt++)
        value = rng_u64(first, stream, attempt);
    return value % n;
}

struct rng_stream rng_stream(uint64_t seed, uint64_t stream, uint64_t n)
{
    BUG_IF(n == 0 || n > UINT32_MAX);
    return (struct rng_stream){.start = seed + mix(stream),
                               .stream = stream,
                               .n = n,
                               .last = UINT64_MAX - (0 - n) % n,
                               .inverse = 1 / (double)n};
}

/* value % n by two guesses of the quotient. The first is off by at most 2^-51 of itself and by what
 * the two low bits make, so what is left lies within ±(2^13 + 5 n); the second is off by one at
 * most. */
static uint32_t remainder_of(uint64_t value, const struct rng_stream *s)
{
    int64_t quarter = (int64_t)((double)(int64_t)(value >> 2) * s->inverse);
    int64_t left = (int64_t)(value - (uint64_t)quarter * 4 * s->n);
    left -= (int64_t)((double)left * s->inverse) * (int64_t)s->n;
    left += left < 0 ? (int64_t)s->n : 0;
    return (uint32_t)(left >= (int64_t)s->n ? left - (int64_t)s->n : left);
}

void rng_stream_below(const struct rng_stream *s, uint64_t first, size_t count, uint32_t *ret)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t value = mix(s->start + (first + i + 1) * GAMMA);
        if (value > s->last)
            ret[i] = (uint32_t)rng_below(s->start - mix(s->stream), s->stream, first + i, s->n);
        else
            ret[i] = remainder_of(value, s);
    }
}

double rng_unit(uint64_t seed, uint64_t stream, uint64_t index)
{
    return (double)(rng_u64(seed, stream, index) >> 11) * 0x1p-53;
}

uint64_t rng_seed(const struct hash *hash, uint64_t number)
{
    struct hasher h;
    hash_begin(&h);
    hash_str(&h, STR("allmende 1 seed\n"));
    hash_add(&h, hash->at, HASH_BYTES);
    hash_u64(&h, number);
    struct hash digest = hash_end(&h);
    uint64_t seed = 0;
    for (int i = 0; i < 8; i++)
        seed = seed << 8 | digest.at[i];
    return seed;
}
