/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cluster/order.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/mem.h"

/* A block that came too early. */
struct early {
    struct early *next;
    size_t number;
    struct buf text;
};

struct order {
    void (*take)(void *context, struct str text);
    void *context;
    pthread_mutex_t lock; /* of all below, and while take runs */
    size_t due;
    struct early *early; /* ascending by number */
};

struct order *order_new(void (*take)(void *context, struct str text), void *context)
{
    struct order *order = mem_get(1, sizeof *order);
    order->take = take;
    order->context = context;
    BUG_IF(pthread_mutex_init(&order->lock, NULL) != 0);
    return order;
}

static void drop_first(struct order *order)
{
    struct early *first = order->early;
    order->early = first->next;
    buf_release(&first->text);
    free(first);
}

void order_free(struct order *order)
{
    if (!order)
        return;
    while (order->early)
        drop_first(order);
    (void)pthread_mutex_destroy(&order->lock);
    free(order);
}

void order_release(struct order **order)
{
    order_free(*order);
}

static void keep(struct order *order, size_t number, struct buf *text)
{
    struct early **at = &order->early;
    struct early *one = mem_get(1, sizeof *one);
    while (*at && (*at)->number < number)
        at = &(*at)->next;
    *one = (struct early){*at, number, *text};
    *text = (struct buf)BUF_INIT;
    *at = one;
}

void order_put(struct order *order, size_t number, struct buf *text)
{
    BUG_IF(pthread_mutex_lock(&order->lock) != 0);
    BUG_IF(number < order->due);
    if (number > order->due)
        keep(order, number, text);
    else {
        order->take(order->context, buf_view(text));
        buf_release(text);
        order->due++;
        for (; order->early && order->early->number == order->due; order->due++) {
            order->take(order->context, buf_view(&order->early->text));
            drop_first(order);
        }
    }
    BUG_IF(pthread_mutex_unlock(&order->lock) != 0);
}
