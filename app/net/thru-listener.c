/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-listener.h"
#include "thru-limits.h"

#define BACKLOG 64 /* GLib's 10 loses connections of a burst for a second */
#define RETRY_SECONDS 5
#define REST_MS 1000

struct _ThruListener
{
  GSocket                 *socket; /* NULL while the port can not be had */
  GSource                 *source; /* incoming connections, or the timer until the next try */
  const ThruListenerFuncs *funcs;
  gpointer                 user;
  guint                    port;   /* 0: any */
  int                      told;   /* code of the failure told last, -1 none */
};

static void watch (ThruListener *listener);

static void
set_source (ThruListener *listener,
            GSource      *source,
            GSourceFunc   func)
{
  if (listener->source != NULL)
    {
      g_source_destroy (listener->source);
      g_source_unref (listener->source);
    }

  listener->source = source;
  if (source == NULL)
    return;

  g_source_set_callback (source, func, listener, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static gboolean
rest_is_over_cb (gpointer user)
{
  watch (user);
  return G_SOURCE_REMOVE;
}

static gboolean
incoming_cb (GSocket     *socket,
             GIOCondition condition,
             gpointer     user)
{
  ThruListener *listener = user;

  for (guint i = 0; i < THRU_LIMIT_ACCEPTS; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(GSocket) incoming = g_socket_accept (socket, NULL, &error);

      if (incoming != NULL)
        {
          listener->funcs->incoming (incoming, listener->user);
          continue;
        }

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;

      /* The connection stays in the queue when descriptors are out, and poll() would return at once. Other errors belong to
       * the one connection. */
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES) ||
          g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
        {
          g_debug ("[Listener] Resting: %s", error->message);
          set_source (listener, g_timeout_source_new (REST_MS), rest_is_over_cb);
          return G_SOURCE_REMOVE;
        }
    }

  return G_SOURCE_CONTINUE;
}

static void
watch (ThruListener *listener)
{
  GSource *source = g_socket_create_source (listener->socket, G_IO_IN, NULL);

  g_source_set_static_name (source, "[thruwall] listener");
  set_source (listener, source, G_SOURCE_FUNC (incoming_cb));
}

static GSocket *
open_socket (GSocketFamily family,
             guint         port,
             GError      **error)
{
  g_autoptr(GInetAddress) any = g_inet_address_new_any (family);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new (any, (guint16)port);
  g_autoptr(GSocket) socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);

  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;

  return g_steal_pointer (&socket);
}

/* GLib makes an IPv6 socket take IPv4 too. */
static GSocket *
open_dual_socket (guint    port,
                  GError **error)
{
  g_autoptr(GError) ipv6_error = NULL;
  GSocket *socket = open_socket (G_SOCKET_FAMILY_IPV6, port, &ipv6_error);

  if (socket != NULL)
    return socket;

  if (g_error_matches (ipv6_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) ||
      g_error_matches (ipv6_error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    {
      g_propagate_error (error, g_steal_pointer (&ipv6_error));
      return NULL;
    }

  return open_socket (G_SOCKET_FAMILY_IPV4, port, error);
}

static void
tell_port (ThruListener *listener)
{
  g_autoptr(GSocketAddress) address = g_socket_get_local_address (listener->socket, NULL);

  if (address != NULL)
    listener->funcs->listening (g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)), listener->user);
}

static gboolean
try_cb (gpointer user)
{
  ThruListener *listener = user;
  g_autoptr(GError) error = NULL;

  listener->socket = open_dual_socket (listener->port, &error);
  if (listener->socket != NULL)
    {
      watch (listener);
      tell_port (listener);
      return G_SOURCE_REMOVE;
    }

  if (listener->told != error->code)
    {
      listener->told = error->code;
      listener->funcs->failed (error, listener->port, listener->user);
    }

  return G_SOURCE_CONTINUE;
}

ThruListener *
thru_listener_new (guint                    port,
                   const ThruListenerFuncs *funcs,
                   gpointer                 user)
{
  ThruListener *listener;

  g_return_val_if_fail (port <= G_MAXUINT16, NULL);
  g_return_val_if_fail (funcs != NULL, NULL);

  listener = g_new0 (ThruListener, 1);
  listener->funcs = funcs;
  listener->user = user;
  listener->port = port;
  listener->told = -1;

  if (try_cb (listener) == G_SOURCE_CONTINUE)
    set_source (listener, g_timeout_source_new_seconds (RETRY_SECONDS), try_cb);

  return listener;
}

void
thru_listener_free (ThruListener *listener)
{
  if (listener == NULL)
    return;

  set_source (listener, NULL, NULL);
  if (listener->socket != NULL)
    g_socket_close (listener->socket, NULL);
  g_clear_object (&listener->socket);
  g_free (listener);
}
