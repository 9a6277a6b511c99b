/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line that is written over, without colours or escape sequences: it needs no NO_COLOR, and
 * works on any terminal that knows carriage return. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/parts.h"

enum { LINE_COLUMNS = 78 };
static const double PAUSE_S = 0.1;

static bool is_wanted(const struct cli *cli)
{
    const char *kind = getenv("TERM");
    return !cli->json && !cli->quiet && isatty(STDERR_FILENO) &&
           !(kind && strcmp(kind, "dumb") == 0);
}

/* Cut text to the columns of one line, never inside a character; returns how many it has. */
static size_t cut_to_line(struct buf *text)
{
    size_t columns = 0;
    for (size_t i = 0; i < text->n; i++) {
        bool begins = ((unsigned char)text->at[i] & 0xC0) != 0x80;
        if (text->at[i] == '\n' || text->at[i] == '\t' || (begins && columns == LINE_COLUMNS)) {
            text->n = i;
            break;
        }
        columns += begins;
    }
    return columns;
}

/* Put a line in place of the one that stands there. */
static void draw(struct cli *cli, struct buf *text)
{
    size_t columns = cut_to_line(text);
    for (size_t i = columns; i < cli->drawn; i++)
        buf_char(text, ' ');
    buf_char(text, '\r');
    ssize_t ignored = write(STDERR_FILENO, text->at, text->n);
    (void)ignored;
    cli->drawn = columns;
}

void cli_progress(struct cli *cli, const char *what, uint64_t done, uint64_t total)
{
    double now = clock_wall_s();
    if (cli->drawn_s > 0 && now - cli->drawn_s < PAUSE_S)
        return;
    cli->drawn_s = now;
    if (!is_wanted(cli))
        return;
    CLEANUP(buf_release) struct buf line = BUF_INIT;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    buf_printf(&text, "%s: %llu", what, (unsigned long long)done);
    if (total)
        buf_printf(&text, _(" of %llu (%.0f %%)"), (unsigned long long)total,
                   100.0 * (double)done / (double)total);
    safe_text(buf_view(&text), &line);
    draw(cli, &line);
}

void progress_clear(struct cli *cli)
{
    if (cli->drawn == 0)
        return;
    CLEANUP(buf_release) struct buf nothing = BUF_INIT;
    draw(cli, &nothing);
}
