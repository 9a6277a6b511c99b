/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a model file from outside. First the header is read and every number in it checked, then
 * the length that follows from it is compared with what is there, then the arrays are read. At the
 * end the model is written again and must give the same bytes, so every model has one file only. */
#include <inttypes.h>
#include <string.h>

#include "base/json.h"
#include "learn/inputs.h"
#include "learn/model_trees.h"
#include "learn/quant.h"
#include "learn/rule.h"

/* What is being read; `what` names the part for the message. */
struct reader {
    struct arena *arena;
    struct err *err;
};

static bool refuse(const struct reader *in, const char *part)
{
    return FAIL(in->err, ERR_INPUT, _("Fetch the model again from where it came from."),
                _("This is not a model file in order: its header is wrong at \"%s\"."), part);
}

static bool read_text(const struct reader *in, const json_t *value, const char *part,
                      struct str *ret)
{
    if (!json_is_string(value))
        return refuse(in, part);
    *ret = arena_str(in->arena, (struct str){json_string_value(value), json_string_length(value)});
    return true;
}

static bool read_int(const struct reader *in, const json_t *object, const char *key, int low,
                     int high, int *ret)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < low ||
        json_integer_value(value) > high)
        return refuse(in, key);
    *ret = (int)json_integer_value(value);
    return true;
}

/* Distinct texts in byte order. */
static bool read_texts(const struct reader *in, const json_t *list, const char *part, size_t most,
                       struct str **ret_text, size_t *ret_n)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > most)
        return refuse(in, part);
    struct str *text = arena_get(in->arena, n, sizeof *text);
    for (size_t i = 0; i < n; i++)
        if (!read_text(in, json_array_get(list, i), part, &text[i]) ||
            (i && str_cmp(text[i - 1], text[i]) >= 0))
            return refuse(in, part);
    *ret_text = text;
    *ret_n = n;
    return true;
}

static bool read_centre(const struct reader *in, const json_t *object, int64_t *ret)
{
    struct str text;
    uint64_t size;
    if (!read_text(in, json_object_get(object, "centre"), "centre", &text))
        return false;
    bool negative = text.n && text.at[0] == '-';
    struct str digits = {text.at + negative, text.n - negative};
    if (!str_uint(digits, (uint64_t)MANTISSA_MAX, &size))
        return refuse(in, "centre");
    *ret = negative ? -(int64_t)size : (int64_t)size;
    return true;
}

static bool read_feature(const struct reader *in, const json_t *object, bool of_trees,
                         struct model_feature *ret)
{
    struct model_feature f = {.type = COLUMN_NUMBER};
    struct str type;
    int indicator;
    if (!read_text(in, json_object_get(object, "name"), "name", &f.name) ||
        !read_text(in, json_object_get(object, "type"), "type", &type))
        return false;
    if (str_eq(type, STR("category"))) {
        f.type = COLUMN_CATEGORY;
        if (!read_texts(in, json_object_get(object, "categories"), "categories", INPUTS_MAX,
                        &f.category, &f.category_n))
            return false;
    } else if (!str_eq(type, STR("number"))) {
        return refuse(in, "type");
    } else if (of_trees) {
        if (!read_int(in, object, "exponent", -EXPONENT_FAR, EXPONENT_FAR, &f.exponent))
            return false;
    } else if (!read_centre(in, object, &f.centre) ||
               !read_int(in, object, "exponent", -EXPONENT_FAR, EXPONENT_FAR, &f.exponent) ||
               !read_int(in, object, "indicator", 0, 1, &indicator) ||
               !read_int(in, object, "shift", QUANT_SHIFT_MIN, QUANT_SHIFT_MAX, &f.shift)) {
        return false;
    } else {
        f.indicator = indicator;
    }
    *ret = f;
    return true;
}

static bool read_features(const struct reader *in, const json_t *list, struct model *ret)
{
    size_t n = json_array_size(list);
    if (!json_is_array(list) || n > INPUTS_MAX)
        return refuse(in, "features");
    ret->feature = arena_get(in->arena, n, sizeof *ret->feature);
    ret->feature_n = n;
    for (size_t f = 0; f < n; f++)
        if (!read_feature(in, json_array_get(list, f), model_has_trees(ret), &ret->feature[f]) ||
            (f && str_cmp(ret->feature[f - 1].name, ret->feature[f].name) >= 0))
            return refuse(in, "features");
    if (model_has_trees(ret))
        return true;
    ret->input_n = inputs_count(ret->feature, n);
    return ret->input_n <= INPUTS_MAX || refuse(in, "features");
}

static bool read_task(const struct reader *in, const json_t *header, struct model *ret)
{
    const json_t *target = json_object_get(header, "target");
    const char *digest = json_text(header, "digest"), *task = json_text(header, "task");
    if (!task || (strcmp(task, "classification") != 0 && strcmp(task, "regression") != 0))
        return refuse(in, "task");
    ret->task = task[0] == 'r' ? TASK_REGRESSION : TASK_CLASSIFICATION;
    if (!digest || !hex_decode(str_of(digest), ret->digest.at, HASH_BYTES))
        return refuse(in, "digest");
    if (!read_text(in, json_object_get(target, "name"), "target", &ret->target) ||
        !read_texts(in, json_object_get(header, "classes"), "classes", CLASSES_MAX,
                    &ret->class_name, &ret->class_n))
        return false;
    if ((ret->task == TASK_CLASSIFICATION) != (ret->class_n > 0))
        return refuse(in, "classes");
    return ret->task == TASK_CLASSIFICATION ||
           read_int(in, target, "exponent", -EXPONENT_FAR, EXPONENT_FAR, &ret->target_exponent);
}

static bool is_name(const void *name, struct str text)
{
    return str_eq(*(const struct str *)name, text);
}

/* The one feature of last/1 is the answer now: a number, or the very classes. */
static bool read_last(const struct model *model)
{
    bool classes = model->task == TASK_CLASSIFICATION;
    const struct model_feature *now = model->feature;
    if (model->feature_n != 1 || (now->type == COLUMN_CATEGORY) != classes ||
        (classes && now->category_n != model->class_n))
        return false;
    for (size_t k = 0; classes && k < model->class_n; k++)
        if (!str_eq(now->category[k], model->class_name[k]))
            return false;
    return true;
}

/* Algorithm and recipe must fit the task and the features. */
static bool read_recipe(const struct reader *in, const json_t *header, struct model *ret)
{
    const json_t *recipe = json_object_get(header, "recipe");
    bool classes = ret->task == TASK_CLASSIFICATION;
    struct rule rule;
    if (model_is(ret->algorithm, "ridge") || model_has_trees(ret))
        return true;
    if (model_is(ret->algorithm, "logistic"))
        return classes || refuse(in, "task");
    ret->input_n = 0;
    if (str_eq(ret->algorithm, STR("mean/1")))
        return (!classes && ret->feature_n == 0) || refuse(in, "task");
    if (str_eq(ret->algorithm, STR("last/1")))
        return read_last(ret) || refuse(in, "features");
    if (str_eq(ret->algorithm, STR("majority/1")))
        return (classes && ret->feature_n == 0) || refuse(in, "task");
    if (!classes || ret->feature_n != 1 ||
        !read_text(in, json_object_get(recipe, "rule"), "rule", &ret->rule) ||
        !rule_read(ret->rule, is_name, &ret->feature[0].name, &rule, in->err) ||
        !rule_fits(&rule, ret->feature[0].type, in->err))
        return refuse(in, "rule");
    for (size_t k = 0; k < ret->class_n; k++)
        if (str_eq(ret->class_name[k], rule.class_name))
            return true;
    return refuse(in, "rule");
}

static uint64_t little_endian(const char *at, size_t bytes)
{
    uint64_t value = 0;
    for (size_t b = bytes; b-- > 0;)
        value = value << 8 | (unsigned char)at[b];
    return value;
}

static bool read_f64(const struct reader *in, const char *at, size_t n, double *ret)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = little_endian(at + 8 * i, 8);
        memcpy(&ret[i], &bits, sizeof bits);
        if (!(ret[i] <= MODEL_WEIGHT_MAX && ret[i] >= -MODEL_WEIGHT_MAX))
            return FAIL(in->err, ERR_INPUT, _("Fetch the model again from where it came from."),
                        _("Number %zu of the model is not one that a model can have."), i + 1);
    }
    return true;
}

static bool wrong_length(const struct reader *in, size_t is, size_t need)
{
    return FAIL(in->err, ERR_INPUT, _("Fetch the model again from where it came from."),
                _("The model has %zu bytes behind its header, but needs %zu."), is, need);
}

/* The sizes of the arrays of trees, from the header, then the arrays themselves. */
static bool read_trees(const struct reader *in, const json_t *header, struct str rest,
                       struct model *ret)
{
    const json_t *list = json_object_get(header, "arrays");
    size_t n[MODEL_TREES_ARRAYS] = {0};
    uint64_t need = 0;
    struct model_array array[MODEL_TREES_ARRAYS];
    for (size_t a = 0; a < MODEL_TREES_ARRAYS; a++) {
        int size;
        if (!read_int(in, json_array_get(list, a), "n", 0, INT32_MAX, &size))
            return false;
        n[a] = (size_t)size;
    }
    ret->trees = (struct model_trees){.node_n = n[1], .tree_n = n[5], .set_n = n[6]};
    ret->trees.output_n = ret->class_n > 2 ? ret->class_n : 1;
    model_trees_arrays(ret, array);
    for (size_t a = 0; a < MODEL_TREES_ARRAYS; a++) {
        if (n[a] != array[a].n || n[a] > rest.n)
            return refuse(in, "arrays");
        need += (uint64_t)n[a] * model_kind_bytes(array[a].kind);
    }
    return rest.n == need ? model_trees_read(rest, in->arena, ret, in->err)
                          : wrong_length(in, rest.n, (size_t)need);
}

/* The array behind the header; rest is what is there. */
static bool read_array(const struct reader *in, struct str rest, struct model *ret)
{
    struct model_array array;
    if (!model_array_of(ret, &array))
        return FAIL(in->err, ERR_UNSUPPORTED, _("Install a newer version of Allmende."),
                    _("This program does not know the algorithm %.*s."), STR_ARG(ret->algorithm));
    size_t need = array.n * (strcmp(array.kind, "f64") == 0 ? 8 : 4);
    if (rest.n != need)
        return wrong_length(in, rest.n, need);
    if (strcmp(array.name, "mean") == 0)
        return read_f64(in, rest.at, 1, &ret->constant);
    if (model_is(ret->algorithm, "ridge") || model_is(ret->algorithm, "logistic")) {
        ret->weight = arena_get(in->arena, array.n, sizeof *ret->weight);
        return read_f64(in, rest.at, array.n, ret->weight);
    }
    ret->majority = (uint32_t)little_endian(rest.at, 4);
    return ret->majority < ret->class_n || refuse(in, "majority");
}

static bool read_all(const struct reader *in, struct str line, struct str rest, struct model *ret)
{
    CLEANUP(json_release) json_t *header = NULL;
    if (!json_strict(line, &header, in->err))
        return false;
    struct model_array known;
    if (!read_text(in, json_object_get(header, "algorithm"), "algorithm", &ret->algorithm))
        return false;
    if (!model_has_trees(ret) &&
        !model_array_of(ret, &known)) /* before a newer header could confuse us */
        return read_array(in, rest, ret);
    return read_task(in, header, ret) &&
           read_features(in, json_object_get(header, "features"), ret) &&
           read_recipe(in, header, ret) &&
           (model_has_trees(ret) ? read_trees(in, header, rest, ret) : read_array(in, rest, ret));
}

bool model_read(struct str bytes, struct arena *arena, struct model *ret, struct err *err)
{
    const struct reader in = {arena, err};
    const struct str magic = STR(MODEL_MAGIC);
    struct model model = {.task = TASK_CLASSIFICATION};
    if (!str_starts(bytes, magic))
        return str_starts(bytes, STR("allmende-model "))
                   ? FAIL(err, ERR_UNSUPPORTED, _("Install a newer version of Allmende."),
                          _("This model file has a form that this program does not know."))
                   : FAIL(err, ERR_INPUT, _("Choose a file that Allmende saved as a model."),
                          _("This is not a model file."));
    struct str rest = {bytes.at + magic.n, bytes.n - magic.n}, line;
    size_t length = rest.n;
    const char *end = length ? memchr(rest.at, '\n', length) : NULL;
    if (!end)
        return FAIL(err, ERR_INPUT, _("Fetch the model again from where it came from."),
                    _("The header of the model does not end (byte %zu)."), bytes.n);
    line = (struct str){rest.at, (size_t)(end - rest.at)};
    rest = (struct str){end + 1, rest.n - line.n - 1};
    if (line.n > MODEL_HEADER_MAX)
        return FAIL(err, ERR_LIMIT, _("Learn from fewer or shorter categories."),
                    _("The header of the model has %zu bytes, more than %d."), line.n,
                    MODEL_HEADER_MAX);
    if (!read_all(&in, line, rest, &model))
        return false;
    CLEANUP(buf_release) struct buf again = BUF_INIT;
    model_write(&model, &again);
    if (!str_eq(buf_view(&again), bytes))
        return FAIL(err, ERR_INPUT, _("Fetch the model again from where it came from."),
                    _("The model file is not in the one form that Allmende writes."));
    *ret = model;
    return true;
}
