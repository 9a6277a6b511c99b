/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first page: where the project stands, and what can be done next. */
#include "project/home_page.h"

#include "ask/ask.h"

static bool view_home(struct page *page, struct err *err)
{
    struct question *questions;
    size_t n;
    size_t decided = 0;
    page->title = _("Where we stand");
    if (!ask_list(page->record, page->arena, &questions, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        decided += questions[i].decided;
    page_put_int(page, "questions", (int64_t)n);
    page_put_int(page, "decided", (int64_t)decided);
    return true;
}

const struct route home_route = {
    .path = "/",
    .right = RIGHT_GUEST,
    .template = "home.html",
    .view = view_home,
};
