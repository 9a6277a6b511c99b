/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The proposal of a dialect. There is no second grammar here: each candidate is tried with the
 * reader itself, and the evidence is what it hands over. A person can state anything else, and what
 * was used is stored with the batch, so these rules may get better without moving a row.
 */
#include "base/num.h"
#include "read/csv.h"

enum { RECORDS_JUDGED = 100 };

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
static size_t count_faults(struct str front, bool whole, const struct csv_dialect *dialect)
{
    size_t faults = 0;
    struct err err = {0};
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(dialect, take_faults, &faults);
    bool done = csv_feed(reader, front, &err) && (!whole || csv_end(reader, &err));
    return faults + !done;
}

/* Tables with tabs are often written without any quoting: then a text that begins with a quote
 * would swallow the lines up to the next one. */
static bool is_without_quotes(struct str front, bool whole, const struct csv_dialect *dialect)
{
    struct csv_dialect bare = *dialect;
    bare.quote = 0;
    return dialect->separator == '\t' && count_faults(front, whole, dialect) > 0 &&
           count_faults(front, whole, &bare) == 0;
}

/* --- encoding --------------------------------------------------------------------------------- */

/* Counts characters beyond ASCII, and bytes that do not belong to one. */
static void count_utf8(struct str rest, size_t *ret_good, size_t *ret_bad)
{
    *ret_good = *ret_bad = 0;
    while (rest.n) {
        size_t at = rest.n;
        bool all = str_utf8(rest, &at);
        for (size_t i = 0; i < at; i++)
            *ret_good += ((unsigned char)rest.at[i] & 0xC0) == 0xC0;
        if (all)
            return;
        ++*ret_bad;
        rest = (struct str){rest.at + at + 1, rest.n - at - 1};
    }
}

/* Without a character that the end of the piece may have cut. */
static struct str without_tail(struct str front)
{
    for (int i = 0; i < 3 && front.n && (unsigned char)front.at[front.n - 1] >= 0x80; i++)
        front.n--;
    return front;
}

static bool refuse_binary(struct str front, size_t bad, struct err *err)
{
    size_t nul_n = 0;
    size_t first = 0;
    for (size_t i = front.n; i-- > 0;) {
        if (front.at[i] != '\0')
            continue;
        nul_n++;
        first = i;
    }
    if (nul_n == 0 || (bad == 0 && nul_n * 8 <= front.n))
        return true;
    return FAIL(err, ERR_INPUT, _("Save the table as CSV in UTF-8, then try again."),
                _("This is not a text file: byte %zu is NUL."), first + 1);
}

static bool find_encoding(struct str front, bool whole, struct csv_dialect *d, struct err *err)
{
    if (str_starts(front, STR("\xEF\xBB\xBF"))) {
        d->skip_bytes = 3;
    } else if (str_starts(front, STR("\xFF\xFE")) || str_starts(front, STR("\xFE\xFF"))) {
        d->encoding = front.at[0] == '\xFF' ? CSV_UTF16LE : CSV_UTF16BE;
        d->skip_bytes = 2;
    }
    if (front.n == d->skip_bytes)
        return FAIL(err, ERR_INPUT, _("Choose a file with a table in it."),
                    _("The file is empty."));
    if (d->encoding != CSV_UTF8)
        return true;
    size_t good, bad;
    struct str judged = whole ? front : without_tail(front);
    count_utf8(judged, &good, &bad);
    if (!refuse_binary(judged, bad, err))
        return false;
    if (bad > good && d->skip_bytes == 0 && encoding_is_cp1252(judged))
        d->encoding = CSV_CP1252;
    return true;
}

bool csv_propose(struct str front, bool whole, struct csv_dialect *ret, struct err *err)
{
    static const char separators[] = {',', ';', '\t', '|'};
    struct csv_dialect d = {',', '"', '.', CSV_UTF8, false, 0};
    if (!find_encoding(front, whole, &d, err))
        return false;
    struct evidence best = {0};
    for (size_t s = 0; s < COUNT_OF(separators); s++) {
        struct csv_dialect candidate = d;
        candidate.separator = separators[s];
        struct evidence e = gather(front, whole, &candidate);
        if (s != 0 && !is_better(&e, &best))
            continue;
        best = e;
        d.separator = separators[s];
    }
    if (is_without_quotes(front, whole, &d))
        d.quote = 0;
    d.point = d.separator != ',' && best.with_comma > best.with_point ? ',' : '.';
    d.header = !best.first_has_number && !best.first_is_empty;
    *ret = d;
    return true;
}
