/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes public, and what is held back. */
#include <string.h>

#include "ask/ask.h"
#include "base/mem.h"
#include "collect/label.h"
#include "evaluate/evaluate.h"
#include "publish/facts.h"
#include "publish/plan_int.h"
#include "record/member.h"

void publish_plan_release(struct publish_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        entry_release(&plan->entry[i].entry);
        json_decref(plan->entry[i].said);
    }
    plan->n = 0;
}

static bool is_kind(const struct public_entry *e, const char *kind)
{
    return strcmp(e->entry.header.kind, kind) == 0;
}

static bool may_publish(const json_t *body)
{
    return json_lists(json_object_get(body, "permission"), "publication");
}

/* Is the body as its kind demands? If not, it is kept and means nothing. */
static bool is_sound(const struct record *record, const struct entry *entry)
{
    const struct kind *kind = record_kind(record, entry->header.kind);
    struct err ignored = {0};
    return !entry->body || !kind || !kind->check ||
           kind->check(entry->body, entry->private, &ignored);
}

static bool read_counts(struct record *record, const struct hash *id, bool *ret, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool there;
    if (!store_stmt(record_store(record), SQL_PUBLISH_COUNTS, &stmt, err))
        return false;
    stmt_hash(stmt, id);
    if (!stmt_step(stmt, &there, err))
        return false;
    *ret = there && row_int(stmt, 0) == 1;
    return true;
}

static const enum package_state state_of[] = {[BODY_PRESENT] = PACKAGE_PRESENT,
                                              [BODY_ABSENT] = PACKAGE_ABSENT,
                                              [BODY_WITHDRAWN] = PACKAGE_WITHDRAWN,
                                              [BODY_DAMAGED] = PACKAGE_ABSENT};

/* What single people answer never becomes public; what follows from it may, if they permit it. */
static bool is_single_answer(const struct entry *entry)
{
    static const struct kind *const kinds[] = {&label_kind, &label_gold_kind, &label_answers_kind,
                                               &label_round_table_kind};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i]->name, entry->header.kind) == 0)
            return true;
    return false;
}

static bool load(struct record *record, const struct hash *id, struct arena *arena,
                 struct public_entry *ret, struct err *err)
{
    struct entry *entry = &ret->entry;
    if (!record_entry(record, id, arena, entry, err) || !read_counts(record, id, &ret->counts, err))
        return false;
    if (entry->presence == BODY_DAMAGED)
        return FAIL(err, ERR_CORRUPT, _("Run \"allmende check\"; then carry on with another copy."),
                    _("The entry %.12s is damaged."), hash_hex(id).at);
    ret->state = state_of[entry->presence];
    ret->path = package_entry_path(id, entry->header.count);
    ret->counts = ret->counts && is_sound(record, entry);
    /* What does not become public is not even there from here on. */
    json_decref(entry->private);
    entry->private = NULL;
    bool may = may_publish(entry->body);
    ret->single_answer = is_single_answer(entry) && may;
    /* Of rows, the member whose they are may have said less since. */
    if (may && plan_holds_rows(ret) && !collect_permits(record, entry, "publication", &may, err))
        return false;
    if (ret->state == PACKAGE_PRESENT && (!may || ret->single_answer))
        ret->state = PACKAGE_HELD_BACK;
    return true;
}

static bool load_all(struct record *record, struct arena *arena, struct publish_plan *plan,
                     struct err *err)
{
    struct ids ids;
    if (!record_ids(record, SQL_RECORD_IDS, NULL, arena, &ids, err))
        return false;
    plan->entry = arena_get(arena, ids.n, sizeof *plan->entry);
    for (size_t i = 0; i < ids.n; i++) {
        plan->n++;
        if (!load(record, &ids.at[i], arena, &plan->entry[i], err))
            return false;
    }
    return true;
}

static struct public_entry *find(const struct publish_plan *plan, const struct hash *id)
{
    for (size_t i = 0; i < plan->n; i++)
        if (hash_eq(&plan->entry[i].entry.id, id))
            return &plan->entry[i];
    return NULL;
}

/* What is said about a thing stays where the thing stays: the sheet, calls, positions, talk and
 * minutes of a question that is kept among the members are kept there too, whatever their own
 * permission says. Entries come behind what they speak of, so one walk is enough. */
static void hold_what_hangs_on_held(struct publish_plan *plan)
{
    static const struct {
        const char *kind;
        const char *key;
    } hangs[] = {{"sheet", "question"}, {"call", "question"},  {"position", "question"},
                 {"dots", "question"},  {"paper", "question"}, {"decision", "question"},
                 {"remark", "about"},   {"minutes", "about"},  {"revisit", "question"}};
    for (size_t i = 0; i < plan->n; i++) {
        struct public_entry *e = &plan->entry[i];
        struct hash id;
        for (size_t k = 0; k < COUNT_OF(hangs) && e->state == PACKAGE_PRESENT; k++) {
            if (!is_kind(e, hangs[k].kind) || !body_read_id(e->entry.body, hangs[k].key, &id))
                continue;
            const struct public_entry *about = find(plan, &id);
            if (about && about->state == PACKAGE_HELD_BACK && !about->single_answer)
                e->state = PACKAGE_HELD_BACK;
        }
    }
}

/* Mark the rows of a table as not looked at yet; those of a repeat lie in the observations. */
static void set_aside(struct publish_plan *plan, const char *table)
{
    struct str repeat = str_of(table);
    struct str form;
    (void)str_cut(&repeat, '.', &form);
    for (size_t i = 0; i < plan->n; i++) {
        struct public_entry *e = &plan->entry[i];
        const char *own = json_text(e->entry.body, "table");
        bool same = own && (strcmp(own, table) == 0 ||
                            (!is_kind(e, "import") && str_eq(str_of(own), form)));
        e->set_aside = e->set_aside || (plan_holds_rows(e) && same);
    }
}

/* All tables made of shared answers under a guideline. */
static void set_answers_aside(struct publish_plan *plan, const char *guideline)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct public_entry *e = &plan->entry[i];
        const char *own = json_text(e->entry.body, "guideline");
        const char *table = json_text(e->entry.body, "table");
        if (is_kind(e, "consensus") && own && table && strcmp(own, guideline) == 0)
            set_aside(plan, table);
    }
}

/* Every locked guess that nobody has looked at: the table of one about a model, and the answers
 * that a guess waits for. */
static bool find_set_aside(struct record *record, struct publish_plan *plan, struct err *err)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct public_entry *freeze = &plan->entry[i];
        struct hash id;
        bool open;
        if (!is_kind(freeze, "freeze") || !body_read_id(freeze->entry.body, "hypothesis", &id))
            continue;
        const struct public_entry *hypothesis = find(plan, &id);
        const json_t *body = hypothesis ? hypothesis->entry.body : NULL;
        const char *about = json_text(body, "about");
        const char *table = json_text(body, "table");
        const char *guideline = json_text(body, "guideline");
        if (!evaluate_is_open(record, &id, &open, err))
            return false;
        if (!open && about && table && strcmp(about, "model") == 0)
            set_aside(plan, table);
        if (!open && guideline)
            set_answers_aside(plan, guideline);
    }
    return true;
}

/* The import whose content a file holds: of its own, or what a withdrawal left of another's. */
static const struct public_entry *source(const struct publish_plan *plan,
                                         const struct public_entry *e)
{
    struct hash id;
    if (is_kind(e, "withdrawal") && body_read_id(e->entry.body, "batch", &id))
        return find(plan, &id);
    return e;
}

/* Was permission to publish given for all that the files of an entry were made with? A model says
 * something about the data that it learned from. */
static bool sources_may(const struct publish_plan *plan, const struct public_entry *e)
{
    const json_t *sources = json_object_get(e->entry.body, "made_with");
    for (size_t i = 0; i < json_array_size(sources); i++) {
        const char *text = json_string_value(json_array_get(sources, i));
        struct hash id;
        if (!text || !hex_decode(str_of(text), id.at, HASH_BYTES))
            continue;
        const struct public_entry *from = find(plan, &id);
        if (from && from->state == PACKAGE_HELD_BACK && !from->single_answer)
            return false;
    }
    return true;
}

static void count_file(struct publish_plan *plan, const struct public_entry *e, size_t place)
{
    plan->bytes += e->entry.header.blob[place].bytes;
    plan->models += is_kind(e, "training");
    plan->tables += is_kind(e, "import") || is_kind(e, "withdrawal") || is_kind(e, "hypothesis");
}

/* May the files of an entry leave, but for parts set aside? */
static bool may_leave(struct record *record, const struct publish_plan *plan,
                      const struct public_entry *e, struct arena *arena, bool *ret, struct err *err)
{
    const struct public_entry *from = source(plan, e);
    const char *table = from ? json_text(from->entry.body, "table") : NULL;
    const struct public_table *asked = is_kind(e, "hypothesis") ? plan_table(plan, table) : NULL;
    *ret = (!asked || asked->open) && e->state == PACKAGE_PRESENT && from &&
           from->state == PACKAGE_PRESENT;
    if (!*ret || sources_may(plan, e))
        return true;
    *ret = false;
    return !is_kind(e, "training") || !e->counts ||
           plan_model_is_open(record, plan, e, arena, ret, err);
}

static bool plan_blobs(struct record *record, struct publish_plan *plan, struct public_entry *e,
                       struct arena *arena, struct err *err)
{
    const struct public_entry *from = source(plan, e);
    const char *table = from ? json_text(from->entry.body, "table") : NULL;
    bool is_table = from && is_kind(from, "import");
    bool allowed = false;
    if (e->entry.header.blob_n && !may_leave(record, plan, e, arena, &allowed, err))
        return false;
    for (size_t p = 0; p < e->entry.header.blob_n; p++) {
        bool there;
        if (!publish_salt(record, &e->entry.id, (int)p, &e->blob[p].salt, &there, err))
            return false;
        if (!there)
            continue;
        if (allowed && !from->set_aside) {
            e->blob[p].file = package_blob_path(&e->entry.id, e->entry.header.kind, (unsigned)p,
                                                str_of(is_table ? table : NULL));
            count_file(plan, e, p);
            continue;
        }
        plan->files_held += !from || !from->viewed;
        plan->set_aside += allowed;
    }
    return true;
}

/* Forget the content of what is held back. */
static void forget(struct public_entry *e)
{
    entry_release(&e->entry);
    e->entry.body_text = STR("");
}

bool publish_plan(struct record *record, struct arena *arena, struct publish_plan *ret,
                  struct err *err)
{
    *ret = (struct publish_plan){.n = 0};
    if (!load_all(record, arena, ret, err))
        return false;
    hold_what_hangs_on_held(ret);
    if (!find_set_aside(record, ret, err) || !plan_views(record, arena, ret, err))
        return false;
    for (size_t i = 0; i < ret->n; i++) {
        struct public_entry *e = &ret->entry[i];
        if (!plan_blobs(record, ret, e, arena, err))
            return false;
        ret->held_back += e->state == PACKAGE_HELD_BACK && !e->viewed;
        ret->withdrawn += e->state == PACKAGE_WITHDRAWN;
        if (e->state == PACKAGE_HELD_BACK && e->entry.header.founding)
            return FAIL(err, ERR_DENIED,
                        _("Begin a project whose permission names \"publication\", or keep this "
                          "one among its members."),
                        _("The permission of this project does not cover publication."));
    }
    for (size_t i = 0; i < ret->n; i++)
        if (ret->entry[i].state == PACKAGE_HELD_BACK)
            forget(&ret->entry[i]);
    return true;
}
