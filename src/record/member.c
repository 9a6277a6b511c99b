/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/member.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/record_int.h"

static bool check_project(const json_t *body, const json_t *private, struct err *err)
{
    const char *title = json_text(body, "title");
    (void)private;
    if (!title || !*title)
        return FAIL(err, ERR_INPUT, _("Give it one with --title."), _("A project needs a title."));
    return true;
}

static bool add_member(struct record *record, const struct entry *entry,
                       const struct device *device, bool in_charge, struct err *err)
{
    const char *name = json_text(entry->private, "name");
    struct stmt *stmt;
    if (!store_stmt(record_store(record), SQL_MEMBERSHIP_ADD, &stmt, err))
        return false;
    stmt_blob(stmt, device->at, KEY_BYTES);
    stmt_hash(stmt, &entry->id);
    if (!stmt_run(stmt, err) || !store_stmt(record_store(record), SQL_MEMBER_ADD, &stmt, err))
        return false;
    stmt_blob(stmt, device->at, KEY_BYTES);
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    stmt_int(stmt, in_charge);
    stmt_text(stmt, str_of(name ? name : ""));
    return stmt_run(stmt, err);
}

static bool fold_project(struct record *record, const struct entry *entry, struct err *err)
{
    return add_member(record, entry, &entry->header.author, true, err);
}

const struct kind member_project_kind = {
    .name = "project", .check = check_project, .fold = fold_project, .stays = true};

static bool read_device(const json_t *body, struct device *ret)
{
    const char *text = json_text(body, "device");
    return text && hex_decode(str_of(text), ret->at, KEY_BYTES);
}

static bool is_in_charge(const json_t *body)
{
    const char *role = json_text(body, "role");
    return role && strcmp(role, "in_charge") == 0;
}

static bool check_member(const json_t *body, const json_t *private, struct err *err)
{
    struct device device;
    const char *role = json_text(body, "role");
    (void)private;
    if (!read_device(body, &device))
        return FAIL(err, ERR_INPUT, _("Add the member with: allmende member add NAME"),
                    _("A member entry must name a device key."));
    if (!role || (strcmp(role, "member") != 0 && strcmp(role, "in_charge") != 0))
        return FAIL(err, ERR_INPUT, _("Add the member with: allmende member add NAME"),
                    _("A member is either a member or a person in charge."));
    return true;
}

bool member_in_charge(struct record *record, const struct device *device, bool *ret,
                      struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    bool row;
    if (!store_stmt(record_store(record), SQL_MEMBER_OF, &stmt, err))
        return false;
    stmt_blob(stmt, device->at, KEY_BYTES);
    if (!stmt_step(stmt, &row, err))
        return false;
    *ret = row && row_int(stmt, 1) == 1;
    return true;
}

static bool fold_member(struct record *record, const struct entry *entry, struct err *err)
{
    struct device device;
    bool in_charge;
    if (!member_in_charge(record, &entry->header.author, &in_charge, err))
        return false;
    if (!in_charge || !read_device(entry->body, &device))
        return true;
    return add_member(record, entry, &device, is_in_charge(entry->body), err);
}

const struct kind member_kind = {
    .name = "member", .check = check_member, .fold = fold_member, .stays = true};

/* The last `member` entry of a device; false behind ret_there for nobody we know. */
static bool last_entry(struct record *record, const struct device *device, struct hash *ret,
                       bool *ret_there, struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    if (!store_stmt(record_store(record), SQL_MEMBER_LAST, &stmt, err))
        return false;
    stmt_blob(stmt, device->at, KEY_BYTES);
    if (!stmt_step(stmt, ret_there, err))
        return false;
    if (*ret_there)
        *ret = row_hash(stmt, 0);
    return true;
}

bool member_permits(struct record *record, const struct device *device, const char *purpose,
                    bool *ret, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    struct hash id;
    bool there;
    *ret = true;
    if (!last_entry(record, device, &id, &there, err))
        return false;
    if (!there)
        return true;
    if (!record_entry(record, &id, &arena, &entry, err))
        return false;
    const json_t *may = json_object_get(entry.body, "may");
    bool minor = json_is_true(json_object_get(entry.body, "minor"));
    bool guardian = json_is_true(json_object_get(entry.body, "guardian"));
    *ret = (!may || json_lists(may, purpose)) && (!minor || guardian);
    return true;
}

bool member_list(struct record *record, struct arena *arena, struct member **ret, size_t *ret_n,
                 struct err *err)
{
    CLEANUP(stmt_end) struct stmt *stmt = NULL;
    CLEANUP(buf_release) struct buf found = BUF_INIT;
    bool row;
    if (!store_stmt(record_store(record), SQL_MEMBER_LIST, &stmt, err))
        return false;
    while (stmt_step(stmt, &row, err)) {
        if (!row) {
            *ret_n = found.n / sizeof(struct member);
            *ret = arena_keep(arena, buf_view(&found));
            return true;
        }
        struct member member = {.entry = row_hash(stmt, 1),
                                .in_charge = row_int(stmt, 2) == 1,
                                .name = arena_str(arena, row_text(stmt, 3)),
                                .entries = (uint64_t)row_int(stmt, 4)};
        struct str device = row_blob(stmt, 0);
        if (device.n == KEY_BYTES)
            memcpy(member.device.at, device.at, KEY_BYTES);
        buf_add(&found, &member, sizeof member);
    }
    return false;
}

struct str member_name(const struct member *members, size_t n, const struct device *device)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(members[i].device.at, device->at, KEY_BYTES) == 0 && members[i].name.n)
            return members[i].name;
    return str_of(_("somebody"));
}

static bool name_is_free(struct record *record, const char *name, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct member *members;
    size_t n;
    if (!member_list(record, &arena, &members, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (str_eq(members[i].name, str_of(name)))
            return FAIL(err, ERR_CONFLICT, _("Add a surname or a number to tell them apart."),
                        _("Somebody called \"%s\" takes part already."), name);
    return true;
}

/* What a member, or for a minor a guardian, gives permission for. */
static bool put_permission(const struct member_draft *draft, json_t *body, json_t *private,
                           struct err *err)
{
    CLEANUP(json_release) json_t *read = json_object();
    if (draft->minor)
        json_object_set_new(body, "minor", json_true());
    if (draft->guardian) {
        json_object_set_new(body, "guardian", json_true());
        json_object_set_new(private, "guardian", json_string(draft->guardian));
    }
    if (!draft->may)
        return true;
    if (!permission_read(read, draft->may, err))
        return false;
    json_object_set(body, "may", json_object_get(read, "permission"));
    return true;
}

static bool append_member(struct record *record, const struct member_draft *member,
                          const struct device *device, struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    struct hash id;
    char hex[2 * KEY_BYTES + 1];
    hex_encode(device->at, KEY_BYTES, hex);
    json_object_set_new(body, "device", json_string(hex));
    json_object_set_new(body, "role", json_string(member->in_charge ? "in_charge" : "member"));
    json_object_set_new(body, "custodian", json_true());
    json_object_set_new(private, "name", json_string(member->name));
    const struct draft draft = {.kind = "member", .body = body, .private = private};
    return put_permission(member, body, private, err) &&
           permission_put(record, body, NULL, NULL, err) && record_append(record, &draft, &id, err);
}

static bool check_draft(struct record *record, const struct member_draft *draft, struct err *err)
{
    struct device me = record_device(record);
    size_t at;
    bool allowed;
    if (!*draft->name || !str_utf8(str_of(draft->name), &at))
        return FAIL(err, ERR_INPUT, _("Type a name or a pseudonym."), _("A member needs a name."));
    if (draft->guardian && (!*draft->guardian || !str_utf8(str_of(draft->guardian), &at)))
        return FAIL(err, ERR_INPUT, _("Name who gave the permission: --guardian NAME"),
                    _("A guardian needs a name; only members see it."));
    if (draft->in_charge && draft->minor)
        return FAIL(err, ERR_INPUT, _("Leave out --in-charge or --minor."),
                    _("A minor cannot be a person in charge."));
    if (!member_in_charge(record, &me, &allowed, err))
        return false;
    return allowed || FAIL(err, ERR_DENIED, _("Ask a person in charge to do it."),
                           _("Only a person in charge can add members."));
}

bool member_permit(struct record *record, const struct member_draft *draft, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct member_draft whole = *draft;
    struct member *members;
    size_t n;
    if (!check_draft(record, draft, err) || !member_list(record, &arena, &members, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(members[i].name, str_of(draft->name)))
            continue;
        whole.in_charge = members[i].in_charge;
        return append_member(record, &whole, &members[i].device, err);
    }
    return FAIL(err, ERR_NOT_FOUND, _("See who takes part: allmende member list"),
                _("Nobody called \"%s\" takes part."), draft->name);
}

bool member_add(struct record *record, const struct member_draft *draft, struct device *ret,
                struct err *err)
{
    CLEANUP(key_release) struct key key = {.secret = {0}};
    struct hash project = record_project(record);
    if (!check_draft(record, draft, err))
        return false;
    if (draft->minor && !draft->guardian)
        return FAIL(err, ERR_INPUT, _("Ask a parent or guardian, then: --minor --guardian NAME"),
                    _("A minor takes part with the permission of a guardian."));
    if (!name_is_free(record, draft->name, err) || !key_make(&key, err) ||
        !key_save(&key, &project, err))
        return false;
    *ret = key.device;
    return append_member(record, draft, &key.device, err);
}

/* "project,publication" out of ["project","publication"]. */
static struct str joined(struct arena *arena, const json_t *list)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *purpose = json_string_value(json_array_get(list, i));
        buf_printf(&text, "%s%s", i ? "," : "", purpose ? purpose : "");
    }
    return arena_str(arena, buf_view(&text));
}

bool project_info(struct record *record, struct arena *arena, struct project_info *ret,
                  struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    ret->id = record_project(record);
    if (!record_entry(record, &ret->id, arena, &entry, err))
        return false;
    if (entry.presence != BODY_PRESENT)
        return FAIL(err, ERR_CORRUPT, _("Carry on with another copy."),
                    _("The founding entry of the project cannot be read."));
    const char *title = json_text(entry.body, "title");
    const char *licence = json_text(entry.body, "licence");
    ret->title = arena_str(arena, str_of(title ? title : ""));
    ret->licence = arena_str(arena, str_of(licence ? licence : ""));
    ret->permission = joined(arena, json_object_get(entry.body, "permission"));
    return true;
}

/* The purposes that a permission can name. */
static const char *const purposes[] = {"project", "publication", "training"};

static bool split_purposes(struct str text, json_t *ret_list, struct err *err)
{
    struct str purpose;
    while (str_cut(&text, ',', &purpose)) {
        bool known = false;
        purpose = str_trim(purpose);
        for (size_t i = 0; i < COUNT_OF(purposes); i++)
            known = known || str_eq(purpose, str_of(purposes[i]));
        if (!known)
            return FAIL(err, ERR_INPUT, _("Choose from: project, publication, training."),
                        _("\"%.*s\" is not a purpose that permission can be given for."),
                        STR_ARG(purpose));
        json_array_append_new(ret_list, json_stringn(purpose.at, purpose.n));
    }
    return true;
}

bool permission_read(json_t *body, const char *text, struct err *err)
{
    json_t *list = json_array();
    json_object_set_new(body, "permission", list);
    return split_purposes(str_of(text), list, err);
}

bool licence_check(const char *licence, struct err *err)
{
    static const struct str signs = {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789.+-",
                                     65};
    bool fits = *licence != '\0';
    for (const char *at = licence; *at; at++)
        fits = fits && memchr(signs.at, *at, signs.n);
    return fits || FAIL(err, ERR_INPUT, _("Use the short name of the SPDX list: CC-BY-4.0"),
                        _("\"%s\" is not the short name of a licence."), licence);
}

bool permission_put(struct record *record, json_t *body, const char *licence,
                    const char *permission, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct project_info info;
    if (!project_info(record, &arena, &info, err) || (licence && !licence_check(licence, err)) ||
        !permission_read(body, permission ? permission : info.permission.at, err))
        return false;
    json_object_set_new(body, "licence", json_string(licence ? licence : info.licence.at));
    return true;
}
