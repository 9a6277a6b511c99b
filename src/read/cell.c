/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/cell.h"

#include <stdlib.h>
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

bool cell_is_missing(const struct cell_words *words, struct str cell)
{
    static const struct str known[] = {{"-", 1},   {"NA", 2},  {"N/A", 3},  {"n/a", 3},
                                       {"NaN", 3}, {"nan", 3}, {"NULL", 4}, {"null", 4}};
    if (cell.n == 0)
        return true;
    if (cell.n <= 4 && (cell.at[0] == '-' || cell.at[0] == 'N' || cell.at[0] == 'n'))
        for (size_t w = 0; w < COUNT_OF(known); w++)
            if (str_eq(cell, known[w]))
                return true;
    if (!words->begins[(unsigned char)cell.at[0]])
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
