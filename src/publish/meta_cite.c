/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CITATION.cff and datacite.json. SOURCE: Citation File Format 1.2.0 (2021), schema guide; DataCite
 * Metadata Schema 4.6, with its standard values for what is unknown (appendix 3). */
#include <string.h>

#include "publish/facts.h"
#include "publish/meta.h"

static bool citation(const struct meta *m, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    CLEANUP(json_release)
    json_t *cff = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:s}", "cff-version", "1.2.0", "message",
                            "Please cite this as below.", "type", "dataset", "title", m->title,
                            "abstract", m->summary, "authors", meta_creators(m), "date-released",
                            m->day, "license", m->licence);
    json_object_set_new(cff, "identifiers",
                        json_pack("[{s:s,s:s,s:s}]", "type", "other", "value", m->project,
                                  "description", "Allmende project"));
    meta_yaml(cff, 0, &text);
    return folder_put(m->folder, "CITATION.cff", buf_view(&text), err);
}

/* What it is made of: data, or only what was written down. */
static const char *general_type(const struct meta *m)
{
    return m->table_n ? "Dataset" : m->plan->models ? "Model" : "Text";
}

static json_t *descriptions(const struct meta *m)
{
    static const char *const method[] = {"collection", "labelling", "cleaning"};
    json_t *list =
        json_pack("[{s:s,s:s}]", "descriptionType", "Abstract", "description", m->summary);
    for (size_t i = 0; i < COUNT_OF(method); i++) {
        const char *said = facts_said(m->plan, method[i]);
        if (said)
            json_array_append_new(
                list, json_pack("{s:s,s:s}", "descriptionType", "Methods", "description", said));
    }
    return list;
}

/* Creators as DataCite wants them. */
static json_t *creators(const struct meta *m)
{
    json_t *list = meta_creators(m);
    json_t *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        const char *orcid = json_text(one, "orcid");
        if (orcid)
            json_object_set_new(one, "nameIdentifiers",
                                json_pack("[{s:s,s:s,s:s}]", "nameIdentifier", orcid,
                                          "nameIdentifierScheme", "ORCID", "schemeUri",
                                          "https://orcid.org"));
        json_object_del(one, "orcid");
    }
    return list;
}

/* Those who chose to be named, by the nearest of DataCite's words for their roles. */
static json_t *contributors(const struct meta *m)
{
    static const char *const known[][2] = {{"data-curation", "DataCurator"},
                                           {"project-administration", "ProjectManager"},
                                           {"supervision", "Supervisor"}};
    json_t *list = json_array();
    for (size_t i = 0; i < m->ledger->credit_n; i++) {
        const struct ledger_credit *credit = &m->ledger->credit[i];
        const char *type = "ProjectMember";
        for (size_t k = 0; k < COUNT_OF(known); k++)
            if (strcmp(credit->roles, known[k][0]) == 0)
                type = known[k][1];
        json_array_append_new(
            list, json_pack("{s:s,s:s}", "name", credit->name, "contributorType", type));
    }
    return list;
}

static bool datacite(const struct meta *m, struct err *err)
{
    const char *publisher = facts_said(m->plan, "publisher");
    const char *period = facts_said(m->plan, "period");
    const char *place = facts_said(m->plan, "place");
    const char *funding = facts_said(m->plan, "funding");
    json_t *dates = json_pack("[{s:s,s:s}]", "date", m->day, "dateType", "Issued");
    json_t *out = json_pack(
        "{s:s,s:[{s:s,s:s}],s:{s:s,s:s},s:o,s:[{s:s}],s:{s:s},s:s#}", "schemaVersion",
        "http://datacite.org/schema/kernel-4", "alternateIdentifiers", "alternateIdentifier",
        m->project, "alternateIdentifierType", "Allmende project", "types", "resourceTypeGeneral",
        general_type(m), "resourceType", "Citizen science project", "creators", creators(m),
        "titles", "title", m->title, "publisher", "name", publisher ? publisher : ":unav",
        "publicationYear", m->day, (size_t)4);
    if (period)
        json_array_append_new(dates,
                              json_pack("{s:s,s:s}", "date", period, "dateType", "Collected"));
    json_object_set_new(out, "dates", dates);
    if (m->ledger->credit_n)
        json_object_set_new(out, "contributors", contributors(m));
    if (place)
        json_object_set_new(out, "geoLocations", json_pack("[{s:s}]", "geoLocationPlace", place));
    if (funding)
        json_object_set_new(out, "fundingReferences", json_pack("[{s:s}]", "funderName", funding));
    json_object_set_new(out, "rightsList",
                        json_pack("[{s:s,s:s,s:s,s:s}]", "rights", m->licence, "rightsUri",
                                  meta_licence_url(m, m->licence), "rightsIdentifier", m->licence,
                                  "rightsIdentifierScheme", "SPDX"));
    json_object_set_new(out, "descriptions", descriptions(m));
    return meta_put_json(m, "datacite.json", out, err);
}

bool meta_cite(const struct meta *m, struct err *err)
{
    return citation(m, err) && datacite(m, err);
}
