/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both sides of the sandbox know. */
#ifndef READ_SANDBOX_INT_H
#define READ_SANDBOX_INT_H

/* The hidden word; it is in no table of commands. */
#define SANDBOX_WORD "--decode-in-sandbox"

enum {
    SANDBOX_LOCKED = 'R',
    SANDBOX_ALIVE = '.',
    SANDBOX_FAULT = 'X',
    SANDBOX_DONE = 'Z',
    SANDBOX_NO_MEMORY = 3 /* exit status */
};

#endif
