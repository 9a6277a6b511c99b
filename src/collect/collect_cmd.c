/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing here prints a cell of a table: what is set aside must stay unseen, and what is set aside
 * may be drawn long after the import. */
#include "collect/collect_cmd.h"

#include <stdlib.h>
#include <string.h>

#include "collect/collect_int.h"
#include "collect/import_cmd.h"
#include "collect/observe_cmd.h"
#include "read/describe.h"

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
    if (cli_operand(cli, 0))
        return observe_cmd_list_of(cli, cli_operand(cli, 0), err);
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
    .summary = N_("List the table files that came in, or the observations by a form"),
    .operands = "[FORM]",
    .operands_max = 1,
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
    say_batch(cli, &b);
    import_cmd_dialect(cli, &b.dialect);
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
