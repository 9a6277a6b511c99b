/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger/plug.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <jansson.h>
#include <string.h>

#include "base/json.h"

/* --- what is said ------------------------------------------------------------------------- */

/* A socket carries 16 A; three phases of it at 400 V are 11 kW. Nobody has used 10^9 Wh. */
#define WATTS_MAX 11100.0
#define WATT_HOURS_MAX 1e9

static bool number(const json_t *object, const char *key, double max, double *ret, struct err *err)
{
    const json_t *value = json_object_get(object, key);
    *ret = json_number_value(value);
    if (!json_is_number(value))
        return FAIL(err, ERR_INPUT, _("Is it a plug of this kind, and does it measure?"),
                    _("The plug does not say \"%s\"."), key);
    return (*ret >= 0 && *ret <= max) ||
           FAIL(err, ERR_INPUT, _("Look at the plug: is it set up, and is it the right one?"),
                _("The plug says %g for \"%s\", which cannot be."), *ret, key);
}

/* What a kind of plug calls its power in W and its counter, of so many Wh a unit; the counter's
 * smallest step. */
struct words {
    const char *power;
    const char *total;
    double wh;
    uint64_t step_uj;
};

static bool read_plug(const json_t *object, const json_t *counter, const struct words *words,
                      struct reading *ret, struct err *err)
{
    double watts;
    double amount;
    if (!number(object, words->power, WATTS_MAX, &watts, err) ||
        !number(counter, words->total, WATT_HOURS_MAX / words->wh, &amount, err))
        return false;
    *ret = (struct reading){.has_uw = true,
                            .uw = (uint64_t)(watts * 1e6 + 0.5),
                            .has_uj = true,
                            .uj = (uint64_t)(amount * words->wh * 3600e6 + 0.5),
                            .step_uj = words->step_uj};
    return true;
}

bool plug_parse(enum gauge_kind kind, struct str reply, struct reading *ret, struct err *err)
{
    /* a thousandth of a Wh; a watt-minute; a thousandth of a kWh */
    static const struct words shelly = {"apower", "total", 1, 3600000};
    static const struct words shelly1 = {"power", "total", 1.0 / 60, 60000000};
    static const struct words tasmota = {"Power", "Total", 1000, UINT64_C(3600000000)};
    json_error_t where;
    CLEANUP(json_release)
    json_t *root = json_loadb(reply.at ? reply.at : "", reply.n, JSON_REJECT_DUPLICATES, &where);
    const json_t *energy = json_object_get(json_object_get(root, "StatusSNS"), "ENERGY");
    if (!json_is_object(root))
        return FAIL(err, ERR_INPUT, _("Is it a plug of this kind? Open its address in a browser."),
                    _("The reply of the plug is not what such plugs say."));
    if (kind == GAUGE_SHELLY)
        return read_plug(root, json_object_get(root, "aenergy"), &shelly, ret, err);
    if (kind == GAUGE_SHELLY1)
        return read_plug(root, root, &shelly1, ret, err);
    BUG_IF(kind != GAUGE_TASMOTA);
    return read_plug(energy, energy, &tasmota, ret, err);
}

/* --- asking ------------------------------------------------------------------------------- */

bool plug_address_check(const char *address, struct err *err)
{
    static const char fine[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
    size_t n = strlen(address);
    return (n > 0 && n < GAUGE_NAME_MAX && strspn(address, fine) == n && address[0] != '-') ||
           FAIL(err, ERR_USAGE, _("Type for example --meter shelly:192.168.0.20"),
                _("\"%s\" is not the address of a plug."), address);
}

/* The few functions of libcurl, as they are called. */
struct http {
    void *library;
    CURL *(*begin)(void);
    CURLcode (*set)(CURL *curl, CURLoption option, ...);
    CURLcode (*perform)(CURL *curl);
    CURLcode (*info)(CURL *curl, CURLINFO info, ...);
    const char *(*words)(CURLcode code);
    void (*end)(CURL *curl);
};

/* POSIX lets a pointer to data hold one to a function; ISO C does not convert it, so copy it. */
static bool find(const struct http *http, const char *name, void *ret_function)
{
    void *symbol = dlsym(http->library, name);
    memcpy(ret_function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static bool load(struct http *ret, struct err *err)
{
    static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
    *ret = (struct http){.library = NULL};
    for (size_t i = 0; i < COUNT_OF(names) && !ret->library; i++)
        ret->library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    return (ret->library && find(ret, "curl_easy_init", &ret->begin) &&
            find(ret, "curl_easy_setopt", &ret->set) &&
            find(ret, "curl_easy_perform", &ret->perform) &&
            find(ret, "curl_easy_getinfo", &ret->info) &&
            find(ret, "curl_easy_strerror", &ret->words) &&
            find(ret, "curl_easy_cleanup", &ret->end)) ||
           FAIL(err, ERR_UNSUPPORTED, _("Install it: apt-get install libcurl4"),
                _("libcurl is not here, so no plug can be asked."));
}

/* libcurl gives a piece of the reply; taking less than all of it ends the transfer. */
static size_t take(char *bytes, size_t size, size_t n, void *context)
{
    struct buf *reply = context;
    if (size * n > PLUG_REPLY_MAX - reply->n)
        return 0;
    buf_add(reply, bytes, size * n);
    return size * n;
}

/* Every option must be taken: one that an older library does not know may be a protection. */
static bool set_up(const struct http *http, CURL *curl, const char *url, struct buf *reply)
{
    return http->set(curl, CURLOPT_URL, url) == CURLE_OK &&
           http->set(curl, CURLOPT_PROTOCOLS_STR, "http") == CURLE_OK &&
           http->set(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           http->set(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           http->set(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK &&
           http->set(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           http->set(curl, CURLOPT_HTTP09_ALLOWED, 0L) == CURLE_OK &&
           http->set(curl, CURLOPT_TIMEOUT_MS, (long)PLUG_TIMEOUT_MS) == CURLE_OK &&
           http->set(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
           http->set(curl, CURLOPT_WRITEDATA, (void *)reply) == CURLE_OK;
}

static bool ask(const struct http *http, CURL *curl, const char *url, struct buf *reply,
                struct err *err)
{
    long status = 0;
    if (!set_up(http, curl, url, reply))
        return FAIL(err, ERR_UNSUPPORTED, _("Install a newer libcurl."),
                    _("libcurl is too old to ask a plug safely."));
    CURLcode code = http->perform(curl);
    if (code == CURLE_WRITE_ERROR)
        return FAIL(err, ERR_LIMIT, _("Is it a plug? Open its address in a browser."),
                    _("The reply of the plug is far too long."));
    if (code == CURLE_OPERATION_TIMEDOUT)
        return FAIL(err, ERR_IO, _("Is it switched on and in the same network?"),
                    _("The plug did not answer within %d seconds."), PLUG_TIMEOUT_MS / 1000);
    if (code != CURLE_OK)
        return FAIL(err, ERR_NOT_FOUND, _("Is it switched on and in the same network?"),
                    _("The plug cannot be asked: %s."), http->words(code));
    if (http->info(curl, CURLINFO_RESPONSE_CODE, &status) != CURLE_OK || status != 200)
        return FAIL(err, ERR_IO, _("Is it a plug of this kind? Open its address in a browser."),
                    _("The plug answered with HTTP status %ld instead of figures."), status);
    return true;
}

bool plug_read(enum gauge_kind kind, const char *address, struct reading *ret, struct err *err)
{
    const char *path = kind == GAUGE_SHELLY    ? "rpc/Switch.GetStatus?id=0"
                       : kind == GAUGE_SHELLY1 ? "meter/0"
                                               : "cm?cmnd=Status%2010";
    CLEANUP(buf_release) struct buf url = BUF_INIT;
    CLEANUP(buf_release) struct buf reply = BUF_INIT;
    struct http http;
    if (!plug_address_check(address, err) || !load(&http, err))
        return false;
    buf_printf(&url, "http://%s/%s", address, path);
    CURL *curl = http.begin();
    if (!curl)
        return FAIL(err, ERR_IO, _("Install a newer libcurl."), _("libcurl does not start."));
    bool done = ask(&http, curl, url.at, &reply, err);
    http.end(curl);
    return done && plug_parse(kind, buf_view(&reply), ret, err);
}
