/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define THRU_JSON_DEPTH_MAX 8

/* Whether @text may be given to json-glib: at most THRU_JSON_DEPTH_MAX levels deep (its parser recurses), strings and escapes as
 * in RFC 8259, and outside of strings only what JSON has (its scanner also takes comments, hexadecimal numbers and assignments,
 * and turns lone surrogates into invalid UTF-8). Any thread. */
gboolean thru_json_check (const char *text,
                          gsize       length);

G_END_DECLS
