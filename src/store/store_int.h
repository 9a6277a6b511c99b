/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What store.c and store_derived.c share. */
#ifndef STORE_STORE_INT_H
#define STORE_STORE_INT_H

#include <sqlite3.h>

#include "store/store.h"

enum { STORE_APPLICATION_ID = 0x416C6C6D, STORE_USER_VERSION = 1 };

struct stmt {
    sqlite3_stmt *at;
    struct store *store;
    int bound; /* parameters bound so far */
    bool open; /* handed out and not finished */
    bool own;  /* not one of the store's kept statements: finalized by stmt_end */
};

struct store {
    sqlite3 *db;
    char *path;
    int lock_fd;
    bool writable;
    bool read_only_medium;
    bool in_transaction;
    bool erasing;
    bool journal;   /* in place of the log, for a large transaction */
    bool guard_off; /* the authorizer lets schema work, ATTACH and PRAGMA through */
    struct stmt stmt[SQL_COUNT];
};

/* Fill err from what SQLite says last; out of memory ends the program. Returns false. */
bool store_fail(struct store *store, int code, struct err *err);

/* Run a script of several statements (schema). */
bool store_script(struct store *store, const char *sql, struct err *err) MUST_USE;

/* After a large transaction: the log again. Invariant 4 of store_large.c if that fails. */
void store_back_to_log(struct store *store);

/* Prepare a text that is no kept statement, e.g. one with a table's name in it. */
bool store_prepare(struct store *store, const char *sql, struct stmt *ret,
                   struct err *err) MUST_USE;

#endif
