/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decoding in the sandbox, for tests: bytes in, text out. Include cmocka first. */
#ifndef TEST_DECODING_H
#define TEST_DECODING_H

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "read/decode.h"

/* What decoding gave, as text: sheets, notes, parts. */
static inline bool decode(struct str bytes, const char *sheet, struct buf *out, struct err *err)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct decoded decoded CLEANUP(decoded_release) = {.file = -1};
    char folder[] = "/tmp/decode-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = arena_printf(&arena, "%s/file", folder);
    assert_true(file_write(path, bytes, 0600, err));
    const struct decode_request request = {.path = path, .sheet = sheet, .max_bytes = 1 << 30};
    bool done = decode_file(&request, &arena, &decoded, err);
    file_remove_folder(folder);
    if (!done)
        return false;
    for (size_t i = 0; i < decoded.sheet_n; i++)
        buf_printf(out, "[%.*s%s%s %llux%u]", STR_ARG(decoded.sheet[i].name),
                   decoded.sheet[i].hidden ? " hidden" : "",
                   &decoded.sheet[i] == decoded.taken ? " taken" : "",
                   (unsigned long long)decoded.sheet[i].rows, decoded.sheet[i].columns);
    for (size_t kind = 0; kind < SHEET_NOTE_KINDS; kind++) {
        const struct sheet_note *note = &decoded.note[kind];
        if (note->n)
            buf_printf(out, "{%s %llu ", decode_note_name((enum sheet_note_kind)kind),
                       (unsigned long long)note->n);
        for (size_t p = 0; p < note->n && p < 3; p++) {
            decode_place(note->place[p], out);
            buf_text(out, p + 1 < note->n && p < 2 ? "," : "}");
        }
    }
    for (size_t i = 0; i < decoded.part_n; i++) {
        buf_printf(out, "\n%.*s:\n", STR_ARG(decoded.part[i].name));
        assert_true(decoded_all(&decoded, &decoded.part[i], out, err));
    }
    return true;
}

/* What must come out. */
static inline void gives(struct buf *bytes, const char *sheet, const char *expected)
{
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    struct err err = {0};
    if (!decode(buf_view(bytes), sheet, &out, &err))
        fail_msg("%s (%s:%d)", err.what, err.file, err.line);
    assert_string_equal(out.at, expected);
    buf_release(bytes);
}

/* It must be refused, with these words. */
static inline void refuses(struct buf *bytes, const char *sheet, enum err_code code,
                           const char *part)
{
    struct buf out CLEANUP(buf_release) = BUF_INIT;
    struct err err = {0};
    if (decode(buf_view(bytes), sheet, &out, &err))
        fail_msg("not refused: %s", out.at);
    if (err.code != code || !strstr(err.what, part))
        fail_msg("%s, not: %s", err.what, part);
    buf_release(bytes);
}

#endif
