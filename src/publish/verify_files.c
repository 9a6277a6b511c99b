/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of files, and the files. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "publish/verify_int.h"

enum { LIST_MAX_BYTES = 64 << 20, READ_BYTES = 1 << 16 };

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static int by_path(const void *a, const void *b)
{
    const struct verify_file *left = a;
    const struct verify_file *right = b;
    return str_cmp(left->path, right->path);
}

struct verify_file *verify_file_at(const struct verification *v, struct str path)
{
    const struct verify_file key = {.path = path};
    return v->file_n ? bsearch(&key, v->file, v->file_n, sizeof *v->file, by_path) : NULL;
}

/* One line: 64 hex digits, two blanks, a name of ours. */
static bool read_line(struct str line, struct verify_file *ret)
{
    struct str hash = {line.at, HASH_HEX};
    if (line.n < HASH_HEX + 3 || memcmp(line.at + HASH_HEX, "  ", 2) != 0 ||
        !hex_decode(hash, ret->promised.at, HASH_BYTES))
        return false;
    ret->path = (struct str){line.at + HASH_HEX + 2, line.n - HASH_HEX - 2};
    return package_path_is_fine(ret->path) && !str_eq(ret->path, STR("SHA256SUMS")) &&
           !str_eq(ret->path, STR("publication.json"));
}

/* The lines of the list, ascending; false if it is not as we write it. */
static bool read_list(struct str text, struct buf *files)
{
    struct str before = STR("");
    struct str line;
    if (!str_ends(text, STR("\n")))
        return false;
    while (text.n && str_cut(&text, '\n', &line)) {
        struct verify_file file = {.listed = true};
        if (!read_line(line, &file) || str_cmp(before, file.path) >= 0)
            return false;
        before = file.path;
        buf_add(files, &file, sizeof file);
    }
    return true;
}

bool verify_hash_file(const char *path, struct hash *ret, struct err *err)
{
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    CLEANUP(mem_free) unsigned char *bytes = mem_get(READ_BYTES, 1);
    struct blob_source source = blob_of_fd(&fd);
    struct hasher h;
    size_t n = 1;
    if (fd < 0)
        return err_errno(err, _("read"), path);
    hash_begin(&h);
    while (n) {
        if (!source.read(source.context, bytes, READ_BYTES, &n, err))
            return false;
        hash_add(&h, bytes, n);
    }
    *ret = hash_end(&h);
    return true;
}

/* Put what is in the folder beside what is on the list. */
static void merge(struct verification *v, const struct buf *listed, const struct buf *found)
{
    size_t listed_n = listed->n / sizeof(struct verify_file);
    size_t most = listed_n;
    for (size_t i = 0; i < found->n; i++)
        most += found->at[i] == '\0';
    v->file = arena_get(v->arena, most, sizeof *v->file);
    if (listed->n)
        memcpy(v->file, listed->at, listed->n);
    v->file_n = listed_n;
    for (const char *name = found->at; name < found->at + found->n; name += strlen(name) + 1) {
        const struct verify_file key = {.path = str_of(name)};
        struct verify_file *file =
            listed_n ? bsearch(&key, v->file, listed_n, sizeof key, by_path) : NULL;
        if (!file) {
            file = &v->file[v->file_n++];
            file->path = arena_str(v->arena, key.path);
        }
        file->there = true;
    }
    if (v->file_n)
        qsort(v->file, v->file_n, sizeof *v->file, by_path);
}

/* A file of more bytes than any that is published is not read: it may have no end. */
static bool hash_one(struct verification *v, struct verify_file *file, struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    struct hash hash;
    uint64_t bytes;
    buf_printf(&path, "%s/%.*s", v->request->folder, STR_ARG(file->path));
    if (!file_size(path.at, &bytes, err))
        return false;
    if (bytes > PACKAGE_BLOB_MAX_BYTES)
        return true;
    if (!verify_hash_file(path.at, &hash, err))
        return false;
    file->same = hash_eq(&hash, &file->promised);
    return true;
}

static bool hash_listed(struct verification *v, struct err *err)
{
    for (size_t i = 0; i < v->file_n; i++) {
        if (!verify_goes_on(v, err))
            return false;
        if (v->file[i].listed && v->file[i].there && !hash_one(v, &v->file[i], err))
            return false;
    }
    return true;
}

bool verify_files(struct verification *v, bool *ret_go_on, struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    CLEANUP(buf_release) struct buf listed = BUF_INIT;
    CLEANUP(buf_release) struct buf found = BUF_INIT;
    *ret_go_on = true;
    if (!file_list(v->request->folder, PACKAGE_FILES_MAX, &found, err)) {
        if (err->code != ERR_INPUT && err->code != ERR_LIMIT)
            return false;
        *ret_go_on = false; /* a link, folders without end or the like: open nothing */
        struct verify_file odd = {.path = STR(".")};
        verify_tell(v, &odd, _("a published folder holds plain files only"), err->what);
        err_clear(err);
        return true;
    }
    buf_printf(&path, "%s/SHA256SUMS", v->request->folder);
    if (file_exists(path.at)) {
        struct err why = {0};
        bool read = file_read(path.at, LIST_MAX_BYTES, &text, &why);
        struct str kept = arena_str(v->arena, buf_view(&text));
        v->list_hash = v->report->manifest = hash_of(kept.at, kept.n);
        v->list_read = read && read_list(kept, &listed);
        v->list_ends = read && str_ends(kept, STR("\r\n"));
        if (!v->list_read)
            buf_clear(&listed);
    }
    merge(v, &listed, &found);
    return hash_listed(v, err);
}

bool verify_is_none(struct verification *v)
{
    struct verify_file folder = {.path = STR(".")};
    struct str inner = STR("");
    for (size_t i = 0; i < v->file_n; i++) {
        struct str path = v->file[i].path;
        if (str_eq(path, STR("SHA256SUMS")) || str_eq(path, STR("publication.json")) ||
            str_starts(path, STR("entries/")))
            return false;
        if (!inner.n && v->file[i].there && str_ends(path, STR("/publication.json")))
            inner = str_front(path, path.n - strlen("/publication.json"));
    }
    verify_tell(v, &folder, _("that this is a published folder at all"),
                inner.n
                    ? arena_printf(v->arena, _("One lies in it: verify the folder %.*s in it."),
                                   STR_ARG(inner))
                    : _("Nothing of what makes one is in it: no publication.json, no entries."));
    return true;
}

/* A file whose content an entry promises: its own, tables, models. */
static bool is_promised(const struct verify_file *file)
{
    return file->owner || str_starts(file->path, STR("entries/"));
}

static void tell_list(struct verification *v)
{
    struct verify_file missing = {.path = {"SHA256SUMS", 10}};
    struct verify_file *list = verify_file_at(v, STR("SHA256SUMS"));
    const char *claim = _("the list of all files, which is signed in publication.json");
    if (!list)
        verify_tell(v, &missing, claim, _("It is missing."));
    else if (!v->list_read)
        verify_tell(v, list, claim,
                    v->list_ends ? _("The ends of its lines were changed, as some programs do that "
                                     "send or keep files. Get the folder in an archive.")
                                 : _("It is not such a list."));
    else if (!v->list_trusted && v->seal && v->seal->body)
        verify_tell(v, list, claim,
                    _("It is not the list that was signed; so nothing vouches for index.html and "
                      "README.txt either."));
}

static void tell_added(struct verification *v, struct verify_file *file)
{
    size_t n = v->report->fault_n;
    verify_tell(v, file, _("the promise that nothing else lies here"),
                _("It is not on the list; somebody put it there later."));
    if (v->report->fault_n > n)
        v->report->fault[n].added = v->list_trusted;
}

static void tell_file(struct verification *v, struct verify_file *file)
{
    bool own = str_eq(file->path, STR("SHA256SUMS")) || str_eq(file->path, STR("publication.json"));
    if (own || !v->list_read)
        return;
    if (!file->listed)
        tell_added(v, file);
    else if (!file->there)
        verify_tell(v, file, verify_claim(v, file), _("It is missing."));
    else if (!file->same && (v->list_trusted || !is_promised(file)))
        verify_tell(v, file, verify_claim(v, file), _("It was changed after it was published."));
}

void verify_tell_files(struct verification *v)
{
    tell_list(v);
    for (size_t i = 0; i < v->file_n; i++)
        tell_file(v, &v->file[i]);
}
