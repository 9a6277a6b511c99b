/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/explain.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "learn/quant.h"

size_t explain_outputs(const struct model *model)
{
    if (model->trees.output_n > 0)
        return model->trees.output_n;
    if (!model->weight)
        return 0;
    return model->task == TASK_CLASSIFICATION ? model->class_n : 1;
}

/* --- weights ---------------------------------------------------------------------------------- */

static int by_reach(const void *a, const void *b)
{
    const struct explain_weight *left = a;
    const struct explain_weight *right = b;
    double x = fabs(left->reach);
    double y = fabs(right->reach);
    if (x < y || x > y)
        return x > y ? -1 : 1;
    int order = str_cmp(left->feature, right->feature);
    if (order != 0)
        return order;
    order = str_cmp(left->category, right->category);
    return order != 0 ? order : (int)left->missing - (int)right->missing;
}

/* A weight is per step of the quantised value; a step is 10^exponent / 2^shift. */
static struct explain_weight of_number(const struct model_feature *f, double weight)
{
    return (struct explain_weight){.feature = f->name,
                                   .per_unit = quant_scale(ldexp(weight, f->shift), -f->exponent),
                                   .reach = ldexp(weight, QUANT_BITS)};
}

static size_t put_feature(const struct model_feature *f, const double *weight,
                          struct explain_weight *ret)
{
    if (f->type == COLUMN_NUMBER) {
        ret[0] = of_number(f, weight[0]);
        if (f->indicator)
            ret[1] = (struct explain_weight){
                .feature = f->name, .missing = true, .per_unit = weight[1], .reach = weight[1]};
        return (size_t)1 + f->indicator;
    }
    for (size_t k = 0; k < f->category_n; k++)
        ret[k] = (struct explain_weight){.feature = f->name,
                                         .category = f->category[k],
                                         .per_unit = weight[k],
                                         .reach = weight[k]};
    return f->category_n;
}

size_t explain_weights(const struct model *model, size_t output, struct arena *arena,
                       struct explain_weight **ret)
{
    const double *weight = model->weight + output * (model->input_n + 1);
    struct explain_weight *list = arena_get(arena, model->input_n, sizeof *list);
    size_t n = 0;
    for (size_t f = 0; f < model->feature_n; f++)
        n += put_feature(&model->feature[f], weight + n, list + n);
    for (size_t i = 0; model->task == TASK_REGRESSION && i < n; i++) {
        list[i].per_unit = quant_scale(list[i].per_unit, model->target_exponent);
        list[i].reach = quant_scale(list[i].reach, model->target_exponent);
    }
    qsort(list, n, sizeof *list, by_reach);
    *ret = list;
    return n;
}

/* --- trees ------------------------------------------------------------------------------------ */

/* Set the children's places and depths; children lie behind their parents, so one pass does. */
static size_t list_nodes(const struct model *model, size_t tree, size_t most,
                         struct explain_node *list)
{
    const struct tree_node *node = model->trees.node;
    size_t n = 1;
    CLEANUP(mem_free) size_t *open = mem_get(most + 1, sizeof *open);
    size_t open_n = 1;
    list[0] = (struct explain_node){.node = (size_t)model->trees.root[tree]};
    while (open_n > 0) {
        size_t at = open[--open_n];
        struct explain_node *parent = &list[at];
        const struct tree_node *from = &node[parent->node];
        if (from->feature < 0) {
            parent->mean = from->value;
            continue;
        }
        if (n + 2 > most)
            return 0;
        for (size_t side = 0; side < 2; side++)
            list[n + side] = (struct explain_node){.node = (size_t)from->left + side,
                                                   .parent = at,
                                                   .right = side == 1,
                                                   .depth = parent->depth + 1};
        parent->left_child = n;
        parent->right_child = n + 1;
        open[open_n++] = n + 1;
        open[open_n++] = n;
        n += 2;
    }
    return n;
}

size_t explain_tree(const struct model *model, size_t tree, size_t most, struct arena *arena,
                    struct explain_node **ret)
{
    size_t room = model->trees.node_n < most ? model->trees.node_n : most;
    struct explain_node *list = arena_get(arena, room + 1, sizeof *list);
    size_t n = list_nodes(model, tree, room, list);
    for (size_t i = n; i-- > 0;)
        if (list[i].left_child)
            list[i].mean = list[list[i].left_child].mean / 2 + list[list[i].right_child].mean / 2;
    *ret = list;
    return n;
}

void explain_importance(const struct model *model, double *ret)
{
    const struct tree_node *node = model->trees.node;
    size_t n = model->trees.node_n;
    double sum = 0;
    CLEANUP(mem_free) double *mean = mem_get(n, sizeof *mean);
    CLEANUP(mem_free) double *reach = mem_get(n, sizeof *reach); /* 2^-depth */
    for (size_t f = 0; f < model->feature_n; f++)
        ret[f] = 0;
    for (size_t t = 0; t < model->trees.tree_n; t++)
        reach[model->trees.root[t]] = 1;
    for (size_t i = 0; i < n; i++)
        if (node[i].feature >= 0)
            reach[node[i].left] = reach[node[i].left + 1] = reach[i] / 2;
    for (size_t i = n; i-- > 0;) {
        mean[i] = node[i].value;
        if (node[i].feature < 0)
            continue;
        double left = mean[node[i].left];
        double right = mean[node[i].left + 1];
        mean[i] = left / 2 + right / 2;
        ret[node[i].feature] += fabs(left / 2 - right / 2) * reach[i];
    }
    for (size_t f = 0; f < model->feature_n; f++)
        sum += ret[f];
    for (size_t f = 0; f < model->feature_n; f++)
        ret[f] = sum > 0 && sum < HUGE_VAL ? ret[f] / sum : 0;
}

/* The categories that go left; behind the twentieth "…". */
static const char *set_text(const struct model *model, const struct tree_node *node,
                            struct arena *arena)
{
    const struct model_feature *f = &model->feature[node->feature];
    const uint32_t *set = model->trees.set + node->cut;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    size_t n = 0;
    buf_printf(&text, "%.*s: ", STR_ARG(f->name));
    for (size_t k = 0; k < f->category_n; k++) {
        if (!(set[k / 32] >> k % 32 & 1))
            continue;
        if (n == 20)
            buf_text(&text, ", …");
        else if (n < 20)
            buf_printf(&text, "%s%.*s", n ? ", " : "", STR_ARG(f->category[k]));
        n++;
    }
    return arena_copy(arena, buf_view(&text));
}

const char *explain_question(const struct model *model, size_t node, struct arena *arena)
{
    const struct tree_node *at = &model->trees.node[node];
    const struct model_feature *f = &model->feature[at->feature];
    char number[NUM_TEXT];
    if (f->type == COLUMN_CATEGORY)
        return set_text(model, at, arena);
    const struct decimal cut = {at->cut, f->exponent};
    return arena_printf(arena, "%.*s ≤ %s", STR_ARG(f->name), num_decimal_text(cut, number));
}
