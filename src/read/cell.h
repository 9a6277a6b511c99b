/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cell: what stands in one cell of a table. */
#ifndef READ_CELL_H
#define READ_CELL_H

#include "read/columns.h"

/* What was said of texts: that they mean "missing", or that they do not. */
struct cell_words {
    const struct field_word *word; /* (word_n) */
    size_t word_n;
    char point;
    bool begins[256]; /* bytes with which one of them may begin, in any notation of a number */
};
struct cell_words cell_words_of(const struct field_word *word, size_t n, char point);

/* The texts that mean "missing" if nobody says otherwise: their number 0 … CELL_KNOWN - 1, of any
 * other text CELL_KNOWN; and back. */
enum { CELL_KNOWN = FIELD_KNOWN_WORDS };
size_t cell_known_number(struct str cell);
const char *cell_known_word(size_t number);

/* Is this cell of a field, without blanks at its ends, missing? */
bool cell_is_missing(const struct cell_words *words, size_t field, struct str cell);

/* Without blanks and tabs at both ends. */
static inline struct str cell_trim(struct str cell)
{
    bool inner = cell.n && cell.at[0] > ' ' && cell.at[cell.n - 1] > ' ';
    return inner ? cell : str_trim(cell);
}

/* False if a cell that is not empty cannot begin a decimal. */
static inline bool cell_may_be_number(struct str cell, char point)
{
    char c = cell.at[0];
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == point;
}

/* Canonical composition (Unicode NFC); the result is text itself or lies in scratch. text is valid
 * UTF-8, so only memory can be wanting. */
struct str cell_compose(struct str text, struct buf *scratch);

/* True if the record at this position was withdrawn. */
static inline bool cell_is_emptied(const struct columns_options *options, uint64_t position)
{
    return position <= options->emptied_n && options->emptied[position - 1];
}

#endif
