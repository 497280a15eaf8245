/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-strings-private.h"

#include "thru-session-message.h"

gboolean
_thru_strings_set (char      **slot,
                   const char *text)
{
  char *copy;

  if (g_strcmp0 (*slot, text) == 0)
    return FALSE;

  copy = g_strdup (text);
  g_free (*slot);
  *slot = copy;
  return TRUE;
}

gboolean
_thru_strings_set_property (gpointer    object,
                            GParamSpec *property,
                            char      **slot,
                            const char *text)
{
  if (!_thru_strings_set (slot, text))
    return FALSE;

  g_object_notify_by_pspec (object, property);
  return TRUE;
}

char *
_thru_strings_clean (const char *text,
                     gsize       max)
{
  g_return_val_if_fail (text != NULL, NULL);

  return g_strstrip (thru_session_clean_text (text, -1, max));
}
