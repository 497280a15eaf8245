/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-room-links-private.h"

#include "thru-strings-private.h"

#include <glib/gi18n.h>

#define SECOND_US (6 * G_USEC_PER_SEC) /* longer than it takes TCP to notice that a connection is dead */

void
_thru_room_links_tell_twins (ThruRoomLinks *self,
                             const char    *id,
                             const char    *name,
                             const char    *first,
                             const char    *second,
                             const char    *run)
{
  ThruTwins twins = { name, first, second };

  _thru_strings_set (&self->twin_id, id);
  _thru_strings_set (&self->twin_host, second);
  _thru_strings_set (&self->twin_run, run);
  self->listener.twins (&twins, self->user);
}

void
_thru_room_links_forget_twins (ThruRoomLinks *self)
{
  if (self->twin_id != NULL)
    _thru_room_links_tell_twins (self, NULL, NULL, NULL, NULL, NULL);
}

void
_thru_room_links_stop_twin_dial (ThruRoomLinks *self)
{
  if (self->twin_dial != 0)
    thru_engine_hang_up (self->engine, self->twin_dial);
  self->twin_dial = 0;
}

gboolean
_thru_room_links_refuse_twin (ThruRoomLinks         *self,
                              const ThruEngineEvent *event)
{
  const ThruSessionMessage *hello = event->message;
  g_autofree char *host = thru_peers_get_host (event->address);
  ThruPeer *peer = thru_peers_find (self->peers, hello->room_id);
  gboolean ours = g_str_equal (hello->room_id, thru_room_get_id (thru_studio_get_own_room (self->studio)));
  const char *name = hello->room_name != NULL ? hello->room_name : hello->room_id;

  if (ours ? g_strcmp0 (hello->run, thru_engine_get_run (self->engine)) == 0
      : peer == NULL || peer->link == 0 || peer->run == NULL || hello->run == NULL ||
      g_str_equal (peer->run, hello->run) || g_strcmp0 (peer->host, host) == 0)
    return FALSE;

  thru_engine_refuse_link (self->engine, event->link, "twin", _("Another computer has the identity of this room."));
  _thru_room_links_tell_twins (self, hello->room_id, name, ours ? NULL : peer->host, host, hello->run);
  if (event->dial == self->twin_dial)
    _thru_room_links_stop_twin_dial (self);
  return TRUE;
}

/* Whether a route needs that room. */
static gboolean
has_routes (ThruRoomLinks *self,
            ThruPeer      *peer)
{
  GListModel *routes = thru_studio_get_routes (self->studio);
  guint n = g_list_model_get_n_items (routes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (g_str_equal (thru_route_get_from_room (route), thru_room_get_id (peer->room)) ||
          g_str_equal (thru_route_get_to_room (route), thru_room_get_id (peer->room)))
        return TRUE;
    }
  return FALSE;
}

ThruPeer *
_thru_room_links_find_second (ThruRoomLinks *self,
                              ThruPeer      *peer)
{
  GPtrArray *peers = thru_peers_get_all (self->peers);
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; peer->plain && i < peers->len; i++)
    {
      ThruPeer *second = g_ptr_array_index (peers, i);

      if (second->plain && second->link != 0 && !second->link_is_ours && g_strcmp0 (second->host, peer->host) == 0 &&
          now - second->linked_at <= SECOND_US && !has_routes (self, second))
        return second;
    }
  return NULL;
}
