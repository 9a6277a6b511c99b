/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists come in pages, so that a long one neither floods a terminal nor a program that reads it. */
#include "cli/cli.h"

enum { PAGE_LIMIT = 100, PAGE_LIMIT_MAX = 1000000 };

const struct option_spec cli_page_options[] = {
    {.name = "limit", .value = "N", .help = N_("show at most N")},
    {.name = "from", .value = "N", .help = N_("begin with the N-th")},
    {.name = NULL},
};

bool cli_page(struct cli *cli, size_t n, size_t *ret_first, size_t *ret_end, struct err *err)
{
    uint64_t limit = PAGE_LIMIT;
    uint64_t from = 1;
    if (!cli_uint(cli, "limit", 1, PAGE_LIMIT_MAX, &limit, err) ||
        !cli_uint(cli, "from", 1, INT64_MAX, &from, err))
        return false;
    *ret_first = from - 1 < n ? (size_t)(from - 1) : n;
    *ret_end = limit < n - *ret_first ? *ret_first + (size_t)limit : n;
    bool more = *ret_end < n;
    cli_put(cli, "next", more ? json_integer((json_int_t)*ret_end + 1) : json_null());
    if (more)
        cli_say(cli, _("The rest: --from %zu\n"), *ret_end + 1);
    return true;
}
