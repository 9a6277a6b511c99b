/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster: the same work on several threads of this machine, or on several ranks: processes that
 * each have the whole table, do a part of the blocks, and add up what they found.
 *
 * The only folder that names threads and ranks. Work is cut into blocks by row number, never by
 * thread, and results are sums and maxima of integers, so neither the number of threads nor that of
 * ranks can change a bit.
 */
#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H

#include <stddef.h>
#include <stdint.h>

enum { CLUSTER_THREADS_MAX = 256, CLUSTER_RANKS_MAX = 64 };

/* Who works together. {.threads = 1} and {0} are one thread of one process. */
struct cluster {
    unsigned threads;                /* of this process; 0 counts as 1 */
    unsigned rank;                   /* 0 … ranks - 1 */
    unsigned ranks;                  /* 0 counts as 1 */
    const struct cluster_link *link; /* how the ranks talk; NULL with one rank */
};

/* How many threads may work at once, at least 1: slots are numbered below it. */
unsigned cluster_slots(const struct cluster *cluster);

/* Run work(context, block, slot) for block 0 … blocks - 1 on the threads of this process (1 = no
 * thread is started) and return when all are done. Two works that run at the same time have
 * different slots, so work may add to memory of its slot, or write to memory of its own block. It
 * must not fail: sizes are checked and memory is taken before. Blocks start in ascending order. */
void cluster_run(const struct cluster *cluster, size_t blocks,
                 void (*work)(void *context, size_t block, unsigned slot), void *context);

/* True if a block of shared work falls to this rank. Whoever leaves out the others brings the
 * results together by cluster_sum or cluster_max, in the same order on every rank. */
int cluster_is_mine(const struct cluster *cluster, size_t block);

/* Add up, or take the largest of, value (n) over all ranks; every rank then has the result. With
 * one rank nothing happens. A rank that is gone ends this process with status 1, like memory that
 * is gone: nothing of its work could be kept. Cost: n * 8 bytes there and back for each rank. */
void cluster_sum(const struct cluster *cluster, int64_t *value, size_t n);
void cluster_max(const struct cluster *cluster, int64_t *value, size_t n);

/* The processors that this process may use. */
unsigned cluster_processors(void);

#endif
