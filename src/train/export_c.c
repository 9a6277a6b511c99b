/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "train/export.h"
bool export_c(const struct model *model, struct buf *out, struct err *err)
{
    (void)model; (void)out; (void)err; return true;
}
bool export_onnx(const struct model *model, struct buf *out, struct err *err)
{
    (void)model; (void)out; (void)err; return true;
}
