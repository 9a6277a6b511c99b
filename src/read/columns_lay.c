/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the cells of a table lie, and what is told of its parts, once its columns are decided. */
#include "read/columns_int.h"
#include "read/columns_note.h"

static void add_fault(struct columns *ret, size_t least, struct columns_fault fault)
{
    ret->fault_total++;
    if (ret->fault_n - least < COLUMNS_FAULTS_KEPT)
        ret->fault[ret->fault_n++] = fault;
}

/* --- what is told ----------------------------------------------------------------------------- */

static void tell_of_column(struct opening *o, size_t p, size_t c, size_t least)
{
    const struct survey_field *field = field_of(o, p, c);
    struct columns_fault fault;
    struct str name = str_front(field->said.name, SURVEY_SHOWN_BYTES);
    bool category = field->type == COLUMN_CATEGORY;
    if (field->said.note != HEADER_FINE)
        add_fault(o->ret, least, note_name(o->arena, p, field, o->part[p].field[c]));
    if (category && note_text(o->arena, p, field, &fault)) {
        add_fault(o->ret, least, fault);
    } else if (category && field->own.why == WHY_NUMBERS) {
        const char *what = arena_printf(
            o->arena,
            _("Column %.*s has only numbers in file %zu, but text in another one; it is "
              "read as text."),
            STR_ARG(name), p + 1);
        add_fault(o->ret, least,
                  (struct columns_fault){.kind = COLUMNS_TEXT_ELSEWHERE,
                                         .part = p,
                                         .column = field->said.name,
                                         .what = str_of(what)});
    }
}

/* Those of columns, then rejected records and cells in the order of the file. */
static void tell_of_part(struct opening *o, size_t p)
{
    struct columns *ret = o->ret;
    const struct survey *survey = &o->part[p].survey;
    size_t least = ret->fault_n, r = 0, f = 0, c = 0;
    for (size_t i = 0; i < survey->field_n && has_rows(o, p); i++) {
        if (c < o->part[p].column_n && o->part[p].field[c] == i)
            tell_of_column(o, p, c++, least);
        else
            add_fault(ret, least, note_left_out(o->arena, p, i));
    }
    ret->fault_total += survey->rejected - survey->fault_n;
    ret->fault_total += survey->cell_total - survey->cell_n;
    while (r < survey->cell_n || f < survey->fault_n) {
        bool cell = f == survey->fault_n ||
                    (r < survey->cell_n && survey->cell[r].line < survey->fault[f].line);
        add_fault(ret, least, cell ? survey->cell[r++] : survey->fault[f++]);
    }
}

/* --- where it lies ---------------------------------------------------------------------------- */

static void lay_out_part(struct opening *o, size_t p)
{
    struct fill *fill = o->fill;
    const struct survey *survey = &o->part[p].survey;
    const struct columns_part *asked = &o->request->part[p];
    struct fill_part *part = &fill->part[p];
    size_t end_row = survey->place_n ? survey->place_row[0] + survey->rows : 0;
    part->bytes = asked->bytes;
    part->options = asked->options;
    part->word = survey->word;
    part->word_n = survey->word_n;
    part->field = arena_get(o->arena, o->ret->table.column_n, sizeof *part->field);
    for (size_t c = 0; c < o->part[p].column_n; c++) {
        const struct survey_field *field = field_of(o, p, c);
        int joint = o->ret->table.column[c].exponent;
        int own = field->lossy ? field->exponent : joint;
        part->field[c] = (struct fill_field){.field = o->part[p].field[c],
                                             .own = own,
                                             .up = own - joint,
                                             .lossy = field->lossy,
                                             .rejects = field->rejects,
                                             .time = field->time,
                                             .order = field->order};
    }
    for (size_t c = o->file_n; c < o->ret->table.column_n && has_rows(o, p); c++) {
        const struct derivation *derivation = &o->derivation[c - o->file_n];
        part->field[c] = part->field[derivation->column];
        part->field[c].own = o->ret->table.column[c].exponent;
        part->field[c].is_derived = true;
        part->field[c].part = derivation->part;
    }
    for (size_t i = 0; i < survey->place_n; i++) {
        bool last = i + 1 == survey->place_n;
        fill->segment[fill->segment_n++] = (struct fill_segment){
            .place = survey->place[i],
            .bytes =
                (last ? asked->bytes->n : survey->place[i + 1].offset) - survey->place[i].offset,
            .part = p,
            .row = survey->place_row[i],
            .rows = (last ? end_row : survey->place_row[i + 1]) - survey->place_row[i],
            .last = last};
    }
}

/* What the survey kept of fields that turned out to be plain numbers. */
static void take_kept(struct opening *o, size_t p)
{
    struct fill *fill = o->fill;
    const struct survey *survey = &o->part[p].survey;
    for (size_t c = 0; c < o->part[p].column_n && survey->kept_n; c++) {
        const struct survey_field *field = field_of(o, p, c);
        const struct column *column = &o->ret->table.column[c];
        if (column->type != COLUMN_NUMBER || field->time != TIME_NONE || field->lossy)
            continue;
        for (size_t b = 0; b < survey->kept_n; b++)
            fill->kept[(survey->kept_first + b) * fill->column_n + c] =
                survey->kept[b * survey->field_n + o->part[p].field[c]];
    }
}

void columns_lay_out(struct opening *o)
{
    struct columns *ret = o->ret;
    size_t segments = 0, runs = 0;
    for (size_t p = 0; p < o->request->parts; p++) {
        segments += o->part[p].survey.place_n;
        runs += o->part[p].survey.run_n;
    }
    o->fill->segment = arena_get(o->arena, segments, sizeof *o->fill->segment);
    ret->run = arena_get(o->arena, runs, sizeof *ret->run);
    size_t faults = COLUMNS_FAULTS_KEPT * o->request->parts + 2 * ret->table.column_n;
    ret->fault = arena_get(o->arena, faults, sizeof *ret->fault);
    if (o->file) {
        size_t blocks = (ret->table.rows + SCAN_BLOCK_ROWS - 1) / SCAN_BLOCK_ROWS;
        o->fill->file = o->file;
        o->fill->kept = arena_get(o->arena, blocks * ret->table.column_n, sizeof *o->fill->kept);
    }
    for (size_t p = 0; p < o->request->parts; p++) {
        const struct survey *survey = &o->part[p].survey;
        for (size_t i = 0; i < survey->run_n; i++)
            ret->run[ret->run_n++] = survey->run[i];
        tell_of_part(o, p);
        lay_out_part(o, p);
        if (o->file)
            take_kept(o, p);
    }
}
