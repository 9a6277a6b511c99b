/* SPDX-License-Identifier: GPL-3.0-or-later */
/* route: which page a path names. */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "web/page.h"

/* In what form a page is asked for: as it is, or with ".json" or ".csv" behind its path. */
enum form_of { AS_PAGE = 0, AS_JSON, AS_CSV };

struct route_match {
    const struct route *route; /* NULL: there is no such page */
    enum form_of form;
    struct str part[PARTS_MAX];
};

/* The first route that fits. Parts point into path. Cost: each route is looked at. */
struct route_match route_find(const struct route *const *routes, struct str path);

#endif
