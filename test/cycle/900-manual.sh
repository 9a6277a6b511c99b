#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every console block of the manual runs and prints what the page says.
status=0
for page in "$ALLMENDE_TOP"/docs/manual/*/*.md; do
    # Nothing is written beside the sources.
    PYTHONDONTWRITEBYTECODE=1 python3 "$ALLMENDE_TOP/test/manual.py" "$page" || status=1
done
exit "$status"
