/* SPDX-License-Identifier: GPL-3.0-or-later */
/* weights: how much an error in a row of each class counts in training, as people say it. */
#ifndef TRAIN_WEIGHTS_H
#define TRAIN_WEIGHTS_H

#include "learn/train.h"

/* "balanced" (every class counts the same in sum: rows / (classes * rows of the class)) or
 * "CLASS=W,…" (classes not named: 1); NULL: no weights, *ret is then NULL. ret (classes of the
 * target) lies in the arena. ERR_USAGE: not understood, no such class, beyond 2^-20 to 2^20, or
 * the target has no classes. */
bool weights_read(const char *text, const struct dataset *data, struct arena *arena,
                  const double **ret, struct err *err) MUST_USE;

#endif
