/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/package.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const states[] = {[PACKAGE_PRESENT] = "present",
                                     [PACKAGE_WITHDRAWN] = "withdrawn",
                                     [PACKAGE_HELD_BACK] = "held_back",
                                     [PACKAGE_ABSENT] = "absent"};

const char *package_state_name(enum package_state state)
{
    return states[state];
}

void package_entry_release(struct package_entry *entry)
{
    json_decref(entry->value);
    entry->value = NULL;
}

/* --- names -------------------------------------------------------------------------------- */

struct package_path package_entry_path(const struct hash *id, uint64_t count)
{
    struct package_path path;
    snprintf(path.at, sizeof path.at, "entries/%06llu-%.12s.json", (unsigned long long)count,
             hash_hex(id).at);
    return path;
}

/* What a path may hold of the name of a table. */
static void plain_name(struct str table, char *ret, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < table.n && n + 1 < size; i++) {
        unsigned char c = (unsigned char)table.at[i];
        bool plain = c < 0x80 && (isalnum(c) || c == '-' || c == '_');
        if (plain)
            ret[n++] = (char)tolower(c);
        else if (c < 0x80 || c >= 0xc0) /* one _ for each character, not for each byte */
            ret[n++] = '_';
    }
    if (n == 0)
        ret[n++] = '_';
    ret[n] = '\0';
}

struct package_path package_blob_path(const struct hash *id, const char *kind, unsigned place,
                                      struct str table)
{
    struct package_path path;
    char name[41];
    const struct hash_text hex = hash_hex(id);
    if (place == 0 && strcmp(kind, "training") == 0) {
        snprintf(path.at, sizeof path.at, "model/%.12s.model", hex.at);
    } else if (place == 0 && strcmp(kind, "hypothesis") == 0) {
        snprintf(path.at, sizeof path.at, "data/split-%.12s.csv", hex.at);
    } else if (place == 0 && table.n) {
        plain_name(table, name, sizeof name);
        snprintf(path.at, sizeof path.at, "data/%s-%.12s.csv", name, hex.at);
    } else {
        snprintf(path.at, sizeof path.at, "data/blob-%.12s-%u.bin", hex.at, place);
    }
    return path;
}

bool package_path_is_fine(struct str path)
{
    /* One name a line. */
    /* clang-format off */
    static const char *const whole[] = {
        "index.html", "details_en.html", "details_de.html", "README.txt",
        "datasheet_en.md", "datasheet_de.md", "CITATION.cff", "datacite.json", "croissant.json",
        "ro-crate-metadata.json", "bagit.txt", "bag-info.txt", "manifest-sha512.txt",
        "tagmanifest-sha512.txt", "SHA256SUMS", "publication.json",
        "data/datapackage.json", "data/places.geojson",
        "species.zip", "species/meta.xml", "species/eml.xml", "species/occurrence.csv"};
    /* clang-format on */
    static const struct {
        struct str front;
        struct str tail;
    } forms[] = {{{"entries/", 8}, {".json", 5}},
                 {{"data/", 5}, {".csv", 4}},
                 {{"data/", 5}, {".bin", 4}},
                 {{"model/", 6}, {".model", 6}},
                 {{"model/", 6}, {".md", 3}}};
    for (size_t i = 0; i < COUNT_OF(whole); i++)
        if (str_eq(path, str_of(whole[i])))
            return true;
    for (size_t i = 0; path.n < PACKAGE_PATH_BYTES && i < COUNT_OF(forms); i++) {
        size_t around = forms[i].front.n + forms[i].tail.n;
        if (path.n <= around || !str_starts(path, forms[i].front) || !str_ends(path, forms[i].tail))
            continue;
        bool fine = true;
        for (size_t k = forms[i].front.n; k < path.n - forms[i].tail.n; k++)
            fine = fine && strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", path.at[k]);
        return fine && !memchr(path.at, '\0', path.n);
    }
    return false;
}

/* --- writing ------------------------------------------------------------------------------ */

static json_t *hex_json(const unsigned char *bytes, size_t n)
{
    char text[2 * SIGNATURE_BYTES + 1];
    hex_encode(bytes, n, text);
    return json_string(text);
}

void package_entry_write(const struct package_entry *entry, struct buf *out)
{
    CLEANUP(json_release) json_t *file = json_object();
    json_t *blobs = json_array();
    json_t *body = json_null();
    if (entry->state == PACKAGE_PRESENT) {
        body = json_object();
        json_object_set_new(body, "salt", hex_json(entry->salt.at, SALT_BYTES));
        json_object_set_new(body, "text", json_stringn(entry->body_text.at, entry->body_text.n));
    }
    for (size_t i = 0; i < entry->blob_n; i++) {
        const struct package_blob *blob = &entry->blob[i];
        json_t *one = json_null();
        if (blob->file.at[0]) {
            one = json_object();
            json_object_set_new(one, "salt", hex_json(blob->salt.at, SALT_BYTES));
            json_object_set_new(one, "file", json_string(blob->file.at));
        }
        json_array_append_new(blobs, one);
    }
    json_object_set_new(file, "header", json_stringn(entry->header_text.at, entry->header_text.n));
    json_object_set_new(file, "signature", hex_json(entry->signature.at, SIGNATURE_BYTES));
    json_object_set_new(file, "body", body);
    json_object_set_new(file, "state", json_string(states[entry->state]));
    json_object_set_new(file, "blobs", blobs);
    json_write(file, out);
    buf_char(out, '\n');
}

/* --- reading ------------------------------------------------------------------------------ */

static struct str text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)}
                                 : (struct str){NULL, 0};
}

static bool read_hex(const json_t *object, const char *key, unsigned char *ret, size_t n)
{
    struct str text = text_of(object, key);
    return text.at && hex_decode(text, ret, n);
}

static bool read_state(const json_t *value, struct package_entry *ret)
{
    struct str name = text_of(value, "state");
    const json_t *body = json_object_get(value, "body");
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(states); i++) {
        if (name.at && str_eq(name, str_of(states[i]))) {
            ret->state = (enum package_state)i;
            known = true;
        }
    }
    if (!known || ret->state != PACKAGE_PRESENT)
        return known && json_is_null(body);
    ret->body_text = text_of(body, "text");
    return json_object_size(body) == 2 && ret->body_text.at &&
           read_hex(body, "salt", ret->salt.at, SALT_BYTES);
}

static bool read_blob(const json_t *value, struct package_blob *ret)
{
    if (json_is_null(value))
        return true;
    struct str file = text_of(value, "file");
    if (json_object_size(value) != 2 || !read_hex(value, "salt", ret->salt.at, SALT_BYTES) ||
        !file.at || !package_path_is_fine(file) || !memchr(file.at, '/', file.n))
        return false;
    memcpy(ret->file.at, file.at, file.n);
    return true;
}

static bool read_value(const json_t *value, struct package_entry *ret)
{
    const json_t *blobs = json_object_get(value, "blobs");
    ret->header_text = text_of(value, "header");
    if (json_object_size(value) != 5 || !ret->header_text.at ||
        !read_hex(value, "signature", ret->signature.at, SIGNATURE_BYTES) ||
        !read_state(value, ret) || !json_is_array(blobs) || json_array_size(blobs) > BLOBS_MAX)
        return false;
    ret->blob_n = json_array_size(blobs);
    for (size_t i = 0; i < ret->blob_n; i++)
        if (!read_blob(json_array_get(blobs, i), &ret->blob[i]))
            return false;
    return true;
}

bool package_entry_read(struct str text, struct package_entry *ret, struct err *err)
{
    *ret = (struct package_entry){.value = NULL};
    if (!json_strict(text, &ret->value, err))
        return false;
    if (read_value(ret->value, ret))
        return true;
    package_entry_release(ret);
    *ret = (struct package_entry){.value = NULL};
    return FAIL(err, ERR_INPUT, _("Get it anew from whoever published it."),
                _("It is not an entry as \"allmende publish\" writes one."));
}
