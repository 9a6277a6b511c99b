/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/route.h"

/* Does path fit the pattern, segment by segment? */
static bool fits(struct str pattern, struct str path, struct str part[PARTS_MAX])
{
    size_t n = 0;
    struct str want;
    struct str have;
    while (str_cut(&pattern, '/', &want)) {
        if (!str_cut(&path, '/', &have))
            return false;
        if (!str_eq(want, STR("*"))) {
            if (!str_eq(want, have))
                return false;
            continue;
        }
        BUG_IF(n == PARTS_MAX);
        if (have.n == 0)
            return false;
        part[n++] = have;
    }
    return path.at == NULL;
}

static enum form_of cut_form(struct str *path)
{
    if (str_ends(*path, STR(".json"))) {
        path->n -= 5;
        return AS_JSON;
    }
    if (str_ends(*path, STR(".csv"))) {
        path->n -= 4;
        return AS_CSV;
    }
    return AS_PAGE;
}

struct route_match route_find(const struct route *const *routes, struct str path)
{
    struct route_match match = {.route = NULL};
    match.form = cut_form(&path);
    if (match.form != AS_PAGE && str_eq(path, STR("/index")))
        path.n = 1; /* "/index.json" is the first page */
    for (; *routes; routes++)
        if (fits(str_of((*routes)->path), path, match.part)) {
            match.route = *routes;
            return match;
        }
    return match;
}
