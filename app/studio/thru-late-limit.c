/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-late-limit.h"

#include "thru-studio.h"

#include <glib/gi18n.h>

#define OFF "off"

gboolean
thru_late_limit_is_valid (guint ms)
{
  return ms == 0 || (ms >= THRU_LATE_LIMIT_MIN && ms <= THRU_LATE_LIMIT_MAX);
}

gboolean
thru_late_limit_parse (const char *text,
                       guint      *ms,
                       GError    **error)
{
  g_autofree char *number = NULL;
  guint64 value;

  g_return_val_if_fail (text != NULL && ms != NULL, FALSE);

  number = g_strstrip (g_strdup (text));
  if (g_str_has_suffix (number, "ms"))
    number[strlen (number) - strlen ("ms")] = '\0';
  g_strchomp (number);

  *ms = 0;
  if (g_str_equal (number, OFF))
    return TRUE;
  if (g_ascii_string_to_unsigned (number, 10, THRU_LATE_LIMIT_MIN, THRU_LATE_LIMIT_MAX, &value, NULL))
    {
      *ms = (guint) value;
      return TRUE;
    }

  g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_INVALID,
               _("“%s” is no limit for late notes: it is %d to %d milliseconds, or “off”"),
               text, THRU_LATE_LIMIT_MIN, THRU_LATE_LIMIT_MAX);
  return FALSE;
}

char *
thru_late_limit_to_string (guint ms)
{
  return ms == 0 ? g_strdup (OFF) : g_strdup_printf ("%u", ms);
}
