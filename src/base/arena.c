/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif

#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
enum { GAP_BYTES = 16 };
#define POISON(at, n) ASAN_POISON_MEMORY_REGION(at, n)
#define UNPOISON(at, n) ASAN_UNPOISON_MEMORY_REGION(at, n)
#else
enum { GAP_BYTES = 0 };
#define POISON(at, n) ((void)(at), (void)(n))
#define UNPOISON(at, n) ((void)(at), (void)(n))
#endif

enum { BLOCK_BYTES = 64 * 1024, ALIGN = alignof(max_align_t) };

/* Lies in the block that was the newest when it was asked for, so behind what it ends. */
struct arena_end {
    struct arena_end *before;
    void (*end)(void *what);
    void *what;
};

struct arena_block {
    struct arena_block *older;
    struct arena_end *end;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

static struct arena_block *block_new(size_t bytes, struct arena_block *older)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct arena_block *block = mem_get(1, sizeof *block + size);
    block->older = older;
    block->size = size;
    POISON(block->bytes, size);
    return block;
}

void *arena_get(struct arena *arena, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2)
        mem_out();
    size_t need = (bytes + GAP_BYTES + ALIGN - 1) / ALIGN * ALIGN;
    struct arena_block *block = arena->newest;
    if (!block || block->size - block->used < need)
        block = arena->newest = block_new(need, arena->newest);
    unsigned char *at = block->bytes + block->used;
    block->used += need;
    UNPOISON(at, bytes);
    return at;
}

char *arena_copy(struct arena *arena, struct str text)
{
    char *copy = arena_get(arena, text.n + 1, 1);
    if (text.n)
        memcpy(copy, text.at, text.n);
    return copy;
}

void *arena_keep(struct arena *arena, struct str bytes)
{
    void *at = arena_get(arena, bytes.n, 1);
    if (bytes.n)
        memcpy(at, bytes.at, bytes.n);
    return at;
}

struct str arena_str(struct arena *arena, struct str text)
{
    return (struct str){arena_copy(arena, text), text.n};
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    BUG_IF(n < 0);
    char *text = arena_get(arena, (size_t)n + 1, 1);
    va_start(args, format);
    vsnprintf(text, (size_t)n + 1, format, args);
    va_end(args);
    return text;
}

void arena_at_end(struct arena *arena, void (*end)(void *what), void *what)
{
    struct arena_end *last = arena_get(arena, 1, sizeof *last);
    *last = (struct arena_end){arena->newest->end, end, what};
    arena->newest->end = last;
}

void arena_release(struct arena *arena)
{
    struct arena_block *block = arena->newest;
    while (block) {
        struct arena_block *older = block->older;
        for (struct arena_end *end = block->end; end; end = end->before)
            end->end(end->what);
        UNPOISON(block->bytes, block->size);
        free(block);
        block = older;
    }
    arena->newest = NULL;
}
