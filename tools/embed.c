/* SPDX-License-Identifier: GPL-3.0-or-later */
/* embed: put SQL, pages and translations into the program.
 *
 *   embed OUT.h OUT.c DE.mo FILE…
 *
 * sql/query/x.sql holds named statements:   -- name: ask_list
 *                                           SELECT …;
 * each becomes SQL_ASK_LIST in `enum sql_id` and a row of sql_texts[]. sql/schema/x.sql and
 * pages/x become whole texts: embedded_schema_x, and rows of embedded_pages[] with their names.
 * DE.mo is the compiled German catalogue: embedded_de[].
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *header;
static FILE *source;

static void die(const char *what, const char *path)
{
    fprintf(stderr, "embed: %s %s\n", what, path);
    exit(1);
}

static char *read_all(const char *path, size_t *ret_n)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        die("cannot read", path);
    size_t n = 0;
    size_t cap = 1 << 16;
    char *text = malloc(cap + 1);
    while (text) {
        n += fread(text + n, 1, cap - n, f);
        if (n < cap)
            break;
        cap *= 2;
        char *more = realloc(text, cap + 1);
        if (!more)
            free(text);
        text = more;
    }
    if (!text || ferror(f))
        die("cannot read", path);
    (void)fclose(f);
    text[n] = '\0';
    *ret_n = n;
    return text;
}

/* As numbers, for arrays of unsigned char. */
static void put_bytes(const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(source, "%s%u,", i % 20 ? "" : "\n    ", (unsigned)(unsigned char)bytes[i]);
    fprintf(source, "\n    0};\n");
}

/* As character constants, for arrays of char, which may be signed or not. */
static void put_text(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(source, "%s'\\%03o',", i % 14 ? "" : "\n    ", (unsigned)(unsigned char)text[i]);
    fprintf(source, "\n    0};\n");
}

static int begins(const char *text, const char *front)
{
    return strncmp(text, front, strlen(front)) == 0;
}

/* One array a statement; the enum and the table come afterwards, in the order of the files. */
static char names[1024][64];
static size_t name_count;

static void put_statements(char *text, const char *path)
{
    char *at = strstr(text, "-- name: ");
    while (at) {
        char *name = at + 9;
        char *end = strchr(name, '\n');
        char *next = end ? strstr(end, "-- name: ") : NULL;
        if (!end || end - name > 60 || name_count == 1024)
            die("bad statement name in", path);
        snprintf(names[name_count], sizeof names[0], "%.*s", (int)(end - name), name);
        char *stop = next ? next : end + strlen(end);
        while (stop > end && isspace((unsigned char)stop[-1]))
            stop--;
        fprintf(source, "static const char sql_%zu[] = {", name_count++);
        put_text(end + 1, stop > end ? (size_t)(stop - end - 1) : 0);
        at = next;
    }
}

static char pages[256][64];
static size_t page_bytes[256];
static size_t page_count;

static void put_file(const char *path)
{
    size_t n;
    char *text = read_all(path, &n);
    char name[64];
    if (begins(path, "sql/query/")) {
        put_statements(text, path);
    } else if (begins(path, "sql/schema/")) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(path + 11, "."), path + 11);
        fprintf(header, "extern const char embedded_schema_%s[];\n", name);
        fprintf(source, "const char embedded_schema_%s[] = {", name);
        put_text(text, n);
    } else if (begins(path, "pages/") && page_count < 256) {
        snprintf(pages[page_count], sizeof pages[0], "%s", path + 6);
        page_bytes[page_count] = n;
        fprintf(source, "static const char page_%zu[] = {", page_count++);
        put_text(text, n);
    } else {
        die("do not know where to put", path);
    }
    free(text);
}

static void put_tables(void)
{
    fprintf(header, "enum sql_id {\n");
    fprintf(source, "const char *const sql_texts[] = {\n");
    for (size_t i = 0; i < name_count; i++) {
        fprintf(header, "    SQL_");
        for (char *c = names[i]; *c; c++)
            fputc(toupper((unsigned char)*c), header);
        fprintf(header, ",\n");
        fprintf(source, "    sql_%zu,\n", i);
    }
    fprintf(header, "    SQL_COUNT\n};\nextern const char *const sql_texts[];\n"
                    "extern const char *const sql_names[];\n");
    fprintf(source, "    0};\nconst char *const sql_names[] = {\n");
    for (size_t i = 0; i < name_count; i++)
        fprintf(source, "    \"%s\",\n", names[i]);
    fprintf(source, "    0};\nconst struct embedded_page embedded_pages[] = {\n");
    for (size_t i = 0; i < page_count; i++)
        fprintf(source, "    {\"%s\", page_%zu, %zu},\n", pages[i], i, page_bytes[i]);
    fprintf(source, "    {0, 0, 0}};\n");
    fprintf(header, "struct embedded_page {\n    const char *name;\n    const char *text;\n"
                    "    unsigned long n;\n};\n/* Ends with a NULL name. */\n"
                    "extern const struct embedded_page embedded_pages[];\n"
                    "extern const unsigned char embedded_de[];\n"
                    "extern const unsigned long embedded_de_n;\n");
}

int main(int argc, char **argv)
{
    if (argc < 4)
        die("usage: embed OUT.h OUT.c DE.mo FILE", "");
    header = fopen(argv[1], "w");
    source = fopen(argv[2], "w");
    if (!header || !source)
        die("cannot write", argv[1]);
    fprintf(header, "/* made by tools/embed.c */\n#ifndef EMBEDDED_H\n#define EMBEDDED_H\n");
    fprintf(source, "/* made by tools/embed.c */\n#include \"embedded.h\"\n");
    size_t n;
    char *mo = read_all(argv[3], &n);
    fprintf(source,
            "const unsigned long embedded_de_n = %zu;\nconst unsigned char embedded_de[] = {", n);
    put_bytes(mo, n);
    free(mo);
    for (int i = 4; i < argc; i++)
        put_file(argv[i]);
    put_tables();
    fprintf(header, "#endif\n");
    return fclose(header) != 0 || fclose(source) != 0;
}
