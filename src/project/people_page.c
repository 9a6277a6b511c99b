/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who takes part: members, invitations by link or code, joining, devices, the language. */
#include "project/people_page.h"

#include <stdlib.h>
#include <string.h>

#include <qrcodegen/qrcodegen.h>

#include "record/member.h"
#include "web/workshop.h"

static json_t *str_json(struct str text)
{
    return json_stringn(text.n ? text.at : "", text.n);
}

static json_t *device_json(const struct device *device)
{
    char hex[2 * KEY_BYTES + 1];
    hex_encode(device->at, KEY_BYTES, hex);
    return json_string(hex);
}

/* --- the list ------------------------------------------------------------------------------ */

static bool put_members(struct page *page, struct err *err)
{
    struct member *members;
    size_t n;
    json_t *list = json_array();
    page_put(page, "members", list);
    if (!member_list(page->record, page->arena, &members, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(
            list,
            json_pack("{s:o,s:o,s:b,s:b}", "name", str_json(members[i].name), "device",
                      device_json(&members[i].device), "in_charge", (int)members[i].in_charge, "me",
                      (int)(memcmp(&members[i].device, &page->member, sizeof page->member) == 0)));
    return true;
}

/* The browsers by which this member takes part. */
static void put_devices(struct page *page)
{
    size_t n;
    const struct session *all = sessions_all(workshop_sessions(page->workshop), &n);
    json_t *list = json_array();
    page_put(page, "devices", list);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all[i].member_n; k++)
            if (memcmp(&all[i].member[k], &page->member, sizeof page->member) == 0)
                json_array_append_new(
                    list, json_pack("{s:s,s:s,s:s,s:b}", "key", hash_hex(&all[i].key).at, "label",
                                    all[i].label, "day", all[i].day, "this",
                                    (int)hash_eq(&all[i].key, &page->session->key)));
}

/* A code as an SVG path of squares, with the four light modules around it that readers need. */
static bool put_code(struct page *page, const char *link)
{
    uint8_t work[qrcodegen_BUFFER_LEN_FOR_VERSION(10)];
    uint8_t code[qrcodegen_BUFFER_LEN_FOR_VERSION(10)];
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    if (!qrcodegen_encodeText(link, work, code, qrcodegen_Ecc_MEDIUM, 1, 10, qrcodegen_Mask_AUTO,
                              true))
        return false;
    int size = qrcodegen_getSize(code);
    for (int y = 0; y < size; y++)
        for (int x = 0; x < size; x++)
            if (qrcodegen_getModule(code, x, y))
                buf_printf(&path, "M%d %dh1v1h-1z", x + 4, y + 4);
    page_put_text(page, "code", buf_view(&path));
    page_put_int(page, "code_size", size + 8);
    return true;
}

/* The link that was just made, shown once. */
static void put_link(struct page *page)
{
    const char *secret = fields_get(&page->query, "new");
    if (!secret || !page->in_charge ||
        !invitation_find(workshop_sessions(page->workshop), str_of(secret)))
        return;
    struct str host = http_header(page->request, "Host");
    const char *link =
        arena_printf(page->arena, "%s://%.*s/join/%s", page->request->secure ? "https" : "http",
                     STR_ARG(host), secret);
    page_put(page, "link", json_string(link));
    page_put(page, "local", json_boolean(page->request->loopback));
    put_code(page, link);
}

static bool view_people(struct page *page, struct err *err)
{
    page->title = _("Who takes part");
    if (!put_members(page, err))
        return false;
    put_devices(page);
    put_link(page);
    return true;
}

static bool member_of_form(struct page *page, struct device *ret, struct err *err)
{
    const char *hex = page_field(page, "member");
    if (hex && hex_decode(str_of(hex), ret->at, KEY_BYTES))
        return true;
    return FAIL(err, ERR_INPUT, _("Load the page anew, then try again."),
                _("The page is too old."));
}

static bool do_invite(struct page *page, struct err *err)
{
    CLEANUP(buf_release) struct buf secret = BUF_INIT;
    struct invitation draft = {.by = page->member};
    if (!page->in_charge)
        return FAIL(err, ERR_DENIED, _("Ask somebody in charge to do it."),
                    _("This is for people in charge only."));
    draft.in_charge = page_field(page, "in_charge") != NULL;
    draft.for_member = page_field(page, "member") != NULL;
    if (draft.for_member && !member_of_form(page, &draft.member, err))
        return false;
    if (!invitation_make(workshop_sessions(page->workshop), &draft, &secret, err))
        return false;
    page_go(page, "/people?new=%s", secret.at);
    return true;
}

static bool do_switch(struct page *page, struct err *err)
{
    struct device device;
    return member_of_form(page, &device, err) &&
           sessions_act(workshop_sessions(page->workshop), &page->session->key, &device, err);
}

static bool do_leave(struct page *page, struct err *err)
{
    bool last = page->session->member_n == 1;
    if (!sessions_leave(workshop_sessions(page->workshop), &page->session->key, &page->member, err))
        return false;
    if (last)
        workshop_leave(page);
    page_go(page, "/");
    return true;
}

/* End a device of one's own. */
static bool do_end(struct page *page, struct err *err)
{
    struct hash key;
    size_t n;
    const struct session *all = sessions_all(workshop_sessions(page->workshop), &n);
    const char *hex = page_field(page, "key");
    bool mine = false;
    if (!hex || !hex_decode(str_of(hex), key.at, HASH_BYTES))
        return FAIL(err, ERR_INPUT, _("Load the page anew, then try again."),
                    _("The page is too old."));
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; hash_eq(&all[i].key, &key) && k < all[i].member_n; k++)
            mine = mine || memcmp(&all[i].member[k], &page->member, sizeof page->member) == 0;
    if (!mine)
        return FAIL(err, ERR_DENIED, _("Look at your own devices."),
                    _("This device is not one of yours."));
    return sessions_leave(workshop_sessions(page->workshop), &key, &page->member, err);
}

static bool act_people(struct page *page, struct err *err)
{
    static const struct {
        const char *name;
        bool (*act)(struct page *page, struct err *err);
    } acts[] = {{"invite", do_invite}, {"switch", do_switch}, {"leave", do_leave}, {"end", do_end}};
    const char *name = page_field(page, "do");
    for (size_t i = 0; name && i < COUNT_OF(acts); i++)
        if (strcmp(name, acts[i].name) == 0)
            return acts[i].act(page, err);
    return FAIL(err, ERR_INPUT, _("Load the page anew, then try again."),
                _("The page is too old."));
}

const struct route people_route = {
    .path = "/people",
    .right = RIGHT_MEMBER,
    .act_right = RIGHT_MEMBER,
    .template = "people.html",
    .list = "members",
    .view = view_people,
    .act = act_people,
};

/* --- joining ------------------------------------------------------------------------------- */

static bool find_invitation(struct page *page, struct invitation *ret, struct err *err)
{
    const struct invitation *found =
        invitation_find(workshop_sessions(page->workshop), page->part[0]);
    if (!found)
        return FAIL(err, ERR_NOT_FOUND, _("Ask whoever gave it to you for a new one."),
                    _("This link was used already, or it is too old."));
    *ret = *found;
    return true;
}

static bool view_join(struct page *page, struct err *err)
{
    struct invitation invitation;
    struct project_info info;
    struct member *members;
    size_t n;
    if (!find_invitation(page, &invitation, err) ||
        !project_info(page->record, page->arena, &info, err) ||
        !member_list(page->record, page->arena, &members, &n, err))
        return false;
    page->title = _("Take part");
    page_put_text(page, "by", member_name(members, n, &invitation.by));
    page_put_text(page, "secret", page->part[0]);
    page_put_text(page, "licence", info.licence);
    page_put(page, "for_member", json_boolean(invitation.for_member));
    page_put(page, "new_member", json_boolean(!invitation.for_member));
    page_put(page, "in_charge", json_boolean(invitation.in_charge));
    page_put(page, "plain", json_boolean(!page->request->secure && !page->request->loopback));
    if (invitation.for_member)
        page_put_text(page, "who", member_name(members, n, &invitation.member));
    return true;
}

/* The purposes that were ticked, as "project,training". */
static const char *purposes(struct page *page)
{
    CLEANUP(buf_release) struct buf list = BUF_INIT;
    const char *one;
    buf_text(&list, "project");
    for (size_t i = 0; (one = fields_at(&page->form, "may", i)); i++)
        buf_printf(&list, ",%s", one);
    return arena_copy(page->arena, buf_view(&list));
}

static bool add_member(struct page *page, const struct invitation *invitation, struct device *ret,
                       struct err *err)
{
    struct member_draft draft = {.in_charge = invitation->in_charge};
    char hex[2 * KEY_BYTES + 1];
    hex_encode(invitation->by.at, KEY_BYTES, hex);
    draft.minor = page_field(page, "minor") != NULL;
    draft.guardian = page_field(page, "guardian");
    draft.may = purposes(page);
    if (!page_need(page, "name", _("Your name"), &draft.name, err))
        return false;
    if (draft.minor && !draft.guardian)
        return FAIL(err, ERR_INPUT, _("Ask them; they write their name here."),
                    _("Who is under age needs the permission of a parent or guardian."));
    return record_act_as(page->record, hex, err) && member_add(page->record, &draft, ret, err);
}

static bool act_join(struct page *page, struct err *err)
{
    struct invitation invitation;
    if (!find_invitation(page, &invitation, err))
        return false;
    struct device device = invitation.member;
    if ((!invitation.for_member && !add_member(page, &invitation, &device, err)) ||
        !invitation_end(workshop_sessions(page->workshop), &invitation.key, err) ||
        !workshop_enter(page, &device, err))
        return false;
    page_go(page, "/");
    return true;
}

const struct route people_join_route = {
    .path = "/join/*",
    .right = RIGHT_ANYBODY,
    .act_right = RIGHT_ANYBODY,
    .template = "join.html",
    .view = view_join,
    .act = act_join,
};

/* --- the language -------------------------------------------------------------------------- */

/* Is it a path of ours to go back to? */
static bool is_path(const char *back)
{
    return back && back[0] == '/' && back[1] != '/' &&
           strspn(back, "/abcdefghijklmnopqrstuvwxyz0123456789-_") == strlen(back);
}

static bool act_language(struct page *page, struct err *err)
{
    const char *back = page_field(page, "back");
    const char *lang = page_field(page, "lang");
    (void)err;
    bool german = lang && strcmp(lang, "de") == 0;
    http_put(page->response, "Set-Cookie",
             german ? "lang=de; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly"
                    : "lang=en; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly");
    page_go(page, "%s", is_path(back) ? back : "/");
    return true;
}

const struct route people_language_route = {
    .path = "/language",
    .right = RIGHT_ANYBODY,
    .act_right = RIGHT_ANYBODY,
    .act = act_language,
};
