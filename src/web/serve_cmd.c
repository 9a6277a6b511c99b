/* SPDX-License-Identifier: GPL-3.0-or-later */
/* serve: the workshop in the browser, until somebody ends it. */
#include "web/serve_cmd.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <qrcodegen/qrcodegen.h>

#include "base/clock.h"
#include "base/file.h"
#include "kinds.h"
#include "record/member.h"
#include "routes.h"
#include "web/workshop.h"

enum { PEM_MAX = 1 << 20, PATIENCE_S = 5, HOSTS_MAX = 16 };

/* A socket that the system hands over. SOURCE: systemd, sd_listen_fds(3). */
static bool handed_over(int *ret)
{
    const char *pid = getenv("LISTEN_PID");
    const char *fds = getenv("LISTEN_FDS");
    uint64_t number;
    if (!pid || !fds || !str_uint(str_of(pid), INT32_MAX, &number) || number != (uint64_t)getpid())
        return false;
    *ret = 3;
    return str_uint(str_of(fds), INT32_MAX, &number) && number >= 1;
}

static bool read_pem(struct cli *cli, const char *option, const char **ret, struct err *err)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    const char *path = cli_option(cli, option);
    if (!path)
        return true;
    if (!file_read(path, PEM_MAX, &text, err))
        return false;
    *ret = arena_copy(&cli->arena, buf_view(&text));
    return true;
}

/* The member whom the first link lets in: --as, or the first person in charge whose key is here. */
static bool find_owner(struct cli *cli, struct device *ret, struct err *err)
{
    struct member *members;
    struct device *keys;
    size_t n;
    size_t key_n;
    struct hash project = record_project(cli->record);
    if (cli->as) {
        if (!record_act_as(cli->record, cli->as, err))
            return false;
        *ret = record_device(cli->record);
        return true;
    }
    if (!member_list(cli->record, &cli->arena, &members, &n, err) ||
        !key_list(&project, &cli->arena, &keys, &key_n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; members[i].in_charge && k < key_n; k++)
            if (memcmp(&members[i].device, &keys[k], sizeof *ret) == 0) {
                *ret = keys[k];
                return true;
            }
    return FAIL(err, ERR_DENIED, _("Start it on the computer of somebody in charge."),
                _("No key of a person in charge lies on this computer."));
}

/* The link as a code in the terminal, two rows of squares a line; dark on light. */
static void say_code(struct cli *cli, const char *link)
{
    uint8_t work[qrcodegen_BUFFER_LEN_FOR_VERSION(10)];
    uint8_t code[qrcodegen_BUFFER_LEN_FOR_VERSION(10)];
    if (!qrcodegen_encodeText(link, work, code, qrcodegen_Ecc_LOW, 1, 10, qrcodegen_Mask_AUTO,
                              true))
        return;
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    int size = qrcodegen_getSize(code);
    for (int y = -2; y < size + 2; y += 2) {
        buf_text(&text, "  ");
        for (int x = -2; x < size + 2; x++) {
            bool above = qrcodegen_getModule(code, x, y);
            bool below = qrcodegen_getModule(code, x, y + 1);
            buf_text(&text, above ? (below ? " " : "▄") : (below ? "▀" : "█"));
        }
        buf_char(&text, '\n');
    }
    cli_tell(cli, text.at);
}

/* Make the first link and say it at once: the command goes on until it is ended. */
static bool say_link(struct cli *cli, struct workshop *workshop, const char *base, bool code,
                     struct err *err)
{
    CLEANUP(buf_release) struct buf secret = BUF_INIT;
    struct invitation draft = {.for_member = true, .in_charge = true};
    if (!find_owner(cli, &draft.by, err))
        return false;
    draft.member = draft.by;
    if (!invitation_make(workshop_sessions(workshop), &draft, &secret, err))
        return false;
    const char *link = arena_printf(&cli->arena, "%s/join/%s", base, secret.at);
    cli_tell(cli, arena_printf(&cli->arena,
                               _("The workshop is open. Your own way in, for one browser:\n\n"
                                 "  %s\n\nEnd it with Ctrl-C.\n"),
                               link));
    if (code)
        say_code(cli, link);
    return true;
}

/* Each browser holds a few connections; the system's default of 1,024 open files is soon too few.
 */
static void allow_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit); /* else fewer at a time */
    }
}

/* Answer until somebody ends it; then finish what is in work, but not for ever. */
static void serve(struct http_server *server, struct workshop *workshop)
{
    while (!cli_cancelled()) {
        http_wait(&server, 1, 1000);
        if (workshop_changed(workshop))
            http_tell(server, STR("data: changed\n\n"));
    }
    http_quiesce(server);
    double begun = clock_wall_s();
    while (http_connections(server) && clock_wall_s() - begun < PATIENCE_S)
        http_wait(&server, 1, 50);
}

/* The first address of this computer that others reach; NULL if it has none. */
static const char *own_address(struct cli *cli)
{
    struct ifaddrs *all;
    char text[INET_ADDRSTRLEN] = "";
    if (getifaddrs(&all) != 0)
        return NULL;
    for (const struct ifaddrs *a = all; a && !text[0]; a = a->ifa_next) {
        const struct sockaddr_in *v4 = (const void *)a->ifa_addr;
        if (v4 && v4->sin_family == AF_INET && ntohl(v4->sin_addr.s_addr) >> 24 != 127)
            inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    }
    freeifaddrs(all);
    return text[0] ? arena_copy(&cli->arena, str_of(text)) : NULL;
}

static const char *base_address(struct cli *cli, const char *listen, int fd, bool secure)
{
    const char *name = cli_option(cli, "name");
    const char *colon = strrchr(listen, ':');
    struct str host = {listen, (size_t)(colon - listen)};
    if (!name && (str_eq(host, STR("0.0.0.0")) || str_eq(host, STR("[::]"))))
        name = own_address(cli);
    if (name)
        host = str_of(name);
    return arena_printf(&cli->arena, "%s://%.*s:%u", secure ? "https" : "http", STR_ARG(host),
                        http_port(fd));
}

static bool run_with(struct cli *cli, struct workshop *workshop, struct err *err)
{
    const char *listen = cli_option(cli, "listen");
    struct http_options options = {.app = workshop_app(workshop)};
    struct http_server *server;
    int fd;
    listen = listen ? listen : "127.0.0.1:8080";
    if (!read_pem(cli, "certificate", &options.certificate, err) ||
        !read_pem(cli, "key", &options.private_key, err))
        return false;
    if (!options.certificate != !options.private_key)
        return FAIL(err, ERR_USAGE, _("Give --certificate and --key together."),
                    _("One of the two files is missing."));
    if (!handed_over(&fd) && !http_listen(listen, &fd, err))
        return false;
    if (!http_start(fd, &options, &server, err)) {
        close(fd);
        return false;
    }
    bool near = str_starts(str_of(listen), STR("127.")) || str_starts(str_of(listen), STR("[::1]"));
    const char *base = base_address(cli, listen, fd, options.certificate != NULL);
    bool fine = say_link(cli, workshop, base, !near, err);
    allow_files();
    if (fine)
        serve(server, workshop);
    http_stop(server);
    cli_say(cli, _("The workshop is closed. Everything is saved.\n"));
    return fine;
}

/* The table of pages with their rights, for tests and for whoever wants to know. */
static bool list_routes(struct cli *cli)
{
    static const char *const rights[] = {"anybody", "guest", "member", "in_charge"};
    json_t *list = json_array();
    cli_put(cli, "routes", list);
    for (size_t i = 0; routes[i]; i++) {
        const struct route *r = routes[i];
        const char *see = r->view ? rights[r->right] : NULL;
        const char *act = r->act ? rights[r->act_right] : NULL;
        json_array_append_new(
            list, json_pack("{s:s,s:s?,s:s?}", "path", r->path, "see", see, "act", act));
        cli_say(cli, "%-28s %-10s %s\n", r->path, see ? see : "–", act ? act : "–");
    }
    return true;
}

static bool run_serve(struct cli *cli, struct err *err)
{
    const char *const *hosts;
    size_t host_n;
    struct workshop *workshop;
    if (cli_flag(cli, "routes"))
        return list_routes(cli);
    if (!record_open(cli->project, STORE_WRITE, kinds, &cli->record, err))
        return false;
    hosts = cli_option_all(cli, "name", &host_n);
    const struct workshop_options options = {cli->record, routes, hosts, host_n};
    if (!workshop_open(&options, &workshop, err))
        return false;
    bool fine = run_with(cli, workshop, err);
    workshop_close(workshop);
    return fine;
}

static const struct option_spec serve_options[] = {
    {.name = "listen",
     .value = "ADDRESS:PORT",
     .help = N_("where; 127.0.0.1:8080 if you name none, which only this computer reaches")},
    {.name = "name",
     .value = "NAME",
     .help = N_("a name by which browsers may call this computer"),
     .repeat = true},
    {.name = "certificate", .value = "FILE", .help = N_("for encryption: the certificate, PEM")},
    {.name = "key", .value = "FILE", .help = N_("and its private key, PEM")},
    {.name = "routes", .help = N_("list the pages and who may see them, and do nothing else")},
    {.name = NULL},
};

const struct command serve_command = {
    .name = "serve",
    .phase = PHASE_PROJECT,
    .needs = NEEDS_RAW,
    .summary = N_("Open the workshop: the whole cycle in the browser"),
    .details = N_("It prints a link that lets you in. Only this computer can reach it, unless you "
                  "say otherwise with --listen. Ctrl-C ends it."),
    .operands = "",
    .example = "serve --listen 192.168.1.7:8080",
    .options = serve_options,
    .run = run_serve,
};
