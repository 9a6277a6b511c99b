/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/sides.h"

#include <stdio.h>

static bool read_ids(const json_t *list, struct arena *arena, struct ids *ret)
{
    *ret = (struct ids){arena_get(arena, json_array_size(list), sizeof *ret->at), 0};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (!text || !hex_decode(str_of(text), ret->at[ret->n++].at, HASH_BYTES))
            return false;
    }
    return true;
}

static bool read_place(const json_t *draw, const char *key, uint64_t *ret)
{
    const char *text = json_text(draw, key);
    unsigned char at[8];
    if (!text || !hex_decode(str_of(text), at, sizeof at))
        return false;
    *ret = 0;
    for (size_t i = 0; i < sizeof at; i++)
        *ret = *ret << 8 | at[i];
    return true;
}

static bool read_draw(const json_t *body, struct study_draw *ret)
{
    const json_t *draw = json_object_get(body, "draw");
    return read_place(draw, "low", &ret->low) && read_place(draw, "high", &ret->high) &&
           ret->low <= ret->high;
}

static void join(struct sides *sides, const struct study_draw *draw)
{
    if (!sides->drawn || draw->low < sides->draw.low)
        sides->draw.low = draw->low;
    if (!sides->drawn || draw->high > sides->draw.high)
        sides->draw.high = draw->high;
    sides->drawn = true;
}

static bool follow(struct record *record, const struct hash *training, struct arena *arena,
                   struct sides *sides, struct err *err)
{
    CLEANUP(entry_release) struct entry entry = {.presence = BODY_ABSENT};
    struct study_draw draw;
    if (!record_entry(record, training, arena, &entry, err))
        return false;
    if (entry.presence != BODY_PRESENT)
        return FAIL(err, ERR_NOT_FOUND, _("Bring it in from a copy that has it."),
                    _("The training %.8s, whose sides hold, is not here."), hash_hex(training).at);
    if (read_draw(entry.body, &draw))
        join(sides, &draw);
    return read_ids(json_object_get(entry.body, "data"), arena,
                    (struct ids *)(uintptr_t)&sides->past.data[sides->past.n++]) ||
           FAIL(err, ERR_CORRUPT, _("Run: allmende check"), _("A training names no data."));
}

bool sides_read(struct record *record, const struct hypothesis *hypothesis, const json_t *training,
                struct arena *arena, struct sides *ret, struct err *err)
{
    struct study_draw own;
    *ret = (struct sides){.past.column = hypothesis->split.column};
    if (training ? !read_ids(json_object_get(training, "earlier"), arena, &ret->earlier)
                 : !record_ids(record, SQL_TRAIN_ALL, &hypothesis->id, arena, &ret->earlier, err))
        return err->code ? false
                         : FAIL(err, ERR_CORRUPT, _("Run: allmende check"),
                                _("A training names no earlier ones as it must."));
    ret->past.data = arena_get(arena, ret->earlier.n, sizeof *ret->past.data);
    for (size_t i = 0; i < ret->earlier.n; i++)
        if (!follow(record, &ret->earlier.at[i], arena, ret, err))
            return false;
    if (!ret->drawn && read_draw(training, &own))
        join(ret, &own);
    return true;
}

bool sides_groups(struct sides *sides, const struct hypothesis *hypothesis, struct study *study,
                  struct err *err)
{
    if (!sides->drawn && !study_draw_groups(study, &hypothesis->freeze, hypothesis->split.share_e4,
                                            &sides->draw, err))
        return false;
    sides->drawn = true;
    study_split_groups(study, &hypothesis->freeze, &sides->draw);
    return true;
}

/* The side that a row with this value had; PART_OUT where the value itself does not tell. */
static enum part side_of(const struct sides *sides, const struct hypothesis *h, struct str value)
{
    if (h->split.by == SPLIT_GROUPS)
        return study_side(&sides->draw, &h->freeze, value);
    for (size_t i = 0; h->split.by == SPLIT_NAMED && i < h->split.group_n; i++)
        if (str_eq(h->split.group[i], value))
            return PART_TEST;
    return h->split.by == SPLIT_NAMED ? PART_TRAIN : PART_OUT;
}

void sides_keep(struct sides *sides, const struct hypothesis *hypothesis,
                const struct collected *collected, struct study *study)
{
    size_t next = 0;
    sides->moved = 0;
    for (size_t r = 0; r < study->table.rows && next < collected->moved_n; r++) {
        size_t at = collected_record(collected, r);
        while (next < collected->moved_n && collected->moved[next].row < at)
            next++;
        for (; next < collected->moved_n && collected->moved[next].row == at; next++) {
            struct str was = collected->moved[next].was;
            if (study->part[r] == PART_OUT || was.n == 0 ||
                side_of(sides, hypothesis, was) == (enum part)study->part[r])
                continue;
            study->part[r] = PART_OUT;
            sides->moved++;
        }
    }
}

void sides_put(const struct sides *sides, json_t *body)
{
    json_t *list = json_array();
    char text[2][17];
    for (size_t i = 0; i < sides->earlier.n; i++)
        json_array_append_new(list, json_string(hash_hex(&sides->earlier.at[i]).at));
    if (sides->earlier.n)
        json_object_set(body, "earlier", list);
    json_decref(list);
    if (!sides->drawn)
        return;
    snprintf(text[0], sizeof text[0], "%016llx", (unsigned long long)sides->draw.low);
    snprintf(text[1], sizeof text[1], "%016llx", (unsigned long long)sides->draw.high);
    json_object_set_new(body, "draw", json_pack("{s:s,s:s}", "low", text[0], "high", text[1]));
}
