/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a form says about a column of its table, and which columns of a table are its place. */
#include <string.h>

#include "publish/meta.h"
#include "read/header.h"

/* The last version of a form that is public. */
static const json_t *form_of(const struct meta *m, struct str name)
{
    const json_t *last = NULL;
    for (size_t i = 0; i < m->plan->n; i++) {
        const struct public_entry *e = &m->plan->entry[i];
        const char *own = json_text(e->entry.body, "name");
        if (site_is(e, "form") && own && str_eq(str_of(own), name))
            last = e->entry.body;
    }
    return last;
}

const json_t *meta_form_field(const struct meta *m, struct str table, struct str column)
{
    struct str repeat = table;
    struct str name;
    str_cut(&repeat, '.', &name);
    const json_t *fields = json_object_get(form_of(m, name), "fields");
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);
        const char *own = json_text(field, "name");
        const char *in = json_text(field, "in");
        if (own && str_eq(str_of(own), column) && str_eq(str_of(in), repeat))
            return field;
    }
    return NULL;
}

/* The column that is named as a place of one kind is; false unless there is exactly one. */
static bool named(const struct str *name, size_t n, enum header_place place, size_t *ret)
{
    size_t found = 0;
    for (size_t c = 0; c < n; c++) {
        if (header_place(name[c]) != place)
            continue;
        *ret = c;
        found++;
    }
    return found == 1;
}

bool meta_place_columns(const struct public_view *view, size_t *ret_latitude, size_t *ret_longitude)
{
    static const struct str tail[2] = {{"_lat", 4}, {"_lon", 4}};
    size_t n;
    const struct str *name = public_view_names(view, &n);
    if (named(name, n, PLACE_LATITUDE, ret_latitude) &&
        named(name, n, PLACE_LONGITUDE, ret_longitude))
        return true;
    /* A place of a form: NAME_lat and right behind it NAME_lon. */
    for (size_t c = 0; c + 1 < n; c++) {
        const struct str a = name[c];
        const struct str b = name[c + 1];
        if (!str_ends(a, tail[0]) || !str_ends(b, tail[1]) || a.n != b.n ||
            memcmp(a.at, b.at, a.n - tail[0].n) != 0)
            continue;
        *ret_latitude = c;
        *ret_longitude = c + 1;
        return true;
    }
    return false;
}
