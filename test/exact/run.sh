#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The exactness proof: the driver must print the lines of golden.txt, whatever built it and whatever
# it runs on.
#
#   test/exact/run.sh           18 cells: every pair of compiler, optimisation, threads, ranks,
#                               processor; and the plain twins of all kernels
#   test/exact/run.sh --full    all 324; also with ALLMENDE_SOAK=1
#   test/exact/run.sh --print   only print the lines (for a new piece of work in golden.txt)
#
# Work is done in out/exact. What this machine lacks (a cross compiler, qemu, AVX-512) is said to be
# skipped. At the end the driver is built with contraction switched on, which must change bits:
# that shows that the flag -ffp-contract=off does work.
set -eu
cd "$(dirname "$0")/../.."
out=out/exact
golden=test/exact/golden.txt
mode=${1:-}
[ "${ALLMENDE_SOAK:-}" != 1 ] || mode=${mode:---full}
passed=0 failed=0 skipped=0
mkdir -p "$out"

# learn/, cluster/ and the parts of base/ and read/ that need no library; reading a model needs
# jansson.
sources="test/exact/driver.c src/read/marks.c $(find src/learn src/cluster -name '*.c' ! -name model_read.c | LC_ALL=C sort)"
for part in arena buf check cpu err hash lang mem num str; do
    sources="$sources src/base/$part.c"
done

has_cpu() {
    grep -qw "$1" /proc/cpuinfo 2>/dev/null
}

# Sets flags and runner for compiler $1 and processor $2; fails if the machine lacks something.
target() {
    runner=
    case $2 in
    sse2 | avx2 | avx512)
        [ "$(uname -m)" = x86_64 ] || return 1
        cc=$1 flags=-march=x86-64
        ;;
    aarch64) triple=aarch64-linux-gnu qemu=qemu-aarch64-static ;;
    armhf) triple=arm-linux-gnueabihf qemu=qemu-arm-static ;;
    riscv64) triple=riscv64-linux-gnu qemu=qemu-riscv64-static ;;
    esac
    case $2 in
    avx2)
        has_cpu avx2 && has_cpu fma || return 1
        flags="$flags -mavx2 -mfma"
        ;;
    avx512)
        has_cpu avx512f || return 1
        flags="$flags -mavx2 -mfma -mavx512f -mavx512vl -mprefer-vector-width=512"
        ;;
    aarch64 | armhf | riscv64)
        runner=$(command -v "$qemu") || return 1
        case $1 in
        gcc) cc=$triple-gcc flags=-static ;;
        clang) cc=clang flags="--target=$triple -static" ;;
        esac
        ;;
    esac
    command -v "$cc" >/dev/null || return 1
    # A compiler without headers or start files for that processor is not there either.
    # shellcheck disable=SC2086
    echo 'int main(void) { return 0; }' | $cc $flags -x c -o "$out/probe" - 2>/dev/null
}

# build OUTPUT FLAGS…
build() {
    output=$1
    shift
    # shellcheck disable=SC2086
    $cc -std=c17 -D_POSIX_C_SOURCE=200809L -Isrc $flags "$@" -o "$output" $sources -lpthread -lm
}

# cell COMPILER OPTIMISATION THREADS PROCESSOR RANKS [KERNELS]: kernels for newer instructions than the
# processor's are left aside by ALLMENDE_CPU.
cell() {
    name="$1 $2 $4, $3 thread(s), $5 rank(s)${6:+, $6 kernels}"
    if ! target "$1" "$4"; then
        skipped=$((skipped + 1))
        echo "skipped  $name: not on this machine"
        return
    fi
    binary=$out/driver-$1$2-$4
    if [ -f "$binary" ] || build "$binary" "$2" -ffp-contract=off; then
        if ALLMENDE_CPU=${6:-$4} $runner "$binary" "$3" "$5" >"$out/lines" && cmp -s "$golden" "$out/lines"; then
            passed=$((passed + 1))
            echo "passed   $name"
            return
        fi
        diff "$golden" "$out/lines" | sed -n 's/^> /    differs: /p'
    fi
    failed=$((failed + 1))
    echo "FAILED   $name"
}

# contraction COMPILER PROCESSOR: with contraction on, a ridge model must come out differently.
contraction() {
    name="$1 $2 with -ffp-contract=fast gives other bits"
    if ! target "$1" "$2"; then
        skipped=$((skipped + 1))
        echo "skipped  $name: not on this machine"
    elif build "$out/contracted" -O2 -ffp-contract=fast && $runner "$out/contracted" 1 >"$out/lines" &&
        [ "$(grep -c . "$out/lines")" = "$(grep -c . "$golden")" ] &&
        diff "$golden" "$out/lines" | grep -q '^> ridge/2 '; then
        passed=$((passed + 1))
        echo "passed   $name"
    else
        failed=$((failed + 1))
        echo "FAILED   $name"
    fi
}

if [ "$mode" = --print ]; then
    target gcc sse2 || target gcc "$(uname -m)"
    build "$out/print" -O2 -ffp-contract=off
    exec $runner "$out/print" 1
fi

rm -f "$out"/driver-*
p=0
for processor in sse2 avx2 avx512 aarch64 armhf riscv64; do
    o=0
    for optimisation in -O0 -O2 -O3; do
        if [ "$mode" = --full ]; then
            for compiler in gcc clang; do
                for threads in 1 2 3; do
                    for ranks in 1 2 3; do
                        cell $compiler $optimisation $threads $processor $ranks
                    done
                done
            done
        else
            # threads = (p + o) mod 3, ranks = (p + 2 o) mod 3 and compiler = (p + o) mod 2 meet every
            # value of all others.
            compiler=gcc
            [ $(((p + o) % 2)) = 0 ] || compiler=clang
            cell $compiler $optimisation $(((p + o) % 3 + 1)) $processor \
                $(((p + 2 * o) % 3 + 1))
        fi
        o=$((o + 1))
    done
    p=$((p + 1))
done
cell gcc -O2 2 sse2 1 plain
contraction gcc avx2
contraction clang avx2
contraction gcc aarch64

if ! grep -q -e '-ffp-contract=off' Makefile; then
    failed=$((failed + 1))
    echo "FAILED   the Makefile has lost -ffp-contract=off"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
