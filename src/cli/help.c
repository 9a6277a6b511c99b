/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help is the table of commands, read aloud: by phase, in the order of the cycle. Nothing is
 * written down twice, so it cannot be out of date. */
#include <string.h>

#include "base/version.h"
#include "cli/parts.h"

enum { LINE_COLUMNS = 80, TEXT_COLUMN = 30 };

static const struct {
    const char *name;
    const char *what;
} phases[] = {
    [PHASE_NONE] = {"none", N_("Without a project")},
    [PHASE_PROJECT] = {"project", N_("project: set it up, see where it stands, keep copies")},
    [PHASE_ASK] = {"ask", N_("ask: put questions, weigh what to do without AI, decide together")},
    [PHASE_HYPOTHESISE] = {"hypothesise",
                           N_("hypothesise: say what would count as success; write it down and "
                              "lock it")},
    [PHASE_COLLECT] = {"collect",
                       N_("collect: observe, name what is seen, see where you disagree")},
    [PHASE_TRAIN] = {"train",
                     N_("train: climb steps from \"no AI\" upward, and stop where it is enough")},
    [PHASE_EVALUATE] = {"evaluate",
                        N_("evaluate: look at the part set aside, and at the errors together")},
    [PHASE_PUBLISH] =
        {"publish", N_("publish: see first what becomes public; others can re-run and carry on")},
    [PHASE_LEDGER] = {"ledger", N_("ledger: what it took, in computing time and energy")},
};
_Static_assert(COUNT_OF(phases) == PHASE_COUNT, "every phase has a name");

static const char *const needs_names[] = {"nothing", "read", "file", "write", "raw"};

/* --- finding ------------------------------------------------------------------------------ */

const struct command *help_find(const struct cli *cli, const char *name)
{
    for (const struct command *const *c = cli->values->commands; *c; c++)
        if (strcmp((*c)->name, name) == 0)
            return *c;
    return strcmp(name, help_command.name) == 0 ? &help_command : NULL;
}

bool help_is_group(const struct command *command, const char *word)
{
    size_t n = strlen(word);
    return strncmp(command->name, word, n) == 0 && command->name[n] == ' ';
}

/* True if `topic` means this command: it is its name, its first word, or its phase. */
static bool is_about(const struct command *command, const char *topic)
{
    return strcmp(command->name, topic) == 0 || help_is_group(command, topic) ||
           strcmp(phases[command->phase].name, topic) == 0;
}

/* --- text --------------------------------------------------------------------------------- */

/* How many columns the bytes take: characters of two columns do not occur in our own texts. */
static size_t columns_of(struct str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++)
        n += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return n;
}

static void add_blanks(struct buf *out, size_t n)
{
    while (n--)
        buf_char(out, ' ');
}

/* Append a paragraph that starts at `column`, broken between words; later lines are indented. A
 * line feed in it stays one. */
static void add_wrapped(struct buf *out, size_t column, size_t indent, const char *text)
{
    struct str rest = str_of(text);
    struct str line;
    while (str_cut(&rest, '\n', &line)) {
        struct str word;
        for (bool first = true; str_cut(&line, ' ', &word); first = false) {
            size_t n = columns_of(word);
            bool fits = column + 1 + n <= LINE_COLUMNS;
            if (!first)
                buf_char(out, fits ? ' ' : '\n');
            if (!first && !fits)
                add_blanks(out, indent);
            column = first ? column + n : fits ? column + 1 + n : indent + n;
            buf_str(out, word);
        }
        buf_char(out, '\n');
        column = indent;
        if (rest.n && rest.at[0] != '\n')
            add_blanks(out, indent);
    }
}

/* "  left          text", the text in a column of its own. */
static void add_row(struct buf *out, struct str left, const char *text)
{
    size_t n = 2 + columns_of(left);
    buf_printf(out, "  %.*s", STR_ARG(left));
    if (n + 2 > TEXT_COLUMN) {
        buf_char(out, '\n');
        n = 0;
    }
    add_blanks(out, TEXT_COLUMN - n);
    add_wrapped(out, TEXT_COLUMN, TEXT_COLUMN, text);
}

static void add_command_row(struct buf *out, const struct command *command)
{
    CLEANUP(buf_release) struct buf left = BUF_INIT;
    buf_text(&left, command->name);
    if (command->operands[0])
        buf_printf(&left, " %s", command->operands);
    add_row(out, buf_view(&left), _(command->summary));
}

/* The commands of a phase under its heading; with topic, only those that it means. */
static void add_phase(struct buf *out, const struct cli *cli, enum phase phase, const char *topic)
{
    bool headed = false;
    for (const struct command *const *c = cli->values->commands; *c; c++) {
        if ((*c)->phase != phase || (topic && !is_about(*c, topic)))
            continue;
        if (!headed)
            add_wrapped(out, 0, 2, _(phases[phase].what));
        headed = true;
        add_command_row(out, *c);
    }
    if (headed)
        buf_char(out, '\n');
}

static void add_phases(struct buf *out, const struct cli *cli, const char *topic)
{
    for (int phase = 0; phase < PHASE_COUNT; phase++)
        add_phase(out, cli, (enum phase)phase, topic);
}

static void add_options(struct buf *out, const struct option_spec *option)
{
    CLEANUP(buf_release) struct buf left = BUF_INIT;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    for (; option && option->name; option++) {
        buf_clear(&left);
        buf_clear(&text);
        option_write(option, &left);
        buf_text(&text, _(option->help));
        if (option->required)
            buf_printf(&text, " (%s)", _("needed"));
        if (option->repeat)
            buf_printf(&text, " (%s)", _("may be repeated"));
        add_row(out, buf_view(&left), text.at);
    }
}

static void add_overview(struct buf *out, const struct cli *cli)
{
    add_wrapped(out, 0, 0,
                _("Allmende: a community asks, observes and finds out, with AI only where it is "
                  "needed. One program, one project file, on your own computer."));
    buf_printf(out, "\n  allmende [-p FILE] %s\n\n", _("COMMAND …"));
    add_phases(out, cli, NULL);
    buf_printf(out, "%s\n", _("Every command takes:"));
    add_options(out, option_shared);
    buf_printf(out, "\n%s\n", _("More about one command: allmende help COMMAND"));
}

static void add_command(struct buf *out, const struct command *command)
{
    buf_printf(out, "allmende %s%s%s", command->name, command->operands[0] ? " " : "",
               command->operands);
    for (const struct option_spec *o = command->options; o && o->name; o++) {
        if (o->required) {
            buf_char(out, ' ');
            option_write(o, out);
        }
    }
    buf_text(out, command->options ? " […]\n\n" : "\n\n");
    add_wrapped(out, 0, 0, _(command->summary));
    if (command->details) {
        buf_char(out, '\n');
        add_wrapped(out, 0, 0, _(command->details));
    }
    if (command->options) {
        buf_printf(out, "\n%s\n", _("Options:"));
        add_options(out, command->options);
    }
    buf_printf(out, "\n%s\n", _("Every command takes:"));
    add_options(out, option_shared);
    if (command->example)
        buf_printf(out, "\n%s\n  allmende %s\n", _("Example:"), command->example);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void set_text(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, text ? json_string(text) : json_null());
}

static json_t *options_json(const struct option_spec *option)
{
    json_t *list = json_array();
    for (; option && option->name; option++) {
        json_t *one = json_object();
        set_text(one, "name", option->name);
        set_text(one, "value", option->value);
        set_text(one, "help", _(option->help));
        json_object_set_new(one, "required", json_boolean(option->required));
        json_object_set_new(one, "repeat", json_boolean(option->repeat));
        json_array_append_new(list, one);
    }
    return list;
}

static json_t *command_json(const struct command *command)
{
    json_t *one = json_object();
    set_text(one, "name", command->name);
    set_text(one, "phase", phases[command->phase].name);
    set_text(one, "needs", needs_names[command->needs]);
    set_text(one, "summary", _(command->summary));
    set_text(one, "details", command->details ? _(command->details) : NULL);
    set_text(one, "operands", command->operands);
    json_object_set_new(one, "operands_min", json_integer((json_int_t)command->operands_min));
    json_object_set_new(one, "operands_max", json_integer((json_int_t)command->operands_max));
    set_text(one, "example", command->example);
    json_object_set_new(one, "options", options_json(command->options));
    return one;
}

static void put_table(struct cli *cli, const char *topic)
{
    json_t *list = json_array();
    for (const struct command *const *c = cli->values->commands; *c; c++)
        if (!topic || is_about(*c, topic))
            json_array_append_new(list, command_json(*c));
    if (!topic || strcmp(topic, help_command.name) == 0)
        json_array_append_new(list, command_json(&help_command));
    cli_put(cli, "commands", list);
}

static void put_all(struct cli *cli)
{
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT_OF(phases); i++) {
        json_t *one = json_object();
        set_text(one, "name", phases[i].name);
        set_text(one, "what", _(phases[i].what));
        json_array_append_new(list, one);
    }
    cli_put_text(cli, "version", VERSION);
    cli_put(cli, "phases", list);
    cli_put(cli, "options", options_json(option_shared));
    put_table(cli, NULL);
}

/* --- the commands ------------------------------------------------------------------------- */

static bool refuse_topic(struct cli *cli, const char *topic, struct err *err)
{
    struct near near = {.word = topic};
    for (const struct command *const *c = cli->values->commands; *c; c++)
        near_try(&near, (*c)->name);
    for (size_t i = 0; i < COUNT_OF(phases); i++)
        near_try(&near, phases[i].name);
    if (near.best)
        return FAIL(err, ERR_USAGE, _("Read: allmende help"),
                    _("There is no command \"%s\". Did you mean \"%s\"?"), topic, near.best);
    return FAIL(err, ERR_USAGE, _("Read: allmende help"), _("There is no command \"%s\"."), topic);
}

static bool help_run(struct cli *cli, struct err *err)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    const char *first = cli_operand(cli, 0);
    const char *second = cli_operand(cli, 1);
    if (!first) {
        put_all(cli);
        add_overview(&out, cli);
        cli_say(cli, "%s", out.at);
        return true;
    }
    const char *topic = second ? arena_printf(&cli->arena, "%s %s", first, second) : first;
    const struct command *command = help_find(cli, topic);
    if (command)
        add_command(&out, command);
    else
        add_phases(&out, cli, topic);
    if (out.n == 0)
        return refuse_topic(cli, topic, err);
    put_table(cli, topic);
    cli_say(cli, "%s", out.at);
    return true;
}

const struct command help_command = {
    .name = "help",
    .phase = PHASE_NONE,
    .needs = NEEDS_NOTHING,
    .summary = N_("Explain the commands, or one of them."),
    .operands = "[COMMAND]",
    .operands_max = 2,
    .example = "help status",
    .run = help_run,
};

static bool version_run(struct cli *cli, struct err *err)
{
    (void)err;
    cli_put_text(cli, "version", VERSION);
    cli_say(cli, "allmende %s\n", VERSION);
    return true;
}

const struct command help_version = {
    .name = "version",
    .phase = PHASE_NONE,
    .needs = NEEDS_NOTHING,
    .summary = N_("Print the version of the program."),
    .operands = "",
    .run = version_run,
};
