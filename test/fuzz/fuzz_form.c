/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as the description of a form: our own text, the survey or the choices of an XLSForm, or
 * one expression. What is read is a form that form_read takes or refuses with a sentence, and that
 * is the same when it is read again; an expression gives the same answer each time. The first byte
 * says what the rest is. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "collect/expression.h"
#include "collect/form.h"
#include "read/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/allmende-fuzz-form-XXXXXX";

static void tidy(void)
{
    file_remove_folder(folder);
}

static const char survey[] = "type,name,label,relevant,constraint\n"
                             "select_one a,x,X,,\n"
                             "integer,n,N,${x} = 'b',. > 0\n";
static const char choices[] = "list_name,name,label\na,b,B\na,c,C\n";

static void put(const char *name, struct str text)
{
    char path[80];
    struct err err = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    BUG_IF(!file_write(path, text, 0600, &err));
}

/* A body that was read is a form, or there is a sentence why it is none. */
static void check_body(const json_t *body)
{
    struct arena arena CLEANUP(arena_release) = {0};
    struct err err = {0};
    struct form form;
    bool fine = form_read(body, &arena, &form, &err);
    BUG_IF(fine != (err.code == ERR_NONE) || (!fine && (!err.what[0] || !err.next[0])));
    for (size_t f = 0; fine && f < form.field_n; f++) {
        BUG_IF(!form.field[f].name.n ||
               (form.field[f].in != SIZE_MAX && form.field[f].in >= form.field_n));
        BUG_IF(form_find(&form, form.field[f].name, form.field[f].in) == SIZE_MAX);
    }
}

static void read_sheet(struct str text, bool is_survey)
{
    CLEANUP(buf_release) struct buf notes = BUF_INIT;
    char path[80];
    json_t *body = NULL;
    struct err err = {0};
    /* Spreadsheets go to a child of the program, which is not here: fuzz_sheet.c. */
    if (decode_is_needed(str_front(text, DECODE_FRONT_BYTES)) || str_starts(text, STR("PK")))
        return;
    put("survey.csv", is_survey ? text : str_of(survey));
    put("choices.csv", is_survey ? str_of(choices) : text);
    snprintf(path, sizeof path, "%s/survey.csv", folder);
    const struct form_source source = {.path = path, .name = "form"};
    bool done = form_read_file(&source, &body, &notes, &err);
    BUG_IF(done != (err.code == ERR_NONE));
    if (done)
        check_body(body);
    json_decref(body);
}

static void read_text(struct str text)
{
    json_t *body = NULL;
    json_t *again = NULL;
    struct err err = {0};
    bool done = form_read_text(text, &body, &err);
    BUG_IF(done != (err.code == ERR_NONE) || (!done && (!err.what[0] || !err.next[0])));
    if (done) {
        check_body(body);
        BUG_IF(!form_read_text(text, &again, &err) || !json_equal(body, again));
    }
    json_decref(body);
    json_decref(again);
}

static struct str value(const void *context, struct str field)
{
    (void)context;
    return field.n % 3 == 0 ? STR("") : field.n % 3 == 1 ? STR("7") : STR("b c");
}

static void read_expression(struct str text)
{
    struct arena arena CLEANUP(arena_release) = {0};
    const struct expression *e;
    const struct expression_values values = {value, NULL, STR("3.5"), STR("2024-05-01")};
    struct err err = {0};
    if (!expression_parse(text, &arena, &e, &err)) {
        BUG_IF(err.code == ERR_NONE || !err.what[0] || !err.next[0]);
        return;
    }
    BUG_IF(expression_holds(e, &values) != expression_holds(e, &values));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool begun;
    if (size == 0)
        return 0;
    if (!begun) {
        BUG_IF(!mkdtemp(folder) || atexit(tidy) != 0);
        begun = true;
    }
    const struct str text = {(const char *)data + 1, size - 1};
    if (data[0] % 4 == 0)
        read_text(text);
    else if (data[0] % 4 == 3)
        read_expression(text);
    else
        read_sheet(text, data[0] % 4 == 1);
    return 0;
}
