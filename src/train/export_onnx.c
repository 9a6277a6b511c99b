/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model as a graph of ONNX: one input a column, numbers as float64 (NaN: missing), categories as
 * strings (anything unknown: missing).
 *
 * Linear: each number as the small integer that the model multiplies, each category one-hot, then
 * MatMul and Add. Trees: a number is compared with the largest double that goes left, which is the
 * same question for every decimal of up to 15 digits; a set of categories is a column of its
 * own, 0 in the set, 1 outside, NaN where the category is not known. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "learn/explain.h"
#include "learn/quant.h"
#include "train/export.h"
#include "train/onnx.h"

enum { TABLE_MAX = 1 << 26 }; /* numbers of a constant: 512 MiB */

struct exporting {
    const struct model *model;
    struct onnx graph;
    const char **input;  /* (feature_n) their names */
    const char **column; /* (column_n) values of [N, 1] or more columns, to be put side by side */
    size_t column_n;
    size_t width; /* columns so far */
};

static const int64_t one_cell[] = {1, 1};

static const char *number(struct exporting *e, double value)
{
    return onnx_doubles(&e->graph, &value, one_cell, 2);
}

/* --- names ------------------------------------------------------------------------------------ */

/* The front of the names made here: no column begins with it. */
static const char *free_prefix(const struct model *model, struct arena *arena)
{
    const char *prefix = "allmende_";
    for (bool taken = true; taken;) {
        taken = false;
        for (size_t f = 0; f < model->feature_n; f++)
            taken = taken || str_starts(model->feature[f].name, str_of(prefix));
        if (taken)
            prefix = arena_printf(arena, "%s_", prefix);
    }
    return prefix;
}

/* A name for an output that no column has. */
static const char *output_name(struct exporting *e, const char *wanted)
{
    for (size_t f = 0; f < e->model->feature_n; f++)
        if (str_eq(e->model->feature[f].name, str_of(wanted)))
            return arena_printf(e->graph.arena, "%s%s", e->graph.prefix, wanted);
    return wanted;
}

static void put_inputs(struct exporting *e)
{
    const struct model *model = e->model;
    for (size_t f = 0; f < model->feature_n; f++) {
        struct str name = model->feature[f].name;
        if (name.n == 0) /* means "none" in ONNX */
            name = str_of(arena_printf(e->graph.arena, "%scolumn", e->graph.prefix));
        e->input[f] = arena_copy(e->graph.arena, name);
        onnx_input(&e->graph, name,
                   model->feature[f].type == COLUMN_NUMBER ? ONNX_DOUBLE : ONNX_STRING);
    }
}

static void add_column(struct exporting *e, const char *name, size_t width)
{
    e->column[e->column_n++] = name;
    e->width += width;
}

static const char *cast(struct exporting *e, const char *in, enum onnx_type type)
{
    struct onnx_node node = onnx_begin(&e->graph, "Cast", &in, 1, NULL);
    onnx_int(&node, "to", type);
    return onnx_end(&e->graph, &node, false);
}

static const char *where(struct exporting *e, const char *if_true, const char *yes, const char *no)
{
    const char *const in[] = {if_true, yes, no};
    struct onnx_node node = onnx_begin(&e->graph, "Where", in, 3, NULL);
    return onnx_end(&e->graph, &node, false);
}

/* The columns side by side. */
static const char *concat(struct exporting *e, const char *const *in, size_t n, const char *out)
{
    struct onnx_node node = onnx_begin(&e->graph, "Concat", in, n, out);
    onnx_int(&node, "axis", 1);
    return onnx_end(&e->graph, &node, false);
}

/* (Cast comes before Reshape, because the checker of ONNX does not know the type that OneHotEncoder
 * gives.) A category as [N, categories] of 0 and 1, all 0 where it is not known. */
static const char *one_hot(struct exporting *e, size_t f)
{
    const struct model_feature *of = &e->model->feature[f];
    const int64_t shape[] = {-1, (int64_t)of->category_n};
    struct onnx_node node = onnx_begin(&e->graph, "OneHotEncoder", &e->input[f], 1, NULL);
    onnx_list_texts(&node, "cats_strings", of->category, of->category_n);
    onnx_int(&node, "zeros", 1);
    const char *cube = onnx_end(&e->graph, &node, true);
    return onnx_two(&e->graph, "Reshape", cast(e, cube, ONNX_DOUBLE),
                    onnx_ints(&e->graph, shape, 2));
}

/* --- linear ----------------------------------------------------------------------------------- */

/* floor((x / 10^exponent - centre) * 2^shift + 1/2), within ±2^40. The 2^-20 are for decimals that
 * a double does not hold: a tie must not fall below. */
static const char *quantised(struct exporting *e, size_t f)
{
    const struct model_feature *of = &e->model->feature[f];
    struct onnx *g = &e->graph;
    int exponent = of->exponent;
    double power = num_double((struct decimal){1, exponent < 0 ? -exponent : exponent});
    const double far = ldexp(1, QUANT_FAR_BITS);
    const double low = -far;
    const char *x = onnx_two(g, exponent < 0 ? "Mul" : "Div", e->input[f], number(e, power));
    x = onnx_two(g, "Sub", x, number(e, (double)of->centre));
    x = onnx_two(g, "Mul", x, number(e, ldexp(1, of->shift)));
    x = onnx_one(g, "Floor", onnx_two(g, "Add", x, number(e, 0.5 + 0x1p-20)));
    const char *const clip[] = {x, onnx_doubles(g, &low, NULL, 0), onnx_doubles(g, &far, NULL, 0)};
    struct onnx_node node = onnx_begin(g, "Clip", clip, 3, NULL);
    return onnx_end(g, &node, false);
}

static void put_linear_inputs(struct exporting *e)
{
    for (size_t f = 0; f < e->model->feature_n; f++) {
        const struct model_feature *of = &e->model->feature[f];
        if (of->type == COLUMN_CATEGORY) {
            if (of->category_n)
                add_column(e, one_hot(e, f), of->category_n);
            continue;
        }
        const char *missing = onnx_one(&e->graph, "IsNaN", e->input[f]);
        add_column(e, where(e, missing, number(e, 0), quantised(e, f)), 1);
        if (of->indicator)
            add_column(e, cast(e, missing, ONNX_DOUBLE), 1);
    }
}

static const char *put_linear(struct exporting *e)
{
    const struct model *model = e->model;
    size_t outputs = explain_outputs(model);
    size_t width = model->input_n + 1;
    CLEANUP(mem_free) double *weight = mem_get(model->input_n * outputs, sizeof *weight);
    CLEANUP(mem_free) double *intercept = mem_get(outputs, sizeof *intercept);
    const int64_t shape[] = {(int64_t)model->input_n, (int64_t)outputs};
    put_linear_inputs(e);
    for (size_t k = 0; k < outputs; k++) {
        intercept[k] = model->weight[k * width + model->input_n];
        for (size_t i = 0; i < model->input_n; i++)
            weight[i * outputs + k] = model->weight[k * width + i];
    }
    const char *x = concat(e, e->column, e->column_n, NULL);
    x = onnx_two(&e->graph, "MatMul", x, onnx_doubles(&e->graph, weight, shape, 2));
    return onnx_two(&e->graph, "Add", x, onnx_doubles(&e->graph, intercept, shape + 1, 1));
}

/* --- trees ------------------------------------------------------------------------------------ */

/* The sets that are asked about a category, [N, sets]: 0 in it, 1 outside, NaN unknown.
 * place (node_n) gets the column of each node. */
static void put_sets(struct exporting *e, size_t f, size_t sets, int64_t *place)
{
    const struct model *model = e->model;
    const struct model_feature *of = &model->feature[f];
    CLEANUP(mem_free) double *table = mem_get(of->category_n * sets, sizeof *table);
    const int64_t shape[] = {(int64_t)of->category_n, (int64_t)sets};
    const int64_t axis = 1;
    size_t s = 0;
    for (size_t i = 0; i < model->trees.node_n; i++) {
        const struct tree_node *node = &model->trees.node[i];
        if (node->feature != (int32_t)f)
            continue;
        for (size_t k = 0; k < of->category_n; k++)
            table[k * sets + s] = model->trees.set[(size_t)node->cut + k / 32] >> k % 32 & 1;
        place[i] = (int64_t)(e->width + s++);
    }
    const char *hot = one_hot(e, f);
    const char *in = onnx_two(&e->graph, "MatMul", hot, onnx_doubles(&e->graph, table, shape, 2));
    const char *known = onnx_two(&e->graph, "ReduceSum", hot, onnx_ints(&e->graph, &axis, 1));
    const char *unknown = onnx_two(&e->graph, "Less", known, number(e, 0.5));
    const char *outside = onnx_two(&e->graph, "Sub", number(e, 1), in);
    add_column(e, where(e, unknown, number(e, (double)NAN), outside), sets);
}

/* A column of unknown categories only. */
static void put_unknown(struct exporting *e, size_t f, size_t sets, int64_t *place)
{
    const struct model *model = e->model;
    struct onnx_node node = onnx_begin(&e->graph, "OneHotEncoder", &e->input[f], 1, NULL);
    const struct str nothing = STR("");
    const int64_t shape[] = {-1, 1};
    (void)sets;
    onnx_list_texts(&node, "cats_strings", &nothing, 1);
    onnx_int(&node, "zeros", 1);
    const char *cube = onnx_end(&e->graph, &node, true);
    const char *flat =
        onnx_two(&e->graph, "Reshape", cast(e, cube, ONNX_DOUBLE), onnx_ints(&e->graph, shape, 2));
    const char *x = onnx_two(&e->graph, "Add", flat, number(e, (double)NAN));
    for (size_t i = 0; i < model->trees.node_n; i++)
        if (model->trees.node[i].feature == (int32_t)f)
            place[i] = (int64_t)e->width;
    add_column(e, x, 1);
}

static bool put_tree_inputs(struct exporting *e, int64_t *place, struct err *err)
{
    const struct model *model = e->model;
    for (size_t f = 0; f < model->feature_n; f++) {
        const struct model_feature *of = &model->feature[f];
        size_t asked = 0;
        for (size_t i = 0; i < model->trees.node_n; i++)
            asked += model->trees.node[i].feature == (int32_t)f;
        if (of->type == COLUMN_CATEGORY) {
            if (asked && of->category_n > TABLE_MAX / asked)
                return FAIL(err, ERR_LIMIT, _("Export it as C or JSON."),
                            _("The model asks too many questions about %.*s for ONNX."),
                            STR_ARG(of->name));
            if (asked && of->category_n)
                put_sets(e, f, asked, place);
            else if (asked)
                put_unknown(e, f, asked, place);
            continue;
        }
        for (size_t i = 0; i < model->trees.node_n; i++)
            if (model->trees.node[i].feature == (int32_t)f)
                place[i] = (int64_t)e->width;
        add_column(e, e->input[f], 1);
    }
    return true;
}

/* The lists that TreeEnsembleRegressor wants, an entry a node. */
struct tree_lists {
    int64_t *tree;
    int64_t *left; /* where it is true */
    int64_t *right;
    int64_t *missing;
    double *cut;
    struct str *mode;
    int64_t *leaf_node;
    int64_t *leaf_tree;
    int64_t *leaf_output;
    double *leaf_value;
    size_t leaf_n;
};

static void fill_leaf(const struct model *model, size_t i, struct tree_lists *list)
{
    list->mode[i] = STR("LEAF");
    list->leaf_node[list->leaf_n] = (int64_t)i;
    list->leaf_tree[list->leaf_n] = list->tree[i];
    list->leaf_output[list->leaf_n] = list->tree[i] % (int64_t)model->trees.output_n;
    list->leaf_value[list->leaf_n++] = model->trees.node[i].value;
}

/* The largest double that goes left: the one below the first decimal that goes right, unless both
 * decimals beside the cut are the same double. */
static double largest_left(int64_t cut, int exponent)
{
    double left = num_double((struct decimal){cut, exponent});
    double right = num_double((struct decimal){cut + 1, exponent});
    return left < right ? nextafter(right, left) : left;
}

/* Nodes keep their numbers: a tree's are those from its root to the next one's. */
static void fill_lists(const struct model *model, struct tree_lists *list)
{
    const struct model_trees *trees = &model->trees;
    size_t t = 0;
    for (size_t i = 0; i < trees->node_n; i++) {
        const struct tree_node *node = &trees->node[i];
        while (t + 1 < trees->tree_n && (size_t)trees->root[t + 1] <= i)
            t++;
        list->tree[i] = (int64_t)t;
        if (node->feature < 0) {
            fill_leaf(model, i, list);
            continue;
        }
        const struct model_feature *of = &model->feature[node->feature];
        list->mode[i] = STR("BRANCH_LEQ");
        list->left[i] = node->left;
        list->right[i] = node->left + 1;
        list->missing[i] = node->missing_left;
        list->cut[i] = of->type == COLUMN_CATEGORY ? 0.5 : largest_left(node->cut, of->exponent);
    }
}

static struct tree_lists make_lists(const struct model *model, struct arena *arena)
{
    size_t n = model->trees.node_n;
    struct tree_lists list = {.tree = arena_get(arena, n, sizeof(int64_t)),
                              .left = arena_get(arena, n, sizeof(int64_t)),
                              .right = arena_get(arena, n, sizeof(int64_t)),
                              .missing = arena_get(arena, n, sizeof(int64_t)),
                              .cut = arena_get(arena, n, sizeof(double)),
                              .mode = arena_get(arena, n, sizeof(struct str)),
                              .leaf_node = arena_get(arena, n, sizeof(int64_t)),
                              .leaf_tree = arena_get(arena, n, sizeof(int64_t)),
                              .leaf_output = arena_get(arena, n, sizeof(int64_t)),
                              .leaf_value = arena_get(arena, n, sizeof(double))};
    fill_lists(model, &list);
    return list;
}

static const char *put_ensemble(struct exporting *e, const char *x, const int64_t *place)
{
    const struct model_trees *trees = &e->model->trees;
    const struct tree_lists list = make_lists(e->model, e->graph.arena);
    size_t n = trees->node_n;
    int64_t *number_of = arena_get(e->graph.arena, n, sizeof *number_of);
    for (size_t i = 0; i < n; i++)
        number_of[i] = (int64_t)i;
    struct onnx_node node = onnx_begin(&e->graph, "TreeEnsembleRegressor", &x, 1, NULL);
    onnx_int(&node, "n_targets", (int64_t)trees->output_n);
    onnx_text(&node, "aggregate_function", "SUM");
    onnx_text(&node, "post_transform", "NONE");
    onnx_list_ints(&node, "nodes_treeids", list.tree, n);
    onnx_list_ints(&node, "nodes_nodeids", number_of, n);
    onnx_list_ints(&node, "nodes_featureids", place, n);
    onnx_list_texts(&node, "nodes_modes", list.mode, n);
    onnx_list_doubles(&node, "nodes_values_as_tensor", list.cut, n);
    onnx_list_ints(&node, "nodes_truenodeids", list.left, n);
    onnx_list_ints(&node, "nodes_falsenodeids", list.right, n);
    onnx_list_ints(&node, "nodes_missing_value_tracks_true", list.missing, n);
    onnx_list_ints(&node, "target_treeids", list.leaf_tree, list.leaf_n);
    onnx_list_ints(&node, "target_nodeids", list.leaf_node, list.leaf_n);
    onnx_list_ints(&node, "target_ids", list.leaf_output, list.leaf_n);
    onnx_list_doubles(&node, "target_weights_as_tensor", list.leaf_value, list.leaf_n);
    return cast(e, onnx_end(&e->graph, &node, true), ONNX_DOUBLE);
}

static bool put_trees(struct exporting *e, const char **ret, struct err *err)
{
    const struct model_trees *trees = &e->model->trees;
    int64_t *place = arena_get(e->graph.arena, trees->node_n, sizeof *place);
    const int64_t outputs = (int64_t)trees->output_n;
    if (!put_tree_inputs(e, place, err))
        return false;
    if (e->column_n == 0 || trees->tree_n == 0)
        return FAIL(err, ERR_UNSUPPORTED, _("Export it as C or JSON."),
                    _("The model asks no question, so there is nothing that ONNX could hold."));
    const char *x = concat(e, e->column, e->column_n, NULL);
    x = put_ensemble(e, x, place);
    *ret = onnx_two(&e->graph, "Add", x, onnx_doubles(&e->graph, trees->base, &outputs, 1));
    return true;
}

/* --- answers ---------------------------------------------------------------------------------- */

/* The class with this number, [N]. */
static void put_class(struct exporting *e, const char *number_of)
{
    const char *names = onnx_strings(&e->graph, e->model->class_name, e->model->class_n);
    const char *const in[] = {names, number_of};
    struct onnx_node node = onnx_begin(&e->graph, "Gather", in, 2, output_name(e, "answer"));
    onnx_output(&e->graph, onnx_end(&e->graph, &node, false), ONNX_STRING, 0);
}

static void put_two_classes(struct exporting *e, const char *x)
{
    const int64_t flat = -1;
    const char *yes = cast(e, onnx_two(&e->graph, "Greater", x, number(e, 0)), ONNX_INT64);
    put_class(e, onnx_two(&e->graph, "Reshape", yes, onnx_ints(&e->graph, &flat, 1)));
    const char *second = onnx_one(&e->graph, "Sigmoid", x);
    const char *const both[] = {onnx_two(&e->graph, "Sub", number(e, 1), second), second};
    onnx_output(&e->graph, concat(e, both, 2, output_name(e, "scores")), ONNX_DOUBLE, 2);
}

static void put_classes(struct exporting *e, const char *x)
{
    struct onnx_node node = onnx_begin(&e->graph, "ArgMax", &x, 1, NULL);
    onnx_int(&node, "axis", 1);
    onnx_int(&node, "keepdims", 0);
    put_class(e, onnx_end(&e->graph, &node, false));
    const char *name = output_name(e, "scores");
    bool soft = export_link(e->model) == LINK_SOFTMAX;
    node = onnx_begin(&e->graph, soft ? "Softmax" : "Identity", &x, 1, name);
    if (soft)
        onnx_int(&node, "axis", 1);
    onnx_output(&e->graph, onnx_end(&e->graph, &node, false), ONNX_DOUBLE, e->model->class_n);
}

static void put_value(struct exporting *e, const char *x)
{
    int exponent = e->model->target_exponent;
    double power = num_double((struct decimal){1, exponent < 0 ? -exponent : exponent});
    const char *const in[] = {x, number(e, power)};
    struct onnx_node node =
        onnx_begin(&e->graph, exponent < 0 ? "Div" : "Mul", in, 2, output_name(e, "answer"));
    onnx_output(&e->graph, onnx_end(&e->graph, &node, false), ONNX_DOUBLE, 1);
}

bool export_onnx(const struct model *model, struct buf *out, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    CLEANUP(onnx_release)
    struct onnx graph = {&arena, NULL, 0, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT};
    const struct hash id = model_id(model);
    const char *x = NULL;
    bool one_class = model->task == TASK_CLASSIFICATION && model->class_n < 2;
    if (one_class || explain_outputs(model) == 0 || (model->weight && model->input_n == 0))
        return FAIL(err, ERR_UNSUPPORTED, _("Export it as C or JSON."),
                    _("Only weighted sums and trees, over columns, can go out as ONNX."));
    struct exporting e = {.model = model};
    graph.prefix = free_prefix(model, &arena);
    e.graph = graph;
    e.input = arena_get(&arena, model->feature_n, sizeof *e.input);
    e.column = arena_get(&arena, 2 * model->feature_n, sizeof *e.column);
    put_inputs(&e);
    bool done = true;
    if (model->weight)
        x = put_linear(&e);
    else
        done = put_trees(&e, &x, err);
    if (done && model->task == TASK_REGRESSION)
        put_value(&e, x);
    else if (done && model->trees.output_n == 1)
        put_two_classes(&e, x);
    else if (done)
        put_classes(&e, x);
    graph = e.graph;
    if (done)
        onnx_write(&graph, arena_printf(&arena, "Allmende %s, 0BSD", hash_hex(&id).at), out);
    return done;
}
