/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compiled catalogue is what msgfmt writes:
 *
 *   offset 0  u32 magic 0x950412de          offset 12 u32 offset of the table of originals
 *   offset 8  u32 number of strings N       offset 16 u32 offset of the table of translations
 *
 * each table has N pairs (u32 length, u32 offset); originals are sorted by strcmp.
 * SOURCE: GNU gettext manual, "The Format of GNU MO Files".
 */
#include "base/lang.h"

#include <stdint.h>
#include <string.h>

#include "base/check.h"

static const char *const language_codes[] = {[LANG_EN] = "en", [LANG_DE] = "de"};
_Static_assert(COUNT_OF(language_codes) == LANG_COUNT, "every language has a code");

static _Thread_local enum lang current = LANG_EN;

static struct {
    const unsigned char *bytes;
    size_t n;
} catalogues[LANG_COUNT];

void lang_set(enum lang lang)
{
    current = lang;
}

enum lang lang_get(void)
{
    return current;
}

bool lang_by_code(const char *code, enum lang *ret_lang)
{
    for (size_t i = 0; i < LANG_COUNT; i++) {
        size_t n = strlen(language_codes[i]);
        bool ends = code[0] && code[1] && (code[n] == '\0' || code[n] == '_' || code[n] == '.');
        if (ends && strncmp(code, language_codes[i], n) == 0) {
            *ret_lang = (enum lang)i;
            return true;
        }
    }
    return false;
}

const char *lang_code(enum lang lang)
{
    return language_codes[lang];
}

static uint32_t u32_at(const unsigned char *b)
{
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

/* The i-th string of the table that starts at `table`. */
static const char *string_at(const unsigned char *bytes, uint32_t table, uint32_t i)
{
    return (const char *)bytes + u32_at(bytes + table + 8 * (size_t)i + 4);
}

const char *lang_text(const char *msgid)
{
    const unsigned char *bytes = catalogues[current].bytes;
    if (!bytes || msgid[0] == '\0')
        return msgid;
    uint32_t low = 0;
    uint32_t high = u32_at(bytes + 8);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(msgid, string_at(bytes, u32_at(bytes + 12), middle));
        if (order == 0)
            return string_at(bytes, u32_at(bytes + 16), middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return msgid;
}

void lang_catalogue(enum lang lang, const unsigned char *bytes, size_t n)
{
    BUG_IF(n < 28 || u32_at(bytes) != 0x950412de);
    BUG_IF(u32_at(bytes + 12) + 8 * (size_t)u32_at(bytes + 8) > n);
    catalogues[lang].bytes = bytes;
    catalogues[lang].n = n;
}
