/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/booking.h"

#include <string.h>

#include "record/member.h"

#define AMOUNT_MAX UINT64_C(1000000000000)

/* Every member of a booking's body that is a text or a whole number, and where it lies. */
struct place {
    const char *key;
    size_t at;
};
static const struct place texts[] = {
    {"what", offsetof(struct booking, what)},   {"text", offsetof(struct booking, text)},
    {"phase", offsetof(struct booking, phase)}, {"means", offsetof(struct booking, means)},
    {"got", offsetof(struct booking, got)},     {"source", offsetof(struct booking, source)},
};
static const struct place numbers[] = {
    {"times", offsetof(struct booking, times)},
    {"cents", offsetof(struct booking, cents)},
    {"metres", offsetof(struct booking, metres)},
    {"people", offsetof(struct booking, people)},
    {"grams", offsetof(struct booking, grams)},
    {"year", offsetof(struct booking, year)},
    {"minutes", offsetof(struct booking, minutes)},
    {"life_years", offsetof(struct booking, life_years)},
    {"embodied_g", offsetof(struct booking, embodied_g)},
};

static const char *const whats[] = {"travel", "material", "device", "note"};
static const char *const phases[] = {"ask",   "hypothesise", "collect",
                                     "train", "evaluate",    "publish"};
static const char *const means[] = {"car",  "coach", "train", "tram", "bicycle",
                                    "foot", "plane", "ship",  "other"};
static const char *const gots[] = {"new", "used", "repaired"};
static const char *const scopes[] = {"direct", "life_cycle"};
/* SOURCE: ANSI/NISO Z39.104-2022, CRediT, in its order. */
static const char *const roles_known[] = {"conceptualization",
                                          "data-curation",
                                          "formal-analysis",
                                          "funding-acquisition",
                                          "investigation",
                                          "methodology",
                                          "project-administration",
                                          "resources",
                                          "software",
                                          "supervision",
                                          "validation",
                                          "visualization",
                                          "writing-original-draft",
                                          "writing-review-editing"};

static bool is_one_of(const char *word, const char *const *words, size_t n)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

/* A whole number of a body; absent is 0. False if it is none or too large. */
static bool read_amount(const json_t *body, const char *key, uint64_t *ret)
{
    const json_t *value = json_object_get(body, key);
    json_int_t number = json_integer_value(value);
    *ret = 0;
    if (!value)
        return true;
    if (!json_is_integer(value) || number < 0 || (uint64_t)number >= AMOUNT_MAX)
        return false;
    *ret = (uint64_t)number;
    return true;
}

static bool check_phase(const char *phase, struct err *err)
{
    return !phase || is_one_of(phase, phases, COUNT_OF(phases)) ||
           FAIL(err, ERR_INPUT,
                _("Choose from: ask, hypothesise, collect, train, evaluate, publish."),
                _("\"%s\" is not a phase."), phase);
}

/* --- booking ------------------------------------------------------------------------------ */

void booking_read(const json_t *body, struct arena *arena, struct booking *ret)
{
    *ret = (struct booking){.yearly = json_is_true(json_object_get(body, "yearly")),
                            .computer = json_is_true(json_object_get(body, "computer"))};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const char *text = json_text(body, texts[i].key);
        const char *copy = text ? arena_copy(arena, str_of(text)) : NULL;
        memcpy((char *)ret + texts[i].at, &copy, sizeof copy);
    }
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        uint64_t value;
        if (!read_amount(body, numbers[i].key, &value))
            value = 0;
        memcpy((char *)ret + numbers[i].at, &value, sizeof value);
    }
    if (ret->times == 0)
        ret->times = 1;
}

static bool check_travel(const struct booking *b, struct err *err)
{
    if (!b->means)
        return FAIL(err, ERR_INPUT,
                    _("Say it, for example: allmende ledger add travel 40 --by car --people 3"),
                    _("By what means did you travel?"));
    if (!is_one_of(b->means, means, COUNT_OF(means)))
        return FAIL(err, ERR_INPUT,
                    _("Choose from: car, coach, train, tram, bicycle, foot, plane, ship, other."),
                    _("\"%s\" is not a means of travel that we know."), b->means);
    return b->metres > 0 || FAIL(err, ERR_INPUT, _("Say the kilometres there and back, e.g. 40"),
                                 _("Travel needs a distance."));
}

static bool check_device(const struct booking *b, struct err *err)
{
    if (!is_one_of(b->got, gots, COUNT_OF(gots)))
        return FAIL(err, ERR_INPUT, _("Choose from: new, used, repaired."),
                    _("Say whether the device was got new, used or repaired."));
    if (b->embodied_g && (!b->source || !str_trim(str_of(b->source)).n))
        return FAIL(err, ERR_INPUT, _("Say where the figure is from: --source TEXT"),
                    _("What the making of a device cost is booked only with its source."));
    return b->life_years <= 100 || FAIL(err, ERR_INPUT, _("Say the years, e.g. --life-years 6"),
                                        _("No device is used for more than 100 years."));
}

static bool check_booking(const json_t *body, const json_t *private, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct booking b;
    uint64_t ignored;
    (void)private;
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (!read_amount(body, numbers[i].key, &ignored))
            return FAIL(err, ERR_INPUT, _("Give a whole number below a million millions."),
                        _("\"%s\" of a booking is not a number that it can be."), numbers[i].key);
    booking_read(body, &arena, &b);
    if (!is_one_of(b.what, whats, COUNT_OF(whats)))
        return FAIL(err, ERR_INPUT, _("Choose from: travel, material, device, hours, note."),
                    _("\"%s\" is nothing that can be booked."), b.what ? b.what : "");
    if (!check_phase(b.phase, err))
        return false;
    if (strcmp(b.what, "travel") == 0)
        return check_travel(&b, err);
    if (!b.text || !str_trim(str_of(b.text)).n)
        return FAIL(err, ERR_INPUT, _("Type it: allmende ledger add note \"…\""),
                    _("A booking needs a text: what was it?"));
    return strcmp(b.what, "device") != 0 || check_device(&b, err);
}

const struct kind ledger_booking_kind = {.name = "booking", .check = check_booking};

bool booking_add(struct record *record, const struct booking *booking, struct hash *ret,
                 struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    const struct draft draft = {.kind = "booking", .body = body};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        const char *text;
        memcpy(&text, (const char *)booking + texts[i].at, sizeof text);
        body_text(body, texts[i].key, text);
    }
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        uint64_t value;
        memcpy(&value, (const char *)booking + numbers[i].at, sizeof value);
        if (value)
            json_object_set_new(body, numbers[i].key,
                                json_integer(value < AMOUNT_MAX ? (json_int_t)value : -1));
    }
    json_object_set_new(body, "yearly", json_boolean(booking->yearly));
    if (booking->computer)
        json_object_set_new(body, "computer", json_true());
    if (!booking->times)
        json_object_set_new(body, "times", json_integer(1));
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}

/* --- hours -------------------------------------------------------------------------------- */

static bool check_hours(const json_t *body, const json_t *private, struct err *err)
{
    struct hours h = {.phase = json_text(private, "phase")};
    (void)body;
    if (!private)
        return true;
    if (!read_amount(private, "minutes", &h.minutes) || h.minutes == 0 ||
        !read_amount(private, "people", &h.people) || h.people == 0 || h.people > 1000000)
        return FAIL(err, ERR_INPUT, _("For example: allmende ledger add hours 1.5 --phase collect"),
                    _("Hours need a number above 0, and people."));
    if (!h.phase)
        return FAIL(err, ERR_INPUT,
                    _("Choose from: ask, hypothesise, collect, train, evaluate, publish."),
                    _("Hours are booked for a phase."));
    return check_phase(h.phase, err);
}

const struct kind ledger_hours_kind = {.name = "hours", .check = check_hours};

bool hours_add(struct record *record, const struct hours *hours, struct hash *ret, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    const struct draft draft = {.kind = "hours", .body = body, .private = private};
    body_text(private, "phase", hours->phase);
    json_object_set_new(private, "minutes", json_integer((json_int_t)hours->minutes));
    json_object_set_new(private, "people", json_integer((json_int_t)hours->people));
    return permission_put(record, body, NULL, "project", err) &&
           record_append(record, &draft, ret, err);
}

bool hours_read(const json_t *private, struct arena *arena, struct hours *ret)
{
    struct err ignored = {0};
    if (!private || !check_hours(NULL, private, &ignored))
        return false;
    *ret = (struct hours){.phase = arena_copy(arena, str_of(json_text(private, "phase")))};
    return read_amount(private, "minutes", &ret->minutes) &&
           read_amount(private, "people", &ret->people);
}

/* --- credit ------------------------------------------------------------------------------- */

static bool check_credit(const json_t *body, const json_t *private, struct err *err)
{
    const json_t *roles = json_object_get(body, "roles");
    (void)private;
    if (!json_is_array(roles))
        return FAIL(err, ERR_INPUT, _("See: allmende help ledger add"),
                    _("A choice of credit needs its roles."));
    for (size_t i = 0; i < json_array_size(roles); i++) {
        const char *role = json_string_value(json_array_get(roles, i));
        if (!is_one_of(role, roles_known, COUNT_OF(roles_known)))
            return FAIL(err, ERR_INPUT,
                        _("Choose from: conceptualization, data-curation, formal-analysis, "
                          "funding-acquisition, investigation, methodology, "
                          "project-administration, resources, software, supervision, validation, "
                          "visualization, writing-original-draft, writing-review-editing."),
                        _("\"%s\" is not a role of CRediT."), role ? role : "");
    }
    return true;
}

const struct kind ledger_credit_kind = {.name = "credit", .check = check_credit};

bool credit_choose(struct record *record, const char *roles, const char *name, struct hash *ret,
                   struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    const struct draft draft = {.kind = "credit", .body = body};
    json_t *list = json_array();
    struct str rest = str_of(strcmp(roles, "none") == 0 ? "" : roles);
    struct str one;
    json_object_set_new(body, "roles", list);
    while (str_cut(&rest, ',', &one)) {
        one = str_trim(one);
        if (one.n)
            json_array_append_new(list, json_stringn(one.at, one.n));
    }
    body_text(body, "name", name);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}

/* --- grid --------------------------------------------------------------------------------- */

static bool check_grid(const json_t *body, const json_t *private, struct err *err)
{
    const char *source = json_text(body, "source");
    uint64_t year;
    uint64_t grams;
    (void)private;
    if (!is_one_of(json_text(body, "scope"), scopes, COUNT_OF(scopes)))
        return FAIL(err, ERR_INPUT, _("Choose from: --scope direct, --scope life_cycle."),
                    _("Say what the figure of the electricity covers."));
    if (!source || !str_trim(str_of(source)).n || !read_amount(body, "year", &year) ||
        year < 1900 || year > 9999)
        return FAIL(err, ERR_INPUT, _("Say them: --year 2024 --source TEXT"),
                    _("A figure of the electricity is booked only with its year and source."));
    return (json_is_integer(json_object_get(body, "g_per_kwh")) &&
            read_amount(body, "g_per_kwh", &grams) && grams <= 5000) ||
           FAIL(err, ERR_INPUT, _("Give whole grams a kilowatt hour, 0 to 5000."),
                _("That is no figure of carbon dioxide of electricity."));
}

const struct kind ledger_grid_kind = {.name = "grid", .check = check_grid};

bool grid_state(struct record *record, const struct grid *grid, struct hash *ret, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    const struct draft draft = {.kind = "grid", .body = body};
    body_text(body, "place", grid->place);
    body_text(body, "scope", grid->scope);
    body_text(body, "source", grid->source);
    json_object_set_new(body, "year", json_integer((json_int_t)grid->year));
    json_object_set_new(body, "g_per_kwh", json_integer((json_int_t)grid->g_per_kwh));
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, ret, err);
}

void grid_read(const json_t *body, struct arena *arena, struct grid *ret)
{
    *ret = (struct grid){.place = arena_copy(arena, body_str(body, "place", arena)),
                         .scope = arena_copy(arena, body_str(body, "scope", arena)),
                         .source = arena_copy(arena, body_str(body, "source", arena))};
    if (!read_amount(body, "year", &ret->year) || !read_amount(body, "g_per_kwh", &ret->g_per_kwh))
        ret->year = 0;
}
