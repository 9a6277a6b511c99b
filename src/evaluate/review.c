/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evaluate/review.h"

#include <string.h>

#include "base/num.h"
#include "record/member.h"

static const char *const causes[] = {[CAUSE_WRONG_ANSWER] = "wrong-answer",
                                     [CAUSE_BAD_RECORD] = "bad-record",
                                     [CAUSE_HARD] = "hard",
                                     [CAUSE_RARE] = "rare",
                                     [CAUSE_MODEL] = "model",
                                     [CAUSE_OTHER] = "other"};

const char *review_cause_name(enum review_cause cause)
{
    return causes[cause];
}

const char *review_cause_words(enum review_cause cause)
{
    static const char *const words[] = {
        [CAUSE_WRONG_ANSWER] = N_("what was taken for true is wrong"),
        [CAUSE_BAD_RECORD] = N_("nobody could tell from what was recorded"),
        [CAUSE_HARD] = N_("people would be unsure, too"),
        [CAUSE_RARE] = N_("there was little of it to learn from"),
        [CAUSE_MODEL] = N_("the model simply errs"),
        [CAUSE_OTHER] = N_("something else")};
    return _(words[cause]);
}

/* The word of the record has '_' where that of the command line has '-'. */
static bool cause_by_name(const char *name, enum review_cause *ret)
{
    for (size_t c = 0; name && c < CAUSE_COUNT; c++) {
        size_t i = 0;
        while (name[i] && (name[i] == '_' ? '-' : name[i]) == causes[c][i])
            i++;
        if (name[i] || causes[c][i])
            continue;
        *ret = (enum review_cause)c;
        return true;
    }
    return false;
}

static bool check_review(const json_t *body, const json_t *private, struct err *err)
{
    enum review_cause cause;
    struct hash id;
    (void)private;
    if (!body_read_id(body, "hypothesis", &id) || !body_read_id(body, "item", &id))
        return FAIL(err, ERR_INPUT, _("See the errors: allmende review list HYPOTHESIS"),
                    _("A remark on an error must name guess and observation."));
    return cause_by_name(json_text(body, "cause"), &cause) ||
           FAIL(err, ERR_INPUT,
                _("Choose from: wrong-answer, bad-record, hard, rare, model, other."),
                _("It is not said why the model erred."));
}

const struct kind review_kind = {.name = "review", .check = check_review};

/* --- reading -----------------------------------------------------------------------------------*/

static struct str class_text(const struct report *report, uint32_t k, struct arena *arena)
{
    return arena_str(arena, report_class(report, k));
}

static struct str number_text(double value, struct arena *arena)
{
    char text[NUM_TEXT];
    return arena_str(arena, str_of(num_text(value, text)));
}

static struct str unit_name(const struct report *report, uint32_t unit)
{
    for (size_t u = 0; u < report->unit_n; u++)
        if (report->unit[u].unit == unit)
            return report->unit[u].name;
    return STR("");
}

static struct review_error error_of(const struct evaluation *e, size_t i, struct arena *arena)
{
    const struct report *report = &e->report;
    const struct answers *answers = report->answers;
    size_t at = report->error[i].place;
    size_t batch;
    uint64_t position = collected_position(e->collected, report->error[i].row, &batch);
    struct review_error error = {.item = item_id(&e->collected->batch[batch], position),
                                 .unit = unit_name(report, answers->unit[at]),
                                 .single = e->collected->observed_batch != NULL,
                                 .batch = e->collected->batch[batch],
                                 .position = position};
    if (report->task == TASK_CLASSIFICATION) {
        error.truth = class_text(report, answers->truth_class[at], arena);
        error.guess = class_text(report, answers->guess_class[at], arena);
    } else {
        error.is_number = true;
        error.value[0] = answers->truth_value[at];
        error.value[1] = answers->guess_value[at];
        error.truth = number_text(answers->truth_value[at], arena);
        error.guess = number_text(answers->guess_value[at], arena);
    }
    return error;
}

struct gathering {
    struct review *review;
    const struct hash *hypothesis;
    struct arena *arena;
};

static bool take_review(void *context, const struct entry *entry, struct err *err)
{
    struct gathering *g = context;
    struct hash hypothesis;
    struct hash item;
    enum review_cause cause;
    (void)err;
    if (strcmp(entry->header.kind, "review") != 0 ||
        !body_read_id(entry->body, "hypothesis", &hypothesis) ||
        !hash_eq(&hypothesis, g->hypothesis) || !body_read_id(entry->body, "item", &item) ||
        !cause_by_name(json_text(entry->body, "cause"), &cause))
        return true;
    for (size_t i = 0; i < g->review->error_n; i++) {
        struct review_error *error = &g->review->error[i];
        if (!hash_eq(&error->item, &item))
            continue;
        error->reviewed = true;
        error->cause = cause;
        error->note = body_str(entry->body, "note", g->arena);
    }
    return true;
}

bool review_load(struct record *record, const struct hash *hypothesis, struct arena *arena,
                 struct review *ret, struct err *err)
{
    struct gathering g = {ret, hypothesis, arena};
    struct evaluation *e = &ret->evaluation;
    memset(ret, 0, sizeof *ret);
    if (!evaluate_errors(record, hypothesis, SIZE_MAX, arena, e, err))
        return false;
    if (!e->has_report)
        return FAIL(err, ERR_CONFLICT, _("See its minutes and what was said: allmende log"),
                    _("The guess %.8s is about the world: no model errs in it."),
                    hash_hex(hypothesis).at);
    ret->error_n = e->report.error_n;
    ret->error = arena_get(arena, ret->error_n, sizeof *ret->error);
    for (size_t i = 0; i < ret->error_n; i++)
        ret->error[i] = error_of(e, i, arena);
    if (!record_each(record, true, take_review, &g, err))
        return false;
    for (size_t i = 0; i < ret->error_n; i++) {
        ret->count[ret->error[i].cause] += ret->error[i].reviewed;
        ret->reviewed += ret->error[i].reviewed;
    }
    return true;
}

/* --- writing -----------------------------------------------------------------------------------*/

enum { DIGITS_MIN = 4 };

static bool find_error(const struct review *review, const char *digits, struct hash *ret,
                       struct err *err)
{
    size_t n = strlen(digits);
    size_t found = 0;
    for (size_t i = 0; i < review->error_n && n >= DIGITS_MIN; i++) {
        struct hash_text text = hash_hex(&review->error[i].item);
        if (n > HASH_HEX || strncmp(text.at, digits, n) != 0)
            continue;
        *ret = review->error[i].item;
        found++;
    }
    if (found > 1)
        return FAIL(err, ERR_INPUT, _("Type more digits of its number."),
                    _("%zu errors begin with \"%s\"."), found, digits);
    return found ||
           FAIL(err, ERR_NOT_FOUND, _("See the errors: allmende review list HYPOTHESIS"),
                _("No error has a number that begins with \"%s\" (4 digits or more)."), digits);
}

bool review_add(struct record *record, const struct hash *hypothesis,
                const struct review_draft *draft, struct arena *arena, struct hash *ret,
                struct err *err)
{
    CLEANUP(json_release) json_t *body = json_object();
    struct review *review = arena_get(arena, 1, sizeof *review);
    enum review_cause cause;
    struct hash item;
    if (!cause_by_name(draft->cause, &cause))
        return FAIL(err, ERR_INPUT,
                    _("Choose from: wrong-answer, bad-record, hard, rare, model, other."),
                    _("\"%s\" is no cause."), draft->cause);
    if (!review_load(record, hypothesis, arena, review, err) ||
        !find_error(review, draft->item, &item, err))
        return false;
    const struct draft entry = {
        .kind = "review", .body = body, .rests_on = {review->evaluation.entry}, .rests_n = 1};
    static const char *const words[] = {"wrong_answer", "bad_record", "hard",
                                        "rare",         "model",      "other"};
    body_id(body, "hypothesis", hypothesis);
    body_id(body, "item", &item);
    body_text(body, "cause", words[cause]);
    body_text(body, "note", draft->note);
    return permission_put(record, body, NULL, NULL, err) && record_append(record, &entry, ret, err);
}
