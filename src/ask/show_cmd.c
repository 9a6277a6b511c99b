/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask show: a question with all that hangs on it. */
#include <string.h>

#include "ask/ask_cmd.h"
#include "record/member.h"

static void say_field(struct cli *cli, const char *name, struct str text)
{
    if (text.n)
        cli_say(cli, "%s %.*s\n", name, STR_ARG(text));
}

static json_t *dots_json(const uint64_t *dot, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_integer((json_int_t)dot[i]));
    return list;
}

/* --- question and call -------------------------------------------------------------------- */

static void show_sheet(struct cli *cli, const struct question *q)
{
    if (q->presence == BODY_PRESENT)
        cli_say(cli, _("Question %.8s: %.*s\n"), hash_hex(&q->id).at, STR_ARG(q->text));
    else
        cli_say(cli, _("The text of the question %.8s is not here (any more).\n"),
                hash_hex(&q->id).at);
    for (int i = 0; i < SHEET_FIELDS; i++) {
        cli_put(cli, sheet_name((enum sheet_field)i), ask_cmd_str(q->sheet[i]));
        say_field(cli, sheet_label((enum sheet_field)i), q->sheet[i]);
    }
}

static void show_call(struct cli *cli, const struct question *q)
{
    const struct call *call = &q->call;
    if (!q->called) {
        cli_put(cli, "call", json_null());
        return;
    }
    json_t *object = json_object();
    json_t *options = json_array();
    json_object_set_new(object, "id", json_string(hash_hex(&call->id).at));
    json_object_set_new(object, "round", json_integer((json_int_t)call->round));
    json_object_set_new(object, "method", ask_cmd_str(call->method));
    json_object_set_new(object, "outcome", ask_cmd_str(call->outcome));
    json_object_set_new(object, "proposal", ask_cmd_str(call->proposal));
    json_object_set_new(object, "closes", ask_cmd_str(call->closes));
    json_object_set_new(object, "quorum", json_integer((json_int_t)call->quorum));
    json_object_set_new(object, "options", options);
    json_object_set_new(object, "sums", dots_json(q->dot, call->option_n));
    cli_put(cli, "call", object);
    cli_say(cli, _("Call to decide, round %u: %s (%s), last day %.*s\n"), call->round,
            ask_outcome_words(call->outcome), ask_method_words(call->method),
            STR_ARG(call->closes));
    say_field(cli, _("Proposal:"), call->proposal);
    if (call->quorum)
        cli_say(cli, _("At least %llu people must say something.\n"),
                (unsigned long long)call->quorum);
    for (size_t i = 0; i < call->option_n; i++) {
        json_array_append_new(options, ask_cmd_str(call->option[i]));
        cli_say(cli, _("  %zu. %.*s: %llu dots\n"), i + 1, STR_ARG(call->option[i]),
                (unsigned long long)q->dot[i]);
    }
}

/* --- positions ---------------------------------------------------------------------------- */

static void say_position(struct cli *cli, const struct position *p, struct str name)
{
    cli_say(cli, "  %.*s ", STR_ARG(name));
    if (p->dot)
        for (size_t i = 0; i < p->dot_n; i++)
            cli_say(cli, "%s%llu", i ? " · " : "", (unsigned long long)p->dot[i]);
    else
        cli_say(cli, "%s", ask_choice_words(p->choice));
    cli_say(cli, "%s%.*s%s\n", p->reason.n ? ": " : "", STR_ARG(p->reason),
            p->late ? _(" (too late, not counted)") : "");
}

static bool show_positions(struct cli *cli, const struct question *q, const struct member *members,
                           size_t member_n, struct err *err)
{
    struct position *positions;
    size_t n;
    if (!ask_positions(cli->record, q, &cli->arena, &positions, &n, err))
        return false;
    json_t *reasons = json_array();
    cli_put(cli, "reasons", reasons);
    cli_put(cli, "positions", ask_counts_json(&q->positions));
    cli_say(cli, _("Positions: "));
    ask_cmd_say_counts(cli, &q->positions);
    cli_say(cli, "\n");
    for (size_t i = 0; i < n; i++) {
        const struct position *p = &positions[i];
        struct str name = member_name(members, member_n, &p->author);
        json_t *one = json_object();
        json_object_set_new(one, "member", ask_cmd_str(name));
        json_object_set_new(one, "choice", p->dot ? json_null() : ask_cmd_str(p->choice));
        json_object_set_new(one, "dots", p->dot ? dots_json(p->dot, p->dot_n) : json_null());
        json_object_set_new(one, "reason", ask_cmd_str(p->reason));
        json_object_set_new(one, "late", json_boolean(p->late));
        json_array_append_new(reasons, one);
        say_position(cli, p, name);
    }
    return true;
}

static void say_paper(struct cli *cli, const struct paper *p)
{
    cli_say(cli, _("On paper, %.*s, %llu people%s: "), STR_ARG(p->on),
            (unsigned long long)p->people, p->late ? _(" (too late, not counted)") : "");
    if (p->dot)
        for (size_t i = 0; i < p->dot_n; i++)
            cli_say(cli, "%s%llu", i ? " · " : "", (unsigned long long)p->dot[i]);
    else
        ask_cmd_say_counts(cli, &p->counts);
    cli_say(cli, "\n");
    for (size_t i = 0; i < p->reason_n; i++)
        cli_say(cli, "  %s: %.*s\n", ask_choice_words(p->reason[i].choice),
                STR_ARG(p->reason[i].reason));
}

static json_t *paper_json(const struct paper *p)
{
    json_t *one = json_object();
    json_t *reasons = json_array();
    json_object_set_new(one, "id", json_string(hash_hex(&p->entry).at));
    json_object_set_new(one, "on", ask_cmd_str(p->on));
    json_object_set_new(one, "people", json_integer((json_int_t)p->people));
    json_object_set_new(one, "positions", ask_counts_json(&p->counts));
    json_object_set_new(one, "dots", p->dot ? dots_json(p->dot, p->dot_n) : json_null());
    json_object_set_new(one, "late", json_boolean(p->late));
    json_object_set_new(one, "reasons", reasons);
    for (size_t i = 0; i < p->reason_n; i++) {
        json_t *reason = json_object();
        json_object_set_new(reason, "choice", ask_cmd_str(p->reason[i].choice));
        json_object_set_new(reason, "reason", ask_cmd_str(p->reason[i].reason));
        json_array_append_new(reasons, reason);
    }
    return one;
}

static bool show_papers(struct cli *cli, const struct question *q, struct err *err)
{
    struct paper *papers;
    size_t n;
    json_t *list = json_array();
    cli_put(cli, "papers", list);
    if (!ask_papers(cli->record, &q->id, &cli->arena, &papers, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(list, paper_json(&papers[i]));
        say_paper(cli, &papers[i]);
    }
    return true;
}

/* --- decision ----------------------------------------------------------------------------- */

static void show_dissent(struct cli *cli, const struct decision *d, json_t *object)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    json_t *list = json_array();
    json_object_set_new(object, "dissent", list);
    if (d->dissent_n)
        cli_say(cli, _("Dissent that stays with it:\n"));
    for (size_t i = 0; i < d->dissent_n; i++) {
        const struct dissent *one = &d->dissent[i];
        json_t *line = json_object();
        json_object_set_new(line, "entry", json_string(hash_hex(&one->entry).at));
        json_object_set_new(line, "choice", ask_cmd_str(one->choice));
        json_object_set_new(line, "reason", ask_cmd_str(one->reason));
        json_object_set_new(line, "people", json_integer((json_int_t)one->people));
        json_object_set_new(line, "paper", json_boolean(one->paper));
        json_array_append_new(list, line);
        ask_dissent_text(one, &text);
    }
    cli_say(cli, "%.*s", STR_ARG(buf_view(&text)));
}

static void say_next(struct cli *cli, const struct question *q)
{
    if (!q->called)
        cli_say(cli, _("Nothing is decided yet. Next: allmende ask decide %.8s --outcome go-on\n"),
                hash_hex(&q->id).at);
    else
        cli_say(cli, _("Nothing is decided yet. From the last day on: allmende ask decide %.8s\n"),
                hash_hex(&q->id).at);
}

static bool show_decision(struct cli *cli, const struct question *q, struct err *err)
{
    struct decision d;
    if (!q->decided) {
        cli_put(cli, "decision", json_null());
        return true;
    }
    if (!ask_decision(cli->record, &q->decision, &cli->arena, &d, err))
        return false;
    json_t *object = json_object();
    json_object_set_new(object, "id", json_string(hash_hex(&q->decision).at));
    json_object_set_new(object, "outcome", ask_cmd_str(d.outcome));
    json_object_set_new(object, "method", ask_cmd_str(d.method));
    json_object_set_new(object, "reason", ask_cmd_str(d.reason));
    json_object_set_new(object, "positions", ask_counts_json(&d.positions));
    json_object_set_new(object, "paper", ask_counts_json(&d.paper));
    json_object_set_new(object, "option", d.option.n ? ask_cmd_str(d.option) : json_null());
    json_object_set_new(object, "late", json_integer((json_int_t)d.late));
    cli_put(cli, "decision", object);
    cli_say(cli, _("Decided: %s (%s)\n"), ask_outcome_words(d.outcome), ask_method_words(d.method));
    say_field(cli, _("The option with the most dots:"), d.option);
    say_field(cli, _("Reason:"), d.reason);
    show_dissent(cli, &d, object);
    return true;
}

/* --- afterwards --------------------------------------------------------------------------- */

static void show_minutes_line(struct cli *cli, const struct minutes *m, json_t *list)
{
    json_t *one = json_object();
    json_object_set_new(one, "id", json_string(hash_hex(&m->entry).at));
    json_object_set_new(one, "on", ask_cmd_str(m->on));
    json_object_set_new(one, "text", ask_cmd_str(m->text));
    json_object_set_new(one, "members", json_integer((json_int_t)m->members));
    json_object_set_new(one, "others", json_integer((json_int_t)m->others));
    json_object_set_new(one, "names", ask_cmd_str(m->names));
    json_array_append_new(list, one);
    cli_say(cli, _("Minutes of %.*s (%llu members, %llu others):\n%.*s\n"), STR_ARG(m->on),
            (unsigned long long)m->members, (unsigned long long)m->others, STR_ARG(m->text));
    say_field(cli, _("There (for members only):"), m->names);
}

static bool show_minutes(struct cli *cli, const struct question *q, struct err *err)
{
    struct ids about;
    json_t *list = json_array();
    cli_put(cli, "minutes", list);
    if (!ask_verdicts(cli->record, &q->id, &cli->arena, &about, err))
        return false;
    for (size_t i = 0; i <= about.n; i++) {
        struct minutes *minutes;
        size_t n;
        if (i == 0 && !q->decided)
            continue;
        if (!ask_minutes_of(cli->record, i ? &about.at[i - 1] : &q->decision, &cli->arena, &minutes,
                            &n, err))
            return false;
        for (size_t k = 0; k < n; k++)
            show_minutes_line(cli, &minutes[k], list);
    }
    return true;
}

static bool show_revisits(struct cli *cli, const struct question *q, struct err *err)
{
    struct revisit *revisits;
    size_t n;
    json_t *list = json_array();
    cli_put(cli, "revisits", list);
    if (!ask_revisits(cli->record, &q->id, &cli->arena, &revisits, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct revisit *r = &revisits[i];
        json_t *one = json_object();
        json_object_set_new(one, "id", json_string(hash_hex(&r->entry).at));
        json_object_set_new(one, "needed", ask_cmd_str(r->needed));
        json_object_set_new(one, "why", ask_cmd_str(r->why));
        json_object_set_new(one, "changed", ask_cmd_str(r->changed));
        json_object_set_new(one, "differently", ask_cmd_str(r->differently));
        json_object_set_new(one, "verdicts", json_integer((json_int_t)r->verdicts));
        json_array_append_new(list, one);
        cli_say(cli, _("Looking back, with %zu results: was AI needed? %s\n"), r->verdicts,
                ask_needed_words(r->needed));
        say_field(cli, _("Why:"), r->why);
        say_field(cli, _("What it changed:"), r->changed);
        say_field(cli, _("What we would do differently:"), r->differently);
    }
    if (!q->decided)
        say_next(cli, q);
    else if (!n && !str_eq(q->outcome, STR("stop")))
        cli_say(cli, _("Next, say what would count as success: allmende help hypothesis add\n"));
    return true;
}

static bool run_show(struct cli *cli, struct err *err)
{
    struct question q;
    struct member *members;
    size_t n;
    struct hash id;
    if (!ask_cmd_question(cli, &id, err) || !ask_load(cli->record, &id, &cli->arena, &q, err) ||
        !member_list(cli->record, &cli->arena, &members, &n, err))
        return false;
    ask_cmd_put_id(cli, "id", &id);
    cli_put(cli, "text", ask_cmd_str(q.text));
    cli_put(cli, "paper", ask_counts_json(&q.paper));
    cli_put_int(cli, "late", (int64_t)q.late);
    show_sheet(cli, &q);
    show_call(cli, &q);
    return show_positions(cli, &q, members, n, err) && show_papers(cli, &q, err) &&
           ask_cmd_talk(cli, &id, err) && show_decision(cli, &q, err) &&
           show_minutes(cli, &q, err) && show_revisits(cli, &q, err);
}

const struct command ask_show_command = {
    .name = "ask show",
    .phase = PHASE_ASK,
    .needs = NEEDS_READ,
    .summary = N_("Show a question with its positions and its decision"),
    .details = N_("QUESTION is the first digits of its number, or \"last\". Names and reasons are "
                  "for members; from outside only counts are seen."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "ask show last",
    .run = run_show,
};
