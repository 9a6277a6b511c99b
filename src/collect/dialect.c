/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dialect and the columns in the body of an import: what was proposed once is stored, so no
 * better proposer ever moves a row or takes a column for something else. */
#include <string.h>

#include "collect/collect_int.h"
#include "read/describe.h"

static const char *const encodings[] = {[CSV_UTF8] = "utf-8",
                                        [CSV_UTF16LE] = "utf-16le",
                                        [CSV_UTF16BE] = "utf-16be",
                                        [CSV_CP1252] = "cp1252"};

static json_t *sign_json(char sign)
{
    char text[2] = {sign, '\0'};
    return json_string(text);
}

json_t *dialect_json(const struct csv_dialect *dialect)
{
    json_t *object = json_object();
    json_object_set_new(object, "separator", sign_json(dialect->separator));
    json_object_set_new(object, "quote", sign_json(dialect->quote));
    json_object_set_new(object, "point", sign_json(dialect->point));
    json_object_set_new(object, "encoding", json_string(encodings[dialect->encoding]));
    json_object_set_new(object, "header", json_boolean(dialect->header));
    json_object_set_new(object, "skip", json_integer((json_int_t)dialect->skip_bytes));
    return object;
}

/* One of the signs allowed; an empty text is NUL, if that is allowed. */
static bool read_sign(const json_t *object, const char *key, struct str allowed, char *ret)
{
    const char *text = json_text(object, key);
    if (!text || strlen(text) > 1 || !memchr(allowed.at, text[0], allowed.n))
        return false;
    *ret = text[0];
    return true;
}

static bool read_encoding(const char *name, enum csv_encoding *ret)
{
    for (size_t i = 0; name && i < COUNT_OF(encodings); i++) {
        if (strcmp(name, encodings[i]) != 0)
            continue;
        *ret = (enum csv_encoding)i;
        return true;
    }
    return false;
}

bool dialect_read(const json_t *object, struct csv_dialect *ret)
{
    json_int_t skip = json_integer_value(json_object_get(object, "skip"));
    ret->header = json_is_true(json_object_get(object, "header"));
    ret->skip_bytes = (uint64_t)skip;
    return skip >= 0 && skip <= 3 &&
           read_sign(object, "separator", STR(",;\t|"), &ret->separator) &&
           read_sign(object, "quote", (struct str){"\"", 2}, &ret->quote) &&
           read_sign(object, "point", STR(".,"), &ret->point) &&
           read_encoding(json_text(object, "encoding"), &ret->encoding);
}

/* --- columns ------------------------------------------------------------------------------ */

json_t *plan_json(const struct field_plan *plan)
{
    json_t *object = json_object();
    const char *order = date_order_word(plan->order);
    json_object_set_new(object, "name", json_stringn(plan->name.at, plan->name.n));
    json_object_set_new(object, "type", json_string(describe_type(plan->type, plan->time)));
    if (plan->type == COLUMN_CATEGORY && plan->time != TIME_NONE)
        json_object_set_new(object, "holds", json_string(describe_type(COLUMN_NUMBER, plan->time)));
    if (*order && (plan->time == TIME_DATE || plan->time == TIME_STAMP))
        json_object_set_new(object, "order", json_string(order));
    if (plan->derived.n) {
        json_object_set_new(object, "of", json_stringn(plan->derived.at, plan->derived.n));
        json_object_set_new(object, "part", json_string(derive_word(plan->part)));
    }
    return object;
}

static bool read_type(const json_t *object, struct field_plan *ret)
{
    static const enum column_time times[] = {TIME_NONE, TIME_DATE, TIME_CLOCK, TIME_STAMP};
    const char *word = json_text(object, "type");
    ret->type = COLUMN_NUMBER;
    if (word && strcmp(word, describe_type(COLUMN_CATEGORY, TIME_NONE)) == 0) {
        ret->type = COLUMN_CATEGORY;
        word = json_text(object, "holds");
        if (!word)
            return true;
    }
    for (size_t i = 0; word && i < COUNT_OF(times); i++) {
        ret->time = times[i];
        if (strcmp(word, describe_type(COLUMN_NUMBER, times[i])) == 0)
            return true;
    }
    return false;
}

bool plan_read(const json_t *object, struct field_plan *ret)
{
    const char *order = json_text(object, "order");
    const char *part = json_text(object, "part");
    *ret = (struct field_plan){.name = str_of(json_text(object, "name")),
                               .derived = str_of(json_text(object, "of"))};
    return read_type(object, ret) && (!order || date_order_read(str_of(order), &ret->order)) &&
           (ret->derived.n == 0 || (part && derive_word_read(str_of(part), &ret->part)));
}
