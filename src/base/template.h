/* SPDX-License-Identifier: GPL-3.0-or-later */
/* template: HTML out of the texts in pages/ and a JSON value, escaped by place.
 *
 *   {{name}}            the text or whole number behind a name; nothing if it is not there
 *   {{#name}}…{{/name}}  once for each member of a list, or once for an object; names are looked up
 *                       in it first, then in what surrounds it; nothing if it is absent or null
 *   {{?name}}…{{/name}}  if it is there and not null, false, 0, empty
 *   {{_ An English sentence with {name}.}}   that sentence in the reader's language (lang.h)
 *   {{>part.html}}      another text of pages/, in the same place
 *   {{!…}}              a remark, left out with the end of its line
 *
 * There is no raw form. The place decides: in text and in attributes in double quotes, the five
 * characters & < > " ' are written as references; in href and src only a path of this
 * site goes out, of A-Z a-z 0-9 . _ / # - ~ ? = & %, without "..", not beginning with "//";
 * anything else becomes "#". A name anywhere else (in a tag, a style, a script, an unquoted
 * attribute), a name of another type and an unclosed block are faults of ours (BUG_IF): templates
 * are part of the program and each is rendered by a test.
 */
#ifndef BASE_TEMPLATE_H
#define BASE_TEMPLATE_H

#include <jansson.h>

#include "base/buf.h"

/* Append a page of pages/, e.g. "publish.html", filled from an object. */
void template_page(const char *name, const json_t *context, struct buf *out);

/* The same for a text at hand. */
void template_text(struct str text, const json_t *context, struct buf *out);

#endif
