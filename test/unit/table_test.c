/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "learn/digest.h"
#include "unit/tables.h"

static struct hash digest_of(const struct dataset *data)
{
    static const struct cluster two = {.threads = 2};
    struct hash digest;
    struct err err = {0};
    if (!dataset_digest(data, &two, &digest, &err))
        fail_msg("%s", err.what);
    return digest;
}

/* The worked example of docs/format/model.md. */
static struct table lakes(struct arena *arena)
{
    struct table table = tables_new(arena, 3, 3);
    tables_number(arena, &table, "year", 0, (const int64_t[]){1999, 2004, 2011});
    tables_number(arena, &table, "ice", -1, (const int64_t[]){125, GAP, -30})->unit = STR("d");
    tables_category(arena, &table, "lake", (const char *const[]){"Ammersee", "Schliersee", NULL},
                    (const char *const[]){"Schliersee", "Ammersee", NULL});
    return table;
}

static void the_digest_is_that_of_the_worked_example(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = lakes(&arena);
    const uint8_t part[] = {PART_TRAIN, PART_OUT, PART_TEST};
    struct dataset data = {&table, 1, (const size_t[]){2, 0}, 2, part, NULL, 0};
    struct hash digest = digest_of(&data);
    /* test/vector/digest.py */
    assert_string_equal(hash_hex(&digest).at,
                        "7761221d2103c693e7dc913eb46a23bf3a1b96bfce100209b07e618937848503");
    arena_release(&arena);
}

static void blocks_take_as_few_bytes_as_they_need(void **state)
{
    (void)state;
    enum { LONG = 10000 };
    struct arena arena = {0};
    struct table table = tables_new(&arena, LONG, 1);
    int64_t *value = arena_get(&arena, LONG, sizeof *value);
    const uint8_t *part = arena_get(&arena, LONG, 1);
    /* blocks of 1, 2 and 8 bytes a value; every seventh cell of the last one is missing */
    for (int64_t r = 0; r < LONG; r++)
        value[r] = r < 4096 ? r % 200 - 100 : r < 8192 ? r - 4096 : r % 7 ? r << 33 : GAP;
    tables_number(&arena, &table, "x", -3, value);
    struct dataset data = {&table, 0, NULL, 0, part, NULL, 0};
    struct hash digest = digest_of(&data);
    /* test/vector/digest.py */
    assert_string_equal(hash_hex(&digest).at,
                        "9713c80786a0bc034922a6e285cffb105b1c40f0346a28df23099be68c00fc8c");
    arena_release(&arena);
}

static void every_piece_of_content_changes_the_digest(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = lakes(&arena);
    uint8_t part[] = {PART_TRAIN, PART_OUT, PART_TEST};
    struct dataset data = {&table, 1, (const size_t[]){2, 0}, 2, part, NULL, 0};
    struct hash before = digest_of(&data), after;
    table.column[0].mantissa[2]++;
    after = digest_of(&data);
    assert_false(hash_eq(&before, &after));
    table.column[0].mantissa[2]--;
    part[1] = PART_TRAIN;
    after = digest_of(&data);
    assert_false(hash_eq(&before, &after));
    part[1] = PART_OUT;
    table.column[1].unit = STR("h");
    after = digest_of(&data);
    assert_false(hash_eq(&before, &after));
    table.column[1].unit = STR("d");
    after = digest_of(&data);
    assert_true(hash_eq(&before, &after));
    arena_release(&arena);
}

static void the_order_of_columns_in_the_file_does_not_matter(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = lakes(&arena), turned = table;
    const uint8_t part[] = {PART_TRAIN, PART_OUT, PART_TEST};
    turned.column = (struct column[]){table.column[2], table.column[0], table.column[1]};
    struct dataset a = {&table, 1, (const size_t[]){2, 0}, 2, part, NULL, 0};
    struct dataset b = {&turned, 2, (const size_t[]){0, 1}, 2, part, NULL, 0};
    struct hash one = digest_of(&a), other = digest_of(&b);
    assert_true(hash_eq(&one, &other));
    arena_release(&arena);
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = lakes(&arena);
    assert_int_equal(table_find(&table, STR("lake")), 2);
    assert_int_equal(table_find(&table, STR("Lake")), 3);
    arena_release(&arena);
}

static void cells_are_the_nearest_doubles(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct table table = tables_new(&arena, 2, 4);
    const int64_t values[] = {1, 123456789012345679}, three[] = {-3, 7};
    const int exponents[] = {-1, 0, -30, 22};
    for (int i = 0; i < 4; i++)
        tables_number(&arena, &table, "x", exponents[i], i < 2 ? values : three);
    assert_true(column_value(&table.column[0], 0) == 0.1);
    assert_true(column_value(&table.column[1], 1) == 123456789012345679.0);
    assert_true(column_value(&table.column[2], 0) == -3e-30);
    assert_true(column_value(&table.column[3], 1) == 7e22);
    arena_release(&arena);
}

static void broken_tables_are_named_by_their_column(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (int fault = 0; fault <= 8; fault++) {
        struct table table = lakes(&arena);
        struct column *ice = &table.column[1], *lake = &table.column[2];
        struct err err = {0};
        switch (fault) {
        case 1: /* not minimal: 1250, 0, -300 with two places */
            ice->mantissa[0] *= 10;
            ice->mantissa[2] *= 10;
            break;
        case 2:
            ice->mantissa[1] = 1;
            break;
        case 3:
            ice->name = STR("year");
            break;
        case 4:
            ice->name = STR("i\xC0\xAF");
            break;
        case 5:
            lake->code[0] = 2;
            break;
        case 6:
            lake->code[0] = 0; /* nobody is at Schliersee */
            break;
        case 7:
            lake->category[1] = STR("Ammersee");
            break;
        case 8:
            ice->mantissa[0] = MANTISSA_MAX + 1;
            break;
        default:
            break;
        }
        assert_int_equal(table_check(&table, &err), fault == 0);
        assert_int_equal(err.code, fault ? ERR_CORRUPT : ERR_NONE);
    }
    arena_release(&arena);
}

static void groups_are_numbered_by_first_appearance(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct str keys[] = {STR("weir"), STR("brook"), STR("weir"),
                               STR(""),     STR("brook"), STR("ford")};
    const uint32_t expected[] = {0, 1, 0, 2, 1, 3};
    uint32_t *group;
    assert_int_equal(group_number(&arena, keys, 6, &group), 4);
    assert_memory_equal(group, expected, sizeof expected);
    assert_int_equal(group_number(&arena, keys, 0, &group), 0);
    arena_release(&arena);
}

static void numbers_become_classes_by_their_exact_text(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    struct table table = tables_new(&arena, 6, 1);
    struct column *column =
        tables_number(&arena, &table, "grade", -1, (const int64_t[]){100, 25, GAP, -5, 100, 0});
    assert_true(table_as_category(&arena, &table, 0, &err));
    static const char *const texts[] = {"-0.5", "0", "10", "2.5"}; /* byte order */
    const uint32_t codes[] = {2, 3, 0, 0, 2, 1};
    assert_int_equal(column->category_n, 4);
    for (size_t k = 0; k < 4; k++)
        assert_true(str_eq(column->category[k], str_of(texts[k])));
    assert_memory_equal(column->code, codes, sizeof codes);
    assert_true(table_check(&table, &err));
    arena_release(&arena);
}

static void too_many_different_numbers_are_no_classes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct err err = {0};
    static int64_t values[CLASSES_MAX + 1];
    for (int i = 0; i <= CLASSES_MAX; i++)
        values[i] = (i * 37) % (CLASSES_MAX + 1);
    struct table table = tables_new(&arena, CLASSES_MAX + 1, 1);
    tables_number(&arena, &table, "id", 0, values);
    assert_false(table_as_category(&arena, &table, 0, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_int_equal(table.column[0].type, COLUMN_NUMBER);
    table.rows = CLASSES_MAX;
    assert_true(table_as_category(&arena, &table, 0, &err));
    assert_int_equal(table.column[0].category_n, CLASSES_MAX);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_digest_is_that_of_the_worked_example),
        cmocka_unit_test(blocks_take_as_few_bytes_as_they_need),
        cmocka_unit_test(every_piece_of_content_changes_the_digest),
        cmocka_unit_test(the_order_of_columns_in_the_file_does_not_matter),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(cells_are_the_nearest_doubles),
        cmocka_unit_test(broken_tables_are_named_by_their_column),
        cmocka_unit_test(groups_are_numbered_by_first_appearance),
        cmocka_unit_test(numbers_become_classes_by_their_exact_text),
        cmocka_unit_test(too_many_different_numbers_are_no_classes),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
