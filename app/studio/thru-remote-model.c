/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-remote-model.h"

#include "thru-studio-private.h"

#include <glib/gi18n.h>

static GPtrArray *
append_part (GPtrArray     *whole,
             GPtrArray     *part,
             guint          max,
             GDestroyNotify free_func)
{
  if (whole == NULL)
    whole = g_ptr_array_new_with_free_func (free_func);
  while (part != NULL && part->len > 0 && whole->len < max)
    g_ptr_array_add (whole, g_ptr_array_steal_index (part, 0));
  return whole;
}

/* The device in the model for @told: the object that is there already, so that what points to it goes on. */
static ThruDevice *
take_device (ThruRoom                *room,
             const ThruSessionDevice *told)
{
  ThruDevice *device = _thru_room_find_device (room, told->id, told->is_source);

  device = device != NULL ? g_object_ref (device) : _thru_device_new (told->id, told->name, told->is_source);
  _thru_device_set_name (device, told->name);
  _thru_device_set_address (device, told->address);
  _thru_device_set_open (device, told->open);
  _thru_device_set_online (device, told->online, told->online ? NULL : _("It is not plugged in."));
  return device;
}

/* A device that went from the list stays, offline, while a route needs it. */
static void
keep_needed (ThruStudio *studio,
             ThruRoom   *room,
             GHashTable *told,
             GPtrArray  *devices)
{
  GListModel *routes = thru_studio_get_routes (studio);
  const char *id = thru_room_get_id (room);
  guint n = g_list_model_get_n_items (routes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);
      ThruDevice *ends[2] = { NULL, NULL };

      if (g_str_equal (thru_route_get_from_room (route), id))
        ends[0] = _thru_room_find_device (room, thru_route_get_from_device (route), TRUE);
      if (g_str_equal (thru_route_get_to_room (route), id))
        ends[1] = _thru_room_find_device (room, thru_route_get_to_device (route), FALSE);
      for (guint end = 0; end < 2; end++)
        {
          if (ends[end] == NULL || !g_hash_table_add (told, ends[end]))
            continue;
          _thru_device_set_online (ends[end], FALSE, _("It is not plugged in."));
          g_ptr_array_add (devices, g_object_ref (ends[end]));
        }
    }
}

gboolean
thru_remote_model_take_devices (ThruStudio               *studio,
                                ThruPeer                 *peer,
                                const ThruSessionMessage *message)
{
  g_autoptr(GPtrArray) devices = NULL;
  g_autoptr(GHashTable) told = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && peer != NULL && message != NULL, FALSE);

  peer->devices_part = append_part (peer->devices_part, message->devices, THRU_SESSION_DEVICES_MAX,
                                    (GDestroyNotify) thru_session_device_free);
  if (message->more)
    return FALSE;

  devices = g_ptr_array_new_with_free_func (g_object_unref);
  told = g_hash_table_new (NULL, NULL);
  _thru_room_freeze (peer->room);
  for (guint i = 0; i < peer->devices_part->len; i++)
    {
      ThruDevice *device = take_device (peer->room, g_ptr_array_index (peer->devices_part, i));

      if (g_hash_table_add (told, device))
        g_ptr_array_add (devices, device);
      else
        g_object_unref (device);
    }
  keep_needed (studio, peer->room, told, devices);
  _thru_room_set_devices (peer->room, devices);
  _thru_room_thaw (peer->room);
  g_clear_pointer (&peer->devices_part, g_ptr_array_unref);
  return TRUE;
}

static ThruRouteKey
get_key (ThruPeer               *peer,
         const ThruSessionRoute *told)
{
  ThruRouteKey key = { thru_room_get_id (peer->room), told->from_device, told->to_room, told->to_device };

  return key;
}

static GHashTable *
collect_routes_from (ThruStudio *studio,
                     ThruRoom   *room)
{
  GListModel *routes = thru_studio_get_routes (studio);
  GHashTable *from = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  guint n = g_list_model_get_n_items (routes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (g_str_equal (thru_route_get_from_room (route), thru_room_get_id (room)))
        g_hash_table_add (from, g_steal_pointer (&route));
    }
  return from;
}

gboolean
thru_remote_model_take_routes (ThruStudio               *studio,
                               ThruPeer                 *peer,
                               const ThruSessionMessage *message)
{
  g_autoptr(GHashTable) gone = NULL;
  g_autoptr(GHashTable) fresh = NULL;
  g_autoptr(GPtrArray) added = NULL;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && peer != NULL && message != NULL, FALSE);

  peer->routes_part = append_part (peer->routes_part, message->routes, THRU_SESSION_ROUTES_MAX,
                                   (GDestroyNotify) thru_session_route_free);
  if (message->more)
    return FALSE;

  g_clear_pointer (&peer->routes, g_ptr_array_unref);
  peer->routes = g_steal_pointer (&peer->routes_part);
  gone = collect_routes_from (studio, peer->room);
  fresh = g_hash_table_new (_thru_route_key_hash, _thru_route_key_equal);
  added = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < peer->routes->len; i++)
    {
      const ThruSessionRoute *told = g_ptr_array_index (peer->routes, i);
      ThruRouteKey key = get_key (peer, told);
      ThruRoute *route = _thru_studio_find_route_by_key (studio, &key);

      if (route != NULL)
        g_hash_table_remove (gone, route);
      else if ((route = g_hash_table_lookup (fresh, &key)) == NULL)
        {
          route = _thru_route_new (&key);
          g_hash_table_insert (fresh, (gpointer) _thru_route_get_key (route), route);
          g_ptr_array_add (added, route);
        }
      _thru_route_set_names (route, NULL, NULL, told->to_room_name, told->to_device_name);
      _thru_route_set_state (route, _thru_route_state_from_string (told->state), told->reason);
      _thru_route_set_mute (route, thru_route_get_state (route) == THRU_ROUTE_MUTED ? THRU_MUTE_BY_HAND : THRU_MUTE_NONE);
    }
  _thru_studio_change_routes (studio, added, gone);
  return TRUE;
}

static ThruDevice *
find_by_address (ThruRoom *room,
                 guint32   address)
{
  GListModel *devices = thru_room_get_devices (room);
  guint n = g_list_model_get_n_items (devices);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      if (_thru_device_get_address (device) == address)
        return device;
    }
  return NULL;
}

/* Notes that left here in time were late where they arrived. Of which route they were is known only if it is the only one there,
 * and we tell it of those that are ours. */
static void
add_late_at (ThruStudio *studio,
             ThruDevice *device,
             guint       n_late)
{
  GListModel *routes = thru_studio_get_routes (studio);
  const char *room_id = thru_room_get_id (thru_device_get_room (device));
  g_autoptr(ThruRoute) only = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (!g_str_equal (thru_route_get_to_device (route), thru_device_get_id (device)) ||
          !g_str_equal (thru_route_get_to_room (route), room_id))
        continue;
      if (only != NULL)
        return;
      only = g_steal_pointer (&route);
    }

  if (only != NULL && g_str_equal (thru_route_get_from_room (only), thru_room_get_id (thru_studio_get_own_room (studio))))
    thru_meter_add_late (thru_route_get_meter (only), n_late);
}

void
thru_remote_model_take_activity (ThruStudio               *studio,
                                 ThruPeer                 *peer,
                                 const ThruSessionMessage *message)
{
  g_return_if_fail (THRU_IS_STUDIO (studio) && peer != NULL && message != NULL);

  for (guint i = 0; message->activity != NULL && i < message->activity->len; i++)
    {
      const ThruSessionActivity *activity = &g_array_index (message->activity, ThruSessionActivity, i);
      ThruMeter *meter = NULL;

      if (activity->address != 0)
        {
          ThruDevice *device = find_by_address (peer->room, activity->address);

          meter = device != NULL ? thru_device_get_meter (device) : NULL;
          if (activity->late > 0 && device != NULL && !thru_device_is_source (device))
            add_late_at (studio, device, activity->late);
        }
      else if (peer->routes != NULL && activity->route < peer->routes->len)
        {
          ThruRouteKey key = get_key (peer, g_ptr_array_index (peer->routes, activity->route));
          ThruRoute *route = _thru_studio_find_route_by_key (studio, &key);

          meter = route != NULL ? thru_route_get_meter (route) : NULL;
        }
      if (meter == NULL)
        continue;

      thru_meter_report (meter, activity->messages, MIN (activity->peak, 127));
      if (activity->late > 0)
        thru_meter_add_late (meter, activity->late);
    }
}

void
thru_remote_model_set_away (ThruStudio *studio,
                            ThruPeer   *peer)
{
  g_autoptr(GHashTable) routes = NULL;
  g_autofree char *reason = NULL;
  GListModel *devices;
  GHashTableIter iter;
  gpointer route;
  guint n;

  g_return_if_fail (THRU_IS_STUDIO (studio) && peer != NULL);

  devices = thru_room_get_devices (peer->room);
  n = g_list_model_get_n_items (devices);
  _thru_room_freeze (peer->room);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      _thru_device_set_online (device, FALSE, _("Its room is not here."));
    }
  _thru_room_thaw (peer->room);

  reason = thru_peer_explain_absence (peer);
  routes = collect_routes_from (studio, peer->room);
  g_hash_table_iter_init (&iter, routes);
  while (g_hash_table_iter_next (&iter, &route, NULL))
    _thru_route_set_state (THRU_ROUTE (route), THRU_ROUTE_WAITING, reason);
}
