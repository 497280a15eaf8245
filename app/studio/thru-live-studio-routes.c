/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-live-studio-private.h"

#include "thru-loop-finder.h"
#include "thru-own-devices.h"
#include "thru-peers.h"
#include "thru-studio-memory.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

/* Longer than it takes to find out which route closes a loop and to mute it. */
#define PATIENCE_STEP_US (300 * 1000)
#define PATIENCE_STEPS 3
#define REMOVED_MAX 16 /* rooms whose removal can be undone */

static const char *
get_own_id (ThruLiveStudio *self)
{
  return thru_room_get_id (thru_studio_get_own_room (THRU_STUDIO (self)));
}

static gboolean
owns_routes_of (ThruLiveStudio *self,
                ThruRoom       *room)
{
  return thru_room_is_own (room) || _thru_room_is_plain (room);
}

static void
routes_changed (ThruLiveStudio *self)
{
  thru_store_save_soon (self->store);
  thru_announcer_routes_soon (self->announcer);
  thru_route_planner_plan_soon (self->planner);
}

/* Returns: (transfer none) (nullable). */
static ThruRoute *
want_route (ThruLiveStudio     *self,
            const ThruRouteKey *key)
{
  ThruRoute *route = _thru_studio_find_route_by_key (THRU_STUDIO (self), key);

  if (route != NULL || self->state->routes->len >= THRU_SAVED_ROUTES_MAX)
    return route;

  route = _thru_route_new (key);
  _thru_route_set_state (route, THRU_ROUTE_CONNECTING, NULL);
  g_ptr_array_add (self->state->routes, route);
  _thru_studio_add_route (THRU_STUDIO (self), route);
  routes_changed (self);
  return route;
}

static void
unwant_route (ThruLiveStudio *self,
              ThruRoute      *route)
{
  _thru_studio_remove_route (THRU_STUDIO (self), route);
  g_ptr_array_remove (self->state->routes, route);

  /* At once: what it holds is released, and nothing more is played. */
  thru_route_planner_plan_now (self->planner);

  /* A device that is not plugged in was shown for the route's sake. */
  thru_own_devices_update (THRU_STUDIO (self), self->midi, self->state);
  routes_changed (self);
}

static gboolean
check_reachable (ThruPeer *peer,
                 ThruRoom *room,
                 GError  **error)
{
  if (peer != NULL && peer->link != 0)
    return TRUE;

  g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_FAILED,
               _("%s is not here; what its devices play can be changed when it is back"), thru_room_get_name (room));
  return FALSE;
}

gboolean
_thru_live_studio_connect_route (ThruStudio *studio,
                                 ThruDevice *from,
                                 ThruDevice *to,
                                 gboolean    anyway,
                                 GError    **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  ThruRoom *room = thru_device_get_room (from);
  ThruPeer *peer = thru_room_links_find (self->links, thru_room_get_id (room));
  ThruRouteKey key = {
    thru_room_get_id (room), thru_device_get_id (from),
    thru_room_get_id (thru_device_get_room (to)), thru_device_get_id (to),
  };

  if (!owns_routes_of (self, room))
    {
      if (!check_reachable (peer, room, error))
        return FALSE;
      thru_requests_connect (self->requests, peer, from, to, anyway);
      return TRUE;
    }

  if (want_route (self, &key) == NULL)
    {
      g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_FAILED,
                   _("There are %d routes already; that is as many as can be"), THRU_SAVED_ROUTES_MAX);
      return FALSE;
    }
  thru_patcher_retry (self->patcher);
  thru_route_planner_plan_now (self->planner);
  return TRUE;
}

gboolean
_thru_live_studio_disconnect_route (ThruStudio *studio,
                                    ThruRoute  *route,
                                    GError    **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  ThruPeer *peer;

  if (g_ptr_array_find (self->state->routes, route, NULL))
    {
      unwant_route (self, route);
      return TRUE;
    }

  peer = thru_room_links_find (self->links, thru_route_get_from_room (route));
  if (peer == NULL)
    {
      _thru_studio_remove_route (studio, route);
      return TRUE;
    }
  if (!check_reachable (peer, peer->room, error))
    return FALSE;
  thru_requests_disconnect (self->requests, peer, route);
  return TRUE;
}

static void
set_mute (ThruLiveStudio *self,
          ThruRoute      *route,
          ThruMute        mute)
{
  if (thru_route_get_mute (route) == mute)
    return;

  _thru_route_set_mute (route, mute);

  /* At once: what it holds is released, or it plays again. */
  thru_route_planner_plan_now (self->planner);
  routes_changed (self);
}

void
_thru_live_studio_take_loop (ThruLiveStudio *self,
                             ThruMeter      *meter)
{
  for (guint i = 0; i < self->state->routes->len; i++)
    {
      ThruRoute *route = g_ptr_array_index (self->state->routes, i);

      if (thru_route_get_meter (route) != meter)
        continue;
      g_message ("%s → %s was muted: its notes came back in a loop", thru_route_get_from_name (route), thru_route_get_to_name (route));
      set_mute (self, route, THRU_MUTE_LOOP);
      _thru_studio_emit_patched (THRU_STUDIO (self), route, THRU_CHANGE_MUTED);
      return;
    }
}

void
_thru_live_studio_share_patience (ThruLiveStudio *self)
{
  GPtrArray *peers = thru_room_links_get_peers (self->links);
  guint64 n_before = 0;

  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);

      if (peer->link != 0 && !peer->foreign && !peer->plain && strcmp (thru_room_get_id (peer->room), get_own_id (self)) < 0)
        n_before++;
    }
  thru_engine_set_loop_patience (self->engine, MIN (n_before, PATIENCE_STEPS) * PATIENCE_STEP_US);
}

gboolean
_thru_live_studio_mute_route (ThruStudio *studio,
                              ThruRoute  *route,
                              gboolean    muted,
                              GError    **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  ThruRoom *room = thru_studio_find_room (studio, thru_route_get_from_room (route));
  ThruPeer *peer;

  if (g_ptr_array_find (self->state->routes, route, NULL))
    {
      set_mute (self, route, muted ? THRU_MUTE_BY_HAND : THRU_MUTE_NONE);
      return TRUE;
    }

  peer = thru_room_links_find (self->links, thru_route_get_from_room (route));
  if (room == NULL || !check_reachable (peer, room, error))
    return FALSE;
  thru_requests_mute (self->requests, peer, route, muted);
  return TRUE;
}

/* For a change of mind. */
static void
keep_removed (ThruLiveStudio *self,
              const char     *id)
{
  ThruPeer *peer = thru_room_links_find (self->links, id);

  if (self->removed == NULL)
    self->removed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) thru_saved_state_free);
  if (g_hash_table_size (self->removed) >= REMOVED_MAX)
    g_hash_table_remove_all (self->removed);
  if (peer != NULL)
    g_hash_table_insert (self->removed, g_strdup (id), thru_studio_memory_take_out (self->state, peer));
}

gboolean
_thru_live_studio_restore_room (ThruStudio *studio,
                                const char *room_id,
                                GError    **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  ThruSavedState *taken = self->removed != NULL ? g_hash_table_lookup (self->removed, room_id) : NULL;

  if (taken == NULL)
    {
      g_set_error_literal (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_IMPOSSIBLE, _("The room is not known any more"));
      return FALSE;
    }

  /* It may have come back by itself, and routes with it. */
  for (guint i = taken->routes->len; i > 0; i--)
    {
      ThruRoute *route = g_ptr_array_index (taken->routes, i - 1);

      if (_thru_studio_find_route_by_key (studio, _thru_route_get_key (route)) != NULL ||
          self->state->routes->len >= THRU_SAVED_ROUTES_MAX)
        g_ptr_array_remove_index (taken->routes, i - 1);
      else
        g_ptr_array_add (self->state->routes, g_object_ref (route));
    }
  thru_studio_memory_restore (taken, studio, self->links);
  g_hash_table_remove (self->removed, room_id);
  routes_changed (self);
  return TRUE;
}

gboolean
_thru_live_studio_remove_room (ThruStudio *studio,
                               ThruRoom   *room,
                               GError    **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  g_autoptr(GPtrArray) none = g_ptr_array_new ();
  g_autoptr(GHashTable) removed = NULL;
  GListModel *routes = thru_studio_get_routes (studio);
  const char *id = thru_room_get_id (room);

  if (!thru_studio_can_remove_room (studio, room))
    {
      g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_IMPOSSIBLE,
                   _("%s is here now and would come back at once"), thru_room_get_name (room));
      return FALSE;
    }

  keep_removed (self, id);
  removed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (!g_str_equal (thru_route_get_from_room (route), id) && !g_str_equal (thru_route_get_to_room (route), id))
        continue;
      g_ptr_array_remove (self->state->routes, route);
      g_hash_table_add (removed, g_steal_pointer (&route));
    }
  _thru_studio_change_routes (studio, none, removed);
  thru_route_planner_plan_now (self->planner);
  thru_room_links_forget (self->links, room);
  routes_changed (self);
  return TRUE;
}

/* Returns: (transfer full) (nullable). */
static char *
explain_loop (ThruLiveStudio     *self,
              const ThruRouteKey *key)
{
  ThruDevice *from = thru_studio_find_device (THRU_STUDIO (self), key->from_room, key->from_device, TRUE);
  ThruDevice *to = thru_studio_find_device (THRU_STUDIO (self), key->to_room, key->to_device, FALSE);

  return from != NULL && to != NULL ? thru_loop_finder_explain (THRU_STUDIO (self), from, to) : NULL;
}

/* Another room's route from our source: checked as if a stranger had typed it. Returns: (transfer full) (nullable): why not. */
static char *
serve_request (ThruLiveStudio           *self,
               const ThruSessionMessage *message)
{
  const ThruSessionRoute *asked = message->route;
  ThruRoom *own_room = thru_studio_get_own_room (THRU_STUDIO (self));
  ThruRouteKey key;
  ThruRoute *route;
  char *loop;

  if (asked == NULL || asked->from_device == NULL || asked->to_room == NULL || asked->to_device == NULL)
    return g_strdup (_("The request is incomplete."));

  key = (ThruRouteKey) { get_own_id (self), asked->from_device, asked->to_room, asked->to_device };
  route = _thru_studio_find_route_by_key (THRU_STUDIO (self), &key);
  if (!message->connect)
    {
      if (route != NULL)
        unwant_route (self, route);
      return NULL;
    }

  if (_thru_room_find_device (own_room, asked->from_device, TRUE) == NULL)
    return g_strdup (_("There is no such MIDI input here."));
  if (g_str_equal (asked->to_room, get_own_id (self)) && _thru_room_find_device (own_room, asked->to_device, FALSE) == NULL)
    return g_strdup (_("There is no such MIDI output here."));
  if (thru_peers_is_made_up (asked->to_room))
    return g_strdup (_("That room can not be reached from here."));
  loop = route == NULL && !message->anyway ? explain_loop (self, &key) : NULL;
  if (loop != NULL)
    return loop;
  route = want_route (self, &key);
  if (route == NULL)
    return g_strdup (_("There are too many routes already."));

  if (thru_studio_find_room (THRU_STUDIO (self), asked->to_room) == NULL)
    _thru_route_set_names (route, NULL, NULL, asked->to_room_name, asked->to_device_name);
  if (message->mute != THRU_SESSION_MUTE_KEEP)
    set_mute (self, route, message->mute == THRU_SESSION_MUTE_ON ? THRU_MUTE_BY_HAND : THRU_MUTE_NONE);
  thru_patcher_retry (self->patcher);
  thru_route_planner_plan_now (self->planner);

  /* Who asked wants to hear how it fares, even if nothing came of it. */
  thru_announcer_routes_soon (self->announcer);
  return NULL;
}

void
_thru_live_studio_answer_request (ThruLiveStudio           *self,
                                  ThruPeer                 *peer,
                                  const ThruSessionMessage *message)
{
  g_autoptr(ThruSessionMessage) answer = thru_session_message_new (THRU_SESSION_ANSWER);

  answer->request = message->request;
  answer->reason = serve_request (self, message);
  answer->ok = answer->reason == NULL;
  thru_engine_send (self->engine, peer->link, answer);
}
