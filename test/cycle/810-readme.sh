#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The transcript in README.md is what the example shows today, but for numbers.
sh "$ALLMENDE_TOP/tools/transcript.sh" check
