/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session: which browser belongs to which members, and who is invited.
 *
 * Kept beside the keys, never in the project file: a copy of the project lets nobody in. The file
 * workshop.json in the folder of the keys, mode 0600, is written anew with each change:
 *   {"sessions":[{"key","form","label","members":[devices],"acting":n,"day"}],
 *    "invitations":[{"key","by":device,"member":device or null,"in_charge":bool,"day"}]}
 *
 * Invariants:
 *   1. Secrets are 128 random bits (invitations) or 256 (sessions); only their hashes are kept.
 *   2. An invitation is used once. It ends INVITATION_DAYS days after it was made.
 *   3. A session has 1 to SESSION_MEMBERS members, of whom one acts.
 */
#ifndef WEB_SESSION_H
#define WEB_SESSION_H

#include "record/entry.h"
#include "record/key.h"

struct sessions; /* all of one project */

enum { SESSION_MEMBERS = 8, SESSION_LABEL = 64, INVITATION_DAYS = 14 };

struct session {
    struct hash key;
    char form[2 * 16 + 1];     /* proves that a form came from a page of ours */
    char label[SESSION_LABEL]; /* what the device calls itself, for the list of devices */
    char day[11];              /* last seen, "2026-11-23" */
    struct device member[SESSION_MEMBERS];
    size_t member_n;
    size_t acting;
};

struct invitation {
    struct hash key;
    struct device by; /* the person in charge who invites */
    bool for_member;  /* another device, or a first one, for somebody who is a member */
    struct device member;
    bool in_charge; /* the new member becomes a person in charge */
    char day[11];
};

/* Read what is kept for a project; nothing there is fine. ERR_CORRUPT names the file. */
bool sessions_open(const struct hash *project, struct sessions **ret, struct err *err) MUST_USE;

/* Forget it; nothing is written. NULL is fine. */
void sessions_close(struct sessions *sessions);

/* The session of a token as sent by a browser, NULL if there is none. Lives until the next change.
 */
const struct session *sessions_find(struct sessions *sessions, struct str token);

/* All of them: (*ret_n), until the next change. */
const struct session *sessions_all(const struct sessions *sessions, size_t *ret_n);

/* A new session for a member; its token is appended to ret_token. */
bool sessions_begin(struct sessions *sessions, const struct device *member, const char *label,
                    struct buf *ret_token, struct err *err) MUST_USE;

/* Put another member into a session; that one acts then. ERR_LIMIT. */
bool sessions_join(struct sessions *sessions, const struct hash *session,
                   const struct device *member, struct err *err) MUST_USE;

/* Who of a session acts. ERR_NOT_FOUND. */
bool sessions_act(struct sessions *sessions, const struct hash *session,
                  const struct device *member, struct err *err) MUST_USE;

/* End a session, or take one member out of it. Nothing there is fine. */
bool sessions_end(struct sessions *sessions, const struct hash *session, struct err *err) MUST_USE;
bool sessions_leave(struct sessions *sessions, const struct hash *session,
                    const struct device *member, struct err *err) MUST_USE;

/* Invite: by, member and in_charge of `draft` count. The secret is appended to ret_secret. */
bool invitation_make(struct sessions *sessions, const struct invitation *draft,
                     struct buf *ret_secret, struct err *err) MUST_USE;

/* The invitation behind a secret, NULL if there is none or if it is too old. */
const struct invitation *invitation_find(struct sessions *sessions, struct str secret);

/* All that can still be used: (*ret_n), until the next change. */
const struct invitation *invitation_all(const struct sessions *sessions, size_t *ret_n);

/* It was used, or taken back. Nothing there is fine. */
bool invitation_end(struct sessions *sessions, const struct hash *key, struct err *err) MUST_USE;

#endif
