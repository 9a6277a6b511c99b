/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several files of one table: each is read by itself, so a column may be dates in one and, because
 * nothing there tells the day from the month, text in another. Then the evidence of all files is
 * brought together, and they are read again as it says.
 */
#include "read/columns.h"

/* Columns that stand in the file, which come first. */
static size_t of_file(const struct columns *part)
{
    size_t n = 0;
    while (n < part->table.column_n && part->table.column[n].derived.n == 0)
        n++;
    return n;
}

static bool same_names(const struct columns *const *part, size_t parts)
{
    size_t n = of_file(part[0]);
    for (size_t p = 1; p < parts; p++) {
        if (of_file(part[p]) != n)
            return false;
        for (size_t c = 0; c < n; c++)
            if (!str_eq(part[p]->table.column[c].name, part[0]->table.column[c].name))
                return false;
    }
    return true;
}

/* Whether all parts with values in column c hold the same; and what that is. */
static bool is_alike(const struct columns *const *part, size_t parts, size_t c,
                     struct evidence_type *ret)
{
    bool known = false;
    *ret = part[0]->about[c].type;
    for (size_t p = 0; p < parts; p++) {
        const struct columns_about *about = &part[p]->about[c];
        if (about->evidence.cells == 0 && about->type.type == COLUMN_NUMBER)
            continue;
        if (known && (about->type.type != ret->type || about->type.time != ret->time))
            return false;
        known = true;
        *ret = about->type;
    }
    return true;
}

bool columns_agree(const struct columns *const *part, size_t parts)
{
    struct evidence_type type;
    if (!same_names(part, parts))
        return true;
    for (size_t c = 0; c < of_file(part[0]); c++) {
        if (!is_alike(part, parts, c, &type))
            return false;
        for (size_t p = 0; p < parts; p++)
            if (part[p]->about[c].type.time != type.time)
                return false;
    }
    return true;
}

/* What all evidence together says of column c. */
static struct evidence_type decide_together(const struct columns *const *part, size_t parts,
                                            size_t c)
{
    struct evidence all = {0};
    struct evidence_type type;
    enum date_order stated = DATE_OPEN;
    if (is_alike(part, parts, c, &type))
        return type;
    for (size_t p = 0; p < parts; p++) {
        const struct evidence_type *own = &part[p]->about[c].type;
        if (own->why == WHY_ASKED)
            return *own;
        if (own->why == WHY_ORDER_STATED)
            stated = own->order;
        evidence_merge(&all, &part[p]->about[c].evidence);
    }
    return evidence_decide(&all, stated);
}

static bool has_name(const struct columns *part, struct str name)
{
    for (size_t c = 0; c < of_file(part); c++)
        if (str_eq(part->table.column[c].name, name))
            return true;
    return false;
}

static size_t add_derived(const struct columns *part, const struct field_plan *of,
                          struct arena *arena, struct field_plan *plan)
{
    size_t n = 0;
    for (int p = 0; p < DERIVE_COUNT; p++) {
        enum derive_part one = (enum derive_part)p;
        struct str name = derive_name(arena, of->name, one);
        if (derive_has(of->time, one) && !has_name(part, name))
            plan[n++] = (struct field_plan){
                .name = name, .type = COLUMN_NUMBER, .derived = of->name, .part = one};
    }
    return n;
}

size_t columns_plan(const struct columns *const *part, size_t parts, size_t p, struct arena *arena,
                    struct field_plan **ret)
{
    size_t file_n = of_file(part[p]);
    size_t n = file_n;
    *ret = arena_get(arena, file_n * (1 + DERIVE_COUNT), sizeof **ret);
    for (size_t c = 0; c < file_n; c++) {
        const struct evidence_type *own = &part[p]->about[c].type;
        struct evidence_type type = decide_together(part, parts, c);
        bool same_time = own->time == type.time && own->time != TIME_NONE;
        (*ret)[c] = (struct field_plan){.name = part[p]->table.column[c].name,
                                        .type = type.type,
                                        .time = type.time,
                                        .order = same_time ? own->order : type.order};
        if (own->why == WHY_ASKED) /* categories, but perhaps of times */
            (*ret)[c] = part[p]->plan[c];
    }
    for (size_t c = 0; c < file_n; c++)
        n += add_derived(part[p], &(*ret)[c], arena, *ret + n);
    return n;
}

/* --- a report of all parts -------------------------------------------------------------------- */

static void add_about(struct columns_about *to, const struct columns_about *from)
{
    bool known = to->evidence.cells > 0;
    if (!known) {
        to->type = from->type;
        to->place = from->place;
        to->note = from->note;
    }
    if (from->place == PLACE_NONE)
        to->place = PLACE_NONE;
    to->missing += from->missing;
    to->rejected += from->rejected;
    evidence_merge(&to->evidence, &from->evidence);
}

void columns_about_all(const struct columns *const *part, size_t parts, const struct table *joined,
                       struct arena *arena, struct columns *ret)
{
    *ret = (struct columns){.table = *joined};
    ret->about = arena_get(arena, joined->column_n, sizeof *ret->about);
    for (size_t p = 0; p < parts; p++) {
        ret->records += part[p]->records;
        ret->rejected += part[p]->rejected;
        ret->cells_rejected += part[p]->cells_rejected;
        for (size_t c = 0; c < joined->column_n; c++)
            add_about(&ret->about[c], &part[p]->about[c]);
    }
    for (size_t c = 0; c < joined->column_n; c++) {
        const struct column *column = &joined->column[c];
        for (size_t r = 0; r < joined->rows && column->type == COLUMN_NUMBER; r++)
            if (!column->missing[r])
                standin_add(&ret->about[c].ends, column->mantissa[r]);
    }
}
