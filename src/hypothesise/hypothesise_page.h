/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef HYPOTHESISE_HYPOTHESISE_PAGE_H
#define HYPOTHESISE_HYPOTHESISE_PAGE_H

#include "web/page.h"

extern const struct route hypothesise_guesses_route;
extern const struct route hypothesise_guess_route;

#endif
