/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/session.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"

enum { SESSIONS_MAX = 1000, FILE_MAX = 4 << 20, TOKEN_BYTES = 32, SECRET_BYTES = 16 };

struct sessions {
    struct buf path;
    struct session *session; /* (SESSIONS_MAX) */
    size_t n;
    struct invitation *invitation; /* (SESSIONS_MAX) */
    size_t invitation_n;
};

/* --- as text ------------------------------------------------------------------------------- */

static json_t *device_json(const struct device *device)
{
    char text[2 * KEY_BYTES + 1];
    hex_encode(device->at, KEY_BYTES, text);
    return json_string(text);
}

static bool read_device(const json_t *value, struct device *ret)
{
    return json_is_string(value) &&
           hex_decode(str_of(json_string_value(value)), ret->at, KEY_BYTES);
}

static bool read_hash(const json_t *object, struct hash *ret)
{
    return hex_decode(str_of(json_text(object, "key")), ret->at, HASH_BYTES);
}

static bool read_text(const json_t *object, const char *key, char *to, size_t size)
{
    const char *text = json_text(object, key);
    return text && (size_t)snprintf(to, size, "%s", text) < size;
}

static bool read_session(const json_t *from, struct session *ret)
{
    const json_t *members = json_object_get(from, "members");
    json_int_t acting = json_integer_value(json_object_get(from, "acting"));
    *ret = (struct session){.member_n = json_array_size(members), .acting = (size_t)acting};
    bool fine = ret->member_n > 0 && ret->member_n <= SESSION_MEMBERS && acting >= 0 &&
                ret->acting < ret->member_n && read_hash(from, &ret->key) &&
                read_text(from, "form", ret->form, sizeof ret->form) &&
                read_text(from, "label", ret->label, sizeof ret->label) &&
                read_text(from, "day", ret->day, sizeof ret->day);
    for (size_t i = 0; fine && i < ret->member_n; i++)
        fine = read_device(json_array_get(members, i), &ret->member[i]);
    return fine;
}

static json_t *session_json(const struct session *s)
{
    json_t *members = json_array();
    for (size_t i = 0; i < s->member_n; i++)
        json_array_append_new(members, device_json(&s->member[i]));
    return json_pack("{s:s,s:s,s:s,s:s,s:I,s:o}", "key", hash_hex(&s->key).at, "form", s->form,
                     "label", s->label, "day", s->day, "acting", (json_int_t)s->acting, "members",
                     members);
}

static bool read_invitation(const json_t *from, struct invitation *ret)
{
    const json_t *member = json_object_get(from, "member");
    *ret = (struct invitation){.in_charge = json_is_true(json_object_get(from, "in_charge")),
                               .for_member = json_is_string(member)};
    return read_hash(from, &ret->key) && read_device(json_object_get(from, "by"), &ret->by) &&
           (!ret->for_member || read_device(member, &ret->member)) &&
           read_text(from, "day", ret->day, sizeof ret->day);
}

static json_t *invitation_json(const struct invitation *i)
{
    return json_pack("{s:s,s:o,s:o,s:b,s:s}", "key", hash_hex(&i->key).at, "by",
                     device_json(&i->by), "member",
                     i->for_member ? device_json(&i->member) : json_null(), "in_charge",
                     (int)i->in_charge, "day", i->day);
}

static bool save(const struct sessions *s, struct err *err)
{
    CLEANUP(json_release) json_t *all = json_object();
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    json_t *sessions = json_array();
    json_t *invitations = json_array();
    for (size_t i = 0; i < s->n; i++)
        json_array_append_new(sessions, session_json(&s->session[i]));
    for (size_t i = 0; i < s->invitation_n; i++)
        json_array_append_new(invitations, invitation_json(&s->invitation[i]));
    json_object_set_new(all, "sessions", sessions);
    json_object_set_new(all, "invitations", invitations);
    json_write(all, &text);
    buf_char(&text, '\n');
    file_parent(s->path.at, &folder);
    return file_folder(folder.at, 0700, err) && file_write(s->path.at, buf_view(&text), 0600, err);
}

static bool load(struct sessions *s, const json_t *all)
{
    const json_t *sessions = json_object_get(all, "sessions");
    const json_t *invitations = json_object_get(all, "invitations");
    s->n = json_array_size(sessions);
    s->invitation_n = json_array_size(invitations);
    bool fine = s->n <= SESSIONS_MAX && s->invitation_n <= SESSIONS_MAX;
    for (size_t i = 0; fine && i < s->n; i++)
        fine = read_session(json_array_get(sessions, i), &s->session[i]);
    for (size_t i = 0; fine && i < s->invitation_n; i++)
        fine = read_invitation(json_array_get(invitations, i), &s->invitation[i]);
    return fine;
}

static bool read_file(struct sessions *s, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    CLEANUP(json_release) json_t *all = NULL;
    struct err why = {0};
    if (!file_exists(s->path.at))
        return true;
    if (!file_read(s->path.at, FILE_MAX, &text, err))
        return false;
    if (!json_strict(buf_view(&text), &all, &why) || !load(s, all))
        return FAIL(err, ERR_CORRUPT,
                    _("Remove the file. Members then need a new link; nothing else is lost."),
                    _("%s is damaged."), s->path.at);
    return true;
}

bool sessions_open(const struct hash *project, struct sessions **ret, struct err *err)
{
    struct sessions *s = mem_get(1, sizeof *s);
    *s = (struct sessions){.path = BUF_INIT};
    s->session = mem_get(SESSIONS_MAX, sizeof *s->session);
    s->invitation = mem_get(SESSIONS_MAX, sizeof *s->invitation);
    bool fine = key_folder(project, &s->path, err);
    buf_text(&s->path, "/workshop.json");
    if (!fine || !read_file(s, err)) {
        sessions_close(s);
        return false;
    }
    *ret = s;
    return true;
}

void sessions_close(struct sessions *s)
{
    if (!s)
        return;
    buf_release(&s->path);
    free(s->session);
    free(s->invitation);
    free(s);
}

/* --- secrets ------------------------------------------------------------------------------- */

/* n random bytes as hex, appended; and the hash by which they are known. */
static struct hash make_secret(size_t n, struct buf *out)
{
    unsigned char bytes[TOKEN_BYTES];
    char text[2 * TOKEN_BYTES + 1];
    randombytes_buf(bytes, n);
    hex_encode(bytes, n, text);
    buf_text(out, text);
    struct hash key = hash_of(text, 2 * n);
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(text, sizeof text);
    return key;
}

static struct session *by_key(struct sessions *s, const struct hash *key)
{
    for (size_t i = 0; i < s->n; i++)
        if (hash_eq(&s->session[i].key, key))
            return &s->session[i];
    return NULL;
}

/* --- sessions ------------------------------------------------------------------------------ */

const struct session *sessions_find(struct sessions *s, struct str token)
{
    if (token.n != (size_t)2 * TOKEN_BYTES)
        return NULL;
    struct hash key = hash_of(token.at, token.n);
    return by_key(s, &key);
}

const struct session *sessions_all(const struct sessions *s, size_t *ret_n)
{
    *ret_n = s->n;
    return s->session;
}

bool sessions_begin(struct sessions *s, const struct device *member, const char *label,
                    struct buf *ret_token, struct err *err)
{
    CLEANUP(buf_release) struct buf form = BUF_INIT;
    char today[CLOCK_TEXT];
    if (s->n == SESSIONS_MAX)
        return FAIL(err, ERR_LIMIT, _("End devices that nobody uses any more."),
                    _("More than %d devices take part."), (int)SESSIONS_MAX);
    struct session *new = &s->session[s->n++];
    *new = (struct session){.member_n = 1, .member = {*member}};
    new->key = make_secret(TOKEN_BYTES, ret_token);
    make_secret(sizeof new->form / 2, &form);
    memcpy(new->form, form.at, sizeof new->form);
    struct str front = str_front(str_of(label), SESSION_LABEL - 1);
    snprintf(new->label, sizeof new->label, "%.*s", STR_ARG(front));
    snprintf(new->day, sizeof new->day, "%.10s", clock_today(today));
    return save(s, err);
}

static bool no_session(struct err *err)
{
    return FAIL(err, ERR_NOT_FOUND, _("Ask somebody in charge for a new link."),
                _("This device does not take part any more."));
}

bool sessions_join(struct sessions *s, const struct hash *key, const struct device *member,
                   struct err *err)
{
    struct session *session = by_key(s, key);
    if (!session)
        return no_session(err);
    for (size_t i = 0; i < session->member_n; i++)
        if (memcmp(&session->member[i], member, sizeof *member) == 0)
            return sessions_act(s, key, member, err);
    if (session->member_n == SESSION_MEMBERS)
        return FAIL(err, ERR_LIMIT, _("Use another device."),
                    _("%d people use this device already."), (int)SESSION_MEMBERS);
    session->acting = session->member_n;
    session->member[session->member_n++] = *member;
    return save(s, err);
}

bool sessions_act(struct sessions *s, const struct hash *key, const struct device *member,
                  struct err *err)
{
    struct session *session = by_key(s, key);
    for (size_t i = 0; session && i < session->member_n; i++)
        if (memcmp(&session->member[i], member, sizeof *member) == 0) {
            session->acting = i;
            return save(s, err);
        }
    return no_session(err);
}

bool sessions_end(struct sessions *s, const struct hash *key, struct err *err)
{
    struct session *session = by_key(s, key);
    if (!session)
        return true;
    *session = s->session[--s->n];
    return save(s, err);
}

bool sessions_leave(struct sessions *s, const struct hash *key, const struct device *member,
                    struct err *err)
{
    struct session *session = by_key(s, key);
    for (size_t i = 0; session && i < session->member_n; i++) {
        if (memcmp(&session->member[i], member, sizeof *member) != 0)
            continue;
        if (session->member_n == 1)
            return sessions_end(s, key, err);
        session->member[i] = session->member[--session->member_n];
        session->acting = 0;
        return save(s, err);
    }
    return true;
}

/* --- invitations --------------------------------------------------------------------------- */

/* Days of the Gregorian calendar from "2026-11-23", counted as if years began in March, so that the
 * day added in leap years comes last. SOURCE: Fliegel and Van Flandern (1968). */
static int64_t day_number(const char *day)
{
    uint64_t y = 0;
    uint64_t m = 1;
    uint64_t d = 1;
    bool fine = strlen(day) == 10 && str_uint((struct str){day, 4}, 9999, &y) &&
                str_uint((struct str){day + 5 + (day[5] == '0'), day[5] == '0' ? 1 : 2}, 12, &m) &&
                str_uint((struct str){day + 8 + (day[8] == '0'), day[8] == '0' ? 1 : 2}, 31, &d);
    if (!fine)
        return 0;
    y -= m <= 2;
    m = (m + 9) % 12;
    return (int64_t)(365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d);
}

/* What is too old goes with the next change. */
static bool is_over(const struct invitation *invitation)
{
    char today[CLOCK_TEXT];
    int64_t days = day_number(clock_today(today)) - day_number(invitation->day);
    return days > INVITATION_DAYS;
}

bool invitation_make(struct sessions *s, const struct invitation *draft, struct buf *ret_secret,
                     struct err *err)
{
    char today[CLOCK_TEXT];
    for (size_t i = 0; i < s->invitation_n;)
        if (is_over(&s->invitation[i]))
            s->invitation[i] = s->invitation[--s->invitation_n];
        else
            i++;
    if (s->invitation_n == SESSIONS_MAX)
        return FAIL(err, ERR_LIMIT, _("Take back invitations that nobody uses."),
                    _("More than %d invitations are open."), (int)SESSIONS_MAX);
    struct invitation *new = &s->invitation[s->invitation_n++];
    *new = *draft;
    new->key = make_secret(SECRET_BYTES, ret_secret);
    snprintf(new->day, sizeof new->day, "%.10s", clock_today(today));
    return save(s, err);
}

const struct invitation *invitation_find(struct sessions *s, struct str secret)
{
    struct hash key = hash_of(secret.at, secret.n);
    for (size_t i = 0; i < s->invitation_n; i++)
        if (hash_eq(&s->invitation[i].key, &key) && !is_over(&s->invitation[i]))
            return &s->invitation[i];
    return NULL;
}

const struct invitation *invitation_all(const struct sessions *s, size_t *ret_n)
{
    *ret_n = s->invitation_n;
    return s->invitation;
}

bool invitation_end(struct sessions *s, const struct hash *key, struct err *err)
{
    for (size_t i = 0; i < s->invitation_n; i++)
        if (hash_eq(&s->invitation[i].key, key)) {
            s->invitation[i] = s->invitation[--s->invitation_n];
            return save(s, err);
        }
    return true;
}
