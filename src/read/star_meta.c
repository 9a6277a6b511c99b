/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/star_meta.h"

#include "read/csv_put.h"

enum { KIND = 0, ROW_TYPE, LOCATION, FIELDS, ENCLOSED, ENCODING, SKIP, ID };

void star_meta_release(struct star_meta *meta)
{
    buf_release(&meta->text);
    buf_release(&meta->fields);
}

static bool damaged(struct err *err, const char *what)
{
    return FAIL(err, ERR_INPUT, _("Correct meta.xml, or take the table in it by itself."),
                _("meta.xml: %s"), what);
}

static struct str attribute(struct star_meta *m, struct xml *xml, const char *name,
                            const char *otherwise)
{
    struct str value = xml_attribute(xml, "", name);
    return arena_str(m->arena, value.at ? value : str_of(otherwise));
}

static bool begin_table(struct star_meta *m, struct xml *xml, struct str name, struct err *err)
{
    if (m->table_n == STAR_TABLES_MAX)
        return damaged(err, _("too many tables."));
    for (size_t i = 0; i < STAR_CELLS; i++)
        m->table[i] = STR("");
    m->table[KIND] = arena_str(m->arena, name);
    m->table[ROW_TYPE] = attribute(m, xml, "rowType", "");
    m->table[FIELDS] = attribute(m, xml, "fieldsTerminatedBy", "");
    m->table[ENCLOSED] = attribute(m, xml, "fieldsEnclosedBy", "\"");
    m->table[ENCODING] = attribute(m, xml, "encoding", "UTF-8");
    m->table[SKIP] = attribute(m, xml, "ignoreHeaderLines", "0");
    buf_clear(&m->fields);
    return true;
}

static bool add_field(struct star_meta *m, struct xml *xml, struct err *err)
{
    const struct str fallback = xml_attribute(xml, "", "default");
    const struct str line[STAR_CELLS] = {STR("field"),
                                         attribute(m, xml, "index", ""),
                                         attribute(m, xml, "term", ""),
                                         fallback.at ? STR("1") : STR(""),
                                         fallback.at ? arena_str(m->arena, fallback) : STR(""),
                                         STR(""),
                                         STR(""),
                                         STR(""),
                                         STR("")};
    if (++m->field_n > STAR_FIELDS_MAX)
        return damaged(err, _("too many fields."));
    csv_put_line(&m->fields, line, STAR_CELLS);
    return true;
}

static bool on_begin(void *context, struct xml *xml, struct str name, struct err *err)
{
    struct star_meta *m = context;
    if (str_eq(name, STR("archive"))) {
        struct str metadata = xml_attribute(xml, "", "metadata");
        struct str line[STAR_CELLS];
        for (size_t i = 0; i < STAR_CELLS; i++)
            line[i] = STR("");
        line[0] = STR("metadata");
        line[1] = metadata.at ? metadata : STR("");
        m->is_archive = true;
        if (metadata.n)
            csv_put_line(m->out, line, STAR_CELLS);
        return true;
    }
    if (!m->is_archive)
        return damaged(err, _("it does not describe an archive of Darwin Core."));
    if (str_eq(name, STR("core")) || str_eq(name, STR("extension")))
        return begin_table(m, xml, name, err);
    if (str_eq(name, STR("field")))
        return add_field(m, xml, err);
    if (str_eq(name, STR("id")) || str_eq(name, STR("coreid")))
        m->table[ID] = attribute(m, xml, "index", "");
    m->in_location = str_eq(name, STR("location"));
    if (m->in_location && m->table[LOCATION].n)
        return damaged(err, _("a table in several files is not read."));
    buf_clear(&m->text);
    return true;
}

static bool on_end(void *context, struct str name, struct err *err)
{
    struct star_meta *m = context;
    (void)err;
    if (m->in_location)
        m->table[LOCATION] = arena_str(m->arena, str_trim(buf_view(&m->text)));
    m->in_location = false;
    if (!str_eq(name, STR("core")) && !str_eq(name, STR("extension")))
        return true;
    csv_put_line(m->out, m->table, STAR_CELLS);
    buf_str(m->out, buf_view(&m->fields));
    m->location[m->table_n++] = m->table[LOCATION];
    return true;
}

static bool on_text(void *context, struct str text, struct err *err)
{
    struct star_meta *m = context;
    (void)err;
    if (m->in_location && m->text.n < PACKED_NAME_MAX)
        buf_str(&m->text, text);
    return true;
}

bool star_describe(struct star_meta *meta, star_feed *feed, void *context, struct err *err)
{
    const struct xml_reader reader = {on_begin, on_end, on_text, meta};
    meta->location = arena_get(meta->arena, STAR_TABLES_MAX, sizeof *meta->location);
    CLEANUP(xml_release) struct xml *xml = xml_new(&reader, "meta.xml");
    return feed(context, xml_feed, xml, err) && xml_end(xml, err) &&
           (meta->table_n || damaged(err, _("it names no table.")));
}
