/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain numbers take the short way: learn_plain looks only whether the cell changes the field's
 * scale, and nearly no cell does. Every other cell takes take_cell.
 *
 * Invariant: field[f] describes field f of every record without fault.
 */
#include "read/survey.h"

#include <limits.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "learn/scan.h"
#include "read/cell.h"
#include "read/columns_note.h"
#include "read/decimal.h"
#include "read/stream.h"

enum { WINDOW_BYTES = 1 << 18, RECENT = 64 };

/* What a plain number must go beyond to change the scale of its field, and what else of the field
 * is looked at for each cell: kept together, because it is read for each cell. */
struct bar {
    int exponent;
    int top;
    bool always;      /* the cells of this field take the long way */
    uint64_t *recent; /* (RECENT) short cells kept lately, as keys; a new bar knows none */
};

struct surveying {
    const struct survey_request *request;
    const struct columns_options *options;
    struct arena *arena;
    struct survey *ret;
    struct bar *bar;  /* (field_n) */
    uint64_t *recent; /* (field_n, RECENT) */
    struct cell_words words;
    size_t place_room;
    size_t run_room;
    uint64_t next_position; /* of the row behind the last one, if none is left out between them */
    size_t *again;          /* (again_n) fields of the second look; NULL in the first */
    size_t again_n;
    struct buf scratch;
};

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

static void begin_bars(struct surveying *s)
{
    size_t n = s->ret->field_n;
    s->bar = mem_get(n, sizeof *s->bar);
    s->recent = mem_get(n * RECENT, sizeof *s->recent);
    for (size_t f = 0; f < n; f++) {
        const struct survey_field *field = &s->ret->field[f];
        bool always = field->said.as_category || field->said.stated == DATE_COMPACT;
        s->bar[f] =
            (struct bar){INT_MAX, INT_MIN, always || field->set_grows, s->recent + f * RECENT};
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
    begin_bars(s);
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
    uint64_t *slot = &bar->recent[category_place(key, RECENT)];
    bool known = *slot == key;
    *slot = key;
    return known;
}

/* Keep the cell among the distinct ones. Few numbers and times are kept, because their columns
 * are rarely categories, and those with few different ones often are. */
static void keep_cell(struct surveying *s, struct survey_field *field, struct bar *bar,
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

static void take_cell(struct surveying *s, size_t f, uint64_t position, uint64_t line,
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
        return;
    }
    const char point = s->options->dialect->point;
    enum num_read read = NUM_NOT_A_NUMBER;
    if (cell_may_be_number(cell, point))
        read = num_decimal(cell, point, &value);
    if (read != NUM_OK && read != NUM_ROUNDED) {
        field->texts++;
        evidence_text(&field->evidence, (struct evidence_place){position, line}, cell, point);
    } else if (read == NUM_ROUNDED || value.exponent < SURVEY_DEEP_EXPONENT) {
        learn_deep(s, field,
                   &(struct survey_deep){position, line, value, read == NUM_ROUNDED, cell});
    } else {
        learn_decimal(field, bar, value);
        if (field->said.stated == DATE_COMPACT)
            evidence_compact(&field->evidence, cell);
    }
    if (field->set_grows)
        keep_cell(s, field, bar, cell);
}

static bool take_plain(void *context, const struct plain_record *record, struct err *err)
{
    struct surveying *s = context;
    const char point = s->options->dialect->point;
    const bool no_words = s->words.word_n == 0;
    struct decimal_form d;
    s->ret->records = record->position;
    if (cell_is_emptied(s->options, record->position))
        return true;
    if (!begin_row(s, record->position, record->line, record->offset, err))
        return false;
    for (size_t f = 0; f < record->field_n; f++) {
        struct str cell = plain_field(record, f);
        struct bar *bar = &s->bar[f];
        bool plain = !bar->always && cell.n && decimal_form(cell.at, cell.n, point, &d) &&
                     (no_words || !s->words.begins[(unsigned char)cell.at[0]]);
        if (!plain)
            take_cell(s, f, record->position, record->line, cell);
        else if ((-d.behind < bar->exponent || d.before - (*cell.at == '0') > bar->top) && !d.zero)
            learn_high(s, f, cell);
    }
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
    for (size_t f = 0; f < record->field_n; f++)
        take_cell(s, f, record->position, record->line, record->field[f]);
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

static bool pass(const struct survey_request *request, const struct stream_take *take,
                 struct err *err)
{
    const struct columns_part *part = request->part;
    CLEANUP(stream_release)
    struct csv_stream *stream = stream_new(part->options.dialect, take);
    CLEANUP(mem_free) char *window = mem_get(WINDOW_BYTES, 1);
    for (uint64_t at = 0; at < part->bytes->n;) {
        uint64_t rest = part->bytes->n - at;
        size_t n = rest < WINDOW_BYTES ? (size_t)rest : WINDOW_BYTES;
        if (!bytes_read(part->bytes, at, window, n, err) ||
            !stream_feed(stream, (struct str){window, n}, err))
            return false;
        at += n;
        if (was_cancelled(request, at, err))
            return false;
    }
    return stream_end(stream, err);
}

static void surveying_release(struct surveying *s)
{
    free(s->bar);
    free(s->recent);
    free(s->again);
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
                          .scratch = BUF_INIT};
    *ret = (struct survey){.field_n = 0};
    return pass(request, &(struct stream_take){&s, take_plain, take_odd}, err);
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
    survey->place = NULL;
    survey->place_row = NULL;
    survey->run = NULL;
}

/* --- the second look -------------------------------------------------------------------------- */

static void report_cell(struct surveying *s, struct survey_field *field,
                        const struct csv_record *record, struct str cell,
                        enum columns_fault_kind kind)
{
    struct survey *ret = s->ret;
    if (!ret->cell)
        ret->cell = arena_get(s->arena, COLUMNS_FAULTS_KEPT, sizeof *ret->cell);
    field->rejected += kind == COLUMNS_CELL;
    if (ret->cell_total++ < COLUMNS_FAULTS_KEPT)
        ret->cell[ret->cell_n++] =
            note_cell(s->arena, kind, s->request->number, record, field, cell);
}

/* A cell became this mantissa: may the field's exponent stay as high as it is? */
static void lower_exponent(struct survey_field *field, int64_t mantissa, int exponent)
{
    for (; mantissa && mantissa % 10 == 0; mantissa /= 10)
        exponent++;
    if (mantissa && exponent < field->exponent)
        field->exponent = exponent;
}

/* A number of a field whose cells do not all fit: what it becomes may end in more zeros. */
static void look_at_number(struct surveying *s, struct survey_field *field,
                           const struct csv_record *record, struct str cell)
{
    struct decimal value = {0, 0};
    bool rounded;
    int exponent = scale_exponent(&field->scale);
    enum num_read read = num_decimal(cell, s->options->dialect->point, &value);
    if (read != NUM_OK && read != NUM_ROUNDED) {
        report_cell(s, field, record, cell, COLUMNS_CELL);
        return;
    }
    if (!field->lossy || !scale_fits(value, exponent))
        return;
    int64_t mantissa = scale_apply(value, exponent, &rounded);
    if (rounded || read == NUM_ROUNDED)
        report_cell(s, field, record, cell, COLUMNS_ROUNDED);
    lower_exponent(field, mantissa, exponent);
}

/* Rounded cells come in the order of the file, those of a line in the order of the fields. Until
 * they are sorted, part is the field. */
static int compare_faults(const void *a, const void *b)
{
    const struct columns_fault *left = a;
    const struct columns_fault *right = b;
    int order = (left->line > right->line) - (left->line < right->line);
    return order ? order : (left->part > right->part) - (left->part < right->part);
}

/* Only deep cells are rounded: then they tell all. */
static bool deep_cells_tell(const struct survey_field *field)
{
    return field->deep_n <= SURVEY_DEEP_KEPT && scale_exponent(&field->scale) <= field->near;
}

static size_t settle_field(struct surveying *s, size_t f, struct columns_fault *fault)
{
    struct survey_field *field = &s->ret->field[f];
    int own = scale_exponent(&field->scale);
    size_t n = 0;
    field->exponent = field->near;
    for (size_t i = 0; i < field->deep_n; i++) {
        const struct survey_deep *deep = &field->deep[i];
        bool rounded;
        lower_exponent(field, scale_apply(deep->value, own, &rounded), own);
        if (!rounded && !deep->cut)
            continue;
        const struct csv_record record = {.position = deep->position, .line = deep->line};
        fault[n++] = note_cell(s->arena, COLUMNS_ROUNDED, f, &record, field, deep->text);
    }
    if (field->exponent == INT_MAX)
        field->exponent = 0;
    field->look_again = false;
    return n;
}

void survey_settle(const struct survey_request *request, struct arena *arena, struct survey *survey)
{
    struct surveying s = {.request = request, .arena = arena, .ret = survey};
    size_t most = 0, n = 0;
    for (size_t f = 0; f < survey->field_n; f++) {
        const struct survey_field *field = &survey->field[f];
        /* Cells that do not fit are listed by the second look, in order with those rounded. */
        if (field->look_again && field->rejects)
            return;
        if (!field->look_again || !field->lossy)
            continue;
        if (!deep_cells_tell(field))
            return;
        most += (size_t)field->deep_n;
    }
    if (most == 0)
        return;
    struct columns_fault *fault = arena_get(arena, most, sizeof *fault);
    for (size_t f = 0; f < survey->field_n; f++)
        if (survey->field[f].look_again && survey->field[f].lossy)
            n += settle_field(&s, f, fault + n);
    qsort(fault, n, sizeof *fault, compare_faults);
    for (size_t i = 0; i < n; i++)
        fault[i].part = request->number;
    survey->cell = fault;
    survey->cell_total = n;
    survey->cell_n = n < COLUMNS_FAULTS_KEPT ? n : COLUMNS_FAULTS_KEPT;
}

/* Times that are categories have one notation, however they were typed. */
static void look_at_category(struct surveying *s, size_t f, struct str cell)
{
    struct survey_field *field = &s->ret->field[f];
    struct decimal value;
    char text[DATE_TEXT];
    if (field->time != TIME_NONE && date_read(cell, field->time, field->order, &value))
        cell = str_of(date_text(field->time, value, text));
    keep_cell(s, field, &s->bar[f], cell);
}

static void look_at_cell(struct surveying *s, size_t f, const struct csv_record *record,
                         struct str cell)
{
    struct survey_field *field = &s->ret->field[f];
    struct decimal value;
    cell = cell_trim(cell);
    if (cell_is_missing(&s->words, f, cell))
        return;
    if (field->set_grows)
        look_at_category(s, f, cell);
    else if (field->time == TIME_NONE)
        look_at_number(s, field, record, cell);
    else if (!date_read(cell, field->time, field->order, &value))
        report_cell(s, field, record, cell, COLUMNS_CELL);
}

static bool look_again(void *context, const struct csv_record *record, struct err *err)
{
    struct surveying *s = context;
    (void)err;
    if (record->position == 0 || record->fault || record->field_n != s->ret->field_n ||
        cell_is_emptied(s->options, record->position))
        return true;
    for (size_t i = 0; i < s->again_n; i++)
        look_at_cell(s, s->again[i], record, record->field[s->again[i]]);
    return true;
}

static bool look_at_plain(void *context, const struct plain_record *record, struct err *err)
{
    struct surveying *s = context;
    const struct csv_record same = {
        .position = record->position, .line = record->line, .offset = record->offset};
    struct plain_decimal d;
    (void)err;
    if (cell_is_emptied(s->options, record->position))
        return true;
    for (size_t i = 0; i < s->again_n; i++) {
        struct survey_field *field = &s->ret->field[s->again[i]];
        struct str cell = plain_field(record, s->again[i]);
        /* What has no more digits than another cell changes nothing. */
        if (field->set_grows || field->time != TIME_NONE || cell.n == 0 ||
            s->words.begins[(unsigned char)cell.at[0]] ||
            !decimal_plain(cell.at, cell.n, s->options->dialect->point, &d) ||
            (d.size && -d.behind < field->exponent))
            look_at_cell(s, s->again[i], &same, cell);
    }
    return true;
}

bool survey_again(const struct survey_request *request, struct arena *arena, struct survey *survey,
                  struct err *err)
{
    CLEANUP(surveying_release)
    struct surveying s = {
        .request = request,
        .options = &request->part->options,
        .arena = arena,
        .ret = survey,
        .words = cell_words_of(survey->word, survey->word_n, request->part->options.dialect->point),
        .again = mem_get(survey->field_n, sizeof *s.again),
        .scratch = BUF_INIT};
    begin_bars(&s);
    for (size_t f = 0; f < survey->field_n; f++) {
        if (!survey->field[f].look_again)
            continue;
        if (survey->field[f].lossy)
            survey->field[f].exponent = INT_MAX;
        s.again[s.again_n++] = f;
    }
    if (!pass(request, &(struct stream_take){&s, look_at_plain, look_again}, err))
        return false;
    for (size_t i = 0; i < s.again_n; i++)
        if (survey->field[s.again[i]].exponent == INT_MAX)
            survey->field[s.again[i]].exponent = 0;
    return true;
}
