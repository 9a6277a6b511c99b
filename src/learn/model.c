/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/model.h"

#include <inttypes.h>
#include <string.h>

#include "learn/model_trees.h"
#include "learn/trees.h"

/* A JSON text: only ", \ and control characters are escaped, the latter always as \u00xx. */
static void add_text(struct buf *out, struct str text)
{
    buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20)
            buf_printf(out, "\\u%04x", c);
        else {
            if (c == '"' || c == '\\')
                buf_char(out, '\\');
            buf_char(out, (char)c);
        }
    }
    buf_char(out, '"');
}

static void add_texts(struct buf *out, const struct str *text, size_t n)
{
    buf_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(out, ',');
        add_text(out, text[i]);
    }
    buf_char(out, ']');
}

static void add_feature(struct buf *out, const struct model_feature *feature, bool of_trees)
{
    if (feature->type == COLUMN_CATEGORY) {
        buf_text(out, "{\"categories\":");
        add_texts(out, feature->category, feature->category_n);
        buf_text(out, ",\"name\":");
        add_text(out, feature->name);
        buf_text(out, ",\"type\":\"category\"}");
        return;
    }
    if (of_trees) {
        buf_printf(out, "{\"exponent\":%d,\"name\":", feature->exponent);
        add_text(out, feature->name);
        buf_text(out, ",\"type\":\"number\"}");
        return;
    }
    buf_printf(out, "{\"centre\":\"%" PRId64 "\",\"exponent\":%d,\"indicator\":%d,\"name\":",
               feature->centre, feature->exponent, feature->indicator);
    add_text(out, feature->name);
    buf_printf(out, ",\"shift\":%d,\"type\":\"number\"}", feature->shift);
}

bool model_is(struct str algorithm, const char *kind)
{
    size_t n = strlen(kind);
    return algorithm.n == n + 2 && memcmp(algorithm.at, kind, n) == 0 && algorithm.at[n] == '/' &&
           (algorithm.at[n + 1] == '1' || algorithm.at[n + 1] == '2');
}

bool model_array_of(const struct model *model, struct model_array *ret)
{
    size_t outputs = model->task == TASK_CLASSIFICATION ? model->class_n : 1;
    if (model_is(model->algorithm, "ridge") || model_is(model->algorithm, "logistic"))
        *ret = (struct model_array){"f64", "weights", outputs * (model->input_n + 1)};
    else if (str_eq(model->algorithm, STR("mean/1")) ||
             (str_eq(model->algorithm, STR("last/1")) && model->task == TASK_REGRESSION))
        *ret = (struct model_array){"f64", "mean", 1};
    else if (str_eq(model->algorithm, STR("majority/1")) ||
             str_eq(model->algorithm, STR("rule/1")) || str_eq(model->algorithm, STR("last/1")))
        *ret = (struct model_array){"i32", "majority", 1};
    else
        return false;
    return true;
}

static void add_recipe(struct buf *out, const struct model *model)
{
    buf_text(out, ",\"recipe\":{");
    if (model_is(model->algorithm, "ridge"))
        buf_text(out, "\"penalty\":1");
    if (model_is(model->algorithm, "logistic"))
        buf_text(out, "\"penalty\":1,\"rows\":65536");
    if (str_eq(model->algorithm, STR("tree/1")))
        buf_printf(out, "\"bins\":255,\"depth\":%d,\"leaf_rows\":%d,\"leaves\":%d", TREE_DEPTH,
                   TREE_LEAF_ROWS, TREE_LEAVES);
    if (model_is(model->algorithm, "trees"))
        buf_printf(out,
                   "\"bins\":255,%s\"leaf_rows\":%d,\"leaves\":%d,\"rate\":\"0.1\",\"rounds\":%d,"
                   "\"rows\":%d",
                   str_eq(model->algorithm, STR("trees/1")) ? "" : "\"category_rows\":10,",
                   TREES_LEAF_ROWS, TREES_LEAVES, TREES_ROUNDS, TREES_ROWS);
    if (str_eq(model->algorithm, STR("rule/1"))) {
        buf_text(out, "\"rule\":");
        add_text(out, model->rule);
    }
    buf_text(out, "},\"target\":{");
    if (model->task == TASK_REGRESSION)
        buf_printf(out, "\"exponent\":%d,", model->target_exponent);
    buf_text(out, "\"name\":");
    add_text(out, model->target);
    buf_printf(out, "},\"task\":\"%s\"}\n",
               model->task == TASK_REGRESSION ? "regression" : "classification");
}

static void add_header(struct buf *out, const struct model *model, const struct model_array *array,
                       size_t array_n)
{
    buf_text(out, "{\"algorithm\":");
    add_text(out, model->algorithm);
    for (size_t a = 0; a < array_n; a++)
        buf_printf(out, "%s{\"kind\":\"%s\",\"n\":%zu,\"name\":\"%s\"}", a ? "," : ",\"arrays\":[",
                   array[a].kind, array[a].n, array[a].name);
    buf_text(out, "],\"classes\":");
    add_texts(out, model->class_name, model->class_n);
    buf_printf(out, ",\"digest\":\"%s\",\"features\":[", hash_hex(&model->digest).at);
    for (size_t f = 0; f < model->feature_n; f++) {
        if (f)
            buf_char(out, ',');
        add_feature(out, &model->feature[f], model_has_trees(model));
    }
    buf_char(out, ']');
    add_recipe(out, model);
}

static void add_f64(struct buf *out, const double *value, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double positive_zero = value[i] + 0.0; /* -0 + 0 is +0 */
        uint64_t bits;
        BUG_IF(!(value[i] <= MODEL_WEIGHT_MAX && value[i] >= -MODEL_WEIGHT_MAX));
        memcpy(&bits, &positive_zero, sizeof bits);
        buf_u64(out, bits);
    }
}

void model_write(const struct model *model, struct buf *out)
{
    struct model_array array[MODEL_TREES_ARRAYS];
    bool trees = model_has_trees(model);
    buf_text(out, MODEL_MAGIC);
    if (trees)
        model_trees_arrays(model, array);
    else
        BUG_IF(!model_array_of(model, &array[0]));
    add_header(out, model, array, trees ? MODEL_TREES_ARRAYS : 1);
    if (trees)
        model_trees_write(&model->trees, out);
    else if (model->weight)
        add_f64(out, model->weight, array[0].n);
    else if (strcmp(array[0].kind, "f64") == 0)
        add_f64(out, &model->constant, array[0].n);
    else
        buf_u32(out, model->majority);
}

struct hash model_id(const struct model *model)
{
    CLEANUP(buf_release) struct buf bytes = BUF_INIT;
    model_write(model, &bytes);
    return hash_of(bytes.at, bytes.n);
}
