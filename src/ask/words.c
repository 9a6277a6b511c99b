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
