/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scratch folder with a project in it, for tests of the phases. Ada made it and is in charge; the
 * keys lie in the same folder. Include after cmocka.h, with _GNU_SOURCE. */
#ifndef TEST_SCRATCH_H
#define TEST_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "kinds.h"
#include "record/member.h"
#include "record/record.h"
#include "record/withdraw.h"

struct scratch {
    char folder[64];
    char path[96];
    struct record *record;
};

/* Fail with the sentence of an error. */
static inline void must(bool done, const struct err *err)
{
    if (!done)
        fail_msg("%s (%s:%d)", err->what, err->file, err->line);
}

/* The set-up of a test. */
static inline int scratch_up(void **state)
{
    struct scratch *s = calloc(1, sizeof *s);
    struct err err = {0};
    snprintf(s->folder, sizeof s->folder, "/tmp/allmende-test-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/p.allmende", s->folder);
    assert_int_equal(setenv("XDG_CONFIG_HOME", s->folder, 1), 0);
    json_t *body = json_pack("{s:s,s:s,s:[s,s]}", "title", "Bach", "licence", "CC-BY-4.0",
                             "permission", "project", "publication");
    json_t *private = json_pack("{s:s}", "name", "Ada");
    const struct founding founding = {s->path, body, private, kinds};
    must(record_create(&founding, &s->record, &err), &err);
    must(record_act_as(s->record, NULL, &err), &err);
    json_decref(body);
    json_decref(private);
    *state = s;
    return 0;
}

/* The tear-down of a test. */
static inline int scratch_down(void **state)
{
    struct scratch *s = *state;
    struct err err = {0};
    char command[128];
    must(record_close(s->record, &err), &err);
    /* a folder of our own making; the shell is the shortest way */
    snprintf(command, sizeof command, "rm -r %s", s->folder);
    FILE *done = popen(command, "r");
    free(s);
    return done && pclose(done) == 0 ? 0 : -1;
}

/* Write an entry as it would come from elsewhere: no domain function looks at it first. */
static inline struct hash append_raw(struct scratch *s, const char *kind, json_t *body)
{
    struct err err = {0};
    struct hash id;
    const struct draft draft = {.kind = kind, .body = body};
    must(record_append(s->record, &draft, &id, &err), &err);
    json_decref(body);
    return id;
}

/* A file in the folder; the path is static. */
static inline const char *scratch_file(const struct scratch *s, const char *name, struct str bytes)
{
    static char path[160];
    struct err err = {0};
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    must(file_write(path, bytes, 0600, &err), &err);
    return path;
}

#endif
