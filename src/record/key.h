/* SPDX-License-Identifier: GPL-3.0-or-later */
/* key: the secret halves of device keys, outside the project file.
 *
 * They lie in $XDG_CONFIG_HOME/allmende/keys/PROJECT/DEVICE.key (else ~/.config/…), folder mode
 * 0700, file mode 0600, two lines: "allmende-key 1" and the seed as 64 hex digits. A copied project
 * file is therefore never an identity.
 */
#ifndef RECORD_KEY_H
#define RECORD_KEY_H

#include "base/arena.h"
#include "record/entry.h"

struct key {
    struct device device;
    unsigned char secret[64]; /* libsodium's form: seed and public key; key_release wipes it */
};

/* Append the folder in which this computer keeps what belongs to a project and not into its file.
 * It may not be there yet. ERR_INPUT: no home is known. */
bool key_folder(const struct hash *project, struct buf *out, struct err *err) MUST_USE;

/* Make a new key out of the system's random numbers. */
bool key_make(struct key *ret, struct err *err) MUST_USE;

/* Write a key for a project, durably. ERR_CONFLICT if it is there already. */
bool key_save(const struct key *key, const struct hash *project, struct err *err) MUST_USE;

/* Read the key of this device. ERR_NOT_FOUND if this computer does not have it; ERR_DENIED if
 * others can read the file (mode), with what to do. */
bool key_load(const struct device *device, const struct hash *project, struct key *ret,
              struct err *err) MUST_USE;

/* The devices whose keys lie on this computer for a project, ascending; in the arena. */
bool key_list(const struct hash *project, struct arena *arena, struct device **ret, size_t *ret_n,
              struct err *err) MUST_USE;

/* Sign the id of an entry. */
struct signature key_sign(const struct key *key, const struct hash *id);

/* Wipe the secret. For CLEANUP. */
void key_release(struct key *key);

#endif
