/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kinds.h"

#include "ask/ask.h"
#include "collect/collect.h"
#include "collect/observe.h"
#include "collect/view.h"
#include "evaluate/evaluate.h"
#include "hypothesise/hypothesise.h"
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
    &ask_position_kind,
    &ask_decision_kind,
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
    /* train */
    &train_kind,
    /* evaluate */
    &evaluate_opening_kind,
    &evaluate_verdict_kind,
    /* publish */
    &facts_kind,
    &publish_kind,
    NULL,
};
/* clang-format on */
