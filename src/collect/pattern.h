/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pattern: the simple part of regular expressions that constraints of forms need.
 *
 *     a  .  \d \w \s \D \W \S  \.  [a-z_]  [^0-9]      one character
 *     x*  x+  x?  x{3}  x{2,}  x{2,5}                  how often; counts up to 100
 *     ^ at the front and $ at the end                  allowed; the whole text must fit anyway
 *
 * No groups, no |: such patterns are refused. A text is matched by keeping the set of all places in
 * the pattern where it can be (Thompson), so no text takes longer than its length times that of the
 * pattern. Characters are those of UTF-8; classes hold single characters and ranges by code point.
 * SOURCE: Thompson 1968, Regular expression search algorithm, CACM 11(6).
 */
#ifndef COLLECT_PATTERN_H
#define COLLECT_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Can it be matched here? */
bool pattern_is_fine(struct str pattern);

/* Does the whole text fit a pattern that is fine? */
bool pattern_fits(struct str pattern, struct str text);

#endif
