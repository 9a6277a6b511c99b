/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zip: an archive whose members are stored as they are, for portals that want one file. The same
 * members give the same bytes: the day of each is the first that the form knows, 1980-01-01, and
 * nothing of this computer is in it.
 * SOURCE: APPNOTE.TXT 6.3.10 (PKWARE 2022), sections 4.3.7, 4.3.12, 4.3.16; method 0 (stored). */
#ifndef PUBLISH_ZIP_H
#define PUBLISH_ZIP_H

#include "base/buf.h"

enum { ZIP_MEMBERS_MAX = 8 };

struct zip {
    struct buf out; /* owned: zip_release */
    struct zip_member {
        const char *name; /* the caller's, ASCII; it stays as long as the archive is made */
        uint32_t crc;
        uint32_t bytes;
        uint32_t at;
    } member[ZIP_MEMBERS_MAX];
    size_t n;
};

/* For CLEANUP. */
void zip_release(struct zip *zip);

/* Add a member. False, and nothing is added, if the archive would have 4 GiB or more: the form
 * would need other fields then. More than ZIP_MEMBERS_MAX is a fault of ours. */
bool zip_add(struct zip *zip, const char *name, struct str bytes) MUST_USE;

/* Write the list of members; zip->out is the archive then. */
void zip_end(struct zip *zip);

#endif
