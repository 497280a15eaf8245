/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-demo-builder-private.h"

#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define MAX_ROOMS 64
#define MAX_DEVICES 256

static char *
device_id (const char *name,
           gboolean    source)
{
  return g_strconcat (source ? "demo:in:" : "demo:out:", name, NULL);
}

gboolean
_thru_demo_builder_is_reachable (ThruRoom *room)
{
  g_return_val_if_fail (THRU_IS_ROOM (room), FALSE);

  return thru_room_get_state (room) <= THRU_ROOM_CONNECTED;
}

void
_thru_demo_builder_settle_route (const ThruDemoBuilder *self,
                                 ThruRoute             *route)
{
  ThruDevice *ends[2];

  g_return_if_fail (self != NULL && THRU_IS_ROUTE (route));

  if (thru_route_get_mute (route) != THRU_MUTE_NONE)
    {
      _thru_route_set_state (route, THRU_ROUTE_MUTED,
                             thru_route_get_mute (route) == THRU_MUTE_LOOP ? _("Its notes came back in a loop.") : NULL);
      return;
    }

  ends[0] = thru_studio_find_device (self->studio, thru_route_get_from_room (route), thru_route_get_from_device (route), TRUE);
  ends[1] = thru_studio_find_device (self->studio, thru_route_get_to_room (route), thru_route_get_to_device (route), FALSE);
  for (guint i = 0; i < 2; i++)
    {
      ThruRoom *room = thru_device_get_room (ends[i]);
      gboolean reachable = _thru_demo_builder_is_reachable (room);
      g_autofree char *reason = NULL;

      if (reachable && thru_device_get_online (ends[i]))
        continue;
      reason = g_strdup_printf (_("%s is not here. The route comes back by itself."),
                                reachable ? thru_device_get_name (ends[i]) : thru_room_get_name (room));
      _thru_route_set_state (route, THRU_ROUTE_WAITING, reason);
      return;
    }
  _thru_route_set_state (route, THRU_ROUTE_CONNECTED, NULL);
}

ThruRoute *
_thru_demo_builder_add_route (const ThruDemoBuilder *self,
                              ThruDevice            *from,
                              ThruDevice            *to)
{
  g_autoptr(ThruRoute) route = NULL;
  ThruRouteKey key;

  g_return_val_if_fail (self != NULL && THRU_IS_DEVICE (from) && THRU_IS_DEVICE (to), NULL);

  key.from_room = thru_room_get_id (thru_device_get_room (from));
  key.from_device = thru_device_get_id (from);
  key.to_room = thru_room_get_id (thru_device_get_room (to));
  key.to_device = thru_device_get_id (to);
  route = _thru_route_new (&key);
  _thru_studio_add_route (self->studio, route);
  return route;
}

void
_thru_demo_builder_add_device (const ThruDemoBuilder *self,
                               ThruRoom              *room,
                               const char            *name,
                               gboolean               source,
                               gboolean               online,
                               ThruDemoPattern        pattern)
{
  g_autofree char *id = NULL;
  g_autoptr(ThruDevice) device = NULL;

  g_return_if_fail (self != NULL && THRU_IS_ROOM (room) && name != NULL);

  id = device_id (name, source);
  device = _thru_device_new (id, name, source);
  _thru_device_set_online (device, online, online ? NULL : _("It is not plugged in."));
  _thru_room_add_device (room, device);
  if (source)
    _thru_demo_player_add (self->player, device, pattern);
}

static void
add_table_devices (const ThruDemoBuilder *self,
                   ThruRoom              *room,
                   const ThruDemoRoom    *data)
{
  for (const ThruDemoDevice *device = data->devices; device->name != NULL; device++)
    {
      gboolean online = !(device->flags & THRU_DEMO_UNPLUGGED) && _thru_demo_builder_is_reachable (room);

      if (device->flags & THRU_DEMO_SOURCE)
        _thru_demo_builder_add_device (self, room, device->name, TRUE, online, device->pattern);
      if (device->flags & THRU_DEMO_DESTINATION)
        _thru_demo_builder_add_device (self, room, device->name, FALSE, online, THRU_DEMO_SILENT);
    }
}

/* The @n-th device name of the table, with a number from its second round on. */
static char *
numbered_name (guint    n,
               gboolean source)
{
  guint flag = source ? THRU_DEMO_SOURCE : THRU_DEMO_DESTINATION;

  for (guint round = 0, index = 0;; round++)
    for (guint i = 0; i < thru_demo_n_rooms; i++)
      for (const ThruDemoDevice *device = thru_demo_rooms[i].devices; device->name != NULL; device++)
        {
          if (!(device->flags & flag) || index++ < n)
            continue;
          return round == 0 ? g_strdup (device->name) : g_strdup_printf ("%s (%u)", device->name, round + 1);
        }
}

static void
add_numbered_devices (const ThruDemoBuilder *self,
                      ThruRoom              *room,
                      guint                  n_room,
                      guint                  n_devices)
{
  for (guint i = 0; i < 2 * n_devices; i++)
    {
      gboolean source = i < n_devices;
      g_autofree char *name = numbered_name (n_room * 5 % 19 + i % n_devices, source);

      _thru_demo_builder_add_device (self, room, name, source, _thru_demo_builder_is_reachable (room),
                                     THRU_DEMO_SILENT + 1 + (n_room + i) % (THRU_DEMO_N_PATTERNS - 1));
    }
}

static ThruRoom *
add_demo_room (const ThruDemoBuilder *self,
               guint                  n,
               guint                  n_devices)
{
  const ThruDemoRoom *data = &thru_demo_rooms[n % thru_demo_n_rooms];
  g_autofree char *id = g_strdup_printf ("demo-room-%u", n + 1);
  g_autofree char *name = NULL;
  g_autofree char *address = NULL;
  g_autoptr(ThruRoom) room = NULL;
  guint more = n - thru_demo_n_rooms;

  if (n < thru_demo_n_rooms)
    name = g_strdup (data->name);
  else if (more < g_strv_length ((char **) thru_demo_more_rooms))
    name = g_strdup (thru_demo_more_rooms[more]);
  else
    name = g_strdup_printf ("Room %u", n + 1);

  room = _thru_room_new (id, name);
  if (n == 0)
    {
      _thru_room_set_own (room);
    }
  else
    {
      address = n < thru_demo_n_rooms ? g_strdup (data->address) : g_strdup_printf ("10.77.1.%u:1199", n);
      _thru_room_set_address (room, address);
      _thru_room_set_state (room, data->address != NULL ? data->state : THRU_ROOM_CONNECTED, NULL);
      _thru_room_set_round_trip (room, data->round_trip);
    }
  if (thru_room_get_state (room) == THRU_ROOM_WAITING)
    _thru_room_set_state (room, THRU_ROOM_WAITING, _("It is not here now. It comes back by itself."));
  else if (thru_room_get_state (room) == THRU_ROOM_CONNECTING)
    _thru_room_set_state (room, THRU_ROOM_CONNECTING, _("It has not answered yet."));

  if (n_devices == 0)
    add_table_devices (self, room, data);
  else
    add_numbered_devices (self, room, n, n_devices);
  _thru_studio_add_room (self->studio, room);
  return room;
}

static void
add_demo_route (const ThruDemoBuilder *self,
                ThruDevice            *from,
                ThruDevice            *to,
                ThruRouteState         state)
{
  ThruRoute *route;

  if (from == NULL || to == NULL || thru_studio_find_route (self->studio, from, to) != NULL)
    return;

  route = _thru_demo_builder_add_route (self, from, to);
  _thru_route_set_mute (route, state == THRU_ROUTE_MUTED ? THRU_MUTE_BY_HAND : THRU_MUTE_NONE);
  _thru_demo_builder_settle_route (self, route);
  if (state == THRU_ROUTE_PROBLEM)
    {
      g_autofree char *reason = g_strdup_printf (_("%s can not open %s. Another program there may use it."),
                                                 thru_room_get_name (thru_device_get_room (from)), thru_device_get_name (from));

      _thru_route_set_state (route, state, reason);
    }
  else if (state == THRU_ROUTE_CONNECTING)
    {
      _thru_route_set_state (route, state, _("It has not answered yet."));
    }
}

static void
add_table_routes (const ThruDemoBuilder *self)
{
  for (guint i = 0; i < thru_demo_n_routes; i++)
    {
      const ThruDemoRoute *data = &thru_demo_routes[i];

      add_demo_route (self,
                      thru_studio_parse_device (self->studio, data->from, TRUE, NULL),
                      thru_studio_parse_device (self->studio, data->to, FALSE, NULL),
                      data->state);
    }
}

/* Every source plays one or two destinations, here and in other rooms. */
static void
add_numbered_routes (const ThruDemoBuilder *self)
{
  g_autoptr(GPtrArray) sources = g_ptr_array_new ();
  g_autoptr(GPtrArray) destinations = g_ptr_array_new ();
  GListModel *rooms = thru_studio_get_rooms (self->studio);

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);
      GListModel *devices = thru_room_get_devices (room);

      for (guint j = 0; j < g_list_model_get_n_items (devices); j++)
        {
          g_autoptr(ThruDevice) device = g_list_model_get_item (devices, j);

          g_ptr_array_add (thru_device_is_source (device) ? sources : destinations, device);
        }
    }
  for (guint i = 0; destinations->len > 0 && i < sources->len; i++)
    {
      ThruRouteState state = i % 23 == 7 ? THRU_ROUTE_MUTED : THRU_ROUTE_CONNECTED;

      add_demo_route (self, g_ptr_array_index (sources, i),
                      g_ptr_array_index (destinations, (i * 7 + 3) % destinations->len), state);
      if (i % 2 == 0)
        add_demo_route (self, g_ptr_array_index (sources, i),
                        g_ptr_array_index (destinations, (i * 13 + 5) % destinations->len), THRU_ROUTE_CONNECTED);
    }
}

ThruRoom *
_thru_demo_builder_build (const ThruDemoBuilder *self,
                          guint                  n_rooms,
                          guint                  n_devices)
{
  ThruRoom *visitor = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  n_rooms = n_rooms == 0 ? thru_demo_n_rooms : MIN (n_rooms, MAX_ROOMS);
  n_devices = MIN (n_devices, MAX_DEVICES);
  for (guint i = 0; i < n_rooms; i++)
    {
      ThruRoom *room = add_demo_room (self, i, n_devices);

      if (thru_room_get_state (room) == THRU_ROOM_WAITING)
        visitor = room;
    }
  if (n_devices == 0)
    add_table_routes (self);
  else
    add_numbered_routes (self);
  return visitor;
}
