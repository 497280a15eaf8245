/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-room-links-private.h"

#include "thru-accept-policy.h"
#include "thru-link-rule.h"
#include "thru-strings-private.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define SLOW_US 100000 /* there and back: keyboards feel late from here on */
#define FAST_US 60000

static const char *
get_own_id (ThruRoomLinks *self)
{
  return thru_room_get_id (thru_studio_get_own_room (self->studio));
}

static const char *
get_peer_id (ThruPeer *peer)
{
  return thru_room_get_id (peer->room);
}

static void
take_hello (ThruPeer                 *peer,
            const ThruSessionMessage *message)
{
  if (message->room_name != NULL && message->room_name[0] != '\0')
    _thru_room_set_name (peer->room, message->room_name);
  peer->foreign = message->program == NULL || !g_str_has_prefix (message->program, "Thruwall ");
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
  peer->asleep = FALSE;
  peer->slow = FALSE;
  g_clear_pointer (&peer->why, g_free);
  peer->linked_at = g_get_monotonic_time ();
  thru_peer_drop_parts (peer);
  _thru_room_dialer_update (self->dialer, peer, FALSE);
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
    thru_peers_hang_up (self->peers, peer);
}

static void
refuse_spare (ThruRoomLinks *self,
              ThruPeer      *peer)
{
  if (peer->spare == 0)
    return;

  g_hash_table_remove (self->by_link, GUINT_TO_POINTER (peer->spare));
  thru_engine_refuse_link (self->engine, peer->spare, "duplicate", _("There is another link already."));
  peer->spare = 0;
}

/* Two links with one room. */
static void
settle_duplicate (ThruRoomLinks *self,
                  ThruPeer      *peer,
                  ThruLinkId     link,
                  gboolean       is_ours)
{
  ThruLinkId old = peer->link;
  gboolean old_is_ours = peer->link_is_ours;

  switch (thru_link_rule_choose (get_own_id (self), get_peer_id (peer), old_is_ours, is_ours))
    {
    case THRU_LINK_RULE_THEIRS:
      refuse_spare (self, peer);
      peer->spare = link;
      g_hash_table_insert (self->by_link, GUINT_TO_POINTER (link), peer);
      thru_engine_accept_link (self->engine, link);
      break;

    case THRU_LINK_RULE_NEWER:
      g_hash_table_remove (self->by_link, GUINT_TO_POINTER (old));
      g_hash_table_insert (self->by_link, GUINT_TO_POINTER (link), peer);
      thru_engine_accept_link (self->engine, link);
      if (old_is_ours)
        thru_peers_hang_up (self->peers, peer);
      use_link (self, peer, link, is_ours);
      thru_engine_refuse_link (self->engine, old, "duplicate", _("There is another link already."));
      /* The other room was to choose between two of ours, and it chose this one. */
      refuse_spare (self, peer);
      break;

    case THRU_LINK_RULE_OLDER:
    default:
      refuse_duplicate (self, peer, link, is_ours);
      break;
    }
}

static void
refuse_ourselves (ThruRoomLinks *self,
                  ThruPeer      *dialed,
                  const char    *reason)
{
  if (dialed == NULL || dialed->known)
    return;

  thru_peers_hang_up (self->peers, dialed);
  dialed->n_failed++;
  _thru_room_set_state (dialed->room, THRU_ROOM_PROBLEM, reason);
}

/* The port of one who connected says nothing about where it can be reached. */
static void
show_address (ThruPeer              *peer,
              const ThruEngineEvent *event)
{
  g_autofree char *host = thru_peers_get_host (event->address);

  if (event->dial != 0)
    _thru_room_set_address (peer->room, event->address);
  else if (peer->found == NULL && peer->typed->len == 0)
    _thru_room_set_address (peer->room, host);
}

/* Whether it is refused for what it says of itself. */
static gboolean
refuse_identity (ThruRoomLinks         *self,
                 const ThruEngineEvent *event,
                 const char            *id,
                 ThruPeer              *dialed)
{
  g_autofree char *reason = NULL;

  if (id != NULL && !thru_peers_is_made_up (id) && _thru_room_links_refuse_twin (self, event))
    {
      refuse_ourselves (self, dialed, _("Another computer has the identity of this room."));
      return TRUE;
    }
  if ((!event->plain && (id == NULL || thru_peers_is_made_up (id))) ||
      !thru_accept_policy_allows (get_own_id (self), id, &reason))
    {
      thru_engine_refuse_link (self->engine, event->link, "refused", reason != NULL ? reason : _("It did not say who it is."));
      refuse_ourselves (self, dialed, reason);
      return TRUE;
    }
  if (self->twin_dial != 0 && event->dial == self->twin_dial)
    {
      /* Nobody who has our id, after all; it is found as what it is. */
      thru_engine_refuse_link (self->engine, event->link, "quit", _("Another room was looked for."));
      _thru_room_links_stop_twin_dial (self);
      return TRUE;
    }
  return FALSE;
}

static void
take_identity (ThruRoomLinks         *self,
               ThruPeer              *peer,
               const ThruEngineEvent *event)
{
  const ThruSessionMessage *hello = event->message;

  peer->known = TRUE;
  g_free (peer->host);
  peer->host = thru_peers_get_host (event->address);
  _thru_strings_set (&peer->run, hello != NULL ? hello->run : NULL);
  /* It may come from another of its addresses than before. */
  if (g_strcmp0 (peer->host, self->twin_host) == 0 || (peer->run != NULL && g_strcmp0 (peer->run, self->twin_run) == 0))
    _thru_room_links_forget_twins (self);
  if (!event->plain)
    take_hello (peer, hello);
  self->listener.changed (self->user);
}

static void
handle_asks (ThruRoomLinks         *self,
             const ThruEngineEvent *event)
{
  const ThruSessionMessage *hello = event->message;
  const char *id = event->plain || hello == NULL ? NULL : hello->room_id;
  ThruPeer *dialed = thru_peers_find_by_dial (self->peers, event->dial);
  ThruPeer *peer;

  if (refuse_identity (self, event, id, dialed))
    return;

  if (event->plain)
    peer = thru_peers_identify_plain (self->peers, dialed, event->address);
  else
    peer = thru_peers_identify (self->peers, dialed, id, hello->room_name != NULL ? hello->room_name : id, event->address);
  if (dialed != peer && g_ptr_array_find (thru_peers_get_all (self->peers), dialed, NULL))
    _thru_room_dialer_look_again (self->dialer, dialed);
  if (event->dial != 0)
    _thru_room_dialer_update_later (self->dialer);
  if (peer == NULL)
    {
      thru_engine_refuse_link (self->engine, event->link, "refused", _("There are too many rooms already."));
      return;
    }

  take_identity (self, peer, event);
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

static gboolean
take_over_second (ThruRoomLinks *self,
                  ThruPeer      *peer)
{
  ThruPeer *second = _thru_room_links_find_second (self, peer);
  ThruLinkId link = second != NULL ? second->link : 0;

  if (second == NULL)
    return FALSE;

  second->link = 0;
  self->listener.unlinked (second, self->user);
  thru_peers_remove (self->peers, second);
  g_hash_table_insert (self->by_link, GUINT_TO_POINTER (link), peer);
  use_link (self, peer, link, FALSE);
  return TRUE;
}

static void
handle_closed (ThruRoomLinks         *self,
               const ThruEngineEvent *event)
{
  ThruPeer *peer = g_hash_table_lookup (self->by_link, GUINT_TO_POINTER (event->link));
  gboolean duplicate = g_strcmp0 (event->code, "duplicate") == 0;

  if (duplicate && event->dial != 0)
    {
      ThruPeer *dialed = thru_peers_find_by_dial (self->peers, event->dial);

      if (dialed != NULL)
        dialed->dialing = FALSE;
      _thru_room_dialer_update_later (self->dialer);
    }
  if (g_strcmp0 (event->code, "twin") == 0 && self->twin_id == NULL)
    _thru_room_links_tell_twins (self, get_own_id (self), thru_room_get_name (thru_studio_get_own_room (self->studio)), NULL,
                                 NULL, NULL);
  if (peer == NULL)
    return;

  if (g_strcmp0 (self->twin_id, get_peer_id (peer)) == 0)
    _thru_room_links_forget_twins (self);
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
  peer->asleep = g_strcmp0 (event->code, "sleep") == 0;
  g_free (peer->why);
  peer->why = event->cut ? g_strdup (event->text) : NULL;
  peer->gone_at = g_get_monotonic_time ();
  thru_peer_drop_parts (peer);
  _thru_room_set_round_trip (peer->room, 0);
  if (g_strcmp0 (event->code, "refused") == 0)
    _thru_room_set_state (peer->room, THRU_ROOM_PROBLEM, event->text);
  else
    _thru_room_set_state (peer->room, THRU_ROOM_WAITING,
                          event->text != NULL ? event->text : _("It is not here now. It comes back by itself."));
  self->listener.unlinked (peer, self->user);
  if (take_over_second (self, peer))
    return;
  _thru_room_dialer_look_again (self->dialer, peer);
  if (!duplicate)
    _thru_room_dialer_update (self->dialer, peer, FALSE);
  thru_peers_forget_passers (self->peers);
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
    {
      take_hello (peer, event->message);
      self->listener.changed (self->user);
    }
  else
    self->listener.message (peer, event->message, self->user);
}

/* Not one that comes and goes with every measurement. */
static void
take_timing (ThruPeer *peer,
             guint64   round_trip_us)
{
  gboolean slow = round_trip_us >= (peer->slow ? FAST_US : SLOW_US);

  _thru_room_set_round_trip (peer->room, (guint) MIN (round_trip_us, G_MAXUINT));
  if (slow == peer->slow)
    return;

  peer->slow = slow;
  _thru_room_set_state (peer->room, THRU_ROOM_CONNECTED, slow ? _("The network is slow.") : NULL);
}

static void
found_cb (ThruRoomLinks *self,
          ThruFoundRoom *found)
{
  if (found->id != NULL && thru_peers_is_made_up (found->id))
    return;
  if (g_strcmp0 (found->id, get_own_id (self)) == 0)
    {
      if (self->twin_dial == 0)
        self->twin_dial = _thru_room_dialer_make_id (self->dialer);
      thru_engine_dial (self->engine, self->twin_dial, (const char *const *) found->addresses, TRUE);
      return;
    }
  _thru_room_dialer_take_found (self->dialer, found);
}

static void
gone_cb (ThruRoomLinks *self,
         const char    *key)
{
  if (g_str_equal (key, get_own_id (self)))
    {
      _thru_room_links_stop_twin_dial (self);
      _thru_room_links_forget_twins (self);
    }
  _thru_room_dialer_take_gone (self->dialer, key);
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
  self->peers = thru_peers_new (engine, studio);
  self->dialer = _thru_room_dialer_new (engine, discovery, self->peers);
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
  _thru_room_dialer_free (self->dialer);
  g_hash_table_unref (self->by_link);
  thru_peers_free (self->peers);
  g_free (self->twin_id);
  g_free (self->twin_host);
  g_free (self->twin_run);
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

    case THRU_ENGINE_DIALING:
    case THRU_ENGINE_DIAL_FAILED:
      _thru_room_dialer_handle (self->dialer, event);
      break;

    case THRU_ENGINE_LINK_TIMING:
      peer = g_hash_table_lookup (self->by_link, GUINT_TO_POINTER (event->link));
      if (peer != NULL && peer->link == event->link)
        take_timing (peer, event->round_trip_us);
      break;

    case THRU_ENGINE_LISTENING:
    case THRU_ENGINE_LISTEN_FAILED:
    case THRU_ENGINE_ASLEEP:
    case THRU_ENGINE_LOOP:
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

  peer = thru_peers_find (self->peers, id);
  if (peer == NULL && !g_str_equal (id, get_own_id (self)))
    peer = thru_peers_add (self->peers, id, name);
  if (peer == NULL)
    return NULL;

  peer->known = TRUE;
  if (g_str_has_prefix (id, "plain:"))
    {
      peer->plain = TRUE;
      _thru_room_set_plain (peer->room, TRUE);
    }
  return peer;
}

void
thru_room_links_add_address (ThruRoomLinks *self,
                             const char    *address,
                             const char    *room_id)
{
  g_return_if_fail (self != NULL && address != NULL);

  if (_thru_room_dialer_add_typed (self->dialer, address, room_id))
    self->listener.changed (self->user);
}

static void
end_links (ThruRoomLinks *self,
           ThruPeer      *peer,
           const char    *reason)
{
  ThruLinkId link = peer->link;

  if (peer->spare != 0)
    {
      g_hash_table_remove (self->by_link, GUINT_TO_POINTER (peer->spare));
      thru_engine_refuse_link (self->engine, peer->spare, "quit", reason);
    }
  peer->spare = 0;
  if (link == 0)
    return;

  peer->link = 0;
  self->listener.unlinked (peer, self->user);
  g_hash_table_remove (self->by_link, GUINT_TO_POINTER (link));
  thru_engine_refuse_link (self->engine, link, "quit", reason);
  _thru_room_set_state (peer->room, THRU_ROOM_WAITING, reason);
}

void
thru_room_links_forget (ThruRoomLinks *self,
                        ThruRoom      *room)
{
  ThruPeer *peer;

  g_return_if_fail (self != NULL && THRU_IS_ROOM (room));

  peer = thru_peers_find (self->peers, thru_room_get_id (room));
  if (peer == NULL)
    return;

  end_links (self, peer, _("The room was removed there."));
  thru_peers_remove (self->peers, peer);
  self->listener.changed (self->user);
}

void
thru_room_links_begin_anew (ThruRoomLinks *self,
                            const char    *reason)
{
  GPtrArray *peers;

  g_return_if_fail (self != NULL && reason != NULL);

  _thru_room_links_stop_twin_dial (self);
  _thru_room_links_forget_twins (self);
  peers = thru_peers_get_all (self->peers);
  for (guint i = 0; i < peers->len; i++)
    end_links (self, g_ptr_array_index (peers, i), reason);
}

void
thru_room_links_set_asleep (ThruRoomLinks *self,
                            gboolean       asleep)
{
  g_return_if_fail (self != NULL);

  _thru_room_dialer_set_asleep (self->dialer, asleep);
}

void
thru_room_links_hurry (ThruRoomLinks *self)
{
  g_return_if_fail (self != NULL);

  _thru_room_dialer_hurry (self->dialer);
}

ThruPeer *
thru_room_links_find (ThruRoomLinks *self,
                      const char    *room_id)
{
  g_return_val_if_fail (self != NULL && room_id != NULL, NULL);

  return thru_peers_find (self->peers, room_id);
}

GPtrArray *
thru_room_links_get_peers (ThruRoomLinks *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return thru_peers_get_all (self->peers);
}
