/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "connection-fixture.h"
#include "test-room.h"
#include "thru-limits.h"

typedef TestConnection Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  test_connection_set_up (fixture);
  test_connection_accept (fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  test_connection_tear_down (fixture);
}

static void
test_midi_is_bounded (Fixture      *fixture,
                      gconstpointer data)
{
  guint8 sysex[1000] = { 0xf0 };
  guint n_refused = 0;

  sysex[sizeof sysex - 1] = 0xf7;
  while (n_refused < 1000)
    {
      gint64 now_us = g_get_monotonic_time ();

      if (!thru_connection_send_midi (fixture->connection, 0x80000001u, sysex, sizeof sysex, now_us, now_us))
        n_refused++;
      thru_connection_write (fixture->connection, now_us);
      g_assert_cmpuint (thru_connection_get_waiting (fixture->connection), <=, THRU_LINK_OUTPUT_MAX);
    }

  g_assert_null (fixture->closed);
}

static void
test_session_is_bounded (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  g_ptr_array_add (parts, g_bytes_new_take (g_strnfill (THRU_DMIDI_PAYLOAD_MAX, ' '), THRU_DMIDI_PAYLOAD_MAX));
  for (guint i = 0; i < 10000 && fixture->closed == NULL; i++)
    {
      thru_connection_send (fixture->connection, parts);
      thru_connection_write (fixture->connection, g_get_monotonic_time ());
      g_assert_cmpuint (thru_connection_get_waiting (fixture->connection), <=,
                        THRU_LINK_OUTPUT_MAX + THRU_LIMIT_SESSION_QUEUE);
    }

  g_assert_cmpstr (fixture->closed, ==, "Mallory does not read what is sent to it.");
  test_wait_until (fixture->gone);
}

static void
test_bye_leaves (Fixture      *fixture,
                 gconstpointer data)
{
  static const char bye[] = "{\"type\":\"bye\",\"code\":\"quit\",\"reason\":\"Good night.\"}";

  thru_connection_close (fixture->connection, "quit", "Good night.", "Closed here.");
  test_wait_until (test_peer_is_closed (fixture->peer));
  g_assert_true (test_peer_has_received (fixture->peer, bye, sizeof bye - 1));
  g_socket_close (fixture->peer->socket, NULL);
  test_wait_until (fixture->gone);
  g_assert_cmpstr (fixture->closed, ==, "Closed here.");
}

static void
test_linger_ends (Fixture      *fixture,
                  gconstpointer data)
{
  gint64 began_us = g_get_monotonic_time ();

  thru_connection_close (fixture->connection, "quit", "Good night.", "Closed here.");
  test_wait_until (fixture->gone);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, THRU_LIMIT_LINGER_US / 2);
}

static void
forget_received (Fixture *fixture)
{
  test_peer_is_closed (fixture->peer);
  g_byte_array_set_size (fixture->peer->received, 0);
}

static void
iterate_for (gint64 us)
{
  gint64 until_us = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < until_us)
    test_iterate ();
}

/* How long after a heartbeat of ours, that came when theirs was half due, they sent theirs. */
static gint64
answer_time (Fixture *fixture)
{
  gint64 began_us;

  forget_received (fixture);
  test_wait_until (test_peer_has_received (fixture->peer, "\xfe", 1));
  iterate_for (THRU_LINK_HEARTBEAT_US * 6 / 10);
  forget_received (fixture);

  began_us = g_get_monotonic_time ();
  test_peer_send_frame (fixture->peer, THRU_DMIDI_ADDRESS_EVERYONE, "\xfe", 1);
  test_wait_until (test_peer_has_received (fixture->peer, "\xfe", 1));
  return g_get_monotonic_time () - began_us;
}

/* Else it would come 90 ms later. A computer that is busy may need a second try. */
static void
test_heartbeat_is_answered (Fixture      *fixture,
                            gconstpointer data)
{
  gint64 best_us = G_MAXINT64;

  for (guint i = 0; i < 10 && best_us > 40000; i++)
    best_us = MIN (best_us, answer_time (fixture));
  g_assert_cmpint (best_us, <=, 40000);
}

static void
test_pings_on_a_quiet_link (Fixture      *fixture,
                            gconstpointer data)
{
  test_wait_until (test_peer_has_received (fixture->peer, "\"ping\"", 6));
}

/* Nothing is ever quiet enough here for a heartbeat. */
static void
test_pings_on_a_busy_link (Fixture      *fixture,
                           gconstpointer data)
{
  const guint8 note[] = { 0x90, 60, 1 };

  test_wait_until ((thru_connection_send_midi (fixture->connection, 0x80000001u, note, sizeof note,
                                               g_get_monotonic_time (), g_get_monotonic_time ()),
                    thru_connection_write (fixture->connection, g_get_monotonic_time ()),
                    test_peer_send_frame (fixture->peer, THRU_DMIDI_ADDRESS_EVERYONE, "\xfe", 1),
                    test_peer_has_received (fixture->peer, "\"ping\"", 6)));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/net/connection/midi-that-waits-is-bounded", Fixture, NULL, set_up, test_midi_is_bounded, tear_down);
  g_test_add ("/net/connection/messages-that-wait-are-bounded", Fixture, NULL, set_up, test_session_is_bounded, tear_down);
  g_test_add ("/net/connection/bye-leaves-before-the-end", Fixture, NULL, set_up, test_bye_leaves, tear_down);
  g_test_add ("/net/connection/other-side-need-not-close", Fixture, NULL, set_up, test_linger_ends, tear_down);
  g_test_add ("/net/connection/heartbeat-is-answered-when-ours-is-half-due", Fixture, NULL, set_up, test_heartbeat_is_answered,
              tear_down);
  g_test_add ("/net/connection/quiet-link-is-pinged", Fixture, NULL, set_up, test_pings_on_a_quiet_link, tear_down);
  g_test_add ("/net/connection/busy-link-is-pinged", Fixture, NULL, set_up, test_pings_on_a_busy_link, tear_down);

  return g_test_run ();
}
