/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-json-check.h"

#include <string.h>

/* The four hexadecimal digits of an escape; -1 when they are not there. */
static int
read_code_unit (const char *p,
                const char *end)
{
  int value = 0;

  if (end - p < 4)
    return -1;

  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (p[i]);

      if (digit < 0)
        return -1;

      value = value * 16 + digit;
    }

  return value;
}

/* @p is behind the backslash; returns what follows the escape, or NULL. */
static const char *
skip_escape (const char *p,
             const char *end)
{
  int unit;

  if (p == end)
    return NULL;

  if (*p != 'u')
    return strchr ("\"\\/bfnrt", *p) != NULL && *p != '\0' ? p + 1 : NULL;

  unit = read_code_unit (p + 1, end);
  if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
    return NULL;

  p += 5;
  if (unit < 0xd800 || unit > 0xdbff)
    return p;

  if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
    return NULL;

  unit = read_code_unit (p + 2, end);
  return unit >= 0xdc00 && unit <= 0xdfff ? p + 6 : NULL;
}

/* @p is behind the opening quote; returns what follows the closing one, or NULL. */
static const char *
skip_string (const char *p,
             const char *end)
{
  while (p != NULL && p < end)
    {
      if (*p == '"')
        return p + 1;

      if ((guchar)*p < 0x20)
        return NULL;

      p = *p == '\\' ? skip_escape (p + 1, end) : p + 1;
    }

  return NULL;
}

gboolean
thru_json_check (const char *text,
                 gsize       length)
{
  const char *end = text + length;
  const char *p = text;
  int depth = 0;

  g_return_val_if_fail (text != NULL || length == 0, FALSE);

  if (!g_utf8_validate (text, (gssize)length, NULL))
    return FALSE;

  while (p != NULL && p < end)
    {
      char c = *p++;

      if (c == '"')
        p = skip_string (p, end);
      else if (c == '{' || c == '[')
        depth++;
      else if (c == '}' || c == ']')
        depth--;
      else if (c == '\0' || strchr (" \t\r\n,:0123456789+-.eEtrufalsn", c) == NULL)
        return FALSE;

      if (depth < 0 || depth > THRU_JSON_DEPTH_MAX)
        return FALSE;
    }

  return p != NULL && depth == 0;
}
