#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Shows that each rule of tools/lint can fail: a tiny tree that breaks just this rule, and the
# complaint that it must give. The last line is `N passed, N failed, N skipped`.
set -u
cd "$(dirname "$0")/../.." || exit 1
tree=$(pwd)/out/lint/tree
outcomes=$tree.outcomes
licence='/* SPDX-License-Identifier: GPL-3.0-or-later */'

mkdir -p out/lint
: >"$outcomes"

# fresh: an empty tree with our settings.
fresh() {
    rm -rf "$tree" && mkdir -p "$tree/src/ask" "$tree/po" "$tree/test/cycle" "$tree/docs/manual"
    cp .clang-format .clang-tidy "$tree/"
    cp po/de.po "$tree/po/"
}

# put FILE: standard input becomes a file of the tree, with the licence line if it is C.
put() {
    mkdir -p "$tree/$(dirname "$1")"
    case $1 in
    *.c | *.h) { echo "$licence" && cat; } >"$tree/$1" ;;
    *) cat >"$tree/$1" ;;
    esac
}

# judge NAME STATUS: the case NAME holds if STATUS is 0. (Pipes run in shells of their own, so the
# outcomes are counted in a file.)
judge() {
    if [ "$2" -eq 0 ]; then
        echo passed >>"$outcomes"
    else
        echo failed >>"$outcomes"
        echo "FAILED: $1"
        sed 's/^/    | /' "$tree.says"
    fi
}

# complains PART PATTERN: the tree is refused with exactly one complaint, and this one.
complains() {
    ! sh tools/lint "$1" "$tree" >"$tree.says" 2>&1 &&
        [ "$(grep -cE "$2" "$tree.says")" -eq 1 ] &&
        { [ "$1" != rules ] || [ "$(grep -cv ' functions: ' "$tree.says")" -eq 1 ]; }
    judge "$1 must complain: $2" $?
}

# bad PATTERN FILE: standard input, as FILE alone, breaks the rule that PATTERN names.
bad() {
    fresh
    put "$2"
    complains rules "^$2:[0-9]+: $1"
}

# fine FILE: standard input, as FILE alone, breaks no rule.
fine() {
    fresh
    put "$1"
    sh tools/lint rules "$tree" >"$tree.says" 2>&1
    judge "rules must be content with $1" $?
}

# repeat N LINE
repeat() {
    yes "$2" | head -n "$1"
}

include() {
    echo "#include $1"
}

# --- layers
include '"train/train.h"' | bad 'layer: ask/ask.c may not include train/train.h' src/ask/ask.c
include '"ask/ask.h"' | fine src/train/train.c
include '"ask/ask.h"' | bad 'layer: ' src/record/entry.c
include '"store/store.h"' | bad 'layer: ' src/learn/ridge.c
include '"record/entry.h"' | fine src/web/server.c
include '"ask/ask.h"' | bad 'layer: ' src/web/server.c
include '"learn/table.h"' | bad 'layer: ' src/cluster/cluster.c
include '"cluster/cluster.h"' | fine src/learn/ridge.c
include '"base/json.h"' | bad 'layer: ' src/learn/ridge.c
include '"base/json.h"' | fine src/learn/model_read.c
include '"cli/command.h"' | bad 'layer: ' src/ask/ask.c
include '"cli/command.h"' | fine src/ask/ask_cmd.c
include '"web/page.h"' | bad 'layer: ' src/ask/ask_cmd.c
include '"web/page.h"' | fine src/ask/ask_page.c
include '"ask/ask_cmd.h"' | bad 'layer: only the tables' src/ask/ask.c
include '"ask/ask_cmd.h"' | bad 'layer: only the tables' src/train/train_cmd.c
include '"ask/ask_cmd.h"' | fine src/commands.c
include '"ask/ask_cmd.h"' | fine src/ask/vote_cmd.c
include '"kinds.h"' | fine src/ask/ask_cmd.c
include '"kinds.h"' | bad 'layer: write the folder' src/ask/ask.c
include '"ask.h"' | bad 'layer: write the folder' src/ask/ask.c
include '<pthread.h>' | bad 'layer: only cluster/' src/store/store.c
include '<pthread.h>' | fine src/cluster/cluster.c
include '<time.h>' | bad 'layer: learn/' src/learn/ridge.c

# --- names
for name in strcpy strcat sprintf vsprintf gets strtok atoi atol atof strtol strtoul strtod rand \
    srand setlocale system popen gmtime localtime alloca longjmp; do
    echo "static int x = $name(y);" | bad "banned: $name\\(\\)" src/store/x.c
done
echo 'static int x = strtod(y);' | fine src/base/num.c
echo 'static int x = my_atoi(y) + table->system(y); /* atoi() */ char z[] = "atoi()";' | fine src/store/x.c
for name in exp log pow sin cos tanh fma time clock open fopen; do
    echo "static double x = $name(y);" | bad "banned: $name\\(\\)" src/learn/x.c
done
echo 'static double x = sqrt(y) + real_exp(y);' | fine src/learn/x.c
echo 'static int x = pthread_create(y);' | bad 'layer: only cluster/' src/learn/x.c

# --- SQL and HTML in C
for text in 'SELECT x' 'INSERT INTO x' 'CREATE TABLE x' 'DELETE FROM x' 'UPDATE x'; do
    echo "static const char x[] = \"$text\";" | bad 'sql: ' src/store/x.c
done
echo 'static const char x[] = "Select a file to update it."; /* SELECT x */' | fine src/store/x.c
echo 'static const char x[] = "SELECT x"; /* lint: sql, because it is shown, not run */' | fine src/store/x.c
echo 'static const char x[] = "<p>";' | bad 'html: ' src/web/x.c
echo 'static const char x[] = "a < b, <file>";' | fine src/web/x.c

# --- comments and lengths
echo 'int f(int a);' | bad 'comment: ' src/store/x.h
printf '/* Adds. */\nint f(int a);\nint g(int a,\n      int b);\n' | fine src/store/x.h
printf '/* Adds. */\nint f(int a);\n\nint g(int a);\n' | bad 'comment: ' src/store/x.h
{ printf 'int f(void)\n{\n' && repeat 58 '    a = 1;' && echo '}'; } | bad 'length: a function of 61' src/store/x.c
{ printf 'int f(void)\n{\n' && repeat 57 '    a = 1;' && echo '}'; } | fine src/store/x.c
repeat 600 'extern int a;' | bad 'length: a file' src/store/x.c
repeat 599 'extern int a;' | fine src/store/x.c
printf 'int f(int a, int b, int c, int d, int e, int (*f)(int, int), int g)\n{\n}\n' |
    bad 'parameters: 7' src/store/x.c
printf 'int f(int a, int b, int c, int d, int e, int (*f)(int, int))\n{\n}\n' | fine src/store/x.c
printf 'int f(void)\n{\n%s\n}\n' "                    if (a)" | bad 'nesting: 5' src/store/x.c
printf 'int f(void)\n{\n%s\n}\n' "                if (a)" | fine src/store/x.c

# --- the tree
licence='/* nothing */'
echo 'extern int a;' | bad 'licence: ' src/store/x.c
licence='/* SPDX-License-Identifier: GPL-3.0-or-later */'
mark=TO
echo "/* ${mark}DO: more */" | bad 'open end: ' src/store/x.c
echo "/* ${mark}DO(#7): more */" | fine src/store/x.c
slash=/
echo "/* see ${slash}home/anna/x */" | bad 'machine: ' src/store/x.c
echo "/* see registry${slash}x and https://registry"".example.org */" | bad 'machine: ' src/store/x.c

fresh
echo '<!-- SPDX-License-Identifier: 0BSD --> (no folder)' | put src/README.md
complains rules 'src/README.md:1: map: no line for ask/'

# --- a command has an example, a test and a section
command() {
    fresh
    put src/ask/ask_cmd.c <<END
const struct command ask_add_command = {
    .name = "ask add",
    $1
    .options = (const struct option[]){{.name = "title"}, {0}},
};
END
    echo "$2" | put test/cycle/100-ask.sh
    printf '<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n%s\n' "$3" | put docs/manual/ask.md
}
spdx='# SPDX-License-Identifier: 0BSD'
command '.example = "ask add",' "$spdx
allmende ask add x" '## The command ask add'
sh tools/lint rules "$tree" >"$tree.says" 2>&1
judge "rules must be content with a complete command" $?
command '' "$spdx
allmende ask add x" '## ask add'
complains rules 'command: "ask add" has no example'
command '.example = "ask add",' "$spdx" '## ask add'
complains rules 'command: no test'
command '.example = "ask add",' "$spdx
allmende ask add x" 'ask add'
complains rules 'command: no section'

# --- sentences
fresh
echo 'void f(void) { say(_("Nobody has translated this.")); }' | put src/store/x.c
complains words '^src/store/x.c:2: words: po/de.po has no German that fits "Nobody'
fresh
echo 'void f(void) { say(_("%d birds"), 3); }' | put src/store/x.c
printf '\nmsgid "%%d birds"\nmsgstr "%%s Vögel"\n' >>"$tree/po/de.po"
complains words '^src/store/x.c:2: words: po/de.po has no German that fits "%d birds"'

# --- the other tools
fresh
echo 'int  a;' | put src/store/x.c
complains format 'x.c:2:.*clang-format-violations'
fresh
echo 'int f(int a) { if (a); return 1; }' | put src/store/x.c
complains tidy 'x.c:2:.*error:.*bugprone-suspicious-semicolon'
fresh
echo 'int f(void) { int a[2] = {0, 1}; return a[2]; }' | put src/store/x.c
mkdir -p "$tree/tools" "$tree/out/gen"
complains cppcheck 'x.c:2:.*error:.*out of bounds'
fresh
echo "#!/bin/sh
rm -rf \$1" | put x.sh
complains shell 'SC2086 \(info\)'

failed=$(grep -c failed "$outcomes")
echo "$(grep -c passed "$outcomes") passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
