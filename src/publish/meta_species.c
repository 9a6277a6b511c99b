/* SPDX-License-Identifier: GPL-3.0-or-later */
/* species/ and, as one file, species.zip: a Darwin Core text archive of the public rows of every
 * table that has a column scientificName and one of days. Columns that are called as Darwin Core
 * calls them (in any case, with _ or without) go over under that term, places by what they are, and
 * what a form knows of a field: who observed (as a number), effort with its unit, absence as
 * occurrenceStatus. All others stay in data/, and so do rows without a name.
 *
 * basisOfRecord, where no column says it, is "HumanObservation" of a form that people fill in and
 * "Occurrence" of all else: whether a person or a device observed is not ours to say. A day that is
 * not written as ISO 8601 goes over as verbatimEventDate. Where places were made coarse or columns
 * left out, each row says so.
 * SOURCE: Darwin Core Text Guide (TDWG 2023); Darwin Core terms; EML 2.2, GBIF profile.
 */
#include <ctype.h>
#include <string.h>

#include "base/template.h"
#include "publish/meta.h"
#include "publish/zip.h"
#include "read/csv_put.h"
#include "read/header.h"

/* The first ones are what we put; a column is called as one of the others. */
enum term {
    OCCURRENCE_ID,
    BASIS,
    NAME,
    EVENT_DATE,
    VERBATIM_DATE,
    LATITUDE,
    LONGITUDE,
    METRES,
    DATUM,
    GENERALIZED,
    WITHHELD,
    STATUS,
    EFFORT,
    RECORDED_BY,
    EVENT_TIME
};
static const char *const terms[] = {"occurrenceID",
                                    "basisOfRecord",
                                    "scientificName",
                                    "eventDate",
                                    "verbatimEventDate",
                                    "decimalLatitude",
                                    "decimalLongitude",
                                    "coordinateUncertaintyInMeters",
                                    "geodeticDatum",
                                    "dataGeneralizations",
                                    "informationWithheld",
                                    "occurrenceStatus",
                                    "samplingEffort",
                                    "recordedBy",
                                    "eventTime",
                                    "vernacularName",
                                    "individualCount",
                                    "sex",
                                    "lifeStage",
                                    "behavior",
                                    "eventID",
                                    "parentEventID",
                                    "locationID",
                                    "samplingProtocol",
                                    "sampleSizeValue",
                                    "sampleSizeUnit",
                                    "habitat",
                                    "locality",
                                    "countryCode",
                                    "taxonRank",
                                    "kingdom",
                                    "identifiedBy"};
enum { TERMS = COUNT_OF(terms) };

/* One table: which column a term is; SIZE_MAX: none. */
struct mapping {
    const struct meta *meta;
    const struct public_view *view;
    size_t column[TERMS];
    const char *always[TERMS]; /* what every row says; NULL: nothing */
    bool absence;              /* the column of STATUS is one of a form: yes means absent */
    const char *unit;          /* of a form's effort, or NULL */
    bool *used;                /* (TERMS) in any table */
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
    if (str_eq(name, STR("place_uncertainty_m")))
        return METRES;
    return same_name(name, "date") || same_name(name, "datum") ? (size_t)EVENT_DATE : TERMS;
}

/* Which term a column is by what its form says of it, TERMS if none. */
static size_t term_of_field(struct mapping *m, const json_t *field)
{
    static const struct {
        const char *type;
        enum term term;
    } known[] = {{"date", EVENT_DATE},    {"moment", EVENT_DATE}, {"time", EVENT_TIME},
                 {"person", RECORDED_BY}, {"effort", EFFORT},     {"absence", STATUS}};
    const char *type = json_text(field, "type");
    for (size_t i = 0; type && i < COUNT_OF(known); i++) {
        if (strcmp(type, known[i].type) != 0 || m->column[known[i].term] != SIZE_MAX)
            continue;
        if (known[i].term == EFFORT)
            m->unit = json_text(field, "unit");
        m->absence = m->absence || known[i].term == STATUS;
        return known[i].term;
    }
    return TERMS;
}

/* Places of a form are those of a receiver, so WGS84; of a table nobody said it. */
static void map_places(struct mapping *m, const struct str *name)
{
    if (!meta_place_columns(m->view, &m->column[LATITUDE], &m->column[LONGITUDE]))
        return;
    if (str_ends(name[m->column[LATITUDE]], STR("_lat")) &&
        header_place(name[m->column[LATITUDE]]) != PLACE_LATITUDE)
        m->always[DATUM] = "EPSG:4326";
}

/* What was made coarse, and whether anything is held back. */
static void map_losses(struct mapping *m)
{
    static const char *const cell[] = {"1", "0.1", "0.01", "0.001"};
    for (size_t c = 0; c < m->view->column_n; c++) {
        const struct view_column *column = &m->view->column[c];
        if (column->how == VIEW_CELL && column->digits < COUNT_OF(cell))
            m->always[GENERALIZED] = arena_printf(
                m->meta->arena, "Coordinates given as the centre of a cell of %s degrees",
                cell[column->digits]);
        if (column->how == VIEW_LEFT_OUT)
            m->always[WITHHELD] = "Columns that may not become public";
    }
}

/* Filled in by people alone: a form that names no device. */
static void map_basis(struct mapping *m, const struct str *name, size_t n)
{
    bool form = false;
    bool device = false;
    for (size_t c = 0; c < n; c++) {
        const json_t *field = meta_form_field(m->meta, m->view->request.table, name[c]);
        const char *type = json_text(field, "type");
        form = form || type;
        device = device || (type && strcmp(type, "deployment") == 0);
    }
    m->always[BASIS] = form && !device ? "HumanObservation" : "Occurrence";
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
    for (size_t c = 0; c < n; c++) {
        size_t t = term_of_field(m, meta_form_field(m->meta, m->view->request.table, name[c]));
        if (t < TERMS)
            m->column[t] = c;
    }
    map_places(m, name);
    map_basis(m, name, n);
    map_losses(m);
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
    if (from == SIZE_MAX && m->always[t])
        return str_of(m->always[t]);
    if (t == STATUS && m->absence)
        return str_eq(cell, STR("yes")) ? STR("absent") : STR("present");
    if (t == EVENT_DATE || t == VERBATIM_DATE)
        return is_iso(cell) == (t == EVENT_DATE) ? cell : STR("");
    return cell;
}

static bool add_row(void *context, const struct public_row *row, struct err *err)
{
    const struct mapping *m = context;
    (void)err;
    if (str_trim(row->cell[m->column[NAME]]).n == 0)
        return true;
    buf_text(m->out, hash_hex(&row->item).at);
    for (size_t t = OCCURRENCE_ID + 1; t < TERMS; t++) {
        if (!m->used[t])
            continue;
        CLEANUP(buf_release) struct buf cell = BUF_INIT;
        buf_str(&cell, cell_of(m, row, t));
        if (t == EFFORT && m->unit && cell.n)
            buf_printf(&cell, " %s", m->unit);
        buf_char(m->out, ',');
        csv_put_quoted(m->out, buf_view(&cell));
    }
    buf_char(m->out, '\n');
    return true;
}

/* Put a file into the folder and into the archive. */
static bool put_file(const struct meta *m, struct zip *zip, const char *name, struct str bytes,
                     struct err *err)
{
    if (!folder_put(m->folder, arena_printf(m->arena, "species/%s", name), bytes, err))
        return false;
    return zip_add(zip, name, bytes) ||
           FAIL(err, ERR_LIMIT,
                _("Publish the tables with species by themselves, a part at a time."),
                _("The Darwin Core archive would have more than 4 GiB."));
}

static bool put_page(const struct meta *m, struct zip *zip, const char *template, const char *name,
                     const json_t *context, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    template_page(template, context, &text);
    return put_file(m, zip, name, buf_view(&text), err);
}

static bool put_descriptions(const struct meta *m, struct zip *zip, const bool *used,
                             struct err *err)
{
    json_t *fields = json_array();
    CLEANUP(json_release) json_t *core = json_pack("{s:o}", "fields", fields);
    CLEANUP(json_release)
    json_t *about =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o}", "title", m->title, "summary", m->summary, "day",
                  m->day, "licence", m->licence, "licence_url", meta_licence_url(m, m->licence),
                  "project", m->project, "creators", meta_creators(m));
    for (size_t t = 0; t < TERMS; t++)
        if (used[t])
            json_array_append_new(fields,
                                  json_pack("{s:I,s:s}", "index",
                                            (json_int_t)json_array_size(fields), "term", terms[t]));
    return put_page(m, zip, "species_meta.xml", "meta.xml", core, err) &&
           put_page(m, zip, "species_eml.xml", "eml.xml", about, err);
}

static bool put_archive(const struct meta *m, const bool *used, struct str rows, struct err *err)
{
    CLEANUP(zip_release) struct zip zip = {.out = BUF_INIT};
    if (!put_descriptions(m, &zip, used, err) || !put_file(m, &zip, "occurrence.csv", rows, err))
        return false;
    zip_end(&zip);
    return folder_put(m->folder, "species.zip", buf_view(&zip.out), err);
}

bool meta_species(const struct meta *m, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    bool used[TERMS] = {[OCCURRENCE_ID] = true, [BASIS] = true, [VERBATIM_DATE] = true};
    struct mapping *mapping = arena_get(m->arena, m->plan->view_n, sizeof *mapping);
    size_t n = 0;
    for (size_t t = 0; t < m->plan->view_n; t++) {
        mapping[n] =
            (struct mapping){.meta = m, .view = &m->plan->view[t].view, .used = used, .out = &text};
        if (!map(&mapping[n]))
            continue;
        for (size_t k = 0; k < TERMS; k++)
            used[k] = used[k] || mapping[n].column[k] != SIZE_MAX || mapping[n].always[k];
        n++;
    }
    for (size_t k = 0; k < TERMS; k++)
        if (used[k])
            buf_printf(&text, "%s%s", k ? "," : "", terms[k]);
    buf_char(&text, '\n');
    for (size_t k = 0; k < n; k++)
        if (!public_view_rows(mapping[k].view, add_row, &mapping[k], err))
            return false;
    return n == 0 || put_archive(m, used, buf_view(&text), err);
}
