/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dialect in the body of an import: what was proposed once is stored, so no better proposer ever
 * moves a row. */
#include <string.h>

#include "collect/collect_int.h"

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
