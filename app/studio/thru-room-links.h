/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-discovery.h"
#include "thru-engine.h"
#include "thru-peer.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* The other rooms and the links with them: who is found or typed in is dialed, who asks is accepted or not, one room is one
 * however it is reached, and one link with it stays. Puts rooms into the model and keeps their state; what they tell goes to the
 * listener. Main thread only. */
typedef struct _ThruRoomLinks ThruRoomLinks;

/* Two computers say that they are one room, for one has a copy of the other's files. */
typedef struct
{
  const char *name;   /* NULL: that is over */
  const char *first;  /* host; NULL: it is this room */
  const char *second; /* (nullable): host */
} ThruTwins;

typedef struct
{
  /* The room can be talked to (over another link than before, if it could already). */
  void (*linked)   (ThruPeer                 *peer,
                    gpointer                  user);
  void (*unlinked) (ThruPeer                 *peer,
                    gpointer                  user);
  void (*message)  (ThruPeer                 *peer,
                    const ThruSessionMessage *message,
                    gpointer                  user);

  /* Addresses or names to remember are others. */
  void (*changed)  (gpointer                  user);
  void (*twins)    (const ThruTwins          *twins,
                    gpointer                  user);
} ThruRoomLinksListener;

/* @engine, @discovery and @studio are borrowed. */
ThruRoomLinks *thru_room_links_new         (ThruEngine                  *engine,
                                            ThruDiscovery               *discovery,
                                            ThruStudio                  *studio,
                                            const ThruRoomLinksListener *listener,
                                            gpointer                     user);
void           thru_room_links_free        (ThruRoomLinks               *self);

/* Events about dials and links. */
void           thru_room_links_handle      (ThruRoomLinks               *self,
                                            const ThruEngineEvent       *event);

/* A room that is remembered. Returns: (transfer none) (nullable): NULL when there are too many. */
ThruPeer *     thru_room_links_know        (ThruRoomLinks               *self,
                                            const char                  *id,
                                            const char                  *name);

/* @room_id: (nullable): who answered there last. */
void           thru_room_links_add_address (ThruRoomLinks               *self,
                                            const char                  *address,
                                            const char                  *room_id);

/* Closes its link, forgets its addresses and takes it out of the model. */
void           thru_room_links_forget      (ThruRoomLinks               *self,
                                            ThruRoom                    *room);

/* Ends all links; they come back by themselves. */
void           thru_room_links_begin_anew  (ThruRoomLinks               *self,
                                            const char                  *reason);

/* While @asleep nobody is dialed; the links are the engine's matter. */
void           thru_room_links_set_asleep  (ThruRoomLinks               *self,
                                            gboolean                     asleep);

/* The network is another: who is not here is looked up anew and tried at once. */
void           thru_room_links_hurry       (ThruRoomLinks               *self);

/* Returns: (transfer none) (nullable). */
ThruPeer *     thru_room_links_find        (ThruRoomLinks               *self,
                                            const char                  *room_id);

/* Returns: (transfer none) (element-type ThruPeer). */
GPtrArray *    thru_room_links_get_peers   (ThruRoomLinks               *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruRoomLinks, thru_room_links_free)

G_END_DECLS
