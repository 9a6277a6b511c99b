/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Model files from outside: whatever is accepted must write itself again and predict finitely. */
#include <math.h>
#include <stdint.h>

#include "base/mem.h"
#include "learn/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* A row in which every feature has a cell as far out as cells go. */
static struct table extremes(struct arena *arena, const struct model *model)
{
    static int64_t mantissa[] = {MANTISSA_MAX};
    static uint32_t code[] = {0};
    static uint8_t present[] = {0};
    struct table table = {.rows = 1, .column_n = model->feature_n};
    table.column = arena_get(arena, table.column_n, sizeof *table.column);
    for (size_t f = 0; f < table.column_n; f++)
        table.column[f] = (struct column){.name = model->feature[f].name,
                                          .type = model->feature[f].type,
                                          .exponent = EXPONENT_FAR,
                                          .mantissa = mantissa,
                                          .code = code,
                                          .category = &model->feature[f].name,
                                          .category_n = 1,
                                          .missing = present};
    return table;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    CLEANUP(arena_release) struct arena arena = {0};
    struct err err = {0};
    struct model model;
    if (!model_read((struct str){(const char *)bytes, n}, &arena, &model, &err)) {
        BUG_IF(err.code == ERR_NONE || err.what[0] == 0);
        return 0;
    }
    struct hash id = model_id(&model), expected = hash_of(bytes, n);
    BUG_IF(!hash_eq(&id, &expected));
    struct table table = extremes(&arena, &model);
    CLEANUP(mem_free) double *score = mem_get(model.class_n, sizeof *score);
    double value = 0;
    uint32_t class_index = 0;
    struct prediction prediction = {score, &class_index, &value};
    BUG_IF(!model_predict(&model, &table, &(const struct cluster){.threads = 1},
                          &(const struct predict_rows){(const size_t[]){0}, 1}, &prediction, &err));
    BUG_IF(!isfinite(value) || (model.class_n && class_index >= model.class_n));
    for (size_t k = 0; k < model.class_n; k++)
        BUG_IF(!isfinite(score[k]));
    return 0;
}
