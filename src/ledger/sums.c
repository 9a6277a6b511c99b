/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sums of the ledger: one walk over all bodies, then what follows from it. */
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "ledger/ledger.h"
#include "record/member.h"

const char *const ledger_phase_names[LEDGER_PHASES] = {"ask",   "hypothesise", "collect",
                                                       "train", "evaluate",    "publish"};

/* What kinds belong to which phase. One that is not here belongs to none. */
static const struct {
    const char *kind;
    unsigned char phase;
} phase_of[] = {
    {"question", 0},   {"sheet", 0},       {"call", 0},        {"position", 0},
    {"dots", 0},       {"paper", 0},       {"decision", 0},    {"remark", 0},
    {"minutes", 0},    {"revisit", 0},     {"hypothesis", 1},  {"freeze", 1},
    {"import", 2},     {"view", 2},        {"form", 2},        {"observation", 2},
    {"correction", 2}, {"deployment", 2},  {"guideline", 2},   {"label", 2},
    {"label-undo", 2}, {"gold", 2},        {"answers", 2},     {"round-table", 2},
    {"consensus", 2},  {"training", 3},    {"opening", 4},     {"verdict", 4},
    {"review", 4},     {"description", 5}, {"publication", 5},
};

/* Lists that grow while the walk goes on; elements of one size each. */
struct walk {
    struct record *record;
    struct arena *arena;
    enum ledger_for readers;
    struct ledger *sum;
    struct buf device; /* struct booking */
    struct buf note;
    struct buf material;
    struct buf decision;
    struct buf licence;
    struct buf credit; /* struct choice */
    struct buf hours;  /* struct spent */
};

/* What an author chose last. */
struct choice {
    struct device author;
    const char *name;
    const char *roles[LEDGER_ROLES];
    size_t role_n;
};

/* Hours as they were booked; they do not leave this file. */
struct spent {
    struct device author;
    size_t phase;
    uint64_t minutes; /* of all people in it */
    uint64_t people;
};

static void release(struct walk *w)
{
    struct buf *const lists[] = {&w->device,  &w->note,   &w->material, &w->decision,
                                 &w->licence, &w->credit, &w->hours};
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        buf_release(lists[i]);
}

/* The elements of a list, in the arena. */
static void *keep(const struct walk *w, const struct buf *list, size_t size, size_t *ret_n)
{
    *ret_n = list->n / size;
    return arena_keep(w->arena, buf_view(list));
}

size_t ledger_phase_of_kind(const char *kind)
{
    for (size_t i = 0; i < COUNT_OF(phase_of); i++)
        if (strcmp(phase_of[i].kind, kind) == 0)
            return phase_of[i].phase;
    return LEDGER_PHASES;
}

/* Add, up to what a whole number of SQLite and JSON holds. */
static void add(uint64_t *sum, uint64_t more)
{
    if (__builtin_add_overflow(*sum, more, sum) || *sum > INT64_MAX)
        *sum = INT64_MAX;
}

/* --- bookings ----------------------------------------------------------------------------- */

static void add_travel(struct ledger_account *a, const struct booking *b)
{
    size_t i = 0;
    while (i < a->travel_n && strcmp(a->travel[i].means, b->means) != 0)
        i++;
    if (i == LEDGER_MEANS_MAX)
        return;
    struct ledger_travel *t = &a->travel[i];
    if (i == a->travel_n)
        a->travel[a->travel_n++] =
            (struct ledger_travel){.means = b->means, .factor = travel_factor_of(b->means)};
    uint64_t metres = times_over(b->metres, b->times, 1);
    add(&t->trips, b->times);
    add(&t->metres, metres);
    add(&t->person_metres, times_over(metres, b->people ? b->people : 1, 1));
}

static void weigh_travel(struct ledger_account *a)
{
    for (size_t i = 0; i < a->travel_n; i++) {
        struct ledger_travel *t = &a->travel[i];
        if (!t->factor)
            continue;
        uint64_t metres = t->factor->per_person ? t->person_metres : t->metres;
        t->grams = (struct span){times_over(metres, t->factor->g_per_km.low, 1000),
                                 times_over(metres, t->factor->g_per_km.high, 1000)};
        t->kj = (struct span){times_over(metres, t->factor->kj_per_km.low, 1000),
                              times_over(metres, t->factor->kj_per_km.high, 1000)};
    }
}

static void take_booking(struct walk *w, const struct entry *entry)
{
    struct booking b;
    booking_read(entry->body, w->arena, &b);
    struct ledger_account *a = b.yearly ? &w->sum->a_year : &w->sum->so_far;
    a->bookings++;
    add(&a->cents, times_over(b.cents, b.times, 1));
    add(&a->grams, times_over(b.grams, b.times, 1));
    if (strcmp(b.what, "travel") == 0)
        add_travel(a, &b);
    if (strcmp(b.what, "device") == 0)
        buf_add(&w->device, &b, sizeof b);
    if (strcmp(b.what, "material") == 0)
        buf_add(&w->material, &b, sizeof b);
    if (strcmp(b.what, "note") == 0)
        buf_add(&w->note, &b, sizeof b);
}

static void take_grid(struct walk *w, const struct entry *entry)
{
    grid_read(entry->body, w->arena, &w->sum->grid);
    w->sum->grid_stated = true;
}

/* --- people ------------------------------------------------------------------------------- */

static bool same_device(const struct device *a, const struct device *b)
{
    return memcmp(a->at, b->at, KEY_BYTES) == 0;
}

static size_t phase_number(const char *name)
{
    size_t i = 0;
    while (i < LEDGER_PHASES && strcmp(ledger_phase_names[i], name) != 0)
        i++;
    return i;
}

static void take_hours(struct walk *w, const struct entry *entry)
{
    struct hours h;
    if (!hours_read(entry->private, w->arena, &h)) {
        w->sum->hours.absent++;
        return;
    }
    const struct spent spent = {.author = entry->header.author,
                                .phase = phase_number(h.phase),
                                .minutes = times_over(h.minutes, h.people, 1),
                                .people = h.people};
    buf_add(&w->hours, &spent, sizeof spent);
}

/* At least so many people stand behind the hours of a phase (LEDGER_PHASES: of all): those who
 * booked any, or as many as the largest group that was booked at once. */
static uint64_t people_behind(const struct spent *spent, size_t n, size_t phase)
{
    uint64_t authors = 0;
    uint64_t group = 0;
    for (size_t i = 0; i < n; i++) {
        bool seen = phase != LEDGER_PHASES && spent[i].phase != phase;
        if (!seen && spent[i].people > group)
            group = spent[i].people;
        for (size_t k = 0; k < i && !seen; k++)
            seen = (phase == LEDGER_PHASES || spent[k].phase == phase) &&
                   same_device(&spent[k].author, &spent[i].author);
        authors += !seen;
    }
    return authors > group ? authors : group;
}

static void sum_hours(struct walk *w)
{
    struct ledger_hours *h = &w->sum->hours;
    size_t n;
    const struct spent *spent = keep(w, &w->hours, sizeof *spent, &n);
    uint64_t total = 0;
    bool enough = true;
    for (size_t i = 0; i < n; i++) {
        add(&total, spent[i].minutes);
        add(&h->of_phase[spent[i].phase], spent[i].minutes);
    }
    for (size_t p = 0; p < LEDGER_PHASES; p++)
        enough = enough && (!h->of_phase[p] || people_behind(spent, n, p) >= HOURS_PHASE_PEOPLE);
    if (n == 0)
        h->shown = HOURS_NONE;
    else if (people_behind(spent, n, LEDGER_PHASES) <
             (w->readers == LEDGER_FOR_ALL ? HOURS_PHASE_PEOPLE : HOURS_TOTAL_PEOPLE))
        h->shown = HOURS_HIDDEN;
    else
        h->shown = enough ? HOURS_PHASES : HOURS_TOTAL;
    h->minutes = h->shown >= HOURS_TOTAL ? total : 0;
    if (h->shown != HOURS_PHASES)
        memset(h->of_phase, 0, sizeof h->of_phase);
}

static void take_credit(struct walk *w, const struct entry *entry)
{
    struct choice choice = {.author = entry->header.author};
    const json_t *roles = json_object_get(entry->body, "roles");
    struct str name = body_str(entry->body, "name", w->arena);
    choice.name = str_trim(name).n ? arena_copy(w->arena, str_trim(name)) : NULL;
    for (size_t i = 0; i < json_array_size(roles) && choice.role_n < LEDGER_ROLES; i++) {
        const char *role = json_string_value(json_array_get(roles, i));
        bool twice = false;
        for (size_t k = 0; k < choice.role_n; k++)
            twice = twice || strcmp(choice.roles[k], role) == 0;
        if (!twice)
            choice.roles[choice.role_n++] = arena_copy(w->arena, str_of(role));
    }
    for (size_t at = 0; at < w->credit.n; at += sizeof choice) {
        struct choice earlier;
        memcpy(&earlier, w->credit.at + at, sizeof earlier);
        if (same_device(&earlier.author, &choice.author)) {
            memcpy(w->credit.at + at, &choice, sizeof choice);
            return;
        }
    }
    buf_add(&w->credit, &choice, sizeof choice);
}

static void count_role(struct ledger *sum, const char *role)
{
    for (size_t i = 0; i < sum->role_n; i++)
        if (strcmp(sum->role[i].role, role) == 0) {
            sum->role[i].people++;
            return;
        }
    sum->role[sum->role_n++] = (struct ledger_role){.role = role, .people = 1};
}

static void sum_credit(struct walk *w)
{
    struct ledger *sum = w->sum;
    size_t n;
    const struct choice *choice = keep(w, &w->credit, sizeof *choice, &n);
    sum->role = arena_get(w->arena, LEDGER_ROLES, sizeof *sum->role);
    sum->credit = arena_get(w->arena, n, sizeof *sum->credit);
    for (size_t i = 0; i < n; i++) {
        CLEANUP(buf_release) struct buf roles = BUF_INIT;
        for (size_t k = 0; k < choice[i].role_n; k++) {
            count_role(sum, choice[i].roles[k]);
            buf_printf(&roles, "%s%s", k ? ", " : "", choice[i].roles[k]);
        }
        if (choice[i].name && choice[i].role_n)
            sum->credit[sum->credit_n++] = (struct ledger_credit){
                .name = choice[i].name, .roles = arena_copy(w->arena, buf_view(&roles))};
    }
}

/* Who wrote anything in a phase: the statement gives each author's kinds side by side. */
static bool count_people(struct walk *w, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf last = BUF_INIT;
    bool seen[LEDGER_PHASES + 1] = {false};
    bool row;
    if (!store_stmt(record_store(w->record), SQL_LEDGER_AUTHORS, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row)
            return true;
        if (!str_eq(row_blob(stmt, 0), buf_view(&last))) {
            memset(seen, 0, sizeof seen);
            buf_clear(&last);
            buf_str(&last, row_blob(stmt, 0));
        }
        CLEANUP(buf_release) struct buf kind = BUF_INIT;
        buf_str(&kind, row_text(stmt, 1));
        size_t phase = ledger_phase_of_kind(kind.at);
        if (phase < LEDGER_PHASES && !seen[phase])
            w->sum->phase_people[phase]++;
        seen[phase] = true;
    }
    return false;
}

/* Positions that a decision took down, all four kinds together. */
static void take_decision(struct walk *w, const struct entry *entry)
{
    const json_t *counts = json_object_get(entry->body, "positions");
    struct ledger_decision decision = {.id = entry->id};
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)counts, key, value)
    {
        json_int_t n = json_integer_value(value);
        decision.positions += n > 0 && n < 1000000000 ? (uint64_t)n : 0;
    }
    buf_add(&w->decision, &decision, sizeof decision);
}

/* A verdict about a model says how it would have gone without one; one about the world does not. */
static void take_verdict(struct walk *w, const struct entry *entry)
{
    const json_t *without = json_object_get(entry->body, "baseline");
    json_int_t rows = json_integer_value(json_object_get(entry->body, "rows"));
    if (without && !json_is_null(without) && rows > 0)
        add(&w->sum->rows_judged, (uint64_t)rows);
}

/* --- permission and licence --------------------------------------------------------------- */

static void count_licence(struct walk *w, const char *licence)
{
    struct ledger_licence one;
    for (size_t at = 0; at < w->licence.n; at += sizeof one) {
        memcpy(&one, w->licence.at + at, sizeof one);
        if (strcmp(one.licence, licence) != 0)
            continue;
        one.entries++;
        memcpy(w->licence.at + at, &one, sizeof one);
        return;
    }
    one = (struct ledger_licence){.licence = arena_copy(w->arena, str_of(licence)), .entries = 1};
    buf_add(&w->licence, &one, sizeof one);
}

/* Returns whether it may be published. */
static bool take_permission(struct walk *w, const json_t *body)
{
    const json_t *list = json_object_get(body, "permission");
    const char *licence = json_text(body, "licence");
    bool open = false;
    bool train = false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *purpose = json_string_value(json_array_get(list, i));
        open = open || (purpose && strcmp(purpose, "publication") == 0);
        train = train || (purpose && strcmp(purpose, "training") == 0);
    }
    w->sum->entries++;
    w->sum->open += open;
    w->sum->may_train += train;
    w->sum->without_permission += json_array_size(list) == 0;
    if (licence)
        count_licence(w, licence);
    return open;
}

/* --- the walk ----------------------------------------------------------------------------- */

static void take(struct walk *w, const struct entry *entry)
{
    static const struct {
        const struct kind *kind;
        void (*take)(struct walk *w, const struct entry *entry);
    } takes[] = {{&ledger_booking_kind, take_booking},
                 {&ledger_hours_kind, take_hours},
                 {&ledger_credit_kind, take_credit},
                 {&ledger_grid_kind, take_grid}};
    struct err ignored = {0};
    if (entry->presence != BODY_PRESENT)
        return;
    bool open = take_permission(w, entry->body);
    if (strcmp(entry->header.kind, "decision") == 0)
        take_decision(w, entry);
    if (strcmp(entry->header.kind, "verdict") == 0)
        take_verdict(w, entry);
    if (w->readers == LEDGER_FOR_ALL && !open &&
        strcmp(entry->header.kind, ledger_hours_kind.name) != 0)
        return;
    for (size_t i = 0; i < COUNT_OF(takes); i++)
        if (strcmp(entry->header.kind, takes[i].kind->name) == 0 &&
            takes[i].kind->check(entry->body, entry->private, &ignored))
            takes[i].take(w, entry);
}

static bool walk_all(struct walk *w, struct err *err)
{
    struct ids ids;
    if (!record_ids(w->record, SQL_LEDGER_ENTRIES, NULL, w->arena, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n; i++) {
        CLEANUP(arena_release) struct arena arena = {NULL};
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(w->record, &ids.at[i], &arena, &entry, err))
            return false;
        take(w, &entry);
    }
    return true;
}

static bool count_withdrawn(struct walk *w, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record_store(w->record), SQL_LEDGER_WITHDRAWN, &stmt, err) ||
        !stmt_step(stmt, &row, err))
        return false;
    w->sum->withdrawn = row ? (uint64_t)row_int(stmt, 0) : 0;
    w->sum->withdrawn_rows = row ? (uint64_t)row_int(stmt, 1) : 0;
    return true;
}

static void sum_energy(struct ledger *sum)
{
    for (size_t i = 0; i < sum->line_n; i++) {
        const struct ledger_line *line = &sum->line[i];
        sum->energy.acts += line->acts;
        sum->energy.known += line->energy_known;
        sum->energy.cpu_ms += line->cpu_ms;
        sum->energy.mj += line->energy_mj;
        sum->energy.low_mj += line->low_mj;
        sum->energy.high_mj += line->high_mj;
    }
}

static void finish(struct walk *w)
{
    struct ledger *sum = w->sum;
    sum->device = keep(w, &w->device, sizeof *sum->device, &sum->device_n);
    sum->note = keep(w, &w->note, sizeof *sum->note, &sum->note_n);
    sum->material = keep(w, &w->material, sizeof *sum->material, &sum->material_n);
    sum->decision = keep(w, &w->decision, sizeof *sum->decision, &sum->decision_n);
    sum->licence = keep(w, &w->licence, sizeof *sum->licence, &sum->licence_n);
    for (size_t i = 0; i < sum->device_n; i++)
        if (sum->device[i].computer)
            sum->computer = &sum->device[i];
    weigh_travel(&sum->so_far);
    weigh_travel(&sum->a_year);
    sum_hours(w);
    sum_credit(w);
    sum_energy(sum);
}

bool ledger_read(struct record *record, enum ledger_for readers, struct arena *arena,
                 struct ledger *ret, struct err *err)
{
    CLEANUP(release)
    struct walk w = {.record = record, .arena = arena, .readers = readers, .sum = ret};
    struct member *members;
    size_t people;
    *ret = (struct ledger){.grid = *grid_of("DE")};
    if (!ledger_lines(record, arena, &ret->line, &ret->line_n, err) ||
        !member_list(record, arena, &members, &people, err) || !walk_all(&w, err) ||
        !count_people(&w, err) || !count_withdrawn(&w, err) ||
        !file_size(store_path(record_store(record)), &ret->bytes, err))
        return false;
    ret->people = people;
    finish(&w);
    return true;
}
