/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/observed.h"

#include <string.h>

#include "collect/form_int.h"
#include "collect/observe.h"

/* What gathering works with. */
struct gathering {
    struct record *record;
    struct arena *arena;
    struct form *form; /* (form_n) versions */
    size_t form_n;
    struct str repeat; /* empty: the table of the observations themselves */
    size_t own;        /* columns from here on are those of the repeat */
    size_t room;       /* of ret->row */
    const struct collect_past *past;
    size_t watched;   /* column of past */
    struct buf moved; /* struct collect_moved */
    struct observed *ret;
};

/* --- columns ------------------------------------------------------------------------------ */

static void add_column(struct gathering *g, const struct field_plan *plan, size_t from)
{
    struct observed *ret = g->ret;
    for (size_t c = from; c < ret->column_n; c++) {
        struct field_plan *there = &ret->column[c];
        if (!str_eq(there->name, plan->name))
            continue;
        if (there->type != plan->type || there->time != plan->time)
            *there = (struct field_plan){.name = there->name, .type = COLUMN_CATEGORY};
        return;
    }
    ret->column[ret->column_n++] = *plan;
}

/* Columns of the last version first, then those that only earlier ones have. */
static void add_columns(struct gathering *g, bool of_repeat)
{
    const size_t from = g->ret->column_n;
    for (size_t v = g->form_n; v-- > 0;) {
        const struct form *form = &g->form[v];
        size_t in = of_repeat ? form_find(form, g->repeat, SIZE_MAX) : SIZE_MAX;
        size_t n;
        if (of_repeat && (in == SIZE_MAX || form->field[in].type != FORM_REPEAT))
            continue;
        const struct form_column *column = form_columns(form, in, g->arena, &n);
        for (size_t c = 0; c < n; c++)
            add_column(g, &column[c].plan, from);
    }
}

/* A column of a repeat that has the name of one of the observation. */
static void rename_columns(struct gathering *g)
{
    for (size_t c = g->own; c < g->ret->column_n; c++)
        for (size_t o = 0; o < g->own; o++)
            if (str_eq(g->ret->column[c].name, g->ret->column[o].name))
                g->ret->column[c].name = str_of(arena_printf(
                    g->arena, "%.*s.%.*s", STR_ARG(g->repeat), STR_ARG(g->ret->column[o].name)));
}

static bool open_columns(struct gathering *g)
{
    size_t most = 1;
    for (size_t v = 0; v < g->form_n; v++)
        most += 6 * g->form[v].field_n;
    g->ret->column = arena_get(g->arena, most, sizeof *g->ret->column);
    add_columns(g, false);
    g->own = g->ret->column_n;
    if (g->repeat.n == 0)
        return true;
    add_columns(g, true);
    rename_columns(g);
    return g->ret->column_n > g->own;
}

/* --- rows --------------------------------------------------------------------------------- */

static struct str cell_of(struct gathering *g, const json_t *row, struct str name)
{
    if (str_starts(name, g->repeat) && name.n > g->repeat.n && name.at[g->repeat.n] == '.') {
        name.at += g->repeat.n + 1;
        name.n -= g->repeat.n + 1;
    }
    const char *text = json_text(row, name.at);
    return text ? arena_str(g->arena, str_of(text)) : STR("");
}

static void add_row(struct gathering *g, const struct observation *o, const json_t *own,
                    uint64_t position)
{
    struct observed *ret = g->ret;
    struct str *cell = arena_get(g->arena, ret->column_n, sizeof *cell);
    if (ret->row_n == g->room) {
        size_t room = g->room * 2 < 64 ? 64 : g->room * 2;
        struct observed_row *row = arena_get(g->arena, room, sizeof *row);
        if (ret->row_n)
            memcpy(row, ret->row, ret->row_n * sizeof *row);
        ret->row = row;
        g->room = room;
    }
    for (size_t c = 0; c < ret->column_n; c++)
        cell[c] = cell_of(g, c < g->own ? o->answers.fields : own, ret->column[c].name);
    ret->row[ret->row_n++] = (struct observed_row){.entry = o->id,
                                                   .position = position,
                                                   .may_use = o->may_use,
                                                   .may_publish = o->may_publish,
                                                   .cell = cell};
}

/* The rows of repeats are numbered like cards that are dealt to the repeats in turn: a row that a
 * correction adds to one never moves those of another. */
static void add_rows(struct gathering *g, const struct observation *o)
{
    size_t repeats = 0;
    size_t own = SIZE_MAX;
    if (g->repeat.n == 0) {
        add_row(g, o, NULL, 1);
        return;
    }
    for (size_t f = 0; f < o->form.field_n; f++) {
        if (o->form.field[f].type != FORM_REPEAT)
            continue;
        if (str_eq(o->form.field[f].name, g->repeat))
            own = repeats;
        repeats++;
    }
    if (own == SIZE_MAX)
        return;
    const json_t *rows = json_object_get(o->answers.rows, g->repeat.at);
    for (size_t r = 0; r < json_array_size(rows); r++)
        add_row(g, o, json_array_get(rows, r), 2 + r * repeats + own);
}

/* --- what stood there before ---------------------------------------------------------------- */

static bool had_all(const struct observation *o, const struct ids *data)
{
    for (size_t i = 0; i < o->correction_n; i++)
        if (!ids_have(data, &o->correction[i]))
            return false;
    return true;
}

/* Compare with the rows from `first` on, which are those of the same observation as it is now. */
static void note_moved(struct gathering *g, const struct observed *before, size_t first)
{
    struct observed *ret = g->ret;
    for (size_t b = 0; b < before->row_n; b++)
        for (size_t r = first; r < ret->row_n; r++) {
            struct str was = before->row[b].cell[g->watched];
            if (ret->row[r].position != before->row[b].position ||
                str_eq(ret->row[r].cell[g->watched], was))
                continue;
            const struct collect_moved one = {r, was};
            buf_add(&g->moved, &one, sizeof one);
        }
}

static bool look_back(struct gathering *g, const struct observation *o, size_t first,
                      struct err *err)
{
    for (size_t i = 0; g->past && g->watched < g->ret->column_n && i < g->past->n; i++) {
        const struct ids *data = &g->past->data[i];
        struct observed then = *g->ret;
        struct gathering back = *g;
        struct observation was;
        if (!ids_have(data, &o->id) || had_all(o, data))
            continue;
        if (!observe_load_then(g->record, &o->id, data, g->arena, &was, err))
            return false;
        then.row = NULL;
        then.row_n = 0;
        back.ret = &then;
        back.room = 0;
        add_rows(&back, &was);
        filled_release(&was.answers);
        note_moved(g, &then, first);
    }
    return true;
}

static bool add_observation(struct gathering *g, const struct hash *id, struct buf *corrections,
                            struct buf *corrected, struct err *err)
{
    struct observation o;
    const struct form *form = NULL;
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    struct hash version;
    if (!record_entry(g->record, id, g->arena, &entry, err))
        return false;
    for (size_t v = 0; v < g->form_n; v++)
        if (body_read_id(entry.body, "form", &version) && hash_eq(&g->form[v].id, &version))
            form = &g->form[v];
    if (!observe_load(g->record, id, form, g->arena, &o, err))
        return false;
    if (o.presence != BODY_PRESENT)
        return true;
    const size_t first = g->ret->row_n;
    add_rows(g, &o);
    filled_release(&o.answers);
    if (o.correction_n && !look_back(g, &o, first, err))
        return false;
    for (size_t i = 0; i < o.correction_n; i++) {
        buf_add(corrections, &o.correction[i], sizeof o.correction[i]);
        buf_add(corrected, id, sizeof *id);
    }
    return true;
}

static bool read_observations(struct gathering *g, struct str name, struct err *err)
{
    CLEANUP(buf_release) struct buf corrections = BUF_INIT;
    CLEANUP(buf_release) struct buf corrected = BUF_INIT;
    struct observed *ret = g->ret;
    struct ids ids;
    if (!observe_ids(g->record, name, g->arena, &ids, err))
        return false;
    for (size_t i = 0; i < ids.n; i++)
        if (!add_observation(g, &ids.at[i], &corrections, &corrected, err))
            return false;
    ret->correction_n = corrections.n / sizeof(struct hash);
    ret->correction = arena_keep(g->arena, buf_view(&corrections));
    ret->corrected = arena_keep(g->arena, buf_view(&corrected));
    return true;
}

static bool read_forms(struct gathering *g, struct str name, struct err *err)
{
    struct form *all;
    size_t n;
    if (!form_list(g->record, g->arena, &all, &n, err))
        return false;
    g->form = arena_get(g->arena, n, sizeof *g->form);
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, name))
            g->form[g->form_n++] = all[i];
    return true;
}

static void watch(struct gathering *g)
{
    g->watched = 0;
    while (g->past && g->watched < g->ret->column_n &&
           !str_eq(g->ret->column[g->watched].name, g->past->column))
        g->watched++;
}

static bool read_rows(struct gathering *g, struct str name, struct err *err)
{
    watch(g);
    bool fine = read_observations(g, name, err);
    g->ret->moved_n = g->moved.n / sizeof(struct collect_moved);
    g->ret->moved = arena_keep(g->arena, buf_view(&g->moved));
    buf_release(&g->moved);
    return fine;
}

bool observed_read(struct record *record, struct str table, const struct collect_past *past,
                   struct arena *arena, const struct observed **ret, struct err *err)
{
    struct gathering g = {
        .record = record, .arena = arena, .repeat = table, .past = past, .moved = BUF_INIT};
    struct str name;
    *ret = NULL;
    (void)str_cut(&g.repeat, '.', &name);
    if (!read_forms(&g, name, err))
        return false;
    if (g.form_n == 0)
        return true;
    g.ret = arena_get(arena, 1, sizeof *g.ret);
    if (!open_columns(&g))
        return true;
    if (!read_rows(&g, name, err))
        return false;
    *ret = g.ret;
    return true;
}
