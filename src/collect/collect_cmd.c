/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing here prints a cell of a table: what is set aside must stay unseen, and what is set aside
 * may be drawn long after the import. */
#include "collect/collect_cmd.h"

#include <stdlib.h>
#include <string.h>

#include "collect/collect_int.h"
#include "collect/looks.h"
#include "collect/observe_cmd.h"
#include "collect/view_cmd.h"
#include "read/describe.h"
#include "read/encoding.h"

static const char *separator_text(char separator)
{
    switch (separator) {
    case '\t':
        return _("tabs");
    case ';':
        return _("semicolons");
    case '|':
        return _("bars (|)");
    default:
        return _("commas");
    }
}

static void say_dialect(struct cli *cli, const struct csv_dialect *dialect)
{
    cli_say(cli, _("  Read as: %s, fields parted by %s, decimal %s, %s\n"),
            encoding_name(dialect->encoding), separator_text(dialect->separator),
            dialect->point == ',' ? _("comma") : _("point"),
            dialect->header ? _("names in the first line") : _("no line with names"));
}

static json_t *dialect_result(const struct csv_dialect *dialect)
{
    return json_pack("{s:s#,s:s#,s:s,s:b}", "separator", &dialect->separator, (size_t)1, "point",
                     &dialect->point, (size_t)1, "encoding", encoding_name(dialect->encoding),
                     "header", (int)dialect->header);
}

/* --- import ------------------------------------------------------------------------------- */

/* A fault in words that hold no cell. */
static const char *fault_text(struct cli *cli, const struct columns_fault *fault)
{
    unsigned long long line = fault->line;
    switch (fault->kind) {
    case COLUMNS_ROUNDED:
        return arena_printf(&cli->arena,
                            _("Line %llu, column \"%.*s\": more digits than can be kept; rounded."),
                            line, STR_ARG(fault->column));
    case COLUMNS_KEPT_TEXT:
        return arena_printf(&cli->arena,
                            _("Column \"%.*s\" is read as text, though most of it are numbers. The "
                              "first other text is in line %llu. If it means \"missing\", say so "
                              "with --missing."),
                            STR_ARG(fault->column), line);
    case COLUMNS_FORMS:
        return arena_printf(&cli->arena,
                            _("Column \"%.*s\" is read as text because of signs in the cells, for "
                              "example in line %llu."),
                            STR_ARG(fault->column), line);
    case COLUMNS_DATES:
        return arena_printf(&cli->arena,
                            _("Column \"%.*s\" is read as text: nothing tells how its dates are to "
                              "be read (see line %llu). Say it with --dates dmy, mdy or ymd."),
                            STR_ARG(fault->column), line);
    case COLUMNS_CELL:
        return arena_printf(&cli->arena,
                            _("Line %llu, column \"%.*s\": the cell does not fit the others of its "
                              "column; it counts as missing."),
                            line, STR_ARG(fault->column));
    case COLUMNS_STANDIN:
        return arena_printf(&cli->arena,
                            _("Column \"%.*s\": one number stands there often and far from all "
                              "others. If it means \"missing\", say so with --missing."),
                            STR_ARG(fault->column));
    case COLUMNS_REJECTED:
    case COLUMNS_RENAMED:
    case COLUMNS_LEFT_OUT:
    case COLUMNS_TEXT_ELSEWHERE:
        break;
    }
    return arena_copy(&cli->arena, fault->what);
}

static json_t *fault_json(struct cli *cli, const struct columns_fault *fault)
{
    static const char *const kinds_of_fault[] = {[COLUMNS_REJECTED] = "rejected",
                                                 [COLUMNS_ROUNDED] = "rounded",
                                                 [COLUMNS_KEPT_TEXT] = "text",
                                                 [COLUMNS_LEFT_OUT] = "left_out",
                                                 [COLUMNS_TEXT_ELSEWHERE] = "text_elsewhere",
                                                 [COLUMNS_RENAMED] = "renamed",
                                                 [COLUMNS_CELL] = "cell",
                                                 [COLUMNS_DATES] = "dates",
                                                 [COLUMNS_FORMS] = "signs",
                                                 [COLUMNS_STANDIN] = "missing"};
    json_t *one = json_object();
    json_object_set_new(one, "kind", json_string(kinds_of_fault[fault->kind]));
    json_object_set_new(one, "row", json_integer((json_int_t)fault->position));
    json_object_set_new(one, "line", json_integer((json_int_t)fault->line));
    json_object_set_new(one, "column", json_stringn(fault->column.at, fault->column.n));
    json_object_set_new(one, "what", json_string(fault_text(cli, fault)));
    return one;
}

enum { FAULTS_SHOWN = 10, COLUMNS_SHOWN = 40 };

static void say_faults(struct cli *cli, const struct columns *columns, json_t *list)
{
    for (size_t i = 0; i < columns->fault_n; i++) {
        const struct columns_fault *fault = &columns->fault[i];
        json_array_append_new(list, fault_json(cli, fault));
        if (i >= FAULTS_SHOWN)
            continue;
        if (fault->position)
            cli_say(cli, _("  Row %llu: "), (unsigned long long)fault->position);
        else
            cli_say(cli, "  ");
        cli_say(cli, "%s\n", fault_text(cli, fault));
    }
    if (columns->fault_total > FAULTS_SHOWN)
        cli_say(cli, _("  … and %llu more of this kind.\n"),
                (unsigned long long)(columns->fault_total - FAULTS_SHOWN));
}

static void say_one(struct cli *cli, const struct import_report *report)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (report->source)
        source_say(report->source, &text);
    cli_say(cli, "%s", text.at);
    if (report->source && report->source->member)
        cli_say(cli, "%s\n", report->source->name);
    cli_say(cli, _("Imported into the table \"%.*s\" (%.8s): %llu rows, %llu of them rejected\n"),
            STR_ARG(report->table), hash_hex(&report->id).at, (unsigned long long)report->records,
            (unsigned long long)report->rejected);
}

/* All tables that came in, in short: the first one is told at length. */
static void put_imports(struct cli *cli, const struct import_report *report, size_t n)
{
    json_t *list = json_array();
    cli_put(cli, "imports", list);
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_object();
        json_t *faults = json_array();
        json_t *source = report[i].source ? source_json(report[i].source) : NULL;
        json_array_append_new(list, one);
        json_object_set_new(one, "id", json_string(hash_hex(&report[i].id).at));
        json_object_set_new(one, "records", json_integer((json_int_t)report[i].records));
        json_object_set_new(one, "rejected", json_integer((json_int_t)report[i].rejected));
        json_object_set_new(one, "faults", faults);
        if (source)
            json_object_set_new(one, "source", source);
        if (i == 0)
            continue;
        say_one(cli, &report[i]);
        say_faults(cli, &report[i].columns, faults);
    }
}

static void say_import(struct cli *cli, const struct import_report *report)
{
    CLEANUP(buf_release) struct buf lines = BUF_INIT;
    json_t *faults = json_array();
    cli_put_text(cli, "id", hash_hex(&report->id).at);
    cli_put(cli, "table", json_stringn(report->table.at, report->table.n));
    cli_put_int(cli, "records", (json_int_t)report->records);
    cli_put_int(cli, "rejected", (json_int_t)report->rejected);
    cli_put(cli, "dialect", dialect_result(&report->dialect));
    cli_put_int(cli, "cells_rejected", (json_int_t)report->columns.cells_rejected);
    cli_put(cli, "columns", describe_json(&report->columns, false));
    cli_put(cli, "faults", faults);
    cli_put_int(cli, "faults_total", (json_int_t)report->columns.fault_total);
    describe_lines(&report->columns, false, COLUMNS_SHOWN, &lines);
    say_one(cli, report);
    say_dialect(cli, &report->dialect);
    cli_say(cli, _("  Columns:\n"));
    cli_say(cli, "%s", lines.at);
    say_faults(cli, &report->columns, faults);
    if (report->dialect.encoding == CSV_CP1252)
        cli_warn(cli, _("The file is not UTF-8; it was read as Windows-1252. Look whether umlauts "
                        "in the column names are right."));
}

static void import_progress(void *context, const char *what, uint64_t done, uint64_t total)
{
    cli_progress(context, what, done, total);
}

static bool read_limit(struct cli *cli, struct import_draft *draft, struct err *err)
{
    const char *text = cli_option(cli, "blob-limit");
    return !text || (str_uint(str_of(text), INT64_MAX, &draft->blob_limit) && draft->blob_limit) ||
           FAIL(err, ERR_USAGE, _("For example: --blob-limit 4000000000"),
                _("\"%s\" is not a number of bytes."), text);
}

/* Columns that look like people or places, and of which nobody said how they may leave. */
static void ask_about(struct cli *cli, const struct import_report *report, const json_t *roles)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    const struct table *table = &report->columns.table;
    json_t *asked = json_array();
    cli_put(cli, "asked", asked);
    for (size_t c = 0; c < table->column_n; c++) {
        struct str name = table->column[c].name;
        if (table->column[c].derived.n || looks_name(name) == VIEW_OPEN ||
            json_object_get(roles, arena_copy(&cli->arena, name)))
            continue;
        json_array_append_new(asked, json_stringn(name.at, name.n));
        buf_printf(&names, "%s%.*s", names.n ? ", " : "", STR_ARG(name));
    }
    if (names.n)
        cli_say(cli,
                _("Does it name people or places? Nobody said how these may leave, so they stay: "
                  "%s. Say it: allmende collect view \"%.*s\"\n"),
                names.at, STR_ARG(report->table));
}

static bool run_import(struct cli *cli, struct err *err)
{
    struct import_draft draft = {.path = cli_operand(cli, 0),
                                 .sheet = cli_option(cli, "sheet"),
                                 .table = cli_option(cli, "table"),
                                 .group = cli_option(cli, "group"),
                                 .names = cli_option(cli, "names"),
                                 .licence = cli_option(cli, "licence"),
                                 .permission = cli_option(cli, "permission"),
                                 .cancelled = cli_cancelled,
                                 .progress = import_progress,
                                 .context = cli};
    CLEANUP(json_release) json_t *roles = json_object();
    struct import_report *report;
    size_t n;
    draft.missing = cli_option_all(cli, "missing", &draft.missing_n);
    draft.dates = cli_option_all(cli, "dates", &draft.dates_n);
    draft.roles = roles;
    if (!read_limit(cli, &draft, err) || !view_cmd_roles(cli, roles, err) ||
        !collect_import_all(cli->record, &draft, &cli->arena, &report, &n, err))
        return false;
    say_import(cli, &report[0]);
    put_imports(cli, report, n);
    ask_about(cli, &report[0], roles);
    cli_say(cli,
            _("A row can be taken back at any time: allmende collect withdraw %.8s --rows N\n"),
            hash_hex(&report[0].id).at);
    cli_say(cli, _("See what comes next: allmende status\n"));
    return true;
}

static const struct option_spec import_options[] = {
    {.name = "table",
     .value = "NAME",
     .help = N_("into which table; \"observations\" if you name none")},
    {.name = "group",
     .value = "COLUMN",
     .help = N_("the column that names whole places, days or people")},
    {.name = "names",
     .value = "A,B|none",
     .help = N_("the file has no line with names: these are its columns, or c1, c2, … with none")},
    {.name = "sheet", .value = "NAME", .help = N_("the sheet of a spreadsheet that holds several")},
    {.name = "missing",
     .value = "[COLUMN=]VALUE",
     .help = N_("a text or number that means \"missing\"; with !=VALUE, one that does not"),
     .repeat = true},
    {.name = "dates",
     .value = "[COLUMN=]dmy|mdy|ymd",
     .help = N_("the order of day, month and year in dates"),
     .repeat = true},
    {.name = "place",
     .value = "LAT,LON[,M]=HOW",
     .help = N_("places: coarse:0.1, coarse:0.01 or coarse:0.001 degrees (M: the column of their "
                "accuracy in metres), open or private"),
     .repeat = true},
    {.name = "person",
     .value = "COLUMN",
     .help = N_("names people: \"person 3\" goes out instead"),
     .repeat = true},
    {.name = "private", .value = "COLUMN", .help = N_("never goes out"), .repeat = true},
    {.name = "open", .value = "COLUMN", .help = N_("goes out as it is"), .repeat = true},
    {.name = "licence", .value = "SPDX", .help = N_("its licence, if it is not the project's")},
    {.name = "permission",
     .value = "LIST",
     .help = N_("what it may be used for, out of project,publication,training")},
    {.name = "blob-limit",
     .value = "BYTES",
     .help = N_("how large the file may be; 2147483648 (2 GiB) if you say nothing")},
    {.name = NULL},
};

const struct command collect_import_command = {
    .name = "collect import",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Bring a table in from a file"),
    .details = N_("The file is kept byte for byte. How it was read is kept, too, so no row ever "
                  "moves. Rows that cannot be read are named and counted, never dropped in "
                  "silence. Several files with the same columns make one table. Of a spreadsheet "
                  "(.xlsx, .ods) one sheet is kept, as CSV; each CSV file in a .zip comes in by "
                  "itself."),
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "collect import ice.csv --missing unknown",
    .options = import_options,
    .run = run_import,
};

/* --- list, show --------------------------------------------------------------------------- */

static json_t *batch_json(const struct batch *b)
{
    json_t *one = json_object();
    json_object_set_new(one, "id", json_string(hash_hex(&b->id).at));
    json_object_set_new(one, "table", json_stringn(b->table.at, b->table.n));
    json_object_set_new(one, "file", json_stringn(b->file.at, b->file.n));
    if (b->format.n)
        json_object_set_new(one, "format", json_stringn(b->format.at, b->format.n));
    if (b->sheet.n)
        json_object_set_new(one, "sheet", json_stringn(b->sheet.at, b->sheet.n));
    json_object_set_new(one, "records", json_integer((json_int_t)b->records));
    json_object_set_new(one, "rejected", json_integer((json_int_t)b->rejected));
    json_object_set_new(one, "withdrawn", json_integer((json_int_t)b->withdrawn));
    json_object_set_new(one, "licence", json_stringn(b->licence.at, b->licence.n));
    json_object_set_new(one, "may_publish", json_boolean(b->may_publish));
    json_object_set_new(one, "may_train", json_boolean(b->may_train));
    return one;
}

static void say_batch(struct cli *cli, const struct batch *b)
{
    cli_say(cli, _("%.8s  %.*s: %llu rows from %.*s, %llu rejected, %llu taken back\n"),
            hash_hex(&b->id).at, STR_ARG(b->table), (unsigned long long)b->records,
            STR_ARG(b->file), (unsigned long long)b->rejected, (unsigned long long)b->withdrawn);
}

static bool run_list(struct cli *cli, struct err *err)
{
    struct batch *all;
    size_t n;
    size_t first;
    size_t end;
    size_t forms;
    if (!collect_list(cli->record, &cli->arena, &all, &n, err) ||
        !observe_cmd_list(cli, &forms, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "batches", list);
    if (!cli_page(cli, n, &first, &end, err))
        return false;
    for (size_t i = first; i < end; i++) {
        json_array_append_new(list, batch_json(&all[i]));
        say_batch(cli, &all[i]);
    }
    if (n == 0 && forms == 0)
        cli_say(cli, _("There is no table yet. Bring one in: allmende collect import FILE.csv\n"));
    else
        cli_say(cli, _("Look at one: allmende collect show NUMBER\n"));
    return true;
}

const struct command collect_list_command = {
    .name = "collect list",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("List the imported table files"),
    .operands = "",
    .example = "collect list",
    .options = cli_page_options,
    .run = run_list,
};

/* An import or an observation; "last" is the later one of both. */
static bool find_shown(struct cli *cli, struct hash *ret, bool *ret_observed, struct err *err)
{
    const char *prefix = cli_operand(cli, 0);
    struct err none[2] = {{0}, {0}};
    struct hash observation;
    bool import = record_find(cli->record, prefix, "import", ret, &none[0]);
    *ret_observed = record_find(cli->record, prefix, "observation", &observation, &none[1]);
    if (import && *ret_observed &&
        !record_is_after(cli->record, &observation, ret, ret_observed, err))
        return false;
    if (*ret_observed)
        *ret = observation;
    if (!import && !*ret_observed)
        *err = none[0];
    return import || *ret_observed;
}

static bool run_show(struct cli *cli, struct err *err)
{
    struct hash id;
    struct batch b;
    bool observed;
    if (!find_shown(cli, &id, &observed, err))
        return false;
    if (observed)
        return observe_cmd_show(cli, &id, err);
    if (!collect_load(cli->record, &id, &cli->arena, &b, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "batch", batch_json(&b));
    cli_put(cli, "columns", list);
    if (b.presence != BODY_PRESENT) {
        cli_say(cli, _("What the entry %.8s says is not here (any more).\n"), hash_hex(&id).at);
        return true;
    }
    cli_put(cli, "dialect", dialect_result(&b.dialect));
    say_batch(cli, &b);
    say_dialect(cli, &b.dialect);
    if (b.sheet.n)
        cli_say(cli, _("  Made of the sheet \"%.*s\" (%.*s)\n"), STR_ARG(b.sheet),
                STR_ARG(b.format));
    cli_say(cli, _("  Licence %.*s; may become public: %s\n"), STR_ARG(b.licence),
            b.may_publish ? _("yes") : _("no"));
    if (b.group.n)
        cli_say(cli, _("  Whole places, days or people: column \"%.*s\"\n"), STR_ARG(b.group));
    cli_say(cli, _("  Columns:\n"));
    for (size_t c = 0; c < b.column_n; c++) {
        const struct field_plan *plan = &b.column[c].plan;
        json_array_append_new(list, plan_json(plan));
        cli_say(cli, "    %.*s (%s)\n", STR_ARG(plan->name), describe_kind(plan));
    }
    cli_say(cli, _("Cells are not shown: the part set aside stays unseen.\n"));
    cli_say(cli, _("See what comes next: allmende status\n"));
    return true;
}

const struct command collect_show_command = {
    .name = "collect show",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("Show the columns and counts of an imported file"),
    .operands = "BATCH",
    .operands_min = 1,
    .operands_max = 1,
    .example = "collect show last",
    .run = run_show,
};

/* --- withdraw ----------------------------------------------------------------------------- */

enum { ROWS_MAX = 1000000 };

static int by_number(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;
    return (*left > *right) - (*left < *right);
}

/* "7" or "7-9", appended to rows. */
static bool read_range(struct str text, struct buf *rows, struct err *err)
{
    struct str front;
    uint64_t first = 0;
    uint64_t last;
    struct str rest = str_trim(text);
    bool fine = str_cut(&rest, '-', &front) && str_uint(str_trim(front), INT64_MAX, &first);
    last = first;
    if (fine && rest.n)
        fine = str_uint(str_trim(rest), INT64_MAX, &last);
    if (!fine || first < 1 || last < first)
        return FAIL(err, ERR_USAGE, _("For example: --rows 3,7-9"),
                    _("\"%.*s\" is no row and no range of rows."), STR_ARG(text));
    if (last - first >= ROWS_MAX)
        return FAIL(err, ERR_LIMIT, _("Take the whole file back, or fewer rows at a time."),
                    _("At most %d rows can be taken back at a time."), ROWS_MAX);
    for (uint64_t row = first; row <= last; row++)
        buf_add(rows, &row, sizeof row);
    return true;
}

/* The rows of "3,7-9", ascending, each once; in the arena. */
static bool read_rows(struct cli *cli, const char *text, uint64_t **ret, size_t *ret_n,
                      struct err *err)
{
    CLEANUP(buf_release) struct buf rows = BUF_INIT;
    struct str rest = str_of(text);
    struct str one;
    while (str_cut(&rest, ',', &one))
        if (!read_range(one, &rows, err))
            return false;
    size_t n = rows.n / sizeof **ret;
    uint64_t *all = arena_keep(&cli->arena, buf_view(&rows));
    qsort(all, n, sizeof *all, by_number);
    *ret_n = 0;
    for (size_t i = 0; i < n; i++)
        if (*ret_n == 0 || all[*ret_n - 1] != all[i])
            all[(*ret_n)++] = all[i];
    *ret = all;
    return true;
}

static bool say_models(struct cli *cli, const struct hash *id, const struct withdrawal *w,
                       struct err *err)
{
    struct ids models;
    json_t *list = json_array();
    cli_put(cli, "models_gone", list);
    if (!collect_made_with(cli->record, id, &cli->arena, &models, err))
        return false;
    for (size_t i = 0; w->models_gone && i < models.n; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(cli->record, &models.at[i], &cli->arena, &entry, err))
            return false;
        if (strcmp(entry.header.kind, "correction") == 0) {
            cli_say(cli, _("Gone with it: the correction %.8s.\n"), hash_hex(&models.at[i]).at);
            continue;
        }
        json_array_append_new(list, json_string(hash_hex(&models.at[i]).at));
        cli_say(cli,
                _("Gone with it: the model %.8s, which was made with it. It can be trained "
                  "anew.\n"),
                hash_hex(&models.at[i]).at);
    }
    return true;
}

static bool say_withdrawal(struct cli *cli, const struct hash *id, const struct withdrawal *w,
                           struct err *err)
{
    cli_put_text(cli, "id", hash_hex(&w->entry).at);
    cli_put_text(cli, "entry", hash_hex(id).at);
    cli_put(cli, "erased", json_boolean(w->erased));
    if (!w->erased) {
        cli_say(cli,
                _("Your wish is written down (%.8s). Nothing is erased yet: it is somebody "
                  "else's, so a second person in charge must take it back, too.\n"),
                hash_hex(&w->entry).at);
        return true;
    }
    cli_say(cli,
            _("Erased from this file, and overwritten in it. A note without content remains "
              "(%.8s).\n"),
            hash_hex(&w->entry).at);
    if (!say_models(cli, id, w, err))
        return false;
    cli_say(cli, _("Out of our reach: other copies until they meet this one, backups, what others "
                   "noted down, and freed places of the disk.\n"));
    cli_say(cli, _("Tell those who keep a copy. Look whether all is well: allmende check\n"));
    return true;
}

static bool run_withdraw(struct cli *cli, struct err *err)
{
    const char *rows = cli_option(cli, "rows");
    struct withdrawal w;
    struct hash id;
    uint64_t *position;
    size_t n;
    if (!record_find(cli->record, cli_operand(cli, 0), rows ? "import" : NULL, &id, err))
        return false;
    if (!rows)
        return withdraw_entry(cli->record, &id, &w, err) && say_withdrawal(cli, &id, &w, err);
    if (!read_rows(cli, rows, &position, &n, err) ||
        !collect_withdraw_rows(cli->record, &id, position, n, &w, err))
        return false;
    cli_put_int(cli, "rows", (json_int_t)n);
    cli_say(cli, _("%zu row(s) of %.8s; the other rows keep their places.\n"), n, hash_hex(&id).at);
    return say_withdrawal(cli, &id, &w, err);
}

static const struct option_spec withdraw_options[] = {
    {.name = "rows", .value = "3,7-9", .help = N_("only these rows of an imported file")},
    {.name = NULL},
};

const struct command collect_withdraw_command = {
    .name = "collect withdraw",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Take back rows, a file, a question or a position of your own"),
    .details = N_("What is taken back is erased, with the models that were made with it. Your own "
                  "goes with one word; what somebody else gave takes two people in charge. "
                  "Decisions and what was locked stay."),
    .operands = "ENTRY",
    .operands_min = 1,
    .operands_max = 1,
    .example = "collect withdraw last --rows 3,7-9",
    .options = withdraw_options,
    .run = run_withdraw,
};
