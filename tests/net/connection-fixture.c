/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "connection-fixture.h"

#include "test-room.h"

static void
nothing_cb (ThruConnection *connection,
            gpointer        user)
{
}

static void
write_cb (ThruConnection *connection,
          gpointer        user)
{
  thru_connection_write (connection, g_get_monotonic_time ());
}

static void
asks_cb (ThruConnection     *connection,
         ThruSessionMessage *hello,
         gpointer            user)
{
  ((TestConnection *)user)->asked = TRUE;
}

static void
message_cb (ThruConnection     *connection,
            ThruSessionMessage *message,
            gpointer            user)
{
  thru_session_message_free (message);
}

static void
midi_cb (ThruConnection *connection,
         guint32         address,
         const guint8   *bytes,
         gsize           length,
         gpointer        user)
{
}

static void
timing_cb (ThruConnection *connection,
           guint64         round_trip_us,
           gpointer        user)
{
}

static void
closed_cb (ThruConnection *connection,
           const char     *text,
           const char     *code,
           gpointer        user)
{
  ((TestConnection *)user)->closed = g_strdup (text);
}

static void
gone_cb (ThruConnection *connection,
         gpointer        user)
{
  ((TestConnection *)user)->gone = TRUE;
}

static const ThruConnectionFuncs funcs = {
  .opened = nothing_cb,
  .asks = asks_cb,
  .message = message_cb,
  .midi = midi_cb,
  .timing = timing_cb,
  .pending = nothing_cb,
  .woke = write_cb,
  .closed = closed_cb,
  .gone = gone_cb,
};

void
test_connection_set_up (TestConnection *self)
{
  g_autoptr(GSocket) listener = NULL;
  g_autoptr(GSocket) socket = NULL;
  guint port;

  listener = test_peer_listen (&port);
  self->peer = test_peer_new (port);
  test_wait_until ((socket = g_socket_accept (listener, NULL, NULL)) != NULL);
  self->heartbeat = thru_heartbeat_new (NULL);
  self->connection = thru_connection_new (1, 0, socket, NULL, self->heartbeat, &funcs, self);
}

void
test_connection_tear_down (TestConnection *self)
{
  thru_connection_unref (self->connection);
  thru_heartbeat_free (self->heartbeat);
  test_peer_free (self->peer);
  g_free (self->closed);
}

void
test_connection_accept (TestConnection *self)
{
  test_peer_introduce (self->peer);
  test_wait_until (self->asked);
  thru_connection_accept (self->connection);
}
