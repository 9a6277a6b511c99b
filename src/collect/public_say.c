/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the public view of a table is, in words, as JSON and as CSV; and what else of the project is
 * tied to it. */
#include <string.h>

#include "collect/collect_int.h"
#include "collect/view_int.h"
#include "hypothesise/hypothesise.h"
#include "read/csv_put.h"
#include "record/member.h"

/* --- csv ---------------------------------------------------------------------------------- */

enum { PIECE_BYTES = 1 << 16 };

struct writing {
    struct buf text;
    bool (*put)(void *context, struct str bytes, struct err *err);
    void *context;
};

static bool put_row(void *context, const struct public_row *row, struct err *err)
{
    struct writing *w = context;
    csv_put_line(&w->text, row->cell, row->n);
    if (w->text.n < PIECE_BYTES)
        return true;
    bool fine = w->put(w->context, buf_view(&w->text), err);
    buf_clear(&w->text);
    return fine;
}

bool public_view_csv(const struct public_view *view,
                     bool (*put)(void *context, struct str bytes, struct err *err), void *context,
                     struct err *err)
{
    struct writing w = {.text = BUF_INIT, .put = put, .context = context};
    size_t n;
    const struct str *name = public_view_names(view, &n);
    csv_put_line(&w.text, name, n);
    bool fine = public_view_rows(view, put_row, &w, err) && put(context, buf_view(&w.text), err);
    buf_release(&w.text);
    return fine;
}

/* --- words -------------------------------------------------------------------------------- */

static const char *why_text(enum view_why why)
{
    switch (why) {
    case VIEW_FEW_PEOPLE:
        return _("fewer than 5 people");
    case VIEW_LIKE_PERSON:
        return _("looks like a person; nobody said what it is");
    case VIEW_LIKE_CONTACT:
        return _("looks like a contact; nobody said what it is");
    case VIEW_LIKE_PLACE:
        return _("looks like a place; nobody said what it is");
    case VIEW_LIKE_FREE_TEXT:
        return _("looks like free text, which may name somebody; nobody said what it is");
    case VIEW_OPEN:
    case VIEW_SAID:
        break;
    }
    return _("said to be private");
}

static bool is_asked(enum view_why why)
{
    return why == VIEW_LIKE_PERSON || why == VIEW_LIKE_CONTACT || why == VIEW_LIKE_PLACE ||
           why == VIEW_LIKE_FREE_TEXT;
}

static void say_column(const struct view_column *column, struct arena *arena, struct buf *out)
{
    static const char *const cells[] = {"", "0.1", "0.01", "0.001"};
    switch (column->how) {
    case VIEW_AS_IS:
        buf_printf(out, _("    %.*s: as it is\n"), STR_ARG(column->name));
        break;
    case VIEW_CELL:
        buf_printf(out,
                   _("    %.*s: coarse, cells of %s degrees (up to %llu m off, and the accuracy "
                     "of the place)\n"),
                   STR_ARG(column->name), hypothesise_number(str_of(cells[column->digits]), arena),
                   (unsigned long long)view_cell_m(column->digits));
        break;
    case VIEW_PSEUDONYM:
        buf_printf(out, _("    %.*s: \"person 1\", \"person 2\", … instead of the names\n"),
                   STR_ARG(column->name));
        break;
    case VIEW_LEFT_OUT:
        buf_printf(out, _("    %.*s: left out: %s\n"), STR_ARG(column->name),
                   why_text(column->why));
        break;
    }
}

static void say_held(uint64_t n, const char *format, struct buf *out)
{
    CLEANUP(buf_release) struct buf count = BUF_INIT;
    if (n == 0)
        return;
    buf_printf(&count, "%llu", (unsigned long long)n);
    buf_text(out, "    ");
    for (const char *at = format; *at; at++)
        if (*at == '#')
            buf_str(out, buf_view(&count));
        else
            buf_char(out, *at);
    buf_char(out, '\n');
}

void public_view_say(const struct public_view *view, struct buf *out)
{
    bool asked = false;
    uint64_t held = view->no_permission + view->set_aside + view->withdrawn + view->rejected;
    buf_printf(out, _("Table \"%.*s\": %llu row(s) go out\n"), STR_ARG(view->request.table),
               (unsigned long long)view->rows);
    if (held)
        buf_printf(out, _("  Held back:\n"));
    say_held(view->no_permission, _("# row(s): no permission to publish"), out);
    say_held(view->set_aside, _("# row(s): set aside, and nobody has looked yet"), out);
    say_held(view->withdrawn, _("# row(s): taken back"), out);
    say_held(view->rejected, _("# row(s): cannot be read"), out);
    buf_printf(out, _("  Columns:\n"));
    for (size_t c = 0; c < view->column_n; c++) {
        say_column(&view->column[c], view->arena, out);
        asked = asked || is_asked(view->column[c].why);
    }
    if (asked)
        buf_printf(out,
                   _("  Say what is left out only because nobody spoke of it: allmende collect "
                     "view \"%.*s\" --open COLUMN (or --person, --private, --place)\n"),
                   STR_ARG(view->request.table));
}

json_t *public_view_json(const struct public_view *view)
{
    static const char *const hows[] = {[VIEW_AS_IS] = "as_is",
                                       [VIEW_CELL] = "cell",
                                       [VIEW_PSEUDONYM] = "pseudonym",
                                       [VIEW_LEFT_OUT] = "left_out"};
    static const char *const whys[] = {
        [VIEW_OPEN] = "open",
        [VIEW_SAID] = "said",
        [VIEW_FEW_PEOPLE] = "few_people",
        [VIEW_LIKE_PERSON] = "like_person",
        [VIEW_LIKE_CONTACT] = "like_contact",
        [VIEW_LIKE_PLACE] = "like_place",
        [VIEW_LIKE_FREE_TEXT] = "like_free_text",
    };
    json_t *columns = json_array();
    for (size_t c = 0; c < view->column_n; c++) {
        const struct view_column *column = &view->column[c];
        json_t *one = json_object();
        json_object_set_new(one, "name", json_stringn(column->name.at, column->name.n));
        json_object_set_new(one, "how", json_string(hows[column->how]));
        json_object_set_new(one, "why", json_string(whys[column->why]));
        if (column->how == VIEW_CELL)
            json_object_set_new(one, "digits", json_integer((json_int_t)column->digits));
        json_array_append_new(columns, one);
    }
    return json_pack("{s:s#,s:I,s:{s:I,s:I,s:I,s:I},s:o}", "table", view->request.table.at,
                     view->request.table.n, "rows", (json_int_t)view->rows, "held", "no_permission",
                     (json_int_t)view->no_permission, "set_aside", (json_int_t)view->set_aside,
                     "withdrawn", (json_int_t)view->withdrawn, "rejected",
                     (json_int_t)view->rejected, "columns", columns);
}

/* --- tables and entries --------------------------------------------------------------------- */

bool public_view_tables(struct record *record, struct arena *arena, struct str **ret, size_t *ret_n,
                        struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf found = BUF_INIT;
    bool row;
    if (!store_stmt(record_store(record), SQL_COLLECT_TABLES, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row) {
            *ret_n = found.n / sizeof **ret;
            *ret = arena_keep(arena, buf_view(&found));
            return true;
        }
        struct str name = arena_str(arena, row_text(stmt, 0));
        buf_add(&found, &name, sizeof name);
    }
    return false;
}

static bool whole_table(struct record *record, struct str table, bool *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct public_view_request request = {.table = table};
    struct public_view view;
    if (!public_view_open(record, &request, &arena, &view, err))
        return false;
    *ret = public_view_is_whole(&view);
    return true;
}

bool public_view_entry(struct record *record, const struct hash *id, bool *ret, struct err *err)
{
    static const char *const of_rows[] = {"import", "observation", "correction"};
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    bool holds_rows = false;
    *ret = true;
    if (!record_entry(record, id, &arena, &entry, err))
        return false;
    for (size_t i = 0; i < COUNT_OF(of_rows); i++)
        holds_rows = holds_rows || strcmp(entry.header.kind, of_rows[i]) == 0;
    const char *table = json_text(entry.body, "table");
    if (!holds_rows || !table)
        return true;
    if (!collect_permits(record, &entry, "publication", ret, err))
        return false;
    return !*ret || whole_table(record, str_of(table), ret, err);
}
