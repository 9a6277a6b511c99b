/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask: questions, positions with reasons, and decisions that keep their dissent.
 *
 * Kind "question": {"text","affected"?,"harm"?,"without_ai"?}; free texts by their authors.
 * Kind "position": {"question":id,"choice":"agree"|"abstain"|"disagree"|"objection","reason"?}; a
 * member's last position before the decision is the one in force. Kind "decision":
 * {"question":id,"outcome":"go_on"|"without_ai"|"stop","method":"consent"|"vote","reason"?,
 *   "positions":{"agree":n,"abstain":n,"disagree":n,"objection":n}}; by consent only while no
 * serious objection stands.
 */
#ifndef ASK_ASK_H
#define ASK_ASK_H

#include "record/record.h"

extern const struct kind ask_question_kind;
extern const struct kind ask_position_kind;
extern const struct kind ask_decision_kind;

struct question_draft {
    const char *text;
    const char *affected;   /* who is affected; NULL: not said */
    const char *harm;       /* who could be harmed */
    const char *without_ai; /* what we would do without AI */
};

/* Put a question. ERR_INPUT: no text, or not UTF-8. */
bool ask_add(struct record *record, const struct question_draft *draft, struct hash *ret,
             struct err *err) MUST_USE;

/* Take a position. choice is one of the four words; ERR_CONFLICT once it is decided. */
bool ask_position(struct record *record, const struct hash *question, const char *choice,
                  const char *reason, struct hash *ret, struct err *err) MUST_USE;

struct decision_draft {
    struct hash question;
    const char *outcome; /* "go_on", "without_ai", "stop" */
    const char *method;  /* "consent" or "vote" */
    const char *reason;
};

/* Write a decision down. ERR_DENIED: not in charge, or consent while a serious objection stands. */
bool ask_decide(struct record *record, const struct decision_draft *draft, struct hash *ret,
                struct err *err) MUST_USE;

struct position_count {
    uint64_t agree;
    uint64_t abstain;
    uint64_t disagree;
    uint64_t objection;
};

struct question {
    struct hash id;
    enum presence presence;
    struct str text;
    struct str affected;
    struct str harm;
    struct str without_ai;
    struct position_count positions;
    bool decided;
    struct hash decision; /* the last one */
    struct str outcome;
};

/* All questions in their order / one of them. In the arena. A question that was taken back has
 * empty texts. ERR_NOT_FOUND: no question of this id. */
bool ask_list(struct record *record, struct arena *arena, struct question **ret, size_t *ret_n,
              struct err *err) MUST_USE;
bool ask_load(struct record *record, const struct hash *id, struct arena *arena,
              struct question *ret, struct err *err) MUST_USE;

/* A position in force, for members only: who sees the project from outside sees counts. */
struct position {
    struct device author;
    struct str choice;
    struct str reason; /* empty: none given, or taken back */
};
bool ask_positions(struct record *record, const struct hash *question, struct arena *arena,
                   struct position **ret, size_t *ret_n, struct err *err) MUST_USE;

/* What is known of a decision. */
struct decision {
    struct str outcome;
    struct str method;
    struct str reason;
    struct position_count positions; /* as they were then */
};
bool ask_decision(struct record *record, const struct hash *id, struct arena *arena,
                  struct decision *ret, struct err *err) MUST_USE;

#endif
