/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "web/session.h"

static const struct hash project = {{7}};
static const struct device ana = {{1}};
static const struct device ben = {{2}};

static int empty_home(void **state)
{
    char *folder = strdup("/tmp/allmende-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    setenv("XDG_CONFIG_HOME", folder, 1);
    unsetenv("ALLMENDE_TODAY");
    *state = folder;
    return 0;
}

static int remove_home(void **state)
{
    file_remove_folder(*state);
    free(*state);
    return 0;
}

static struct sessions *opened(void)
{
    struct err err = {0};
    struct sessions *s;
    assert_true(sessions_open(&project, &s, &err));
    return s;
}

static void a_session_survives_a_restart_and_its_token_is_not_kept(void **state)
{
    struct err err = {0};
    CLEANUP(buf_release) struct buf token = BUF_INIT;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct sessions *s = opened();
    assert_true(sessions_begin(s, &ana, "Linux, Firefox", &token, &err));
    sessions_close(s);
    s = opened();
    const struct session *found = sessions_find(s, buf_view(&token));
    assert_non_null(found);
    assert_memory_equal(&found->member[found->acting], &ana, sizeof ana);
    assert_null(sessions_find(s, STR("")));
    token.at[0] = token.at[0] == 'a' ? 'b' : 'a';
    assert_null(sessions_find(s, buf_view(&token)));
    sessions_close(s);

    char path[512];
    struct stat status;
    snprintf(path, sizeof path, "%s/allmende/keys/%s/workshop.json", (char *)*state,
             hash_hex(&project).at);
    assert_true(file_read(path, 1 << 20, &text, &err));
    assert_null(strstr(text.at, token.at + 1));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void several_people_share_a_device(void **state)
{
    (void)state;
    struct err err = {0};
    CLEANUP(buf_release) struct buf token = BUF_INIT;
    struct sessions *s = opened();
    assert_true(sessions_begin(s, &ana, "?", &token, &err));
    struct hash key = sessions_find(s, buf_view(&token))->key;
    assert_true(sessions_join(s, &key, &ben, &err));
    const struct session *found = sessions_find(s, buf_view(&token));
    assert_int_equal(found->member_n, 2);
    assert_memory_equal(&found->member[found->acting], &ben, sizeof ben);
    assert_true(sessions_act(s, &key, &ana, &err));
    assert_memory_equal(&found->member[found->acting], &ana, sizeof ana);
    assert_true(sessions_join(s, &key, &ana, &err));
    assert_int_equal(found->member_n, 2);
    assert_true(sessions_leave(s, &key, &ana, &err));
    assert_int_equal(found->member_n, 1);
    assert_false(sessions_act(s, &key, &ana, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_true(sessions_leave(s, &key, &ben, &(struct err){0}));
    assert_null(sessions_find(s, buf_view(&token)));
    sessions_close(s);
}

static void an_invitation_is_used_once_and_ends_after_two_weeks(void **state)
{
    (void)state;
    struct err err = {0};
    CLEANUP(buf_release) struct buf secret = BUF_INIT;
    struct sessions *s = opened();
    const struct invitation draft = {.by = ana, .in_charge = true};
    setenv("ALLMENDE_TODAY", "2026-02-20", 1);
    assert_true(invitation_make(s, &draft, &secret, &err));
    assert_int_equal(secret.n, 32);
    setenv("ALLMENDE_TODAY", "2026-03-06", 1); /* 14 days: February has 28 */
    const struct invitation *found = invitation_find(s, buf_view(&secret));
    assert_non_null(found);
    assert_true(found->in_charge && !found->for_member);
    setenv("ALLMENDE_TODAY", "2026-03-07", 1);
    assert_null(invitation_find(s, buf_view(&secret)));
    setenv("ALLMENDE_TODAY", "2026-03-01", 1);
    struct hash key = invitation_find(s, buf_view(&secret))->key;
    assert_true(invitation_end(s, &key, &err));
    assert_null(invitation_find(s, buf_view(&secret)));
    sessions_close(s);
    unsetenv("ALLMENDE_TODAY");
}

static void a_damaged_file_is_told_and_not_replaced(void **state)
{
    struct err err = {0};
    struct sessions *s;
    char folder[512];
    char path[600];
    snprintf(folder, sizeof folder, "%s/allmende/keys/%s", (char *)*state, hash_hex(&project).at);
    snprintf(path, sizeof path, "%s/workshop.json", folder);
    assert_true(file_folder(folder, 0700, &err));
    assert_true(file_write(path, STR("{\"sessions\":[{}]}"), 0600, &err));
    assert_false(sessions_open(&project, &s, &err));
    assert_int_equal(err.code, ERR_CORRUPT);
}

int main(void)
{
    json_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_session_survives_a_restart_and_its_token_is_not_kept,
                                        empty_home, remove_home),
        cmocka_unit_test_setup_teardown(several_people_share_a_device, empty_home, remove_home),
        cmocka_unit_test_setup_teardown(an_invitation_is_used_once_and_ends_after_two_weeks,
                                        empty_home, remove_home),
        cmocka_unit_test_setup_teardown(a_damaged_file_is_told_and_not_replaced, empty_home,
                                        remove_home),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
