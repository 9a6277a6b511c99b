/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models from outside: whatever is accepted can be drawn and exported; the JSON parses. */
#include <stdint.h>

#include "base/json.h"
#include "train/drawing.h"
#include "train/export.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void draw(const struct model *model, struct arena *arena)
{
    struct drawn_tree tree;
    struct bar *bar;
    CLEANUP(buf_release) struct buf svg = BUF_INIT;
    for (size_t k = 0; model->weight && k < explain_outputs(model) && k < 3; k++) {
        size_t bars = drawing_weights(model, k, arena, &bar);
        CLEANUP(json_release) json_t *context = drawing_bars_json("t", bar, bars);
        BUG_IF(!context);
    }
    if (model->trees.output_n) {
        size_t bars = drawing_importance(model, arena, &bar);
        CLEANUP(json_release) json_t *context = drawing_bars_json("t", bar, bars);
        BUG_IF(!context);
        if (drawing_tree(model, arena, &tree))
            drawing_tree_svg(&tree, &svg);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    CLEANUP(arena_release) struct arena arena = {0};
    CLEANUP(buf_release) struct buf json = BUF_INIT;
    CLEANUP(buf_release) struct buf c = BUF_INIT;
    CLEANUP(buf_release) struct buf onnx = BUF_INIT;
    struct err err = {0};
    struct model model;
    if (!model_read((struct str){(const char *)bytes, n}, &arena, &model, &err))
        return 0;
    draw(&model, &arena);
    export_json(&model, &json);
    CLEANUP(json_release) json_t *object = json_loadb(json.at, json.n, 0, NULL);
    BUG_IF(!object);
    BUG_IF(!export_c(&model, &c, &err));
    if (!export_onnx(&model, &onnx, &err))
        BUG_IF(err.code == ERR_NONE || err.what[0] == 0);
    return 0;
}
