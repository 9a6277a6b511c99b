/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check: our own faults, and clean-up at the end of a scope.
 *
 * BUG_IF(cond) stops the program in every build when cond is true: it marks what only a fault of
 * ours can cause, never what bytes from outside can. Input is refused with err.h instead.
 */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

/* Print file, line and condition to standard error and abort. Does not return. */
__attribute__((noreturn, cold)) void bug(const char *file, int line, const char *what);

#define BUG_IF(cond) ((cond) ? bug(__FILE__, __LINE__, #cond) : (void)0)

/* Call release(&variable) when the variable's scope ends, on every path. */
#define CLEANUP(release) __attribute__((cleanup(release)))

#define MUST_USE __attribute__((warn_unused_result))

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif
