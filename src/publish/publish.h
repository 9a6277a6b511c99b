/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish: make public what may be public, in a folder that anybody can read, check and carry on.
 *
 * Everything in the folder follows from the entries that are public: a page, a text, the entries
 * themselves, the tables and the models (package.h, docs/format/publication.md). Private parts
 * never leave the project.
 *
 * Held back are
 *   1. the content of entries whose permission does not name "publication": body and files; and
 *      what is said about such a question (its sheet, calls, positions, talk, minutes, decision);
 *   2. imports and observations of a table of which a locked guess has set a part aside that nobody
 *      has looked at yet: set aside means unseen;
 *   3. what withdrawals left of such an import;
 *   4. entries with rows of a table of which not every column leaves as it is
 *      (collect/public_view.h): its public rows leave as a file of their own, and models that
 *      learned from it stay, unless all they learned from is in these rows (plan_model.c);
 *   5. entries with rows of a member who permits less by now than the entry does, and corrections
 *      of an observation that is held back.
 * Headers and signatures always go out: they hold no free text, place, name or time.
 *
 * Kind "publication": {"manifest": SHA-256 of SHA256SUMS,"entries":n,"day":"2026-11-23",
 * "held_back":{"bodies":n,"files":n},"licence","permission"}; written into the project when all
 * else lies on the disk, and into the folder as publication.json, which seals it.
 */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H

#include "collect/public_view.h"
#include "publish/folder.h"

extern const struct kind publish_kind;

/* An entry on its way out. */
struct public_entry {
    struct entry entry; /* body only if it is public */
    struct package_path path;
    enum package_state state;
    bool counts;                         /* by a member, and its body is as its kind demands */
    struct package_blob blob[BLOBS_MAX]; /* file "" where it is not public */
    bool single_answer; /* of a person: held back though permitted; what follows from it is not */
    json_t *said;       /* owned; of such an entry: its body, to know types of public columns by */
    bool viewed;    /* held back because its rows leave only as the public view of their table */
    bool set_aside; /* its rows are held back because nobody has looked yet */
};

/* What of a table leaves. */
struct public_table {
    struct str name;
    struct public_view view;
    bool open;  /* every column as it is: entries with its rows leave, files and all */
    bool whole; /* and it was imported: the files of its imports are the table */
    struct package_path path; /* else: the file with its public rows; "" if there are none */
};

/* What becomes public. In the arena, but for the bodies: publish_plan_release. */
struct publish_plan {
    struct public_entry *entry; /* (n), in the order (count, id) */
    size_t n;
    struct public_table *view; /* (view_n) every table */
    size_t view_n;
    size_t asked;      /* the entry whose rows were asked for last */
    size_t viewed;     /* entries whose rows leave only through a view */
    size_t held_back;  /* bodies without permission */
    size_t files_held; /* files held back, for whatever reason */
    size_t set_aside;  /* of these: because a part set aside was not looked at yet */
    size_t withdrawn;  /* entries taken back */
    size_t tables;     /* files of tables that go out */
    size_t models;     /* models that go out */
    uint64_t bytes;    /* of all files from the project that go out */
};
void publish_plan_release(struct publish_plan *plan);

/* What would become public now. ERR_DENIED: the project gives no permission; ERR_CORRUPT: an entry
 * is damaged. */
bool publish_plan(struct record *record, struct arena *arena, struct publish_plan *ret,
                  struct err *err) MUST_USE;

/* The salt of a body (place -1) or of the blob in a place; false behind ret_there if that is not
 * in this copy. */
bool publish_salt(struct record *record, const struct hash *id, int place, struct salt *ret,
                  bool *ret_there, struct err *err) MUST_USE;

/* Every file that publish_run would write now, with its size, in the order of the names; written is
 * nothing. Release with folder_release. The figures hold as long as the project stays as it is and
 * the day is the same. */
bool publish_preview(struct record *record, const struct publish_plan *plan, struct folder *ret,
                     struct err *err) MUST_USE;

/* Write the folder, which must not be there yet (ERR_CONFLICT), and then the entry. All or nothing:
 * it is made beside under another name, and moved when it is on the disk and the entry is written.
 */
bool publish_run(struct record *record, const struct publish_plan *plan, const char *folder,
                 struct hash *ret, struct err *err) MUST_USE;

#endif
