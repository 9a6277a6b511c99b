/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A guess, asked for one thing after the other, in plain words. What is asked depends on what the
 * guess is about; each question has an example, and an empty line skips what may be skipped. */
#include <string.h>

#include "hypothesise/guess_cmd.h"

/* What somebody may want to say, in the order in which it is offered. */
static const struct {
    const char *measure;
    const char *words;
} kinds_of_guess[] = {
    {"share", N_("how many of them: ice on 15 of 20 days")},
    {"mean-difference", N_("how much more or less: 5 days less than before 1950")},
    {"ratio", N_("how many for each: 3 frogs an hour")},
    {"slope", N_("how something changes: each winter 0.1 days less")},
    {"correlation", N_("what goes together: larger in the north")},
    {"alpha", N_("how well people agree about the same things")},
    {"accuracy", N_("a model: how often it is right on what it has never seen")},
    {"mae", N_("a model: how far off it is when it guesses numbers")},
};
enum { SHARE = 1, DIFFERENCE = 2, RATIO = 4, SLOPE = 8, CORRELATION = 16, ALPHA = 32, RIGHT = 64 };
enum { OFF = 128, WORLD = 63, MODEL = 192, ALL = 255 };

/* One question. */
struct asked {
    const char **answer;
    unsigned of;   /* asked for these kinds of guess */
    unsigned must; /* and must be answered for these */
    const char *question;
    const char *example;
};

/* A person is asked again; answers that are piped in were meant for something else. */
static bool ask_again(const struct cli *cli, const char *answer, struct err *err)
{
    return cli_can_ask(cli) ||
           FAIL(err, ERR_USAGE, _("Try it on a terminal: allmende hypothesis add"),
                _("\"%s\" does not answer the question that comes next."), answer ? answer : "");
}

/* Ask until there is an answer, or once if it may be skipped. */
static bool ask_one(struct cli *cli, const struct asked *asked, unsigned kind, struct err *err)
{
    bool must = (asked->must & kind) != 0;
    const char *text = arena_printf(&cli->arena,
                                    must ? _("%s\n  For example: %s\n> ")
                                         : _("%s\n  For example: %s (Enter: skip)\n> "),
                                    _(asked->question), _(asked->example));
    for (;;) {
        if (!cli_ask(cli, text, asked->answer, err))
            return false;
        if (*asked->answer || !must)
            return true;
        if (!ask_again(cli, *asked->answer, err))
            return false;
    }
}

/* Which kind of guess: its number in the list, or the name of a measure. */
static bool ask_measure(struct cli *cli, const char **ret, unsigned *ret_kind, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const char *answer;
    buf_text(&text, _("What do you want to say? Type the number.\n"));
    for (size_t i = 0; i < COUNT_OF(kinds_of_guess); i++)
        buf_printf(&text, "  %zu  %s\n", i + 1, _(kinds_of_guess[i].words));
    buf_text(&text, "> ");
    for (;;) {
        if (!cli_ask(cli, text.at, &answer, err))
            return false;
        for (size_t i = 0; answer && i < COUNT_OF(kinds_of_guess); i++) {
            bool number = answer[0] == (char)('1' + i) && answer[1] == '\0';
            if (!number && strcmp(answer, kinds_of_guess[i].measure) != 0)
                continue;
            *ret = kinds_of_guess[i].measure;
            *ret_kind = 1U << i;
            return true;
        }
        if (!ask_again(cli, answer, err))
            return false;
    }
}

/* The mark and its direction. A share is asked as a count: "15 of 20". */
static bool ask_mark(struct cli *cli, unsigned kind, struct hypothesis_draft *draft,
                     struct err *err)
{
    const char *mark;
    const char *side;
    const struct asked what = {&mark, ALL, ALL,
                               kind & (SHARE | RIGHT) ? N_("Of 20, how many make it a success?")
                                                      : N_("Which number makes it a success?"),
                               kind & (SHARE | RIGHT) ? N_("15 of 20, or 0.75")
                                                      : N_("0.5, or -5 for five less")};
    const struct asked direction = {&side, ALL, 0,
                                    N_("Is that the least, or the most? Type least or most."),
                                    N_("least, which holds if you type nothing")};
    if (!ask_one(cli, &what, kind, err) || !ask_one(cli, &direction, kind, err))
        return false;
    bool most = side && (strcmp(side, "most") == 0 || strcmp(side, _("most")) == 0);
    bool least = !side || strcmp(side, "least") == 0 || strcmp(side, _("least")) == 0;
    if (!most && !least)
        return FAIL(err, ERR_USAGE, _("Begin again, and type least or most."),
                    _("\"%s\" is neither least nor most."), side);
    draft->comparator = most ? "at-most" : "at-least";
    draft->threshold = hypothesise_count(mark, &cli->arena);
    return true;
}

static bool ask_least_units(struct cli *cli, struct hypothesis_draft *draft, struct err *err)
{
    const char *number;
    const struct asked asked = {&number, ALL, 0,
                                N_("With fewer of these units than how many is it left open?"),
                                N_("5, which holds if you type nothing; never fewer")};
    if (!ask_one(cli, &asked, ALL, err))
        return false;
    return !number || str_uint(str_of(number), 1000000, &draft->least_units) ||
           FAIL(err, ERR_USAGE, _("Begin again, and type a whole number, such as 5."),
                _("\"%s\" is not a number of units."), number);
}

bool guess_ask(struct cli *cli, struct hypothesis_draft *ret, const char **ret_question,
               struct err *err)
{
    unsigned kind = 0;
    const struct asked first[] = {
        {&ret->text, ALL, ALL, N_("What do you think is so? Say it in one sentence."),
         N_("In meadows there are more frogs than in woods")},
        {ret_question, ALL, 0, N_("To which of your questions does it belong?"),
         N_("last, or the first digits of its number")}};
    const struct asked then[] = {
        {&ret->table, ALL, 0, N_("In which table are the observations?"),
         N_("observations, which holds if you type nothing")},
        {&ret->target, ALL & ~(unsigned)SHARE, ALL & ~(unsigned)SHARE,
         N_("Which column holds what is measured, answered or guessed?"), N_("frogs")},
        {&ret->where, SHARE | DIFFERENCE, SHARE | DIFFERENCE,
         N_("Which rows is it about? Name a column, a sign and a value."), N_("place = meadow")},
        {&ret->against, DIFFERENCE, 0, N_("Which rows are they compared with?"),
         N_("place = wood; without an answer all other rows")},
        {&ret->by, RATIO | SLOPE | CORRELATION | ALPHA, RATIO | SLOPE | CORRELATION | ALPHA,
         N_("Which column is it compared with: over what does it change, for each of what, who "
            "answered?"),
         N_("year, hours, person")},
        {&ret->unit, ALL, ALPHA,
         N_("What counts once? Ten readings of one night are one night, not ten."),
         N_("the column night; without an answer every row counts")},
        {&ret->group, MODEL, MODEL,
         N_("Which column names whole places, days or people? Some of them are set aside."),
         N_("site")}};
    const struct asked stop = {&ret->stop, ALL, 0, N_("What would make you stop?"),
                               N_("fewer than ten winters")};
    *ret = (struct hypothesis_draft){0};
    for (size_t i = 0; i < COUNT_OF(first); i++)
        if (!ask_one(cli, &first[i], ALL, err))
            return false;
    if (!ask_measure(cli, &ret->measure, &kind, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(then); i++)
        if ((then[i].of & kind) && !ask_one(cli, &then[i], kind, err))
            return false;
    return ask_mark(cli, kind, ret, err) && ask_least_units(cli, ret, err) &&
           ask_one(cli, &stop, kind, err);
}
