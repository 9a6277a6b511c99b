/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask: questions with their sheet, talk, positions with reasons, calls to decide, decisions that
 * keep their dissent, minutes, and at the end: was AI needed, what did it change?
 *
 * Kinds and their bodies; free texts are by their authors, "late":true stands only where it is so:
 *   question  {"text", and the answers of the sheet that are known: "problem"?,"affected"?,"harm"?,
 *              "without_ai"?,"volunteers"?,"tools"?,"data"?,"stop"?}
 *   sheet     {"question":id, at least one of those answers}: each answer that is given first holds
 *   call      {"question":id,"before"?:id,"method":"consent"|"vote"|"dots","outcome":what is
 *              proposed,"proposal"?,"closes":"2026-12-01","quorum"?:n,"rule"?:"majority" (vote),
 *              "options"?:[texts],"dots"?:n (dots)}: by a person in charge. "before" is the call
 *              of the round before; of two with the same "before" the first holds. It stays.
 *   position  {"question":id,"choice":"agree"|"abstain"|"disagree"|"objection","reason"?,"late"?}
 *   dots      {"question":id,"call":id,"dots":[n, one for each option],"reason"?,"late"?}
 *   paper     {"question":id,"call"?:id,"on":date,"people":n,"agree","abstain","disagree",
 *              "objection":n or "dots":[n],"reasons":[{"choice","reason"}],"late"?}, private
 *              {"names"?}: people who are no members, entered by one who took the minutes
 *   decision  {"question":id,"outcome":"go_on"|"without_ai"|"stop","method","reason"?,"positions":
 *              {"agree":n,…} of members,"paper"?:the same,"call"?:id,"option"?:n from 1,
 *              "dots"?:[sums],"dissent"?:[ids of positions and papers],"late"?:n}. It stays.
 *   remark    {"about":id,"reply_to"?:id of a remark about the same,"text"}
 *   minutes   {"about":id of a decision or verdict,"on":date,"text","members":n,"others":n},
 *              private {"names"?}
 *   revisit   {"question":id,"decision":id,"verdicts":[ids],"needed":"yes"|"partly"|"no"|"unused",
 *              "changed","why"?,"differently"?}: by a person in charge
 *
 * Invariants:
 *   1. Of a member the last position counts that was taken before the decision, by its own "late"
 *      not after the closing day. A body has no time of its own: that would say when somebody
 * works.
 *   2. With a call, method, rule and outcome of the decision are those of the call.
 *   3. By consent nothing is decided while a serious objection stands, of a member or on paper. A
 *      vote carries if more agree than disagree and object together. Dots: an option that no other
 *      surpasses. All need the quorum: so many people, members and on paper.
 *   4. Votes on paper are counted with those of members and always shown apart.
 * Days are days in UTC, "2026-12-01"; the caller says which day it is.
 */
#ifndef ASK_ASK_H
#define ASK_ASK_H

#include "record/record.h"

extern const struct kind ask_question_kind;
extern const struct kind ask_sheet_kind;
extern const struct kind ask_call_kind;
extern const struct kind ask_position_kind;
extern const struct kind ask_dots_kind;
extern const struct kind ask_paper_kind;
extern const struct kind ask_decision_kind;
extern const struct kind ask_remark_kind;
extern const struct kind ask_minutes_kind;
extern const struct kind ask_revisit_kind;

/* --- the question and its sheet ----------------------------------------------------------- */

/* What the sheet asks. */
enum sheet_field {
    SHEET_PROBLEM = 0,
    SHEET_AFFECTED,
    SHEET_HARM,
    SHEET_WITHOUT_AI,
    SHEET_VOLUNTEERS, /* is the work asked of volunteers fair? */
    SHEET_TOOLS,      /* what existing tools already do */
    SHEET_DATA,       /* what data would be needed */
    SHEET_STOP,       /* what would make us stop */
    SHEET_FIELDS
};

/* The name of an answer in bodies: "problem", … Static. */
const char *sheet_name(enum sheet_field field);

struct question_draft {
    const char *text;
    const char *sheet[SHEET_FIELDS]; /* NULL: not said */
    const char *permission;          /* purposes, or NULL: those of the project; so in all drafts */
};

/* Put a question. ERR_INPUT: no text, or not UTF-8. */
bool ask_add(struct record *record, const struct question_draft *draft, struct hash *ret,
             struct err *err) MUST_USE;

/* Fill in answers of the sheet. ERR_CONFLICT: one is given already, or the question is decided;
 * ERR_INPUT: none is given. */
bool ask_sheet(struct record *record, const struct hash *question,
               const char *const sheet[SHEET_FIELDS], struct hash *ret, struct err *err) MUST_USE;

struct position_count {
    uint64_t agree;
    uint64_t abstain;
    uint64_t disagree;
    uint64_t objection;
};

/* {"agree":1,…}, a new reference. */
json_t *ask_counts_json(const struct position_count *counts);

/* People in all. */
uint64_t position_people(const struct position_count *counts);

/* A call to decide, as locked. */
struct call {
    struct hash id;
    unsigned round; /* 1, 2, … */
    struct str method;
    struct str outcome;
    struct str proposal;
    struct str closes; /* the last day, "2026-12-01" */
    uint64_t quorum;   /* least number of people; 0: none */
    struct str *option;
    size_t option_n; /* of dots, else 0 */
    uint64_t dots;   /* that each person has */
};

/* A day can be a closing day: "2026-12-01", of the calendar, in this notation. */
bool ask_is_day(const char *text);

struct question {
    struct hash id;
    enum presence presence;
    struct str text;
    struct str sheet[SHEET_FIELDS];
    struct position_count positions; /* of members, not late */
    struct position_count paper;     /* of people on paper, not late */
    uint64_t paper_people;           /* of these and of those who gave dots on paper */
    uint64_t late;                   /* positions, dots and people on paper that came too late */
    bool called;
    struct call call; /* the one in force */
    uint64_t *dot;    /* (call.option_n) sums of members and paper; NULL without dots */
    uint64_t dot_people;
    bool decided;
    struct hash decision; /* the last one */
    struct str outcome;
};

/* All questions in their order / one of them. In the arena. A question that was taken back has
 * empty texts. ERR_NOT_FOUND: no question of this id. Cost: reads the sheets, papers and dots. */
bool ask_list(struct record *record, struct arena *arena, struct question **ret, size_t *ret_n,
              struct err *err) MUST_USE;
bool ask_load(struct record *record, const struct hash *id, struct arena *arena,
              struct question *ret, struct err *err) MUST_USE;

/* --- calls, positions, dots, paper -------------------------------------------------------- */

struct call_draft {
    struct hash question;
    const char *method;   /* NULL: "consent" */
    const char *outcome;  /* what is proposed: "go_on", "without_ai", "stop" */
    const char *proposal; /* in words, or NULL */
    const char *closes;
    const char *today;
    uint64_t quorum;           /* 0: none */
    const char *const *option; /* (option_n) for dots */
    size_t option_n;
    uint64_t dots;
};

/* Call for a decision: method, rule and closing day are locked. ERR_DENIED: not in charge;
 * ERR_CONFLICT: decided, or the call before has not closed; ERR_INPUT: the day is over. */
bool ask_call(struct record *record, const struct call_draft *draft, struct hash *ret,
              struct err *err) MUST_USE;

struct position_draft {
    struct hash question;
    const char *choice;
    const char *reason;
    const char *today;
    const char *permission;
};

/* Take a position. choice is one of the four words; ERR_CONFLICT once it is decided. *ret_late: it
 * came after the closing day, so it is shown and does not count. */
bool ask_position(struct record *record, const struct position_draft *draft, struct hash *ret,
                  bool *ret_late, struct err *err) MUST_USE;

struct dots_draft {
    struct hash question;
    const uint64_t *dot; /* (n) one for each option */
    size_t n;
    const char *reason;
    const char *today;
    const char *permission;
};

/* Distribute one's dots over the options of the call. ERR_CONFLICT: there is no such call;
 * ERR_INPUT: too many dots, or not one number for each option. */
bool ask_dots(struct record *record, const struct dots_draft *draft, struct hash *ret,
              bool *ret_late, struct err *err) MUST_USE;

struct paper_reason {
    const char *choice;
    const char *reason;
};

struct paper_draft {
    struct hash question;
    struct position_count counts;
    uint64_t people;     /* with dots: how many gave them */
    const uint64_t *dot; /* (dot_n) or NULL */
    size_t dot_n;
    const struct paper_reason *reason; /* (reason_n) */
    size_t reason_n;
    const char *names; /* private, or NULL */
    const char *on;    /* the day on which they said so */
    const char *permission;
};

/* Enter what people who are no members said. Each entry adds; a wrong one is taken back.
 * ERR_INPUT: nobody, more reasons than people, or more dots than they have. */
bool ask_paper(struct record *record, const struct paper_draft *draft, struct hash *ret,
               bool *ret_late, struct err *err) MUST_USE;

/* A position or dots of a member, for members only: who sees the project from outside sees counts.
 */
struct position {
    struct hash entry;
    struct device author;
    struct str choice; /* empty: dots */
    struct str reason; /* empty: none given, or taken back */
    uint64_t *dot;     /* (dot_n) or NULL */
    size_t dot_n;
    bool late;
};

/* All positions and dots of the call in force, then the late ones; in the arena. */
bool ask_positions(struct record *record, const struct question *question, struct arena *arena,
                   struct position **ret, size_t *ret_n, struct err *err) MUST_USE;

/* What was entered from paper. */
struct paper {
    struct hash entry;
    struct device author; /* who entered it */
    struct str on;
    uint64_t people;
    struct position_count counts;
    uint64_t *dot; /* (dot_n) or NULL */
    size_t dot_n;
    struct position *reason; /* (reason_n): choice and reason */
    size_t reason_n;
    bool late;
};

/* All papers of a question, the late ones too, in their order; in the arena. */
bool ask_papers(struct record *record, const struct hash *question, struct arena *arena,
                struct paper **ret, size_t *ret_n, struct err *err) MUST_USE;

/* --- the decision ------------------------------------------------------------------------- */

struct decision_draft {
    struct hash question;
    const char *outcome; /* "go_on", "without_ai", "stop"; NULL: that of the call */
    const char *method;  /* "consent" or "vote"; NULL: that of the call, else consent */
    const char *reason;
    uint64_t option; /* of dots, from 1; 0: the one with the most dots */
    const char *today;
};

/* Write a decision down. ERR_DENIED: not in charge, or it does not carry (invariant 3);
 * ERR_CONFLICT: the call has not closed, or it says otherwise. */
bool ask_decide(struct record *record, const struct decision_draft *draft, struct hash *ret,
                struct err *err) MUST_USE;

/* Who disagreed or objected, without a name. */
struct dissent {
    struct hash entry; /* the position or paper */
    struct str choice; /* empty: it was taken back */
    struct str reason;
    uint64_t people; /* 1 of a member; of paper those without a reason are one line */
    bool paper;
};

/* What is known of a decision. */
struct decision {
    struct hash id;
    struct str outcome;
    struct str method;
    struct str reason;
    struct position_count positions; /* of members, as they were then */
    struct position_count paper;
    bool has_call;
    struct hash call;
    struct str option; /* of dots: its text; empty: none */
    uint64_t late;
    struct dissent *dissent; /* (dissent_n) */
    size_t dissent_n;
};

/* Read a decision. In the arena. */
bool ask_decision(struct record *record, const struct hash *id, struct arena *arena,
                  struct decision *ret, struct err *err) MUST_USE;

/* --- talk, minutes, looking back ----------------------------------------------------------
 *
 * Remarks and minutes stay among the members unless they say otherwise: a permission that is NULL
 * is "project" here, because people talk freely and name others. */

struct remark_draft {
    struct hash about; /* any entry; a remark: this replies to it */
    const char *text;
    const char *permission;
};

/* Say something about an entry. ERR_NOT_FOUND: it is not here; ERR_INPUT: no text. */
bool ask_remark(struct record *record, const struct remark_draft *draft, struct hash *ret,
                struct err *err) MUST_USE;

struct remark {
    struct hash entry;
    struct device author;
    struct str text;
    bool replies;
    struct hash reply_to;
    unsigned depth; /* 0: about the entry itself */
    bool orphan;    /* what it replies to was taken back */
};

/* What was said about an entry: each remark, then its replies. In the arena. Cost: n * n. */
bool ask_remarks(struct record *record, const struct hash *about, struct arena *arena,
                 struct remark **ret, size_t *ret_n, struct err *err) MUST_USE;

/* The entries that somebody talks about. */
bool ask_talked_about(struct record *record, struct arena *arena, struct ids *ret,
                      struct err *err) MUST_USE;

struct minutes_draft {
    struct hash about; /* a decision, a verdict, or a question: its decision */
    const char *on;
    const char *text;
    uint64_t members;
    uint64_t others;
    const char *names; /* private, or NULL */
    const char *permission;
};

/* Bind minutes; ret_about gets the decision or verdict that they hang on. ERR_INPUT: neither
 * decision nor verdict; ERR_CONFLICT: nothing is decided. */
bool ask_minutes(struct record *record, const struct minutes_draft *draft, struct hash *ret,
                 struct hash *ret_about, struct err *err) MUST_USE;

struct minutes {
    struct hash entry;
    struct str on;
    struct str text;
    uint64_t members;
    uint64_t others;
    struct str names; /* for members only; empty: not here */
};

/* The minutes that hang on a decision or verdict, in their order; in the arena. */
bool ask_minutes_of(struct record *record, const struct hash *about, struct arena *arena,
                    struct minutes **ret, size_t *ret_n, struct err *err) MUST_USE;

struct revisit_draft {
    struct hash question;
    const char *needed;      /* "yes", "partly", "no", "unused" */
    const char *why;         /* or NULL */
    const char *changed;     /* what it changed */
    const char *differently; /* what we would do differently, or NULL */
};

/* Look back, for the group. ERR_DENIED: not in charge; ERR_CONFLICT: not decided. */
bool ask_revisit(struct record *record, const struct revisit_draft *draft, struct hash *ret,
                 struct err *err) MUST_USE;

struct revisit {
    struct hash entry;
    struct str needed;
    struct str why;
    struct str changed;
    struct str differently;
    size_t verdicts; /* results that it is bound to */
};

/* What a question was looked back at with, the last is in force; in the arena. */
bool ask_revisits(struct record *record, const struct hash *question, struct arena *arena,
                  struct revisit **ret, size_t *ret_n, struct err *err) MUST_USE;

/* The verdicts on guesses of a question, in their order. In the arena. */
bool ask_verdicts(struct record *record, const struct hash *question, struct arena *arena,
                  struct ids *ret, struct err *err) MUST_USE;

/* --- words for people --------------------------------------------------------------------- */

/* What the sheet asks / the words of the record, in the reader's language. Static. An unknown
 * choice is one that was taken back, an unknown outcome one that is still open. */
const char *sheet_label(enum sheet_field field);
const char *ask_choice_words(struct str choice);
const char *ask_outcome_words(struct str outcome);
const char *ask_method_words(struct str method);
const char *ask_needed_words(struct str needed);

/* What was decided about a question, how, and the dissent that stays with it, without names: some
 * lines for people, each with an end of line, to be shown with everything that follows. Empty: it
 * is not decided. In the arena. */
bool ask_decided_text(struct record *record, const struct hash *question, struct arena *arena,
                      struct str *ret, struct err *err) MUST_USE;

/* The minutes that hang on a decision or a result, without names: lines for people, each with an
 * end of line. Empty: there are none. In the arena. */
bool ask_minutes_text(struct record *record, const struct hash *about, struct arena *arena,
                      struct str *ret, struct err *err) MUST_USE;

/* Of one line of dissent: "  a member disagrees: why", appended with an end of line. */
void ask_dissent_text(const struct dissent *dissent, struct buf *out);

#endif
