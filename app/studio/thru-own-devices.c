/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-own-devices.h"

#include "thru-session-message.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

static ThruDevice *
take_device (ThruRoom              *room,
             const ThruSavedDevice *saved)
{
  ThruDevice *device = _thru_room_find_device (room, saved->id, saved->is_source);

  device = device != NULL ? g_object_ref (device) : _thru_device_new (saved->id, saved->name, saved->is_source);
  _thru_device_set_name (device, saved->name);
  _thru_device_set_address (device, saved->address);
  return device;
}

static gboolean
is_needed (ThruStudio            *studio,
           const ThruSavedDevice *saved)
{
  GListModel *routes = thru_studio_get_routes (studio);
  const char *own_id = thru_room_get_id (thru_studio_get_own_room (studio));
  guint n = g_list_model_get_n_items (routes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);
      const char *room = saved->is_source ? thru_route_get_from_room (route) : thru_route_get_to_room (route);
      const char *device = saved->is_source ? thru_route_get_from_device (route) : thru_route_get_to_device (route);

      if (g_str_equal (device, saved->id) && g_str_equal (room, own_id))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_plugged_in (GPtrArray             *ports,
               const ThruSavedDevice *saved)
{
  for (guint i = 0; i < ports->len; i++)
    {
      const ThruPortInfo *port = g_ptr_array_index (ports, i);

      if ((port->direction == THRU_DIRECTION_SOURCE) == saved->is_source && g_str_equal (port->id, saved->id))
        return TRUE;
    }
  return FALSE;
}

/* Programs come and go with names of their own, so the devices that were ever seen are without number. */
static void
forget_oldest (ThruStudio     *studio,
               ThruSavedState *state,
               GPtrArray      *ports)
{
  for (guint i = 0; i < state->devices->len; i++)
    {
      const ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);

      if (is_plugged_in (ports, saved) || is_needed (studio, saved))
        continue;
      g_ptr_array_remove_index (state->devices, i);
      return;
    }
}

/* @changed: set when it is new. Returns: (transfer none) (nullable). */
static ThruSavedDevice *
know_device (ThruStudio         *studio,
             ThruSavedState     *state,
             GPtrArray          *ports,
             const ThruPortInfo *port,
             gboolean           *changed)
{
  gboolean is_source = port->direction == THRU_DIRECTION_SOURCE;
  guint n_known = state->devices->len;
  ThruSavedDevice *saved = thru_saved_state_know_device (state, port->id, port->name, is_source);
  gboolean is_new = saved == NULL;

  if (is_new)
    {
      forget_oldest (studio, state, ports);
      saved = thru_saved_state_know_device (state, port->id, port->name, is_source);
    }
  *changed |= saved != NULL && (is_new || state->devices->len != n_known);
  return saved;
}

gboolean
thru_own_devices_update (ThruStudio     *studio,
                         ThruMidiSystem *midi,
                         ThruSavedState *state)
{
  ThruRoom *room;
  GPtrArray *ports;
  g_autoptr(GPtrArray) devices = NULL;
  g_autoptr(GHashTable) present = NULL;
  const char *problem;
  gboolean changed = FALSE;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && THRU_IS_MIDI_SYSTEM (midi) && state != NULL, FALSE);

  room = thru_studio_get_own_room (studio);
  ports = thru_midi_system_get_ports (midi);
  devices = g_ptr_array_new_with_free_func (g_object_unref);
  present = g_hash_table_new (NULL, NULL);
  problem = thru_midi_system_get_problem (midi);

  _thru_room_freeze (room);
  for (guint i = 0; i < ports->len && devices->len < THRU_SESSION_DEVICES_MAX; i++)
    {
      const ThruPortInfo *port = g_ptr_array_index (ports, i);
      ThruSavedDevice *saved = know_device (studio, state, ports, port, &changed);
      ThruDevice *device;

      if (saved == NULL || !g_hash_table_add (present, saved))
        continue;
      device = take_device (room, saved);
      _thru_device_set_online (device, TRUE, NULL);
      g_ptr_array_add (devices, device);
    }
  for (guint i = 0; i < state->devices->len && devices->len < THRU_SESSION_DEVICES_MAX; i++)
    {
      ThruSavedDevice *saved = g_ptr_array_index (state->devices, i);
      ThruDevice *device;

      if (g_hash_table_contains (present, saved) || !is_needed (studio, saved))
        continue;
      device = take_device (room, saved);
      _thru_device_set_online (device, FALSE, problem != NULL ? problem : _("It is not plugged in."));
      g_ptr_array_add (devices, device);
    }
  _thru_room_set_devices (room, devices);
  _thru_room_thaw (room);
  return changed;
}
