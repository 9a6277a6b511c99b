/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers from elsewhere become one entry. Names do not go in: a person is SHA-256 of a secret salt
 * and the name, 8 bytes of it. The salt is private and the same for all imports under a guideline,
 * so a person is the same person again, and can be found when they ask to be taken out. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "collect/label_int.h"
#include "learn/table.h"
#include "read/cell.h"
#include "read/csv_put.h"
#include "record/member.h"

enum { SECRET_BYTES = 32, STRANGE_SHOWN = 20 };

static const char *const form_names[] = {[LABEL_TRIPLES] = "triples",
                                         [LABEL_ZOONIVERSE] = "zooniverse",
                                         [LABEL_LABELSTUDIO] = "labelstudio"};

static const char *const left_out_names[] = {[LEFT_REJECTED] = "rejected",
                                             [LEFT_NO_ANSWER] = "no_answer",
                                             [LEFT_SEVERAL] = "several",
                                             [LEFT_OTHER_VERSION] = "other_version",
                                             [LEFT_AGAIN] = "again"};

bool label_form_by_name(struct str name, enum label_form *ret)
{
    for (size_t i = 0; i < COUNT_OF(form_names); i++)
        if (str_eq(name, str_of(form_names[i]))) {
            *ret = (enum label_form)i;
            return true;
        }
    return false;
}

const char *left_out_name(enum left_out why)
{
    return left_out_names[why];
}

uint64_t label_pseudonym(struct str salt, struct str name)
{
    struct hasher hasher;
    uint64_t person = 0;
    hash_begin(&hasher);
    hash_str(&hasher, STR("allmende person 1\n"));
    hash_str(&hasher, salt);
    hash_str(&hasher, name);
    struct hash hash = hash_end(&hasher);
    for (size_t i = 0; i < 8; i++)
        person = person << 8 | hash.at[i];
    return person;
}

struct row {
    uint64_t person;
    struct str name;
    uint32_t item;
    uint32_t answer;
    uint32_t seq;
};

struct strange {
    struct str answer;
    uint64_t n;
};

struct importing {
    struct labels *labels;
    const struct label_import_draft *draft;
    struct label_import_report *report;
    struct arena *arena;
    struct str salt;
    struct row *row; /* (n) */
    size_t n;
    size_t cap;
    struct buf scratch;
    struct strange *strange; /* (stranges) answers that are no choices */
    size_t stranges;
};

static void note_strange(struct importing *in, struct str answer)
{
    size_t i = 0;
    if (!in->strange)
        in->strange = arena_get(in->arena, LABEL_CHOICES_MAX, sizeof *in->strange);
    while (i < in->stranges && !str_eq(in->strange[i].answer, answer))
        i++;
    if (i == LABEL_CHOICES_MAX)
        return;
    if (i == in->stranges)
        in->strange[in->stranges++] = (struct strange){arena_str(in->arena, answer), 0};
    in->strange[i].n++;
}

static bool take(void *context, const struct foreign_answer *one, struct err *err)
{
    struct importing *in = context;
    struct str answer = cell_compose(cell_trim(one->answer), &in->scratch);
    uint32_t choice = label_choice(&in->labels->guide, answer);
    (void)err;
    for (size_t i = 0; i < in->draft->unknown_n; i++)
        if (str_eq(answer, str_of(in->draft->unknown[i])))
            choice = LABEL_UNKNOWN;
    if (choice == LABEL_NONE || (in->draft->choices_to && choice != LABEL_UNKNOWN)) {
        note_strange(in, answer);
        return true;
    }
    struct str item = cell_trim(one->item);
    if (item.n == 0 || one->person.n == 0) {
        in->report->left_out[LEFT_REJECTED]++;
        return true;
    }
    if (in->n == in->cap) {
        in->cap = in->cap * 2 + 1024;
        in->row = mem_resize(in->row, in->cap, sizeof *in->row);
    }
    struct str before = in->n ? in->row[in->n - 1].name : STR("");
    item = cell_compose(item, &in->scratch);
    in->row[in->n] =
        (struct row){.person = label_pseudonym(in->salt, one->person),
                     .name = str_eq(before, item) ? before : arena_str(in->arena, item),
                     .answer = choice,
                     .seq = (uint32_t)in->n};
    in->n++;
    return true;
}

static bool refuse_strange(const struct importing *in, struct err *err)
{
    CLEANUP(buf_release) struct buf list = BUF_INIT;
    for (size_t i = 0; i < in->stranges && i < STRANGE_SHOWN; i++)
        buf_printf(&list, "%s%.*s (%llu)", i ? ", " : "", STR_ARG(in->strange[i].answer),
                   (unsigned long long)in->strange[i].n);
    return in->stranges == 0 ||
           FAIL(err, ERR_INPUT,
                _("Write a guideline that has them (--choices-to FILE writes them all into a file "
                  "for "
                  "it), or say what means \"don't know\": --dont-know TEXT"),
                _("Answers that are none of the choices, with how often: %s%s"), list.at,
                in->stranges > STRANGE_SHOWN ? ", …" : "");
}

static int by_frequency(const void *a, const void *b)
{
    const struct strange *x = a;
    const struct strange *y = b;
    return x->n != y->n ? (x->n > y->n ? -1 : 1) : str_cmp(x->answer, y->answer);
}

/* What occurs, as `label guideline --choices` reads it. */
static bool write_choices(struct importing *in, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (in->stranges)
        qsort(in->strange, in->stranges, sizeof *in->strange, by_frequency);
    for (size_t i = 0; i < in->stranges; i++)
        buf_printf(&text, "%.*s\n", STR_ARG(in->strange[i].answer));
    in->report->choices = in->stranges;
    return file_write(in->draft->choices_to, buf_view(&text), 0644, err);
}

static int by_name(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    bool known[2] = {x->answer != LABEL_UNKNOWN, y->answer != LABEL_UNKNOWN};
    int order = x->item == y->item ? 0 : str_cmp(x->name, y->name);
    if (order)
        return order;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    if (known[0] != known[1])
        return known[0] ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static int by_person(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The blob: sorted, a person once an item. Counts into the report. */
static void write_rows(struct importing *in, struct buf *out)
{
    struct label_import_report *report = in->report;
    CLEANUP(mem_free) uint64_t *person = mem_get(in->n, sizeof *person);
    CLEANUP(mem_free) struct str *name = mem_get(in->n, sizeof *name);
    uint32_t *group;
    for (size_t i = 0; i < in->n; i++)
        name[i] = in->row[i].name;
    report->items = group_number(in->arena, name, in->n, &group);
    for (size_t i = 0; i < in->n; i++)
        in->row[i].item = group[i];
    qsort(in->row, in->n, sizeof *in->row, by_name);
    buf_text(out, "item,person,answer\n");
    for (size_t i = 0; i < in->n; i++) {
        const struct row *row = &in->row[i];
        person[i] = row->person;
        if (i && row[-1].item == row->item && row[-1].person == row->person) {
            report->left_out[LEFT_AGAIN]++;
            continue;
        }
        csv_put_field(out, row->name);
        buf_printf(out, ",%016llx,", (unsigned long long)row->person);
        if (row->answer != LABEL_UNKNOWN)
            csv_put_field(out, in->labels->guide.choice[row->answer]);
        buf_char(out, '\n');
        report->answers++;
        report->unknown += row->answer == LABEL_UNKNOWN;
    }
    qsort(person, in->n, sizeof *person, by_person);
    for (size_t i = 0; i < in->n; i++)
        report->people += i == 0 || person[i] != person[i - 1];
}

static bool write_batch(struct record *record, struct importing *in, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    CLEANUP(buf_release) struct buf rows = BUF_INIT;
    const struct label_import_draft *draft = in->draft;
    struct label_import_report *report = in->report;
    json_t *left_out = json_object();
    write_rows(in, &rows);
    for (size_t i = 0; i < LEFT_COUNT; i++)
        json_object_set_new(left_out, left_out_names[i],
                            json_integer((json_int_t)report->left_out[i]));
    body_id(body, "guideline", &draft->guideline);
    body_text(body, "form", arena_printf(in->arena, "%s/1", form_names[draft->form]));
    json_object_set_new(body, "closed", json_boolean(!draft->open));
    json_object_set_new(body, "records", json_integer((json_int_t)report->records));
    json_object_set_new(body, "answers", json_integer((json_int_t)report->answers));
    json_object_set_new(body, "items", json_integer((json_int_t)report->items));
    json_object_set_new(body, "people", json_integer((json_int_t)report->people));
    json_object_set_new(body, "left_out", left_out);
    body_text(private, "file", file_name(draft->path));
    json_object_set_new(private, "salt", json_stringn(in->salt.at, in->salt.n));
    struct str bytes = buf_view(&rows);
    const struct blob_source source = blob_of_str(&bytes);
    const struct draft entry = {.kind = "answers",
                                .body = body,
                                .private = private,
                                .rests_on = {draft->guideline},
                                .rests_n = 1,
                                .blob = &source,
                                .blob_n = 1};
    return permission_put(record, body, NULL, NULL, err) &&
           record_append(record, &entry, &report->id, err);
}

static void choose_salt(struct importing *in)
{
    unsigned char bytes[SECRET_BYTES];
    char *text = arena_get(in->arena, 2 * SECRET_BYTES + 1, 1);
    in->salt = in->labels->salt;
    if (in->salt.n)
        return;
    randombytes_buf(bytes, sizeof bytes);
    hex_encode(bytes, SECRET_BYTES, text);
    in->salt = str_of(text);
}

bool label_import(struct record *record, const struct label_import_draft *draft,
                  struct label_import_report *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct labels labels;
    struct importing in = {
        .labels = &labels, .draft = draft, .report = ret, .arena = &arena, .scratch = BUF_INIT};
    const struct foreign foreign = {draft, ret, &arena, take, &in};
    *ret = (struct label_import_report){.records = 0};
    if (!labels_load(record, &draft->guideline, NULL, &arena, &labels, err))
        return false;
    choose_salt(&in);
    bool done = (draft->form == LABEL_LABELSTUDIO ? foreign_read_labelstudio(&foreign, err)
                                                  : foreign_read_table(&foreign, err));
    if (done && draft->choices_to)
        done = write_choices(&in, err);
    done = done && (draft->choices_to || refuse_strange(&in, err));
    if (done && in.n == 0 && !draft->choices_to)
        done = FAIL(err, ERR_INPUT, _("Look at the file with a text editor."),
                    _("%s holds no answer that can be taken."), draft->path);
    done = done && (draft->choices_to || write_batch(record, &in, err));
    buf_release(&in.scratch);
    free(in.row);
    return done;
}
