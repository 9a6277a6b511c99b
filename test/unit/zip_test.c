/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stored archive, byte by byte from the form's own text, and read by libarchive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>

#include "publish/zip.h"

/* APPNOTE 6.3.10, by hand; the CRC-32 of "123456789" is CBF43926 in every catalogue of them. */
static void an_archive_of_one_member_has_these_bytes(void **state)
{
    static const unsigned char want[] = {
        'P',  'K',  3,   4,   20,  0,   0,    0,   0,    0,    0,    0,    0x21, 0, 0x26, 0x39,
        0xf4, 0xcb, 9,   0,   0,   0,   9,    0,   0,    0,    1,    0,    0,    0, 'a',  '1',
        '2',  '3',  '4', '5', '6', '7', '8',  '9', 'P',  'K',  1,    2,    20,   0, 20,   0,
        0,    0,    0,   0,   0,   0,   0x21, 0,   0x26, 0x39, 0xf4, 0xcb, 9,    0, 0,    0,
        9,    0,    0,   0,   1,   0,   0,    0,   0,    0,    0,    0,    0,    0, 0,    0,
        0,    0,    0,   0,   0,   0,   'a',  'P', 'K',  5,    6,    0,    0,    0, 0,    1,
        0,    1,    0,   47,  0,   0,   0,    40,  0,    0,    0,    0,    0};
    CLEANUP(zip_release) struct zip zip = {.out = BUF_INIT};
    (void)state;
    assert_true(zip_add(&zip, "a", STR("123456789")));
    zip_end(&zip);
    assert_int_equal(zip.out.n, sizeof want);
    assert_memory_equal(zip.out.at, want, sizeof want);
}

static void libarchive_reads_what_was_put(void **state)
{
    CLEANUP(zip_release) struct zip zip = {.out = BUF_INIT};
    struct archive_entry *entry;
    char text[16];
    (void)state;
    assert_true(zip_add(&zip, "meta.xml", STR("<a/>")));
    assert_true(zip_add(&zip, "empty.csv", STR("")));
    zip_end(&zip);
    struct archive *in = archive_read_new();
    assert_int_equal(archive_read_support_format_zip(in), ARCHIVE_OK);
    assert_int_equal(archive_read_open_memory(in, zip.out.at, zip.out.n), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(in, &entry), ARCHIVE_OK);
    assert_string_equal(archive_entry_pathname(entry), "meta.xml");
    assert_int_equal(archive_read_data(in, text, sizeof text), 4);
    assert_memory_equal(text, "<a/>", 4);
    assert_int_equal(archive_read_next_header(in, &entry), ARCHIVE_OK);
    assert_string_equal(archive_entry_pathname(entry), "empty.csv");
    assert_int_equal(archive_entry_size(entry), 0);
    assert_int_equal(archive_read_next_header(in, &entry), ARCHIVE_EOF);
    archive_read_free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_archive_of_one_member_has_these_bytes),
        cmocka_unit_test(libarchive_reads_what_was_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
