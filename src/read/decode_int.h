/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both sides of the decoder know. */
#ifndef READ_DECODE_INT_H
#define READ_DECODE_INT_H

#include "base/err.h"
#include "base/str.h"

enum {
    DECODE_FORMAT = 'F',
    DECODE_SHEET = 'T',
    DECODE_TAKEN = 'C',
    DECODE_NOTE = 'N',
    DECODE_PART = 'M',
    DECODE_DATA = 'D',
    DECODE_LEFT_OUT = 'L'
};

/* The request for a description of meta.xml (star_meta.h); "=NAME" asks for a sheet. */
enum { DECODE_DESCRIBE = '*' };

enum decode_kind {
    DECODE_IS_PLAIN = 0,
    DECODE_IS_ZIP,
    DECODE_IS_EMPTY_ZIP, /* nothing but the end of a directory */
    DECODE_IS_GZIP,
    DECODE_IS_CONTAINER, /* compound file: .xls, locked .xlsx */
    DECODE_IS_OTHER      /* an archive that is refused by name */
};

/* What a file is by its first bytes. */
enum decode_kind decode_kind(struct str front);

/* "Locked with a password": false, with err filled. */
bool decode_is_locked(struct err *err);

/* Tell the one who asked that the work goes on. */
void decode_alive(void);

#endif
