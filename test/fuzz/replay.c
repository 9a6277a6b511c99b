/* SPDX-License-Identifier: GPL-3.0-or-later */
/* replay: give the kept inputs to a fuzz target, without libFuzzer.
 *
 *   fuzz_x FOLDER      each file of the folder, and the empty input, once
 *
 * A target finds faults by crashing, so coming to the end is the whole test. Exit 77 (skipped) if
 * the folder holds no file: then nothing was tested.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Give one file to the target, in a block of exactly its size, so that the sanitizer sees its
 * end. False if it could not be read. */
static bool replay(const char *folder, const char *name)
{
    char path[4096];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path)
        return false;
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    const long n = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    uint8_t *bytes = n < 0 ? NULL : malloc(n > 0 ? (size_t)n : 1);
    rewind(f);
    const bool whole = bytes && fread(bytes, 1, (size_t)n, f) == (size_t)n;
    if (whole)
        (void)LLVMFuzzerTestOneInput(bytes, (size_t)n);
    free(bytes);
    (void)fclose(f);
    return whole;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    (void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (struct dirent *e = folder ? readdir(folder) : NULL; e; e = readdir(folder)) {
        if (e->d_name[0] == '.')
            continue;
        if (!replay(argv[1], e->d_name)) {
            printf("cannot read %s/%s\n", argv[1], e->d_name);
            return 1;
        }
        count++;
    }
    if (folder)
        (void)closedir(folder);
    printf("%zu inputs\n", count);
    return count > 0 ? 0 : 77;
}
