/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lock: one process per project file, held by a file beside it ("x.allmende.lock").
 *
 * The lock is flock(2) on that file, so the system lets go of it however the process ends; the text
 * in it ("pid, since, computer") is only for telling the next person who holds it. The file is
 * removed when the lock is given back; a waiter that locked a removed file notices (other inode)
 * and tries again.
 */
#ifndef STORE_LOCK_H
#define STORE_LOCK_H

#include "base/err.h"

enum { LOCK_WAIT_MS = 2000 };

/* Take the lock for the project file at path, waiting up to LOCK_WAIT_MS. *ret_fd is >= 0 then.
 * Where no file can be made because the medium is read-only, *ret_fd is -1 and the result is true.
 * ERR_BUSY names the holder. */
bool lock_take(const char *path, int *ret_fd, struct err *err) MUST_USE;

/* Give it back. fd -1 is fine. */
void lock_give(const char *path, int fd);

#endif
