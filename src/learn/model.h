/* SPDX-License-Identifier: GPL-3.0-or-later */
/* model: what was learned, as bytes that are the same everywhere, and predictions from it.
 *
 * A model file (docs/format/model.md) is
 *
 *   magic line   "allmende-model 1\n"
 *   header       canonical JSON (sorted keys, no blanks, integers and strings only) and LF:
 *                {"algorithm":"ridge/2","arrays":[{"kind":"f64","n":…,"name":"weights"}],
 *                 "classes":[…],"digest":"<hex>","features":[…],"recipe":{…},"target":{…},
 *                 "task":"classification"|"regression"}
 *                a feature is {"categories":[…],"name":…,"type":"category"} or
 *                {"centre":"…","exponent":…,"indicator":0|1,"name":…,"shift":…,"type":"number"}
 *                of trees: {"exponent":…,"name":…,"type":"number"}
 *   arrays       little-endian, in the order of the header: f64 as IEEE bits, no NaN, -0 written
 *                as +0; i64 and i32 as two's complement; u32; u8
 *
 * Its id is its SHA-256. The total length is computed from the header before the arrays are read,
 * and a file is accepted only if writing it again gives the same bytes. No date, machine, thread
 * count, compiler or row id enters a model.
 */
#ifndef LEARN_MODEL_H
#define LEARN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "learn/scan.h"

enum task { TASK_CLASSIFICATION = 0, TASK_REGRESSION };

/* How a feature column becomes numbers: a number becomes one quantised value and, if training had
 * missing cells, a 0/1 indicator; a category becomes one 0/1 value for each category seen in
 * training (unseen and missing: all 0). */
struct model_feature {
    struct str name;
    enum column_type type;
    int exponent;   /* NUMBER: power of ten of the training column */
    int64_t centre; /* NUMBER: subtracted from the mantissa; also stands in for missing cells */
    int shift; /* NUMBER: quantised = (mantissa - centre) scaled by 2^shift, rounded (ridge.c) */
    bool indicator; /* NUMBER: a missing indicator follows */
    struct str *category;
    size_t category_n;
};

/* A node of a tree. Inner nodes ask about one feature: a number goes left if its mantissa, in units
 * of the feature's last digit, is at most cut; a category goes left if bit k of the words from
 * set[cut] on is 1, k its number in the feature; a missing cell, or a category that training did
 * not know, goes left if missing_left. The children of node i are left and left + 1. */
struct tree_node {
    int32_t feature; /* -1: a leaf */
    int32_t left;
    bool missing_left;
    int64_t cut;
    double value; /* of a leaf: what is added to the output */
};

/* How many words a set of n categories has. */
#define MODEL_SET_WORDS(n) (((size_t)(n) + 31) / 32)

/* Trees, one behind the other: tree t begins at node root[t] and adds to output t % output_n. An
 * output is the sum over its trees, in their order from 0 on, plus base, added last. Outputs: 1 for
 * regression (in units of the target's last digit) and for two classes (log odds of class 1), else
 * one for each class (softmax). Leaves of trees hold whole numbers of a power of two, so that
 * these sums do not round. tree/1 has one tree for each output, all of one shape. */
struct model_trees {
    struct tree_node *node; /* (node_n) */
    size_t node_n;
    int32_t *root; /* (tree_n) */
    size_t tree_n;
    uint32_t *set; /* (set_n) */
    size_t set_n;
    double *base; /* (output_n) */
    size_t output_n;
};

/* A trained model in memory; everything lies in the arena it was made in. */
struct model {
    struct str algorithm; /* "ridge/2", …: learn/algorithms.c has them all */
    enum task task;
    struct str target;
    int target_exponent;    /* regression: power of ten of the target's mantissas */
    struct str *class_name; /* classification: (class_n), byte order */
    size_t class_n;
    struct model_feature *feature; /* (feature_n), byte order of names */
    size_t feature_n;
    struct hash digest; /* of the training data */
    struct str rule;    /* rule/1: as typed */
    double *weight;     /* ridge, logistic: (outputs, inputs + 1), last is the intercept; outputs =
                           class_n,  or 1 for regression */
    size_t input_n;     /* ridge, logistic: quantised inputs */
    double constant;    /* mean/1: the mean, in units of 10^target_exponent, as those of ridge */
    uint32_t majority;  /* majority/1, rule/1's other case: the class */
    struct model_trees trees; /* tree, trees */
};

/* Limits: weights beyond 2^900 could make a sum infinite; trained ones are far below. */
#define MODEL_WEIGHT_MAX 0x1p900
#define MODEL_MAGIC "allmende-model 1\n"
enum { MODEL_HEADER_MAX = 16 << 20 };

/* An array behind the header. */
struct model_array {
    const char *kind; /* "f64", "i64", "i32", "u32" or "u8" */
    const char *name;
    size_t n;
};

/* Is an algorithm ("ridge/1", "ridge/2") of this kind ("ridge")? One whose bits were changed has a
 * new number; models of the old one can still be read and asked. */
bool model_is(struct str algorithm, const char *kind);

/* The array that an algorithm without trees stores (model_trees.h has the others): ridge and
 * logistic weights, mean/1 (and last/1 of numbers) mean, majority/1, rule/1 and last/1 of classes
 * majority. False if the algorithm is not known. */
bool model_array_of(const struct model *model, struct model_array *ret);

/* The file of a model, appended to out. Exact: the same bytes for the same data and recipe. */
void model_write(const struct model *model, struct buf *out);

/* Read a model file from outside. Errors: ERR_INPUT what is wrong at which byte; ERR_UNSUPPORTED an
 * algorithm or version that this program does not know; ERR_LIMIT. Total length is checked first.
 */
bool model_read(struct str bytes, struct arena *arena, struct model *ret, struct err *err) MUST_USE;

/* Predict rows of a table whose columns are matched by name; one scan of the table.
 * rows   (n) row numbers, ascending; scores (n, class_n) or NULL (logistic: probabilities);
 * classes (n) or NULL; values (n) or NULL Ties between classes go to the smaller index. Errors:
 * ERR_INPUT a feature column is absent or has another type; as scan_run. Exact. Cost: n * inputs *
 * outputs multiplications. */
struct predict_rows {
    const size_t *row;
    size_t n;
};
struct prediction {
    double *score;
    uint32_t *class_index;
    double *value;
};
bool model_predict(const struct model *model, const struct table *table,
                   const struct cluster *cluster, const struct predict_rows *rows,
                   const struct prediction *ret, struct err *err) MUST_USE;

/* The same, block by block of a scan that looks at more than the features: each block's rows get
 * their answers at once. table says which columns there are and what they hold; its cells are not
 * looked at, those of the blocks are. ret lies in the arena; errors as model_predict. */
struct predictor;
bool predictor_begin(const struct model *model, const struct table *table,
                     const struct cluster *cluster, struct arena *arena,
                     const struct predictor **ret, struct err *err) MUST_USE;

/* Answer all rows of a block: row i of it at place i of ret, whose arrays have room for block->n.
 * Two calls at the same time have different slots. */
void predictor_block(const struct predictor *predictor, const struct scan_block *block,
                     unsigned slot, const struct prediction *ret);

/* The id of a model file. */
struct hash model_id(const struct model *model);

#endif
