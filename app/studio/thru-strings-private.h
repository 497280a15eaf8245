/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* g_set_str() of GLib 2.76: replaces *@slot with a copy of @text (nullable). FALSE when it was the same. */
gboolean _thru_strings_set     (char       **slot,
                                const char  *text);

/* Returns: (transfer full): without control characters and outer white space, cut to @max octets at a character;
 * invalid octets become U+FFFD. */
char *   _thru_strings_clean   (const char  *text,
                                gsize        max);

G_END_DECLS
