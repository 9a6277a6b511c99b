/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "project/project_cmd.h"

#include <string.h>

#include "ask/ask.h"
#include "base/clock.h"
#include "base/file.h"
#include "collect/collect.h"
#include "collect/form.h"
#include "collect/label.h"
#include "evaluate/evaluate.h"
#include "hypothesise/hypothesise.h"
#include "kinds.h"
#include "project/calls_cmd.h"
#include "record/member.h"

/* --- new ---------------------------------------------------------------------------------- */

static bool project_path(const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf next = BUF_INIT;
    if (str_ends(str_of(path), STR(".allmende")))
        return true;
    buf_printf(&next, _("Type: allmende new %s.allmende --title \"…\""), path);
    return FAIL(err, ERR_INPUT, next.at, _("The name of a project file ends in .allmende."));
}

static json_t *founding_body(const char *title, const char *licence)
{
    char now[CLOCK_TEXT];
    json_t *body = json_object();
    body_text(body, "title", title);
    body_text(body, "licence", licence);
    body_text(body, "founded", clock_now(now));
    return body;
}

static bool run_new(struct cli *cli, struct err *err)
{
    CLEANUP(json_release) json_t *body = NULL;
    CLEANUP(json_release) json_t *private = json_object();
    const char *path = cli_operand(cli, 0);
    const char *licence = cli_option(cli, "licence");
    const char *permission = cli_option(cli, "permission");
    const char *name = cli_option(cli, "name");
    licence = licence ? licence : "CC-BY-4.0";
    permission = permission ? permission : "project,publication";
    body = founding_body(cli_option(cli, "title"), licence);
    body_text(private, "name", name ? name : "founder");
    if (!project_path(path, err) || !licence_check(licence, err) ||
        !permission_read(body, permission, err))
        return false;
    const struct founding founding = {path, body, private, kinds};
    if (!record_create(&founding, &cli->record, err))
        return false;
    struct hash id = record_project(cli->record);
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put_text(cli, "file", path);
    cli_put_text(cli, "name", name ? name : "founder");
    cli_say(cli, _("The project is made: %s\n"), path);
    cli_say(cli, _("You are the first person in charge, by the name \"%s\".\n"),
            name ? name : "founder");
    if (!name)
        cli_say(cli, _("(For another name begin anew with --name NAME.)\n"));
    cli_say(cli, _("Licence %s; permission for: %s.\n"), licence, permission);
    cli_say(cli, _("Your key lies on this computer, not in the file. Keep copies of the file.\n"));
    cli_say(cli, _("Next, put your question: allmende ask add \"…?\"\n"));
    return true;
}

static const struct option_spec new_options[] = {
    {.name = "title", .value = "TEXT", .help = N_("what the project is called"), .required = true},
    {.name = "name",
     .value = "NAME",
     .help = N_("your name or a pseudonym; \"founder\" if you name none")},
    {.name = "licence",
     .value = "SPDX",
     .help = N_("under which licence contributions are shared; CC-BY-4.0 if you name none")},
    {.name = "permission",
     .value = "LIST",
     .help = N_("what contributions may be used for, out of project,publication,training; the "
                "first two if you name none")},
    {.name = NULL},
};

const struct command project_new_command = {
    .name = "new",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_NOTHING,
    .summary = N_("Make a new project file"),
    .details = N_("One file holds all of it. Your name stays among the members."),
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .example = "new lake.allmende --title \"Ice on our lake\" --name Ada",
    .options = new_options,
    .run = run_new,
};

/* --- status ------------------------------------------------------------------------------- */

/* What the group has so far, and from it the one next step. */
struct standing_now {
    size_t questions;
    size_t decided;
    size_t guesses;
    size_t frozen;
    size_t batches;
    size_t observations; /* by forms */
    size_t published;
    size_t looked_back;
    size_t discussed; /* results with minutes */
    size_t members;
    uint64_t rows;
    size_t verdicts;
    bool waits;        /* a locked guess has no result yet: */
    struct hash guess; /* this one, */
    bool train_first;  /* and it needs a training before */
    bool asks_answers; /* … or answers, which people go on giving */
    bool write_first;  /* … and shared answers as a table before that: */
    struct hash guideline;
    struct str table;
    size_t guidelines;
    struct question *question; /* (questions) */
};

/* Do minutes name the first or the last result of a guess? */
static bool is_discussed(struct cli *cli, const struct hash *guess, const struct hash *last,
                         bool *ret, struct err *err)
{
    struct evaluate_first first;
    struct minutes *minutes;
    size_t about_first;
    size_t about_last;
    if (!evaluate_first(cli->record, guess, &cli->arena, &first, err) ||
        !ask_minutes_of(cli->record, &first.verdict, &cli->arena, &minutes, &about_first, err) ||
        !ask_minutes_of(cli->record, last, &cli->arena, &minutes, &about_last, err))
        return false;
    *ret = about_first + about_last > 0;
    return true;
}

/* Is the table, which is to be made of shared answers, not there yet? */
static void look_at_table(const struct hypothesis *guess, const struct batch *batch,
                          struct standing_now *now)
{
    now->write_first = guess->has_guideline && guess->table.n > 0;
    now->asks_answers = guess->has_guideline && !guess->table.n;
    now->guideline = guess->guideline;
    now->table = guess->table;
    for (size_t i = 0; i < now->batches; i++)
        now->write_first = now->write_first && !str_eq(batch[i].table, guess->table);
}

/* Which locked guess has no result yet, and what does it wait for? */
static bool look_at_guess(struct cli *cli, const struct hypothesis *guess, struct standing_now *now,
                          struct err *err)
{
    CLEANUP(entry_release) struct entry training = {.presence = BODY_ABSENT};
    struct err why = {0};
    struct hash verdict;
    bool discussed = false;
    bool there;
    if (!guess->frozen)
        return true;
    if (!evaluate_latest(cli->record, &guess->id, &verdict, &there, err))
        return false;
    now->verdicts += there;
    if (there && !is_discussed(cli, &guess->id, &verdict, &discussed, err))
        return false;
    now->discussed += discussed;
    if (there || now->waits)
        return true;
    now->waits = true;
    now->guess = guess->id;
    now->train_first =
        guess->about_model && !train_latest(cli->record, &guess->id, &cli->arena, &training, &why);
    return true;
}

/* Observations by forms, those that were taken back left out. */
static bool count_observations(struct cli *cli, size_t *ret, struct err *err)
{
    struct form *form;
    size_t n;
    if (!form_list(cli->record, &cli->arena, &form, &n, err))
        return false;
    for (size_t f = 0; f < n; f++) {
        CLEANUP(stmt_end) struct stmt *stmt = NULL;
        bool there;
        if (form[f].version != 1) /* the others are of the same table */
            continue;
        if (!store_stmt(record_store(cli->record), SQL_COLLECT_OBSERVATION_COUNT, &stmt, err))
            return false;
        stmt_text(stmt, form[f].name);
        if (!stmt_step(stmt, &there, err))
            return false;
        *ret += there ? (size_t)row_int(stmt, 0) : 0;
    }
    return true;
}

static bool look(struct cli *cli, struct standing_now *now, struct err *err)
{
    struct guideline *guidelines;
    struct hypothesis *guesses;
    struct batch *batches;
    struct member *members;
    if (!ask_list(cli->record, &cli->arena, &now->question, &now->questions, err) ||
        !label_guidelines(cli->record, &cli->arena, &guidelines, &now->guidelines, err) ||
        !hypothesise_list(cli->record, &cli->arena, &guesses, &now->guesses, err) ||
        !collect_list(cli->record, &cli->arena, &batches, &now->batches, err) ||
        !count_observations(cli, &now->observations, err) ||
        !member_list(cli->record, &cli->arena, &members, &now->members, err))
        return false;
    for (size_t i = 0; i < now->questions; i++)
        now->decided += now->question[i].decided;
    for (size_t i = 0; i < now->guesses; i++) {
        now->frozen += guesses[i].frozen;
        bool waits = now->waits;
        if (!look_at_guess(cli, &guesses[i], now, err))
            return false;
        if (now->waits && !waits)
            look_at_table(&guesses[i], batches, now);
    }
    for (size_t i = 0; i < now->batches; i++)
        now->rows += batches[i].records - batches[i].withdrawn;
    return true;
}

static const char *next_step(struct cli *cli, const struct standing_now *now)
{
    if (now->questions == 0 && now->guesses == 0)
        return _("put your question: allmende ask add \"…?\"");
    if (now->decided == 0 && now->guesses == 0)
        return _("take positions and decide: allmende ask show last");
    if (now->guesses == 0)
        return _("say what would count as success: allmende help hypothesis add");
    if (now->frozen == 0)
        return _("write the guess down and lock it: allmende hypothesis freeze last");
    if (now->batches == 0 && now->observations == 0 && now->guidelines == 0)
        return _("bring in observations: allmende collect import FILE.csv");
    const struct hash_text id = hash_hex(&now->guess);
    if (now->waits && now->asks_answers)
        return arena_printf(&cli->arena,
                            _("name observations, each alone (allmende label next %.8s); when you "
                              "are through, see what they say: allmende evaluate %.8s"),
                            hash_hex(&now->guideline).at, id.at);
    if (now->waits && now->write_first)
        return arena_printf(
            &cli->arena,
            _("name observations, each alone (allmende label next %.8s), then write "
              "the shared answers: allmende label consensus %.8s --write \"%.*s\"%s"),
            hash_hex(&now->guideline).at, hash_hex(&now->guideline).at, STR_ARG(now->table),
            now->train_first ? " --join TABLE:COLUMN" : "");
    if (now->waits && now->train_first)
        return arena_printf(&cli->arena, _("climb the steps: allmende train %.8s"), id.at);
    if (now->waits)
        return arena_printf(&cli->arena, _("see what the data say: allmende evaluate %.8s"), id.at);
    if (now->discussed == 0)
        return _("hold the meeting and bind its minutes to the result: allmende ask minutes last "
                 "--members N --text \"…\"");
    if (now->published == 0)
        return _("make it public: allmende publish FOLDER");
    if (now->questions > 0 && now->looked_back == 0)
        return _("look back together: allmende help ask revisit");
    return _("keep it: allmende copy FILE; or go on with a new season");
}

struct kind_counts {
    struct cli *cli;
    json_t *counts;
    uint64_t entries;
};

static bool count_kind(void *context, const struct entry *entry, struct err *err)
{
    struct kind_counts *c = context;
    const char *kind = entry->header.kind;
    json_int_t before = json_integer_value(json_object_get(c->counts, kind));
    (void)err;
    json_object_set_new(c->counts, kind, json_integer(before + 1));
    c->entries++;
    return true;
}

static size_t count_of(const struct kind_counts *counts, const char *kind)
{
    return (size_t)json_integer_value(json_object_get(counts->counts, kind));
}

static void say_standing(struct cli *cli, const struct standing_now *now)
{
    cli_say(cli, _("ask          %zu question(s), %zu decided\n"), now->questions, now->decided);
    cli_say(cli, _("hypothesise  %zu guess(es), %zu written down and locked\n"), now->guesses,
            now->frozen);
    cli_say(cli, _("collect      %zu table file(s), %llu row(s)\n"), now->batches,
            (unsigned long long)now->rows);
    if (now->observations)
        cli_say(cli, _("             %zu observation(s) by forms\n"), now->observations);
    if (now->guidelines)
        cli_say(cli, _("label        %zu guideline(s): allmende label show NUMBER\n"),
                now->guidelines);
    cli_say(cli, _("evaluate     %zu guess(es) with a result\n"), now->verdicts);
}

static bool run_status(struct cli *cli, struct err *err)
{
    struct standing_now now = {.questions = 0};
    struct kind_counts counts = {.cli = cli, .counts = json_object()};
    struct project_info info;
    struct hash state;
    cli_put(cli, "kinds", counts.counts);
    if (!project_info(cli->record, &cli->arena, &info, err) || !look(cli, &now, err) ||
        !record_each(cli->record, false, count_kind, &counts, err) ||
        !store_state(record_store(cli->record), &state, err))
        return false;
    now.published = count_of(&counts, "publication");
    now.looked_back = count_of(&counts, "revisit");
    const char *next = next_step(cli, &now);
    cli_put(cli, "title", json_stringn(info.title.at, info.title.n));
    cli_put_text(cli, "id", hash_hex(&info.id).at);
    cli_put_text(cli, "licence", info.licence.at);
    cli_put_text(cli, "permission", info.permission.at);
    cli_put_int(cli, "entries", (json_int_t)counts.entries);
    cli_put_int(cli, "members", (json_int_t)now.members);
    cli_put_int(cli, "frozen", (json_int_t)now.frozen);
    cli_put_int(cli, "rows", (json_int_t)now.rows);
    cli_put_int(cli, "observations", (json_int_t)now.observations);
    cli_put_text(cli, "state", hash_hex(&state).at);
    cli_put_text(cli, "next_step", next);
    cli_say(cli, "%.*s\n", STR_ARG(info.title));
    cli_say(cli, _("Project %.16s, %llu entries by %zu member(s), licence %.*s\n"),
            hash_hex(&info.id).at, (unsigned long long)counts.entries, now.members,
            STR_ARG(info.licence));
    cli_say(cli, _("State   %.16s (the same on every copy with the same entries)\n\n"),
            hash_hex(&state).at);
    say_standing(cli, &now);
    if (!calls_say(cli, now.question, now.questions, now.members, err))
        return false;
    cli_say(cli, _("\nNext: %s\n"), next);
    return true;
}

const struct command project_status_command = {
    .name = "status",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_READ,
    .summary = N_("Say where the project stands and what comes next"),
    .operands = "",
    .example = "status",
    .run = run_status,
};

/* --- log ---------------------------------------------------------------------------------- */

static const char *presence_name(enum presence presence)
{
    static const char *const names[] = {"present", "absent", "withdrawn", "damaged"};
    return names[presence];
}

static const char *presence_text(enum presence presence)
{
    switch (presence) {
    case BODY_ABSENT:
        return _("not here");
    case BODY_WITHDRAWN:
        return _("taken back");
    case BODY_DAMAGED:
        return _("damaged");
    case BODY_PRESENT:
        break;
    }
    return "";
}

static void log_line(struct cli *cli, const struct entry *entry, struct str name, json_t *list)
{
    struct hash_text id = hash_hex(&entry->id);
    json_t *one = json_object();
    json_object_set_new(one, "id", json_string(id.at));
    json_object_set_new(one, "count", json_integer((json_int_t)entry->header.count));
    json_object_set_new(one, "kind", json_string(entry->header.kind));
    json_object_set_new(one, "member", json_stringn(name.at, name.n));
    json_object_set_new(one, "state", json_string(presence_name(entry->presence)));
    json_array_append_new(list, one);
    cli_say(cli, "%.8s  %-12s %.*s", id.at, entry->header.kind, STR_ARG(name));
    cli_say(cli, entry->presence == BODY_PRESENT ? "%s\n" : "  (%s)\n",
            presence_text(entry->presence));
}

static bool log_from(struct cli *cli, struct hash *ret, bool *ret_given, struct err *err)
{
    const char *from = cli_option(cli, "from");
    *ret_given = from != NULL;
    return !from || record_find(cli->record, from, NULL, ret, err);
}

static bool run_log(struct cli *cli, struct err *err)
{
    struct member *members;
    struct question *question;
    struct ids ids;
    struct hash from;
    size_t member_n;
    size_t question_n;
    uint64_t limit = 100;
    bool given;
    json_t *list = json_array();
    cli_put(cli, "entries", list);
    if (!cli_uint(cli, "limit", 1, 1000000, &limit, err) || !log_from(cli, &from, &given, err) ||
        !member_list(cli->record, &cli->arena, &members, &member_n, err) ||
        !ask_list(cli->record, &cli->arena, &question, &question_n, err) ||
        !record_page(cli->record, given ? &from : NULL, (size_t)limit + 1, &cli->arena, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n && i < limit; i++) {
        CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
        if (!record_entry(cli->record, &ids.at[i], &cli->arena, &entry, err))
            return false;
        log_line(cli, &entry, member_name(members, member_n, &entry.header.author), list);
    }
    bool more = ids.n > limit;
    if (!calls_say(cli, question, question_n, member_n, err))
        return false;
    cli_put_text(cli, "next", more ? hash_hex(&ids.at[limit]).at : NULL);
    if (more)
        cli_say(cli, _("The rest: allmende log --from %.12s\n"), hash_hex(&ids.at[limit]).at);
    else
        cli_say(cli, _("Look at one: allmende show NUMBER\n"));
    return true;
}

static const struct option_spec log_options[] = {
    {.name = "limit", .value = "N", .help = N_("show at most N")},
    {.name = "from", .value = "ID", .help = N_("begin with this entry")},
    {.name = NULL},
};

const struct command project_log_command = {
    .name = "log",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_READ,
    .summary = N_("List all entries in their order"),
    .operands = "",
    .example = "log --limit 20",
    .options = log_options,
    .run = run_log,
};

/* --- show --------------------------------------------------------------------------------- */

/* Members of a body, one a line; what is no text comes as JSON. No body holds cells of a table:
 * those lie in blobs, and no command shows them. */
static void say_members(struct cli *cli, json_t *object, const char *mark)
{
    const char *key;
    const json_t *value;
    json_object_foreach(object, key, value)
    {
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        if (json_is_string(value))
            buf_text(&text, json_string_value(value));
        else
            json_write(value, &text);
        cli_say(cli, "  %s%s: %s\n", key, mark, text.at);
    }
}

/* What people answer independently of each other is not shown (kind.blind). */
static void hide_answers(struct entry *entry)
{
    for (size_t i = 0; kinds[i]; i++) {
        if (!kinds[i]->blind || strcmp(kinds[i]->name, entry->header.kind) != 0)
            continue;
        (void)json_object_del(entry->body, "answers");
        (void)json_object_del(entry->body, "answer");
        json_decref(entry->private);
        entry->private = NULL;
    }
}

/* Hours tell about a single person: they come out of the ledger as sums only. */
static bool is_own(const struct entry *entry)
{
    return strcmp(entry->header.kind, "hours") == 0;
}

static void put_header(struct cli *cli, const struct entry *entry)
{
    const struct header *header = &entry->header;
    json_t *blobs = json_array();
    char author[2 * KEY_BYTES + 1];
    hex_encode(header->author.at, KEY_BYTES, author);
    for (size_t i = 0; i < header->blob_n; i++)
        json_array_append_new(blobs, json_integer((json_int_t)header->blob[i].bytes));
    cli_put_text(cli, "id", hash_hex(&entry->id).at);
    cli_put_text(cli, "kind", header->kind);
    cli_put_text(cli, "author", author);
    cli_put_int(cli, "seq", (json_int_t)header->seq);
    cli_put_int(cli, "count", (json_int_t)header->count);
    cli_put_text(cli, "state", presence_name(entry->presence));
    cli_put(cli, "blob_bytes", blobs);
    cli_put(cli, "body", json_deep_copy(entry->body));
    cli_put(cli, "private", json_deep_copy(is_own(entry) ? NULL : entry->private));
}

static bool run_show(struct cli *cli, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    struct member *members;
    struct hash id;
    size_t n;
    if (!record_find(cli->record, cli_operand(cli, 0), NULL, &id, err) ||
        !record_entry(cli->record, &id, &cli->arena, &entry, err) ||
        !member_list(cli->record, &cli->arena, &members, &n, err))
        return false;
    json_object_del(entry.private, "values"); /* of an observation: `collect show` knows when */
    struct str name = member_name(members, n, &entry.header.author);
    hide_answers(&entry);
    put_header(cli, &entry);
    cli_say(cli, _("Entry  %s\nKind   %s\n"), hash_hex(&id).at, entry.header.kind);
    cli_say(cli, _("By     %.*s, entry %llu of this key\n"), STR_ARG(name),
            (unsigned long long)entry.header.seq);
    if (entry.presence != BODY_PRESENT)
        cli_say(cli, _("What it says is %s. Only this note remains.\n"),
                presence_text(entry.presence));
    say_members(cli, entry.body, "");
    if (!is_own(&entry))
        say_members(cli, entry.private, _(" (for members only)"));
    for (size_t i = 0; i < entry.header.blob_n; i++)
        cli_say(cli, _("  file %zu: %llu bytes\n"), i + 1,
                (unsigned long long)entry.header.blob[i].bytes);
    cli_say(cli, _("All entries: allmende log\n"));
    return true;
}

const struct command project_show_command = {
    .name = "show",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_READ,
    .summary = N_("Show one entry"),
    .details = N_("ID is its first digits, or \"last\". Of imported tables you see columns and "
                  "counts, never cells: the part set aside stays unseen."),
    .operands = "ID",
    .operands_min = 1,
    .operands_max = 1,
    .example = "show last",
    .run = run_show,
};
