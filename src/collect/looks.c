/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/looks.h"

#include <string.h>

#include "read/header.h"

static const struct {
    const char *word;
    enum view_why why;
} known[] = {
    {"observer", VIEW_LIKE_PERSON},     {"observers", VIEW_LIKE_PERSON},
    {"recordedby", VIEW_LIKE_PERSON},   {"identifiedby", VIEW_LIKE_PERSON},
    {"setupby", VIEW_LIKE_PERSON},      {"classifiedby", VIEW_LIKE_PERSON},
    {"recorder", VIEW_LIKE_PERSON},     {"surveyor", VIEW_LIKE_PERSON},
    {"person", VIEW_LIKE_PERSON},       {"participant", VIEW_LIKE_PERSON},
    {"volunteer", VIEW_LIKE_PERSON},    {"user", VIEW_LIKE_PERSON},
    {"username", VIEW_LIKE_PERSON},     {"name", VIEW_LIKE_PERSON},
    {"surname", VIEW_LIKE_PERSON},      {"firstname", VIEW_LIKE_PERSON},
    {"lastname", VIEW_LIKE_PERSON},     {"fullname", VIEW_LIKE_PERSON},
    {"vorname", VIEW_LIKE_PERSON},      {"nachname", VIEW_LIKE_PERSON},
    {"beobachter", VIEW_LIKE_PERSON},   {"beobachterin", VIEW_LIKE_PERSON},
    {"finder", VIEW_LIKE_PERSON},       {"melder", VIEW_LIKE_PERSON},
    {"teilnehmer", VIEW_LIKE_PERSON},   {"schüler", VIEW_LIKE_PERSON},
    {"email", VIEW_LIKE_CONTACT},       {"mail", VIEW_LIKE_CONTACT},
    {"phone", VIEW_LIKE_CONTACT},       {"telephone", VIEW_LIKE_CONTACT},
    {"telefon", VIEW_LIKE_CONTACT},     {"tel", VIEW_LIKE_CONTACT},
    {"mobile", VIEW_LIKE_CONTACT},      {"handy", VIEW_LIKE_CONTACT},
    {"contact", VIEW_LIKE_CONTACT},     {"kontakt", VIEW_LIKE_CONTACT},
    {"ip", VIEW_LIKE_CONTACT},          {"coordinates", VIEW_LIKE_PLACE},
    {"coordinate", VIEW_LIKE_PLACE},    {"koordinaten", VIEW_LIKE_PLACE},
    {"gps", VIEW_LIKE_PLACE},           {"geom", VIEW_LIKE_PLACE},
    {"geometry", VIEW_LIKE_PLACE},      {"wkt", VIEW_LIKE_PLACE},
    {"footprintwkt", VIEW_LIKE_PLACE},  {"geopoint", VIEW_LIKE_PLACE},
    {"address", VIEW_LIKE_PLACE},       {"adresse", VIEW_LIKE_PLACE},
    {"anschrift", VIEW_LIKE_PLACE},     {"street", VIEW_LIKE_PLACE},
    {"strasse", VIEW_LIKE_PLACE},       {"straße", VIEW_LIKE_PLACE},
    {"postcode", VIEW_LIKE_PLACE},      {"plz", VIEW_LIKE_PLACE},
    {"easting", VIEW_LIKE_PLACE},       {"northing", VIEW_LIKE_PLACE},
    {"rechtswert", VIEW_LIKE_PLACE},    {"hochwert", VIEW_LIKE_PLACE},
    {"note", VIEW_LIKE_FREE_TEXT},      {"notes", VIEW_LIKE_FREE_TEXT},
    {"remark", VIEW_LIKE_FREE_TEXT},    {"remarks", VIEW_LIKE_FREE_TEXT},
    {"comment", VIEW_LIKE_FREE_TEXT},   {"comments", VIEW_LIKE_FREE_TEXT},
    {"bemerkung", VIEW_LIKE_FREE_TEXT}, {"bemerkungen", VIEW_LIKE_FREE_TEXT},
    {"notiz", VIEW_LIKE_FREE_TEXT},     {"kommentar", VIEW_LIKE_FREE_TEXT},
};

static enum view_why look_up(struct str word)
{
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_eq(word, str_of(known[i].word)))
            return known[i].why;
    return VIEW_OPEN;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

enum view_why looks_name(struct str name)
{
    char word[64];
    char joined[64];
    size_t n = 0;
    size_t all = 0;
    enum view_why why = VIEW_OPEN;
    if (header_place(name) != PLACE_NONE)
        return VIEW_LIKE_PLACE;
    for (size_t i = 0; i <= name.n; i++) {
        bool letter = i < name.n && is_letter(name.at[i]);
        bool starts = letter && i > 0 && is_upper(name.at[i]) && !is_upper(name.at[i - 1]);
        if ((!letter || starts) && n) {
            /* "name" alone is a person's; with another word it is a taxon's, a file's, a site's */
            if (why == VIEW_OPEN && !str_eq((struct str){word, n}, STR("name")))
                why = look_up((struct str){word, n});
            n = 0;
        }
        if (!letter || n == sizeof word || all == sizeof joined)
            continue;
        char c = name.at[i];
        if (is_upper(c))
            c = (char)(c - 'A' + 'a');
        word[n++] = c;
        joined[all++] = c;
    }
    struct str whole = {joined, all};
    return look_up(whole) != VIEW_OPEN ? look_up(whole) : why;
}

/* --- cells -------------------------------------------------------------------------------- */

static bool is_mail(struct str cell)
{
    const char *sign = memchr(cell.at, '@', cell.n);
    if (!sign || sign == cell.at || memchr(cell.at, ' ', cell.n))
        return false;
    size_t behind = cell.n - (size_t)(sign - cell.at) - 1;
    const char *dot = memchr(sign + 1, '.', behind);
    return dot && dot > sign + 1 && dot + 2 < cell.at + cell.n;
}

static bool is_phone(struct str cell)
{
    size_t digits = 0;
    size_t front = 0; /* digits before the first other sign */
    bool only = true;
    for (size_t i = 1; i < cell.n; i++) {
        bool digit = is_digit(cell.at[i]);
        digits += digit;
        only = only && (digit || memchr(" /-()", cell.at[i], 5));
        if (digit && digits == i)
            front = i;
    }
    if (!only || cell.n > 24)
        return false;
    if (cell.at[0] == '+')
        return digits >= 8;
    return cell.at[0] == '0' && front >= 2 && front <= 5 && front + 1 < cell.n &&
           digits >= front + 3;
}

bool looks_contact(struct str cell)
{
    return cell.n >= 6 && (is_mail(cell) || is_phone(cell));
}
