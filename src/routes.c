/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "routes.h"

#include "ask/ask_page.h"
#include "collect/collect_page.h"
#include "hypothesise/hypothesise_page.h"
#include "project/home_page.h"
#include "project/people_page.h"
#include "web/live_page.h"

/* A table of contents has one line an entry. */
/* clang-format off */
const struct route *const routes[] = {
    &home_route,
    &people_route,
    &people_join_route,
    &people_language_route,
    &live_route,
    /* ask */
    &ask_questions_route,
    &ask_question_route,
    /* hypothesise */
    &hypothesise_guesses_route,
    &hypothesise_guess_route,
    /* collect */
    &collect_tables_route,
    &collect_form_route,
    NULL,
};
/* clang-format on */
