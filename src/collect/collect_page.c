/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of collecting: what is there, a form to be made, and a form to be filled in. */
#include "collect/collect_page.h"

#include <stdlib.h>
#include <string.h>

#include "collect/collect.h"
#include "collect/observe.h"

enum { REPEAT_ROWS = 3 };

static json_t *str_json(struct str text)
{
    return json_stringn(text.n ? text.at : "", text.n);
}

/* --- what is there ------------------------------------------------------------------------- */

static bool put_batches(struct page *page, struct err *err)
{
    struct batch *batches;
    size_t n;
    json_t *list = json_array();
    page_put(page, "tables", list);
    if (!collect_list(page->record, page->arena, &batches, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list,
                              json_pack("{s:s,s:o,s:I}", "id", hash_hex(&batches[i].id).at, "table",
                                        str_json(batches[i].table), "rows",
                                        (json_int_t)(batches[i].records - batches[i].withdrawn)));
    return true;
}

/* The last version of each form. */
static bool put_forms(struct page *page, struct err *err)
{
    struct form *forms;
    size_t n;
    json_t *list = json_array();
    page_put(page, "forms", list);
    if (!form_list(page->record, page->arena, &forms, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool newer = false;
        for (size_t k = i + 1; k < n; k++)
            newer = newer || str_eq(forms[k].name, forms[i].name);
        if (!newer)
            json_array_append_new(
                list, json_pack("{s:o,s:o,s:I}", "name", str_json(forms[i].name), "title",
                                str_json(forms[i].title.n ? forms[i].title : forms[i].name),
                                "version", (json_int_t)forms[i].version));
    }
    return true;
}

static bool view_tables(struct page *page, struct err *err)
{
    page->title = _("Observe, and write it down");
    return put_forms(page, err) && put_batches(page, err);
}

static bool act_tables(struct page *page, struct err *err)
{
    CLEANUP(json_release) json_t *body = NULL;
    const char *text;
    struct form form;
    if (!page_need(page, "form", _("The form"), &text, err) ||
        !form_read_text(str_of(text), &body, err) ||
        !form_add(page->record, body, &form, page->arena, err))
        return false;
    page_go(page, "/collect/%s", form.name.at);
    return true;
}

const struct route collect_tables_route = {
    .path = "/collect",
    .right = RIGHT_GUEST,
    .act_right = RIGHT_MEMBER,
    .template = "collect.html",
    .list = "tables",
    .view = view_tables,
    .act = act_tables,
};

/* --- filling a form in --------------------------------------------------------------------- */

static const char *input_of(enum form_type type)
{
    switch (type) {
    case FORM_NUMBER:
    case FORM_EFFORT:
        return "number";
    case FORM_CHOICE:
    case FORM_ABSENCE:
        return "choice";
    case FORM_CHOICES:
        return "choices";
    case FORM_DATE:
        return "date";
    case FORM_TIME:
        return "time";
    case FORM_MOMENT:
        return "moment";
    case FORM_PLACE:
        return "place";
    case FORM_NOTE:
        return "note";
    case FORM_TEXT:
    case FORM_PERSON:
    case FORM_DEPLOYMENT:
    case FORM_REPEAT:
    case FORM_TYPES:
        break;
    }
    return "text";
}

static const char *limits(const struct form_field *f, struct arena *arena)
{
    if (f->min.n && f->max.n)
        return arena_printf(arena, _("from %.*s to %.*s"), STR_ARG(f->min), STR_ARG(f->max));
    if (f->min.n)
        return arena_printf(arena, _("%.*s or more"), STR_ARG(f->min));
    return f->max.n ? arena_printf(arena, _("%.*s or less"), STR_ARG(f->max)) : "";
}

static json_t *choices_json(struct page *page, const struct form_field *f, const char *key)
{
    static const struct str yes_no[] = {{"yes", 3}, {"no", 2}};
    const struct str *choice = f->type == FORM_ABSENCE ? yes_no : f->choice;
    size_t n = f->type == FORM_ABSENCE ? COUNT_OF(yes_no) : f->choice_n;
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        const char *one;
        bool chosen = false;
        for (size_t k = 0; (one = fields_at(&page->form, key, k)); k++)
            chosen = chosen || str_eq(str_of(one), choice[i]);
        json_array_append_new(
            list, json_pack("{s:o,s:b}", "value", str_json(choice[i]), "chosen", (int)chosen));
    }
    return list;
}

/* One field as a template draws it; key is what the browser sends it by. */
static json_t *field_json(struct page *page, const struct form_field *f, const char *key)
{
    const char *input = input_of(f->type);
    json_t *one = json_object();
    json_object_set_new(one, "key", json_string(key));
    json_object_set_new(one, "label", str_json(f->label.n ? f->label : f->name));
    json_object_set_new(one, "unit", str_json(f->unit));
    json_object_set_new(one, "limits", page_text(limits(f, page->arena)));
    json_object_set_new(one, "required", json_boolean(f->required));
    json_object_set_new(one, arena_printf(page->arena, "is_%s", input), json_true());
    const char *typed = page_field(page, key);
    json_object_set_new(one, "typed", page_text(typed ? typed : ""));
    if (strncmp(input, "choice", 6) == 0)
        json_object_set_new(one, "choices", choices_json(page, f, key));
    return one;
}

/* The rows of a repeat, numbered from 1. */
static json_t *repeat_json(struct page *page, const struct form *form, size_t repeat)
{
    json_t *rows = json_array();
    for (int row = 1; row <= REPEAT_ROWS; row++) {
        json_t *fields = json_array();
        for (size_t i = 0; i < form->field_n; i++) {
            const struct form_field *f = &form->field[i];
            if (f->in == repeat)
                json_array_append_new(fields,
                                      field_json(page, f,
                                                 arena_printf(page->arena, "%.*s.%d.%.*s",
                                                              STR_ARG(form->field[repeat].name),
                                                              row, STR_ARG(f->name))));
        }
        json_array_append_new(rows, json_pack("{s:i,s:o}", "row", row, "fields", fields));
    }
    return rows;
}

static bool load_form(struct page *page, struct form *ret, struct err *err)
{
    struct err why = {0};
    if (form_last(page->record, arena_copy(page->arena, page->part[0]), page->arena, ret, &why))
        return true;
    return FAIL(err, ERR_NOT_FOUND, _("Go on from the first page."), _("There is no such page."));
}

static bool view_form(struct page *page, struct err *err)
{
    struct form form;
    json_t *fields = json_array();
    page_put(page, "fields", fields);
    if (!load_form(page, &form, err))
        return false;
    page->title = arena_copy(page->arena, form.title.n ? form.title : form.name);
    page_put_text(page, "form", form.name);
    page_put(page, "done", json_boolean(fields_get(&page->query, "done") != NULL));
    page_put(page, "may_add", json_boolean(page->session != NULL));
    for (size_t i = 0; i < form.field_n; i++) {
        const struct form_field *f = &form.field[i];
        if (f->in != SIZE_MAX)
            continue;
        json_t *one = field_json(page, f, f->name.at);
        if (f->type == FORM_REPEAT) {
            json_object_del(one, "is_text");
            json_object_set_new(one, "repeat", repeat_json(page, &form, i));
        }
        json_array_append_new(fields, one);
    }
    return true;
}

/* All values that were sent by this name, parted by blanks; empty: none. */
static struct str sent(struct page *page, const char *key)
{
    CLEANUP(buf_release) struct buf all = BUF_INIT;
    const char *one;
    for (size_t i = 0; (one = fields_at(&page->form, key, i)); i++)
        buf_printf(&all, "%s%s", i ? " " : "", one);
    return arena_str(page->arena, buf_view(&all));
}

static bool set_sent(struct page *page, struct filled *values, const struct form *form,
                     const char *key, const char *as, struct err *err)
{
    struct str value = sent(page, key);
    return value.n == 0 || filled_set(values, form, str_of(as), value, err);
}

/* Rows in which nothing stands are left out, so those behind them move up. */
static bool set_rows(struct page *page, struct filled *values, const struct form *form,
                     size_t repeat, struct err *err)
{
    struct str name = form->field[repeat].name;
    int next = 1;
    for (int row = 1; row <= REPEAT_ROWS; row++) {
        bool any = false;
        for (size_t i = 0; i < form->field_n; i++) {
            struct str field = form->field[i].name;
            if (form->field[i].in != repeat)
                continue;
            const char *key =
                arena_printf(page->arena, "%.*s.%d.%.*s", STR_ARG(name), row, STR_ARG(field));
            const char *as =
                arena_printf(page->arena, "%.*s.%d.%.*s", STR_ARG(name), next, STR_ARG(field));
            if (!set_sent(page, values, form, key, as, err))
                return false;
            any = any || page_field(page, key);
        }
        next += any;
    }
    return true;
}

static bool act_form(struct page *page, struct err *err)
{
    CLEANUP(filled_release) struct filled values = filled_new();
    const struct observe_options options = {NULL, NULL};
    struct form form;
    struct hash id;
    if (!load_form(page, &form, err))
        return false;
    for (size_t i = 0; i < form.field_n; i++) {
        const struct form_field *f = &form.field[i];
        bool fine =
            f->in != SIZE_MAX || f->type == FORM_NOTE ||
            (f->type == FORM_REPEAT ? set_rows(page, &values, &form, i, err)
                                    : set_sent(page, &values, &form, f->name.at, f->name.at, err));
        if (!fine)
            return false;
    }
    if (!observe_add(page->record, &form, &values, &options, &id, err))
        return false;
    page_go(page, "/collect/%s?done=%.8s", form.name.at, hash_hex(&id).at);
    return true;
}

const struct route collect_form_route = {
    .path = "/collect/*",
    .right = RIGHT_MEMBER,
    .act_right = RIGHT_MEMBER,
    .template = "form.html",
    .list = "fields",
    .view = view_form,
    .act = act_form,
};
