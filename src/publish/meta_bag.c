/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder is a bag: data/ is its payload, all else are tag files. Not in the tag manifest are
 * SHA256SUMS and the seal, which cover it. SOURCE: RFC 8493 (BagIt 1.0), sections 2.1 and 2.2. */
#include "publish/facts.h"
#include "publish/meta.h"

static void manifest(const struct meta *m, bool payload, struct buf *out)
{
    char hex[SHA512_HEX + 1];
    for (size_t i = 0; i < m->folder->file_n; i++) {
        const struct folder_file *file = &m->folder->file[i];
        if (str_starts(str_of(file->path.at), STR("data/")) != payload)
            continue;
        hex_encode(file->sha512, SHA512_BYTES, hex);
        buf_printf(out, "%s  %s\n", hex, file->path.at);
    }
}

/* A label of bag-info.txt; what people typed stays on one line. */
static void info(struct buf *out, const char *label, const char *text)
{
    if (!text)
        return;
    buf_printf(out, "%s: ", label);
    for (; *text; text++)
        buf_char(out, (char)((unsigned char)*text < ' ' ? ' ' : *text));
    buf_char(out, '\n');
}

static bool put(const struct meta *m, const char *path, const struct buf *text, struct err *err)
{
    return folder_put(m->folder, path, buf_view(text), err);
}

bool meta_bag(const struct meta *m, struct err *err)
{
    CLEANUP(buf_release) struct buf sums = BUF_INIT;
    CLEANUP(buf_release) struct buf about = BUF_INIT;
    CLEANUP(buf_release) struct buf tags = BUF_INIT;
    unsigned long long bytes = 0;
    size_t n = 0;
    for (size_t i = 0; i < m->folder->file_n; i++) {
        bool payload = str_starts(str_of(m->folder->file[i].path.at), STR("data/"));
        bytes += payload ? m->folder->file[i].bytes : 0;
        n += payload;
    }
    manifest(m, true, &sums);
    info(&about, "Source-Organization", facts_said(m->plan, "publisher"));
    info(&about, "Contact-Name", facts_said(m->plan, "contact"));
    info(&about, "External-Description", m->summary);
    info(&about, "External-Identifier", m->project);
    info(&about, "Bagging-Date", m->day);
    buf_printf(&about, "Payload-Oxum: %llu.%zu\n", bytes, n);
    if (!folder_put(m->folder, "bagit.txt",
                    STR("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"), err) ||
        !put(m, "bag-info.txt", &about, err) || !put(m, "manifest-sha512.txt", &sums, err))
        return false;
    manifest(m, false, &tags);
    return put(m, "tagmanifest-sha512.txt", &tags, err);
}
