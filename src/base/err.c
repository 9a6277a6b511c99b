/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int exit_status;
    int http_status;
} codes[] = {
    [ERR_NONE] = {"none", 0, 200},           [ERR_USAGE] = {"usage", 2, 400},
    [ERR_INPUT] = {"input", 1, 422},         [ERR_NOT_FOUND] = {"not_found", 1, 404},
    [ERR_DENIED] = {"denied", 1, 403},       [ERR_CONFLICT] = {"conflict", 1, 409},
    [ERR_CORRUPT] = {"corrupt", 1, 500},     [ERR_IO] = {"io", 1, 500},
    [ERR_LIMIT] = {"limit", 1, 413},         [ERR_BUSY] = {"busy", 1, 503},
    [ERR_CANCELLED] = {"cancelled", 1, 499}, [ERR_UNSUPPORTED] = {"unsupported", 1, 501},
    [ERR_MEMORY] = {"memory", 1, 507},
};
_Static_assert(COUNT_OF(codes) == ERR_CODE_COUNT, "every code has a name and two statuses");

/* A sentence that was cut must still be whole UTF-8: drop a character that lost its tail. */
static void trim_utf8(char *text)
{
    size_t n = strlen(text);
    size_t tail = 0;
    while (tail < 3 && tail < n && ((unsigned char)text[n - 1 - tail] & 0xC0) == 0x80)
        tail++;
    if (tail == n)
        return;
    unsigned char lead = (unsigned char)text[n - 1 - tail];
    size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (lead >= 0x80 && tail < want)
        text[n - 1 - tail] = '\0';
}

bool err_set(struct err *err, enum err_code code, const char *file, int line, const char *next,
             const char *what, ...)
{
    BUG_IF(code == ERR_NONE);
    if (err->code != ERR_NONE)
        return false;
    err->code = code;
    err->file = file;
    err->line = line;
    va_list args;
    va_start(args, what);
    vsnprintf(err->what, sizeof err->what, what, args);
    va_end(args);
    snprintf(err->next, sizeof err->next, "%s", next ? next : "");
    trim_utf8(err->what);
    trim_utf8(err->next);
    return false;
}

bool err_context(struct err *err, const char *context, ...)
{
    char front[sizeof err->what];
    char whole[sizeof err->what];
    va_list args;
    va_start(args, context);
    vsnprintf(front, sizeof front, context, args);
    va_end(args);
    size_t at = (size_t)snprintf(whole, sizeof whole, "%s: ", front);
    if (at < sizeof whole)
        snprintf(whole + at, sizeof whole - at, "%s", err->what);
    memcpy(err->what, whole, sizeof whole);
    trim_utf8(err->what);
    return false;
}

bool err_errno(struct err *err, const char *verb, const char *path)
{
    int reason = errno;
    char text[128];
    enum err_code code = reason == ENOENT   ? ERR_NOT_FOUND
                         : reason == EACCES ? ERR_DENIED
                         : reason == EPERM  ? ERR_DENIED
                         : reason == EROFS  ? ERR_DENIED
                         : reason == EEXIST ? ERR_CONFLICT
                                            : ERR_IO;
    const char *next = reason == ENOENT   ? _("Check the spelling of the path.")
                       : reason == ENOSPC ? _("Make room on the disk, then try again.")
                       : reason == EEXIST
                           ? _("Choose another name, or move the old one away.")
                           : _("Check the path and its permissions, then try again.");
    if (strerror_r(reason, text, sizeof text) != 0)
        snprintf(text, sizeof text, "errno %d", reason);
    return FAIL(err, code, next, _("Cannot %s %s: %s."), verb, path, text);
}

void err_clear(struct err *err)
{
    memset(err, 0, sizeof *err);
}

const char *err_code_name(enum err_code code)
{
    return codes[code].name;
}

int err_exit_status(enum err_code code)
{
    return codes[code].exit_status;
}

int err_http_status(enum err_code code)
{
    return codes[code].http_status;
}
