/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of label* share. */
#ifndef COLLECT_LABEL_INT_H
#define COLLECT_LABEL_INT_H

#include "collect/label.h"

/* One answer as a foreign file has it; answer.at NULL: says nothing. */
struct foreign_answer {
    struct str item;
    struct str person;
    struct str answer;
};

/* Called for each, in the order of the file; the texts are valid until it returns. */
typedef bool take_answer(void *context, const struct foreign_answer *answer, struct err *err);

struct foreign {
    const struct label_import_draft *draft;
    struct label_import_report *report;
    struct arena *arena;
    take_answer *take;
    void *context;
};

/* Read a file in one of the forms; counts records and what is left out. */
bool foreign_read_table(const struct foreign *foreign, struct err *err) MUST_USE;
bool foreign_read_labelstudio(const struct foreign *foreign, struct err *err) MUST_USE;

/* The answer in a list of annotations of Zooniverse; false with *ret_why if there is none to take.
 */
bool zooniverse_answer(struct str annotations, const char *task, struct buf *ret,
                       enum left_out *ret_why);

/* The pseudonym of a name under a salt. */
uint64_t label_pseudonym(struct str salt, struct str name);

/* All versions of a guideline, from the first on, in their order; in the arena. */
bool label_versions(struct record *record, const struct hash *guideline, struct arena *arena,
                    struct ids *ret, struct err *err) MUST_USE;

/* Only a person in charge may; ERR_DENIED says what. */
bool label_in_charge(struct record *record, const char *what, struct err *err) MUST_USE;

/* {"item":…,"answer":…} of each; null: does not know. */
json_t *label_answers_json(const struct label_one *one, size_t n);

#endif
