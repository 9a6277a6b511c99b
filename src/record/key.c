/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* The file: "allmende-key 1\n", the seed as hex, "\n". */
static const char magic[] = "allmende-key 1\n";
enum {
    MAGIC_BYTES = sizeof magic - 1,
    SEED_BYTES = 32,
    FILE_BYTES = MAGIC_BYTES + 2 * SEED_BYTES + 1,
    KEYS_MAX = 10000
};
static const char suffix[] = ".key";

struct key_text {
    char at[FILE_BYTES + 1]; /* one more, to notice a file that is too long */
};

static void key_text_release(struct key_text *text)
{
    sodium_memzero(text, sizeof *text);
}

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* ---- where ---------------------------------------------------------------------------------- */

/* SOURCE: XDG Base Directory Specification 0.8: a path that is not absolute is ignored. */
static bool config_folder(struct buf *out, struct err *err)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (config && config[0] == '/') {
        buf_text(out, config);
        return true;
    }
    if (!home || home[0] != '/')
        return FAIL(err, ERR_INPUT, _("Set HOME to your folder, as an absolute path."),
                    _("It is not known where your keys lie: HOME is not set."));
    buf_printf(out, "%s/.config", home);
    return true;
}

bool key_folder(const struct hash *project, struct buf *out, struct err *err)
{
    if (!config_folder(out, err))
        return false;
    buf_printf(out, "/allmende/keys/%s", hash_hex(project).at);
    return true;
}

static bool key_path(const struct device *device, const struct hash *project, struct buf *out,
                     struct err *err)
{
    char name[2 * KEY_BYTES + 1];
    hex_encode(device->at, KEY_BYTES, name);
    if (!key_folder(project, out, err))
        return false;
    buf_printf(out, "/%s%s", name, suffix);
    return true;
}

/* Make a folder and those above it, and write each new name to the disk: a key that a power cut
 * takes away cannot be made again. */
static bool make_folder(const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf part = BUF_INIT;
    for (size_t i = 1; i <= strlen(path); i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        buf_clear(&part);
        buf_add(&part, path, i);
        if (file_exists(part.at))
            continue;
        CLEANUP(buf_release) struct buf parent = BUF_INIT;
        file_parent(part.at, &parent);
        if (!file_folder(part.at, 0700, err) || !file_sync_folder(parent.at, err))
            return false;
    }
    return true;
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool check_mode(int fd, const char *path, struct err *err)
{
    CLEANUP(buf_release) struct buf next = BUF_INIT;
    struct stat st;
    if (fstat(fd, &st) != 0)
        return err_errno(err, _("read"), path);
    if ((st.st_mode & 077) == 0)
        return true;
    buf_printf(&next, _("Run: chmod 600 '%s'"), path);
    return FAIL(err, ERR_DENIED, next.at, _("Others on this computer can open the key file %s."),
                path);
}

/* Fill text from fd up to its size; *ret_n gets the bytes read. */
static bool read_text(int fd, const char *path, struct key_text *text, size_t *ret_n,
                      struct err *err)
{
    size_t n = 0;
    while (n < sizeof text->at) {
        ssize_t got = read(fd, text->at + n, sizeof text->at - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_errno(err, _("read"), path);
        if (got == 0)
            break;
        n += (size_t)got;
    }
    *ret_n = n;
    return true;
}

/* Make the key out of the file's text; false if the text is not as it must be. */
static bool parse_text(const struct key_text *text, size_t n, struct key *ret)
{
    unsigned char seed[SEED_BYTES];
    struct str hex = {text->at + MAGIC_BYTES, 2 * (size_t)SEED_BYTES};
    bool fine = n == FILE_BYTES && memcmp(text->at, magic, MAGIC_BYTES) == 0 &&
                text->at[FILE_BYTES - 1] == '\n' && hex_decode(hex, seed, SEED_BYTES) &&
                crypto_sign_seed_keypair(ret->device.at, ret->secret, seed) == 0;
    sodium_memzero(seed, sizeof seed);
    return fine;
}

bool key_load(const struct device *device, const struct hash *project, struct key *ret,
              struct err *err)
{
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    CLEANUP(key_text_release) struct key_text text = {{0}};
    CLEANUP(key_release) struct key key = {0};
    size_t n = 0;
    if (!key_path(device, project, &path, err))
        return false;
    CLEANUP(close_fd) int fd = open(path.at, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
        return FAIL(err, ERR_NOT_FOUND,
                    _("Copy the key file from the computer that has it, or ask a person in charge "
                      "to add you with a new key."),
                    _("This computer does not have the key %s."), path.at);
    if (fd < 0)
        return err_errno(err, _("read"), path.at);
    if (!check_mode(fd, path.at, err) || !read_text(fd, path.at, &text, &n, err))
        return false;
    if (!parse_text(&text, n, &key) || memcmp(&key.device, device, sizeof *device) != 0)
        return FAIL(err, ERR_CORRUPT, _("Put back the key file from your backup."),
                    _("%s is not the key that its name says."), path.at);
    *ret = key;
    return true;
}

/* The device that a file name such as "3b6a….key" stands for. */
static bool device_of_name(struct str name, struct device *ret)
{
    if (!str_ends(name, STR(".key")))
        return false;
    name.n -= strlen(suffix);
    return hex_decode(name, ret->at, KEY_BYTES);
}

bool key_list(const struct hash *project, struct arena *arena, struct device **ret, size_t *ret_n,
              struct err *err)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    CLEANUP(buf_release) struct buf names = BUF_INIT;
    if (!key_folder(project, &folder, err))
        return false;
    if (file_exists(folder.at) && !file_list(folder.at, KEYS_MAX, &names, err))
        return false;
    size_t most = names.n / (2 * (size_t)KEY_BYTES) + 1;
    struct device *found = arena_get(arena, most, sizeof *found);
    size_t n = 0;
    for (size_t i = 0; i < names.n; i += strlen(names.at + i) + 1)
        if (device_of_name(str_of(names.at + i), &found[n]))
            n++;
    *ret = found;
    *ret_n = n;
    return true;
}

/* ---- making --------------------------------------------------------------------------------- */

bool key_make(struct key *ret, struct err *err)
{
    /* Does its work once, from whatever thread; later calls return at once. */
    if (sodium_init() < 0)
        return FAIL(err, ERR_IO, _("Try again; if it stays so, restart the computer."),
                    _("The system gives no random numbers."));
    BUG_IF(crypto_sign_keypair(ret->device.at, ret->secret) != 0);
    return true;
}

bool key_save(const struct key *key, const struct hash *project, struct err *err)
{
    CLEANUP(buf_release) struct buf folder = BUF_INIT;
    CLEANUP(buf_release) struct buf path = BUF_INIT;
    CLEANUP(key_text_release) struct key_text text = {{0}};
    if (!key_folder(project, &folder, err) || !key_path(&key->device, project, &path, err))
        return false;
    if (file_exists(path.at))
        return FAIL(err, ERR_CONFLICT, _("Keep the key that is there."),
                    _("The key file %s is there already."), path.at);
    memcpy(text.at, magic, MAGIC_BYTES);
    hex_encode(key->secret, SEED_BYTES, text.at + MAGIC_BYTES);
    text.at[FILE_BYTES - 1] = '\n';
    return make_folder(folder.at, err) &&
           file_write(path.at, (struct str){text.at, FILE_BYTES}, 0600, err);
}

struct signature key_sign(const struct key *key, const struct hash *id)
{
    CLEANUP(buf_release) struct buf text = BUF_INIT;
    struct signature signature = {{0}};
    signed_text(id, &text);
    const unsigned char *at = (const unsigned char *)text.at;
    BUG_IF(crypto_sign_detached(signature.at, NULL, at, text.n, key->secret) != 0);
    return signature;
}

void key_release(struct key *key)
{
    sodium_memzero(key, sizeof *key);
}
