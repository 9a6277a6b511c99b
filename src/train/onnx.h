/* SPDX-License-Identifier: GPL-3.0-or-later */
/* onnx: a graph of ONNX as bytes, node by node.
 *
 * Just enough of protobuf's wire format (varints and length-delimited fields) and of onnx.proto to
 * write a ModelProto: IR version 8, operator sets 15 and ai.onnx.ml 3. Values have names that no
 * input has. SOURCE: onnx/onnx.proto and docs/IR.md, ONNX 1.12; protobuf.dev, "Encoding".
 */
#ifndef TRAIN_ONNX_H
#define TRAIN_ONNX_H

#include "base/arena.h"
#include "base/buf.h"

enum onnx_type { ONNX_INT64 = 7, ONNX_STRING = 8, ONNX_BOOL = 9, ONNX_DOUBLE = 11 };

struct onnx {
    struct arena *arena;
    const char *prefix;     /* of the names made here */
    unsigned values;        /* names made so far */
    struct buf node;        /* NodeProtos as fields of the graph */
    struct buf initializer; /* TensorProtos */
    struct buf input;       /* ValueInfoProtos */
    struct buf output;
};

/* A node being written: inputs and outputs first, then attributes, then onnx_end. */
struct onnx_node {
    struct buf at;
    const char *out; /* the name of its first output */
};

void onnx_release(struct onnx *graph); /* for CLEANUP */

/* A new name. */
const char *onnx_name(struct onnx *graph);

/* Constants; shape (dims). They lie in the file once. Returns the name. */
const char *onnx_doubles(struct onnx *graph, const double *value, const int64_t *shape,
                         size_t dims);
const char *onnx_ints(struct onnx *graph, const int64_t *value, size_t n);
const char *onnx_strings(struct onnx *graph, const struct str *value, size_t n);

/* An input, one column; an output of `columns` columns (0: a list). */
void onnx_input(struct onnx *graph, struct str name, enum onnx_type type);
void onnx_output(struct onnx *graph, const char *name, enum onnx_type type, size_t columns);

/* Begin a node of an operator; out NULL: a new name. Inputs are names, in (n). */
struct onnx_node onnx_begin(struct onnx *graph, const char *operator_name, const char *const *in,
                            size_t n, const char *out);
void onnx_int(struct onnx_node *node, const char *name, int64_t value);
void onnx_text(struct onnx_node *node, const char *name, const char *value);
void onnx_list_ints(struct onnx_node *node, const char *name, const int64_t *value, size_t n);
void onnx_list_texts(struct onnx_node *node, const char *name, const struct str *value, size_t n);
void onnx_list_doubles(struct onnx_node *node, const char *name, const double *value, size_t n);

/* Put the node into the graph; ml: of the operator set ai.onnx.ml. Returns its output. */
const char *onnx_end(struct onnx *graph, struct onnx_node *node, bool ml);

/* A node without attributes, of one and of two inputs. Returns its output. */
const char *onnx_one(struct onnx *graph, const char *operator_name, const char *in);
const char *onnx_two(struct onnx *graph, const char *operator_name, const char *a, const char *b);

/* The file, appended to out. */
void onnx_write(const struct onnx *graph, const char *doc, struct buf *out);

#endif
