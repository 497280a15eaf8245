/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-net-text.h"
#include "thru-port-owner.h"

#include <glib/gi18n.h>

static const char *
closed_format (ThruLinkReason reason)
{
  switch (reason)
    {
    case THRU_LINK_REASON_NOT_DMIDI:
      return _("%s does not speak DMIDI. Another program may use that port.");

    case THRU_LINK_REASON_TLS:
      return _("%s asks for an encrypted connection, which this version does not offer yet.");

    case THRU_LINK_REASON_VERSION:
      return _("%s speaks another version of DMIDI. Use the same version of Thruwall on both computers.");

    case THRU_LINK_REASON_MALFORMED:
      return _("%s sent damaged data.");

    case THRU_LINK_REASON_TOO_LONG:
      return _("%s sent more in one piece than is allowed.");

    case THRU_LINK_REASON_SILENT:
      return _("%s can no longer be reached. Check its cable or Wi-Fi.");

    case THRU_LINK_REASON_OPENING_TIMEOUT:
      return _("%s took the connection, but said nothing. Is Thruwall running there, and not frozen?");

    case THRU_LINK_REASON_OVERFLOW:
      return _("%s does not read what is sent to it.");

    case THRU_LINK_REASON_NONE:
    default:
      return _("The connection to %s ended.");
    }
}

char *
thru_net_text_closed (ThruLinkReason reason,
                      const char    *who)
{
  g_autoptr(GString) text = NULL;

  g_return_val_if_fail (who != NULL, NULL);

  text = g_string_new (closed_format (reason));
  g_string_replace (text, "%s", who, 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
thru_net_text_frozen (const char *who)
{
  g_return_val_if_fail (who != NULL, NULL);

  return g_strdup_printf (_("The program in %s does not answer, though its computer does: it may be frozen. "
                            "The network is fine."), who);
}

char *
thru_net_text_bye (const char *code,
                   const char *reason,
                   const char *who)
{
  g_return_val_if_fail (code != NULL, NULL);
  g_return_val_if_fail (who != NULL, NULL);

  if (g_str_equal (code, "duplicate"))
    return g_strdup_printf (_("%s keeps the other of two connections."), who);

  if (g_str_equal (code, "sleep"))
    return g_strdup_printf (_("%s is asleep. It comes back by itself when it wakes."), who);

  if (g_str_equal (code, "refused") || g_str_equal (code, "twin"))
    return reason != NULL && *reason != '\0' ?
           g_strdup_printf (_("%s refused the connection: %s"), who, reason) :
           g_strdup_printf (_("%s refused the connection."), who);

  if (reason != NULL && *reason != '\0')
    return g_strdup_printf (_("%s closed the connection: %s"), who, reason);

  return g_strdup_printf (_("%s closed the connection."), who);
}

char *
thru_net_text_lost (const GError *error,
                    const char   *who)
{
  g_return_val_if_fail (who != NULL, NULL);

  if (error == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
    return g_strdup_printf (_("%s closed the connection."), who);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return g_strdup_printf (_("%s can no longer be reached. Check its cable or Wi-Fi."), who);

  return g_strdup_printf (_("The connection to %s was lost (%s)."), who, error->message);
}

char *
thru_net_text_dial_failed (const GError *error,
                           const char   *host,
                           guint         port)
{
  g_return_val_if_fail (error != NULL, NULL);
  g_return_val_if_fail (host != NULL, NULL);

  if (error->domain == G_RESOLVER_ERROR)
    return g_strdup_printf (_("No computer named “%s” was found. Check the name."), host);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT))
    return g_strdup_printf (_("“%s” is no address of a room. It looks like 10.0.0.2 or studio.local."), host);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_strdup_printf (_("Nothing answers at %s, port %u (connection refused). Is Thruwall running there?"), host, port);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return g_strdup_printf (_("%s can not be reached. Is it switched on and in the same network?"), host);

  return g_strdup_printf (_("Could not connect to %s, port %u (%s)."), host, port, error->message);
}

static char *
port_in_use_text (guint port)
{
  g_autofree char *user = NULL;

  switch (thru_port_owner_find (port, &user))
    {
    case THRU_PORT_OWNER_SELF:
      return g_strdup_printf (_("Another program of yours uses port %u."), port);

    case THRU_PORT_OWNER_SYSTEM:
      return g_strdup_printf (_("A program of the system uses port %u."), port);

    case THRU_PORT_OWNER_OTHER:
      return g_strdup_printf (_("A program of the user %s uses port %u."), user, port);

    case THRU_PORT_OWNER_UNKNOWN:
    default:
      return g_strdup_printf (_("Another program uses port %u."), port);
    }
}

char *
thru_net_text_listen_failed (const GError *error,
                             guint         port)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return port_in_use_text (port);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_strdup_printf (_("Port %u may not be used. Choose one from 1024 to 65535."), port);

  return g_strdup_printf (_("Port %u does not work (%s)."), port, error->message);
}
