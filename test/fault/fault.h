/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fault: what the programs of this folder share: a scratch project, its checking, and counting.
 *
 * These programs judge the promises of the record from outside, through record.h and the raw bytes.
 * Random choices depend only on (seed, stream, index) and each failure says how to do it again.
 */
#ifndef FAULT_FAULT_H
#define FAULT_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/record.h"

/* All kinds of entries, and "note", which says anything and can be taken back; ends with NULL. */
const struct kind *const *fault_kinds(void);

/* A scratch folder, in memory where the system has /dev/shm: FOLDER/project holds the file, keys
 * and temporary files lie in FOLDER/config and FOLDER/tmp (environment variables say so). */
struct scratch {
    char folder[64];
    char project[80];
    char path[96];
};
void scratch_make(struct scratch *scratch, const char *name);
void scratch_remove(const struct scratch *scratch);

/* Make the project "Bach" of Ada and act as her. */
struct record *scratch_project(const struct scratch *scratch);

/* Open it for writing and act as Ada; ends the program with a sentence if that fails. */
struct record *scratch_open(const char *path);
void scratch_close(struct record *record);

/* What an entry of a test holds. */
struct note {
    const char *text;
    const char *private;   /* or NULL */
    struct str blob;       /* .at NULL: none */
    const struct hash *of; /* "made_with", or NULL */
};
bool note_append(struct record *record, const struct note *note, struct hash *ret, struct err *err);

/* How many faults record_check tells of; they are printed if `loud`. UINT64_MAX: it could not run.
 */
uint64_t faults_of(struct record *record, bool loud);

/* For withdraw_items: bytes are lines, those at the positions become empty. */
bool lines_empty(const struct entry *batch, const uint64_t *position, size_t n, struct str bytes,
                 struct buf *out, struct err *err);

/* Does this file (true as well: it cannot be read) hold these bytes? An absent file does not. */
bool file_holds(const char *path, struct str bytes);

/* Set a whole file to these bytes / read it; ends the program if that fails. */
void file_put(const char *path, struct str bytes);
void file_take(const char *path, struct buf *ret);

/* An environment variable or argument as a number; `otherwise` if it is not there. */
uint64_t number_or(const char *text, uint64_t otherwise);

/* True in `make soak`. */
bool in_soak(void);

/* Counting. fault_case prints the sentence of a case that failed. */
struct tally {
    uint64_t passed;
    uint64_t failed;
    uint64_t skipped;
};
__attribute__((format(printf, 3, 4))) void fault_case(struct tally *tally, bool passed,
                                                      const char *sentence, ...);
/* Prints the closing line; returns the exit status. */
int fault_end(const struct tally *tally);

/* Ends the program: the test itself could not go on. */
__attribute__((noreturn, format(printf, 1, 2))) void give_up(const char *sentence, ...);

#endif
