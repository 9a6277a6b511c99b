/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ranks: how the processes of a cluster talk.
 *
 * A star: every rank sends its numbers to rank 0 and gets the result back. Integers add up to the
 * same whatever the order, so no rule about the order is needed.
 */
#ifndef CLUSTER_RANKS_H
#define CLUSTER_RANKS_H

#include <stdbool.h>

#include "cluster/cluster.h"

/* Two ends for each rank but the first: rank 0 holds all, the others only their own. */
struct cluster_link {
    int from[CLUSTER_RANKS_MAX]; /* rank 0: what rank r sends; rank r: at [0] what comes back */
    int to[CLUSTER_RANKS_MAX];
};

/* Make `ranks` processes out of this one, tied by pipes: each returns with its own *ret, whose link
 * is *link; the caller of rank 0 is the process that called. Nothing else is shared. False if the
 * system gives no more pipes or processes; those already made have ended. Before exit every rank
 * calls ranks_end. */
bool ranks_fork(unsigned ranks, unsigned threads, struct cluster_link *link, struct cluster *ret);

/* Close the pipes; rank 0 waits for the others and returns true if all ended with status 0. */
bool ranks_end(const struct cluster *cluster, struct cluster_link *link);

#endif
