/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label: people say, independently of each other, what an observation is.
 *
 * A *guideline* asks one question with its choices. Each member names items in an order of their
 * own; nobody sees what others say about an item before it has enough answers. From the answers
 * follow the agreement and a shared answer for each item; what stays disputed goes to a round
 * table. Nothing here tells how one person answers: no speed, no share right, no table of errors.
 *
 * Kind "guideline": {"question","choices":[text,…] in order,"version":n,"enough":n,"level":
 *   "nominal"|"ordinal"|"interval","alike"?:n,"examples"?:[{"choice","text"}],"table"?,"column"?,
 *   "replaces"?:id,"keeps"?:true}. Items are the values of `column` in `table`. A version that
 *   keeps counts the answers given under the one that it replaces.
 * Kind "label": {"guideline":id,"answers":[{"item","answer":choice or null}]}: a sitting, or one
 *   answer; null: does not know. Private {"seconds":n}.
 * Kind "label-undo": {"label":id,"items"?:[…]}: one's own, all or some of it.
 * Kind "gold": {"guideline","n","practice"?:true}; private {"answers":[{"item","answer"}]}: known
 *   answers, either hidden among the others, or for practice: who names one is told, and it counts
 *   for nothing.
 * Kind "answers": answers from elsewhere: {"guideline","form":"triples/1"|"zooniverse/1"|
 *   "labelstudio/1","closed":bool,"records","answers","items","people","left_out":{reason:n}};
 *   private {"file","salt"}; blob 0: CSV with item, person (16 hex digits, salted), answer (empty:
 *   does not know), sorted by item and person. Closed: the work there is over.
 * Kind "round-table": {"guideline","item","answer":choice or null,"reason"?}; null: cannot be told.
 * Kind "consensus": {"guideline","method":"majority"|"dawid-skene","cap","import":id,"table",
 *   "items","answers","people","rounds","settled","calibrated","known","join"?:{"table","column"}}:
 *   the table that was written.
 */
#ifndef COLLECT_LABEL_H
#define COLLECT_LABEL_H

#include "learn/agreement.h"
#include "learn/consensus.h"
#include "record/record.h"

extern const struct kind label_guideline_kind;
extern const struct kind label_kind;
extern const struct kind label_undo_kind;
extern const struct kind label_gold_kind;
extern const struct kind label_answers_kind;
extern const struct kind label_round_table_kind;
extern const struct kind label_consensus_kind;

enum { LABEL_CHOICES_MAX = 1000, LABEL_SITTING_MAX = 10000, LABEL_ENOUGH = 5 };
/* No choice: does not know, or cannot be told; and: no answer at all. */
#define LABEL_UNKNOWN UINT32_C(0x7ffffffe)
#define LABEL_NONE UINT32_C(0x7fffffff)

/* --- guideline ------------------------------------------------------------------------------- */

struct label_example {
    struct str choice;
    struct str text;
};

struct guideline {
    struct hash id;
    struct str question;
    struct str *choice; /* (choice_n) in their order */
    size_t choice_n;
    struct label_example *example; /* (example_n) */
    size_t example_n;
    uint64_t version;
    uint64_t enough; /* so many answers are enough */
    uint64_t alike;  /* or so many that say the same; 0: no such rule */
    enum agreement_level level;
    struct str table; /* may be empty: items come with imported answers only */
    struct str column;
    bool replaces;
    struct hash former; /* if replaces */
    bool keeps;         /* answers under the former count */
};

/* Write a guideline; ret->id gets its id, version follows from `former`. ERR_INPUT: fewer than two
 * choices, a choice twice, level interval and a choice that is no number; with `keeps`: choices of
 * the former are missing; ERR_NOT_FOUND: no such table or column. */
bool label_guideline_add(struct record *record, struct guideline *draft, struct err *err) MUST_USE;

/* One guideline / all, in their order; in the arena. ERR_NOT_FOUND, ERR_CONFLICT where its text is
 * not here. */
bool label_guideline(struct record *record, const struct hash *id, struct arena *arena,
                     struct guideline *ret, struct err *err) MUST_USE;
bool label_guidelines(struct record *record, struct arena *arena, struct guideline **ret,
                      size_t *ret_n, struct err *err) MUST_USE;

/* The place of a choice, LABEL_NONE if it is none of them. */
uint32_t label_choice(const struct guideline *guide, struct str text);

/* --- what is there --------------------------------------------------------------------------- */

/* All answers in force under a guideline: the first of each person to each item. */
struct labels {
    struct guideline guide;
    struct str *item; /* (item_n) in byte order */
    size_t item_n;
    uint64_t *person; /* (person_n) ascending; who that is, only the person's own device knows */
    size_t person_n;
    uint32_t *of;     /* (n) item; sorted by item, then person; those who do not know left out */
    uint32_t *by;     /* (n) person */
    uint32_t *answer; /* (n) choice */
    size_t n;
    uint64_t unknown_n;  /* answers "don't know" */
    uint32_t *count;     /* (item_n) answers */
    uint32_t *unknown;   /* (item_n) don't knows */
    uint8_t *retired;    /* (item_n) has enough answers; until then nobody sees them */
    uint8_t *mine;       /* (item_n) the member who acts has answered; 0 without a key */
    uint32_t *gold;      /* (item_n) choice or LABEL_NONE */
    uint8_t *practice;   /* (item_n) for practice: never has enough answers */
    uint32_t *outcome;   /* (item_n) of a round table: choice, LABEL_UNKNOWN, LABEL_NONE */
    struct hash *source; /* (source_n) entries that answers come from */
    size_t source_n;
    bool older;      /* labels_load_after found none that came after */
    struct str salt; /* of imported names, hex; empty: none here */
};

/* Gather them. me: whose answers are `mine`, or NULL. Cost: a million imported answers about a
 * second. */
bool labels_load(struct record *record, const struct hash *guideline, const struct device *me,
                 struct arena *arena, struct labels *ret, struct err *err) MUST_USE;

/* The same, but only of answers that came after an entry; if there are none, of all, and then they
 * are `older`. */
bool labels_load_after(struct record *record, const struct hash *guideline,
                       const struct hash *after, struct arena *arena, struct labels *ret,
                       struct err *err) MUST_USE;

/* The place of an item; item_n if it is none. */
size_t labels_item(const struct labels *labels, struct str name);

/* What comes next for somebody. */
struct label_turns {
    size_t *item; /* (n) */
    size_t n;
    size_t left; /* how many there are in all */
};

/* Up to `most` items that this device has not named and that need answers, in its own order: first
 * those for practice, then by hash of guideline, device and item. In the arena. */
struct label_turns label_next(const struct labels *labels, const struct device *me, size_t most,
                              struct arena *arena);

/* --- acts ------------------------------------------------------------------------------------ */

struct label_one {
    struct str item;
    struct str answer;
    bool unknown; /* does not know */
};

struct label_draft {
    struct hash guideline;
    const struct label_one *one; /* (n) */
    size_t n;
    uint64_t seconds; /* they took; private; 0: not said */
    bool practice;    /* label_gold: for practice */
};

/* Write answers down. ERR_NOT_FOUND: no such item; ERR_INPUT: no such choice, an item twice;
 * ERR_CONFLICT: answered already, or it has enough answers. */
bool label_add(struct record *record, const struct label_draft *draft, struct hash *ret,
               struct err *err) MUST_USE;

/* Read a CSV file with the columns item and answer (an empty one: does not know). */
bool label_read_pairs(const char *path, struct arena *arena, struct label_one **ret, size_t *ret_n,
                      struct err *err) MUST_USE;

/* One's own sitting by the first digits of its id, or "last": the last one of this device. Errors
 * as record_find. */
bool label_find(struct record *record, const char *prefix, struct hash *ret,
                struct err *err) MUST_USE;

/* Take back one's own answers of a sitting, all (n = 0) or those on some items. ERR_DENIED: not
 * one's own; ERR_CONFLICT: an item has enough answers by now, so they may have been seen. */
bool label_undo(struct record *record, const struct hash *label, const struct str *item, size_t n,
                struct hash *ret, struct err *err) MUST_USE;

/* Say known answers. ERR_DENIED: not in charge; ERR_NOT_FOUND, ERR_INPUT as label_add. */
bool label_gold(struct record *record, const struct label_draft *draft, struct hash *ret,
                struct err *err) MUST_USE;

struct round_table_draft {
    struct hash guideline;
    struct label_one one; /* unknown: it cannot be told */
    const char *reason;   /* or NULL */
};

/* Write the outcome of a round table down; the last one counts. ERR_DENIED: not in charge;
 * ERR_CONFLICT: the item has not enough answers yet. */
bool label_round_table(struct record *record, const struct round_table_draft *draft,
                       struct hash *ret, struct err *err) MUST_USE;

/* --- from elsewhere, and to there ------------------------------------------------------------ */

enum label_form { LABEL_TRIPLES = 0, LABEL_ZOONIVERSE, LABEL_LABELSTUDIO, LABEL_FORMS };
/* "triples", "zooniverse", "labelstudio". */
bool label_form_by_name(struct str name, enum label_form *ret);

enum left_out {
    LEFT_REJECTED = 0,  /* a row that cannot be read */
    LEFT_NO_ANSWER,     /* says nothing about the task */
    LEFT_SEVERAL,       /* says several things */
    LEFT_OTHER_VERSION, /* of a workflow version that was not asked for */
    LEFT_AGAIN,         /* the same person and item again */
    LEFT_COUNT
};
/* "rejected", "no_answer", "several", "other_version", "again". */
const char *left_out_name(enum left_out why);

struct label_import_draft {
    struct hash guideline;
    const char *path;
    enum label_form form;
    const char *item;    /* triples: its column; labelstudio: a key of "data". NULL: usual names */
    const char *person;  /* triples */
    const char *answer;  /* triples */
    const char *task;    /* zooniverse: "T0"; labelstudio: "from_name"; NULL: the only one */
    const char *version; /* zooniverse: of the workflow, "all", or NULL: the only one */
    const char *const *unknown; /* (unknown_n) answers that mean "don't know" */
    size_t unknown_n;
    bool open;              /* members go on with these items here */
    const char *choices_to; /* write there which answers occur, the most frequent first, one a line,
                               and bring nothing in; NULL: bring in */
    bool (*cancelled)(void);
};

struct label_import_report {
    struct hash id;
    uint64_t records;
    uint64_t answers; /* don't knows among them */
    uint64_t unknown;
    size_t items;
    size_t people;
    uint64_t left_out[LEFT_COUNT];
    size_t choices; /* choices_to: so many were written */
    bool cp1252;    /* the file is not UTF-8; read as Windows-1252 */
};

/* Bring answers in as one entry; names become pseudonyms. ERR_INPUT: what is wrong with the file,
 * and answers that are no choices, with how often. */
bool label_import(struct record *record, const struct label_import_draft *draft,
                  struct label_import_report *ret, struct err *err) MUST_USE;

/* What became of the wish to take one person's imported answers out. */
struct label_forgotten {
    uint64_t answers; /* rows that are emptied, or will be */
    size_t batches;   /* imports that they stood in */
    size_t waiting;   /* of these: somebody else's, so a second person in charge must say so, too */
    size_t tables;    /* what was made with them (shared answers, models), gone as well */
};

/* Take the imported answers of a person out, of all versions of a guideline: rows are emptied, a
 * note without content remains, tables of shared answers made with them go with it. name: as it
 * stood in the file. ERR_NOT_FOUND: no such person, or taken out before; errors as withdraw_items.
 */
bool label_forget(struct record *record, const struct hash *guideline, struct str name,
                  struct label_forgotten *ret, struct err *err) MUST_USE;

/* Write the answers to items that have enough, people as numbers drawn anew. *ret_n: answers. */
bool label_export(const struct labels *labels, enum label_form form, const char *path,
                  size_t *ret_n, struct err *err) MUST_USE;

/* --- what follows ---------------------------------------------------------------------------- */

/* The answers to items that have enough, without people; in the arena. */
struct answer_sheet label_sheet(const struct labels *labels, enum agreement_level level,
                                struct arena *arena);

/* The guideline whose shared answers a table is made of; *ret_there false: none. */
bool label_of_table(struct record *record, struct str table, struct hash *ret, bool *ret_there,
                    struct err *err) MUST_USE;

/* Agreement beyond chance over items that have enough answers, with its range over items. */
struct agreement label_agreement(const struct labels *labels, enum agreement_level level,
                                 double confidence);

struct label_result {
    struct consensus consensus;         /* over all items; those without enough answers have none */
    struct consensus_check check;       /* Dawid-Skene only; known 0: no known items */
    struct consensus_foretold foretold; /* label_foretell was called; answers 0: it was not */
    bool dawid_skene;
    uint64_t cap;
    size_t items;    /* with an answer */
    size_t disputed; /* of these */
    size_t settled;  /* of the disputed: by a round table */
    uint64_t answers;
};

/* The shared answers. An outcome of a round table stands above them. */
struct label_result label_consensus(const struct labels *labels, bool dawid_skene, uint64_t cap,
                                    struct arena *arena);

/* Does Dawid-Skene know these people well enough? Into result->foretold. */
void label_foretell(const struct labels *labels, struct label_result *result);

/* Not of one mind: tied, fewer than two thirds of the answers alike, more than half of people do
 * not know, or a certainty (if it is calibrated) below two thirds. */
bool label_is_disputed(const struct labels *labels, const struct label_result *result, size_t item);

/* How many said each choice of an item: ret (choice_n). */
void label_counts(const struct labels *labels, size_t item, uint64_t *ret);

/* ERR_DENIED while a locked guess asks of a table made of these answers and nobody has looked at
 * its part set aside: single answers stay unseen until then. */
bool label_may_show(struct record *record, const struct hash *guideline, struct err *err) MUST_USE;

/* Shared answers that become a table. */
struct label_write_draft {
    const struct labels *labels;
    const struct label_result *result;
    const char *table;
    const char *join; /* "TABLE" or "TABLE:COLUMN": its rows get the answer beside them; NULL: the
                         answers alone. Without COLUMN it is that of the guideline. */
};

struct label_written {
    struct hash id;
    size_t rows;      /* written now */
    size_t there;     /* shared answers that stand in the table already */
    size_t unlabeled; /* join: rows without a shared answer, left out */
    size_t unmatched; /* join: shared answers about what is not in that table */
};

/* Write the shared answers as a table: item, answer, answers, don't know, and certainty
 * (share_alike by majority, certainty_unchecked where it is not calibrated); or the columns of
 * another table as they were read, and behind them the answer ("answer"; "shared_answer" where that
 * name is taken), and nothing that a model could know the answer by. What may leave of those
 * columns is as in that table. A table that was written so before, from the same guideline and by
 * the same method, gets what it has not yet. ERR_CONFLICT: a table of another origin, or nothing
 * new; ERR_NOT_FOUND: no item has enough answers, or no such table or column. */
bool label_write(struct record *record, const struct label_write_draft *draft,
                 struct label_written *ret, struct err *err) MUST_USE;

#endif
