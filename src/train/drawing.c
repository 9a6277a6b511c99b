/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/drawing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/num.h"
#include "learn/quant.h"
#include "learn/real.h"
#include "train/export.h"

/* --- bars ------------------------------------------------------------------------------------- */

static const char *weight_label(const struct explain_weight *w, struct arena *arena)
{
    if (w->category.n)
        return arena_printf(arena, "%.*s = %.*s", STR_ARG(w->feature), STR_ARG(w->category));
    if (w->missing)
        return arena_printf(arena, _("%.*s is missing"), STR_ARG(w->feature));
    return arena_copy(arena, w->feature);
}

size_t drawing_weights(const struct model *model, size_t output, struct arena *arena,
                       struct bar **ret)
{
    struct explain_weight *weight;
    size_t n = explain_weights(model, output, arena, &weight);
    struct bar *bar = arena_get(arena, n, sizeof *bar);
    double longest = n ? fabs(weight[0].reach) : 0;
    for (size_t i = 0; i < n; i++)
        bar[i] = (struct bar){.label = weight_label(&weight[i], arena),
                              .value = weight[i].reach,
                              .length = longest > 0 ? weight[i].reach / longest : 0,
                              .per_unit = weight[i].per_unit,
                              .is_number = !weight[i].category.n && !weight[i].missing};
    *ret = bar;
    return n;
}

static int by_length(const void *a, const void *b)
{
    const struct bar *left = a;
    const struct bar *right = b;
    if (left->length < right->length || left->length > right->length)
        return left->length > right->length ? -1 : 1;
    return strcmp(left->label, right->label);
}

size_t drawing_importance(const struct model *model, struct arena *arena, struct bar **ret)
{
    CLEANUP(mem_free) double *share = mem_get(model->feature_n, sizeof *share);
    struct bar *bar = arena_get(arena, model->feature_n, sizeof *bar);
    double longest = 0;
    size_t n = 0;
    explain_importance(model, share);
    for (size_t f = 0; f < model->feature_n; f++)
        longest = fmax(longest, share[f]);
    for (size_t f = 0; f < model->feature_n; f++)
        if (share[f] > 0)
            bar[n++] = (struct bar){.label = arena_copy(arena, model->feature[f].name),
                                    .value = share[f],
                                    .length = share[f] / longest};
    qsort(bar, n, sizeof *bar, by_length);
    *ret = bar;
    return n;
}

struct str drawing_output(const struct model *model, size_t k)
{
    if (model->task == TASK_REGRESSION)
        return model->target;
    size_t outputs = explain_outputs(model);
    return model->class_name[outputs == 1 ? model->class_n - 1 : k];
}

/* --- a tree in words -------------------------------------------------------------------------- */

/* A number of at most four figures, in the reader's way of writing. */
static const char *number_words(double value, struct arena *arena)
{
    char *text = arena_printf(arena, "%.4g", fabs(value) < 1e-12 ? 0 : value);
    for (char *at = text; lang_get() == LANG_DE && *at; at++)
        if (*at == '.')
            *at = ',';
    return text;
}

/* Do two nodes ask the same? */
static bool ask_alike(const struct model *model, const struct tree_node *a,
                      const struct tree_node *b)
{
    if (a->feature != b->feature || a->missing_left != b->missing_left)
        return a->feature < 0 && b->feature < 0;
    if (a->feature < 0)
        return true;
    const struct model_feature *f = &model->feature[a->feature];
    if (f->type == COLUMN_NUMBER)
        return a->cut == b->cut;
    const uint32_t *set = model->trees.set;
    size_t words = (f->category_n + 31) / 32;
    return words == 0 || memcmp(set + a->cut, set + b->cut, words * sizeof *set) == 0;
}

/* The first tree of each output: list, n (output_n). True if they are alike but for their leaves.
 */
static bool list_trees(const struct model *model, struct arena *arena, struct explain_node **list,
                       size_t *n)
{
    const struct tree_node *node = model->trees.node;
    bool alike = model->trees.tree_n == model->trees.output_n;
    for (size_t k = 0; k < model->trees.output_n && k < model->trees.tree_n; k++) {
        if (k > 0 && !alike)
            return false;
        n[k] = explain_tree(model, k, DRAWING_NODES_MAX, arena, &list[k]);
        alike = alike && n[k] == n[0];
        for (size_t i = 0; alike && i < n[0]; i++)
            alike = ask_alike(model, &node[list[0][i].node], &node[list[k][i].node]);
    }
    return alike;
}

/* "frog, 80 of 100": the likeliest class of a leaf, and how sure. score (outputs). */
static const char *class_words(const struct model *model, const double *score, struct arena *arena)
{
    size_t best = 0;
    double all = 0;
    double share;
    if (model->trees.output_n == 1) {
        best = score[0] > 0;
        share = 1 / (1 + real_exp(-fabs(score[0])));
    } else {
        for (size_t k = 1; k < model->class_n; k++)
            best = score[k] > score[best] ? k : best;
        for (size_t k = 0; k < model->class_n; k++)
            all += real_exp(score[k] - score[best]);
        share = 1 / all;
    }
    if (!(share >= 0 && share <= 1)) /* of a foreign model whose numbers have no end */
        share = 1;
    return arena_printf(arena, _("%.*s, %d of 100"), STR_ARG(model->class_name[best]),
                        (int)(share * 100 + 0.5));
}

/* What a leaf says where the tree is all there is. value (outputs): of the leaf in each tree. */
static const char *answer_words(const struct model *model, const double *value, struct arena *arena)
{
    const struct model_trees *trees = &model->trees;
    CLEANUP(mem_free) double *score = mem_get(trees->output_n, sizeof *score);
    for (size_t k = 0; k < trees->output_n; k++)
        score[k] = value[k] + trees->base[k];
    if (model->task == TASK_REGRESSION)
        return number_words(quant_scale(score[0], model->target_exponent), arena);
    return class_words(model, score, arena);
}

/* What a leaf adds where more trees follow. */
static const char *share_words(const struct model *model, double value, struct arena *arena)
{
    if (model->task == TASK_REGRESSION)
        value = quant_scale(value, model->target_exponent);
    return arena_printf(arena, "%s%s", value > 0 ? "+" : "", number_words(value, arena));
}

static const char *tree_title(const struct model *model, bool whole, struct arena *arena)
{
    const struct model_trees *trees = &model->trees;
    if (whole)
        return arena_printf(arena, _("The whole model: how it answers \"%.*s\""),
                            STR_ARG(model->target));
    struct str output = drawing_output(model, 0);
    return arena_printf(arena, _("The first of %zu trees: what it adds for \"%.*s\""),
                        trees->tree_n, STR_ARG(output));
}

bool drawing_tree(const struct model *model, struct arena *arena, struct drawn_tree *ret)
{
    const struct model_trees *trees = &model->trees;
    CLEANUP(mem_free) struct explain_node **list = mem_get(trees->output_n, sizeof(void *));
    CLEANUP(mem_free) size_t *n = mem_get(trees->output_n, sizeof *n);
    CLEANUP(mem_free) double *value = mem_get(trees->output_n, sizeof *value);
    if (trees->tree_n == 0 || trees->output_n == 0)
        return false;
    bool whole = list_trees(model, arena, list, n);
    struct drawn_tree tree = {.node = list[0], .n = n[0]};
    tree.words = arena_get(arena, n[0], sizeof *tree.words);
    for (size_t i = 0; i < n[0]; i++) {
        if (list[0][i].left_child) {
            const char *question = explain_question(model, list[0][i].node, arena);
            bool missing = trees->node[list[0][i].node].missing_left;
            tree.words[i] = missing ? arena_printf(arena, _("%s, or missing"), question) : question;
            continue;
        }
        for (size_t k = 0; whole && k < trees->output_n; k++)
            value[k] = trees->node[list[k][i].node].value;
        tree.words[i] = whole ? answer_words(model, value, arena)
                              : share_words(model, trees->node[list[0][i].node].value, arena);
        tree.leaves++;
    }
    tree.title = tree_title(model, whole, arena);
    *ret = tree;
    return n[0] > 0;
}

/* --- lines ------------------------------------------------------------------------------------ */

void drawing_tree_text(const struct drawn_tree *tree, struct buf *out)
{
    CLEANUP(mem_free) size_t *open = mem_get(tree->n + 1, sizeof *open);
    size_t open_n = 1;
    while (open_n > 0) {
        size_t at = open[--open_n];
        const struct explain_node *node = &tree->node[at];
        for (unsigned d = 0; d < node->depth; d++)
            buf_text(out, "   ");
        if (node->depth > 0)
            buf_printf(out, "%s: ", node->right ? _("no") : _("yes"));
        buf_printf(out, node->left_child ? "%s?\n" : "→ %s\n", tree->words[at]);
        if (!node->left_child)
            continue;
        open[open_n++] = node->right_child;
        open[open_n++] = node->left_child;
    }
}
