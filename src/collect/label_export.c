/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers for other programs: those to items that have enough. People are numbers in an order drawn
 * from the guideline's id, which says nothing about them. */
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "collect/label_int.h"
#include "learn/rng.h"
#include "read/csv_put.h"

struct drawn {
    uint64_t key;
    uint32_t person;
};

static int by_key(const void *a, const void *b)
{
    const struct drawn *x = a;
    const struct drawn *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->person < y->person ? -1 : x->person > y->person;
}

/* number (people): from 1. */
static void number_people(const struct labels *labels, uint32_t *number)
{
    CLEANUP(mem_free) struct drawn *drawn = mem_get(labels->person_n, sizeof *drawn);
    uint64_t seed = rng_seed(&labels->guide.id, 1);
    for (size_t p = 0; p < labels->person_n; p++)
        drawn[p] = (struct drawn){rng_u64(seed, 0, labels->person[p]), (uint32_t)p};
    qsort(drawn, labels->person_n, sizeof *drawn, by_key);
    for (size_t p = 0; p < labels->person_n; p++)
        number[drawn[p].person] = (uint32_t)p + 1;
}

struct exporting {
    const struct labels *labels;
    const uint32_t *number;
    struct buf out;
    size_t n;
};

static void put_triples(struct exporting *e)
{
    const struct labels *l = e->labels;
    buf_text(&e->out, "task,worker,label\n");
    for (size_t i = 0; i < l->n; i++) {
        if (!l->retired[l->of[i]])
            continue;
        csv_put_quoted(&e->out, l->item[l->of[i]]);
        buf_printf(&e->out, ",p%u,", (unsigned)e->number[l->by[i]]);
        csv_put_quoted(&e->out, l->guide.choice[l->answer[i]]);
        buf_char(&e->out, '\n');
        e->n++;
    }
}

static void put_zooniverse(struct exporting *e)
{
    const struct labels *l = e->labels;
    buf_text(&e->out, "classification_id,user_name,workflow_id,workflow_version,annotations,"
                      "subject_ids\n");
    for (size_t i = 0; i < l->n; i++) {
        if (!l->retired[l->of[i]])
            continue;
        struct str choice = l->guide.choice[l->answer[i]];
        CLEANUP(json_release)
        json_t *list = json_pack("[{s:s,s:s%}]", "task", "T0", "value", choice.at, choice.n);
        CLEANUP(buf_release) struct buf text = BUF_INIT;
        json_write(list, &text);
        buf_printf(&e->out, "%zu,p%u,1,%llu.0,", ++e->n, (unsigned)e->number[l->by[i]],
                   (unsigned long long)l->guide.version);
        csv_put_quoted(&e->out, buf_view(&text));
        buf_char(&e->out, ',');
        csv_put_quoted(&e->out, l->item[l->of[i]]);
        buf_char(&e->out, '\n');
    }
}

static json_t *annotation(const struct exporting *e, size_t i)
{
    struct str choice = e->labels->guide.choice[e->labels->answer[i]];
    return json_pack("{s:i,s:[{s:s,s:s,s:s,s:{s:[s%]}}]}", "completed_by",
                     (int)e->number[e->labels->by[i]], "result", "from_name", "answer", "to_name",
                     "item", "type", "choices", "value", "choices", choice.at, choice.n);
}

static void put_labelstudio(struct exporting *e)
{
    const struct labels *l = e->labels;
    const char *between = "";
    buf_text(&e->out, "[");
    for (size_t u = 0, i = 0; u < l->item_n; u++) {
        CLEANUP(json_release)
        json_t *task = json_pack("{s:I,s:{s:s%},s:[]}", "id", (json_int_t)u + 1, "data", "item",
                                 l->item[u].at, l->item[u].n, "annotations");
        json_t *list = json_object_get(task, "annotations");
        for (; i < l->n && l->of[i] == u; i++)
            if (l->retired[u])
                json_array_append_new(list, annotation(e, i));
        if (json_array_size(list) == 0)
            continue;
        e->n += json_array_size(list);
        buf_text(&e->out, between);
        json_write(task, &e->out);
        between = ",\n";
    }
    buf_text(&e->out, "]\n");
}

bool label_export(const struct labels *labels, enum label_form form, const char *path,
                  size_t *ret_n, struct err *err)
{
    CLEANUP(mem_free) uint32_t *number = mem_get(labels->person_n, sizeof *number);
    struct exporting e = {labels, number, BUF_INIT, 0};
    number_people(labels, number);
    if (form == LABEL_TRIPLES)
        put_triples(&e);
    else if (form == LABEL_ZOONIVERSE)
        put_zooniverse(&e);
    else
        put_labelstudio(&e);
    *ret_n = e.n;
    bool done = e.n ? file_write(path, buf_view(&e.out), 0644, err)
                    : FAIL(err, ERR_NOT_FOUND, _("Name more: allmende label next"),
                           _("No item has enough answers yet."));
    buf_release(&e.out);
    return done;
}
