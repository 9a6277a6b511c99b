/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sandbox: foreign bytes are decoded where they can do no harm.
 *
 * Decoders of spreadsheets and archives are large; a file made for the purpose may take one over.
 * So they run in a child: this program executed again with a hidden word, the file on an inherited
 * descriptor, nothing else open but a pipe for what came out. Before the child reads a byte of the
 * file it gives up everything that reading does not need:
 *
 *   1. no new privileges, no core, dies with its parent, empty environment, no other descriptor;
 *   2. limits: memory, processor time, no file larger than nothing, no process, no descriptor more;
 *   3. landlock, where the kernel has it: no path of the file system, no network, no signal;
 *   4. seccomp: a list of system calls (read, write, seek, memory, clock, end); any other kills it.
 *
 * What comes back is judged like any foreign bytes: pieces of bounded length, in all at most what
 * the caller takes, within bounded time. Without seccomp nothing is decoded: a file that cannot be
 * read safely is not read. Landlock may be missing, because 4 already lets nothing be opened.
 *
 * Messages of the child (all numbers little-endian):  kind u8 | n u32 | n bytes.  Kinds of the
 * sandbox itself: R locked in, '.' still at work, X fault (code u8, sentence, NUL, next step), Z
 * done. All others are the job's. SOURCE: seccomp(2), landlock(7), prctl(2), setrlimit(2).
 */
#ifndef READ_SANDBOX_H
#define READ_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum {
    SANDBOX_PIECE_MAX = 64 * 1024,  /* bytes of one message */
    SANDBOX_REQUEST_MAX = 2048,     /* bytes of a request */
    SANDBOX_MEMORY_BYTES = 1 << 30, /* address space of the child */
    SANDBOX_CPU_S = 300,            /* processor time of the child */
    SANDBOX_SILENCE_S = 120         /* the child says something at least so often */
};

/* --- the side that asks ------------------------------------------------------------------- */

/* A message of the job came; bytes are foreign and valid until it returns. False ends the child. */
typedef bool sandbox_take(void *context, unsigned char kind, struct str bytes, struct err *err);

struct sandbox_run {
    int file;           /* open for reading; its offset is shared with the child */
    const char *name;   /* of the file, for sentences */
    struct str request; /* at most SANDBOX_REQUEST_MAX bytes, for the job */
    uint64_t max_bytes; /* of all messages */
    sandbox_take *take;
    void *context;
    bool (*cancelled)(void); /* asked from time to time: stop? NULL: never */
};

/* Run the job on a file and hand over what it says. The child has ended when this returns.
 * Errors: what the child said; ERR_INPUT the child broke a rule or died: the file is damaged or was
 * made to do harm; ERR_LIMIT too much memory, time or output; ERR_UNSUPPORTED this system cannot
 * lock a program in; ERR_CANCELLED; what take said. Cost: about 5 ms for the child. */
bool sandbox_run(const struct sandbox_run *run, struct err *err) MUST_USE;

/* --- the child ---------------------------------------------------------------------------- */

/* The work in the child: the file is descriptor SANDBOX_FILE. False with err filled: the sentence
 * reaches the person who asked, in that person's language. */
typedef bool sandbox_work(struct str request, struct err *err);

enum { SANDBOX_FILE = 0, SANDBOX_OUT = 1, SANDBOX_REQUEST = 3 };

/* Was this program executed as such a child? The first thing that main asks. */
bool sandbox_called(int argc, char **argv);

/* Be the child: lock in, work, end. Never returns. */
__attribute__((noreturn)) void sandbox_child(sandbox_work *work);

/* Say something to the one who asked, cut into messages of at most SANDBOX_PIECE_MAX bytes. Where
 * nobody listens any more the child ends. */
void sandbox_say(unsigned char kind, struct str bytes);

#endif
