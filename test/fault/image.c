/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct page {
    uint64_t holders;
    unsigned char at[IMAGE_PAGE];
};

static void page_drop(struct page *page)
{
    if (page && --page->holders == 0)
        free(page);
}

static void image_shrink(struct image *image, size_t pages)
{
    while (image->n > pages)
        page_drop(image->page[--image->n]);
}

void image_release(struct image *image)
{
    image_shrink(image, 0);
    free(image->page);
    *image = (struct image){.n = 0};
}

static void image_grow(struct image *image, size_t pages)
{
    if (pages > image->cap) {
        image->cap = pages + pages / 2;
        image->page = mem_resize(image->page, image->cap, sizeof *image->page);
    }
    while (image->n < pages)
        image->page[image->n++] = NULL;
}

struct image image_clone(const struct image *from)
{
    struct image to = {.n = 0};
    image_grow(&to, from->n);
    for (size_t i = 0; i < from->n; i++) {
        to.page[i] = from->page[i];
        if (to.page[i])
            to.page[i]->holders++;
    }
    to.bytes = from->bytes;
    return to;
}

/* A page that only this image holds. */
static unsigned char *image_page(struct image *image, size_t i)
{
    struct page *old = image->page[i];
    if (old && old->holders == 1)
        return old->at;
    struct page *page = mem_get(1, sizeof *page);
    page->holders = 1;
    if (old)
        memcpy(page->at, old->at, IMAGE_PAGE);
    page_drop(old);
    image->page[i] = page;
    return page->at;
}

void image_write(struct image *image, uint64_t offset, const unsigned char *at, size_t n)
{
    if (n == 0)
        return;
    image_grow(image, (size_t)((offset + n + IMAGE_PAGE - 1) / IMAGE_PAGE));
    if (offset + n > image->bytes)
        image->bytes = offset + n;
    while (n) {
        size_t in_page = (size_t)(offset % IMAGE_PAGE);
        size_t part = IMAGE_PAGE - in_page < n ? IMAGE_PAGE - in_page : n;
        memcpy(image_page(image, (size_t)(offset / IMAGE_PAGE)) + in_page, at, part);
        offset += part;
        at += part;
        n -= part;
    }
}

void image_truncate(struct image *image, uint64_t bytes)
{
    size_t pages = (size_t)((bytes + IMAGE_PAGE - 1) / IMAGE_PAGE);
    image_shrink(image, pages);
    image_grow(image, pages);
    if (bytes % IMAGE_PAGE && image->page[pages - 1])
        memset(image_page(image, pages - 1) + bytes % IMAGE_PAGE, 0,
               IMAGE_PAGE - (size_t)(bytes % IMAGE_PAGE));
    image->bytes = bytes;
}

bool image_read(const struct image *image, uint64_t offset, unsigned char *at, size_t n)
{
    uint64_t end = offset < image->bytes ? image->bytes - offset : 0;
    size_t there = end < n ? (size_t)end : n;
    memset(at + there, 0, n - there);
    bool whole = there == n;
    while (there) {
        size_t in_page = (size_t)(offset % IMAGE_PAGE);
        size_t part = IMAGE_PAGE - in_page < there ? IMAGE_PAGE - in_page : there;
        const struct page *page = image->page[offset / IMAGE_PAGE];
        if (page)
            memcpy(at, page->at + in_page, part);
        else
            memset(at, 0, part);
        offset += part;
        at += part;
        there -= part;
    }
    return whole;
}

bool image_same(const struct image *a, const struct image *b)
{
    if (!a || !b || a->bytes != b->bytes || a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        if (a->page[i] == b->page[i])
            continue;
        if (!a->page[i] || !b->page[i] || memcmp(a->page[i]->at, b->page[i]->at, IMAGE_PAGE) != 0)
            return false;
    }
    return true;
}

bool image_holds(const struct image *image, struct str bytes)
{
    for (size_t i = 0; i < image->n; i++)
        if (image->page[i] && memmem(image->page[i]->at, IMAGE_PAGE, bytes.at, bytes.n))
            return true;
    return false;
}

void image_free(struct image *image)
{
    if (image)
        image_release(image);
    free(image);
}
