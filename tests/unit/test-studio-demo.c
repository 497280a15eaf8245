/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-demo-studio.h"

static gboolean
timeout_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Iterates until @route is in @state. */
static void
wait_for_state (ThruRoute     *route,
                ThruRouteState state)
{
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (5, timeout_cb, &late);

  while (!late && thru_route_get_state (route) != state)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (timer);
}

static void
test_shows_every_state (void)
{
  g_autoptr(ThruStudio) studio = thru_demo_studio_new (0, 0);
  GListModel *routes = thru_studio_get_routes (studio);
  guint seen = 0;

  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_rooms (studio)), ==, 8);
  for (guint i = 0; i < g_list_model_get_n_items (routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      seen |= 1u << thru_route_get_state (route);
      if (thru_route_get_state (route) == THRU_ROUTE_WAITING || thru_route_get_state (route) == THRU_ROUTE_PROBLEM)
        g_assert_nonnull (thru_route_get_reason (route));
    }
  g_assert_cmpuint (seen, ==, 0x1f);
}

static void
test_connects_after_a_moment (void)
{
  g_autoptr(ThruStudio) studio = thru_demo_studio_new (0, 0);
  ThruDevice *from = thru_studio_parse_device (studio, "/Push 3", TRUE, NULL);
  ThruDevice *to = thru_studio_parse_device (studio, "Live room/TX7", FALSE, NULL);
  ThruRoute *route;

  g_assert_null (thru_studio_find_route (studio, from, to));
  g_assert_true (thru_studio_connect_route (studio, from, to, NULL));
  route = thru_studio_find_route (studio, from, to);
  g_assert_cmpint (thru_route_get_state (route), ==, THRU_ROUTE_CONNECTING);
  wait_for_state (route, THRU_ROUTE_CONNECTED);
  g_assert_true (thru_studio_disconnect_route (studio, route, NULL));
  g_assert_null (thru_studio_find_route (studio, from, to));
}

static void
test_absent_room_waits (void)
{
  g_autoptr(ThruStudio) studio = thru_demo_studio_new (0, 0);
  ThruDevice *from = thru_studio_parse_device (studio, "/Push 3", TRUE, NULL);
  ThruDevice *to = thru_studio_parse_device (studio, "Attic/M1", FALSE, NULL);

  g_assert_true (thru_studio_connect_route (studio, from, to, NULL));
  wait_for_state (thru_studio_find_route (studio, from, to), THRU_ROUTE_WAITING);
  g_assert_nonnull (thru_route_get_reason (thru_studio_find_route (studio, from, to)));
}

static void
test_meters_move (void)
{
  g_autoptr(ThruStudio) studio = thru_demo_studio_new (0, 0);
  ThruDevice *from = thru_studio_parse_device (studio, "Machine room/MPC One+", TRUE, NULL);
  ThruDevice *to = thru_studio_parse_device (studio, "Vocal booth/VoiceLive 3", FALSE, NULL);
  ThruMeter *meter = thru_route_get_meter (thru_studio_find_route (studio, from, to));
  ThruMeterSample sample = { 0 };
  gboolean late = FALSE;
  guint timer = g_timeout_add_seconds (5, timeout_cb, &late);

  while (!late && sample.messages == 0)
    {
      g_main_context_iteration (NULL, TRUE);
      thru_meter_peek (meter, &sample);
    }
  g_assert_false (late);
  g_source_remove (timer);
  thru_meter_sample (thru_device_get_meter (to), &sample);
  g_assert_cmpuint (sample.peak, >, 0);
}

static void
test_any_size (void)
{
  g_autoptr(ThruStudio) studio = thru_demo_studio_new (64, 16);
  g_autoptr(ThruStudio) again = thru_demo_studio_new (64, 16);
  GListModel *rooms = thru_studio_get_rooms (studio);

  g_assert_cmpuint (g_list_model_get_n_items (rooms), ==, 64);
  for (guint i = 0; i < 64; i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);

      g_assert_cmpuint (g_list_model_get_n_items (thru_room_get_devices (room)), ==, 32);
    }
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (studio)), >, 1000);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_routes (studio)), ==,
                    g_list_model_get_n_items (thru_studio_get_routes (again)));
}

static void
test_goes_without_a_trace (void)
{
  ThruStudio *studio;

  /* What the others counted may still be told. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  studio = thru_demo_studio_new (0, 0);
  g_assert_true (thru_studio_add_room (studio, "10.0.0.9", NULL));
  thru_studio_stop (studio);
  g_assert_finalize_object (studio);
  g_assert_false (g_main_context_pending (NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/studio/demo/shows-every-state", test_shows_every_state);
  g_test_add_func ("/studio/demo/connects-after-a-moment", test_connects_after_a_moment);
  g_test_add_func ("/studio/demo/absent-room-waits", test_absent_room_waits);
  g_test_add_func ("/studio/demo/meters-move", test_meters_move);
  g_test_add_func ("/studio/demo/any-size", test_any_size);
  g_test_add_func ("/studio/demo/goes-without-a-trace", test_goes_without_a_trace);
  return g_test_run ();
}
