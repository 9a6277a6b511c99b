/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rng: random numbers that depend only on (seed, stream, index), so that threads need no shared
 * state and every draw can be made again. SOURCE: Steele, Lea, Flood 2014, "Fast splittable
 * pseudorandom number generators" (the finaliser of splitmix64).
 */
#ifndef LEARN_RNG_H
#define LEARN_RNG_H

#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"

/* 64 random bits. */
uint64_t rng_u64(uint64_t seed, uint64_t stream, uint64_t index);

/* A whole number in [0, n), n >= 1, without bias (rejection along a sub-stream of its own). */
uint64_t rng_below(uint64_t seed, uint64_t stream, uint64_t index, uint64_t n);

/* The same for many indexes of one stream: what does not depend on the index is computed once, and
 * the remainder without a division. 1 <= n < 2^32. ret (count): rng_below of index first, first +
 * 1, … */
struct rng_stream {
    uint64_t start;
    uint64_t stream;
    uint64_t n;
    uint64_t last;  /* larger values are drawn again */
    double inverse; /* 1 / n */
};
struct rng_stream rng_stream(uint64_t seed, uint64_t stream, uint64_t n);
void rng_stream_below(const struct rng_stream *stream, uint64_t first, size_t count, uint32_t *ret);

/* A double in [0, 1) with 53 random bits. */
double rng_unit(uint64_t seed, uint64_t stream, uint64_t index);

/* A seed out of a digest and a number, e.g. a hypothesis id and the number of the opening. */
uint64_t rng_seed(const struct hash *hash, uint64_t number);

#endif
