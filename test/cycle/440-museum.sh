#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Old models: made again bit for bit, and their answers stay (test/museum/README.md).
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"
museum=$ALLMENDE_TOP/test/museum
cp "$museum/pond.csv" .

for rung in 0 1 2; do
    run 0 try pond.csv --target spawn --ignore frogs --group pond --rungs $rung --save "spawn-$rung.model"
    run 0 try pond.csv --target frogs --metric mae --ignore spawn --group pond --rungs $rung \
        --save "frogs-$rung.model"
done
models=0
for model in "$museum"/*.model; do
    models=$((models + 1))
    name=$(basename "$model" .model)
    cmp "$model" "$name.model" || { echo "$name: other bits than in the museum"; exit 1; }
    run 0 predict "$model" pond.csv --scores --out "$name.csv"
    cmp "$museum/$name.csv" "$name.csv" || { echo "$name: other answers than in the museum"; exit 1; }
done
[ "$models" -ge 6 ]
