/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http: requests in, responses out. http.c is the only file that knows libmicrohttpd, so another
 * library could take its place.
 *
 * Everything happens on the thread that calls http_wait: no request is ever answered beside
 * another, and the application needs no lock.
 *
 * Invariants:
 *   1. A request reaches the application only if its head is beyond doubt (the guard): one Host, at
 *      most one Content-Length of digits, never both that and Transfer-Encoding, no header name
 *      with a blank, a path of valid UTF-8 without NUL, empty segments, "." or "..". Everything
 *      else is refused with 400 and the connection is closed. Debian's libmicrohttpd answers
 *      requests with two lengths, which lets requests be smuggled past a proxy.
 *   2. A body has a limit before its first byte is taken; over it the answer is 413.
 *   3. A request lives as long as its arena: until the response was sent or the client is gone.
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

struct http_server;

enum http_method { HTTP_GET = 0, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_OTHER };

struct http_request {
    struct arena *arena;
    enum http_method method;
    struct str path;  /* decoded, begins with '/', invariant 1 */
    struct str query; /* as sent, without '?' */
    struct str body;  /* empty if it went into a file */
    int file;         /* -1, or the body in an unnamed file, from its beginning; closed with it */
    uint64_t file_bytes;
    bool secure;      /* came by TLS that ends here */
    bool loopback;    /* from this computer */
    struct str peer;  /* the address that it came from, as text */
    void *connection; /* http_header reads it */
};

/* The value of a header, empty if there is none. Lives as long as the request. */
struct str http_header(const struct http_request *request, const char *name);

enum { HTTP_HEADERS_MAX = 12 };

struct http_response {
    unsigned status; /* 0 counts as 200 */
    struct str body; /* in the request's arena, or static */
    int file;        /* -1, or sent instead of body, `bytes` from `offset` on; closed then */
    uint64_t offset;
    uint64_t bytes;
    bool events; /* a stream of events that stays open; body is sent first */
    size_t header_n;
    struct {
        const char *name;  /* static */
        const char *value; /* as body */
    } header[HTTP_HEADERS_MAX];
};

/* Add a header to a response. Full is a fault of ours. */
void http_put(struct http_response *response, const char *name, const char *value);

/* What body may come with a request; nothing by default. */
struct http_body_rule {
    uint64_t limit_bytes;
    bool into_file; /* instead of memory */
};

struct http_app {
    void *context;
    /* Asked when the head is here, before any byte of a body is taken. */
    struct http_body_rule (*body)(void *context, const struct http_request *request);
    void (*answer)(void *context, const struct http_request *request, struct http_response *ret);
};

struct http_options {
    const struct http_app *app; /* must outlive the server */
    const char *certificate;    /* PEM text, or NULL: without TLS */
    const char *private_key;
};

/* A listening socket for "127.0.0.1:8080", "[::1]:8080", port 0: any. ERR_INPUT, ERR_CONFLICT
 * (taken), ERR_IO. The caller closes it. */
bool http_listen(const char *address, int *ret_socket, struct err *err) MUST_USE;

/* The port of a listening socket. */
unsigned http_port(int fd);

/* Begin to serve a listening socket, which it then owns. ERR_INPUT: certificate and key do not fit;
 * ERR_IO. */
bool http_start(int fd, const struct http_options *options, struct http_server **ret,
                struct err *err) MUST_USE;

/* Wait up to `wait_ms` for something to do, and do it. n servers, at least one. */
void http_wait(struct http_server *const *server, size_t n, int wait_ms);

/* Take no new connection; those in work are finished by http_wait. */
void http_quiesce(struct http_server *server);

/* How many connections are open, streams of events left out. */
unsigned http_connections(const struct http_server *server);

/* Send a text to all who listen to events: lines as the standard has them, with an empty line
 * behind. SOURCE: HTML Living Standard, section 9.2 (server-sent events). */
void http_tell(struct http_server *server, struct str event);

/* End it: what is still open is cut. NULL is fine. */
void http_stop(struct http_server *server);

#endif
