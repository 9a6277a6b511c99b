/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

double clock_cpu_s(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double clock_wall_s(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

char *clock_now(char ret_text[CLOCK_TEXT])
{
    time_t now = time(NULL);
    struct tm utc;
    if (!gmtime_r(&now, &utc) || strftime(ret_text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        snprintf(ret_text, CLOCK_TEXT, "1970-01-01T00:00:00Z");
    return ret_text;
}

char *clock_today(char ret_text[CLOCK_TEXT])
{
    const char *said = getenv("ALLMENDE_TODAY");
    if (said && strlen(said) == 10)
        snprintf(ret_text, CLOCK_TEXT, "%s", said);
    else
        clock_now(ret_text)[10] = '\0';
    return ret_text;
}

char *clock_today_here(char ret_text[CLOCK_TEXT])
{
    time_t now = time(NULL);
    struct tm here;
    if (getenv("ALLMENDE_TODAY") || !localtime_r(&now, &here) ||
        strftime(ret_text, CLOCK_TEXT, "%Y-%m-%d", &here) == 0)
        return clock_today(ret_text);
    return ret_text;
}

void clock_wait_ms(int ms)
{
    struct timespec wait = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&wait, NULL);
}
