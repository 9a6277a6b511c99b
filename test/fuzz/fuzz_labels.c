/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as answers from another program: every answer that is handed over is UTF-8, every
 * record is counted, and what is refused is refused with a sentence. The first byte says in which
 * form the rest is. */
#define _GNU_SOURCE /* memfd_create */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "collect/label_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t taken;

static bool take(void *context, const struct foreign_answer *answer, struct err *err)
{
    size_t at;
    (void)context;
    (void)err;
    BUG_IF(answer->answer.at && !str_utf8(answer->answer, &at));
    taken++;
    return true;
}

static void read_answers(const char *path, enum label_form form, bool all)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct label_import_report report = {.records = 0};
    const struct label_import_draft draft = {
        .path = path, .form = form, .task = all ? "T0" : NULL, .version = all ? "all" : NULL};
    const struct foreign foreign = {&draft, &report, &arena, take, NULL};
    struct err err = {0};
    uint64_t left = 0;
    taken = 0;
    bool done = form == LABEL_LABELSTUDIO ? foreign_read_labelstudio(&foreign, &err)
                                          : foreign_read_table(&foreign, &err);
    BUG_IF(done != (err.code == ERR_NONE) || (!done && (!err.what[0] || !err.next[0])));
    for (size_t i = 0; i < LEFT_COUNT; i++)
        left += report.left_out[i];
    BUG_IF(done && taken + left != report.records);
}

static void read_pairs(const char *path)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct label_one *one;
    struct err err = {0};
    size_t n;
    bool done = label_read_pairs(path, &arena, &one, &n, &err);
    BUG_IF(done != (err.code == ERR_NONE));
    for (size_t i = 0; done && i < n; i++)
        BUG_IF(one[i].unknown != (one[i].answer.n == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum label_form forms[] = {LABEL_TRIPLES, LABEL_ZOONIVERSE, LABEL_LABELSTUDIO};
    char path[32];
    if (size == 0)
        return 0;
    int file = memfd_create("answers", 0);
    BUG_IF(file < 0 || write(file, data + 1, size - 1) != (ssize_t)(size - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (data[0] % 4 == 3)
        read_pairs(path);
    else
        read_answers(path, forms[data[0] % 4], data[0] & 4);
    (void)close(file);
    return 0;
}
