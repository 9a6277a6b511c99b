/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a receipt: refused with a sentence, or one whose signature fits (among the kept
 * inputs is one), and then its texts end where they may. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "publish/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = {(const char *)data, size};
    struct receipt receipt;
    struct err err = {0};
    bool read = receipt_read(text, &receipt, &err);
    BUG_IF(read != (err.code == ERR_NONE) || (!read && (!err.what[0] || !err.next[0])));
    BUG_IF(read && (receipt.report.fault_n != receipt.faults ||
                    strnlen(receipt.name, sizeof receipt.name) == sizeof receipt.name ||
                    strnlen(receipt.program, sizeof receipt.program) == sizeof receipt.program));
    return 0;
}
