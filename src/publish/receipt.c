/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/receipt.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/version.h"
#include "publish/verify_int.h"

static const char magic[] = "allmende-receipt 1\n";

/* Keys for receipts lie where those of the project 0000… would: they belong to none. */
static const struct hash no_project;

/* --- text --------------------------------------------------------------------------------- */

/* The lines with numbers, in their order. */
enum { NUMBERS = 9 };
static const char *const number_name[NUMBERS] = {
    "entries",       "trainings", "results",    "again",  "held-back",
    "other-program", "withdrawn", "taken-back", "faults",
};

static void number_places(struct receipt *r, size_t *ret[NUMBERS])
{
    struct verify_report *v = &r->report;
    size_t *place[NUMBERS] = {&v->entries,   &v->trainings,  &v->verdicts,
                              &v->again,     &v->held_back,  &v->other_program,
                              &v->withdrawn, &v->taken_back, &r->faults};
    memcpy(ret, place, sizeof place);
}

static void put_id(struct buf *out, const char *name, const struct hash *id)
{
    buf_printf(out, "%s %s\n", name, hash_eq(id, &no_project) ? "-" : hash_hex(id).at);
}

/* All that is signed. */
static void write_front(const struct receipt *receipt, struct buf *out)
{
    struct receipt r = *receipt;
    char key[2 * KEY_BYTES + 1];
    size_t *number[NUMBERS];
    number_places(&r, number);
    buf_text(out, magic);
    put_id(out, "project", &r.report.project);
    put_id(out, "publication", &r.report.publication);
    put_id(out, "manifest", &r.report.manifest);
    buf_printf(out, "state %s\n", verify_state_name(r.report.state));
    for (size_t i = 0; i < NUMBERS; i++)
        buf_printf(out, "%s %zu\n", number_name[i], *number[i]);
    buf_printf(out, "program %s\ntime %s\n", r.program, r.time);
    if (r.name[0])
        buf_printf(out, "name %s\n", r.name);
    hex_encode(r.key.at, KEY_BYTES, key);
    buf_printf(out, "key %s\n", key);
}

static struct hash signed_hash(struct str front)
{
    static const char tag[] = "allmende 1 receipt\n";
    struct hasher h;
    hash_begin(&h);
    hash_add(&h, tag, sizeof tag - 1);
    hash_add(&h, front.at, front.n);
    return hash_end(&h);
}

/* --- writing ------------------------------------------------------------------------------ */

/* One line of printing characters. */
static bool is_line(struct str text, size_t max)
{
    size_t at;
    for (size_t i = 0; i < text.n; i++)
        if (iscntrl((unsigned char)text.at[i]))
            return false;
    return text.n && text.n <= max && str_utf8(text, &at) && text.at[0] != ' ';
}

static bool find_key(struct key *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct device *device;
    size_t n;
    if (!key_list(&no_project, &arena, &device, &n, err))
        return false;
    if (n > 1)
        return FAIL(err, ERR_CONFLICT,
                    _("Keep one in the folder of keys whose name is all zeros; move the others "
                      "away."),
                    _("There are %zu keys for receipts on this computer."), n);
    return n ? key_load(&device[0], &no_project, ret, err)
             : key_make(ret, err) && key_save(ret, &no_project, err);
}

static void name_program(char ret[RECEIPT_PROGRAM_BYTES])
{
    struct err ignored = {0};
    struct hash hash;
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    path[n > 0 ? n : 0] = '\0';
    bool known = n > 0 && verify_hash_file(path, &hash, &ignored);
    snprintf(ret, RECEIPT_PROGRAM_BYTES, "%s %s", VERSION, known ? hash_hex(&hash).at : "-");
}

bool receipt_sign(const struct verify_report *report, const char *name, struct receipt *ret,
                  struct buf *out, struct err *err)
{
    CLEANUP(key_release) struct key key = {0};
    CLEANUP(buf_release) struct buf front = BUF_INIT;
    char signature[2 * SIGNATURE_BYTES + 1];
    *ret = (struct receipt){.report = *report, .faults = report->fault_n};
    if (name && *name && !is_line(str_of(name), RECEIPT_NAME_BYTES))
        return FAIL(err, ERR_INPUT, _("Type a name of one line, of at most 100 bytes."),
                    _("This cannot stand on a receipt as a name."));
    if (!find_key(&key, err))
        return false;
    if (name)
        memcpy(ret->name, name, strlen(name));
    ret->key = key.device;
    name_program(ret->program);
    clock_now(ret->time);
    write_front(ret, &front);
    struct hash hash = signed_hash(buf_view(&front));
    struct signature by = key_sign(&key, &hash);
    hex_encode(by.at, SIGNATURE_BYTES, signature);
    buf_printf(out,
               "%s"
               "signature %s\n",
               front.at, signature);
    return true;
}

/* --- reading ------------------------------------------------------------------------------ */

/* Cut a line "NAME VALUE"; false if the next one is another. */
static bool cut(struct str *text, const char *name, struct str *ret)
{
    struct str rest = *text;
    struct str line;
    size_t n = strlen(name);
    if (!rest.n || !str_cut(&rest, '\n', &line) || !str_starts(line, str_of(name)) ||
        line.n < n + 2 || line.at[n] != ' ')
        return false;
    *ret = (struct str){line.at + n + 1, line.n - n - 1};
    *text = rest;
    return true;
}

static bool cut_hex(struct str *text, const char *name, unsigned char *ret, size_t bytes)
{
    struct str value;
    return cut(text, name, &value) && (str_eq(value, STR("-")) || hex_decode(value, ret, bytes));
}

static bool cut_state(struct str *text, enum verify_state *ret)
{
    struct str value;
    if (!cut(text, "state", &value))
        return false;
    for (int i = 0; i <= VERIFY_FAILED; i++) {
        *ret = (enum verify_state)i;
        if (str_eq(value, str_of(verify_state_name(*ret))))
            return true;
    }
    return false;
}

static bool cut_number(struct str *text, const char *name, size_t *ret)
{
    struct str value;
    uint64_t number;
    if (!cut(text, name, &value) || !str_uint(value, PACKAGE_BLOB_MAX_BYTES, &number))
        return false;
    *ret = (size_t)number;
    return true;
}

static bool cut_text(struct str *text, const char *name, char *ret, size_t size)
{
    struct str value;
    if (!cut(text, name, &value) || !is_line(value, size - 1))
        return false;
    memcpy(ret, value.at, value.n);
    ret[value.n] = '\0';
    return true;
}

static bool cut_all(struct str text, struct receipt *r, struct signature *ret)
{
    size_t *number[NUMBERS];
    number_places(r, number);
    if (!str_starts(text, STR("allmende-receipt 1\n")))
        return false;
    text.at += sizeof magic - 1;
    text.n -= sizeof magic - 1;
    if (!cut_hex(&text, "project", r->report.project.at, HASH_BYTES) ||
        !cut_hex(&text, "publication", r->report.publication.at, HASH_BYTES) ||
        !cut_hex(&text, "manifest", r->report.manifest.at, HASH_BYTES) ||
        !cut_state(&text, &r->report.state))
        return false;
    for (size_t i = 0; i < NUMBERS; i++)
        if (!cut_number(&text, number_name[i], number[i]))
            return false;
    if (!cut_text(&text, "program", r->program, sizeof r->program) ||
        !cut_text(&text, "time", r->time, sizeof r->time))
        return false;
    if (str_starts(text, STR("name ")) && !cut_text(&text, "name", r->name, sizeof r->name))
        return false;
    r->report.fault_n = r->faults;
    return cut_hex(&text, "key", r->key.at, KEY_BYTES) &&
           cut_hex(&text, "signature", ret->at, SIGNATURE_BYTES) && text.n == 0;
}

bool receipt_read(struct str text, struct receipt *ret, struct err *err)
{
    CLEANUP(buf_release) struct buf front = BUF_INIT;
    struct signature signature = {{0}};
    *ret = (struct receipt){.faults = 0};
    bool read = cut_all(text, ret, &signature);
    if (read)
        write_front(ret, &front);
    /* Only what is written again as it stands is a receipt: nothing else hides between lines. */
    size_t tail = strlen("signature ") + (size_t)2 * SIGNATURE_BYTES + 1;
    if (!read || text.n != front.n + tail || memcmp(text.at, front.at, front.n) != 0)
        return FAIL(err, ERR_INPUT, _("Get it anew from whoever gave it to you."),
                    _("It is no receipt as \"allmende verify --receipt\" writes one."));
    struct hash hash = signed_hash(buf_view(&front));
    return signature_valid(&ret->key, &hash, &signature) ||
           FAIL(err, ERR_CORRUPT, _("Do not rely on it. Ask whoever signed it for the true one."),
                _("The receipt was changed: its signature does not fit."));
}
