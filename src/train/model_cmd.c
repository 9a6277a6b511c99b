/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/model_cmd.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "learn/quant.h"
#include "train/drawing.h"
#include "train/export.h"
#include "train/models.h"
#include "train/score.h"

enum { BAR_CELLS = 20, BARS_SHOWN = 15, OUTPUTS_SHOWN = 10 };

/* --- model list ------------------------------------------------------------------------------- */

static bool run_list(struct cli *cli, struct err *err)
{
    struct kept_model *model;
    size_t n, first, end;
    json_t *list = json_array();
    cli_put(cli, "models", list);
    if (!models_list(cli->record, &cli->arena, &model, &n, err) ||
        !cli_page(cli, n, &first, &end, err))
        return false;
    for (size_t i = first; i < end; i++) {
        const struct kept_model *m = &model[i];
        json_t *one = json_object();
        json_object_set_new(one, "id", json_string(hash_hex(&m->id).at));
        json_object_set_new(one, "algorithm", json_stringn(m->algorithm.at, m->algorithm.n));
        json_object_set_new(one, "bytes", json_integer((json_int_t)m->bytes));
        json_object_set_new(one, "training", json_string(hash_hex(&m->training).at));
        json_object_set_new(one, "hypothesis", json_string(hash_hex(&m->hypothesis).at));
        json_array_append_new(list, one);
        cli_say(cli, _("%.12s  %s, for the guess %.8s\n"), hash_hex(&m->id).at,
                algorithm_words(m->algorithm), hash_hex(&m->hypothesis).at);
    }
    if (n == 0)
        cli_say(cli, _("There is no model yet. Train one: allmende train HYPOTHESIS\n"));
    return true;
}

const struct command model_list_command = {
    .name = "model list",
    .phase = PHASE_TRAIN,
    .needs = NEEDS_READ,
    .summary = N_("List the models of the project"),
    .details = NULL,
    .operands = "",
    .operands_min = 0,
    .operands_max = 0,
    .example = "model list",
    .options = cli_page_options,
    .run = run_list,
};

/* --- model show ------------------------------------------------------------------------------- */

static void say_bar(struct cli *cli, const struct bar *bar, int width)
{
    CLEANUP(buf_release) struct buf cells = BUF_INIT;
    int length = (int)(fabs(bar->length) * BAR_CELLS + 0.5);
    size_t chars = 0;
    for (const char *c = bar->label; *c; c++)
        chars += ((unsigned char)*c & 0xC0) != 0x80;
    for (size_t i = chars; i < (size_t)width; i++)
        buf_char(&cells, ' ');
    buf_printf(&cells, " %s ", bar->length < 0 ? "−" : "+");
    for (int i = 0; i < (length ? length : 1); i++)
        buf_text(&cells, "█");
    cli_say(cli, "  %s%s %s\n", bar->label, cells.at, cli_number(cli, fabs(bar->value), 3));
}

static void say_bars(struct cli *cli, const struct bar *bar, size_t n)
{
    int width = 0;
    size_t shown = n < BARS_SHOWN ? n : BARS_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        int chars = 0;
        for (const char *c = bar[i].label; *c; c++)
            chars += ((unsigned char)*c & 0xC0) != 0x80;
        width = chars > width ? chars : width;
    }
    for (size_t i = 0; i < shown; i++)
        say_bar(cli, &bar[i], width < 40 ? width : 40);
    if (n > shown)
        cli_say(cli, _("  … and %zu more, which weigh less\n"), n - shown);
}

static json_t *bars_json(const struct bar *bar, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *one = json_object();
        json_object_set_new(one, "label", json_string(bar[i].label));
        json_object_set_new(one, "value", cli_real(bar[i].value));
        json_object_set_new(one, "per_unit",
                            bar[i].is_number ? cli_real(bar[i].per_unit) : json_null());
        json_array_append_new(list, one);
    }
    return list;
}

static void show_weights(struct cli *cli, const struct model *model)
{
    json_t *list = json_array();
    cli_put(cli, "weights", list);
    for (size_t k = 0; k < explain_outputs(model); k++) {
        struct bar *bar;
        struct str output = drawing_output(model, k);
        size_t n = drawing_weights(model, k, &cli->arena, &bar);
        json_t *one = json_object();
        json_object_set_new(one, "output", json_stringn(output.at, output.n));
        json_object_set_new(one, "inputs", bars_json(bar, n));
        json_array_append_new(list, one);
        if (k >= OUTPUTS_SHOWN)
            continue;
        cli_say(cli,
                model->task == TASK_REGRESSION
                    ? _("\nWhat makes \"%.*s\" larger (+) or smaller (−):\n")
                    : _("\nWhat speaks for \"%.*s\" (+) or against it (−):\n"),
                STR_ARG(output));
        say_bars(cli, bar, n);
    }
    cli_say(cli, _("\nThe length says how much it matters at most, from the mean to the farthest "
                   "value that was learned from.\n"));
}

static bool show_trees(struct cli *cli, const struct model *model)
{
    CLEANUP(buf_release) struct buf lines = BUF_INIT;
    struct drawn_tree tree;
    struct bar *bar;
    size_t n = drawing_importance(model, &cli->arena, &bar);
    bool drawn = drawing_tree(model, &cli->arena, &tree);
    cli_put(cli, "importance", bars_json(bar, n));
    cli_put_int(cli, "trees", (int64_t)model->trees.tree_n);
    cli_put_int(cli, "nodes", (int64_t)model->trees.node_n);
    cli_say(cli, _("\nHow much each column moves the answer (all together: 1):\n"));
    say_bars(cli, bar, n);
    if (!drawn) {
        cli_say(cli, _("\nIts trees are too large to be drawn.\n"));
        return false;
    }
    drawing_tree_text(&tree, &lines);
    cli_say(cli, "\n%s\n%s", tree.title, lines.at);
    cli_put_text(cli, "tree", lines.at);
    return true;
}

static void show_words(struct cli *cli, const struct model *model)
{
    if (model->task == TASK_REGRESSION) {
        double mean = quant_scale(model->constant, model->target_exponent);
        cli_say(cli, _("It always answers %s.\n"), cli_number(cli, mean, 6));
        cli_put_real(cli, "mean", mean);
        return;
    }
    struct str otherwise = model->class_name[model->majority];
    if (model->rule.n)
        cli_say(cli, _("Your own rule: %.*s. Otherwise it answers \"%.*s\".\n"),
                STR_ARG(model->rule), STR_ARG(otherwise));
    else
        cli_say(cli, _("It always answers \"%.*s\".\n"), STR_ARG(otherwise));
    cli_put(cli, "rule", model->rule.n ? json_stringn(model->rule.at, model->rule.n) : json_null());
    cli_put(cli, "majority", json_stringn(otherwise.at, otherwise.n));
}

static void show_head(struct cli *cli, const struct model *model)
{
    const struct hash id = model_id(model);
    bool classes = model->task == TASK_CLASSIFICATION;
    json_t *names = json_array();
    for (size_t k = 0; k < model->class_n; k++)
        json_array_append_new(names, json_stringn(model->class_name[k].at, model->class_name[k].n));
    cli_say(cli, _("Model %.12s: %s\n"), hash_hex(&id).at, algorithm_words(model->algorithm));
    if (classes)
        cli_say(cli,
                _("It answers \"%.*s\" with one of %zu classes. Columns that it looks at: %zu.\n"),
                STR_ARG(model->target), model->class_n, model->feature_n);
    else
        cli_say(cli, _("It answers \"%.*s\" with a number. Columns that it looks at: %zu.\n"),
                STR_ARG(model->target), model->feature_n);
    if (classes)
        cli_say(cli, score_is_probability(model->algorithm)
                         ? _("How sure it is, it says as a probability.\n")
                         : _("It does not say how sure it is: its scores are no probabilities.\n"));
    cli_put_text(cli, "id", hash_hex(&id).at);
    cli_put_text(cli, "algorithm", arena_copy(&cli->arena, model->algorithm));
    cli_put_text(cli, "task", classes ? "classification" : "regression");
    cli_put(cli, "target", json_stringn(model->target.at, model->target.n));
    cli_put(cli, "classes", names);
    cli_put_int(cli, "columns", (int64_t)model->feature_n);
    cli_put(cli, "probability", json_boolean(classes && score_is_probability(model->algorithm)));
}

static bool write_svg(struct cli *cli, const struct model *model, struct err *err)
{
    CLEANUP(buf_release) struct buf svg = BUF_INIT;
    const char *path = cli_option(cli, "svg");
    struct drawn_tree tree;
    if (!path)
        return true;
    if (!file_apart(path, cli_operand(cli, 0), err))
        return false;
    if (!drawing_tree(model, &cli->arena, &tree))
        return FAIL(err, ERR_INPUT, _("Only models of trees that are small enough are drawn."),
                    _("There is no tree in this model that could be drawn."));
    drawing_tree_svg(&tree, &svg);
    if (!file_write(path, buf_view(&svg), 0644, err))
        return false;
    cli_say(cli, _("The tree was drawn to %s.\n"), path);
    return true;
}

static bool run_show(struct cli *cli, struct err *err)
{
    struct model model;
    if (!models_find(cli->record, cli_operand(cli, 0), &cli->arena, &model, err))
        return false;
    show_head(cli, &model);
    if (model.trees.output_n > 0)
        show_trees(cli, &model);
    else if (model.weight)
        show_weights(cli, &model);
    else
        show_words(cli, &model);
    return write_svg(cli, &model, err);
}

static const struct option_spec show_options[] = {
    {"svg", "FILE", N_("draw the tree to a file"), false, false},
    {NULL, NULL, NULL, false, false},
};

const struct command model_show_command = {
    .name = "model show",
    .phase = PHASE_TRAIN,
    .needs = NEEDS_FILE,
    .summary = N_("Look into a model: what it pays attention to"),
    .details = N_("MODEL is a file, or the first digits of a model of the project, or \"last\"."),
    .operands = "MODEL",
    .operands_min = 1,
    .operands_max = 1,
    .example = "model show frogs.model --svg tree.svg",
    .options = show_options,
    .run = run_show,
};

/* --- model export ----------------------------------------------------------------------------- */

static bool export_as(const char *form, const struct model *model, struct buf *out, struct err *err)
{
    if (strcmp(form, "c") == 0)
        return export_c(model, out, err);
    if (strcmp(form, "onnx") == 0)
        return export_onnx(model, out, err);
    if (strcmp(form, "json") != 0)
        return FAIL(err, ERR_USAGE, _("Choose json, c or onnx."),
                    _("\"%s\" is no form that a model can have."), form);
    export_json(model, out);
    return true;
}

static bool run_export(struct cli *cli, struct err *err)
{
    CLEANUP(buf_release) struct buf file = BUF_INIT;
    const char *form = cli_option(cli, "to");
    const char *path = cli_option(cli, "out");
    struct model model;
    if (!file_apart(path, cli_operand(cli, 0), err) ||
        !models_find(cli->record, cli_operand(cli, 0), &cli->arena, &model, err) ||
        !export_as(form, &model, &file, err))
        return false;
    if (!path && strcmp(form, "onnx") == 0)
        return FAIL(err, ERR_USAGE, _("Name a file with --out FILE."),
                    _("A file of ONNX is no text that could be shown."));
    if (path && !file_write(path, buf_view(&file), 0644, err))
        return false;
    if (path)
        cli_say(cli, _("Written to %s (%zu bytes). It is 0BSD: anybody may use it for anything.\n"),
                path, file.n);
    else
        cli_say(cli, "%s", file.at);
    cli_put_text(cli, "form", form);
    cli_put_text(cli, "out", path);
    cli_put_int(cli, "bytes", (int64_t)file.n);
    return true;
}

static const struct option_spec export_options[] = {
    {"to", "json|c|onnx", N_("the form to write"), true, false},
    {"out", "FILE", N_("write to this file"), false, false},
    {NULL, NULL, NULL, false, false},
};

const struct command model_export_command = {
    .name = "model export",
    .phase = PHASE_TRAIN,
    .needs = NEEDS_FILE,
    .summary = N_("Take a model away: as JSON, as a C file, or as ONNX"),
    .details =
        N_("MODEL is a file, or the first digits of a model of the project, or \"last\". The "
           "C file needs nothing but itself and gives the same answers to the bit."),
    .operands = "MODEL",
    .operands_min = 1,
    .operands_max = 1,
    .example = "model export frogs.model --to c --out frogs.c",
    .options = export_options,
    .run = run_export,
};
