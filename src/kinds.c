/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kinds.h"

#include "evaluate/evaluate.h"
#include "record/member.h"
#include "record/withdraw.h"
#include "train/train.h"

const struct kind *const kinds[] = {
    &member_project_kind,
    &member_kind,
    &withdraw_kind,
    &train_kind,
    &evaluate_opening_kind,
    &evaluate_verdict_kind,
    NULL,
};
