/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-peer.h"

#include "test-room.h"

#include <string.h>

static TestPeer *
peer_new (GSocket *socket)
{
  TestPeer *peer = g_new0 (TestPeer, 1);

  peer->socket = socket;
  peer->received = g_byte_array_new ();
  g_socket_set_blocking (socket, FALSE);
  return peer;
}

static GSocketAddress *
loopback (guint port)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (address, (guint16)port);
}

static GSocket *
make_socket (void)
{
  g_autoptr(GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  return socket;
}

TestPeer *
test_peer_new (guint port)
{
  g_autoptr(GSocketAddress) address = loopback (port);
  g_autoptr(GError) error = NULL;
  GSocket *socket = make_socket ();

  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  return peer_new (socket);
}

TestPeer *
test_peer_new_between (const char *from,
                       const char *to,
                       guint       port)
{
  g_autoptr(GSocketAddress) local = g_inet_socket_address_new_from_string (from, 0);
  g_autoptr(GSocketAddress) remote = g_inet_socket_address_new_from_string (to, port);
  g_autoptr(GError) error = NULL;
  GSocket *socket = make_socket ();

  g_socket_bind (socket, local, FALSE, &error);
  g_assert_no_error (error);
  g_socket_connect (socket, remote, NULL, &error);
  g_assert_no_error (error);
  return peer_new (socket);
}

TestPeer *
test_peer_new_unconnected (void)
{
  TestPeer *peer = peer_new (make_socket ());

  g_socket_set_blocking (peer->socket, TRUE);
  return peer;
}

TestPeer *
test_peer_new_accepted (GSocket *listener)
{
  GSocket *socket = NULL;

  test_wait_until ((socket = g_socket_accept (listener, NULL, NULL)) != NULL);
  return peer_new (socket);
}

GSocket *
test_peer_listen (guint *port)
{
  g_autoptr(GSocketAddress) address = loopback (0);
  g_autoptr(GSocketAddress) local = NULL;
  GSocket *socket = make_socket ();

  g_assert_true (g_socket_bind (socket, address, TRUE, NULL));
  g_assert_true (g_socket_listen (socket, NULL));
  g_socket_set_blocking (socket, FALSE);
  local = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  return socket;
}

void
test_peer_free (TestPeer *peer)
{
  g_socket_close (peer->socket, NULL);
  g_object_unref (peer->socket);
  g_byte_array_unref (peer->received);
  g_free (peer);
}

gsize
test_peer_send (TestPeer   *peer,
                const void *octets,
                gsize       length)
{
  gssize n = g_socket_send (peer->socket, octets, length, NULL, NULL);

  return n > 0 ? (gsize)n : 0;
}

void
test_peer_send_preface (TestPeer *peer)
{
  guint8 preface[THRU_DMIDI_PREFACE_SIZE];

  thru_dmidi_preface_write (preface);
  test_peer_send (peer, preface, sizeof preface);
}

void
test_peer_send_frame (TestPeer   *peer,
                      guint32     address,
                      const void *payload,
                      gsize       length)
{
  g_autoptr(GByteArray) frame = g_byte_array_new ();
  guint8 header[THRU_DMIDI_FRAME_HEADER_SIZE];

  thru_dmidi_frame_header_write (header, address, 0, length);
  g_byte_array_append (frame, header, sizeof header);
  g_byte_array_append (frame, payload, (guint)length);
  test_peer_send (peer, frame->data, frame->len);
}

void
test_peer_send_session (TestPeer   *peer,
                        const char *json)
{
  test_peer_send_frame (peer, THRU_DMIDI_ADDRESS_SESSION, json, strlen (json));
}

void
test_peer_introduce (TestPeer *peer)
{
  test_peer_send_preface (peer);
  test_peer_send_session (peer, "{\"type\":\"hello\",\"id\":\"mallory\",\"name\":\"Mallory\",\"heartbeat\":0}");
}

gboolean
test_peer_is_closed (TestPeer *peer)
{
  while (!peer->closed)
    {
      g_autoptr(GError) error = NULL;
      guint8 octets[4096];
      gssize n = g_socket_receive (peer->socket, (char *)octets, sizeof octets, NULL, &error);

      if (n > 0)
        g_byte_array_append (peer->received, octets, (guint)n);
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      else
        peer->closed = TRUE;
    }

  return peer->closed;
}

gboolean
test_peer_has_received (TestPeer   *peer,
                        const void *octets,
                        gsize       length)
{
  test_peer_is_closed (peer);
  return peer->received->len > 0 && memmem (peer->received->data, peer->received->len, octets, length) != NULL;
}

void
test_peer_assert_told_error (TestPeer *peer)
{
  static const char bye[] = "{\"type\":\"bye\",\"code\":\"error\",\"reason\":\"";

  test_wait_until (test_peer_is_closed (peer));
  g_assert_true (test_peer_has_received (peer, bye, sizeof bye - 1));
}
