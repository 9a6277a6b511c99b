/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/observe_cmd.h"

#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "collect/observe.h"
#include "read/csv.h"
#include "record/member.h"

/* --- add ---------------------------------------------------------------------------------- */

static bool read_assignment(const char *text, struct assignment *ret, struct err *err)
{
    struct str rest = str_of(text);
    if (!memchr(rest.at, '=', rest.n))
        return FAIL(err, ERR_USAGE, _("For example: temperature=12.5"),
                    _("\"%s\" is not a field with its value."), text);
    (void)str_cut(&rest, '=', &ret->key);
    ret->value = rest;
    return true;
}

/* Rows of a CSV file on their way to observations. */
struct adding {
    struct cli *cli;
    const struct form *form;
    struct observe_options options;
    struct str *name; /* (n) of the columns */
    size_t n;
    bool comma; /* the file writes 12,5 */
    uint64_t added;
    struct hash last;
    json_t *ids;
};

/* A number with a decimal comma, in a file that writes numbers so. */
static struct str with_point(const struct adding *a, size_t column, struct str value)
{
    struct str key = a->name[column];
    struct str rest = key;
    struct str part;
    struct decimal number;
    size_t in = SIZE_MAX;
    if (!a->comma || num_decimal(value, ',', &number) != NUM_OK)
        return value;
    if (memchr(key.at, '.', key.n)) {
        (void)str_cut(&rest, '.', &part);
        in = form_find(a->form, part, SIZE_MAX);
        (void)str_cut(&rest, '.', &part);
        key = rest;
    }
    size_t f = form_find(a->form, key, in);
    if (f == SIZE_MAX ||
        (a->form->field[f].type != FORM_NUMBER && a->form->field[f].type != FORM_EFFORT))
        return value;
    char *text = arena_copy(&a->cli->arena, value);
    for (size_t i = 0; text[i]; i++)
        if (text[i] == ',')
            text[i] = '.';
    return str_of(text);
}

static bool write_down(struct adding *a, struct filled *values, struct err *err)
{
    if (!observe_add(a->cli->record, a->form, values, &a->options, &a->last, err))
        return false;
    json_array_append_new(a->ids, json_string(hash_hex(&a->last).at));
    a->added++;
    return true;
}

static bool add_record(void *context, const struct csv_record *record, struct err *err)
{
    struct adding *a = context;
    CLEANUP(filled_release) struct filled values = filled_new();
    unsigned long long line = record->line;
    if (record->fault)
        return FAIL(err, ERR_INPUT, _("Correct the line; nothing was written down."),
                    _("Line %llu: %s"), line, record->fault);
    if (record->position == 0) {
        a->n = record->field_n;
        a->name = arena_get(&a->cli->arena, a->n, sizeof *a->name);
        for (size_t i = 0; i < a->n; i++)
            a->name[i] = arena_str(&a->cli->arena, str_trim(record->field[i]));
        return true;
    }
    for (size_t i = 0; i < record->field_n; i++)
        if (str_trim(record->field[i]).n &&
            !filled_set(&values, a->form, a->name[i], with_point(a, i, record->field[i]), err))
            return err_context(err, _("Line %llu"), line);
    return write_down(a, &values, err) || err_context(err, _("Line %llu"), line);
}

static bool add_text(struct adding *a, struct str text, struct err *err)
{
    struct csv_dialect dialect;
    if (!csv_propose(text, true, &dialect, err))
        return false;
    dialect.header = true;
    a->comma = dialect.point == ',';
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&dialect, add_record, a);
    return csv_feed(reader, text, err) && csv_end(reader, err) &&
           (a->added || FAIL(err, ERR_INPUT, _("A row for each observation, below the names."),
                             _("There is no observation in it.")));
}

/* All rows of a file, or none. */
static bool add_file(struct adding *a, const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct store *store = record_store(a->cli->record);
    if (!file_read(path, 1 << 28, &text, err) || !store_begin(store, err))
        return false;
    if (add_text(a, buf_view(&text), err))
        return store_commit(store, err);
    store_rollback(store);
    return err_context(err, "%s", path);
}

static bool add_one(struct adding *a, struct err *err)
{
    CLEANUP(filled_release) struct filled values = filled_new();
    struct assignment set;
    for (size_t i = 1; cli_operand(a->cli, i); i++)
        if (!read_assignment(cli_operand(a->cli, i), &set, err) ||
            !filled_set(&values, a->form, set.key, set.value, err))
            return false;
    return write_down(a, &values, err);
}

static bool run_add(struct cli *cli, struct err *err)
{
    const char *file = cli_option(cli, "file");
    struct form form;
    CLEANUP(json_release) json_t *ids = json_array();
    struct adding a = {.cli = cli,
                       .form = &form,
                       .ids = ids,
                       .options = {.licence = cli_option(cli, "licence"),
                                   .permission = cli_option(cli, "permission")}};
    if (file && cli_operand(cli, 1))
        return FAIL(err, ERR_USAGE, _("Give either --file or field=value."),
                    _("There are a file and values."));
    if (!form_last(cli->record, cli_operand(cli, 0), &cli->arena, &form, err) ||
        !(file ? add_file(&a, file, err) : add_one(&a, err)))
        return false;
    cli_put_text(cli, "id", hash_hex(&a.last).at);
    cli_put_text(cli, "table", form.name.at);
    cli_put(cli, "ids", json_incref(ids));
    cli_put_int(cli, "added", (int64_t)a.added);
    if (file)
        cli_say(cli, _("%llu observation(s) written down in the table \"%.*s\".\n"),
                (unsigned long long)a.added, STR_ARG(form.name));
    else
        cli_say(cli, _("Written down in the table \"%.*s\". Its number: %.8s\n"),
                STR_ARG(form.name), hash_hex(&a.last).at);
    cli_say(cli, _("Something wrong? allmende collect correct %.8s field=value --why TEXT\n"),
            hash_hex(&a.last).at);
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "file",
     .value = "CSV",
     .help = N_("many at once: a column for each field, a row for each observation")},
    {.name = "licence", .value = "SPDX", .help = N_("its licence, if it is not the project's")},
    {.name = "permission",
     .value = "LIST",
     .help = N_("what it may be used for, out of project,publication,training")},
    {.name = NULL},
};

const struct command collect_add_command = {
    .name = "collect add",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Write an observation down by a form"),
    .details = N_("Values are checked against the form and kept as typed. A place is \"LATITUDE "
                  "LONGITUDE ACCURACY\" with metres; several choices are parted by blanks; rows of "
                  "a repeat are fish.1.species=trout, fish.2.species=… What you give permission "
                  "for can be narrower than the project's: --permission project"),
    .operands = "FORM FIELD=VALUE…",
    .operands_min = 1,
    .operands_max = 1000,
    .example = "collect add stream site=weir temperature=12.5",
    .options = add_options,
    .run = run_add,
};

/* --- correct ------------------------------------------------------------------------------ */

static bool run_correct(struct cli *cli, struct err *err)
{
    struct correction_draft draft = {.why = cli_option(cli, "why")};
    struct hash id;
    size_t n = 0;
    while (cli_operand(cli, n + 1))
        n++;
    struct assignment *set = arena_get(&cli->arena, n, sizeof *set);
    for (size_t i = 0; i < n; i++)
        if (!read_assignment(cli_operand(cli, i + 1), &set[i], err))
            return false;
    draft.set = set;
    draft.n = n;
    if (!record_find(cli->record, cli_operand(cli, 0), "observation", &draft.observation, err) ||
        !observe_correct(cli->record, &draft, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put_text(cli, "observation", hash_hex(&draft.observation).at);
    cli_say(cli,
            _("Corrected (%.8s). What stood there before stays in its history: allmende "
              "collect show %.8s\n"),
            hash_hex(&id).at, hash_hex(&draft.observation).at);
    return true;
}

static const struct option_spec correct_options[] = {
    {.name = "why",
     .value = "TEXT",
     .help = N_("why; it stays, so name nobody in it"),
     .required = true},
    {.name = NULL},
};

const struct command collect_correct_command = {
    .name = "collect correct",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Correct values of an observation"),
    .details =
        N_("The observation itself is never changed: a correction stands beside it, with its "
           "reason, and the last one holds. Whoever wrote it down corrects it, and people in "
           "charge. FIELD= without a value takes a value away."),
    .operands = "OBSERVATION FIELD=VALUE…",
    .operands_min = 2,
    .operands_max = 1000,
    .example = "collect correct last temperature=11.5 --why \"misread\"",
    .options = correct_options,
    .run = run_correct,
};

/* --- list, show --------------------------------------------------------------------------- */

static bool count_observations(struct record *record, struct str table, int64_t *ret,
                               struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool there;
    if (!store_stmt(record_store(record), SQL_COLLECT_OBSERVATION_COUNT, &stmt, err))
        return false;
    stmt_text(stmt, table);
    if (!stmt_step(stmt, &there, err))
        return false;
    *ret = there ? row_int(stmt, 0) : 0;
    return true;
}

bool observe_cmd_list(struct cli *cli, size_t *ret_n, struct err *err)
{
    struct form *all;
    size_t n;
    if (!form_list(cli->record, &cli->arena, &all, &n, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "forms", list);
    *ret_n = n;
    for (size_t i = 0; i < n; i++) {
        bool later = false;
        int64_t count;
        for (size_t j = i + 1; j < n; j++)
            later = later || str_eq(all[i].name, all[j].name);
        if (later)
            continue;
        if (!count_observations(cli->record, all[i].name, &count, err))
            return false;
        json_array_append_new(list, json_pack("{s:s#,s:I,s:I}", "table", all[i].name.at,
                                              all[i].name.n, "version", (json_int_t)all[i].version,
                                              "observations", (json_int_t)count));
        cli_say(cli, _("%.8s  %.*s: %lld observation(s) by the form, version %llu\n"),
                hash_hex(&all[i].id).at, STR_ARG(all[i].name), (long long)count,
                (unsigned long long)all[i].version);
    }
    return true;
}

/* A line for each observation: its number, who wrote it, how often it was corrected; values only
 * where nothing is set aside. */
static bool say_observation(struct cli *cli, const struct hash *id, bool unseen, json_t *list,
                            struct err *err)
{
    enum { VALUES_SHOWN = 4 };
    struct observation o;
    size_t shown = 0;
    if (!observe_load(cli->record, id, NULL, &cli->arena, &o, err))
        return false;
    if (o.presence != BODY_PRESENT)
        return true;
    json_array_append_new(list, json_pack("{s:s,s:I}", "id", hash_hex(id).at, "corrections",
                                          (json_int_t)o.correction_n));
    cli_say(cli, "%.8s", hash_hex(id).at);
    for (size_t f = 0; !unseen && f < o.form.field_n && shown < VALUES_SHOWN; f++) {
        const char *text = json_text(o.answers.fields, o.form.field[f].name.at);
        if (!text || o.form.field[f].type == FORM_DEPLOYMENT)
            continue;
        cli_say(cli, "  %s", text);
        shown++;
    }
    if (o.correction_n)
        cli_say(cli, _("  (%zu times corrected)"), o.correction_n);
    cli_say(cli, "\n");
    filled_release(&o.answers);
    return true;
}

bool observe_cmd_list_of(struct cli *cli, const char *table, struct err *err)
{
    struct ids ids;
    struct form form;
    size_t first;
    size_t end;
    bool unseen;
    json_t *list = json_array();
    cli_put(cli, "observations", list);
    if (!form_last(cli->record, table, &cli->arena, &form, err) ||
        !observe_ids(cli->record, form.name, &cli->arena, &ids, err) ||
        !observe_is_unseen(cli->record, form.name, &unseen, err) ||
        !cli_page(cli, ids.n, &first, &end, err))
        return false;
    if (unseen)
        cli_say(cli, _("Values are not shown: a part of this table is set aside, and nobody has "
                       "looked yet.\n"));
    for (size_t i = first; i < end; i++)
        if (!say_observation(cli, &ids.at[i], unseen, list, err))
            return false;
    cli_say(cli, _("Look at one: allmende collect show NUMBER\n"));
    return true;
}

static void say_values(struct cli *cli, const json_t *row, const char *indent)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)row, key, value)
    {
        cli_say(cli, "%s%s = %s\n", indent, key, json_string_value(value));
    }
}

static void say_answers(struct cli *cli, const struct filled *answers)
{
    const char *key;
    json_t *rows;
    say_values(cli, answers->fields, "  ");
    json_object_foreach(answers->rows, key, rows)
    {
        for (size_t r = 0; r < json_array_size(rows); r++) {
            cli_say(cli, "  %s %zu\n", key, r + 1);
            say_values(cli, json_array_get(rows, r), "    ");
        }
    }
}

static bool say_corrections(struct cli *cli, const struct observation *o, bool unseen,
                            struct err *err)
{
    struct member *members;
    size_t n;
    json_t *list = json_array();
    cli_put(cli, "corrections", list);
    if (!member_list(cli->record, &cli->arena, &members, &n, err))
        return false;
    for (size_t i = 0; i < o->correction_n; i++) {
        CLEANUP(correction_release) struct correction one = {.open = NULL};
        struct err gone = {0};
        if (!correction_load(cli->record, &o->correction[i], &cli->arena, &one, &gone))
            continue;
        struct str name = member_name(members, n, &one.author);
        json_t *object = json_pack("{s:s,s:s#,s:s#}", "id", hash_hex(&one.id).at, "member", name.at,
                                   name.n, "why", one.why.at, one.why.n);
        json_array_append_new(list, object);
        cli_say(cli, _("Corrected by %.*s (%.8s): %.*s\n"), STR_ARG(name), hash_hex(&one.id).at,
                STR_ARG(one.why));
        if (unseen)
            continue;
        json_object_set(object, "set", one.open);
        say_values(cli, one.open, "  ");
        say_values(cli, one.private, "  ");
    }
    return true;
}

bool observe_cmd_show(struct cli *cli, const struct hash *id, struct err *err)
{
    struct observation o;
    bool unseen;
    if (!observe_load(cli->record, id, NULL, &cli->arena, &o, err))
        return false;
    cli_put_text(cli, "id", hash_hex(id).at);
    if (o.presence != BODY_PRESENT) {
        cli_say(cli, _("What the entry %.8s says is not here (any more).\n"), hash_hex(id).at);
        return true;
    }
    cli_put_text(cli, "table", o.form.name.at);
    cli_put_int(cli, "version", (int64_t)o.form.version);
    cli_put(cli, "may_publish", json_boolean(o.may_publish));
    cli_put(cli, "may_use", json_boolean(o.may_use));
    cli_say(cli, _("Observation %.8s by the form \"%.*s\", version %llu; may become public: %s\n"),
            hash_hex(id).at, STR_ARG(o.form.name), (unsigned long long)o.form.version,
            o.may_publish ? _("yes") : _("no"));
    bool fine = observe_is_unseen(cli->record, o.form.name, &unseen, err);
    if (fine && unseen) {
        cli_say(cli, _("Values are not shown: a part of this table is set aside, and nobody has "
                       "looked yet.\n"));
    } else if (fine) {
        cli_put(cli, "values", json_incref(o.answers.fields));
        cli_put(cli, "rows", json_incref(o.answers.rows));
        say_answers(cli, &o.answers);
    }
    fine = fine && say_corrections(cli, &o, unseen, err);
    filled_release(&o.answers);
    return fine;
}

/* --- deployments -------------------------------------------------------------------------- */

static bool run_deploy(struct cli *cli, struct err *err)
{
    struct deployment_draft draft = {.device = cli_option(cli, "device"),
                                     .place = cli_option(cli, "place"),
                                     .where = cli_option(cli, "where"),
                                     .from = cli_option(cli, "from"),
                                     .to = cli_option(cli, "to"),
                                     .permission = cli_option(cli, "permission")};
    const char *replaces = cli_option(cli, "replaces");
    struct hash id;
    struct hash old;
    if (replaces && !record_find(cli->record, replaces, "deployment", &old, err))
        return false;
    draft.replaces = replaces ? &old : NULL;
    if (!deployment_add(cli->record, &draft, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_say(cli, _("Written down. Its number: %.8s\n"), hash_hex(&id).at);
    cli_say(cli, _("Observations name it in a field of the type deployment.\n"));
    return true;
}

static const struct option_spec deploy_options[] = {
    {.name = "device", .value = "TEXT", .help = N_("which device: camera 2, recorder 3")},
    {.name = "from", .value = "TIME", .help = N_("from when: 2024-05-01 or 2024-05-01T18:30")},
    {.name = "to", .value = "TIME", .help = N_("until when, if it is over")},
    {.name = "place", .value = "NAME", .help = N_("where, by a name that may be known")},
    {.name = "where", .value = "TEXT", .help = N_("where exactly; only for members")},
    {.name = "replaces",
     .value = "NUMBER",
     .help = N_("the one that ended or was wrong; what you do not say stays as it was there")},
    {.name = "permission",
     .value = "LIST",
     .help = N_("what it may be used for, out of project,publication,training")},
    {.name = NULL},
};

const struct command deployment_add_command = {
    .name = "deployment add",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Write down which device was where, and when"),
    .operands = "",
    .example = "deployment add --device \"camera 2\" --place weir --from 2024-05-01",
    .options = deploy_options,
    .run = run_deploy,
};

static bool run_deployments(struct cli *cli, struct err *err)
{
    struct deployment *all;
    size_t n;
    size_t first;
    size_t end;
    if (!deployment_list(cli->record, &cli->arena, &all, &n, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "deployments", list);
    if (!cli_page(cli, n, &first, &end, err))
        return false;
    for (size_t i = first; i < end; i++) {
        const struct deployment *d = &all[i];
        json_array_append_new(list, json_pack("{s:s,s:s#,s:s#,s:s#,s:s#}", "id",
                                              hash_hex(&d->id).at, "device", d->device.at,
                                              d->device.n, "place", d->place.at, d->place.n, "from",
                                              d->from.at, d->from.n, "to", d->to.at, d->to.n));
        cli_say(cli, "%.8s  %.*s  %.*s  %.*s – %.*s\n", hash_hex(&d->id).at, STR_ARG(d->device),
                STR_ARG(d->place), STR_ARG(d->from), STR_ARG(d->to.n ? d->to : STR("…")));
    }
    if (n == 0)
        cli_say(cli, _("There is no deployment yet. Add one: allmende deployment add\n"));
    return true;
}

const struct command deployment_list_command = {
    .name = "deployment list",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("List which device was where"),
    .operands = "",
    .example = "deployment list",
    .options = cli_page_options,
    .run = run_deployments,
};
