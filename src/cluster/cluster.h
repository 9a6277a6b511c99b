/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster: the same work on several threads of this machine (later: MPI ranks of several).
 *
 * The only folder that names threads. Work is cut into blocks by row number, never by thread, and
 * results are sums of integers, so the number of threads cannot change a bit.
 */
#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H

#include <stddef.h>

/* Run work(context, block) for block 0 … blocks - 1 on up to `threads` threads (1 = no thread is
 * started) and return when all are done. work must write only to memory of its own block, and must
 * not fail: sizes are checked and memory is taken before. Blocks start in ascending order. */
void cluster_run(unsigned threads, size_t blocks, void (*work)(void *context, size_t block),
                 void *context);

/* The processors that this process may use. */
unsigned cluster_processors(void);

#endif
