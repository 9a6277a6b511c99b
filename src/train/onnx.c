/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/onnx.h"

#include <string.h>

/* Field numbers of onnx.proto. */
enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER = 2,
    MODEL_DOC = 6,
    MODEL_GRAPH = 7,
    MODEL_OPSET = 8,
    OPSET_DOMAIN = 1,
    OPSET_VERSION = 2,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_OPERATOR = 4,
    NODE_ATTRIBUTE = 5,
    NODE_DOMAIN = 7,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_S = 4,
    ATTRIBUTE_T = 5,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_STRINGS = 9,
    ATTRIBUTE_TYPE = 20,
    TYPE_INT = 2,
    TYPE_STRING = 3,
    TYPE_TENSOR = 4,
    TYPE_INTS = 7,
    TYPE_STRINGS = 8,
    TENSOR_DIMS = 1,
    TENSOR_TYPE = 2,
    TENSOR_STRINGS = 6,
    TENSOR_NAME = 8,
    TENSOR_RAW = 9,
    VALUE_NAME = 1,
    VALUE_TYPE = 2,
    VALUE_TENSOR = 1,
    VALUE_ELEMENT = 1,
    VALUE_SHAPE = 2,
    VALUE_DIM = 1,
    DIM_VALUE = 1,
    DIM_PARAM = 2
};

/* --- protobuf --------------------------------------------------------------------------------- */

static void put_varint(struct buf *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        buf_char(out, (char)(value | 0x80));
    buf_char(out, (char)value);
}

static void put_int(struct buf *out, unsigned field, int64_t value)
{
    put_varint(out, field << 3);
    put_varint(out, (uint64_t)value);
}

static void put_bytes(struct buf *out, unsigned field, struct str bytes)
{
    put_varint(out, field << 3 | 2);
    put_varint(out, bytes.n);
    buf_str(out, bytes);
}

static void put_text(struct buf *out, unsigned field, const char *text)
{
    put_bytes(out, field, str_of(text));
}

/* --- tensors ---------------------------------------------------------------------------------- */

static void put_shape(struct buf *out, const int64_t *shape, size_t dims, enum onnx_type type)
{
    for (size_t d = 0; d < dims; d++)
        put_int(out, TENSOR_DIMS, shape[d]);
    put_int(out, TENSOR_TYPE, type);
}

static size_t size_of(const int64_t *shape, size_t dims)
{
    size_t n = 1;
    for (size_t d = 0; d < dims; d++)
        n *= (size_t)shape[d];
    return n;
}

static void put_doubles(struct buf *out, const double *value, const int64_t *shape, size_t dims)
{
    CLEANUP(buf_release) struct buf raw = BUF_INIT;
    put_shape(out, shape, dims, ONNX_DOUBLE);
    for (size_t i = 0; i < size_of(shape, dims); i++) {
        uint64_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        buf_u64(&raw, bits);
    }
    put_bytes(out, TENSOR_RAW, buf_view(&raw));
}

static const char *add_initializer(struct onnx *graph, struct buf *tensor)
{
    const char *name = onnx_name(graph);
    put_text(tensor, TENSOR_NAME, name);
    put_bytes(&graph->initializer, GRAPH_INITIALIZER, buf_view(tensor));
    return name;
}

const char *onnx_doubles(struct onnx *graph, const double *value, const int64_t *shape, size_t dims)
{
    CLEANUP(buf_release) struct buf tensor = BUF_INIT;
    put_doubles(&tensor, value, shape, dims);
    return add_initializer(graph, &tensor);
}

const char *onnx_ints(struct onnx *graph, const int64_t *value, size_t n)
{
    CLEANUP(buf_release) struct buf tensor = BUF_INIT;
    CLEANUP(buf_release) struct buf raw = BUF_INIT;
    const int64_t shape = (int64_t)n;
    put_shape(&tensor, &shape, 1, ONNX_INT64);
    for (size_t i = 0; i < n; i++)
        buf_u64(&raw, (uint64_t)value[i]);
    put_bytes(&tensor, TENSOR_RAW, buf_view(&raw));
    return add_initializer(graph, &tensor);
}

const char *onnx_strings(struct onnx *graph, const struct str *value, size_t n)
{
    CLEANUP(buf_release) struct buf tensor = BUF_INIT;
    const int64_t shape = (int64_t)n;
    put_shape(&tensor, &shape, 1, ONNX_STRING);
    for (size_t i = 0; i < n; i++)
        put_bytes(&tensor, TENSOR_STRINGS, value[i]);
    return add_initializer(graph, &tensor);
}

/* --- inputs and outputs ----------------------------------------------------------------------- */

static void put_value(struct buf *out, unsigned field, struct str name, enum onnx_type type,
                      size_t columns)
{
    CLEANUP(buf_release) struct buf dim = BUF_INIT;
    CLEANUP(buf_release) struct buf shape = BUF_INIT;
    CLEANUP(buf_release) struct buf tensor = BUF_INIT;
    CLEANUP(buf_release) struct buf kind = BUF_INIT;
    CLEANUP(buf_release) struct buf value = BUF_INIT;
    put_text(&dim, DIM_PARAM, "N");
    put_bytes(&shape, VALUE_DIM, buf_view(&dim));
    buf_clear(&dim);
    put_int(&dim, DIM_VALUE, (int64_t)columns);
    if (columns)
        put_bytes(&shape, VALUE_DIM, buf_view(&dim));
    put_int(&tensor, VALUE_ELEMENT, type);
    put_bytes(&tensor, VALUE_SHAPE, buf_view(&shape));
    put_bytes(&kind, VALUE_TENSOR, buf_view(&tensor));
    put_bytes(&value, VALUE_NAME, name);
    put_bytes(&value, VALUE_TYPE, buf_view(&kind));
    put_bytes(out, field, buf_view(&value));
}

void onnx_input(struct onnx *graph, struct str name, enum onnx_type type)
{
    put_value(&graph->input, GRAPH_INPUT, name, type, 1);
}

void onnx_output(struct onnx *graph, const char *name, enum onnx_type type, size_t columns)
{
    put_value(&graph->output, GRAPH_OUTPUT, str_of(name), type, columns);
}

/* --- nodes ------------------------------------------------------------------------------------ */

const char *onnx_name(struct onnx *graph)
{
    return arena_printf(graph->arena, "%s%u", graph->prefix, graph->values++);
}

struct onnx_node onnx_begin(struct onnx *graph, const char *operator_name, const char *const *in,
                            size_t n, const char *out)
{
    struct onnx_node node = {.at = BUF_INIT, .out = out ? out : onnx_name(graph)};
    for (size_t i = 0; i < n; i++)
        put_text(&node.at, NODE_INPUT, in[i]);
    put_text(&node.at, NODE_OUTPUT, node.out);
    put_text(&node.at, NODE_OPERATOR, operator_name);
    return node;
}

static void put_attribute(struct onnx_node *node, const char *name, int type,
                          const struct buf *content)
{
    CLEANUP(buf_release) struct buf attribute = BUF_INIT;
    put_text(&attribute, ATTRIBUTE_NAME, name);
    buf_str(&attribute, buf_view(content));
    put_int(&attribute, ATTRIBUTE_TYPE, type);
    put_bytes(&node->at, NODE_ATTRIBUTE, buf_view(&attribute));
}

void onnx_int(struct onnx_node *node, const char *name, int64_t value)
{
    CLEANUP(buf_release) struct buf content = BUF_INIT;
    put_int(&content, ATTRIBUTE_I, value);
    put_attribute(node, name, TYPE_INT, &content);
}

void onnx_text(struct onnx_node *node, const char *name, const char *value)
{
    CLEANUP(buf_release) struct buf content = BUF_INIT;
    put_text(&content, ATTRIBUTE_S, value);
    put_attribute(node, name, TYPE_STRING, &content);
}

void onnx_list_ints(struct onnx_node *node, const char *name, const int64_t *value, size_t n)
{
    CLEANUP(buf_release) struct buf content = BUF_INIT;
    for (size_t i = 0; i < n; i++)
        put_int(&content, ATTRIBUTE_INTS, value[i]);
    put_attribute(node, name, TYPE_INTS, &content);
}

void onnx_list_texts(struct onnx_node *node, const char *name, const struct str *value, size_t n)
{
    CLEANUP(buf_release) struct buf content = BUF_INIT;
    for (size_t i = 0; i < n; i++)
        put_bytes(&content, ATTRIBUTE_STRINGS, value[i]);
    put_attribute(node, name, TYPE_STRINGS, &content);
}

void onnx_list_doubles(struct onnx_node *node, const char *name, const double *value, size_t n)
{
    CLEANUP(buf_release) struct buf content = BUF_INIT;
    CLEANUP(buf_release) struct buf tensor = BUF_INIT;
    const int64_t shape = (int64_t)n;
    put_doubles(&tensor, value, &shape, 1);
    put_bytes(&content, ATTRIBUTE_T, buf_view(&tensor));
    put_attribute(node, name, TYPE_TENSOR, &content);
}

const char *onnx_end(struct onnx *graph, struct onnx_node *node, bool ml)
{
    if (ml)
        put_text(&node->at, NODE_DOMAIN, "ai.onnx.ml");
    put_bytes(&graph->node, GRAPH_NODE, buf_view(&node->at));
    buf_release(&node->at);
    return node->out;
}

const char *onnx_one(struct onnx *graph, const char *operator_name, const char *in)
{
    struct onnx_node node = onnx_begin(graph, operator_name, &in, 1, NULL);
    return onnx_end(graph, &node, false);
}

const char *onnx_two(struct onnx *graph, const char *operator_name, const char *a, const char *b)
{
    const char *const in[] = {a, b};
    struct onnx_node node = onnx_begin(graph, operator_name, in, 2, NULL);
    return onnx_end(graph, &node, false);
}

/* --- the file --------------------------------------------------------------------------------- */

static void put_opset(struct buf *out, const char *domain, int64_t version)
{
    CLEANUP(buf_release) struct buf opset = BUF_INIT;
    put_text(&opset, OPSET_DOMAIN, domain);
    put_int(&opset, OPSET_VERSION, version);
    put_bytes(out, MODEL_OPSET, buf_view(&opset));
}

void onnx_write(const struct onnx *graph, const char *doc, struct buf *out)
{
    CLEANUP(buf_release) struct buf whole = BUF_INIT;
    buf_str(&whole, buf_view(&graph->node));
    put_text(&whole, GRAPH_NAME, "allmende");
    buf_str(&whole, buf_view(&graph->initializer));
    buf_str(&whole, buf_view(&graph->input));
    buf_str(&whole, buf_view(&graph->output));
    put_int(out, MODEL_IR_VERSION, 8);
    put_text(out, MODEL_PRODUCER, "allmende");
    put_text(out, MODEL_DOC, doc);
    put_bytes(out, MODEL_GRAPH, buf_view(&whole));
    put_opset(out, "", 15);
    put_opset(out, "ai.onnx.ml", 3);
}

void onnx_release(struct onnx *graph)
{
    buf_release(&graph->node);
    buf_release(&graph->initializer);
    buf_release(&graph->input);
    buf_release(&graph->output);
}
