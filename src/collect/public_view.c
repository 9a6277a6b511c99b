/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/public_view.h"

#include <string.h>

#include "collect/looks.h"
#include "collect/view_int.h"
#include "read/header.h"

/* What is noted of a column in the first pass. */
struct view_seen {
    enum view_role role;
    size_t accuracy; /* column of metres; SIZE_MAX: none */
    bool latitude;
    uint64_t cells;    /* with something in them */
    uint64_t contacts; /* that look like one */
    struct view_people *people;
};

struct view_work {
    struct raw_table raw;
    struct view_seen *seen; /* (column_n) */
    struct str *name;       /* (name_n) that go out */
    size_t name_n;
};

/* --- rows --------------------------------------------------------------------------------- */

enum row_fate { ROW_GOES = 0, ROW_WITHDRAWN, ROW_REJECTED, ROW_SET_ASIDE, ROW_NO_PERMISSION };

static enum row_fate fate_of(const struct public_view *view, const struct raw_row *row)
{
    const struct public_view_request *q = &view->request;
    if (row->state == RAW_WITHDRAWN)
        return ROW_WITHDRAWN;
    if (row->state == RAW_REJECTED)
        return ROW_REJECTED;
    if (!row->may_publish)
        return ROW_NO_PERMISSION;
    if (q->is_set_aside && q->is_set_aside(q->context, row->entry, row->position))
        return ROW_SET_ASIDE;
    return ROW_GOES;
}

static bool was_stopped(const struct public_view *view, struct err *err)
{
    return view->request.cancelled && view->request.cancelled() &&
           !FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
                 _("It was stopped."));
}

/* --- first pass --------------------------------------------------------------------------- */

static void note_cells(struct public_view *view, const struct raw_row *row)
{
    for (size_t c = 0; c < view->column_n; c++) {
        struct view_seen *seen = &view->work->seen[c];
        if (row->cell[c].n == 0)
            continue;
        seen->cells++;
        if (seen->role == ROLE_UNSAID)
            seen->contacts += looks_contact(row->cell[c]);
        if (seen->role != ROLE_PERSON)
            continue;
        view_people_add(view->people, row->cell[c]);
        view_people_add(seen->people, row->cell[c]);
    }
}

static bool note_row(void *context, const struct raw_row *row, struct err *err)
{
    struct public_view *view = context;
    switch (fate_of(view, row)) {
    case ROW_WITHDRAWN:
        view->withdrawn++;
        break;
    case ROW_REJECTED:
        view->rejected++;
        break;
    case ROW_NO_PERMISSION:
        view->no_permission++;
        break;
    case ROW_SET_ASIDE:
        view->set_aside++;
        break;
    case ROW_GOES:
        view->rows++;
        note_cells(view, row);
        break;
    }
    return !was_stopped(view, err);
}

static size_t find_column(const struct public_view *view, struct str name)
{
    for (size_t c = 0; c < view->column_n; c++)
        if (str_eq(view->column[c].name, name))
            return c;
    return SIZE_MAX;
}

static bool begin_columns(struct public_view *view, struct err *err)
{
    const struct raw_table *raw = &view->work->raw;
    struct arena *arena = view->arena;
    view->column_n = raw->column_n;
    view->column = arena_get(arena, raw->column_n, sizeof *view->column);
    view->work->seen = arena_get(arena, raw->column_n, sizeof *view->work->seen);
    for (size_t c = 0; c < raw->column_n; c++)
        view->column[c].name = raw->column[c];
    for (size_t c = 0; c < raw->column_n; c++) {
        struct view_column *column = &view->column[c];
        struct view_seen *seen = &view->work->seen[c];
        struct view_holds holds;
        if (!view_role_of(view->record, raw->name, column->name, arena, &holds, err))
            return false;
        seen->role = holds.role;
        column->accuracy = holds.accuracy;
        seen->accuracy = column->accuracy.n ? find_column(view, column->accuracy) : SIZE_MAX;
        seen->latitude =
            header_place(column->name) == PLACE_LATITUDE || str_ends(column->name, STR("_lat"));
        if (seen->role == ROLE_PERSON)
            seen->people = view_people_new(arena, STR(""));
    }
    return true;
}

/* --- what becomes of a column --------------------------------------------------------------- */

static void leave_out(struct view_column *column, enum view_why why)
{
    column->how = VIEW_LEFT_OUT;
    column->why = why;
}

static void decide_column(struct view_column *column, const struct view_seen *seen)
{
    enum view_why looks = looks_name(column->name);
    column->how = VIEW_AS_IS;
    column->why = VIEW_OPEN;
    switch (seen->role) {
    case ROLE_OPEN:
        column->why = VIEW_SAID;
        return;
    case ROLE_PRIVATE:
        leave_out(column, VIEW_SAID);
        return;
    case ROLE_PERSON:
        column->how = VIEW_PSEUDONYM;
        column->why = VIEW_SAID;
        if (view_people_count(seen->people) < PUBLIC_PEOPLE_MIN)
            leave_out(column, VIEW_FEW_PEOPLE);
        return;
    case ROLE_CELL_1:
    case ROLE_CELL_2:
    case ROLE_CELL_3:
        column->how = VIEW_CELL;
        column->why = VIEW_SAID;
        column->digits = 4 - (unsigned)seen->role;
        return;
    case ROLE_UNSAID:
        break;
    }
    if (seen->contacts && 2 * seen->contacts >= seen->cells)
        leave_out(column, VIEW_LIKE_CONTACT);
    else if (looks != VIEW_OPEN)
        leave_out(column, looks);
    else if (seen->contacts)
        leave_out(column, VIEW_LIKE_FREE_TEXT);
}

static void decide_columns(struct public_view *view)
{
    struct view_work *work = view->work;
    work->name = arena_get(view->arena, view->column_n + 1, sizeof *work->name);
    for (size_t c = 0; c < view->column_n; c++) {
        struct view_column *column = &view->column[c];
        decide_column(column, &work->seen[c]);
        view->has_uncertainty = view->has_uncertainty || column->how == VIEW_CELL;
        if (column->how != VIEW_LEFT_OUT)
            work->name[work->name_n++] = column->name;
    }
    if (view->has_uncertainty)
        work->name[work->name_n++] = STR("place_uncertainty_m");
}

bool public_view_open(struct record *record, const struct public_view_request *request,
                      struct arena *arena, struct public_view *ret, struct err *err)
{
    *ret = (struct public_view){
        .record = record, .request = *request, .arena = arena, .people = request->people};
    ret->work = arena_get(arena, 1, sizeof *ret->work);
    if (!ret->people)
        ret->people = view_people_new(arena, request->table);
    if (!raw_open(record, request->table, arena, &ret->work->raw, err) ||
        !begin_columns(ret, err) || !raw_rows(&ret->work->raw, note_row, ret, err))
        return false;
    decide_columns(ret);
    return true;
}

bool public_view_is_whole(const struct public_view *view)
{
    for (size_t c = 0; c < view->column_n; c++)
        if (view->column[c].how != VIEW_AS_IS)
            return false;
    return view->no_permission == 0 && view->set_aside == 0 && view->rejected == 0;
}

const struct str *public_view_names(const struct public_view *view, size_t *ret_n)
{
    *ret_n = view->work->name_n;
    return view->work->name;
}

/* --- second pass -------------------------------------------------------------------------- */

struct streaming {
    const struct public_view *view;
    public_take *take;
    void *context;
    struct str *cell; /* (name_n) */
};

/* How far away the place can be, as text; empty where no coarse cell has a value. */
static struct str uncertainty(const struct public_view *view, const struct raw_row *row,
                              struct arena *arena)
{
    uint64_t most = 0;
    for (size_t c = 0; c < view->column_n; c++) {
        const struct view_seen *seen = &view->work->seen[c];
        uint64_t metres = PUBLIC_GPS_M;
        if (view->column[c].how != VIEW_CELL || row->cell[c].n == 0)
            continue;
        if (seen->accuracy != SIZE_MAX && row->cell[seen->accuracy].n &&
            !view_metres(row->cell[seen->accuracy], row->point, &metres))
            metres = PUBLIC_GPS_M;
        metres += view_cell_m(view->column[c].digits);
        most = metres > most ? metres : most;
    }
    return most ? str_of(arena_printf(arena, "%llu", (unsigned long long)most)) : STR("");
}

static struct str cell_out(const struct public_view *view, const struct raw_row *row, size_t c,
                           struct arena *arena)
{
    const struct view_column *column = &view->column[c];
    struct str cell = row->cell[c];
    if (column->how == VIEW_CELL)
        return view_cell(arena, cell, row->point, column->digits, view->work->seen[c].latitude);
    if (column->how == VIEW_PSEUDONYM && cell.n)
        return str_of(arena_printf(arena, "person %zu", view_people_number(view->people, cell)));
    return cell;
}

static bool stream_row(void *context, const struct raw_row *row, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    const struct streaming *s = context;
    const struct public_view *view = s->view;
    size_t n = 0;
    if (fate_of(view, row) != ROW_GOES)
        return !was_stopped(view, err);
    for (size_t c = 0; c < view->column_n; c++)
        if (view->column[c].how != VIEW_LEFT_OUT)
            s->cell[n++] = cell_out(view, row, c, &arena);
    if (view->has_uncertainty)
        s->cell[n++] = uncertainty(view, row, &arena);
    const struct public_row out = {.item = item_id(row->entry, row->position),
                                   .entry = *row->entry,
                                   .position = row->position,
                                   .cell = s->cell,
                                   .n = n};
    return !was_stopped(view, err) && s->take(s->context, &out, err);
}

bool public_view_rows(const struct public_view *view, public_take *take, void *context,
                      struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct streaming s = {.view = view, .take = take, .context = context};
    s.cell = arena_get(&arena, view->work->name_n + 1, sizeof *s.cell);
    return raw_rows(&view->work->raw, stream_row, &s, err);
}
