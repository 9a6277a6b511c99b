/* SPDX-License-Identifier: GPL-3.0-or-later */
/* record: an open project: a set of signed entries, the bytes that they refer to, and what follows.
 *
 * Everything that people do is an entry: written once, signed, never changed. All other tables are
 * derived from the headers and from the bodies and blobs that are present, the same on every copy
 * in whatever order things came. A domain (ask, hypothesise, …) says for each kind of entry how its
 * body must look and how it is folded into its tables; src/kinds.c lists them.
 *
 * Invariants:
 *   1. An entry is stored only if its header decodes, its signature is valid, its count is right
 * and its body fits the commitment; it is read back and hashed again before the commit.
 *   2. Derived tables equal a fold of all entries in the order (count, id); an entry appended here
 * is the last in that order, so it is folded at once; withdrawing folds everything anew.
 *   3. An entry counts only if it founds the project, or a `member` entry of somebody who was in
 * charge names its author and is among its ancestors. One that does not count is kept, passed on,
 * not folded.
 *   4. A body is present, absent, withdrawn or damaged; nothing else.
 *   5. A body may name, in "made_with":[ids], the entries whose content its blobs were made with;
 * when an item of those is withdrawn, these blobs go with it.
 *   6. Where items of a batch were withdrawn, its content is the first blob of the last such
 * withdrawal: the same container with those positions emptied.
 */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <jansson.h>

#include "base/arena.h"
#include "base/json.h"
#include "record/entry.h"
#include "record/key.h"
#include "store/store.h"

struct record;

enum presence { BODY_PRESENT = 0, BODY_ABSENT, BODY_WITHDRAWN, BODY_DAMAGED };

/* An entry as read from the record. Lives in the arena that it was read into. */
struct entry {
    struct hash id;
    struct header header;
    struct str header_text;
    struct signature signature;
    enum presence presence;
    struct str body_text; /* exact bytes; empty unless present */
    json_t *body;         /* NULL unless present; owned by the entry: entry_release */
    json_t *private;      /* NULL if there is none here */
};

/* Give back what an entry owns beside its arena. For CLEANUP. */
void entry_release(struct entry *entry);

/* What a domain says about one kind of entry. */
struct kind {
    const char *name;
    /* Is this body (and private part, may be NULL) as it must be? Called before it is written and
     * when it comes from elsewhere. ERR_INPUT says what is missing. */
    bool (*check)(const json_t *body, const json_t *private, struct err *err);
    /* Put it into the derived tables. Called in the order (count, id), for entries that count and
     * whose body is present; NULL: nothing to derive. */
    bool (*fold)(struct record *record, const struct entry *entry, struct err *err);
    /* An act of the project that cannot be taken back (freeze, opening, …); it says nothing
     * personal. */
    bool stays;
    /* Answers that people give independently of each other: `show` leaves the member "answers" of
     * the body, "answer" and the private part out. */
    bool blind;
};

/* Make a new project: the file, the founder's key, the founding entry (kind "project", body given).
 * The file appears under its name only when all of it is on the disk. */
struct founding {
    const char *path;
    const json_t *body;              /* {"title":…,"licence":…,"permission":[…]} */
    const json_t *private;           /* {"name":…} of the founder, or NULL */
    const struct kind *const *kinds; /* ends with NULL */
};
bool record_create(const struct founding *founding, struct record **ret, struct err *err) MUST_USE;

/* Open a project. Derived tables of another version of the program are made anew if mode allows. */
bool record_open(const char *path, enum store_mode mode, const struct kind *const *kinds,
                 struct record **ret, struct err *err) MUST_USE;

/* Finish, as store_close does, and forget the key. NULL is fine. */
bool record_close(struct record *record, struct err *err) MUST_USE;

/* Act as the member with this name or device key (NULL: the only key that this computer has).
 * ERR_DENIED says which keys there are, or that none is here. */
bool record_act_as(struct record *record, const char *member, struct err *err) MUST_USE;

/* The file below it, and the id of the project. */
struct store *record_store(struct record *record);

/* The id of the project, which is that of its founding entry. */
struct hash record_project(const struct record *record);
/* The device that acts, after record_act_as. */
struct device record_device(const struct record *record);

/* Bytes that an entry refers to and that are too large for its body. */
struct blob_source {
    /* Read up to max bytes into at; 0 at the end; false: err. */
    bool (*read)(void *context, unsigned char *at, size_t max, size_t *ret_n, struct err *err);
    void *context;
    uint64_t limit; /* no more bytes than these; 0: BLOB_LIMIT_BYTES */
    uint64_t bytes; /* how many there are; 0: not known, few */
};
#define BLOB_LIMIT_BYTES (UINT64_C(2) << 30)
/* A source over bytes in memory / an open file; the context must outlive the append. */
struct blob_source blob_of_str(struct str *bytes);
struct blob_source blob_of_fd(int *fd);

enum { RESTS_MAX = 4 };

/* An entry to be written. */
struct draft {
    const char *kind;
    const json_t *body;
    const json_t *private;           /* or NULL */
    struct hash rests_on[RESTS_MAX]; /* the freeze and decision that it rests on: taken into `after`
                                        first */
    size_t rests_n;
    const struct blob_source *blob; /* (blob_n) */
    size_t blob_n;
};

/* Write an entry: sign, store, fold; in a transaction of its own, or in the caller's if one is
 * open. When it returns true outside a caller's transaction, the entry is on the disk. */
bool record_append(struct record *record, const struct draft *draft, struct hash *ret_id,
                   struct err *err) MUST_USE;

/* Read one entry. ERR_NOT_FOUND. */
bool record_entry(struct record *record, const struct hash *id, struct arena *arena,
                  struct entry *ret, struct err *err) MUST_USE;

/* Find an entry by the first 4 or more hex digits of its id, or by the word "last": the last one in
 * the order (count, id); kind NULL: any. ERR_NOT_FOUND, ERR_INPUT if several fit (they are named).
 */
bool record_find(struct record *record, const char *prefix, const char *kind, struct hash *ret,
                 struct err *err) MUST_USE;

/* All entries in the order (count, id): take(context, entry) for each. Bodies only if with_bodies.
 */
bool record_each(struct record *record, bool with_bodies,
                 bool (*take)(void *context, const struct entry *entry, struct err *err),
                 void *context, struct err *err) MUST_USE;

/* Ids in the arena that they were asked for in. */
struct ids {
    struct hash *at; /* (n) */
    size_t n;
};

/* Is this one of them? */
bool ids_have(const struct ids *ids, const struct hash *id);

/* The id in the first column of the first row that a statement about an entry gives, if there is
 * one. */
bool record_first(struct record *record, enum sql_id statement, const struct hash *about,
                  struct hash *ret, bool *ret_there, struct err *err) MUST_USE;

/* The ids that a named statement gives in its first column; `about` is bound as ?1 if it is not
 * NULL. In the arena. */
bool record_ids(struct record *record, enum sql_id statement, const struct hash *about,
                struct arena *arena, struct ids *ret, struct err *err) MUST_USE;

/* Up to `limit` ids in the order (count, id), beginning with `from` (NULL: the first). In the
 * arena. ERR_NOT_FOUND if `from` is not here. */
bool record_page(struct record *record, const struct hash *from, size_t limit, struct arena *arena,
                 struct ids *ret, struct err *err) MUST_USE;

/* Put a text into a body or private part; NULL: nobody said anything, nothing is put. UTF-8. */
void body_text(json_t *body, const char *key, const char *text);

/* Put an id into a body. */
void body_id(json_t *body, const char *key, const struct hash *id);

/* Read an id out of a body; false if there is none, or no id. */
bool body_read_id(const json_t *body, const char *key, struct hash *ret);

/* The text behind a key in the arena; empty if there is none. */
struct str body_str(const json_t *body, const char *key, struct arena *arena);

/* True if `ancestor` is `id` itself or among its ancestors. */
bool record_is_after(struct record *record, const struct hash *id, const struct hash *ancestor,
                     bool *ret, struct err *err) MUST_USE;

/* Entries by id, to be asked often; in the arena. */
struct id_set {
    struct hash *slot; /* (cap) */
    bool *used;        /* (cap) */
    size_t cap;        /* a power of two, or 0 */
    size_t n;
};
bool id_set_has(const struct id_set *set, const struct hash *id);

/* All that has `ancestor` among its ancestors, and itself: what record_is_after says of each entry,
 * at once. Reads the links of all entries behind it, one by one. */
bool record_all_after(struct record *record, const struct hash *ancestor, struct arena *arena,
                      struct id_set *ret, struct err *err) MUST_USE;

/* The bytes of the index-th blob of an entry, checked against its commitment (or against the
 * remainder that a withdrawal left, invariant 6), appended to out. ERR_NOT_FOUND: absent or
 * withdrawn (which one is said); ERR_CORRUPT; ERR_LIMIT over max_bytes. */
bool record_blob(struct record *record, const struct hash *entry, unsigned index,
                 uint64_t max_bytes, struct buf *out, struct err *err) MUST_USE;

/* The chunk that was read last, of all blobs that share it; lies in an arena. Memory: 1 MiB. */
struct blob_cache;
struct blob_cache *record_blob_cache(struct arena *arena);

/* A blob whose bytes are read in pieces, in any order; lives no longer than its cache. */
struct blob_reader {
    struct record *record;
    struct hash entry;
    struct hash promised;
    uint64_t bytes;
    int64_t number; /* of its chunks */
    struct hasher hasher;
    uint64_t hashed; /* bytes that went into it */
    struct blob_cache *cache;
};

/* As record_blob, but nothing is read yet. */
bool record_blob_open(struct record *record, const struct hash *entry, unsigned index,
                      struct blob_cache *cache, struct blob_reader *ret, struct err *err) MUST_USE;

/* The n bytes from offset on, which the blob must have. They are checked against the commitment
 * once all were read in their order for the first time: ERR_CORRUPT then, or where a chunk is
 * missing. */
bool record_blob_read(struct blob_reader *blob, uint64_t offset, void *to, size_t n,
                      struct err *err) MUST_USE;

/* Fold everything anew into the derived tables, in one transaction. */
bool record_rebuild(struct record *record, struct err *err) MUST_USE;

/* Everything that is not as it must be: fault(context, where, sentence). Writes nothing to the
 * file. Covers: the file (store_check), each header, id, signature, chain, count, each commitment
 * of body, private part and blob, orphaned rows, and all derived tables against a recomputation. */
typedef void record_fault(void *context, const char *where, const char *what);
bool record_check(struct record *record, record_fault *fault, void *context,
                  struct err *err) MUST_USE;

/* The kind of this name among those that the record was opened with; NULL: not known. */
const struct kind *record_kind(const struct record *record, const char *name);

/* Open for check: takes a file that record_open would refuse, as far as SQLite can read it. */
bool record_open_raw(const char *path, const struct kind *const *kinds, struct record **ret,
                     struct err *err) MUST_USE;

#endif
