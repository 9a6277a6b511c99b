/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/template.h"

#include <ctype.h>
#include <string.h>

#include "base/lang.h"
#include "embedded.h"

enum { NAME_BYTES = 64, DEPTH_MAX = 16 };

/* Where the next byte of output stands. */
enum place {
    IN_TEXT,
    IN_TAG,     /* between < and > */
    IN_VALUE,   /* between the double quotes of an attribute */
    IN_COMMENT, /* between <!-- and --> */
    IN_RAW      /* inside style or script */
};

struct rendering {
    struct buf *out;
    enum place place;
    bool link;                      /* IN_VALUE: of href or src */
    struct str word;                /* IN_TAG: the last word; points into a template */
    const json_t *scope[DEPTH_MAX]; /* innermost last */
    size_t depth;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '-';
}

/* A tag ends: after <style> and <script> everything is raw until they are closed. */
static void end_tag(struct rendering *r, struct str tag)
{
    bool raw = str_starts(tag, STR("style")) || str_starts(tag, STR("script"));
    r->place = raw ? IN_RAW : IN_TEXT;
}

/* Follow one byte of a template; text begins there. tag is what stands behind the last '<'. */
static void follow(struct rendering *r, struct str text, struct str *tag)
{
    char c = text.at[0];
    switch (r->place) {
    case IN_TEXT:
        if (str_starts(text, STR("<!--")))
            r->place = IN_COMMENT;
        else if (c == '<')
            r->place = IN_TAG;
        *tag = (struct str){text.at + 1, text.n - 1};
        return;
    case IN_RAW:
        if (str_starts(text, STR("</")))
            r->place = IN_TAG;
        *tag = (struct str){text.at + 1, text.n - 1};
        return;
    case IN_COMMENT:
        if (c == '>' && r->out->n >= 2 && memcmp(r->out->at + r->out->n - 2, "--", 2) == 0)
            r->place = IN_TEXT;
        return;
    case IN_VALUE:
        if (c == '"')
            r->place = IN_TAG;
        return;
    case IN_TAG:
        break;
    }
    if (is_word(c)) {
        bool goes_on = r->word.at && r->word.at + r->word.n == text.at;
        r->word = goes_on ? (struct str){r->word.at, r->word.n + 1} : (struct str){text.at, 1};
    } else if (c == '"') {
        r->link = str_eq(r->word, STR("href")) || str_eq(r->word, STR("src"));
        r->place = IN_VALUE;
    } else if (c == '>') {
        end_tag(r, *tag);
    }
}

static void literal(struct rendering *r, struct str text)
{
    struct str tag = STR("");
    r->word = STR("");
    for (; text.n; text.at++, text.n--) {
        follow(r, text, &tag);
        buf_char(r->out, text.at[0]);
    }
}

static void escaped(struct buf *out, struct str value)
{
    for (size_t i = 0; i < value.n; i++) {
        switch (value.at[i]) {
        case '&':
            buf_text(out, "&amp;");
            break;
        case '<':
            buf_text(out, "&lt;");
            break;
        case '>':
            buf_text(out, "&gt;");
            break;
        case '"':
            buf_text(out, "&quot;");
            break;
        case '\'':
            buf_text(out, "&#39;");
            break;
        default:
            buf_char(out, value.at[i]);
        }
    }
}

/* A path of this site, with a query or not; "//host" and "scheme:" are none. */
static bool is_own_path(struct str value)
{
    bool fine = value.n > 0 && !str_starts(value, STR("//"));
    for (size_t i = 0; i < value.n; i++) {
        char c = value.at[i];
        bool up = c == '.' && i + 1 < value.n && value.at[i + 1] == '.';
        fine = fine && !up && (isalnum((unsigned char)c) || (c && strchr("._/#-~?=&%", c)));
    }
    return fine;
}

static const json_t *look_up(const struct rendering *r, const char *name)
{
    for (size_t i = r->depth; i > 0; i--) {
        const json_t *found = json_object_get(r->scope[i - 1], name);
        if (found)
            return found;
    }
    return NULL;
}

static void put(struct rendering *r, const char *name)
{
    const json_t *value = look_up(r, name);
    BUG_IF(r->place != IN_TEXT && r->place != IN_VALUE);
    if (!value)
        return;
    if (json_is_integer(value)) {
        buf_printf(r->out, "%lld", (long long)json_integer_value(value));
        return;
    }
    BUG_IF(!json_is_string(value));
    struct str text = {json_string_value(value), json_string_length(value)};
    bool at_front = r->out->n && r->out->at[r->out->n - 1] == '"';
    if (r->place == IN_VALUE && r->link && (!is_own_path(text) || (!at_front && text.at[0] == '/')))
        text = STR("#");
    escaped(r->out, text);
}

/* A sentence in the reader's language, {name} in it replaced. */
static void sentence(struct rendering *r, struct str english)
{
    CLEANUP(buf_release) struct buf key = BUF_INIT;
    BUG_IF(r->place != IN_TEXT && r->place != IN_VALUE);
    buf_str(&key, english);
    struct str text = str_of(lang_text(key.at));
    struct str plain;
    while (text.n && str_cut(&text, '{', &plain)) {
        char name[NAME_BYTES];
        escaped(r->out, plain);
        if (!text.at || !text.n)
            return;
        BUG_IF(!str_cut(&text, '}', &plain) || plain.n == 0 || plain.n >= NAME_BYTES);
        memcpy(name, plain.at, plain.n);
        name[plain.n] = '\0';
        put(r, name);
    }
}

static bool is_true(const json_t *value)
{
    if (json_is_string(value))
        return json_string_length(value) > 0;
    if (json_is_integer(value))
        return json_integer_value(value) != 0;
    if (json_is_array(value))
        return json_array_size(value) > 0;
    return json_is_object(value) || json_is_true(value);
}

static void render(struct rendering *r, struct str text);

/* The text up to {{/name}} of the block that has just begun; *rest goes on behind it. */
static struct str block_of(struct str *rest, const char *name)
{
    struct str inner = {rest->at, 0};
    size_t depth = 1;
    for (size_t i = 0; i + 4 < rest->n; i++) {
        struct str here = {rest->at + i, rest->n - i};
        size_t n = strlen(name);
        if (!str_starts(here, STR("{{")) || here.n < n + 5 || memcmp(here.at + 3, name, n) != 0 ||
            memcmp(here.at + 3 + n, "}}", 2) != 0)
            continue;
        depth += here.at[2] == '#' || here.at[2] == '?';
        depth -= here.at[2] == '/';
        if (depth)
            continue;
        inner.n = i;
        *rest = (struct str){here.at + n + 5, here.n - n - 5};
        return inner;
    }
    BUG_IF(true);
    return inner;
}

static void in_scope(struct rendering *r, const json_t *scope, struct str inner)
{
    BUG_IF(r->depth == DEPTH_MAX);
    r->scope[r->depth++] = scope;
    render(r, inner);
    r->depth--;
}

static void block(struct rendering *r, char mark, const char *name, struct str inner)
{
    const json_t *value = look_up(r, name);
    enum place before = r->place;
    if (mark == '?' && is_true(value))
        render(r, inner);
    if (mark == '#' && json_is_object(value))
        in_scope(r, value, inner);
    for (size_t i = 0; mark == '#' && i < json_array_size(value); i++)
        in_scope(r, json_array_get(value, i), inner);
    BUG_IF(r->place != before);
}

static struct str page(const char *name)
{
    for (const struct embedded_page *p = embedded_pages; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return (struct str){p->text, p->n};
    BUG_IF(true);
    return STR("");
}

/* What stands between {{ and }}, and with a block all of it. */
static void tag(struct rendering *r, struct str inside, struct str *rest)
{
    char name[NAME_BYTES];
    char mark = ' ';
    if (inside.n && strchr("#?>!", inside.at[0]))
        mark = inside.at[0];
    if (mark == '!') {
        if (rest->n && rest->at[0] == '\n')
            *rest = (struct str){rest->at + 1, rest->n - 1};
        return;
    }
    if (str_starts(inside, STR("_ "))) {
        sentence(r, (struct str){inside.at + 2, inside.n - 2});
        return;
    }
    if (mark != ' ')
        inside = (struct str){inside.at + 1, inside.n - 1};
    BUG_IF(inside.n == 0 || inside.n >= NAME_BYTES);
    memcpy(name, inside.at, inside.n);
    name[inside.n] = '\0';
    if (mark == ' ')
        put(r, name);
    else if (mark == '>')
        render(r, page(name));
    else
        block(r, mark, name, block_of(rest, name));
}

static size_t find(struct str text, const char *what)
{
    for (size_t i = 0; i + 1 < text.n; i++)
        if (memcmp(text.at + i, what, 2) == 0)
            return i;
    return text.n;
}

static void render(struct rendering *r, struct str text)
{
    while (text.n) {
        size_t open = find(text, "{{");
        literal(r, (struct str){text.at, open});
        text = (struct str){text.at + open, text.n - open};
        if (!text.n)
            return;
        size_t close = find(text, "}}");
        BUG_IF(close == text.n);
        close += close + 2 < text.n && text.at[close + 2] == '}'; /* {{_ … {name}}} */
        struct str inside = {text.at + 2, close - 2};
        text = (struct str){text.at + close + 2, text.n - close - 2};
        tag(r, inside, &text);
    }
}

void template_text(struct str text, const json_t *context, struct buf *out)
{
    struct rendering r = {.out = out, .scope = {context}, .depth = 1};
    render(&r, text);
    BUG_IF(r.place != IN_TEXT);
}

void template_page(const char *name, const json_t *context, struct buf *out)
{
    template_text(page(name), context, out);
}
