/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/foretell.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "cluster/order.h"
#include "read/csv_put.h"
#include "read/scale.h"
#include "read/source.h"
#include "train/score.h"

/* A feature whose model learned numbers, but whose column was read as texts, because some are none:
 * those that are numbers count, the rows of the others get no answer. */
struct turned {
    size_t column;
    int64_t *mantissa; /* (category_n) */
    uint8_t *fine;     /* (category_n) it is a number */
};

/* What one thread works with. Arrays with rows are those of one block. */
struct hand {
    struct column *column; /* (column_n) of the block, texts turned to numbers */
    int64_t *mantissa;     /* (turned_n, rows) */
    uint8_t *missing;      /* (turned_n, rows) */
    uint16_t *bad;         /* (rows) 1 + which of the turned has no number there, or 0 */
    uint32_t *gaps;        /* (rows) */
    double *score;         /* (rows, class_n) */
    uint32_t *class_index; /* (rows) */
    double *value;         /* (rows) */
    size_t *unseen;        /* (telling->unseen_n) rows of each category of each feature */
    struct foretold told;  /* what this thread counted */
};

/* A run on its way. */
struct telling {
    const struct foretell_request *request;
    struct arena *arena;
    struct columns columns;
    struct table fitted; /* columns as the model wants them, without cells */
    struct turned *turned;
    size_t turned_n;
    size_t *feature; /* (feature_n) columns */
    size_t *first;   /* (feature_n) where the counts of a category column begin in hand.unseen */
    size_t unseen_n;
    size_t *keep; /* (keep_n) columns */
    const struct predictor *predictor;
    struct hand *hand; /* (slots) */
    struct order *order;
    struct err err; /* if writing failed */
    bool failed;
    struct foretold *result;
};

/* Other programs take blanks at the ends away unless they stand in quotes. */
static void put_field(struct buf *csv, struct str text)
{
    if (text.n && (text.at[0] == ' ' || text.at[text.n - 1] == ' '))
        csv_put_quoted(csv, text);
    else
        csv_put_field(csv, text);
}

/* --- reading ---------------------------------------------------------------------------------- */

static const struct model_feature *feature_of(const struct model *model, struct str name)
{
    for (size_t f = 0; f < model->feature_n; f++)
        if (str_eq(model->feature[f].name, name))
            return &model->feature[f];
    return NULL;
}

/* The columns whose cells are wanted as they were typed. */
static size_t as_typed(const struct foretell_request *q, struct arena *arena, struct str **ret)
{
    size_t n = 0;
    struct str *list = arena_get(arena, q->model->feature_n + q->keep_n, sizeof *list);
    for (size_t f = 0; f < q->model->feature_n; f++)
        if (q->model->feature[f].type == COLUMN_CATEGORY)
            list[n++] = q->model->feature[f].name;
    for (size_t k = 0; k < q->keep_n; k++)
        if (!feature_of(q->model, q->keep[k]))
            list[n++] = q->keep[k];
    *ret = list;
    return n;
}

/* The one table of the file; it is read as long as the answers are made. */
static bool open_file(const struct foretell_request *q, struct arena *arena,
                      struct csv_dialect *dialect, const struct bytes **ret, struct err *err)
{
    const uint64_t decoded_max_bytes = UINT64_C(16) << 30;
    struct sources file;
    const struct sources_request request = {
        .path = q->path, .sheet = q->sheet, .max_bytes = decoded_max_bytes};
    if (!sources_open(&request, arena, &file, err))
        return false;
    if (file.n != 1)
        return FAIL(err, ERR_INPUT, _("Unpack it and take one after the other."),
                    _("%s holds several tables; the answers are those of one."), q->path);
    const struct source *source = file.source;
    *ret = &source->bytes;
    return source_dialect(source, dialect, err);
}

static bool is_stopped(const struct foretell_request *q)
{
    return q->cancelled && q->cancelled();
}

static bool read_table(struct telling *t, struct err *err)
{
    const struct foretell_request *q = t->request;
    struct csv_dialect *dialect = arena_get(t->arena, 1, sizeof *dialect);
    struct columns_part *part = arena_get(t->arena, 1, sizeof *part);
    struct columns_stop *stop = arena_get(t->arena, 1, sizeof *stop);
    struct str *typed = NULL;
    stop->cancelled = q->cancelled;
    size_t typed_n = as_typed(q, t->arena, &typed);
    if (!open_file(q, t->arena, dialect, &part->bytes, err))
        return false;
    dialect->header = dialect->header && !q->no_header;
    part->options = (struct columns_options){.dialect = dialect,
                                             .missing = q->missing,
                                             .missing_n = q->missing_n,
                                             .dates = q->dates,
                                             .dates_n = q->dates_n,
                                             .names = q->names,
                                             .names_n = q->names_n,
                                             .as_category = typed,
                                             .as_category_n = typed_n};
    const struct columns_request request = {.part = part,
                                            .parts = 1,
                                            .cluster = q->cluster,
                                            .memory_bytes = COLUMNS_MEMORY_BYTES,
                                            .step = columns_go_on,
                                            .context = stop};
    return columns_open(&request, t->arena, &t->columns, err) || err_context(err, "%s", q->path);
}

/* All columns that are lacking, named at once. */
static bool check_columns(struct telling *t, struct err *err)
{
    const struct foretell_request *q = t->request;
    const struct table *table = &t->columns.table;
    CLEANUP(buf_release) struct buf lacking = BUF_INIT;
    for (size_t f = 0; f < q->model->feature_n; f++)
        if (table_find(table, q->model->feature[f].name) == table->column_n)
            buf_printf(&lacking, "%s%.*s", lacking.n ? ", " : "",
                       STR_ARG(q->model->feature[f].name));
    bool open = false; /* a column of dates that nobody can read: nothing is derived from it */
    for (size_t i = 0; i < t->columns.fault_n; i++)
        open = open || t->columns.fault[i].kind == COLUMNS_DATES;
    if (lacking.n)
        return FAIL(err, ERR_INPUT,
                    open ? _("Say how dates are written there: --dates dmy|mdy|ymd")
                         : _("Add them (cells may stay empty), or choose the right table."),
                    _("The table lacks columns that the model needs: %s."), lacking.at);
    t->keep = arena_get(t->arena, q->keep_n, sizeof *t->keep);
    for (size_t k = 0; k < q->keep_n; k++) {
        t->keep[k] = table_find(table, q->keep[k]);
        if (t->keep[k] == table->column_n)
            return FAIL(err, ERR_INPUT, _("Name columns of the table with --keep."),
                        _("The table has no column %.*s."), STR_ARG(q->keep[k]));
    }
    return true;
}

/* Which texts of a column are numbers, and which; *ret_exponent: their power of ten. */
static struct turned turn_texts(const struct column *column, struct arena *arena, int *ret_exponent)
{
    struct turned turned = {.mantissa = arena_get(arena, column->category_n, sizeof(int64_t)),
                            .fine = arena_get(arena, column->category_n, 1)};
    struct scale scale = {.any = false};
    CLEANUP(mem_free) struct decimal *value = mem_get(column->category_n, sizeof *value);
    for (size_t k = 0; k < column->category_n; k++) {
        enum num_read read = num_decimal(column->category[k], '.', &value[k]);
        if (read == NUM_NOT_A_NUMBER)
            read = num_decimal(column->category[k], ',', &value[k]);
        turned.fine[k] = read == NUM_OK || read == NUM_ROUNDED;
        if (turned.fine[k])
            scale_learn(&scale, value[k]);
    }
    *ret_exponent = scale_exponent(&scale);
    for (size_t k = 0; k < column->category_n; k++) {
        bool rounded;
        if (turned.fine[k])
            turned.mantissa[k] = scale_apply(value[k], *ret_exponent, &rounded);
    }
    return turned;
}

/* Bring the columns of the features into the form that the model learned. */
static void fit_columns(struct telling *t)
{
    const struct model *model = t->request->model;
    size_t columns = t->columns.table.column_n;
    t->fitted = t->columns.table;
    t->fitted.column = arena_get(t->arena, columns, sizeof *t->fitted.column);
    memcpy(t->fitted.column, t->columns.table.column, columns * sizeof *t->fitted.column);
    t->turned = arena_get(t->arena, model->feature_n, sizeof *t->turned);
    t->feature = arena_get(t->arena, model->feature_n, sizeof *t->feature);
    t->first = arena_get(t->arena, model->feature_n, sizeof *t->first);
    for (size_t f = 0; f < model->feature_n; f++) {
        size_t c = t->feature[f] = table_find(&t->fitted, model->feature[f].name);
        struct column *column = &t->fitted.column[c];
        t->first[f] = t->unseen_n;
        if (model->feature[f].type == COLUMN_NUMBER && column->type == COLUMN_CATEGORY) {
            struct turned turned = turn_texts(column, t->arena, &column->exponent);
            turned.column = c;
            t->turned[t->turned_n++] = turned;
            column->type = COLUMN_NUMBER;
        }
        t->unseen_n += column->type == COLUMN_CATEGORY ? column->category_n : 0;
    }
}

/* --- what is odd ------------------------------------------------------------------------------ */

static bool is_known(const struct model *model, const struct model_feature *f, struct str text)
{
    if (model->rule.n) /* it compares texts; it did not learn any */
        return true;
    for (size_t k = 0; k < f->category_n; k++)
        if (str_eq(f->category[k], text))
            return true;
    return false;
}

static void list_unseen(struct telling *t, size_t f)
{
    const struct model *model = t->request->model;
    struct foretold *result = t->result;
    const struct column *column = &t->fitted.column[t->feature[f]];
    if (column->type != COLUMN_CATEGORY)
        return;
    struct unseen *all = arena_get(t->arena, result->unseen_n + column->category_n, sizeof *all);
    if (result->unseen_n)
        memcpy(all, result->unseen, result->unseen_n * sizeof *all);
    result->unseen = all;
    for (size_t k = 0; k < column->category_n; k++) {
        size_t rows = 0;
        for (unsigned slot = 0; slot < cluster_slots(t->request->cluster); slot++)
            rows += t->hand[slot].unseen[t->first[f] + k];
        if (rows && !is_known(model, &model->feature[f], column->category[k]))
            all[result->unseen_n++] = (struct unseen){column->name, column->category[k], rows};
    }
}

/* What the threads counted, together. */
static void bring_together(struct telling *t)
{
    struct foretold *all = t->result;
    size_t answered = 0;
    for (unsigned slot = 0; slot < cluster_slots(t->request->cluster); slot++) {
        const struct foretold *one = &t->hand[slot].told;
        size_t rows = one->records - one->rejected;
        for (size_t k = 0; k < t->request->model->class_n; k++)
            all->class_row[k] += one->class_row[k];
        all->gaps += one->gaps;
        if (rows && (!answered || one->least < all->least))
            all->least = one->least;
        if (rows && (!answered || one->most > all->most))
            all->most = one->most;
        answered += rows;
    }
    all->records = (size_t)t->columns.records;
    all->rejected = all->records - answered;
    for (size_t f = 0; f < t->request->model->feature_n; f++)
        list_unseen(t, f);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void put_real(struct buf *csv, double value)
{
    char text[NUM_TEXT];
    buf_char(csv, ',');
    buf_text(csv, num_text(value, text));
}

static void put_header(const struct telling *t, struct buf *csv)
{
    const struct foretell_request *q = t->request;
    buf_text(csv, "row");
    for (size_t k = 0; k < q->keep_n; k++) {
        buf_char(csv, ',');
        put_field(csv, q->keep[k]);
    }
    buf_text(csv, ",answer");
    if (q->model->task == TASK_CLASSIFICATION)
        buf_text(csv, score_is_probability(q->model->algorithm) ? ",certainty" : ",score");
    for (size_t k = 0; q->scores && k < q->model->class_n; k++) {
        CLEANUP(buf_release) struct buf name = BUF_INIT;
        buf_printf(&name, "score:%.*s", STR_ARG(q->model->class_name[k]));
        buf_char(csv, ',');
        put_field(csv, buf_view(&name));
    }
    buf_text(csv, ",note\n");
}

static void put_cell(const struct column *column, size_t row, struct buf *csv)
{
    char text[NUM_TEXT];
    buf_char(csv, ',');
    if (column->missing[row])
        return;
    if (column->type == COLUMN_CATEGORY)
        put_field(csv, column->category[column->code[row]]);
    else
        buf_text(csv,
                 num_decimal_text((struct decimal){column->mantissa[row], column->exponent}, text));
}

/* The answer of row i of the block. */
static void put_answer(const struct telling *t, const struct hand *h, size_t i, struct buf *csv)
{
    const struct model *model = t->request->model;
    if (model->task == TASK_REGRESSION) {
        put_real(csv, h->value[i]);
        return;
    }
    const double *score = h->score + i * model->class_n;
    buf_char(csv, ',');
    put_field(csv, model->class_name[h->class_index[i]]);
    put_real(csv, score[h->class_index[i]]);
    for (size_t k = 0; t->request->scores && k < model->class_n; k++)
        put_real(csv, score[k]);
}

/* The columns of an answer that is not there. */
static void put_nothing(const struct telling *t, struct buf *csv)
{
    const struct model *model = t->request->model;
    size_t n = model->task == TASK_REGRESSION ? 1 : 2;
    n += t->request->scores ? model->class_n : 0;
    for (size_t k = 0; k < n; k++)
        buf_char(csv, ',');
}

/* Why the record at this position is not in the table. */
static struct str fault_of(const struct columns *columns, uint64_t position)
{
    for (size_t f = 0; f < columns->fault_n; f++)
        if (columns->fault[f].kind == COLUMNS_REJECTED && columns->fault[f].position == position)
            return columns->fault[f].what;
    return str_of(_("the record does not fit the header"));
}

static uint64_t position_of(const struct telling *t, size_t row)
{
    size_t part;
    return columns_position(&t->columns, row, &part);
}

/* The lines of the records from one position to just before another, which are in no row. */
static void put_rejected(const struct telling *t, uint64_t from, uint64_t to, struct buf *csv)
{
    for (; from < to; from++) {
        buf_printf(csv, "%llu", (unsigned long long)from);
        for (size_t k = 0; k < t->request->keep_n; k++)
            buf_char(csv, ',');
        put_nothing(t, csv);
        buf_char(csv, ',');
        put_field(csv, fault_of(&t->columns, from));
        buf_char(csv, '\n');
    }
}

/* Why row i of the block has no answer. */
static void put_reason(const struct telling *t, const struct hand *h,
                       const struct scan_block *block, size_t i, struct buf *csv)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct column *column = &block->column[t->turned[h->bad[i] - 1].column];
    buf_printf(&text, _("%.*s: \"%.*s\" is not a number"), STR_ARG(column->name),
               STR_ARG(str_front(column->category[column->code[i]], 60)));
    put_field(csv, buf_view(&text));
}

static void put_row(const struct telling *t, const struct hand *h, const struct scan_block *block,
                    size_t i, struct buf *csv)
{
    for (size_t k = 0; k < t->request->keep_n; k++)
        put_cell(&block->column[t->keep[k]], i, csv);
    if (h->bad[i]) {
        put_nothing(t, csv);
        buf_char(csv, ',');
        put_reason(t, h, block, i, csv);
    } else {
        put_answer(t, h, i, csv);
        buf_char(csv, ',');
        if (h->gaps[i])
            buf_printf(csv, _("values missing: %u"), h->gaps[i]);
    }
    buf_char(csv, '\n');
}

static void put_block(const struct telling *t, const struct hand *h, const struct scan_block *block,
                      struct buf *csv)
{
    uint64_t next = block->first ? position_of(t, block->first - 1) + 1 : 1;
    for (size_t i = 0; i < block->n; i++) {
        uint64_t position = position_of(t, block->first + i);
        put_rejected(t, next, position, csv);
        buf_printf(csv, "%llu", (unsigned long long)position);
        put_row(t, h, block, i, csv);
        next = position + 1;
    }
    if (block->first + block->n == t->columns.table.rows)
        put_rejected(t, next, t->columns.records + 1, csv);
}

/* --- a block ---------------------------------------------------------------------------------- */

/* The columns of the block as the model wants them. */
static void turn_block(const struct telling *t, struct hand *h, const struct scan_block *block)
{
    memcpy(h->column, block->column, t->fitted.column_n * sizeof *h->column);
    memset(h->bad, 0, block->n * sizeof *h->bad);
    for (size_t d = 0; d < t->turned_n; d++) {
        const struct turned *turned = &t->turned[d];
        const struct column *from = &block->column[turned->column];
        struct column *to = &h->column[turned->column];
        *to = t->fitted.column[turned->column];
        to->mantissa = h->mantissa + d * SCAN_BLOCK_ROWS;
        to->missing = h->missing + d * SCAN_BLOCK_ROWS;
        for (size_t i = 0; i < block->n; i++) {
            bool fine = !from->missing[i] && turned->fine[from->code[i]];
            to->missing[i] = !fine;
            to->mantissa[i] = fine ? turned->mantissa[from->code[i]] : 0;
            if (!fine && !from->missing[i] && !h->bad[i])
                h->bad[i] = (uint16_t)(d + 1);
        }
    }
}

/* Missing values by row, categories by their number. */
static void look_at_cells(const struct telling *t, struct hand *h, size_t rows)
{
    memset(h->gaps, 0, rows * sizeof *h->gaps);
    for (size_t f = 0; f < t->request->model->feature_n; f++) {
        const struct column *column = &h->column[t->feature[f]];
        size_t *count = h->unseen + t->first[f];
        for (size_t i = 0; i < rows; i++) {
            if (h->bad[i])
                continue;
            if (column->missing[i])
                h->gaps[i]++;
            else if (column->type == COLUMN_CATEGORY)
                count[column->code[i]]++;
        }
    }
}

static void count_answers(const struct telling *t, struct hand *h, size_t rows)
{
    struct foretold *told = &h->told;
    for (size_t i = 0; i < rows; i++) {
        told->records++;
        told->rejected += h->bad[i] > 0;
        if (h->bad[i])
            continue;
        told->gaps += h->gaps[i] > 0;
        if (t->request->model->task == TASK_CLASSIFICATION) {
            told->class_row[h->class_index[i]]++;
            continue;
        }
        bool first = told->records - told->rejected == 1;
        told->least = !first && told->least < h->value[i] ? told->least : h->value[i];
        told->most = !first && told->most > h->value[i] ? told->most : h->value[i];
    }
}

static void tell_block(void *context, const struct scan_block *block, unsigned slot)
{
    struct telling *t = context;
    struct hand *h = &t->hand[slot];
    bool classes = t->request->model->task == TASK_CLASSIFICATION;
    CLEANUP(buf_release) struct buf csv = BUF_INIT;
    if (is_stopped(t->request))
        return;
    turn_block(t, h, block);
    const struct scan_block turned = {block->number, block->first, block->n, h->column};
    const struct prediction ret = {.score = classes ? h->score : NULL,
                                   .class_index = classes ? h->class_index : NULL,
                                   .value = classes ? NULL : h->value};
    predictor_block(t->predictor, &turned, slot, &ret);
    look_at_cells(t, h, block->n);
    count_answers(t, h, block->n);
    put_block(t, h, block, &csv);
    order_put(t->order, block->number, &csv);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void hand_begin(const struct telling *t, struct hand *h)
{
    const struct model *model = t->request->model;
    const size_t rows = SCAN_BLOCK_ROWS;
    bool classes = model->task == TASK_CLASSIFICATION;
    h->column = arena_get(t->arena, t->fitted.column_n, sizeof *h->column);
    h->mantissa = arena_get(t->arena, t->turned_n * rows, sizeof *h->mantissa);
    h->missing = arena_get(t->arena, t->turned_n * rows, 1);
    h->bad = arena_get(t->arena, rows, sizeof *h->bad);
    h->gaps = arena_get(t->arena, rows, sizeof *h->gaps);
    h->score = arena_get(t->arena, classes ? rows * model->class_n : 0, sizeof *h->score);
    h->class_index = arena_get(t->arena, classes ? rows : 0, sizeof *h->class_index);
    h->value = arena_get(t->arena, classes ? 0 : rows, sizeof *h->value);
    h->unseen = arena_get(t->arena, t->unseen_n, sizeof *h->unseen);
    h->told.class_row = arena_get(t->arena, model->class_n, sizeof *h->told.class_row);
}

/* One thread at a time, in the order of the blocks. */
static void write_on(void *context, struct str csv)
{
    struct telling *t = context;
    if (!t->failed && t->request->write)
        t->failed = !t->request->write(t->request->context, csv, &t->err);
}

static bool tell_rows(struct telling *t, struct err *err)
{
    const struct foretell_request *q = t->request;
    size_t features = q->model->feature_n;
    CLEANUP(mem_free) size_t *want = mem_get(features + q->keep_n, sizeof *want);
    for (size_t f = 0; f < features; f++)
        want[f] = t->feature[f];
    for (size_t k = 0; k < q->keep_n; k++)
        want[features + k] = t->keep[k];
    const struct scan scan = {.table = &t->columns.table,
                              .want = want,
                              .want_n = features + q->keep_n,
                              .cluster = q->cluster,
                              .work = tell_block,
                              .context = t};
    if (!scan_run(&scan, err))
        return false;
    if (t->failed) {
        *err = t->err;
        return false;
    }
    return !is_stopped(q) ||
           FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
                _("The work was stopped."));
}

bool foretell(const struct foretell_request *request, struct arena *arena, struct foretold *ret,
              struct err *err)
{
    struct telling t = {.request = request, .arena = arena, .result = ret};
    size_t slots = cluster_slots(request->cluster);
    *ret = (struct foretold){.class_row =
                                 arena_get(arena, request->model->class_n, sizeof *ret->class_row)};
    if (!read_table(&t, err) || !check_columns(&t, err))
        return false;
    fit_columns(&t);
    if (!predictor_begin(request->model, &t.fitted, request->cluster, arena, &t.predictor, err))
        return false;
    t.hand = arena_get(arena, slots, sizeof *t.hand);
    for (size_t i = 0; i < slots; i++)
        hand_begin(&t, &t.hand[i]);
    CLEANUP(order_release) struct order *order = order_new(write_on, &t);
    CLEANUP(buf_release) struct buf header = BUF_INIT;
    t.order = order;
    put_header(&t, &header);
    write_on(&t, buf_view(&header));
    if (!tell_rows(&t, err))
        return false;
    bring_together(&t);
    return true;
}
