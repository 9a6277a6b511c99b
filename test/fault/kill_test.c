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
#include <sys/wait.h>
#include <time.h>

#include "acts.h"
#include "base/clock.h"
#include "learn/rng.h"

enum { WARM = 5 };

struct killing {
    struct workshop *workshop;
    struct tally tally;
    uint64_t seed;
    uint64_t kills;
    uint64_t hits; /* it was still running */
};

/* The longest of some undisturbed runs, in microseconds. */
static uint64_t measure_us(struct killing *k, const struct act *act)
{
    double longest_s = 0;
    for (int i = 0; i < WARM; i++) {
        struct ended ended = {.out = BUF_INIT, .error = BUF_INIT};
        pid_t child = workshop_start(k->workshop, act, true, NULL);
        double begun_s = clock_wall_s();
        workshop_wait(k->workshop, child, &ended);
        double took_s = clock_wall_s() - begun_s;
        longest_s = took_s > longest_s ? took_s : longest_s;
        ended_release(&ended);
    }
    return (uint64_t)(longest_s * 1.1e6) + 1;
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
    fault_case(&k->tally, !wrong, "%s, %s after %llu us: %s", act->name,
               hit ? "killed" : "it had ended", (unsigned long long)delay_us, wrong ? wrong : "");
    ended_release(&ended);
}

int main(int argc, char **argv)
{
    struct killing k = {.workshop = workshop_make("kill", argv[0])};
    uint64_t all = number_or(argc > 1 ? argv[1] : NULL, in_soak() ? 20000 : 1000);
    uint64_t writing = 0;
    k.seed = number_or(argc > 2 ? argv[2] : NULL, 1);
    for (size_t a = 0; acts[a].name; a++)
        writing += acts[a].writes;
    for (size_t a = 0; acts[a].name; a++) {
        uint64_t each = (all + writing - 1) / writing;
        if (!acts[a].writes)
            continue;
        uint64_t longest_us = measure_us(&k, &acts[a]);
        /* one delay in each slice of the duration */
        for (uint64_t i = 0; i < each; i++, k.kills++)
            kill_once(&k, &acts[a], (i * longest_us + rng_below(k.seed, a, i, longest_us)) / each);
    }
    workshop_free(k.workshop);
    printf("%llu kills, seed %llu: %llu times the program was still at work\n",
           (unsigned long long)k.kills, (unsigned long long)k.seed, (unsigned long long)k.hits);
    return fault_end(&k.tally);
}
