/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command says is kept in memory and written in one piece at its end, by write(2): so
 * nothing is on standard output if it fails, and a full disk or a broken pipe is noticed. Only what
 * may be longer than memory (cli_stream) goes out as it comes. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/parts.h"

/* printf into out. */
__attribute__((format(printf, 2, 0))) static void add_format(struct buf *out, const char *text,
                                                             va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, text, again);
    va_end(again);
    BUG_IF(n < 0);
    buf_reserve(out, (size_t)n);
    vsnprintf(out->at + out->n, (size_t)n + 1, text, args);
    out->n += (size_t)n;
}

void cli_say(struct cli *cli, const char *text, ...)
{
    if (cli->json || cli->quiet)
        return;
    va_list args;
    va_start(args, text);
    add_format(&cli->said, text, args);
    va_end(args);
}

void cli_say_hash(struct cli *cli, const struct hash *hash, size_t n)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct hash_text hex = hash_hex(hash);
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%s%c",
                   i == HASH_HEX / 2 ? "\n  "
                   : i && i % 4 == 0 ? " "
                                     : "",
                   hex.at[i]);
    cli_say(cli, "  %s\n", text.at);
}

const char *cli_number(struct cli *cli, double value, int digits)
{
    if (!isfinite(value))
        return value > 0 ? "∞" : value < 0 ? "−∞" : "?";
    /* What is smaller is nothing but the rounding of a bound at 0. */
    if (fabs(value) < 1e-12)
        value = 0;
    char *text = arena_printf(&cli->arena, "%.*g", digits, value);
    for (char *c = text; *c && lang_get() == LANG_DE; c++)
        if (*c == '.')
            *c = ',';
    return text;
}

void cli_put(struct cli *cli, const char *key, json_t *value)
{
    BUG_IF(json_object_set_new(cli->result, key, value ? value : json_null()) != 0);
}

void cli_put_text(struct cli *cli, const char *key, const char *value)
{
    CLEANUP(buf_release) struct buf checked = BUF_INIT;
    json_t *text = value ? json_string(value) : json_null();
    if (!text) { /* not UTF-8: a file name as the system gave it */
        safe_text(str_of(value), &checked);
        text = json_string(checked.at);
    }
    cli_put(cli, key, text);
}

void cli_put_int(struct cli *cli, const char *key, int64_t value)
{
    cli_put(cli, key, json_integer(value));
}

json_t *cli_real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

void cli_put_real(struct cli *cli, const char *key, double value)
{
    cli_put(cli, key, cli_real(value));
}

/* Write all of it; false leaves errno. */
static bool write_all(int fd, struct str bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.at, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes.at += n;
        bytes.n -= (size_t)n;
    }
    return true;
}

/* There is nobody to tell if standard error fails, too. */
static void write_error(struct str bytes)
{
    bool told = write_all(STDERR_FILENO, bytes);
    (void)told;
}

void cli_warn(struct cli *cli, const char *text, ...)
{
    CLEANUP(buf_release) struct buf said = BUF_INIT;
    CLEANUP(buf_release) struct buf safe = BUF_INIT;
    va_list args;
    va_start(args, text);
    add_format(&said, text, args);
    va_end(args);
    safe_text(buf_view(&said), &safe);
    if (cli->json) {
        json_array_append_new(cli->warnings, json_string(safe.at));
        return;
    }
    buf_char(&safe, '\n');
    progress_clear(cli);
    write_error(buf_view(&safe));
}

/* errno in words. */
static const char *reason(char text[128])
{
    int code = errno;
    if (strerror_r(code, text, 128) != 0)
        snprintf(text, 128, "errno %d", code);
    return text;
}

bool cli_stream(struct cli *cli, struct str text, struct err *err)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    char why[128];
    if (cli->json || cli->quiet)
        return true;
    progress_clear(cli);
    safe_text(text, &out);
    return write_all(STDOUT_FILENO, buf_view(&out)) ||
           FAIL(err, ERR_IO, _("Send the output elsewhere, or write it into a file with --out."),
                _("Standard output cannot be written: %s."), reason(why));
}

bool result_write(struct cli *cli, struct err *err)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    progress_clear(cli);
    if (cli->json) {
        if (json_array_size(cli->warnings))
            json_object_set(cli->result, "warnings", cli->warnings);
        safe_json(cli->result, &out);
        buf_char(&out, '\n');
    } else {
        safe_text(buf_view(&cli->said), &out);
    }
    if (write_all(STDOUT_FILENO, buf_view(&out)))
        return true;
    char why[128];
    return FAIL(err, ERR_IO,
                _("Send the output elsewhere. Before you repeat a command that writes, look at: "
                  "allmende log"),
                _("The command has done its work, but its result could not be written: %s."),
                reason(why));
}

void result_error_text(const struct err *err, bool json, struct buf *out)
{
    if (json) {
        buf_text(out, "{\"error\":{\"code\":");
        safe_json_text(str_of(err_code_name(err->code)), out);
        buf_text(out, ",\"what\":");
        safe_json_text(str_of(err->what), out);
        buf_text(out, ",\"next\":");
        safe_json_text(str_of(err->next), out);
        buf_text(out, "}}\n");
        return;
    }
    safe_text(str_of(err->what), out);
    buf_char(out, '\n');
    safe_text(str_of(err->next), out);
    if (err->next[0])
        buf_char(out, '\n');
}

void result_error(struct cli *cli, const struct err *err)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    progress_clear(cli);
    result_error_text(err, cli->json, &out);
    write_error(buf_view(&out));
}
