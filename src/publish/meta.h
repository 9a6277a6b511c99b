/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meta: the descriptions of a public folder that catalogues, archives and programs read.
 *
 * Everything in them comes from public entries, from files that lie in the folder already, and from
 * what people said (facts.h). What nobody said is left out, or stands there as "not said" where the
 * form demands the place. Texts are in the language in which they were typed; what we add to them
 * is in English, but for the datasheet and the cards, which are there twice.
 *
 * | file | form |
 * |---|---|
 * | data/datapackage.json | Data Package 2.0 (2024) |
 * | data/record.csv | every entry: count, kind, id, state, file |
 * | ro-crate-metadata.json | RO-Crate 1.2 (2025), trainings as CreateAction |
 * | croissant.json | Croissant 1.1 with RAI 1.0 |
 * | CITATION.cff | Citation File Format 1.2.0 |
 * | datacite.json | DataCite 4.6, JSON as its REST interface takes it |
 * | model/I.md, model/I_de.md | model card: Mitchell et al. 2019, with the header that hubs read |
 * | datasheet_L.md | Gebru et al. 2021 |
 * | species/, species.zip | Darwin Core text archive: meta.xml, eml.xml, occurrence.csv |
 * | data/places.geojson | RFC 7946 |
 * | bagit.txt, … | BagIt 1.0, RFC 8493: the folder is a bag, data/ its payload |
 *
 * SOURCE: research/ecosystem.md, section 4, with versions and mandatory members.
 */
#ifndef PUBLISH_META_H
#define PUBLISH_META_H

#include "ledger/ledger.h"
#include "publish/site.h"
#include "publish/site_int.h"

/* A file with rows that goes out. */
struct meta_table {
    const struct public_entry *import; /* the first entry with its rows */
    const struct public_view *view;    /* NULL: the file of an import, as it is */
    const char *name;
    const char *path;        /* data/… */
    const json_t *columns;   /* [{"name","type"}], as imports say them */
    const json_t *missing;   /* texts that mean "missing"; NULL: none */
    const json_t *dialect;   /* as the import says; NULL: ours */
    const char *licence;     /* SPDX */
    struct folder_file file; /* a copy: the list grows */
    json_int_t rows;
    json_int_t taken_back;
};

struct meta {
    const struct site_job *job;
    const struct publish_plan *plan;
    struct arena *arena;
    struct folder *folder;
    const char *day;
    const char *title;
    const char *licence;         /* SPDX, of the project */
    const char *summary;         /* what was said, else what was asked, else the title */
    const char *project;         /* its id, 64 digits */
    struct meta_table *table;    /* (table_n) */
    const struct ledger *ledger; /* what it took, as far as outsiders may know */
    json_t *made;                /* owned: columns of views */
    size_t table_n;
};

/* Put all of them. ERR_IO as the system says. */
bool meta_files(const struct site_job *job, struct err *err) MUST_USE;

/* Is this column there in the file, and not computed from another one? */
bool meta_is_column(const json_t *column);

/* "https://spdx.org/licenses/X.html"; in the arena. */
const char *meta_licence_url(const struct meta *m, const char *licence);

/* The people to be named: [{"name","orcid"?}], the ORCID as an address; where nobody said
 * it, the members together. New. */
json_t *meta_creators(const struct meta *m);

/* Put a fact under a key, if somebody said it. */
void meta_put_fact(const struct meta *m, json_t *object, const char *key, const char *fact);

/* Write a JSON file with line ends, members in the order in which they were put. Takes value. */
bool meta_put_json(const struct meta *m, const char *path, json_t *value, struct err *err) MUST_USE;

/* Append a value as YAML 1.2, block by block, texts in double quotes. indent: in blanks. */
void meta_yaml(json_t *value, unsigned indent, struct buf *out);

/* The field of a form that a column of its table (FORM or FORM.REPEAT) is, as the form's body has
 * it; NULL if there is none in public. */
const json_t *meta_form_field(const struct meta *m, struct str table, struct str column);

/* Which public columns of a table hold latitude and longitude: the only ones that are named so,
 * else the first place of a form (NAME_lat, NAME_lon). False: there are none. */
bool meta_place_columns(const struct public_view *view, size_t *ret_latitude,
                        size_t *ret_longitude) MUST_USE;

/* Each puts its files. */
bool meta_record(const struct meta *m, struct err *err) MUST_USE;
bool meta_datapackage(const struct meta *m, struct err *err) MUST_USE;
bool meta_crate(const struct meta *m, struct err *err) MUST_USE;
bool meta_croissant(const struct meta *m, struct err *err) MUST_USE;
bool meta_cite(const struct meta *m, struct err *err) MUST_USE;
bool meta_cards(const struct meta *m, struct err *err) MUST_USE;
bool meta_datasheet(const struct meta *m, struct err *err) MUST_USE;
bool meta_species(const struct meta *m, struct err *err) MUST_USE;
bool meta_places(const struct meta *m, struct err *err) MUST_USE;
bool meta_bag(const struct meta *m, struct err *err) MUST_USE;

#endif
