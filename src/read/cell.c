/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/cell.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"

struct cell_words cell_words_of(const struct columns_options *options)
{
    struct cell_words words = {.word = options->missing, .word_n = options->missing_n};
    for (size_t w = 0; w < words.word_n; w++)
        if (words.word[w].n)
            words.begins[(unsigned char)words.word[w].at[0]] = true;
    return words;
}

/* One of the words of the grammar. */
static bool is_known_word(struct str cell)
{
    switch (cell.n) {
    case 1:
        return cell.at[0] == '-';
    case 2:
        return memcmp(cell.at, "NA", 2) == 0;
    case 3:
        return memcmp(cell.at, "N/A", 3) == 0 || memcmp(cell.at, "n/a", 3) == 0 ||
               memcmp(cell.at, "NaN", 3) == 0 || memcmp(cell.at, "nan", 3) == 0;
    case 4:
        return memcmp(cell.at, "NULL", 4) == 0 || memcmp(cell.at, "null", 4) == 0;
    default:
        return cell.n == 0;
    }
}

bool cell_is_missing(const struct cell_words *words, struct str cell)
{
    if (is_known_word(cell))
        return true;
    if (words->word_n == 0 || !words->begins[(unsigned char)cell.at[0]])
        return false;
    for (size_t w = 0; w < words->word_n; w++)
        if (str_eq(cell, words->word[w]))
            return true;
    return false;
}

struct str cell_compose(struct str text, struct buf *scratch)
{
    size_t i = 0;
    while (i < text.n && (unsigned char)text.at[i] < 0x80)
        i++;
    if (i == text.n)
        return text;
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.n,
                                      &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (n == UTF8PROC_ERROR_NOMEM)
        mem_out();
    BUG_IF(n < 0);
    buf_clear(scratch);
    buf_add(scratch, composed, (size_t)n);
    free(composed);
    return buf_view(scratch);
}
