/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected on real data: shared/peers/REFERENCE.md (votes.py: numpy, pandas), "Several people's
 * answers". Items right and items more than 99 % sure; where it gives shares, they are counts over
 * the number of items. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "learn/agreement.h"
#include "learn/consensus.h"
#include "read/columns.h"

/* --- small ones, by hand ----------------------------------------------------------------------*/

static void the_most_frequent_answer_wins(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    /* item 0: 1 1 0; item 1: 0 2, tied; 0 and 2 are as frequent (2 each), so the first; item 2: 2
     * 1, tied, 1 is more frequent in all; item 3: nobody */
    static const uint32_t item[] = {2, 0, 0, 1, 0, 1, 2};
    static const uint32_t person[] = {0, 0, 1, 0, 2, 1, 1};
    static const uint32_t answer[] = {2, 1, 1, 0, 0, 2, 1};
    const struct consensus_sheet sheet = {item, person, answer, 7, 4, 3, 3, 0};
    struct consensus c = consensus_majority(&sheet, &arena);
    (void)state;
    static const uint32_t want[] = {1, 0, 1, CONSENSUS_NONE};
    static const uint32_t sure[] = {715827883, CONSENSUS_ONE / 2, CONSENSUS_ONE / 2, 0};
    static const uint8_t tied[] = {0, 1, 1, 0};
    assert_memory_equal(c.answer, want, sizeof want);
    assert_memory_equal(c.certainty, sure, sizeof sure);
    assert_memory_equal(c.tied, tied, sizeof tied);
}

static void a_cap_keeps_one_person_from_deciding(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    /* Person 0 says 0 to four items; two others say 1 to item 0. With a cap of 1 each answer of
     * person 0 weighs a quarter: 1/4 against 2, then 1/4 of all in item 0 is 1/9. */
    static const uint32_t item[] = {0, 1, 2, 3, 0, 0};
    static const uint32_t person[] = {0, 0, 0, 0, 1, 2};
    static const uint32_t answer[] = {0, 0, 0, 0, 1, 1};
    const struct consensus_sheet sheet = {item, person, answer, 6, 4, 3, 2, 1};
    struct consensus c = consensus_majority(&sheet, &arena);
    (void)state;
    assert_int_equal(c.answer[0], 1);
    assert_int_equal(c.certainty[0], 954437177); /* 8/9 * 2^30, to the nearest */
    assert_int_equal(c.answer[1], 0);
}

/* One round by hand: two items, two people, all of one mind; no cell is as likely as the own one.
 */
static void who_agrees_is_believed(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    static const uint32_t item[] = {0, 0, 1, 1};
    static const uint32_t person[] = {0, 1, 0, 1};
    static const uint32_t answer[] = {0, 0, 1, 1};
    const struct consensus_sheet sheet = {item, person, answer, 4, 2, 2, 2, 0};
    struct consensus c = consensus_dawid_skene(&sheet, &arena);
    (void)state;
    assert_true(c.settled);
    assert_int_equal(c.answer[0], 0);
    assert_int_equal(c.answer[1], 1);
    /* What is left to doubt, e, is a fixed point: odds ((1.01 - e) / (0.01 + e))^2 of two people.
     */
    double e = 0;
    for (int i = 0; i < 1000; i++)
        e = 1 / (1 + (1.01 - e) / (0.01 + e) * ((1.01 - e) / (0.01 + e)));
    uint32_t wanted = (uint32_t)((1 - e) * CONSENSUS_ONE);
    assert_in_range(c.certainty[0], wanted - 20, wanted + 20);
    assert_false(c.tied[0]);
}

/* The order of the answers changes no bit. */
static void the_order_of_answers_means_nothing(void **state)
{
    enum { N = 3000 };
    static uint32_t a[3][N];
    static uint32_t b[3][N];
    CLEANUP(arena_release) struct arena arena = {NULL};
    (void)state;
    for (uint32_t i = 0; i < N; i++) {
        a[0][i] = i / 6;
        a[1][i] = (i / 6 * 7 + i % 6) % 41;
        a[2][i] = (i / 6 % 4 + (i * 2654435761u >> 28) / 11) % 4;
        size_t j = (size_t)i * 1009 % N;
        for (size_t k = 0; k < 3; k++)
            b[k][j] = a[k][i];
    }
    const struct consensus_sheet one = {a[0], a[1], a[2], N, N / 6, 41, 4, 50};
    const struct consensus_sheet two = {b[0], b[1], b[2], N, N / 6, 41, 4, 50};
    struct consensus x = consensus_dawid_skene(&one, &arena);
    struct consensus y = consensus_dawid_skene(&two, &arena);
    assert_int_equal(x.rounds, y.rounds);
    assert_memory_equal(x.answer, y.answer, x.items * sizeof *x.answer);
    assert_memory_equal(x.score, y.score, x.items * x.choices * sizeof *x.score);
}

/* --- real ones --------------------------------------------------------------------------------*/

struct real {
    struct arena arena;
    struct consensus_sheet sheet;
    struct str *item;   /* (items) */
    struct str *choice; /* (choices) */
    uint32_t *truth;    /* (items) */
};

static bool read_table(const char *name, struct arena *arena, struct columns *ret)
{
    static const struct str as[] = {{"item", 4}, {"worker", 6},         {"answer", 6},
                                    {"gold", 4}, {"# subject_ids", 13}, {"aggregate_result", 16}};
    const char *shared = getenv("ALLMENDE_SHARED");
    const char *path = arena_printf(arena, "%s/data/%s", shared ? shared : "../shared", name);
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct csv_dialect dialect;
    struct err err = {0};
    static const struct str keep[] = {{"!=null", 6}};
    const struct columns_options options = {.dialect = &dialect,
                                            .missing = keep,
                                            .missing_n = 1,
                                            .as_category = as,
                                            .as_category_n = 6};
    if (!file_read(path, (uint64_t)1 << 26, &bytes, &err)) {
        printf("skipped: no %s under ALLMENDE_SHARED\n", path);
        return false;
    }
    assert_true(csv_propose(buf_view(&bytes), true, &dialect, &err));
    assert_true(columns_read(buf_view(&bytes), &options, arena, ret, &err));
    return true;
}

static const struct column *column_of(const struct columns *c, const char *name)
{
    size_t at = table_find(&c->table, str_of(name));
    assert_true(at < c->table.column_n);
    return &c->table.column[at];
}

static uint32_t code_of(const struct column *c, struct str text)
{
    for (uint32_t k = 0; k < c->category_n; k++)
        if (str_eq(c->category[k], text))
            return k;
    return CONSENSUS_NONE;
}

/* The answers, the first of each person to each item, of the first `workers` persons in the file
 * (0: all), without those that say `ignore`. */
static bool read_answers(const char *name, size_t workers, const char *ignore, struct real *r)
{
    struct columns c;
    memset(r, 0, sizeof *r);
    if (!read_table(name, &r->arena, &c))
        return false;
    const struct column *i = column_of(&c, "item");
    const struct column *w = column_of(&c, "worker");
    const struct column *a = column_of(&c, "answer");
    size_t n = 0;
    uint8_t *seen = arena_get(&r->arena, i->category_n * w->category_n, 1);
    uint32_t *order = arena_get(&r->arena, w->category_n, sizeof *order);
    uint32_t *item = arena_get(&r->arena, c.table.rows, sizeof *item);
    uint32_t *person = arena_get(&r->arena, c.table.rows, sizeof *person);
    uint32_t *answer = arena_get(&r->arena, c.table.rows, sizeof *answer);
    uint32_t people = 0;
    uint32_t none = ignore ? code_of(a, str_of(ignore)) : CONSENSUS_NONE;
    for (size_t row = 0; row < c.table.rows; row++) {
        uint32_t p = w->code[row];
        uint8_t *here = &seen[i->code[row] * w->category_n + p];
        if (a->code[row] == none || *here)
            continue;
        order[p] = order[p] ? order[p] : ++people;
        if (workers && order[p] > workers)
            continue;
        *here = 1;
        item[n] = i->code[row];
        person[n] = p;
        answer[n++] = a->code[row];
    }
    r->item = i->category;
    r->choice = a->category;
    r->sheet = (struct consensus_sheet){item,          person,        answer,        n,
                                        i->category_n, w->category_n, a->category_n, 0};
    return true;
}

static uint32_t place_of(const struct real *r, struct str choice)
{
    for (uint32_t k = 0; k < r->sheet.choices; k++)
        if (str_eq(r->choice[k], choice))
            return k;
    return CONSENSUS_NONE;
}

static void read_truth(const char *name, const char *item, const char *truth, struct real *r)
{
    struct columns c;
    assert_true(read_table(name, &r->arena, &c));
    const struct column *i = column_of(&c, item);
    const struct column *t = column_of(&c, truth);
    r->truth = arena_get(&r->arena, r->sheet.items, sizeof *r->truth);
    for (size_t u = 0; u < r->sheet.items; u++) {
        r->truth[u] = CONSENSUS_NONE;
        uint32_t code = code_of(i, r->item[u]);
        for (size_t row = 0; row < c.table.rows; row++)
            if (i->code[row] == code)
                r->truth[u] = place_of(r, t->category[t->code[row]]);
    }
}

struct wanted {
    const char *answers;
    const char *gold;
    const char *item;
    const char *truth;
    const char *ignore;
    size_t workers;
    double majority;
    double dawid_skene;
    size_t sure;
    double alpha;
};

static const struct wanted cases[] = {
    {"bluebirds/answers.csv", "bluebirds/gold.csv", "item", "gold", NULL, 0, 0.7593, 0.8981, 104,
     0.1255},
    {"bluebirds/answers.csv", "bluebirds/gold.csv", "item", "gold", NULL, 3, 0.6944, 0.5648, 30,
     0.0646},
    {"bluebirds/answers.csv", "bluebirds/gold.csv", "item", "gold", NULL, 5, 0.5648, 0.5741, 34,
     0.1093},
    {"bluebirds/answers.csv", "bluebirds/gold.csv", "item", "gold", NULL, 10, 0.5926, 0.8241, 89,
     0.0774},
    {"bluebirds/answers.csv", "bluebirds/gold.csv", "item", "gold", NULL, 20, 0.8333, 0.8704, 94,
     0.1052},
    {"esc10/human_answers.csv", "esc10/human_answers.csv", "item", "gold", NULL, 0, 0.9969, 0.9938,
     318, 0.9208},
    {"steller-watch/answers.csv", "steller-watch/aggregate_by_project.csv", "# subject_ids",
     "aggregate_result", NULL, 0, 0.92, 0.92, 100, 0.7651},
    {"steller-watch/answers.csv", "steller-watch/aggregate_by_project.csv", "# subject_ids",
     "aggregate_result", "null", 0, 0.92, 0.92, 100, 0.9290},
};

static double share_right(const struct consensus *c, const struct real *r)
{
    size_t right = 0;
    for (size_t u = 0; u < c->items; u++)
        right += c->answer[u] == r->truth[u];
    return (double)right / (double)c->items;
}

static void near4(double got, double want, const char *what, size_t which)
{
    if (got < want - 0.00006 || got > want + 0.00006)
        fail_msg("case %zu: %s is %.6f, expected %.4f", which, what, got, want);
}

static void the_reference_figures_come_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct wanted *want = &cases[i];
        CLEANUP(arena_release) struct arena arena = {NULL};
        struct real r;
        if (!read_answers(want->answers, want->workers, want->ignore, &r)) {
            arena_release(&r.arena);
            skip();
        }
        read_truth(want->gold, want->item, want->truth, &r);
        struct consensus m = consensus_majority(&r.sheet, &arena);
        struct consensus d = consensus_dawid_skene(&r.sheet, &arena);
        size_t sure = 0;
        for (size_t u = 0; u < d.items; u++)
            sure += d.certainty[u] > (uint32_t)(0.99 * CONSENSUS_ONE);
        const struct answer_sheet sheet = {r.sheet.item,  r.sheet.answer,  r.sheet.n,
                                           r.sheet.items, r.sheet.choices, NULL,
                                           LEVEL_NOMINAL};
        near4(share_right(&m, &r), want->majority, "majority", i);
        near4(share_right(&d, &r), want->dawid_skene, "Dawid-Skene", i);
        near4(agreement_range(&sheet, 0.95).range.value, want->alpha, "alpha", i);
        if (sure != want->sure)
            fail_msg("case %zu: %zu items are sure, expected %zu", i, sure, want->sure);
        arena_release(&r.arena);
    }
}

/* Half of the birds are known; on the other half, which the temperature has never seen, the mean
 * certainty must lie in the range of the share right. Untempered it does not. */
/* 100 items, choices 0 and 1 in turn; persons 0 to 2 say what is so, 3 and 4 the opposite. Whoever
 * knows them foretells all; the majority of those who are left foretells 3 of 5. */
static void opposites_are_told_apart(void **state)
{
    static uint32_t item[500], person[500], answer[500];
    (void)state;
    for (uint32_t i = 0; i < 500; i++) {
        item[i] = i / 5;
        person[i] = i % 5;
        answer[i] = (i / 5 + (i % 5 > 2)) % 2;
    }
    const struct consensus_sheet sheet = {item, person, answer, 500, 100, 5, 2, 0};
    struct consensus_foretold f = consensus_foretell(&sheet);
    assert_true(f.answers > 490);
    assert_int_equal(f.by_person, f.answers);
    assert_true(f.by_majority < f.answers * 65 / 100);
}

/* Of somebody with a single answer nothing is left when it is left out. */
static void single_answers_tell_nothing_about_people(void **state)
{
    static uint32_t item[300], person[300], answer[300];
    (void)state;
    for (uint32_t i = 0; i < 300; i++) {
        item[i] = i / 5;
        person[i] = i;
        answer[i] = (i * 7 + i / 3) % 3;
    }
    const struct consensus_sheet sheet = {item, person, answer, 300, 60, 300, 3, 0};
    struct consensus_foretold f = consensus_foretell(&sheet);
    assert_true(f.answers > 280);
    assert_int_equal(f.by_person, f.by_majority);
}

static void a_tempered_certainty_is_to_be_believed(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct real r;
    (void)state;
    if (!read_answers("bluebirds/answers.csv", 0, NULL, &r)) {
        arena_release(&r.arena);
        skip();
    }
    read_truth("bluebirds/gold.csv", "item", "gold", &r);
    struct consensus c = consensus_dawid_skene(&r.sheet, &arena);
    uint32_t *known = arena_get(&arena, c.items, sizeof *known);
    double before = 0, after = 0, right = 0, n = 0;
    for (size_t u = 0; u < c.items; u++) {
        known[u] = u % 2 ? r.truth[u] : CONSENSUS_NONE;
        before += u % 2 ? 0 : (double)c.certainty[u] / CONSENSUS_ONE;
    }
    struct consensus_check check = consensus_check(&c, known);
    for (size_t u = 0; u < c.items; u += 2) {
        n++;
        after += (double)c.certainty[u] / CONSENSUS_ONE;
        right += c.answer[u] == r.truth[u];
    }
    printf("bluebirds, other half: right %.3f, certainty %.3f -> %.3f, T %.2f\n", right / n,
           before / n, after / n, check.temperature);
    assert_int_equal(check.known, 54);
    assert_true(check.calibrated && check.temperature > 1);
    assert_true(check.raw > check.high); /* too sure of itself */
    assert_true(after / n > right / n - 0.08 && after / n < right / n + 0.08);
    assert_true(before / n - right / n > after / n - right / n);
    arena_release(&r.arena);
}

static void few_known_items_say_nothing(void **state)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    enum { N = 19 * 3 };
    static uint32_t item[N], person[N], answer[N], truth[19];
    (void)state;
    for (uint32_t i = 0; i < N; i++) {
        item[i] = i / 3;
        person[i] = i % 3;
        answer[i] = truth[i / 3] = i / 3 % 2;
    }
    const struct consensus_sheet sheet = {item, person, answer, N, 19, 3, 2, 0};
    struct consensus c = consensus_dawid_skene(&sheet, &arena);
    uint32_t before = c.certainty[0];
    struct consensus_check check = consensus_check(&c, truth);
    assert_int_equal(check.known, 19);
    assert_int_equal(check.right, 19);
    assert_false(check.calibrated);
    assert_int_equal(c.certainty[0], before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_frequent_answer_wins),
        cmocka_unit_test(a_cap_keeps_one_person_from_deciding),
        cmocka_unit_test(who_agrees_is_believed),
        cmocka_unit_test(the_order_of_answers_means_nothing),
        cmocka_unit_test(the_reference_figures_come_out),
        cmocka_unit_test(opposites_are_told_apart),
        cmocka_unit_test(single_answers_tell_nothing_about_people),
        cmocka_unit_test(a_tempered_certainty_is_to_be_believed),
        cmocka_unit_test(few_known_items_say_nothing),
    };
    return cmocka_run_group_tests_name("consensus", tests, NULL, NULL);
}
