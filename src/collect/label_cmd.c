/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing here shows what others say about an item (label.h). */
#include "collect/label_cmd.h"

#include <string.h>

#include "base/file.h"
#include "record/record.h"

bool label_cmd_guideline(struct cli *cli, struct hash *ret, struct err *err)
{
    return record_find(cli->record, cli_operand(cli, 0), "guideline", ret, err);
}

bool label_cmd_load(struct cli *cli, bool mine, struct labels *ret, struct err *err)
{
    struct device me;
    struct hash id;
    if (mine)
        me = record_device(cli->record);
    return label_cmd_guideline(cli, &id, err) &&
           labels_load(cli->record, &id, mine ? &me : NULL, &cli->arena, ret, err);
}

static json_t *text_json(struct str text)
{
    return json_stringn(text.at, text.n);
}

static json_t *choices_json(const struct guideline *guide)
{
    json_t *list = json_array();
    for (size_t k = 0; k < guide->choice_n; k++)
        json_array_append_new(list, text_json(guide->choice[k]));
    return list;
}

/* --- guideline ------------------------------------------------------------------------------- */

/* The choices of --choice, then those of --choices, one a line. */
static bool read_choices(struct cli *cli, struct guideline *draft, struct err *err)
{
    size_t n;
    size_t at = 0;
    const char *const *said = cli_option_all(cli, "choice", &n);
    const char *path = cli_option(cli, "choices");
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct str line;
    if (path && !file_read(path, 1 << 20, &bytes, err))
        return false;
    draft->choice = arena_get(&cli->arena, n + bytes.n + 1, sizeof *draft->choice);
    for (; at < n; at++)
        draft->choice[at] = str_trim(str_of(said[at]));
    for (struct str rest = buf_view(&bytes); rest.n && str_cut(&rest, '\n', &line);) {
        while (line.n && line.at[line.n - 1] == '\r')
            line.n--;
        line = str_trim(line);
        if (line.n)
            draft->choice[at++] = arena_str(&cli->arena, line);
    }
    draft->choice_n = at;
    for (size_t k = 0; k < at; k++)
        if (!str_utf8(draft->choice[k], &n))
            return FAIL(err, ERR_INPUT, _("Write it in UTF-8."), _("A choice is not valid text."));
    return true;
}

/* "CHOICE=TEXT" each. */
static bool read_examples(struct cli *cli, struct guideline *draft, struct err *err)
{
    size_t n;
    const char *const *said = cli_option_all(cli, "example", &n);
    draft->example = arena_get(&cli->arena, n, sizeof *draft->example);
    for (size_t i = 0; i < n; i++) {
        struct str rest = str_of(said[i]);
        struct str choice;
        if (!strchr(said[i], '=') || !str_cut(&rest, '=', &choice))
            return FAIL(err, ERR_USAGE, _("For example: --example \"larva=with six legs\""),
                        _("\"%s\" is not CHOICE=TEXT."), said[i]);
        draft->example[draft->example_n++] = (struct label_example){choice, rest};
    }
    return true;
}

static bool read_former(struct cli *cli, struct guideline *draft, struct err *err)
{
    const char *former = cli_option(cli, "replaces");
    draft->keeps = cli_flag(cli, "keep-answers");
    draft->replaces = former != NULL;
    if (!former && draft->keeps)
        return FAIL(err, ERR_USAGE, _("Add --replaces GUIDELINE."),
                    _("--keep-answers needs the version that is replaced."));
    return !former || record_find(cli->record, former, "guideline", &draft->former, err);
}

static bool run_guideline(struct cli *cli, struct err *err)
{
    const char *level = cli_option(cli, "level");
    struct guideline draft = {.question = str_of(cli_operand(cli, 0)),
                              .enough = LABEL_ENOUGH,
                              .table = str_of(cli_option(cli, "table")),
                              .column = str_of(cli_option(cli, "column"))};
    if (level && !agreement_level_by_name(str_of(level), &draft.level))
        return FAIL(err, ERR_USAGE, _("Choose from: nominal, ordinal, interval."),
                    _("\"%s\" is no level."), level);
    if (!cli_uint(cli, "enough", 1, 1000000, &draft.enough, err) ||
        !cli_uint(cli, "alike", 1, 1000000, &draft.alike, err) || !read_choices(cli, &draft, err) ||
        !read_examples(cli, &draft, err) || !read_former(cli, &draft, err) ||
        !label_guideline_add(cli->record, &draft, err))
        return false;
    struct hash_text id = hash_hex(&draft.id);
    cli_put_text(cli, "id", id.at);
    cli_put_int(cli, "version", (int64_t)draft.version);
    cli_put(cli, "choices", choices_json(&draft));
    cli_say(cli, _("The guideline is written down (version %llu). Its number: %.8s\n"),
            (unsigned long long)draft.version, id.at);
    if (draft.table.n)
        cli_say(cli, _("Each of you names items alone: allmende label next %.8s\n"), id.at);
    else
        cli_say(cli, _("Bring answers in: allmende label import %.8s FILE --form triples\n"),
                id.at);
    return true;
}

static const struct option_spec guideline_options[] = {
    {.name = "choice",
     .value = "TEXT",
     .help = N_("something to choose, in order"),
     .repeat = true},
    {.name = "choices", .value = "FILE", .help = N_("the choices, one a line")},
    {.name = "example", .value = "CHOICE=TEXT", .help = N_("how to tell a choice"), .repeat = true},
    {.name = "table", .value = "NAME", .help = N_("the table whose observations are named")},
    {.name = "column", .value = "NAME", .help = N_("its column that says which observation it is")},
    {.name = "enough",
     .value = "N",
     .help = N_("so many answers are enough; 5 if you say nothing")},
    {.name = "alike", .value = "N", .help = N_("or so many that say the same")},
    {.name = "level",
     .value = "nominal|ordinal|interval",
     .help = N_("whether choices have an order (ordinal) or distances (interval)")},
    {.name = "replaces", .value = "GUIDELINE", .help = N_("the version that this one replaces")},
    {.name = "keep-answers", .help = N_("answers given under that version still count")},
    {.name = NULL},
};

const struct command label_guideline_command = {
    .name = "label guideline",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Write down what people are asked when they name observations"),
    .details = N_("One question with its choices and examples. A change is a new version, with "
                  "--replaces. \"I do not know\" can always be answered; it is no choice."),
    .operands = "QUESTION",
    .operands_min = 1,
    .operands_max = 1,
    .example = "label guideline \"Which bird is it?\" --choice bunting --choice other --table "
               "photos --column file",
    .options = guideline_options,
    .run = run_guideline,
};

/* --- list and show --------------------------------------------------------------------------- */

static bool run_list(struct cli *cli, struct err *err)
{
    struct guideline *guide;
    size_t n;
    size_t first;
    size_t end;
    json_t *list = json_array();
    cli_put(cli, "guidelines", list);
    if (!label_guidelines(cli->record, &cli->arena, &guide, &n, err) ||
        !cli_page(cli, n, &first, &end, err))
        return false;
    for (size_t i = first; i < end; i++) {
        json_t *one = json_object();
        json_object_set_new(one, "id", json_string(hash_hex(&guide[i].id).at));
        json_object_set_new(one, "question", text_json(guide[i].question));
        json_object_set_new(one, "version", json_integer((json_int_t)guide[i].version));
        json_object_set_new(one, "choices", json_integer((json_int_t)guide[i].choice_n));
        json_array_append_new(list, one);
        cli_say(cli, _("%.8s  %.*s (version %llu, %zu choices)\n"), hash_hex(&guide[i].id).at,
                STR_ARG(guide[i].question), (unsigned long long)guide[i].version,
                guide[i].choice_n);
    }
    if (n == 0)
        cli_say(cli, _("There is no guideline yet: allmende help label guideline\n"));
    return true;
}

const struct command label_list_command = {
    .name = "label list",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("List the guidelines"),
    .operands = "",
    .example = "label list",
    .options = cli_page_options,
    .run = run_list,
};

static void say_guideline(struct cli *cli, const struct guideline *guide)
{
    cli_say(cli, "%.*s\n", STR_ARG(guide->question));
    for (size_t k = 0; k < guide->choice_n; k++) {
        cli_say(cli, "  %.*s", STR_ARG(guide->choice[k]));
        for (size_t i = 0; i < guide->example_n; i++)
            if (str_eq(guide->example[i].choice, guide->choice[k]))
                cli_say(cli, ": %.*s", STR_ARG(guide->example[i].text));
        cli_say(cli, "\n");
    }
}

static bool run_show(struct cli *cli, struct err *err)
{
    struct labels labels;
    size_t retired = 0;
    if (!label_cmd_load(cli, false, &labels, err))
        return false;
    const struct guideline *guide = &labels.guide;
    for (size_t u = 0; u < labels.item_n; u++)
        retired += labels.retired[u];
    cli_put_text(cli, "id", hash_hex(&guide->id).at);
    cli_put(cli, "question", text_json(guide->question));
    cli_put(cli, "choices", choices_json(guide));
    cli_put_int(cli, "version", (int64_t)guide->version);
    cli_put_int(cli, "enough", (int64_t)guide->enough);
    cli_put_int(cli, "alike", (int64_t)guide->alike);
    cli_put_int(cli, "items", (int64_t)labels.item_n);
    cli_put_int(cli, "retired", (int64_t)retired);
    cli_put_int(cli, "answers", (int64_t)labels.n);
    cli_put_int(cli, "dont_know", (int64_t)labels.unknown_n);
    cli_put_int(cli, "people", (int64_t)labels.person_n);
    say_guideline(cli, guide);
    cli_say(cli, _("Version %llu. Enough: %llu answers"), (unsigned long long)guide->version,
            (unsigned long long)guide->enough);
    if (guide->alike)
        cli_say(cli, _(", or %llu that say the same"), (unsigned long long)guide->alike);
    cli_say(cli,
            _(".\n%zu observations, %zu with enough answers; %zu answers of %zu people, and %llu "
              "times \"I do not know\".\n"),
            labels.item_n, retired, labels.n, labels.person_n,
            (unsigned long long)labels.unknown_n);
    return true;
}

const struct command label_show_command = {
    .name = "label show",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_READ,
    .summary = N_("Show a guideline and how far the group is"),
    .details = N_("GUIDELINE is the first digits of its number, or \"last\". You see counts over "
                  "all people, never what one person answers."),
    .operands = "GUIDELINE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "label show last",
    .run = run_show,
};

/* --- next ------------------------------------------------------------------------------------ */

static bool run_next(struct cli *cli, struct err *err)
{
    struct device me = record_device(cli->record);
    struct labels labels;
    uint64_t most = 1;
    json_t *list = json_array();
    cli_put(cli, "items", list);
    if (!cli_uint(cli, "limit", 1, 10000, &most, err) || !label_cmd_load(cli, true, &labels, err))
        return false;
    struct label_turns turns = label_next(&labels, &me, (size_t)most, &cli->arena);
    cli_put(cli, "question", text_json(labels.guide.question));
    cli_put(cli, "choices", choices_json(&labels.guide));
    cli_put_int(cli, "left", (int64_t)turns.left);
    if (turns.n == 0) {
        cli_say(cli,
                _("There is nothing left for you to name. See what comes of it: allmende "
                  "label consensus %.8s\n"),
                hash_hex(&labels.guide.id).at);
        return true;
    }
    say_guideline(cli, &labels.guide);
    cli_say(cli, _("Next for you, of %zu:\n"), turns.left);
    for (size_t i = 0; i < turns.n; i++) {
        struct str name = labels.item[turns.item[i]];
        json_array_append_new(list, text_json(name));
        cli_say(cli, "%.*s", STR_ARG(name));
        cli_say(cli, labels.practice[turns.item[i]]
                         ? _("  (for practice: then you are told, and it does not count)\n")
                         : "\n");
    }
    cli_say(cli, _("Name it: allmende label add %.8s ITEM ANSWER\n"),
            hash_hex(&labels.guide.id).at);
    return true;
}

static const struct option_spec next_options[] = {
    {.name = "limit", .value = "N", .help = N_("how many; 1 if you say nothing")},
    {.name = NULL},
};

const struct command label_next_command = {
    .name = "label next",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Show what you could name next"),
    .details = N_("Each of you gets another order. You do not see what others say, so that each "
                  "answer is worth something."),
    .operands = "GUIDELINE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "label next last",
    .options = next_options,
    .run = run_next,
};

/* --- add, undo, gold ------------------------------------------------------------------------- */

/* The answer of the operands, or those of a file. */
static bool read_answers(struct cli *cli, const char *file, struct label_draft *draft,
                         struct err *err)
{
    struct label_one *one;
    const char *item = cli_operand(cli, 1);
    const char *answer = cli_operand(cli, 2);
    bool unknown = cli_flag(cli, "dont-know");
    if (file && !item) {
        bool done = label_read_pairs(file, &cli->arena, &one, &draft->n, err);
        draft->one = one;
        return done;
    }
    if (file || !item || !answer == !unknown)
        return FAIL(err, ERR_USAGE, _("For example: allmende label add last IMG_7.jpg bunting"),
                    _("An observation and an answer, or --dont-know, or --sitting FILE."));
    one = arena_get(&cli->arena, 1, sizeof *one);
    *one = (struct label_one){str_of(item), str_of(answer), unknown};
    draft->one = one;
    draft->n = 1;
    return true;
}

/* Of observations for practice the known answer is told, with its example, once it was named. */
static bool say_practice(struct cli *cli, const struct label_draft *draft, struct err *err)
{
    struct labels labels;
    json_t *list = json_array();
    cli_put(cli, "practice", list);
    if (!labels_load(cli->record, &draft->guideline, NULL, &cli->arena, &labels, err))
        return false;
    for (size_t i = 0; i < draft->n; i++) {
        size_t u = labels_item(&labels, draft->one[i].item);
        if (u == labels.item_n || !labels.practice[u] || labels.gold[u] >= labels.guide.choice_n)
            continue;
        struct str known = labels.guide.choice[labels.gold[u]];
        bool right = str_eq(known, draft->one[i].answer);
        json_array_append_new(list, json_pack("{s:o,s:o,s:b}", "item", text_json(labels.item[u]),
                                              "known", text_json(known), "same", right));
        cli_say(cli,
                right ? _("For practice: %.*s is %.*s, as you said.\n")
                      : _("For practice: %.*s is %.*s.\n"),
                STR_ARG(labels.item[u]), STR_ARG(known));
        for (size_t e = 0; e < labels.guide.example_n; e++)
            if (str_eq(labels.guide.example[e].choice, known))
                cli_say(cli, "  %.*s: %.*s\n", STR_ARG(known),
                        STR_ARG(labels.guide.example[e].text));
    }
    return true;
}

static bool run_add(struct cli *cli, struct err *err)
{
    struct label_draft draft = {.n = 0};
    struct hash id;
    if (!cli_uint(cli, "seconds", 1, 1000000, &draft.seconds, err) ||
        !label_cmd_guideline(cli, &draft.guideline, err) ||
        !read_answers(cli, cli_option(cli, "sitting"), &draft, err) ||
        !label_add(cli->record, &draft, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put_int(cli, "answers", (int64_t)draft.n);
    cli_say(cli, _("Written down: %zu answers (%.8s). Take them back: allmende label undo %.8s\n"),
            draft.n, hash_hex(&id).at, hash_hex(&id).at);
    if (!say_practice(cli, &draft, err))
        return false;
    cli_say(cli, _("Go on: allmende label next %.8s\n"), hash_hex(&draft.guideline).at);
    return true;
}

static const struct option_spec add_options[] = {
    {.name = "dont-know", .help = N_("you do not know")},
    {.name = "sitting",
     .value = "FILE",
     .help = N_("a table with item and answer, what you named in one go; an empty answer: you do "
                "not know")},
    {.name = "seconds", .value = "N", .help = N_("how long it took; nobody else sees it")},
    {.name = NULL},
};

const struct command label_add_command = {
    .name = "label add",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Name an observation"),
    .operands = "GUIDELINE [ITEM ANSWER]",
    .operands_min = 1,
    .operands_max = 3,
    .example = "label add last IMG_7.jpg bunting",
    .options = add_options,
    .run = run_add,
};

static bool run_undo(struct cli *cli, struct err *err)
{
    struct hash label;
    struct hash id;
    struct str *item;
    size_t n = 0;
    while (cli_operand(cli, n + 1))
        n++;
    item = arena_get(&cli->arena, n, sizeof *item);
    for (size_t i = 0; i < n; i++)
        item[i] = str_of(cli_operand(cli, i + 1));
    if (!label_find(cli->record, cli_operand(cli, 0), &label, err) ||
        !label_undo(cli->record, &label, item, n, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_say(cli, _("Taken back. You can name these observations anew.\n"));
    return true;
}

const struct command label_undo_command = {
    .name = "label undo",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Take back your own answers"),
    .details = N_("All of a sitting, or those on the observations that you name. It is possible "
                  "until an observation has enough answers."),
    .operands = "SITTING [ITEM…]",
    .operands_min = 1,
    .operands_max = 100,
    .example = "label undo last",
    .run = run_undo,
};

static bool run_gold(struct cli *cli, struct err *err)
{
    struct label_draft draft = {.practice = cli_flag(cli, "practice")};
    struct label_one *one;
    struct hash id;
    if (!label_cmd_guideline(cli, &draft.guideline, err) ||
        !label_read_pairs(cli_operand(cli, 1), &cli->arena, &one, &draft.n, err))
        return false;
    draft.one = one;
    if (draft.n == 0)
        return FAIL(err, ERR_INPUT, _("Write one a line: item,answer"),
                    _("The file holds no answer."));
    if (!label_gold(cli->record, &draft, &id, err))
        return false;
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put_int(cli, "known", (int64_t)draft.n);
    if (draft.practice)
        cli_say(cli,
                _("%zu observations are for practice: each comes first, is told about once it was "
                  "named, and counts for nothing.\n"),
                draft.n);
    else
        cli_say(
            cli,
            _("%zu known answers are written down, for members only. They tell how far the shared "
              "answer is to be believed.\n"),
            draft.n);
    return true;
}

static const struct option_spec gold_options[] = {
    {.name = "practice",
     .help = N_("for practice: who names one is told what is known, and it counts for nothing")},
    {.name = NULL},
};

const struct command label_gold_command = {
    .name = "label gold",
    .phase = PHASE_COLLECT,
    .needs = NEEDS_WRITE,
    .summary = N_("Say which answers are known"),
    .details = N_("FILE is a table with item and answer. Draw these observations by lot: what is "
                  "easy to know says nothing about the others. With 20 of them the certainty of "
                  "shared answers can be checked."),
    .operands = "GUIDELINE FILE",
    .operands_min = 2,
    .operands_max = 2,
    .example = "label gold last known.csv",
    .options = gold_options,
    .run = run_gold,
};
