/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kept: cells of a streamed table as they were parsed, so that its text is parsed once.
 *
 * Parsing text costs ten times what reading numbers does, and a study goes over its table a dozen
 * times. Block by block and column by column the cells lie packed in a file without a name, which
 * is gone with the arena. It is a help, not a need: where there is no room for it, or it fails, the
 * text is parsed again.
 *
 * A block of a column: values less the smallest, in as many bytes as the largest needs (none if all
 * are the same), in the order of this processor; then, if cells are missing, a bit for each, the
 * first the lowest.
 */
#ifndef READ_KEPT_H
#define READ_KEPT_H

#include "base/arena.h"
#include "base/buf.h"
#include "learn/table.h"

struct kept_file;

/* The cells of one column in one block. */
struct kept_cells {
    uint64_t at; /* of the file */
    int64_t low;
    uint16_t n; /* 0: they are not kept */
    int16_t exponent;
    uint8_t bytes; /* of a value: 0, 1, 2, 4, 8 */
    bool gaps;
};

/* Where the cells of a table lie. */
struct kept {
    struct kept_file *file;
    struct kept_cells *cells; /* (blocks, column_n) */
    size_t column_n;
};

/* A file for all tables of an arena; NULL if none can be made or if there are not `bytes` and half
 * as many again free. */
struct kept_file *kept_file_new(struct arena *arena, uint64_t bytes);

/* True until writing fails; also false in a process that is not the one that made it. */
bool kept_goes_on(const struct kept_file *file);

/* Pack the first n cells, 1 to SCAN_BLOCK_ROWS, behind what out holds. ret->at is counted from its
 * front. */
void kept_pack(const struct column *from, size_t n, struct buf *out, struct kept_cells *ret);

/* Write what was packed and put the places of cells (n) right; out is empty then. Many threads may
 * write at once. If it fails, n is 0 in all of them. */
void kept_write(struct kept_file *file, struct buf *out, struct kept_cells *cells, size_t n);

/* Read cells back, into the first places of a column whose exponent is at most theirs. False if the
 * file cannot be read. Cost: about 1 ns a cell. */
bool kept_read(const struct kept_file *file, const struct kept_cells *cells, struct buf *scratch,
               const struct column *to);

#endif
