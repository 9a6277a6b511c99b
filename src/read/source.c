/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/source.h"

#include <string.h>

#include "base/json.h"
#include "read/source_int.h"
#include "read/star.h"

/* --- opening ------------------------------------------------------------------------------ */

/* A part of the unnamed file. */
struct part {
    const struct decoded *decoded;
    const struct decoded_part *part;
};

static bool read_part(const struct bytes *bytes, uint64_t offset, void *to, size_t n,
                      struct err *err)
{
    const struct part *part = bytes->context;
    return decoded_read(part->decoded, part->part, offset, to, n, err);
}

struct bytes source_part_bytes(const struct decoded *decoded, size_t i, const char *path,
                               struct arena *arena)
{
    struct part *part = arena_get(arena, 1, sizeof *part);
    struct str name = decoded->part[i].name;
    *part = (struct part){decoded, &decoded->part[i]};
    return (struct bytes){.n = part->part->n,
                          .read = read_part,
                          .context = part,
                          .name = name.n ? arena_printf(arena, "%s: %.*s", path, STR_ARG(name))
                                         : arena_copy(arena, str_of(path))};
}

static void fill_source(struct sources *all, size_t i, const char *path, struct arena *arena)
{
    struct source *source = &all->source[i];
    struct str name = all->decoded->part[i].name;
    source->decoded = all->decoded;
    source->bytes = source_part_bytes(all->decoded, i, path, arena);
    source->name = source->bytes.name;
    if (name.n)
        source->member = arena_copy(arena, name);
}

static bool open_decoded(const struct sources_request *request, struct arena *arena,
                         struct sources *ret, struct err *err)
{
    const struct decode_request decode = {.path = request->path,
                                          .sheet = request->sheet,
                                          .max_bytes = request->max_bytes,
                                          .cancelled = request->cancelled};
    ret->decoded = arena_get(arena, 1, sizeof *ret->decoded);
    if (!decode_file(&decode, arena, ret->decoded, err))
        return false;
    if (strcmp(ret->decoded->format, "dwca") == 0 ||
        strcmp(ret->decoded->format, "datapackage") == 0) {
        struct decoded *files = ret->decoded;
        bool fine = star_open_decoded(request->path, files, arena, ret, err);
        if (!fine || ret->decoded != files)
            decoded_release(files);
        return fine;
    }
    ret->n = ret->decoded->part_n;
    ret->source = arena_get(arena, ret->n, sizeof *ret->source);
    for (size_t i = 0; i < ret->n; i++)
        fill_source(ret, i, request->path, arena);
    return true;
}

/* Whoever wants one table gets the core of an archive, and is told of the others. */
static void first_only(const struct sources_request *request, struct arena *arena,
                       struct sources *all)
{
    CLEANUP(buf_release) struct buf remark = BUF_INIT;
    if (request->tables || all->n == 0 || !all->source[0].table)
        return;
    if (all->source[0].remark)
        buf_text(&remark, all->source[0].remark);
    for (size_t i = 1; i < all->n; i++)
        buf_printf(&remark, _("%s: another table, not taken here\n"), all->source[i].name);
    all->source[0].remark = arena_copy(arena, buf_view(&remark));
    all->n = 1;
}

bool sources_open(const struct sources_request *request, struct arena *arena, struct sources *ret,
                  struct err *err)
{
    CLEANUP(buf_release) struct buf front = BUF_INIT;
    struct bytes bytes;
    *ret = (struct sources){.n = 0};
    if (star_is_folder(request->path)) {
        if (!star_open_folder(request->path, arena, ret, err))
            return false;
        first_only(request, arena, ret);
        return true;
    }
    if (!bytes_of_file(request->path, arena, &bytes, err) ||
        !bytes_front(&bytes, DECODE_FRONT_BYTES, &front, err))
        return false;
    if (decode_is_needed(buf_view(&front)) && !open_decoded(request, arena, ret, err))
        return false;
    if (request->sheet && !(ret->decoded && ret->decoded->taken)) {
        sources_release(ret);
        return FAIL(err, ERR_USAGE, _("Leave --sheet out."),
                    _("%s is no spreadsheet, so it has no sheets."), request->path);
    }
    first_only(request, arena, ret);
    if (ret->decoded)
        return true;
    ret->source = arena_get(arena, 1, sizeof *ret->source);
    ret->n = 1;
    ret->source->bytes = bytes;
    ret->source->name = arena_copy(arena, str_of(request->path));
    return true;
}

void sources_release(struct sources *sources)
{
    if (sources->decoded)
        decoded_release(sources->decoded);
}

bool source_dialect(const struct source *source, struct csv_dialect *ret, struct err *err)
{
    if (source->is_canonical) {
        *ret = (struct csv_dialect){
            .separator = ',', .quote = '"', .point = '.', .encoding = CSV_UTF8, .header = true};
        return true;
    }
    if (!csv_propose_bytes(&source->bytes, ret, err))
        return err->code == ERR_INPUT ? err_context(err, "%s", source->name) : false;
    if (source->decoded && source->decoded->taken)
        *ret = (struct csv_dialect){.separator = ',',
                                    .quote = '"',
                                    .point = '.',
                                    .encoding = CSV_UTF8,
                                    .header = ret->header,
                                    .skip_bytes = 0};
    return true;
}

/* --- telling ------------------------------------------------------------------------------ */

static json_t *note_json(const struct sheet_note *note)
{
    json_t *one = json_object();
    json_t *cells = json_array();
    for (size_t i = 0; i < note->n && i < SHEET_PLACES_MAX; i++) {
        CLEANUP(buf_release) struct buf place = BUF_INIT;
        decode_place(note->place[i], &place);
        json_array_append_new(cells, json_stringn(place.at, place.n));
    }
    json_object_set_new(one, "n", json_integer((json_int_t)note->n));
    json_object_set_new(one, "cells", cells);
    return one;
}

json_t *source_json(const struct source *source)
{
    const struct decoded *decoded = source->decoded;
    if (!decoded)
        return NULL;
    json_t *all = json_object();
    json_object_set_new(all, "format", json_string(decoded->format));
    if (!decoded->taken)
        return all;
    json_t *notes = json_object();
    for (size_t kind = 0; kind < SHEET_NOTE_KINDS; kind++)
        if (decoded->note[kind].n)
            json_object_set_new(notes, decode_note_name((enum sheet_note_kind)kind),
                                note_json(&decoded->note[kind]));
    json_object_set_new(all, "sheet",
                        json_stringn(decoded->taken->name.at, decoded->taken->name.n));
    if (decoded->taken->hidden)
        json_object_set_new(all, "hidden", json_true());
    json_object_set_new(all, "notes", notes);
    return all;
}

static void say_sheet(const struct source *source, struct buf *out)
{
    const struct decoded *decoded = source->decoded;
    CLEANUP(buf_release) struct buf notes = BUF_INIT;
    struct str rest;
    struct str line;
    buf_printf(out,
               decoded->taken->hidden ? _("%s: sheet \"%.*s\" (hidden)\n")
                                      : _("%s: sheet \"%.*s\"\n"),
               source->name, STR_ARG(decoded->taken->name));
    decode_say_notes(decoded, &notes);
    rest = buf_view(&notes);
    while (str_cut(&rest, '\n', &line) && line.n)
        buf_printf(out, "  %.*s\n", STR_ARG(line));
}

void source_say(const struct source *source, struct buf *out)
{
    const struct decoded *decoded = source->decoded;
    if (source->remark)
        buf_text(out, source->remark);
    if (!decoded)
        return;
    if (decoded->taken)
        say_sheet(source, out);
    /* Once for an archive: with its first member. */
    if (!source->member || !str_eq(str_of(source->member), decoded->part[0].name))
        return;
    for (size_t i = 0; i < decoded->left_out_n; i++)
        buf_printf(out, _("%s: left out, because it is no .csv, .tsv or .txt: %.*s\n"),
                   source->name, STR_ARG(decoded->left_out[i]));
}
