/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain twin of the stream is csv_feed: the same records, however the bytes are cut. The twins
 * of marks_find are compared with the definition in its header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "learn/rng.h"
#include "read/marks.h"
#include "read/stream.h"

/* What was handed over, as a digest. */
struct trace {
    struct hasher hasher;
    uint64_t plain;
    uint64_t records;
};

static void note(struct trace *t, uint64_t position, uint64_t line, uint64_t offset)
{
    hash_u64(&t->hasher, position);
    hash_u64(&t->hasher, line);
    hash_u64(&t->hasher, offset);
    t->records++;
}

static void note_field(struct trace *t, struct str field)
{
    hash_u64(&t->hasher, field.n);
    hash_str(&t->hasher, field);
}

static bool take_odd(void *context, const struct csv_record *record, struct err *err)
{
    struct trace *t = context;
    (void)err;
    note(t, record->position, record->line, record->offset);
    hash_u64(&t->hasher, record->fault != NULL);
    for (size_t f = 0; f < record->field_n; f++)
        note_field(t, record->field[f]);
    return true;
}

static bool take_plain(void *context, const struct plain_records *records, struct err *err)
{
    struct trace *t = context;
    (void)err;
    for (size_t r = 0; r < records->n; r++) {
        t->plain++;
        note(t, records->position + r, records->line + r, plain_offset(records, r));
        hash_u64(&t->hasher, false);
        for (size_t f = 0; f < records->field_n; f++)
            note_field(t, plain_field(records, r, f));
    }
    return true;
}

static struct hash by_csv(struct str bytes, const struct csv_dialect *dialect, struct trace *t)
{
    struct err err = {0};
    *t = (struct trace){.plain = 0};
    hash_begin(&t->hasher);
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(dialect, take_odd, t);
    bool done = csv_feed(reader, bytes, &err) && csv_end(reader, &err);
    hash_u64(&t->hasher, done);
    return hash_end(&t->hasher);
}

/* piece 0: pieces of random sizes. */
static struct hash by_stream(struct str bytes, const struct csv_dialect *dialect, size_t piece,
                             uint64_t seed, struct trace *t)
{
    struct err err = {0};
    *t = (struct trace){.plain = 0};
    hash_begin(&t->hasher);
    const struct stream_take take = {t, take_plain, take_odd};
    struct csv_stream *stream CLEANUP(stream_release) =
        stream_new(dialect, &take, seed % 2 ? 500 : STREAM_PIECE_BYTES);
    bool done = true;
    for (size_t i = 0; done && i < bytes.n;) {
        size_t n = piece ? piece : 1 + (size_t)rng_below(seed, 9, i, 400);
        n = n < bytes.n - i ? n : bytes.n - i;
        /* Memory of its own, so that the sanitizer sees who reads beyond the end. */
        char *copy = malloc(n + 1);
        memcpy(copy, bytes.at + i, n);
        done = stream_feed(stream, (struct str){copy, n}, &err);
        free(copy);
        i += n;
    }
    done = done && stream_end(stream, &err);
    hash_u64(&t->hasher, done);
    return hash_end(&t->hasher);
}

static const struct csv_dialect dialects[] = {
    {',', '"', '.', CSV_UTF8, true, 0},    {';', '"', ',', CSV_UTF8, false, 0},
    {'\t', 0, '.', CSV_UTF8, true, 0},     {',', '"', '.', CSV_CP1252, true, 0},
    {';', '"', ',', CSV_UTF16LE, true, 2}, {'|', '"', '.', CSV_UTF16BE, true, 2},
};

/* Lines of a table of four columns; what is odd comes now and then. */
static void write_table(struct buf *out, uint64_t seed, char separator, unsigned oddness)
{
    static const char *const cells[] = {"1",      "-2.5", "",      "NA",        "abc",  "12345678",
                                        "0.0001", " 7 ",  "1e-20", "Wuerzburg", "-200", "+.5"};
    static const char *const odd[] = {"\"x\"",      "\"a,;|\tb\"", "\"l\nm\"", "\"q\"\"q\"",
                                      "a\"b",       "\"z\"w",      "\xC3\xBC", "\xFC",
                                      "x,y;z|w\tv", "\"\r\n\""};
    static const char *const ends[] = {"\n", "\r\n", "\n", "\r", "\n\n", "\r\n\r\n", "\n"};
    for (uint64_t row = 0; row < 1500; row++) {
        for (uint64_t f = 0; f < 4; f++) {
            bool strange = rng_below(seed, f, 2 * row, 1000) < oddness;
            const char *cell = strange ? odd[rng_below(seed, 4 + f, row, COUNT_OF(odd))]
                                       : cells[rng_below(seed, 4 + f, row, COUNT_OF(cells))];
            if (f)
                buf_char(out, separator);
            buf_text(out, cell);
        }
        buf_text(out, ends[oddness ? rng_below(seed, 8, row, COUNT_OF(ends)) : seed % 2]);
    }
}

/* The same text in two bytes a character. */
static void widen(const struct buf *from, bool big, struct buf *to)
{
    buf_text(to, big ? "\xFE\xFF" : "\xFF\xFE");
    for (size_t i = 0; i < from->n; i++) {
        if (big)
            buf_char(to, '\0');
        buf_char(to, from->at[i]);
        if (!big)
            buf_char(to, '\0');
    }
}

static void check_table(const struct csv_dialect *dialect, uint64_t seed, unsigned oddness,
                        uint64_t *ret_plain)
{
    struct buf text CLEANUP(buf_release) = BUF_INIT;
    struct buf wide CLEANUP(buf_release) = BUF_INIT;
    struct trace t;
    write_table(&text, seed, dialect->separator, oddness);
    if (dialect->skip_bytes)
        widen(&text, dialect->encoding == CSV_UTF16BE, &wide);
    struct str bytes = buf_view(dialect->skip_bytes ? &wide : &text);
    struct hash expected = by_csv(bytes, dialect, &t);
    uint64_t records = t.records;
    static const size_t pieces[] = {1, 2, 31, 97, 1000, 0, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        struct hash found = by_stream(bytes, dialect, pieces[i], seed, &t);
        if (!hash_eq(&found, &expected) || t.records != records)
            fail_msg("dialect %c, seed %llu, oddness %u, pieces of %zu", dialect->separator,
                     (unsigned long long)seed, oddness, pieces[i]);
    }
    *ret_plain = t.plain;
}

static void a_stream_gives_the_records_of_csv_however_it_is_cut(void **state)
{
    static const unsigned oddness[] = {0, 2, 30, 500};
    (void)state;
    for (size_t d = 0; d < COUNT_OF(dialects); d++)
        for (size_t o = 0; o < COUNT_OF(oddness); o++)
            for (uint64_t seed = 1; seed <= 3; seed++) {
                uint64_t plain;
                check_table(&dialects[d], seed, oddness[o], &plain);
                if (dialects[d].skip_bytes)
                    assert_int_equal(plain, 0);
                else if (oddness[o] == 0)
                    assert_true(plain > 1400); /* all but the first and those at the end */
            }
}

static void reading_can_begin_at_any_record(void **state)
{
    struct buf text CLEANUP(buf_release) = BUF_INIT;
    (void)state;
    write_table(&text, 5, ',', 30);
    struct trace all;
    const struct stream_take take = {&all, take_plain, take_odd};
    struct csv_stream *stream CLEANUP(stream_release) =
        stream_new(&dialects[0], &take, STREAM_PIECE_BYTES);
    struct csv_reader *reader CLEANUP(csv_release) = csv_new(&dialects[0], take_odd, &all);
    size_t begun = 0;
    struct err err = {0};
    all = (struct trace){.plain = 0};
    hash_begin(&all.hasher);
    for (size_t i = 0; i < text.n; i++) {
        struct csv_place place;
        assert_true(csv_feed(reader, (struct str){text.at + i, 1}, &err));
        if (!csv_tell(reader, &place) || place.fields == 0 || i % 40 != 0)
            continue;
        /* The rest of the file from here, by the stream and by a reader that begins here. */
        struct str rest = {text.at + i + 1, text.n - i - 1};
        struct trace other = {.plain = 0};
        struct csv_reader *late CLEANUP(csv_release) = csv_new(&dialects[0], take_odd, &other);
        hash_begin(&other.hasher);
        csv_seek(late, &place);
        bool done = csv_feed(late, rest, &err) && csv_end(late, &err);
        struct trace before = all;
        hash_begin(&all.hasher);
        all.records = 0;
        stream_seek(stream, &place);
        assert_int_equal(stream_feed(stream, rest, &err) && stream_end(stream, &err), done);
        struct hash a = hash_end(&all.hasher), b = hash_end(&other.hasher);
        assert_true(hash_eq(&a, &b));
        assert_int_equal(all.records, other.records);
        all = before;
        begun++;
    }
    assert_true(begun > 20);
}

static void all_twins_find_the_same_marks(void **state)
{
    static const enum cpu_level levels[] = {CPU_PLAIN, CPU_SSE2, CPU_AVX2, CPU_AVX512, CPU_NEON};
    static const char bytes[] = ",,,,;\n\r\"\0abc0123.\x80\xFF";
    (void)state;
    for (uint64_t n = 0; n < 700; n++) {
        size_t length = (size_t)n;
        char *text = malloc(length + 1);
        uint32_t *expected = calloc(length + MARKS_MORE, sizeof *expected);
        uint32_t *found = calloc(length + MARKS_MORE, sizeof *found);
        size_t kinds = n % 5 == 0 ? 5 : n % 2 ? sizeof bytes - 3 : sizeof bytes - 1;
        char quote = n % 3 ? '"' : 0;
        size_t marks = 0;
        bool high = false;
        for (size_t i = 0; i < length; i++) {
            text[i] = bytes[rng_below(3, n, i, kinds)];
            if (text[i] == ',' || text[i] == '\n' || text[i] == '\r' || text[i] == '\0' ||
                text[i] == quote)
                expected[marks++] = (uint32_t)i;
            high = high || (unsigned char)text[i] >= 0x80;
        }
        for (size_t l = 0; l < COUNT_OF(levels); l++) {
            struct marks m = {.place = found};
            bool has = levels[l] <= cpu_level() && (cpu_level() != CPU_NEON || l == 0 || l == 4);
            if (!has || (levels[l] == CPU_NEON && cpu_level() != CPU_NEON))
                continue;
            marks_find_by(levels[l], (struct str){text, length}, ',', quote, &m);
            assert_int_equal(m.n, marks);
            assert_int_equal(m.high, high);
            assert_memory_equal(found, expected, marks * sizeof *found);
        }
        free(text);
        free(expected);
        free(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_gives_the_records_of_csv_however_it_is_cut),
        cmocka_unit_test(reading_can_begin_at_any_record),
        cmocka_unit_test(all_twins_find_the_same_marks),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
