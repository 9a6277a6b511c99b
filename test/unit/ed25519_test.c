/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdicts of test/vector/ed25519.json: published vectors and ones constructed in Python. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/json.h"
#include "record/ed25519.h"

struct vector {
    const char *note;
    unsigned char message[64];
    size_t n;
    unsigned char key[32];
    unsigned char signature[64];
    bool valid;
};

static struct vector vector_of(const json_t *json)
{
    struct vector v = {.note = json_text(json, "note")};
    struct str message = str_of(json_text(json, "message"));
    v.n = message.n / 2;
    assert_true(v.n <= sizeof v.message && hex_decode(message, v.message, v.n));
    assert_true(hex_decode(str_of(json_text(json, "key")), v.key, 32));
    assert_true(hex_decode(str_of(json_text(json, "signature")), v.signature, 64));
    v.valid = json_is_true(json_object_get(json, "valid"));
    return v;
}

static bool verdict(const struct vector *v)
{
    return ed25519_valid(v->key, (struct str){(const char *)v->message, v->n}, v->signature);
}

static void every_vector_gets_its_verdict(void **state)
{
    CLEANUP(json_release) json_t *all = json_load_file("test/vector/ed25519.json", 0, NULL);
    size_t valid = 0;
    (void)state;
    assert_int_equal(json_array_size(all), 83);
    for (size_t i = 0; i < json_array_size(all); i++) {
        struct vector v = vector_of(json_array_get(all, i));
        if (verdict(&v) != v.valid)
            fail_msg("%s: %s", v.note, v.valid ? "refused" : "accepted");
        valid += v.valid;
    }
    assert_int_equal(valid, 12);
}

static void one_bit_elsewhere_makes_it_invalid(void **state)
{
    CLEANUP(json_release) json_t *all = json_load_file("test/vector/ed25519.json", 0, NULL);
    struct vector v = vector_of(json_array_get(all, 2)); /* RFC 8032, test 3 */
    (void)state;
    assert_true(verdict(&v));
    for (size_t bit = 0; bit < 512; bit++) {
        unsigned char mask = (unsigned char)(1U << bit % 8);
        v.signature[bit / 8] ^= mask;
        assert_false(verdict(&v));
        v.signature[bit / 8] ^= mask;
        v.key[bit / 8 % 32] ^= mask;
        assert_false(verdict(&v));
        v.key[bit / 8 % 32] ^= mask;
    }
    v.message[0] ^= 1;
    assert_false(verdict(&v));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_gets_its_verdict),
        cmocka_unit_test(one_bit_elsewhere_makes_it_invalid),
    };
    return cmocka_run_group_tests_name("ed25519", tests, NULL, NULL);
}
