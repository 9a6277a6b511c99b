/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/facts.h"

#include <string.h>

#include "publish/site_int.h"
#include "record/member.h"

enum { FACT_MAX_BYTES = 10000 };

/* One fact a line. */
/* clang-format off */
const struct fact facts[] = {
    {"summary", N_("What is it about, in two sentences?"), false},
    {"creators", N_("Who is to be named when it is cited? Several with \"; \" between them; an ORCID, if somebody has one, in brackets behind the name."), false},
    {"publisher", N_("Who makes it public: a club, a school, a library?"), false},
    {"contact", N_("Where can people ask? No private address."), false},
    {"funding", N_("Who paid for it?"), false},
    {"place", N_("Where was it, no more exactly than may be known?"), true},
    {"period", N_("From when to when, as 2026-04-01/2026-09-30?"), true},
    {"collection", N_("How were the observations made, by whom, with what?"), true},
    {"labelling", N_("Who decided what an observation shows, and by what rule?"), true},
    {"cleaning", N_("What was left out or changed before the import?"), true},
    {"gaps", N_("What is missing in the data, or seen more often than it is?"), true},
    {"people", N_("Do the data say anything about people, and did they agree?"), true},
    {"uses", N_("What are the data and the model good for?"), true},
    {"not-for", N_("What must they not be used for?"), true},
    {"upkeep", N_("Who keeps it up, and until when?"), false},
    {NULL, NULL, false},
};
/* clang-format on */

static const struct fact *find(const char *key)
{
    for (const struct fact *fact = facts; fact->key; fact++)
        if (key && strcmp(fact->key, key) == 0)
            return fact;
    return NULL;
}

bool facts_orcid(struct str *name, struct str *ret_orcid, bool *ret_wrong)
{
    static const char form[] = "(0000-0000-0000-0000)";
    const size_t n = sizeof form - 1;
    unsigned total = 0;
    *ret_wrong = false;
    if (name->n < n)
        return false;
    const char *at = name->at + name->n - n;
    for (size_t i = 0; i < n; i++) {
        bool digit = at[i] >= '0' && at[i] <= '9';
        bool last = i == n - 2;
        if (form[i] == '0' ? !digit && !(last && at[i] == 'X') : at[i] != form[i])
            return false;
        if (form[i] == '0' && !last)
            total = (total + (unsigned)(at[i] - '0')) * 2;
    }
    unsigned check = (12 - total % 11) % 11;
    *ret_wrong = at[n - 2] != (check == 10 ? 'X' : (char)('0' + check));
    if (*ret_wrong)
        return false;
    *ret_orcid = (struct str){at + 1, n - 2};
    *name = str_trim((struct str){name->at, name->n - n});
    return true;
}

/* Is an ORCID among these names mistyped? */
static bool has_wrong_orcid(const char *creators)
{
    struct str rest = str_of(creators);
    struct str one;
    struct str orcid;
    bool wrong = false;
    while (!wrong && rest.n && str_cut(&rest, ';', &one)) {
        one = str_trim(one);
        (void)facts_orcid(&one, &orcid, &wrong);
    }
    return wrong;
}

static bool check(const json_t *body, const json_t *private, struct err *err)
{
    const char *text = json_text(body, "text");
    (void)private;
    if (!find(json_text(body, "key")) || !text) {
        CLEANUP(buf_release) struct buf keys = BUF_INIT;
        for (const struct fact *fact = facts; fact->key; fact++)
            buf_printf(&keys, "%s%s", fact == facts ? "" : ", ", fact->key);
        return FAIL(err, ERR_INPUT, _("See them all: allmende describe"),
                    _("There is no such fact; there are %s."), keys.at);
    }
    if (strcmp(json_text(body, "key"), "creators") == 0 && has_wrong_orcid(text))
        return FAIL(err, ERR_INPUT, _("Look at the person's page on orcid.org."),
                    _("An ORCID is mistyped: its last digit does not fit the others."));
    return strlen(text) <= FACT_MAX_BYTES ||
           FAIL(err, ERR_INPUT, _("Say it in fewer words."), _("The text has more than %d bytes."),
                FACT_MAX_BYTES);
}

const struct kind facts_kind = {.name = "description", .check = check};

const struct public_entry *facts_entry(const struct publish_plan *plan, const char *key)
{
    const struct public_entry *last = NULL;
    for (size_t i = 0; i < plan->n; i++) {
        const char *own = json_text(plan->entry[i].entry.body, "key");
        if (site_is(&plan->entry[i], "description") && own && strcmp(own, key) == 0)
            last = &plan->entry[i];
    }
    return last && *json_text(last->entry.body, "text") ? last : NULL;
}

const char *facts_said(const struct publish_plan *plan, const char *key)
{
    const struct public_entry *e = facts_entry(plan, key);
    return e ? json_text(e->entry.body, "text") : NULL;
}

bool facts_missing(const struct publish_plan *plan, const struct fact *fact)
{
    return (!fact->data || plan->tables > 0) && !facts_said(plan, fact->key);
}

bool facts_say(struct record *record, const char *key, const char *text, struct hash *ret,
               struct err *err)
{
    CLEANUP(json_release) json_t *body = json_pack("{s:s,s:s}", "key", key, "text", text);
    const struct draft draft = {.kind = facts_kind.name, .body = body};
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}
