/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef ASK_ASK_PAGE_H
#define ASK_ASK_PAGE_H

#include "web/page.h"

extern const struct route ask_questions_route;
extern const struct route ask_question_route;

#endif
