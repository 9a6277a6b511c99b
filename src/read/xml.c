/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "read/xml.h"

#include <expat.h>
#include <string.h>

#include "base/mem.h"

/* Between a namespace and a name; no character of XML. */
#define BETWEEN '\x1F'

struct xml {
    XML_Parser parser;
    struct xml_reader reader;
    const char *part;
    const XML_Char **attribute; /* inside begin */
    unsigned depth;
    unsigned skip_depth; /* 0, or the depth of the element that is passed over */
    struct err *err;     /* of the call under way */
};

static bool refuse(struct xml *xml, struct err *err)
{
    return FAIL(err, ERR_INPUT, _("Open it where it was made and save it anew, or as .csv."),
                _("The spreadsheet is damaged or was made to do harm (%s, line %lu)."), xml->part,
                (unsigned long)XML_GetCurrentLineNumber(xml->parser));
}

static void stop(struct xml *xml)
{
    if (xml->err->code == ERR_NONE)
        (void)refuse(xml, xml->err);
    (void)XML_StopParser(xml->parser, XML_FALSE);
}

static struct str local_name(const char *name)
{
    const char *cut = strrchr(name, BETWEEN);
    return str_of(cut ? cut + 1 : name);
}

static void on_begin(void *context, const XML_Char *name, const XML_Char **attribute)
{
    struct xml *xml = context;
    if (xml->err->code)
        return;
    if (++xml->depth > XML_DEPTH_MAX) {
        stop(xml);
        return;
    }
    if (xml->skip_depth || !xml->reader.begin)
        return;
    xml->attribute = attribute;
    bool done = xml->reader.begin(xml->reader.context, xml, local_name(name), xml->err);
    xml->attribute = NULL;
    if (!done)
        stop(xml);
}

static void on_end(void *context, const XML_Char *name)
{
    struct xml *xml = context;
    if (xml->err->code)
        return;
    unsigned depth = xml->depth--;
    if (xml->skip_depth) {
        if (xml->skip_depth == depth)
            xml->skip_depth = 0;
        return;
    }
    if (xml->reader.end && !xml->reader.end(xml->reader.context, local_name(name), xml->err))
        stop(xml);
}

static void on_text(void *context, const XML_Char *text, int n)
{
    struct xml *xml = context;
    if (xml->err->code || xml->skip_depth || !xml->reader.text)
        return;
    if (!xml->reader.text(xml->reader.context, (struct str){text, (size_t)n}, xml->err))
        stop(xml);
}

static void on_declaration(void *context, const XML_Char *name, const XML_Char *system,
                           const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    stop(context);
}

struct xml *xml_new(const struct xml_reader *reader, const char *part)
{
    struct xml *xml = mem_get(1, sizeof *xml);
    xml->reader = *reader;
    xml->part = part;
    xml->parser = XML_ParserCreateNS(NULL, BETWEEN);
    if (!xml->parser)
        mem_out();
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_begin, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_declaration);
    return xml;
}

void xml_free(struct xml *xml)
{
    if (!xml)
        return;
    XML_ParserFree(xml->parser);
    mem_free(&xml);
}

void xml_release(struct xml **xml)
{
    xml_free(*xml);
}

static bool parse(struct xml *xml, struct str bytes, bool last, struct err *err)
{
    xml->err = err;
    enum XML_Status status = XML_Parse(xml->parser, bytes.at, (int)bytes.n, last);
    xml->err = NULL;
    if (err->code)
        return false;
    if (status == XML_STATUS_OK)
        return true;
    if (XML_GetErrorCode(xml->parser) == XML_ERROR_NO_MEMORY)
        mem_out();
    return refuse(xml, err);
}

bool xml_feed(void *xml, struct str bytes, struct err *err)
{
    const size_t piece = 1 << 20;
    while (bytes.n > piece) {
        if (!parse(xml, (struct str){bytes.at, piece}, false, err))
            return false;
        bytes = (struct str){bytes.at + piece, bytes.n - piece};
    }
    return parse(xml, bytes, false, err);
}

bool xml_end(struct xml *xml, struct err *err)
{
    return parse(xml, (struct str){"", 0}, true, err);
}

void xml_skip(struct xml *xml)
{
    xml->skip_depth = xml->depth;
}

static bool is_attribute(struct str full, const char *space, struct str name)
{
    if (!str_ends(full, name))
        return false;
    struct str front = {full.at, full.n - name.n};
    if (front.n == 0)
        return !space || *space == '\0';
    if (front.at[front.n - 1] != BETWEEN)
        return false;
    front.n--;
    return !space || (*space != '\0' && str_ends(front, str_of(space)));
}

struct str xml_attribute(const struct xml *xml, const char *space, const char *name)
{
    struct str wanted = str_of(name);
    for (size_t i = 0; xml->attribute && xml->attribute[i]; i += 2)
        if (is_attribute(str_of(xml->attribute[i]), space, wanted))
            return str_of(xml->attribute[i + 1]);
    return (struct str){NULL, 0};
}
