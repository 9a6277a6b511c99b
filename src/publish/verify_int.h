/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of verify share. */
#ifndef PUBLISH_VERIFY_INT_H
#define PUBLISH_VERIFY_INT_H

#include "publish/verify.h"

struct verify_item;

/* A file that is listed, or there, or both. */
struct verify_file {
    struct str path; /* as on the list, or as found */
    bool listed;
    bool there;
    struct hash promised;
    bool same;                       /* its bytes are those promised by the list */
    bool told;                       /* a fault names it already */
    const struct verify_item *owner; /* the entry that it is, or that promises it; or NULL */
};

/* An entry out of its file. */
struct verify_item {
    struct verify_file *file;
    struct package_entry package;
    const char *problem; /* what is wrong with its file, NULL: nothing so far */
    bool decoded;        /* header and id are filled */
    struct header header;
    struct hash id;
    json_t *body;               /* owned; NULL unless present and as promised */
    bool blob_there[BLOBS_MAX]; /* in the folder and as promised */
    bool taken;                 /* it is in the temporary project */
};

/* What a training gave when it was done again; whoever trains the same guess on the same data gets
 * the same. */
struct verify_trained {
    struct hash hypothesis;
    size_t material; /* verification.material then */
    json_t *body;    /* owned */
    struct buf model;
};

struct verification {
    const struct verify_request *request;
    struct arena *arena;
    struct verify_report *report;
    size_t fault_cap;
    struct verify_file *file; /* (file_n) ascending by path */
    size_t file_n;
    bool list_read;    /* SHA256SUMS could be read */
    bool list_ends;    /* it could be, if its lines ended as we write them */
    bool list_trusted; /* and it is the one that was signed */
    struct hash list_hash;
    struct verify_item *item; /* (item_n) in the order (count, id); the seal last, if it is there */
    size_t item_n;
    struct verify_item *seal;   /* or NULL */
    struct verify_item **by_id; /* (by_id_n) those with an id, ascending by it */
    size_t by_id_n;
    bool gap;                    /* some entry is not here or could not be taken */
    struct buf scratch;          /* folder of the temporary project */
    struct record *record;       /* the temporary project */
    struct verify_item *founder; /* the founding entry that was taken, or NULL */
    bool stale;                  /* its derived tables are to be made anew */
    size_t material; /* how many entries were taken that may change what is learned from */
    struct verify_trained *trained; /* (trained_n) the last of each hypothesis */
    size_t trained_n;
};

/* Add a fault, once for each file. */
void verify_tell(struct verification *v, struct verify_file *file, const char *claim,
                 const char *what);

/* What a file of the folder stands for: "entry 7 (import); training 12, result 14 rest on it". */
const char *verify_claim(struct verification *v, const struct verify_file *file);

/* The item with this id, NULL if there is none. */
struct verify_item *verify_find(const struct verification *v, const struct hash *id);

/* The file with this path, NULL if it is neither listed nor there. */
struct verify_file *verify_file_at(const struct verification *v, struct str path);

/* The SHA-256 of a file, read as a stream. */
bool verify_hash_file(const char *path, struct hash *ret, struct err *err) MUST_USE;

/* False, ERR_CANCELLED, if a person wants to stop. */
bool verify_goes_on(const struct verification *v, struct err *err) MUST_USE;

/* Read the list and see what is there. False: there is nothing to verify (err), or an odd thing
 * was told of and nothing else may be opened (no err: v->report has the fault). */
bool verify_files(struct verification *v, bool *ret_go_on, struct err *err) MUST_USE;

/* Is this no published folder at all: none of what makes one is in it? Then that is told. */
bool verify_is_none(struct verification *v);

/* Tell what is wrong with files: missing, changed, not on the list. After verify_items. */
void verify_tell_files(struct verification *v);

/* Read every entry file and the seal; say nothing yet. */
bool verify_items(struct verification *v, struct err *err) MUST_USE;

/* Tell what is wrong with entries, and hold their files against what they promise. */
bool verify_promises(struct verification *v, struct err *err) MUST_USE;

/* Put every entry into the temporary project, and do trainings and results again on the way. */
bool verify_take(struct verification *v, struct err *err) MUST_USE;

/* Make the derived tables of the temporary project whole, if they are not. */
bool verify_folded(struct verification *v, struct err *err) MUST_USE;

/* Hold what is in the folder against what was taken back. After verify_take. */
bool verify_removed(struct verification *v, struct err *err) MUST_USE;

/* Do a training or a verdict again that was just taken. */
bool verify_again(struct verification *v, struct verify_item *item, struct err *err) MUST_USE;

#endif
