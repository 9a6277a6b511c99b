/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kinds.h"

#include "ask/ask.h"
#include "collect/collect.h"
#include "collect/label.h"
#include "collect/observe.h"
#include "collect/view.h"
#include "evaluate/evaluate.h"
#include "evaluate/review.h"
#include "hypothesise/hypothesise.h"
#include "ledger/booking.h"
#include "publish/facts.h"
#include "publish/publish.h"
#include "record/member.h"
#include "record/withdraw.h"
#include "train/train.h"

/* A table of contents has one line an entry. */
/* clang-format off */
const struct kind *const kinds[] = {
    /* record */
    &member_project_kind,
    &member_kind,
    &withdraw_kind,
    /* ask */
    &ask_question_kind,
    &ask_sheet_kind,
    &ask_call_kind,
    &ask_position_kind,
    &ask_dots_kind,
    &ask_paper_kind,
    &ask_decision_kind,
    &ask_remark_kind,
    &ask_minutes_kind,
    &ask_revisit_kind,
    /* hypothesise */
    &hypothesise_kind,
    &hypothesise_freeze_kind,
    /* collect */
    &collect_import_kind,
    &collect_view_kind,
    &collect_form_kind,
    &collect_observation_kind,
    &collect_correction_kind,
    &collect_deployment_kind,
    &label_guideline_kind,
    &label_kind,
    &label_undo_kind,
    &label_gold_kind,
    &label_answers_kind,
    &label_round_table_kind,
    &label_consensus_kind,
    /* train */
    &train_kind,
    /* evaluate */
    &evaluate_opening_kind,
    &evaluate_verdict_kind,
    &review_kind,
    /* publish */
    &facts_kind,
    &publish_kind,
    /* ledger */
    &ledger_booking_kind,
    &ledger_hours_kind,
    &ledger_credit_kind,
    &ledger_grid_kind,
    NULL,
};
/* clang-format on */
