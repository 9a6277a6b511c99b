/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* lseek on large files */
#include "read/packed.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "read/packed_int.h"

enum { PIECE_BYTES = 64 * 1024 };

bool packed_damaged(struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Pack it anew where it was made, or take the files themselves."),
                _("This archive is damaged or was made to do harm."));
}

/* --- the file, for libarchive ------------------------------------------------------------- */

struct source {
    int file;
    char piece[PIECE_BYTES];
};

static la_ssize_t source_read(struct archive *archive, void *context, const void **ret)
{
    (void)archive;
    struct source *source = context;
    ssize_t n;
    do
        n = read(source->file, source->piece, sizeof source->piece);
    while (n < 0 && errno == EINTR);
    *ret = source->piece;
    return n < 0 ? ARCHIVE_FATAL : n;
}

static la_int64_t source_seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    (void)archive;
    const struct source *source = context;
    off_t at = lseek(source->file, offset, whence);
    return at < 0 ? ARCHIVE_FATAL : at;
}

static la_int64_t source_skip(struct archive *archive, void *context, la_int64_t n)
{
    (void)archive;
    const struct source *source = context;
    return lseek(source->file, n, SEEK_CUR) < 0 ? 0 : n;
}

static void zip_close(struct archive **archive)
{
    if (*archive)
        (void)archive_read_free(*archive);
}

/* Only the reader that goes by the central directory: the other one would read what is left of an
   archive that was cut. */
static bool zip_open(struct source *source, struct archive **ret, struct err *err)
{
    struct archive *archive = *ret = archive_read_new();
    if (!archive || archive_read_support_format_zip_seekable(archive) != ARCHIVE_OK ||
        archive_read_set_read_callback(archive, source_read) != ARCHIVE_OK ||
        archive_read_set_seek_callback(archive, source_seek) != ARCHIVE_OK ||
        archive_read_set_skip_callback(archive, source_skip) != ARCHIVE_OK ||
        archive_read_set_callback_data(archive, source) != ARCHIVE_OK ||
        lseek(source->file, 0, SEEK_SET) != 0 || archive_read_open1(archive) != ARCHIVE_OK)
        return packed_damaged(err);
    return true;
}

/* --- names -------------------------------------------------------------------------------- */

static bool wants_out(struct str name)
{
    struct str part;
    if (str_starts(name, STR("/")) || (name.n > 1 && name.at[1] == ':'))
        return true;
    while (str_cut(&name, '/', &part))
        if (str_eq(part, STR("..")))
            return true;
    return false;
}

/* Backslashes are what some programs write between folders. What is no UTF-8 gets '?' in its place:
   such a name is only shown. */
static struct str clean_name(struct arena *arena, const char *raw)
{
    char *name = arena_copy(arena, str_of(raw ? raw : "?"));
    struct str text = str_of(name);
    size_t at;
    for (size_t i = 0; i < text.n; i++)
        if (name[i] == '\\')
            name[i] = '/';
    while (!str_utf8(text, &at))
        name[at] = '?';
    return text;
}

static const char *raw_name(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    return name ? name : archive_entry_pathname_utf8(entry);
}

static bool check_member(struct archive_entry *entry, struct str name, struct err *err)
{
    if (archive_entry_is_encrypted(entry))
        return FAIL(err, ERR_INPUT, _("Save it without a password and take that file."),
                    _("The file is locked with a password."));
    if (wants_out(name))
        return FAIL(err, ERR_INPUT,
                    _("Pack it anew where it was made, or take the files themselves."),
                    _("The archive was made to do harm: its member \"%.*s\" wants out of its "
                      "folder."),
                    STR_ARG(str_front(name, 100)));
    if (name.n > PACKED_NAME_MAX)
        return packed_damaged(err);
    return true;
}

/* The next file; false with err empty at the end. */
static bool next_member(struct archive *archive, struct arena *arena, struct str *ret,
                        struct err *err)
{
    struct archive_entry *entry;
    for (;;) {
        int result = archive_read_next_header(archive, &entry);
        if (result == ARCHIVE_EOF)
            return false;
        if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
            return packed_damaged(err);
        *ret = clean_name(arena, raw_name(entry));
        if (!check_member(entry, *ret, err))
            return false;
        if (archive_entry_filetype(entry) != AE_IFDIR && !str_ends(*ret, STR("/")))
            return true;
    }
}

/* A heap sort: the C library's qsort looks at how much memory the machine has, which the sandbox
   does not allow. */
static void sift(struct str *name, size_t from, size_t n)
{
    for (size_t child = 2 * from + 1; child < n; child = 2 * from + 1) {
        if (child + 1 < n && str_cmp(name[child], name[child + 1]) < 0)
            child++;
        if (str_cmp(name[from], name[child]) >= 0)
            return;
        struct str other = name[from];
        name[from] = name[child];
        name[child] = other;
        from = child;
    }
}

static void sort_names(struct str *name, size_t n)
{
    for (size_t i = n / 2; i > 0; i--)
        sift(name, i - 1, n);
    for (size_t i = n; i > 1; i--) {
        struct str largest = name[0];
        name[0] = name[i - 1];
        name[i - 1] = largest;
        sift(name, 0, i - 1);
    }
}

bool packed_open(int file, struct arena *arena, struct packed *ret, struct err *err)
{
    struct archive *archive CLEANUP(zip_close) = NULL;
    struct source *source = arena_get(arena, 1, sizeof *source);
    struct str name;
    off_t bytes = lseek(file, 0, SEEK_END);
    source->file = file;
    *ret = (struct packed){.file = file, .bytes = bytes < 0 ? 0 : (uint64_t)bytes};
    ret->name = arena_get(arena, PACKED_MEMBERS_MAX, sizeof *ret->name);
    if (bytes < 0)
        return packed_damaged(err);
    if (!packed_check(file, ret->bytes, err) || !zip_open(source, &archive, err))
        return false;
    while (next_member(archive, arena, &name, err)) {
        if (ret->name_n == PACKED_MEMBERS_MAX)
            return FAIL(err, ERR_LIMIT, _("Unpack it and take the files that you need."),
                        _("The archive has more than %d members."), PACKED_MEMBERS_MAX);
        ret->name[ret->name_n++] = name;
    }
    if (err->code)
        return false;
    sort_names(ret->name, ret->name_n);
    for (size_t i = 1; i < ret->name_n; i++)
        if (str_eq(ret->name[i - 1], ret->name[i]))
            return packed_damaged(err);
    return true;
}

bool packed_has(const struct packed *packed, struct str name)
{
    size_t low = 0;
    size_t high = packed->name_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(packed->name[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < packed->name_n && str_eq(packed->name[low], name);
}

/* --- content ------------------------------------------------------------------------------ */

/* What comes out of a file of `bytes`, `out` so far. */
static bool check_bomb(uint64_t bytes, uint64_t out, struct err *err)
{
    return out <= PACKED_FREE_BYTES || out / PACKED_RATIO <= bytes ||
           FAIL(err, ERR_LIMIT, _("Unpack it yourself and look at what it holds."),
                _("The file swells to more than %d times its size when it is unpacked; it was "
                  "probably made to do harm."),
                PACKED_RATIO);
}

static bool hand_over(struct archive *archive, const struct packed *packed, packed_take *take,
                      void *context, struct err *err)
{
    char piece[PIECE_BYTES];
    uint64_t out = 0;
    for (;;) {
        la_ssize_t n = archive_read_data(archive, piece, sizeof piece);
        if (n == 0)
            return true;
        if (n < 0)
            return packed_damaged(err);
        out += (uint64_t)n;
        if (!check_bomb(packed->bytes, out, err) ||
            !take(context, (struct str){piece, (size_t)n}, err))
            return false;
    }
}

bool packed_read(const struct packed *packed, struct str name, packed_take *take, void *context,
                 struct err *err)
{
    struct archive *archive CLEANUP(zip_close) = NULL;
    struct arena arena CLEANUP(arena_release) = {NULL};
    struct source *source = arena_get(&arena, 1, sizeof *source);
    struct str found;
    source->file = packed->file;
    if (!zip_open(source, &archive, err))
        return false;
    while (next_member(archive, &arena, &found, err))
        if (str_eq(found, name))
            return hand_over(archive, packed, take, context, err);
    return packed_damaged(err);
}

static void gzip_close(z_stream *stream)
{
    (void)inflateEnd(stream);
}

/* Inflate all that was read; *ret_open is whether a part has begun and not ended. */
static bool inflate_piece(z_stream *stream, uint64_t *out, bool *ret_open, packed_take *take,
                          void *context, struct err *err)
{
    static unsigned char to[PIECE_BYTES];
    do {
        stream->next_out = to;
        stream->avail_out = sizeof to;
        int result = inflate(stream, Z_NO_FLUSH);
        size_t n = sizeof to - stream->avail_out;
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
            return packed_damaged(err);
        *out += n;
        if (result != Z_BUF_ERROR)
            *ret_open = result != Z_STREAM_END;
        if (n && !take(context, (struct str){(const char *)to, n}, err))
            return false;
        if (result == Z_STREAM_END && inflateReset(stream) != Z_OK)
            return packed_damaged(err);
        if (result == Z_BUF_ERROR)
            break;
    } while (stream->avail_in || stream->avail_out == 0);
    return true;
}

bool packed_gunzip(int file, packed_take *take, void *context, struct err *err)
{
    const int window_of_gzip = 16 + MAX_WBITS;
    z_stream stream CLEANUP(gzip_close) = {.zalloc = NULL};
    unsigned char piece[PIECE_BYTES];
    uint64_t in = 0;
    uint64_t out = 0;
    bool open = true;
    if (inflateInit2(&stream, window_of_gzip) != Z_OK || lseek(file, 0, SEEK_SET) != 0)
        return packed_damaged(err);
    for (;;) {
        ssize_t n = read(file, piece, sizeof piece);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return packed_damaged(err);
        if (n == 0)
            return !open || packed_damaged(err);
        in += (uint64_t)n;
        stream.next_in = piece;
        stream.avail_in = (uInt)n;
        if (!inflate_piece(&stream, &out, &open, take, context, err) || !check_bomb(in, out, err))
            return false;
    }
}
