/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-live-studio-private.h"

#include "thru-strings-private.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

static const char *
follow_id (const char *id,
           const char *old_id,
           const char *new_id)
{
  return g_str_equal (id, old_id) ? new_id : id;
}

/* Returns: (transfer full): @route, where this room is called otherwise. */
static ThruRoute *
copy_route (ThruRoute  *route,
            const char *old_id,
            const char *new_id)
{
  const ThruRouteKey *key = _thru_route_get_key (route);
  ThruRouteKey new_key = {
    follow_id (key->from_room, old_id, new_id), key->from_device, follow_id (key->to_room, old_id, new_id), key->to_device,
  };
  ThruRoute *copy = _thru_route_new (&new_key);

  _thru_route_set_names (copy, thru_route_get_from_room_name (route), thru_route_get_from_name (route),
                         thru_route_get_to_room_name (route), thru_route_get_to_name (route));
  _thru_route_set_mute (copy, thru_route_get_mute (route));
  _thru_route_set_state (copy, THRU_ROUTE_CONNECTING, NULL);
  return copy;
}

/* Our own routes are ours as before. What other rooms play here they play to the old identity, which another computer has, too:
 * that is theirs to say. */
static void
set_identity (ThruLiveStudio *self,
              const char     *new_id)
{
  ThruStudio *studio = THRU_STUDIO (self);
  g_autofree char *old_id = g_strdup (self->state->room_id);
  g_autoptr(GHashTable) removed = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  g_autoptr(GHashTable) none_removed = g_hash_table_new (NULL, NULL);
  g_autoptr(GPtrArray) none_added = g_ptr_array_new ();
  GPtrArray *routes = self->state->routes;

  for (guint i = 0; i < routes->len; i++)
    {
      ThruRoute *route = g_ptr_array_index (routes, i);

      g_hash_table_add (removed, g_object_ref (route));
      routes->pdata[i] = copy_route (route, old_id, new_id);
      g_object_unref (route);
    }
  _thru_studio_change_routes (studio, none_added, removed);
  _thru_strings_set (&self->state->room_id, new_id);
  _thru_studio_set_room_id (studio, thru_studio_get_own_room (studio), new_id);
  _thru_studio_change_routes (studio, routes, none_removed);
}

void
_thru_live_studio_renew_identity (ThruStudio *studio)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  g_autofree char *new_id = g_uuid_string_random ();
  const char *name = thru_room_get_name (thru_studio_get_own_room (studio));

  /* Nobody is to be told another identity on a link that has one. */
  thru_room_links_begin_anew (self->links, _("This room got a new identity."));
  set_identity (self, new_id);
  thru_engine_set_hello (self->engine, new_id, name);
  thru_discovery_stop (self->discovery);
  thru_discovery_start (self->discovery, new_id, name, self->listening);
  thru_store_save_now (self->store);
  thru_room_links_hurry (self->links);
  thru_announcer_routes_soon (self->announcer);
  thru_route_planner_plan_now (self->planner);
  _thru_studio_tell (studio, _("This room has a new identity"));
}
