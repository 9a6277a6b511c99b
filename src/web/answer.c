/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/answer.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/lang.h"
#include "base/template.h"
#include "embedded.h"
#include "read/csv_put.h"

enum { PACK_FROM = 600 }; /* bytes; what is shorter travels in one packet anyway */

/* SOURCE: Content Security Policy Level 3; Fetch Metadata; Permissions Policy. Nothing comes from
 * another host, nothing is framed, no text becomes a script. */
static void put_guards(struct http_response *r)
{
    http_put(r, "Content-Security-Policy",
             "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
             "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
             "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
             "require-trusted-types-for 'script'");
    http_put(r, "X-Content-Type-Options", "nosniff");
    http_put(r, "Referrer-Policy", "no-referrer");
    http_put(r, "Cross-Origin-Opener-Policy", "same-origin");
    http_put(r, "Cross-Origin-Resource-Policy", "same-origin");
    http_put(r, "Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self)");
}

/* --- gzip ---------------------------------------------------------------------------------- */

static struct str pack(struct str text, int level, struct arena *arena)
{
    z_stream z;
    memset(&z, 0, sizeof z);
    BUG_IF(deflateInit2(&z, level, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK);
    size_t room = deflateBound(&z, text.n);
    unsigned char *to = arena_get(arena, room, 1);
    union {
        const char *from;
        unsigned char *to;
    } in = {text.at};
    z.next_in = in.to;
    z.avail_in = (unsigned)text.n;
    z.next_out = to;
    z.avail_out = (unsigned)room;
    BUG_IF(deflate(&z, Z_FINISH) != Z_STREAM_END);
    struct str packed = {(const char *)to, room - z.avail_out};
    deflateEnd(&z);
    return packed;
}

static bool takes_gzip(const struct page *page)
{
    return request_accepts(http_header(page->request, "Accept-Encoding"), "gzip");
}

/* --- assets -------------------------------------------------------------------------------- */

void asset_make(const char *name, const char *type, struct arena *arena, struct asset *ret)
{
    const struct embedded_page *p = embedded_pages;
    while (p->name && strcmp(p->name, name) != 0)
        p++;
    BUG_IF(!p->name);
    *ret = (struct asset){.text = {p->text, p->n}, .type = type};
    struct hash hash = hash_of(p->text, p->n);
    ret->packed = pack(ret->text, 9, arena);
    snprintf(ret->path, sizeof ret->path, "/s/%.16s%s", hash_hex(&hash).at, strrchr(name, '.'));
}

void answer_asset(const struct page *page, const struct asset *asset)
{
    struct http_response *r = page->response;
    put_guards(r);
    http_put(r, "Content-Type", asset->type);
    http_put(r, "Cache-Control", "public, max-age=31536000, immutable");
    http_put(r, "Vary", "Accept-Encoding");
    r->body = asset->text;
    if (takes_gzip(page)) {
        http_put(r, "Content-Encoding", "gzip");
        r->body = asset->packed;
    }
}

/* --- what changes -------------------------------------------------------------------------- */

/* A text that belongs to whoever asked; a browser that has it already gets no byte of it. */
static void put_text(struct page *page, unsigned status, const char *type, struct str text)
{
    struct http_response *r = page->response;
    struct hash hash = hash_of(text.at, text.n);
    const char *tag = arena_printf(page->arena, "W/\"%.16s\"", hash_hex(&hash).at);
    put_guards(r);
    http_put(r, "Content-Type", type);
    http_put(r, "Cache-Control", "private, no-cache");
    http_put(r, "ETag", tag);
    http_put(r, "Vary", "Accept-Encoding, Accept-Language, Cookie");
    r->status = status;
    if ((status == 0 || status == 200) &&
        str_eq(http_header(page->request, "If-None-Match"), str_of(tag))) {
        r->status = 304;
        return;
    }
    r->body = text;
    if (text.n >= PACK_FROM && takes_gzip(page)) {
        http_put(r, "Content-Encoding", "gzip");
        r->body = pack(text, 6, page->arena);
    }
}

static json_t *error_json(const struct err *err)
{
    return json_pack("{s:s,s:s,s:s}", "code", err_code_name(err->code), "what", err->what, "next",
                     err->next);
}

/* What was typed comes back as f_NAME, so that nobody types it twice. */
static void put_typed(struct page *page)
{
    for (size_t i = 0; i < page->form.n; i++) {
        const char *key = arena_printf(page->arena, "f_%s", page->form.at[i].name.at);
        struct str value = page->form.at[i].value;
        json_object_set_new(page->context, key, json_stringn(value.at, value.n));
    }
}

void answer_html(struct page *page, const struct route *route, unsigned status,
                 const struct err *err)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    if (err) {
        page_put(page, "error", error_json(err));
        put_typed(page);
    }
    template_page(route->template, page->context, &out);
    put_text(page, status, "text/html; charset=utf-8", arena_str(page->arena, buf_view(&out)));
}

void answer_json(struct page *page)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    json_object_del(page->context, "frame");
    json_write(page->context, &out);
    buf_char(&out, '\n');
    put_text(page, 0, "application/json", arena_str(page->arena, buf_view(&out)));
}

/* A value as a cell; what holds others comes as JSON. */
static void put_cell(struct buf *out, const json_t *value)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    if (json_is_string(value))
        buf_add(&text, json_string_value(value), json_string_length(value));
    else if (value && !json_is_null(value))
        json_write(value, &text);
    csv_put_field(out, buf_view(&text));
}

void answer_csv(struct page *page, const struct route *route)
{
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    const json_t *list = route->list ? json_object_get(page->context, route->list) : NULL;
    const json_t *first = json_array_get(list, 0);
    const char *key;
    const json_t *value;
    json_object_foreach((json_t *)(uintptr_t)first, key, value)
    {
        if (out.n)
            buf_char(&out, ',');
        csv_put_field(&out, str_of(key));
    }
    buf_char(&out, '\n');
    for (size_t i = 0; i < json_array_size(list); i++) {
        bool begun = false;
        json_object_foreach((json_t *)(uintptr_t)first, key, value)
        {
            if (begun)
                buf_char(&out, ',');
            begun = true;
            put_cell(&out, json_object_get(json_array_get(list, i), key));
        }
        buf_char(&out, '\n');
    }
    put_text(page, 0, "text/csv; charset=utf-8", arena_str(page->arena, buf_view(&out)));
}

void answer_go(struct page *page, const char *path)
{
    struct http_response *r = page->response;
    put_guards(r);
    http_put(r, "Location", path);
    http_put(r, "Cache-Control", "no-store");
    r->status = 303;
}

void answer_error(struct page *page, unsigned status, const struct err *err, enum form_of form)
{
    static const struct route error = {.template = "error.html"};
    page->title = _("That did not work");
    if (form == AS_PAGE) {
        answer_html(page, &error, status, err);
        return;
    }
    CLEANUP(buf_release) struct buf out = BUF_INIT;
    CLEANUP(json_release) json_t *object = json_object();
    json_object_set_new(object, "error", error_json(err));
    json_write(object, &out);
    buf_char(&out, '\n');
    put_text(page, status, "application/json", arena_str(page->arena, buf_view(&out)));
}
