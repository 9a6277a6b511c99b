/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "base/json.h"
#include "record/entry.h"
#include "record/key.h"

#define X0 "0000000000000000000000000000000000000000000000000000000000000000"
#define X1 "1111111111111111111111111111111111111111111111111111111111111111"
#define X2 "2222222222222222222222222222222222222222222222222222222222222222"
#define XA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define XF "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define LARGEST "9007199254740991" /* 2^53 - 1 */

/* The two headers that all variants start from. */
static const char first[] = "allmende 1\nproject -\nkind project\nauthor " XA "\nseq 1\nprev -\n"
                            "count 1\nbody " X1 " 2\n";
static const char later[] = "allmende 1\nproject " X0 "\nkind question\nauthor " XA "\nseq 2\n"
                            "prev " X1 "\nafter " X1 "\nafter " X2 "\ncount 7\nbody " X1
                            " 12\nprivate " X2 " 0\nblob " XF " " LARGEST "\nblob " X0 " 0\n";

/* text with the first `from` replaced by `to`; into out. */
static struct str changed(const char *text, const char *from, const char *to, struct buf *out)
{
    const char *at = strstr(text, from);
    assert_non_null(at);
    buf_clear(out);
    buf_add(out, text, (size_t)(at - text));
    buf_text(out, to);
    buf_text(out, at + strlen(from));
    return buf_view(out);
}

static bool decodes_to_itself(struct str text)
{
    CLEANUP(buf_release) struct buf again = BUF_INIT;
    struct header header;
    struct err err = {0};
    if (!header_decode(text, &header, &err))
        return false;
    header_encode(&header, &again);
    return str_eq(text, buf_view(&again));
}

/* Refused with this code; the sentence names line `line` (0: no line). */
static void assert_refused(struct str text, enum err_code code, unsigned line)
{
    struct header header = {.seq = 77};
    struct err err = {0};
    char number[16];
    if (header_decode(text, &header, &err))
        fail_msg("accepted:\n%.*s", STR_ARG(text));
    if (err.code != code)
        fail_msg("%s instead of %s: %s", err_code_name(err.code), err_code_name(code), err.what);
    snprintf(number, sizeof number, "Line %u ", line);
    if (line && !strstr(err.what, number))
        fail_msg("line %u is not named: %s", line, err.what);
    assert_true(err.next[0]);
    assert_int_equal(header.seq, 77); /* ret is untouched */
}

static void a_header_is_read_field_by_field(void **state)
{
    (void)state;
    struct header h;
    struct err err = {0};
    assert_true(header_decode(str_of(first), &h, &err));
    assert_true(h.founding && !h.has_prev && !h.has_private);
    assert_string_equal(h.kind, "project");
    assert_true(h.after_n == 0 && h.blob_n == 0 && h.seq == 1 && h.count == 1 && h.body.bytes == 2);
    assert_true(header_decode(str_of(later), &h, &err));
    assert_true(!h.founding && h.has_prev && h.has_private);
    assert_true(h.author.at[31] == 0xaa && h.prev.at[0] == 0x11 && h.project.at[5] == 0);
    assert_true(h.after_n == 2 && h.after[1].at[9] == 0x22 && h.seq == 2 && h.count == 7);
    assert_true(h.body.bytes == 12 && h.private.hash.at[0] == 0x22 && h.private.bytes == 0);
    assert_true(h.blob_n == 2 && h.blob[0].hash.at[0] == 0xff && h.blob[1].bytes == 0);
    assert_true(h.blob[0].bytes == 9007199254740991);
    assert_true(decodes_to_itself(str_of(first)) && decodes_to_itself(str_of(later)));
}

struct variant {
    const char *from; /* "" puts `to` in front */
    const char *to;
    enum err_code code;
    unsigned line;
};

static const struct variant variants[] = {
    /* the first line */
    {"allmende 1\n", "allmende 2\n", ERR_UNSUPPORTED, 1},
    {"allmende 1\n", "allmende 18446744073709551615\n", ERR_UNSUPPORTED, 1},
    {"allmende 1\n", "allmende 0\n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende 01\n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende 1 \n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende  1\n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende\n", ERR_INPUT, 1},
    {"allmende 1\n", "Allmende 1\n", ERR_INPUT, 1},
    {"allmende 1\n", "allmende 1\r\n", ERR_INPUT, 1},
    {"allmende 1\n", "", ERR_INPUT, 1},
    {"", "\n", ERR_INPUT, 1},
    {"", " ", ERR_INPUT, 1},
    {"", "\xef\xbb\xbf", ERR_INPUT, 1},
    /* project */
    {"project " X0, "project " XA "a", ERR_INPUT, 2},
    {"project " X0, "project --", ERR_INPUT, 2},
    {"project " X0, "project ", ERR_INPUT, 2},
    {"project " X0, "project", ERR_INPUT, 2},
    {"project " X0, "project\t" X0, ERR_INPUT, 2},
    {"project " X0, "project -", ERR_INPUT, 9}, /* founding, but something comes before it */
    {"project " X0 "\n", "", ERR_INPUT, 2},
    {"project " X0, "Project " X0, ERR_INPUT, 2},
    /* kind */
    {"kind question", "kind ", ERR_INPUT, 3},
    {"kind question", "kind Question", ERR_INPUT, 3},
    {"kind question", "kind que stion", ERR_INPUT, 3},
    {"kind question", "kind question1", ERR_INPUT, 3},
    {"kind question", "kind qu\xc3\xa4stion", ERR_INPUT, 3},
    {"kind question", "kind abcdefghijklmnopqrstuvwxyz-abcdef", ERR_INPUT, 3}, /* 33 */
    {"kind question", " kind question", ERR_INPUT, 3},
    /* author */
    {"author " XA, "author -", ERR_INPUT, 4},
    {"author aa", "author AA", ERR_INPUT, 4},
    {"author aa", "author a", ERR_INPUT, 4},
    {"author aa", "author ag", ERR_INPUT, 4},
    {"author aa", "author 0xaa", ERR_INPUT, 4},
    {"author " XA, "author " XA " ", ERR_INPUT, 4},
    {"author " XA, "author  " XA, ERR_INPUT, 4},
    /* seq */
    {"seq 2", "seq 0", ERR_INPUT, 5},
    {"seq 2", "seq 02", ERR_INPUT, 5},
    {"seq 2", "seq +2", ERR_INPUT, 5},
    {"seq 2", "seq -2", ERR_INPUT, 5},
    {"seq 2", "seq 2.0", ERR_INPUT, 5},
    {"seq 2", "seq ", ERR_INPUT, 5},
    {"seq 2", "seq 9007199254740992", ERR_INPUT, 5},
    {"seq 2", "seq 18446744073709551618", ERR_INPUT, 5},
    /* prev */
    {"prev " X1, "prev -", ERR_INPUT, 6}, /* seq 2 without prev */
    {"seq 2", "seq 1", ERR_INPUT, 6},     /* seq 1 with prev */
    {"prev 11", "prev 1", ERR_INPUT, 6},
    {"prev 11", "prev", ERR_INPUT, 6},
    {"prev " X1 "\n", "", ERR_INPUT, 6},
    {"prev " X1, "prev " XA XA, ERR_INPUT, 6},
    /* after */
    {"after " X1, "after " X2, ERR_INPUT, 8}, /* the same twice */
    {"after " X1, "after " XA, ERR_INPUT, 8}, /* descending */
    {"after 11", "after AA", ERR_INPUT, 7},
    {"after " X1, "after -", ERR_INPUT, 7},
    {"after " X1, "after", ERR_INPUT, 7},
    /* count */
    {"count 7", "count 1", ERR_INPUT, 9},
    {"count 7", "count 0", ERR_INPUT, 9},
    {"count 7", "count 07", ERR_INPUT, 9},
    {"count 7", "count 9007199254740992", ERR_INPUT, 9},
    {"count 7\n", "", ERR_INPUT, 9},
    {"count 7\n", "count 7\ncount 7\n", ERR_INPUT, 10},
    /* body, private, blob */
    {" 12\n", "\n", ERR_INPUT, 10},
    {" 12\n", " 012\n", ERR_INPUT, 10},
    {" 12\n", "  12\n", ERR_INPUT, 10},
    {" 12\n", " 12 \n", ERR_INPUT, 10},
    {" 12\n", " -12\n", ERR_INPUT, 10},
    {" 12\n", " 9007199254740992\n", ERR_INPUT, 10},
    {" 12\n", " 12\r\n", ERR_INPUT, 10},
    {"body 11", "body 1", ERR_INPUT, 10},
    {"body 11", "body FF", ERR_INPUT, 10},
    {"body", "blob", ERR_INPUT, 10},
    {"private 22", "private 2", ERR_INPUT, 11},
    {"private " X2 " 0\n", "private " X2 " 0\nprivate " X2 " 0\n", ERR_INPUT, 12},
    {"blob ff", "blob fF", ERR_INPUT, 12},
    {LARGEST, "9007199254740992", ERR_INPUT, 12},
    {"blob " X0 " 0\n", "blob " X0 "\n", ERR_INPUT, 13},
    {"blob " X0 " 0\n", "blob " X0 " 0", ERR_INPUT, 13}, /* no last line feed */
    {"blob " X0 " 0\n", "blob " X0 " 0\n\n", ERR_INPUT, 14},
    {"blob " X0 " 0\n", "blob " X0 " 0\nx", ERR_INPUT, 14},
    {"blob " X0 " 0\n", "blob " X0 " 0\nprivate " X2 " 0\n", ERR_INPUT, 14},
    {"blob " X0 " 0\n", "blob " X0 " 0\nallmende 1\n", ERR_INPUT, 14},
    /* lines of a newer program */
    {"blob " X0 " 0\n", "blob " X0 " 0\nseal " X0 "\n", ERR_UNSUPPORTED, 14},
    {"count 7\n", "clock 5\ncount 7\n", ERR_UNSUPPORTED, 9},
    {"kind question\n", "scope -\nkind question\n", ERR_UNSUPPORTED, 3},
    {"private " X2 " 0\n", "private-two " X2 " 0\n", ERR_UNSUPPORTED, 11},
};

static void every_malformed_variant_is_refused_by_its_line(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(variants); i++) {
        const struct variant *v = &variants[i];
        assert_refused(changed(later, v->from, v->to, &text), v->code, v->line);
    }
}

static void a_newer_line_says_that_it_needs_a_newer_program(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct header header;
    struct err err = {0};
    assert_false(header_decode(changed(later, "count", "clock", &text), &header, &err));
    assert_non_null(strstr(err.what, "needs a newer program"));
    assert_non_null(strstr(err.what, "clock 7"));
}

static void nothing_and_nul_are_refused(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    assert_refused((struct str){NULL, 0}, ERR_INPUT, 1);
    assert_refused(STR("\n"), ERR_INPUT, 1);
    for (size_t at = 0; at < sizeof later; at++) { /* a NUL in place of each byte, and at the end */
        buf_clear(&text);
        buf_add(&text, later, sizeof later);
        text.at[at] = '\0';
        struct header header;
        struct err err = {0};
        assert_false(header_decode(buf_view(&text), &header, &err));
    }
    /* Every beginning: whole headers end before "private", before each "blob", nowhere else. */
    for (size_t n = 0; n < strlen(later); n++) {
        const char *rest = later + n;
        bool whole = strncmp(rest, "private ", 8) == 0 || strncmp(rest, "blob ", 5) == 0;
        assert_true(decodes_to_itself((struct str){later, n}) == whole);
    }
}

/* A header with this many after and blob lines. */
static struct str long_header(unsigned after_n, unsigned blob_n, struct buf *out)
{
    buf_clear(out);
    buf_text(out, "allmende 1\nproject " X0 "\nkind abcdefghijklmnopqrstuvwxyz-abcde\nauthor " XA
                  "\nseq " LARGEST "\nprev " X1 "\n");
    for (unsigned i = 0; i < after_n; i++)
        buf_printf(out, "after %064u\n", i + 1);
    buf_text(out, "count " LARGEST "\nbody " X1 " " LARGEST "\nprivate " X2 " " LARGEST "\n");
    for (unsigned i = 0; i < blob_n; i++)
        buf_text(out, "blob " X1 " " LARGEST "\n");
    return buf_view(out);
}

static void the_longest_header_fits_and_one_line_more_does_not(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    assert_true(decodes_to_itself(long_header(16, 16, &text)));
    assert_in_range(text.n, 2900, HEADER_MAX);
    assert_refused(long_header(17, 16, &text), ERR_INPUT, 23);
    assert_refused(long_header(16, 17, &text), ERR_INPUT, 42);
    assert_refused(long_header(40, 40, &text), ERR_LIMIT, 0);
    long_header(16, 16, &text);
    while (text.n < HEADER_MAX)
        buf_char(&text, '\n');
    assert_refused(buf_view(&text), ERR_INPUT, 42);
    buf_char(&text, '\n');
    assert_refused(buf_view(&text), ERR_LIMIT, 0);
}

static void the_first_entry_of_a_member_may_stand_alone_or_after_others(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    assert_true(decodes_to_itself(changed(first, "project -", "project " X0, &text)));
    assert_true(decodes_to_itself(changed(first, "body " X1 " 2\n", "body " X1 " 0\n", &text)));
    assert_true(decodes_to_itself(changed(first, "kind project", "kind -", &text)));
    assert_refused(changed(first, "count 1", "count 2", &text), ERR_INPUT, 7);
    assert_refused(changed(first, "count 1", "after " X1 "\ncount 2", &text), ERR_INPUT, 8);
}

/* ---- the worked vector: ids, commitments and signatures made by Python's cryptography -----------
 */

static json_t *vector_read(void)
{
    json_error_t why;
    json_t *vector = json_load_file("test/vector/record.json", 0, &why);
    if (!vector)
        fail_msg("test/vector/record.json, line %d: %s", why.line, why.text);
    return vector;
}

static void from_hex(const char *text, unsigned char *ret, size_t n)
{
    assert_non_null(text);
    assert_true(hex_decode(str_of(text), ret, n));
}

/* The key of a seed of the vector. */
static struct key key_of_seed(const char *text)
{
    unsigned char seed[32];
    struct key key;
    from_hex(text, seed, sizeof seed);
    assert_int_equal(crypto_sign_seed_keypair(key.device.at, key.secret, seed), 0);
    return key;
}

static void check_commitment(const struct commitment *to, const char *salt_text, struct str bytes)
{
    struct salt salt;
    from_hex(salt_text, salt.at, SALT_BYTES);
    struct hash hash = commitment_of(&salt, bytes);
    assert_memory_equal(&hash, &to->hash, sizeof hash);
    assert_int_equal(to->bytes, bytes.n);
}

static void check_parts(const json_t *entry, const struct header *h)
{
    const json_t *parts = json_object_get(entry, "parts");
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *part = json_array_get(parts, i);
        check_commitment(i ? &h->private : &h->body, json_text(part, "salt"),
                         str_of(json_text(part, "text")));
    }
}

static void check_blobs(const json_t *entry, const struct header *h)
{
    const json_t *blobs = json_object_get(entry, "blobs");
    for (size_t i = 0; i < json_array_size(blobs); i++) {
        const json_t *blob = json_array_get(blobs, i);
        unsigned char bytes[256];
        size_t n = strlen(json_text(blob, "bytes")) / 2;
        assert_true(n <= sizeof bytes);
        from_hex(json_text(blob, "bytes"), bytes, n);
        check_commitment(&h->blob[i], json_text(blob, "salt"),
                         (struct str){(const char *)bytes, n});
    }
}

static void the_worked_vector_is_agreed_on_to_the_byte(void **state)
{
    (void)state;
    CLEANUP(json_release) json_t *vector = vector_read();
    const json_t *entries = json_object_get(vector, "entries");
    assert_int_equal(json_array_size(entries), 9);
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        struct str text = str_of(json_text(entry, "header"));
        struct header h;
        struct err err = {0};
        struct hash id;
        struct signature signature;
        CLEANUP(key_release) struct key key = key_of_seed(json_text(entry, "seed"));
        assert_true(header_decode(text, &h, &err) && decodes_to_itself(text));
        from_hex(json_text(entry, "id"), id.at, HASH_BYTES);
        struct hash ours = header_id(text);
        assert_memory_equal(&ours, &id, sizeof id);
        from_hex(json_text(entry, "signature"), signature.at, SIGNATURE_BYTES);
        assert_memory_equal(&key.device, &h.author, KEY_BYTES);
        assert_true(signature_valid(&h.author, &id, &signature));
        struct signature again = key_sign(&key, &id);
        assert_memory_equal(&again, &signature, sizeof again);
        check_parts(entry, &h);
        check_blobs(entry, &h);
    }
}

static void items_of_the_worked_vector_have_its_ids(void **state)
{
    (void)state;
    CLEANUP(json_release) json_t *vector = vector_read();
    const json_t *items = json_object_get(vector, "items");
    assert_int_equal(json_array_size(items), 5);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        struct hash batch;
        struct hash expected;
        from_hex(json_text(item, "batch"), batch.at, HASH_BYTES);
        from_hex(json_text(item, "id"), expected.at, HASH_BYTES);
        json_int_t position = json_integer_value(json_object_get(item, "position"));
        struct hash id = item_id(&batch, (uint64_t)position);
        assert_memory_equal(&id, &expected, sizeof id);
    }
}

/* SOURCE: Marsaglia, "Xorshift RNGs", 2003, the triple 13, 7, 17. */
static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Change one byte of text: to any other, or to one that headers are made of, insert, remove. */
static void mutate(struct buf *text, uint64_t *seed)
{
    static const char likely[] = "0123456789abcdef- \n";
    size_t at = random_next(seed) % text->n;
    char c = likely[random_next(seed) % (sizeof likely - 1)];
    char before = text->at[at];
    switch (random_next(seed) % 4) {
    case 0:
        text->at[at] = (char)((unsigned char)text->at[at] ^ 1U << random_next(seed) % 8);
        break;
    case 1:
        text->at[at] = '!';
        if (c != before)
            text->at[at] = c;
        break;
    case 2:
        memmove(text->at + at, text->at + at + 1, text->n - at);
        text->n--;
        break;
    default:
        buf_char(text, '!');
        memmove(text->at + at + 1, text->at + at, text->n - 1 - at);
        text->at[at] = c;
        break;
    }
}

static void twenty_thousand_mutations_are_refused_or_another_entry(void **state)
{
    (void)state;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    CLEANUP(key_release) struct key key = key_of_seed(X1);
    uint64_t seed = 20260501;
    unsigned accepted = 0;
    char author[2 * KEY_BYTES + 1];
    CLEANUP(buf_release) struct buf valid = BUF_INIT;
    hex_encode(key.device.at, KEY_BYTES, author);
    buf_str(&valid, changed(later, XA, author, &text));
    struct hash id = header_id(buf_view(&valid));
    struct signature signature = key_sign(&key, &id);
    assert_true(signature_valid(&key.device, &id, &signature));
    for (unsigned i = 0; i < 20000; i++) {
        struct header h;
        struct err err = {0};
        buf_clear(&text);
        buf_str(&text, buf_view(&valid));
        mutate(&text, &seed);
        bool same = str_eq(buf_view(&text), buf_view(&valid)); /* e.g. one of two digits removed */
        if (!header_decode(buf_view(&text), &h, &err))
            continue;
        assert_true(decodes_to_itself(buf_view(&text)));
        id = header_id(buf_view(&text));
        assert_true(same || !signature_valid(&key.device, &id, &signature));
        accepted += !same;
    }
    assert_in_range(accepted, 2000, 12000); /* the test reaches both sides */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_is_read_field_by_field),
        cmocka_unit_test(every_malformed_variant_is_refused_by_its_line),
        cmocka_unit_test(a_newer_line_says_that_it_needs_a_newer_program),
        cmocka_unit_test(nothing_and_nul_are_refused),
        cmocka_unit_test(the_longest_header_fits_and_one_line_more_does_not),
        cmocka_unit_test(the_first_entry_of_a_member_may_stand_alone_or_after_others),
        cmocka_unit_test(the_worked_vector_is_agreed_on_to_the_byte),
        cmocka_unit_test(items_of_the_worked_vector_have_its_ids),
        cmocka_unit_test(twenty_thousand_mutations_are_refused_or_another_entry),
    };
    return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
