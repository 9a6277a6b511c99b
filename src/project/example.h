/* SPDX-License-Identifier: GPL-3.0-or-later */
/* example: a simulated community, to go through the whole cycle without any real data.
 *
 * "stream": 24 people watch 12 sites of one stream for two years. Each site is sampled four times;
 * at each of the 48 samplings two or three people measure the water once and turn eight stones, and
 * note whether a stonefly larva sits below: 384 rows. docs/design/example-stream.md describes the
 * simulated world and the trap that is planted in it.
 */
#ifndef PROJECT_EXAMPLE_H
#define PROJECT_EXAMPLE_H

#include "base/buf.h"
#include "base/err.h"

/* The world that is shown unless somebody asks for another. */
enum { EXAMPLE_STREAM_SEED = 1 };

/* Append the table of the stream as CSV: a header and 384 rows, LF after each.
 * Exact: integer arithmetic and counter-based random numbers only, so the same seed gives the same
 * bytes on every machine. Cost: about 2 ms. */
void example_stream_table(uint64_t seed, struct buf *out);

/* Make a new folder that holds the table (simulated-samplings.csv), README.md, and cycle.sh, the
 * commands of the whole cycle. ERR_CONFLICT: something is in the folder already. */
bool example_stream_write(const char *folder, uint64_t seed, struct err *err) MUST_USE;

#endif
