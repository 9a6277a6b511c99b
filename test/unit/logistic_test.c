/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Probabilities of the small table: scikit-learn 1.2.1, run once by test/vector/logistic.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include <math.h>

#include "base/mem.h"
#include "cluster/ranks.h"
#include "learn/descent.h"
#include "learn/logistic_rows.h"
#include "learn/real.h"
#include "learn/rng.h"
#include "learn/train.h"
#include "unit/tables.h"

enum { ROWS = 10, MANY = 5000 };

static const uint8_t part[ROWS] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
static const size_t features[] = {0, 1, 2, 3};
static const struct cluster alone = {.threads = 1};
static const struct training one_thread = {.cluster = &alone};

/* Columns 0 … 3 are features (k is constant), 4 and 5 classes. */
static struct table small(struct arena *arena)
{
    struct table table = tables_new(arena, ROWS, 6);
    tables_number(arena, &table, "a", -1,
                  (const int64_t[]){12, 15, GAP, 30, 21, 18, 27, 9, 33, 24});
    tables_number(arena, &table, "b", 0, (const int64_t[]){3, 1, 4, 1, 5, 9, 2, 6, 5, 3});
    tables_category(arena, &table, "c", (const char *const[]){"w", "x", "y", "z", NULL},
                    (const char *const[]){"x", "y", "z", "x", "y", "x", "x", "y", "z", "w"});
    tables_number(arena, &table, "k", 0, (const int64_t[]){7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
    tables_category(arena, &table, "three", (const char *const[]){"p", "q", "r", NULL},
                    (const char *const[]){"p", "q", "r", "q", "p", "r", "q", "p", "q", "r"});
    tables_category(arena, &table, "two", (const char *const[]){"n", "y", NULL},
                    (const char *const[]){"n", "y", "n", "n", "y", "n", "y", "y", "y", "n"});
    return table;
}

/* Train, and give the probabilities of all rows: score (rows, classes). */
static void train_and_score(const struct dataset *data, const struct training *how,
                            struct arena *arena, struct model *model, double **ret_score)
{
    struct err err = {0};
    size_t n = data->table->rows;
    assert_true(train_logistic(data, how, arena, model, &err));
    size_t *rows = arena_get(arena, n, sizeof *rows);
    *ret_score = arena_get(arena, n * model->class_n, sizeof **ret_score);
    for (size_t r = 0; r < n; r++)
        rows[r] = r;
    assert_true(model_predict(model, data->table, how->cluster, &(struct predict_rows){rows, n},
                              &(struct prediction){.score = *ret_score}, &err));
}

/* The penalised likelihood is followed to its greatest within a thousandth of probability. */
static void assert_probabilities(size_t target, const double *class_weight, size_t classes,
                                 const double (*expected)[ROWS])
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = small(&arena);
    struct dataset data = {&table, target, features, COUNT_OF(features), part, NULL, 0};
    struct training how = {.cluster = &alone, .class_weight = class_weight};
    struct model model;
    double *score;
    train_and_score(&data, &how, &arena, &model, &score);
    assert_int_equal(model.class_n, classes);
    for (size_t r = 0; r < ROWS; r++) {
        double sum = 0;
        for (size_t k = 0; k < classes; k++) {
            if (!(fabs(score[r * classes + k] - expected[k][r]) < 1e-3))
                fail_msg("row %zu, class %zu: %.9g is not %.9g", r, k, score[r * classes + k],
                         expected[k][r]);
            sum += score[r * classes + k];
        }
        assert_true(fabs(sum - 1) < 1e-15 * 4);
    }
}

static void probabilities_are_those_of_scikit_learn(void **state)
{
    static const double three[][ROWS] = {
        {0.5677437410240174, 0.412699867497859, 0.23303949256740306, 0.05494414519844382,
         0.4913237988191996, 0.3274420553713438, 0.11556146773987991, 0.7972578864746586,
         0.09091101812389385, 0.23247777035189968},
        {0.2619524318834667, 0.5405782054471101, 0.1905186766757925, 0.887834376682101,
         0.27325563283437737, 0.0267376487687267, 0.771165090039838, 0.04792729472910342,
         0.3699775485963955, 0.569357543954963},
        {0.17030382709251599, 0.04672192705503094, 0.5764418307568044, 0.05722147811945511,
         0.23542056834642303, 0.6458202958599294, 0.11327344222028199, 0.15481481879623796,
         0.5391114332797107, 0.1981646856931374},
    };
    static const double two[][ROWS] = {
        {0.5892399814008911, 0.23249941473414082, 0.6591421412356255, 0.5728488127615647,
         0.3144205610459804, 0.7237019849584441, 0.5907724238680978, 0.31737420165266494,
         0.6237820539155701, 0.4793623296668822},
        {0.41076001859910893, 0.7675005852658592, 0.3408578587643744, 0.4271511872384353,
         0.6855794389540196, 0.27629801504155593, 0.4092275761319022, 0.682625798347335,
         0.3762179460844299, 0.5206376703331178},
    };
    (void)state;
    assert_probabilities(4, NULL, COUNT_OF(three), three);
    assert_probabilities(5, NULL, COUNT_OF(two), two);
}

static void errors_count_as_much_as_their_class_weighs(void **state)
{
    static const double three[][ROWS] = {
        {0.16006196901080877, 0.07540862961826159, 0.07633585980295347, 0.010784605502836305,
         0.13457017225696194, 0.10290460654602733, 0.023535523926766284, 0.31322009075246426,
         0.035509440463995144, 0.05552023593940123},
        {0.590825613261555, 0.8712491185322221, 0.22903317405492282, 0.9629578883774446,
         0.5470841505470679, 0.054190287294877626, 0.9146018503827159, 0.1769613590002723,
         0.5036975258181535, 0.7798996393439305},
        {0.24911241772763626, 0.05334225184951648, 0.6946309661421237, 0.02625750611971926,
         0.31834567719597023, 0.8429051061590951, 0.06186262569051772, 0.5098185502472634,
         0.46079303371785135, 0.16458012471666825},
    };
    static const double two[][ROWS] = {
        {0.29652801024593467, 0.09306016316965249, 0.36517391627930174, 0.2580055653952744,
         0.13754707765240548, 0.4485903756042775, 0.2784599013006561, 0.14885852320869608,
         0.3222498976534677, 0.21595722464027245},
        {0.7034719897540653, 0.9069398368303475, 0.6348260837206983, 0.7419944346047256,
         0.8624529223475945, 0.5514096243957225, 0.7215400986993439, 0.8511414767913039,
         0.6777501023465323, 0.7840427753597276},
    };
    (void)state;
    assert_probabilities(4, (const double[]){0.25, 3, 1.5}, COUNT_OF(three), three);
    assert_probabilities(5, (const double[]){0.5, 2}, COUNT_OF(two), two);
}

static void a_constant_column_has_weight_zero(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = small(&arena);
    struct dataset data = {&table, 4, features, COUNT_OF(features), part, NULL, 0};
    struct err err = {0};
    struct model model;
    (void)state;
    assert_true(train_logistic(&data, &one_thread, &arena, &model, &err));
    assert_int_equal(model.input_n, 7);
    for (size_t k = 0; k < 3; k++)
        assert_true(model.weight[k * 8 + 6] == 0 && model.weight[k * 8] != 0);
}

/* The border between the classes is clear, so without a penalty weights would grow for ever. */
static void classes_that_never_mix_leave_weights_finite(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    static const uint8_t train[ROWS] = {0};
    struct table table = tables_new(&arena, ROWS, 2);
    struct model model;
    double *score;
    (void)state;
    tables_number(&arena, &table, "x", 0,
                  (const int64_t[]){1, 2, 3, 4, 5, 101, 102, 103, 104, 105});
    tables_category(&arena, &table, "y", (const char *const[]){"n", "y", NULL},
                    (const char *const[]){"n", "n", "n", "n", "n", "y", "y", "y", "y", "y"});
    struct dataset data = {&table, 1, (const size_t[]){0}, 1, train, NULL, 0};
    train_and_score(&data, &one_thread, &arena, &model, &score);
    /* Standardised inputs are about -1 and 1, so the weight w solves 10 / (1 + e^w) = w. */
    double low = 0, high = 10;
    for (int i = 0; i < 60; i++) {
        double w = (low + high) / 2;
        *(10 / (1 + real_exp(w)) > w ? &low : &high) = w;
    }
    double expected = 1 / (1 + real_exp(-low));
    for (size_t r = 0; r < ROWS; r++) {
        assert_true(score[2 * r + (r >= 5)] > 0.5);
        assert_true(fabs(score[2 * r + (r >= 5)] - expected) < 0.01);
    }
}

static void a_class_without_training_rows_has_probability_zero(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = small(&arena), other = table;
    static const uint8_t without_r[ROWS] = {0, 0, 1, 0, 0, 1, 0, 0, 1, 1};
    struct model model, pair;
    double *score, *alike;
    (void)state;
    struct dataset data = {&table, 4, features, COUNT_OF(features), without_r, NULL, 0};
    train_and_score(&data, &one_thread, &arena, &model, &score);
    other.column = arena_get(&arena, 7, sizeof *other.column);
    memcpy(other.column, table.column, 6 * sizeof *other.column);
    tables_category(&arena, &other, "pair", (const char *const[]){"p", "q", NULL},
                    (const char *const[]){"p", "q", NULL, "q", "p", NULL, "q", "p", NULL, NULL});
    data.table = &other;
    data.target = 6;
    train_and_score(&data, &one_thread, &arena, &pair, &alike);
    assert_int_equal(model.class_n, 3);
    assert_int_equal(pair.class_n, 2);
    for (size_t r = 0; r < ROWS; r++) {
        assert_true(score[3 * r + 2] == 0);
        assert_true(score[3 * r] == alike[2 * r] && score[3 * r + 1] == alike[2 * r + 1]);
    }
}

static void more_inputs_than_rows_and_huge_values_are_borne(void **state)
{
    enum { WIDE = 40 };
    CLEANUP(arena_release) struct arena arena = {0};
    static const uint8_t train[ROWS] = {0};
    static const char *const names[] = {"n", "y", NULL};
    size_t all[WIDE];
    struct table table = tables_new(&arena, ROWS, WIDE + 1);
    const char *texts[ROWS];
    struct model model;
    double *score;
    (void)state;
    for (uint64_t c = 0; c < WIDE; c++) {
        int64_t values[ROWS];
        uint64_t range = c % 2 ? (uint64_t)2 * MANTISSA_MAX : 3;
        for (uint64_t r = 0; r < ROWS; r++)
            values[r] = (int64_t)rng_below(2, c, r, range) - (c % 2 ? MANTISSA_MAX : 0);
        tables_number(&arena, &table, arena_printf(&arena, "f%02u", (unsigned)c), (int)c, values);
        all[c] = c;
    }
    for (size_t r = 0; r < ROWS; r++)
        texts[r] = names[r % 3 == 0];
    tables_category(&arena, &table, "y", names, texts);
    struct dataset data = {&table, WIDE, all, WIDE, train, NULL, 0};
    train_and_score(&data, &one_thread, &arena, &model, &score);
    for (size_t r = 0; r < ROWS; r++)
        assert_true(score[2 * r + (r % 3 == 0)] > 0.5 && score[2 * r + (r % 3 == 0)] < 1);
}

/* Numbers with gaps, a category, three classes that lean on them. */
static struct table make_many(size_t rows, struct arena *arena)
{
    static const char *const kinds[] = {"a", "b", "c", NULL};
    static const char *const names[] = {"u", "v", "w"};
    struct table table = tables_new(arena, rows, 5);
    int64_t *values = arena_get(arena, rows, sizeof *values);
    const char **texts = arena_get(arena, rows, sizeof *texts);
    int64_t *lean = arena_get(arena, rows, sizeof *lean);
    for (uint64_t c = 0; c < 3; c++) {
        for (uint64_t r = 0; r < rows; r++) {
            values[r] = r % 97 == c ? GAP : (int64_t)rng_below(3, c, r, 1000003) - 500000;
            lean[r] += values[r] == GAP ? 0 : values[r];
        }
        tables_number(arena, &table, names[c], -3, values);
    }
    for (uint64_t r = 0; r < rows; r++)
        texts[r] = kinds[rng_below(4, 0, r, 3)];
    tables_category(arena, &table, "x", kinds, texts);
    for (uint64_t r = 0; r < rows; r++)
        texts[r] = kinds[lean[r] < -300000 ? 0 : lean[r] < 300000 ? 1 : 2];
    tables_category(arena, &table, "y", kinds, texts);
    return table;
}

static void threads_and_ranks_change_no_bit(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = make_many(MANY, &arena);
    const uint8_t *train = arena_get(&arena, MANY, 1);
    struct dataset data = {&table, 4, features, 4, train, NULL, 0};
    struct hash first = {{0}};
    struct err err = {0};
    struct model model;
    (void)state;
    for (unsigned threads = 1; threads <= 4; threads++) {
        const struct cluster cluster = {.threads = threads};
        assert_true(
            train_logistic(&data, &(struct training){.cluster = &cluster}, &arena, &model, &err));
        struct hash id = model_id(&model);
        first = threads == 1 ? id : first;
        assert_true(hash_eq(&id, &first));
    }
    for (unsigned ranks = 2; ranks <= 3; ranks++) {
        struct cluster_link link;
        struct cluster cluster;
        assert_true(ranks_fork(ranks, 2, &link, &cluster));
        bool same =
            train_logistic(&data, &(struct training){.cluster = &cluster}, &arena, &model, &err);
        struct hash id = model_id(&model);
        same = same && hash_eq(&id, &first);
        if (cluster.rank)
            _exit(!same);
        assert_true(ranks_end(&cluster, &link));
        assert_true(same);
    }
}

/* A table whose cells are only seen in scans; those of the target were loaded. */
struct stream {
    struct table_source source;
    const struct table *all;
    unsigned scans;
};

static bool scan_stream(const struct table_source *source, const struct scan *scan, struct err *err)
{
    struct stream *stream = (struct stream *)(uintptr_t)source;
    struct scan again = *scan;
    again.table = stream->all;
    stream->scans++;
    return scan_run(&again, err);
}

static void a_streamed_table_gives_the_same_bits_in_few_scans(void **state)
{
    static const struct {
        bool (*train)(const struct dataset *data, const struct training *how, struct arena *arena,
                      struct model *ret, struct err *err);
        unsigned scans;
    } cases[] = {{train_ridge, 2}, {train_logistic, 1}};
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = make_many(MANY, &arena), streamed = table;
    const uint8_t *train = arena_get(&arena, MANY, 1), *fold = arena_get(&arena, MANY, 1);
    const struct training how = {.fold = fold, .leave_out = 1, .cluster = &alone};
    (void)state;
    streamed.column = arena_get(&arena, table.column_n, sizeof *streamed.column);
    memcpy(streamed.column, table.column, table.column_n * sizeof *streamed.column);
    for (size_t c = 0; c < 4; c++) {
        streamed.column[c].mantissa = NULL;
        streamed.column[c].code = NULL;
        streamed.column[c].missing = NULL;
    }
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct stream stream = {{scan_stream}, &table, 0};
        struct dataset data = {&table, 4, features, 4, train, NULL, 0};
        struct err err = {0};
        struct model model, other;
        assert_true(cases[i].train(&data, &how, &arena, &model, &err));
        streamed.source = &stream.source;
        data.table = &streamed;
        assert_true(cases[i].train(&data, &how, &arena, &other, &err));
        struct hash first = model_id(&model), second = model_id(&other);
        assert_true(hash_eq(&first, &second));
        assert_int_equal(stream.scans, cases[i].scans);
    }
}

static void every_twin_of_a_pass_has_the_bits_of_the_plain_one(void **state)
{
    enum { WIDEST = 20 };
    (void)state;
    for (int level = CPU_SSE2; level <= (int)cpu_level(); level++)
        for (size_t n = 0; n <= WIDEST; n++) {
            static float x[WIDEST * LOGISTIC_LANES];
            double weight[WIDEST] = {0}, o[2][LOGISTIC_LANES], sum[2][WIDEST] = {{0}};
            double residual[LOGISTIC_LANES];
            const struct logistic_kernel twin[] = {logistic_kernel_at(CPU_PLAIN),
                                                   logistic_kernel_at((enum cpu_level)level)};
            for (size_t i = 0; i < n * LOGISTIC_LANES; i++)
                x[i] = (float)((int64_t)rng_below(1, n, i, (1 << 19) + 1) - (1 << 18));
            for (size_t j = 0; j < n; j++)
                weight[j] = rng_unit(2, n, j) - 0.5;
            for (size_t r = 0; r < LOGISTIC_LANES; r++) {
                residual[r] = (double)rng_below(3, n, r, 1 << 27) - (1 << 26);
                o[0][r] = o[1][r] = rng_unit(4, n, r);
            }
            for (int t = 0; t < 2; t++) {
                twin[t].outputs(x, n, weight, o[t]);
                twin[t].sums(x, n, residual, sum[t]);
            }
            assert_memory_equal(o[0], o[1], sizeof o[0]);
            assert_memory_equal(sum[0], sum[1], sizeof sum[0]);
        }
}

enum { PASS_ROWS = 700, DENSE = 70, SPARSE = 3, LISTED = 2, INPUTS = DENSE + SPARSE };

/* Made-up rows; inputs 0, 1, 2 are sparse, the rest dense. */
static void make_pass(struct logistic_rows *rows, struct inputs *inputs, size_t outputs,
                      struct arena *arena)
{
    size_t blocks = (PASS_ROWS + LOGISTIC_LANES - 1) / LOGISTIC_LANES;
    *inputs = (struct inputs){.input_n = INPUTS,
                              .dense_n = DENSE,
                              .sparse_n = SPARSE,
                              .list_n = LISTED,
                              .dense = arena_get(arena, DENSE, sizeof(uint32_t)),
                              .sparse = arena_get(arena, SPARSE, sizeof(uint32_t))};
    for (uint32_t i = 0; i < INPUTS; i++)
        *(i < SPARSE ? &inputs->sparse[i] : &inputs->dense[i - SPARSE]) = i;
    *rows = (struct logistic_rows){.n = PASS_ROWS, .inputs = inputs, .outputs = outputs};
    rows->x = arena_get(arena, blocks * DENSE, LOGISTIC_LANES * sizeof *rows->x);
    rows->list = arena_get(arena, PASS_ROWS, LISTED * sizeof *rows->list);
    rows->listed = arena_get(arena, PASS_ROWS, sizeof *rows->listed);
    rows->class_index = arena_get(arena, PASS_ROWS, sizeof *rows->class_index);
    for (size_t r = 0; r < PASS_ROWS; r++) {
        float *x = rows->x + r / LOGISTIC_LANES * DENSE * LOGISTIC_LANES + r % LOGISTIC_LANES;
        for (size_t j = 0; j < DENSE; j++)
            x[j * LOGISTIC_LANES] = (float)((int64_t)rng_below(1, r, j, (1 << 19) + 1) - (1 << 18));
        rows->listed[r] = (uint16_t)rng_below(2, 0, r, LISTED + 1);
        for (uint16_t i = 0; i < rows->listed[r]; i++)
            rows->list[r * LISTED + i] = i;
        rows->class_index[r] = (uint16_t)rng_below(3, 0, r, outputs > 1 ? outputs : 2);
    }
}

/* What one row adds to the sums, by the formulas of the headers. */
static void add_row(const struct logistic_rows *rows, size_t r, const double *weight, int64_t *sum)
{
    enum { CLASSES = 12 };
    const float *x = rows->x + r / LOGISTIC_LANES * DENSE * LOGISTIC_LANES + r % LOGISTIC_LANES;
    double p[CLASSES], most = 0, all = 0,
                       own = rows->weight ? rows->weight[rows->class_index[r]] : 1;
    for (size_t k = 0; k < rows->outputs; k++) {
        const double *w = weight + k * (INPUTS + 1);
        p[k] = w[INPUTS];
        for (size_t j = 0; j < DENSE; j++)
            p[k] += w[SPARSE + j] * (double)x[j * LOGISTIC_LANES];
        for (size_t i = 0; i < rows->listed[r]; i++)
            p[k] += w[rows->list[r * LISTED + i]];
        most = k == 0 || p[k] > most ? p[k] : most;
    }
    for (size_t k = 0; k < rows->outputs; k++) {
        p[k] = rows->outputs == 1 ? 1 / (1 + real_exp(-p[k])) : real_exp(p[k] - most);
        all += p[k];
    }
    for (size_t k = 0; k < rows->outputs; k++) {
        bool is = rows->class_index[r] == (rows->outputs == 1 ? 1 : k);
        p[k] = rows->outputs == 1 ? p[k] : p[k] / all;
        int64_t residual = (int64_t)rint((p[k] - is) * (own * (1 << LOGISTIC_BITS)));
        for (size_t j = 0; j < DENSE; j++)
            sum[k * (INPUTS + 1) + SPARSE + j] += residual * (int64_t)x[j * LOGISTIC_LANES];
        for (size_t i = 0; i < rows->listed[r]; i++)
            sum[k * (INPUTS + 1) + rows->list[r * LISTED + i]] += residual;
        sum[k * (INPUTS + 1) + INPUTS] += residual;
    }
}

static void a_pass_has_the_sums_of_plain_loops(void **state)
{
    enum { MOST = 12 };
    static const size_t outputs[] = {1, 3, 8, MOST};
    static const double weights[MOST] = {1, 0.25, 0.75, 1, 0.5, 1, 1, 1, 1, 0.001, 1, 1};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(outputs); i++) {
        CLEANUP(arena_release) struct arena arena = {0};
        struct logistic_rows rows;
        struct inputs inputs;
        double weight[MOST * (INPUTS + 1)];
        int64_t sum[MOST * (INPUTS + 1)] = {0}, pass[MOST * (INPUTS + 1)] = {0};
        make_pass(&rows, &inputs, outputs[i], &arena);
        rows.weight = i % 2 ? weights : NULL;
        for (size_t j = 0; j < COUNT_OF(weight); j++)
            weight[j] = (rng_unit(4, i, j) - 0.5) / (j % (INPUTS + 1) < SPARSE ? 1 : 1 << 18);
        for (size_t r = 0; r < PASS_ROWS; r++)
            add_row(&rows, r, weight, sum);
        for (unsigned threads = 1; threads <= 3; threads++) {
            logistic_pass(&rows, weight, &(struct cluster){.threads = threads}, pass);
            assert_memory_equal(pass, sum, outputs[i] * (INPUTS + 1) * sizeof *sum);
        }
    }
}

/* Of many rows it learns exactly what it learns from those that are drawn. */
static void of_many_rows_some_are_drawn(void **state)
{
    enum { TOO_MANY = LOGISTIC_ROWS_MAX + 5000 };
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = make_many(TOO_MANY, &arena);
    uint8_t *train = arena_get(&arena, TOO_MANY, 1);
    uint32_t *drawn = arena_get(&arena, LOGISTIC_ROWS_MAX, sizeof *drawn);
    struct dataset data = {&table, 4, features, 4, train, NULL, 0};
    struct err err = {0};
    struct model model, other;
    (void)state;
    assert_true(train_logistic(&data, &one_thread, &arena, &model, &err));
    memset(train, PART_OUT, TOO_MANY);
    assert_int_equal(scan_draw(1, 1, TOO_MANY, LOGISTIC_ROWS_MAX, drawn), LOGISTIC_ROWS_MAX);
    for (size_t i = 0; i < LOGISTIC_ROWS_MAX; i++)
        train[drawn[i]] = PART_TRAIN;
    assert_true(train_logistic(&data, &one_thread, &arena, &other, &err));
    assert_int_equal(model.input_n, other.input_n);
    assert_memory_equal(model.weight, other.weight,
                        model.class_n * (model.input_n + 1) * sizeof *model.weight);
}

static void a_model_file_is_read_as_it_was_written(void **state)
{
    CLEANUP(arena_release) struct arena arena = {0};
    CLEANUP(buf_release) struct buf file = BUF_INIT, again = BUF_INIT;
    struct table table = small(&arena);
    struct dataset data = {&table, 4, features, COUNT_OF(features), part, NULL, 0};
    struct err err = {0};
    struct model model, back;
    (void)state;
    assert_true(train_logistic(&data, &one_thread, &arena, &model, &err));
    model_write(&model, &file);
    buf_char(&file, 0);
    assert_non_null(strstr(file.at, "\"recipe\":{\"penalty\":1,\"rows\":65536}"));
    file.n--;
    assert_true(model_read(buf_view(&file), &arena, &back, &err));
    model_write(&back, &again);
    assert_true(str_eq(buf_view(&file), buf_view(&again)));
}

static void what_cannot_be_learned_is_refused(void **state)
{
    static const uint8_t only_p[ROWS] = {0, 1, 1, 1, 0, 1, 1, 0, 1, 1};
    CLEANUP(arena_release) struct arena arena = {0};
    struct table table = small(&arena);
    struct dataset data = {&table, 4, features, COUNT_OF(features), only_p, NULL, 0};
    struct err err = {0};
    struct model model;
    (void)state;
    assert_false(train_logistic(&data, &one_thread, &arena, &model, &err));
    assert_int_equal(err.code, ERR_INPUT);
}

/* (x - 3)^4 / 4 + (y + 1)^2 / 2: curvature from 0 to far above 1, least at 3, -1. */
static void bowl(void *context, const double *x, double *ret)
{
    double d = x[0] - 3;
    ++*(unsigned *)context;
    ret[0] = d * d * d;
    ret[1] = x[1] + 1;
}

static void descent_finds_the_bottom(void **state)
{
    double x[2] = {-2, 5};
    unsigned calls = 0;
    const struct descent descent = {2, 200, 1e-20, bowl, &calls};
    (void)state;
    unsigned gradients = descent_run(&descent, x);
    assert_int_equal(gradients, calls);
    assert_true(fabs(x[0] - 3) < 1e-3 && fabs(x[1] + 1) < 1e-9 && calls < 150);
}

static void many_exponentials_have_the_bits_of_single_ones(void **state)
{
    static const double odd[] = {0, -0.0, 1e-300, -1e-17, 708, -708, 0.34657359027997264, -1};
    (void)state;
    for (size_t i = 0; i < 4000; i++) {
        double x = i < COUNT_OF(odd) ? odd[i] : (rng_unit(1, 1, i) - 0.5) * (i % 2 ? 1416 : 4);
        double some[] = {x, -x, 0, 1, x / 2, 1, -x / 3};
        size_t n = 2 + i % (COUNT_OF(some) - 1);
        real_exps(some, n);
        assert_true(some[0] == real_exp(x) && some[1] == real_exp(-x));
        assert_true(n < 5 || some[4] == real_exp(x / 2));
        assert_true(some[6] == (n < 7 ? -x / 3 : real_exp(-x / 3)));
    }
    double beyond[] = {-709, 1e9, -HUGE_VAL, HUGE_VAL};
    real_exps(beyond, 4);
    assert_true(beyond[0] == 0 && beyond[2] == 0);
    assert_true(beyond[1] == real_exp(708) && beyond[3] == real_exp(708));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_are_those_of_scikit_learn),
        cmocka_unit_test(errors_count_as_much_as_their_class_weighs),
        cmocka_unit_test(a_constant_column_has_weight_zero),
        cmocka_unit_test(classes_that_never_mix_leave_weights_finite),
        cmocka_unit_test(a_class_without_training_rows_has_probability_zero),
        cmocka_unit_test(more_inputs_than_rows_and_huge_values_are_borne),
        cmocka_unit_test(threads_and_ranks_change_no_bit),
        cmocka_unit_test(a_streamed_table_gives_the_same_bits_in_few_scans),
        cmocka_unit_test(every_twin_of_a_pass_has_the_bits_of_the_plain_one),
        cmocka_unit_test(a_pass_has_the_sums_of_plain_loops),
        cmocka_unit_test(of_many_rows_some_are_drawn),
        cmocka_unit_test(a_model_file_is_read_as_it_was_written),
        cmocka_unit_test(what_cannot_be_learned_is_refused),
        cmocka_unit_test(descent_finds_the_bottom),
        cmocka_unit_test(many_exponentials_have_the_bits_of_single_ones),
    };
    return cmocka_run_group_tests_name("logistic", tests, NULL, NULL);
}
