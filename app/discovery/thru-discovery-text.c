/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-discovery-text.h"

#include <string.h>

static gboolean
is_harmless (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
      return FALSE;

    default:
      break;
    }
  /* Marks, embeddings, overrides and isolates: they would turn the text around it, too. */
  return c != 0x061c && c != 0x200e && c != 0x200f && !(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069);
}

char *
thru_discovery_clean_text (const char *text,
                           gsize       max)
{
  g_autofree char *valid = NULL;
  g_autoptr(GString) clean = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  valid = g_utf8_make_valid (text, -1);
  clean = g_string_sized_new (max);
  for (const char *p = g_strchug (valid); *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!is_harmless (c))
        continue;
      if (clean->len + (gsize) (g_utf8_next_char (p) - p) > max)
        break;
      g_string_append_unichar (clean, c);
    }
  return g_strstrip (g_string_free (g_steal_pointer (&clean), FALSE));
}

char *
thru_discovery_parse_txt_id (const guint8 *string,
                             gsize         length)
{
  g_return_val_if_fail (string != NULL || length == 0, NULL);

  if (length < 4 || length - 3 > THRU_DISCOVERY_ID_MAX || g_ascii_strncasecmp ((const char *) string, "id=", 3) != 0)
    return NULL;
  for (gsize i = 3; i < length; i++)
    {
      if (!g_ascii_isgraph (string[i]))
        return NULL;
    }
  return g_strndup ((const char *) string + 3, length - 3);
}

/* ::ffff:127.0.0.1 would slip past every other check; nobody announces such addresses in earnest. */
static gboolean
is_mapped_ipv4 (GInetAddress *address)
{
  static const guint8 prefix[12] = { [10] = 0xff, [11] = 0xff };

  return g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6
         && memcmp (g_inet_address_to_bytes (address), prefix, sizeof prefix) == 0;
}

char *
thru_discovery_format_address (GInetAddress *address,
                               guint         port,
                               const char   *interface_name,
                               gboolean      on_loopback)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (G_IS_INET_ADDRESS (address), NULL);

  if (port < THRU_DISCOVERY_PORT_MIN || port > G_MAXUINT16)
    return NULL;
  if (g_inet_address_get_is_any (address) || g_inet_address_get_is_multicast (address))
    return NULL;
  if (g_inet_address_get_is_loopback (address) && !on_loopback)
    return NULL;
  if (is_mapped_ipv4 (address))
    return NULL;

  text = g_inet_address_to_string (address);
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return g_strdup_printf ("%s:%u", text, port);
  if (!g_inet_address_get_is_link_local (address))
    return g_strdup_printf ("[%s]:%u", text, port);
  if (interface_name == NULL)
    return NULL;
  return g_strdup_printf ("[%s%%%s]:%u", text, interface_name, port);
}

static int
address_rank (const char *address)
{
  gboolean ipv6 = address[0] == '[';

  if (g_str_has_prefix (address, "127.") || g_str_has_prefix (address, "[::1]"))
    return 4;
  if (ipv6)
    return strchr (address, '%') != NULL ? 3 : 1;
  return g_str_has_prefix (address, "169.254.") ? 2 : 0;
}

int
thru_discovery_compare_address (gconstpointer a,
                                gconstpointer b)
{
  const char *first = *(const char *const *) a;
  const char *second = *(const char *const *) b;
  int difference = address_rank (first) - address_rank (second);

  return difference != 0 ? difference : strcmp (first, second);
}
