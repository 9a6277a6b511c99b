/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/form_cmd.h"

#include "collect/form.h"
#include "hypothesise/hypothesise.h"

static json_t *form_json(const struct form *form)
{
    return json_pack("{s:s,s:s#,s:s#,s:I,s:I}", "id", hash_hex(&form->id).at, "name", form->name.at,
                     form->name.n, "title", form->title.at, form->title.n, "version",
                     (json_int_t)form->version, "fields", (json_int_t)form->field_n);
}

/* --- add ---------------------------------------------------------------------------------- */

static bool run_add(struct cli *cli, struct err *err)
{
    CLEANUP(json_release) json_t *body = NULL;
    CLEANUP(buf_release) struct buf notes = BUF_INIT;
    struct form_source source = {.path = cli_operand(cli, 0),
                                 .name = cli_option(cli, "name"),
                                 .language = cli_option(cli, "language")};
    struct form form;
    source.leave_out = cli_option_all(cli, "leave-out", &source.leave_out_n);
    if (!form_read_file(&source, &body, &notes, err))
        return str_starts(str_of(err->what), str_of(source.path))
                   ? false
                   : err_context(err, "%s", source.path);
    if (!form_add(cli->record, body, &form, &cli->arena, err))
        return false;
    cli_put(cli, "form", form_json(&form));
    cli_put_text(cli, "id", hash_hex(&form.id).at);
    cli_put_text(cli, "notes", notes.at);
    cli_say(cli, "%s", notes.at);
    cli_say(cli, _("The form \"%.*s\", version %llu, has %zu fields (%.8s).\n"), STR_ARG(form.name),
            (unsigned long long)form.version, form.field_n, hash_hex(&form.id).at);
    cli_say(cli, _("Write an observation down: allmende collect add %.*s field=value …\n"),
            STR_ARG(form.name));
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "name", .value = "NAME", .help = N_("the name of the form, if the file tells none")},
    {.name = "language",
     .value = "NAME",
     .help = N_("of an XLSForm with labels in several languages: which one")},
    {.name = "leave-out",
     .value = "TYPE|NAME",
     .help = N_("leave out questions of this type, or a question, group or repeat of this name: "
                "image"),
     .repeat = true},
    {.name = NULL},
};

const struct command form_add_command = {
    .name = "form add",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Add a form for observations, or its next version"),
    .details = N_(
        "FILE is an XLSForm (.xlsx, .xls, .ods, or survey.csv with choices.csv beside it) or a "
        "text "
        "with one field a line:\n\n"
        "form stream \"Walk along the stream\"\n"
        "text site required \"Which site?\"\n"
        "number temperature unit °C min -5 max 40\n"
        "choice water is clear,turbid,brown\n"
        "place where coarse 0.01\n"
        "absence none \"Looked, and found none?\"\n"
        "effort time unit minutes\n"
        "repeat fish when \"none != 'yes'\"\n"
        "choice species is trout,grayling required\n"
        "number length unit cm min 0 max 200 must \". > 0\" else \"longer than 0\"\n"
        "end\n\n"
        "Types: text, number, choice, choices, date, time, moment, place, note, absence, effort, "
        "person, deployment, repeat … end. What was written down by an older version stays as it "
        "is."),
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "form add stream.form",
    .options = add_options,
    .run = run_add,
};

/* --- list, show --------------------------------------------------------------------------- */

static bool run_list(struct cli *cli, struct err *err)
{
    struct form *all;
    size_t n;
    size_t first;
    size_t end;
    if (!form_list(cli->record, &cli->arena, &all, &n, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "forms", list);
    if (!cli_page(cli, n, &first, &end, err))
        return false;
    for (size_t i = first; i < end; i++) {
        json_array_append_new(list, form_json(&all[i]));
        cli_say(cli, _("%.8s  %.*s, version %llu: %zu fields\n"), hash_hex(&all[i].id).at,
                STR_ARG(all[i].name), (unsigned long long)all[i].version, all[i].field_n);
    }
    if (n == 0)
        cli_say(cli, _("There is no form yet. Add one: allmende form add FILE\n"));
    else
        cli_say(cli, _("Look at one: allmende form show NAME\n"));
    return true;
}

const struct command form_list_command = {
    .name = "form list",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("List the forms and their versions"),
    .operands = "",
    .example = "form list",
    .options = cli_page_options,
    .run = run_list,
};

static const char *type_text(enum form_type type)
{
    static const char *const texts[] = {[FORM_TEXT] = N_("text"),
                                        [FORM_NUMBER] = N_("number"),
                                        [FORM_CHOICE] = N_("one choice"),
                                        [FORM_CHOICES] = N_("several choices"),
                                        [FORM_DATE] = N_("date"),
                                        [FORM_TIME] = N_("time of day"),
                                        [FORM_MOMENT] = N_("date and time"),
                                        [FORM_PLACE] = N_("place"),
                                        [FORM_NOTE] = N_("note"),
                                        [FORM_ABSENCE] = N_("looked and found none: yes or no"),
                                        [FORM_EFFORT] = N_("effort"),
                                        [FORM_PERSON] = N_("person"),
                                        [FORM_DEPLOYMENT] = N_("deployment"),
                                        [FORM_REPEAT] = N_("repeat: rows of")};
    return _(texts[type]);
}

static void say_limits(struct cli *cli, const struct form_field *f)
{
    if (f->min.n && f->max.n)
        cli_say(cli, ", %.*s … %.*s", STR_ARG(f->min), STR_ARG(f->max));
    else if (f->min.n)
        cli_say(cli, ", ≥ %.*s", STR_ARG(f->min));
    else if (f->max.n)
        cli_say(cli, ", ≤ %.*s", STR_ARG(f->max));
}

/* How it leaves, where that is not plain. */
static void say_role(struct cli *cli, const struct form_field *f)
{
    static const char *const steps[] = {
        [ROLE_CELL_3] = "0.001", [ROLE_CELL_2] = "0.01", [ROLE_CELL_1] = "0.1"};
    const enum view_role role = form_role(f);
    if (role == ROLE_PRIVATE)
        cli_say(cli, _(", only for members"));
    else if (role == ROLE_PERSON && f->type != FORM_PERSON)
        cli_say(cli, _(", names people"));
    else if (role == ROLE_CELL_1 || role == ROLE_CELL_2 || role == ROLE_CELL_3)
        cli_say(cli, _(", goes out in cells of %s degrees"),
                hypothesise_number(str_of(steps[role]), &cli->arena));
}

static const char *unit_text(struct cli *cli, const struct form_field *f)
{
    static const struct {
        const char *word;
        const char *text;
    } units[] = {{"minutes", N_("minutes")}, {"people", N_("people")}, {"metres", N_("metres")}};
    for (size_t i = 0; f->type == FORM_EFFORT && i < COUNT_OF(units); i++)
        if (str_eq(f->unit, str_of(units[i].word)))
            return _(units[i].text);
    return arena_copy(&cli->arena, f->unit);
}

static void say_field(struct cli *cli, const struct form_field *f)
{
    cli_say(cli, "  %s%.*s (%s", f->in == SIZE_MAX ? "" : "  ", STR_ARG(f->name),
            type_text(f->type));
    for (size_t i = 0; i < f->choice_n; i++)
        cli_say(cli, "%s%.*s", i ? ", " : ": ", STR_ARG(f->choice[i]));
    if (f->unit.n)
        cli_say(cli, ", %s", unit_text(cli, f));
    say_limits(cli, f);
    say_role(cli, f);
    if (f->required)
        cli_say(cli, _(", must be filled in"));
    if (f->when)
        cli_say(cli, _(", not always asked"));
    cli_say(cli, ")%s%.*s\n", f->label.n ? " " : "", STR_ARG(f->label));
}

static json_t *field_json(const struct form *form, const struct form_field *f)
{
    json_t *one = json_pack("{s:s#,s:s,s:s#,s:s#,s:b}", "name", f->name.at, f->name.n, "type",
                            form_type_word(f->type), "label", f->label.at, f->label.n, "unit",
                            f->unit.at, f->unit.n, "required", (int)f->required);
    if (f->in != SIZE_MAX)
        json_object_set_new(one, "in", json_string(form->field[f->in].name.at));
    return one;
}

static bool run_show(struct cli *cli, struct err *err)
{
    struct form form;
    if (!form_last(cli->record, cli_operand(cli, 0), &cli->arena, &form, err))
        return false;
    json_t *list = json_array();
    cli_put(cli, "form", form_json(&form));
    cli_put(cli, "fields", list);
    cli_say(cli, _("Form %.8s  %.*s, version %llu  %.*s\n"), hash_hex(&form.id).at,
            STR_ARG(form.name), (unsigned long long)form.version, STR_ARG(form.title));
    for (size_t f = 0; f < form.field_n; f++) {
        json_array_append_new(list, field_json(&form, &form.field[f]));
        say_field(cli, &form.field[f]);
    }
    cli_say(cli, _("Write an observation down: allmende collect add %.*s field=value …\n"),
            STR_ARG(form.name));
    return true;
}

const struct command form_show_command = {
    .name = "form show",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("Show the fields of a form"),
    .operands = "NAME",
    .operands_min = 1,
    .operands_max = 1,
    .example = "form show stream",
    .run = run_show,
};
