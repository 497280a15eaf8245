/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-demo-port.h"
#include "thru-live-studio.h"

#include <glib/gstdio.h>

/* Whole studios in one process over loopback, on simulated devices that they share: one "Keys" and one "Synth", which are in
 * every room. Nobody announces anything: rooms are typed in. */

#define DEADLINE_SECONDS 20
#define POLL_MS 10
#define ROOMS 3

typedef struct
{
  char       *dirs[ROOMS];
  guint       ports[ROOMS];
  ThruStudio *studios[ROOMS];
} Fixture;

static gboolean
deadline_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_CONTINUE;
}

/* What is waited for may happen on another thread, without a word to this one. */
static gboolean
poll_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

#define wait_until(condition) \
  G_STMT_START { \
    gboolean late_ = FALSE; \
    guint timer_ = g_timeout_add_seconds (DEADLINE_SECONDS, deadline_cb, &late_); \
    guint poll_ = g_timeout_add (POLL_MS, poll_cb, NULL); \
    while (!late_ && !(condition)) \
    g_main_context_iteration (NULL, TRUE); \
    g_source_remove (timer_); \
    g_source_remove (poll_); \
    if (late_) \
    g_error ("%s:%d: it never came to: %s", __FILE__, __LINE__, #condition); \
  } G_STMT_END

/* A port that nobody listens on now. */
static guint
find_port (void)
{
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  guint port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_assert_cmpuint (port, !=, 0);
  g_socket_listener_close (listener);
  return port;
}

static void
start (Fixture *fixture,
       guint    n)
{
  static const char *const names[ROOMS] = { "Control room", "Live room", "Drum booth" };
  ThruLiveStudioOptions options = { fixture->dirs[n], names[n], fixture->ports[n], THRU_MIDI_API_DEMO };

  fixture->studios[n] = thru_live_studio_new (&options);
}

static void
stop (Fixture *fixture,
      guint    n)
{
  if (fixture->studios[n] == NULL)
    return;

  thru_studio_stop (fixture->studios[n]);
  g_assert_finalize_object (fixture->studios[n]);
  fixture->studios[n] = NULL;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  guint n_rooms = GPOINTER_TO_UINT (data);

  thru_demo_ports_clear ();
  thru_demo_port_add ("Keys", THRU_DIRECTION_SOURCE);
  thru_demo_port_add ("Synth", THRU_DIRECTION_DESTINATION);
  for (guint i = 0; i < ROOMS; i++)
    {
      fixture->dirs[i] = g_dir_make_tmp ("thru-live-XXXXXX", NULL);
      fixture->ports[i] = find_port ();
      if (i < n_rooms)
        start (fixture, i);
    }
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  for (guint i = 0; i < ROOMS; i++)
    {
      g_autofree char *path = g_build_filename (fixture->dirs[i], "studio.json", NULL);

      stop (fixture, i);
      g_remove (path);
      g_rmdir (fixture->dirs[i]);
      g_free (fixture->dirs[i]);
    }
}

/* Returns: (transfer full): a connection with the room @n, made as soon as it listens. */
static GSocketConnection *
reach (Fixture *fixture,
       guint    n)
{
  g_autoptr(GSocketClient) client = g_socket_client_new ();
  GSocketConnection *connection = NULL;

  wait_until ((connection = g_socket_client_connect_to_host (client, "127.0.0.1", (guint16)fixture->ports[n],
                                                             NULL, NULL)) != NULL);
  return connection;
}

static void
type_in (Fixture *fixture,
         guint    n,
         guint    other)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", fixture->ports[other]);

  g_assert_true (thru_studio_add_room (fixture->studios[n], address, NULL));
}

static ThruDevice *
find (Fixture    *fixture,
      guint       n,
      const char *text,
      gboolean    source)
{
  ThruDevice *device = thru_studio_parse_device (fixture->studios[n], text, source, NULL);

  return device != NULL && thru_device_get_online (device) ? device : NULL;
}

static ThruRoute *
find_route (Fixture    *fixture,
            guint       n,
            const char *from_text,
            const char *to_text)
{
  ThruDevice *from = thru_studio_parse_device (fixture->studios[n], from_text, TRUE, NULL);
  ThruDevice *to = thru_studio_parse_device (fixture->studios[n], to_text, FALSE, NULL);

  return from != NULL && to != NULL ? thru_studio_find_route (fixture->studios[n], from, to) : NULL;
}

static gboolean
is_state (Fixture       *fixture,
          guint          n,
          const char    *from,
          const char    *to,
          ThruRouteState state)
{
  ThruRoute *route = find_route (fixture, n, from, to);

  return route != NULL && thru_route_get_state (route) == state;
}

static void
connect_route (Fixture    *fixture,
               guint       n,
               const char *from,
               const char *to)
{
  g_autoptr(GError) error = NULL;

  wait_until (find (fixture, n, from, TRUE) != NULL && find (fixture, n, to, FALSE) != NULL);
  thru_studio_connect_route (fixture->studios[n], find (fixture, n, from, TRUE), find (fixture, n, to, FALSE), &error);
  g_assert_no_error (error);
}

/* Appends what the synth was sent; TRUE once it is all of @expected. */
static gboolean
heard (GByteArray *heard,
       const char *expected,
       gsize       length)
{
  g_autoptr(GBytes) more = thru_demo_port_take ("Synth");

  g_byte_array_append (heard, g_bytes_get_data (more, NULL), (guint) g_bytes_get_size (more));
  return heard->len == length && memcmp (heard->data, expected, length) == 0;
}

static void
play_and_hear (void)
{
  static const uint8_t played[] = { 0x90, 60, 100, 0x80, 60, 0 };
  g_autoptr(GByteArray) octets = g_byte_array_new ();

  wait_until (thru_demo_port_inject ("Keys", played, sizeof played));
  wait_until (heard (octets, (const char *) played, sizeof played));
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
test_plays_in_another_room (Fixture      *fixture,
                            gconstpointer data)
{
  type_in (fixture, 0, 1);
  connect_route (fixture, 0, "/Keys", "Live room/Synth");
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  wait_until (is_state (fixture, 1, "Control room/Keys", "/Synth", THRU_ROUTE_CONNECTED));
  play_and_hear ();

  /* All three lamps, at both ends. */
  wait_until (has_moved (thru_device_get_meter (find (fixture, 0, "/Keys", TRUE))));
  wait_until (has_moved (thru_route_get_meter (find_route (fixture, 0, "/Keys", "Live room/Synth"))));
  wait_until (has_moved (thru_device_get_meter (find (fixture, 0, "Live room/Synth", FALSE))));
  wait_until (has_moved (thru_device_get_meter (find (fixture, 1, "Control room/Keys", TRUE))));
  wait_until (has_moved (thru_route_get_meter (find_route (fixture, 1, "Control room/Keys", "/Synth"))));
  wait_until (has_moved (thru_device_get_meter (find (fixture, 1, "/Synth", FALSE))));
}

static void
test_disconnecting_releases (Fixture      *fixture,
                             gconstpointer data)
{
  static const uint8_t on[] = { 0x90, 60, 100 };
  g_autoptr(GByteArray) octets = g_byte_array_new ();

  type_in (fixture, 0, 1);
  connect_route (fixture, 0, "/Keys", "Live room/Synth");
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  wait_until (thru_demo_port_inject ("Keys", on, sizeof on));
  wait_until (heard (octets, (const char *) on, sizeof on));
  g_byte_array_set_size (octets, 0);
  thru_studio_disconnect_route (fixture->studios[0], find_route (fixture, 0, "/Keys", "Live room/Synth"), NULL);
  wait_until (heard (octets, "", 0) || octets->len >= 3);
  wait_until (heard (octets, "", 1) || octets->len >= 3);
  g_assert_cmphex (octets->data[0] & 0xf0, ==, 0x80);
  g_assert_cmpuint (octets->data[1], ==, 60);
  wait_until (find_route (fixture, 1, "Control room/Keys", "/Synth") == NULL);
}

static void
test_other_side_asks (Fixture      *fixture,
                      gconstpointer data)
{
  type_in (fixture, 0, 1);
  connect_route (fixture, 1, "Control room/Keys", "/Synth");
  wait_until (is_state (fixture, 1, "Control room/Keys", "/Synth", THRU_ROUTE_CONNECTED));
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  play_and_hear ();

  g_assert_true (thru_studio_disconnect_route (fixture->studios[1],
                                               find_route (fixture, 1, "Control room/Keys", "/Synth"), NULL));
  wait_until (find_route (fixture, 0, "/Keys", "Live room/Synth") == NULL);
  wait_until (find_route (fixture, 1, "Control room/Keys", "/Synth") == NULL);
}

static void
test_third_room_asks (Fixture      *fixture,
                      gconstpointer data)
{
  type_in (fixture, 0, 1);
  type_in (fixture, 0, 2);
  type_in (fixture, 1, 2);
  wait_until (find (fixture, 1, "Drum booth/Synth", FALSE) != NULL);
  connect_route (fixture, 0, "Live room/Keys", "Drum booth/Synth");
  wait_until (is_state (fixture, 0, "Live room/Keys", "Drum booth/Synth", THRU_ROUTE_CONNECTED));
  wait_until (is_state (fixture, 2, "Live room/Keys", "/Synth", THRU_ROUTE_CONNECTED));
  play_and_hear ();
}

static void
test_waits_and_comes_back (Fixture      *fixture,
                           gconstpointer data)
{
  type_in (fixture, 0, 1);
  connect_route (fixture, 0, "/Keys", "Live room/Synth");
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  stop (fixture, 1);
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_WAITING));
  g_assert_cmpstr (thru_route_get_reason (find_route (fixture, 0, "/Keys", "Live room/Synth")), ==,
                   "Live room is not here. The route comes back by itself.");
  start (fixture, 1);
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  forget_what_sounded ();
  play_and_hear ();
}

static void
test_restart_brings_the_route_back (Fixture      *fixture,
                                    gconstpointer data)
{
  g_autofree char *id = NULL;

  type_in (fixture, 0, 1);
  connect_route (fixture, 0, "/Keys", "Live room/Synth");
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  id = g_strdup (thru_room_get_id (thru_studio_get_own_room (fixture->studios[0])));
  stop (fixture, 0);
  wait_until (is_state (fixture, 1, "Control room/Keys", "/Synth", THRU_ROUTE_WAITING));
  stop (fixture, 1);

  start (fixture, 0);
  g_assert_cmpstr (thru_room_get_id (thru_studio_get_own_room (fixture->studios[0])), ==, id);
  g_assert_true (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_WAITING));
  start (fixture, 1);
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  wait_until (is_state (fixture, 1, "Control room/Keys", "/Synth", THRU_ROUTE_CONNECTED));
  forget_what_sounded ();
  play_and_hear ();
}

static void
test_unplugged_device_waits (Fixture      *fixture,
                             gconstpointer data)
{
  wait_until (find (fixture, 0, "/Keys", TRUE) != NULL);
  connect_route (fixture, 0, "/Keys", "/Synth");
  wait_until (is_state (fixture, 0, "/Keys", "/Synth", THRU_ROUTE_CONNECTED));
  thru_demo_port_remove ("Keys", THRU_DIRECTION_SOURCE);
  wait_until (is_state (fixture, 0, "/Keys", "/Synth", THRU_ROUTE_WAITING));
  thru_demo_port_add ("Keys", THRU_DIRECTION_SOURCE);
  wait_until (is_state (fixture, 0, "/Keys", "/Synth", THRU_ROUTE_CONNECTED));
  forget_what_sounded ();
  play_and_hear ();
}

static guint
count_rooms (Fixture *fixture,
             guint    n)
{
  return g_list_model_get_n_items (thru_studio_get_rooms (fixture->studios[n]));
}

static void
test_both_dial (Fixture      *fixture,
                gconstpointer data)
{
  type_in (fixture, 0, 1);
  type_in (fixture, 1, 0);
  connect_route (fixture, 0, "/Keys", "Live room/Synth");
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  play_and_hear ();
  wait_until (count_rooms (fixture, 0) == 2 && count_rooms (fixture, 1) == 2);
  g_assert_true (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
}

static void
test_two_addresses_are_one_room (Fixture      *fixture,
                                 gconstpointer data)
{
  g_autofree char *other = g_strdup_printf ("localhost:%u", fixture->ports[1]);

  type_in (fixture, 0, 1);
  wait_until (find (fixture, 0, "Live room/Synth", FALSE) != NULL);
  g_assert_true (thru_studio_add_room (fixture->studios[0], other, NULL));
  g_assert_cmpuint (count_rooms (fixture, 0), ==, 3);
  wait_until (count_rooms (fixture, 0) == 2);
  connect_route (fixture, 0, "/Keys", "Live room/Synth");
  wait_until (is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  play_and_hear ();
}

static void
test_own_address_is_told (Fixture      *fixture,
                          gconstpointer data)
{
  g_autofree char *id = g_strdup_printf ("address:127.0.0.1:%u", fixture->ports[0]);
  ThruRoom *room;

  type_in (fixture, 0, 0);
  room = thru_studio_find_room (fixture->studios[0], id);
  wait_until (thru_room_get_state (room) == THRU_ROOM_PROBLEM);
  g_assert_true (thru_studio_remove_room (fixture->studios[0], room, NULL));
  g_assert_cmpuint (count_rooms (fixture, 0), ==, 1);
}

static void
test_absent_address_keeps_being_tried (Fixture      *fixture,
                                       gconstpointer data)
{
  g_autofree char *id = g_strdup_printf ("address:127.0.0.1:%u", fixture->ports[1]);
  ThruRoom *room;

  type_in (fixture, 0, 1);
  room = thru_studio_find_room (fixture->studios[0], id);
  g_assert_cmpint (thru_room_get_state (room), ==, THRU_ROOM_CONNECTING);
  wait_until (thru_room_get_state (room) == THRU_ROOM_WAITING);
  g_assert_nonnull (thru_room_get_reason (room));
  start (fixture, 1);
  wait_until (thru_room_get_state (room) == THRU_ROOM_CONNECTED);
  g_assert_cmpstr (thru_room_get_name (room), ==, "Live room");
}

static void
test_new_name_is_told (Fixture      *fixture,
                       gconstpointer data)
{
  type_in (fixture, 0, 1);
  wait_until (find (fixture, 1, "Control room/Keys", TRUE) != NULL);
  g_assert_true (thru_studio_set_room_name (fixture->studios[0], "Studio A", NULL));
  wait_until (find (fixture, 1, "Studio A/Keys", TRUE) != NULL);
}

static void
test_plain_speaker_is_a_room (Fixture      *fixture,
                              gconstpointer data)
{
  static const uint8_t played[] = { 0x90, 60, 100, 0x80, 60, 0 };
  static const uint8_t answered[] = { 0x91, 61, 99 };
  g_autoptr(GSocketConnection) connection = NULL;
  g_autoptr(GByteArray) octets = g_byte_array_new ();
  GOutputStream *output;
  gsize done;

  connection = reach (fixture, 0);
  output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_assert_true (g_output_stream_write_all (output, answered, sizeof answered, &done, NULL, NULL));
  connect_route (fixture, 0, "127.0.0.1/MIDI", "/Synth");
  wait_until (is_state (fixture, 0, "127.0.0.1/MIDI", "/Synth", THRU_ROUTE_CONNECTED));
  g_assert_true (g_output_stream_write_all (output, played, sizeof played, &done, NULL, NULL));
  wait_until (heard (octets, (const char *) played, sizeof played));

  connect_route (fixture, 0, "/Keys", "127.0.0.1/MIDI");
  wait_until (is_state (fixture, 0, "/Keys", "127.0.0.1/MIDI", THRU_ROUTE_CONNECTED));
  wait_until (thru_demo_port_inject ("Keys", played, sizeof played));
  {
    uint8_t received[sizeof played];

    g_assert_true (g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                                            received, sizeof received, &done, NULL, NULL));
    g_assert_cmpmem (received, done, played, sizeof played);
  }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  wait_until (is_state (fixture, 0, "127.0.0.1/MIDI", "/Synth", THRU_ROUTE_WAITING));
}

static gboolean
has_problem (Fixture        *fixture,
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
test_taken_port_is_told (Fixture      *fixture,
                         gconstpointer data)
{
  fixture->ports[1] = fixture->ports[0];
  g_object_unref (reach (fixture, 0));
  start (fixture, 1);
  wait_until (has_problem (fixture, 1, THRU_PROBLEM_LISTEN));

  /* Its own links work all the same. */
  type_in (fixture, 1, 0);
  connect_route (fixture, 1, "/Keys", "Control room/Synth");
  wait_until (is_state (fixture, 1, "/Keys", "Control room/Synth", THRU_ROUTE_CONNECTED));
  stop (fixture, 0);
  wait_until (!has_problem (fixture, 1, THRU_PROBLEM_LISTEN));
}

static void
test_missing_discovery_is_told (Fixture      *fixture,
                                gconstpointer data)
{
  wait_until (has_problem (fixture, 0, THRU_PROBLEM_DISCOVERY));
  g_assert_false (thru_studio_get_searching (fixture->studios[0]));
}

static void
test_watching_opens_sources (Fixture      *fixture,
                             gconstpointer data)
{
  static const uint8_t on[] = { 0x90, 60, 100 };
  ThruDevice *keys;

  wait_until (find (fixture, 0, "/Keys", TRUE) != NULL);
  keys = find (fixture, 0, "/Keys", TRUE);
  g_assert_false (thru_demo_port_inject ("Keys", on, sizeof on));
  thru_studio_set_watched (fixture->studios[0], TRUE);
  wait_until (thru_demo_port_inject ("Keys", on, sizeof on) && has_moved (thru_device_get_meter (keys)));
  thru_studio_set_watched (fixture->studios[0], FALSE);
  wait_until (!thru_demo_port_inject ("Keys", on, sizeof on));
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, n_rooms, func) \
  g_test_add ("/studio/live/" name, Fixture, GUINT_TO_POINTER (n_rooms), set_up, func, tear_down)
  ADD ("plays-in-another-room", 2, test_plays_in_another_room);
  ADD ("disconnecting-releases", 2, test_disconnecting_releases);
  ADD ("other-side-asks", 2, test_other_side_asks);
  ADD ("third-room-asks", 3, test_third_room_asks);
  ADD ("waits-and-comes-back", 2, test_waits_and_comes_back);
  ADD ("restart-brings-the-route-back", 2, test_restart_brings_the_route_back);
  ADD ("unplugged-device-waits", 1, test_unplugged_device_waits);
  ADD ("both-dial", 2, test_both_dial);
  ADD ("two-addresses-are-one-room", 2, test_two_addresses_are_one_room);
  ADD ("own-address-is-told", 1, test_own_address_is_told);
  ADD ("absent-address-keeps-being-tried", 1, test_absent_address_keeps_being_tried);
  ADD ("new-name-is-told", 2, test_new_name_is_told);
  ADD ("plain-speaker-is-a-room", 1, test_plain_speaker_is_a_room);
  ADD ("taken-port-is-told", 1, test_taken_port_is_told);
  ADD ("missing-discovery-is-told", 1, test_missing_discovery_is_told);
  ADD ("watching-opens-sources", 1, test_watching_opens_sources);
#undef ADD
  return g_test_run ();
}
