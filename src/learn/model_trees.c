/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "learn/model_trees.h"

#include <string.h>

#include "base/mem.h"

bool model_has_trees(const struct model *model)
{
    return str_eq(model->algorithm, STR("tree/1")) || model_is(model->algorithm, "trees");
}

void model_trees_arrays(const struct model *model, struct model_array ret[MODEL_TREES_ARRAYS])
{
    const struct model_trees *trees = &model->trees;
    const struct model_array array[MODEL_TREES_ARRAYS] = {
        {"f64", "base", trees->output_n},  {"i64", "cut", trees->node_n},
        {"i32", "feature", trees->node_n}, {"i32", "left", trees->node_n},
        {"u8", "missing", trees->node_n},  {"i32", "root", trees->tree_n},
        {"u32", "set", trees->set_n},      {"f64", "value", trees->node_n}};
    memcpy(ret, array, sizeof array);
}

size_t model_kind_bytes(const char *kind)
{
    return strcmp(kind, "u8") == 0 ? 1 : strcmp(kind + 1, "64") == 0 ? 8 : 4;
}

/* --- writing -----------------------------------------------------------------------------------*/

static void add_f64(struct buf *out, double value)
{
    double positive_zero = value + 0.0; /* -0 + 0 is +0 */
    uint64_t bits;
    BUG_IF(!(value <= MODEL_WEIGHT_MAX && value >= -MODEL_WEIGHT_MAX));
    memcpy(&bits, &positive_zero, sizeof bits);
    buf_u64(out, bits);
}

void model_trees_write(const struct model_trees *trees, struct buf *out)
{
    for (size_t k = 0; k < trees->output_n; k++)
        add_f64(out, trees->base[k]);
    for (size_t i = 0; i < trees->node_n; i++)
        buf_u64(out, (uint64_t)trees->node[i].cut);
    for (size_t i = 0; i < trees->node_n; i++)
        buf_u32(out, (uint32_t)trees->node[i].feature);
    for (size_t i = 0; i < trees->node_n; i++)
        buf_u32(out, (uint32_t)trees->node[i].left);
    for (size_t i = 0; i < trees->node_n; i++)
        buf_char(out, (char)trees->node[i].missing_left);
    for (size_t t = 0; t < trees->tree_n; t++)
        buf_u32(out, (uint32_t)trees->root[t]);
    for (size_t w = 0; w < trees->set_n; w++)
        buf_u32(out, trees->set[w]);
    for (size_t i = 0; i < trees->node_n; i++)
        add_f64(out, trees->node[i].value);
}

/* --- reading -----------------------------------------------------------------------------------*/

/* Where the next number is read; the length was checked before. */
struct cursor {
    const char *at;
};

static uint64_t take(struct cursor *cursor, size_t bytes)
{
    uint64_t value = 0;
    for (size_t b = bytes; b-- > 0;)
        value = value << 8 | (unsigned char)cursor->at[b];
    cursor->at += bytes;
    return value;
}

static double take_f64(struct cursor *cursor)
{
    uint64_t bits = take(cursor, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool refuse(struct err *err, const char *part, size_t i)
{
    return FAIL(err, ERR_INPUT, _("Fetch the model again from where it came from."),
                _("The trees of the model are not in order: \"%s\" is wrong at %zu."), part, i);
}

static bool is_finite(double value)
{
    return value <= MODEL_WEIGHT_MAX && value >= -MODEL_WEIGHT_MAX;
}

/* A set begins where the one before it ended, and has no bit that means nothing. */
static bool check_set(const struct model_trees *trees, const struct tree_node *node,
                      size_t category_n, size_t *at)
{
    size_t words = MODEL_SET_WORDS(category_n);
    if (node->cut < 0 || (uint64_t)node->cut != *at || words > trees->set_n - *at)
        return false;
    *at += words;
    return category_n % 32 == 0 || trees->set[*at - 1] >> category_n % 32 == 0;
}

static bool check_question(const struct model *model, const struct tree_node *node, size_t *set_at)
{
    if ((size_t)node->feature >= model->feature_n)
        return false;
    const struct model_feature *feature = &model->feature[node->feature];
    if (feature->type == COLUMN_CATEGORY)
        return check_set(&model->trees, node, feature->category_n, set_at);
    return node->cut <= MANTISSA_MAX && node->cut >= -MANTISSA_MAX;
}

/* The nodes first … end - 1 of one tree. Children stand behind their parent and have one parent
 * each, so from the root every node is reached once. seen (node_n) */
static bool check_tree(const struct model *model, size_t first, size_t end, uint8_t *seen,
                       size_t *set_at, struct err *err)
{
    for (size_t i = first; i < end; i++) {
        const struct tree_node *node = &model->trees.node[i];
        if ((i > first) != seen[i])
            return refuse(err, "left", i);
        if (!is_finite(node->value) || (node->feature >= 0 && node->value != 0))
            return refuse(err, "value", i);
        if (node->feature < 0) {
            if (node->feature != -1 || node->left || node->cut || node->missing_left)
                return refuse(err, "feature", i);
            continue;
        }
        if (!check_question(model, node, set_at))
            return refuse(err, "cut", i);
        if (node->left < 0 || (size_t)node->left <= i || (size_t)node->left + 1 >= end ||
            seen[node->left] || seen[node->left + 1])
            return refuse(err, "left", i);
        seen[node->left] = seen[node->left + 1] = 1;
    }
    return true;
}

static bool check_all(const struct model *model, struct err *err)
{
    const struct model_trees *trees = &model->trees;
    CLEANUP(mem_free) uint8_t *seen = mem_get(trees->node_n, 1);
    size_t set_at = 0;
    for (size_t k = 0; k < trees->output_n; k++)
        if (!is_finite(trees->base[k]))
            return refuse(err, "base", k);
    if (trees->output_n == 0 || trees->tree_n % trees->output_n ||
        (trees->tree_n == 0 && trees->node_n))
        return refuse(err, "root", 0);
    for (size_t t = 0; t < trees->tree_n; t++) {
        size_t first = (size_t)trees->root[t];
        size_t end = t + 1 < trees->tree_n ? (size_t)trees->root[t + 1] : trees->node_n;
        if (trees->root[t] < 0 || (t == 0 && first) || end > trees->node_n || first >= end)
            return refuse(err, "root", t);
        if (!check_tree(model, first, end, seen, &set_at, err))
            return false;
    }
    return set_at == trees->set_n || refuse(err, "set", set_at);
}

bool model_trees_read(struct str bytes, struct arena *arena, struct model *model, struct err *err)
{
    struct model_trees *trees = &model->trees;
    struct cursor cursor = {bytes.at};
    trees->node = arena_get(arena, trees->node_n, sizeof *trees->node);
    trees->root = arena_get(arena, trees->tree_n, sizeof *trees->root);
    trees->set = arena_get(arena, trees->set_n, sizeof *trees->set);
    trees->base = arena_get(arena, trees->output_n, sizeof *trees->base);
    for (size_t k = 0; k < trees->output_n; k++)
        trees->base[k] = take_f64(&cursor);
    for (size_t i = 0; i < trees->node_n; i++)
        trees->node[i].cut = (int64_t)take(&cursor, 8);
    for (size_t i = 0; i < trees->node_n; i++)
        trees->node[i].feature = (int32_t)take(&cursor, 4);
    for (size_t i = 0; i < trees->node_n; i++)
        trees->node[i].left = (int32_t)take(&cursor, 4);
    for (size_t i = 0; i < trees->node_n; i++)
        trees->node[i].missing_left = take(&cursor, 1) != 0;
    for (size_t t = 0; t < trees->tree_n; t++)
        trees->root[t] = (int32_t)take(&cursor, 4);
    for (size_t w = 0; w < trees->set_n; w++)
        trees->set[w] = (uint32_t)take(&cursor, 4);
    for (size_t i = 0; i < trees->node_n; i++)
        trees->node[i].value = take_f64(&cursor);
    return check_all(model, err);
}
