/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-route-planner.h"

#include "thru-studio-private.h"

#include <glib/gi18n.h>

/* How many ports may be open for being looked at or played by strangers, beside those that routes need. */
#define UNROUTED_MAX 16

/* The other room opens its device when it sees our route; what is played before is not heard. How long that takes where it does
 * not tell, and how long it may take where it does. */
#define SETTLE_MS 400
#define OPENING_SECONDS 5
#define BROADCAST 0xffffffffu

struct _ThruRoutePlanner
{
  ThruStudio          *studio; /* borrowed, as the next three */
  ThruRoomLinks       *links;
  ThruPatcher         *patcher;
  GPtrArray           *routes;
  ThruRoutePlannerFunc changed;
  ThruRoutePlannerFunc opened;
  gpointer             user;

  GHashTable          *on_since; /* ThruRoute (a reference) to gint64 *, monotonic microseconds: connected with another room */
  guint                plan_timer;
  guint                settle_timer;
  guint                opening_timer;
  gboolean             watched;
  gboolean             state_changed;
  gboolean             open_changed; /* of our devices */
};

static void
set_state (ThruRoutePlanner *self,
           ThruRoute        *route,
           ThruRouteState    state,
           const char       *reason)
{
  self->state_changed |= thru_route_get_state (route) != state || g_strcmp0 (thru_route_get_reason (route), reason) != 0;
  _thru_route_set_state (route, state, reason);
  if (state == THRU_ROUTE_WAITING || state == THRU_ROUTE_MUTED)
    g_hash_table_remove (self->on_since, route);
}

static char *
explain_absence (const char *who)
{
  return g_strdup_printf (_("%s is not here. The route comes back by itself."), who);
}

/* Describes one end. FALSE: it is not here, and @why is a sentence. */
static gboolean
find_end (ThruRoutePlanner *self,
          ThruRoute        *route,
          gboolean          source,
          ThruPatchEnd     *end,
          char            **why)
{
  const char *room_id = source ? thru_route_get_from_room (route) : thru_route_get_to_room (route);
  const char *device_id = source ? thru_route_get_from_device (route) : thru_route_get_to_device (route);
  ThruDevice *device = thru_studio_find_device (self->studio, room_id, device_id, source);
  ThruPeer *peer = thru_room_links_find (self->links, room_id);
  gboolean is_own = g_str_equal (room_id, thru_room_get_id (thru_studio_get_own_room (self->studio)));

  if (!is_own && (peer == NULL || peer->link == 0))
    {
      if (peer != NULL)
        *why = thru_peer_explain_absence (peer);
      else
        *why = explain_absence (source ? thru_route_get_from_room_name (route) : thru_route_get_to_room_name (route));
      return FALSE;
    }
  if (device != NULL && _thru_device_get_in_doubt (device))
    {
      *why = g_strdup (thru_device_get_reason (device));
      return FALSE;
    }
  if (device == NULL || (!thru_device_get_online (device) && !(peer != NULL && peer->plain)))
    {
      *why = explain_absence (source ? thru_route_get_from_name (route) : thru_route_get_to_name (route));
      return FALSE;
    }

  end->device = is_own ? device_id : NULL;
  end->port = is_own ? _thru_device_get_port (device) : NULL;
  end->link = is_own ? 0 : peer->link;
  end->address = is_own || !peer->plain ? _thru_device_get_address (device) : BROADCAST;

  /* What another room plays it tells itself; plain MIDI speakers tell nothing. */
  end->meter = is_own || peer->plain ? thru_device_get_meter (device) : NULL;
  return TRUE;
}

static gboolean
settle_cb (gpointer user_data)
{
  ThruRoutePlanner *self = user_data;

  self->settle_timer = 0;
  thru_route_planner_plan_now (self);
  return G_SOURCE_REMOVE;
}

static gboolean
opening_cb (gpointer user_data)
{
  ThruRoutePlanner *self = user_data;

  self->opening_timer = 0;
  thru_route_planner_plan_now (self);
  return G_SOURCE_REMOVE;
}

/* How long the other room has had the time to open its device, microseconds. */
static gint64
get_on_us (ThruRoutePlanner *self,
           ThruRoute        *route)
{
  gint64 *since = g_hash_table_lookup (self->on_since, route);
  gint64 now = g_get_monotonic_time ();

  if (since == NULL)
    {
      since = g_memdup2 (&now, sizeof now);
      g_hash_table_insert (self->on_since, g_object_ref (route), since);
    }
  return now - *since;
}

/* The device there is not open yet. */
static void
set_opening (ThruRoutePlanner *self,
             ThruRoute        *route)
{
  g_autofree char *reason = NULL;

  if (get_on_us (self, route) < OPENING_SECONDS * G_USEC_PER_SEC)
    {
      set_state (self, route, THRU_ROUTE_CONNECTING, NULL);
      if (self->opening_timer == 0)
        self->opening_timer = g_timeout_add_seconds (OPENING_SECONDS, opening_cb, self);
      return;
    }

  reason = g_strdup_printf (_("%s can not open %s. Another program there may use it."),
                            thru_route_get_to_room_name (route), thru_route_get_to_name (route));
  set_state (self, route, THRU_ROUTE_PROBLEM, reason);
}

/* Our side is done. */
static void
set_on (ThruRoutePlanner   *self,
        ThruRoute          *route,
        const ThruPatchEnd *to)
{
  ThruDevice *device = thru_studio_find_device (self->studio, thru_route_get_to_room (route), thru_route_get_to_device (route),
                                                FALSE);

  if (to->device != NULL || to->address == BROADCAST || _thru_device_get_open (device) == THRU_SESSION_OPEN_YES)
    {
      /* Should it be closed there, it has the time again. */
      g_hash_table_remove (self->on_since, route);
      set_state (self, route, THRU_ROUTE_CONNECTED, NULL);
    }
  else if (_thru_device_get_open (device) == THRU_SESSION_OPEN_NO)
    {
      set_opening (self, route);
    }
  else if (get_on_us (self, route) >= SETTLE_MS * 1000)
    {
      set_state (self, route, THRU_ROUTE_CONNECTED, NULL);
    }
  else
    {
      set_state (self, route, THRU_ROUTE_CONNECTING, NULL);
      if (self->settle_timer == 0)
        self->settle_timer = g_timeout_add (SETTLE_MS, settle_cb, self);
    }
}

/* Both ports stay open, so that it plays again at once. @from, @to: (nullable): not here. */
static void
plan_muted (ThruRoutePlanner   *self,
            ThruRoute          *route,
            const ThruPatchEnd *from,
            const ThruPatchEnd *to)
{
  if (from != NULL && to != NULL)
    {
      thru_patcher_plan_input (self->patcher, from);
      thru_patcher_plan_output (self->patcher, to);
    }
  set_state (self, route, THRU_ROUTE_MUTED,
             thru_route_get_mute (route) == THRU_MUTE_LOOP ? _("Its notes came back in a loop.") : NULL);
}

static void
plan_route (ThruRoutePlanner *self,
            ThruRoute        *route)
{
  ThruPatchEnd from;
  ThruPatchEnd to;
  const char *problem = NULL;
  g_autofree char *why = NULL;
  gboolean here = find_end (self, route, TRUE, &from, &why) && find_end (self, route, FALSE, &to, &why);

  if (thru_route_get_mute (route) != THRU_MUTE_NONE)
    {
      plan_muted (self, route, here ? &from : NULL, here ? &to : NULL);
      return;
    }
  if (!here)
    {
      set_state (self, route, THRU_ROUTE_WAITING, why);
      return;
    }

  switch (thru_patcher_plan_route (self->patcher, &from, &to, thru_route_get_meter (route), &problem))
    {
    case THRU_PATCH_ON:
      set_on (self, route, &to);
      break;

    case THRU_PATCH_OPENING:
      set_state (self, route, THRU_ROUTE_CONNECTING, NULL);
      break;

    case THRU_PATCH_FAILED:
    default:
      g_hash_table_remove (self->on_since, route);
      set_state (self, route, THRU_ROUTE_PROBLEM, problem != NULL ? problem : _("The device can not be opened."));
      break;
    }
}

static void
plan_device (ThruRoutePlanner *self,
             ThruDevice       *device)
{
  ThruPatchEnd end = {
    thru_device_get_id (device), _thru_device_get_port (device), 0,
    _thru_device_get_address (device), thru_device_get_meter (device),
  };

  if (thru_device_is_source (device))
    thru_patcher_plan_input (self->patcher, &end);
  else
    thru_patcher_plan_output (self->patcher, &end);
}

/* Our devices that other rooms' routes play. */
static void
plan_played (ThruRoutePlanner *self,
             ThruPeer         *peer)
{
  ThruRoom *own_room = thru_studio_get_own_room (self->studio);

  for (guint i = 0; peer->link != 0 && peer->routes != NULL && i < peer->routes->len; i++)
    {
      const ThruSessionRoute *told = g_ptr_array_index (peer->routes, i);
      ThruDevice *device = NULL;

      if (g_str_equal (told->to_room, thru_room_get_id (own_room)))
        device = _thru_room_find_device (own_room, told->to_device, FALSE);
      if (device != NULL && thru_device_get_online (device))
        plan_device (self, device);
    }
}

/* Nobody may ever route to them again, and yet they may sound. */
static void
plan_left (ThruRoutePlanner *self)
{
  GListModel *devices = thru_room_get_devices (thru_studio_get_own_room (self->studio));
  guint n = g_list_model_get_n_items (devices);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      if (!thru_device_is_source (device) && thru_device_get_online (device)
          && thru_patcher_is_left (self->patcher, thru_device_get_id (device)))
        plan_device (self, device);
    }
}

static void
plan_all (ThruRoutePlanner *self,
          gboolean          sources)
{
  GListModel *devices = thru_room_get_devices (thru_studio_get_own_room (self->studio));
  guint n = g_list_model_get_n_items (devices);
  guint n_planned = 0;

  for (guint i = 0; i < n && n_planned < UNROUTED_MAX; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      if (thru_device_is_source (device) != sources || !thru_device_get_online (device))
        continue;
      plan_device (self, device);
      n_planned++;
    }
}

/* What the others are told of our destinations. */
static void
note_open (ThruRoutePlanner *self)
{
  GListModel *devices = thru_room_get_devices (thru_studio_get_own_room (self->studio));
  guint n = g_list_model_get_n_items (devices);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);
      gboolean open;

      if (thru_device_is_source (device))
        continue;
      open = thru_patcher_is_open (self->patcher, thru_device_get_id (device));
      self->open_changed |= _thru_device_set_open (device, open ? THRU_SESSION_OPEN_YES : THRU_SESSION_OPEN_NO);
    }
}

static gboolean
is_unwanted (gpointer route,
             gpointer since,
             gpointer user_data)
{
  ThruRoutePlanner *self = user_data;

  return !g_ptr_array_find (self->routes, route, NULL);
}

static gboolean
plan_cb (gpointer user_data)
{
  ThruRoutePlanner *self = user_data;

  self->plan_timer = 0;
  thru_route_planner_plan_now (self);
  return G_SOURCE_REMOVE;
}

ThruRoutePlanner *
thru_route_planner_new (ThruStudio          *studio,
                        ThruRoomLinks       *links,
                        ThruPatcher         *patcher,
                        GPtrArray           *routes,
                        ThruRoutePlannerFunc changed,
                        ThruRoutePlannerFunc opened,
                        gpointer             user)
{
  ThruRoutePlanner *self;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && links != NULL && patcher != NULL && routes != NULL, NULL);
  g_return_val_if_fail (changed != NULL && opened != NULL, NULL);

  self = g_new0 (ThruRoutePlanner, 1);
  self->studio = studio;
  self->links = links;
  self->patcher = patcher;
  self->routes = routes;
  self->changed = changed;
  self->opened = opened;
  self->user = user;
  self->on_since = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  return self;
}

void
thru_route_planner_free (ThruRoutePlanner *self)
{
  if (self == NULL)
    return;

  g_clear_handle_id (&self->plan_timer, g_source_remove);
  g_clear_handle_id (&self->settle_timer, g_source_remove);
  g_clear_handle_id (&self->opening_timer, g_source_remove);
  g_hash_table_unref (self->on_since);
  g_free (self);
}

void
thru_route_planner_plan_soon (ThruRoutePlanner *self)
{
  g_return_if_fail (self != NULL);

  if (self->plan_timer == 0)
    self->plan_timer = g_idle_add_full (G_PRIORITY_DEFAULT, plan_cb, self, NULL);
}

void
thru_route_planner_plan_now (ThruRoutePlanner *self)
{
  GPtrArray *peers;
  gboolean strangers = FALSE;

  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->plan_timer, g_source_remove);
  self->state_changed = FALSE;
  self->open_changed = FALSE;
  peers = thru_room_links_get_peers (self->links);
  thru_patcher_begin (self->patcher);
  for (guint i = 0; i < self->routes->len; i++)
    plan_route (self, g_ptr_array_index (self->routes, i));
  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);

      plan_played (self, peer);
      strangers |= peer->link != 0 && peer->foreign;
    }

  plan_left (self);
  /* Other programs may play without a list of routes. */
  if (strangers)
    plan_all (self, FALSE);
  if (self->watched)
    plan_all (self, TRUE);
  thru_patcher_end (self->patcher);
  if (g_hash_table_size (self->on_since) > self->routes->len)
    g_hash_table_foreach_remove (self->on_since, is_unwanted, self);

  note_open (self);
  if (self->state_changed)
    self->changed (self->user);
  if (self->open_changed)
    self->opened (self->user);
}

void
thru_route_planner_set_watched (ThruRoutePlanner *self,
                                gboolean          watched)
{
  g_return_if_fail (self != NULL);

  self->watched = !!watched;
  thru_route_planner_plan_soon (self);
}
