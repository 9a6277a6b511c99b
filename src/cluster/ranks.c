/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cluster/ranks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/lang.h"
#include "base/mem.h"

static void lost(void)
{
    fprintf(stderr, "%s\n", _("One of the processes that worked together is gone. Start again."));
    exit(1);
}

static void put(int to, const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n) {
        ssize_t done = write(to, at, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            lost();
        at += done;
        n -= (size_t)done;
    }
}

static void get(int from, void *bytes, size_t n)
{
    char *at = bytes;
    while (n) {
        ssize_t done = read(from, at, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            lost();
        at += done;
        n -= (size_t)done;
    }
}

typedef void join(int64_t *value, const int64_t *other, size_t n);

static void join_sum(int64_t *value, const int64_t *other, size_t n)
{
    for (size_t i = 0; i < n; i++)
        value[i] = (int64_t)((uint64_t)value[i] + (uint64_t)other[i]);
}

static void join_max(int64_t *value, const int64_t *other, size_t n)
{
    for (size_t i = 0; i < n; i++)
        value[i] = other[i] > value[i] ? other[i] : value[i];
}

static void bring_together(const struct cluster *cluster, int64_t *value, size_t n, join *joined)
{
    const struct cluster_link *link = cluster->link;
    if (cluster->ranks <= 1 || n == 0)
        return;
    if (cluster->rank > 0) {
        put(link->to[0], value, n * sizeof *value);
        get(link->from[0], value, n * sizeof *value);
        return;
    }
    CLEANUP(mem_free) int64_t *other = mem_get(n, sizeof *other);
    for (unsigned r = 1; r < cluster->ranks; r++) {
        get(link->from[r], other, n * sizeof *other);
        joined(value, other, n);
    }
    for (unsigned r = 1; r < cluster->ranks; r++)
        put(link->to[r], value, n * sizeof *value);
}

void cluster_sum(const struct cluster *cluster, int64_t *value, size_t n)
{
    bring_together(cluster, value, n, join_sum);
}

void cluster_max(const struct cluster *cluster, int64_t *value, size_t n)
{
    bring_together(cluster, value, n, join_max);
}

int cluster_is_mine(const struct cluster *cluster, size_t block)
{
    return cluster->ranks <= 1 || block % cluster->ranks == cluster->rank;
}

static void close_all(struct cluster_link *link)
{
    for (unsigned r = 0; r < CLUSTER_RANKS_MAX; r++) {
        if (link->from[r] >= 0)
            close(link->from[r]);
        if (link->to[r] >= 0)
            close(link->to[r]);
        link->from[r] = link->to[r] = -1;
    }
}

/* In the new process: keep only its own ends, at [0]. */
static void become(unsigned rank, int from, int to, struct cluster_link *link, struct cluster *ret)
{
    close_all(link);
    link->from[0] = from;
    link->to[0] = to;
    ret->rank = rank;
}

bool ranks_fork(unsigned ranks, unsigned threads, struct cluster_link *link, struct cluster *ret)
{
    BUG_IF(ranks == 0 || ranks > CLUSTER_RANKS_MAX);
    *ret = (struct cluster){threads, 0, ranks, link};
    for (unsigned r = 0; r < CLUSTER_RANKS_MAX; r++)
        link->from[r] = link->to[r] = -1;
    if (fflush(NULL) != 0) /* what is not written yet must not be written twice */
        return false;
    for (unsigned r = 1; r < ranks; r++) {
        int up[2] = {-1, -1}, down[2] = {-1, -1};
        bool fine = pipe(up) == 0 && pipe(down) == 0;
        pid_t child = fine ? fork() : -1;
        if (child == 0) {
            close(up[0]);
            close(down[1]);
            become(r, down[0], up[1], link, ret);
            return true;
        }
        for (int i = 0; i < 2; i++) {
            if (up[i] >= 0 && (child < 0 || i == 1))
                close(up[i]);
            if (down[i] >= 0 && (child < 0 || i == 0))
                close(down[i]);
        }
        if (child < 0) {
            close_all(link);
            return false;
        }
        link->from[r] = up[0];
        link->to[r] = down[1];
    }
    return true;
}

bool ranks_end(const struct cluster *cluster, struct cluster_link *link)
{
    bool fine = true;
    close_all(link);
    for (unsigned r = 1; cluster->rank == 0 && r < cluster->ranks; r++) {
        int status = 0;
        fine = wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 && fine;
    }
    return fine;
}
