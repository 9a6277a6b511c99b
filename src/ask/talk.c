/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Talk: remarks bound to the entry that they are about, with replies. */
#include <string.h>

#include "ask/ask_int.h"
#include "record/member.h"

static bool check_remark(const json_t *body, const json_t *private, struct err *err)
{
    const char *text = json_text(body, "text");
    struct hash id;
    (void)private;
    if (!body_read_id(body, "about", &id) ||
        (json_object_get(body, "reply_to") && !body_read_id(body, "reply_to", &id)))
        return FAIL(err, ERR_INPUT, _("See all entries: allmende log"),
                    _("A remark must name what it is about."));
    return (text && str_trim(str_of(text)).n) ||
           FAIL(err, ERR_INPUT, _("Type it: allmende ask say ENTRY \"…\""),
                _("A remark needs a text."));
}

static bool fold_remark(struct record *record, const struct entry *entry, struct err *err)
{
    struct hash about;
    return !body_read_id(entry->body, "about", &about) ||
           ask_fold_under(record, SQL_ASK_REMARK_ADD, &about, entry, err);
}

const struct kind ask_remark_kind = {.name = "remark", .check = check_remark, .fold = fold_remark};

bool ask_remark(struct record *record, const struct remark_draft *draft, struct hash *ret,
                struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry about = {.presence = BODY_ABSENT};
    const struct draft entry = {
        .kind = "remark", .body = body, .rests_on = {draft->about}, .rests_n = 1};
    struct hash root = draft->about;
    if (!record_entry(record, &draft->about, &arena, &about, err))
        return false;
    if (strcmp(about.header.kind, "remark") == 0) {
        if (!body_read_id(about.body, "about", &root))
            return FAIL(err, ERR_CONFLICT, _("Say it about the matter itself: allmende ask say"),
                        _("The remark %.8s was taken back."), hash_hex(&draft->about).at);
        body_id(body, "reply_to", &draft->about);
    }
    body_id(body, "about", &root);
    body_text(body, "text", draft->text);
    return permission_put(record, body, NULL, draft->permission ? draft->permission : "project",
                          err) &&
           record_append(record, &entry, ret, err);
}

static bool load_remarks(struct record *record, const struct ids *ids, struct arena *arena,
                         struct remark *to, struct err *err)
{
    for (size_t i = 0; i < ids->n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(record, &ids->at[i], arena, &entry, err))
            return false;
        to[i] = (struct remark){.entry = entry.id,
                                .author = entry.header.author,
                                .text = body_str(entry.body, "text", arena)};
        to[i].replies = body_read_id(entry.body, "reply_to", &to[i].reply_to);
    }
    return true;
}

static bool is_among(const struct remark *remarks, size_t n, const struct hash *id)
{
    for (size_t i = 0; i < n; i++)
        if (hash_eq(&remarks[i].entry, id))
            return true;
    return false;
}

/* Behind a remark (NULL: none) its replies, each with its own. A reply is later in the order than
 * what it replies to, so `from` suffices and it ends. No recursion: `open` is the way back up. */
static void in_threads(const struct remark *all, size_t n, struct remark *to, struct arena *arena)
{
    size_t *open = arena_get(arena, n + 1, sizeof *open);
    bool *used = arena_get(arena, n, sizeof *used);
    size_t done = 0;
    for (size_t top = 0; top < n; top++) {
        bool orphan = all[top].replies && !is_among(all, top, &all[top].reply_to);
        size_t depth = 0;
        if (used[top] || (all[top].replies && !orphan))
            continue;
        used[top] = true;
        to[done] = all[top];
        to[done++].orphan = orphan;
        open[0] = top;
        while (true) {
            size_t next = open[depth] + 1;
            while (next < n && (used[next] || !all[next].replies ||
                                !hash_eq(&all[next].reply_to, &all[open[depth]].entry)))
                next++;
            if (next == n && depth == 0)
                break;
            if (next == n) {
                depth--;
                continue;
            }
            used[next] = true;
            open[++depth] = next;
            to[done] = all[next];
            to[done++].depth = (unsigned)depth;
        }
    }
}

bool ask_remarks(struct record *record, const struct hash *about, struct arena *arena,
                 struct remark **ret, size_t *ret_n, struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_ASK_REMARKS, about, arena, &ids, err))
        return false;
    struct remark *all = arena_get(arena, ids.n, sizeof *all);
    *ret_n = ids.n;
    *ret = arena_get(arena, ids.n, sizeof **ret);
    if (!load_remarks(record, &ids, arena, all, err))
        return false;
    in_threads(all, ids.n, *ret, arena);
    return true;
}

bool ask_talked_about(struct record *record, struct arena *arena, struct ids *ret, struct err *err)
{
    return record_ids(record, SQL_ASK_REMARK_OBJECTS, NULL, arena, ret, err);
}
