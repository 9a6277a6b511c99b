/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"

static void say_plainly(void)
{
    static const char text[] = "allmende: The computer has no memory left. Nothing is half done. "
                               "Close other programs, then try again.\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);
    (void)ignored;
}

static void (*on_failure)(void) = say_plainly;

void mem_on_failure(void (*say)(void))
{
    on_failure = say;
}

void mem_out(void)
{
    on_failure();
    _exit(1);
}

void *mem_get(size_t n, size_t size)
{
    void *block = calloc(n ? n : 1, size ? size : 1);
    if (!block)
        mem_out();
    return block;
}

void *mem_resize(void *block, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        mem_out();
    void *larger = realloc(block, bytes ? bytes : 1);
    if (!larger)
        mem_out();
    return larger;
}

void mem_free(void *variable)
{
    void *block;
    memcpy(&block, variable, sizeof block);
    free(block);
}
