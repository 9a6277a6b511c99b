/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* sched_getaffinity: sysconf would count processors that we may not use */
#include "cluster/cluster.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

struct run {
    void (*work)(void *context, size_t block, unsigned slot);
    void *context;
    size_t blocks;
    atomic_size_t next;
};

struct hand {
    struct run *run;
    unsigned slot;
    pthread_t thread;
};

static void *take_blocks(void *argument)
{
    const struct hand *hand = argument;
    struct run *run = hand->run;
    for (;;) {
        size_t block = atomic_fetch_add(&run->next, 1);
        if (block >= run->blocks)
            return NULL;
        run->work(run->context, block, hand->slot);
    }
}

unsigned cluster_slots(const struct cluster *cluster)
{
    unsigned threads = cluster->threads ? cluster->threads : 1;
    return threads < CLUSTER_THREADS_MAX ? threads : CLUSTER_THREADS_MAX;
}

void cluster_run(const struct cluster *cluster, size_t blocks,
                 void (*work)(void *context, size_t block, unsigned slot), void *context)
{
    struct run run = {.work = work, .context = context, .blocks = blocks};
    struct hand hand[CLUSTER_THREADS_MAX];
    unsigned slots = cluster_slots(cluster);
    unsigned started = 0;
    atomic_init(&run.next, 0);
    /* This thread works too, as slot 0. Where the system gives us no more threads, fewer do the
     * same work. */
    while (started + 1 < slots && started + 1 < blocks) {
        struct hand *next = &hand[started];
        *next = (struct hand){.run = &run, .slot = started + 1};
        if (pthread_create(&next->thread, NULL, take_blocks, next) != 0)
            break;
        started++;
    }
    take_blocks(&(struct hand){.run = &run, .slot = 0});
    while (started)
        pthread_join(hand[--started].thread, NULL);
}

unsigned cluster_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (unsigned)CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}
