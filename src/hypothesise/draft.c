/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hypothesis out of what somebody typed. Here is only put together; body.c judges. */
#include <string.h>

#include "ask/ask.h"
#include "base/file.h"
#include "base/num.h"
#include "hypothesise/hypothesise_int.h"
#include "record/member.h"

void split_list(const char *text, struct arena *arena, struct str **ret, size_t *ret_n)
{
    struct str rest = str_of(text);
    struct str one;
    size_t most = 1;
    for (size_t i = 0; i < rest.n; i++)
        most += rest.at[i] == ',';
    *ret = arena_get(arena, most, sizeof **ret);
    *ret_n = 0;
    while (rest.n && str_cut(&rest, ',', &one))
        (*ret)[(*ret_n)++] = arena_str(arena, str_trim(one));
}

static void put_list(json_t *body, const char *key, const char *text)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct str *items;
    size_t n;
    if (!text)
        return;
    split_list(text, &arena, &items, &n);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_stringn(items[i].at, items[i].n));
    json_object_set_new(body, key, list);
}

/* The word of the record for one of the command line: '-' becomes '_', but not in the name of a
 * class behind a colon. */
static void put_word(json_t *body, const char *key, const char *word)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    buf_text(&text, word ? word : "");
    for (size_t i = 0; i < text.n && text.at[i] != ':'; i++)
        if (text.at[i] == '-')
            text.at[i] = '_';
    body_text(body, key, text.at);
}

/* A number in its shortest exact form with a point; what is none stays, for body.c to refuse. */
static void put_decimal(json_t *body, const char *key, const char *typed)
{
    struct decimal value;
    char text[NUM_TEXT];
    if (typed && decimal_read(str_of(typed), &value))
        typed = num_decimal_text(value, text);
    body_text(body, key, typed);
}

const char *hypothesise_count(const char *typed, struct arena *arena)
{
    static const char *const between[] = {" of ", " von ", "/"};
    char text[NUM_TEXT];
    for (size_t i = 0; i < COUNT_OF(between); i++) {
        const char *at = strstr(typed, between[i]);
        struct decimal some;
        struct decimal all;
        if (!at)
            continue;
        struct str left = {typed, (size_t)(at - typed)};
        if (!decimal_read(left, &some) || !decimal_read(str_of(at + strlen(between[i])), &all) ||
            some.exponent < 0 || all.mantissa <= 0 || all.exponent < 0)
            return typed;
        double share = num_double(some) / num_double(all);
        return arena_copy(arena, str_of(num_text(share, text)));
    }
    return typed;
}

/* --- split -------------------------------------------------------------------------------- */

/* The path and column of FILE.csv[:COLUMN]; false if it is a column of the table. */
static bool is_split_file(struct str split, struct str *ret_path, struct str *ret_column)
{
    static const struct str mark = {".csv:", 5};
    *ret_path = split;
    *ret_column = STR("split");
    for (size_t i = 0; i + mark.n <= split.n; i++) {
        if (memcmp(split.at + i, mark.at, mark.n) != 0)
            continue;
        *ret_path = (struct str){split.at, i + mark.n - 1};
        *ret_column = (struct str){split.at + i + mark.n, split.n - i - mark.n};
        return true;
    }
    return str_ends(split, STR(".csv")) || memchr(split.at, '/', split.n) != NULL;
}

static bool one_split(const struct hypothesis_draft *draft, struct err *err)
{
    int ways = (draft->group != NULL) + (draft->split != NULL) + draft->random_rows;
    if (ways > 1)
        return FAIL(err, ERR_INPUT, _("Keep one of them."),
                    _("--group, --split and --random-rows say different things about what is set "
                      "aside."));
    if (draft->test_groups && !draft->group)
        return FAIL(err, ERR_INPUT, _("Say which column names the groups: --group COLUMN"),
                    _("--test-groups needs --group."));
    if (draft->share && (draft->test_groups || (draft->split && !draft->group)))
        return FAIL(err, ERR_INPUT, _("Leave --share out."),
                    _("Which rows are set aside is said already, so no share can be drawn."));
    if (draft->share && ways == 0)
        return FAIL(err, ERR_INPUT, _("For example: --group site --share 0.25"),
                    _("--share needs --group or --random-rows."));
    if (draft->why && !draft->random_rows)
        return FAIL(err, ERR_INPUT, _("Leave --why out."), _("--why belongs to --random-rows."));
    return true;
}

static void put_split(json_t *body, const struct hypothesis_draft *draft)
{
    json_t *split = json_object();
    struct str path;
    struct str column;
    const char *share = draft->share ? draft->share : "0.25";
    if (draft->group) {
        body_text(split, "by", draft->test_groups ? "named" : "groups");
        body_text(split, "group", draft->group);
        put_list(split, "groups", draft->test_groups);
        if (!draft->test_groups)
            put_decimal(split, "share", share);
    } else if (draft->split && is_split_file(str_of(draft->split), &path, &column)) {
        body_text(split, "by", "file");
        json_object_set_new(split, "column", json_stringn(column.at, column.n));
    } else if (draft->split && strpbrk(draft->split, "<>")) {
        body_text(split, "by", "time");
        body_text(split, "condition", draft->split);
    } else if (draft->split) {
        body_text(split, "by", "column");
        body_text(split, "column", draft->split);
    } else if (draft->random_rows) {
        body_text(split, "by", "rows");
        put_decimal(split, "share", share);
        body_text(split, "why", draft->why);
    }
    if (json_object_size(split))
        json_object_set_new(body, "split", split);
    else
        json_decref(split);
}

/* Read the split file, if there is one, and see whether it says train and test. */
static bool read_split_file(const struct hypothesis_draft *draft, struct buf *bytes,
                            struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct columns columns;
    struct str path = STR("");
    struct str column = STR("");
    size_t number;
    if (!draft->split || !is_split_file(str_of(draft->split), &path, &column))
        return true;
    return file_read(arena_copy(&arena, path), SPLIT_FILE_MAX_BYTES, bytes, err) &&
           split_file_read(buf_view(bytes), column, &arena, &columns, &number, err);
}

/* --- the whole ---------------------------------------------------------------------------- */

/* The decision of the question must not stand against the guess; what it rests on is named. */
static bool rest_on_question(struct record *record, const struct hash *about, bool about_model,
                             struct draft *entry, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct question question;
    if (!about)
        return true;
    if (!ask_load(record, about, &arena, &question, err))
        return false;
    entry->rests_on[entry->rests_n++] = question.decided ? question.decision : question.id;
    bool stopped = question.decided && str_eq(question.outcome, STR("stop"));
    bool no_ai = question.decided && str_eq(question.outcome, STR("without_ai"));
    if (stopped || (no_ai && about_model))
        return FAIL(err, ERR_CONFLICT, _("Talk about it again, with a new question."),
                    stopped ? _("The group decided to stop at the question %.8s.")
                            : _("The group decided to go on without AI at the question %.8s."),
                    hash_hex(&question.id).at);
    return true;
}

/* What was said, and nothing else. */
static json_t *said(const struct hypothesis_draft *draft)
{
    json_t *body = json_object();
    if (draft->measure)
        put_word(body, "measure", draft->measure);
    body_text(body, "text", draft->text);
    if (draft->question)
        body_id(body, "question", draft->question);
    if (draft->guideline)
        body_id(body, "guideline", draft->guideline);
    body_text(body, "table", draft->table);
    body_text(body, "target", draft->target);
    body_text(body, "by", draft->by);
    body_text(body, "where", draft->where);
    body_text(body, "against", draft->against);
    body_text(body, "only", draft->only);
    if (draft->within)
        json_object_set_new(body, "within", json_true());
    body_text(body, "level", draft->level);
    put_list(body, "features", draft->features);
    body_text(body, "unit", draft->unit);
    if (draft->stretches)
        json_object_set_new(body, "stretches", json_true());
    if (draft->comparator)
        put_word(body, "comparator", draft->comparator);
    put_decimal(body, "threshold", draft->threshold);
    if (draft->least_units)
        json_object_set_new(body, "least_units", json_integer((json_int_t)draft->least_units));
    body_text(body, "stop", draft->stop);
    body_text(body, "rule", draft->rule);
    json_t *missing = json_array();
    for (size_t i = 0; i < draft->missing_n; i++)
        json_array_append_new(missing, json_string(draft->missing[i]));
    if (draft->missing_n)
        json_object_set(body, "missing", missing);
    json_decref(missing);
    put_split(body, draft);
    return body;
}

static void put_default(json_t *body, const char *key, json_t *value)
{
    if (json_object_get(body, key))
        json_decref(value);
    else
        json_object_set_new(body, key, value);
}

/* What follows from what was said, and what holds where nothing was. */
static void complete(json_t *body)
{
    enum world_measure world;
    const char *measure = json_text(body, "measure");
    bool about_model = !measure || !world_by_name(str_of(measure), &world);
    json_object_set_new(body, "about", json_string(about_model ? "model" : "world"));
    bool answers = json_object_get(body, "guideline") && measure && strcmp(measure, "alpha") == 0;
    if (!answers)
        put_default(body, "table", json_string("observations"));
    put_default(body, "least_units", json_integer(UNITS_MIN));
    put_default(body, "confidence", json_string("0.95"));
}

/* Judge it as a whole and write it down; bytes: of the split file, if there is one. */
static bool write_down(struct record *record, json_t *body, struct draft *entry, struct buf *bytes,
                       struct hash *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hypothesis h = {.presence = BODY_PRESENT};
    struct str rest = buf_view(bytes);
    struct blob_source source = blob_of_str(&rest);
    if (!hypothesis_read(body, &arena, &h, err) || !columns_are_known(record, &h, err) ||
        !rest_on_question(record, h.has_question ? &h.question : NULL, h.about_model, entry, err))
        return false;
    struct draft whole = *entry;
    whole.body = body;
    whole.blob = &source;
    whole.blob_n = h.split.by == SPLIT_FILE;
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &whole, ret, err);
}

/* The body by itself, before files are read. */
static bool is_sound(const json_t *body, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hypothesis h = {.presence = BODY_PRESENT};
    return hypothesis_read(body, &arena, &h, err);
}

bool hypothesise_add(struct record *record, const struct hypothesis_draft *draft, struct hash *ret,
                     struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    CLEANUP(json_release) json_t *body = said(draft);
    struct draft entry = {.kind = "hypothesis"};
    complete(body);
    return one_split(draft, err) && is_sound(body, err) && read_split_file(draft, &bytes, err) &&
           write_down(record, body, &entry, &bytes, ret, err);
}

/* --- amending ------------------------------------------------------------------------------*/

/* What a guess may do without; "within" and "split" too. */
static const char *const may_be_dropped[] = {"question", "by",      "where",    "against",  "only",
                                             "within",   "level",   "features", "unit",     "stop",
                                             "rule",     "missing", "split",    "stretches"};

static bool drop(json_t *body, const struct hypothesis_amendment *amendment, struct err *err)
{
    for (size_t i = 0; i < amendment->drop_n; i++) {
        const char *word = amendment->drop[i];
        size_t k = 0;
        while (k < COUNT_OF(may_be_dropped) && strcmp(word, may_be_dropped[k]) != 0)
            k++;
        if (k == COUNT_OF(may_be_dropped) || !json_object_get(body, word))
            return FAIL(err, ERR_INPUT, _("See what it says: allmende hypothesis show HYPOTHESIS"),
                        _("There is nothing called \"%s\" in it that could be left out."), word);
        json_object_del(body, word);
    }
    return true;
}

/* The body of the amended guess, without what belongs to one entry alone. */
static bool old_body(const struct entry *old, json_t **ret, struct err *err)
{
    if (old->presence != BODY_PRESENT)
        return FAIL(err, ERR_NOT_FOUND, _("Get it from another copy."),
                    _("What the guess %.8s says is not here."), hash_hex(&old->id).at);
    *ret = json_deep_copy(old->body);
    json_object_del(*ret, "licence");
    json_object_del(*ret, "permission");
    json_object_del(*ret, "amends");
    json_object_del(*ret, "reason");
    return true;
}

bool hypothesise_amend(struct record *record, const struct hash *old,
                       const struct hypothesis_amendment *amendment, struct hash *ret,
                       struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    CLEANUP(entry_release) struct entry amended = {.presence = BODY_ABSENT};
    CLEANUP(json_release) json_t *changes = said(&amendment->draft);
    CLEANUP(json_release) json_t *body = NULL;
    struct hypothesis h;
    struct draft entry = {.kind = "hypothesis", .rests_on = {*old}, .rests_n = 1};
    struct str reason = str_trim(str_of(amendment->reason ? amendment->reason : ""));
    if (!hypothesise_load(record, old, &arena, &h, err) ||
        !record_entry(record, old, &arena, &amended, err) || !old_body(&amended, &body, err))
        return false;
    if (!reason.n)
        return FAIL(err, ERR_INPUT, _("Write it: --reason \"…\""),
                    _("An amendment needs a written reason: it stands beside the first guess."));
    if (!one_split(&amendment->draft, err) || !drop(body, amendment, err))
        return false;
    json_object_update(body, changes);
    complete(body);
    if (!hypothesis_differs(amended.body, body))
        return FAIL(err, ERR_INPUT, _("For example: --at-least 0.8"),
                    _("Nothing would change: the guess %.8s says the same."), hash_hex(old).at);
    body_id(body, "amends", old);
    body_text(body, "reason", amendment->reason);
    bool keeps_file = h.split.by == SPLIT_FILE && !json_object_get(changes, "split");
    if (keeps_file ? !record_blob(record, old, 0, SPLIT_FILE_MAX_BYTES, &bytes, err)
                   : !read_split_file(&amendment->draft, &bytes, err))
        return false;
    return write_down(record, body, &entry, &bytes, ret, err);
}
