/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream of events that says when something was written down, and nothing else. */
#include "web/live_page.h"

static bool view_live(struct page *page, struct err *err)
{
    (void)err;
    http_put(page->response, "Content-Type", "text/event-stream");
    http_put(page->response, "Cache-Control", "no-store");
    http_put(page->response, "X-Content-Type-Options", "nosniff");
    page->response->events = true;
    page->response->body = STR("retry: 5000\n\n");
    page->answered = true;
    return true;
}

const struct route live_route = {
    .path = "/events",
    .right = RIGHT_GUEST,
    .view = view_live,
};
