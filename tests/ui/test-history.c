/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
/* Undo and redo of routes, on the demo studio: no display needed. */

#include "thru-demo-studio.h"
#include "thru-history.h"

#include <locale.h>

typedef struct
{
  ThruStudio  *studio;
  ThruHistory *history;
  ThruDevice  *from;
  ThruDevice  *to;
  char        *told;
} Fixture;

static ThruDevice *
find_first (ThruStudio *studio,
            gboolean    source)
{
  GListModel *devices = thru_room_get_devices (thru_studio_get_own_room (studio));

  for (guint i = 0; i < g_list_model_get_n_items (devices); i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      if (thru_device_is_source (device) == source)
        return device;
    }
  g_assert_not_reached ();
}

static void
patched_cb (Fixture    *fixture,
            const char *text,
            ThruRoute  *unasked)
{
  g_free (fixture->told);
  fixture->told = g_strdup (text);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  ThruRoute *route;

  fixture->studio = thru_demo_studio_new (2, 2);
  fixture->from = find_first (fixture->studio, TRUE);
  fixture->to = find_first (fixture->studio, FALSE);
  route = thru_studio_find_route (fixture->studio, fixture->from, fixture->to);
  if (route != NULL)
    g_assert_true (thru_studio_disconnect_route (fixture->studio, route, NULL));

  fixture->history = thru_history_new (fixture->studio);
  g_signal_connect_swapped (fixture->history, "patched", G_CALLBACK (patched_cb), fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_studio_stop (fixture->studio);
  g_assert_finalize_object (fixture->history);
  g_assert_finalize_object (fixture->studio);
  g_free (fixture->told);
}

static gboolean
is_connected (Fixture *fixture)
{
  return thru_studio_find_route (fixture->studio, fixture->from, fixture->to) != NULL;
}

static void
nothing_to_undo_at_first (Fixture      *fixture,
                          gconstpointer data)
{
  g_assert_false (thru_history_can_undo (fixture->history));
  g_assert_false (thru_history_can_redo (fixture->history));
  g_assert_true (thru_history_undo (fixture->history, NULL));
}

static void
connecting_is_told_by_name (Fixture      *fixture,
                            gconstpointer data)
{
  g_assert_true (thru_studio_connect_route (fixture->studio, fixture->from, fixture->to, NULL));
  g_assert_nonnull (strstr (fixture->told, thru_device_get_name (fixture->from)));
  g_assert_nonnull (strstr (fixture->told, thru_device_get_name (fixture->to)));
}

static void
undo_takes_a_route_away_and_redo_brings_it_back (Fixture      *fixture,
                                                 gconstpointer data)
{
  g_assert_true (thru_studio_connect_route (fixture->studio, fixture->from, fixture->to, NULL));
  g_assert_true (thru_history_can_undo (fixture->history));

  g_assert_true (thru_history_undo (fixture->history, NULL));
  g_assert_false (is_connected (fixture));
  g_assert_false (thru_history_can_undo (fixture->history));

  g_assert_true (thru_history_redo (fixture->history, NULL));
  g_assert_true (is_connected (fixture));
  g_assert_false (thru_history_can_redo (fixture->history));
}

static void
undo_brings_a_route_back (Fixture      *fixture,
                          gconstpointer data)
{
  g_assert_true (thru_studio_connect_route (fixture->studio, fixture->from, fixture->to, NULL));
  g_assert_true (thru_studio_disconnect_route (fixture->studio,
                                               thru_studio_find_route (fixture->studio, fixture->from, fixture->to),
                                               NULL));
  g_assert_false (is_connected (fixture));

  g_assert_true (thru_history_undo (fixture->history, NULL));
  g_assert_true (is_connected (fixture));
}

static ThruMute
get_mute (Fixture *fixture)
{
  return thru_route_get_mute (thru_studio_find_route (fixture->studio, fixture->from, fixture->to));
}

static void
muting_can_be_undone_and_redone (Fixture      *fixture,
                                 gconstpointer data)
{
  g_assert_true (thru_studio_connect_route (fixture->studio, fixture->from, fixture->to, NULL));
  g_assert_true (thru_studio_mute_route (fixture->studio, thru_studio_find_route (fixture->studio, fixture->from, fixture->to),
                                         TRUE, NULL));
  g_assert_nonnull (strstr (fixture->told, "muted"));
  g_assert_cmpint (get_mute (fixture), !=, THRU_MUTE_NONE);

  g_assert_true (thru_history_undo (fixture->history, NULL));
  g_assert_cmpint (get_mute (fixture), ==, THRU_MUTE_NONE);
  g_assert_true (thru_history_redo (fixture->history, NULL));
  g_assert_cmpint (get_mute (fixture), !=, THRU_MUTE_NONE);
}

static void
undo_brings_a_muted_route_back_muted (Fixture      *fixture,
                                      gconstpointer data)
{
  ThruRoute *route;

  g_assert_true (thru_studio_connect_route (fixture->studio, fixture->from, fixture->to, NULL));
  route = thru_studio_find_route (fixture->studio, fixture->from, fixture->to);
  g_assert_true (thru_studio_mute_route (fixture->studio, route, TRUE, NULL));
  g_assert_true (thru_studio_disconnect_route (fixture->studio, route, NULL));

  g_assert_true (thru_history_undo (fixture->history, NULL));
  g_assert_cmpint (get_mute (fixture), !=, THRU_MUTE_NONE);
}

static void
a_new_change_ends_what_could_be_redone (Fixture      *fixture,
                                        gconstpointer data)
{
  g_assert_true (thru_studio_connect_route (fixture->studio, fixture->from, fixture->to, NULL));
  g_assert_true (thru_history_undo (fixture->history, NULL));
  g_assert_true (thru_history_can_redo (fixture->history));

  g_assert_true (thru_studio_connect_route (fixture->studio, fixture->from, fixture->to, NULL));
  g_assert_false (thru_history_can_redo (fixture->history));
}

static void
a_removed_room_comes_back_with_its_routes (Fixture      *fixture,
                                           gconstpointer data)
{
  g_autoptr(ThruRoom) room = g_list_model_get_item (thru_studio_get_rooms (fixture->studio), 1);
  g_autofree char *id = g_strdup (thru_room_get_id (room));
  g_autofree char *told = g_strdup_printf ("%s removed", thru_room_get_name (room));
  GListModel *routes = thru_studio_get_routes (fixture->studio);
  guint n_routes = g_list_model_get_n_items (routes);

  g_assert_true (thru_studio_remove_room (fixture->studio, room, NULL));
  g_assert_cmpstr (fixture->told, ==, told);
  g_assert_cmpuint (g_list_model_get_n_items (routes), <, n_routes);
  g_assert_true (thru_history_undo (fixture->history, NULL));
  g_assert_nonnull (thru_studio_find_room (fixture->studio, id));
  g_assert_cmpuint (g_list_model_get_n_items (routes), ==, n_routes);
  g_assert_true (thru_history_redo (fixture->history, NULL));
  g_assert_null (thru_studio_find_room (fixture->studio, id));
  g_assert_true (thru_history_undo (fixture->history, NULL));
  g_assert_nonnull (thru_studio_find_room (fixture->studio, id));
}

static void
a_hundred_steps_are_remembered (Fixture      *fixture,
                                gconstpointer data)
{
  guint undone = 0;

  for (guint i = 0; i < 60; i++)
    {
      g_assert_true (thru_studio_connect_route (fixture->studio, fixture->from, fixture->to, NULL));
      g_assert_true (thru_studio_disconnect_route (fixture->studio,
                                                   thru_studio_find_route (fixture->studio, fixture->from, fixture->to),
                                                   NULL));
    }
  while (thru_history_can_undo (fixture->history))
    {
      g_assert_true (thru_history_undo (fixture->history, NULL));
      undone++;
    }
  g_assert_cmpuint (undone, ==, 100);
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/history/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("nothing-to-undo-at-first", nothing_to_undo_at_first);
  ADD ("connecting-is-told-by-name", connecting_is_told_by_name);
  ADD ("undo-takes-a-route-away-and-redo-brings-it-back", undo_takes_a_route_away_and_redo_brings_it_back);
  ADD ("undo-brings-a-route-back", undo_brings_a_route_back);
  ADD ("muting-can-be-undone-and-redone", muting_can_be_undone_and_redone);
  ADD ("undo-brings-a-muted-route-back-muted", undo_brings_a_muted_route_back_muted);
  ADD ("a-new-change-ends-what-could-be-redone", a_new_change_ends_what_could_be_redone);
  ADD ("a-removed-room-comes-back-with-its-routes", a_removed_room_comes_back_with_its_routes);
  ADD ("a-hundred-steps-are-remembered", a_hundred_steps_are_remembered);

  return g_test_run ();
}
