/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "commands.h"

#include "ask/ask_cmd.h"
#include "collect/collect_cmd.h"
#include "collect/form_cmd.h"
#include "collect/import_cmd.h"
#include "collect/label_cmd.h"
#include "collect/observe_cmd.h"
#include "collect/view_cmd.h"
#include "evaluate/evaluate_cmd.h"
#include "evaluate/need_cmd.h"
#include "evaluate/review_cmd.h"
#include "hypothesise/amend_cmd.h"
#include "hypothesise/hypothesise_cmd.h"
#include "ledger/ledger_cmd.h"
#include "project/example_cmd.h"
#include "project/keep_cmd.h"
#include "project/member_cmd.h"
#include "project/project_cmd.h"
#include "publish/describe_cmd.h"
#include "publish/publish_cmd.h"
#include "publish/verify_cmd.h"
#include "train/model_cmd.h"
#include "train/train_cmd.h"
#include "train/try_cmd.h"
#include "web/serve_cmd.h"

/* A table of contents has one line an entry. */
/* clang-format off */
const struct command *const commands[] = {
    /* without a project */
    &try_command,
    &example_command,
    /* the project as a whole */
    &project_new_command,
    &project_status_command,
    &serve_command,
    &project_log_command,
    &project_show_command,
    &member_add_command,
    &member_permit_command,
    &member_list_command,
    &keep_check_command,
    &keep_rebuild_command,
    &keep_copy_command,
    /* ask */
    &ask_add_command,
    &ask_sheet_command,
    &ask_list_command,
    &ask_show_command,
    &ask_say_command,
    &ask_talk_command,
    &ask_call_command,
    &ask_position_command,
    &ask_dots_command,
    &ask_paper_command,
    &ask_decide_command,
    &ask_minutes_command,
    &ask_revisit_command,
    /* hypothesise */
    &hypothesise_add_command,
    &hypothesise_list_command,
    &hypothesise_show_command,
    &hypothesise_need_command,
    &hypothesise_freeze_command,
    &hypothesise_amend_command,
    /* collect */
    &collect_import_command,
    &form_add_command,
    &form_list_command,
    &form_show_command,
    &collect_add_command,
    &collect_correct_command,
    &deployment_add_command,
    &deployment_list_command,
    &collect_view_command,
    &collect_list_command,
    &collect_show_command,
    &collect_withdraw_command,
    &label_guideline_command,
    &label_list_command,
    &label_show_command,
    &label_next_command,
    &label_add_command,
    &label_undo_command,
    &label_gold_command,
    &label_import_command,
    &label_withdraw_command,
    &label_agreement_command,
    &label_consensus_command,
    &label_disputed_command,
    &label_round_table_command,
    &label_export_command,
    /* train */
    &train_command,
    &model_list_command,
    &model_show_command,
    &model_export_command,
    &predict_command,
    /* evaluate */
    &evaluate_command,
    &review_list_command,
    &review_add_command,
    /* publish */
    &describe_command,
    &publish_command,
    &verify_command,
    /* ledger */
    &ledger_command,
    &ledger_add_command,
    &ledger_meter_command,
    NULL,
};
/* clang-format on */
