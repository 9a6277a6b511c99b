/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "collect/form.h"

#include "base/file.h"

bool form_read_file(const char *path, const char *name, json_t **ret_body, struct buf *ret_notes,
                    struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    (void)name;
    (void)ret_notes;
    return file_read(path, 1 << 20, &text, err) && form_read_text(buf_view(&text), ret_body, err);
}
