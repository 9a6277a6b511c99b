/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/try_read.h"

#include <string.h>

enum { CATEGORIES_MAX = 3 };

/* A smaller file is read by one thread, unless somebody says otherwise. */
enum { BYTES_FOR_THREADS = 1 << 20 };
static const uint64_t DECODED_MAX_BYTES = UINT64_C(16) << 30;

/* The names that were typed, or NULL for those of the file. */
struct names {
    struct str *at; /* (n) */
    size_t n;
    bool none; /* the file has no line with names */
};

/* Columns that must be categories even where they look like numbers. */
static size_t wanted_categories(const struct try_request *q, bool classes,
                                struct str ret[CATEGORIES_MAX])
{
    struct str split = str_of(q->split);
    size_t n = 0;
    if (q->group)
        ret[n++] = str_of(q->group);
    if (classes)
        ret[n++] = str_of(q->target);
    if (q->split)
        str_cut(&split, '=', &ret[n++]);
    return n;
}

static bool open_file(const struct try_request *q, const char *path, struct arena *arena,
                      struct sources *ret, struct err *err)
{
    const struct sources_request request = {
        .path = path, .sheet = q->sheet, .max_bytes = DECODED_MAX_BYTES, .cancelled = q->cancelled};
    return sources_open(&request, arena, ret, err);
}

bool try_open(const struct try_request *q, struct arena *arena, struct try_tables *ret,
              struct err *err)
{
    size_t files = q->data_n + (q->test_file != NULL);
    struct sources *file = arena_get(arena, files, sizeof *file);
    *ret = (struct try_tables){.n = 0};
    for (size_t i = 0; i < files; i++) {
        if (!open_file(q, i < q->data_n ? q->data[i] : q->test_file, arena, &file[i], err))
            return false;
        ret->n += file[i].n;
    }
    if (q->test_file)
        ret->test_n = file[files - 1].n;
    ret->source = arena_get(arena, ret->n, sizeof(struct source *));
    size_t n = 0;
    for (size_t i = 0; i < files; i++)
        for (size_t s = 0; s < file[i].n; s++)
            ret->source[n++] = &file[i].source[s];
    return true;
}

static bool open_part(const struct source *source, struct csv_dialect *dialect,
                      struct columns_part *ret, struct err *err)
{
    ret->bytes = &source->bytes;
    ret->options.dialect = dialect;
    return source_dialect(source, dialect, err);
}

static struct names typed_names(const struct try_request *q, struct arena *arena)
{
    struct names names = {.at = NULL};
    names.none = q->names && strcmp(q->names, "none") == 0;
    if (q->names && !names.none)
        names.n = try_list(arena, q->names, &names.at);
    return names;
}

static struct str *typed_texts(const char *const *typed, size_t n, struct arena *arena)
{
    struct str *texts = arena_get(arena, n, sizeof *texts);
    for (size_t i = 0; i < n; i++)
        texts[i] = str_of(typed[i]);
    return texts;
}

bool try_read(const struct try_request *q, const struct try_tables *tables, bool classes,
              struct arena *arena, struct try_table *ret, struct err *err)
{
    size_t files = tables->n;
    struct columns_part *part = arena_get(arena, files, sizeof *part);
    struct csv_dialect *dialect = arena_get(arena, files, sizeof *dialect);
    struct str *category = arena_get(arena, CATEGORIES_MAX, sizeof *category);
    size_t category_n = wanted_categories(q, classes, category);
    struct names names = typed_names(q, arena);
    uint64_t bytes = 0;
    struct str *missing = typed_texts(q->missing, q->missing_n, arena);
    struct str *dates = typed_texts(q->dates, q->dates_n, arena);
    for (size_t i = 0; i < files; i++) {
        if (!open_part(tables->source[i], &dialect[i], &part[i], err))
            return false;
        dialect[i].header = dialect[i].header && !names.none;
        bytes += part[i].bytes->n;
        part[i].options = (struct columns_options){.dialect = &dialect[i],
                                                   .missing = missing,
                                                   .missing_n = q->missing_n,
                                                   .dates = dates,
                                                   .dates_n = q->dates_n,
                                                   .names = names.at,
                                                   .names_n = names.n,
                                                   .as_category = category,
                                                   .as_category_n = category_n};
    }
    struct columns_stop *stop = arena_get(arena, 1, sizeof *stop);
    stop->cancelled = q->cancelled;
    struct cluster cluster = q->cluster;
    if (cluster.threads == 0 && bytes >= BYTES_FOR_THREADS)
        cluster.threads = cluster_processors();
    const struct columns_request request = {.part = part,
                                            .parts = files,
                                            .cluster = &cluster,
                                            .memory_bytes = COLUMNS_MEMORY_BYTES,
                                            .step = columns_go_on,
                                            .context = stop};
    if (!columns_open(&request, arena, &ret->columns, err))
        return false;
    ret->first_test_row = ret->columns.table.rows;
    for (size_t i = files - tables->test_n; i < files; i++)
        ret->first_test_row -= ret->columns.part_rows[i];
    return true;
}

/* --- the file of a split ---------------------------------------------------------------------- */

struct str try_list_path(const char *split)
{
    struct str rest = str_of(split);
    struct str path;
    str_cut(&rest, ':', &path);
    return path;
}

bool try_read_list(const char *split, struct arena *arena, struct columns *ret, size_t *ret_column,
                   struct err *err)
{
    struct str rest = str_of(split);
    struct str path;
    struct columns_part part = {.bytes = NULL};
    struct csv_dialect dialect;
    struct sources file;
    str_cut(&rest, ':', &path);
    struct str column = rest.at ? rest : STR("split");
    const char *name = arena_copy(arena, path);
    const struct try_request plain = {.sheet = NULL};
    if (!open_file(&plain, name, arena, &file, err))
        return false;
    if (file.n != 1)
        return FAIL(err, ERR_INPUT, _("Unpack it and take the list itself."),
                    _("%s holds several tables; the list must be a single one."), name);
    if (!open_part(&file.source[0], &dialect, &part, err))
        return false;
    part.options.as_category = &column;
    part.options.as_category_n = 1;
    const struct columns_request request = {.part = &part, .parts = 1, .memory_bytes = UINT64_MAX};
    if (!columns_open(&request, arena, ret, err))
        return false;
    *ret_column = table_find(&ret->table, column);
    return *ret_column < ret->table.column_n ||
           FAIL(err, ERR_INPUT, _("Name the column behind the file: FILE.csv:COLUMN"),
                _("%s has no column \"%.*s\"."), name, STR_ARG(column));
}
