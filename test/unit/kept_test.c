/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of a table is what parsing its text gives: the twin of all of it is a table that is
 * read where no temporary file can be made. */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "learn/rng.h"
#include "learn/scan.h"
#include "read/columns.h"
#include "read/kept.h"

static void keep(bool kept)
{
    if (kept)
        unsetenv("TMPDIR");
    else
        setenv("TMPDIR", "/nowhere/at/all", 1);
}

/* --- packing ---------------------------------------------------------------------------------- */

enum { ROWS = 4096 };

/* There and back, under an exponent that is `lower` less. */
static void there_and_back(const int64_t *value, const uint8_t *missing, size_t n, int lower,
                           size_t expected_bytes)
{
    static const int64_t ten[] = {1, 10, 100};
    static int64_t mantissa[ROWS];
    static uint8_t gone[ROWS];
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf packed CLEANUP(buf_release) = BUF_INIT, scratch CLEANUP(buf_release) = BUF_INIT;
    struct kept_file *file = kept_file_new(&arena, 1);
    struct kept_cells cells[2];
    assert_non_null(file);
    int64_t same[ROWS];
    memcpy(same, value, n * sizeof *same);
    const struct column from = {.exponent = -1, .mantissa = same, .missing = gone};
    memcpy(gone, missing, n);
    kept_pack(&from, n, &packed, &cells[0]);
    kept_pack(&from, n, &packed, &cells[1]);
    assert_int_equal(cells[0].bytes, expected_bytes);
    kept_write(file, &packed, cells, 2);
    assert_int_equal(packed.n, 0);
    memset(gone, 7, sizeof gone);
    const struct column to = {.exponent = -1 - lower, .mantissa = mantissa, .missing = gone};
    for (size_t k = 0; k < 2; k++) {
        memset(mantissa, 0x55, sizeof mantissa);
        assert_true(kept_read(file, &cells[k], &scratch, &to));
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(gone[i], missing[i]);
            assert_true(mantissa[i] == (missing[i] ? 0 : value[i] * ten[lower]));
        }
    }
}

static void numbers_come_back(void **state)
{
    static const struct {
        int64_t low, high;
        size_t bytes;
    } ends[] = {{7, 7, 0},
                {-3, 252, 1},
                {-3, 253, 2},
                {1000000, 1065535, 2},
                {1000000, 1065536, 4},
                {-1, 4294967294, 4},
                {-1, 4294967295, 8},
                {-MANTISSA_MAX, MANTISSA_MAX, 8}};
    static int64_t value[ROWS];
    static uint8_t missing[ROWS];
    (void)state;
    for (size_t e = 0; e < COUNT_OF(ends); e++) {
        for (size_t n = 1; n <= ROWS; n = n < 20 ? n + 1 : n + 1019) {
            for (size_t i = 0; i < n; i++) {
                value[i] = rng_u64(e, 1, i) % 2 ? ends[e].low : ends[e].high;
                missing[i] = n > 3 && rng_u64(e, 2, i) % 5 == 0;
            }
            size_t last = n > 3 ? n - 1 : 0;
            value[0] = ends[e].low;
            value[last] = n > 1 ? ends[e].high : ends[e].low;
            missing[0] = missing[last] = 0;
            bool all = n > 3 || ends[e].bytes == 0;
            if (all)
                there_and_back(value, missing, n, ends[e].high < 1000000000 ? 2 : 0, ends[e].bytes);
        }
    }
    memset(missing, 1, sizeof missing);
    there_and_back(value, missing, 100, 0, 0);
}

static void codes_come_back(void **state)
{
    static uint32_t code[ROWS], back[ROWS];
    static uint8_t missing[ROWS], gone[ROWS];
    struct arena arena CLEANUP(arena_release) = {0};
    struct buf packed CLEANUP(buf_release) = BUF_INIT, scratch CLEANUP(buf_release) = BUF_INIT;
    struct kept_file *file = kept_file_new(&arena, 1);
    (void)state;
    for (uint32_t most = 1; most && most < UINT32_MAX / 8; most *= 7) {
        struct kept_cells cells;
        for (size_t i = 0; i < ROWS; i++) {
            missing[i] = i % 50 == 49;
            code[i] = missing[i] ? 0 : (uint32_t)rng_below(most, 3, i, most);
        }
        const struct column from = {.type = COLUMN_CATEGORY, .code = code, .missing = missing};
        const struct column to = {.type = COLUMN_CATEGORY, .code = back, .missing = gone};
        kept_pack(&from, ROWS, &packed, &cells);
        kept_write(file, &packed, &cells, 1);
        assert_true(kept_read(file, &cells, &scratch, &to));
        assert_memory_equal(code, back, sizeof code);
        assert_memory_equal(missing, gone, sizeof gone);
    }
}

static void only_the_process_that_made_it_goes_on(void **state)
{
    struct arena arena CLEANUP(arena_release) = {0};
    int status;
    (void)state;
    struct kept_file *file = kept_file_new(&arena, 1);
    assert_true(kept_goes_on(file));
    pid_t child = fork();
    if (child == 0)
        _exit(kept_goes_on(file));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_false(kept_goes_on(NULL));
    assert_null(kept_file_new(&arena, UINT64_MAX / 2)); /* no disk has so much room */
    keep(false);
    assert_null(kept_file_new(&arena, 1));
    keep(true);
}

/* --- tables ----------------------------------------------------------------------------------- */

enum { TABLE_ROWS = 13000, COLUMNS = 14 };

/* Columns in which something happens late: 0 zeros at the end, 1 more digits in the last block,
 * 2 18 digits, 3 deep numbers, 4 exponents, 5 few values, 6 nothing at all, 7 signs and leading
 * zeros, 8 a word for "missing", 9 texts in the last block, 10 a slip, 11 all multiples of 100,
 * 12 days, 13 texts. */
static void write_cell(struct buf *out, size_t c, uint64_t r)
{
    static const char *const signs[] = {"-0", "+5", "007.50", ".5", "-.25", " 3 ", "", "NA"};
    int v = (int)rng_below(5, c, r, 2000) - 1000;
    if (c == 0)
        buf_printf(out, "%d.%s", v, r % 3 ? "0" : "00");
    else if (c == 1)
        buf_printf(out, r > 12500 ? "%d.125" : "%d.50", v);
    else if (c == 2)
        buf_printf(out, "%d", r % 999 ? v : v * 1000000);
    else if (c == 3)
        buf_printf(out, r == 9000 ? "0.00000000000000012345" : "%d.5", v);
    else if (c == 4)
        buf_printf(out, r % 40 ? "%d" : "%de2", v);
    else if (c == 5)
        buf_printf(out, "%d", v % 2);
    else if (c == 7)
        buf_text(out, signs[r % COUNT_OF(signs)]);
    else if (c == 8)
        buf_printf(out, r % 9 ? "%d" : "-200.0", v);
    else if (c == 9)
        buf_printf(out, r >= 12500 ? "x%d" : "%d", v % 40);
    else if (c == 10)
        buf_printf(out, r == 7000 ? "1o5" : "%d", v);
    else if (c == 11)
        buf_printf(out, "%d", r == 0 ? 0 : 100 * v);
    else if (c == 12)
        buf_printf(out, "2021-%02d-%02d", (int)(1 + r % 12), (int)(1 + r % 28));
    else if (c == 13)
        buf_printf(out, r % 20 ? "k%d" : "\"k,%d\"", v % 50);
}

static void write_table(struct buf *out)
{
    for (size_t c = 0; c < COLUMNS; c++)
        buf_printf(out, "c%zu%c", c, c + 1 == COLUMNS ? '\n' : ',');
    for (uint64_t r = 0; r < TABLE_ROWS; r++)
        for (size_t c = 0; c < COLUMNS; c++) {
            write_cell(out, c, r);
            buf_char(out, c + 1 == COLUMNS ? '\n' : ',');
        }
}

static struct columns open_table(const struct columns_part *part, size_t parts,
                                 uint64_t memory_bytes, unsigned threads, struct arena *arena)
{
    const struct cluster cluster = {.threads = threads};
    const struct columns_request request = {
        .part = part, .parts = parts, .cluster = &cluster, .memory_bytes = memory_bytes};
    struct columns ret = {.records = 0};
    struct err err = {0};
    if (!columns_open(&request, arena, &ret, &err))
        fail_msg("%s", err.what);
    size_t want[2 * COLUMNS];
    for (size_t c = 0; c < ret.table.column_n; c++)
        want[c] = c;
    for (size_t first = 0; first < ret.table.column_n; first += 3) {
        size_t n = ret.table.column_n - first < 3 ? ret.table.column_n - first : 3;
        assert_true(scan_load(&ret.table, want + first, n, &cluster, arena, &err));
    }
    return ret;
}

static void same_tables(const struct columns *a, const struct columns *b)
{
    assert_int_equal(a->table.rows, b->table.rows);
    assert_int_equal(a->table.column_n, b->table.column_n);
    assert_int_equal(a->fault_total, b->fault_total);
    for (size_t c = 0; c < a->table.column_n; c++) {
        const struct column *x = &a->table.column[c], *y = &b->table.column[c];
        size_t n = a->table.rows;
        assert_int_equal(x->type, y->type);
        assert_int_equal(x->exponent, y->exponent);
        assert_memory_equal(x->missing, y->missing, n);
        if (x->type == COLUMN_NUMBER)
            assert_memory_equal(x->mantissa, y->mantissa, n * sizeof *x->mantissa);
        else
            assert_memory_equal(x->code, y->code, n * sizeof *x->code);
    }
}

static void kept_cells_are_those_of_the_text(void **state)
{
    static const struct csv_dialect dialect = {',', '"', '.', CSV_UTF8, true, 0};
    static const struct str missing[] = {{"c8=-200", 7}};
    struct buf text CLEANUP(buf_release) = BUF_INIT;
    struct arena arena CLEANUP(arena_release) = {0};
    struct columns_part part[3];
    (void)state;
    write_table(&text);
    struct str view = buf_view(&text);
    const struct bytes bytes = bytes_of_str(&view);
    for (size_t p = 0; p < 3; p++)
        part[p] = (struct columns_part){
            .bytes = &bytes, .options = {.dialect = &dialect, .missing = missing, .missing_n = 1}};
    for (size_t parts = 1; parts <= 3; parts += 2) {
        keep(false);
        struct columns expected = open_table(part, parts, UINT64_MAX, 1, &arena);
        struct columns anew = open_table(part, parts, 0, 2, &arena);
        assert_int_equal(expected.table.column[9].type, COLUMN_CATEGORY);
        assert_int_equal(expected.table.column[0].exponent, 0);
        assert_int_equal(expected.table.column[1].exponent, -3);
        assert_int_equal(expected.table.column[11].exponent, 2);
        same_tables(&expected, &anew);
        keep(true);
        for (unsigned threads = 1; threads <= 3; threads++) {
            struct columns streamed = open_table(part, parts, 0, threads, &arena);
            same_tables(&expected, &streamed);
            struct columns in_memory = open_table(part, parts, UINT64_MAX, threads, &arena);
            same_tables(&expected, &in_memory);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(codes_come_back),
        cmocka_unit_test(only_the_process_that_made_it_goes_on),
        cmocka_unit_test(kept_cells_are_those_of_the_text),
    };
    return cmocka_run_group_tests_name("kept", tests, NULL, NULL);
}
