/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Written by hand and not by jansson: a model can have millions of numbers, and each has one form.
 */
#include <inttypes.h>

#include "base/num.h"
#include "learn/explain.h"
#include "train/export.h"
#include "train/score.h"

enum link export_link(const struct model *model)
{
    if (model->task == TASK_REGRESSION || !score_is_probability(model->algorithm))
        return LINK_NONE;
    if (model->trees.output_n == 1) /* a single class has nothing to weigh */
        return model->class_n == 2 ? LINK_LOGISTIC : LINK_NONE;
    return LINK_SOFTMAX;
}

static void put_text(struct buf *out, struct str text)
{
    buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20 || c == 0x7f)
            buf_printf(out, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}

static void put_key(struct buf *out, const char *key)
{
    buf_printf(out, "\"%s\": ", key);
}

static void put_texts(struct buf *out, const struct str *text, size_t n)
{
    buf_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        buf_text(out, i ? ", " : "");
        put_text(out, text[i]);
    }
    buf_char(out, ']');
}

static void put_real(struct buf *out, double value)
{
    char text[NUM_TEXT];
    buf_text(out, num_text(value, text));
}

static void put_reals(struct buf *out, const double *value, size_t n)
{
    buf_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        buf_text(out, i ? ", " : "");
        put_real(out, value[i]);
    }
    buf_char(out, ']');
}

static void put_feature(struct buf *out, const struct model_feature *f)
{
    buf_text(out, "\n    {\"name\": ");
    put_text(out, f->name);
    if (f->type == COLUMN_CATEGORY) {
        buf_text(out, ", \"type\": \"category\", \"categories\": ");
        put_texts(out, f->category, f->category_n);
    } else {
        buf_printf(out,
                   ", \"type\": \"number\", \"exponent\": %d, \"centre\": %" PRId64
                   ", \"shift\": %d, \"indicator\": %s",
                   f->exponent, f->centre, f->shift, f->indicator ? "true" : "false");
    }
    buf_char(out, '}');
}

static void put_features(struct buf *out, const struct model *model)
{
    put_key(out, "features");
    buf_char(out, '[');
    for (size_t f = 0; f < model->feature_n; f++) {
        buf_text(out, f ? "," : "");
        put_feature(out, &model->feature[f]);
    }
    buf_text(out, "],\n  ");
}

static void put_weights(struct buf *out, const struct model *model)
{
    size_t outputs = explain_outputs(model);
    put_key(out, "weights");
    buf_char(out, '[');
    for (size_t k = 0; k < outputs; k++) {
        const double *weight = model->weight + k * (model->input_n + 1);
        buf_printf(out, "%s\n    {\"intercept\": ", k ? "," : "");
        put_real(out, weight[model->input_n]);
        buf_text(out, ", \"inputs\": ");
        put_reals(out, weight, model->input_n);
        buf_char(out, '}');
    }
    buf_text(out, "]\n");
}

static void put_set(struct buf *out, const struct model *model, const struct tree_node *node)
{
    const struct model_feature *f = &model->feature[node->feature];
    const uint32_t *set = model->trees.set + node->cut;
    bool any = false;
    buf_text(out, ", \"in\": [");
    for (size_t k = 0; k < f->category_n; k++) {
        if (!(set[k / 32] >> k % 32 & 1))
            continue;
        buf_printf(out, "%s%zu", any ? ", " : "", k);
        any = true;
    }
    buf_char(out, ']');
}

static void put_node(struct buf *out, const struct model *model, const struct tree_node *node)
{
    if (node->feature < 0) {
        buf_text(out, "{\"value\": ");
        put_real(out, node->value);
        buf_char(out, '}');
        return;
    }
    buf_printf(out, "{\"feature\": %d", node->feature);
    if (model->feature[node->feature].type == COLUMN_CATEGORY)
        put_set(out, model, node);
    else
        buf_printf(out, ", \"cut\": %" PRId64, node->cut);
    buf_printf(out, ", \"missing\": \"%s\", \"left\": %d, \"right\": %d}",
               node->missing_left ? "left" : "right", node->left, node->left + 1);
}

static void put_trees(struct buf *out, const struct model *model)
{
    const struct model_trees *trees = &model->trees;
    put_key(out, "base");
    put_reals(out, trees->base, trees->output_n);
    buf_text(out, ",\n  ");
    put_key(out, "roots");
    buf_char(out, '[');
    for (size_t t = 0; t < trees->tree_n; t++)
        buf_printf(out, "%s%d", t ? ", " : "", trees->root[t]);
    buf_text(out, "],\n  ");
    put_key(out, "nodes");
    buf_char(out, '[');
    for (size_t i = 0; i < trees->node_n; i++) {
        buf_text(out, i ? ",\n    " : "\n    ");
        put_node(out, model, &trees->node[i]);
    }
    buf_text(out, "]\n");
}

/* What the algorithm has learned, as the last members. */
static void put_learned(struct buf *out, const struct model *model)
{
    if (model->trees.output_n > 0) {
        put_trees(out, model);
    } else if (model->weight) {
        put_weights(out, model);
    } else if (model->task == TASK_REGRESSION) {
        put_key(out, "mean");
        put_real(out, model->constant);
        buf_char(out, '\n');
    } else {
        if (model->rule.n) {
            put_key(out, "rule");
            put_text(out, model->rule);
            buf_text(out, ",\n  ");
        }
        put_key(out, "majority");
        put_text(out, model->class_name[model->majority]);
        buf_char(out, '\n');
    }
}

void export_json(const struct model *model, struct buf *out)
{
    static const char *const links[] = {
        [LINK_NONE] = "none", [LINK_LOGISTIC] = "logistic", [LINK_SOFTMAX] = "softmax"};
    const struct hash id = model_id(model);
    bool classes = model->task == TASK_CLASSIFICATION;
    buf_text(out, "{\n  \"format\": \"allmende-model-export 1\",\n  \"licence\": \"0BSD\",\n  ");
    buf_printf(out, "\"model\": \"%s\",\n  \"algorithm\": ", hash_hex(&id).at);
    put_text(out, model->algorithm);
    buf_printf(out, ",\n  \"digest\": \"%s\",\n  \"task\": \"%s\",\n  \"target\": ",
               hash_hex(&model->digest).at, classes ? "classification" : "regression");
    put_text(out, model->target);
    buf_text(out, ",\n  ");
    if (classes) {
        put_key(out, "classes");
        put_texts(out, model->class_name, model->class_n);
    } else {
        buf_printf(out, "\"target_exponent\": %d", model->target_exponent);
    }
    buf_printf(out, ",\n  \"link\": \"%s\",\n  ", links[export_link(model)]);
    put_features(out, model);
    put_learned(out, model);
    buf_text(out, "}\n");
}
