/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json: jansson with the strictness of the record.
 *
 * Accepted: RFC 8259 text in UTF-8, no duplicate keys, no NUL inside strings, integers within
 * +-(2^53 - 1), depth at most 32, and no number that is not an integer (measured values are strings
 * as typed). A body is kept as its exact bytes; what we write has sorted keys and no blanks.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/* Parse the text of a body: any JSON value that keeps the rules above. Owned by the caller
 * (json_decref). ERR_INPUT names line and column. */
bool json_strict(struct str text, json_t **ret, struct err *err) MUST_USE;

/* Append the value: sorted keys, no blanks, no escapes beyond those needed. */
void json_write(const json_t *value, struct buf *out);

/* For CLEANUP. */
void json_release(json_t **value);

/* The text behind a key, NULL if it is absent or no string. Belongs to object. */
const char *json_text(const json_t *object, const char *key);

/* Is this text one of those in a list? False of what is no list. */
bool json_lists(const json_t *list, const char *text);

/* Route jansson's memory through mem.h, so that none of its allocations can fail. Call once. */
void json_init(void);

#endif
