/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/foretell.h"

#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "read/scale.h"
#include "read/source.h"
#include "train/score.h"

enum { SCORES_MAX = 1 << 27 }; /* 1 GiB */

/* A run on its way. */
struct telling {
    const struct foretell_request *request;
    struct arena *arena;
    struct columns columns;
    const char **reason; /* (rows) why a row has no answer, or NULL */
    uint32_t *gaps;      /* (rows) */
    size_t *row;         /* (row_n) rows that get an answer */
    size_t row_n;
    double *score; /* (row_n, class_n) */
    uint32_t *class_index;
    double *value;
    size_t *keep; /* (keep_n) columns */
    struct foretold *result;
};

void foretell_field(struct buf *csv, struct str text)
{
    bool plain = text.n == 0 || (text.at[0] != ' ' && text.at[text.n - 1] != ' ');
    for (size_t i = 0; plain && i < text.n; i++)
        plain = text.at[i] != ',' && text.at[i] != '"' && text.at[i] != '\n' && text.at[i] != '\r';
    if (plain) {
        buf_str(csv, text);
        return;
    }
    buf_char(csv, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] == '"')
            buf_char(csv, '"');
        buf_char(csv, text.at[i]);
    }
    buf_char(csv, '"');
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

static bool read_table(struct telling *t, struct err *err)
{
    const struct foretell_request *q = t->request;
    struct csv_dialect *dialect = arena_get(t->arena, 1, sizeof *dialect);
    struct columns_part *part = arena_get(t->arena, 1, sizeof *part);
    struct str *typed = NULL;
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
    const struct columns_request request = {
        .part = part, .parts = 1, .cluster = q->cluster, .memory_bytes = COLUMNS_MEMORY_BYTES};
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

/* A column that should hold numbers was read as texts, because some are none: those that are
 * numbers count, the rows of the others get no answer. */
static void texts_to_numbers(struct telling *t, struct column *column)
{
    size_t rows = t->columns.table.rows;
    struct scale scale = {.any = false};
    CLEANUP(mem_free) struct decimal *value = mem_get(column->category_n, sizeof *value);
    CLEANUP(mem_free) uint8_t *fine = mem_get(column->category_n, 1);
    for (size_t k = 0; k < column->category_n; k++) {
        enum num_read read = num_decimal(column->category[k], '.', &value[k]);
        if (read == NUM_NOT_A_NUMBER)
            read = num_decimal(column->category[k], ',', &value[k]);
        fine[k] = read == NUM_OK || read == NUM_ROUNDED;
        if (fine[k])
            scale_learn(&scale, value[k]);
    }
    column->exponent = scale_exponent(&scale);
    column->mantissa = arena_get(t->arena, rows, sizeof *column->mantissa);
    for (size_t r = 0; r < rows; r++) {
        uint32_t code = column->code[r];
        bool rounded;
        if (column->missing[r])
            continue;
        if (fine[code])
            column->mantissa[r] = scale_apply(value[code], column->exponent, &rounded);
        else if (!t->reason[r])
            t->reason[r] =
                arena_printf(t->arena, _("%.*s: \"%.*s\" is not a number"), STR_ARG(column->name),
                             STR_ARG(str_front(column->category[code], 60)));
        column->missing[r] = !fine[code];
    }
    column->type = COLUMN_NUMBER;
}

/* Bring the columns of the features into the form that the model learned. Only those that have to
 * change are brought into memory, and those that are kept. */
static bool fit_columns(struct telling *t, struct err *err)
{
    const struct model *model = t->request->model;
    struct table *table = &t->columns.table;
    for (size_t f = 0; f < model->feature_n; f++) {
        size_t c = table_find(table, model->feature[f].name);
        struct column *column = &table->column[c];
        if (model->feature[f].type != COLUMN_NUMBER || column->type != COLUMN_CATEGORY)
            continue;
        if (!scan_load(table, &c, 1, t->request->cluster, t->arena, err))
            return false;
        texts_to_numbers(t, column);
    }
    return scan_load(table, t->keep, t->request->keep_n, t->request->cluster, t->arena, err);
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

/* Looking at the cells of all features: missing ones are counted by row, categories by slot. */
struct looking {
    struct telling *telling;
    size_t *column; /* (feature_n) */
    size_t *first;  /* (feature_n) where the counts of a category column begin */
    size_t *count;  /* (slots, counts) */
    size_t counts;
};

static void look_at_block(void *context, const struct scan_block *block, unsigned slot)
{
    const struct looking *look = context;
    struct telling *t = look->telling;
    for (size_t f = 0; f < t->request->model->feature_n; f++) {
        const struct column *column = &block->column[look->column[f]];
        size_t *count = look->count + slot * look->counts + look->first[f];
        for (size_t i = 0; i < block->n; i++) {
            if (t->reason[block->first + i])
                continue;
            if (column->missing[i])
                t->gaps[block->first + i]++;
            else if (column->type == COLUMN_CATEGORY)
                count[column->code[i]]++;
        }
    }
}

static void list_unseen(struct telling *t, const struct looking *look, size_t f)
{
    struct foretold *result = t->result;
    const struct column *column = &t->columns.table.column[look->column[f]];
    struct unseen *all = arena_get(t->arena, result->unseen_n + column->category_n, sizeof *all);
    if (column->type != COLUMN_CATEGORY)
        return;
    if (result->unseen_n)
        memcpy(all, result->unseen, result->unseen_n * sizeof *all);
    result->unseen = all;
    for (size_t k = 0; k < column->category_n; k++) {
        size_t rows = 0;
        for (unsigned slot = 0; slot < cluster_slots(t->request->cluster); slot++)
            rows += look->count[slot * look->counts + look->first[f] + k];
        if (rows &&
            !is_known(t->request->model, &t->request->model->feature[f], column->category[k]))
            all[result->unseen_n++] = (struct unseen){column->name, column->category[k], rows};
    }
}

static bool look_at_cells(struct telling *t, struct err *err)
{
    const struct model *model = t->request->model;
    const struct table *table = &t->columns.table;
    struct looking look = {.telling = t};
    CLEANUP(mem_free) size_t *place = mem_get(2 * model->feature_n, sizeof *place);
    look.column = place;
    look.first = place + model->feature_n;
    for (size_t f = 0; f < model->feature_n; f++) {
        look.column[f] = table_find(table, model->feature[f].name);
        look.first[f] = look.counts;
        look.counts += table->column[look.column[f]].category_n;
    }
    CLEANUP(mem_free)
    size_t *count = mem_get(cluster_slots(t->request->cluster), look.counts * sizeof *count);
    look.count = count;
    const struct scan scan = {.table = table,
                              .want = look.column,
                              .want_n = model->feature_n,
                              .cluster = t->request->cluster,
                              .work = look_at_block,
                              .context = &look};
    if (!scan_run(&scan, err))
        return false;
    for (size_t f = 0; f < model->feature_n; f++)
        list_unseen(t, &look, f);
    for (size_t i = 0; i < t->row_n; i++)
        t->result->gaps += t->gaps[t->row[i]] > 0;
    return true;
}

/* --- answering -------------------------------------------------------------------------------- */

static bool answer(struct telling *t, struct err *err)
{
    const struct model *model = t->request->model;
    bool classes = model->task == TASK_CLASSIFICATION;
    if (classes && t->row_n > SCORES_MAX / model->class_n)
        return FAIL(err, ERR_LIMIT, _("Cut the table into several files."),
                    _("%zu rows with %zu classes are too many at once."), t->row_n, model->class_n);
    t->score = arena_get(t->arena, classes ? t->row_n * model->class_n : 0, sizeof *t->score);
    t->class_index = arena_get(t->arena, classes ? t->row_n : 0, sizeof *t->class_index);
    t->value = arena_get(t->arena, classes ? 0 : t->row_n, sizeof *t->value);
    const struct predict_rows rows = {t->row, t->row_n};
    const struct prediction ret = {.score = classes ? t->score : NULL,
                                   .class_index = classes ? t->class_index : NULL,
                                   .value = classes ? NULL : t->value};
    return model_predict(model, &t->columns.table, t->request->cluster, &rows, &ret, err);
}

static void count_answers(struct telling *t)
{
    struct foretold *result = t->result;
    for (size_t i = 0; i < t->row_n; i++) {
        if (t->request->model->task == TASK_CLASSIFICATION) {
            result->class_row[t->class_index[i]]++;
            continue;
        }
        result->least = i && result->least < t->value[i] ? result->least : t->value[i];
        result->most = i && result->most > t->value[i] ? result->most : t->value[i];
    }
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
        foretell_field(csv, q->keep[k]);
    }
    buf_text(csv, ",answer");
    if (q->model->task == TASK_CLASSIFICATION)
        buf_text(csv, score_is_probability(q->model->algorithm) ? ",certainty" : ",score");
    for (size_t k = 0; q->scores && k < q->model->class_n; k++) {
        CLEANUP(buf_release) struct buf name = BUF_INIT;
        buf_printf(&name, "score:%.*s", STR_ARG(q->model->class_name[k]));
        buf_char(csv, ',');
        foretell_field(csv, buf_view(&name));
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
        foretell_field(csv, column->category[column->code[row]]);
    else
        buf_text(csv,
                 num_decimal_text((struct decimal){column->mantissa[row], column->exponent}, text));
}

/* The i-th answer. */
static void put_answer(const struct telling *t, size_t i, struct buf *csv)
{
    const struct model *model = t->request->model;
    if (model->task == TASK_REGRESSION) {
        put_real(csv, t->value[i]);
        return;
    }
    const double *score = t->score + i * model->class_n;
    buf_char(csv, ',');
    foretell_field(csv, model->class_name[t->class_index[i]]);
    put_real(csv, score[t->class_index[i]]);
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

static void put_row(const struct telling *t, size_t row, size_t *next, struct buf *csv)
{
    buf_printf(csv, "%llu", (unsigned long long)position_of(t, row));
    for (size_t k = 0; k < t->request->keep_n; k++)
        put_cell(&t->columns.table.column[t->keep[k]], row, csv);
    if (t->reason[row]) {
        put_nothing(t, csv);
        buf_char(csv, ',');
        foretell_field(csv, str_of(t->reason[row]));
    } else {
        put_answer(t, (*next)++, csv);
        buf_char(csv, ',');
        if (t->gaps[row])
            buf_printf(csv, _("values missing: %u"), t->gaps[row]);
    }
    buf_char(csv, '\n');
}

static void put_rows(const struct telling *t, struct buf *csv)
{
    size_t row = 0;
    size_t next = 0;
    for (uint64_t position = 1; position <= t->columns.records; position++) {
        if (row < t->columns.table.rows && position_of(t, row) == position) {
            put_row(t, row++, &next, csv);
            continue;
        }
        buf_printf(csv, "%llu", (unsigned long long)position);
        for (size_t k = 0; k < t->request->keep_n; k++)
            buf_char(csv, ',');
        put_nothing(t, csv);
        buf_char(csv, ',');
        foretell_field(csv, fault_of(&t->columns, position));
        buf_char(csv, '\n');
    }
}

bool foretell(const struct foretell_request *request, struct arena *arena, struct buf *ret_csv,
              struct foretold *ret, struct err *err)
{
    struct telling t = {.request = request, .arena = arena, .result = ret};
    *ret = (struct foretold){.class_row =
                                 arena_get(arena, request->model->class_n, sizeof *ret->class_row)};
    if (!read_table(&t, err) || !check_columns(&t, err))
        return false;
    size_t rows = t.columns.table.rows;
    t.reason = arena_get(arena, rows, sizeof *t.reason);
    t.gaps = arena_get(arena, rows, sizeof *t.gaps);
    t.row = arena_get(arena, rows, sizeof *t.row);
    if (!fit_columns(&t, err))
        return false;
    for (size_t r = 0; r < rows; r++)
        if (!t.reason[r])
            t.row[t.row_n++] = r;
    if (!answer(&t, err))
        return false;
    if (!look_at_cells(&t, err))
        return false;
    count_answers(&t);
    ret->records = (size_t)t.columns.records;
    ret->rejected = ret->records - t.row_n;
    put_header(&t, ret_csv);
    put_rows(&t, ret_csv);
    return true;
}
