/* SPDX-License-Identifier: GPL-3.0-or-later */
/* looks: does a column look like a person, a contact, a place or free text? Words of its name in
 * English and German, and cells that look like an e-mail address or a telephone number. A no is no
 * proof; a yes only makes the program ask. */
#ifndef COLLECT_LOOKS_H
#define COLLECT_LOOKS_H

#include "base/str.h"
#include "collect/public_view.h"

/* VIEW_OPEN if the name looks like none of them. */
enum view_why looks_name(struct str name);

/* An address of e-mail, or a number to call: + and eight or more digits, or an area code that
 * begins with 0, then a blank, a slash or a hyphen and more digits. */
bool looks_contact(struct str cell);

#endif
