/* SPDX-License-Identifier: GPL-3.0-or-later */
/* member: who takes part, by which device key, in which role.
 *
 * Kind "project" (the founding entry): body {"title","licence","permission":[…],"founded":time};
 *   private {"name"}. Its author is the first person in charge.
 * Kind "member": body
 * {"device","role":"member"|"in_charge","licence","permission","custodian":bool,
 *   "minor"?:true,"guardian"?:true (a guardian gave permission),"may"?:[purposes]};
 * private {"name","guardian"?: name}. Written by somebody in charge; the last one of a device says
 * what its member gives permission for.
 */
#ifndef RECORD_MEMBER_H
#define RECORD_MEMBER_H

#include "record/record.h"

extern const struct kind member_project_kind;
extern const struct kind member_kind;

struct member {
    struct device device;
    struct hash entry;
    struct str name; /* empty where the private part is not here */
    bool in_charge;
    uint64_t entries; /* entries of this device that count */
};

/* All members in the order in which they joined; in the arena. */
bool member_list(struct record *record, struct arena *arena, struct member **ret, size_t *ret_n,
                 struct err *err) MUST_USE;

/* The name of the member with this device, "somebody" (in the reader's language) if it is not here.
 */
struct str member_name(const struct member *members, size_t n, const struct device *device);

/* Is the member with this device a person in charge? False for nobody we know. */
bool member_in_charge(struct record *record, const struct device *device, bool *ret,
                      struct err *err) MUST_USE;

/* May what this member gives be used for a purpose ("project", "publication", "training")? What the
 * last `member` entry of the device says: a minor's only with the permission of a guardian, and
 * only for what "may" lists. True where nothing was said, and of nobody we know. */
bool member_permits(struct record *record, const struct device *device, const char *purpose,
                    bool *ret, struct err *err) MUST_USE;

/* Add a member with a new key kept on this computer (host-held: custodian is true). */
struct member_draft {
    const char *name;
    bool in_charge;
    bool minor;
    const char *guardian; /* who gave permission for a minor; or NULL */
    const char *may;      /* purposes, comma-separated; NULL: nothing was said, all */
};
bool member_add(struct record *record, const struct member_draft *draft, struct device *ret,
                struct err *err) MUST_USE;

/* Write down what a member gives permission for from now on: it holds for all that they gave and
 * will give. A minor without a guardian: for nothing. in_charge is ignored. ERR_NOT_FOUND: nobody
 * has this name. */
bool member_permit(struct record *record, const struct member_draft *draft,
                   struct err *err) MUST_USE;

/* The project's own words: title, licence, permission. Borrowed from the arena. */
struct project_info {
    struct str title;
    struct str licence;
    struct str permission; /* comma-separated purposes, e.g. "project,publication" */
    struct hash id;
};
bool project_info(struct record *record, struct arena *arena, struct project_info *ret,
                  struct err *err) MUST_USE;

/* Put "permission" into a body: purposes separated by commas. ERR_INPUT for one that we do not
 * know. */
bool permission_read(json_t *body, const char *purposes, struct err *err) MUST_USE;

/* Is this the short name of a licence as SPDX writes them (letters, digits, dots, plus, hyphens)?
 */
bool licence_check(const char *licence, struct err *err) MUST_USE;

/* Put licence and permission into a body: those given (comma-separated), else the project's. Every
 * body says them. ERR_INPUT for a purpose that we do not know. */
bool permission_put(struct record *record, json_t *body, const char *licence,
                    const char *permission, struct err *err) MUST_USE;

#endif
