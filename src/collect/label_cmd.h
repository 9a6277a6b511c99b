/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands by which people name what they see. */
#ifndef COLLECT_LABEL_CMD_H
#define COLLECT_LABEL_CMD_H

#include "cli/cli.h"
#include "collect/label.h"

extern const struct command label_guideline_command;
extern const struct command label_list_command;
extern const struct command label_show_command;
extern const struct command label_next_command;
extern const struct command label_add_command;
extern const struct command label_undo_command;
extern const struct command label_gold_command;
extern const struct command label_import_command;
extern const struct command label_withdraw_command;
extern const struct command label_agreement_command;
extern const struct command label_consensus_command;
extern const struct command label_disputed_command;
extern const struct command label_round_table_command;
extern const struct command label_export_command;

/* The guideline that the first operand names; with labels: its answers, those of the member who
 * acts marked if mine. */
bool label_cmd_guideline(struct cli *cli, struct hash *ret, struct err *err) MUST_USE;
bool label_cmd_load(struct cli *cli, bool mine, struct labels *ret, struct err *err) MUST_USE;

#endif
