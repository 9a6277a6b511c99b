/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows and columns of which table become public: collect/public_view.h decides, here it is
 * asked. */
#include <stdio.h>
#include <string.h>

#include "publish/plan_int.h"

static bool is_kind(const struct public_entry *e, const char *kind)
{
    return strcmp(e->entry.header.kind, kind) == 0;
}

bool plan_holds_rows(const struct public_entry *e)
{
    static const char *const kinds[] = {"import", "observation", "correction", "deployment"};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (is_kind(e, kinds[i]))
            return true;
    return false;
}

/* A row whose part was set aside and not looked at stays here. Rows come in the order of the
 * entries, so the search goes on where it ended. */
static bool is_set_aside(void *context, const struct hash *entry, uint64_t position)
{
    struct publish_plan *plan = context;
    (void)position;
    for (size_t i = 0; i < plan->n; i++, plan->asked = (plan->asked + 1) % plan->n)
        if (hash_eq(&plan->entry[plan->asked].entry.id, entry))
            return plan->entry[plan->asked].set_aside;
    return false;
}

/* Do all columns leave as they are? */
static bool all_open(const struct public_view *view)
{
    for (size_t c = 0; c < view->column_n; c++)
        if (view->column[c].how != VIEW_AS_IS)
            return false;
    return true;
}

const struct public_table *plan_table(const struct publish_plan *plan, const char *name)
{
    for (size_t t = 0; name && t < plan->view_n; t++)
        if (str_eq(plan->view[t].name, str_of(name)))
            return &plan->view[t];
    return NULL;
}

/* Rows of a table that was not imported have no file of their own. */
static bool is_imported(const struct publish_plan *plan, struct str name)
{
    for (size_t i = 0; i < plan->n; i++) {
        const char *own = json_text(plan->entry[i].entry.body, "table");
        if (is_kind(&plan->entry[i], "import") && own && str_eq(str_of(own), name))
            return true;
    }
    return false;
}

static bool open_view(struct record *record, struct arena *arena, struct publish_plan *plan,
                      struct view_people *people, struct str name, struct err *err)
{
    struct public_table *table = &plan->view[plan->view_n];
    const struct public_view_request request = {
        .table = name, .people = people, .is_set_aside = is_set_aside, .context = plan};
    *table = (struct public_table){.name = name};
    if (!public_view_open(record, &request, arena, &table->view, err))
        return false;
    table->open = all_open(&table->view);
    table->whole = table->open && is_imported(plan, name);
    const struct hash id = hash_of(name.at, name.n);
    if (!table->whole && table->view.rows)
        table->path = package_blob_path(&id, "", 0, name);
    plan->tables += table->path.at[0] != '\0';
    plan->view_n++;
    return true;
}

static struct public_table *table_of(struct publish_plan *plan, struct str name)
{
    for (size_t t = 0; t < plan->view_n; t++)
        if (str_eq(plan->view[t].name, name))
            return &plan->view[t];
    return NULL;
}

/* The file of an observation holds the rows of its repeats as well, beside what is private: it
 * leaves only where nothing of these is held back. */
static void close_forms(struct publish_plan *plan)
{
    for (size_t t = 0; t < plan->view_n; t++) {
        struct str rest = plan->view[t].name;
        struct str form;
        (void)str_cut(&rest, '.', &form);
        struct public_table *own = rest.at ? table_of(plan, form) : NULL;
        if (own && !own->whole)
            own->open = own->open && plan->view[t].open;
    }
    for (size_t i = 0; i < plan->n; i++) {
        const struct public_entry *e = &plan->entry[i];
        const struct header *h = &e->entry.header;
        const char *name = json_text(e->entry.body, "table");
        struct public_table *table = name ? table_of(plan, str_of(name)) : NULL;
        bool has_closed = h->has_private || h->blob_n > 1;
        if (table && has_closed && (is_kind(e, "observation") || is_kind(e, "correction")))
            table->open = false;
    }
}

/* Rows of observations and corrections that nobody has looked at do not leave, nor a word about
 * them; nor does a correction where its observation stays. */
static bool stays(const struct publish_plan *plan, const struct public_entry *e)
{
    struct hash id;
    if (is_kind(e, "import") || !plan_holds_rows(e))
        return false;
    if (e->set_aside || !body_read_id(e->entry.body, "observation", &id))
        return e->set_aside;
    for (size_t i = 0; i < plan->n; i++)
        if (hash_eq(&plan->entry[i].entry.id, &id))
            return plan->entry[i].state == PACKAGE_HELD_BACK;
    return false;
}

bool plan_views(struct record *record, struct arena *arena, struct publish_plan *plan,
                struct err *err)
{
    struct str *name;
    size_t n;
    /* The last entry is another one in the next publication: so are the numbers of people. */
    const struct hash *last = &plan->entry[plan->n - 1].entry.id;
    struct view_people *people =
        view_people_new(arena, (struct str){(const char *)last->at, HASH_BYTES});
    if (!public_view_tables(record, arena, &name, &n, err))
        return false;
    plan->view = arena_get(arena, n, sizeof *plan->view);
    for (size_t t = 0; t < n; t++)
        if (!open_view(record, arena, plan, people, name[t], err))
            return false;
    close_forms(plan);
    for (size_t i = 0; i < plan->n; i++) {
        struct public_entry *e = &plan->entry[i];
        const struct public_table *table = plan_table(plan, json_text(e->entry.body, "table"));
        bool closed = table && !table->open && plan_holds_rows(e);
        if (e->state != PACKAGE_PRESENT || !(closed || stays(plan, e)))
            continue;
        e->state = PACKAGE_HELD_BACK;
        e->viewed = true;
        e->said = json_incref(e->entry.body);
        plan->viewed++;
    }
    return true;
}
