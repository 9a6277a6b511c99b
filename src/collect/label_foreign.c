/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as other programs write them.
 *
 * triples/1: a table with a row an answer: item (task), person (worker), answer (label).
 * zooniverse/1: a classification export: user_name, workflow_version, subject_ids, and annotations,
 *   JSON: [{"task":"T0","value":…}]. An answer is a text, a list of one text, or a list of objects
 *   that all have one "choice"; a combination holds such annotations as its value. Versions
 *   are those before the point: behind it only texts changed.
 *   SOURCE: Zooniverse, "Data exports" (help.zooniverse.org), and shared/data/zooniverse-kenya.
 * labelstudio/1: JSON: [{"id","data":{…},"annotations":[{"completed_by","was_cancelled","result":
 *   [{"from_name","type":"choices","value":{"choices":[text]}}]}]}].
 *   SOURCE: Label Studio, "Export annotations", raw JSON format (labelstud.io/guide/export).
 */
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "collect/label_int.h"
#include "read/cell.h"
#include "read/csv.h"

enum { LABELSTUDIO_BYTES_MAX = 1 << 30, NAMED_MAX = 64 };

/* Texts that were met, with how often. */
struct met {
    struct str text[NAMED_MAX];
    uint64_t n[NAMED_MAX];
    size_t texts;
};

static void meet(struct met *met, struct str text, struct arena *arena)
{
    for (size_t i = 0; i < met->texts; i++)
        if (str_eq(met->text[i], text)) {
            met->n[i]++;
            return;
        }
    if (met->texts == NAMED_MAX)
        return;
    met->text[met->texts] = arena_str(arena, text);
    met->n[met->texts++] = 1;
}

/* The most frequent first. */
static void list_met(const struct met *met, struct buf *out)
{
    bool told[NAMED_MAX] = {false};
    for (size_t i = 0; i < met->texts && i < 12; i++) {
        size_t most = SIZE_MAX;
        for (size_t j = 0; j < met->texts; j++)
            if (!told[j] && (most == SIZE_MAX || met->n[j] > met->n[most]))
                most = j;
        told[most] = true;
        buf_printf(out, "%s%.*s (%llu)", i ? ", " : "", STR_ARG(met->text[most]),
                   (unsigned long long)met->n[most]);
    }
    if (met->texts > 12)
        buf_text(out, ", …");
}

static bool only_one(const struct met *met, const char *next, const char *what, struct err *err)
{
    CLEANUP(buf_release) struct buf list = BUF_INIT;
    if (met->texts <= 1)
        return true;
    list_met(met, &list);
    return FAIL(err, ERR_INPUT, next, "%s %s", what, list.at);
}

/* --- tables ---------------------------------------------------------------------------------- */

enum { ITEM = 0, PERSON, ANSWER, VERSION, TABLE_COLUMNS };

struct table_reading {
    const struct foreign *from;
    size_t column[TABLE_COLUMNS];
    bool looking; /* first pass of zooniverse: which tasks and versions are there? */
    const char *task;
    struct str version; /* empty: all */
    struct met tasks;
    struct met versions;
    struct buf answer;
};

static size_t find_column(const struct csv_record *head, const char *const *names)
{
    for (size_t i = 0; names[i]; i++)
        for (size_t c = 0; c < head->field_n; c++)
            if (str_eq(cell_trim(head->field[c]), str_of(names[i])))
                return c;
    return SIZE_MAX;
}

static bool find_columns(struct table_reading *t, const struct csv_record *head, struct err *err)
{
    const struct label_import_draft *draft = t->from->draft;
    bool zooniverse = draft->form == LABEL_ZOONIVERSE;
    const char *const usual[2][TABLE_COLUMNS][6] = {
        {{"item", "task"}, {"worker", "person", "user", "annotator"}, {"answer", "label"}, {NULL}},
        {{"subject_ids"}, {"user_name"}, {"annotations"}, {"workflow_version"}}};
    const char *const said[TABLE_COLUMNS] = {draft->item, draft->person, draft->answer, NULL};
    for (size_t i = 0; i < TABLE_COLUMNS; i++) {
        const char *const own[] = {said[i], NULL};
        bool named = said[i] && !zooniverse;
        t->column[i] = find_column(head, named ? own : usual[zooniverse][i]);
        if (t->column[i] == SIZE_MAX && (zooniverse || i != VERSION))
            return FAIL(err, ERR_INPUT,
                        _("Say which columns they are: --item, --person, --answer; and check "
                          "--form."),
                        _("%s has no column \"%s\"."), draft->path,
                        named ? said[i] : usual[zooniverse][i][0]);
    }
    return true;
}

/* The one text of a value, or why there is none. */
static bool read_value(const json_t *value, struct buf *ret, enum left_out *ret_why)
{
    const char *only = NULL;
    bool is_list = json_is_array(value);
    for (size_t i = 0; i < (is_list ? json_array_size(value) : 1); i++) {
        const json_t *one = is_list ? json_array_get(value, i) : value;
        const char *text = json_is_string(one) ? json_string_value(one) : json_text(one, "choice");
        *ret_why = only ? LEFT_SEVERAL : LEFT_NO_ANSWER;
        if (!text || (only && strcmp(only, text) != 0))
            return false;
        only = text;
    }
    *ret_why = LEFT_NO_ANSWER;
    if (!only)
        return false;
    buf_text(ret, only);
    return true;
}

/* Annotations lie one in another at most so deep. */
enum { DEEP = 4 };

static const json_t *find_task(const json_t *list, const char *task, struct table_reading *t,
                               unsigned deep)
{
    const json_t *found = NULL;
    for (size_t i = 0; i < json_array_size(list) && deep < DEEP; i++) {
        const json_t *one = json_array_get(list, i);
        const char *name = json_text(one, "task");
        const json_t *value = json_object_get(one, "value");
        const json_t *inner = find_task(value, task, t, deep + 1);
        if (!name)
            continue;
        if (t && !json_text(json_array_get(value, 0), "task"))
            meet(&t->tasks, str_of(name), t->from->arena);
        if (!found)
            found = !task || strcmp(name, task) == 0 ? value : inner;
    }
    return found;
}

bool zooniverse_answer(struct str annotations, const char *task, struct buf *ret,
                       enum left_out *ret_why)
{
    json_error_t ignored;
    CLEANUP(json_release) json_t *list = json_loadb(annotations.at, annotations.n, 0, &ignored);
    *ret_why = LEFT_REJECTED;
    if (!json_is_array(list))
        return false;
    *ret_why = LEFT_NO_ANSWER;
    const json_t *value = find_task(list, task, NULL, 0);
    return value && read_value(value, ret, ret_why);
}

static struct str major(struct str version)
{
    struct str front;
    return str_cut(&version, '.', &front) ? front : version;
}

/* First pass: which tasks are there, and which versions have the one that is asked for? */
static void look(struct table_reading *t, const struct csv_record *row)
{
    json_error_t ignored;
    struct str text = row->field[t->column[ANSWER]];
    CLEANUP(json_release) json_t *list = json_loadb(text.at, text.n, 0, &ignored);
    if (find_task(list, t->task, t, 0))
        meet(&t->versions, major(row->field[t->column[VERSION]]), t->from->arena);
}

static bool take_row(void *context, const struct csv_record *row, struct err *err)
{
    struct table_reading *t = context;
    struct label_import_report *report = t->from->report;
    bool zooniverse = t->from->draft->form == LABEL_ZOONIVERSE;
    enum left_out why = LEFT_NO_ANSWER;
    if (row->position == 0)
        return find_columns(t, row, err);
    if (t->looking) {
        if (!row->fault)
            look(t, row);
        return true;
    }
    report->records++;
    if (row->fault) {
        report->left_out[LEFT_REJECTED]++;
        return true;
    }
    struct str answer = row->field[t->column[ANSWER]];
    buf_clear(&t->answer);
    if (zooniverse && t->version.n && !str_eq(major(row->field[t->column[VERSION]]), t->version)) {
        report->left_out[LEFT_OTHER_VERSION]++;
        return true;
    }
    if (zooniverse ? !zooniverse_answer(answer, t->task, &t->answer, &why)
                   : cell_trim(answer).n == 0) {
        report->left_out[why]++;
        return true;
    }
    const struct foreign_answer one = {row->field[t->column[ITEM]], row->field[t->column[PERSON]],
                                       zooniverse ? buf_view(&t->answer) : answer};
    return t->from->take(t->from->context, &one, err);
}

static bool pass(struct table_reading *t, const struct bytes *bytes,
                 const struct csv_dialect *dialect, struct err *err)
{
    enum { WINDOW_BYTES = 1 << 20 };
    CLEANUP(mem_free) char *window = mem_get(WINDOW_BYTES, 1);
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(dialect, take_row, t);
    bool (*cancelled)(void) = t->from->draft->cancelled;
    for (uint64_t at = 0; at < bytes->n;) {
        size_t n = bytes->n - at < WINDOW_BYTES ? (size_t)(bytes->n - at) : WINDOW_BYTES;
        if (cancelled && cancelled())
            return FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
                        _("The import was stopped."));
        if (!bytes_read(bytes, at, window, n, err) ||
            !csv_feed(reader, (struct str){window, n}, err))
            return false;
        at += n;
    }
    return csv_end(reader, err);
}

/* Nothing is guessed where a file has several tasks or versions. */
static bool look_first(struct table_reading *t, const struct bytes *bytes,
                       const struct csv_dialect *dialect, struct err *err)
{
    const struct label_import_draft *draft = t->from->draft;
    CLEANUP(buf_release) struct buf tasks = BUF_INIT;
    t->looking = true;
    if (!pass(t, bytes, dialect, err))
        return false;
    t->looking = false;
    list_met(&t->tasks, &tasks);
    if (!draft->task && !only_one(&t->tasks, _("Say which one: --task NAME"),
                                  _("The file has several tasks, with how many answers:"), err))
        return false;
    if (!t->versions.texts)
        return FAIL(err, ERR_INPUT, _("Say which one: --task T0"),
                    _("Nobody has answered that task. There are: %s"), tasks.at);
    if (!draft->version)
        return only_one(&t->versions,
                        _("Say which one: --version-of-workflow 307, or \"all\" if the task means "
                          "the same in all of them"),
                        _("The file has several versions of its workflow, with how many answers:"),
                        err);
    if (strcmp(draft->version, "all") != 0)
        t->version = major(str_of(draft->version));
    return true;
}

bool foreign_read_table(const struct foreign *foreign, struct err *err)
{
    const struct label_import_draft *draft = foreign->draft;
    struct table_reading *t = arena_get(foreign->arena, 1, sizeof *t);
    struct csv_dialect dialect;
    struct bytes bytes;
    *t = (struct table_reading){.from = foreign, .task = draft->task, .answer = BUF_INIT};
    if (!bytes_of_file(draft->path, foreign->arena, &bytes, err))
        return false;
    if (!csv_propose_bytes(&bytes, &dialect, err))
        return err_context(err, "%s", draft->path);
    if (!dialect.header)
        return FAIL(err, ERR_INPUT, _("Put one on top: item,worker,answer"),
                    _("%s has no line with the names of its columns."), draft->path);
    foreign->report->cp1252 = dialect.encoding == CSV_CP1252;
    bool done = (draft->form != LABEL_ZOONIVERSE || look_first(t, &bytes, &dialect, err)) &&
                pass(t, &bytes, &dialect, err);
    buf_release(&t->answer);
    return done;
}

/* --- Label Studio ---------------------------------------------------------------------------- */

/* A text, or a whole number as text. */
static bool put_plain(const json_t *value, struct buf *out)
{
    if (json_is_integer(value))
        buf_printf(out, "%lld", (long long)json_integer_value(value));
    else if (json_is_string(value))
        buf_text(out, json_string_value(value));
    return out->n > 0;
}

/* The choices of an annotation; counts names of several in `met`. */
static bool read_choices(const struct foreign *foreign, const json_t *annotation, struct met *met,
                         struct buf *ret, enum left_out *ret_why)
{
    const json_t *results = json_object_get(annotation, "result");
    const char *task = foreign->draft->task;
    *ret_why = LEFT_NO_ANSWER;
    if (json_is_true(json_object_get(annotation, "was_cancelled")))
        return false;
    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *one = json_array_get(results, i);
        const char *type = json_text(one, "type");
        const char *name = json_text(one, "from_name");
        if (!type || strcmp(type, "choices") != 0 || !name)
            continue;
        meet(met, str_of(name), foreign->arena);
        if (task && strcmp(task, name) != 0)
            continue;
        return read_value(json_object_get(json_object_get(one, "value"), "choices"), ret, ret_why);
    }
    return false;
}

static bool take_task(const struct foreign *foreign, const json_t *task, struct met *met,
                      struct err *err)
{
    CLEANUP(buf_release) struct buf item = BUF_INIT;
    const json_t *annotations = json_object_get(task, "annotations");
    const char *key = foreign->draft->item;
    struct label_import_report *report = foreign->report;
    const json_t *name =
        key ? json_object_get(json_object_get(task, "data"), key) : json_object_get(task, "id");
    bool named = put_plain(name, &item);
    for (size_t i = 0; i < json_array_size(annotations); i++) {
        CLEANUP(buf_release) struct buf person = BUF_INIT;
        CLEANUP(buf_release) struct buf answer = BUF_INIT;
        const json_t *one = json_array_get(annotations, i);
        const json_t *by = json_object_get(one, "completed_by");
        enum left_out why = LEFT_REJECTED;
        report->records++;
        if (!named || !put_plain(json_is_object(by) ? json_object_get(by, "id") : by, &person) ||
            !read_choices(foreign, one, met, &answer, &why)) {
            report->left_out[why]++;
            continue;
        }
        const struct foreign_answer found = {buf_view(&item), buf_view(&person), buf_view(&answer)};
        if (!foreign->take(foreign->context, &found, err))
            return false;
    }
    return true;
}

bool foreign_read_labelstudio(const struct foreign *foreign, struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    const char *path = foreign->draft->path;
    json_error_t why;
    struct met met = {.texts = 0};
    if (!file_read(path, LABELSTUDIO_BYTES_MAX, &bytes, err))
        return false;
    CLEANUP(json_release)
    json_t *root = json_loadb(bytes.at, bytes.n, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_array(root))
        return FAIL(err, ERR_INPUT, _("Export it from Label Studio as JSON (not JSON-MIN)."),
                    _("%s is not an export of Label Studio (line %d)."), path, root ? 1 : why.line);
    for (size_t i = 0; i < json_array_size(root); i++)
        if (!take_task(foreign, json_array_get(root, i), &met, err))
            return false;
    return foreign->draft->task ||
           only_one(&met, _("Say which one: --task NAME"),
                    _("The file has several tasks, with how many answers:"), err);
}

/* --- pairs ----------------------------------------------------------------------------------- */

struct pairs {
    const char *path;
    struct arena *arena;
    size_t column[2];
    struct label_one *one;
    size_t n;
    size_t cap;
};

static bool take_pair(void *context, const struct csv_record *row, struct err *err)
{
    static const char *const items[] = {"item", "file", "task", NULL};
    static const char *const answers[] = {"answer", "gold", "label", NULL};
    struct pairs *p = context;
    if (row->position == 0) {
        p->column[0] = find_column(row, items);
        p->column[1] = find_column(row, answers);
        return (p->column[0] != SIZE_MAX && p->column[1] != SIZE_MAX) ||
               FAIL(err, ERR_INPUT, _("Name them in the first line: item,answer"),
                    _("%s has no columns \"item\" and \"answer\"."), p->path);
    }
    if (row->fault)
        return FAIL(err, ERR_INPUT, _("Put this line right and try again."), _("Line %llu: %s"),
                    (unsigned long long)row->line, row->fault);
    if (p->n == p->cap) {
        p->cap = p->cap * 2 + 256;
        p->one = mem_resize(p->one, p->cap, sizeof *p->one);
    }
    struct str answer = cell_trim(row->field[p->column[1]]);
    p->one[p->n++] = (struct label_one){
        .item = arena_str(p->arena, cell_trim(row->field[p->column[0]])),
        .answer = arena_str(p->arena, answer),
        .unknown = answer.n == 0,
    };
    return true;
}

bool label_read_pairs(const char *path, struct arena *arena, struct label_one **ret, size_t *ret_n,
                      struct err *err)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct pairs p = {.path = path, .arena = arena};
    struct csv_dialect dialect;
    if (!file_read(path, (size_t)1 << 26, &bytes, err))
        return false;
    if (!csv_propose(buf_view(&bytes), true, &dialect, err))
        return err_context(err, "%s", path);
    dialect.header = true;
    CLEANUP(csv_release) struct csv_reader *reader = csv_new(&dialect, take_pair, &p);
    bool done = csv_feed(reader, buf_view(&bytes), err) && csv_end(reader, err);
    *ret_n = p.n;
    *ret = arena_get(arena, p.n, sizeof **ret);
    for (size_t i = 0; i < p.n; i++)
        (*ret)[i] = p.one[i];
    mem_free(&p.one);
    return done;
}
