/* SPDX-License-Identifier: GPL-3.0-or-later */
/* package: names and entry files of a published folder, to the byte (docs/format/publication.md).
 *
 *   index.html README.txt SHA256SUMS publication.json
 *   entries/NNNNNN-IIIIIIIIIIII.json     N: the entry's count; I: the first 12 digits of its id
 *   data/TABLE-IIIIIIIIIIII.csv  data/split-IIIIIIIIIIII.csv  data/blob-IIIIIIIIIIII-P.bin
 *   model/IIIIIIIIIIII.model model/IIIIIIIIIIII.md model/IIIIIIIIIIII_de.md
 *   and what is made of these (meta.h): details_en.html details_de.html datasheet_en.md
 *   datasheet_de.md CITATION.cff datacite.json croissant.json ro-crate-metadata.json bagit.txt
 *   bag-info.txt manifest-sha512.txt tagmanifest-sha512.txt data/record.csv data/datapackage.json
 *   data/places.geojson species.zip species/meta.xml species/eml.xml species/occurrence.csv
 *
 * An entry file is one JSON object with exactly these members:
 *   {"blobs":[{"file","salt"}|null,…],"body":{"salt","text"}|null,"header","signature","state"}
 * All names are made by the program; nothing that people typed ever becomes a path, but for the
 * letters a-z, digits, _ and - of a table's name.
 */
#ifndef PUBLISH_PACKAGE_H
#define PUBLISH_PACKAGE_H

#include "record/record.h"

enum { PACKAGE_PATH_BYTES = 96, PACKAGE_ENTRY_MAX_BYTES = 64 << 20, PACKAGE_FILES_MAX = 200000 };
static const uint64_t PACKAGE_BLOB_MAX_BYTES = (uint64_t)1 << 30;

/* How much of an entry is in the folder. */
enum package_state { PACKAGE_PRESENT = 0, PACKAGE_WITHDRAWN, PACKAGE_HELD_BACK, PACKAGE_ABSENT };

struct package_path {
    char at[PACKAGE_PATH_BYTES];
};

/* A blob that is in the folder; file is "" where it is not. */
struct package_blob {
    struct salt salt;
    struct package_path file;
};

/* An entry as it stands in its file. Texts point into `value`. */
struct package_entry {
    json_t *value; /* owned: package_entry_release; NULL for one that is to be written */
    struct str header_text;
    struct signature signature;
    enum package_state state;
    struct salt salt;     /* of the body, if present */
    struct str body_text; /* if present */
    size_t blob_n;
    struct package_blob blob[BLOBS_MAX];
};
void package_entry_release(struct package_entry *entry);

/* Append the text of an entry file. */
void package_entry_write(const struct package_entry *entry, struct buf *out);

/* Read the text of an entry file. ERR_INPUT: it is not exactly such an object. The header is not
 * looked into. */
bool package_entry_read(struct str text, struct package_entry *ret, struct err *err) MUST_USE;

/* The name of an entry's file / of the file of one of its blobs; table: of an import, else empty.
 */
struct package_path package_entry_path(const struct hash *id, uint64_t count);
struct package_path package_blob_path(const struct hash *id, const char *kind, unsigned place,
                                      struct str table);

/* True if a name has the form of one that the program makes; such a name never leaves the folder.
 */
bool package_path_is_fine(struct str path);

/* The name of a state in an entry file. */
const char *package_state_name(enum package_state state);

#endif
