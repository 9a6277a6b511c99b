/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image: the content of a file in memory, in pages that many images share.
 *
 * Invariants: 1. A page is written to only while one image holds it; else it is copied first.
 *             2. n pages hold bytes; what of the last page lies behind bytes is zero.
 */
#ifndef FAULT_IMAGE_H
#define FAULT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { IMAGE_PAGE = 4096 };

struct page;

struct image {
    struct page **page; /* (n) NULL: all zero; {0} is an empty image */
    size_t n;
    size_t cap;
    uint64_t bytes;
};

/* Give the pages back; the image is then empty. */
void image_release(struct image *image);

/* The same for an image that lies on the heap; NULL is fine. */
void image_free(struct image *image);

/* An image with the same pages. Cost: one counter a page. */
struct image image_clone(const struct image *from);

/* Write n bytes; the file grows if they reach behind its end. */
void image_write(struct image *image, uint64_t offset, const unsigned char *at, size_t n);

/* Make it this long, shorter or longer. */
void image_truncate(struct image *image, uint64_t bytes);

/* Read n bytes; what lies behind the end is zero. False if some of them do. */
bool image_read(const struct image *image, uint64_t offset, unsigned char *at, size_t n);

/* The same bytes? NULL is like nothing. */
bool image_same(const struct image *a, const struct image *b);

/* Do these bytes stand in it, within one page? */
bool image_holds(const struct image *image, struct str bytes);

#endif
