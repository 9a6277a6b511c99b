/* SPDX-License-Identifier: GPL-3.0-or-later */
/* order: what several threads make of blocks, handed on in the order of the blocks.
 *
 * Whoever brings the block that is due hands it on, and with it those behind it that came too early
 * and were kept. Nobody waits for another's block, so a block that never comes stops nothing: what
 * lies behind it is not handed on. Blocks start in ascending order (cluster.h), so few are kept.
 */
#ifndef CLUSTER_ORDER_H
#define CLUSTER_ORDER_H

#include <stddef.h>

#include "base/buf.h"

struct order;

/* take(context, text) gets the text of block 0, 1, …, one at a time, by whichever thread. Owned by
 * the caller: order_free. */
struct order *order_new(void (*take)(void *context, struct str text), void *context);
void order_free(struct order *order);

/* For CLEANUP. */
void order_release(struct order **order);

/* The text of a block, taken over: text is empty then. Each number once. */
void order_put(struct order *order, size_t number, struct buf *text);

#endif
