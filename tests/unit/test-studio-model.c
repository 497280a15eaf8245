/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-demo-studio.h"
#include "thru-studio-private.h"

static ThruRoom *
add_room (ThruStudio *studio,
          const char *id,
          const char *name)
{
  g_autoptr(ThruRoom) room = _thru_room_new (id, name);

  _thru_studio_add_room (studio, room);
  return room;
}

static ThruDevice *
add_device (ThruRoom   *room,
            const char *name,
            gboolean    source)
{
  g_autoptr(ThruDevice) device = _thru_device_new (name, name, source);

  _thru_room_add_device (room, device);
  return device;
}

/* A demo with one room, for a model to fill. */
static ThruStudio *
new_studio (void)
{
  ThruStudio *studio = thru_demo_studio_new (1, 0);

  thru_demo_studio_set_pace (THRU_DEMO_STUDIO (studio), 0);
  return studio;
}

static const char *
nth_room_name (ThruStudio *studio,
               guint       n)
{
  g_autoptr(ThruRoom) room = g_list_model_get_item (thru_studio_get_rooms (studio), n);

  return thru_room_get_name (room);
}

static void
test_rooms_are_sorted (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *first;

  add_room (studio, "2", "Beta");
  first = add_room (studio, "1", "Alpha");
  g_assert_cmpstr (nth_room_name (studio, 0), ==, "Control room");
  g_assert_cmpstr (nth_room_name (studio, 1), ==, "Alpha");
  g_assert_cmpstr (nth_room_name (studio, 2), ==, "Beta");

  _thru_room_set_name (first, "Gamma");
  g_assert_cmpstr (nth_room_name (studio, 2), ==, "Gamma");
}

static void
test_rooms_of_one_name (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *first = add_room (studio, "3", "Studio");
  ThruRoom *second = add_room (studio, "1", "Studio");
  ThruRoom *third = add_room (studio, "2", "Studio");
  ThruRoom *own = thru_studio_get_own_room (studio);

  g_assert_cmpstr (thru_room_get_name (first), ==, "Studio");
  g_assert_cmpstr (thru_room_get_name (second), ==, "Studio (2)");
  g_assert_cmpstr (thru_room_get_name (third), ==, "Studio (3)");
  g_assert_true (thru_studio_parse_room (studio, "Studio (3)", NULL) == third);

  /* Whose number is needed keeps it; whose is not, loses it. */
  _thru_room_set_name (second, "Cellar");
  g_assert_cmpstr (thru_room_get_name (second), ==, "Cellar");
  g_assert_cmpstr (thru_room_get_name (third), ==, "Studio (3)");
  _thru_room_set_name (second, "Studio");
  g_assert_cmpstr (thru_room_get_name (second), ==, "Studio (2)");
  _thru_studio_remove_room (studio, second);
  _thru_studio_remove_room (studio, first);
  g_assert_cmpstr (thru_room_get_name (third), ==, "Studio");

  /* The own room is called as it is called. */
  _thru_room_set_name (own, "Studio");
  g_assert_cmpstr (thru_room_get_name (own), ==, "Studio");
  g_assert_cmpstr (thru_room_get_name (third), ==, "Studio (2)");
  add_room (studio, "4", "Studio (2)");
  g_assert_cmpstr (nth_room_name (studio, 1), ==, "Studio (2)");
  g_assert_cmpstr (nth_room_name (studio, 2), ==, "Studio (2) (2)");
}

static void
test_room_learns_its_id (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *room = add_room (studio, "address:10.0.0.7", "10.0.0.7");

  _thru_studio_set_room_id (studio, room, "real");
  g_assert_true (thru_studio_find_room (studio, "real") == room);
  g_assert_null (thru_studio_find_room (studio, "address:10.0.0.7"));
}

static void
test_devices_change_in_one_step (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *room = add_room (studio, "1", "Alpha");
  ThruDevice *kept = add_device (room, "a", TRUE);
  ThruDevice *gone = add_device (room, "b", TRUE);
  g_autoptr(ThruDevice) kept_ref = g_object_ref (kept);
  g_autoptr(ThruDevice) gone_ref = g_object_ref (gone);
  g_autoptr(ThruDevice) fresh = _thru_device_new ("c", "c", FALSE);
  g_autoptr(GPtrArray) devices = g_ptr_array_new ();

  g_ptr_array_add (devices, fresh);
  g_ptr_array_add (devices, kept);
  _thru_room_set_devices (room, devices);
  g_assert_cmpuint (g_list_model_get_n_items (thru_room_get_devices (room)), ==, 2);
  g_assert_true (thru_studio_find_device (studio, "1", "a", TRUE) == kept);
  g_assert_true (thru_studio_find_device (studio, "1", "c", FALSE) == fresh);
  g_assert_null (thru_studio_find_device (studio, "1", "b", TRUE));
  g_assert_null (thru_device_get_room (gone_ref));
  g_assert_true (thru_device_get_room (kept_ref) == room);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_frozen_room_tells_once (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *room = add_room (studio, "1", "Alpha");
  ThruDevice *a = add_device (room, "a", TRUE);
  ThruDevice *b = add_device (room, "b", TRUE);
  guint count = 0;

  g_signal_connect_swapped (studio, "devices-changed", G_CALLBACK (count_cb), &count);
  _thru_room_freeze (room);
  _thru_device_set_online (a, TRUE, NULL);
  _thru_device_set_online (b, TRUE, NULL);
  g_assert_cmpuint (count, ==, 0);
  _thru_room_thaw (room);
  g_assert_cmpuint (count, ==, 1);
}

static ThruRoute *
add_route (ThruStudio *studio,
           ThruDevice *from,
           ThruDevice *to)
{
  ThruRouteKey key = {
    thru_room_get_id (thru_device_get_room (from)), thru_device_get_id (from),
    thru_room_get_id (thru_device_get_room (to)), thru_device_get_id (to),
  };
  g_autoptr(ThruRoute) route = _thru_route_new (&key);

  _thru_studio_add_route (studio, route);
  return route;
}

static void
test_route_follows_names (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *room = add_room (studio, "1", "Alpha");
  ThruDevice *from = add_device (room, "keys", TRUE);
  ThruDevice *to = add_device (room, "synth", FALSE);
  ThruRoute *route = add_route (studio, from, to);

  g_assert_true (thru_studio_find_route (studio, from, to) == route);
  _thru_room_set_name (room, "Beta");
  _thru_device_set_name (to, "TX7");
  g_assert_cmpstr (thru_route_get_to_room_name (route), ==, "Beta");
  g_assert_cmpstr (thru_route_get_to_name (route), ==, "TX7");
  _thru_room_remove_device (room, to);
  g_assert_cmpstr (thru_route_get_to_name (route), ==, "TX7");
}

static void
test_routes_change_in_bulk (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *room = add_room (studio, "1", "Alpha");
  ThruDevice *from = add_device (room, "keys", TRUE);
  ThruDevice *to[4];
  g_autoptr(GHashTable) removed = g_hash_table_new (NULL, NULL);
  g_autoptr(GPtrArray) added = g_ptr_array_new ();
  GListModel *routes = thru_studio_get_routes (studio);
  guint before = g_list_model_get_n_items (routes);

  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("out %u", i);

      to[i] = add_device (room, name, FALSE);
      if (i != 2)
        g_hash_table_add (removed, add_route (studio, from, to[i]));
      else
        add_route (studio, from, to[i]);
    }
  _thru_studio_change_routes (studio, added, removed);
  g_assert_cmpuint (g_list_model_get_n_items (routes), ==, before + 1);
  g_assert_nonnull (thru_studio_find_route (studio, from, to[2]));
  g_assert_null (thru_studio_find_route (studio, from, to[3]));
}

static void
assert_parses (ThruStudio *studio,
               const char *text,
               gboolean    source,
               ThruDevice *expected)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (thru_studio_parse_device (studio, text, source, &error) == expected);
  g_assert_no_error (error);
}

static void
assert_parse_fails (ThruStudio *studio,
                    const char *text,
                    int         code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thru_studio_parse_device (studio, text, TRUE, &error));
  g_assert_error (error, THRU_STUDIO_ERROR, code);
}

static void
test_names_are_understood (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *room = add_room (studio, "1", "Studio A/B");
  ThruDevice *slash = add_device (room, "In/Out 1", TRUE);
  ThruDevice *other = add_device (add_room (studio, "2", "BÜHNE"), "Keys", TRUE);

  assert_parses (studio, "Studio A/B/In/Out 1", TRUE, slash);
  assert_parses (studio, "1/In/Out 1", TRUE, slash);
  assert_parses (studio, "bühne/keys", TRUE, other);
  assert_parses (studio, "/Push 3", TRUE, thru_studio_find_device (studio, "demo-room-1", "demo:in:Push 3", TRUE));
  assert_parses (studio, "/Push 3", FALSE, thru_studio_find_device (studio, "demo-room-1", "demo:out:Push 3", FALSE));
}

static void
test_wrong_names_are_explained (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();

  add_device (add_room (studio, "1", "Stage"), "Keys", TRUE);
  add_device (add_room (studio, "2", "STAGE"), "Keys", TRUE);
  assert_parse_fails (studio, "Keys", THRU_STUDIO_ERROR_INVALID);
  assert_parse_fails (studio, "\xff/Keys", THRU_STUDIO_ERROR_INVALID);
  assert_parse_fails (studio, "Hall/Keys", THRU_STUDIO_ERROR_NO_SUCH_ROOM);
  assert_parse_fails (studio, "Stage/Organ", THRU_STUDIO_ERROR_NO_SUCH_DEVICE);
  assert_parse_fails (studio, "stage/Keys", THRU_STUDIO_ERROR_AMBIGUOUS);
}

static void
test_impossible_crossings_say_why (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  ThruRoom *plain = add_room (studio, "plain:10.0.0.7", "10.0.0.7");
  ThruDevice *to = add_device (plain, "MIDI", FALSE);
  ThruDevice *far = add_device (add_room (studio, "2", "Stage"), "Keys", TRUE);
  ThruDevice *own = thru_studio_parse_device (studio, "/Push 3", TRUE, NULL);
  g_autofree char *direction = thru_studio_explain_impossible (studio, to, own);
  g_autofree char *before = thru_studio_explain_impossible (studio, far, to);
  g_autofree char *from_own = NULL;
  g_autofree char *from_far = NULL;

  _thru_room_set_plain (plain, TRUE);
  from_own = thru_studio_explain_impossible (studio, own, to);
  from_far = thru_studio_explain_impossible (studio, far, to);
  g_assert_nonnull (direction);
  g_assert_null (before);
  g_assert_null (from_own);
  g_assert_nonnull (from_far);
}

static void
test_one_problem_of_a_kind (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  GListModel *problems = thru_studio_get_problems (studio);
  g_autoptr(ThruProblem) first = thru_problem_new (THRU_PROBLEM_MIDI, "a", "b", NULL);
  g_autoptr(ThruProblem) second = thru_problem_new (THRU_PROBLEM_MIDI, "a", "c", NULL);

  _thru_studio_set_problem (studio, THRU_PROBLEM_MIDI, first);
  _thru_studio_set_problem (studio, THRU_PROBLEM_MIDI, second);
  g_assert_cmpuint (g_list_model_get_n_items (problems), ==, 1);
  _thru_studio_set_problem (studio, THRU_PROBLEM_LISTEN, NULL);
  _thru_studio_set_problem (studio, THRU_PROBLEM_MIDI, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (problems), ==, 0);
}

static void
test_addresses_are_checked (void)
{
  static const char *const wrong[] = { "", " ", "a b", "host:0", "host:99999", "http://host", "[fe80::1", NULL };
  g_autoptr(ThruStudio) studio = new_studio ();

  for (guint i = 0; wrong[i] != NULL; i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_false (thru_studio_add_room (studio, wrong[i], &error));
      g_assert_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_INVALID);
    }
  g_assert_true (thru_studio_add_room (studio, "[fe80::1%eth0]:1200", NULL));
  g_assert_true (thru_studio_add_room (studio, "live.local", NULL));
}

static void
test_room_names_are_cleaned (void)
{
  g_autoptr(ThruStudio) studio = new_studio ();
  g_autoptr(GError) error = NULL;

  g_assert_true (thru_studio_set_room_name (studio, " Live\n\xe2\x80\xae room ", NULL));
  g_assert_cmpstr (nth_room_name (studio, 0), ==, "Live room");
  g_assert_false (thru_studio_set_room_name (studio, "\t", &error));
  g_assert_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_INVALID);
}

static void
test_late_notes_show_for_a_while (void)
{
  static const ThruRouteKey key = { "a", "b", "c", "d" };
  g_autoptr(ThruRoute) route = _thru_route_new (&key);
  const gint64 start = 100 * G_USEC_PER_SEC;

  g_assert_false (_thru_route_look (route, start));
  thru_meter_add_late (thru_route_get_meter (route), 3);
  g_assert_true (_thru_route_look (route, start));
  g_assert_true (thru_route_is_late (route));
  g_assert_cmpuint (thru_route_get_late (route), ==, 3);

  thru_meter_add_late (thru_route_get_meter (route), 1);
  g_assert_true (_thru_route_look (route, start + 5 * G_USEC_PER_SEC));
  g_assert_true (_thru_route_look (route, start + 14 * G_USEC_PER_SEC));
  g_assert_false (_thru_route_look (route, start + 15 * G_USEC_PER_SEC));
  g_assert_false (thru_route_is_late (route));
  g_assert_cmpuint (thru_route_get_late (route), ==, 4);
}

static gboolean
deadline_cb (gpointer user_data)
{
  g_error ("nobody noticed the late notes");
  return G_SOURCE_REMOVE;
}

static void
test_late_notes_are_noticed (void)
{
  static const ThruRouteKey key = { "a", "b", "c", "d" };
  g_autoptr(ThruStudio) studio = new_studio ();
  g_autoptr(ThruRoute) route = _thru_route_new (&key);
  guint deadline = g_timeout_add_seconds (20, deadline_cb, NULL);

  _thru_studio_add_route (studio, route);
  for (guint i = 1; i <= 2; i++)
    {
      thru_meter_add_late (thru_route_get_meter (route), 1);
      while (thru_route_get_late (route) < i)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (thru_route_is_late (route));
    }
  g_source_remove (deadline);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/studio/model/own-room-comes-first-then-names", test_rooms_are_sorted);
  g_test_add_func ("/studio/model/rooms-of-one-name-look-different", test_rooms_of_one_name);
  g_test_add_func ("/studio/model/room-learns-its-id", test_room_learns_its_id);
  g_test_add_func ("/studio/model/devices-change-in-one-step", test_devices_change_in_one_step);
  g_test_add_func ("/studio/model/frozen-room-tells-once", test_frozen_room_tells_once);
  g_test_add_func ("/studio/model/route-follows-names", test_route_follows_names);
  g_test_add_func ("/studio/model/routes-change-in-bulk", test_routes_change_in_bulk);
  g_test_add_func ("/studio/model/names-are-understood", test_names_are_understood);
  g_test_add_func ("/studio/model/wrong-names-are-explained", test_wrong_names_are_explained);
  g_test_add_func ("/studio/model/impossible-crossings-say-why", test_impossible_crossings_say_why);
  g_test_add_func ("/studio/model/one-problem-of-a-kind", test_one_problem_of_a_kind);
  g_test_add_func ("/studio/model/addresses-are-checked", test_addresses_are_checked);
  g_test_add_func ("/studio/model/room-names-are-cleaned", test_room_names_are_cleaned);
  g_test_add_func ("/studio/model/late-notes-show-for-a-while", test_late_notes_show_for_a_while);
  g_test_add_func ("/studio/model/late-notes-are-noticed", test_late_notes_are_noticed);
  return g_test_run ();
}
