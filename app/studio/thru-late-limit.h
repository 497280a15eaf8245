/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The setting above which age, in milliseconds, a note-on is not played any more; 0: all are played, however late. */

#define THRU_LATE_LIMIT_DEFAULT 250
#define THRU_LATE_LIMIT_MIN 50   /* less than a local network does not always keep */
#define THRU_LATE_LIMIT_MAX 2000 /* more than this no link stalls without being given up */

gboolean thru_late_limit_is_valid  (guint        ms);

/* "250" (also "250 ms") or "off", as a person writes it. FALSE with @error. */
gboolean thru_late_limit_parse     (const char  *text,
                                    guint       *ms,
                                    GError     **error);

/* Returns: (transfer full): what thru_late_limit_parse() takes: "250", "off". */
char *   thru_late_limit_to_string (guint        ms);

G_END_DECLS
