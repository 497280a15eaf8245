/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-studio-memory.h"

#include "thru-studio-private.h"

#include <glib/gi18n.h>

static gboolean
is_named_by_route (ThruSavedState *state,
                   const char     *room_id)
{
  for (guint i = 0; i < state->routes->len; i++)
    {
      ThruRoute *route = g_ptr_array_index (state->routes, i);

      if (g_str_equal (thru_route_get_from_room (route), room_id) || g_str_equal (thru_route_get_to_room (route), room_id))
        return TRUE;
    }
  return FALSE;
}

static void
remember_room (ThruSavedState *state,
               ThruPeer       *peer)
{
  GListModel *devices = thru_room_get_devices (peer->room);
  ThruSavedRoom *saved = thru_saved_room_new (thru_room_get_id (peer->room), _thru_room_get_told_name (peer->room));
  guint n = g_list_model_get_n_items (devices);

  for (guint i = 0; i < n && i < THRU_SAVED_ROOM_DEVICES_MAX; i++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

      g_ptr_array_add (saved->devices, thru_saved_device_new (thru_device_get_id (device), thru_device_get_name (device),
                                                              thru_device_is_source (device), 0));
    }
  g_ptr_array_add (state->rooms, saved);
}

void
thru_studio_memory_collect (ThruSavedState *state,
                            ThruRoomLinks  *links)
{
  GPtrArray *peers;

  g_return_if_fail (state != NULL && links != NULL);

  peers = thru_room_links_get_peers (links);
  g_ptr_array_set_size (state->addresses, 0);
  g_ptr_array_set_size (state->rooms, 0);
  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);
      const char *id = peer->known ? thru_room_get_id (peer->room) : NULL;

      for (guint j = 0; j < peer->typed->len && state->addresses->len < THRU_SAVED_ADDRESSES_MAX; j++)
        g_ptr_array_add (state->addresses, thru_saved_address_new (g_ptr_array_index (peer->typed, j), id));
      if (id != NULL && (peer->typed->len > 0 || is_named_by_route (state, id)) && state->rooms->len < THRU_SAVED_ROOMS_MAX)
        remember_room (state, peer);
    }
}

ThruSavedState *
thru_studio_memory_take_out (ThruSavedState *state,
                             ThruPeer       *peer)
{
  ThruSavedState *taken;
  const char *id;

  g_return_val_if_fail (state != NULL && peer != NULL, NULL);

  taken = thru_saved_state_new ();
  id = thru_room_get_id (peer->room);
  for (guint i = 0; i < peer->typed->len; i++)
    g_ptr_array_add (taken->addresses, thru_saved_address_new (g_ptr_array_index (peer->typed, i), peer->known ? id : NULL));
  for (guint i = 0; i < state->routes->len; i++)
    {
      ThruRoute *route = g_ptr_array_index (state->routes, i);

      if (g_str_equal (thru_route_get_from_room (route), id) || g_str_equal (thru_route_get_to_room (route), id))
        g_ptr_array_add (taken->routes, g_object_ref (route));
    }
  if (peer->known)
    remember_room (taken, peer);
  return taken;
}

static void
restore_room (const ThruSavedRoom *saved,
              ThruRoomLinks       *links)
{
  ThruPeer *peer = thru_room_links_know (links, saved->id, saved->name);

  for (guint i = 0; peer != NULL && i < saved->devices->len; i++)
    {
      const ThruSavedDevice *device = g_ptr_array_index (saved->devices, i);
      g_autoptr(ThruDevice) restored = NULL;

      if (_thru_room_find_device (peer->room, device->id, device->is_source) != NULL)
        continue;
      restored = _thru_device_new (device->id, device->name, device->is_source);
      _thru_device_set_online (restored, FALSE, _("Its room is not here."));
      _thru_room_add_device (peer->room, restored);
    }
}

void
thru_studio_memory_restore (ThruSavedState *state,
                            ThruStudio     *studio,
                            ThruRoomLinks  *links)
{
  g_autoptr(GHashTable) none = g_hash_table_new (NULL, NULL);

  g_return_if_fail (state != NULL && THRU_IS_STUDIO (studio) && links != NULL);

  for (guint i = 0; i < state->rooms->len; i++)
    restore_room (g_ptr_array_index (state->rooms, i), links);

  _thru_studio_change_routes (studio, state->routes, none);

  for (guint i = 0; i < state->addresses->len; i++)
    {
      const ThruSavedAddress *saved = g_ptr_array_index (state->addresses, i);

      thru_room_links_add_address (links, saved->address, saved->room_id);
    }
}
