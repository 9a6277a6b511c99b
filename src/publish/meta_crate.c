/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ro-crate-metadata.json: every file, and how the models came out of the data. SOURCE: RO-Crate 1.2
 * (2025); Process Run Crate 0.5, CreateAction. Times of acts are private, so an action has none. */
#include <string.h>

#include "base/version.h"
#include "publish/facts.h"
#include "publish/meta.h"

static const char *format_of(struct str path)
{
    static const struct {
        const char *tail;
        const char *format;
    } known[] = {{".csv", "text/csv"},         {".json", "application/json"},
                 {".html", "text/html"},       {".md", "text/markdown"},
                 {".cff", "application/yaml"}, {".geojson", "application/geo+json"},
                 {".txt", "text/plain"},       {".xml", "application/xml"},
                 {".zip", "application/zip"}};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_ends(path, str_of(known[i].tail)))
            return known[i].format;
    return "application/octet-stream";
}

static json_t *reference(const char *id)
{
    return json_pack("{s:s}", "@id", id);
}

static void add_files(const struct meta *m, json_t *graph, json_t *parts)
{
    for (size_t i = 0; i < m->folder->file_n; i++) {
        const struct folder_file *file = &m->folder->file[i];
        json_array_append_new(parts, reference(file->path.at));
        json_array_append_new(
            graph, json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "@id", file->path.at, "@type", "File",
                             "name", file->path.at, "encodingFormat",
                             format_of(str_of(file->path.at)), "contentSize",
                             arena_printf(m->arena, "%llu", (unsigned long long)file->bytes),
                             "sha256", hash_hex(&file->hash).at));
    }
}

/* A training: from the tables that it names to its model. */
static void add_action(const struct meta *m, const struct public_entry *e, json_t *graph,
                       json_t *mentions)
{
    const json_t *data = json_object_get(e->entry.body, "data");
    json_t *objects = json_array();
    const char *id = arena_printf(m->arena, "#training-%.12s", hash_hex(&e->entry.id).at);
    for (size_t i = 0; i < json_array_size(data); i++) {
        const char *from = json_string_value(json_array_get(data, i));
        for (size_t t = 0; from && t < m->table_n; t++)
            if (strcmp(hash_hex(&m->table[t].import->entry.id).at, from) == 0)
                json_array_append_new(objects, reference(m->table[t].path));
    }
    json_array_append_new(mentions, reference(id));
    json_t *action = json_pack("{s:s,s:s,s:s,s:o,s:o,s:o}", "@id", id, "@type", "CreateAction",
                               "name", "Training", "instrument", reference("#allmende"), "object",
                               objects, "subjectOf", reference(e->path.at));
    if (e->blob[0].file.at[0])
        json_object_set_new(action, "result", reference(e->blob[0].file.at));
    json_array_append_new(graph, action);
}

/* Who is named, each an entity of its own. */
static json_t *add_creators(const struct meta *m, json_t *graph)
{
    const char *type = facts_said(m->plan, "creators") ? "Person" : "Organization";
    json_t *list = meta_creators(m);
    json_t *ids = json_array();
    json_t *one;
    size_t i;
    json_array_foreach(list, i, one)
    {
        const char *orcid = json_text(one, "orcid");
        const char *id = orcid ? orcid : arena_printf(m->arena, "#creator-%zu", i + 1);
        json_array_append_new(ids, reference(id));
        json_array_append_new(graph, json_pack("{s:s,s:s,s:s}", "@id", id, "@type", type, "name",
                                               json_text(one, "name")));
    }
    json_decref(list);
    return ids;
}

/* Those who chose to be named; their roles of CRediT in words, because RO-Crate has no term. */
static void add_credit(const struct meta *m, json_t *root, json_t *graph)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < m->ledger->credit_n; i++) {
        const char *id = arena_printf(m->arena, "#contributor-%zu", i + 1);
        json_array_append_new(ids, reference(id));
        json_array_append_new(
            graph, json_pack("{s:s,s:s,s:s,s:s}", "@id", id, "@type", "Person", "name",
                             m->ledger->credit[i].name, "description",
                             arena_printf(m->arena, "CRediT: %s", m->ledger->credit[i].roles)));
    }
    if (json_array_size(ids))
        json_object_set(root, "contributor", ids);
    json_decref(ids);
}

static void add_publisher(const struct meta *m, json_t *root, json_t *graph)
{
    const char *name = facts_said(m->plan, "publisher");
    if (!name)
        return;
    json_object_set_new(root, "publisher", reference("#publisher"));
    json_array_append_new(graph, json_pack("{s:s,s:s,s:s}", "@id", "#publisher", "@type",
                                           "Organization", "name", name));
}

bool meta_crate(const struct meta *m, struct err *err)
{
    const char *licence = meta_licence_url(m, m->licence);
    json_t *parts = json_array();
    json_t *mentions = json_array();
    json_t *graph = json_pack("[{s:s,s:s,s:{s:s},s:{s:s}}]", "@id", "ro-crate-metadata.json",
                              "@type", "CreativeWork", "about", "@id", "./", "conformsTo", "@id",
                              "https://w3id.org/ro/crate/1.2");
    json_t *root = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:s,s:o,s:o}", "@id", "./", "@type",
                             "Dataset", "name", m->title, "description", m->summary,
                             "datePublished", m->day, "license", reference(licence), "identifier",
                             m->project, "hasPart", parts, "mentions", mentions);
    json_array_append(graph, root);
    json_object_set_new(root, "creator", add_creators(m, graph));
    add_credit(m, root, graph);
    add_publisher(m, root, graph);
    json_array_append_new(graph, json_pack("{s:s,s:s,s:s}", "@id", licence, "@type", "CreativeWork",
                                           "name", m->licence));
    json_array_append_new(graph,
                          json_pack("{s:s,s:s,s:s,s:s}", "@id", "#allmende", "@type",
                                    "SoftwareApplication", "name", "Allmende", "version", VERSION));
    for (size_t i = 0; i < m->plan->n; i++)
        if (site_is(&m->plan->entry[i], "training"))
            add_action(m, &m->plan->entry[i], graph, mentions);
    add_files(m, graph, parts);
    json_decref(root);
    return meta_put_json(m, "ro-crate-metadata.json",
                         json_pack("{s:s,s:o}", "@context", "https://w3id.org/ro/crate/1.2/context",
                                   "@graph", graph),
                         err);
}
