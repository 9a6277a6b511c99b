/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { DEPTH_MAX = 32 };
static const json_int_t INTEGER_MAX = ((json_int_t)1 << 53) - 1;

/* jansson recurses on what it reads: refuse deep nesting before it does. */
static bool depth_is_fine(struct str text)
{
    int depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (in_text && c == '\\')
            i++;
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && (c == '[' || c == '{') && ++depth > DEPTH_MAX)
            return false;
        else if (!in_text && (c == ']' || c == '}'))
            depth--;
    }
    return true;
}

/* True if every number in value is an integer that every JSON reader keeps. */
static bool numbers_are_fine(const json_t *value)
{
    if (json_is_real(value))
        return false;
    if (json_is_integer(value))
        return json_integer_value(value) <= INTEGER_MAX &&
               json_integer_value(value) >= -INTEGER_MAX;
    for (size_t i = 0; i < json_array_size(value); i++)
        if (!numbers_are_fine(json_array_get(value, i)))
            return false;
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)value, key, member)
    {
        if (!numbers_are_fine(member))
            return false;
    }
    return true;
}

bool json_strict(struct str text, json_t **ret, struct err *err)
{
    json_error_t why;
    /* jansson 2.14 swallows a NUL byte behind a number: it would read "[1\0]" as "[1]". */
    if (text.n && memchr(text.at, '\0', text.n))
        return FAIL(err, ERR_INPUT, _("Remove it."), _("The JSON text contains a NUL byte."));
    if (!depth_is_fine(text))
        return FAIL(err, ERR_LIMIT, _("Make the data flatter."),
                    _("The JSON text is nested more than %d levels deep."), DEPTH_MAX);
    json_t *value =
        json_loadb(text.at ? text.at : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!value)
        return FAIL(err, ERR_INPUT, _("Correct the text at that place."),
                    _("This is not valid JSON (line %d, column %d): %s."), why.line, why.column,
                    why.text);
    if (!numbers_are_fine(value)) {
        json_decref(value);
        return FAIL(err, ERR_INPUT, _("Write the number as text, in quotes."),
                    _("A number in the JSON text is not a whole number within ±(2^53 − 1)."));
    }
    *ret = value;
    return true;
}

static int add_bytes(const char *bytes, size_t n, void *out)
{
    buf_add(out, bytes, n);
    return 0;
}

void json_write(const json_t *value, struct buf *out)
{
    int failed =
        json_dump_callback(value, add_bytes, out, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    BUG_IF(failed);
}

void json_release(json_t **value)
{
    json_decref(*value);
}

const char *json_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void *get(size_t bytes)
{
    return mem_get(1, bytes);
}

bool json_lists(const json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *one = json_string_value(json_array_get(list, i));
        if (one && strcmp(one, text) == 0)
            return true;
    }
    return false;
}

void json_init(void)
{
    json_set_alloc_funcs(get, free);
    /* Hash tables of objects are seeded once, from the system; the order of our output is sorted.
     */
    json_object_seed(0);
}
