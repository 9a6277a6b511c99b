/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/page.h"

#include <stdarg.h>
#include <stdio.h>

void page_put(struct page *page, const char *key, json_t *value)
{
    BUG_IF(json_object_set_new(page->context, key, value ? value : json_null()) != 0);
}

void page_put_text(struct page *page, const char *key, struct str text)
{
    page_put(page, key, json_stringn(text.n ? text.at : "", text.n));
}

void page_put_int(struct page *page, const char *key, int64_t value)
{
    page_put(page, key, json_integer(value));
}

void page_put_id(struct page *page, const char *key, const struct hash *id)
{
    page_put(page, key, json_string(hash_hex(id).at));
}

void page_go(struct page *page, const char *path, ...)
{
    char text[512];
    va_list args;
    va_start(args, path);
    int n = vsnprintf(text, sizeof text, path, args);
    va_end(args);
    BUG_IF(n < 0 || (size_t)n >= sizeof text);
    page->go = arena_copy(page->arena, str_of(text));
}

const char *page_field(const struct page *page, const char *name)
{
    return fields_get(&page->form, name);
}

bool page_need(const struct page *page, const char *name, const char *label, const char **ret,
               struct err *err)
{
    *ret = page_field(page, name);
    if (*ret)
        return true;
    return FAIL(err, ERR_INPUT, _("Fill it in, then send it again."), _("\"%s\" is empty."), label);
}

bool page_id(struct page *page, size_t i, const char *kind, struct hash *ret, struct err *err)
{
    struct err why = {0};
    BUG_IF(i >= PARTS_MAX);
    const char *text = arena_copy(page->arena, page->part[i]);
    if (!str_eq(page->part[i], STR("last")) && record_find(page->record, text, kind, ret, &why))
        return true;
    return FAIL(err, ERR_NOT_FOUND, _("Go on from the first page."), _("There is no such page."));
}

json_t *page_text(const char *text)
{
    return json_string(text);
}

json_t *page_short(const struct hash *id)
{
    return json_stringn(hash_hex(id).at, 8);
}
