/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/workshop.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/member.h"
#include "web/answer.h"

static const char cookie_secure[] = "__Host-allmende";
static const char cookie_plain[] = "allmende"; /* browsers refuse the other one without TLS */
enum { COOKIE_S = 180 * 24 * 3600 };

struct workshop {
    struct workshop_options options;
    struct http_app app;
    struct sessions *sessions;
    struct arena arena; /* of the assets */
    struct asset style;
    struct asset script;
    enum lang lang; /* where a browser asks for none that we speak */
    bool changed;
};

/* --- what a request asks for ---------------------------------------------------------------- */

static const char *cookie_name(const struct http_request *request)
{
    return request->secure ? cookie_secure : cookie_plain;
}

static bool is_number_address(const char *host)
{
    unsigned char to[sizeof(struct in6_addr)];
    size_t n = strlen(host);
    if (inet_pton(AF_INET, host, to) == 1)
        return true;
    CLEANUP(buf_release) struct buf inner = BUF_INIT;
    if (n < 2 || host[0] != '[' || host[n - 1] != ']')
        return false;
    buf_add(&inner, host + 1, n - 2);
    return inet_pton(AF_INET6, inner.at, to) == 1;
}

/* A name that a stranger's page made point to this computer is not ours; an address in numbers
 * cannot be made to point elsewhere. */
static bool host_is_ours(const struct workshop *w, const struct http_request *request)
{
    CLEANUP(buf_release) struct buf host = BUF_INIT;
    struct str sent = http_header(request, "Host");
    size_t n = sent.n;
    while (n && sent.at[n - 1] >= '0' && sent.at[n - 1] <= '9')
        n--;
    bool port = n && n < sent.n && sent.at[n - 1] == ':';
    buf_add(&host, sent.at, port ? n - 1 : sent.n);
    if (strcmp(host.at, "localhost") == 0 || is_number_address(host.at))
        return true;
    for (size_t i = 0; i < w->options.host_n; i++)
        if (strcmp(host.at, w->options.host[i]) == 0)
            return true;
    return false;
}

static void choose_lang(const struct workshop *w, const struct http_request *request)
{
    struct str list = http_header(request, "Accept-Language");
    struct str cookie = request_cookie(http_header(request, "Cookie"), "lang");
    struct str one;
    enum lang lang = w->lang;
    bool found = false;
    if (str_eq(cookie, STR("de")) || str_eq(cookie, STR("en"))) {
        lang = str_eq(cookie, STR("de")) ? LANG_DE : LANG_EN;
        found = true;
    }
    while (!found && list.n && str_cut(&list, ',', &one)) {
        one = str_trim(one);
        found = str_starts(one, STR("de")) || str_starts(one, STR("en"));
        if (found)
            lang = str_starts(one, STR("de")) ? LANG_DE : LANG_EN;
    }
    lang_set(lang);
}

static bool see_session(struct page *page, struct err *err)
{
    struct str token =
        request_cookie(http_header(page->request, "Cookie"), cookie_name(page->request));
    page->session = sessions_find(page->workshop->sessions, token);
    if (!page->session)
        return true;
    page->member = page->session->member[page->session->acting];
    return member_in_charge(page->record, &page->member, &page->in_charge, err);
}

static bool need_right(const struct page *page, enum right right, struct err *err)
{
    if (right >= RIGHT_MEMBER && !page->session)
        return FAIL(err, ERR_DENIED, _("Ask somebody in charge for a link or a code to join."),
                    _("This is for members only."));
    if (right == RIGHT_IN_CHARGE && !page->in_charge)
        return FAIL(err, ERR_DENIED, _("Ask somebody in charge to do it."),
                    _("This is for people in charge only."));
    return true;
}

/* Invariant 2 of page.h: the page that sent it is of this server. */
static bool is_from_us(const struct page *page)
{
    struct str site = http_header(page->request, "Sec-Fetch-Site");
    struct str origin = http_header(page->request, "Origin");
    struct str host = http_header(page->request, "Host");
    if (site.n)
        return str_eq(site, STR("same-origin"));
    struct str scheme = page->request->secure ? STR("https://") : STR("http://");
    return str_starts(origin, scheme) &&
           str_eq((struct str){origin.at + scheme.n, origin.n - scheme.n}, host);
}

static bool token_is_right(const struct page *page)
{
    const char *token = fields_get(&page->form, "token");
    size_t n = strlen(page->session->form);
    return token && strlen(token) == n && sodium_memcmp(token, page->session->form, n) == 0;
}

static bool read_form(struct page *page, const struct route *route, struct err *err)
{
    if (!is_from_us(page))
        return FAIL(err, ERR_DENIED, _("Open the page here, then try again."),
                    _("This came from another site."));
    if (!route->into_file && !fields_read(page->request->body, page->arena, &page->form, err))
        return false;
    if (page->session && !route->into_file && !token_is_right(page))
        return FAIL(err, ERR_DENIED, _("Load the page anew, then try again."),
                    _("The page is too old."));
    return true;
}

/* --- the frame that all pages share ----------------------------------------------------------- */

static json_t *people_on_device(const struct page *page, const struct member *members, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; page->session && i < page->session->member_n; i++) {
        const struct device *device = &page->session->member[i];
        struct str name = member_name(members, n, device);
        char hex[2 * KEY_BYTES + 1];
        hex_encode(device->at, KEY_BYTES, hex);
        json_array_append_new(list, json_pack("{s:s%,s:s,s:b}", "name", name.at, name.n, "device",
                                              hex, "acting", (int)(i == page->session->acting)));
    }
    return list;
}

static json_t *phases(struct str path)
{
    static const struct {
        const char *href;
        const char *name;
    } all[] = {{"/ask", N_("ask")},
               {"/hypothesise", N_("hypothesise")},
               {"/collect", N_("collect")},
               {"/train", N_("let it learn")},
               {"/evaluate", N_("evaluate")},
               {"/publish", N_("make public")},
               {"/ledger", N_("what it took")}};
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT_OF(all); i++)
        json_array_append_new(list, json_pack("{s:s,s:s,s:b}", "href", all[i].href, "name",
                                              _(all[i].name), "here",
                                              (int)str_starts(path, str_of(all[i].href))));
    return list;
}

static bool put_frame(struct page *page, struct err *err)
{
    struct project_info info;
    struct member *members;
    size_t member_n;
    json_t *frame = json_object();
    page_put(page, "frame", frame);
    if (!project_info(page->record, page->arena, &info, err) ||
        !member_list(page->record, page->arena, &members, &member_n, err))
        return false;
    json_object_set_new(frame, "lang", json_string(lang_code(lang_get())));
    bool german = lang_get() == LANG_DE;
    json_object_set_new(frame, "other", json_string(german ? "en" : "de"));
    json_object_set_new(frame, "other_name", json_string(german ? "English" : "Deutsch"));
    json_object_set_new(frame, "project", json_stringn(info.title.at, info.title.n));
    json_object_set_new(frame, "style", json_string(page->workshop->style.path));
    json_object_set_new(frame, "script", json_string(page->workshop->script.path));
    json_object_set_new(frame, "phases", phases(page->request->path));
    json_object_set_new(frame, "here", json_stringn(page->request->path.at, page->request->path.n));
    json_object_set_new(frame, "member", json_boolean(page->session != NULL));
    json_object_set_new(frame, "in_charge", json_boolean(page->in_charge));
    if (page->session) {
        struct str name = member_name(members, member_n, &page->member);
        json_object_set_new(frame, "name", json_stringn(name.at, name.n));
        json_object_set_new(frame, "token", json_string(page->session->form));
        json_object_set_new(frame, "people", people_on_device(page, members, member_n));
        json_object_set_new(frame, "several", json_boolean(page->session->member_n > 1));
    }
    return true;
}

/* The title stands in the frame, once the page has said it. */
static void put_title(const struct page *page)
{
    json_t *frame = json_object_get(page->context, "frame");
    json_object_set_new(frame, "title", json_string(page->title ? page->title : ""));
}

/* --- one request ------------------------------------------------------------------------------ */

static void fail(struct page *page, const struct err *err, enum form_of form)
{
    put_title(page);
    answer_error(page, (unsigned)err_http_status(err->code), err, form);
}

static void show(struct page *page, const struct route_match *match, const struct err *refused)
{
    struct err err = {0};
    if (!match->route->view(page, &err)) {
        fail(page, &err, match->form);
        return;
    }
    if (page->answered)
        return;
    put_title(page);
    if (match->form == AS_JSON)
        answer_json(page);
    else if (match->form == AS_CSV)
        answer_csv(page, match->route);
    else
        answer_html(page, match->route, refused ? (unsigned)err_http_status(refused->code) : 0,
                    refused);
}

static bool act_as(const struct page *page, struct err *err)
{
    char hex[2 * KEY_BYTES + 1];
    if (!page->session)
        return true;
    hex_encode(page->member.at, KEY_BYTES, hex);
    return record_act_as(page->record, hex, err);
}

static void act(struct page *page, const struct route_match *match)
{
    struct err err = {0};
    if (!read_form(page, match->route, &err)) {
        fail(page, &err, match->form);
        return;
    }
    if (need_right(page, match->route->act_right, &err) && act_as(page, &err) &&
        match->route->act(page, &err)) {
        page->workshop->changed = true;
        if (!page->answered)
            answer_go(page, page->go ? page->go : page->request->path.at);
        return;
    }
    if (match->route->view && err.code != ERR_DENIED)
        show(page, match, &err);
    else
        fail(page, &err, match->form);
}

static void not_there(struct page *page, enum form_of form)
{
    struct err err = {0};
    (void)FAIL(&err, ERR_NOT_FOUND, _("Go on from the first page."), _("There is no such page."));
    fail(page, &err, form);
}

static void wrong_method(struct page *page, enum form_of form)
{
    struct err err = {0};
    (void)FAIL(&err, ERR_USAGE, _("Go on from the first page."),
               _("This page cannot be asked in this way."));
    put_title(page);
    answer_error(page, 405, &err, form);
}

static bool answer_if_asset(struct page *page)
{
    const struct asset *const all[] = {&page->workshop->style, &page->workshop->script};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (str_eq(page->request->path, str_of(all[i]->path))) {
            answer_asset(page, all[i]);
            return true;
        }
    return false;
}

static void dispatch(struct page *page)
{
    struct err err = {0};
    struct route_match match = route_find(page->workshop->options.routes, page->request->path);
    enum http_method method = page->request->method;
    bool asks = method == HTTP_GET || method == HTTP_HEAD;
    if (!host_is_ours(page->workshop, page->request)) {
        page->response->status = 421;
        page->response->body = STR("Unknown host.\n");
        http_put(page->response, "Content-Type", "text/plain; charset=utf-8");
        return;
    }
    if (asks && answer_if_asset(page))
        return;
    memcpy(page->part, match.part, sizeof page->part);
    if (!see_session(page, &err) || !put_frame(page, &err) ||
        !fields_read(page->request->query, page->arena, &page->query, &err)) {
        fail(page, &err, match.form);
        return;
    }
    if (!match.route)
        not_there(page, match.form);
    else if (!need_right(page, match.route->right, &err))
        fail(page, &err, match.form);
    else if (asks && match.route->view)
        show(page, &match, NULL);
    else if ((method == HTTP_POST || method == HTTP_PUT) && match.route->act)
        act(page, &match);
    else
        wrong_method(page, match.form);
}

static void answer(void *context, const struct http_request *request, struct http_response *ret)
{
    struct workshop *w = context;
    struct page page = {.request = request,
                        .workshop = w,
                        .arena = request->arena,
                        .record = w->options.record,
                        .context = json_object(),
                        .response = ret};
    choose_lang(w, request);
    dispatch(&page);
    json_decref(page.context);
}

static struct http_body_rule body_rule(void *context, const struct http_request *request)
{
    struct workshop *w = context;
    struct route_match match = route_find(w->options.routes, request->path);
    if (request->method != HTTP_POST && request->method != HTTP_PUT)
        return (struct http_body_rule){0, false};
    if (!match.route || !match.route->act) /* to be told so, in a sentence */
        return (struct http_body_rule){ROUTE_BODY, false};
    struct str token = request_cookie(http_header(request, "Cookie"), cookie_name(request));
    bool large = match.route->body_bytes > ROUTE_BODY || match.route->into_file;
    if (large && !sessions_find(w->sessions, token))
        return (struct http_body_rule){ROUTE_BODY, false};
    return (struct http_body_rule){match.route->body_bytes ? match.route->body_bytes : ROUTE_BODY,
                                   match.route->into_file};
}

/* --- open and close --------------------------------------------------------------------------- */

bool workshop_open(const struct workshop_options *options, struct workshop **ret, struct err *err)
{
    struct hash project = record_project(options->record);
    struct workshop *w = mem_get(1, sizeof *w);
    *w = (struct workshop){.options = *options, .lang = lang_get()};
    w->app = (struct http_app){w, body_rule, answer};
    if (!sessions_open(&project, &w->sessions, err)) {
        free(w);
        return false;
    }
    asset_make("workshop.css", "text/css; charset=utf-8", &w->arena, &w->style);
    asset_make("workshop.js", "text/javascript; charset=utf-8", &w->arena, &w->script);
    *ret = w;
    return true;
}

const struct http_app *workshop_app(struct workshop *w)
{
    return &w->app;
}

struct sessions *workshop_sessions(struct workshop *w)
{
    return w->sessions;
}

bool workshop_changed(struct workshop *w)
{
    bool changed = w->changed;
    w->changed = false;
    return changed;
}

void workshop_close(struct workshop *w)
{
    if (!w)
        return;
    sessions_close(w->sessions);
    arena_release(&w->arena);
    free(w);
}

/* --- who is at this browser ------------------------------------------------------------------- */

static void put_cookie(struct page *page, const char *token, int seconds)
{
    bool secure = page->request->secure;
    http_put(page->response, "Set-Cookie",
             arena_printf(page->arena, "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s",
                          cookie_name(page->request), token, seconds, secure ? "; Secure" : ""));
}

/* What the device says it is, short: "Firefox on Android". */
static const char *device_label(const struct page *page)
{
    static const char *const browsers[] = {"Firefox", "Edg", "Chrome", "Safari"};
    static const char *const systems[] = {"Android", "iPhone", "iPad", "Windows", "Mac", "Linux"};
    struct str agent = http_header(page->request, "User-Agent");
    const char *browser = NULL;
    const char *system = NULL;
    for (size_t i = 0; agent.at && !browser && i < COUNT_OF(browsers); i++)
        browser = strstr(agent.at, browsers[i]) ? browsers[i] : NULL;
    for (size_t i = 0; agent.at && !system && i < COUNT_OF(systems); i++)
        system = strstr(agent.at, systems[i]) ? systems[i] : NULL;
    return arena_printf(page->arena, "%s, %s", system ? system : "?", browser ? browser : "?");
}

bool workshop_enter(struct page *page, const struct device *member, struct err *err)
{
    CLEANUP(buf_release) struct buf token = BUF_INIT;
    struct sessions *sessions = page->workshop->sessions;
    if (page->session)
        return sessions_join(sessions, &page->session->key, member, err);
    if (!sessions_begin(sessions, member, device_label(page), &token, err))
        return false;
    put_cookie(page, token.at, COOKIE_S);
    return true;
}

void workshop_leave(struct page *page)
{
    put_cookie(page, "", 0);
}
