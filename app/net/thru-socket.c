/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-socket.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define PRIORITY_INTERACTIVE 6 /* TC_PRIO_INTERACTIVE: the highest that needs no privilege */
#define UNSENT_MAX 1024        /* octets: what waits longer waits here, where it can be dropped */
#define RESEND_MIN_US 20000

/* Newer than many a libc. */
#ifndef TCP_RTO_MIN_US
#define TCP_RTO_MIN_US 45
#endif

void
thru_socket_prepare (GSocket *socket)
{
  static const struct { int level; int name; int value; } options[] = {
    { IPPROTO_TCP, TCP_NODELAY, 1 },
    { SOL_SOCKET, SO_KEEPALIVE, 1 },
    { IPPROTO_TCP, TCP_KEEPIDLE, 1 },
    { IPPROTO_TCP, TCP_KEEPINTVL, 1 },
    { IPPROTO_TCP, TCP_KEEPCNT, 3 },
    /* Keepalive is silent while something is unacknowledged; this is silent while nothing is. */
    { IPPROTO_TCP, TCP_USER_TIMEOUT, 3000 },
    { IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_MAX },
    /* Notes are too few for anything but time to show that one was lost. By default that takes 200 ms, and twice as long each
     * time that the same one is lost again: too late to be played. Kernels before 6.15 do not know the first. */
    { IPPROTO_TCP, TCP_RTO_MIN_US, RESEND_MIN_US },
    { IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, 1 },
    { SOL_SOCKET, SO_PRIORITY, PRIORITY_INTERACTIVE },
  };

  g_return_if_fail (G_IS_SOCKET (socket));

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_timeout (socket, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr(GError) error = NULL;

      if (!g_socket_set_option (socket, options[i].level, options[i].name, options[i].value, &error))
        g_debug ("[Socket] Option %d of level %d: %s", options[i].name, options[i].level, error->message);
    }
}

void
thru_socket_quick_ack (GSocket *socket)
{
  g_return_if_fail (G_IS_SOCKET (socket));

  g_socket_set_option (socket, IPPROTO_TCP, TCP_QUICKACK, 1, NULL);
}

gboolean
thru_socket_is_heard (GSocket *socket,
                      guint    ms)
{
  struct tcp_info info = { 0 };
  socklen_t length = sizeof info;
  int waiting = 0;

  g_return_val_if_fail (G_IS_SOCKET (socket), FALSE);

  if (getsockopt (g_socket_get_fd (socket), IPPROTO_TCP, TCP_INFO, &info, &length) != 0 ||
      ioctl (g_socket_get_fd (socket), SIOCOUTQ, &waiting) != 0)
    return FALSE;

  /* Once it is closed nothing waits either. */
  return (info.tcpi_state == TCP_ESTABLISHED && waiting == 0) || info.tcpi_last_ack_recv <= ms;
}

gboolean
thru_socket_is_itself (GSocket *socket)
{
  g_autoptr(GSocketAddress) local = NULL;
  g_autoptr(GSocketAddress) remote = NULL;

  g_return_val_if_fail (G_IS_SOCKET (socket), FALSE);

  local = g_socket_get_local_address (socket, NULL);
  remote = g_socket_get_remote_address (socket, NULL);

  return G_IS_INET_SOCKET_ADDRESS (local) && G_IS_INET_SOCKET_ADDRESS (remote) &&
         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)) ==
         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (remote)) &&
         g_inet_address_equal (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local)),
                               g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
}
