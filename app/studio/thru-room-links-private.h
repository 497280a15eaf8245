/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-peers.h"
#include "thru-room-dialer-private.h"
#include "thru-room-links.h"

G_BEGIN_DECLS

/* thru-room-links.c accepts and keeps one link, which its ThruRoomDialer may have opened; thru-room-links-identity.c tells
 * doubles and second links from the first. */
struct _ThruRoomLinks
{
  ThruEngine           *engine; /* borrowed, as the next two */
  ThruDiscovery        *discovery;
  ThruStudio           *studio;
  ThruRoomLinksListener listener;
  gpointer              user;

  ThruPeers            *peers;
  ThruRoomDialer       *dialer;
  GHashTable           *by_link; /* links that were accepted, to ThruPeer */
  ThruDialId            twin_dial; /* to see whether it is true that another computer has our id; 0: nobody says so */
  char                 *twin_id;   /* (nullable): the room that two computers say they are */
  char                 *twin_host; /* (nullable): the second one's */
  char                 *twin_run;  /* (nullable): the run that the second one said; it stays with a new identity */
};

/* @first, @second: (nullable): hosts. @run: (nullable): the second one's. */
void      _thru_room_links_tell_twins     (ThruRoomLinks         *self,
                                           const char            *id,
                                           const char            *name,
                                           const char            *first,
                                           const char            *second,
                                           const char            *run);
void      _thru_room_links_forget_twins   (ThruRoomLinks         *self);
void      _thru_room_links_stop_twin_dial (ThruRoomLinks         *self);

/* TRUE when it is refused: another computer that says it is us, or a room that we have already. */
gboolean  _thru_room_links_refuse_twin    (ThruRoomLinks         *self,
                                           const ThruEngineEvent *event);

/* A box without an identity that is switched off and on again connects before it is noticed that its first connection is dead,
 * and counts as a second one then. It is not. Returns: (transfer none) (nullable): what it counts as, for @peer, whose link
 * ended. */
ThruPeer *_thru_room_links_find_second    (ThruRoomLinks         *self,
                                           ThruPeer              *peer);

G_END_DECLS
