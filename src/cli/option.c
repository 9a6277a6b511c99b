/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the command line:
 *
 *   allmende [shared option]… COMMAND [option or operand]… [-- operand…]
 *
 * A value stands behind its option as the next word or after "=". The next word is not taken if it
 * looks like an option itself ("--…", "-p", "-h"; "-5" is a value): so a forgotten value is noticed
 * where it was forgotten, and --json, --lang and --help can be found before anything else is
 * understood. Option names are never shortened, so that a new one cannot change what an old script
 * means. getopt_long was dropped: it prints by itself, permutes argv and keeps global state.
 *
 * Invariants: 1. given[] and operand[] have room for all words of the line.
 *             2. Every word is UTF-8; nothing behind the command line checks that again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/parts.h"

const struct option_spec option_shared[] = {
    {.name = "p",
     .value = "FILE",
     .help = N_("the project file; without it the only *.allmende in this folder")},
    {.name = "as",
     .value = "MEMBER",
     .help = N_("who you are, where several people share a computer")},
    {.name = "json", .help = N_("print one JSON object, for other programs")},
    {.name = "lang", .value = "de|en", .help = N_("the language of all messages")},
    {.name = "quiet", .help = N_("print nothing but warnings and errors")},
    {.name = "help", .help = N_("explain the command and do nothing else")},
    {.name = "version", .help = N_("print the version of the program")},
    {.name = NULL}};

/* The words that are still to be read. */
struct line {
    char **at;
    int n;
    int i;
};

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0';
}

static bool is_never_a_value(const char *word)
{
    return strncmp(word, "--", 2) == 0 || strcmp(word, "-p") == 0 || strcmp(word, "-h") == 0;
}

static const struct option_spec *find_in(const struct option_spec *options, struct str name)
{
    for (; options && options->name; options++)
        if (str_eq(str_of(options->name), name))
            return options;
    return NULL;
}

/* The option that a word without its dashes and value names for this command. */
static const struct option_spec *find_option(const struct command *command, struct str name)
{
    const struct option_spec *own = command ? find_in(command->options, name) : NULL;
    return own ? own : find_in(option_shared, name);
}

void option_write(const struct option_spec *spec, struct buf *out)
{
    buf_printf(out, "%s%s", spec->name[1] ? "--" : "-", spec->name);
    if (spec->value)
        buf_printf(out, " %s", spec->value);
}

static const char *written(struct cli *cli, const struct option_spec *spec)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    option_write(spec, &text);
    return arena_copy(&cli->arena, buf_view(&text));
}

/* The next step for a mistake in how a command was called. */
static const char *read_help(struct cli *cli)
{
    if (!cli->command)
        return _("Read: allmende help");
    return arena_printf(&cli->arena, _("Read: allmende help %s"), cli->command->name);
}

static const char *command_name(const struct cli *cli)
{
    return cli->command ? cli->command->name : "allmende";
}

/* --- before anything else ----------------------------------------------------------------- */

/* The language that the system's settings name: the first of the three that is set counts. */
static enum lang lang_of_system(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    enum lang lang = LANG_EN;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *code = getenv(names[i]);
        if (code && code[0]) {
            (void)lang_by_code(code, &lang);
            break;
        }
    }
    return lang;
}

void option_scan(struct cli *cli, int argc, char **argv)
{
    enum lang lang = lang_of_system();
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *word = argv[i];
        const char *code = "";
        if (strcmp(word, "--json") == 0)
            cli->json = true;
        else if (strcmp(word, "--quiet") == 0)
            cli->quiet = true;
        else if (strncmp(word, "--lang=", 7) == 0)
            code = word + 7;
        else if (strcmp(word, "--lang") == 0 && i + 1 < argc)
            code = argv[i + 1];
        (void)lang_by_code(code, &lang); /* an unknown one is refused in option_read */
    }
    lang_set(lang);
}

/* True if one of the words is this flag, wherever it stands. */
static bool is_asked(int argc, char **argv, const char *flag)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], flag) == 0)
            return true;
    return false;
}

static bool check_utf8(int argc, char **argv, struct err *err)
{
    for (int i = 1; i < argc; i++) {
        size_t at;
        if (!str_utf8(str_of(argv[i]), &at))
            return FAIL(err, ERR_USAGE, _("Set the terminal to UTF-8, or rename the file."),
                        _("Word %d of the command line is not UTF-8: %s"), i, argv[i]);
    }
    return true;
}

/* --- options ------------------------------------------------------------------------------ */

static void try_all(struct near *near, const struct option_spec *options)
{
    for (; options && options->name; options++)
        near_try(near, options->name);
}

static bool refuse_option(struct cli *cli, const char *word, struct str name, struct err *err)
{
    struct near near = {.word = arena_copy(&cli->arena, name)};
    if (word[1] == '-') {
        try_all(&near, cli->command ? cli->command->options : NULL);
        try_all(&near, option_shared);
    }
    const char *what =
        arena_printf(&cli->arena, "%.*s", (int)((size_t)(name.at - word) + name.n), word);
    if (!near.best)
        return FAIL(err, ERR_USAGE, read_help(cli), _("%s does not know the option %s."),
                    command_name(cli), what);
    return FAIL(err, ERR_USAGE, read_help(cli),
                _("%s does not know the option %s. Did you mean %s%s?"), command_name(cli), what,
                near.best[1] ? "--" : "-", near.best);
}

static bool keep_option(struct cli *cli, const struct option_spec *spec, const char *value,
                        struct err *err)
{
    struct cli_values *values = cli->values;
    for (size_t i = 0; i < values->given_n; i++)
        if (values->given[i].spec == spec && spec->value && !spec->repeat)
            return FAIL(err, ERR_USAGE, _("Leave one of them out."),
                        _("The option %s is given more than once."), written(cli, spec));
    values->given[values->given_n++] = (struct given){spec, value};
    return true;
}

/* Read the option at the front of the line, with its value. */
static bool take_option(struct cli *cli, struct line *line, struct err *err)
{
    const char *word = line->at[line->i++];
    struct str name = str_of(word + (word[1] == '-' ? 2 : 1));
    const char *equals = word[1] == '-' ? strchr(word, '=') : NULL;
    if (equals)
        name.n = (size_t)(equals - name.at);
    const struct option_spec *spec = find_option(cli->command, name);
    if (!spec || (spec->name[1] == '\0') != (word[1] != '-'))
        return refuse_option(cli, word, name, err);
    if (!spec->value && equals)
        return FAIL(err, ERR_USAGE, read_help(cli), _("The option %s takes no value."),
                    written(cli, spec));
    const char *value = equals ? equals + 1 : NULL;
    if (spec->value && !value) {
        if (line->i == line->n || is_never_a_value(line->at[line->i]))
            return FAIL(
                err, ERR_USAGE,
                arena_printf(&cli->arena, _("Write it behind the option: %s"), written(cli, spec)),
                _("The option %s needs a value."), word);
        value = line->at[line->i++];
    }
    return keep_option(cli, spec, value, err);
}

/* --- the command -------------------------------------------------------------------------- */

static bool refuse_command(struct cli *cli, const char *first, const char *both, struct err *err)
{
    struct near near_one = {.word = first};
    struct near near_two = {.word = both};
    CLEANUP(buf_release) struct buf group = BUF_INIT;
    for (const struct command *const *c = cli->values->commands; *c; c++) {
        near_try(&near_one, (*c)->name);
        near_try(&near_two, (*c)->name);
        if (help_is_group(*c, first))
            buf_printf(&group, "%s%s", group.n ? ", " : "", (*c)->name);
    }
    near_try(&near_one, help_command.name);
    const char *best = near_two.best ? near_two.best : near_one.best;
    const char *word = group.n ? both : first;
    if (best)
        return FAIL(err, ERR_USAGE, _("Read: allmende help"),
                    _("There is no command \"%s\". Did you mean \"%s\"?"), word, best);
    if (group.n)
        return FAIL(err, ERR_USAGE, arena_printf(&cli->arena, _("Read: allmende help %s"), first),
                    _("There is no command \"%s\". There are: %s."), word, group.at);
    return FAIL(err, ERR_USAGE, _("Read: allmende help"), _("There is no command \"%s\"."), word);
}

/* Read one or two words that name a command; the longer name counts. */
static bool take_command(struct cli *cli, struct line *line, struct err *err)
{
    const char *first = line->at[line->i];
    bool second = line->i + 1 < line->n && !is_option(line->at[line->i + 1]);
    const char *both =
        second ? arena_printf(&cli->arena, "%s %s", first, line->at[line->i + 1]) : first;
    const struct command *longer = second ? help_find(cli, both) : NULL;
    cli->command = longer ? longer : help_find(cli, first);
    if (!cli->command)
        return refuse_command(cli, first, both, err);
    line->i += longer ? 2 : 1;
    return true;
}

/* `allmende COMMAND … --help` is `allmende help COMMAND`. */
static void turn_into_help(struct cli *cli, const struct line *line)
{
    struct cli_values *values = cli->values;
    cli->command = &help_command;
    for (int i = line->i; i < line->n && !is_option(line->at[i]) && values->operand_n < 2; i++)
        values->operand[values->operand_n++] = line->at[i];
    if (values->operand_n == 2) {
        const char *both =
            arena_printf(&cli->arena, "%s %s", values->operand[0], values->operand[1]);
        if (!help_find(cli, both))
            values->operand_n = 1;
    }
}

/* --- what a command demands --------------------------------------------------------------- */

static bool check_required(struct cli *cli, struct err *err)
{
    for (const struct option_spec *o = cli->command->options; o && o->name; o++)
        if (o->required && !option_value(cli, o->name))
            return FAIL(err, ERR_USAGE, read_help(cli),
                        _("The command \"%s\" needs the option %s."), cli->command->name,
                        written(cli, o));
    return true;
}

static bool check_operands(struct cli *cli, struct err *err)
{
    const struct command *command = cli->command;
    size_t n = cli->values->operand_n;
    if (n < command->operands_min)
        return FAIL(err, ERR_USAGE, read_help(cli),
                    _("Something is missing behind \"%s\". It needs: %s"), command->name,
                    command->operands);
    if (n > command->operands_max)
        return FAIL(err, ERR_USAGE, read_help(cli),
                    _("\"%s\" is one word too many for the command \"%s\"."),
                    cli->values->operand[command->operands_max], command->name);
    return true;
}

static bool check_shared(struct cli *cli, struct err *err)
{
    enum lang lang;
    const char *code = option_value(cli, "lang");
    if (code && !lang_by_code(code, &lang))
        return FAIL(err, ERR_USAGE, _("Choose --lang de or --lang en."),
                    _("The program does not speak the language \"%s\"."), code);
    cli->as = option_value(cli, "as");
    return true;
}

/* Options and operands behind the command. */
static bool take_rest(struct cli *cli, struct line *line, struct err *err)
{
    struct cli_values *values = cli->values;
    bool plain = false; /* behind "--" */
    while (line->i < line->n) {
        const char *word = line->at[line->i];
        if (!plain && is_option(word) && strcmp(word, "--") != 0) {
            if (!take_option(cli, line, err))
                return false;
            continue;
        }
        line->i++;
        if (!plain && strcmp(word, "--") == 0)
            plain = true;
        else
            values->operand[values->operand_n++] = word;
    }
    return check_shared(cli, err) && check_required(cli, err) && check_operands(cli, err);
}

bool option_read(struct cli *cli, int argc, char **argv, struct err *err)
{
    struct line line = {argv, argc, 1};
    size_t words = argc > 0 ? (size_t)argc : 1;
    cli->values->given = arena_get(&cli->arena, words, sizeof(struct given));
    cli->values->operand = arena_get(&cli->arena, words, sizeof(char *));
    if (!check_utf8(argc, argv, err))
        return false;
    bool version = is_asked(argc, argv, "--version");
    bool help = is_asked(argc, argv, "--help") || is_asked(argc, argv, "-h");
    while (line.i < line.n && is_option(line.at[line.i]) && strcmp(line.at[line.i], "--") != 0) {
        if (strcmp(line.at[line.i], "-h") == 0)
            line.i++;
        else if (!take_option(cli, &line, err))
            return false;
    }
    if (help) {
        turn_into_help(cli, &line);
        return check_shared(cli, err);
    }
    if (line.i >= line.n || version) {
        cli->command = version ? &help_version : &help_command;
        return check_shared(cli, err);
    }
    return take_command(cli, &line, err) && take_rest(cli, &line, err);
}

/* --- what commands ask -------------------------------------------------------------------- */

const char *option_value(const struct cli *cli, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < cli->values->given_n; i++)
        if (strcmp(cli->values->given[i].spec->name, name) == 0)
            value = cli->values->given[i].value;
    return value;
}

static const struct option_spec *declared(const struct cli *cli, const char *name)
{
    const struct option_spec *spec = find_option(cli->command, str_of(name));
    BUG_IF(!spec);
    return spec;
}

const char *cli_option(const struct cli *cli, const char *name)
{
    return option_value(cli, declared(cli, name)->name);
}

const char *cli_option_at(const struct cli *cli, const char *name, size_t i)
{
    const struct option_spec *spec = declared(cli, name);
    for (size_t k = 0; k < cli->values->given_n; k++)
        if (cli->values->given[k].spec == spec && i-- == 0)
            return cli->values->given[k].value;
    return NULL;
}

const char *const *cli_option_all(struct cli *cli, const char *name, size_t *ret_n)
{
    size_t n = 0;
    while (cli_option_at(cli, name, n))
        n++;
    const char **given = arena_get(&cli->arena, n, sizeof *given);
    for (size_t i = 0; i < n; i++)
        given[i] = cli_option_at(cli, name, i);
    *ret_n = n;
    return given;
}

bool cli_flag(const struct cli *cli, const char *name)
{
    const struct option_spec *spec = declared(cli, name);
    for (size_t i = 0; i < cli->values->given_n; i++)
        if (cli->values->given[i].spec == spec)
            return true;
    return false;
}

const char *cli_operand(const struct cli *cli, size_t i)
{
    return i < cli->values->operand_n ? cli->values->operand[i] : NULL;
}

bool cli_uint(const struct cli *cli, const char *name, uint64_t min, uint64_t max, uint64_t *ret,
              struct err *err)
{
    char next[128];
    uint64_t value;
    const char *text = cli_option(cli, name);
    if (!text)
        return true;
    if (str_uint(str_of(text), max, &value) && value >= min) {
        *ret = value;
        return true;
    }
    snprintf(next, sizeof next, _("For example: --%s %llu"), name, (unsigned long long)min);
    return FAIL(err, ERR_USAGE, next,
                _("--%s must be a whole number from %llu to %llu, not \"%s\"."), name,
                (unsigned long long)min, (unsigned long long)max, text);
}
