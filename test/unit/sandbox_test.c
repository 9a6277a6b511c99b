/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The child does what a hostile decoder would do; the parent must end it and say so. */
#define _GNU_SOURCE /* mkdtemp */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "read/sandbox.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* --- the child ---------------------------------------------------------------------------- */

static void flood(void)
{
    static char much[SANDBOX_PIECE_MAX];
    for (;;)
        sandbox_say('D', (struct str){much, sizeof much});
}

static void raw(struct str bytes)
{
    (void)!write(SANDBOX_OUT, bytes.at, bytes.n);
    _exit(0);
}

static void take_memory(void)
{
    for (;;)
        (void)mem_get(64 << 20, 1);
}

/* Says what it was given. */
static void echo(struct str request)
{
    char byte = 0;
    sandbox_say('Q', request);
    while (read(SANDBOX_FILE, &byte, 1) == 1)
        sandbox_say('D', (struct str){&byte, 1});
}

/* Calls that reading does not need. */
static bool call(char which)
{
    int pair[2];
    void *code;
    switch (which) {
    case 'o':
        (void)!open("/etc/hostname", O_RDONLY);
        return true;
    case 's':
        (void)!socket(AF_INET, SOCK_STREAM, 0);
        return true;
    case 'f':
        (void)!fork();
        return true;
    case 'p':
        (void)!execl("/bin/true", "true", (char *)NULL);
        return true;
    case 'u':
        (void)!unlink("/tmp/nothing-of-this-name");
        return true;
    case 'k':
        (void)!kill(getppid(), 0);
        return true;
    case 'c':
        code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return code != NULL;
    case 'g':
        (void)!pipe(pair);
        return true;
    default:
        return false;
    }
}

/* Ends, or says what nobody should say. */
static void misbehave(char which)
{
    switch (which) {
    case 'm':
        take_memory();
        break;
    case 'v':
        __builtin_trap();
    case 'l':
        flood();
        break;
    case 'L': /* a length beyond all bounds */
        raw(STR("R\0\0\0\0D\xFF\xFF\xFF\x7Fxx"));
        break;
    case 'n': /* data before it was locked in */
        raw(STR("D\1\0\0\0x"));
        break;
    case 'h': /* half a message */
        raw(STR("R\0\0\0\0Z\0\0\0\0D\5\0"));
        break;
    case 'b': /* a sentence that moves the cursor */
        raw(STR("R\0\0\0\0X\6\0\0\0\2a\x1B[\0b"));
        break;
    case 'w': /* a code that nobody knows */
        raw(STR("R\0\0\0\0X\4\0\0\0\x7F"
                "a\0b"));
        break;
    case 'q': /* ends without a word */
        _exit(0);
    default:
        break;
    }
}

static bool child(struct str request, struct err *err)
{
    char which = request.n ? request.at[0] : '?';
    if (which == 'x')
        return FAIL(err, ERR_LIMIT, "Do that.", "Not\nso.");
    if (which == 'e')
        echo(request);
    else if (!call(which))
        misbehave(which);
    return true;
}

/* --- asking ------------------------------------------------------------------------------- */

struct said {
    struct buf text;
    bool refuse;
};

static bool take(void *context, unsigned char kind, struct str bytes, struct err *err)
{
    struct said *said = context;
    if (said->refuse)
        return FAIL(err, ERR_CONFLICT, "", "refused");
    if (said->text.n < 1000) {
        buf_char(&said->text, (char)kind);
        buf_str(&said->text, str_front(bytes, 100));
    }
    return true;
}

static bool ask(const char *request, struct said *said, struct err *err)
{
    const char text[] = "hey";
    char path[] = "/tmp/sandbox-test-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, 3), 3);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    (void)unlink(path);
    const struct sandbox_run run = {.file = file,
                                    .name = "the file",
                                    .request = str_of(request),
                                    .max_bytes = 1 << 20,
                                    .take = take,
                                    .context = said};
    bool done = sandbox_run(&run, err);
    (void)close(file);
    return done;
}

static void expect(const char *request, enum err_code code, const char *part)
{
    struct said said = {.text = BUF_INIT};
    struct err err = {0};
    bool done = ask(request, &said, &err);
    if (done || err.code != code || !strstr(err.what, part))
        fail_msg("%s: %s, %s: %s", request, done ? "done" : "failed", err_code_name(err.code),
                 err.what);
    assert_null(strchr(err.what, '\n'));
    assert_null(strchr(err.what, '\x1B'));
    buf_release(&said.text);
}

static void the_child_gets_the_request_and_the_file_and_is_heard(void **state)
{
    (void)state;
    struct said said = {.text = BUF_INIT};
    struct err err = {0};
    if (!ask("echo", &said, &err))
        fail_msg("%s", err.what);
    assert_string_equal(said.text.at, "QechoDhDeDy");
    buf_release(&said.text);
}

static void what_the_child_says_of_a_file_reaches_the_person(void **state)
{
    (void)state;
    expect("x", ERR_LIMIT, "Not so.");
}

static void calls_that_reading_does_not_need_end_the_child(void **state)
{
    (void)state;
    static const char *const calls[] = {"open",   "socket", "fork", "program",
                                        "unlink", "kill",   "code", "get pipe"};
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        expect(calls[i], ERR_INPUT, "about to do what reading never needs");
}

static void a_child_that_dies_or_talks_nonsense_is_a_damaged_file(void **state)
{
    (void)state;
    static const char *const ways[] = {"v", "Length", "n", "half", "b", "w", "q"};
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        expect(ways[i], ERR_INPUT, "is damaged or was made to do harm");
}

static void memory_and_output_have_limits(void **state)
{
    (void)state;
#ifndef SANITIZED
    expect("m", ERR_LIMIT, "needs more memory");
#endif
    expect("loud", ERR_LIMIT, "more than 1 MB");
}

static void who_asks_may_refuse_and_the_child_ends(void **state)
{
    (void)state;
    struct said said = {.text = BUF_INIT, .refuse = true};
    struct err err = {0};
    assert_false(ask("l", &said, &err));
    assert_string_equal(err.what, "refused");
    buf_release(&said.text);
}

int main(int argc, char **argv)
{
    if (sandbox_called(argc, argv))
        sandbox_child(child);
    /* valgrind cannot execute a program again as itself. */
    const char *preloaded = getenv("LD_PRELOAD");
    if (preloaded && strstr(preloaded, "vgpreload")) {
        print_message("skipped: not under valgrind\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_child_gets_the_request_and_the_file_and_is_heard),
        cmocka_unit_test(what_the_child_says_of_a_file_reaches_the_person),
        cmocka_unit_test(calls_that_reading_does_not_need_end_the_child),
        cmocka_unit_test(a_child_that_dies_or_talks_nonsense_is_a_damaged_file),
        cmocka_unit_test(memory_and_output_have_limits),
        cmocka_unit_test(who_asks_may_refuse_and_the_child_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
