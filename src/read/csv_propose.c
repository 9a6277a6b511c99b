/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proposal of a dialect. There is no second grammar here: each candidate is tried with the
 * reader itself, and the evidence is what it hands over. A person can state anything else, and what
 * was used is stored with the batch, so these rules may get better without moving a row.
 */
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "read/csv.h"

enum { RECORDS_JUDGED = 100, FRONT_BYTES = 1 << 20, WINDOW_BYTES = 1 << 18 };

/* What the reader handed over with one separator. */
struct evidence {
    size_t records;
    size_t agreeing; /* records with as many fields as the first */
    size_t fields;   /* of the first record */
    size_t cells;
    size_t numbers;
    size_t with_point; /* cells like "1.5" */
    size_t with_comma; /* cells like "1,5" */
    bool first_has_number;
    bool first_is_empty;
};

static bool reads_as(struct str cell, char point)
{
    struct decimal ignored;
    return num_decimal(cell, point, &ignored) != NUM_NOT_A_NUMBER;
}

static bool take_evidence(void *context, const struct csv_record *record, struct err *err)
{
    (void)err;
    struct evidence *e = context;
    bool first = e->records == 0;
    if (first) {
        e->fields = record->field_n;
        e->first_is_empty = true;
    }
    for (size_t f = 0; f < record->field_n; f++) {
        struct str cell = str_trim(record->field[f]);
        bool point = reads_as(cell, '.');
        bool comma = reads_as(cell, ',');
        e->cells++;
        e->numbers += point || comma;
        e->with_point += point && !comma;
        e->with_comma += comma && !point;
        e->first_has_number |= first && (point || comma);
        e->first_is_empty &= !first || cell.n == 0;
    }
    e->agreeing += record->field_n == e->fields;
    e->records++;
    return e->records < RECORDS_JUDGED;
}

static struct evidence gather(struct str front, bool whole, const struct csv_dialect *dialect)
{
    struct evidence e = {0};
    struct err ignored = {0}; /* an unclosed quote is reported when the file is read */
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(dialect, take_evidence, &e);
    if (csv_feed(reader, front, &ignored) && (whole || e.records == 0)) {
        bool ended = csv_end(reader, &ignored);
        (void)ended;
    }
    return e;
}

/* a / n < b / m, for counts of one piece of a file. */
static int compare_shares(size_t a, size_t n, size_t b, size_t m)
{
    size_t left = a * m;
    size_t right = b * n;
    return (left > right) - (left < right);
}

static bool is_better(const struct evidence *e, const struct evidence *best)
{
    if (e->fields < 2 || 2 * e->agreeing <= e->records)
        return false;
    if (best->fields < 2)
        return true;
    int order = compare_shares(e->agreeing, e->records, best->agreeing, best->records);
    if (order == 0)
        order = compare_shares(e->numbers, e->cells, best->numbers, best->cells);
    return order > 0;
}

static bool take_faults(void *context, const struct csv_record *record, struct err *err)
{
    (void)err;
    size_t *faults = context;
    *faults += record->fault != NULL;
    return true;
}

/* Records with a fault; an unclosed quote counts as one. */
static bool count_faults(const struct bytes *bytes, bool whole, const struct csv_dialect *dialect,
                         size_t *ret, struct err *err)
{
    struct err fault = {0};
    *ret = 0;
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(dialect, take_faults, ret);
    CLEANUP(mem_free) char *window = mem_get(WINDOW_BYTES, 1);
    for (uint64_t at = 0; at < bytes->n && fault.code == ERR_NONE;) {
        size_t n = bytes->n - at < WINDOW_BYTES ? (size_t)(bytes->n - at) : WINDOW_BYTES;
        if (!bytes_read(bytes, at, window, n, err))
            return false;
        at += n;
        *ret += !csv_feed(reader, (struct str){window, n}, &fault);
    }
    if (whole && fault.code == ERR_NONE)
        *ret += !csv_end(reader, &fault);
    return true;
}

/* Tables with tabs are often written without any quoting: then a text that begins with a quote
 * would swallow the lines up to the next one. */
static bool find_quote(const struct bytes *bytes, bool whole, struct csv_dialect *dialect,
                       struct err *err)
{
    struct csv_dialect bare = *dialect;
    size_t quoted, plain;
    bare.quote = 0;
    if (dialect->separator != '\t')
        return true;
    if (!count_faults(bytes, whole, dialect, &quoted, err))
        return false;
    if (quoted == 0)
        return true;
    if (!count_faults(bytes, whole, &bare, &plain, err))
        return false;
    if (plain == 0)
        dialect->quote = 0;
    return true;
}

/* --- encoding --------------------------------------------------------------------------------- */

/* What the bytes of a file say about its encoding. */
struct encoding_evidence {
    uint64_t good; /* characters of UTF-8 beyond ASCII */
    uint64_t bad;  /* bytes that belong to none */
    uint64_t nul_n;
    uint64_t first_nul;
    bool is_cp1252;
};

/* Bytes 1 … 7F only. Eight at a time: taking one from a byte sets its high bit if it was 0. */
static bool is_plain_ascii(struct str text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t high = 0;
    size_t i = 0;
    for (; i + sizeof high <= text.n; i += sizeof high) {
        uint64_t word;
        memcpy(&word, text.at + i, sizeof word);
        high |= word | (word - ones);
    }
    for (; i < text.n; i++)
        high |= (uint64_t)(unsigned char)text.at[i] | (text.at[i] == '\0' ? 0x80 : 0);
    return (high & ones << 7) == 0;
}

/* Learn from text that begins at this offset and cuts no character. */
static void learn_encoding(struct encoding_evidence *e, struct str text, uint64_t offset)
{
    if (is_plain_ascii(text))
        return;
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] == '\0' && e->nul_n++ == 0)
            e->first_nul = offset + i;
    }
    e->is_cp1252 = e->is_cp1252 && encoding_is_cp1252(text);
    while (text.n) {
        size_t at = text.n;
        bool all = str_utf8(text, &at);
        for (size_t i = 0; i < at; i++)
            e->good += ((unsigned char)text.at[i] & 0xC0) == 0xC0;
        if (all)
            return;
        e->bad++;
        text = (struct str){text.at + at + 1, text.n - at - 1};
    }
}

/* Without a character that the end of the piece may have cut. */
static struct str without_tail(struct str front)
{
    for (size_t back = 1; back <= 4 && back <= front.n; back++) {
        unsigned char c = (unsigned char)front.at[front.n - back];
        if (c < 0x80)
            break;
        if (c >= 0xC0)
            return (struct str){front.at, front.n - back};
    }
    return front;
}

static bool refuse_binary(const struct encoding_evidence *e, uint64_t n, struct err *err)
{
    if (e->nul_n == 0 || (e->bad == 0 && e->nul_n <= n / 8))
        return true;
    return FAIL(err, ERR_INPUT, _("Save the table as CSV in UTF-8, then try again."),
                _("This is not a text file: byte %llu is NUL."),
                (unsigned long long)e->first_nul + 1);
}

static bool gather_encoding(const struct bytes *bytes, bool whole, struct encoding_evidence *ret,
                            struct err *err)
{
    CLEANUP(mem_free) char *window = mem_get(WINDOW_BYTES, 1);
    *ret = (struct encoding_evidence){.is_cp1252 = true};
    for (uint64_t at = 0; at < bytes->n;) {
        size_t n = bytes->n - at < WINDOW_BYTES ? (size_t)(bytes->n - at) : WINDOW_BYTES;
        if (!bytes_read(bytes, at, window, n, err))
            return false;
        struct str text = {window, n};
        bool last = at + n == bytes->n;
        if (!last || !whole)
            text = without_tail(text);
        learn_encoding(ret, text, at);
        at += last ? n : text.n;
    }
    return true;
}

static bool find_encoding(const struct bytes *bytes, struct str front, bool whole,
                          struct csv_dialect *d, struct err *err)
{
    struct encoding_evidence e;
    if (str_starts(front, STR("\xEF\xBB\xBF"))) {
        d->skip_bytes = 3;
    } else if (str_starts(front, STR("\xFF\xFE")) || str_starts(front, STR("\xFE\xFF"))) {
        d->encoding = front.at[0] == '\xFF' ? CSV_UTF16LE : CSV_UTF16BE;
        d->skip_bytes = 2;
    }
    if (bytes->n == d->skip_bytes)
        return FAIL(err, ERR_INPUT, _("Choose a file with a table in it."),
                    _("The file is empty."));
    if (d->encoding != CSV_UTF8)
        return true;
    if (!gather_encoding(bytes, whole, &e, err) || !refuse_binary(&e, bytes->n, err))
        return false;
    if (e.bad > e.good && d->skip_bytes == 0 && e.is_cp1252)
        d->encoding = CSV_CP1252;
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* front is the beginning of bytes, which are a whole file or not. */
static bool propose(const struct bytes *bytes, bool whole, struct str front,
                    struct csv_dialect *ret, struct err *err)
{
    static const char separators[] = {',', ';', '\t', '|'};
    struct csv_dialect d = {',', '"', '.', CSV_UTF8, false, 0};
    if (!find_encoding(bytes, front, whole, &d, err))
        return false;
    bool all = whole && front.n == bytes->n;
    struct evidence best = {0};
    for (size_t s = 0; s < COUNT_OF(separators); s++) {
        struct csv_dialect candidate = d;
        candidate.separator = separators[s];
        struct evidence e = gather(front, all, &candidate);
        if (s != 0 && !is_better(&e, &best))
            continue;
        best = e;
        d.separator = separators[s];
    }
    if (!find_quote(bytes, whole, &d, err))
        return false;
    d.point = d.separator != ',' && best.with_comma > best.with_point ? ',' : '.';
    d.header = !best.first_has_number && !best.first_is_empty;
    *ret = d;
    return true;
}

bool csv_propose(struct str front, bool whole, struct csv_dialect *ret, struct err *err)
{
    const struct bytes bytes = bytes_of_str(&front);
    return propose(&bytes, whole, front, ret, err);
}

bool csv_propose_bytes(const struct bytes *bytes, struct csv_dialect *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf front = BUF_INIT;
    return bytes_front(bytes, FRONT_BYTES, &front, err) &&
           propose(bytes, true, buf_view(&front), ret, err);
}
