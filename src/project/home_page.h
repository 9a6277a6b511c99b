/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROJECT_HOME_PAGE_H
#define PROJECT_HOME_PAGE_H

#include "web/page.h"

extern const struct route home_route;

#endif
