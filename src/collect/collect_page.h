/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COLLECT_COLLECT_PAGE_H
#define COLLECT_COLLECT_PAGE_H

#include "web/page.h"

extern const struct route collect_tables_route;
extern const struct route collect_form_route;

#endif
