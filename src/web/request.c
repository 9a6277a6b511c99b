/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/request.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Undo %XX (and '+' for a blank in forms); false: a broken escape. */
static bool unescape(struct str text, bool plus, struct buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (c == '%') {
            int high = i + 2 < text.n ? hex_digit(text.at[i + 1]) : -1;
            int low = i + 2 < text.n ? hex_digit(text.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        buf_char(out, c);
    }
    return true;
}

static bool has_controls(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
            return true;
    return false;
}

bool request_path(struct str sent, struct arena *arena, struct str *ret)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    size_t wrong;
    if (!unescape(sent, false, &path) || path.n == 0 || path.at[0] != '/' ||
        !str_utf8(buf_view(&path), &wrong) || has_controls(buf_view(&path)))
        return false;
    struct str rest = {path.at + 1, path.n - 1};
    struct str segment;
    while (rest.n && str_cut(&rest, '/', &segment))
        if (segment.n == 0 || str_eq(segment, STR(".")) || str_eq(segment, STR("..")))
            return false;
    *ret = arena_str(arena, buf_view(&path));
    return true;
}

/* A value as people meant it: LF for CR LF, no blanks around it. */
static struct str tidy_value(struct buf *value)
{
    size_t n = 0;
    for (size_t i = 0; i < value->n; i++)
        if (value->at[i] != '\r' || i + 1 == value->n || value->at[i + 1] != '\n')
            value->at[n++] = value->at[i];
    struct str text = {value->at, n};
    while (text.n && strchr(" \t\n", text.at[0]))
        text = (struct str){text.at + 1, text.n - 1};
    while (text.n && strchr(" \t\n", text.at[text.n - 1]))
        text.n--;
    return text;
}

static bool add_field(struct str pair, struct arena *arena, struct fields *ret)
{
    CLEANUP(buf_release) struct buf name = BUF_INIT;
    CLEANUP(buf_release) struct buf value = BUF_INIT;
    struct str front;
    size_t wrong;
    if (!str_cut(&pair, '=', &front) || !unescape(front, true, &name) ||
        !unescape(pair, true, &value) || !str_utf8(buf_view(&name), &wrong) ||
        !str_utf8(buf_view(&value), &wrong) || memchr(value.at, 0, value.n) ||
        memchr(name.at, 0, name.n))
        return false;
    ret->at[ret->n++] =
        (struct field){arena_str(arena, buf_view(&name)), arena_str(arena, tidy_value(&value))};
    return true;
}

bool fields_read(struct str text, struct arena *arena, struct fields *ret, struct err *err)
{
    struct str pair;
    ret->n = 0;
    while (text.n && str_cut(&text, '&', &pair)) {
        if (pair.n == 0)
            continue;
        if (ret->n == FIELDS_MAX)
            return FAIL(err, ERR_LIMIT, _("Send it in parts."), _("The form has too many fields."));
        if (!add_field(pair, arena, ret))
            return FAIL(err, ERR_INPUT, _("Load the page anew, then try again."),
                        _("The form holds characters that are no text."));
    }
    return true;
}

const char *fields_at(const struct fields *fields, const char *name, size_t i)
{
    for (size_t k = 0; k < fields->n; k++)
        if (fields->at[k].value.n && str_eq(fields->at[k].name, str_of(name)) && i-- == 0)
            return fields->at[k].value.at;
    return NULL;
}

const char *fields_get(const struct fields *fields, const char *name)
{
    return fields_at(fields, name, 0);
}

struct str request_cookie(struct str header, const char *name)
{
    struct str found = {NULL, 0};
    struct str pair;
    while (header.n && str_cut(&header, ';', &pair)) {
        struct str front;
        pair = str_trim(pair);
        if (!memchr(pair.at, '=', pair.n) || !str_cut(&pair, '=', &front) ||
            !str_eq(front, str_of(name)))
            continue;
        if (found.at)
            return (struct str){NULL, 0};
        found = pair;
    }
    return found;
}

/* "q=0", "q=0.0", "q=0.00", "q=0.000". */
static bool weight_is_zero(struct str weight)
{
    weight = str_trim(weight);
    if (!str_starts(weight, STR("q=0")))
        return false;
    for (size_t i = 3; i < weight.n; i++)
        if (weight.at[i] != '.' && weight.at[i] != '0')
            return false;
    return true;
}

bool request_accepts(struct str header, const char *token)
{
    struct str one;
    while (header.n && str_cut(&header, ',', &one)) {
        struct str name;
        (void)str_cut(&one, ';', &name);
        name = str_trim(name);
        if (name.n == strlen(token) && strncasecmp(name.at, token, name.n) == 0)
            return !weight_is_zero(one);
    }
    return false;
}

void request_escape(struct str text, struct buf *out)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (c && strchr(plain, c))
            buf_char(out, c);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)c);
    }
}
