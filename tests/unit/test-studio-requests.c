/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-demo-studio.h"
#include "thru-remote-model.h"
#include "thru-requests.h"
#include "thru-studio-private.h"

/* A room that is asked, without a network: the engine drops what is sent, and the answers are made up here. */
typedef struct
{
  ThruEngine   *engine;
  ThruStudio   *studio;
  ThruRequests *requests;
  ThruPeer     *peer;
  ThruDevice   *from;
  ThruDevice   *to;
  guint         n_messages;
  guint32       last_request;
} Fixture;

static void
event_cb (ThruEngineEvent *event,
          gpointer         user)
{
}

static void
message_cb (Fixture *fixture)
{
  fixture->n_messages++;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autoptr(ThruDevice) from = _thru_device_new ("keys", "Keys", TRUE);

  fixture->engine = thru_engine_new (event_cb, NULL);
  fixture->studio = thru_demo_studio_new (1, 0);
  thru_demo_studio_set_pace (THRU_DEMO_STUDIO (fixture->studio), 0);
  fixture->requests = thru_requests_new (fixture->engine, fixture->studio);
  fixture->peer = thru_peer_new ("live", "Live room");
  _thru_studio_add_room (fixture->studio, fixture->peer->room);
  _thru_room_add_device (fixture->peer->room, from);
  fixture->from = thru_studio_find_device (fixture->studio, "live", "keys", TRUE);
  fixture->to = thru_studio_parse_device (fixture->studio, "/Ardour", FALSE, NULL);
  g_signal_connect_swapped (fixture->studio, "message", G_CALLBACK (message_cb), fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  thru_requests_free (fixture->requests);
  thru_engine_stop (fixture->engine);
  g_object_unref (fixture->engine);
  g_object_unref (fixture->studio);
  thru_peer_free (fixture->peer);
}

static ThruRoute *
get_route (Fixture *fixture)
{
  return thru_studio_find_route (fixture->studio, fixture->from, fixture->to);
}

static void
answer (Fixture *fixture,
        gboolean ok)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_ANSWER);

  message->request = ++fixture->last_request;
  message->ok = ok;
  message->reason = ok ? NULL : g_strdup ("It is broken.");
  thru_requests_take_answer (fixture->requests, fixture->peer, message);
}

/* The room tells its routes: the one in question, in @state, or none. */
static void
tell_route (Fixture    *fixture,
            const char *state)
{
  g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_ROUTES);

  if (state != NULL)
    {
      ThruSessionRoute *route = thru_session_route_new ();

      route->from_device = g_strdup ("keys");
      route->to_room = g_strdup (thru_room_get_id (thru_studio_get_own_room (fixture->studio)));
      route->to_device = g_strdup (thru_device_get_id (fixture->to));
      route->to_room_name = g_strdup ("Control room");
      route->to_device_name = g_strdup ("Ardour");
      route->state = g_strdup (state);
      g_ptr_array_add (message->routes, route);
    }
  g_assert_true (thru_remote_model_take_routes (fixture->studio, fixture->peer, message));
  thru_requests_reapply (fixture->requests, fixture->peer);
}

static void
tell_routes (Fixture *fixture,
             gboolean listed)
{
  tell_route (fixture, listed ? "connected" : NULL);
}

static void
test_yes_is_connecting_until_listed (Fixture      *fixture,
                                     gconstpointer data)
{
  thru_requests_connect (fixture->requests, fixture->peer, fixture->from, fixture->to, FALSE);
  g_assert_cmpint (thru_route_get_state (get_route (fixture)), ==, THRU_ROUTE_CONNECTING);
  tell_routes (fixture, FALSE);
  g_assert_cmpint (thru_route_get_state (get_route (fixture)), ==, THRU_ROUTE_CONNECTING);
  answer (fixture, TRUE);
  g_assert_true (thru_requests_is_asking (fixture->requests, _thru_route_get_key (get_route (fixture))));
  tell_routes (fixture, TRUE);
  g_assert_cmpint (thru_route_get_state (get_route (fixture)), ==, THRU_ROUTE_CONNECTED);
  g_assert_false (thru_requests_is_asking (fixture->requests, _thru_route_get_key (get_route (fixture))));
  g_assert_cmpuint (fixture->n_messages, ==, 0);
}

static void
test_no_is_a_problem_with_a_reason (Fixture      *fixture,
                                    gconstpointer data)
{
  thru_requests_connect (fixture->requests, fixture->peer, fixture->from, fixture->to, FALSE);
  answer (fixture, FALSE);
  g_assert_cmpint (thru_route_get_state (get_route (fixture)), ==, THRU_ROUTE_PROBLEM);
  g_assert_cmpstr (thru_route_get_reason (get_route (fixture)), ==, "Live room says: It is broken.");
  g_assert_cmpuint (fixture->n_messages, ==, 1);

  /* It stays to be seen, whatever the room tells next, until it is dismissed. */
  tell_routes (fixture, FALSE);
  g_assert_cmpint (thru_route_get_state (get_route (fixture)), ==, THRU_ROUTE_PROBLEM);
  thru_requests_disconnect (fixture->requests, fixture->peer, get_route (fixture));
  g_assert_null (get_route (fixture));
}

static void
test_disconnected_route_stays_away (Fixture      *fixture,
                                    gconstpointer data)
{
  tell_routes (fixture, TRUE);
  thru_requests_disconnect (fixture->requests, fixture->peer, get_route (fixture));
  g_assert_null (get_route (fixture));

  /* A list that was under way. */
  tell_routes (fixture, TRUE);
  g_assert_null (get_route (fixture));
  answer (fixture, TRUE);
  tell_routes (fixture, FALSE);
  g_assert_null (get_route (fixture));
}

static void
test_refused_disconnect_brings_it_back (Fixture      *fixture,
                                        gconstpointer data)
{
  tell_routes (fixture, TRUE);
  thru_requests_disconnect (fixture->requests, fixture->peer, get_route (fixture));
  answer (fixture, FALSE);
  g_assert_nonnull (get_route (fixture));
  g_assert_cmpuint (fixture->n_messages, ==, 1);
}

static void
test_gone_room_leaves_nothing_asked (Fixture      *fixture,
                                     gconstpointer data)
{
  thru_requests_connect (fixture->requests, fixture->peer, fixture->from, fixture->to, FALSE);
  thru_requests_drop (fixture->requests, fixture->peer);
  g_assert_null (get_route (fixture));
}

static void
test_yes_to_what_is_so_already_changes_nothing (Fixture      *fixture,
                                                gconstpointer data)
{
  ThruRoute *route;

  tell_routes (fixture, TRUE);
  route = get_route (fixture);
  _thru_route_set_state (route, THRU_ROUTE_PROBLEM, "It is broken there.");
  thru_requests_connect (fixture->requests, fixture->peer, fixture->from, fixture->to, FALSE);
  answer (fixture, TRUE);
  while (thru_requests_is_asking (fixture->requests, _thru_route_get_key (route)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (get_route (fixture) == route);
  g_assert_cmpint (thru_route_get_state (route), ==, THRU_ROUTE_PROBLEM);
  g_assert_cmpstr (thru_route_get_reason (route), ==, "It is broken there.");
  g_assert_cmpuint (fixture->n_messages, ==, 0);
}

static void
test_muted_when_listed_so (Fixture      *fixture,
                           gconstpointer data)
{
  const ThruRouteKey *key;

  tell_route (fixture, "connected");
  key = _thru_route_get_key (get_route (fixture));
  thru_requests_mute (fixture->requests, fixture->peer, get_route (fixture), TRUE);
  g_assert_cmpint (thru_route_get_state (get_route (fixture)), ==, THRU_ROUTE_CONNECTED);
  answer (fixture, TRUE);
  tell_route (fixture, "connected");
  g_assert_true (thru_requests_is_asking (fixture->requests, key));
  tell_route (fixture, "muted");
  g_assert_false (thru_requests_is_asking (fixture->requests, key));
  g_assert_cmpint (thru_route_get_mute (get_route (fixture)), !=, THRU_MUTE_NONE);
  g_assert_cmpuint (fixture->n_messages, ==, 0);
}

static void
test_refused_mute_changes_nothing (Fixture      *fixture,
                                   gconstpointer data)
{
  tell_route (fixture, "connected");
  thru_requests_mute (fixture->requests, fixture->peer, get_route (fixture), TRUE);
  answer (fixture, FALSE);
  g_assert_cmpint (thru_route_get_state (get_route (fixture)), ==, THRU_ROUTE_CONNECTED);
  g_assert_false (thru_requests_is_asking (fixture->requests, _thru_route_get_key (get_route (fixture))));
  g_assert_cmpuint (fixture->n_messages, ==, 1);
}

/* It knows nothing of muting, and agrees to connect what is connected. */
static void
test_mute_that_is_not_understood_is_told (Fixture      *fixture,
                                          gconstpointer data)
{
  tell_route (fixture, "connected");
  thru_requests_mute (fixture->requests, fixture->peer, get_route (fixture), TRUE);
  answer (fixture, TRUE);
  while (thru_requests_is_asking (fixture->requests, _thru_route_get_key (get_route (fixture))))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (thru_route_get_state (get_route (fixture)), ==, THRU_ROUTE_CONNECTED);
  g_assert_cmpuint (fixture->n_messages, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/studio/requests/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("yes-is-connecting-until-listed", test_yes_is_connecting_until_listed);
  ADD ("muted-when-listed-so", test_muted_when_listed_so);
  ADD ("refused-mute-changes-nothing", test_refused_mute_changes_nothing);
  ADD ("mute-that-is-not-understood-is-told", test_mute_that_is_not_understood_is_told);
  ADD ("no-is-a-problem-with-a-reason", test_no_is_a_problem_with_a_reason);
  ADD ("disconnected-route-stays-away", test_disconnected_route_stays_away);
  ADD ("refused-disconnect-brings-it-back", test_refused_disconnect_brings_it_back);
  ADD ("gone-room-leaves-nothing-asked", test_gone_room_leaves_nothing_asked);
  ADD ("yes-to-what-is-so-already-changes-nothing", test_yes_to_what_is_so_already_changes_nothing);
#undef ADD
  return g_test_run ();
}
