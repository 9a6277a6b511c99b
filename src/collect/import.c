/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bringing a CSV file in, as one batch. The file is read twice, in pieces: once to find out what it
 * is, once into the project; it is never in memory as a whole. */
#include <string.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "base/mem.h"
#include "collect/collect_int.h"
#include "collect/form.h"
#include "read/describe.h"
#include "record/member.h"

/* What an import works with. */
struct importing {
    struct record *record;
    const struct import_draft *draft;
    struct arena *arena;
    struct bytes bytes;
    struct str table;
    struct str *missing; /* (draft->missing_n) */
    struct str *dates;   /* (draft->dates_n) */
    struct batch *batch; /* (batch_n) what is in the table already */
    size_t batch_n;
    struct str *name; /* (name_n) as given */
    size_t name_n;
    struct import_report *report;
    uint64_t written; /* bytes that are in the project */
};

/* --- the file ----------------------------------------------------------------------------- */

/* The bytes go into the log and from there into the file, if they are few; else into the file. */
static bool check_room(struct record *record, uint64_t bytes, struct err *err)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    const char *path = store_path(record_store(record));
    const uint64_t spare = UINT64_C(8) << 20;
    struct statvfs disk;
    file_parent(path, &folder);
    if (statvfs(folder.at, &disk) != 0)
        return err_errno(err, _("look at"), folder.at);
    uint64_t room = (uint64_t)disk.f_bavail * disk.f_frsize;
    const uint64_t log = bytes < STORE_LARGE_BYTES ? bytes : 0;
    uint64_t need = bytes + bytes / 128 + log + spare;
    return room >= need ||
           FAIL(err, ERR_IO, _("Make room on the disk, then try again."),
                _("The import needs %llu MB on the disk of %s, %llu are free."),
                (unsigned long long)(need >> 20), path, (unsigned long long)(room >> 20));
}

static void read_names(struct importing *in)
{
    const char *names = in->draft->names;
    struct str rest = str_of(names);
    struct str one;
    if (!names || strcmp(names, "none") == 0)
        return;
    in->name = arena_get(in->arena, rest.n + 1, sizeof *in->name);
    while (str_cut(&rest, ',', &one))
        in->name[in->name_n++] = str_trim(one);
}

static bool check_group(const struct importing *in, struct err *err)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    const struct table *table = &in->report->columns.table;
    const char *group = in->draft->group;
    if (!group || table_find(table, str_of(group)) < table->column_n)
        return true;
    if (in->draft->of_archive)
        return true;
    for (size_t c = 0; c < table->column_n && c < 30; c++)
        buf_printf(&names, "%s%.*s", c ? ", " : "", STR_ARG(table->column[c].name));
    return FAIL(err, ERR_INPUT, _("Name one of these columns with --group."),
                _("There is no column \"%s\". There are: %s."), group, names.at);
}

static bool check_role_column(const struct importing *in, const char *name, struct err *err)
{
    const struct table *table = &in->report->columns.table;
    return table_find(table, str_of(name)) < table->column_n ||
           FAIL(err, ERR_INPUT, _("Look at the names of the columns in the first line."),
                _("There is no column \"%s\" whose role could be said."), name);
}

static bool check_roles(const struct importing *in, struct err *err)
{
    json_t *roles = (json_t *)(uintptr_t)in->draft->roles;
    if (in->draft->of_archive)
        return true;
    for (void *at = json_object_iter(roles); at; at = json_object_iter_next(roles, at)) {
        const char *accuracy = json_text(json_object_iter_value(at), "accuracy");
        if (!check_role_column(in, json_object_iter_key(at), err) ||
            (accuracy && !check_role_column(in, accuracy, err)))
            return false;
    }
    return true;
}

/* Where a file does not tell the order of its dates, that of the files before it holds. */
static size_t expect(const struct importing *in, struct field_plan **ret)
{
    size_t n = 0;
    size_t most = 0;
    for (size_t b = 0; b < in->batch_n; b++)
        most += in->batch[b].column_n;
    *ret = arena_get(in->arena, most, sizeof **ret);
    for (size_t b = 0; b < in->batch_n; b++)
        for (size_t c = 0; c < in->batch[b].column_n; c++)
            if (in->batch[b].column[c].plan.time != TIME_NONE)
                (*ret)[n++] = in->batch[b].column[c].plan;
    return n;
}

/* The batches of the same table. */
static bool find_batches(struct importing *in, struct err *err)
{
    struct batch *all;
    size_t n;
    if (!collect_list(in->record, in->arena, &all, &n, err))
        return false;
    in->batch = arena_get(in->arena, n, sizeof *in->batch);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].table, in->table))
            in->batch[in->batch_n++] = all[i];
    return true;
}

static bool check_size(const struct importing *in, struct err *err)
{
    uint64_t limit = in->draft->blob_limit ? in->draft->blob_limit : BLOB_LIMIT_BYTES;
    return in->bytes.n <= limit ||
           FAIL(err, ERR_LIMIT, _("Split it into smaller ones, or allow more with --blob-limit."),
                _("%s has %llu MB; up to %llu MB go into the project."), in->draft->path,
                (unsigned long long)(in->bytes.n / 1000000), (unsigned long long)(limit / 1000000));
}

static bool was_stopped(const struct import_draft *draft, struct err *err)
{
    if (draft->cancelled && draft->cancelled())
        (void)FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
                   _("The import was stopped."));
    return err->code != ERR_NONE;
}

static void show_progress(const struct import_draft *draft, const char *what, uint64_t done,
                          uint64_t total)
{
    const uint64_t mega = 1000000;
    if (draft->progress)
        draft->progress(draft->context, what, done / mega, total / mega);
}

static bool survey_step(void *context, uint64_t done, uint64_t total)
{
    const struct importing *in = context;
    show_progress(in->draft, _("reading, MB"), done, total);
    return !in->draft->cancelled || !in->draft->cancelled();
}

static bool read_table(struct importing *in, struct err *err)
{
    struct csv_dialect *dialect = &in->report->dialect;
    struct str group = str_of(in->draft->group);
    struct field_plan *expected;
    size_t expected_n = expect(in, &expected);
    show_progress(in->draft, _("reading, MB"), 0, in->bytes.n);
    if (in->draft->source) {
        if (!source_dialect(in->draft->source, dialect, err))
            return false;
    } else if (!csv_propose_bytes(&in->bytes, dialect, err)) {
        return err_context(err, "%s", in->draft->path);
    }
    read_names(in);
    if (in->draft->names)
        dialect->header = false;
    const struct columns_part part = {.bytes = &in->bytes,
                                      .options = {.dialect = dialect,
                                                  .missing = in->missing,
                                                  .missing_n = in->draft->missing_n,
                                                  .dates = in->dates,
                                                  .dates_n = in->draft->dates_n,
                                                  .expected = expected,
                                                  .expected_n = expected_n,
                                                  .names = in->name,
                                                  .names_n = in->name_n,
                                                  .as_category = &group,
                                                  .as_category_n = in->draft->group != NULL}};
    const struct columns_request request = {
        .part = &part, .parts = 1, .types_only = true, .step = survey_step, .context = in};
    return columns_open(&request, in->arena, &in->report->columns, err) && check_group(in, err) &&
           check_roles(in, err);
}

/* --- what is there already ---------------------------------------------------------------- */

/* The same bytes, read side by side. */
static bool are_same(const struct bytes *a, const struct bytes *b, bool *ret, struct err *err)
{
    enum { WINDOW_BYTES = 1 << 20 };
    CLEANUP(mem_free) char *left = mem_get(WINDOW_BYTES, 1);
    CLEANUP(mem_free) char *right = mem_get(WINDOW_BYTES, 1);
    *ret = a->n == b->n;
    for (uint64_t at = 0; *ret && at < a->n;) {
        size_t n = a->n - at < WINDOW_BYTES ? (size_t)(a->n - at) : WINDOW_BYTES;
        if (!bytes_read(a, at, left, n, err) || !bytes_read(b, at, right, n, err))
            return false;
        *ret = memcmp(left, right, n) == 0;
        at += n;
    }
    return true;
}

/* Would the file, without the rows that were taken back, be what is there? Memory: the file twice.
 */
static bool is_same_emptied(const struct importing *in, const struct bytes *there,
                            const struct emptying_request *request, bool *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf here = BUF_INIT;
    CLEANUP(buf_release) struct buf emptied = BUF_INIT;
    uint64_t records;
    struct err ignored = {0};
    *ret = false;
    if (!bytes_front(&in->bytes, SIZE_MAX, &here, err))
        return false;
    if (!csv_empty(buf_view(&here), request, &emptied, &records, &ignored))
        return true;
    struct str rest = buf_view(&emptied);
    const struct bytes left = bytes_of_str(&rest);
    return are_same(&left, there, ret, err);
}

/* The same file again, or the same file of which rows were taken back: they must not come back by
 * the back door. */
static bool is_same(struct importing *in, const struct batch *batch, bool *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    struct bytes there;
    uint64_t *positions;
    size_t n;
    *ret = false;
    if (!record_entry(in->record, &batch->id, &arena, &entry, err))
        return false;
    if (entry.header.blob_n == 0 || entry.header.blob[0].bytes != in->bytes.n)
        return true;
    const struct import_place from = {in->record, &arena, record_blob_cache(&arena)};
    if (!withdraw_positions(in->record, &batch->id, &arena, &positions, &n, err) ||
        !import_bytes(&from, &batch->id, &there, err))
        return false;
    const struct emptying_request request = {&batch->dialect, positions, n};
    return n ? is_same_emptied(in, &there, &request, ret, err)
             : are_same(&in->bytes, &there, ret, err);
}

/* The columns that stand in the files; what is derived from them may differ. */
static bool same_columns(const struct table *table, const struct batch *batch)
{
    size_t c = 0, b = 0;
    while (c < table->column_n && table->column[c].derived.n == 0 && b < batch->column_n &&
           batch->column[b].plan.derived.n == 0 &&
           str_eq(table->column[c].name, batch->column[b].plan.name)) {
        c++;
        b++;
    }
    return (c == table->column_n || table->column[c].derived.n) &&
           (b == batch->column_n || batch->column[b].plan.derived.n);
}

static bool compare_with_batches(struct importing *in, struct err *err)
{
    const struct table *table = &in->report->columns.table;
    bool same;
    for (size_t i = 0; i < in->batch_n; i++) {
        const struct batch *batch = &in->batch[i];
        if (!same_columns(table, batch))
            return FAIL(err, ERR_CONFLICT,
                        _("Import it into another table with --table NAME, or name its columns "
                          "alike with --names."),
                        _("The table \"%.*s\" has other columns (see %.8s)."), STR_ARG(in->table),
                        hash_hex(&batch->id).at);
        if (!is_same(in, batch, &same, err))
            return false;
        if (same)
            return FAIL(err, ERR_CONFLICT, _("Nothing needs to be done."),
                        _("This file is in the table \"%.*s\" already (%.8s)%s."),
                        STR_ARG(in->table), hash_hex(&batch->id).at,
                        batch->withdrawn ? _(", without the rows that were taken back") : "");
    }
    return true;
}

/* --- the entry ---------------------------------------------------------------------------- */

static json_t *columns_json(const struct columns *columns)
{
    json_t *list = json_array();
    for (size_t c = 0; c < columns->table.column_n; c++) {
        json_t *one = plan_json(&columns->plan[c]);
        if (columns->plan[c].time != TIME_NONE)
            describe_offset(&columns->about[c].evidence, one);
        if (columns->about[c].type.why == WHY_EMPTY && columns->plan[c].derived.n == 0)
            json_object_set_new(one, "empty", json_true());
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *texts_json(const struct str *text, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_stringn(text[i].at, text[i].n));
    return list;
}

/* The bytes on their way into the project; a person may stop them. */
static bool read_on(void *context, unsigned char *at, size_t max, size_t *ret_n, struct err *err)
{
    struct importing *in = context;
    uint64_t rest = in->bytes.n - in->written;
    show_progress(in->draft, _("writing, MB"), in->written, in->bytes.n);
    *ret_n = rest < max ? (size_t)rest : max;
    if (was_stopped(in->draft, err) || !bytes_read(&in->bytes, in->written, at, *ret_n, err))
        return false;
    in->written += *ret_n;
    return true;
}

/* Where the bytes came from; names of files and members stay private. */
static void put_source(const struct importing *in, json_t *body, json_t *private)
{
    const struct source *source = in->draft->source;
    const char *file = file_name(in->draft->path);
    json_t *made_of = source ? source_json(source) : NULL;
    if (made_of)
        json_object_set_new(body, "source", made_of);
    if (source && source->member)
        file = arena_printf(in->arena, "%s: %s", file, source->member);
    body_text(private, "file", file);
}

static json_t *ids_json(const struct hash *id, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_string(hash_hex(&id[i]).at));
    return list;
}

static bool has_column(const struct import_report *report, const char *name)
{
    const struct table *table = &report->columns.table;
    return table_find(table, str_of(name)) < table->column_n;
}

/* Those of columns that are there; that all are somewhere is checked elsewhere. */
static void put_roles(const struct import_report *report, const json_t *said, json_t *body)
{
    CLEANUP(json_release) json_t *roles = json_object();
    const char *name;
    json_t *role;
    json_object_foreach((json_t *)(uintptr_t)said, name, role)
    {
        const char *accuracy = json_text(role, "accuracy");
        if (has_column(report, name) && (!accuracy || has_column(report, accuracy)))
            json_object_set_new(roles, name, json_deep_copy(role));
    }
    if (json_object_size(roles))
        json_object_set(body, "roles", roles);
}

static bool write_entry(struct importing *in, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    const struct import_draft *draft = in->draft;
    struct import_report *report = in->report;
    json_object_set_new(body, "table", json_stringn(in->table.at, in->table.n));
    body_text(body, "reader", "csv/1");
    json_object_set_new(body, "dialect", dialect_json(&report->dialect));
    json_object_set_new(body, "columns", columns_json(&report->columns));
    json_object_set_new(body, "records", json_integer((json_int_t)report->records));
    json_object_set_new(body, "rejected", json_integer((json_int_t)report->rejected));
    if (report->columns.cells_rejected)
        json_object_set_new(body, "cells_rejected",
                            json_integer((json_int_t)report->columns.cells_rejected));
    if (draft->group && has_column(report, draft->group))
        body_text(body, "group", draft->group);
    json_object_set_new(body, "missing", texts_json(in->missing, draft->missing_n));
    if (draft->dates_n)
        json_object_set_new(body, "dates", texts_json(in->dates, draft->dates_n));
    if (in->name_n)
        json_object_set_new(body, "names", texts_json(in->name, in->name_n));
    put_roles(report, draft->roles, body);
    put_source(in, body, private);
    if (draft->made_with_n)
        json_object_set_new(body, "made_with", ids_json(draft->made_with, draft->made_with_n));
    const struct blob_source source = {
        .read = read_on, .context = in, .limit = draft->blob_limit, .bytes = in->bytes.n};
    const struct draft entry = {
        .kind = "import", .body = body, .private = private, .blob = &source, .blob_n = 1};
    return permission_put(in->record, body, draft->licence, draft->permission, err) &&
           record_append(in->record, &entry, &report->id, err);
}

/* What was wrong with the first record that was rejected. */
static struct str first_fault(const struct columns *columns)
{
    for (size_t i = 0; i < columns->fault_n; i++)
        if (columns->fault[i].kind == COLUMNS_REJECTED)
            return columns->fault[i].what;
    return STR("");
}

bool collect_import(struct record *record, const struct import_draft *draft, struct arena *arena,
                    struct import_report *ret, struct err *err)
{
    struct importing in = {.record = record,
                           .draft = draft,
                           .arena = arena,
                           .table = str_of(draft->table ? draft->table : "observations"),
                           .report = ret};
    bool taken;
    if (!form_has_table(record, in.table, &taken, err))
        return false;
    if (taken)
        return FAIL(err, ERR_CONFLICT,
                    _("Choose another name with --table, or bring rows in by the "
                      "form: allmende collect add FORM --file FILE.csv"),
                    _("The table \"%.*s\" is that of a form."), STR_ARG(in.table));
    if (in.table.n == 0)
        return FAIL(err, ERR_INPUT, _("For example: --table observations"),
                    _("The table has no name."));
    in.missing = arena_get(arena, draft->missing_n, sizeof *in.missing);
    in.dates = arena_get(arena, draft->dates_n, sizeof *in.dates);
    for (size_t i = 0; i < draft->missing_n; i++)
        in.missing[i] = str_of(draft->missing[i]);
    for (size_t i = 0; i < draft->dates_n; i++)
        in.dates[i] = str_of(draft->dates[i]);
    *ret = (struct import_report){.table = in.table, .source = draft->source};
    if (draft->source)
        in.bytes = draft->source->bytes;
    else if (!bytes_of_file(draft->path, arena, &in.bytes, err))
        return false;
    if (!check_size(&in, err) || !find_batches(&in, err) || !read_table(&in, err))
        return false;
    ret->records = ret->columns.records;
    ret->rejected = ret->columns.rejected;
    if (was_stopped(draft, err))
        return false;
    if (ret->rejected > ret->records / 2)
        return FAIL(err, ERR_INPUT, _("Look at the file with a text editor: is it a table?"),
                    _("%s does not look like a table: %llu of %llu rows cannot be read. The first: "
                      "%.*s"),
                    draft->path, (unsigned long long)ret->rejected,
                    (unsigned long long)ret->records, STR_ARG(first_fault(&ret->columns)));
    return compare_with_batches(&in, err) && check_room(record, in.bytes.n, err) &&
           write_entry(&in, err);
}

/* --- several at once ---------------------------------------------------------------------- */

static bool is_in_some(const struct import_report *report, size_t n, const char *name,
                       struct err *err)
{
    for (size_t i = 0; i < n; i++)
        if (has_column(&report[i], name))
            return true;
    return FAIL(err, ERR_INPUT, _("Look at the names of the columns in the first line."),
                _("No table of the archive has a column \"%s\"."), name);
}

/* Of several tables each need not have the columns that were named, but one must. */
static bool is_said_of_some(const struct import_draft *draft, const struct import_report *report,
                            size_t n, struct err *err)
{
    json_t *roles = (json_t *)(uintptr_t)draft->roles;
    for (void *at = json_object_iter(roles); at; at = json_object_iter_next(roles, at))
        if (!is_in_some(report, n, json_object_iter_key(at), err))
            return false;
    return !draft->group || is_in_some(report, n, draft->group, err);
}

/* The tables of an archive have names of their own: behind that which was said for the first. */
static void call_table(struct import_draft *draft, size_t i, struct arena *arena)
{
    const struct source *source = draft->source;
    const char *said = draft->table;
    draft->table = source->table;
    if (said)
        draft->table = i ? arena_printf(arena, "%s-%s", said, source->table) : said;
    draft->of_archive = true;
    if (!draft->group)
        draft->group = source->group;
}

static bool import_each(struct record *record, const struct import_draft *draft,
                        const struct sources *sources, struct arena *arena,
                        struct import_report *ret, struct err *err)
{
    for (size_t i = 0; i < sources->n; i++) {
        struct import_draft one = *draft;
        one.source = &sources->source[i];
        if (one.source->table)
            call_table(&one, i, arena);
        if (!collect_import(record, &one, arena, &ret[i], err))
            return one.source->member ? err_context(err, "%s", one.source->member) : false;
    }
    return !sources->source[0].table || is_said_of_some(draft, ret, sources->n, err);
}

bool collect_import_all(struct record *record, const struct import_draft *draft,
                        struct arena *arena, struct import_report **ret, size_t *ret_n,
                        struct err *err)
{
    CLEANUP(sources_release) struct sources sources = {.n = 0};
    struct store *store = record_store(record);
    const struct sources_request request = {.path = draft->path,
                                            .sheet = draft->sheet,
                                            .max_bytes = draft->blob_limit ? draft->blob_limit
                                                                           : BLOB_LIMIT_BYTES,
                                            .tables = true,
                                            .cancelled = draft->cancelled};
    if (!sources_open(&request, arena, &sources, err))
        return false;
    *ret_n = sources.n;
    *ret = arena_get(arena, sources.n, sizeof **ret);
    if (sources.n == 1)
        return import_each(record, draft, &sources, arena, *ret, err);
    uint64_t bytes = 0;
    for (size_t i = 0; i < sources.n; i++)
        bytes += sources.source[i].bytes.n;
    if (!store_begin_large(store, bytes, err))
        return false;
    if (import_each(record, draft, &sources, arena, *ret, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}
