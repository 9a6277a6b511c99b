/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xml: the parts of a spreadsheet, element by element. Runs in the sandbox's child.
 *
 * expat with what could be used for harm switched off: a document type declaration is refused, so
 * there are no entities but the five that XML itself has; elements lie at most XML_DEPTH_MAX deep;
 * nothing outside the bytes is ever looked at. Names of elements come without their namespace, as
 * they are unique in both formats; attributes are looked up with it. SOURCE: XML 1.0, fifth
 * edition; Namespaces in XML 1.0.
 */
#ifndef READ_XML_H
#define READ_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum { XML_DEPTH_MAX = 100 };

struct xml;

/* What a reader of a document does. Each may be NULL; false ends the reading with err filled.
 * Names and texts are valid until it returns; a text may come in several pieces. */
struct xml_reader {
    bool (*begin)(void *context, struct xml *xml, struct str name, struct err *err);
    bool (*end)(void *context, struct str name, struct err *err);
    bool (*text)(void *context, struct str text, struct err *err);
    void *context;
};

/* A parser; part names the document for sentences. Never NULL. Owned by the caller: xml_free. */
struct xml *xml_new(const struct xml_reader *reader, const char *part);
void xml_free(struct xml *xml);

/* For CLEANUP. */
void xml_release(struct xml **xml);

/* The next bytes of the document; a packed_take. ERR_INPUT no XML, or with declarations, or too
 * deep; what the reader said. */
bool xml_feed(void *xml, struct str bytes, struct err *err) MUST_USE;

/* The document has ended. ERR_INPUT if it was not whole. */
bool xml_end(struct xml *xml, struct err *err) MUST_USE;

/* Only inside begin: pass over this element with all that is in it; end is not called for it. */
void xml_skip(struct xml *xml);

/* Only inside begin: the value of an attribute, {NULL, 0} if it is absent. space is the end of the
 * namespace's address, "" for an attribute without namespace, NULL for any. */
struct str xml_attribute(const struct xml *xml, const char *space, const char *name);

#endif
