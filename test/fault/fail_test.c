/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fail_test: whatever call fails, nothing acknowledged is lost, nothing is half done, and a person
 * is told.
 *
 *   fail_test [ACT]                              all acts, or one; all classes of calls
 *   fail_test replay ACT CLASS N once|ever       one of them again
 *
 * For each act and each class of calls (fail.c): the n-th call fails, once or from then on, n = 1,
 * 2, … until the act is through without reaching it. After each:
 *   1. The program has ended with status 0 or 1, never by a signal.
 *   2. With status 1, standard output is empty and standard error holds a sentence and a next step;
 *      with --json exactly {"error":{"code","what","next"}} (--json for "once", text for "ever").
 *   3. Without failures the project opens, check finds nothing, all entries from before are there,
 *      and there are either no others and the state is the same as before, or exactly those that
 * the act adds; with status 0 they are there. A new project or a copy is absent or whole.
 *   4. Where a withdrawal ended with status 0, its word is in no file of the project's folder.
 * A failure of memory is tried at every n up to MEMORY_EVERY, then in steps that grow by an eighth
 * of n; plain acts (acts.h) at every PLAIN_EVERY-th n, of memory in steps of a half, a receipt, for
 * which a whole folder is read, at every SIGNS_EVERY-th; in soak at every n.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "acts.h"

enum { MEMORY_EVERY = 60, PLAIN_EVERY = 12, SIGNS_EVERY = 40 };

static const char *const classes[] = {"memory", "read", "write", "half", "sync", "open", "name"};

struct failing {
    struct workshop *workshop;
    struct tally tally;
    uint64_t runs;
    bool loud;
};

/* One run of an act. */
struct trial {
    const struct act *act;
    const char *class;
    uint64_t n;
    bool ever;
    struct ended ended;
};

static void run(struct failing *f, struct trial *t)
{
    char plan[64];
    snprintf(plan, sizeof plan, "%s:%llu:%s", t->class, (unsigned long long)t->n,
             t->ever ? "ever" : "once");
    pid_t child = workshop_start(f->workshop, t->act, !t->ever, plan);
    workshop_wait(f->workshop, child, &t->ended);
    f->runs++;
}

static bool is_error_object(const struct buf *error)
{
    json_error_t where;
    CLEANUP(json_release)
    json_t *all = json_loadb(error->at, error->n, JSON_REJECT_DUPLICATES, &where);
    const json_t *inner = json_object_get(all, "error");
    const char *what = json_text(inner, "what");
    const char *next = json_text(inner, "next");
    const char *code = json_text(inner, "code");
    return json_object_size(all) == 1 && json_object_size(inner) == 3 && what && *what && next &&
           *next && code && *code;
}

static bool is_error_text(const struct buf *error)
{
    const char *line = memchr(error->at, '\n', error->n);
    return line && line > error->at && line + 2 < error->at + error->n &&
           error->at[error->n - 1] == '\n';
}

/* NULL: the program ended as it may. */
static const char *wrong_ending(const struct trial *t)
{
    if (!WIFEXITED(t->ended.status))
        return "it ended by a signal";
    if (WEXITSTATUS(t->ended.status) > 1)
        return "its status is neither 0 nor 1";
    if (WEXITSTATUS(t->ended.status) == 0)
        return NULL;
    if (!t->ended.reached)
        return "it failed without a failure";
    if (t->ended.out.n)
        return "standard output is not empty";
    if (!t->ever && !is_error_object(&t->ended.error))
        return "standard error is no error object";
    if (t->ever && !is_error_text(&t->ended.error))
        return "standard error has no sentence with a next step";
    return NULL;
}

static void judge(struct failing *f, const struct trial *t)
{
    const struct ended *ended = &t->ended;
    const char *wrong = wrong_ending(t);
    if (f->loud)
        printf("status %d, reached %d\n%s%s", ended->status, ended->reached, ended->out.at,
               ended->error.at);
    if (!wrong)
        wrong = workshop_wrong(f->workshop, t->act, ended->status == 0);
    fault_case(&f->tally, !wrong, "fail_test replay %s %s %llu %s: %s (%.160s)", t->act->name,
               t->class, (unsigned long long)t->n, t->ever ? "ever" : "once", wrong ? wrong : "",
               ended->error.at);
}

/* ---- all of them ---------------------------------------------------------------------------- */

/* Plain acts go the same way, so each takes every PLAIN_EVERY-th place of it, another one first. */
static uint64_t next_n(const struct act *act, const char *class, uint64_t n)
{
    bool memory = strcmp(class, "memory") == 0;
    if (in_soak() || (!act->plain && !(memory && n >= MEMORY_EVERY)))
        return n + 1;
    if (act->plain && n == 0)
        return 1 + (uint64_t)(act - acts) % PLAIN_EVERY;
    uint64_t step = memory ? n / (act->plain ? 2 : 8) : 1;
    uint64_t least = act->signs ? SIGNS_EVERY : act->plain ? PLAIN_EVERY : 1;
    return n + (step < least ? least : step);
}

static void run_class(struct failing *f, const struct act *act, const char *class, bool ever)
{
    struct trial t = {
        .act = act, .class = class, .ever = ever, .ended = {.out = BUF_INIT, .error = BUF_INIT}};
    t.ended.reached = true;
    while (t.ended.reached) {
        t.n = next_n(act, class, t.n);
        run(f, &t);
        judge(f, &t);
    }
    printf("%s, %s, %s: up to n = %llu\n", act->name, class, ever ? "ever" : "once",
           (unsigned long long)t.n);
    fflush(stdout);
    ended_release(&t.ended);
}

/* Memory sticks with FAT have no links: projects and copies are made there all the same. */
static void run_without_links(struct failing *f, const struct act *act)
{
    struct trial t = {.act = act,
                      .class = "links",
                      .n = 1,
                      .ever = true,
                      .ended = {.out = BUF_INIT, .error = BUF_INIT}};
    run(f, &t);
    judge(f, &t);
    fault_case(&f->tally, t.ended.reached && t.ended.status == 0, "%s needs links: %s", act->name,
               t.ended.error.at);
    ended_release(&t.ended);
}

static void run_act(struct failing *f, const struct act *act)
{
    for (size_t c = 0; c < COUNT_OF(classes); c++)
        for (int ever = 0; ever < 2; ever++)
            run_class(f, act, classes[c], ever);
    if (act->makes && !act->signs)
        run_without_links(f, act);
}

static void replay(struct failing *f, char **argument)
{
    struct trial t = {.class = argument[1],
                      .n = number_or(argument[2], 1),
                      .ended = {.out = BUF_INIT, .error = BUF_INIT}};
    t.ever = strcmp(argument[3], "ever") == 0;
    f->loud = true;
    for (size_t i = 0; acts[i].name; i++)
        if (strcmp(acts[i].name, argument[0]) == 0)
            t.act = &acts[i];
    if (!t.act)
        give_up("there is no act \"%s\"", argument[0]);
    run(f, &t);
    judge(f, &t);
    ended_release(&t.ended);
}

int main(int argc, char **argv)
{
    struct failing f = {.workshop = workshop_make("fail", argv[0])};
    if (argc == 6 && strcmp(argv[1], "replay") == 0) {
        replay(&f, argv + 2);
    } else {
        for (size_t a = 0; acts[a].name; a++)
            if (argc < 2 || strcmp(acts[a].name, argv[1]) == 0)
                run_act(&f, &acts[a]);
        printf("%llu runs\n", (unsigned long long)f.runs);
    }
    workshop_free(f.workshop);
    return fault_end(&f.tally);
}
