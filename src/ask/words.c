/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the words of the record are called for people, in their language. */
#include "ask/ask.h"

const char *sheet_label(enum sheet_field field)
{
    switch (field) {
    case SHEET_PROBLEM:
        return _("What is the problem:");
    case SHEET_AFFECTED:
        return _("Who is affected:");
    case SHEET_HARM:
        return _("Who could be harmed:");
    case SHEET_WITHOUT_AI:
        return _("Without AI:");
    case SHEET_VOLUNTEERS:
        return _("Is the work fair to volunteers:");
    case SHEET_TOOLS:
        return _("What tools already do:");
    case SHEET_DATA:
        return _("What data it needs:");
    case SHEET_STOP:
        return _("What would make us stop:");
    case SHEET_FIELDS:
        break;
    }
    return "";
}

const char *ask_choice_words(struct str choice)
{
    if (str_eq(choice, STR("agree")))
        return _("agrees");
    if (str_eq(choice, STR("abstain")))
        return _("abstains");
    if (str_eq(choice, STR("disagree")))
        return _("disagrees");
    if (str_eq(choice, STR("objection")))
        return _("has a serious objection");
    return _("took the position back");
}

const char *ask_outcome_words(struct str outcome)
{
    if (str_eq(outcome, STR("go_on")))
        return _("go on");
    if (str_eq(outcome, STR("without_ai")))
        return _("go on without AI");
    if (str_eq(outcome, STR("stop")))
        return _("stop");
    return _("still open");
}

const char *ask_method_words(struct str method)
{
    if (str_eq(method, STR("consent")))
        return _("without serious objection");
    return str_eq(method, STR("dots")) ? _("by dots") : _("by vote");
}

const char *ask_needed_words(struct str needed)
{
    if (str_eq(needed, STR("yes")))
        return _("yes");
    if (str_eq(needed, STR("partly")))
        return _("in part");
    if (str_eq(needed, STR("no")))
        return _("no");
    return _("we used none");
}

void ask_dissent_text(const struct dissent *dissent, struct buf *out)
{
    if (dissent->paper)
        buf_printf(out, _("  on paper, %llu: %s"), (unsigned long long)dissent->people,
                   ask_choice_words(dissent->choice));
    else
        buf_printf(out, _("  a member %s"), ask_choice_words(dissent->choice));
    buf_printf(out, "%s%.*s\n", dissent->reason.n ? ": " : "", STR_ARG(dissent->reason));
}

bool ask_decided_text(struct record *record, const struct hash *question, struct arena *arena,
                      struct str *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct question q;
    struct decision d;
    *ret = STR("");
    if (!ask_load(record, question, arena, &q, err))
        return false;
    if (!q.decided)
        return true;
    if (!ask_decision(record, &q.decision, arena, &d, err))
        return false;
    buf_printf(&text, _("Decided: %s (%s)\n"), ask_outcome_words(d.outcome),
               ask_method_words(d.method));
    if (d.dissent_n)
        buf_text(&text, _("Dissent that stays with it:\n"));
    for (size_t i = 0; i < d.dissent_n; i++)
        ask_dissent_text(&d.dissent[i], &text);
    *ret = arena_str(arena, buf_view(&text));
    return true;
}

bool ask_minutes_text(struct record *record, const struct hash *about, struct arena *arena,
                      struct str *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct minutes *minutes;
    size_t n;
    if (!ask_minutes_of(record, about, arena, &minutes, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, _("Minutes of %.*s (%llu members, %llu others):\n%.*s\n"),
                   STR_ARG(minutes[i].on), (unsigned long long)minutes[i].members,
                   (unsigned long long)minutes[i].others, STR_ARG(minutes[i].text));
    *ret = arena_str(arena, buf_view(&text));
    return true;
}
