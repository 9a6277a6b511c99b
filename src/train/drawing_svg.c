/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where each part of a picture lies, in whole pixels, for the templates in pages/. */
#include <string.h>

#include "base/json.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/template.h"
#include "train/drawing.h"

enum {
    BOX_WIDTH = 240,
    BOX_HEIGHT = 34,
    LEVEL_WIDTH = 310, /* a box and the lines behind it */
    LEAF_HEIGHT = 46,
    TREE_TOP = 40,
    WORDS_MAX = 34,
    BAR_REACH = 150,
    BAR_MIDDLE = 430,
    BAR_HEIGHT = 22
};

static void put_int(json_t *object, const char *key, size_t value)
{
    json_object_set_new(object, key, json_integer((json_int_t)value));
}

/* Texts of foreign models may hold anything; a picture shows only what is text. */
static void put_text(json_t *object, const char *key, const char *text)
{
    json_t *value = json_string(text);
    json_object_set_new(object, key, value ? value : json_string("?"));
}

/* At most WORDS_MAX characters, the rest as "…". */
static void put_short(json_t *object, const char *key, const char *text)
{
    size_t chars = 0;
    size_t cut = 0;
    CLEANUP(buf_release) struct buf front = BUF_INIT;
    for (size_t i = 0; text[i]; i++) {
        if (((unsigned char)text[i] & 0xC0) == 0x80)
            continue;
        if (chars == WORDS_MAX - 1)
            cut = i;
        chars++;
    }
    if (chars > WORDS_MAX)
        buf_printf(&front, "%.*s…", (int)cut, text);
    put_text(object, key, chars > WORDS_MAX ? front.at : text);
}

/* The height at which each node stands: leaves below each other, a question between its sides.
 * y (n). */
static void place_nodes(const struct drawn_tree *tree, size_t *y)
{
    CLEANUP(mem_free) size_t *open = mem_get(tree->n + 1, sizeof *open);
    size_t open_n = 1;
    size_t leaves = 0;
    while (open_n > 0) {
        size_t at = open[--open_n];
        const struct explain_node *node = &tree->node[at];
        if (!node->left_child) {
            y[at] = TREE_TOP + LEAF_HEIGHT * leaves++;
            continue;
        }
        open[open_n++] = node->right_child;
        open[open_n++] = node->left_child;
    }
    for (size_t i = tree->n; i-- > 0;)
        if (tree->node[i].left_child)
            y[i] = (y[tree->node[i].left_child] + y[tree->node[i].right_child]) / 2;
}

static json_t *node_json(const struct drawn_tree *tree, size_t at, const size_t *y)
{
    const struct explain_node *node = &tree->node[at];
    json_t *one = json_object();
    size_t x = 10 + LEVEL_WIDTH * node->depth;
    put_int(one, "x", x);
    put_int(one, "y", y[at]);
    put_int(one, "text_x", x + BOX_WIDTH / 2);
    put_int(one, "text_y", y[at] + 22);
    put_short(one, "short", tree->words[at]);
    put_text(one, "words", tree->words[at]);
    json_object_set_new(one, "leaf", json_boolean(!node->left_child));
    json_object_set_new(one, "question", json_boolean(node->left_child != 0));
    if (node->depth == 0)
        return one;
    size_t from_x = 10 + LEVEL_WIDTH * (node->depth - 1) + BOX_WIDTH;
    json_t *line = json_object();
    put_int(line, "x1", from_x);
    put_int(line, "y1", y[node->parent] + BOX_HEIGHT / 2);
    put_int(line, "x2", from_x + 26);
    put_int(line, "y2", y[at] + BOX_HEIGHT / 2);
    put_int(line, "x3", x);
    put_int(line, "word_x", x - 6);
    put_int(line, "word_y", y[at] + BOX_HEIGHT / 2 - 4);
    put_text(line, "word", node->right ? _("no") : _("yes"));
    json_object_set_new(one, "line", line);
    return one;
}

json_t *drawing_tree_json(const struct drawn_tree *tree)
{
    CLEANUP(mem_free) size_t *y = mem_get(tree->n, sizeof *y);
    CLEANUP(buf_release) struct buf lines = BUF_INIT;
    json_t *context = json_object();
    json_t *nodes = json_array();
    unsigned depth = 0;
    place_nodes(tree, y);
    for (size_t i = 0; i < tree->n; i++) {
        depth = tree->node[i].depth > depth ? tree->node[i].depth : depth;
        json_array_append_new(nodes, node_json(tree, i, y));
    }
    drawing_tree_text(tree, &lines);
    put_text(context, "title", tree->title);
    put_text(context, "in_words", lines.at);
    put_int(context, "width", 20 + LEVEL_WIDTH * depth + BOX_WIDTH);
    put_int(context, "height", TREE_TOP + LEAF_HEIGHT * tree->leaves + 10);
    put_int(context, "box_width", BOX_WIDTH);
    put_int(context, "box_height", BOX_HEIGHT);
    json_object_set_new(context, "nodes", nodes);
    return context;
}

void drawing_tree_svg(const struct drawn_tree *tree, struct buf *out)
{
    CLEANUP(json_release) json_t *context = drawing_tree_json(tree);
    template_page("tree.svg", context, out);
}

static json_t *bar_json(const struct bar *bar, size_t i)
{
    json_t *one = json_object();
    double reach = bar->length < 0 ? -bar->length : bar->length;
    size_t width = (size_t)(reach * BAR_REACH + 0.5);
    put_short(one, "short", bar->label);
    put_text(one, "label", bar->label);
    put_int(one, "x", bar->length < 0 ? BAR_MIDDLE - width : BAR_MIDDLE);
    put_int(one, "y", 6 + BAR_HEIGHT * i);
    put_int(one, "text_y", 20 + BAR_HEIGHT * i);
    put_int(one, "width", width > 0 ? width : 1);
    put_text(one, "sign", bar->length < 0 ? "−" : "+");
    json_object_set_new(one, "minus", json_boolean(bar->length < 0));
    json_object_set_new(one, "plus", json_boolean(bar->length >= 0));
    return one;
}

json_t *drawing_bars_json(const char *title, const struct bar *bar, size_t n)
{
    json_t *context = json_object();
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, bar_json(&bar[i], i));
    put_text(context, "title", title);
    put_int(context, "width", BAR_MIDDLE + BAR_REACH + 20);
    put_int(context, "height", 12 + BAR_HEIGHT * n);
    put_int(context, "middle", BAR_MIDDLE);
    json_object_set_new(context, "bars", list);
    return context;
}
