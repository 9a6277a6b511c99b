/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lang: the sentences that people see, in their language.
 *
 * English sentences stand in the code inside _(…); `make` collects the German ones from po/de.po
 * into the program (a compiled catalogue in the GNU mo format, built by msgfmt). The language
 * belongs to the thread: the command line sets it once, the web server for each request. No locale
 * of the system is ever used, so numbers and order never depend on it.
 */
#ifndef BASE_LANG_H
#define BASE_LANG_H

#include <stdbool.h>
#include <stddef.h>

enum lang { LANG_EN = 0, LANG_DE, LANG_COUNT };

/* Set the language of this thread. */
void lang_set(enum lang lang);

/* The language of this thread; English unless it was set. */
enum lang lang_get(void);

/* Find a language by its two-letter code ("de", "de_DE.UTF-8"). False if we do not speak it. */
bool lang_by_code(const char *code, enum lang *ret_lang);

/* The two-letter code of a language. */
const char *lang_code(enum lang lang);

/* The sentence in the language of this thread, or msgid itself where no translation is known.
 * The result is static. Cost: one binary search. */
__attribute__((format_arg(1))) const char *lang_text(const char *msgid);

#define _(msgid) lang_text(msgid)

/* Marks a sentence for translation that is looked up later, e.g. in a static table. */
#define N_(msgid) msgid

/* Use this compiled catalogue (GNU mo, little-endian, sorted) for a language from now on.
 * bytes must outlive the program; a malformed catalogue is a fault of the build (BUG_IF). */
void lang_catalogue(enum lang lang, const unsigned char *bytes, size_t n);

#endif
