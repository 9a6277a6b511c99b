/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/entry.h"

#include <string.h>

#include "record/ed25519.h"

/* Every number is below 2^53, so that every JSON reader keeps it. */
static const uint64_t NUMBER_MAX = ((uint64_t)1 << 53) - 1;

/* ---- writing ------------------------------------------------------------------------------- */

static bool kind_is_fine(struct str kind)
{
    if (kind.n < 1 || kind.n > KIND_MAX)
        return false;
    for (size_t i = 0; i < kind.n; i++)
        if (kind.at[i] != '-' && (kind.at[i] < 'a' || kind.at[i] > 'z'))
            return false;
    return true;
}

/* An entry with nothing before it has count 1, any other at least 2; the founding entry has nothing
 * before it. */
static bool count_is_fine(const struct header *h)
{
    bool first = !h->has_prev && h->after_n == 0;
    if (h->founding && !first)
        return false;
    return first ? h->count == 1 : h->count >= 2 && h->count <= NUMBER_MAX;
}

static bool header_is_fine(const struct header *h)
{
    if (!kind_is_fine(str_of(h->kind)) || h->seq < 1 || h->seq > NUMBER_MAX)
        return false;
    if (h->has_prev != (h->seq > 1) || h->after_n > AFTER_MAX || h->blob_n > BLOBS_MAX)
        return false;
    for (size_t i = 1; i < h->after_n; i++)
        if (hash_cmp(&h->after[i - 1], &h->after[i]) >= 0)
            return false;
    for (size_t i = 0; i < h->blob_n; i++)
        if (h->blob[i].bytes > NUMBER_MAX)
            return false;
    return h->body.bytes <= NUMBER_MAX && (!h->has_private || h->private.bytes <= NUMBER_MAX) &&
           count_is_fine(h);
}

static void put_hash(struct buf *out, const char *name, const struct hash *hash)
{
    buf_printf(out, "%s %s\n", name, hash ? hash_hex(hash).at : "-");
}

static void put_commitment(struct buf *out, const char *name, const struct commitment *to)
{
    buf_printf(out, "%s %s %llu\n", name, hash_hex(&to->hash).at, (unsigned long long)to->bytes);
}

void header_encode(const struct header *header, struct buf *out)
{
    char author[2 * KEY_BYTES + 1];
    BUG_IF(!header_is_fine(header));
    hex_encode(header->author.at, KEY_BYTES, author);
    buf_text(out, "allmende 1\n");
    put_hash(out, "project", header->founding ? NULL : &header->project);
    buf_printf(out, "kind %s\nauthor %s\n", header->kind, author);
    buf_printf(out, "seq %llu\n", (unsigned long long)header->seq);
    put_hash(out, "prev", header->has_prev ? &header->prev : NULL);
    for (size_t i = 0; i < header->after_n; i++)
        put_hash(out, "after", &header->after[i]);
    buf_printf(out, "count %llu\n", (unsigned long long)header->count);
    put_commitment(out, "body", &header->body);
    if (header->has_private)
        put_commitment(out, "private", &header->private);
    for (size_t i = 0; i < header->blob_n; i++)
        put_commitment(out, "blob", &header->blob[i]);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Goes through the lines. Each take_… reads one line whole, so nothing is skipped or trimmed. */
struct reader {
    struct str rest;
    unsigned line; /* number of the line taken last, from 1 */
    struct err *err;
};

static bool refuse(struct reader *r, const char *rule)
{
    return FAIL(r->err, ERR_INPUT, _("Get this entry again from another copy of the project."),
                _("Line %u of the entry's header is not as it must be: %s."), r->line, rule);
}

static bool needs_newer(struct reader *r, struct str line)
{
    int n = line.n < 40 ? (int)line.n : 40;
    return FAIL(r->err, ERR_UNSUPPORTED, _("Install the current version of the program."),
                _("Line %u of the entry's header needs a newer program: “%.*s”."), r->line, n,
                line.at);
}

static bool is_known_field(struct str word)
{
    static const char *const known[] = {"allmende", "project", "kind", "author",  "seq", "prev",
                                        "after",    "count",   "body", "private", "blob"};
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (str_eq(word, str_of(known[i])))
            return true;
    return false;
}

/* Refuse a line that stands where `name` must: a field of a newer program, or a fault. */
static bool refuse_field(struct reader *r, struct str line, const char *name)
{
    struct str rest = line;
    struct str word;
    if (str_cut(&rest, ' ', &word) && kind_is_fine(word) && !is_known_field(word))
        return needs_newer(r, line);
    return FAIL(r->err, ERR_INPUT, _("Get this entry again from another copy of the project."),
                _("Line %u of the entry's header must be “%s”."), r->line, name);
}

static bool take_line(struct reader *r, struct str *ret_line)
{
    const char *end = r->rest.n ? memchr(r->rest.at, '\n', r->rest.n) : NULL;
    r->line++;
    if (!end)
        return refuse(r, r->rest.n ? _("it does not end with a line feed") : _("it is missing"));
    *ret_line = (struct str){r->rest.at, (size_t)(end - r->rest.at)};
    r->rest.at = end + 1;
    r->rest.n -= ret_line->n + 1;
    return true;
}

/* Take the line "name value". */
static bool take_value(struct reader *r, const char *name, struct str *ret_value)
{
    struct str line = STR("");
    size_t n = strlen(name);
    if (!take_line(r, &line))
        return false;
    if (line.n <= n || memcmp(line.at, name, n) != 0 || line.at[n] != ' ')
        return refuse_field(r, line, name);
    *ret_value = (struct str){line.at + n + 1, line.n - n - 1};
    return true;
}

/* True if the next line has this name. */
static bool next_is(const struct reader *r, const char *name)
{
    size_t n = strlen(name);
    return r->rest.n > n && memcmp(r->rest.at, name, n) == 0 && r->rest.at[n] == ' ';
}

static bool take_version(struct reader *r)
{
    struct str value = STR("");
    uint64_t version;
    if (!take_value(r, "allmende", &value))
        return false;
    if (str_eq(value, STR("1")))
        return true;
    if (str_uint(value, UINT64_MAX, &version) && version > 1)
        return needs_newer(r, (struct str){value.at - strlen("allmende "), value.n + 9});
    return refuse(r, _("it must be “allmende 1”"));
}

static bool take_bytes(struct reader *r, const char *name, unsigned char *ret, bool *ret_is_there)
{
    struct str value = STR("");
    if (!take_value(r, name, &value))
        return false;
    if (ret_is_there && str_eq(value, STR("-"))) {
        *ret_is_there = false;
        return true;
    }
    if (!hex_decode(value, ret, HASH_BYTES))
        return refuse(r, _("64 lower-case hex digits must stand there"));
    if (ret_is_there)
        *ret_is_there = true;
    return true;
}

static bool take_number(struct reader *r, const char *name, uint64_t *ret)
{
    struct str value = STR("");
    if (!take_value(r, name, &value))
        return false;
    if (!str_uint(value, NUMBER_MAX, ret) || *ret == 0)
        return refuse(r, _("a number from 1 to 2^53 − 1 without leading zeros must stand there"));
    return true;
}

static bool take_kind(struct reader *r, char *ret_kind)
{
    struct str value = STR("");
    if (!take_value(r, "kind", &value))
        return false;
    if (!kind_is_fine(value))
        return refuse(r, _("a kind has 1 to 32 of the letters a to z and “-”"));
    memcpy(ret_kind, value.at, value.n);
    ret_kind[value.n] = '\0';
    return true;
}

static bool take_prev(struct reader *r, struct header *h)
{
    if (!take_bytes(r, "prev", h->prev.at, &h->has_prev))
        return false;
    return h->has_prev == (h->seq > 1) ||
           refuse(r, _("“-” must stand there exactly if it is the author's first entry"));
}

static bool take_after(struct reader *r, struct header *h)
{
    while (h->after_n < AFTER_MAX && next_is(r, "after")) {
        size_t i = h->after_n++;
        if (!take_bytes(r, "after", h->after[i].at, NULL))
            return false;
        if (i > 0 && hash_cmp(&h->after[i - 1], &h->after[i]) >= 0)
            return refuse(r, _("the lines “after” must ascend strictly"));
    }
    return true;
}

static bool take_count(struct reader *r, struct header *h)
{
    if (!take_number(r, "count", &h->count))
        return false;
    return count_is_fine(h) ||
           refuse(r, _("it must be 1 exactly if nothing comes before the entry, and nothing comes "
                       "before the founding entry"));
}

static bool take_commitment(struct reader *r, const char *name, struct commitment *ret)
{
    struct str value = STR("");
    struct str hash;
    if (!take_value(r, name, &value))
        return false;
    if (!str_cut(&value, ' ', &hash) || !hex_decode(hash, ret->hash.at, HASH_BYTES) ||
        !str_uint(value, NUMBER_MAX, &ret->bytes))
        return refuse(r, _("64 lower-case hex digits, a blank and a number of bytes must stand "
                           "there"));
    return true;
}

static bool take_commitments(struct reader *r, struct header *h)
{
    struct str line = STR("");
    if (!take_commitment(r, "body", &h->body))
        return false;
    h->has_private = next_is(r, "private");
    if (h->has_private && !take_commitment(r, "private", &h->private))
        return false;
    while (h->blob_n < BLOBS_MAX && next_is(r, "blob"))
        if (!take_commitment(r, "blob", &h->blob[h->blob_n++]))
            return false;
    if (!r->rest.n)
        return true;
    return take_line(r, &line) && refuse_field(r, line, _("the end"));
}

/* Invariant 1 seen from the other side; a difference is a fault of ours. */
static void assert_same(const struct header *header, struct str text)
{
    CLEANUP(buf_release) struct buf again = BUF_INIT;
    header_encode(header, &again);
    BUG_IF(!str_eq(buf_view(&again), text));
}

bool header_decode(struct str text, struct header *ret, struct err *err)
{
    struct header h = {0};
    struct reader r = {.rest = text, .err = err};
    bool has_project = false;
    if (text.n > HEADER_MAX)
        return FAIL(err, ERR_LIMIT, _("Get this entry again from another copy of the project."),
                    _("The entry's header has %zu bytes, more than %d."), text.n, (int)HEADER_MAX);
    if (!take_version(&r) || !take_bytes(&r, "project", h.project.at, &has_project))
        return false;
    h.founding = !has_project;
    if (!take_kind(&r, h.kind) || !take_bytes(&r, "author", h.author.at, NULL) ||
        !take_number(&r, "seq", &h.seq) || !take_prev(&r, &h) || !take_after(&r, &h) ||
        !take_count(&r, &h) || !take_commitments(&r, &h))
        return false;
    assert_same(&h, text);
    *ret = h;
    return true;
}

/* ---- hashes -------------------------------------------------------------------------------- */

struct hash header_id(struct str text)
{
    struct hasher h;
    hash_begin(&h);
    hash_str(&h, STR("allmende 1 entry\n"));
    hash_str(&h, text);
    return hash_end(&h);
}

void commitment_begin(struct hasher *h, const struct salt *salt)
{
    hash_begin(h);
    hash_str(h, STR("allmende 1 commitment\n"));
    hash_add(h, salt->at, SALT_BYTES);
}

struct hash commitment_of(const struct salt *salt, struct str bytes)
{
    struct hasher h;
    commitment_begin(&h, salt);
    hash_str(&h, bytes);
    return hash_end(&h);
}

struct hash item_id(const struct hash *batch, uint64_t position)
{
    struct hasher h;
    hash_begin(&h);
    hash_str(&h, STR("allmende 1 item\n"));
    hash_add(&h, batch->at, HASH_BYTES);
    hash_u64(&h, position);
    return hash_end(&h);
}

void signed_text(const struct hash *id, struct buf *out)
{
    buf_text(out, "allmende 1 signature\n");
    buf_add(out, id->at, HASH_BYTES);
}

bool signature_valid(const struct device *author, const struct hash *id,
                     const struct signature *signature)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    signed_text(id, &text);
    return ed25519_valid(author->at, buf_view(&text), signature->at);
}
