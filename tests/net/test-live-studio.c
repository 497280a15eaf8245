/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "live-studios.h"

static void
play_and_hear (void)
{
  static const uint8_t played[] = { 0x90, 60, 100, 0x80, 60, 0 };
  g_autoptr(GByteArray) octets = g_byte_array_new ();

  live_wait_until (thru_demo_port_inject ("Keys", played, sizeof played));
  live_wait_until (live_heard (octets, (const char *) played, sizeof played));
}

static void
forget_what_sounded (void)
{
  g_bytes_unref (thru_demo_port_take ("Synth"));
}

static gboolean
has_moved (ThruMeter *meter)
{
  ThruMeterSample sample;

  thru_meter_peek (meter, &sample);
  return sample.messages >= 2;
}

static void
test_plays_in_another_room (LiveStudios  *fixture,
                            gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 1, "Control room/Keys", "/Synth");
  play_and_hear ();

  /* All three lamps, at both ends. */
  live_wait_until (has_moved (thru_device_get_meter (live_find (fixture, 0, "/Keys", TRUE))));
  live_wait_until (has_moved (thru_route_get_meter (live_find_route (fixture, 0, "/Keys", "Live room/Synth"))));
  live_wait_until (has_moved (thru_device_get_meter (live_find (fixture, 0, "Live room/Synth", FALSE))));
  live_wait_until (has_moved (thru_device_get_meter (live_find (fixture, 1, "Control room/Keys", TRUE))));
  live_wait_until (has_moved (thru_route_get_meter (live_find_route (fixture, 1, "Control room/Keys", "/Synth"))));
  live_wait_until (has_moved (thru_device_get_meter (live_find (fixture, 1, "/Synth", FALSE))));
}

/* As if the network had held notes up: that is counted where they arrive. */
static void
test_late_there_shows_here (LiveStudios  *fixture,
                            gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 1, "Control room/Keys", "/Synth");
  play_and_hear ();

  thru_meter_add_late (thru_device_get_meter (live_find (fixture, 1, "/Synth", FALSE)), 2);
  live_wait_until (thru_route_get_late (live_find_route (fixture, 0, "/Keys", "Live room/Synth")) == 2);
  live_wait_until (thru_route_get_late (live_find_route (fixture, 1, "Control room/Keys", "/Synth")) == 2);
}

static void
test_disconnecting_releases (LiveStudios  *fixture,
                             gconstpointer data)
{
  static const uint8_t on[] = { 0x90, 60, 100 };
  g_autoptr(GByteArray) octets = g_byte_array_new ();

  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_until (thru_demo_port_inject ("Keys", on, sizeof on));
  live_wait_until (live_heard (octets, (const char *) on, sizeof on));
  g_byte_array_set_size (octets, 0);
  thru_studio_disconnect_route (fixture->studios[0], live_find_route (fixture, 0, "/Keys", "Live room/Synth"), NULL);
  live_wait_until (live_heard (octets, "", 0) || octets->len >= 3);
  live_wait_until (live_heard (octets, "", 1) || octets->len >= 3);
  g_assert_cmphex (octets->data[0] & 0xf0, ==, 0x80);
  g_assert_cmpuint (octets->data[1], ==, 60);
  live_wait_until (live_find_route (fixture, 1, "Control room/Keys", "/Synth") == NULL);
}

static void
test_other_side_asks (LiveStudios  *fixture,
                      gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 1, "Control room/Keys", "/Synth");
  live_wait_connected (fixture, 1, "Control room/Keys", "/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  play_and_hear ();

  g_assert_true (thru_studio_disconnect_route (fixture->studios[1],
                                               live_find_route (fixture, 1, "Control room/Keys", "/Synth"), NULL));
  live_wait_until (live_find_route (fixture, 0, "/Keys", "Live room/Synth") == NULL);
  live_wait_until (live_find_route (fixture, 1, "Control room/Keys", "/Synth") == NULL);
}

static void
test_third_room_asks (LiveStudios  *fixture,
                      gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_type_in (fixture, 0, 2);
  live_type_in (fixture, 1, 2);
  live_wait_until (live_find (fixture, 1, "Drum booth/Synth", FALSE) != NULL);
  live_connect_route (fixture, 0, "Live room/Keys", "Drum booth/Synth");
  live_wait_connected (fixture, 0, "Live room/Keys", "Drum booth/Synth");
  live_wait_connected (fixture, 2, "Live room/Keys", "/Synth");
  play_and_hear ();
}

static void
test_waits_and_comes_back (LiveStudios  *fixture,
                           gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_stop (fixture, 1);
  live_wait_until (live_is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_WAITING));
  g_assert_cmpstr (thru_route_get_reason (live_find_route (fixture, 0, "/Keys", "Live room/Synth")), ==,
                   "Live room is not here. The route comes back by itself.");
  live_start (fixture, 1);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  forget_what_sounded ();
  play_and_hear ();
}

static void
test_restart_brings_the_route_back (LiveStudios  *fixture,
                                    gconstpointer data)
{
  g_autofree char *id = NULL;

  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  id = g_strdup (thru_room_get_id (thru_studio_get_own_room (fixture->studios[0])));
  live_stop (fixture, 0);
  live_wait_until (live_is_state (fixture, 1, "Control room/Keys", "/Synth", THRU_ROUTE_WAITING));
  live_stop (fixture, 1);

  live_start (fixture, 0);
  g_assert_cmpstr (thru_room_get_id (thru_studio_get_own_room (fixture->studios[0])), ==, id);
  g_assert_true (live_is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_WAITING));
  live_start (fixture, 1);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 1, "Control room/Keys", "/Synth");
  forget_what_sounded ();
  play_and_hear ();
}

static void
test_unplugged_device_waits (LiveStudios  *fixture,
                             gconstpointer data)
{
  live_wait_until (live_find (fixture, 0, "/Keys", TRUE) != NULL);
  live_connect_route (fixture, 0, "/Keys", "/Synth");
  live_wait_connected (fixture, 0, "/Keys", "/Synth");
  thru_demo_port_remove ("Keys", THRU_DIRECTION_SOURCE);
  live_wait_until (live_is_state (fixture, 0, "/Keys", "/Synth", THRU_ROUTE_WAITING));
  thru_demo_port_add ("Keys", THRU_DIRECTION_SOURCE);
  live_wait_connected (fixture, 0, "/Keys", "/Synth");
  forget_what_sounded ();
  play_and_hear ();
}

static guint
count_rooms (LiveStudios *fixture,
             guint        n)
{
  return g_list_model_get_n_items (thru_studio_get_rooms (fixture->studios[n]));
}

static void
test_both_dial (LiveStudios  *fixture,
                gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_type_in (fixture, 1, 0);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  play_and_hear ();
  live_wait_until (count_rooms (fixture, 0) == 2 && count_rooms (fixture, 1) == 2);
  g_assert_true (live_is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
}

static void
test_two_addresses_are_one_room (LiveStudios  *fixture,
                                 gconstpointer data)
{
  g_autofree char *other = g_strdup_printf ("localhost:%u", fixture->ports[1]);

  live_type_in (fixture, 0, 1);
  live_wait_until (live_find (fixture, 0, "Live room/Synth", FALSE) != NULL);
  g_assert_true (thru_studio_add_room (fixture->studios[0], other, NULL));
  g_assert_cmpuint (count_rooms (fixture, 0), ==, 3);
  live_wait_until (count_rooms (fixture, 0) == 2);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  play_and_hear ();
}

static void
test_own_address_is_told (LiveStudios  *fixture,
                          gconstpointer data)
{
  g_autofree char *id = g_strdup_printf ("address:127.0.0.1:%u", fixture->ports[0]);
  ThruRoom *room;

  live_type_in (fixture, 0, 0);
  room = thru_studio_find_room (fixture->studios[0], id);
  live_wait_until (thru_room_get_state (room) == THRU_ROOM_PROBLEM);
  g_assert_true (thru_studio_remove_room (fixture->studios[0], room, NULL));
  g_assert_cmpuint (count_rooms (fixture, 0), ==, 1);
}

static void
test_absent_address_keeps_being_tried (LiveStudios  *fixture,
                                       gconstpointer data)
{
  g_autofree char *id = g_strdup_printf ("address:127.0.0.1:%u", fixture->ports[1]);
  ThruRoom *room;

  live_type_in (fixture, 0, 1);
  room = thru_studio_find_room (fixture->studios[0], id);
  g_assert_cmpint (thru_room_get_state (room), ==, THRU_ROOM_CONNECTING);
  live_wait_until (thru_room_get_state (room) == THRU_ROOM_WAITING);
  g_assert_nonnull (thru_room_get_reason (room));
  live_start (fixture, 1);
  live_wait_until (thru_room_get_state (room) == THRU_ROOM_CONNECTED);
  g_assert_cmpstr (thru_room_get_name (room), ==, "Live room");
}

static void
test_new_name_is_told (LiveStudios  *fixture,
                       gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_wait_until (live_find (fixture, 1, "Control room/Keys", TRUE) != NULL);
  g_assert_true (thru_studio_set_room_name (fixture->studios[0], "Studio A", NULL));
  live_wait_until (live_find (fixture, 1, "Studio A/Keys", TRUE) != NULL);
}

static void
test_plain_speaker_is_a_room (LiveStudios  *fixture,
                              gconstpointer data)
{
  static const uint8_t played[] = { 0x90, 60, 100, 0x80, 60, 0 };
  static const uint8_t answered[] = { 0x91, 61, 99 };
  g_autoptr(GSocketConnection) connection = NULL;
  g_autoptr(GByteArray) octets = g_byte_array_new ();
  GOutputStream *output;
  gsize done;

  connection = live_reach (fixture, 0);
  output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_assert_true (g_output_stream_write_all (output, answered, sizeof answered, &done, NULL, NULL));
  live_connect_route (fixture, 0, "127.0.0.1/MIDI", "/Synth");
  live_wait_connected (fixture, 0, "127.0.0.1/MIDI", "/Synth");
  g_assert_true (g_output_stream_write_all (output, played, sizeof played, &done, NULL, NULL));
  live_wait_until (live_heard (octets, (const char *) played, sizeof played));

  live_connect_route (fixture, 0, "/Keys", "127.0.0.1/MIDI");
  live_wait_connected (fixture, 0, "/Keys", "127.0.0.1/MIDI");
  live_wait_until (thru_demo_port_inject ("Keys", played, sizeof played));
  {
    uint8_t received[sizeof played];

    g_assert_true (g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                            received, sizeof received, &done, NULL, NULL));
    g_assert_cmpmem (received, done, played, sizeof played);
  }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  live_wait_until (live_is_state (fixture, 0, "127.0.0.1/MIDI", "/Synth", THRU_ROUTE_WAITING));
}

static GSocketConnection *
reach_plain (LiveStudios *fixture)
{
  GSocketConnection *connection = live_reach (fixture, 0);

  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), "\xfe", 1, NULL, NULL, NULL));
  return connection;
}

/* It connects anew before its first connection is known to be dead. */
static void
test_plain_speaker_takes_over (LiveStudios  *fixture,
                               gconstpointer data)
{
  static const uint8_t played[] = { 0x90, 60, 100, 0x80, 60, 0 };
  g_autoptr(GSocketConnection) first = reach_plain (fixture);
  g_autoptr(GSocketConnection) second = NULL;
  g_autoptr(GByteArray) octets = g_byte_array_new ();

  live_connect_route (fixture, 0, "127.0.0.1/MIDI", "/Synth");
  live_wait_connected (fixture, 0, "127.0.0.1/MIDI", "/Synth");
  second = reach_plain (fixture);
  live_wait_until (live_find (fixture, 0, "127.0.0.1 (2)/MIDI", TRUE) != NULL);
  g_io_stream_close (G_IO_STREAM (first), NULL, NULL);
  live_wait_until (live_find (fixture, 0, "127.0.0.1 (2)/MIDI", TRUE) == NULL);
  live_wait_connected (fixture, 0, "127.0.0.1/MIDI", "/Synth");
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (second)), played, sizeof played,
                                            NULL, NULL, NULL));
  live_wait_until (live_heard (octets, (const char *) played, sizeof played));
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_rooms (fixture->studios[0])), ==, 2);
}

static gboolean
has_problem (LiveStudios    *fixture,
             guint           n,
             ThruProblemKind kind)
{
  GListModel *problems = thru_studio_get_problems (fixture->studios[n]);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(ThruProblem) problem = g_list_model_get_item (problems, i);

      if (thru_problem_get_kind (problem) == kind)
        return TRUE;
    }
  return FALSE;
}

static void
test_taken_port_is_told (LiveStudios  *fixture,
                         gconstpointer data)
{
  fixture->ports[1] = fixture->ports[0];
  g_object_unref (live_reach (fixture, 0));
  live_start (fixture, 1);
  live_wait_until (has_problem (fixture, 1, THRU_PROBLEM_LISTEN));

  /* Its own links work all the same. */
  live_type_in (fixture, 1, 0);
  live_connect_route (fixture, 1, "/Keys", "Control room/Synth");
  live_wait_connected (fixture, 1, "/Keys", "Control room/Synth");
  live_stop (fixture, 0);
  live_wait_until (!has_problem (fixture, 1, THRU_PROBLEM_LISTEN));
}

static void
test_missing_discovery_is_told (LiveStudios  *fixture,
                                gconstpointer data)
{
  live_wait_until (has_problem (fixture, 0, THRU_PROBLEM_DISCOVERY));
  g_assert_false (thru_studio_get_searching (fixture->studios[0]));
}

static void
test_watching_opens_sources (LiveStudios  *fixture,
                             gconstpointer data)
{
  static const uint8_t on[] = { 0x90, 60, 100 };
  ThruDevice *keys;

  live_wait_until (live_find (fixture, 0, "/Keys", TRUE) != NULL);
  keys = live_find (fixture, 0, "/Keys", TRUE);
  g_assert_false (thru_demo_port_inject ("Keys", on, sizeof on));
  thru_studio_set_watched (fixture->studios[0], TRUE);
  live_wait_until (thru_demo_port_inject ("Keys", on, sizeof on) && has_moved (thru_device_get_meter (keys)));
  thru_studio_set_watched (fixture->studios[0], FALSE);
  live_wait_until (!thru_demo_port_inject ("Keys", on, sizeof on));
}

int
main (int    argc,
      char **argv)
{
  live_init (&argc, &argv);

  live_add_test ("/studio/live/plays-in-another-room", 2, test_plays_in_another_room);
  live_add_test ("/studio/live/notes-that-came-too-late-there-show-at-the-route-here", 2, test_late_there_shows_here);
  live_add_test ("/studio/live/disconnecting-releases", 2, test_disconnecting_releases);
  live_add_test ("/studio/live/other-side-asks", 2, test_other_side_asks);
  live_add_test ("/studio/live/third-room-asks", 3, test_third_room_asks);
  live_add_test ("/studio/live/waits-and-comes-back", 2, test_waits_and_comes_back);
  live_add_test ("/studio/live/restart-brings-the-route-back", 2, test_restart_brings_the_route_back);
  live_add_test ("/studio/live/unplugged-device-waits", 1, test_unplugged_device_waits);
  live_add_test ("/studio/live/both-dial", 2, test_both_dial);
  live_add_test ("/studio/live/two-addresses-are-one-room", 2, test_two_addresses_are_one_room);
  live_add_test ("/studio/live/own-address-is-told", 1, test_own_address_is_told);
  live_add_test ("/studio/live/absent-address-keeps-being-tried", 1, test_absent_address_keeps_being_tried);
  live_add_test ("/studio/live/new-name-is-told", 2, test_new_name_is_told);
  live_add_test ("/studio/live/plain-speaker-is-a-room", 1, test_plain_speaker_is_a_room);
  live_add_test ("/studio/live/plain-speaker-takes-over", 1, test_plain_speaker_takes_over);
  live_add_test ("/studio/live/taken-port-is-told", 1, test_taken_port_is_told);
  live_add_test ("/studio/live/missing-discovery-is-told", 1, test_missing_discovery_is_told);
  live_add_test ("/studio/live/watching-opens-sources", 1, test_watching_opens_sources);

  return g_test_run ();
}
