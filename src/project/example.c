/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated stream.
 *
 * What is true in it:
 *   1. Oxygen falls by 0.26 mg/l for each degree that the water is warmer.
 *   2. At each site the stoneflies are out at two of the four samplings, drawn by lot. Then there
 * are larvae below nine stones in ten, else below one in ten; more below cobbles than in sand.
 *   3. The eight stones of a sampling share their day and all that was measured.
 * 2 and 3 are the trap: whoever has seen some stones of a sampling knows the others by heart, but
 * of a place never seen only the little that the kind of stone tells.
 *
 * Measures are whole numbers in units of their last printed digit. Every draw has a stream of its
 * own and is found by its index, so one draw more would not change the others.
 *
 * Tried and dropped: stoneflies that stay at six of the sites for good. Twelve sites are then
 * twelve tosses of a coin, and every result hangs on which sites are set aside (figures:
 * docs/design/example-stream.md).
 */
#include "project/example.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "embedded.h"
#include "learn/rng.h"

enum {
    SITES = 12,
    ROUNDS = 4,
    SAMPLINGS = SITES * ROUNDS,
    STONES = 8,
    PEOPLE = 24,
    TEAM_MAX = 3,
    KINDS = 4
};

/* The streams of the random numbers. A shuffle needs up to 24 indices a number. */
enum {
    DRAW_LEVEL = 1,
    DRAW_BANK,
    DRAW_OUT,
    DRAW_ROUTE,
    DRAW_DAY,
    DRAW_TEAM,
    DRAW_THIRD,
    DRAW_MEASURE,
    DRAW_TURNED,
    DRAW_STONE,
    DRAW_LARVA
};

/* What is measured once at a sampling. */
enum { CONDUCTIVITY = 0, NITRATE, WIDTH, SHADE, WATER, OXYGEN, MEASURES };

static const char *const site_names[SITES] = {"Ahrn",  "Birk",  "Dorne", "Elsbach", "Furt", "Grund",
                                              "Halde", "Insel", "Kolk",  "Lohe",    "Tann", "Wehr"};
static const char *const person_names[PEOPLE] = {
    "Amina",  "Bruno", "Chiara", "Dmitri", "Eylem",  "Fatou", "Goran", "Hanna",
    "Ingrid", "Jamal", "Kasia",  "Luca",   "Mei",    "Nuria", "Olu",   "Petra",
    "Quinn",  "Ravi",  "Svea",   "Tomasz", "Ulrike", "Vera",  "Wanda", "Yusuf"};
static const char *const bank_names[KINDS] = {"alder", "meadow", "wall", "willow"};
static const char *const bed_names[KINDS] = {"cobble", "gravel", "rock", "sand"};

/* When the four rounds are, and how warm the water is then, in tenths of a degree. */
static const struct {
    const char *month;
    int water;
} rounds[ROUNDS] = {{"2024-04", 78}, {"2024-09", 139}, {"2025-06", 152}, {"2025-11", 61}};

/* A measure at a site: least + step * level, and up to `noise` either way at each sampling. The
 * levels 0 to 11 of each measure are dealt out to the sites. */
static const struct {
    const char *column;
    unsigned decimals;
    int least;
    int step;
    int noise;
} measures[MEASURES] = {
    [CONDUCTIVITY] = {"conductivity_us_cm", 0, 190, 34, 12},
    [NITRATE] = {"nitrate_mg_l", 1, 12, 9, 4},
    [WIDTH] = {"width_m", 1, 9, 4, 1},
    [SHADE] = {"shade_percent", 0, 4, 8, 4},
    [WATER] = {"water_temp_c", 1, -12, 2, 14}, /* on top of the season */
    [OXYGEN] = {"oxygen_mg_l", 1, 0, 0, 7},    /* below what the warmth takes away */
};

/* Below how many of a hundred stones there is a larva, by [out][what the stone is]. */
static const unsigned larvae[2][KINDS] = {{34, 8, 4, 1}, {99, 97, 95, 72}};

struct site {
    unsigned level[MEASURES];
    unsigned bank;
    bool out[ROUNDS]; /* the stoneflies are out */
};

struct sampling {
    unsigned site;
    unsigned round;
    unsigned day;
    unsigned team[TEAM_MAX];
    unsigned team_n;
    int value[MEASURES];
};

struct world {
    uint64_t seed;
    struct site site[SITES];
    struct sampling sampling[SAMPLINGS];
};

static unsigned draw(const struct world *w, unsigned stream, uint64_t index, unsigned n)
{
    return (unsigned)rng_below(w->seed, stream, index, n);
}

/* The numbers 0 … n - 1 in the order of the `number`-th shuffle of a stream. n <= PEOPLE.
 * SOURCE: Durstenfeld 1964, CACM 7(7), algorithm 235. */
static void shuffle(const struct world *w, unsigned stream, unsigned number, unsigned *ret,
                    unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        ret[i] = i;
    for (unsigned i = n - 1; i > 0; i--) {
        unsigned other = draw(w, stream, (uint64_t)number * PEOPLE + i, i + 1);
        unsigned kept = ret[i];
        ret[i] = ret[other];
        ret[other] = kept;
    }
}

static void make_sites(struct world *w)
{
    unsigned order[SITES];
    for (unsigned m = 0; m < MEASURES; m++) {
        shuffle(w, DRAW_LEVEL, m, order, SITES);
        for (unsigned s = 0; s < SITES; s++)
            w->site[s].level[m] = order[s];
    }
    shuffle(w, DRAW_BANK, 0, order, SITES);
    for (unsigned s = 0; s < SITES; s++)
        w->site[s].bank = order[s] % KINDS;
    for (unsigned s = 0; s < SITES; s++) {
        shuffle(w, DRAW_OUT, s, order, ROUNDS);
        for (unsigned r = 0; r < ROUNDS; r++)
            w->site[s].out[r] = order[r] < ROUNDS / 2;
    }
}

static void measure(const struct world *w, unsigned number, struct sampling *s)
{
    for (unsigned m = 0; m < MEASURES; m++) {
        unsigned noise = (unsigned)measures[m].noise;
        s->value[m] = measures[m].least + measures[m].step * (int)w->site[s->site].level[m] +
                      (int)draw(w, DRAW_MEASURE, (uint64_t)number * MEASURES + m, 2 * noise + 1) -
                      (int)noise;
    }
    s->value[WATER] += rounds[s->round].water;
    /* 13.8 mg/l at 0 degrees, 0.26 less for each degree, rounded to tenths */
    s->value[OXYGEN] += (13800 - 26 * s->value[WATER] + 50) / 100;
}

/* Two people each, so that everybody goes once a round, and a third one every other time. */
static void make_team(const struct world *w, unsigned number, struct sampling *s)
{
    unsigned order[PEOPLE];
    unsigned pair = 2 * (number % SITES);
    shuffle(w, DRAW_TEAM, s->round, order, PEOPLE);
    s->team[0] = order[pair];
    s->team[1] = order[pair + 1];
    /* One of the 22 others: steps of the circle that leave the pair out. */
    s->team[2] = order[(pair + 2 + draw(w, DRAW_THIRD, number, PEOPLE - 2)) % PEOPLE];
    s->team_n = 2 + number % 2;
}

static void make_samplings(struct world *w)
{
    unsigned route[SITES] = {0};
    for (unsigned i = 0; i < SAMPLINGS; i++) {
        struct sampling *s = &w->sampling[i];
        s->round = i / SITES;
        if (i % SITES == 0)
            shuffle(w, DRAW_ROUTE, s->round, route, SITES);
        s->site = route[i % SITES];
        s->day = 1 + 2 * (i % SITES) + draw(w, DRAW_DAY, i, 2);
        make_team(w, i, s);
        measure(w, i, s);
    }
}

static void put_value(struct buf *out, unsigned m, int value)
{
    if (measures[m].decimals == 0)
        buf_printf(out, ",%d", value);
    else
        buf_printf(out, ",%d.%d", value / 10, value % 10);
}

static void put_row(const struct world *w, unsigned number, unsigned stone, struct buf *out)
{
    const struct sampling *s = &w->sampling[number];
    const struct site *site = &w->site[s->site];
    uint64_t row = (uint64_t)number * STONES + stone;
    unsigned person = s->team[draw(w, DRAW_TURNED, row, s->team_n)];
    unsigned bed = draw(w, DRAW_STONE, row, KINDS);
    bool larva = draw(w, DRAW_LARVA, row, 100) < larvae[site->out[s->round]][bed];
    buf_printf(out, "%s,%s-%02u,%u,%s,%u", site_names[s->site], rounds[s->round].month, s->day,
               number + 1, person_names[person], stone + 1);
    for (unsigned m = 0; m < MEASURES; m++)
        put_value(out, m, s->value[m]);
    buf_printf(out, ",%s,%s,%s\n", bank_names[site->bank], bed_names[bed], larva ? "yes" : "no");
}

void example_stream_table(uint64_t seed, struct buf *out)
{
    struct world world = {.seed = seed};
    make_sites(&world);
    make_samplings(&world);
    buf_text(out, "site,date,sampling,person,stone");
    for (unsigned m = 0; m < MEASURES; m++)
        buf_printf(out, ",%s", measures[m].column);
    buf_text(out, ",bank,substrate,stonefly\n");
    for (unsigned i = 0; i < SAMPLINGS; i++)
        for (unsigned stone = 0; stone < STONES; stone++)
            put_row(&world, i, stone, out);
}

/* --- the folder --------------------------------------------------------------------------- */

/* True if the folder is not there, or holds nothing. */
static bool is_free(const char *path, struct err *err)
{
    bool empty = true;
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT || err_errno(err, _("read"), path);
    for (struct dirent *at = readdir(folder); at; at = readdir(folder))
        if (strcmp(at->d_name, ".") != 0 && strcmp(at->d_name, "..") != 0)
            empty = false;
    closedir(folder);
    return empty || FAIL(err, ERR_CONFLICT, _("Name a folder that does not exist yet."),
                         _("%s is not empty, and the example overwrites nothing."), path);
}

static bool write_into(const char *folder, const char *name, struct str bytes, unsigned mode,
                       struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    buf_printf(&path, "%s/%s", folder, name);
    return file_write(path.at, bytes, mode, err);
}

/* A file of pages/example/ as it stands. */
static struct str page(const char *name)
{
    const struct embedded_page *at = embedded_pages;
    while (at->name && strcmp(at->name, name) != 0)
        at++;
    BUG_IF(!at->name);
    return (struct str){at->text, at->n};
}

bool example_stream_write(const char *folder, uint64_t seed, struct err *err)
{
    CLEANUP(buf_release) struct buf table = BUF_INIT;
    example_stream_table(seed, &table);
    return is_free(folder, err) && file_folder(folder, 0755, err) &&
           write_into(folder, "simulated-samplings.csv", buf_view(&table), 0644, err) &&
           write_into(folder, "README.md", page("example/stream.md"), 0644, err) &&
           write_into(folder, "cycle.sh", page("example/stream.sh"), 0755, err);
}
