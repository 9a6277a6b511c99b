/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export: a model as a file that works without this program. What is written is 0BSD.
 *
 *   json   all of the model, numbers as the shortest decimals that read back as the same double
 *          (docs/format/export.md)
 *   c      one file of C99 that needs nothing but itself, with a test of its own inside; gives the
 *          same bits as model_predict for the same decimals
 *   onnx   for other programs: operators of ONNX in float64 where they have it; what can differ
 *          stands in docs/format/export.md
 */
#ifndef TRAIN_EXPORT_H
#define TRAIN_EXPORT_H

#include "learn/model.h"

/* Append the model in this form. Any model that model_read accepts can be exported, or is refused:
 * ERR_LIMIT it would be larger than the form allows (ONNX: 2 GiB). */
void export_json(const struct model *model, struct buf *out);
bool export_c(const struct model *model, struct buf *out, struct err *err) MUST_USE;
bool export_onnx(const struct model *model, struct buf *out, struct err *err) MUST_USE;

/* How scores become what people call certainty. */
enum link {
    LINK_NONE = 0, /* larger is likelier, or it is the value itself */
    LINK_LOGISTIC, /* one output: the log odds of the second class */
    LINK_SOFTMAX   /* an output a class */
};
enum link export_link(const struct model *model);

#endif
