/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing here prints a cell of a table: what is set aside must stay unseen, and what is set aside
 * may be drawn long after the import. */
#include "collect/import_cmd.h"

#include <stdlib.h>
#include <string.h>

#include "collect/collect_int.h"
#include "collect/looks.h"
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

static json_t *dialect_result(const struct csv_dialect *dialect)
{
    return json_pack("{s:s#,s:s#,s:s,s:b}", "separator", &dialect->separator, (size_t)1, "point",
                     &dialect->point, (size_t)1, "encoding", encoding_name(dialect->encoding),
                     "header", (int)dialect->header);
}

void import_cmd_dialect(struct cli *cli, const struct csv_dialect *dialect)
{
    cli_put(cli, "dialect", dialect_result(dialect));
    cli_say(cli, _("  Read as: %s, fields parted by %s, decimal %s, %s\n"),
            encoding_name(dialect->encoding), separator_text(dialect->separator),
            dialect->point == ',' ? _("comma") : _("point"),
            dialect->header ? _("names in the first line") : _("no line with names"));
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
        json_object_set_new(one, "table", json_stringn(report[i].table.at, report[i].table.n));
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
    cli_put_int(cli, "cells_rejected", (json_int_t)report->columns.cells_rejected);
    cli_put(cli, "columns", describe_json(&report->columns, false));
    cli_put(cli, "faults", faults);
    cli_put_int(cli, "faults_total", (json_int_t)report->columns.fault_total);
    describe_lines(&report->columns, false, COLUMNS_SHOWN, &lines);
    say_one(cli, report);
    import_cmd_dialect(cli, &report->dialect);
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
static void ask_about(struct cli *cli, const struct import_report *report, const json_t *roles,
                      json_t *asked)
{
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    const struct table *table = &report->columns.table;
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

/* Once for each table. */
static void ask_about_all(struct cli *cli, const struct import_report *report, size_t n,
                          const json_t *roles)
{
    json_t *asked = json_array();
    cli_put(cli, "asked", asked);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !str_eq(report[i].table, report[i - 1].table))
            ask_about(cli, &report[i], roles, asked);
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
    ask_about_all(cli, report, n, roles);
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
    .details =
        N_("The file is kept byte for byte. How it was read is kept, too, so no row ever "
           "moves. Rows that cannot be read are named and counted, never dropped in "
           "silence. Several files with the same columns make one table. Of a spreadsheet "
           "(.xlsx, .xls, .ods) one sheet is kept, as CSV; each CSV file in a .zip comes in by "
           "itself. Of a Darwin Core archive or a data package (Camtrap DP), as .zip or "
           "folder, each table comes in, with a name of its own."),
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "collect import ice.csv --missing unknown",
    .options = import_options,
    .run = run_import,
};
