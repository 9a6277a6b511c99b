/* SPDX-License-Identifier: GPL-3.0-or-later */
/* observe: single observations by a form, what was corrected in them later, and deployments.
 *
 * Kind "observation": {"form":id of the version,"table":name of the form,"licence","permission"};
 *   blob 0: {"fields":{COLUMN:text,…},"rows":{REPEAT:[{COLUMN:text,…},…],…}}, values as typed, of
 *   columns that may leave as they are; private {"values": the same shape, of all others}, if the
 *   form has any such field.
 * Kind "correction": {"observation":id,"table","why","made_with":[observation],"licence",
 *   "permission"}; blob 0: {KEY:text,…}, and blob 1 the same of private columns. KEY is COLUMN or
 *   REPEAT.n.COLUMN. They lie in blobs made with the observation, so that they go when it is taken
 *   back, whoever wrote them.
 *   An observation is corrected by whoever wrote it, and by people in charge; what others say does
 *   not count. The last one holds.
 * Kind "deployment": {"device","place"?,"from","to"?,"replaces"?:id,"licence","permission"};
 * private
 *   {"where"?}: an exact place. "to" is missing while it lasts. One that replaces another (it
 * ended, or something was wrong) counts if its author wrote that one, or is a person in charge;
 *   observations that name the older one go on naming it.
 *
 * No body holds a value: what is set aside stays unseen.
 */
#ifndef COLLECT_OBSERVE_H
#define COLLECT_OBSERVE_H

#include "collect/form.h"

extern const struct kind collect_observation_kind;
extern const struct kind collect_correction_kind;
extern const struct kind collect_deployment_kind;

/* Values by column: {"fields","rows"} as above, private and open together. */
struct filled {
    json_t *fields;
    json_t *rows;
};
struct filled filled_new(void);
void filled_release(struct filled *answers);

/* Set one value by its KEY; a place may be given whole, "LAT LON [ACCURACY]", by its field's name.
 * An empty text takes a value away. ERR_INPUT: no such field, or no such row (the next one begins a
 * row). */
bool filled_set(struct filled *answers, const struct form *form, struct str key, struct str value,
                struct err *err) MUST_USE;

/* Do all values fit the form? ERR_INPUT names the field, and what to write. */
bool filled_check(const struct filled *answers, const struct form *form, struct err *err) MUST_USE;

struct observe_options {
    const char *licence;    /* NULL: the project's */
    const char *permission; /* NULL: the project's */
};

/* Write an observation down. */
bool observe_add(struct record *record, const struct form *form, struct filled *answers,
                 const struct observe_options *options, struct hash *ret, struct err *err) MUST_USE;

struct assignment {
    struct str key;
    struct str value;
};

/* What is to be corrected. */
struct correction_draft {
    struct hash observation;
    const struct assignment *set; /* (n) */
    size_t n;
    const char *why;
};

/* Correct values of an observation. ERR_CONFLICT: they are so already; ERR_DENIED: somebody else
 * wrote it down, and this is no person in charge. */
bool observe_correct(struct record *record, const struct correction_draft *draft, struct hash *ret,
                     struct err *err) MUST_USE;

/* An observation as it stands now. */
struct observation {
    struct hash id;
    enum presence presence;
    struct form form;
    struct filled answers; /* owned: filled_release */
    struct device author;
    bool may_use;
    bool may_publish;
    struct hash *correction; /* (correction_n) in their order, in the arena */
    size_t correction_n;
};

/* The observations by a form (or of one of its repeats, FORM.REPEAT) in their order, in the arena;
 * none if there is no such form. */
bool observe_ids(struct record *record, struct str table, struct arena *arena, struct ids *ret,
                 struct err *err) MUST_USE;

/* ERR_NOT_FOUND: the entry is no observation. form: that of its version if it is at hand, else
 * NULL. Where its body is not here, only id, author and presence are set. */
bool observe_load(struct record *record, const struct hash *id, const struct form *form,
                  struct arena *arena, struct observation *ret, struct err *err) MUST_USE;

/* The same as it stood when only these corrections were known. */
bool observe_load_then(struct record *record, const struct hash *id, const struct ids *known,
                       struct arena *arena, struct observation *ret, struct err *err) MUST_USE;

/* What a correction said. */
struct correction {
    struct hash id;
    struct device author;
    struct str why;
    json_t *open;    /* {KEY:text}; owned: correction_release */
    json_t *private; /* NULL: not here */
};
void correction_release(struct correction *correction);
/* ERR_NOT_FOUND: what it said is gone (any more). */
bool correction_load(struct record *record, const struct hash *id, struct arena *arena,
                     struct correction *ret, struct err *err) MUST_USE;

/* Must the values of a table stay unseen, because a locked guess about a model has set a part of
 * it aside and nobody has looked? */
bool observe_is_unseen(struct record *record, struct str table, bool *ret,
                       struct err *err) MUST_USE;

struct deployment_draft {
    const char *device;
    const char *place;           /* a name that may be known; or NULL */
    const char *where;           /* an exact place, members only; or NULL */
    const char *from;            /* date, or date and time */
    const char *to;              /* NULL: it lasts */
    const struct hash *replaces; /* or NULL; what is NULL above is as it was there */
    const char *licence;
    const char *permission;
};
/* Write a deployment down. ERR_INPUT: no device, no time, or it ends before it begins; ERR_DENIED:
 * somebody else wrote the one that it replaces. */
bool deployment_add(struct record *record, const struct deployment_draft *draft, struct hash *ret,
                    struct err *err) MUST_USE;

struct deployment {
    struct hash id;
    struct str device;
    struct str place;
    struct str from;
    struct str to;    /* empty while it lasts */
    struct str where; /* empty: nothing was said, or not here */
    struct device author;
    bool has_replaced;
    struct hash replaced; /* the one that it replaces */
};
/* All deployments in their order, without those that were replaced; in the arena. */
bool deployment_list(struct record *record, struct arena *arena, struct deployment **ret,
                     size_t *ret_n, struct err *err) MUST_USE;

#endif
