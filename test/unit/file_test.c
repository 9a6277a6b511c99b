/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

struct scratch {
    char folder[40];
    char beside[64];
    char path[64];
};

static int set_up(void **state)
{
    static struct scratch s;
    struct err err = {0};
    snprintf(s.folder, sizeof s.folder, "/tmp/allmende-file-XXXXXX");
    assert_non_null(mkdtemp(s.folder));
    snprintf(s.beside, sizeof s.beside, "%s/beside", s.folder);
    snprintf(s.path, sizeof s.path, "%s/path", s.folder);
    assert_true(file_write(s.beside, STR("new"), 0644, &err));
    *state = &s;
    return 0;
}

static int tear_down(void **state)
{
    const struct scratch *s = *state;
    unlink(s->beside);
    unlink(s->path);
    return rmdir(s->folder);
}

static void expect_content(const char *path, const char *expected)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    struct err err = {0};
    assert_true(file_read(path, 100, &bytes, &err));
    assert_string_equal(bytes.at, expected);
}

static void a_finished_file_gets_its_name(void **state)
{
    const struct scratch *s = *state;
    struct err err = {0};
    assert_true(file_place(s->beside, s->path, &err));
    expect_content(s->path, "new");
    assert_false(file_exists(s->beside));
}

static void what_has_the_name_already_stays(void **state)
{
    const struct scratch *s = *state;
    struct err err = {0};
    assert_true(file_write(s->path, STR("old"), 0644, &err));
    assert_false(file_place(s->beside, s->path, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    expect_content(s->path, "old");
    assert_false(file_exists(s->beside));
}

static void a_name_in_a_folder_that_is_not_there_is_refused(void **state)
{
    const struct scratch *s = *state;
    struct err err = {0};
    char nowhere[64];
    snprintf(nowhere, sizeof nowhere, "%s/none/path", s->folder);
    assert_false(file_place(s->beside, nowhere, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(file_exists(s->beside));
}

static void a_pipe_that_is_there_is_written_into(void **state)
{
    const struct scratch *s = *state;
    struct err err = {0};
    char got[8] = {0};
    assert_int_equal(mkfifo(s->path, 0600), 0);
    int fd = open(s->path, O_RDWR);
    assert_true(fd >= 0);
    assert_true(file_write(s->path, STR("through"), 0644, &err));
    assert_int_equal(read(fd, got, 7), 7);
    assert_string_equal(got, "through");
    close(fd);
    struct stat there;
    assert_int_equal(stat(s->path, &there), 0);
    assert_true(S_ISFIFO(there.st_mode));
}

static void a_folder_is_not_written_over(void **state)
{
    const struct scratch *s = *state;
    struct err err = {0};
    assert_false(file_write(s->folder, STR("x"), 0644, &err));
    assert_int_equal(err.code, ERR_INPUT);
    expect_content(s->beside, "new");
}

static void the_same_file_is_known_under_another_name(void **state)
{
    const struct scratch *s = *state;
    struct err err = {0};
    char other[80];
    snprintf(other, sizeof other, "%s/./beside", s->folder);
    assert_true(file_apart(s->path, s->beside, &err));
    assert_true(file_apart(NULL, s->beside, &err));
    assert_int_equal(link(s->beside, s->path), 0);
    assert_false(file_apart(other, s->beside, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    err_clear(&err);
    assert_false(file_apart(s->path, s->beside, &err));
}

static void pieces_have_the_name_only_once_all_are_there(void **state)
{
    const struct scratch *s = *state;
    struct err err = {0};
    for (int whole = 0; whole < 2; whole++) {
        CLEANUP(buf_release) struct buf names = BUF_INIT;
        struct file_draft draft = FILE_DRAFT_NONE;
        assert_true(file_draft_begin(&draft, s->path, 0644, &err));
        assert_true(file_draft_add(&draft, STR("one "), &err));
        assert_true(file_draft_add(&draft, STR("two"), &err));
        assert_false(file_exists(s->path));
        if (whole)
            assert_true(file_draft_done(&draft, &err));
        file_draft_release(&draft);
        assert_true(file_list(s->folder, 9, &names, &err)); /* nothing of another name is left */
        assert_int_equal(names.n, whole ? sizeof "beside" + sizeof "path" : sizeof "beside");
    }
    expect_content(s->path, "one two");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_finished_file_gets_its_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_has_the_name_already_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_in_a_folder_that_is_not_there_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_pipe_that_is_there_is_written_into, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_is_not_written_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pieces_have_the_name_only_once_all_are_there, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_same_file_is_known_under_another_name, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
