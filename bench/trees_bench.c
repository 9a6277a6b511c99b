/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees alone, without the reading of real tables:
 *
 *     trees_bench ALGORITHM TRAIN.csv TEST.csv [THREADS]
 *
 * on tables as ../shared/peers/gentable.c writes them (numbers with four decimals, a letter, 0 or
 * 1). The tables are streamed: a scan reads the file again. Prints CPU seconds by phase (reading
 * apart), the accuracy on the test table, the model's hash and the peak of memory.
 * Build: see tools/tools.mk, `make $(B)/bench/trees_bench`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"
#include "learn/train.h"

enum { NUMBERS = 28, COLUMNS = NUMBERS + 2, LETTERS = 12, LINE = 1024 };

static double reading_s;

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double wall_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct file {
    struct table_source source; /* first: it is the source that scans get */
    const char *path;
};

/* One line into row r of the columns. */
static void parse(const char *at, struct column *column, size_t r)
{
    for (size_t c = 0; c < COLUMNS; c++, at++) {
        column[c].missing[r] = *at == ',';
        if (c >= NUMBERS) {
            column[c].code[r] = (uint32_t)(*at++ - (c == NUMBERS ? 'A' : '0'));
            continue;
        }
        bool negative = *at == '-';
        int64_t m = 0;
        for (at += negative; *at != ','; at++)
            if (*at != '.')
                m = m * 10 + (*at - '0');
        column[c].mantissa[r] = negative ? -m : m;
    }
}

static bool scan_file(const struct table_source *source, const struct scan *scan, struct err *err)
{
    const struct file *file = (const struct file *)(const void *)source;
    FILE *f = fopen(file->path, "r");
    char line[LINE];
    struct column column[COLUMNS];
    double start = now_s();
    (void)err;
    BUG_IF(!f || !fgets(line, LINE, f));
    for (size_t c = 0; c < COLUMNS; c++) {
        column[c] = scan->table->column[c];
        column[c].missing = mem_get(SCAN_BLOCK_ROWS, 1);
        column[c].mantissa = mem_get(SCAN_BLOCK_ROWS, sizeof(int64_t));
        column[c].code = mem_get(SCAN_BLOCK_ROWS, sizeof(uint32_t));
    }
    for (size_t number = 0; number < scan_blocks(scan->table); number++) {
        size_t n = 0;
        while (n < SCAN_BLOCK_ROWS && fgets(line, LINE, f))
            parse(line, column, n++);
        reading_s += now_s() - start;
        scan->work(scan->context, &(struct scan_block){number, number * SCAN_BLOCK_ROWS, n, column},
                   0);
        start = now_s();
    }
    for (size_t c = 0; c < COLUMNS; c++) {
        free(column[c].missing);
        free(column[c].mantissa);
        free(column[c].code);
    }
    fclose(f);
    return true;
}

static struct table open_table(struct file *file, struct arena *arena)
{
    struct table table = {.column_n = COLUMNS, .source = &file->source};
    FILE *f = fopen(file->path, "r");
    char line[LINE];
    BUG_IF(!f || !fgets(line, LINE, f));
    while (fgets(line, LINE, f))
        table.rows++;
    fclose(f);
    table.column = arena_get(arena, COLUMNS, sizeof *table.column);
    for (size_t c = 0; c < COLUMNS; c++) {
        struct column *column = &table.column[c];
        column->name = str_of(arena_printf(arena, c == NUMBERS + 1 ? "y" : "f%02zu", c));
        column->exponent = -4;
        if (c < NUMBERS)
            continue;
        column->type = COLUMN_CATEGORY;
        column->category_n = c == NUMBERS ? LETTERS : 2;
        column->category = arena_get(arena, LETTERS, sizeof *column->category);
        for (size_t k = 0; k < column->category_n; k++)
            column->category[k] =
                str_of(arena_printf(arena, "%c", (c == NUMBERS ? 'A' : '0') + (int)k));
    }
    return table;
}

static double accuracy(const struct model *model, struct table *table,
                       const struct cluster *cluster)
{
    CLEANUP(mem_free) size_t *row = mem_get(table->rows, sizeof *row);
    CLEANUP(mem_free) uint32_t *answer = mem_get(table->rows, sizeof *answer);
    struct err err = {0};
    size_t right = 0;
    for (size_t r = 0; r < table->rows; r++)
        row[r] = r;
    BUG_IF(!model_predict(model, table, cluster, &(struct predict_rows){row, table->rows},
                          &(struct prediction){.class_index = answer}, &err));
    for (size_t r = 0; r < table->rows; r++)
        right += answer[r] == table->column[NUMBERS + 1].code[r];
    return (double)right / (double)table->rows;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: trees_bench ALGORITHM TRAIN.csv TEST.csv [THREADS]\n", stderr);
        return 2;
    }
    CLEANUP(arena_release) struct arena arena = {0};
    struct err err = {0};
    struct file train = {{scan_file}, argv[2]}, test = {{scan_file}, argv[3]};
    struct table table = open_table(&train, &arena), other = open_table(&test, &arena);
    const struct cluster cluster = {.threads = argc > 4 ? (unsigned)atoi(argv[4]) : 1};
    const size_t target = NUMBERS + 1;
    size_t feature[NUMBERS + 1];
    for (size_t c = 0; c < COUNT_OF(feature); c++)
        feature[c] = c;
    BUG_IF(!scan_load(&table, &target, 1, &cluster, &arena, &err) ||
           !scan_load(&other, &target, 1, &cluster, &arena, &err));
    uint8_t *part = arena_get(&arena, table.rows, 1);
    struct dataset data = {&table, target, feature, COUNT_OF(feature), part, NULL, 0};
    struct training how = {.fold = part, .leave_out = 1, .cluster = &cluster}; /* no digest */
    const struct algorithm *algorithm = train_algorithm(str_of(argv[1]));
    struct model model;
    reading_s = 0;
    double start = now_s(), wall = wall_s();
    BUG_IF(!algorithm || !algorithm->train(&data, &how, &arena, &model, &err));
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("train %.2f s (wall %.2f), of it reading %.2f; %ld MiB\n", now_s() - start,
           wall_s() - wall, reading_s, usage.ru_maxrss >> 10);
    reading_s = 0;
    start = now_s();
    double share = accuracy(&model, &other, &cluster);
    printf("predict %.2f s, of it reading %.2f\n", now_s() - start, reading_s);
    struct hash id = model_id(&model);
    printf("accuracy %.4f model %s\n", share, hash_hex(&id).at);
    return 0;
}
