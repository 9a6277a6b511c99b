/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/calls_cmd.h"

#include <string.h>

#include "base/clock.h"

/* Positions and dots may be of the same person. */
static bool has_said_more(const struct position *position, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (!position[i].late && memcmp(position[i].author.at, position[at].author.at,
                                        sizeof position[at].author.at) == 0)
            return true;
    return false;
}

/* Members who took a position or laid dots in time, each once. */
static bool count_members(struct cli *cli, const struct question *q, size_t *ret, struct err *err)
{
    struct position *position;
    size_t n;
    *ret = 0;
    if (!ask_positions(cli->record, q, &cli->arena, &position, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        *ret += !position[i].late && !has_said_more(position, i);
    return true;
}

static bool say_call(struct cli *cli, const struct question *q, size_t members, json_t *list,
                     struct err *err)
{
    char today[CLOCK_TEXT];
    struct hash_text id = hash_hex(&q->id);
    size_t said;
    if (!count_members(cli, q, &said, err))
        return false;
    int order = str_cmp(str_of(clock_today(today)), q->call.closes);
    json_array_append_new(list, json_pack("{s:s,s:s#,s:I,s:I,s:I,s:b}", "question", id.at, "closes",
                                          q->call.closes.at, (int)q->call.closes.n, "members_said",
                                          (json_int_t)said, "members", (json_int_t)members, "paper",
                                          (json_int_t)q->paper_people, "over", order > 0));
    cli_say(cli,
            _("Call about the question %.8s, last day %.*s: %zu of %zu members have said "
              "something, and %llu people on paper.\n"),
            id.at, STR_ARG(q->call.closes), said, members, (unsigned long long)q->paper_people);
    if (order <= 0 && said < members)
        cli_say(cli,
                q->call.option_n ? _("  Who has not yet: allmende ask dots %.8s N,N,…\n")
                                 : _("  Who has not yet: allmende ask position %.8s "
                                     "agree|abstain|disagree|objection\n"),
                id.at);
    if (order >= 0)
        cli_say(cli, _("  A person in charge writes the decision down: allmende ask decide %.8s\n"),
                id.at);
    return true;
}

bool calls_say(struct cli *cli, const struct question *question, size_t n, size_t members,
               struct err *err)
{
    json_t *list = json_array();
    cli_put(cli, "calls", list);
    for (size_t i = 0; i < n; i++)
        if (question[i].called && !question[i].decided &&
            !say_call(cli, &question[i], members, list, err))
            return false;
    return true;
}
