/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "live-studios.h"

static gboolean
is_muted_in (LiveStudios *fixture,
             guint        n,
             const char  *from,
             const char  *to)
{
  return live_is_state (fixture, n, from, to, THRU_ROUTE_MUTED);
}

static void
mute (LiveStudios *fixture,
      guint        n,
      const char  *from,
      const char  *to,
      gboolean     muted)
{
  g_autoptr(GError) error = NULL;

  thru_studio_mute_route (fixture->studios[n], live_find_route (fixture, n, from, to), muted, &error);
  g_assert_no_error (error);
}

static void
connect_to_live_room (LiveStudios *fixture)
{
  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 1, "Control room/Keys", "/Synth");
}

/* What the room @n has read of Keys so far. */
static guint
count_played (LiveStudios *fixture,
              guint        n)
{
  ThruMeterSample sample;

  thru_meter_peek (thru_device_get_meter (live_find (fixture, n, "/Keys", TRUE)), &sample);
  return sample.messages;
}

static void
test_muting_releases_and_silences (LiveStudios  *fixture,
                                   gconstpointer data)
{
  static const uint8_t on[] = { 0x90, 60, 100 };
  static const uint8_t other[] = { 0x90, 62, 100 };
  static const uint8_t released[] = { 0x80, 60, 64 };
  static const uint8_t third[] = { 0x90, 64, 100 };
  g_autoptr(GByteArray) octets = g_byte_array_new ();
  guint played;

  connect_to_live_room (fixture);
  live_wait_until (thru_demo_port_inject ("Keys", on, sizeof on));
  live_wait_until (live_heard (octets, (const char *) on, sizeof on));
  g_byte_array_set_size (octets, 0);

  mute (fixture, 0, "/Keys", "Live room/Synth", TRUE);
  g_assert_true (is_muted_in (fixture, 0, "/Keys", "Live room/Synth"));
  live_wait_until (live_heard (octets, "", 1) || octets->len >= sizeof released);
  g_assert_cmpmem (octets->data, 3, released, sizeof released);
  live_wait_until (is_muted_in (fixture, 1, "Control room/Keys", "/Synth"));

  /* What is played meanwhile is not heard, and it is not heard late. */
  g_bytes_unref (thru_demo_port_take ("Synth"));
  g_byte_array_set_size (octets, 0);
  played = count_played (fixture, 0);
  live_wait_until (thru_demo_port_inject ("Keys", other, sizeof other));
  live_wait_until (count_played (fixture, 0) > played);
  mute (fixture, 0, "/Keys", "Live room/Synth", FALSE);
  live_wait_connected (fixture, 1, "Control room/Keys", "/Synth");
  live_wait_until (thru_demo_port_inject ("Keys", third, sizeof third));
  live_wait_until (live_heard (octets, (const char *) third, sizeof third));
}

static void
test_another_room_mutes (LiveStudios  *fixture,
                         gconstpointer data)
{
  connect_to_live_room (fixture);
  mute (fixture, 1, "Control room/Keys", "/Synth", TRUE);
  live_wait_until (is_muted_in (fixture, 0, "/Keys", "Live room/Synth"));
  live_wait_until (is_muted_in (fixture, 1, "Control room/Keys", "/Synth"));
  mute (fixture, 1, "Control room/Keys", "/Synth", FALSE);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
}

static void
test_muted_route_stays_muted (LiveStudios  *fixture,
                              gconstpointer data)
{
  connect_to_live_room (fixture);
  mute (fixture, 0, "/Keys", "Live room/Synth", TRUE);
  live_stop (fixture, 0);
  live_start (fixture, 0);
  live_wait_until (is_muted_in (fixture, 0, "/Keys", "Live room/Synth"));
  live_wait_until (is_muted_in (fixture, 1, "Control room/Keys", "/Synth"));
}

/* What the synth is sent the keyboard plays. */
static gboolean
echo_cb (gpointer user_data)
{
  g_autoptr(GBytes) heard = thru_demo_port_take ("Synth");
  gsize size;
  const guint8 *octets = g_bytes_get_data (heard, &size);

  if (size > 0)
    thru_demo_port_inject ("Keys", octets, size);
  return G_SOURCE_CONTINUE;
}

static void
patched_cb (ThruStudio *studio,
            ThruRoute  *route,
            int         change,
            guint      *n_muted)
{
  if (change == THRU_CHANGE_MUTED && thru_route_get_mute (route) == THRU_MUTE_LOOP)
    (*n_muted)++;
}

static void
test_loop_is_muted (LiveStudios  *fixture,
                    gconstpointer data)
{
  static const uint8_t on[] = { 0x90, 60, 100 };
  static const uint8_t off[] = { 0x80, 60, 0 };
  guint n_muted = 0;
  guint echo;

  connect_to_live_room (fixture);
  g_signal_connect (fixture->studios[0], "patched", G_CALLBACK (patched_cb), &n_muted);
  echo = g_timeout_add (4, echo_cb, NULL);
  live_wait_until (thru_demo_port_inject ("Keys", on, sizeof on));
  live_wait_until (thru_demo_port_inject ("Keys", off, sizeof off));
  live_wait_until (is_muted_in (fixture, 0, "/Keys", "Live room/Synth"));
  g_assert_cmpuint (n_muted, ==, 1);
  g_assert_nonnull (strstr (thru_route_get_reason (live_find_route (fixture, 0, "/Keys", "Live room/Synth")), "loop"));
  live_wait_until (is_muted_in (fixture, 1, "Control room/Keys", "/Synth"));
  g_assert_nonnull (strstr (thru_route_get_reason (live_find_route (fixture, 1, "Control room/Keys", "/Synth")), "loop"));

  /* The cable was pulled. */
  g_source_remove (echo);
  mute (fixture, 0, "/Keys", "Live room/Synth", FALSE);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
}

int
main (int    argc,
      char **argv)
{
  live_init (&argc, &argv);

  live_add_test ("/studio/loops/muting-releases-and-silences", 2, test_muting_releases_and_silences);
  live_add_test ("/studio/loops/another-room-mutes", 2, test_another_room_mutes);
  live_add_test ("/studio/loops/loop-is-muted", 2, test_loop_is_muted);
  live_add_test ("/studio/loops/muted-route-stays-muted", 2, test_muted_route_stays_muted);

  return g_test_run ();
}
