/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "record/key.h"

/* RFC 8032 section 7.1, TEST 1. */
#define SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define DEVICE "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define PROJECT "0101010101010101010101010101010101010101010101010101010101010101"

struct place {
    char root[64];
    char keys[256]; /* the folder of PROJECT */
    char file[512]; /* the file of DEVICE */
    struct hash project;
    struct device device;
    struct err err;
};

static int set_up(void **state)
{
    static struct place place;
    memset(&place, 0, sizeof place);
    snprintf(place.root, sizeof place.root, "/tmp/allmende-key-XXXXXX");
    if (!mkdtemp(place.root) || setenv("XDG_CONFIG_HOME", place.root, 1) != 0)
        return -1;
    snprintf(place.keys, sizeof place.keys, "%s/allmende/keys/%s", place.root, PROJECT);
    snprintf(place.file, sizeof place.file, "%s/%s.key", place.keys, DEVICE);
    memset(&place.project, 1, sizeof place.project);
    if (!hex_decode(str_of(DEVICE), place.device.at, KEY_BYTES))
        return -1;
    *state = &place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    char path[1024];
    if (!file_list(place->root, 100, &names, &place->err))
        return -1;
    for (size_t i = 0; i < names.n; i += strlen(names.at + i) + 1) {
        snprintf(path, sizeof path, "%s/%s", place->root, names.at + i);
        unlink(path);
    }
    const char *const folder[] = {"/.config/allmende/keys/" PROJECT,
                                  "/.config/allmende/keys",
                                  "/.config/allmende",
                                  "/.config",
                                  "/allmende/keys/" PROJECT,
                                  "/allmende/keys",
                                  "/allmende",
                                  ""};
    for (size_t i = 0; i < COUNT_OF(folder); i++) {
        snprintf(path, sizeof path, "%s%s", place->root, folder[i]);
        rmdir(path);
    }
    return file_exists(place->root) ? -1 : 0;
}

static void put_file(struct place *place, const char *text, unsigned mode)
{
    assert_true(file_folder(place->keys, 0700, &place->err));
    assert_true(file_write(place->file, str_of(text), mode, &place->err));
    assert_int_equal(chmod(place->file, (mode_t)mode), 0);
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return (unsigned)st.st_mode & 0777U;
}

static void a_file_as_specified_gives_the_key_of_the_standard(void **state)
{
    struct place *place = *state;
    CLEANUP(key_release) struct key key = {0};
    put_file(place, "allmende-key 1\n" SEED "\n", 0600);
    assert_true(key_load(&place->device, &place->project, &key, &place->err));
    assert_memory_equal(&key.device, &place->device, KEY_BYTES);
}

static void a_saved_key_is_read_back_and_private(void **state)
{
    struct place *place = *state;
    CLEANUP(key_release) struct key made = {0};
    CLEANUP(key_release) struct key read = {0};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    char name[2 * KEY_BYTES + 1];
    char path[512];
    assert_true(key_make(&made, &place->err));
    assert_true(key_save(&made, &place->project, &place->err));
    hex_encode(made.device.at, KEY_BYTES, name);
    snprintf(path, sizeof path, "%s/%s.key", place->keys, name);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(mode_of(place->keys), 0700);
    assert_true(file_read(path, 1000, &text, &place->err));
    assert_int_equal(text.n, 80);
    assert_memory_equal(text.at, "allmende-key 1\n", 15);
    assert_true(key_load(&made.device, &place->project, &read, &place->err));
    assert_memory_equal(&read, &made, sizeof made);
    assert_false(key_save(&made, &place->project, &place->err));
    assert_int_equal(place->err.code, ERR_CONFLICT);
}

static void what_it_signs_is_valid_for_its_device_only(void **state)
{
    struct place *place = *state;
    CLEANUP(key_release) struct key one = {0};
    CLEANUP(key_release) struct key two = {0};
    struct hash id = hash_of("x", 1);
    assert_true(key_make(&one, &place->err) && key_make(&two, &place->err));
    assert_memory_not_equal(&one.device, &two.device, KEY_BYTES);
    struct signature signature = key_sign(&one, &id);
    assert_true(signature_valid(&one.device, &id, &signature));
    assert_false(signature_valid(&two.device, &id, &signature));
    assert_false(signature_valid(&one.device, &place->project, &signature));
}

static void refuse_load(struct place *place, enum err_code code)
{
    struct key key = {.secret = {7}};
    err_clear(&place->err);
    assert_false(key_load(&place->device, &place->project, &key, &place->err));
    assert_int_equal(place->err.code, code);
    assert_int_equal(key.secret[0], 7); /* ret is untouched */
    assert_true(place->err.next[0]);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
    struct place *place = *state;
    put_file(place, "allmende-key 1\n" SEED "\n", 0640);
    refuse_load(place, ERR_DENIED);
    assert_non_null(strstr(place->err.next, "chmod 600"));
    assert_int_equal(chmod(place->file, 0604), 0);
    refuse_load(place, ERR_DENIED);
}

static void a_key_that_is_not_here_is_said_so(void **state)
{
    refuse_load(*state, ERR_NOT_FOUND);
}

static void a_damaged_key_file_is_refused(void **state)
{
    static const char *const text[] = {
        "",
        "allmende-key 1\n" SEED,
        "allmende-key 1\n" SEED "\n\n",
        "allmende-key 2\n" SEED "\n",
        "allmende-key 1\r\n" SEED "\n",
        "allmende-key 1\n" DEVICE "\n", /* the seed of another key */
        "allmende-key 1\n9D61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n",
    };
    for (size_t i = 0; i < COUNT_OF(text); i++) {
        put_file(*state, text[i], 0600);
        refuse_load(*state, ERR_CORRUPT);
    }
}

static void keys_are_listed_in_order(void **state)
{
    struct place *place = *state;
    struct arena arena = {0};
    struct device *device;
    size_t n = 99;
    assert_true(key_list(&place->project, &arena, &device, &n, &place->err));
    assert_int_equal(n, 0);
    for (int i = 0; i < 5; i++) {
        CLEANUP(key_release) struct key key = {0};
        assert_true(key_make(&key, &place->err));
        assert_true(key_save(&key, &place->project, &place->err));
    }
    put_file(place, "allmende-key 1\n" SEED "\n", 0600);
    snprintf(place->file, sizeof place->file, "%s/%s.key.new-7", place->keys, DEVICE);
    put_file(place, "left over", 0600);
    assert_true(key_list(&place->project, &arena, &device, &n, &place->err));
    assert_int_equal(n, 6);
    for (size_t i = 1; i < n; i++)
        assert_true(memcmp(&device[i - 1], &device[i], KEY_BYTES) < 0);
    arena_release(&arena);
}

static void a_relative_folder_in_the_environment_is_ignored(void **state)
{
    struct place *place = *state;
    CLEANUP(key_release) struct key key = {0};
    char path[256];
    assert_true(key_make(&key, &place->err));
    assert_int_equal(setenv("XDG_CONFIG_HOME", "keys-here", 1), 0);
    assert_int_equal(setenv("HOME", place->root, 1), 0);
    assert_true(key_save(&key, &place->project, &place->err));
    snprintf(path, sizeof path, "%s/.config/allmende/keys/%s", place->root, PROJECT);
    assert_int_equal(mode_of(path), 0700);
    assert_false(file_exists("keys-here"));
    assert_int_equal(setenv("HOME", "home", 1), 0);
    assert_false(key_save(&key, &place->project, &place->err));
    assert_int_equal(place->err.code, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_as_specified_gives_the_key_of_the_standard, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_saved_key_is_read_back_and_private, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_it_signs_is_valid_for_its_device_only, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_key_that_others_can_read_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_that_is_not_here_is_said_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_key_file_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(keys_are_listed_in_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_relative_folder_in_the_environment_is_ignored, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
