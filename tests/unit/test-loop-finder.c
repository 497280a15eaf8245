/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-demo-studio.h"
#include "thru-loop-finder.h"
#include "thru-studio-private.h"

/* Two rooms, each with a through port and keys that can be played. */
typedef struct
{
  ThruStudio *studio;
  ThruRoom   *rooms[2];
} Fixture;

static void
add_both (ThruRoom   *room,
          const char *name)
{
  g_autofree char *out = g_strconcat (name, ":out", NULL);
  g_autofree char *in = g_strconcat (name, ":in", NULL);
  g_autoptr(ThruDevice) source = _thru_device_new (out, name, TRUE);
  g_autoptr(ThruDevice) destination = _thru_device_new (in, name, FALSE);

  _thru_room_add_device (room, source);
  _thru_room_add_device (room, destination);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->studio = thru_demo_studio_new (1, 0);
  fixture->rooms[0] = g_object_ref (thru_studio_get_own_room (fixture->studio));
  fixture->rooms[1] = _thru_room_new ("b", "Studio B");
  _thru_studio_add_room (fixture->studio, fixture->rooms[1]);
  for (guint i = 0; i < 2; i++)
    {
      add_both (fixture->rooms[i], "Midi Through Port-0");
      add_both (fixture->rooms[i], "Synth");
    }
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_object_unref (fixture->rooms[0]);
  g_object_unref (fixture->rooms[1]);
  g_object_unref (fixture->studio);
}

static ThruDevice *
find (Fixture    *fixture,
      const char *text,
      gboolean    source)
{
  return thru_studio_parse_device (fixture->studio, text, source, NULL);
}

static ThruRoute *
add (Fixture    *fixture,
     const char *from_text,
     const char *to_text)
{
  ThruDevice *from = find (fixture, from_text, TRUE);
  ThruDevice *to = find (fixture, to_text, FALSE);
  ThruRouteKey key = {
    thru_room_get_id (thru_device_get_room (from)), thru_device_get_id (from),
    thru_room_get_id (thru_device_get_room (to)), thru_device_get_id (to),
  };
  g_autoptr(ThruRoute) route = _thru_route_new (&key);

  _thru_studio_add_route (fixture->studio, route);
  return route;
}

static void
assert_explained (Fixture    *fixture,
                  const char *from,
                  const char *to,
                  const char *expected)
{
  g_autofree char *text = thru_loop_finder_explain (fixture->studio, find (fixture, from, TRUE), find (fixture, to, FALSE));

  g_assert_cmpstr (text, ==, expected);
}

static void
test_through_port_on_itself (Fixture      *fixture,
                             gconstpointer data)
{
  assert_explained (fixture, "/Midi Through Port-0", "/Midi Through Port-0",
                    "This route would close a loop: Midi Through Port-0 → Midi Through Port-0. Notes would go round without end.");
}

static void
test_through_ports_of_two_rooms (Fixture      *fixture,
                                 gconstpointer data)
{
  ThruRoute *route = add (fixture, "Studio B/Midi Through Port-0", "/Midi Through Port-0");

  assert_explained (fixture, "/Midi Through Port-0", "Studio B/Midi Through Port-0",
                    "This route would close a loop: Midi Through Port-0 → Studio B / Midi Through Port-0 → Midi Through Port-0. "
                    "Notes would go round without end.");
  _thru_route_set_mute (route, THRU_MUTE_BY_HAND);
  assert_explained (fixture, "/Midi Through Port-0", "Studio B/Midi Through Port-0", NULL);
}

static void
test_one_that_may_pass_on (Fixture      *fixture,
                           gconstpointer data)
{
  add (fixture, "Studio B/Synth", "/Midi Through Port-0");
  assert_explained (fixture, "/Midi Through Port-0", "Studio B/Synth",
                    "This route would close a loop: Midi Through Port-0 → Studio B / Synth → Midi Through Port-0. "
                    "If Synth passes on what it receives, notes would go round without end.");
}

static void
test_two_keyboards_both_ways (Fixture      *fixture,
                              gconstpointer data)
{
  add (fixture, "Studio B/Synth", "/Synth");
  assert_explained (fixture, "/Synth", "Studio B/Synth", NULL);
  assert_explained (fixture, "/Synth", "/Synth", NULL);
}

static void
test_way_without_return (Fixture      *fixture,
                         gconstpointer data)
{
  add (fixture, "/Midi Through Port-0", "Studio B/Midi Through Port-0");
  assert_explained (fixture, "/Synth", "/Midi Through Port-0", NULL);
}

static void
test_studio_asks_first (Fixture      *fixture,
                        gconstpointer data)
{
  ThruDevice *from = find (fixture, "/Midi Through Port-0", TRUE);
  ThruDevice *to = find (fixture, "/Midi Through Port-0", FALSE);
  g_autoptr(GError) error = NULL;

  g_assert_false (thru_studio_connect_route (fixture->studio, from, to, &error));
  g_assert_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_LOOP);
  g_assert_null (thru_studio_find_route (fixture->studio, from, to));
  g_assert_true (thru_studio_connect_route_anyway (fixture->studio, from, to, NULL));
  g_assert_nonnull (thru_studio_find_route (fixture->studio, from, to));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/studio/loop-finder/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("through-port-on-itself", test_through_port_on_itself);
  ADD ("through-ports-of-two-rooms", test_through_ports_of_two_rooms);
  ADD ("one-that-may-pass-on", test_one_that_may_pass_on);
  ADD ("two-keyboards-both-ways-are-fine", test_two_keyboards_both_ways);
  ADD ("way-without-return", test_way_without_return);
  ADD ("studio-asks-first", test_studio_asks_first);
  return g_test_run ();
}
