/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-strings-private.h"

#include <string.h>

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

char *
_thru_strings_clean (const char *text,
                     gsize       max)
{
  g_autofree char *valid = NULL;
  GString *clean;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  clean = g_string_new (NULL);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gsize length = (gsize) (g_utf8_next_char (p) - p);

      if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        continue;
      if (clean->len + length > max)
        break;
      g_string_append_len (clean, p, (gssize) length);
    }

  return g_strstrip (g_string_free (clean, FALSE));
}
