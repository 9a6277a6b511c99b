/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site: the page that people read, made of public entries only, so that nothing else can get in. */
#ifndef PUBLISH_SITE_H
#define PUBLISH_SITE_H

#include "publish/publish.h"

/* What the pages and the descriptions are made of, and where they go. */
struct site_job {
    struct record *record;
    const struct publish_plan *plan;
    struct folder *folder; /* entries, tables and models are in it already */
    const char *day;       /* of publication, "2026-11-23" */
};

/* Put index.html (the report of two pages, in both languages) and details_en.html,
 * details_de.html. */
bool site_pages(const struct site_job *job, struct err *err) MUST_USE;

/* Append README.txt, in both languages. */
void site_readme(const struct publish_plan *plan, struct buf *out);

#endif
