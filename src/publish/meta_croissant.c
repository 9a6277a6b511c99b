/* SPDX-License-Identifier: GPL-3.0-or-later */
/* croissant.json. SOURCE: MLCommons Croissant 1.1 (2026), Croissant RAI 1.0 (2024). */
#include <string.h>

#include "publish/facts.h"
#include "publish/meta.h"

/* The terms that the format defines, of its own name space. */
static const char *const terms[] = {
    "citeAs",   "column",      "extract",   "field",         "fileProperty", "fileObject",
    "fileSet",  "format",      "includes",  "isLiveDataset", "jsonPath",     "key",
    "md5",      "parentField", "path",      "recordSet",     "references",   "regex",
    "repeated", "replace",     "separator", "source",        "subField",     "transform"};

static json_t *context(const struct meta *m)
{
    json_t *ret =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:s,s:s},s:{s:s,s:s},s:{s:s,s:s}}", "@language",
                  "en", "@vocab", "https://schema.org/", "sc", "https://schema.org/", "cr",
                  "http://mlcommons.org/croissant/", "rai", "http://mlcommons.org/croissant/RAI/",
                  "dct", "http://purl.org/dc/terms/", "conformsTo", "dct:conformsTo", "data", "@id",
                  "cr:data", "@type", "@json", "examples", "@id", "cr:examples", "@type", "@json",
                  "dataType", "@id", "cr:dataType", "@type", "@vocab");
    for (size_t i = 0; i < COUNT_OF(terms); i++)
        site_text(ret, terms[i], arena_printf(m->arena, "cr:%s", terms[i]));
    return ret;
}

static json_t *file_object(const struct meta_table *table)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "@type", "cr:FileObject", "@id", table->path,
                     "name", table->path, "contentUrl", table->path, "encodingFormat", "text/csv",
                     "contentSize", "", "sha256", hash_hex(&table->file.hash).at);
}

static const char *data_type(const json_t *column)
{
    const char *type = json_text(column, "type");
    if (type && strcmp(type, "number") == 0)
        return "sc:Float";
    return "sc:Text"; /* days and times too: they stand there as people typed them */
}

static json_t *record_set(const struct meta *m, const struct meta_table *table)
{
    json_t *fields = json_array();
    json_t *column;
    size_t i;
    json_array_foreach(table->columns, i, column)
    {
        const char *name = json_text(column, "name");
        if (meta_is_column(column))
            json_array_append_new(
                fields, json_pack("{s:s,s:s,s:s,s:s,s:{s:{s:s},s:{s:s}}}", "@type", "cr:Field",
                                  "@id", arena_printf(m->arena, "%s/%zu", table->path, i), "name",
                                  name, "dataType", data_type(column), "source", "fileObject",
                                  "@id", table->path, "extract", "column", name));
    }
    return json_pack("{s:s,s:s,s:s,s:o}", "@type", "cr:RecordSet", "@id",
                     arena_printf(m->arena, "%s/rows", table->path), "name", table->name, "field",
                     fields);
}

/* How observations were named: as the record has it. */
static void put_labelling(const struct meta *m, json_t *out)
{
    json_t *rules = json_array();
    json_t *tools = json_array();
    for (size_t i = 0; i < m->plan->n; i++) {
        const struct public_entry *e = &m->plan->entry[i];
        const json_t *body = e->entry.body;
        if (site_is(e, "guideline"))
            json_array_append_new(
                rules, json_string(arena_printf(
                           m->arena, "%s Each person answers alone; %lld answers are enough.",
                           json_text(body, "question") ? json_text(body, "question") : "",
                           (long long)json_integer_value(json_object_get(body, "enough")))));
        if (site_is(e, "consensus"))
            json_array_append_new(
                tools, json_string(arena_printf(
                           m->arena, "%s: %lld observations from %lld answers",
                           json_text(body, "method") ? json_text(body, "method") : "",
                           (long long)json_integer_value(json_object_get(body, "items")),
                           (long long)json_integer_value(json_object_get(body, "answers")))));
    }
    if (json_array_size(rules)) {
        json_object_set(out, "rai:annotationsPerItem", rules);
        site_text(out, "rai:dataAnnotationPlatform", "Allmende");
    }
    if (json_array_size(tools))
        json_object_set(out, "rai:dataAnnotationAnalysis", tools);
    json_decref(rules);
    json_decref(tools);
}

static void put_rai(const struct meta *m, json_t *out)
{
    static const char *const from[][2] = {
        {"rai:dataCollection", "collection"},
        {"rai:dataCollectionTimeframe", "period"},
        {"rai:dataAnnotationProtocol", "labelling"},
        {"rai:dataPreprocessingProtocol", "cleaning"},
        {"rai:dataBiases", "gaps"},
        {"rai:dataLimitations", "not-for"},
        {"rai:dataUseCases", "uses"},
        {"rai:personalSensitiveInformation", "people"},
        {"rai:dataReleaseMaintenancePlan", "upkeep"},
    };
    for (size_t i = 0; i < COUNT_OF(from); i++)
        meta_put_fact(m, out, from[i][0], from[i][1]);
    put_labelling(m, out);
    json_t *harms = json_array();
    for (size_t i = 0; i < m->plan->n; i++) {
        const struct public_entry *e = &m->plan->entry[i];
        const char *harm = json_text(e->entry.body, "harm");
        if ((site_is(e, "question") || site_is(e, "sheet")) && harm)
            json_array_append_new(harms, json_string(harm));
    }
    if (json_array_size(harms))
        json_object_set(out, "rai:dataSocialImpact", harms);
    json_decref(harms);
}

static json_t *creators(const struct meta *m)
{
    const char *type = facts_said(m->plan, "creators") ? "sc:Person" : "sc:Organization";
    json_t *list = meta_creators(m);
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *one = json_array_get(list, i);
        site_text(one, "@type", type);
        site_text(one, "sameAs", json_text(one, "orcid"));
        json_object_del(one, "orcid");
    }
    return list;
}

bool meta_croissant(const struct meta *m, struct err *err)
{
    json_t *files = json_array();
    json_t *sets = json_array();
    for (size_t t = 0; t < m->table_n; t++) {
        json_t *file = file_object(&m->table[t]);
        site_text(file, "contentSize",
                  arena_printf(m->arena, "%llu B", (unsigned long long)m->table[t].file.bytes));
        json_array_append_new(files, file);
        json_array_append_new(sets, record_set(m, &m->table[t]));
    }
    json_t *out = json_pack(
        "{s:o,s:s,s:[s,s],s:s,s:s,s:s,s:s,s:o,s:s,s:o,s:o}", "@context", context(m), "@type",
        "sc:Dataset", "conformsTo", "http://mlcommons.org/croissant/1.1",
        "http://mlcommons.org/croissant/RAI/1.0", "name", m->title, "description", m->summary,
        "license", meta_licence_url(m, m->licence), "url", "index.html", "creator", creators(m),
        "datePublished", m->day, "distribution", files, "recordSet", sets);
    put_rai(m, out);
    return meta_put_json(m, "croissant.json", out, err);
}
