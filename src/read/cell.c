/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/cell.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/mem.h"
#include "base/num.h"

/* "-200" is also "-200.0" and "-2e2"; ".5" is "0,5" and "+.5". */
static void mark_number(struct cell_words *words, struct decimal value)
{
    static const char front[] = "+0.,";
    int64_t first = value.mantissa;
    if (value.mantissa < 0) {
        words->begins['-'] = true;
        return;
    }
    while (first >= 10)
        first /= 10;
    words->begins['0' + first] = true;
    for (size_t i = 0; front[i]; i++)
        words->begins[(unsigned char)front[i]] = true;
}

struct cell_words cell_words_of(const struct field_word *word, size_t n, char point)
{
    struct cell_words words = {.word = word, .word_n = n, .point = point};
    for (size_t w = 0; w < n; w++) {
        if (word[w].text.n)
            words.begins[(unsigned char)word[w].text.at[0]] = true;
        if (word[w].is_number)
            mark_number(&words, word[w].value);
    }
    return words;
}

static bool is_same_number(struct decimal a, struct decimal b)
{
    return a.mantissa == b.mantissa && a.exponent == b.exponent;
}

/* What was said of this cell: of its column, else of all; NULL: nothing. */
static const struct field_word *stated(const struct cell_words *words, size_t field,
                                       struct str cell)
{
    const size_t of[] = {field, SIZE_MAX};
    struct decimal value;
    bool number = num_decimal(cell, words->point, &value) == NUM_OK;
    for (size_t i = 0; i < COUNT_OF(of); i++)
        for (size_t w = 0; w < words->word_n; w++) {
            const struct field_word *word = &words->word[w];
            if (word->field == of[i] &&
                (str_eq(cell, word->text) ||
                 (number && word->is_number && is_same_number(value, word->value))))
                return word;
        }
    return NULL;
}

static const char *const known_words[CELL_KNOWN] = {"-",   "NA",  "N/A",  "n/a",
                                                    "NaN", "nan", "NULL", "null"};

const char *cell_known_word(size_t number)
{
    return known_words[number];
}

size_t cell_known_number(struct str cell)
{
    size_t k = cell.n ? 0 : CELL_KNOWN;
    while (k < CELL_KNOWN && !str_eq(cell, str_of(known_words[k])))
        k++;
    return k;
}

/* One of those, or nothing: asked of every cell. */
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

bool cell_is_missing(const struct cell_words *words, size_t field, struct str cell)
{
    bool known = is_known_word(cell);
    if (cell.n == 0 || words->word_n == 0 || !words->begins[(unsigned char)cell.at[0]])
        return known;
    const struct field_word *word = stated(words, field, cell);
    return word ? !word->is_value : known;
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
