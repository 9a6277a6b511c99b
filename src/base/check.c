/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void bug(const char *file, int line, const char *what)
{
    fprintf(stderr, "allmende: a fault in the program itself: %s:%d: %s\n", file, line, what);
    abort();
}
