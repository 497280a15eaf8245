/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* g_set_str() of GLib 2.76: replaces *@slot with a copy of @text (nullable). FALSE when it was the same. */
gboolean _thru_strings_set          (char       **slot,
                                     const char  *text);

/* The same for the text that @property of @object shows: tells of the change. */
gboolean _thru_strings_set_property (gpointer     object,
                                     GParamSpec  *property,
                                     char       **slot,
                                     const char  *text);

/* What a person typed, as other rooms will show it: thru_session_clean_text() without outer white space.
 * Returns: (transfer full). */
char *   _thru_strings_clean        (const char  *text,
                                     gsize        max);

G_END_DECLS
