/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name or a remark in the record was written by somebody else. On a terminal, ESC sequences in it
 * could move the cursor and forge our lines, and a bidirectional override could make a word read
 * differently from what it is. SOURCE: Unicode Technical Report 36, section 2.
 */
#include <string.h>
#include <utf8proc.h>

#include "base/num.h"
#include "cli/parts.h"

/* The length of the character that text begins with, and its code; 1 and -1 if it is none. */
static size_t first_char(struct str text, int32_t *ret_code)
{
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text.at,
                                          (utf8proc_ssize_t)(text.n < 4 ? text.n : 4), ret_code);
    if (n > 0)
        return (size_t)n;
    *ret_code = -1;
    return 1;
}

static bool is_unsafe(int32_t code)
{
    return (code >= 0 && code < 0x20) || (code >= 0x7F && code < 0xA0) ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

static void add_wrong_byte(char byte, struct buf *out)
{
    buf_printf(out, "<0x%02X>", (unsigned)(unsigned char)byte);
}

void safe_text(struct str text, struct buf *out)
{
    while (text.n) {
        int32_t code;
        size_t n = first_char(text, &code);
        if (code < 0)
            add_wrong_byte(text.at[0], out);
        else if (is_unsafe(code) && code != '\n' && code != '\t')
            buf_printf(out, "<U+%04X>", (unsigned)code);
        else
            buf_add(out, text.at, n);
        text.at += n;
        text.n -= n;
    }
}

void safe_json_text(struct str text, struct buf *out)
{
    buf_char(out, '"');
    while (text.n) {
        int32_t code;
        size_t n = first_char(text, &code);
        if (code < 0)
            add_wrong_byte(text.at[0], out);
        else if (code == '"' || code == '\\')
            buf_printf(out, "\\%c", (char)code);
        else if (is_unsafe(code))
            buf_printf(out, "\\u%04x", (unsigned)code);
        else
            buf_add(out, text.at, n);
        text.at += n;
        text.n -= n;
    }
    buf_char(out, '"');
}

static void add_object(json_t *object, struct buf *out)
{
    const char *key;
    json_t *member;
    const char *before = "{";
    json_object_foreach(object, key, member)
    {
        buf_text(out, before);
        safe_json_text(str_of(key), out);
        buf_char(out, ':');
        safe_json(member, out);
        before = ",";
    }
    buf_text(out, json_object_size(object) ? "}" : "{}");
}

static void add_array(json_t *array, struct buf *out)
{
    buf_char(out, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i)
            buf_char(out, ',');
        safe_json(json_array_get(array, i), out);
    }
    buf_char(out, ']');
}

void safe_json(json_t *value, struct buf *out)
{
    char number[NUM_TEXT];
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        add_object(value, out);
        break;
    case JSON_ARRAY:
        add_array(value, out);
        break;
    case JSON_STRING:
        safe_json_text((struct str){json_string_value(value), json_string_length(value)}, out);
        break;
    case JSON_INTEGER:
        buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        buf_text(out, num_text(json_real_value(value), number));
        break;
    case JSON_TRUE:
        buf_text(out, "true");
        break;
    case JSON_FALSE:
        buf_text(out, "false");
        break;
    case JSON_NULL:
        buf_text(out, "null");
        break;
    }
}
