/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain numbers take the short way: learn_plain looks only whether the cell changes the field's
 * scale, and nearly no cell does. Every other cell takes take_cell.
 *
 * Invariant: field[f] describes field f of every record without fault.
 */
#include "read/survey_int.h"

#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "read/decimal.h"

/* Several threads want larger pieces, because each piece brings them together once. */
enum { WINDOW_BYTES = 1 << 18, WINDOW_BYTES_MANY = 1 << 20, BATCH_ROWS_LEAST = 256 };

/* --- the first record ------------------------------------------------------------------------- */

static struct str clean_name(struct surveying *s, struct str name)
{
    return arena_str(s->arena, cell_compose(str_trim(name), &s->scratch));
}

static bool check_names(const struct columns_options *o, const struct csv_record *first,
                        struct err *err)
{
    size_t at;
    if (first->position == 0 && first->fault && !o->names)
        return FAIL(err, ERR_INPUT, _("Correct the first line, or name the columns: --names a,b,c"),
                    "%s", first->fault);
    if (o->names && o->names_n > first->field_n)
        return FAIL(err, ERR_INPUT, _("Name each column once: --names a,b,c"),
                    _("%zu names were given for %zu columns."), o->names_n, first->field_n);
    for (size_t f = 0; o->names && f < o->names_n; f++)
        if (!str_utf8(o->names[f], &at))
            return FAIL(err, ERR_INPUT, _("Name each column once: --names a,b,c"),
                        _("The name of column %zu is not valid UTF-8."), f + 1);
    return true;
}

void survey_begin_bars(struct surveying *s)
{
    size_t n = s->ret->field_n;
    s->bar = mem_get(n, sizeof *s->bar);
    s->recent = mem_get(n * SURVEY_RECENT, sizeof *s->recent);
    for (size_t f = 0; f < n; f++) {
        const struct survey_field *field = &s->ret->field[f];
        bool always = field->said.as_category || field->said.stated == DATE_COMPACT;
        s->bar[f] = (struct bar){INT_MAX, INT_MIN, always || field->set_grows,
                                 s->recent + f * SURVEY_RECENT};
    }
}

/* The first record says how many fields there are; names come from it or from the options. */
static void name_fields(struct surveying *s, const struct csv_record *first,
                        struct field_said *said)
{
    const struct columns_options *o = s->options;
    for (size_t f = 0; f < first->field_n; f++) {
        if (o->names) /* fields behind the last name must be empty: columns.c */
            said[f].name = clean_name(s, f < o->names_n ? o->names[f] : STR(""));
        else if (first->position == 0)
            said[f].name = clean_name(s, first->field[f]);
        else
            said[f].name = str_of(arena_printf(s->arena, "c%zu", f + 1));
    }
}

static bool begin_fields(struct surveying *s, const struct csv_record *first, struct err *err)
{
    struct survey *ret = s->ret;
    struct field_word *word;
    if (!check_names(s->options, first, err))
        return false;
    struct field_said *said = arena_get(s->arena, first->field_n, sizeof *said);
    name_fields(s, first, said);
    if (!field_begin(s->options, said, first->field_n, s->arena, &word, err))
        return false;
    ret->field_n = first->field_n;
    ret->field = arena_get(s->arena, ret->field_n, sizeof *ret->field);
    ret->word = word;
    ret->word_n = s->options->missing_n;
    s->words = cell_words_of(word, ret->word_n, s->options->dialect->point);
    for (size_t f = 0; f < ret->field_n; f++) {
        struct survey_field *field = &ret->field[f];
        field->said = said[f];
        field->set.arena = s->arena;
        field->set_grows = field->set_is_whole = !s->request->types_only;
        field->near = INT_MAX;
    }
    survey_begin_bars(s);
    survey_keep_begin(s);
    if (cluster_slots(s->request->cluster) > 1 && ret->field_n <= SURVEY_FIELDS_MANY) {
        s->rest = mem_get(ret->field_n * SCAN_BLOCK_ROWS, sizeof *s->rest);
        s->rest_n = mem_get(ret->field_n, sizeof *s->rest_n);
    }
    return true;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void *grow(void *array, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return array;
    *room = *room ? 2 * *room : 16;
    return mem_resize(array, *room, size);
}

static void keep_place(struct surveying *s, size_t row, const struct csv_place *place)
{
    struct survey *ret = s->ret;
    size_t room = s->place_room;
    ret->place = grow(ret->place, ret->place_n, &s->place_room, sizeof *ret->place);
    ret->place_row = grow(ret->place_row, ret->place_n, &room, sizeof *ret->place_row);
    ret->place[ret->place_n] = *place;
    ret->place_row[ret->place_n++] = row;
}

/* Counts a record that is a row. */
static bool begin_row(struct surveying *s, uint64_t position, uint64_t line, uint64_t offset,
                      struct err *err)
{
    struct survey *ret = s->ret;
    size_t row = s->request->first_row + ret->rows;
    if (row >= UINT32_MAX)
        return FAIL(err, ERR_LIMIT, _("Split the file into smaller ones."),
                    _("A table can have %lu rows."), (unsigned long)UINT32_MAX);
    if (ret->rows && row % SCAN_BLOCK_ROWS == 0)
        survey_keep_block(s);
    if (ret->rows == 0 || row % SCAN_BLOCK_ROWS == 0)
        keep_place(s, row, &(struct csv_place){offset, line, position - 1, ret->field_n});
    if (ret->rows == 0 || position != s->next_position) {
        ret->run = grow(ret->run, ret->run_n, &s->run_room, sizeof *ret->run);
        ret->run[ret->run_n++] = (struct columns_run){row, s->request->number, position};
    }
    s->next_position = position + 1;
    ret->rows++;
    return true;
}

static void reject(struct surveying *s, const struct csv_record *record)
{
    struct survey *ret = s->ret;
    struct str column = {"", 0};
    ret->rejected++;
    if (!ret->fault)
        ret->fault = arena_get(s->arena, COLUMNS_FAULTS_KEPT, sizeof *ret->fault);
    if (ret->fault_n == COLUMNS_FAULTS_KEPT)
        return;
    if (record->fault_field < ret->field_n)
        column = ret->field[record->fault_field].said.name;
    ret->fault[ret->fault_n++] =
        (struct columns_fault){.kind = COLUMNS_REJECTED,
                               .part = s->request->number,
                               .position = record->position,
                               .line = record->line,
                               .column = column,
                               .what = arena_str(s->arena, str_of(record->fault))};
}

/* --- cells ------------------------------------------------------------------------------------ */

static void learn_decimal(struct survey_field *field, struct bar *bar, struct decimal value)
{
    if (value.mantissa == 0)
        return;
    scale_learn(&field->scale, value);
    if (value.exponent < field->near)
        field->near = value.exponent;
    bar->exponent = field->near;
    bar->top = field->scale.top;
}

static void learn_deep(struct surveying *s, struct survey_field *field,
                       const struct survey_deep *deep)
{
    scale_learn(&field->scale, deep->value);
    if (!field->deep)
        field->deep = arena_get(s->arena, SURVEY_DEEP_KEPT, sizeof *field->deep);
    if (field->deep_n++ >= SURVEY_DEEP_KEPT)
        return;
    struct survey_deep *kept = &field->deep[field->deep_n - 1];
    *kept = *deep;
    kept->text = arena_str(s->arena, str_front(deep->text, SURVEY_SHOWN_BYTES));
}

/* A plain number that may go beyond the bar. */
static void learn_high(struct surveying *s, size_t f, struct str cell)
{
    struct decimal value = {0, 0};
    enum num_read read = num_decimal(cell, s->options->dialect->point, &value);
    BUG_IF(read != NUM_OK);
    learn_decimal(&s->ret->field[f], &s->bar[f], value);
}

/* Whether this is no column of categories, as far as one sees. */
static bool looks_like_values(const struct survey_field *field)
{
    return !field->said.as_category && field->texts == field->evidence.times;
}

/* True if this short cell was kept already: a table of few short texts names them all the time. */
static bool is_recent(struct bar *bar, struct str cell)
{
    if (cell.n >= sizeof(uint64_t))
        return false;
    uint64_t key = category_key(cell);
    uint64_t *slot = &bar->recent[category_place(key, SURVEY_RECENT)];
    bool known = *slot == key;
    *slot = key;
    return known;
}

/* Keep the cell among the distinct ones. Few numbers and times are kept, because their columns
 * are rarely categories, and those with few different ones often are. */
void survey_keep_text(struct surveying *s, struct survey_field *field, struct bar *bar,
                      struct str cell)
{
    uint32_t number;
    if (is_recent(bar, cell))
        return;
    if (!category_find(&field->set, cell, &number))
        category_add(&field->set, cell_compose(cell, &s->scratch));
    if (s->again_n || field->set.text_n <= SURVEY_FEW_TEXTS || !looks_like_values(field))
        return;
    category_release(&field->set);
    field->set_grows = field->set_is_whole = false;
    bar->always = field->said.stated == DATE_COMPACT;
}

/* What a cell turned out to be. */
static void keep_number(struct surveying *s, size_t f, size_t i, const struct decimal *value)
{
    if (!s->cells)
        return;
    struct field_cells *cells = &s->cells[f];
    cells->missing[i] = !value;
    cells->value[i] = value ? value->mantissa : 0;
    cells->behind[i] = value && value->mantissa ? -value->exponent : 0;
}

/* Any cell, in place i of its block. */
static void take_cell(struct surveying *s, size_t f, struct evidence_place place, size_t i,
                      struct str cell)
{
    struct survey_field *field = &s->ret->field[f];
    struct bar *bar = &s->bar[f];
    struct decimal value = {0, 0};
    cell = cell_trim(cell);
    field->empty += cell.n == 0;
    if (cell_is_missing(&s->words, f, cell)) {
        field->known[cell_known_number(cell)]++;
        field->missing++;
        keep_number(s, f, i, NULL);
        return;
    }
    const char point = s->options->dialect->point;
    enum num_read read = NUM_NOT_A_NUMBER;
    if (cell_may_be_number(cell, point))
        read = num_decimal(cell, point, &value);
    if (read != NUM_OK && read != NUM_ROUNDED) {
        field->texts++;
        evidence_text(&field->evidence, place, cell, point);
        if (s->cells)
            s->cells[f].odd = true;
    } else if (read == NUM_ROUNDED || value.exponent < SURVEY_DEEP_EXPONENT) {
        learn_deep(
            s, field,
            &(struct survey_deep){place.position, place.line, value, read == NUM_ROUNDED, cell});
        if (s->cells)
            s->cells[f].odd = true;
    } else {
        learn_decimal(field, bar, value);
        keep_number(s, f, i, &value);
        if (field->said.stated == DATE_COMPACT)
            evidence_compact(&field->evidence, cell);
    }
    if (field->set_grows)
        survey_keep_text(s, field, bar, cell);
}

/* Does this plain number change what is known of its field? Zeros at its end do not count. */
static inline bool goes_beyond(const struct bar *bar, char first, const struct plain_decimal *d)
{
    int64_t more = (int64_t)d->behind + bar->exponent;
    return d->size && (d->before - (first == '0') > bar->top || more > SCALE_DIGITS ||
                       (more > 0 && d->size % (uint64_t)scale_ten[more]));
}

/* True if a cell is a plain number of a field that looks like one of numbers; then nothing of it is
 * left to be looked at. */
static inline bool take_number(struct surveying *s, size_t f, size_t i, struct str cell)
{
    const struct bar *bar = &s->bar[f];
    struct plain_decimal d;
    if (bar->always || cell.n == 0 ||
        !decimal_plain(cell.at, cell.n, s->options->dialect->point, &d) ||
        (s->words.word_n && s->words.begins[(unsigned char)cell.at[0]]))
        return false;
    if (goes_beyond(bar, *cell.at, &d))
        learn_high(s, f, cell);
    struct field_cells *to = &s->cells[f];
    to->value[i] = d.negative ? -(int64_t)d.size : (int64_t)d.size;
    to->behind[i] = d.size ? d.behind : 0;
    to->missing[i] = 0;
    return true;
}

/* The same where values are not kept: their form is enough. */
static inline bool take_form(struct surveying *s, size_t f, struct str cell)
{
    const struct bar *bar = &s->bar[f];
    struct decimal_form d;
    if (bar->always || cell.n == 0 ||
        !decimal_form(cell.at, cell.n, s->options->dialect->point, &d) ||
        (s->words.word_n && s->words.begins[(unsigned char)cell.at[0]]))
        return false;
    if ((-d.behind < bar->exponent || d.before - (*cell.at == '0') > bar->top) && !d.zero)
        learn_high(s, f, cell);
    return true;
}

/* A cell of the batch that takes the long way. */
static void take_rest(struct surveying *s, size_t f, size_t i)
{
    const struct plain_records *records = s->batch.records;
    size_t r = s->batch.record[i];
    take_cell(s, f, (struct evidence_place){records->position + r, records->line + r},
              s->batch.at + i, plain_field(records, r, f));
}

/* Field f of the batch. Of several threads each has fields of its own; what they share, such as the
 * arena, is for take_rest. */
static void take_field(void *context, size_t f, unsigned slot)
{
    struct surveying *s = context;
    const struct batch *batch = &s->batch;
    (void)slot;
    for (size_t i = 0; i < batch->n; i++) {
        struct str cell = plain_field(batch->records, batch->record[i], f);
        if (s->cells ? take_number(s, f, batch->at + i, cell) : take_form(s, f, cell))
            continue;
        if (s->rest)
            s->rest[f * SCAN_BLOCK_ROWS + s->rest_n[f]++] = (uint16_t)i;
        else
            take_rest(s, f, i);
    }
}

static void take_batch(struct surveying *s)
{
    static const struct cluster alone = {.threads = 1};
    size_t n = s->ret->field_n, rows = s->request->first_row + s->ret->rows;
    bool few = s->batch.n < BATCH_ROWS_LEAST || !s->rest;
    s->batch.at = (rows - s->batch.n) % SCAN_BLOCK_ROWS;
    cluster_run(few ? &alone : s->request->cluster, n, take_field, s);
    for (size_t f = 0; f < n && s->rest; f++) {
        for (size_t i = 0; i < s->rest_n[f]; i++)
            take_rest(s, f, s->rest[f * SCAN_BLOCK_ROWS + i]);
        s->rest_n[f] = 0;
    }
    s->batch.n = 0;
}

static bool take_plain(void *context, const struct plain_records *records, struct err *err)
{
    struct surveying *s = context;
    s->batch.records = records;
    for (size_t r = 0; r < records->n; r++) {
        uint64_t position = s->ret->records = records->position + r;
        if (cell_is_emptied(s->options, position))
            continue;
        if ((s->request->first_row + s->ret->rows) % SCAN_BLOCK_ROWS == 0)
            take_batch(s);
        if (!begin_row(s, position, records->line + r, plain_offset(records, r), err))
            return false;
        s->batch.record[s->batch.n++] = (uint32_t)r;
    }
    take_batch(s);
    return true;
}

static bool take_odd(void *context, const struct csv_record *record, struct err *err)
{
    struct surveying *s = context;
    if (!s->ret->field && !begin_fields(s, record, err))
        return false;
    if (record->position == 0)
        return true;
    s->ret->records = record->position;
    if (cell_is_emptied(s->options, record->position))
        return true;
    if (record->fault) {
        reject(s, record);
        return true;
    }
    if (!begin_row(s, record->position, record->line, record->offset, err))
        return false;
    size_t at = (s->request->first_row + s->ret->rows - 1) % SCAN_BLOCK_ROWS;
    for (size_t f = 0; f < record->field_n; f++)
        take_cell(s, f, (struct evidence_place){record->position, record->line}, at,
                  record->field[f]);
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool was_cancelled(const struct survey_request *request, uint64_t done, struct err *err)
{
    if (!request->step || request->step(request->context, done))
        return false;
    (void)FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
               _("The reading was stopped."));
    return true;
}

bool survey_pass(const struct survey_request *request, const struct stream_take *take,
                 struct err *err)
{
    const struct columns_part *part = request->part;
    bool many = cluster_slots(request->cluster) > 1;
    size_t room = many ? WINDOW_BYTES_MANY : WINDOW_BYTES;
    CLEANUP(stream_release)
    struct csv_stream *stream =
        stream_new(part->options.dialect, take, many ? room : (size_t)STREAM_PIECE_BYTES);
    CLEANUP(mem_free) char *window = mem_get(room, 1);
    for (uint64_t at = 0; at < part->bytes->n;) {
        uint64_t rest = part->bytes->n - at;
        size_t n = rest < room ? (size_t)rest : room;
        if (!bytes_read(part->bytes, at, window, n, err) ||
            !stream_feed(stream, (struct str){window, n}, err))
            return false;
        at += n;
        if (was_cancelled(request, at, err))
            return false;
    }
    return stream_end(stream, err);
}

void surveying_release(struct surveying *s)
{
    free(s->bar);
    free(s->recent);
    free(s->again);
    free(s->batch.record);
    free(s->rest);
    free(s->rest_n);
    survey_keep_end(s);
    buf_release(&s->scratch);
}

bool survey_run(const struct survey_request *request, struct arena *arena, struct survey *ret,
                struct err *err)
{
    CLEANUP(surveying_release)
    struct surveying s = {.request = request,
                          .options = &request->part->options,
                          .arena = arena,
                          .ret = ret,
                          .batch.record = mem_get(SCAN_BLOCK_ROWS, sizeof *s.batch.record),
                          .scratch = BUF_INIT};
    *ret = (struct survey){.field_n = 0};
    if (!survey_pass(request, &(struct stream_take){&s, take_plain, take_odd}, err))
        return false;
    if (ret->rows)
        survey_keep_block(&s);
    return true;
}

void survey_count(const struct survey *survey, struct survey_field *field)
{
    field->evidence.cells = survey->rows - field->missing;
    field->evidence.numbers = field->evidence.cells - field->texts;
}

void survey_release(struct survey *survey)
{
    for (size_t f = 0; f < survey->field_n; f++)
        category_release(&survey->field[f].set);
    free(survey->place);
    free(survey->place_row);
    free(survey->run);
    free(survey->kept);
    survey->kept = NULL;
    survey->place = NULL;
    survey->place_row = NULL;
    survey->run = NULL;
}
