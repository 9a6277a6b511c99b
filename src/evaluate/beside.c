/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside a result: how well people agree about the same things. */
#include <string.h>

#include "collect/label.h"
#include "evaluate/evaluate_int.h"

bool beside_people_read(const char *typed, json_t **ret, struct err *err)
{
    static const char *const part[] = {"table", "item", "person", "answer"};
    struct str rest = str_of(typed);
    struct str one;
    json_t *people = json_object();
    bool read = str_cut(&rest, ':', &one) && one.n;
    for (size_t i = 0; read && i < COUNT_OF(part); i++) {
        json_object_set_new(people, part[i], json_stringn(one.at, one.n));
        if (i + 1 < COUNT_OF(part))
            read = rest.n && str_cut(&rest, ',', &one) && one.n;
    }
    if (read && !rest.n) {
        *ret = people;
        return true;
    }
    json_decref(people);
    return FAIL(err, ERR_USAGE, _("For example: --people answers:picture,person,species"),
                _("\"%s\" does not say table, item, person and answer."), typed);
}

bool beside_labels(struct record *record, const struct hypothesis *h, json_t **ret, struct err *err)
{
    struct hash guideline = h->guideline;
    bool there = h->has_guideline;
    *ret = NULL;
    if (!there && !label_of_table(record, h->table, &guideline, &there, err))
        return false;
    if (!there)
        return true;
    *ret = json_object();
    body_id(*ret, "guideline", &guideline);
    return true;
}

/* Of answers under a guideline: those that have enough, once nobody waits for them any more. */
static bool agreement_of_labels(struct record *record, const struct hash *guideline,
                                struct arena *arena, struct agreement *ret, struct err *err)
{
    struct labels labels;
    *ret = (struct agreement){.answers = 0};
    if (!label_may_show(record, guideline, err)) {
        bool waits = err->code == ERR_DENIED;
        if (waits)
            err_clear(err);
        return waits;
    }
    if (!labels_load(record, guideline, NULL, arena, &labels, err))
        return false;
    *ret = label_agreement(&labels, labels.guide.level, 0.95);
    return true;
}

bool beside_people(struct record *record, const json_t *people, bool classes, struct arena *arena,
                   struct agreement *ret, struct err *err)
{
    struct world *world = arena_get(arena, 1, sizeof *world);
    struct hash guideline;
    if (body_read_id(people, "guideline", &guideline))
        return agreement_of_labels(record, &guideline, arena, ret, err);
    const struct hypothesis h = {.presence = BODY_PRESENT,
                                 .measure = WORLD_ALPHA,
                                 .level = classes ? LEVEL_NOMINAL : LEVEL_INTERVAL,
                                 .table = body_str(people, "table", arena),
                                 .unit = body_str(people, "item", arena),
                                 .by = body_str(people, "person", arena),
                                 .target = body_str(people, "answer", arena)};
    if (!world_gather(record, &h, NULL, arena, world, err))
        return false;
    *ret = agreement_range(&world->answers, 0.95);
    return true;
}
