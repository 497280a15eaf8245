/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-room-links.h"

#include "thru-accept-policy.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define PEERS_MAX 128
#define REDIAL_SECONDS 3
#define FAILURES_BEFORE_LOOKUP 3

struct _ThruRoomLinks
{
  ThruEngine           *engine; /* borrowed, as the next two */
  ThruDiscovery        *discovery;
  ThruStudio           *studio;
  ThruRoomLinksListener listener;
  gpointer              user;

  GPtrArray            *peers; /* owned */
  GHashTable           *by_link; /* links that were accepted, to ThruPeer */
  ThruDialId            last_dial;
  guint                 redial_timer;
};

static const char *
get_own_id (ThruRoomLinks *self)
{
  return thru_room_get_id (thru_studio_get_own_room (self->studio));
}

/* Identities that are made up here, until or because there is no real one. */
static gboolean
is_made_up (const char *id)
{
  return g_str_has_prefix (id, "address:") || g_str_has_prefix (id, "found:") || g_str_has_prefix (id, "plain:");
}

static const char *
get_peer_id (ThruPeer *peer)
{
  return thru_room_get_id (peer->room);
}

static ThruPeer *
find_by_dial (ThruRoomLinks *self,
              ThruDialId     dial)
{
  for (guint i = 0; dial != 0 && i < self->peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->peers, i);

      if (peer->dial == dial)
        return peer;
    }
  return NULL;
}

static ThruPeer *
find_by_key (ThruRoomLinks *self,
             const char    *key)
{
  for (guint i = 0; i < self->peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->peers, i);

      if (g_strcmp0 (peer->found_key, key) == 0)
        return peer;
    }
  return NULL;
}

static ThruPeer *
find_by_typed (ThruRoomLinks *self,
               const char    *address)
{
  for (guint i = 0; i < self->peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->peers, i);

      if (g_ptr_array_find_with_equal_func (peer->typed, address, g_str_equal, NULL))
        return peer;
    }
  return NULL;
}

static void
hang_up (ThruRoomLinks *self,
         ThruPeer      *peer)
{
  if (peer->dialing)
    thru_engine_hang_up (self->engine, peer->dial);
  peer->dialing = FALSE;
}

/* Dials, or stops, as the room's addresses and link are now. A link that we opened keeps its dial at rest in the engine, which
 * goes on by itself when that link ends; while they opened it, there is nothing to dial for. */
static void
update_dial (ThruRoomLinks *self,
             ThruPeer      *peer,
             gboolean       hurry)
{
  g_auto(GStrv) addresses = thru_peer_get_addresses (peer);

  if (peer->link != 0 && peer->link_is_ours)
    return;
  if (peer->link != 0 || addresses[0] == NULL)
    {
      hang_up (self, peer);
      return;
    }

  if (peer->dial == 0)
    peer->dial = ++self->last_dial;
  peer->dialing = TRUE;
  if (peer->n_failed == 0 && peer->gone_at == 0)
    _thru_room_set_state (peer->room, THRU_ROOM_CONNECTING, _("It has not answered yet."));
  _thru_room_set_address (peer->room, addresses[0]);
  thru_engine_dial (self->engine, peer->dial, (const char *const *) addresses, hurry);
}

static gboolean
redial_cb (gpointer user_data)
{
  ThruRoomLinks *self = user_data;

  self->redial_timer = 0;
  for (guint i = 0; i < self->peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->peers, i);

      if (peer->link == 0 && !peer->dialing)
        update_dial (self, peer, FALSE);
    }
  return G_SOURCE_REMOVE;
}

static void
remove_peer (ThruRoomLinks *self,
             ThruPeer      *peer)
{
  hang_up (self, peer);
  _thru_studio_remove_room (self->studio, peer->room);
  g_ptr_array_remove (self->peers, peer);
}

/* Room for one more, if need be in the place of one that nobody asked for and that is not here. */
static gboolean
make_place (ThruRoomLinks *self)
{
  for (guint i = 0; self->peers->len >= PEERS_MAX && i < self->peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->peers, i);

      if (peer->link == 0 && peer->spare == 0 && peer->typed->len == 0)
        remove_peer (self, peer);
    }
  return self->peers->len < PEERS_MAX;
}

static ThruPeer *
add_peer (ThruRoomLinks *self,
          const char    *id,
          const char    *name)
{
  ThruPeer *peer;

  if (!make_place (self))
    return NULL;

  peer = thru_peer_new (id, name);
  _thru_room_set_state (peer->room, THRU_ROOM_WAITING, _("It is not here now. It comes back by itself."));
  g_ptr_array_add (self->peers, peer);
  _thru_studio_add_room (self->studio, peer->room);
  return peer;
}

/* The room at the end of @dialed's dial is the room of @known: the ways to both are ways to it. */
static ThruPeer *
merge_peers (ThruRoomLinks *self,
             ThruPeer      *dialed,
             ThruPeer      *known)
{
  for (guint i = 0; i < dialed->typed->len; i++)
    thru_peer_add_typed (known, g_ptr_array_index (dialed->typed, i));
  if (known->found_key == NULL)
    {
      known->found_key = g_steal_pointer (&dialed->found_key);
      known->found = g_steal_pointer (&dialed->found);
    }
  if (known->link == 0)
    {
      hang_up (self, known);
      known->dial = dialed->dial;
      known->dialing = dialed->dialing;
      dialed->dialing = FALSE;
    }
  remove_peer (self, dialed);
  self->listener.changed (self->user);
  return known;
}

/* Who it is that asks: identity is what a room says of itself, never its address. */
static ThruPeer *
identify (ThruRoomLinks *self,
          ThruPeer      *dialed,
          const char    *id,
          const char    *name)
{
  ThruPeer *known = thru_room_links_find (self, id);

  if (dialed == NULL || dialed == known || dialed->known)
    {
      if (known == NULL)
        known = add_peer (self, id, name);
    }
  else if (known != NULL)
    {
      merge_peers (self, dialed, known);
    }
  else
    {
      _thru_studio_set_room_id (self->studio, dialed->room, id);
      known = dialed;
      self->listener.changed (self->user);
    }
  if (known != NULL)
    known->known = TRUE;
  return known;
}

static char *
get_host (const char *address)
{
  g_autoptr(GSocketConnectable) parsed = address != NULL ? g_network_address_parse (address, 1199, NULL) : NULL;

  return g_strdup (parsed != NULL ? g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)) : "?");
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

/* Plain MIDI has no identity but where it comes from; a second stream from there is a room of its own. */
static ThruPeer *
identify_plain (ThruRoomLinks *self,
                ThruPeer      *dialed,
                const char    *address)
{
  g_autofree char *host = get_host (address);
  g_autofree char *name = g_strdup (host);
  g_autofree char *id = g_strconcat ("plain:", host, NULL);
  ThruPeer *peer = thru_room_links_find (self, id);

  for (guint i = 2; peer != NULL && peer->link != 0 && i < PEERS_MAX; i++)
    {
      g_free (name);
      g_free (id);
      name = g_strdup_printf ("%s (%u)", host, i);
      id = g_strconcat ("plain:", name, NULL);
      peer = thru_room_links_find (self, id);
    }

  peer = identify (self, dialed, id, name);
  if (peer == NULL || peer->link != 0)
    return NULL;
  peer->plain = TRUE;
  _thru_room_set_plain (peer->room);
  add_plain_device (peer, TRUE);
  add_plain_device (peer, FALSE);
  return peer;
}

static void
take_hello (ThruRoomLinks            *self,
            ThruPeer                 *peer,
            const ThruSessionMessage *message)
{
  if (message->room_name != NULL && message->room_name[0] != '\0')
    _thru_room_set_name (peer->room, message->room_name);
  peer->foreign = message->program == NULL || !g_str_has_prefix (message->program, "Thruwall ");
  self->listener.changed (self->user);
}

static void
use_link (ThruRoomLinks *self,
          ThruPeer      *peer,
          ThruLinkId     link,
          gboolean       is_ours)
{
  peer->link = link;
  peer->link_is_ours = is_ours;
  peer->n_failed = 0;
  peer->linked_at = g_get_monotonic_time ();
  thru_peer_drop_parts (peer);
  update_dial (self, peer, FALSE);
  _thru_room_set_state (peer->room, THRU_ROOM_CONNECTED, NULL);
  self->listener.linked (peer, self->user);
}

static void
refuse_duplicate (ThruRoomLinks *self,
                  ThruPeer      *peer,
                  ThruLinkId     link,
                  gboolean       is_ours)
{
  thru_engine_refuse_link (self->engine, link, "duplicate", _("There is another link already."));
  if (is_ours)
    hang_up (self, peer);
}

/* Two links with one room. Both sides must keep the same one: that which the room with the smaller id opened. Of two that one
 * side opened, the other side decides, for the newer: who opens a second one has lost the first. */
static void
settle_duplicate (ThruRoomLinks *self,
                  ThruPeer      *peer,
                  ThruLinkId     link,
                  gboolean       is_ours)
{
  gboolean we_are_smaller = g_strcmp0 (get_own_id (self), get_peer_id (peer)) < 0;
  ThruLinkId old = peer->link;
  gboolean old_is_ours = peer->link_is_ours;

  if (is_ours && old_is_ours)
    {
      if (peer->spare != 0)
        thru_engine_refuse_link (self->engine, peer->spare, "duplicate", _("There is another link already."));
      peer->spare = link;
      g_hash_table_insert (self->by_link, GUINT_TO_POINTER (link), peer);
      thru_engine_accept_link (self->engine, link);
    }
  else if (is_ours == old_is_ours || is_ours == we_are_smaller)
    {
      g_hash_table_remove (self->by_link, GUINT_TO_POINTER (old));
      g_hash_table_insert (self->by_link, GUINT_TO_POINTER (link), peer);
      thru_engine_accept_link (self->engine, link);
      if (old_is_ours)
        hang_up (self, peer);
      use_link (self, peer, link, is_ours);
      thru_engine_refuse_link (self->engine, old, "duplicate", _("There is another link already."));
    }
  else
    {
      refuse_duplicate (self, peer, link, is_ours);
    }
}

static void
refuse_ourselves (ThruRoomLinks *self,
                  ThruPeer      *dialed,
                  const char    *reason)
{
  if (dialed == NULL || dialed->known)
    return;

  hang_up (self, dialed);
  dialed->n_failed++;
  _thru_room_set_state (dialed->room, THRU_ROOM_PROBLEM, reason);
}

/* The port of one who connected says nothing about where it can be reached. */
static void
show_address (ThruPeer              *peer,
              const ThruEngineEvent *event)
{
  g_autofree char *host = get_host (event->address);

  if (event->dial != 0)
    _thru_room_set_address (peer->room, event->address);
  else if (peer->found == NULL && peer->typed->len == 0)
    _thru_room_set_address (peer->room, host);
}

static void
handle_asks (ThruRoomLinks         *self,
             const ThruEngineEvent *event)
{
  const ThruSessionMessage *hello = event->message;
  const char *id = event->plain || hello == NULL ? NULL : hello->room_id;
  ThruPeer *peer = find_by_dial (self, event->dial);
  g_autofree char *reason = NULL;

  if ((!event->plain && (id == NULL || is_made_up (id))) || !thru_accept_policy_allows (get_own_id (self), id, &reason))
    {
      thru_engine_refuse_link (self->engine, event->link, "refused", reason != NULL ? reason : _("It did not say who it is."));
      refuse_ourselves (self, peer, reason);
      return;
    }

  if (event->plain)
    peer = identify_plain (self, peer, event->address);
  else
    peer = identify (self, peer, id, hello->room_name != NULL ? hello->room_name : id);
  if (peer == NULL)
    {
      thru_engine_refuse_link (self->engine, event->link, "refused", _("There are too many rooms already."));
      return;
    }

  if (!event->plain)
    take_hello (self, peer, hello);
  if (peer->link != 0)
    {
      settle_duplicate (self, peer, event->link, event->dial != 0);
      return;
    }
  g_hash_table_insert (self->by_link, GUINT_TO_POINTER (event->link), peer);
  thru_engine_accept_link (self->engine, event->link);
  show_address (peer, event);
  use_link (self, peer, event->link, event->dial != 0);
}

static void
handle_closed (ThruRoomLinks         *self,
               const ThruEngineEvent *event)
{
  ThruPeer *peer = g_hash_table_lookup (self->by_link, GUINT_TO_POINTER (event->link));
  gboolean duplicate = g_strcmp0 (event->code, "duplicate") == 0;

  if (duplicate && event->dial != 0)
    {
      ThruPeer *dialed = find_by_dial (self, event->dial);

      if (dialed != NULL)
        dialed->dialing = FALSE;
      if (self->redial_timer == 0)
        self->redial_timer = g_timeout_add_seconds (REDIAL_SECONDS, redial_cb, self);
    }
  if (peer == NULL)
    return;

  g_hash_table_remove (self->by_link, GUINT_TO_POINTER (event->link));
  if (peer->spare == event->link)
    peer->spare = 0;
  if (peer->link != event->link)
    return;

  if (peer->spare != 0)
    {
      ThruLinkId spare = peer->spare;

      peer->spare = 0;
      use_link (self, peer, spare, TRUE);
      return;
    }

  peer->link = 0;
  peer->gone_at = g_get_monotonic_time ();
  thru_peer_drop_parts (peer);
  _thru_room_set_round_trip (peer->room, 0);
  if (g_strcmp0 (event->code, "refused") == 0)
    _thru_room_set_state (peer->room, THRU_ROOM_PROBLEM, event->text);
  else
    _thru_room_set_state (peer->room, THRU_ROOM_WAITING,
                          event->text != NULL ? event->text : _("It is not here now. It comes back by itself."));
  self->listener.unlinked (peer, self->user);
  if (!duplicate)
    update_dial (self, peer, FALSE);
}

static void
handle_message (ThruRoomLinks         *self,
                const ThruEngineEvent *event)
{
  ThruPeer *peer = g_hash_table_lookup (self->by_link, GUINT_TO_POINTER (event->link));

  if (peer == NULL || event->message == NULL)
    return;

  /* Whoever talks over the spare link has chosen it. */
  if (event->link == peer->spare)
    {
      peer->spare = peer->link;
      use_link (self, peer, event->link, TRUE);
    }
  if (event->message->type == THRU_SESSION_HELLO)
    take_hello (self, peer, event->message);
  else
    self->listener.message (peer, event->message, self->user);
}

static void
handle_dial_failed (ThruRoomLinks         *self,
                    const ThruEngineEvent *event)
{
  ThruPeer *peer = find_by_dial (self, event->dial);

  if (peer == NULL || peer->link != 0)
    return;

  peer->n_failed++;
  _thru_room_set_state (peer->room, THRU_ROOM_WAITING, event->text);
  if (peer->found_key != NULL && peer->n_failed % FAILURES_BEFORE_LOOKUP == 0)
    thru_discovery_resolve_again (self->discovery, peer->found_key);
}

static void
found_cb (ThruRoomLinks *self,
          ThruFoundRoom *found)
{
  g_autofree char *made_up = g_strconcat ("found:", found->key, NULL);
  const char *id = found->id != NULL ? found->id : made_up;
  ThruPeer *peer = find_by_key (self, found->key);

  if (found->id != NULL && (is_made_up (found->id) || g_str_equal (found->id, get_own_id (self))))
    return;
  if (peer == NULL)
    peer = thru_room_links_find (self, id);
  if (peer == NULL)
    peer = add_peer (self, id, found->name);
  if (peer == NULL)
    return;

  peer->known |= found->id != NULL;
  g_free (peer->found_key);
  peer->found_key = g_strdup (found->key);
  g_strfreev (peer->found);
  peer->found = g_strdupv (found->addresses);
  if (peer->linked_at == 0)
    _thru_room_set_name (peer->room, found->name);
  update_dial (self, peer, TRUE);
}

/* Its addresses may still be right: it is the announcement that went. They stay until others come. */
static void
gone_cb (ThruRoomLinks *self,
         const char    *key)
{
  ThruPeer *peer = find_by_key (self, key);

  if (peer != NULL)
    g_clear_pointer (&peer->found_key, g_free);
}

ThruRoomLinks *
thru_room_links_new (ThruEngine                  *engine,
                     ThruDiscovery               *discovery,
                     ThruStudio                  *studio,
                     const ThruRoomLinksListener *listener,
                     gpointer                     user)
{
  ThruRoomLinks *self;

  g_return_val_if_fail (THRU_IS_ENGINE (engine) && THRU_IS_DISCOVERY (discovery) && THRU_IS_STUDIO (studio), NULL);
  g_return_val_if_fail (listener != NULL, NULL);

  self = g_new0 (ThruRoomLinks, 1);
  self->engine = engine;
  self->discovery = discovery;
  self->studio = studio;
  self->listener = *listener;
  self->user = user;
  self->peers = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_peer_free);
  self->by_link = g_hash_table_new (NULL, NULL);
  g_signal_connect_swapped (discovery, "room-found", G_CALLBACK (found_cb), self);
  g_signal_connect_swapped (discovery, "room-gone", G_CALLBACK (gone_cb), self);
  return self;
}

void
thru_room_links_free (ThruRoomLinks *self)
{
  if (self == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->discovery, self);
  g_clear_handle_id (&self->redial_timer, g_source_remove);
  g_hash_table_unref (self->by_link);
  g_ptr_array_unref (self->peers);
  g_free (self);
}

void
thru_room_links_handle (ThruRoomLinks         *self,
                        const ThruEngineEvent *event)
{
  ThruPeer *peer;

  g_return_if_fail (self != NULL && event != NULL);

  switch (event->type)
    {
    case THRU_ENGINE_LINK_ASKS:
      handle_asks (self, event);
      break;

    case THRU_ENGINE_LINK_MESSAGE:
      handle_message (self, event);
      break;

    case THRU_ENGINE_LINK_CLOSED:
      handle_closed (self, event);
      break;

    case THRU_ENGINE_DIAL_FAILED:
      handle_dial_failed (self, event);
      break;

    case THRU_ENGINE_LINK_TIMING:
      peer = g_hash_table_lookup (self->by_link, GUINT_TO_POINTER (event->link));
      if (peer != NULL && peer->link == event->link)
        _thru_room_set_round_trip (peer->room, (guint) MIN (event->round_trip_us, G_MAXUINT));
      break;

    case THRU_ENGINE_DIALING:
    case THRU_ENGINE_LISTENING:
    case THRU_ENGINE_LISTEN_FAILED:
    default:
      break;
    }
}

ThruPeer *
thru_room_links_know (ThruRoomLinks *self,
                      const char    *id,
                      const char    *name)
{
  ThruPeer *peer;

  g_return_val_if_fail (self != NULL && id != NULL && name != NULL, NULL);

  peer = thru_room_links_find (self, id);
  if (peer == NULL && !g_str_equal (id, get_own_id (self)))
    peer = add_peer (self, id, name);
  if (peer == NULL)
    return NULL;

  peer->known = TRUE;
  if (g_str_has_prefix (id, "plain:"))
    {
      peer->plain = TRUE;
      _thru_room_set_plain (peer->room);
    }
  return peer;
}

void
thru_room_links_add_address (ThruRoomLinks *self,
                             const char    *address,
                             const char    *room_id)
{
  g_autofree char *made_up = NULL;
  ThruPeer *peer;

  g_return_if_fail (self != NULL && address != NULL);

  made_up = g_strconcat ("address:", address, NULL);
  peer = find_by_typed (self, address);
  if (peer == NULL && room_id != NULL)
    peer = thru_room_links_find (self, room_id);
  if (peer == NULL)
    peer = thru_room_links_find (self, made_up);
  if (peer == NULL)
    peer = add_peer (self, made_up, address);
  if (peer == NULL)
    return;

  thru_peer_add_typed (peer, address);
  peer->n_failed = 0;
  update_dial (self, peer, TRUE);
  self->listener.changed (self->user);
}

void
thru_room_links_forget (ThruRoomLinks *self,
                        ThruRoom      *room)
{
  ThruPeer *peer;

  g_return_if_fail (self != NULL && THRU_IS_ROOM (room));

  peer = thru_room_links_find (self, thru_room_get_id (room));
  if (peer == NULL)
    return;

  if (peer->link != 0)
    {
      ThruLinkId link = peer->link;

      peer->link = 0;
      self->listener.unlinked (peer, self->user);
      g_hash_table_remove (self->by_link, GUINT_TO_POINTER (link));
      thru_engine_refuse_link (self->engine, link, "quit", _("The room was removed there."));
    }
  if (peer->spare != 0)
    {
      g_hash_table_remove (self->by_link, GUINT_TO_POINTER (peer->spare));
      thru_engine_refuse_link (self->engine, peer->spare, "quit", _("The room was removed there."));
    }
  remove_peer (self, peer);
  self->listener.changed (self->user);
}

ThruPeer *
thru_room_links_find (ThruRoomLinks *self,
                      const char    *room_id)
{
  g_return_val_if_fail (self != NULL && room_id != NULL, NULL);

  for (guint i = 0; i < self->peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (self->peers, i);

      if (g_str_equal (get_peer_id (peer), room_id))
        return peer;
    }
  return NULL;
}

GPtrArray *
thru_room_links_get_peers (ThruRoomLinks *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->peers;
}
