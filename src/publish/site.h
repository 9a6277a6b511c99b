/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site: the page that people read, made of public entries only, so that nothing else can get in. */
#ifndef PUBLISH_SITE_H
#define PUBLISH_SITE_H

#include "publish/publish.h"

/* Append index.html: German and English, each complete. */
bool site_page(struct record *record, const struct publish_plan *plan, struct buf *out,
               struct err *err) MUST_USE;

/* Append README.txt, in both languages. */
void site_readme(const struct publish_plan *plan, struct buf *out);

#endif
