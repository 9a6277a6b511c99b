/* SPDX-License-Identifier: GPL-3.0-or-later */
/* routes: the table of contents for the browser, in the order of the cycle. */
#ifndef ROUTES_H
#define ROUTES_H

#include "web/page.h"

/* Ends with NULL. */
extern const struct route *const routes[];

#endif
