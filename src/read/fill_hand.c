/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/fill_hand.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "read/decimal.h"
#include "read/scale.h"

/* --- cells ------------------------------------------------------------------------------------ */

static bool put_category(struct hand *h, size_t w, struct str cell)
{
    const struct wanted *to = &h->wanted[w];
    const struct category_set *set = &h->fill->set[to->column];
    uint32_t *code = &to->code[h->row];
    uint64_t key = cell.n < sizeof key ? category_key(cell) : 0;
    struct recent *recent = &h->recent[w * HAND_RECENT + category_place(key, HAND_RECENT)];
    if (key && recent->key == key) {
        *code = recent->code;
        return true;
    }
    if (!category_find(set, cell, code) &&
        !category_find(set, cell_compose(cell, &h->scratch), code))
        return false;
    *recent = (struct recent){key, *code};
    return true;
}

/* A cell that does not fit its column; false if the survey found none such. */
static bool reject(struct hand *h, const struct wanted *to)
{
    to->missing[h->row] = 1;
    to->mantissa[h->row] = 0;
    return to->how.rejects || to->how.is_derived;
}

static bool put_number(struct hand *h, const struct wanted *to, struct str cell)
{
    struct decimal value = {0, 0};
    bool rounded;
    enum num_read read = num_decimal(cell, h->point, &value);
    if (read != NUM_OK && read != NUM_ROUNDED)
        return reject(h, to);
    if (!scale_fits(value, to->how.own))
        return false;
    to->mantissa[h->row] = scale_apply(value, to->how.own, &rounded) * scale_ten[to->how.up];
    return true;
}

/* A time, or a part of one. */
static bool put_time(struct hand *h, const struct wanted *to, struct str cell)
{
    const struct fill_field *how = &to->how;
    struct decimal value;
    bool rounded;
    if (!date_read(cell, how->time, how->order, &value))
        return reject(h, to);
    if (how->is_derived)
        value = derive_value(how->time, how->part, value);
    if (value.mantissa && value.exponent < how->own)
        return false;
    to->mantissa[h->row] = scale_apply(value, how->own, &rounded);
    return true;
}

/* Days and times that name groups have one notation, however they were typed. */
static bool put_named_time(struct hand *h, size_t w, struct str cell)
{
    const struct fill_field *how = &h->wanted[w].how;
    struct decimal value;
    char text[DATE_TEXT];
    if (date_read(cell, how->time, how->order, &value))
        cell = str_of(date_text(how->time, value, text));
    return put_category(h, w, cell);
}

static bool put_value(struct hand *h, size_t w, struct str cell)
{
    const struct wanted *to = &h->wanted[w];
    if (to->how.time == TIME_NONE)
        return to->number ? put_number(h, to, cell) : put_category(h, w, cell);
    return to->number ? put_time(h, to, cell) : put_named_time(h, w, cell);
}

/* Any cell; false if it is not what was surveyed. */
static bool put_cell(struct hand *h, size_t w, struct str cell)
{
    const struct wanted *to = &h->wanted[w];
    cell = cell_trim(cell);
    to->missing[h->row] = cell_is_missing(&h->words, to->how.field, cell);
    if (!to->missing[h->row])
        return put_value(h, w, cell);
    if (to->number)
        to->mantissa[h->row] = 0;
    else
        to->code[h->row] = 0;
    return true;
}

/* A plain number of a column that needs no rounding; false: put_cell must look. */
static inline bool put_plain(const struct hand *h, const struct wanted *to, struct str cell)
{
    struct plain_decimal d;
    if (!to->plain || cell.n == 0 || !decimal_plain(cell.at, cell.n, h->point, &d) ||
        (h->words.word_n && h->words.begins[(unsigned char)cell.at[0]]))
        return false;
    int up = -d.behind - to->how.own;
    if (up < 0 || d.before + d.behind + up > 18)
        return false;
    int64_t size = (int64_t)(d.size * (uint64_t)scale_ten[up]);
    to->mantissa[h->row] = d.negative ? -size : size;
    to->missing[h->row] = 0;
    return true;
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool no_room(struct hand *h)
{
    h->changed = h->changed || h->row == h->end;
    return h->changed;
}

/* A cell of each of the records that are rows. */
static void take_column(struct hand *h, size_t w, const struct plain_records *records)
{
    const struct wanted *to = &h->wanted[w];
    size_t first = h->row;
    for (size_t r = 0; r < records->n && !h->changed; r++) {
        struct str cell = plain_field(records, r, to->how.field);
        if (cell_is_emptied(&h->part->options, records->position + r))
            continue;
        if (!put_plain(h, to, cell) && !put_cell(h, w, cell))
            h->changed = true;
        h->row++;
    }
    h->row = first;
}

static bool take_plain(void *context, const struct plain_records *records, struct err *err)
{
    struct hand *h = context;
    size_t rows = 0;
    (void)err;
    for (size_t r = 0; r < records->n; r++)
        rows += !cell_is_emptied(&h->part->options, records->position + r);
    h->changed = h->changed || rows > h->end - h->row;
    for (size_t w = 0; w < h->parse_n; w++)
        if (!h->skip[w])
            take_column(h, w, records);
    h->row += rows;
    return !h->changed;
}

static bool take_odd(void *context, const struct csv_record *record, struct err *err)
{
    struct hand *h = context;
    (void)err;
    if (record->position == 0 || record->fault ||
        cell_is_emptied(&h->part->options, record->position))
        return true;
    if (no_room(h))
        return false;
    for (size_t w = 0; w < h->parse_n; w++)
        if (!h->skip[w] && !put_cell(h, w, record->field[h->wanted[w].how.field]))
            h->changed = true;
    h->row++;
    return !h->changed;
}

/* --- segments --------------------------------------------------------------------------------- */

static void begin_part(struct hand *h, const struct fill_part *part)
{
    const struct stream_take take = {h, take_plain, take_odd};
    if (h->part == part)
        return;
    stream_free(h->stream);
    h->stream = stream_new(part->options.dialect, &take, STREAM_PIECE_BYTES);
    h->part = part;
    h->words = cell_words_of(part->word, part->word_n, part->options.dialect->point);
    h->point = part->options.dialect->point;
    for (size_t w = 0; w < h->parse_n; w++) {
        size_t c = h->parse[w];
        bool number = h->fill->column[c].type == COLUMN_NUMBER;
        bool plain = number && !part->field[c].lossy && part->field[c].time == TIME_NONE;
        h->wanted[w] = (struct wanted){.column = c,
                                       .how = part->field[c],
                                       .number = number,
                                       .plain = plain,
                                       .mantissa = h->to[c].mantissa,
                                       .code = h->to[c].code,
                                       .missing = h->to[c].missing};
    }
    memset(h->recent, 0, h->parse_n * HAND_RECENT * sizeof *h->recent);
}

void hand_begin_segment(struct hand *h, const struct fill_segment *segment)
{
    begin_part(h, &h->fill->part[segment->part]);
    stream_seek(h->stream, &segment->place);
    h->end = h->row + segment->rows;
}

void hand_feed(struct hand *h, struct str bytes)
{
    struct err ignored = {0};
    if (!h->changed && !stream_feed(h->stream, bytes, &ignored))
        h->changed = true;
}

void hand_end_segment(struct hand *h, const struct fill_segment *segment)
{
    struct err ignored = {0};
    if (!h->changed && segment->last && !stream_end(h->stream, &ignored))
        h->changed = true;
    h->changed = h->changed || h->row != h->end;
}

void hand_release(struct hand *h)
{
    stream_free(h->stream);
    free(h->skip);
    free(h->wanted);
    free(h->recent);
    buf_release(&h->scratch);
    buf_release(&h->packed);
}
