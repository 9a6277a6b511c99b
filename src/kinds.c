/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kinds.h"

#include "ask/ask.h"
#include "collect/collect.h"
#include "hypothesise/hypothesise.h"
#include "record/member.h"
#include "record/withdraw.h"

const struct kind *const kinds[] = {
    &member_project_kind, &member_kind,
    &withdraw_kind,       &ask_question_kind,
    &ask_position_kind,   &ask_decision_kind,
    &hypothesise_kind,    &hypothesise_freeze_kind,
    &collect_import_kind, NULL,
};
