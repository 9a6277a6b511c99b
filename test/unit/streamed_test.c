/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A streamed table gives, bit for bit, what the same table in memory holds. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "learn/rng.h"
#include "learn/scan.h"
#include "read/columns.h"

/* Eight columns: whole numbers, decimals, rounded ones, words, words in quotes, late texts, numbers
 * with a slip, dates with times and a slip. */
static void write_rows(struct buf *out, uint64_t from, uint64_t end, char separator,
                       const char *line_end)
{
    static const char *const words[] = {"weir", "mill", "NA", "", " ford ", "Gr\xC3\xBC"};
    static const char *const quoted[] = {"\"a,;b\"", "\"line\nbreak\"", "\"say \"\"x\"\"\"",
                                         "plain"};
    for (uint64_t r = from; r < end; r++) {
        uint64_t w = rng_below(3, 1, r, COUNT_OF(words)), q = rng_below(3, 2, r, 300);
        buf_printf(out, "%llu%c", (unsigned long long)rng_below(3, 3, r, 1000), separator);
        buf_printf(out, "-%llu.%02llu%c", (unsigned long long)rng_below(3, 4, r, 90),
                   (unsigned long long)rng_below(3, 5, r, 100), separator);
        buf_printf(out, "%s%c", r % 1000 == 7 ? "-2.5e-17" : r % 3 ? "12345.5" : "NA", separator);
        buf_printf(out, "%s%c%s%c", words[w], separator, quoted[q < 4 ? q : 3], separator);
        buf_printf(out, "%s%c", r > 6000 && r % 20 == 0 ? "late" : r % 2 ? "01" : "1", separator);
        buf_printf(out, "%s%c", r == 6000 ? "slip" : "1.5", separator);
        buf_printf(out, r == 7000 ? "soon" : "%llu.5.%llu 6:05:00.5",
                   (unsigned long long)(1 + r % 31), (unsigned long long)(2000 + r % 20));
        buf_text(out, line_end);
        if (r % 700 == 50)
            buf_printf(out, "1%c2%s", separator, line_end);
    }
}

static void widen(struct buf *text)
{
    struct buf wide = BUF_INIT;
    buf_text(&wide, "\xFE\xFF");
    for (size_t i = 0; i < text->n; i++) {
        bool two = (unsigned char)text->at[i] == 0xC3;
        buf_char(&wide, '\0');
        buf_char(&wide, two ? '\xFC' : text->at[i]);
        i += two;
    }
    buf_release(text);
    *text = wide;
}

struct given {
    struct csv_dialect dialect;
    struct buf text[3];
    struct str view[3];
    struct bytes bytes[3];
    struct columns_part part[3];
    size_t parts;
    uint8_t emptied[9000];
};

static void give(struct given *g, struct csv_dialect dialect, const char *line_end,
                 const uint64_t *cut, size_t parts)
{
    static const char *const names[] = {"n", "d", "r", "w", "q", "l", "s", "t"};
    *g = (struct given){.dialect = dialect, .parts = parts};
    for (size_t i = 0; i < sizeof g->emptied; i += 97)
        g->emptied[i] = 1;
    for (size_t p = 0; p < parts; p++) {
        g->text[p] = (struct buf)BUF_INIT;
        for (size_t c = 0; c < COUNT_OF(names); c++)
            buf_printf(&g->text[p], "%s%c", names[c], c == 7 ? '\n' : dialect.separator);
        write_rows(&g->text[p], cut[p], cut[p + 1], dialect.separator, line_end);
        if (dialect.encoding == CSV_UTF16BE)
            widen(&g->text[p]);
        g->view[p] = buf_view(&g->text[p]);
        g->bytes[p] = bytes_of_str(&g->view[p]);
        g->part[p] =
            (struct columns_part){.bytes = &g->bytes[p],
                                  .options = {.dialect = &g->dialect,
                                              .emptied = p == 0 ? g->emptied : NULL,
                                              .emptied_n = p == 0 ? sizeof g->emptied : 0}};
    }
}

static void give_back(struct given *g)
{
    for (size_t p = 0; p < g->parts; p++)
        buf_release(&g->text[p]);
}

static struct columns open_it(const struct given *g, uint64_t memory_bytes, unsigned threads,
                              struct arena *arena)
{
    const struct cluster cluster = {.threads = threads};
    const struct columns_request request = {
        .part = g->part, .parts = g->parts, .cluster = &cluster, .memory_bytes = memory_bytes};
    struct columns ret = {.records = 0};
    struct err err = {0};
    if (!columns_open(&request, arena, &ret, &err))
        fail_msg("%s", err.what);
    return ret;
}

/* Whether parsed cells can be kept: they cannot where no temporary file can be made. */
static void keep(bool kept)
{
    if (kept)
        unsetenv("TMPDIR");
    else
        setenv("TMPDIR", "/nowhere/at/all", 1);
}

static void same_column(const struct column *a, const struct column *b, size_t rows)
{
    assert_true(str_eq(a->name, b->name));
    assert_int_equal(a->type, b->type);
    assert_int_equal(a->exponent, b->exponent);
    assert_int_equal(a->category_n, b->category_n);
    for (size_t k = 0; k < a->category_n; k++)
        assert_true(str_eq(a->category[k], b->category[k]));
    assert_memory_equal(a->missing, b->missing, rows);
    if (a->type == COLUMN_NUMBER)
        assert_memory_equal(a->mantissa, b->mantissa, rows * sizeof *a->mantissa);
    else
        assert_memory_equal(a->code, b->code, rows * sizeof *a->code);
}

static void same_columns(const struct columns *a, const struct columns *b)
{
    size_t pa, pb;
    assert_int_equal(a->table.rows, b->table.rows);
    assert_int_equal(a->table.column_n, b->table.column_n);
    assert_int_equal(a->records, b->records);
    assert_int_equal(a->rejected, b->rejected);
    assert_int_equal(a->fault_total, b->fault_total);
    assert_int_equal(a->cells_rejected, b->cells_rejected);
    for (size_t c = 0; c < a->table.column_n; c++)
        same_column(&a->table.column[c], &b->table.column[c], a->table.rows);
    for (size_t r = 0; r < a->table.rows; r++)
        assert_int_equal(columns_position(a, r, &pa), columns_position(b, r, &pb));
}

/* Load every other column, then the rest, so that a scan finds some in memory. */
static void load_all(struct columns *c, unsigned threads, struct arena *arena)
{
    const struct cluster cluster = {.threads = threads};
    struct err err = {0};
    for (size_t first = 0; first < 2; first++) {
        size_t want[20], n = 0;
        for (size_t i = first; i < c->table.column_n; i += 2)
            want[n++] = i;
        if (!scan_load(&c->table, want, n, &cluster, arena, &err))
            fail_msg("%s", err.what);
    }
}

static void streamed_equals_in_memory(void **state)
{
    static const struct {
        struct csv_dialect dialect;
        const char *line_end;
    } odd[] = {{{',', '"', '.', CSV_UTF8, true, 0}, "\n"},
               {{';', '"', '.', CSV_UTF8, true, 0}, "\r\n"},
               {{'\t', '"', '.', CSV_CP1252, true, 0}, "\n"},
               {{'|', '"', '.', CSV_UTF8, true, 0}, "\r"},
               {{';', '"', '.', CSV_UTF16BE, true, 2}, "\r\n"}};
    static const uint64_t whole[] = {0, 9000}, pieces[] = {0, 5000, 5001, 9000};
    (void)state;
    for (size_t d = 0; d < COUNT_OF(odd); d++) {
        for (size_t parts = 1; parts <= 3; parts += 2) {
            struct arena arena CLEANUP(arena_release) = {0};
            struct given g CLEANUP(give_back) = {.parts = 0};
            give(&g, odd[d].dialect, odd[d].line_end, parts == 1 ? whole : pieces, parts);
            struct columns in_memory = open_it(&g, UINT64_MAX, 1, &arena);
            assert_null(in_memory.table.source);
            assert_int_equal(in_memory.rejected, 13);
            assert_int_equal(in_memory.table.column[5].type, COLUMN_CATEGORY);
            assert_int_equal(in_memory.table.column[7].time, TIME_STAMP);
            assert_int_equal(in_memory.table.column_n, 10);
            assert_int_equal(in_memory.cells_rejected, 2);
            for (unsigned threads = 1; threads <= 3; threads++) {
                keep(false);
                struct columns parsed_anew = open_it(&g, 0, threads, &arena);
                load_all(&parsed_anew, threads, &arena);
                same_columns(&in_memory, &parsed_anew);
                keep(true);
                struct columns streamed = open_it(&g, 0, threads, &arena);
                assert_non_null(streamed.table.source);
                assert_null(streamed.table.column[0].missing);
                load_all(&streamed, threads, &arena);
                same_columns(&in_memory, &streamed);
                struct columns again = open_it(&g, UINT64_MAX, threads, &arena);
                same_columns(&in_memory, &again);
            }
        }
    }
}

/* Where the rows are cut into files changes nothing but positions. */
static void several_files_are_one_table(void **state)
{
    static const uint64_t whole[] = {0, 9000}, pieces[] = {0, 4096, 4200, 9000};
    static const struct csv_dialect dialect = {',', '"', '.', CSV_UTF8, true, 0};
    (void)state;
    struct arena arena CLEANUP(arena_release) = {0};
    struct given one CLEANUP(give_back) = {.parts = 0}, three CLEANUP(give_back) = {.parts = 0};
    give(&one, dialect, "\n", whole, 1);
    give(&three, dialect, "\n", pieces, 3);
    one.part[0].options.emptied_n = three.part[0].options.emptied_n = 0;
    struct columns a = open_it(&one, UINT64_MAX, 1, &arena);
    struct columns b = open_it(&three, 0, 2, &arena);
    load_all(&b, 2, &arena);
    assert_int_equal(a.table.rows, b.table.rows);
    for (size_t c = 0; c < a.table.column_n; c++)
        same_column(&a.table.column[c], &b.table.column[c], a.table.rows);
}

/* --- files that change ------------------------------------------------------------------------ */

static void a_file_that_changes_is_noticed(void **state)
{
    static const struct csv_dialect dialect = {',', '"', '.', CSV_UTF8, true, 0};
    static const char *const after[] = {"a,b\n1,2\n3,4\n5,6\n", "a,b\n1,2\n3\n", "a,b\n1,x\n3,4\n"};
    char path[] = "/tmp/allmende-test-XXXXXX";
    (void)state;
    keep(false);
    close(mkstemp(path));
    for (size_t i = 0; i < COUNT_OF(after); i++) {
        struct arena arena CLEANUP(arena_release) = {0};
        struct err err = {0};
        struct bytes bytes;
        struct columns c;
        const size_t want[] = {0, 1};
        assert_true(file_write(path, STR("a,b\n1,2\n3,4\n"), 0600, &err));
        assert_true(bytes_of_file(path, &arena, &bytes, &err));
        const struct columns_part part = {.bytes = &bytes, .options = {.dialect = &dialect}};
        const struct columns_request request = {.part = &part, .parts = 1};
        assert_true(columns_open(&request, &arena, &c, &err));
        assert_true(file_write(path, str_of(after[i]), 0600, &err));
        assert_false(scan_load(&c.table, want, 2, &(struct cluster){.threads = 1}, &arena, &err));
        assert_int_equal(err.code, ERR_IO);
        assert_non_null(strstr(err.what, "has changed"));
        assert_true(err.next[0] != '\0');
    }
    keep(true);
    unlink(path);
}

/* The same where the system does not tell: memory that is written to. */
static void bytes_that_change_unnoticed_never_give_wrong_cells(void **state)
{
    static const struct csv_dialect dialect = {',', '"', '.', CSV_UTF8, true, 0};
    static const char *const after[] = {"a,b\n1,2\n3,x\n", "a,b\n1,2\n3;4\n", "a,b\n1,2\n,,,\n",
                                        "a,b\n1,2\n\n\n\n\n", "a,b\n\"1,2\n3,4"};
    (void)state;
    keep(false);
    for (size_t i = 0; i < COUNT_OF(after); i++) {
        struct arena arena CLEANUP(arena_release) = {0};
        struct err err = {0};
        char text[] = "a,b\n1,2\n3,4\n";
        struct str view = {text, sizeof text - 1};
        struct bytes bytes = bytes_of_str(&view);
        struct columns c;
        const size_t want[] = {0, 1};
        const struct columns_part part = {.bytes = &bytes, .options = {.dialect = &dialect}};
        const struct columns_request request = {.part = &part, .parts = 1};
        assert_true(columns_open(&request, &arena, &c, &err));
        assert_int_equal(strlen(after[i]), view.n);
        memcpy(text, after[i], view.n);
        assert_false(scan_load(&c.table, want, 2, &(struct cluster){.threads = 1}, &arena, &err));
        assert_int_equal(err.code, ERR_IO);
    }
    keep(true);
}

/* --- memory ----------------------------------------------------------------------------------- */

static void count_rows(void *context, const struct scan_block *block, unsigned slot)
{
    uint64_t *rows = context;
    (void)slot;
    *rows += block->n;
}

/* In a process of its own: what it took at most, in MiB beyond what it had at first. */
static int scan_in_child(const char *path)
{
    struct rusage before, after;
    struct arena arena = {0};
    struct err err = {0};
    struct bytes bytes;
    struct csv_dialect dialect;
    struct columns c;
    uint64_t rows = 0;
    const struct cluster cluster = {.threads = 1};
    getrusage(RUSAGE_SELF, &before);
    if (!bytes_of_file(path, &arena, &bytes, &err) || !csv_propose_bytes(&bytes, &dialect, &err))
        return 255;
    const struct columns_part part = {.bytes = &bytes, .options = {.dialect = &dialect}};
    const struct columns_request request = {.part = &part, .parts = 1};
    size_t want[30];
    for (size_t i = 0; i < 30; i++)
        want[i] = i;
    if (!columns_open(&request, &arena, &c, &err) || c.table.column_n != 30)
        return 254;
    const struct scan scan = {.table = &c.table,
                              .want = want,
                              .want_n = 30,
                              .cluster = &cluster,
                              .work = count_rows,
                              .context = &rows};
    if (!scan_run(&scan, &err) || rows != c.table.rows)
        return 253;
    getrusage(RUSAGE_SELF, &after);
    arena_release(&arena);
    return (int)((after.ru_maxrss - before.ru_maxrss) / 1024);
}

static void memory_stays_bounded(void **state)
{
    char path[] = "/tmp/allmende-test-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    int status;
    (void)state;
    for (int row = -1; row < 250000; row++) /* 50 MB; 70 MB as a table in memory */
        for (int c = 0; c < 30; c++)
            fprintf(file, row < 0 ? "c%d%s" : "%d.25%s", row < 0 ? c : row % 997 + c,
                    c == 29 ? "\n" : ",");
    assert_int_equal(fclose(file), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(scan_in_child(path));
    waitpid(child, &status, 0);
    unlink(path);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) > 16)
        fail_msg("%d MiB", WEXITSTATUS(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streamed_equals_in_memory),
        cmocka_unit_test(several_files_are_one_table),
        cmocka_unit_test(a_file_that_changes_is_noticed),
        cmocka_unit_test(bytes_that_change_unnoticed_never_give_wrong_cells),
        cmocka_unit_test(memory_stays_bounded),
    };
    return cmocka_run_group_tests_name("streamed", tests, NULL, NULL);
}
