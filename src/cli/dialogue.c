/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to the person in front of the terminal: on standard error, because standard output
 * holds results and nothing else; answers are lines of standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/parts.h"

bool cli_no_options(const struct cli *cli)
{
    for (size_t i = 0; i < cli->values->given_n; i++)
        for (const struct option_spec *own = cli->command->options; own && own->name; own++)
            if (cli->values->given[i].spec == own)
                return false;
    return true;
}

bool cli_can_ask(const struct cli *cli)
{
    return !cli->json && !cli->quiet && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

void cli_tell(struct cli *cli, const char *text)
{
    CLEANUP(buf_release) struct buf safe = BUF_INIT;
    if (cli->json || cli->quiet)
        return;
    progress_clear(cli);
    safe_text(str_of(text), &safe);
    ssize_t ignored = write(STDERR_FILENO, safe.at, safe.n);
    (void)ignored;
}

bool cli_ask(struct cli *cli, const char *question, const char **ret, struct err *err)
{
    char *line = NULL;
    size_t room = 0;
    cli_tell(cli, question);
    ssize_t n = getline(&line, &room, stdin);
    if (n < 0) {
        free(line);
        return FAIL(err, ERR_CANCELLED, _("Nothing was written down. Begin again when you like."),
                    _("The answers ended before everything was said."));
    }
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
        n--;
    struct str answer = str_trim((struct str){line, (size_t)n});
    size_t at;
    bool text = str_utf8(answer, &at);
    *ret = answer.n ? arena_copy(&cli->arena, answer) : NULL;
    free(line);
    return text || FAIL(err, ERR_USAGE, _("Use a terminal with UTF-8."),
                        _("The answer is not UTF-8 text."));
}
