/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/header.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { UNIT_MAX_BYTES = 24, COLUMN_WORD_BYTES = 24, PLACE_NAME_MAX = 40 };

/* --- units ------------------------------------------------------------------------------------ */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The symbol of a unit, or a unit written out. SOURCE: BIPM, The International System of Units, 9th
 * edition, tables 2 to 8; the rest from tables that communities keep. */
static bool is_symbol(struct str s)
{
    static const char *const symbols[] = {
        "%",       "‰",      "°",           "°C",    "°F",    "C",    "F",     "K",       "m",
        "mm",      "cm",     "dm",          "km",    "µm",    "um",   "μm",    "nm",      "in",
        "ft",      "mi",     "ha",          "a",     "m²",    "m³",   "cm²",   "cm³",     "km²",
        "mm²",     "l",      "L",           "ml",    "mL",    "dl",   "cl",    "µl",      "g",
        "kg",      "mg",     "µg",          "ug",    "μg",    "ng",   "t",     "s",       "ms",
        "µs",      "min",    "h",           "d",     "day",   "days", "week",  "month",   "yr",
        "year",    "years",  "Hz",          "kHz",   "MHz",   "GHz",  "Pa",    "hPa",     "kPa",
        "MPa",     "bar",    "mbar",        "mb",    "N",     "J",    "kJ",    "MJ",      "Wh",
        "kWh",     "W",      "mW",          "kW",    "MW",    "V",    "mV",    "kV",      "A",
        "mA",      "Ω",      "ohm",         "S",     "µS",    "uS",   "mS",    "lx",      "lux",
        "klx",     "lm",     "cd",          "mol",   "mmol",  "µmol", "umol",  "nmol",    "ppm",
        "ppb",     "ppt",    "psu",         "PSU",   "NTU",   "FNU",  "dB",    "dBA",     "Bq",
        "Sv",      "µSv",    "pH",          "kn",    "knots", "mph",  "deg",   "degC",    "degree",
        "degrees", "rad",    "count",       "n",     "o/oo",  "Tage", "Jahre", "Stunden", "Grad",
        "Stück",   "Anzahl", "individuals", "pixel", "px",    "µatm", "dbar",  "€",       "EUR",
        "USD",     "$",      "lb",          "oz",    "°N",    "°E",   "°W",    "°S",
    };
    for (size_t i = 0; i < COUNT_OF(symbols); i++)
        if (str_eq(s, str_of(symbols[i])))
            return true;
    return false;
}

/* Without an exponent at the end: m^3, s-1, m2, cm3, m-2. */
static struct str without_exponent(struct str s)
{
    size_t n = s.n;
    while (n > 0 && is_digit(s.at[n - 1]))
        n--;
    if (n == s.n || n == 0)
        return s;
    if (n > 1 && s.at[n - 1] == '-')
        n--;
    if (n > 1 && s.at[n - 1] == '^')
        n--;
    return (struct str){s.at, n};
}

/* The length of a sign that joins units at s[i], 0 if there is none. */
static size_t joint_at(struct str s, size_t i)
{
    static const char *const joints[] = {"/", "*", " ", "·", "⋅", "."};
    for (size_t j = 0; j < COUNT_OF(joints); j++) {
        struct str joint = str_of(joints[j]);
        if (i + joint.n <= s.n && memcmp(s.at + i, joint.at, joint.n) == 0)
            return joint.n;
    }
    return 0;
}

/* Units joined: "kg water vapour" is none, "µmol/m2/s" is one. "1" may stand before "/". */
static bool is_unit(struct str s)
{
    if (is_symbol(s))
        return true;
    size_t begin = 0;
    for (size_t i = 0; i <= s.n; i++) {
        size_t joint = i < s.n ? joint_at(s, i) : 1;
        if (joint == 0)
            continue;
        struct str one = {s.at + begin, i - begin};
        bool fine = is_symbol(one) || is_symbol(without_exponent(one)) || str_eq(one, STR("1"));
        if (!fine)
            return false;
        begin = i + joint;
        i = begin - 1;
    }
    return s.n > 0;
}

static bool is_word(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.at[i] < 'a' || s.at[i] > 'z') && (s.at[i] < 'A' || s.at[i] > 'Z'))
            return false;
    return true;
}

struct str header_unit(struct str name)
{
    const struct str none = {"", 0};
    name = str_trim(name);
    if (name.n == 0 || (name.at[name.n - 1] != ']' && name.at[name.n - 1] != ')'))
        return none;
    bool square = name.at[name.n - 1] == ']';
    size_t at = name.n - 1;
    while (at > 0 && name.at[at] != (square ? '[' : '('))
        at--;
    if (at == 0)
        return none;
    struct str unit = str_trim((struct str){name.at + at + 1, name.n - at - 2});
    if (unit.n == 0 || unit.n > UNIT_MAX_BYTES)
        return none;
    if (square)
        return unit;
    bool blank = name.at[at - 1] == ' ' || name.at[at - 1] == '\t';
    return is_unit(unit) && (blank || !is_word(unit)) ? unit : none;
}

/* --- names ------------------------------------------------------------------------------------ */

struct placed {
    struct str name;
    size_t column;
};

static int by_name(const void *a, const void *b)
{
    const struct placed *left = a;
    const struct placed *right = b;
    int order = str_cmp(left->name, right->name);
    return order ? order : (left->column > right->column) - (left->column < right->column);
}

/* Which columns repeat the name of one further to the left. */
static void find_repeats(const struct str *name, size_t n, enum header_note *note)
{
    struct placed *sorted CLEANUP(mem_free) = mem_get(n, sizeof *sorted);
    for (size_t c = 0; c < n; c++)
        sorted[c] = (struct placed){name[c], c};
    if (n)
        qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 0; i < n; i++) {
        enum header_note found = HEADER_FINE;
        if (sorted[i].name.n == 0)
            found = HEADER_EMPTY;
        else if (i > 0 && str_eq(sorted[i].name, sorted[i - 1].name))
            found = HEADER_REPEATED;
        note[sorted[i].column] = found;
    }
}

/* Names that are final: those that stood once, and those given already. */
static bool is_taken(const struct str *name, size_t n, struct str wanted)
{
    for (size_t c = 0; c < n; c++)
        if (str_eq(name[c], wanted))
            return true;
    return false;
}

static struct str free_name(struct arena *arena, const struct str *name, size_t n, size_t column,
                            enum header_note note)
{
    struct str base = name[column];
    size_t number = 2;
    if (note == HEADER_EMPTY) {
        base = str_of(arena_printf(arena, "column %zu", column + 1));
        if (!is_taken(name, n, base))
            return base;
    } else {
        for (size_t c = 0; c < column; c++)
            number += str_eq(name[c], base);
        number--; /* the first one has no number; those given already are no longer alike */
    }
    for (;; number++) {
        struct str wanted = str_of(arena_printf(arena, "%.*s (%zu)", STR_ARG(base), number));
        if (!is_taken(name, n, wanted))
            return wanted;
    }
}

void header_name(struct arena *arena, struct str *name, size_t n, enum header_note *note)
{
    find_repeats(name, n, note);
    for (size_t c = 0; c < n; c++)
        if (note[c] != HEADER_FINE)
            name[c] = free_name(arena, name, n, c, note[c]);
}

/* --- places ----------------------------------------------------------------------------------- */

static bool is_one_of(struct str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, str_of(words[i])))
            return true;
    return false;
}

enum header_place header_place(struct str name)
{
    static const char *const latitudes[] = {"lat",         "latitude",    "decimallatitude",
                                            "breite",      "breitengrad", "geographischebreite",
                                            "geobreite",   "geogrbreite", "gpslat",
                                            "gpslatitude", "ywgs84",      "latdeg"};
    static const char *const longitudes[] = {
        "lon",      "lng",        "long",        "longitude",          "decimallongitude",
        "laenge",   "längengrad", "laengengrad", "geographischelänge", "geolaenge",
        "geolänge", "geogrlänge", "gpslon",      "gpslongitude",       "xwgs84",
        "londeg"};
    static const char *const lengths[] = {"mm", "cm", "dm", "m", "km", "ft", "in"};
    char letters[PLACE_NAME_MAX];
    size_t n = 0;
    struct str unit = header_unit(name);
    if (is_one_of(unit, lengths, COUNT_OF(lengths)))
        return PLACE_NONE; /* "Länge (cm)" is that of a fish */
    if (unit.n)
        name.n = (size_t)(unit.at - name.at) - 1;
    for (size_t i = 0; i < name.n && n < sizeof letters; i++) {
        char c = name.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || is_digit(c) || (unsigned char)c >= 0x80)
            letters[n++] = c;
    }
    struct str word = {letters, n};
    if (is_one_of(word, latitudes, COUNT_OF(latitudes)))
        return PLACE_LATITUDE;
    return is_one_of(word, longitudes, COUNT_OF(longitudes)) ? PLACE_LONGITUDE : PLACE_NONE;
}
