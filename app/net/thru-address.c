/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-address.h"

#include <net/if.h>
#include <string.h>

/* The longest name that DNS has, and a scope. */
#define HOST_MAX 280

static gboolean
is_host (const char *host)
{
  gsize length = strlen (host);

  if (length == 0 || length > HOST_MAX)
    return FALSE;

  for (const char *p = host; *p != '\0'; p++)
    {
      if (g_ascii_isspace (*p) || g_ascii_iscntrl (*p) || strchr ("[]/@", *p) != NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_port (const char *text,
           guint16    *port)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &value, NULL))
    return FALSE;

  *port = (guint16)value;
  return TRUE;
}

gboolean
thru_address_split (const char *text,
                    char      **host,
                    guint16    *port)
{
  g_autofree char *name = NULL;
  const char *rest = "";
  const char *colon;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (host != NULL && port != NULL, FALSE);

  colon = strrchr (text, ':');
  *port = THRU_ADDRESS_PORT;

  if (*text == '[')
    {
      const char *end = strchr (text, ']');

      if (end == NULL)
        return FALSE;

      name = g_strndup (text + 1, (gsize)(end - text - 1));
      rest = end + 1;
    }
  else if (colon != NULL && strchr (text, ':') == colon)
    {
      name = g_strndup (text, (gsize)(colon - text));
      rest = colon;
    }
  else
    {
      /* Several colons and no brackets: an IPv6 address alone. */
      name = g_strdup (text);
    }

  if (!is_host (name) || (*rest != '\0' && (*rest != ':' || !read_port (rest + 1, port))))
    return FALSE;

  *host = g_steal_pointer (&name);
  return TRUE;
}

GInetAddress *
thru_address_unmap (GInetAddress *address)
{
  static const guint8 prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  const guint8 *bytes;

  g_return_val_if_fail (G_IS_INET_ADDRESS (address), NULL);

  bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 && memcmp (bytes, prefix, sizeof prefix) == 0)
    return g_inet_address_new_from_bytes (bytes + sizeof prefix, G_SOCKET_FAMILY_IPV4);

  return g_object_ref (address);
}

char *
thru_address_format (GSocketAddress *address)
{
  g_autoptr(GInetAddress) inner = NULL;
  g_autofree char *text = NULL;
  GInetSocketAddress *socket_address;
  char scope[IF_NAMESIZE];
  guint32 scope_id;
  guint port;

  g_return_val_if_fail (G_IS_INET_SOCKET_ADDRESS (address), NULL);

  socket_address = G_INET_SOCKET_ADDRESS (address);
  inner = thru_address_unmap (g_inet_socket_address_get_address (socket_address));
  text = g_inet_address_to_string (inner);
  port = g_inet_socket_address_get_port (socket_address);

  if (g_inet_address_get_family (inner) == G_SOCKET_FAMILY_IPV4)
    return g_strdup_printf ("%s:%u", text, port);

  scope_id = g_inet_socket_address_get_scope_id (socket_address);
  if (scope_id != 0 && if_indextoname (scope_id, scope) != NULL)
    return g_strdup_printf ("[%s%%%s]:%u", text, scope, port);

  return g_strdup_printf ("[%s]:%u", text, port);
}
