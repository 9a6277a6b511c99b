#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The independent reader agrees with the worked vector and finds each kind of damage in it.
python=/usr/bin/python3
if ! "$python" -c 'import cryptography' 2>/dev/null; then
    echo "skipped: python3-cryptography is not installed"
    exit 77
fi
lines=$(wc -l <"$ALLMENDE_TOP/test/record_reader.py")
if [ "$lines" -gt 500 ]; then
    echo "the reader has $lines lines; a stranger needs at most 500"
    exit 1
fi
# Nothing is written beside the sources.
PYTHONDONTWRITEBYTECODE=1 "$python" "$ALLMENDE_TOP/test/record_reader_test.py" 2>&1
