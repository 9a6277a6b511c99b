/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns the fields of a form make, and how they may leave. */
#include "collect/form_int.h"

static enum column_time time_of(enum form_type type)
{
    if (type == FORM_DATE)
        return TIME_DATE;
    if (type == FORM_TIME)
        return TIME_CLOCK;
    return type == FORM_MOMENT ? TIME_STAMP : TIME_NONE;
}

static bool is_number(enum form_type type)
{
    return type == FORM_NUMBER || type == FORM_EFFORT || type == FORM_PLACE ||
           time_of(type) != TIME_NONE;
}

struct form_column *form_columns(const struct form *form, size_t in, struct arena *arena,
                                 size_t *ret_n)
{
    static const char *const parts[] = {"_lat", "_lon", "_accuracy"};
    struct form_column *column = arena_get(arena, 3 * form->field_n, sizeof *column);
    size_t n = 0;
    for (size_t f = 0; f < form->field_n; f++) {
        const struct form_field *field = &form->field[f];
        size_t of = field->type == FORM_PLACE ? 3 : 1;
        if (field->in != in || field->type == FORM_NOTE || field->type == FORM_REPEAT)
            continue;
        for (size_t p = 0; p < of; p++) {
            const char *name =
                arena_printf(arena, "%.*s%s", STR_ARG(field->name), of == 3 ? parts[p] : "");
            column[n++] = (struct form_column){
                .plan = {.name = str_of(name),
                         .type = is_number(field->type) ? COLUMN_NUMBER : COLUMN_CATEGORY,
                         .time = time_of(field->type),
                         .order =
                             time_of(field->type) == TIME_NONE || time_of(field->type) == TIME_CLOCK
                                 ? DATE_OPEN
                                 : DATE_YMD},
                .field = f,
                .part = p};
        }
    }
    *ret_n = n;
    return column;
}

static void put_roles(const struct form *form, size_t in, struct arena *arena, json_t *roles)
{
    size_t n;
    const struct form_column *column = form_columns(form, in, arena, &n);
    for (size_t c = 0; c < n; c++) {
        const struct form_field *field = &form->field[column[c].field];
        enum view_role role = form_role(field);
        bool coarse = role >= ROLE_CELL_3 && role <= ROLE_CELL_1;
        if (role == ROLE_UNSAID)
            continue;
        if (coarse && column[c].part == 2)
            role = ROLE_OPEN;
        view_role_put(roles, column[c].plan.name.at, role,
                      coarse ? arena_printf(arena, "%.*s_accuracy", STR_ARG(field->name)) : NULL);
    }
}

json_t *form_roles_json(const struct form *form, struct arena *arena)
{
    json_t *roles = json_object();
    put_roles(form, SIZE_MAX, arena, roles);
    for (size_t f = 0; f < form->field_n; f++)
        if (form->field[f].type == FORM_REPEAT)
            put_roles(form, f, arena, roles);
    return roles;
}
