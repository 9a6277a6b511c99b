/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Over libmicrohttpd 0.9.75, driven by our own loop: no thread is started. What was learned about
 * it: a content callback that returns 0 without suspending spins; a listener to events who has gone
 * is noticed at the next write, so an empty remark goes to all of them every 20 seconds; its own
 * decoding of paths and its digest authentication are left aside. */
#include "web/http.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "web/request.h"

enum {
    CONNECTIONS_MAX = 4096,
    CONNECTION_MEMORY = 24 << 10, /* head included: longer ones are refused */
    HEAD_FIELDS_MAX = 64,
    TIMEOUT_S = 20,
    PULSE_S = 20,
    WAITING_MAX = 256 << 10 /* bytes of events that one listener may be behind */
};

/* Somebody who listens to events. */
struct listener {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct buf waiting;
    bool asleep; /* suspended */
    struct listener *next;
};

struct http_server {
    struct MHD_Daemon *daemon;
    const struct http_app *app;
    bool secure;
    int quiet; /* the listening socket after http_quiesce, else -1 */
    struct listener *listeners;
    unsigned listener_n;
    double pulsed_s;
};

/* A request in work; MHD's con_cls. */
struct exchange {
    struct arena arena;
    struct http_request request;
    struct http_body_rule rule;
    struct buf body;
    bool too_large;
    bool broken; /* its body could not be written down */
};

void http_put(struct http_response *response, const char *name, const char *value)
{
    BUG_IF(response->header_n == HTTP_HEADERS_MAX);
    response->header[response->header_n].name = name;
    response->header[response->header_n++].value = value;
}

struct str http_header(const struct http_request *request, const char *name)
{
    struct MHD_Connection *connection = request->connection;
    return str_of(connection ? MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name)
                             : NULL);
}

/* --- the guard ------------------------------------------------------------------------------ */

struct head {
    unsigned fields, hosts, lengths, codings;
    bool bad;
    bool chunked;
};

static bool is_token(const char *name)
{
    bool fine = *name != 0;
    for (; *name; name++)
        fine = fine && (isalnum((unsigned char)*name) || strchr("!#$%&'*+-.^_`|~", *name));
    return fine;
}

static bool is_digits(const char *text)
{
    size_t n = strspn(text, "0123456789");
    return n > 0 && n <= 15 && text[n] == 0;
}

static enum MHD_Result see_field(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    struct head *head = context;
    (void)kind;
    head->fields++;
    if (!is_token(name) || !value || strpbrk(value, "\r\n"))
        head->bad = true;
    else if (strcasecmp(name, "Host") == 0)
        head->hosts++;
    else if (strcasecmp(name, "Content-Length") == 0) {
        head->lengths++;
        head->bad = head->bad || !is_digits(value);
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        head->codings++;
        head->chunked = strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

/* Invariant 1, but the path. */
static bool head_is_fine(struct MHD_Connection *connection)
{
    struct head head = {0};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, see_field, &head);
    return !head.bad && head.fields <= HEAD_FIELDS_MAX && head.hosts == 1 && head.lengths <= 1 &&
           head.codings <= 1 && head.lengths + head.codings <= 1 &&
           (head.codings == 0 || head.chunked);
}

/* --- a request comes in --------------------------------------------------------------------- */

static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

static enum http_method method_of(const char *name)
{
    static const char *const names[] = {"GET", "HEAD", "POST", "PUT"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcmp(name, names[i]) == 0)
            return (enum http_method)i;
    return HTTP_OTHER;
}

static enum MHD_Result add_argument(void *context, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct buf *query = context;
    (void)kind;
    if (query->n)
        buf_char(query, '&');
    buf_text(query, name);
    if (value)
        buf_printf(query, "=%s", value);
    return MHD_YES;
}

static void see_peer(struct http_request *request, struct MHD_Connection *connection)
{
    char text[INET6_ADDRSTRLEN] = "";
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    if (address && address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)address;
        inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        request->loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    } else if (address && address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)address;
        inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
        request->loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    }
    request->peer = arena_str(request->arena, str_of(text));
}

static struct exchange *exchange_begin(struct http_server *server,
                                       struct MHD_Connection *connection, const char *method)
{
    struct exchange *x = mem_get(1, sizeof *x);
    *x = (struct exchange){.body = BUF_INIT};
    x->request.arena = &x->arena;
    x->request.method = method_of(method);
    x->request.file = -1;
    x->request.secure = server->secure;
    x->request.connection = connection;
    see_peer(&x->request, connection);
    return x;
}

static void exchange_end(struct exchange *x)
{
    if (x->request.file >= 0)
        close(x->request.file);
    buf_release(&x->body);
    arena_release(&x->arena);
    free(x);
}

/* The head is here: is it beyond doubt, and may its body come? 0, or the status of a refusal. */
static unsigned see_head(struct http_server *server, struct exchange *x, const char *path)
{
    struct MHD_Connection *connection = x->request.connection;
    CLEANUP(buf_release) struct buf query = BUF_INIT;
    if (!head_is_fine(connection) || !request_path(str_of(path), &x->arena, &x->request.path))
        return MHD_HTTP_BAD_REQUEST;
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, &query);
    x->request.query = arena_str(&x->arena, buf_view(&query));
    x->rule = server->app->body(server->app->context, &x->request);
    struct str length = http_header(&x->request, "Content-Length");
    uint64_t bytes = 0;
    if (length.n && (!str_uint(length, UINT64_MAX, &bytes) || bytes > x->rule.limit_bytes))
        return MHD_HTTP_CONTENT_TOO_LARGE;
    if (x->rule.into_file && (x->request.file = file_unnamed()) < 0)
        return MHD_HTTP_INTERNAL_SERVER_ERROR;
    return 0;
}

static bool write_all(int file, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(file, bytes, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

static void take_body(struct exchange *x, const char *bytes, size_t n)
{
    uint64_t there = x->rule.into_file ? x->request.file_bytes : x->body.n;
    if (x->too_large || n > x->rule.limit_bytes - there) {
        x->too_large = true;
    } else if (!x->rule.into_file) {
        buf_add(&x->body, bytes, n);
    } else if (!x->broken) {
        x->broken = !write_all(x->request.file, bytes, n);
        x->request.file_bytes += n;
    }
}

/* --- a response goes out -------------------------------------------------------------------- */

static ssize_t next_events(void *context, uint64_t at, char *to, size_t max)
{
    struct listener *l = context;
    (void)at;
    if (l->waiting.n == 0) {
        MHD_suspend_connection(l->connection);
        l->asleep = true;
        return 0;
    }
    size_t n = l->waiting.n < max ? l->waiting.n : max;
    memcpy(to, l->waiting.at, n);
    memmove(l->waiting.at, l->waiting.at + n, l->waiting.n - n);
    l->waiting.n -= n;
    return (ssize_t)n;
}

static void forget_listener(void *context)
{
    struct listener *l = context;
    struct listener **at = &l->server->listeners;
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    l->server->listener_n--;
    buf_release(&l->waiting);
    free(l);
}

static struct MHD_Response *event_response(struct http_server *server,
                                           struct MHD_Connection *connection, struct str first)
{
    struct listener *l = mem_get(1, sizeof *l);
    *l = (struct listener){server, connection, BUF_INIT, false, server->listeners};
    buf_str(&l->waiting, first);
    server->listeners = l;
    server->listener_n++;
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, next_events, l,
                                             forget_listener);
}

static struct MHD_Response *make_response(struct http_server *server,
                                          struct MHD_Connection *connection,
                                          const struct http_response *r)
{
    if (r->events)
        return event_response(server, connection, r->body);
    if (r->file >= 0)
        return MHD_create_response_from_fd_at_offset64(r->bytes, r->file, r->offset);
    /* The arena lives until the response was sent, so nothing is copied. */
    union {
        const char *from;
        void *to;
    } body = {r->body.n ? r->body.at : ""};
    return MHD_create_response_from_buffer(r->body.n, body.to, MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_response(struct http_server *server, struct MHD_Connection *connection,
                                     const struct http_response *r)
{
    struct MHD_Response *response = make_response(server, connection, r);
    BUG_IF(!response);
    for (size_t i = 0; i < r->header_n; i++)
        BUG_IF(MHD_add_response_header(response, r->header[i].name, r->header[i].value) != MHD_YES);
    enum MHD_Result sent = MHD_queue_response(connection, r->status ? r->status : 200, response);
    MHD_destroy_response(response);
    return sent;
}

/* Refuse, and take nothing more by this connection. */
static enum MHD_Result refuse(struct http_server *server, struct MHD_Connection *connection,
                              unsigned status)
{
    struct http_response r = {.status = status, .file = -1};
    http_put(&r, "Connection", "close");
    http_put(&r, "Content-Type", "text/plain; charset=utf-8");
    r.body = status == MHD_HTTP_CONTENT_TOO_LARGE ? STR("Too large.\n") : STR("Refused.\n");
    return send_response(server, connection, &r);
}

/* Called with the head, then with each piece of the body, then once more without one. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
                                  const char *path, const char *method, const char *version,
                                  const char *upload, size_t *upload_n, void **ret_exchange)
{
    struct http_server *server = context;
    struct exchange *x = *ret_exchange;
    (void)version;
    if (!x) {
        *ret_exchange = x = exchange_begin(server, connection, method);
        unsigned status = see_head(server, x, path);
        return status ? refuse(server, connection, status) : MHD_YES;
    }
    if (*upload_n) {
        take_body(x, upload, *upload_n);
        *upload_n = 0;
        return MHD_YES;
    }
    if (x->too_large)
        return refuse(server, connection, MHD_HTTP_CONTENT_TOO_LARGE);
    if (x->broken)
        return refuse(server, connection, MHD_HTTP_INSUFFICIENT_STORAGE);
    x->request.body = buf_view(&x->body);
    struct http_response response = {.file = -1};
    server->app->answer(server->app->context, &x->request, &response);
    return send_response(server, connection, &response);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode how)
{
    (void)context;
    (void)connection;
    (void)how;
    if (*exchange)
        exchange_end(*exchange);
    *exchange = NULL;
}

/* --- the server ----------------------------------------------------------------------------- */

static void say_nothing(void *context, const char *text, va_list args)
{
    (void)context;
    (void)text;
    (void)args;
}

bool http_listen(const char *address, int *ret_socket, struct err *err)
{
    CLEANUP(buf_release) struct buf host = BUF_INIT;
    const char *colon = strrchr(address, ':');
    uint64_t port;
    if (!colon || colon == address || !str_uint(str_of(colon + 1), 65535, &port))
        return FAIL(err, ERR_USAGE, _("For example: --listen 127.0.0.1:8080"),
                    _("\"%s\" is no address with a port."), address);
    bool brackets = address[0] == '[' && colon[-1] == ']';
    buf_add(&host, address + brackets, (size_t)(colon - address) - 2 * (size_t)brackets);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (getaddrinfo(host.at, colon + 1, &hints, &found) != 0)
        return FAIL(err, ERR_USAGE, _("Write it in numbers, for example 127.0.0.1:8080."),
                    _("\"%s\" is no address of this computer."), address);
    int one = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool fine = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, 1024) == 0;
    int why = errno;
    freeaddrinfo(found);
    if (fine) {
        *ret_socket = fd;
        return true;
    }
    if (fd >= 0)
        close(fd);
    errno = why;
    if (why == EADDRINUSE)
        return FAIL(err, ERR_CONFLICT,
                    _("Choose another port: --listen 127.0.0.1:0 takes a free one."),
                    _("Another program listens at %s already."), address);
    return err_errno(err, _("listen at"), address);
}

unsigned http_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t n = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &n) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)&address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)&address)->sin_port);
}

bool http_start(int fd, const struct http_options *options, struct http_server **ret,
                struct err *err)
{
    bool secure = options->certificate != NULL;
    struct http_server *server = mem_get(1, sizeof *server);
    *server = (struct http_server){.app = options->app, .secure = secure, .quiet = -1};
    const struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)options->certificate},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)options->private_key},
        {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (secure ? (unsigned)MHD_USE_TLS : 0U);
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        NULL, MHD_OPTION_ARRAY, secure ? tls : none, MHD_OPTION_END);
    if (!server->daemon) {
        free(server);
        if (secure)
            return FAIL(err, ERR_INPUT, _("Give the files that belong together, both as PEM."),
                        _("Certificate and key cannot be used."));
        return FAIL(err, ERR_IO, _("Close other programs, then try again."),
                    _("The server could not be started."));
    }
    server->pulsed_s = clock_wall_s();
    *ret = server;
    return true;
}

/* How long until one of them must look at its timeouts. */
static int wait_for(struct http_server *const *server, size_t n, int wait_ms)
{
    for (size_t i = 0; i < n; i++) {
        MHD_UNSIGNED_LONG_LONG ms;
        if (MHD_get_timeout(server[i]->daemon, &ms) == MHD_YES && ms < (unsigned)wait_ms)
            wait_ms = (int)ms;
    }
    return wait_ms;
}

void http_wait(struct http_server *const *server, size_t n, int wait_ms)
{
    enum { SERVERS_MAX = 4 };
    struct pollfd ready[SERVERS_MAX];
    BUG_IF(n == 0 || n > SERVERS_MAX);
    for (size_t i = 0; i < n; i++) {
        const union MHD_DaemonInfo *info =
            MHD_get_daemon_info(server[i]->daemon, MHD_DAEMON_INFO_EPOLL_FD);
        ready[i] = (struct pollfd){info->epoll_fd, POLLIN, 0};
    }
    poll(ready, n, wait_for(server, n, wait_ms)); /* interrupted is as good as nothing to do */
    double now = clock_wall_s();
    for (size_t i = 0; i < n; i++) {
        MHD_run(server[i]->daemon);
        if (now - server[i]->pulsed_s >= PULSE_S) {
            server[i]->pulsed_s = now;
            http_tell(server[i], STR(":\n\n"));
        }
    }
}

void http_tell(struct http_server *server, struct str event)
{
    for (struct listener *l = server->listeners; l; l = l->next) {
        if (l->waiting.n + event.n > WAITING_MAX)
            continue; /* too slow; the next page that it loads is up to date */
        buf_str(&l->waiting, event);
        if (l->asleep) {
            l->asleep = false;
            MHD_resume_connection(l->connection);
        }
    }
}

void http_quiesce(struct http_server *server)
{
    if (server->quiet < 0)
        server->quiet = MHD_quiesce_daemon(server->daemon);
}

unsigned http_connections(const struct http_server *server)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info->num_connections - server->listener_n;
}

void http_stop(struct http_server *server)
{
    if (!server)
        return;
    for (struct listener *l = server->listeners; l; l = l->next)
        if (l->asleep) {
            l->asleep = false;
            MHD_resume_connection(l->connection);
        }
    MHD_stop_daemon(server->daemon);
    if (server->quiet >= 0)
        close(server->quiet);
    free(server);
}
