/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kill_test: the program is killed at any moment; the file opens and nothing acknowledged is lost.
 *
 *   kill_test [KILLS [SEED]]      1,000 (soak: 20,000) with seed 1, shared among all acts that
 * write
 *
 * How long an act takes is measured first; then SIGKILL comes after a random delay between nothing
 * and a little more than that. Moments are not the same in each run, only the delays are; what is
 * found each time must be all of the act or nothing of it (acts.h), and all of it if the program
 * had ended with status 0 before it was hit.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

#include "acts.h"
#include "base/clock.h"
#include "learn/rng.h"

enum { WARM = 9, TRIES = 20 };

struct killing {
    struct workshop *workshop;
    struct tally tally;
    uint64_t seed;
    uint64_t hits; /* it was still running */
    uint64_t late; /* it had ended */
};

static int by_length(const void *a, const void *b)
{
    const double *left = a;
    const double *right = b;
    return (*left > *right) - (*left < *right);
}

/* The middle one of some undisturbed runs, in microseconds, and a little more. */
static uint64_t measure_us(struct killing *k, const struct act *act)
{
    double took_s[WARM];
    for (int i = 0; i < WARM; i++) {
        struct ended ended = {.out = BUF_INIT, .error = BUF_INIT};
        pid_t child = workshop_start(k->workshop, act, true, NULL);
        double begun_s = clock_wall_s();
        workshop_wait(k->workshop, child, &ended);
        took_s[i] = clock_wall_s() - begun_s;
        ended_release(&ended);
    }
    qsort(took_s, WARM, sizeof took_s[0], by_length);
    return (uint64_t)(took_s[WARM / 2] * 1.2e6) + 1;
}

static void wait_us(uint64_t us)
{
    const struct timespec delay = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
    nanosleep(&delay, NULL);
}

static void kill_once(struct killing *k, const struct act *act, uint64_t delay_us)
{
    struct ended ended = {.out = BUF_INIT, .error = BUF_INIT};
    pid_t child = workshop_start(k->workshop, act, true, NULL);
    wait_us(delay_us);
    kill(child, SIGKILL);
    workshop_wait(k->workshop, child, &ended);
    bool hit = WIFSIGNALED(ended.status);
    const char *wrong = !hit && ended.status != 0 ? "it failed though nothing disturbed it" : NULL;
    if (!wrong)
        wrong = workshop_wrong(k->workshop, act, !hit);
    k->hits += hit;
    k->late += !hit;
    fault_case(&k->tally, !wrong, "%s, %s after %llu us: %s", act->name,
               hit ? "killed" : "it had ended", (unsigned long long)delay_us, wrong ? wrong : "");
    ended_release(&ended);
}

/* Until it was hit so often; delays go through all slices of the window, again and again. */
static void kill_often(struct killing *k, size_t place, uint64_t times)
{
    const struct act *act = &acts[place];
    uint64_t window_us = measure_us(k, act);
    uint64_t until = k->hits + times;
    for (uint64_t i = 0; k->hits < until && i < TRIES * times; i++)
        kill_once(k, act,
                  (i % times * window_us + rng_below(k->seed, place, i, window_us)) / times);
    fault_case(&k->tally, k->hits == until, "%s has mostly ended before it could be killed",
               act->name);
}

int main(int argc, char **argv)
{
    struct killing k = {.workshop = workshop_make("kill", argv[0])};
    uint64_t all = number_or(argc > 1 ? argv[1] : NULL, in_soak() ? 20000 : 1000);
    uint64_t writing = 0;
    k.seed = number_or(argc > 2 ? argv[2] : NULL, 1);
    for (size_t a = 0; acts[a].name; a++)
        writing += acts[a].writes;
    for (size_t a = 0; acts[a].name; a++)
        if (acts[a].writes)
            kill_often(&k, a, (all + writing - 1) / writing);
    workshop_free(k.workshop);
    printf("%llu kills of programs at work, seed %llu; %llu came too late\n",
           (unsigned long long)k.hits, (unsigned long long)k.seed, (unsigned long long)k.late);
    return fault_end(&k.tally);
}
