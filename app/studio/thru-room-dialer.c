/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-room-dialer-private.h"

#include "thru-room-private.h"

#include <glib/gi18n.h>

#define REDIAL_SECONDS 3
#define LOOK_AGAIN_US G_USEC_PER_SEC

struct _ThruRoomDialer
{
  ThruEngine    *engine; /* borrowed, as the next two */
  ThruDiscovery *discovery;
  ThruPeers     *peers;
  ThruDialId     last_dial;
  guint          redial_timer;
  gboolean       asleep; /* this computer */
};

ThruRoomDialer *
_thru_room_dialer_new (ThruEngine    *engine,
                       ThruDiscovery *discovery,
                       ThruPeers     *peers)
{
  ThruRoomDialer *self;

  g_return_val_if_fail (THRU_IS_ENGINE (engine) && THRU_IS_DISCOVERY (discovery) && peers != NULL, NULL);

  self = g_new0 (ThruRoomDialer, 1);
  self->engine = engine;
  self->discovery = discovery;
  self->peers = peers;
  return self;
}

void
_thru_room_dialer_free (ThruRoomDialer *self)
{
  if (self == NULL)
    return;

  g_clear_handle_id (&self->redial_timer, g_source_remove);
  g_free (self);
}

ThruDialId
_thru_room_dialer_make_id (ThruRoomDialer *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return ++self->last_dial;
}

void
_thru_room_dialer_update (ThruRoomDialer *self,
                          ThruPeer       *peer,
                          gboolean        hurry)
{
  g_auto(GStrv) addresses = NULL;

  g_return_if_fail (self != NULL && peer != NULL);

  addresses = thru_peer_get_addresses (peer);
  if (self->asleep || (peer->link != 0 && peer->link_is_ours))
    return;
  if (peer->link != 0 || addresses[0] == NULL)
    {
      thru_peers_hang_up (self->peers, peer);
      return;
    }

  if (peer->dial == 0)
    peer->dial = _thru_room_dialer_make_id (self);
  peer->dialing = TRUE;
  if (peer->n_failed == 0 && peer->gone_at == 0)
    _thru_room_set_state (peer->room, THRU_ROOM_CONNECTING, _("It has not answered yet."));
  _thru_room_set_address (peer->room, addresses[0]);
  thru_engine_dial (self->engine, peer->dial, (const char *const *) addresses, hurry);
}

static gboolean
redial_cb (gpointer user_data)
{
  ThruRoomDialer *self = user_data;
  GPtrArray *peers = thru_peers_get_all (self->peers);

  self->redial_timer = 0;
  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);

      if (peer->link == 0 && !peer->dialing)
        _thru_room_dialer_update (self, peer, FALSE);
    }
  return G_SOURCE_REMOVE;
}

void
_thru_room_dialer_update_later (ThruRoomDialer *self)
{
  g_return_if_fail (self != NULL);

  if (self->redial_timer == 0)
    self->redial_timer = g_timeout_add_seconds (REDIAL_SECONDS, redial_cb, self);
}

void
_thru_room_dialer_look_again (ThruRoomDialer *self,
                              ThruPeer       *peer)
{
  gint64 now = g_get_monotonic_time ();

  g_return_if_fail (self != NULL && peer != NULL);

  if (peer->looked_at != 0 && now - peer->looked_at < LOOK_AGAIN_US)
    return;

  peer->looked_at = now;
  /* Announced again after it had gone, it may not have answered yet. */
  thru_discovery_resolve_again (self->discovery, peer->found_key != NULL ? peer->found_key : thru_room_get_id (peer->room));
}

void
_thru_room_dialer_hurry (ThruRoomDialer *self)
{
  GPtrArray *peers;

  g_return_if_fail (self != NULL);

  peers = thru_peers_get_all (self->peers);
  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);

      if (peer->link != 0)
        continue;
      peer->looked_at = 0;
      _thru_room_dialer_look_again (self, peer);
      _thru_room_dialer_update (self, peer, TRUE);
    }
}

void
_thru_room_dialer_set_asleep (ThruRoomDialer *self,
                              gboolean        asleep)
{
  g_return_if_fail (self != NULL);

  self->asleep = asleep;
}

static void
handle_failed (ThruRoomDialer        *self,
               ThruPeer              *peer,
               const ThruEngineEvent *event)
{
  peer->n_failed++;
  /* That it sleeps says more than that it does not answer. */
  if (!peer->asleep)
    _thru_room_set_state (peer->room, THRU_ROOM_WAITING, event->text);
  _thru_room_dialer_look_again (self, peer);
}

void
_thru_room_dialer_handle (ThruRoomDialer        *self,
                          const ThruEngineEvent *event)
{
  ThruPeer *peer;

  g_return_if_fail (self != NULL && event != NULL);

  peer = thru_peers_find_by_dial (self->peers, event->dial);
  if (peer == NULL || peer->link != 0)
    return;

  if (event->type == THRU_ENGINE_DIAL_FAILED)
    handle_failed (self, peer, event);
  /* An attempt that nobody answers takes three seconds: too long to wait for its end. */
  else if (event->type == THRU_ENGINE_DIALING && peer->n_failed > 0)
    _thru_room_dialer_look_again (self, peer);
}

void
_thru_room_dialer_take_found (ThruRoomDialer *self,
                              ThruFoundRoom  *found)
{
  g_autofree char *made_up = NULL;
  const char *id;
  ThruPeer *peer;

  g_return_if_fail (self != NULL && found != NULL);

  made_up = g_strconcat ("found:", found->key, NULL);
  id = found->id != NULL ? found->id : made_up;
  peer = thru_peers_find_by_key (self->peers, found->key);
  if (peer == NULL)
    peer = thru_peers_find (self->peers, id);
  if (peer == NULL)
    peer = thru_peers_add (self->peers, id, found->name);
  if (peer == NULL)
    return;

  peer->known |= found->id != NULL;
  g_free (peer->found_key);
  peer->found_key = g_strdup (found->key);
  g_strfreev (peer->found);
  peer->found = g_strdupv (found->addresses);
  if (peer->linked_at == 0)
    _thru_room_set_name (peer->room, found->name);
  _thru_room_dialer_update (self, peer, TRUE);
}

/* Its addresses may still be right: it is the announcement that went. They stay until others come. */
void
_thru_room_dialer_take_gone (ThruRoomDialer *self,
                             const char     *key)
{
  ThruPeer *peer;

  g_return_if_fail (self != NULL && key != NULL);

  peer = thru_peers_find_by_key (self->peers, key);
  if (peer != NULL)
    g_clear_pointer (&peer->found_key, g_free);
}

/* Whether that address of @peer may be another room's by now. */
static gboolean
may_have_moved (ThruPeer   *peer,
                const char *address)
{
  const char *reached = thru_room_get_address (peer->room);
  gboolean known = FALSE;
  gboolean same;

  if (peer->link == 0)
    return FALSE;
  if (!peer->link_is_ours || reached == NULL)
    return TRUE;

  same = thru_peers_is_same_address (address, reached, &known);
  return known && !same;
}

gboolean
_thru_room_dialer_add_typed (ThruRoomDialer *self,
                             const char     *address,
                             const char     *room_id)
{
  g_autofree char *made_up = NULL;
  ThruPeer *peer;

  g_return_val_if_fail (self != NULL && address != NULL, FALSE);

  made_up = g_strconcat ("address:", address, NULL);
  peer = thru_peers_find_by_typed (self->peers, address);
  if (peer != NULL && room_id == NULL && may_have_moved (peer, address))
    {
      thru_peer_remove_typed (peer, address);
      peer = NULL;
    }
  if (peer == NULL && room_id != NULL)
    peer = thru_peers_find (self->peers, room_id);
  if (peer == NULL)
    peer = thru_peers_find (self->peers, made_up);
  if (peer == NULL)
    peer = thru_peers_add (self->peers, made_up, address);
  if (peer == NULL)
    return FALSE;

  thru_peer_add_typed (peer, address);
  peer->n_failed = 0;
  _thru_room_dialer_update (self, peer, TRUE);
  return TRUE;
}
