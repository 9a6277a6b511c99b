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
                            bool *ret_there, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct columns columns;
    struct str path = STR("");
    struct str column = STR("");
    size_t number;
    *ret_there = draft->split && is_split_file(str_of(draft->split), &path, &column);
    if (!*ret_there)
        return true;
    return file_read(arena_copy(&arena, path), SPLIT_FILE_MAX_BYTES, bytes, err) &&
           split_file_read(buf_view(bytes), column, &arena, &columns, &number, err);
}

/* --- the whole ---------------------------------------------------------------------------- */

/* The decision of the question must not stand against the guess; what it rests on is named. */
static bool rest_on_question(struct record *record, const struct hypothesis_draft *draft,
                             bool about_model, struct draft *entry, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct question question;
    if (!draft->question)
        return true;
    if (!ask_load(record, draft->question, &arena, &question, err))
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

static json_t *body_of(const struct hypothesis_draft *draft)
{
    json_t *body = json_object();
    enum world_measure world;
    put_word(body, "measure", draft->measure);
    const char *measure = json_text(body, "measure");
    bool about_model = !measure || !world_by_name(str_of(measure), &world);
    body_text(body, "text", draft->text);
    if (draft->question)
        body_id(body, "question", draft->question);
    body_text(body, "about", about_model ? "model" : "world");
    body_text(body, "table", draft->table ? draft->table : "observations");
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
    put_word(body, "comparator", draft->comparator);
    put_decimal(body, "threshold", draft->threshold);
    uint64_t least = draft->least_units ? draft->least_units : UNITS_MIN;
    json_object_set_new(body, "least_units", json_integer((json_int_t)least));
    body_text(body, "confidence", "0.95");
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

bool hypothesise_add(struct record *record, const struct hypothesis_draft *draft, struct hash *ret,
                     struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct hypothesis h = {.presence = BODY_PRESENT};
    CLEANUP(json_release) json_t *body = body_of(draft);
    bool about_model = strcmp(json_text(body, "about"), "model") == 0;
    struct draft entry = {.kind = "hypothesis", .body = body};
    bool with_file;
    if (!one_split(draft, err) || !hypothesis_read(body, &arena, &h, err) ||
        !columns_are_known(record, &h, err) || !read_split_file(draft, &bytes, &with_file, err) ||
        !rest_on_question(record, draft, about_model, &entry, err))
        return false;
    struct str rest = buf_view(&bytes);
    struct blob_source source = blob_of_str(&rest);
    entry.blob = &source;
    entry.blob_n = with_file;
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}
