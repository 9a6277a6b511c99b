/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands that use a model, look into it and take it away. */
#ifndef TRAIN_MODEL_CMD_H
#define TRAIN_MODEL_CMD_H

#include "cli/cli.h"

extern const struct command model_list_command;
extern const struct command model_show_command;
extern const struct command model_export_command;
extern const struct command predict_command;

#endif
