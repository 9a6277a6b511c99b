/* SPDX-License-Identifier: GPL-3.0-or-later */
/* workshop: a project in the browser: finds the page for a request, asks for its right, lets it do
 * its work, and makes HTML, JSON or CSV of what it says.
 *
 * One thread does everything, one request after the other, so what a page sees does not change
 * under it.
 */
#ifndef WEB_WORKSHOP_H
#define WEB_WORKSHOP_H

#include "web/page.h"

struct workshop_options {
    struct record *record;
    const struct route *const *routes; /* ends with NULL */
    const char *const *host;           /* (host_n) names by which browsers may call it */
    size_t host_n;
};

/* Begin: reads sessions and assets. Everything in options must outlive it. */
bool workshop_open(const struct workshop_options *options, struct workshop **ret,
                   struct err *err) MUST_USE;

/* What http_start asks. Lives in the workshop. */
const struct http_app *workshop_app(struct workshop *workshop);

/* The sessions of the workshop, for the pages about people and for the first link. */
struct sessions *workshop_sessions(struct workshop *workshop);

/* Did somebody change something since the last call? */
bool workshop_changed(struct workshop *workshop);

/* NULL is fine. */
void workshop_close(struct workshop *workshop);

/* Log this browser in as a member, with a new session or in the one it has. From an act. */
bool workshop_enter(struct page *page, const struct device *member, struct err *err) MUST_USE;

/* Log this browser out. From an act. */
void workshop_leave(struct page *page);

#endif
