/* SPDX-License-Identifier: GPL-3.0-or-later */
/* version: the number of this program, as people read it. It enters no model and no hash. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#define VERSION "0.1.0"

#endif
