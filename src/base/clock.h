/* SPDX-License-Identifier: GPL-3.0-or-later */
/* clock: how long something took, and what people's clocks say. Never used by learn/, never in an
 * order. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* CPU seconds that this process has used so far, user and system. */
double clock_cpu_s(void);

/* Seconds of a clock that only goes forward; its zero has no meaning. */
double clock_wall_s(void);

enum { CLOCK_TEXT = 24 };

/* The time now as RFC 3339 UTC, "2026-11-22T17:09:55Z". Returns ret_text. */
char *clock_now(char ret_text[CLOCK_TEXT]);

/* The day now in UTC, "2026-11-22". The environment variable ALLMENDE_TODAY may say another one
 * (for tests, which cannot wait for a day to end). Returns ret_text. */
char *clock_today(char ret_text[CLOCK_TEXT]);

/* The same where this computer is: shortly after midnight another one than in UTC. */
char *clock_today_here(char ret_text[CLOCK_TEXT]);

/* Sleep for some milliseconds. */
void clock_wait_ms(int ms);

#endif
