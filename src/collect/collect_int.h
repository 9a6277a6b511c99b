/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of collect/ share. */
#ifndef COLLECT_COLLECT_INT_H
#define COLLECT_COLLECT_INT_H

#include "collect/collect.h"

/* A dialect as it stands in a body, and back; false if it is none that we know. */
json_t *dialect_json(const struct csv_dialect *dialect);
bool dialect_read(const json_t *object, struct csv_dialect *ret);

/* A column as it stands in a body, and back (its texts point into the object); false if it is none
 * that we know. */
json_t *plan_json(const struct field_plan *plan);
bool plan_read(const json_t *object, struct field_plan *ret);
/* The bytes of an import, or of what is left of it; name and context lie in the arena. Errors as
 * record_blob_open; what is read is checked as record_blob_read says. */
struct import_place {
    struct record *record;
    struct arena *arena;
    struct blob_cache *cache;
};
bool import_bytes(const struct import_place *from, const struct hash *id, struct bytes *ret,
                  struct err *err) MUST_USE;

/* A list of texts of a body; *ret_n is 0 if there is none. In the arena. */
void texts_read(const json_t *body, const char *key, struct arena *arena, struct str **ret,
                size_t *ret_n);

/* collect_table for the table of a form. */
struct observed;
bool collect_observed(struct record *record, const struct collect_request *request,
                      const struct observed *observed, struct arena *arena, struct collected *ret,
                      struct err *err) MUST_USE;

/* Append bytes with the records at these positions (ascending) emptied; *ret_records gets how many
 * records there are. */
struct emptying_request {
    const struct csv_dialect *dialect;
    const uint64_t *position; /* (n) */
    size_t n;
};
bool csv_empty(struct str bytes, const struct emptying_request *request, struct buf *out,
               uint64_t *ret_records, struct err *err) MUST_USE;

#endif
