/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/decide.h"

void decide_alone(const struct survey *survey, struct survey_field *field)
{
    const struct field_said *said = &field->said;
    survey_count(survey, field);
    struct evidence_type own = evidence_decide(&field->evidence, said->stated);
    if (own.why == WHY_ORDER_OPEN && said->expected != DATE_OPEN)
        own = evidence_decide(&field->evidence, said->expected);
    field->time = own.time;
    if (said->plan) {
        own = (struct evidence_type){said->plan->type, TIME_NONE, said->plan->order, WHY_ASKED, 0};
        field->time = said->plan->time;
        own.time = own.type == COLUMN_NUMBER ? field->time : TIME_NONE;
    }
    if (said->as_category)
        own = (struct evidence_type){COLUMN_CATEGORY, TIME_NONE, own.order, WHY_ASKED, 0};
    field->own = own;
}

/* Whether all fields with values hold the same; and one that shows what that is. */
static bool is_alike(struct survey_field *const *field, size_t n, const struct survey_field **ret)
{
    bool known = false;
    *ret = field[0];
    for (size_t i = 0; i < n; i++) {
        if (field[i]->evidence.cells == 0 && !field[i]->said.plan)
            continue;
        if (known && (field[i]->own.type != (*ret)->own.type || field[i]->time != (*ret)->time))
            return false;
        *ret = known ? *ret : field[i];
        known = true;
    }
    return true;
}

struct evidence_type decide_together(struct survey_field *const *field, size_t n,
                                     enum column_time *ret_time)
{
    const struct survey_field *one;
    struct evidence all = {0};
    enum date_order stated = DATE_OPEN;
    bool asked = false;
    if (is_alike(field, n, &one)) {
        *ret_time = one->time;
        return one->own;
    }
    for (size_t i = 0; i < n; i++) {
        one = field[i];
        asked |= one->own.why == WHY_ASKED && one->own.type == COLUMN_CATEGORY;
        stated = one->said.stated != DATE_OPEN ? one->said.stated : stated;
        evidence_merge(&all, &one->evidence);
    }
    struct evidence_type type = evidence_decide(&all, stated);
    *ret_time = type.time;
    if (asked)
        type = (struct evidence_type){COLUMN_CATEGORY, TIME_NONE, type.order, WHY_ASKED, 0};
    return type;
}

void decide_settle(struct survey_field *field, const struct evidence_type *type,
                   enum column_time time)
{
    uint64_t fit = evidence_fits(&field->evidence, time, type->order);
    field->order = field->time == time ? field->own.order : type->order;
    if (field->own.why == WHY_ORDER_OPEN && type->time != TIME_NONE)
        field->own.why = WHY_ORDER_FOUND; /* another part tells it */
    field->type = type->type;
    field->time = time;
    if (field->order != type->order)
        fit = evidence_fits(&field->evidence, time, field->order);
    field->rejects = type->type == COLUMN_NUMBER && fit < field->evidence.cells;
}

bool decide_is_column(const struct columns_options *options, const struct survey *survey, size_t f)
{
    const struct survey_field *field = &survey->field[f];
    if (options->plan)
        return field->said.plan != NULL;
    return field->said.note != HEADER_EMPTY || field->empty < survey->rows;
}

void decide_second_look(struct survey_field *field, bool types_only)
{
    const struct scale *scale = &field->scale;
    bool category = field->type == COLUMN_CATEGORY;
    bool number = !category && field->time == TIME_NONE;
    bool cut = false;
    field->exponent = scale->any ? scale->exponent : 0;
    for (size_t i = 0; i < field->deep_n && i < SURVEY_DEEP_KEPT; i++)
        cut = cut || field->deep[i].cut;
    field->lossy = number && (cut || field->deep_n > SURVEY_DEEP_KEPT ||
                              scale_exponent(scale) > field->exponent);
    field->set_grows = category;
    if (category && field->time != TIME_NONE) {
        category_release(&field->set);
        field->set_is_whole = false;
    }
    field->look_again =
        category ? !field->set_is_whole && !types_only : field->lossy || field->rejects;
}
