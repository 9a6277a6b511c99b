/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* madvise */
#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

void *mem_get_wide(size_t n, size_t size)
{
    enum { PAGE = 4096, WORTH_IT = 4 << 20 };
    char *block = mem_get(n, size);
    size_t bytes = n * size; /* calloc has checked it */
#ifdef MADV_HUGEPAGE
    size_t to_page = (PAGE - (uintptr_t)block % PAGE) % PAGE;
    if (bytes >= WORTH_IT) /* a wish: what it answers does not matter */
        (void)madvise(block + to_page, (bytes - to_page) / PAGE * PAGE, MADV_HUGEPAGE);
#endif
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
