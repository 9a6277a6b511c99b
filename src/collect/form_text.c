/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form as a small text: one field a line.
 *
 *   form stream "Walk along the stream"     the name, and a title if you like
 *   # a line of your own
 *   TYPE NAME [WORD …]                      words in "quotes" may hold blanks
 *     "text"          what is asked          unit °C  min 0  max 40  whole     of numbers
 *     is a,b,c        of choice, choices     required
 *     when "…"        asked only if          must "…"   else "…"               constraint, and what
 *     open | person | private | coarse 0.01  how it may leave                  to say then
 *   repeat NAME … end                       rows of their own
 */
#include <string.h>

#include "collect/form_int.h"

struct lines {
    struct str rest;
    unsigned line;
    json_t *body;
    json_t *fields;
    json_t *field; /* under way */
    char repeat[64];
};

static bool refuse(const struct lines *l, struct err *err, const char *what, struct str word)
{
    return FAIL(err, ERR_INPUT, _("See an example: allmende help form add"), _("Line %u: %s %.*s"),
                l->line, what, STR_ARG(word));
}

/* The next word of a line, without its quotes. False: there is none. */
static bool next_word(struct lines *l, struct str *rest, struct str *ret, bool *ret_quoted,
                      struct err *err)
{
    const char *end;
    *rest = str_trim(*rest);
    *ret = (struct str){rest->at, 0};
    *ret_quoted = rest->n && rest->at[0] == '"';
    if (rest->n == 0)
        return false;
    if (*ret_quoted) {
        end = memchr(rest->at + 1, '"', rest->n - 1);
        if (!end)
            return refuse(l, err, _("a quote is not closed:"), *rest);
        *ret = (struct str){rest->at + 1, (size_t)(end - rest->at) - 1};
        rest->n -= ret->n + 2;
        rest->at = end + 1;
        return true;
    }
    while (ret->n < rest->n && !memchr(" \t", rest->at[ret->n], 2))
        ret->n++;
    rest->at += ret->n;
    rest->n -= ret->n;
    return true;
}

static void put(json_t *object, const char *key, struct str value)
{
    json_object_set_new(object, key, json_stringn(value.at, value.n));
}

static bool wanted(struct lines *l, struct str *rest, struct str after, struct str *ret,
                   struct err *err)
{
    bool quoted;
    return next_word(l, rest, ret, &quoted, err) ||
           (err->code == ERR_NONE && refuse(l, err, _("something is missing behind"), after));
}

static bool read_choices(struct lines *l, struct str *rest, struct err *err)
{
    json_t *list = json_array();
    struct str all;
    struct str one;
    json_object_set_new(l->field, "choices", list);
    if (!wanted(l, rest, STR("is"), &all, err))
        return false;
    if (memchr(all.at, '"', all.n))
        return refuse(l, err, _("choices are single words, as not_sure, parted by commas:"), all);
    while (str_cut(&all, ',', &one)) {
        json_t *choice = json_object();
        json_array_append_new(list, choice);
        put(choice, "value", str_trim(one));
    }
    return true;
}

static bool read_coarse(struct lines *l, struct str *rest, struct err *err)
{
    static const char *const steps[] = {"0.1", "0.01", "0.001"};
    struct str step;
    if (!wanted(l, rest, STR("coarse"), &step, err))
        return false;
    for (int i = 0; i < 3; i++) {
        if (!str_eq(step, str_of(steps[i])))
            continue;
        json_object_set_new(l->field, "role", json_string("coarse"));
        json_object_set_new(l->field, "digits", json_integer(i + 1));
        return true;
    }
    return refuse(l, err, _("coarse is 0.1, 0.01 or 0.001, not"), step);
}

static bool read_attribute(struct lines *l, struct str word, struct str *rest, struct err *err)
{
    static const char *const with_value[] = {"unit", "min", "max", "when", "must", "else"};
    static const char *const roles[] = {"open", "person", "private"};
    static const char *const flags[] = {"required", "whole"};
    struct str value;
    for (size_t i = 0; i < COUNT_OF(with_value); i++) {
        if (!str_eq(word, str_of(with_value[i])))
            continue;
        if (!wanted(l, rest, word, &value, err))
            return false;
        put(l->field, with_value[i], value);
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (str_eq(word, str_of(roles[i])))
            return json_object_set_new(l->field, "role", json_string(roles[i])) == 0;
    for (size_t i = 0; i < COUNT_OF(flags); i++)
        if (str_eq(word, str_of(flags[i])))
            return json_object_set_new(l->field, flags[i], json_true()) == 0;
    if (str_eq(word, STR("is")))
        return read_choices(l, rest, err);
    if (str_eq(word, STR("coarse")))
        return read_coarse(l, rest, err);
    return refuse(l, err, _("this word is not known here (put texts in quotes):"), word);
}

static bool read_field(struct lines *l, struct str type, struct str rest, struct err *err)
{
    enum form_type known;
    struct str word;
    bool quoted;
    if (!form_type_read(type, &known))
        return refuse(l, err, _("this type of field is not known:"), type);
    if (!wanted(l, &rest, type, &word, err))
        return false;
    l->field = json_object();
    json_array_append_new(l->fields, l->field);
    put(l->field, "type", type);
    put(l->field, "name", word);
    if (l->repeat[0])
        json_object_set_new(l->field, "in", json_string(l->repeat));
    if (known == FORM_REPEAT) {
        if (l->repeat[0] || word.n >= sizeof l->repeat)
            return refuse(l, err, _("end the repeat before the next one begins:"), word);
        memcpy(l->repeat, word.at, word.n);
        l->repeat[word.n] = '\0';
    }
    while (next_word(l, &rest, &word, &quoted, err)) {
        if (quoted)
            put(l->field, "label", word);
        else if (!read_attribute(l, word, &rest, err))
            return false;
    }
    return err->code == ERR_NONE;
}

static bool read_line(struct lines *l, struct str line, struct err *err)
{
    struct str word;
    struct str rest = str_trim(line);
    bool quoted;
    if (rest.n && rest.at[rest.n - 1] == '\r')
        rest.n--;
    if (rest.n == 0 || rest.at[0] == '#')
        return true;
    if (!next_word(l, &rest, &word, &quoted, err))
        return false;
    if (str_eq(word, STR("end")) && str_trim(rest).n == 0 && l->repeat[0]) {
        l->repeat[0] = '\0';
        return true;
    }
    if (!str_eq(word, STR("form")))
        return read_field(l, word, rest, err);
    if (json_object_get(l->body, "name"))
        return refuse(l, err, _("the name of the form stands there already, before"), rest);
    if (!wanted(l, &rest, word, &word, err))
        return false;
    put(l->body, "name", word);
    if (next_word(l, &rest, &word, &quoted, err))
        put(l->body, "title", word);
    return err->code == ERR_NONE;
}

bool form_read_text(struct str text, json_t **ret_body, struct err *err)
{
    struct lines l = {.rest = text, .body = json_object(), .fields = json_array()};
    struct str line;
    size_t at;
    json_object_set_new(l.body, "fields", l.fields);
    bool fine = str_utf8(text, &at) ||
                FAIL(err, ERR_INPUT, _("Save it as UTF-8."), _("The form is not text in UTF-8."));
    while (fine && str_cut(&l.rest, '\n', &line)) {
        l.line++;
        fine = read_line(&l, line, err);
    }
    if (fine && l.repeat[0])
        fine = refuse(&l, err, _("\"end\" is missing for the repeat"), str_of(l.repeat));
    if (!fine) {
        json_decref(l.body);
        return false;
    }
    *ret_body = l.body;
    return true;
}
