/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second look of a survey: what turned out to be needed only when types were decided. */
#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "read/columns_note.h"
#include "read/decimal.h"
#include "read/survey_int.h"

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
    survey_keep_text(s, field, &s->bar[f], cell);
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

/* What has no more digits than another cell changes nothing. */
static bool is_settled(const struct surveying *s, const struct survey_field *field, struct str cell)
{
    struct plain_decimal d;
    return !field->set_grows && field->time == TIME_NONE && cell.n &&
           !s->words.begins[(unsigned char)cell.at[0]] &&
           decimal_plain(cell.at, cell.n, s->options->dialect->point, &d) &&
           (d.size == 0 || -d.behind >= field->exponent);
}

static bool look_at_plain(void *context, const struct plain_records *records, struct err *err)
{
    struct surveying *s = context;
    (void)err;
    for (size_t r = 0; r < records->n; r++) {
        const struct csv_record same = {.position = records->position + r,
                                        .line = records->line + r,
                                        .offset = plain_offset(records, r)};
        if (cell_is_emptied(s->options, same.position))
            continue;
        for (size_t i = 0; i < s->again_n; i++) {
            struct str cell = plain_field(records, r, s->again[i]);
            if (!is_settled(s, &s->ret->field[s->again[i]], cell))
                look_at_cell(s, s->again[i], &same, cell);
        }
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
    survey_begin_bars(&s);
    for (size_t f = 0; f < survey->field_n; f++) {
        if (!survey->field[f].look_again)
            continue;
        if (survey->field[f].lossy)
            survey->field[f].exponent = INT_MAX;
        s.again[s.again_n++] = f;
    }
    if (!survey_pass(request, &(struct stream_take){&s, look_at_plain, look_again}, err))
        return false;
    for (size_t i = 0; i < s.again_n; i++)
        if (survey->field[s.again[i]].exponent == INT_MAX)
            survey->field[s.again[i]].exponent = 0;
    return true;
}
