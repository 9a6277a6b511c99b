#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The workshop in the browser: joining, asking, deciding; what is refused; how it ends.
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"

run 0 new bach.allmende --title "Our stream" --name Ana
run 0 serve --routes
says '/ask/*  '
run 2 serve --listen here
complains 'is no address with a port'
run 1 serve --listen 127.0.0.1:0 --certificate bach.allmende --key bach.allmende
complains 'Certificate and key cannot be used'
PYTHONDONTWRITEBYTECODE=1 python3 "$ALLMENDE_TOP/test/web/visit.py" bach.allmende

# What was done in the browser is in the file, by the members who did it.
run 0 ask show last
says 'Something new'
run 0 check
run 0 collect show last
says 'temperature'
