/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page: what a page of the workshop is, and what its functions get.
 *
 * A page is declared once, as a `const struct route` at the end of an x_page.c; src/routes.c lists
 * them in the order of the cycle. Access, limits, the table of routes in the tests and what a page
 * is made from come out of that row.
 *
 *   GET   view(page)   fills page->context; the template makes HTML of it. The same address with
 *                      .json behind it gives the context, with .csv the list that the route names.
 *   POST  act(page)    calls a function of the domain, the same as the command does, and says
 *                      where to go on (page_go).
 *
 * Both fail by `err`, as everywhere: the answer is a page with its sentence and its next step, and
 * with its status (err_http_status); a form that was refused comes back with what was typed.
 *
 * Invariants:
 *   1. Nothing is done and nothing is shown before the right of the route is there.
 *   2. An act comes by POST, from a page of this server (Sec-Fetch-Site, else Origin), with the
 *      session's own token.
 *   3. act runs as the member who acts in the session.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "record/record.h"
#include "web/http.h"
#include "web/request.h"
#include "web/session.h"

struct workshop; /* the server's own side (workshop.h) */

enum right {
    RIGHT_ANYBODY = 0, /* nothing about the project is shown */
    RIGHT_GUEST,       /* who reaches the server: counts and reasons, no names */
    RIGHT_MEMBER,
    RIGHT_IN_CHARGE
};

enum { PARTS_MAX = 3 };

struct page {
    const struct http_request *request;
    struct workshop *workshop;
    struct arena *arena;
    struct record *record;
    const struct session *session; /* NULL: a guest */
    struct device member;          /* who acts; with a session */
    bool in_charge;
    struct fields query;
    struct fields form;
    struct str part[PARTS_MAX];     /* what stands for each * of the path */
    json_t *context;                /* owned by the page */
    const char *title;              /* in the arena or static */
    const char *go;                 /* page_go */
    struct http_response *response; /* for what is no HTML */
    bool answered;                  /* view has made the response itself */
};

enum { ROUTE_BODY = 64 << 10 }; /* bytes of a form, unless the route says otherwise */

struct route {
    const char *path; /* "/ask", "/ask/ *" without the blank; * stands for one segment */
    enum right right; /* to see it */
    enum right act_right;
    const char *template; /* of pages/, for view */
    const char *list;     /* the member of the context that .csv gives, or NULL */
    uint64_t body_bytes;  /* 0: ROUTE_BODY */
    bool into_file;       /* the body is no form: it goes into a file */
    bool (*view)(struct page *page, struct err *err);
    bool (*act)(struct page *page, struct err *err);
};

/* Put a member into the context; takes the reference of value. */
void page_put(struct page *page, const char *key, json_t *value);
void page_put_text(struct page *page, const char *key, struct str text);
void page_put_int(struct page *page, const char *key, int64_t value);
void page_put_id(struct page *page, const char *key, const struct hash *id);

/* Go on at this path of ours once the act is done; printf, kept in the arena. */
__attribute__((format(printf, 2, 3))) void page_go(struct page *page, const char *path, ...);

/* A field of the form, NULL if nothing was typed. */
const char *page_field(const struct page *page, const char *name);

/* The same, but ERR_INPUT with a sentence that names the field by `label`, if nothing was typed. */
bool page_need(const struct page *page, const char *name, const char *label, const char **ret,
               struct err *err) MUST_USE;

/* The id in the i-th part of the path: 4 or more digits, of this kind (NULL: any). ERR_NOT_FOUND.
 */
bool page_id(struct page *page, size_t i, const char *kind, struct hash *ret,
             struct err *err) MUST_USE;

/* A text of the reader's language as a new reference. */
json_t *page_text(const char *text);

/* The first eight digits of an id, as a new reference: what people see of it. */
json_t *page_short(const struct hash *id);

#endif
