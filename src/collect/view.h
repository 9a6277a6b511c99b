/* SPDX-License-Identifier: GPL-3.0-or-later */
/* view: what was said of columns: how they may leave the members of the project.
 *
 * Kind "view": {"table","roles":{COLUMN:{"role":"open"|"coarse"|"person"|"private","digits"?:1|2|3,
 *   "accuracy"?:COLUMN},…},"why"?,"licence","permission":[…]}, by a person in charge. An import and
 * a form may have "roles" too.
 *
 * What holds for a column follows from all entries in their order: an import or a form makes it
 * only stricter than it is, a `view` by a person in charge sets it.
 */
#ifndef COLLECT_VIEW_H
#define COLLECT_VIEW_H

#include "record/record.h"

extern const struct kind collect_view_kind;

/* From the loosest to the strictest; the numbers stand in the derived table. */
enum view_role {
    ROLE_UNSAID = -1,
    ROLE_OPEN = 0,
    ROLE_CELL_3, /* 0.001 degrees */
    ROLE_CELL_2,
    ROLE_CELL_1,
    ROLE_PERSON,
    ROLE_PRIVATE
};

/* What people typed. */
struct view_said {
    const char *const *place; /* "LAT,LON[,ACCURACY]=coarse:0.01", "SITE=private", "SITE=open" */
    size_t place_n;
    const char *const *person; /* columns */
    size_t person_n;
    const char *const *private;
    size_t private_n;
    const char *const *open;
    size_t open_n;
};

/* Put into `roles` what was typed. ERR_USAGE says how it is to be typed; ERR_CONFLICT: two things
 * of one column. */
bool view_roles(const struct view_said *said, json_t *roles, struct err *err) MUST_USE;

/* Put one role; accuracy may be NULL. */
void view_role_put(json_t *roles, const char *column, enum view_role role, const char *accuracy);

/* Read "role" and "digits" of an object; false if that is no role. */
bool view_role_read(const json_t *value, enum view_role *ret);

/* Is this what "roles" may be? NULL is fine: nothing was said. */
bool view_roles_check(const json_t *roles, struct err *err) MUST_USE;

/* Put roles into the derived table, stricter only unless may_loosen. NULL is fine. */
bool view_fold(struct record *record, const char *table, const json_t *roles, bool may_loosen,
               struct err *err) MUST_USE;

/* What holds for a column now. */
struct view_holds {
    enum view_role role;
    struct str accuracy; /* the column that holds metres, in the arena; empty: none */
};
bool view_role_of(struct record *record, struct str table, struct str column, struct arena *arena,
                  struct view_holds *ret, struct err *err) MUST_USE;

/* The word of a role. */
const char *view_role_word(enum view_role role);

/* Write a `view`. ERR_DENIED: nobody in charge; ERR_INPUT: nothing was said; ERR_NOT_FOUND: no such
 * table or column. */
bool view_set(struct record *record, const char *table, const json_t *roles, const char *why,
              struct hash *ret, struct err *err) MUST_USE;

#endif
