/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* sched_getaffinity: sysconf would count processors that we may not use */
#include "cluster/cluster.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

enum { THREADS_MAX = 256 };

struct run {
    void (*work)(void *context, size_t block);
    void *context;
    size_t blocks;
    atomic_size_t next;
};

static void *take_blocks(void *argument)
{
    struct run *run = argument;
    for (;;) {
        size_t block = atomic_fetch_add(&run->next, 1);
        if (block >= run->blocks)
            return NULL;
        run->work(run->context, block);
    }
}

void cluster_run(unsigned threads, size_t blocks, void (*work)(void *context, size_t block),
                 void *context)
{
    struct run run = {.work = work, .context = context, .blocks = blocks};
    atomic_init(&run.next, 0);
    pthread_t helper[THREADS_MAX];
    unsigned started = 0;
    /* This thread works too. Where the system gives us no more threads, fewer do the same work. */
    while (started + 1 < threads && started + 1 < blocks && started < THREADS_MAX &&
           pthread_create(&helper[started], NULL, take_blocks, &run) == 0)
        started++;
    take_blocks(&run);
    while (started)
        pthread_join(helper[--started], NULL);
}

unsigned cluster_processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (unsigned)CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}
