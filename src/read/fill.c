/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks are gathered into a window until it holds some for each thread, then all of them are
 * parsed at once. A block too large for a window is parsed piece by piece by the calling thread.
 *
 * What is parsed here was surveyed, so nothing can be wrong with it unless the bytes have changed;
 * then the thread stops, marks it, and the caller says so. No thread makes a sentence: the language
 * belongs to the calling one.
 */
#include "read/fill.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "read/cell.h"
#include "read/decimal.h"
#include "read/scale.h"
#include "read/stream.h"

enum { BLOCKS_A_THREAD = 4, WINDOW_BYTES = 16 << 20, PIECE_BYTES = 1 << 20, RECENT = 64 };

/* A short cell of a category column that was looked up lately. */
struct recent {
    uint64_t key; /* category_key, 0: none */
    uint32_t code;
};

/* A column that is asked for, as the part at hand has it. */
struct wanted {
    size_t column;
    struct fill_field how;
    bool number;
    bool plain;        /* a number that need not be rounded */
    int64_t *mantissa; /* (end) where its cells go */
    uint32_t *code;    /* (end) */
    uint8_t *missing;  /* (end) */
};

/* What one thread works with. */
struct hand {
    const struct filling *filling;
    struct csv_stream *stream; /* of the part at hand */
    const struct fill_part *part;
    struct cell_words words;
    char point;
    struct wanted *wanted; /* (want_n) */
    struct recent *recent; /* (want_n, RECENT) */
    struct column *to;     /* (columns) cells go here, from `row` on */
    struct column *cells;  /* (columns) a block's worth of those asked for; or no cells */
    size_t row;
    size_t end; /* row where the segment ends */
    bool changed;
    struct buf scratch;
};

/* A block of the window. */
struct window_block {
    size_t first; /* segments */
    size_t end;
    size_t at; /* byte of the window */
};

struct filling {
    const struct fill *fill;
    const struct scan *scan; /* NULL: into `to` */
    struct column *to;       /* NULL: into the scan's blocks */
    const size_t *want;      /* (want_n) columns */
    size_t want_n;
    struct hand *hand; /* (slots) */
    size_t slots;
    char *window;
    size_t window_room;
    struct window_block *block; /* (block_n) */
    size_t block_n;
};

/* --- cells ------------------------------------------------------------------------------------ */

static bool put_category(struct hand *h, size_t w, struct str cell)
{
    const struct wanted *to = &h->wanted[w];
    const struct category_set *set = &h->filling->fill->set[to->column];
    uint32_t *code = &to->code[h->row];
    uint64_t key = cell.n < sizeof key ? category_key(cell) : 0;
    struct recent *recent = &h->recent[w * RECENT + category_place(key, RECENT)];
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

static bool take_plain(void *context, const struct plain_record *record, struct err *err)
{
    struct hand *h = context;
    size_t want_n = h->filling->want_n;
    (void)err;
    if (cell_is_emptied(&h->part->options, record->position))
        return true;
    if (no_room(h))
        return false;
    for (size_t w = 0; w < want_n; w++) {
        struct str cell = plain_field(record, h->wanted[w].how.field);
        if (!put_plain(h, &h->wanted[w], cell) && !put_cell(h, w, cell))
            h->changed = true;
    }
    h->row++;
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
    for (size_t w = 0; w < h->filling->want_n; w++)
        if (!put_cell(h, w, record->field[h->wanted[w].how.field]))
            h->changed = true;
    h->row++;
    return !h->changed;
}

/* --- blocks ----------------------------------------------------------------------------------- */

static void begin_part(struct hand *h, const struct fill_part *part)
{
    const struct stream_take take = {h, take_plain, take_odd};
    const struct filling *filling = h->filling;
    if (h->part == part)
        return;
    stream_free(h->stream);
    h->stream = stream_new(part->options.dialect, &take);
    h->part = part;
    h->words = cell_words_of(part->word, part->word_n, part->options.dialect->point);
    h->point = part->options.dialect->point;
    for (size_t w = 0; w < filling->want_n; w++) {
        size_t c = filling->want[w];
        bool number = filling->fill->column[c].type == COLUMN_NUMBER;
        bool plain = number && !part->field[c].lossy && part->field[c].time == TIME_NONE;
        h->wanted[w] = (struct wanted){.column = c,
                                       .how = part->field[c],
                                       .number = number,
                                       .plain = plain,
                                       .mantissa = h->to[c].mantissa,
                                       .code = h->to[c].code,
                                       .missing = h->to[c].missing};
    }
    memset(h->recent, 0, filling->want_n * RECENT * sizeof *h->recent);
}

static void begin_segment(struct hand *h, const struct fill_segment *segment)
{
    begin_part(h, &h->filling->fill->part[segment->part]);
    stream_seek(h->stream, &segment->place);
    h->end = h->row + segment->rows;
}

static void end_segment(struct hand *h, const struct fill_segment *segment)
{
    struct err ignored = {0};
    if (!h->changed && segment->last && !stream_end(h->stream, &ignored))
        h->changed = true;
    h->changed = h->changed || h->row != h->end;
}

/* The cells of the block that begins with row `first` go there, or to a block of their own. */
static void begin_block(struct hand *h, size_t first)
{
    h->row = h->filling->to ? first : 0;
}

static struct column slice(const struct column *column, size_t first)
{
    struct column part = *column;
    part.mantissa = part.mantissa ? part.mantissa + first : NULL;
    part.code = part.code ? part.code + first : NULL;
    part.missing += first;
    return part;
}

/* Hand a block to the work of the scan. */
static void end_block(struct hand *h, size_t first, size_t rows, unsigned slot)
{
    const struct scan *scan = h->filling->scan;
    if (!scan || h->changed)
        return;
    for (size_t c = 0; c < scan->table->column_n; c++)
        if (scan->table->column[c].missing)
            h->cells[c] = slice(&scan->table->column[c], first);
    scan->work(scan->context, &(struct scan_block){first / SCAN_BLOCK_ROWS, first, rows, h->cells},
               slot);
}

/* The segments of a block whose first one is s, up to the end of the table or window. */
static size_t block_end(const struct fill *fill, size_t s)
{
    size_t block = fill->segment[s].row / SCAN_BLOCK_ROWS;
    while (s < fill->segment_n && fill->segment[s].row / SCAN_BLOCK_ROWS == block)
        s++;
    return s;
}

static size_t rows_of(const struct fill *fill, size_t from, size_t end)
{
    size_t rows = 0;
    for (size_t s = from; s < end; s++)
        rows += fill->segment[s].rows;
    return rows;
}

static uint64_t bytes_of(const struct fill *fill, size_t from, size_t end)
{
    uint64_t bytes = 0;
    for (size_t s = from; s < end; s++)
        bytes += fill->segment[s].bytes;
    return bytes;
}

/* One block of the window. */
static void run_block(void *context, size_t number, unsigned slot)
{
    struct filling *f = context;
    struct hand *h = &f->hand[slot];
    const struct fill *fill = f->fill;
    const struct window_block *block = &f->block[number];
    const char *at = f->window + block->at;
    struct err ignored = {0};
    if (h->changed)
        return;
    begin_block(h, fill->segment[block->first].row);
    for (size_t s = block->first; s < block->end && !h->changed; s++) {
        const struct fill_segment *segment = &fill->segment[s];
        begin_segment(h, segment);
        if (!stream_feed(h->stream, (struct str){at, (size_t)segment->bytes}, &ignored))
            h->changed = true;
        end_segment(h, segment);
        at += segment->bytes;
    }
    end_block(h, fill->segment[block->first].row, rows_of(fill, block->first, block->end), slot);
}

/* A block too large for the window, by this thread. */
static bool run_large_block(struct filling *f, size_t first, struct err *err)
{
    struct hand *h = &f->hand[0];
    const struct fill *fill = f->fill;
    size_t end = block_end(fill, first);
    CLEANUP(mem_free) char *piece = mem_get(PIECE_BYTES, 1);
    begin_block(h, fill->segment[first].row);
    for (size_t s = first; s < end && !h->changed; s++) {
        const struct fill_segment *segment = &fill->segment[s];
        struct err ignored = {0};
        begin_segment(h, segment);
        for (uint64_t done = 0; done < segment->bytes && !h->changed;) {
            uint64_t rest = segment->bytes - done;
            size_t n = rest < PIECE_BYTES ? (size_t)rest : PIECE_BYTES;
            if (!bytes_read(h->part->bytes, segment->place.offset + done, piece, n, err))
                return false;
            if (!stream_feed(h->stream, (struct str){piece, n}, &ignored))
                h->changed = true;
            done += n;
        }
        end_segment(h, segment);
    }
    end_block(h, fill->segment[first].row, rows_of(fill, first, end), 0);
    return true;
}

/* --- windows ---------------------------------------------------------------------------------- */

static bool read_window(struct filling *f, struct err *err)
{
    const struct fill *fill = f->fill;
    for (size_t b = 0; b < f->block_n; b++) {
        char *at = f->window + f->block[b].at;
        for (size_t s = f->block[b].first; s < f->block[b].end; s++) {
            const struct fill_segment *segment = &fill->segment[s];
            if (!bytes_read(fill->part[segment->part].bytes, segment->place.offset, at,
                            (size_t)segment->bytes, err))
                return false;
            at += segment->bytes;
        }
    }
    return true;
}

static bool is_mine(const struct filling *f, size_t segment)
{
    return !f->scan || !f->scan->shared ||
           cluster_is_mine(f->scan->cluster, f->fill->segment[segment].row / SCAN_BLOCK_ROWS);
}

/* Gather blocks of this rank from segment s on, as long as they fit; returns the segment behind. */
static size_t gather_window(struct filling *f, size_t s)
{
    size_t bytes = 0;
    f->block_n = 0;
    /* One block for one thread stays in the cache of its processor. */
    size_t most = f->slots > 1 ? BLOCKS_A_THREAD * f->slots : 1;
    while (s < f->fill->segment_n && f->block_n < most) {
        size_t end = block_end(f->fill, s);
        uint64_t more = bytes_of(f->fill, s, end);
        if (is_mine(f, s)) {
            if (bytes + more > WINDOW_BYTES)
                break;
            f->block[f->block_n++] = (struct window_block){s, end, bytes};
            bytes += (size_t)more;
        }
        s = end;
    }
    if (bytes > f->window_room) {
        free(f->window);
        f->window_room = bytes;
        f->window = mem_get(f->window_room, 1);
    }
    return s;
}

static bool check_hands(const struct filling *f, struct err *err)
{
    for (size_t i = 0; i < f->slots; i++)
        if (f->hand[i].changed)
            return FAIL(err, ERR_IO, _("Start again when nobody writes to the file any more."),
                        _("%s has changed while it was being read."),
                        f->hand[i].part->bytes->name ? f->hand[i].part->bytes->name
                                                     : _("The table"));
    return true;
}

static bool go_on(const struct filling *f, size_t s, struct err *err)
{
    const struct fill *fill = f->fill;
    if (!fill->step || fill->step(fill->context, fill->segment[s].row, fill->rows))
        return true;
    return FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
                _("The reading was stopped."));
}

static bool run_windows(struct filling *f, const struct cluster *cluster, struct err *err)
{
    for (size_t s = 0; s < f->fill->segment_n;) {
        if (!go_on(f, s, err))
            return false;
        size_t end = gather_window(f, s);
        if (f->block_n && !read_window(f, err))
            return false;
        cluster_run(cluster, f->block_n, run_block, f);
        if (end == s) {
            end = block_end(f->fill, s);
            if (!run_large_block(f, s, err))
                return false;
        }
        if (!check_hands(f, err))
            return false;
        s = end;
    }
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void get_cells(struct hand *h, const struct filling *f)
{
    const struct table *table = f->scan->table;
    h->cells = mem_get(table->column_n, sizeof *h->cells);
    for (size_t c = 0; c < table->column_n; c++) {
        h->cells[c] = table->column[c];
        h->cells[c].missing = NULL;
    }
    for (size_t w = 0; w < f->want_n; w++) {
        struct column *cells = &h->cells[f->want[w]];
        cells->missing = mem_get(SCAN_BLOCK_ROWS, sizeof *cells->missing);
        if (cells->type == COLUMN_NUMBER)
            cells->mantissa = mem_get(SCAN_BLOCK_ROWS, sizeof *cells->mantissa);
        else
            cells->code = mem_get(SCAN_BLOCK_ROWS, sizeof *cells->code);
    }
}

static void hand_release(struct hand *h, const struct filling *f)
{
    for (size_t w = 0; f->scan && w < f->want_n; w++) {
        struct column *cells = &h->cells[f->want[w]];
        free(cells->missing);
        if (cells->type == COLUMN_NUMBER)
            free(cells->mantissa);
        else
            free(cells->code);
    }
    stream_free(h->stream);
    free(h->wanted);
    free(h->recent);
    free(h->cells);
    buf_release(&h->scratch);
}

static void filling_release(struct filling *f)
{
    for (size_t i = 0; f->hand && i < f->slots; i++)
        hand_release(&f->hand[i], f);
    free(f->hand);
    free(f->window);
    free(f->block);
}

static bool run(struct filling *f, const struct cluster *cluster, struct err *err)
{
    f->slots = cluster_slots(cluster);
    f->block = mem_get(BLOCKS_A_THREAD * f->slots, sizeof *f->block);
    f->hand = mem_get(f->slots, sizeof *f->hand);
    for (size_t i = 0; i < f->slots; i++) {
        struct hand *h = &f->hand[i];
        h->filling = f;
        h->scratch = (struct buf)BUF_INIT;
        h->wanted = mem_get(f->want_n, sizeof *h->wanted);
        h->recent = mem_get(f->want_n * RECENT, sizeof *h->recent);
        if (f->scan)
            get_cells(h, f);
        h->to = f->scan ? h->cells : f->to;
    }
    return run_windows(f, cluster, err);
}

bool fill_columns(const struct fill *fill, const struct cluster *cluster, struct column *to,
                  struct err *err)
{
    CLEANUP(mem_free) size_t *want = mem_get(fill->column_n, sizeof *want);
    for (size_t c = 0; c < fill->column_n; c++)
        want[c] = c;
    CLEANUP(filling_release)
    struct filling f = {.fill = fill, .to = to, .want = want, .want_n = fill->column_n};
    return run(&f, cluster, err);
}

bool fill_scan(const struct table_source *source, const struct scan *scan, struct err *err)
{
    const struct fill *fill = (const struct fill *)(const void *)source;
    CLEANUP(mem_free) size_t *want = mem_get(scan->want_n, sizeof *want);
    CLEANUP(filling_release) struct filling f = {.fill = fill, .scan = scan, .want = want};
    for (size_t i = 0; i < scan->want_n; i++) {
        bool twice = scan->table->column[scan->want[i]].missing;
        for (size_t w = 0; w < f.want_n && !twice; w++)
            twice = want[w] == scan->want[i];
        if (!twice)
            want[f.want_n++] = scan->want[i];
    }
    return run(&f, scan->cluster, err);
}
