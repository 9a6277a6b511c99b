/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WEB_LIVE_PAGE_H
#define WEB_LIVE_PAGE_H

#include "web/page.h"

extern const struct route live_route;

#endif
