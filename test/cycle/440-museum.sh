#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Old models: those of today's algorithms made again bit for bit, and the answers of all stay
# (test/museum/README.md).
. "$ALLMENDE_TOP/test/cycle/lib/check.sh"
museum=$ALLMENDE_TOP/test/museum
cp "$museum/pond.csv" .

for rung in 0 1 2; do
    run 0 try pond.csv --target spawn --ignore frogs --group pond --rungs $rung --save "spawn-$rung.model"
    run 0 try pond.csv --target frogs --metric mae --ignore spawn --group pond --rungs $rung \
        --save "frogs-$rung.model"
done
# What the algorithm of a model is called: a new number made other bits.
algorithm() {
    head -n 2 "$1" | sed -n 's/^{"algorithm":"\([a-z]*\/[0-9]*\)".*/\1/p'
}
models=0 again=0
for model in "$museum"/*.model; do
    models=$((models + 1))
    name=$(basename "$model" .model)
    today=${name%-v[0-9]}.model
    if [ "$(algorithm "$model")" = "$(algorithm "$today")" ]; then
        again=$((again + 1))
        cmp "$model" "$today" || { echo "$name: other bits than in the museum"; exit 1; }
    fi
    run 0 predict "$model" pond.csv --scores --out "$name.csv"
    cmp "$museum/$name.csv" "$name.csv" || { echo "$name: other answers than in the museum"; exit 1; }
done
[ "$models" -ge 10 ]
[ "$again" = 6 ] # each of today's is in the museum
