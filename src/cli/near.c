/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far two words are apart: the least number of letters to insert, drop or replace, or of
 * neighbours to swap (optimal string alignment). A word is near enough with one mistake in three
 * letters; more than that suggests nonsense.
 * SOURCE: F. J. Damerau, A technique for computer detection and correction of spelling errors,
 * CACM 7(3), 1964. */
#include <string.h>

#include "cli/parts.h"

enum { WORD_MAX = 40 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* rows: the last three of the table of distances between the beginnings of a and b. */
static size_t distance(const char *a, size_t a_n, const char *b, size_t b_n)
{
    size_t rows[3][WORD_MAX + 1];
    for (size_t j = 0; j <= b_n; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_n; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_n; j++) {
            row[j] = least(above[j], row[j - 1]) + 1;
            row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1);
        }
    }
    return rows[a_n % 3][b_n];
}

void near_try(struct near *near, const char *candidate)
{
    size_t n = strlen(near->word);
    size_t candidate_n = strlen(candidate);
    if (n > WORD_MAX || candidate_n > WORD_MAX)
        return;
    size_t far = distance(near->word, n, candidate, candidate_n);
    size_t limit = n < 5 ? 1 : (n + 1) / 3;
    if (far <= limit && (!near->best || far < near->distance)) {
        near->best = candidate;
        near->distance = far;
    }
}
