/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks are gathered into a window until it holds some for each thread, then all of them are
 * parsed at once. A block too large for a window is parsed piece by piece by the calling thread.
 * Where nothing has to be parsed, blocks are read from what was kept.
 */
#include "read/fill.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "read/fill_hand.h"

enum {
    BLOCKS_A_THREAD = 4,
    WINDOW_BYTES = 16 << 20,
    PIECE_BYTES = 1 << 20,
    KEPT_BLOCKS_A_THREAD = 64
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
    size_t *parse;           /* (parse_n) columns */
    size_t parse_n;
    bool *wanted; /* (columns) */
    size_t *read; /* (read_n) columns of which all blocks are kept */
    size_t read_n;
    bool keeps;        /* what is parsed */
    struct hand *hand; /* (slots) */
    size_t slots;
    char *window;
    size_t window_room;
    struct window_block *block; /* (block_n) */
    size_t block_n;
    size_t kept_from; /* the first of the blocks that are read at once */
};

static size_t rows_of(const struct fill *fill, size_t block)
{
    size_t rest = fill->rows - block * SCAN_BLOCK_ROWS;
    return rest < SCAN_BLOCK_ROWS ? rest : SCAN_BLOCK_ROWS;
}

static size_t blocks_of(const struct fill *fill)
{
    return (fill->rows + SCAN_BLOCK_ROWS - 1) / SCAN_BLOCK_ROWS;
}

/* --- what is kept ----------------------------------------------------------------------------- */

static struct column slice(const struct column *column, size_t first)
{
    struct column part = *column;
    part.mantissa = part.mantissa ? part.mantissa + first : NULL;
    part.code = part.code ? part.code + first : NULL;
    part.missing += first;
    return part;
}

static bool is_block_kept(const struct fill *fill, size_t block, size_t column)
{
    return fill->kept && fill->kept[block * fill->column_n + column].n == rows_of(fill, block);
}

static bool is_kept(const struct fill *fill, size_t column)
{
    for (size_t b = 0; b < blocks_of(fill); b++)
        if (!is_block_kept(fill, b, column))
            return false;
    return true;
}

static void read_cells(const struct fill *fill, struct hand *h, size_t block, size_t column,
                       size_t at)
{
    const struct column to = slice(&h->to[column], at);
    const struct kept_cells *cells = &fill->kept[block * fill->column_n + column];
    h->unread = h->unread || !kept_read(fill->file, cells, &h->scratch, &to);
}

static void read_kept(const struct filling *f, struct hand *h, size_t block, size_t at)
{
    for (size_t i = 0; i < f->read_n; i++)
        read_cells(f->fill, h, block, f->read[i], at);
    for (size_t i = 0; i < f->parse_n; i++)
        if (h->skip[i] && f->wanted[f->parse[i]])
            read_cells(f->fill, h, block, f->parse[i], at);
}

static void keep_parsed(const struct filling *f, struct hand *h, size_t block, size_t at)
{
    const struct fill *fill = f->fill;
    if (!f->keeps || h->changed || !kept_goes_on(fill->file))
        return;
    for (size_t i = 0; i < f->parse_n; i++) {
        struct kept_cells cells;
        if (h->skip[i])
            continue;
        const struct column from = slice(&h->to[f->parse[i]], at);
        kept_pack(&from, rows_of(fill, block), &h->packed, &cells);
        kept_write(fill->file, &h->packed, &cells, 1);
        fill->kept[block * fill->column_n + f->parse[i]] = cells;
    }
}

/* --- blocks ----------------------------------------------------------------------------------- */

static bool is_mine(const struct filling *f, size_t block)
{
    return !f->scan || !f->scan->shared || cluster_is_mine(f->scan->cluster, block);
}

/* Where the cells of a block begin: there, or in a block of their own. */
static size_t place_of(const struct filling *f, size_t block)
{
    return f->to ? block * SCAN_BLOCK_ROWS : 0;
}

static void begin_block(const struct filling *f, struct hand *h, size_t block)
{
    h->row = place_of(f, block);
    for (size_t i = 0; i < f->parse_n; i++)
        h->skip[i] = is_block_kept(f->fill, block, f->parse[i]);
}

/* All columns of a block that are parsed are. */
static void end_block(const struct filling *f, struct hand *h, size_t block, unsigned slot)
{
    const struct scan *scan = f->scan;
    size_t at = place_of(f, block), first = block * SCAN_BLOCK_ROWS;
    keep_parsed(f, h, block, at);
    read_kept(f, h, block, at);
    if (!scan || h->changed || h->unread)
        return;
    for (size_t c = 0; c < scan->table->column_n; c++)
        h->shown[c] =
            scan->table->column[c].missing ? slice(&scan->table->column[c], first) : h->cells[c];
    scan->work(scan->context, &(struct scan_block){block, first, rows_of(f->fill, block), h->shown},
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
    const struct window_block *window = &f->block[number];
    const char *at = f->window + window->at;
    size_t block = fill->segment[window->first].row / SCAN_BLOCK_ROWS;
    begin_block(f, h, block);
    for (size_t s = window->first; s < window->end && !h->changed; s++) {
        const struct fill_segment *segment = &fill->segment[s];
        hand_begin_segment(h, segment);
        hand_feed(h, (struct str){at, (size_t)segment->bytes});
        hand_end_segment(h, segment);
        at += segment->bytes;
    }
    end_block(f, h, block, slot);
}

/* A block too large for the window, by this thread. */
static bool run_large_block(struct filling *f, size_t first, struct err *err)
{
    struct hand *h = &f->hand[0];
    const struct fill *fill = f->fill;
    size_t end = block_end(fill, first);
    size_t block = fill->segment[first].row / SCAN_BLOCK_ROWS;
    CLEANUP(mem_free) char *piece = mem_get(PIECE_BYTES, 1);
    begin_block(f, h, block);
    for (size_t s = first; s < end && !h->changed; s++) {
        const struct fill_segment *segment = &fill->segment[s];
        hand_begin_segment(h, segment);
        for (uint64_t done = 0; done < segment->bytes && !h->changed;) {
            uint64_t rest = segment->bytes - done;
            size_t n = rest < PIECE_BYTES ? (size_t)rest : PIECE_BYTES;
            if (!bytes_read(h->part->bytes, segment->place.offset + done, piece, n, err))
                return false;
            hand_feed(h, (struct str){piece, n});
            done += n;
        }
        hand_end_segment(h, segment);
    }
    end_block(f, h, block, 0);
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
        if (is_mine(f, f->fill->segment[s].row / SCAN_BLOCK_ROWS)) {
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
    for (size_t i = 0; i < f->slots; i++) {
        const struct hand *h = &f->hand[i];
        if (h->unread)
            return FAIL(err, ERR_IO,
                        _("Look whether the disk is full or failing; then start again."),
                        _("A temporary file cannot be read any more."));
        if (h->changed)
            return FAIL(err, ERR_IO, _("Start again when nobody writes to the file any more."),
                        _("%s has changed while it was being read."),
                        h->part->bytes->name ? h->part->bytes->name : _("The table"));
    }
    return true;
}

static bool go_on(const struct filling *f, size_t row, struct err *err)
{
    const struct fill *fill = f->fill;
    if (!fill->step || fill->step(fill->context, row, fill->rows))
        return true;
    return FAIL(err, ERR_CANCELLED, _("Start again when you like; nothing was changed."),
                _("The reading was stopped."));
}

static bool run_windows(struct filling *f, const struct cluster *cluster, struct err *err)
{
    for (size_t s = 0; s < f->fill->segment_n;) {
        if (!go_on(f, f->fill->segment[s].row, err))
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

/* --- blocks of which nothing has to be parsed --------------------------------------------------
 */

static void run_kept_block(void *context, size_t number, unsigned slot)
{
    const struct filling *f = context;
    struct hand *h = &f->hand[slot];
    size_t block = f->kept_from + number;
    if (!h->unread && is_mine(f, block))
        end_block(f, h, block, slot);
}

static bool run_kept(struct filling *f, const struct cluster *cluster, struct err *err)
{
    size_t blocks = blocks_of(f->fill), some = KEPT_BLOCKS_A_THREAD * f->slots;
    for (size_t b = 0; b < blocks; b += some) {
        f->kept_from = b;
        if (!go_on(f, b * SCAN_BLOCK_ROWS, err))
            return false;
        cluster_run(cluster, blocks - b < some ? blocks - b : some, run_kept_block, f);
        if (!check_hands(f, err))
            return false;
    }
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void get_cells(struct column *cells, const size_t *column, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct column *to = &cells[column[i]];
        to->missing = mem_get(SCAN_BLOCK_ROWS, sizeof *to->missing);
        if (to->type == COLUMN_NUMBER)
            to->mantissa = mem_get(SCAN_BLOCK_ROWS, sizeof *to->mantissa);
        else
            to->code = mem_get(SCAN_BLOCK_ROWS, sizeof *to->code);
    }
}

static void free_cells(struct column *cells, const size_t *column, size_t n)
{
    for (size_t i = 0; cells && i < n; i++) {
        free(cells[column[i]].missing);
        if (cells[column[i]].type == COLUMN_NUMBER)
            free(cells[column[i]].mantissa);
        else
            free(cells[column[i]].code);
    }
}

static void begin_hand(const struct filling *f, struct hand *h)
{
    const struct fill *fill = f->fill;
    *h = (struct hand){.fill = fill,
                       .parse = f->parse,
                       .parse_n = f->parse_n,
                       .skip = mem_get(f->parse_n, sizeof *h->skip),
                       .wanted = mem_get(f->parse_n, sizeof *h->wanted),
                       .recent = mem_get(f->parse_n * HAND_RECENT, sizeof *h->recent),
                       .to = f->to,
                       .scratch = BUF_INIT,
                       .packed = BUF_INIT};
    if (!f->scan)
        return;
    h->to = h->cells = mem_get(fill->column_n, sizeof *h->cells);
    h->shown = mem_get(fill->column_n, sizeof *h->shown);
    for (size_t c = 0; c < fill->column_n; c++) {
        h->cells[c] = f->scan->table->column[c];
        h->cells[c].missing = NULL;
    }
    get_cells(h->cells, f->parse, f->parse_n);
    get_cells(h->cells, f->read, f->read_n);
}

static void end_hand(const struct filling *f, struct hand *h)
{
    free_cells(h->cells, f->parse, f->parse_n);
    free_cells(h->cells, f->read, f->read_n);
    free(h->cells);
    free(h->shown);
    hand_release(h);
}

static void filling_release(struct filling *f)
{
    for (size_t i = 0; f->hand && i < f->slots; i++)
        end_hand(f, &f->hand[i]);
    free(f->hand);
    free(f->parse);
    free(f->wanted);
    free(f->read);
    free(f->window);
    free(f->block);
}

static bool run(struct filling *f, const struct cluster *cluster, struct err *err)
{
    f->slots = cluster_slots(cluster);
    f->block = mem_get(BLOCKS_A_THREAD * f->slots, sizeof *f->block);
    f->hand = mem_get(f->slots, sizeof *f->hand);
    for (size_t i = 0; i < f->slots; i++)
        begin_hand(f, &f->hand[i]);
    return f->parse_n ? run_windows(f, cluster, err) : run_kept(f, cluster, err);
}

bool fill_columns(const struct fill *fill, const struct cluster *cluster, struct column *to,
                  struct err *err)
{
    CLEANUP(filling_release)
    struct filling f = {.fill = fill,
                        .to = to,
                        .parse = mem_get(fill->column_n, sizeof *f.parse),
                        .wanted = mem_get(fill->column_n, sizeof *f.wanted),
                        .read = mem_get(fill->column_n, sizeof *f.read)};
    for (size_t c = 0; c < fill->column_n; c++) {
        f.wanted[c] = true;
        if (is_kept(fill, c))
            f.read[f.read_n++] = c;
        else
            f.parse[f.parse_n++] = c;
    }
    return run(&f, cluster, err);
}

bool fill_scan(const struct table_source *source, const struct scan *scan, struct err *err)
{
    const struct fill *fill = (const struct fill *)(const void *)source;
    CLEANUP(filling_release)
    struct filling f = {.fill = fill,
                        .scan = scan,
                        .parse = mem_get(fill->column_n, sizeof *f.parse),
                        .wanted = mem_get(fill->column_n, sizeof *f.wanted),
                        .read = mem_get(fill->column_n, sizeof *f.read),
                        .keeps = fill->kept && kept_goes_on(fill->file) && !scan->shared};
    for (size_t i = 0; i < scan->want_n; i++)
        f.wanted[scan->want[i]] = true;
    for (size_t c = 0; c < fill->column_n; c++) {
        if (scan->table->column[c].missing)
            continue;
        bool kept = is_kept(fill, c);
        if (kept && f.wanted[c])
            f.read[f.read_n++] = c;
        else if (!kept && (f.wanted[c] || f.keeps))
            f.parse[f.parse_n++] = c;
    }
    return run(&f, scan->cluster, err);
}
