# SPDX-License-Identifier: GPL-3.0-or-later
# The rules for C that no other tool knows:  awk -f tools/lint.awk tools/layers.txt FILE.c …
#
# Each line is parted into code, the texts of its string literals, and comments. clang-format holds
# elsewhere, so that layout can be relied on: a function begins with the line "{" and ends with the
# line "}", and a statement is indented by four columns for each level.
#
# A place that has to break a rule says so there, or in the line above, with the reason:
#     /* lint: sql, because the schema is rewritten, never run from here */
#
# Prints FILE:LINE: RULE: sentence. The last line gives the lengths of the functions.

function complain(rule, sentence) {
    if (index($0, "lint: " rule ", because") || index(line_above, "lint: " rule ", because"))
        return
    printf "%s:%d: %s: %s\n", FILENAME, FNR, rule, sentence
}

# --- a line in its parts ---------------------------------------------------------------------------

# Sets code, texts and comment_ends (the line ends a comment and holds nothing after it).
function part(line,    out, c, at, quote, text) {
    out = texts = ""
    comment_ends = 0
    while (line != "") {
        if (in_comment) {
            at = index(line, "*/")
            if (!at)
                break
            line = substr(line, at + 2)
            in_comment = 0
            comment_ends = line ~ /^[ ]*$/
            continue
        }
        if (!match(line, /["']|\/[*\/]/)) {
            out = out line
            break
        }
        out = out substr(line, 1, RSTART - 1)
        c = substr(line, RSTART, RLENGTH)
        line = substr(line, RSTART + RLENGTH)
        if (c == "//")
            break
        if (c == "/*") {
            in_comment = 1
            continue
        }
        quote = c
        text = ""
        while (line != "" && (c = substr(line, 1, 1)) != quote) {
            at = c == "\\" ? 2 : 1
            text = text substr(line, 1, at)
            line = substr(line, at + 1)
        }
        line = substr(line, 2)
        out = out quote quote
        if (quote == "\"")
            texts = texts text "\n"
    }
    code = out
}

function begin_file() {
    in_comment = depth = in_function = in_command = 0
    head = line_above = ""
    above = in_macro = 0
    folder = FILENAME
    sub(/^.*src\//, "", folder)
    in_src = folder != FILENAME || FILENAME ~ /^src\//
    name = folder
    folder = folder ~ /\// ? substr(folder, 1, index(folder, "/") - 1) : ""
    is_header = FILENAME ~ /\.h$/
    is_cmd = FILENAME ~ /_cmd\.[ch]$/
    is_page = FILENAME ~ /_page\.[ch]$/
}

# --- layers ----------------------------------------------------------------------------------------

function may_include(target,    stem, to) {
    to = substr(target, 1, index(target, "/") - 1)
    stem = target
    sub(/\.h$/, "", stem)
    return to == folder || (folder, to) in may || (folder, stem) in may || (name, stem) in may ||
        (is_cmd && (("*_cmd.c", to) in may || ("*_cmd.c", stem) in may)) ||
        (is_page && (("*_page.c", to) in may || ("*_page.c", stem) in may))
}

function check_include(target,    kin) {
    if (!in_src || folder == "" || target == "embedded.h")
        return
    kin = index(target, folder "/") == 1 && (is_cmd || is_page)
    if (target !~ /\// && !may_include(target))
        complain("layer", "write the folder of \"" target "\"")
    else if (target ~ /_(cmd|page)\.h$/ && !kin)
        complain("layer", "only the tables of contents and commands of its folder may include " target)
    else if (!may_include(target))
        complain("layer", name " may not include " target " (tools/layers.txt)")
}

function check_system_include(target) {
    if (target == "pthread.h" && folder != "cluster")
        complain("layer", "only cluster/ may name threads")
    if (folder == "learn" && target ~ /^(time|fcntl|unistd|sqlite3|dirent|stdio|signal|sys\/.*)\.h$/)
        complain("layer", "learn/ knows no file, clock, socket or SQL")
}

# --- names and texts -------------------------------------------------------------------------------

function check_names(    rest, word, back) {
    rest = " " code
    while (match(rest, /[^A-Za-z0-9_][a-z_][a-z0-9_]*[ ]*\(/)) {
        word = substr(rest, RSTART + 1, RLENGTH - 2)
        sub(/[ ]+$/, "", word)
        back = substr(rest, RSTART, 1)
        rest = substr(rest, RSTART + RLENGTH - 1)
        if (back == "." || back == ">")
            continue
        if (word in unsafe)
            complain("banned", word "() is banned: " unsafe[word])
        else if (in_src && word in banned && !(word ~ /^strto/ && name == "base/num.c"))
            complain("banned", word "() is banned: " banned[word])
        else if (in_src && folder == "learn" && word in inexact)
            complain("banned", word "() is banned in learn/: its bits differ between machines, or it looks outside")
        else if (in_src && word ~ /^pthread_/ && folder != "cluster")
            complain("layer", "only cluster/ may name threads")
    }
}

function check_texts() {
    if (texts ~ /SELECT |INSERT INTO|CREATE TABLE|DELETE FROM|UPDATE /)
        complain("sql", "SQL text belongs into sql/")
    if (texts ~ /<\/?(!DOCTYPE|html|head|body|title|meta|link|script|style|div|span|p|a|b|i|h[1-6]|ul|ol|li|table|tr|td|th|form|input|button|label|img|br|main|nav|section)[ >\/]/)
        complain("html", "HTML text belongs into pages/")
}

# --- functions -------------------------------------------------------------------------------------

# How many parameters the function of this head takes. The list is the last bracket of the head,
# because attributes stand in front of a definition.
function parameters(text,    i, c, level, count, last) {
    sub(/, \.\.\.\)/, ")", text)
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c == "(" && level++ == 0)
            count = 1
        else if (c == ")" && --level == 0)
            last = count
        else if (c == "," && level == 1)
            count++
    }
    return text ~ /\([ ]*(void)?[ ]*\)[ ]*$/ ? 0 : last
}

function end_function(    n) {
    n = FNR - function_line + 1
    lengths[n]++
    functions++
    if (n > longest) {
        longest = n
        longest_name = FILENAME ":" function_line
    }
    if (n > 60)
        complain("length", "a function of " n " lines; 60 are enough")
    in_function = 0
}

# The lines of a head (between one declaration and the next) gather in `head`.
function check_functions(    level) {
    if (in_function) {
        if (code ~ /^}$/)
            end_function()
        else if (code ~ /^ +(\} )?(if|for|while|do|switch|else)($|[^A-Za-z0-9_])/) {
            match(code, /^ +/)
            if (RLENGTH % 4 == 0 && (level = RLENGTH / 4) > 4)
                complain("nesting", level " levels; 4 are enough")
        }
        return
    }
    if (code ~ /^\{$/ && head ~ /\)[ ]*$/) {
        in_function = 1
        function_line = head_line
        if (parameters(head) > 6 && head !~ /enum MHD_Result/) # a library says what these take
            complain("parameters", parameters(head) " parameters; 6 are enough")
        if (is_header)
            check_comment()
        head = ""
        return
    }
    if (in_macro || code ~ /^(#|[ ]*$)/ || depth > 0) {
        head = ""
        return
    }
    if (head == "") {
        head_line = FNR
        head_documented = above
    }
    head = head " " code
    if (code ~ /[;{}][ ]*$/) {
        if (is_header && code ~ /;[ ]*$/ && head ~ /[a-z0-9_]\(/ && head !~ /^ *(typedef|struct [a-z_]+ \{|#)/)
            check_comment()
        head = ""
    }
}

# A run of declarations without an empty line between them may share one comment.
function check_comment() {
    if (!head_documented)
        complain("comment", "say above it what this function is for")
}

# --- commands --------------------------------------------------------------------------------------

# Notes each command of a *_cmd.c for tools/lint, which looks for its test and its manual section.
# A command is a `struct command x = {` or an element of a `struct command x[] = {`.
function check_commands() {
    if (code ~ /struct command [a-z_]+(\[[^]]*\])? = \{/) {
        in_command = code ~ /\]/ ? 2 : 1
        command = ""
        return
    }
    if (!in_command)
        return
    if ((depth == in_command && code ~ /^[ ]*\.name = ""/) ||
        (depth == in_command - 1 && code ~ /^[ ]*\{\.name = ""/)) {
        end_command()
        command = texts
        sub(/\n.*/, "", command)
        command_line = FNR
        has_example = 0
    }
    if (code ~ /\.example = /)
        has_example = 1
    if (code ~ /^\};/) {
        end_command()
        in_command = 0
    }
}

function end_command() {
    if (command == "")
        return
    if (!has_example)
        complain("command", "\"" command "\" has no example")
    printf "COMMAND %s:%d:%s\n", FILENAME, command_line, command
    command = ""
}

# --- the run ---------------------------------------------------------------------------------------

function ban(list, names, why,    i, n, word) {
    n = split(names, word, " ")
    for (i = 1; i <= n; i++) {
        if (list == "unsafe")
            unsafe[word[i]] = why
        else if (list == "banned")
            banned[word[i]] = why
        else
            inexact[word[i]] = why
    }
}

BEGIN {
    ban("unsafe", "strcpy strcat sprintf vsprintf gets strtok alloca", "use struct buf or struct str")
    ban("banned", "atoi atol atoll atof strtol strtoul strtoll strtoull strtod strtof",
        "base/num.h reads numbers, without a locale")
    ban("banned", "rand srand random srandom drand48", "learn/rng.h counts")
    ban("banned", "setlocale", "numbers and order never depend on a locale")
    ban("banned", "system popen", "no shell runs in our name")
    ban("banned", "gmtime localtime asctime ctime", "base/clock.h")
    ban("banned", "strerror", "base/err.h says what went wrong")
    ban("banned", "setjmp longjmp", "errors go up as struct err")
    ban("inexact", "exp exp2 expm1 log log2 log10 log1p pow cbrt hypot sin cos tan asin acos atan " \
        "atan2 sinh cosh tanh asinh acosh atanh erf erfc lgamma tgamma fma fmod remainder " \
        "expf logf powf sinf cosf tanf tanhf fmaf", "")
    ban("inexact", "time clock clock_gettime open openat fopen read write socket", "")
}

FNR == 1 {
    begin_file()
    files++
}

# tools/layers.txt
FILENAME ~ /layers\.txt$/ {
    sub(/#.*/, "")
    if (split($0, side, ":") == 2) {
        gsub(/[ \t]/, "", side[1])
        for (i = split(side[2], to, " "); i > 0; i--)
            may[side[1], to[i]] = 1
    }
    next
}

{
    was_in_comment = in_comment
    part($0)
    if (!was_in_comment && match($0, /^#include "[^"]*"/))
        check_include(substr($0, 11, RLENGTH - 11))
    else if (!was_in_comment && match($0, /^#include <[^>]*>/)) {
        if (in_src)
            check_system_include(substr($0, 11, RLENGTH - 11))
    }
    check_names()
    if (in_src && texts != "")
        check_texts()
    check_functions()
    if (is_cmd)
        check_commands()

    # What stands directly above the next line: a comment, or a declaration that has one.
    # (Not the licence line at the top.)
    if (comment_ends && code ~ /^[ ]*$/)
        above = FNR > 1
    else if (code ~ /^[ ]*$/ && !in_comment)
        above = 0
    else if (code ~ /^#/)
        above = 0
    in_macro = (in_macro || code ~ /^#/) && code ~ /\\$/
    depth += gsub(/\{/, "{", code) - gsub(/\}/, "}", code)
    if (FNR == 601)
        complain("length", "a file of more than 600 lines; split it by noun")
    line_above = $0
}

END {
    seen = 0
    for (n = 1; n <= longest; n++) {
        seen += lengths[n]
        if (!median && seen * 2 >= functions)
            median = n
        if (!nine_in_ten && seen * 10 >= functions * 9)
            nine_in_ten = n
    }
    printf "FUNCTIONS %d functions: median %d lines, nine in ten at most %d, longest %d (%s)\n",
        functions, median, nine_in_ten, longest, longest_name
}
