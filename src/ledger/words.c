/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the words of the ledger are called for people, in their language. */
#include <string.h>

#include "ledger/ledger.h"

const char *ledger_scope_words(const char *scope)
{
    return strcmp(scope, "direct") == 0 ? _("direct CO2 only")
                                        : _("with its making, CO2 equivalents");
}

const char *ledger_means_words(const char *means)
{
    static const struct {
        const char *word;
        const char *text;
    } words[] = {{"car", N_("car")},         {"coach", N_("coach")},  {"train", N_("train")},
                 {"tram", N_("tram")},       {"foot", N_("on foot")}, {"plane", N_("plane")},
                 {"bicycle", N_("bicycle")}, {"ship", N_("ship")}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(words[i].word, means) == 0)
            return _(words[i].text);
    return _("another means");
}

const char *ledger_got_words(const char *got)
{
    if (strcmp(got, "new") == 0)
        return _("bought new");
    return strcmp(got, "used") == 0 ? _("got used") : _("repaired");
}

const char *ledger_phase_words(size_t phase)
{
    static const char *const words[LEDGER_PHASES] = {N_("asking"),     N_("guessing"),
                                                     N_("gathering"),  N_("training"),
                                                     N_("evaluation"), N_("publishing")};
    return phase < LEDGER_PHASES ? _(words[phase]) : "";
}
