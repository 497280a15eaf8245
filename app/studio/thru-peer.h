/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-engine.h"
#include "thru-room.h"

G_BEGIN_DECLS

/* Another room as the live studio deals with it: its place in the model, the ways to reach it, the link with it and what it told.
 * ThruRoomLinks owns it and the ways; ThruRemoteModel what it told. */
typedef struct
{
  ThruRoom  *room;
  gboolean   known;         /* its id is its own, not made up from an address */
  gboolean   plain;         /* plain MIDI octets, no lists and no requests */
  gboolean   foreign;       /* a program other than ours */
  char      *run;           /* (nullable): which run of its program it said last */
  char      *host;          /* (nullable): from where */

  /* The way there. */
  char      *found_key;     /* (nullable): while it is announced */
  char     **found;         /* (nullable): announced addresses */
  GPtrArray *typed;         /* (element-type utf8): typed addresses */
  ThruDialId dial;
  gboolean   dialing;       /* the engine looks after it */
  guint      n_failed;      /* attempts in a row */
  gint64     looked_at;     /* anew, for its address; monotonic, microseconds; 0: never */

  /* The link. */
  ThruLinkId link;          /* 0: none */
  gboolean   link_is_ours;  /* we opened it */
  ThruLinkId spare;         /* ours too; the other side decides which of the two stays */
  gint64     linked_at;     /* monotonic, microseconds */
  gint64     gone_at;       /* 0: it was never here */
  gboolean   asleep;        /* it said so, and was not here since */
  gboolean   slow;          /* the way there and back takes long */
  char      *why;           /* (nullable): what was wrong when its link was cut, a sentence */

  /* What it told. */
  GPtrArray *devices_part;  /* (element-type ThruSessionDevice) (nullable): a list that is still coming in */
  GPtrArray *routes_part;   /* (element-type ThruSessionRoute) (nullable) */
  GPtrArray *routes;        /* (element-type ThruSessionRoute) (nullable): the last whole list */
} ThruPeer;

ThruPeer *thru_peer_new           (const char *id,
                                   const char *name);
void      thru_peer_free          (ThruPeer   *self);

/* Returns: (transfer full): why a route to or from it waits, in whole sentences. */
char *    thru_peer_explain_absence (ThruPeer *self);

/* Lists that are still coming in are of no use once their link is another. */
void      thru_peer_drop_parts    (ThruPeer   *self);

/* Returns: (transfer full) (array NULL-terminated): announced addresses first, then typed ones, each once. */
char **   thru_peer_get_addresses (ThruPeer   *self);

/* FALSE when it has it already. */
gboolean  thru_peer_add_typed     (ThruPeer   *self,
                                   const char *address);

/* FALSE when it does not have it. */
gboolean  thru_peer_remove_typed  (ThruPeer   *self,
                                   const char *address);

G_END_DECLS
