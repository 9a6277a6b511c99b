/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "publish/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "publish/verify_int.h"

/* For more faults than these nobody is told what rests on them: it takes too long. */
enum { CLAIMS_MAX = 1000 };

static const char *const states[] = {
    [VERIFIED] = "verified",
    [VERIFIED_EXCEPT_TRAINING] = "verified_except_training",
    [VERIFIED_BEFORE_WITHDRAWALS] = "verified_before_withdrawals",
    [VERIFY_WITHDRAWN] = "withdrawn",
    [VERIFY_FAILED] = "failed",
};

const char *verify_state_name(enum verify_state state)
{
    return states[state];
}

void verify_tell(struct verification *v, struct verify_file *file, const char *claim,
                 const char *what)
{
    struct verify_report *report = v->report;
    if (file->told)
        return;
    file->told = true;
    if (report->fault_n == v->fault_cap) {
        v->fault_cap = v->fault_cap ? 2 * v->fault_cap : 16;
        struct verify_fault *more = arena_get(v->arena, v->fault_cap, sizeof *more);
        if (report->fault_n)
            memcpy(more, report->fault, report->fault_n * sizeof *more);
        report->fault = more;
    }
    report->fault[report->fault_n++] =
        (struct verify_fault){arena_copy(v->arena, file->path), arena_copy(v->arena, str_of(claim)),
                              arena_copy(v->arena, str_of(what)), false};
}

struct verify_item *verify_find(const struct verification *v, const struct hash *id)
{
    size_t low = 0;
    size_t high = v->by_id_n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hash_cmp(&v->by_id[middle]->id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->by_id_n && hash_eq(&v->by_id[low]->id, id) ? v->by_id[low] : NULL;
}

bool verify_goes_on(const struct verification *v, struct err *err)
{
    return !v->request->cancelled || !v->request->cancelled() ||
           FAIL(err, ERR_CANCELLED, "", _("Stopped. Nothing was changed."));
}

/* --- claims ------------------------------------------------------------------------------- */

static bool names(const json_t *list, const struct hash *id)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text && strcmp(text, hash_hex(id).at) == 0)
            return true;
    }
    return false;
}

/* Does a training or a result rest directly on an entry? */
static bool rests_on(const struct verification *v, const struct verify_item *item,
                     const struct hash *id)
{
    struct hash other;
    const json_t *body = item->body;
    const struct verify_item *opening = NULL;
    if (body_read_id(body, "hypothesis", &other) && hash_eq(&other, id))
        return true;
    if (body_read_id(body, "freeze", &other) && hash_eq(&other, id))
        return true;
    if (body_read_id(body, "opening", &other)) {
        opening = verify_find(v, &other);
        body = opening ? opening->body : NULL;
        if (hash_eq(&other, id) || (body_read_id(body, "training", &other) && hash_eq(&other, id)))
            return true;
    }
    return names(json_object_get(body, "data"), id);
}

static const char *verdict_words(const char *verdict)
{
    if (verdict && strcmp(verdict, "supported") == 0)
        return _("supported");
    if (verdict && strcmp(verdict, "not_supported") == 0)
        return _("not supported");
    return _("still open");
}

static void add_dependents(const struct verification *v, const struct hash *id, struct buf *out)
{
    size_t n = 0;
    if (v->report->fault_n > CLAIMS_MAX)
        return;
    for (size_t i = 0; i < v->item_n && n < 8; i++) {
        const struct verify_item *item = &v->item[i];
        bool training = strcmp(item->header.kind, "training") == 0;
        bool verdict = strcmp(item->header.kind, "verdict") == 0;
        if (!item->body || !(training || verdict) || !rests_on(v, item, id))
            continue;
        buf_text(out, n++ ? ", " : _("; on it rest: "));
        if (training)
            buf_printf(out, _("training %llu"), (unsigned long long)item->header.count);
        else
            buf_printf(out, _("the result “%s” %llu"),
                       verdict_words(json_text(item->body, "verdict")),
                       (unsigned long long)item->header.count);
    }
}

/* What files are that no single entry promises. */
static const char *part_words(struct str path)
{
    static const struct {
        const char *front;
        const char *tail;
        const char *words;
    } part[] = {
        {"index", ".html", N_("the page that people read")},
        {"details_", ".html", N_("the page with all details")},
        {"README", ".txt", N_("what README.txt says about the folder")},
        {"publication", ".json", N_("the seal: who published this, and that it is whole")},
        {"entries/", "", N_("what was written down in this entry, and all that follows from it")},
        {"datasheet_", ".md", N_("the datasheet: how the data came about, what they are good for")},
        {"model/", ".md", N_("the card of a model: what it learned from, what it is good for")},
        {"CITATION", ".cff", N_("how this is to be cited")},
        {"datacite", ".json", N_("how this is to be cited")},
        {"croissant", ".json", N_("what other programs read about the data")},
        {"ro-crate-metadata", ".json", N_("what other programs read about the data")},
        {"data/datapackage", ".json", N_("what other programs read about the data")},
        {"data/record", ".csv", N_("the list of all entries as a table")},
        {"data/places", ".geojson", N_("the places, as maps read them")},
        {"species/", "", N_("the species found, as collections read them")},
        {"data/", ".csv", N_("the public rows of a table")},
        {"bag", ".txt", N_("what archives ask of a folder")},
        {"manifest-", ".txt", N_("what archives ask of a folder")},
        {"tagmanifest-", ".txt", N_("what archives ask of a folder")},
    };
    for (size_t i = 0; i < COUNT_OF(part); i++)
        if (str_starts(path, str_of(part[i].front)) && str_ends(path, str_of(part[i].tail)))
            return _(part[i].words);
    return _("what was published with the others");
}

const char *verify_claim(struct verification *v, const struct verify_file *file)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const struct verify_item *item = file->owner;
    if (!item || !item->decoded || item == v->seal)
        return part_words(file->path);
    if (str_eq(item->file->path, file->path))
        buf_printf(&text, _("what entry %llu (%s) says"), (unsigned long long)item->header.count,
                   item->header.kind);
    else
        buf_printf(&text, _("the file that entry %llu (%s) promises"),
                   (unsigned long long)item->header.count, item->header.kind);
    add_dependents(v, &item->id, &text);
    return arena_copy(v->arena, buf_view(&text));
}

/* --- the whole ---------------------------------------------------------------------------- */

static void verification_release(struct verification *v)
{
    struct err ignored = {0};
    for (size_t i = 0; v->item && i < v->item_n + (v->seal != NULL); i++) {
        json_decref(v->item[i].body);
        package_entry_release(&v->item[i].package);
    }
    for (size_t i = 0; i < v->trained_n; i++) {
        json_decref(v->trained[i].body);
        buf_release(&v->trained[i].model);
    }
    free(v->trained);
    if (v->record)
        (void)!record_close(v->record, &ignored);
    if (v->scratch.n)
        file_remove_folder(v->scratch.at);
    buf_release(&v->scratch);
}

static bool make_scratch(struct verification *v, struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    buf_printf(&v->scratch, "%s/allmende-verify-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (mkdtemp(v->scratch.at))
        return true;
    err_errno(err, _("make the folder"), v->scratch.at);
    buf_clear(&v->scratch);
    return false;
}

/* Is any file of data in the folder? */
static bool data_left(const struct verification *v)
{
    for (size_t i = 0; i < v->item_n; i++) {
        const char *kind = v->item[i].header.kind;
        if (strcmp(kind, "training") == 0 || strcmp(kind, "hypothesis") == 0)
            continue;
        for (size_t p = 0; p < BLOBS_MAX; p++)
            if (v->item[i].blob_there[p])
                return true;
    }
    return false;
}

static enum verify_state conclude(const struct verification *v)
{
    const struct verify_report *report = v->report;
    if (report->fault_n)
        return VERIFY_FAILED;
    if (report->withdrawn && report->withdrawn == report->trainings + report->verdicts &&
        !data_left(v))
        return VERIFY_WITHDRAWN;
    if (report->held_back || report->other_program)
        return VERIFIED_EXCEPT_TRAINING;
    return report->withdrawn ? VERIFIED_BEFORE_WITHDRAWALS : VERIFIED;
}

/* Tables that follow from what is not here: shared answers (single ones stay with the members), and
 * public rows in files that no entry promises. */
static size_t tables_as_is(const struct verification *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->item_n; i++)
        n += v->item[i].body && strcmp(v->item[i].header.kind, "consensus") == 0;
    for (size_t i = 0; i < v->file_n; i++) {
        struct str path = v->file[i].path;
        n += v->file[i].there && !v->file[i].owner && str_starts(path, STR("data/")) &&
             str_ends(path, STR(".csv")) && !str_eq(path, STR("data/record.csv"));
    }
    return n;
}

bool verify_folder(const struct verify_request *request, struct arena *arena,
                   struct verify_report *ret, struct err *err)
{
    CLEANUP(verification_release)
    struct verification v = {
        .request = request, .arena = arena, .report = ret, .scratch = BUF_INIT};
    bool go_on;
    *ret = (struct verify_report){.state = VERIFY_FAILED};
    if (!verify_files(&v, &go_on, err))
        return false;
    if (!go_on || verify_is_none(&v))
        return true;
    if (!verify_items(&v, err))
        return false;
    verify_tell_files(&v);
    if (!verify_promises(&v, err) || !make_scratch(&v, err) || !verify_take(&v, err))
        return false;
    ret->as_is = tables_as_is(&v);
    ret->state = conclude(&v);
    return true;
}

/* Why some trainings and results were not done again: "2 held back, 1 by another program". */
static const char *reasons(const struct verify_report *report, struct arena *arena)
{
    const struct {
        size_t n;
        const char *words;
    } reason[] = {{report->held_back, _("held back")},
                  {report->other_program, _("made by another version of the program")},
                  {report->withdrawn, _("taken back since")}};
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(reason); i++)
        if (reason[i].n)
            buf_printf(&text, "%s%zu %s", text.n ? ", " : "", reason[i].n, reason[i].words);
    return arena_copy(arena, buf_view(&text));
}

const char *verify_sentence(const struct verify_report *report, struct arena *arena)
{
    size_t all = report->trainings + report->verdicts;
    size_t left = report->held_back + report->other_program + report->withdrawn;
    switch (report->state) {
    case VERIFIED:
        if (all == 0)
            return _("Verified: every file and signature is as it was published; there is no "
                     "training and no result in it.");
        return _("Verified: every file, signature, training and result is as it was published.");
    case VERIFIED_EXCEPT_TRAINING:
        return arena_printf(arena,
                            _("Verified except training: %zu of %zu trainings and results could "
                              "not be done again (%s); all else is as it was published."),
                            left, all, reasons(report, arena));
    case VERIFIED_BEFORE_WITHDRAWALS:
        return arena_printf(arena,
                            _("Verified before withdrawals: data of %zu of %zu trainings and "
                              "results were taken back since; all else is as it was published."),
                            report->withdrawn, all);
    case VERIFY_WITHDRAWN:
        return arena_printf(arena,
                            _("Withdrawn: what all %zu trainings and results rest on was taken "
                              "back, so none can be done again; what is left is as it was "
                              "published."),
                            all);
    case VERIFY_FAILED:
        break;
    }
    return arena_printf(arena, _("Failed: %zu fault(s). Do not rest anything on this folder."),
                        report->fault_n);
}
