/* SPDX-License-Identifier: GPL-3.0-or-later */
/* last/1: it will be as it is now. For series this is the answer to beat. */
#include "learn/train.h"

/* The feature that holds the answer now, or NULL. */
static const struct column *find_now(const struct dataset *data, struct str name)
{
    for (size_t f = 0; f < data->feature_n; f++) {
        const struct column *column = &data->table->column[data->feature[f]];
        if (str_eq(column->name, name))
            return column;
    }
    return NULL;
}

/* As a feature of the model: for classes its categories are the model's, in their order. */
static void keep_feature(const struct column *now, struct arena *arena, struct model *model)
{
    model->feature = arena_get(arena, 1, sizeof *model->feature);
    model->feature_n = 1;
    model->feature[0] = (struct model_feature){.name = arena_str(arena, now->name),
                                               .type = now->type,
                                               .exponent = now->exponent,
                                               .category = model->class_name,
                                               .category_n = model->class_n};
}

bool train_last(const struct dataset *data, const struct training *how, struct arena *arena,
                struct model *ret, struct err *err)
{
    const struct column *target = &data->table->column[data->target];
    const struct column *now = find_now(data, how->now);
    struct model model;
    if (!now || now->type != target->type)
        return FAIL(err, ERR_INPUT, _("Predict ahead with --next."),
                    _("No column says what the answer \"%.*s\" is now."), STR_ARG(target->name));
    if (!train_constant(data, how, arena, &model, err))
        return false;
    model.algorithm = STR("last/1");
    keep_feature(now, arena, &model);
    *ret = model;
    return true;
}
