/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "live-studios.h"

/* Rooms and devices that are not where they were, or no more. */

/* As when the router hands out addresses anew: each room has the other's now. */
static void
swap_addresses (LiveStudios *fixture)
{
  guint port = fixture->ports[1];

  live_stop (fixture, 1);
  live_stop (fixture, 2);
  fixture->ports[1] = fixture->ports[2];
  fixture->ports[2] = port;
}

static void
test_address_with_another_room (LiveStudios  *fixture,
                                gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  swap_addresses (fixture);

  live_start (fixture, 2);
  live_wait_until (live_find (fixture, 0, "Drum booth/Synth", FALSE) != NULL);
  live_start (fixture, 1);
  live_type_in (fixture, 0, 1);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");

  /* Nor is the old address in its way when it comes back. */
  live_stop (fixture, 1);
  live_wait_until (live_is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_WAITING));
  live_start (fixture, 1);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  g_assert_nonnull (live_find (fixture, 0, "Drum booth/Synth", FALSE));
}

static void
test_rooms_swap_addresses (LiveStudios  *fixture,
                           gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  live_type_in (fixture, 0, 2);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_connect_route (fixture, 0, "/Keys", "Drum booth/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Drum booth/Synth");

  swap_addresses (fixture);
  live_start (fixture, 1);
  live_start (fixture, 2);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Drum booth/Synth");

  /* For good. */
  live_stop (fixture, 0);
  live_start (fixture, 0);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Drum booth/Synth");
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_rooms (fixture->studios[0])), ==, 3);
}

static void
test_address_of_one_who_called (LiveStudios  *fixture,
                                gconstpointer data)
{
  live_type_in (fixture, 0, 2);
  live_wait_until (live_find (fixture, 0, "Drum booth/Synth", FALSE) != NULL);

  /* The drum booth has moved and calls; at its old address is the live room, which does not. */
  swap_addresses (fixture);
  live_wait_until (live_find (fixture, 0, "Drum booth/Synth", FALSE) == NULL);
  live_start (fixture, 2);
  live_type_in (fixture, 2, 0);
  live_wait_until (live_find (fixture, 0, "Drum booth/Synth", FALSE) != NULL);
  live_start (fixture, 1);
  live_type_in (fixture, 0, 1);
  live_wait_until (live_find (fixture, 0, "Live room/Synth", FALSE) != NULL);
}

static void
test_device_without_route_goes (LiveStudios  *fixture,
                                gconstpointer data)
{
  live_connect_route (fixture, 0, "/Keys", "/Synth");
  live_wait_connected (fixture, 0, "/Keys", "/Synth");
  thru_demo_port_remove ("Keys", THRU_DIRECTION_SOURCE);
  live_wait_until (live_is_state (fixture, 0, "/Keys", "/Synth", THRU_ROUTE_WAITING));
  thru_studio_disconnect_route (fixture->studios[0], live_find_route (fixture, 0, "/Keys", "/Synth"), NULL);
  g_assert_null (thru_studio_parse_device (fixture->studios[0], "/Keys", TRUE, NULL));
}

static void
test_removed_room_comes_back (LiveStudios  *fixture,
                              gconstpointer data)
{
  g_autofree char *id = NULL;
  ThruRoom *room;

  live_type_in (fixture, 0, 1);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
  room = thru_studio_parse_room (fixture->studios[0], "Live room", NULL);
  id = g_strdup (thru_room_get_id (room));

  /* As often as one changes one's mind. */
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (thru_studio_remove_room (fixture->studios[0], thru_studio_find_room (fixture->studios[0], id), NULL));
      g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studios[0])), ==, 0);
      g_assert_true (thru_studio_restore_room (fixture->studios[0], id, NULL));
      g_assert_nonnull (thru_studio_find_room (fixture->studios[0], id));
      live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
    }
  g_assert_false (thru_studio_restore_room (fixture->studios[0], id, NULL));

  /* It stays, over a restart, too. */
  live_stop (fixture, 0);
  live_start (fixture, 0);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
}

/* As on a computer that was set up with a copy of the other's disk. */
static void
copy_files (LiveStudios *fixture,
            guint        from,
            guint        to)
{
  g_autofree char *source = g_build_filename (fixture->dirs[from], "studio.json", NULL);
  g_autofree char *target = g_build_filename (fixture->dirs[to], "studio.json", NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &text, &length, NULL));
  g_assert_true (g_file_set_contents (target, text, (gssize) length, NULL));
}

static gboolean
has_twin (LiveStudios *fixture,
          guint        n)
{
  GListModel *problems = thru_studio_get_problems (fixture->studios[n]);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(ThruProblem) problem = g_list_model_get_item (problems, i);

      if (thru_problem_get_kind (problem) == THRU_PROBLEM_IDENTITY)
        return TRUE;
    }
  return FALSE;
}

static void
test_copy_gets_an_identity (LiveStudios  *fixture,
                            gconstpointer data)
{
  g_autofree char *id = NULL;
  ThruRoom *own;

  live_type_in (fixture, 0, 2);
  live_connect_route (fixture, 0, "/Keys", "Drum booth/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Drum booth/Synth");
  live_connect_route (fixture, 0, "/Keys", "/Synth");
  live_wait_connected (fixture, 0, "/Keys", "/Synth");
  live_stop (fixture, 0);
  copy_files (fixture, 0, 1);
  live_start (fixture, 0);
  live_start (fixture, 1);
  live_type_in (fixture, 1, 0);
  live_wait_until (has_twin (fixture, 0) && has_twin (fixture, 1));
  live_stop (fixture, 1);

  /* Nothing is lost by it, over a restart neither. */
  live_wait_connected (fixture, 0, "/Keys", "Drum booth/Synth");
  own = thru_studio_get_own_room (fixture->studios[0]);
  id = g_strdup (thru_room_get_id (own));
  thru_studio_renew_identity (fixture->studios[0]);
  g_assert_cmpstr (thru_room_get_id (own), !=, id);
  g_assert_false (has_twin (fixture, 0));
  for (guint i = 0; i < 2; i++)
    {
      live_wait_connected (fixture, 0, "/Keys", "Drum booth/Synth");
      live_wait_connected (fixture, 0, "/Keys", "/Synth");
      g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (fixture->studios[0])), ==, 2);
      g_assert_null (thru_studio_find_room (fixture->studios[0], id));
      live_stop (fixture, 0);
      live_start (fixture, 0);
    }
}

static gboolean
pause_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
test_route_is_connected_once_open (LiveStudios  *fixture,
                                   gconstpointer data)
{
  gboolean waited = FALSE;

  live_type_in (fixture, 0, 1);
  thru_studio_set_watched (fixture->studios[0], TRUE);
  live_wait_until (thru_demo_port_inject ("Keys", (const uint8_t *) "\xb0\1\1", 3));
  live_wait_until (live_find (fixture, 0, "Live room/Synth", FALSE) != NULL);

  /* Longer than a room that does not tell would be given. */
  thru_demo_ports_set_hanging (TRUE);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  g_timeout_add (1000, pause_cb, &waited);
  live_wait_until (waited);
  g_assert_true (live_is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTING));
  thru_demo_ports_set_hanging (FALSE);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");

  /* The second time it is open. */
  thru_studio_disconnect_route (fixture->studios[0], live_find_route (fixture, 0, "/Keys", "Live room/Synth"), NULL);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
}

static void
test_device_that_stays_shut_is_told (LiveStudios  *fixture,
                                     gconstpointer data)
{
  live_type_in (fixture, 0, 1);
  thru_studio_set_watched (fixture->studios[0], TRUE);
  live_wait_until (thru_demo_port_inject ("Keys", (const uint8_t *) "\xb0\1\1", 3));
  live_wait_until (live_find (fixture, 0, "Live room/Synth", FALSE) != NULL);

  thru_demo_ports_set_hanging (TRUE);
  live_connect_route (fixture, 0, "/Keys", "Live room/Synth");
  live_wait_until (!live_is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTING));
  g_assert_false (live_is_state (fixture, 0, "/Keys", "Live room/Synth", THRU_ROUTE_CONNECTED));
  g_assert_nonnull (thru_route_get_reason (live_find_route (fixture, 0, "/Keys", "Live room/Synth")));
  thru_demo_ports_set_hanging (FALSE);
  live_wait_connected (fixture, 0, "/Keys", "Live room/Synth");
}

/* As after years with programs that call their ports otherwise each time. */
static void
test_new_device_after_many (LiveStudios  *fixture,
                            gconstpointer data)
{
  g_autoptr(GString) text = g_string_new ("{\"version\":1,\"room\":{\"id\":\"me\",\"name\":\"Me\"},\"devices\":[");
  g_autofree char *path = g_build_filename (fixture->dirs[0], "studio.json", NULL);

  for (guint i = 0; i < 512; i++)
    g_string_append_printf (text, "%s{\"id\":\"old %u\",\"name\":\"Old\",\"source\":true,\"address\":%u}",
                            i > 0 ? "," : "", i, 0x80000001u + i);
  g_string_append (text, "]}");
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));

  live_start (fixture, 0);
  live_wait_until (live_find (fixture, 0, "/Keys", TRUE) != NULL && live_find (fixture, 0, "/Synth", FALSE) != NULL);
}

/* A stranger with the id "stranger N" connects and is shown. */
static GSocketConnection *
stranger_comes (LiveStudios *fixture,
                guint        number)
{
  GSocketConnection *connection = live_reach (fixture, 0);
  g_autofree char *id = g_strdup_printf ("stranger %u", number);
  g_autofree char *hello = g_strdup_printf ("{\"type\":\"hello\",\"id\":\"%s\",\"name\":\"S\"}", id);
  g_autoptr(GByteArray) octets = g_byte_array_new ();
  const guint8 length[2] = { 0, (guint8) strlen (hello) };
  ThruRoom *room = NULL;

  g_byte_array_append (octets, (const guint8 *) "DMIDI\0\1\0" "\0\0\0\0" "\0\0\0\0", 16);
  g_byte_array_append (octets, length, sizeof length);
  g_byte_array_append (octets, (const guint8 *) hello, (guint) strlen (hello));
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), octets->data,
                                            octets->len, NULL, NULL, NULL));
  live_wait_until ((room = thru_studio_find_room (fixture->studios[0], id)) != NULL);
  live_wait_until (thru_room_get_state (room) == THRU_ROOM_CONNECTED);
  return connection;
}

static guint
count_connected (GListModel *rooms)
{
  guint n_connected = 0;

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);

      n_connected += thru_room_get_state (room) == THRU_ROOM_CONNECTED;
    }
  return n_connected;
}

/* @n strangers come and go, so many of them at a time. */
static void
check_passers (LiveStudios *fixture,
               guint        n,
               guint        at_a_time)
{
  GListModel *rooms = thru_studio_get_rooms (fixture->studios[0]);

  for (guint i = 0; i < n; i += at_a_time)
    {
      g_autoptr(GPtrArray) strangers = g_ptr_array_new_with_free_func (g_object_unref);
      guint n_before = count_connected (rooms);

      for (guint j = 0; j < at_a_time; j++)
        g_ptr_array_add (strangers, stranger_comes (fixture, i + j));
      for (guint j = 0; j < at_a_time; j++)
        g_io_stream_close (g_ptr_array_index (strangers, j), NULL, NULL);
      live_wait_until (count_connected (rooms) == n_before);
    }
  g_assert_cmpuint (g_list_model_get_n_items (rooms), <=, 12);
}

static void
test_passing_rooms_are_forgotten (LiveStudios  *fixture,
                                  gconstpointer data)
{
  check_passers (fixture, 40, 1);
}

static void
test_crowd_that_passes_is_forgotten (LiveStudios  *fixture,
                                     gconstpointer data)
{
  check_passers (fixture, 40, 40);
}

int
main (int    argc,
      char **argv)
{
  live_init (&argc, &argv);

  live_add_test ("/studio/rooms/address-with-another-room", 2, test_address_with_another_room);
  live_add_test ("/studio/rooms/rooms-swap-addresses", 3, test_rooms_swap_addresses);
  live_add_test ("/studio/rooms/address-of-one-who-called", 3, test_address_of_one_who_called);
  live_add_test ("/studio/rooms/device-without-route-goes", 1, test_device_without_route_goes);
  live_add_test ("/studio/rooms/removed-room-comes-back", 2, test_removed_room_comes_back);
  live_add_test ("/studio/rooms/copy-gets-an-identity", 3, test_copy_gets_an_identity);
  live_add_test ("/studio/rooms/route-is-connected-once-open", 2, test_route_is_connected_once_open);
  live_add_test ("/studio/rooms/device-that-stays-shut-is-told", 2, test_device_that_stays_shut_is_told);
  live_add_test ("/studio/rooms/new-device-after-many", 0, test_new_device_after_many);
  live_add_test ("/studio/rooms/passing-rooms-are-forgotten", 1, test_passing_rooms_are_forgotten);
  live_add_test ("/studio/rooms/crowd-that-passes-is-forgotten", 1, test_crowd_that_passes_is_forgotten);

  return g_test_run ();
}
