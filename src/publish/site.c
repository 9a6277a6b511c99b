/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page: entries become an object of plain texts and numbers for pages/publish.html, once for
 * each language. Here is decided what is said; how it looks stands in pages/. */
#include "publish/site.h"

#include <string.h>

#include "base/template.h"
#include "publish/facts.h"
#include "publish/site_ask.h"
#include "publish/site_int.h"

/* --- small helps -------------------------------------------------------------------------- */

bool site_is(const struct public_entry *e, const char *kind)
{
    return e->counts && e->state == PACKAGE_PRESENT && strcmp(e->entry.header.kind, kind) == 0;
}

bool site_about(const struct public_entry *e, const char *key, const struct hash *id)
{
    struct hash other;
    return body_read_id(e->entry.body, key, &other) && hash_eq(&other, id);
}

void site_text(json_t *object, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(object, key, json_string(text));
}

/* The text of a body under the same name. */
static void copy_text(json_t *object, const struct public_entry *e, const char *key)
{
    site_text(object, key, json_text(e->entry.body, key));
}

/* --- questions ---------------------------------------------------------------------------- */

/* Did it come after the last day of the call? */
static bool is_late(const struct public_entry *e)
{
    return json_is_true(json_object_get(e->entry.body, "late"));
}

/* Is there a later position of the same member on the same question? */
static bool is_replaced(const struct site *s, size_t at, const struct hash *question)
{
    const struct device *author = &s->plan->entry[at].entry.header.author;
    for (size_t i = at + 1; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        if (site_is(e, "position") && is_late(e) == is_late(&s->plan->entry[at]) &&
            site_about(e, "question", question) &&
            memcmp(e->entry.header.author.at, author->at, KEY_BYTES) == 0)
            return true;
    }
    return false;
}

/* Reasons without names, those of the positions in force. */
static json_t *reasons(const struct site *s, const struct hash *question)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        const char *choice = json_text(e->entry.body, "choice");
        const char *reason = json_text(e->entry.body, "reason");
        if (!site_is(e, "position") || !site_about(e, "question", question) || !choice || !reason ||
            is_replaced(s, i, question))
            continue;
        json_t *one = json_object();
        site_text(one, "choice",
                  arena_printf(s->arena, "%s%s", ask_choice_words(str_of(choice)),
                               is_late(e) ? _(" (too late, not counted)") : ""));
        site_text(one, "reason", reason);
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    return list;
}

static bool put_questions(const struct site *s, json_t *out, struct err *err)
{
    json_t *list = json_array();
    json_object_set_new(out, "questions", list);
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        if (!site_is(e, "question"))
            continue;
        json_t *one = json_object();
        copy_text(one, e, "text");
        site_text(one, "href", e->path.at);
        json_object_set_new(one, "reasons", reasons(s, &e->entry.id));
        json_array_append_new(list, one);
        if (!site_ask(s, e, one, err))
            return false;
    }
    return true;
}

/* --- the whole ---------------------------------------------------------------------------- */

/* Templates can ask whether a list has members, not whether it has none. */
static void put_absences(json_t *out)
{
    static const char *const lists[][2] = {
        {"questions", "no_questions"}, {"guesses", "no_guesses"}, {"tables", "no_tables"}};
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        json_object_set_new(out, lists[i][1],
                            json_boolean(json_array_size(json_object_get(out, lists[i][0])) == 0));
}

static void put_held(const struct site *s, json_t *out)
{
    const struct publish_plan *plan = s->plan;
    json_object_set_new(out, "held_back", json_integer((json_int_t)plan->held_back));
    json_object_set_new(out, "set_aside", json_integer((json_int_t)plan->set_aside));
    json_object_set_new(out, "files_held",
                        json_integer((json_int_t)(plan->files_held - plan->set_aside)));
    json_object_set_new(out, "withdrawn", json_integer((json_int_t)plan->withdrawn));
    json_object_set_new(out, "viewed", json_integer((json_int_t)plan->viewed));
    bool any = plan->viewed || plan->held_back || plan->files_held || plan->withdrawn;
    json_object_set_new(out, "anything_held", json_boolean(any));
    json_object_set_new(out, "nothing_held", json_boolean(!any));
}

/* "not_revisited": the group looked back at none of its questions; "nothing_yet": it guessed
 * nothing, and no decision ended it. */
static void put_open_ends(json_t *out)
{
    const json_t *questions = json_object_get(out, "questions");
    bool revisited = false;
    bool ended = json_array_size(json_object_get(out, "guesses")) > 0;
    for (size_t i = 0; i < json_array_size(questions); i++) {
        const json_t *one = json_array_get(questions, i);
        revisited = revisited || json_is_object(json_object_get(one, "revisit"));
        ended = ended || json_is_true(json_object_get(json_object_get(one, "decision"), "ends"));
    }
    json_object_set_new(out, "not_revisited", json_boolean(!revisited));
    json_object_set_new(out, "nothing_yet", json_boolean(!ended));
}

/* What people said, each with the entry that says it. */
static void put_facts(const struct site *s, json_t *out)
{
    for (const struct fact *fact = facts; fact->key; fact++) {
        char *name = arena_copy(s->arena, str_of(fact->key));
        const struct public_entry *e = facts_entry(s->plan, fact->key);
        for (char *at = name; *at; at++)
            if (*at == '-')
                *at = '_';
        if (!e)
            continue;
        site_text(out, name, json_text(e->entry.body, "text"));
        site_text(out, arena_printf(s->arena, "%s_href", name), e->path.at);
    }
}

/* Notes of removal: what was taken back, by its place in the record. */
static json_t *tombs(const struct site *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct public_entry *e = &s->plan->entry[i];
        json_t *one;
        if (e->state != PACKAGE_WITHDRAWN)
            continue;
        one = json_object();
        site_text(
            one, "words",
            arena_printf(s->arena, _("entry %llu"), (unsigned long long)e->entry.header.count));
        site_text(one, "href", e->path.at);
        json_array_append_new(list, one);
    }
    return list;
}

/* Everything that one language of the pages says. */
static bool in_language(struct site *s, enum lang lang, json_t *out, struct err *err)
{
    enum lang before = lang_get();
    lang_set(lang);
    bool asked = put_questions(s, out, err);
    site_data(s, out);
    json_object_set_new(out, "tombs", tombs(s));
    put_facts(s, out);
    put_held(s, out);
    bool done = asked && site_guesses(s, out, err) && site_ledger(s, out, err);
    put_absences(out);
    put_open_ends(out);
    lang_set(before);
    return done;
}

/* The id of the project in groups of four, as it is read out. */
void site_id(json_t *object, const char *key, const struct hash *id)
{
    struct hash_text hex = hash_hex(id);
    char text[HASH_HEX + HASH_HEX / 4];
    size_t n = 0;
    for (size_t i = 0; i < HASH_HEX; i++) {
        if (i && i % 4 == 0)
            text[n++] = ' ';
        text[n++] = hex.at[i];
    }
    json_object_set_new(object, key, json_stringn(text, n));
}

/* What stands on every page. */
static json_t *frame(const struct site_job *job, struct arena *arena)
{
    const struct public_entry *founding = &job->plan->entry[0];
    json_t *root = json_object();
    BUG_IF(!founding->entry.header.founding);
    copy_text(root, founding, "title");
    copy_text(root, founding, "licence");
    site_text(root, "day", job->day);
    site_text(root, "project_href", founding->path.at);
    site_text(root, "project_short",
              arena_printf(arena, "%.12s", hash_hex(&founding->entry.id).at));
    json_object_set_new(root, "entries", json_integer((json_int_t)job->plan->n));
    return root;
}

static bool put_page(const struct site_job *job, const char *template, const char *path,
                     const json_t *context, struct err *err)
{
    CLEANUP(buf_release) struct buf page = BUF_INIT;
    template_page(template, context, &page);
    return folder_put(job->folder, path, buf_view(&page), err);
}

bool site_pages(const struct site_job *job, struct err *err)
{
    static const char *const details[] = {
        [LANG_EN] = "details_en.html", [LANG_DE] = "details_de.html"};
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *root = frame(job, &arena);
    struct site site = {job->record, job->plan, &arena};
    for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++) {
        CLEANUP(json_release) json_t *page = frame(job, &arena);
        if (!in_language(&site, lang, page, err) ||
            !put_page(job, details[lang], details[lang], page, err))
            return false;
        json_object_set(root, lang_code(lang), page);
    }
    return put_page(job, "report.html", "index.html", root, err);
}

void site_readme(const struct publish_plan *plan, struct buf *out)
{
    const struct entry *founding = &plan->entry[0].entry;
    const char *title = json_text(founding->body, "title");
    const char *licence = json_text(founding->body, "licence");
    enum lang before = lang_get();
    for (enum lang lang = LANG_EN; lang < LANG_COUNT; lang++) {
        lang_set(lang);
        buf_printf(out,
                   _("%s\n\nThis folder was made public with Allmende. Open index.html to "
                     "read what was asked, done and found.\n\n"
                     "  index.html        the report, in English and German\n"
                     "  details_en.html   all details, the same in German in details_de.html\n"
                     "  entries/          everything that was written down, one file each, "
                     "signed by its author\n"
                     "  data/             the tables, to the byte\n"
                     "  model/            the models, each with its card\n"
                     "  datasheet_en.md   where the data come from and what they are good for\n"
                     "  other files       the same for catalogues, archives and programs\n"
                     "  SHA256SUMS        check the files with: sha256sum -c SHA256SUMS\n"
                     "  publication.json  the seal: signs that list\n\n"
                     "Work through all of it again, training and results included:\n"
                     "  allmende verify FOLDER --project %.12s\n\n"
                     "Licences: the page and this text are 0BSD, do with them what you like. "
                     "What the community made has the licence that each entry names; the "
                     "project's is %s.\n"),
                   title ? title : "", hash_hex(&founding->id).at, licence ? licence : "-");
        if (lang + 1 < LANG_COUNT)
            buf_text(out, "\n----------------------------------------\n\n");
    }
    lang_set(before);
}
