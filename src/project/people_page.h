/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROJECT_PEOPLE_PAGE_H
#define PROJECT_PEOPLE_PAGE_H

#include "web/page.h"

extern const struct route people_route;
extern const struct route people_join_route;
extern const struct route people_language_route;

#endif
