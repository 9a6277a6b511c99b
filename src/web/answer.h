/* SPDX-License-Identifier: GPL-3.0-or-later */
/* answer: responses out of what a page says: HTML in the frame that all pages share, JSON, CSV,
 * errors; with the headers that keep a browser from doing anything else. */
#ifndef WEB_ANSWER_H
#define WEB_ANSWER_H

#include "web/page.h"
#include "web/route.h"

/* A style or a script of ours: its name changes with its content, so browsers may keep it for ever.
 */
struct asset {
    struct str text;
    struct str packed; /* gzip */
    const char *type;
    char path[48]; /* "/s/0123456789abcdef.css" */
};

/* Pack the asset of this name in pages/; lives in the arena. */
void asset_make(const char *name, const char *type, struct arena *arena, struct asset *ret);

/* The asset itself. */
void answer_asset(const struct page *page, const struct asset *asset);

/* The page as HTML, with status (0: 200) and, if it is not NULL, a sentence of what went wrong. */
void answer_html(struct page *page, const struct route *route, unsigned status,
                 const struct err *err);

/* The context as JSON, or its list as CSV. A route without a list has no CSV: 404. */
void answer_json(struct page *page);
void answer_csv(struct page *page, const struct route *route);

/* Go on at a path of ours, by GET. */
void answer_go(struct page *page, const char *path);

/* What went wrong, on a page of its own, or as JSON. */
void answer_error(struct page *page, unsigned status, const struct err *err, enum form_of form);

#endif
