/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-peers.h"

#include "thru-address.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define PEERS_MAX 128

/* Rooms that came once, without being called or announced, and that no route needs: as many as a person may still ask for. */
#define PASSERS_MAX 8

struct _ThruPeers
{
  ThruEngine *engine;  /* borrowed, as the next */
  ThruStudio *studio;
  GPtrArray  *all;     /* owned */
};

ThruPeers *
thru_peers_new (ThruEngine *engine,
                ThruStudio *studio)
{
  ThruPeers *self;

  g_return_val_if_fail (THRU_IS_ENGINE (engine) && THRU_IS_STUDIO (studio), NULL);

  self = g_new0 (ThruPeers, 1);
  self->engine = engine;
  self->studio = studio;
  self->all = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_peer_free);
  return self;
}

void
thru_peers_free (ThruPeers *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->all);
  g_free (self);
}

GPtrArray *
thru_peers_get_all (ThruPeers *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->all;
}

ThruPeer *
thru_peers_find (ThruPeers  *self,
                 const char *room_id)
{
  g_return_val_if_fail (self != NULL && room_id != NULL, NULL);

  for (guint i = 0; i < self->all->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->all, i);

      if (g_str_equal (thru_room_get_id (peer->room), room_id))
        return peer;
    }
  return NULL;
}

ThruPeer *
thru_peers_find_by_dial (ThruPeers *self,
                         ThruDialId dial)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; dial != 0 && i < self->all->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->all, i);

      if (peer->dial == dial)
        return peer;
    }
  return NULL;
}

ThruPeer *
thru_peers_find_by_key (ThruPeers  *self,
                        const char *found_key)
{
  g_return_val_if_fail (self != NULL && found_key != NULL, NULL);

  for (guint i = 0; i < self->all->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->all, i);

      if (g_strcmp0 (peer->found_key, found_key) == 0)
        return peer;
    }
  return NULL;
}

ThruPeer *
thru_peers_find_by_typed (ThruPeers  *self,
                          const char *address)
{
  g_return_val_if_fail (self != NULL && address != NULL, NULL);

  for (guint i = 0; i < self->all->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->all, i);

      if (g_ptr_array_find_with_equal_func (peer->typed, address, g_str_equal, NULL))
        return peer;
    }
  return NULL;
}

/* Room for one more, if need be in the place of one that nobody asked for and that is not here. */
static gboolean
make_place (ThruPeers *self)
{
  for (guint i = self->all->len; self->all->len >= PEERS_MAX && i > 0; i--)
    {
      ThruPeer *peer = g_ptr_array_index (self->all, i - 1);

      if (peer->link == 0 && peer->spare == 0 && peer->typed->len == 0)
        thru_peers_remove (self, peer);
    }
  return self->all->len < PEERS_MAX;
}

static gboolean
is_named_by_route (ThruPeers  *self,
                   const char *id)
{
  GListModel *routes = thru_studio_get_routes (self->studio);
  guint n = g_list_model_get_n_items (routes);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);

      if (g_str_equal (thru_route_get_from_room (route), id) || g_str_equal (thru_route_get_to_room (route), id))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_passer (ThruPeers      *self,
           const ThruPeer *peer)
{
  return peer->link == 0 && peer->spare == 0 && !peer->dialing && peer->typed->len == 0 && peer->found_key == NULL &&
         peer->gone_at != 0 && !is_named_by_route (self, thru_room_get_id (peer->room));
}

/* Whoever may connect may do so under ever new names. */
void
thru_peers_forget_passers (ThruPeers *self)
{
  ThruPeer *oldest = NULL;
  guint n_passers = 0;

  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->all->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->all, i);

      if (!is_passer (self, peer))
        continue;
      n_passers++;
      if (oldest == NULL || peer->gone_at < oldest->gone_at)
        oldest = peer;
    }
  if (n_passers > PASSERS_MAX)
    thru_peers_remove (self, oldest);
}

ThruPeer *
thru_peers_add (ThruPeers  *self,
                const char *id,
                const char *name)
{
  ThruPeer *peer;

  g_return_val_if_fail (self != NULL && id != NULL && name != NULL, NULL);

  if (!make_place (self))
    return NULL;

  peer = thru_peer_new (id, name);
  _thru_room_set_state (peer->room, THRU_ROOM_WAITING, _("It is not here now. It comes back by itself."));
  g_ptr_array_add (self->all, peer);
  _thru_studio_add_room (self->studio, peer->room);
  return peer;
}

void
thru_peers_remove (ThruPeers *self,
                   ThruPeer  *peer)
{
  g_return_if_fail (self != NULL && peer != NULL);

  thru_peers_hang_up (self, peer);
  _thru_studio_remove_room (self->studio, peer->room);
  g_ptr_array_remove (self->all, peer);
}

/* The room at the end of @dialed's dial is the room of @known: the ways to both are ways to it. */
static void
merge (ThruPeers *self,
       ThruPeer  *dialed,
       ThruPeer  *known)
{
  for (guint i = 0; i < dialed->typed->len; i++)
    thru_peer_add_typed (known, g_ptr_array_index (dialed->typed, i));
  if (known->found_key == NULL && dialed->found_key != NULL)
    {
      g_clear_pointer (&known->found, g_strfreev);
      known->found_key = g_steal_pointer (&dialed->found_key);
      known->found = g_steal_pointer (&dialed->found);
    }
  if (known->link == 0)
    {
      thru_peers_hang_up (self, known);
      known->dial = dialed->dial;
      known->dialing = dialed->dialing;
      dialed->dialing = FALSE;
    }
  thru_peers_remove (self, dialed);
}

/* @to answered where @from was looked for. Without this the next look for @from would end there, too. */
static void
hand_over (ThruPeers  *self,
           ThruPeer   *from,
           ThruPeer   *to,
           const char *address)
{
  for (guint i = from->typed->len; i > 0; i--)
    {
      g_autofree char *typed = g_strdup (g_ptr_array_index (from->typed, i - 1));

      if (thru_peers_is_same_address (typed, address, NULL) || (from->typed->len == 1 && from->found == NULL))
        {
          thru_peer_remove_typed (from, typed);
          thru_peer_add_typed (to, typed);
        }
    }

  if (to->link == 0)
    thru_peers_hang_up (self, to);
  if (to->dialing)
    {
      thru_peers_hang_up (self, from);
    }
  else
    {
      to->dial = from->dial;
      to->dialing = from->dialing;
    }
  from->dial = 0;
  from->dialing = FALSE;
  if (from->link == 0)
    _thru_room_set_state (from->room, THRU_ROOM_WAITING,
                          _("Another room answers at its address. Add it by its new one if it does not come back by itself."));
}

ThruPeer *
thru_peers_identify (ThruPeers  *self,
                     ThruPeer   *dialed,
                     const char *id,
                     const char *name,
                     const char *address)
{
  ThruPeer *known;

  g_return_val_if_fail (self != NULL && id != NULL && name != NULL && address != NULL, NULL);

  known = thru_peers_find (self, id);
  if (dialed == known && known != NULL)
    return known;

  /* Another room than last time has that address: both are rooms. */
  if (dialed == NULL || (dialed->known && !thru_peers_is_made_up (thru_room_get_id (dialed->room))))
    {
      if (known == NULL)
        known = thru_peers_add (self, id, name);

      /* It may have had to go to make place. */
      if (known != NULL && dialed != NULL && g_ptr_array_find (self->all, dialed, NULL))
        hand_over (self, dialed, known, address);
      return known;
    }

  if (known != NULL)
    {
      merge (self, dialed, known);
      return known;
    }

  dialed->plain = FALSE;
  _thru_room_set_plain (dialed->room, FALSE);
  _thru_studio_set_room_id (self->studio, dialed->room, id);
  return dialed;
}

static void
add_plain_device (ThruPeer *peer,
                  gboolean  source)
{
  g_autoptr(ThruDevice) device = NULL;

  if (_thru_room_find_device (peer->room, "MIDI", source) != NULL)
    return;
  device = _thru_device_new ("MIDI", _("MIDI"), source);
  _thru_room_add_device (peer->room, device);
}

static ThruPeer *
find_plain (ThruPeers  *self,
            ThruPeer   *dialed,
            const char *address)
{
  g_autofree char *host = thru_peers_get_host (address);
  g_autofree char *name = g_strdup (host);
  g_autofree char *id = g_strconcat ("plain:", host, NULL);
  ThruPeer *peer = thru_peers_find (self, id);

  for (guint i = 2; peer != NULL && peer->link != 0 && i < PEERS_MAX; i++)
    {
      g_free (name);
      g_free (id);
      name = g_strdup_printf ("%s (%u)", host, i);
      id = g_strconcat ("plain:", name, NULL);
      peer = thru_peers_find (self, id);
    }
  return thru_peers_identify (self, dialed, id, name, address);
}

ThruPeer *
thru_peers_identify_plain (ThruPeers  *self,
                           ThruPeer   *dialed,
                           const char *address)
{
  ThruPeer *peer;

  g_return_val_if_fail (self != NULL && address != NULL, NULL);

  peer = dialed != NULL && dialed->plain ? dialed : find_plain (self, dialed, address);
  if (peer == NULL || peer->link != 0)
    return NULL;

  peer->plain = TRUE;
  _thru_room_set_plain (peer->room, TRUE);
  add_plain_device (peer, TRUE);
  add_plain_device (peer, FALSE);
  return peer;
}

void
thru_peers_hang_up (ThruPeers *self,
                    ThruPeer  *peer)
{
  g_return_if_fail (self != NULL && peer != NULL);

  if (peer->dialing)
    thru_engine_hang_up (self->engine, peer->dial);
  peer->dialing = FALSE;
}

gboolean
thru_peers_is_made_up (const char *id)
{
  g_return_val_if_fail (id != NULL, FALSE);

  return g_str_has_prefix (id, "address:") || g_str_has_prefix (id, "found:") || g_str_has_prefix (id, "plain:");
}

gboolean
thru_peers_is_same_address (const char *typed,
                            const char *address,
                            gboolean   *known)
{
  g_autofree char *typed_host = NULL;
  g_autofree char *host = NULL;
  g_autoptr(GInetAddress) typed_inet = NULL;
  g_autoptr(GInetAddress) inet = NULL;
  guint16 typed_port = 0;
  guint16 port = 0;

  g_return_val_if_fail (typed != NULL && address != NULL, FALSE);

  if (thru_address_split (typed, &typed_host, &typed_port))
    typed_inet = g_inet_address_new_from_string (typed_host);
  if (thru_address_split (address, &host, &port))
    inet = g_inet_address_new_from_string (host);
  if (known != NULL)
    *known = typed_inet != NULL && inet != NULL;
  return typed_inet != NULL && inet != NULL && typed_port == port && g_inet_address_equal (typed_inet, inet);
}

char *
thru_peers_get_host (const char *address)
{
  g_autoptr(GSocketConnectable) parsed = address != NULL ? g_network_address_parse (address, 1199, NULL) : NULL;

  return g_strdup (parsed != NULL ? g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)) : "?");
}
