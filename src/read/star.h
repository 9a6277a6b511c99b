/* SPDX-License-Identifier: GPL-3.0-or-later */
/* star: a Darwin Core archive or a data package (Camtrap DP, …), in a zip archive or a folder, as
 * tables.
 *
 * Each table of a Darwin Core archive becomes CSV (csv/1: comma, ", LF, UTF-8): a line with the
 * names of the terms, then its rows; what stands there as default is filled in. A row that has
 * another number of fields than the first stays so, and is rejected and counted by whoever reads
 * the CSV. Tables of a data package are taken as they are. What they are called and how they belong
 * together stands in struct source. SOURCE: Darwin Core Text Guide (TDWG, 2023); Data Package 1.0
 * and 2.0 (Frictionless).
 */
#ifndef READ_STAR_H
#define READ_STAR_H

#include "read/source.h"

/* Is the folder one of the two? */
bool star_is_folder(const char *path);

/* The tables of a folder. */
bool star_open_folder(const char *path, struct arena *arena, struct sources *ret,
                      struct err *err) MUST_USE;

/* The tables of what the child unpacked: of format "dwca" the first part is the description
 * (star_meta.h), of "datapackage" datapackage.json; the others are files. Takes decoded over. */
bool star_open_decoded(const char *path, struct decoded *decoded, struct arena *arena,
                       struct sources *ret, struct err *err) MUST_USE;

#endif
