/* SPDX-License-Identifier: GPL-3.0-or-later */
/* species/: a Darwin Core text archive of the public rows of every table that has a column
 * scientificName and one of days. Columns that are called as Darwin Core calls them (in any case,
 * with _ or without) go over under that term, places by what they are; all others stay in data/.
 * basisOfRecord is "Occurrence" where no column says it: whether a person or a machine observed is
 * not ours to say. A day that is not written as ISO 8601 goes over as verbatimEventDate.
 * SOURCE: Darwin Core Text Guide (TDWG 2023); Darwin Core terms; EML 2.2, GBIF profile.
 */
#include <ctype.h>
#include <string.h>

#include "base/template.h"
#include "publish/meta.h"
#include "read/csv_put.h"
#include "read/header.h"

/* The first ones are what we put; a column is called as one of the others. */
enum term { OCCURRENCE_ID, BASIS, NAME, EVENT_DATE, VERBATIM_DATE, LATITUDE, LONGITUDE, METRES };
static const char *const terms[] = {"occurrenceID",
                                    "basisOfRecord",
                                    "scientificName",
                                    "eventDate",
                                    "verbatimEventDate",
                                    "decimalLatitude",
                                    "decimalLongitude",
                                    "coordinateUncertaintyInMeters",
                                    "vernacularName",
                                    "individualCount",
                                    "sex",
                                    "lifeStage",
                                    "behavior",
                                    "occurrenceStatus",
                                    "eventID",
                                    "parentEventID",
                                    "locationID",
                                    "samplingProtocol",
                                    "samplingEffort",
                                    "sampleSizeValue",
                                    "sampleSizeUnit",
                                    "habitat",
                                    "locality",
                                    "countryCode",
                                    "eventTime",
                                    "taxonRank",
                                    "kingdom",
                                    "recordedBy",
                                    "identifiedBy"};
enum { TERMS = COUNT_OF(terms) };

/* One table: which column a term is; SIZE_MAX: none. */
struct mapping {
    const struct public_view *view;
    size_t column[TERMS];
    bool *used; /* (TERMS) in any table */
    struct buf *out;
};

static bool same_name(struct str name, const char *term)
{
    size_t k = 0;
    for (size_t i = 0; i < name.n; i++) {
        if (name.at[i] == '_' || name.at[i] == ' ')
            continue;
        if (tolower((unsigned char)name.at[i]) != tolower((unsigned char)term[k]))
            return false;
        k++;
    }
    return term[k] == '\0';
}

/* Which term a column is, TERMS if none. */
static size_t term_of(struct str name)
{
    for (size_t t = 0; t < TERMS; t++)
        if (t != OCCURRENCE_ID && t != VERBATIM_DATE && same_name(name, terms[t]))
            return t;
    if (header_place(name) == PLACE_LATITUDE)
        return LATITUDE;
    if (header_place(name) == PLACE_LONGITUDE)
        return LONGITUDE;
    if (str_eq(name, STR("place_uncertainty_m")))
        return METRES;
    return same_name(name, "date") || same_name(name, "datum") ? (size_t)EVENT_DATE : TERMS;
}

static bool map(struct mapping *m)
{
    size_t n;
    const struct str *name = public_view_names(m->view, &n);
    for (size_t t = 0; t < TERMS; t++)
        m->column[t] = SIZE_MAX;
    for (size_t c = 0; c < n; c++) {
        size_t t = term_of(name[c]);
        if (t < TERMS && m->column[t] == SIZE_MAX)
            m->column[t] = c;
    }
    return m->column[NAME] != SIZE_MAX && m->column[EVENT_DATE] != SIZE_MAX && m->view->rows > 0;
}

/* "2026-04-01", with or without a time behind it. */
static bool is_iso(struct str day)
{
    static const char form[] = "0000-00-00";
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (i >= day.n || (form[i] == '0' ? !isdigit((unsigned char)day.at[i]) : day.at[i] != '-'))
            return false;
    return day.n == sizeof form - 1 || day.at[sizeof form - 1] == 'T';
}

static struct str cell_of(const struct mapping *m, const struct public_row *row, size_t t)
{
    size_t from = t == VERBATIM_DATE ? m->column[EVENT_DATE] : m->column[t];
    struct str cell = from == SIZE_MAX ? STR("") : row->cell[from];
    if (t == BASIS && from == SIZE_MAX)
        return STR("Occurrence");
    if (t == EVENT_DATE || t == VERBATIM_DATE)
        return is_iso(cell) == (t == EVENT_DATE) ? cell : STR("");
    return cell;
}

static bool add_row(void *context, const struct public_row *row, struct err *err)
{
    const struct mapping *m = context;
    (void)err;
    buf_text(m->out, hash_hex(&row->item).at);
    for (size_t t = OCCURRENCE_ID + 1; t < TERMS; t++) {
        if (!m->used[t])
            continue;
        buf_char(m->out, ',');
        csv_put_quoted(m->out, cell_of(m, row, t));
    }
    buf_char(m->out, '\n');
    return true;
}

static bool put_page(const struct meta *m, const char *template, const char *path, json_t *context,
                     struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    template_page(template, context, &text);
    json_decref(context);
    return folder_put(m->folder, path, buf_view(&text), err);
}

static bool put_descriptions(const struct meta *m, const bool *used, struct err *err)
{
    json_t *fields = json_array();
    json_t *about = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "title", m->title, "summary", m->summary,
                              "day", m->day, "licence", m->licence, "project", m->project,
                              "creators", meta_creators(m));
    for (size_t t = 0; t < TERMS; t++)
        if (used[t])
            json_array_append_new(fields,
                                  json_pack("{s:I,s:s}", "index",
                                            (json_int_t)json_array_size(fields), "term", terms[t]));
    return put_page(m, "species_meta.xml", "species/meta.xml", json_pack("{s:o}", "fields", fields),
                    err) &&
           put_page(m, "species_eml.xml", "species/eml.xml", about, err);
}

bool meta_species(const struct meta *m, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    bool used[TERMS] = {[OCCURRENCE_ID] = true, [BASIS] = true, [VERBATIM_DATE] = true};
    struct mapping *mapping = arena_get(m->arena, m->plan->view_n, sizeof *mapping);
    size_t n = 0;
    for (size_t t = 0; t < m->plan->view_n; t++) {
        mapping[n] = (struct mapping){.view = &m->plan->view[t].view, .used = used, .out = &text};
        if (!map(&mapping[n]))
            continue;
        for (size_t k = 0; k < TERMS; k++)
            used[k] = used[k] || mapping[n].column[k] != SIZE_MAX;
        n++;
    }
    for (size_t k = 0; k < TERMS; k++)
        if (used[k])
            buf_printf(&text, "%s%s", k ? "," : "", terms[k]);
    buf_char(&text, '\n');
    for (size_t k = 0; k < n; k++)
        if (!public_view_rows(mapping[k].view, add_row, &mapping[k], err))
            return false;
    return n == 0 || (folder_put(m->folder, "species/occurrence.csv", buf_view(&text), err) &&
                      put_descriptions(m, used, err));
}
