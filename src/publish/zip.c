/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/zip.h"

#include <string.h>
#include <zlib.h>

enum {
    LOCAL = 0x04034b50,
    CENTRAL = 0x02014b50,
    END = 0x06054b50,
    VERSION = 20,      /* 2.0, the least that readers ask for */
    FIRST_DAY = 0x0021 /* 1980-01-01 */
};

void zip_release(struct zip *zip)
{
    buf_release(&zip->out);
}

static void put(struct buf *out, uint32_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        buf_char(out, (char)(unsigned char)(value >> (8 * i)));
}

/* The fields that the head of a member and its line in the list have in common. */
static void put_common(struct buf *out, const struct zip_member *member)
{
    put(out, VERSION, 2);
    put(out, 0, 2); /* no flags: the name is ASCII */
    put(out, 0, 2); /* stored */
    put(out, 0, 2); /* midnight */
    put(out, FIRST_DAY, 2);
    put(out, member->crc, 4);
    put(out, member->bytes, 4);
    put(out, member->bytes, 4);
    put(out, (uint32_t)strlen(member->name), 2);
    put(out, 0, 2); /* no extra field */
}

bool zip_add(struct zip *zip, const char *name, struct str bytes)
{
    const size_t heads = (size_t)4096 * ZIP_MEMBERS_MAX;
    BUG_IF(zip->n == ZIP_MEMBERS_MAX || strlen(name) > 255);
    if (bytes.n > UINT32_MAX - heads || zip->out.n > UINT32_MAX - heads - bytes.n)
        return false;
    struct zip_member *member = &zip->member[zip->n++];
    *member = (struct zip_member){
        .name = name,
        .crc = (uint32_t)crc32_z(0, (const unsigned char *)bytes.at, bytes.n),
        .bytes = (uint32_t)bytes.n,
        .at = (uint32_t)zip->out.n,
    };
    put(&zip->out, LOCAL, 4);
    put_common(&zip->out, member);
    buf_text(&zip->out, name);
    buf_str(&zip->out, bytes);
    return true;
}

void zip_end(struct zip *zip)
{
    const size_t list = zip->out.n;
    for (size_t i = 0; i < zip->n; i++) {
        const struct zip_member *member = &zip->member[i];
        put(&zip->out, CENTRAL, 4);
        put(&zip->out, VERSION, 2);
        put_common(&zip->out, member);
        put(&zip->out, 0, 2); /* no comment */
        put(&zip->out, 0, 2); /* first disk */
        put(&zip->out, 0, 2); /* bytes */
        put(&zip->out, 0, 4); /* no attributes */
        put(&zip->out, member->at, 4);
        buf_text(&zip->out, member->name);
    }
    const size_t end = zip->out.n;
    put(&zip->out, END, 4);
    put(&zip->out, 0, 4); /* one disk */
    put(&zip->out, (uint32_t)zip->n, 2);
    put(&zip->out, (uint32_t)zip->n, 2);
    put(&zip->out, (uint32_t)(end - list), 4);
    put(&zip->out, (uint32_t)list, 4);
    put(&zip->out, 0, 2); /* no comment */
}
