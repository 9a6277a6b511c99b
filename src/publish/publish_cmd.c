/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/publish_cmd.h"

#include <string.h>

#include "publish/facts.h"
#include "publish/plan_int.h"

/* What of each table goes out, column by column: nobody but a person can see whether names of
 * people are in one. */
static void say_tables(struct cli *cli, const struct publish_plan *plan)
{
    json_t *list = json_array();
    for (size_t t = 0; t < plan->view_n; t++) {
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        public_view_say(&plan->view[t].view, &text);
        cli_say(cli, "%s", text.at);
        json_array_append_new(list, public_view_json(&plan->view[t].view));
    }
    if (plan->tables)
        cli_say(cli, _("Look through the columns: is anybody's name in one of them?\n"));
    cli_put(cli, "views", list);
}

/* Guesses whose table does not go out as it is: nobody outside can work their results out again. */
static void say_not_again(struct cli *cli, const struct publish_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct entry *e = &plan->entry[i].entry;
        CLEANUP(buf_release) struct buf columns = BUF_INIT;
        const struct public_table *table = plan_table(plan, json_text(e->body, "table"));
        if (strcmp(e->header.kind, "hypothesis") != 0 || !table)
            continue;
        for (size_t c = 0; c < table->view.column_n; c++)
            if (table->view.column[c].how != VIEW_AS_IS)
                buf_printf(&columns, "%s%.*s", columns.n ? ", " : "",
                           STR_ARG(table->view.column[c].name));
        if (columns.n)
            cli_say(cli,
                    _("Nobody outside can work \"%s\" out again: of its table these columns do "
                      "not go out as they are: %s.\n"),
                    json_text(e->body, "text"), columns.at);
    }
}

static void say_plan(struct cli *cli, const struct publish_plan *plan)
{
    cli_say(cli, _("  %zu entries, without names and private parts\n"), plan->n);
    cli_say(cli, _("  tables: %zu, models: %zu, bytes: %llu\n"), plan->tables, plan->models,
            (unsigned long long)plan->bytes);
    say_tables(cli, plan);
    say_not_again(cli, plan);
    if (plan->held_back)
        cli_say(cli,
                _("Held back: what %zu entries say, because their permission does not cover "
                  "publication.\n"),
                plan->held_back);
    if (plan->files_held > plan->set_aside)
        cli_say(cli, _("Held back: %zu files that belong to such entries.\n"),
                plan->files_held - plan->set_aside);
    if (plan->set_aside)
        cli_say(cli,
                _("Held back: %zu files of data, because nobody has looked at their part set "
                  "aside yet. Set aside means unseen.\n"),
                plan->set_aside);
    if (plan->withdrawn)
        cli_say(cli, _("Taken back: %zu entries; a note of removal remains.\n"), plan->withdrawn);
}

/* Every file with its size, as it would be written now. */
static void say_files(struct cli *cli, const struct folder *folder)
{
    json_t *list = json_array();
    for (size_t i = 0; i < folder->file_n; i++) {
        const struct folder_file *file = &folder->file[i];
        cli_say(cli, "  %10llu  %s\n", (unsigned long long)file->bytes, file->path.at);
        json_array_append_new(
            list, json_pack("{s:s,s:I}", "path", file->path.at, "bytes", (json_int_t)file->bytes));
    }
    cli_say(cli, _("  %10llu  bytes in %zu files, and nothing else\n"),
            (unsigned long long)folder_bytes(folder), folder->file_n);
    cli_put(cli, "files", list);
}

/* What the descriptions lack, each with the command that adds it. */
static void say_missing(struct cli *cli, const struct publish_plan *plan)
{
    json_t *list = json_array();
    for (const struct fact *fact = facts; fact->key; fact++) {
        if (!facts_missing(plan, fact))
            continue;
        if (json_array_size(list) == 0)
            cli_say(cli, _("Nobody said yet, and it stays empty in datasheet and catalogues:\n"));
        cli_say(cli, "  %s\n      allmende describe %s \"…\"\n", _(fact->question), fact->key);
        json_array_append_new(list, json_string(fact->key));
    }
    cli_put(cli, "missing", list);
}

static void put_plan(struct cli *cli, const struct publish_plan *plan)
{
    json_t *held = json_object();
    json_object_set_new(held, "bodies", json_integer((json_int_t)plan->held_back));
    json_object_set_new(held, "files", json_integer((json_int_t)plan->files_held));
    json_object_set_new(held, "set_aside", json_integer((json_int_t)plan->set_aside));
    cli_put_int(cli, "entries", (int64_t)plan->n);
    cli_put_int(cli, "tables", (int64_t)plan->tables);
    cli_put_int(cli, "models", (int64_t)plan->models);
    cli_put_int(cli, "bytes", (int64_t)plan->bytes);
    cli_put_int(cli, "withdrawn", (int64_t)plan->withdrawn);
    cli_put(cli, "held_back", held);
}

static bool run_planned(struct cli *cli, const struct publish_plan *plan, struct err *err)
{
    const char *folder = cli_operand(cli, 0);
    struct hash id;
    put_plan(cli, plan);
    if (cli_flag(cli, "preview")) {
        CLEANUP(folder_release) struct folder files = {.at = NULL};
        if (!publish_preview(cli->record, plan, &files, err))
            return false;
        cli_say(cli, _("This would become public:\n"));
        say_files(cli, &files);
        say_plan(cli, plan);
        say_missing(cli, plan);
        cli_say(cli, _("Nothing was written. Make it public: allmende publish %s\n"), folder);
        return true;
    }
    if (!publish_run(cli->record, plan, folder, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put_text(cli, "folder", folder);
    cli_say(cli, _("Made public in %s:\n"), folder);
    say_plan(cli, plan);
    cli_say(cli, _("Read it: open %s/index.html in a browser. Anybody may have the folder.\n"),
            folder);
    cli_say(cli, _("Work through it again: allmende verify %s\n"), folder);
    return true;
}

static bool run(struct cli *cli, struct err *err)
{
    struct publish_plan plan;
    bool done = publish_plan(cli->record, &cli->arena, &plan, err) && run_planned(cli, &plan, err);
    publish_plan_release(&plan);
    return done;
}

static const struct option_spec options[] = {
    {.name = "preview", .help = N_("only say what would become public; write nothing")},
    {.name = NULL},
};

const struct command publish_command = {
    .name = "publish",
    .phase = PHASE_PUBLISH,
    .needs = NEEDS_WRITE,
    .summary = N_("Make public, in a new folder, what may be public"),
    .details =
        N_("The folder holds a report in English and German, every entry with its signature, the "
           "tables and models, descriptions for catalogues and archives, and a list of all files "
           "that is signed. Names and private parts "
           "never leave the project; neither does what has no permission, nor a part set aside "
           "that nobody has looked at."),
    .operands = "FOLDER",
    .operands_min = 1,
    .operands_max = 1,
    .example = "publish ../stream-2026",
    .options = options,
    .run = run,
};
