/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kinds.h"

#include "record/member.h"
#include "record/withdraw.h"

const struct kind *const kinds[] = {
    &member_project_kind,
    &member_kind,
    &withdraw_kind,
    NULL,
};
