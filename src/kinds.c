/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kinds.h"

#include "ask/ask.h"
#include "record/member.h"
#include "record/withdraw.h"

/* A table of contents has one line an entry. */
/* clang-format off */
const struct kind *const kinds[] = {
    &member_project_kind,
    &member_kind,
    &withdraw_kind,

    &ask_question_kind,
    &ask_position_kind,
    &ask_decision_kind,



    NULL,
};
/* clang-format on */
