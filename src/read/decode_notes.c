/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person should know of a sheet, in words. */
#include "read/decode.h"
#include "read/decode_int.h"
#include "read/sandbox.h"
#include "read/sandbox_int.h"

void decode_alive(void)
{
    sandbox_say(SANDBOX_ALIVE, (struct str){"", 0});
}

/* In the order of sheet_note_kind. */
static const struct {
    const char *name;
    const char *what;
} kinds[] = {
    {"errors", N_("Cells with an error, taken as missing")},
    {"no_result", N_("Formulas whose result is not in the file, taken as missing")},
    {"bad_dates", N_("Dates that no calendar has, taken as missing")},
    {"bad_cells", N_("Cells that cannot be read, taken as missing")},
    {"merged", N_("Joined cells; the value counts for the first one only")},
    {"numbers_as_text", N_("Numbers kept as text, read as numbers")},
    {"hidden_rows", N_("Hidden rows, read like the others")},
    {"hidden_columns", N_("Hidden columns, read like the others")},
    {"formulas", N_("Formulas; their results in the file were taken, nothing is calculated")},
};

const char *decode_note_name(enum sheet_note_kind kind)
{
    BUG_IF((size_t)kind >= COUNT_OF(kinds));
    return kinds[kind].name;
}

void decode_place(struct sheet_place place, struct buf *out)
{
    char letters[8];
    size_t n = 0;
    for (uint32_t c = place.column; c; c = (c - 1) / 26)
        letters[n++] = (char)('A' + (c - 1) % 26);
    while (n)
        buf_char(out, letters[--n]);
    if (place.row)
        buf_printf(out, "%u", place.row);
}

static void say_places(const struct sheet_note *note, struct buf *out)
{
    enum { SAID_MAX = 5 };
    for (size_t i = 0; i < note->n && i < SAID_MAX; i++) {
        if (i)
            buf_text(out, ", ");
        decode_place(note->place[i], out);
    }
    if (note->n > SAID_MAX)
        buf_text(out, ", …");
}

void decode_say_notes(const struct decoded *decoded, struct buf *out)
{
    for (size_t kind = 0; kind < SHEET_NOTE_KINDS; kind++) {
        CLEANUP(buf_release) struct buf places = BUF_INIT;
        const struct sheet_note *note = &decoded->note[kind];
        if (!note->n)
            continue;
        say_places(note, &places);
        buf_printf(out, "%s: %llu (%s)\n", lang_text(kinds[kind].what), (unsigned long long)note->n,
                   places.at);
    }
}
