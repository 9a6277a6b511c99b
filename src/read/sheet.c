/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/sheet.h"

#include <string.h>

#include "base/num.h"
#include "read/csv_put.h"

void sheet_writer_release(struct sheet_writer *writer)
{
    buf_release(&writer->row);
}

void sheet_note(struct sheet_writer *writer, enum sheet_note_kind kind, uint64_t row,
                uint64_t column, uint64_t n)
{
    struct sheet_note *note = &writer->sheet->note[kind];
    if (writer->put || n == 0)
        return;
    if (note->n < SHEET_PLACES_MAX)
        note->place[note->n] = (struct sheet_place){(uint32_t)row, (uint32_t)column};
    /* Several at once have one place: that of the first. */
    for (uint64_t i = note->n + 1; i < note->n + n && i < SHEET_PLACES_MAX; i++)
        note->place[i] = note->place[note->n];
    note->n += n;
}

void sheet_note_text(struct sheet_writer *writer, uint64_t row, uint64_t column, struct str text)
{
    struct decimal value;
    if (writer->sheet->area.rows && text.n && num_decimal(text, '.', &value) == NUM_OK)
        sheet_note(writer, SHEET_NUMBERS_AS_TEXT, row, column, 1);
}

bool sheet_too_large(struct err *err)
{
    return FAIL(err, ERR_LIMIT, _("Part the sheet, or save it as .csv."),
                _("The sheet is too large: at most %d columns and %d million cells are read."),
                SHEET_COLUMNS_MAX, SHEET_CELLS_MAX / 1000000);
}

bool sheet_row(struct sheet_writer *writer, uint64_t row, struct err *err)
{
    if (row > SHEET_ROWS_MAX)
        return sheet_too_large(err);
    BUG_IF(row <= writer->row_number);
    writer->row_number = (uint32_t)row;
    writer->column = writer->first = 0;
    buf_clear(&writer->row);
    return true;
}

static void add_commas(struct buf *out, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        buf_char(out, ',');
}

bool sheet_cell(struct sheet_writer *writer, uint64_t column, struct str text, struct err *err)
{
    if (text.n == 0)
        return true;
    if (column > SHEET_COLUMNS_MAX)
        return sheet_too_large(err);
    BUG_IF(column <= writer->column);
    if (text.n > SHEET_TEXT_MAX)
        return FAIL(err, ERR_LIMIT, _("Shorten it where it was made."),
                    _("A cell in row %u holds more than %d characters."), writer->row_number,
                    SHEET_TEXT_MAX);
    if (writer->put) {
        uint32_t before = writer->column ? writer->column : writer->sheet->area.first_column;
        add_commas(&writer->row, (uint32_t)column - before);
        csv_put_field(&writer->row, text);
    }
    writer->column = (uint32_t)column;
    if (!writer->first)
        writer->first = (uint32_t)column;
    return true;
}

static bool measure(struct sheet_writer *writer, uint64_t times, struct err *err)
{
    struct sheet_area *area = &writer->sheet->area;
    if (times > SHEET_ROWS_MAX - writer->row_number + UINT64_C(1))
        return sheet_too_large(err);
    if (!area->first_column || writer->first < area->first_column)
        area->first_column = writer->first;
    if (writer->column > area->last_column)
        area->last_column = writer->column;
    area->last_row = writer->row_number + (uint32_t)(times - 1);
    area->rows += times;
    uint64_t columns = area->last_column - area->first_column + UINT64_C(1);
    return area->rows <= SHEET_CELLS_MAX / columns || sheet_too_large(err);
}

/* Empty rows before this one are empty lines. */
static bool write_gap(struct sheet_writer *writer, struct err *err)
{
    static const char feeds[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
    while (writer->lines + 1 < writer->row_number) {
        uint64_t n = writer->row_number - writer->lines - 1;
        n = n < sizeof feeds - 1 ? n : sizeof feeds - 1;
        if (!writer->put(writer->context, (struct str){feeds, (size_t)n}, err))
            return false;
        writer->lines += n;
    }
    return true;
}

bool sheet_row_end(struct sheet_writer *writer, uint64_t times, struct err *err)
{
    if (!writer->column || times == 0)
        return true;
    if (!writer->put)
        return measure(writer, times, err);
    if (!write_gap(writer, err))
        return false;
    add_commas(&writer->row, writer->sheet->area.last_column - writer->column);
    buf_char(&writer->row, '\n');
    for (uint64_t i = 0; i < times; i++)
        if (!writer->put(writer->context, buf_view(&writer->row), err))
            return false;
    writer->lines += times;
    return true;
}
