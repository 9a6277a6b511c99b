/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was taken back: it must not be in the folder, and what is said to be taken back was taken
 * back by somebody who could (docs/format/record.md section 9). */
#include <string.h>

#include "publish/verify_int.h"

/* A model whose sources were taken back by somebody who had seen it. One that was trained later
 * learned from what was left. */
static bool sources_are_gone(struct verification *v, const struct hash *id, bool *ret,
                             struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct ids by;
    if (!record_ids(v->record, SQL_PUBLISH_SOURCE_WITHDRAWALS, id, &arena, &by, err))
        return false;
    for (size_t i = 0; i < by.n && !*ret; i++)
        if (!record_is_after(v->record, &by.at[i], id, ret, err))
            return false;
    return true;
}

/* What a withdrawal left of a batch is gone when the batch is, or when a later one left less. */
static bool remainder_is_gone(struct verification *v, const struct verify_item *item, bool *ret,
                              struct err *err)
{
    struct hash batch;
    struct hash last;
    bool later;
    if (strcmp(item->header.kind, "withdrawal") != 0 || !body_read_id(item->body, "batch", &batch))
        return true;
    if (!record_first(v->record, SQL_RECORD_WITHDRAWN, &batch, &last, ret, err) || *ret)
        return *ret || err->code == ERR_NONE;
    if (!record_first(v->record, SQL_RECORD_REMAINDER_OF, &batch, &last, &later, err))
        return false;
    *ret = later && !hash_eq(&last, &item->id);
    return true;
}

static bool files_are_gone(struct verification *v, const struct verify_item *item, bool *ret,
                           struct err *err)
{
    struct hash by;
    if (!record_first(v->record, SQL_RECORD_WITHDRAWALS_OF, &item->id, &by, ret, err))
        return false;
    if (!*ret && !sources_are_gone(v, &item->id, ret, err))
        return false;
    return *ret || remainder_is_gone(v, item, ret, err);
}

static bool check_files(struct verification *v, const struct verify_item *item, struct err *err)
{
    bool gone = false;
    bool any = false;
    for (size_t p = 0; p < item->header.blob_n; p++)
        any = any || item->blob_there[p];
    if (!any || !files_are_gone(v, item, &gone, err) || !gone)
        return err->code == ERR_NONE;
    for (size_t p = 0; p < item->header.blob_n; p++) {
        struct verify_file *file =
            item->blob_there[p] ? verify_file_at(v, str_of(item->package.blob[p].file.at)) : NULL;
        if (file)
            verify_tell(v, file, verify_claim(v, file),
                        _("It was taken back, and yet it is in the folder."));
    }
    return true;
}

static bool check_item(struct verification *v, struct verify_item *item, struct err *err)
{
    struct hash by;
    bool gone;
    if (!record_first(v->record, SQL_RECORD_WITHDRAWN, &item->id, &by, &gone, err))
        return false;
    if (item->package.state == PACKAGE_WITHDRAWN && !gone)
        verify_tell(v, item->file, verify_claim(v, item->file),
                    _("It is said to be taken back, but no entry takes it back."));
    if (item->package.state == PACKAGE_PRESENT && gone)
        verify_tell(v, item->file, verify_claim(v, item->file),
                    _("It was taken back, and yet it is in the folder."));
    v->report->taken_back += gone;
    return check_files(v, item, err);
}

bool verify_removed(struct verification *v, struct err *err)
{
    for (size_t i = 0; i < v->item_n; i++)
        if (v->item[i].taken && !check_item(v, &v->item[i], err))
            return false;
    return true;
}
