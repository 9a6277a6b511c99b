/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Deployments: a device at a place for a time. */
#include <string.h>

#include "collect/observe.h"
#include "read/date.h"
#include "record/member.h"

static bool is_time(const char *text, struct decimal *ret)
{
    struct decimal days;
    if (!text)
        return false;
    if (date_read(str_of(text), TIME_STAMP, DATE_YMD, ret))
        return true;
    if (!date_read(str_of(text), TIME_DATE, DATE_YMD, &days))
        return false;
    for (; days.exponent > 0; days.exponent--) /* a minimal decimal: 20000 is 2 * 10^4 */
        days.mantissa *= 10;
    *ret = (struct decimal){.mantissa = days.mantissa * 86400, .exponent = 0};
    return true;
}

static bool check_deployment(const json_t *body, const json_t *private, struct err *err)
{
    const char *device = json_text(body, "device");
    const char *to = json_text(body, "to");
    struct decimal from_s = {0};
    struct decimal to_s = {0};
    (void)private;
    if (!device || !*device)
        return FAIL(err, ERR_INPUT, _("For example: --device \"recorder 3\""),
                    _("A deployment must name its device."));
    if (!is_time(json_text(body, "from"), &from_s) || (to && !is_time(to, &to_s)))
        return FAIL(err, ERR_INPUT, _("Write 2024-05-01 or 2024-05-01T18:30."),
                    _("A deployment says from when, and if it is over, until when."));
    return !to || num_double(to_s) >= num_double(from_s) ||
           FAIL(err, ERR_INPUT, _("Swap them."), _("The deployment ends before it begins."));
}

static bool fold_deployment(struct record *record, const struct entry *entry, struct err *err)
{
    struct stmt *stmt;
    if (!store_stmt(record_store(record), SQL_COLLECT_DEPLOYMENT_ADD, &stmt, err))
        return false;
    stmt_hash(stmt, &entry->id);
    stmt_int(stmt, (int64_t)entry->header.count);
    return stmt_run(stmt, err);
}

const struct kind collect_deployment_kind = {
    .name = "deployment", .check = check_deployment, .fold = fold_deployment};

/* --- reading ------------------------------------------------------------------------------ */

static bool load(struct record *record, const struct hash *id, struct arena *arena,
                 struct deployment *ret, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    if (!record_entry(record, id, arena, &entry, err))
        return false;
    *ret = (struct deployment){.id = *id,
                               .device = body_str(entry.body, "device", arena),
                               .place = body_str(entry.body, "place", arena),
                               .from = body_str(entry.body, "from", arena),
                               .to = body_str(entry.body, "to", arena),
                               .where = body_str(entry.private, "where", arena),
                               .author = entry.header.author};
    ret->has_replaced = body_read_id(entry.body, "replaces", &ret->replaced);
    return true;
}

static bool may_replace(struct record *record, const struct deployment *old,
                        const struct device *who, bool *ret, struct err *err)
{
    *ret = memcmp(who->at, old->author.at, KEY_BYTES) == 0;
    return *ret || member_in_charge(record, who, ret, err);
}

/* Was one replaced by one of those behind it that count? */
static bool was_replaced(struct record *record, const struct deployment *all, size_t n, size_t i,
                         bool *ret, struct err *err)
{
    *ret = false;
    for (size_t k = i + 1; k < n && !*ret; k++)
        if (all[k].has_replaced && hash_eq(&all[k].replaced, &all[i].id) &&
            !may_replace(record, &all[i], &all[k].author, ret, err))
            return false;
    return true;
}

bool deployment_list(struct record *record, struct arena *arena, struct deployment **ret,
                     size_t *ret_n, struct err *err)
{
    struct ids ids;
    bool replaced;
    if (!record_ids(record, SQL_COLLECT_DEPLOYMENTS, NULL, arena, &ids, err))
        return false;
    struct deployment *all = arena_get(arena, ids.n, sizeof *all);
    *ret = arena_get(arena, ids.n, sizeof **ret);
    *ret_n = 0;
    for (size_t i = 0; i < ids.n; i++)
        if (!load(record, &ids.at[i], arena, &all[i], err))
            return false;
    for (size_t i = 0; i < ids.n; i++) {
        if (!was_replaced(record, all, ids.n, i, &replaced, err))
            return false;
        if (!replaced)
            (*ret)[(*ret_n)++] = all[i];
    }
    return true;
}

/* --- writing ------------------------------------------------------------------------------ */

static void put(json_t *object, const char *key, const char *said, struct str before)
{
    if (said)
        body_text(object, key, said);
    else if (before.n)
        json_object_set_new(object, key, json_stringn(before.at, before.n));
}

bool deployment_add(struct record *record, const struct deployment_draft *draft, struct hash *ret,
                    struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(json_release) json_t *body = json_object();
    CLEANUP(json_release) json_t *private = json_object();
    const struct draft entry = {.kind = "deployment", .body = body, .private = private};
    const struct device me = record_device(record);
    struct deployment old = {.to = STR("")};
    bool may = true;
    if (draft->replaces && (!load(record, draft->replaces, &arena, &old, err) ||
                            !may_replace(record, &old, &me, &may, err)))
        return false;
    if (!may)
        return FAIL(err, ERR_DENIED, _("Tell them, or a person in charge, what is wrong."),
                    _("Somebody else wrote this deployment down."));
    put(body, "device", draft->device, old.device);
    put(body, "place", draft->place, old.place);
    put(body, "from", draft->from, old.from);
    put(body, "to", draft->to, old.to);
    put(private, "where", draft->where, old.where);
    if (draft->replaces)
        body_id(body, "replaces", draft->replaces);
    return check_deployment(body, private, err) &&
           permission_put(record, body, draft->licence, draft->permission, err) &&
           record_append(record, &entry, ret, err);
}
