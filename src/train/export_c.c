/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model as one file of C99. What depends on the model is written here as constants and tables;
 * what reads and answers a row stands below them, the same for every model (pages/model_c.txt). */
#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "embedded.h"
#include "learn/explain.h"
#include "learn/quant.h"
#include "learn/rule.h"
#include "train/export.h"
#include "train/export_rows.h"
#include "train/score.h"

enum { STRING_MAX = 1000 }; /* bytes; C99 promises 4095 characters of a literal */

/* --- texts ------------------------------------------------------------------------------------ */

/* A string literal; a long one as the characters of a compound literal. */
static void put_string(struct buf *out, struct str text)
{
    if (text.n > STRING_MAX) {
        buf_text(out, "(const char[]){");
        for (size_t i = 0; i < text.n; i++)
            buf_printf(out, "%s%d,", i % 24 ? "" : "\n        ", (int)(signed char)text.at[i]);
        buf_text(out, "0}");
        return;
    }
    buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20 || c == 0x7f || c == '"' || c == '\\' || c == '?')
            buf_printf(out, "\\%03o", c);
        else
            buf_char(out, (char)c);
    }
    buf_char(out, '"');
}

static void put_strings(struct buf *out, const char *name, const struct str *text, size_t n)
{
    buf_printf(out, "const char *const %s[] = {", name);
    for (size_t i = 0; i < n; i++) {
        buf_text(out, "\n    ");
        put_string(out, text[i]);
        buf_char(out, ',');
    }
    buf_text(out, n ? "\n};\n" : "\"\"};\n");
}

static void put_real(struct buf *out, double value)
{
    buf_printf(out, "%a", value);
}

static void put_define(struct buf *out, const char *name, int64_t value)
{
    buf_printf(out, "#define MODEL_%s %" PRId64 "\n", name, value);
}

/* --- tables ----------------------------------------------------------------------------------- */

static void put_features(struct buf *out, const struct model *model)
{
    size_t first = 0;
    buf_text(out, "\n/* In the order of the cells of a row. */\n"
                  "struct feature {\n    int is_number, exponent;\n    int64_t centre;\n"
                  "    int shift, indicator, first, n;\n};\n"
                  "static const struct feature model_feature[] = {");
    for (size_t f = 0; f < model->feature_n; f++) {
        const struct model_feature *of = &model->feature[f];
        buf_printf(out, "\n    {%d, %d, INT64_C(%" PRId64 "), %d, %d, %zu, %zu},",
                   of->type == COLUMN_NUMBER, of->exponent, of->centre, of->shift, of->indicator,
                   first, of->category_n);
        first += of->category_n;
    }
    buf_text(out, model->feature_n ? "\n};\n" : "{0, 0, 0, 0, 0, 0, 0}};\n");
    buf_text(out, "static const char *const model_category[] = {");
    for (size_t f = 0; f < model->feature_n; f++)
        for (size_t k = 0; k < model->feature[f].category_n; k++) {
            buf_text(out, "\n    ");
            put_string(out, model->feature[f].category[k]);
            buf_char(out, ',');
        }
    buf_text(out, first ? "\n};\n" : "\"\"};\n");
}

static void put_weights(struct buf *out, const struct model *model)
{
    size_t width = model->input_n + 1;
    buf_text(out, "\n/* The intercept is the last of each output. */\n"
                  "static const double model_weight[MODEL_OUTPUTS][MODEL_INPUTS + 1] = {");
    for (size_t k = 0; k < explain_outputs(model); k++) {
        buf_text(out, "\n    {");
        for (size_t i = 0; i < width; i++) {
            put_real(out, model->weight[k * width + i]);
            buf_text(out, (i + 1) % 4 ? ", " : ",\n     ");
        }
        buf_text(out, "},");
    }
    buf_text(out, "\n};\n");
}

static void put_trees(struct buf *out, const struct model *model)
{
    const struct model_trees *trees = &model->trees;
    buf_text(out, "\n/* The right child stands behind the left one; feature -1: a leaf. */\n"
                  "struct node {\n    int feature, left, missing_left;\n    int64_t cut;\n"
                  "    double value;\n};\nstatic const struct node model_node[] = {");
    for (size_t i = 0; i < trees->node_n; i++) {
        const struct tree_node *node = &trees->node[i];
        buf_printf(out, "\n    {%d, %d, %d, INT64_C(%" PRId64 "), ", node->feature, node->left,
                   node->missing_left, node->feature < 0 ? 0 : node->cut);
        put_real(out, node->value);
        buf_text(out, "},");
    }
    buf_text(out, trees->node_n ? "\n};\n" : "{-1, 0, 0, 0, 0}};\n");
    buf_text(out, "static const int model_root[] = {");
    for (size_t t = 0; t < trees->tree_n; t++)
        buf_printf(out, "%s%d,", t % 12 ? " " : "\n    ", trees->root[t]);
    buf_text(out, trees->tree_n ? "\n};\n" : "0};\n");
    buf_text(out, "static const uint32_t model_set[] = {");
    for (size_t i = 0; i < trees->set_n; i++)
        buf_printf(out, "%s0x%" PRIx32 ",", i % 8 ? " " : "\n    ", trees->set[i]);
    buf_text(out, trees->set_n ? "\n};\n" : "0};\n");
    buf_text(out, "static const double model_base[] = {");
    for (size_t k = 0; k < trees->output_n; k++) {
        put_real(out, trees->base[k]);
        buf_text(out, ", ");
    }
    buf_text(out, "};\n");
}

/* --- kinds of models -------------------------------------------------------------------------- */

static bool any_name(const void *name, struct str text)
{
    return str_eq(*(const struct str *)name, text);
}

static int64_t class_number(const struct model *model, struct str name)
{
    size_t k = 0;
    while (k < model->class_n && !str_eq(model->class_name[k], name))
        k++;
    return (int64_t)k;
}

static bool put_rule(struct buf *out, const struct model *model, struct err *err)
{
    static const char *const sign[] = {[RULE_LESS] = "order < 0",
                                       [RULE_LESS_EQUAL] = "order <= 0",
                                       [RULE_GREATER] = "order > 0",
                                       [RULE_GREATER_EQUAL] = "order >= 0",
                                       [RULE_EQUAL] = "order == 0"};
    struct rule rule;
    if (!rule_read(model->rule, any_name, &model->feature[0].name, &rule, err))
        return false;
    put_define(out, "THEN", class_number(model, rule.class_name));
    if (model->feature[0].type == COLUMN_CATEGORY) {
        buf_text(out, "static const char model_rule_value[] = ");
        put_string(out, rule.value);
        buf_text(out, ";\n");
        return true;
    }
    buf_printf(out, "#define MODEL_RULE_MANTISSA INT64_C(%" PRId64 ")\n", rule.number.mantissa);
    put_define(out, "RULE_EXPONENT", rule.number.exponent);
    buf_printf(out, "#define MODEL_RULE_SIGN (%s)\n", sign[rule.sign]);
    return true;
}

static const char *kind_of(const struct model *model)
{
    if (model->trees.output_n)
        return "TREES";
    if (model->weight)
        return "LINEAR";
    if (model->rule.n)
        return "RULE";
    return model->feature_n ? "LAST" : "CONSTANT";
}

static void put_defines(struct buf *out, const struct model *model)
{
    bool numbers = false;
    int exponent = model->target_exponent;
    char power[NUM_TEXT];
    for (size_t f = 0; f < model->feature_n; f++)
        numbers = numbers || model->feature[f].type == COLUMN_NUMBER;
    buf_text(out, "#define MODEL_CONSTANT 0\n#define MODEL_RULE 1\n#define MODEL_LAST 2\n"
                  "#define MODEL_LINEAR 3\n#define MODEL_TREES 4\n");
    buf_printf(out, "#define MODEL_KIND MODEL_%s\n", kind_of(model));
    put_define(out, "READS_NUMBERS", numbers);
    put_define(out, "CLASSES", (int64_t)model->class_n);
    put_define(out, "SCORES", model->class_n ? (int64_t)model->class_n : 1);
    put_define(out, "FEATURES", (int64_t)model->feature_n);
    put_define(out, "OUTPUTS", (int64_t)explain_outputs(model));
    put_define(out, "INPUTS", (int64_t)model->input_n);
    put_define(out, "TREE_COUNT", (int64_t)model->trees.tree_n);
    put_define(out, "TAIL_DIGITS", 18);
    put_define(out, "LINK", export_link(model));
    put_define(out, "EXP_LOW", model->weight ? -708 : -746);
    put_define(out, "MAJORITY", model->majority);
    put_define(out, "DIVIDES", exponent < 0);
    num_text(num_double((struct decimal){1, exponent < 0 ? -exponent : exponent}), power);
    buf_printf(out, "#define MODEL_POWER %s%s\n", power, strpbrk(power, ".e") ? "" : ".0");
    if (!model->class_n) {
        buf_text(out, "#define MODEL_VALUE ");
        put_real(out, quant_scale(model->constant, exponent));
        buf_char(out, '\n');
    }
}

/* Rows with their answers, for the test inside. */
static bool put_rows(struct buf *out, const struct model *model, struct err *err)
{
    CLEANUP(arena_release) struct arena arena = {NULL};
    struct export_rows rows;
    size_t scores = model->class_n ? model->class_n : 1;
    if (!export_rows_make(model, &arena, &rows, err))
        return false;
    buf_text(out, "\n#ifdef ALLMENDE_SELF_TEST\n#include <stdio.h>\n");
    put_define(out, "ROWS", EXPORT_ROWS);
    buf_text(out, "static const char *const model_row[][MODEL_FEATURES + 1] = {");
    for (size_t r = 0; r < EXPORT_ROWS; r++) {
        buf_text(out, "\n    {");
        for (size_t f = 0; f < model->feature_n; f++) {
            struct str cell = rows.cell[r * model->feature_n + f];
            if (cell.at)
                put_string(out, cell);
            else
                buf_text(out, "NULL");
            buf_text(out, ", ");
        }
        buf_text(out, "NULL},");
    }
    buf_text(out, "\n};\nstatic const int model_answer[] = {");
    for (size_t r = 0; r < EXPORT_ROWS; r++)
        buf_printf(out, "%" PRIu32 ", ", rows.class_index[r]);
    buf_text(out, "};\nstatic const double model_score[][MODEL_SCORES] = {");
    for (size_t r = 0; r < EXPORT_ROWS; r++) {
        buf_text(out, "\n    {");
        for (size_t k = 0; k < scores; k++) {
            put_real(out, rows.score[r * scores + k]);
            buf_text(out, ", ");
        }
        buf_text(out, "},");
    }
    buf_text(out, "\n};\n#endif\n\n");
    return true;
}

static void put_head(struct buf *out, const struct model *model)
{
    const struct hash id = model_id(model);
    struct str *name = mem_get(model->feature_n, sizeof *name);
    buf_text(out, "/* SPDX-License-Identifier: 0BSD */\n");
    buf_printf(out,
               "/* A model made with Allmende, %.*s, %s.\n *\n"
               " * int allmende_predict(const char *const *cell, double *score);\n *\n"
               " * cell: a text for each of allmende_feature, NULL or \"\" where it is missing.\n",
               STR_ARG(model->algorithm), hash_hex(&id).at);
    buf_text(out, model->class_n
                      ? " * Returns the class, a place in allmende_class; score gets a number for "
                        "each class.\n"
                      : " * Returns 0; score[0] gets the answer.\n");
    buf_text(out, " * -1: a cell that must hold a number holds none.\n *\n"
                  " * cc -std=c99 -DALLMENDE_SELF_TEST FILE.c && ./a.out   runs the test inside.\n"
                  " */\n#include <stdint.h>\n#include <stddef.h>\n#include <stdio.h>\n"
                  "#include <stdlib.h>\n#include <string.h>\n\n"
                  "int allmende_predict(const char *const *cell, double *score);\n"
                  "extern const char *const allmende_feature[];\n"
                  "extern const char *const allmende_class[];\n\n");
    for (size_t f = 0; f < model->feature_n; f++)
        name[f] = model->feature[f].name;
    put_strings(out, "allmende_feature", name, model->feature_n);
    put_strings(out, "allmende_class", model->class_name, model->class_n);
    mem_free(&name);
}

static struct str fixed_part(void)
{
    const struct embedded_page *at = embedded_pages;
    while (at->name && strcmp(at->name, "model_c.txt") != 0)
        at++;
    BUG_IF(!at->name);
    return (struct str){at->text, at->n};
}

bool export_c(const struct model *model, struct buf *out, struct err *err)
{
    put_head(out, model);
    put_defines(out, model);
    if (model->trees.output_n || model->weight || (model->feature_n && !model->rule.n))
        put_features(out, model);
    if (model->trees.output_n)
        put_trees(out, model);
    else if (model->weight)
        put_weights(out, model);
    else if (model->rule.n && !put_rule(out, model, err))
        return false;
    if (!put_rows(out, model, err))
        return false;
    buf_str(out, fixed_part());
    return true;
}
