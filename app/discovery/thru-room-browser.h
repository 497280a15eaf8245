/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-found-room.h"

#include <avahi-client/client.h>

G_BEGIN_DECLS

/* Which rooms are announced on the network. Outlives the Avahi clients that it works with: what was known stays known while
 * there is none. All on the thread of its context. */
typedef struct _ThruRoomBrowser ThruRoomBrowser;

/* What the list holds may be another now. Called in the middle of Avahi's callbacks: schedule, do not act. */
typedef void (*ThruRoomBrowserFunc) (gpointer user);

/* @own_id: announcements of this computer with this identity are ours and left out. */
ThruRoomBrowser *thru_room_browser_new           (GMainContext        *context,
                                                  const char          *own_id,
                                                  ThruRoomBrowserFunc  changed,
                                                  gpointer             user);
void             thru_room_browser_free          (ThruRoomBrowser     *self);

/* Begins to work with @client, which is running. Returns: 0 or an Avahi error. */
int              thru_room_browser_attach        (ThruRoomBrowser     *self,
                                                  AvahiClient         *client);

/* @client is about to be freed. */
void             thru_room_browser_detach        (ThruRoomBrowser     *self);

/* The daemon gave up on us, though the client lives: detach and attach again, later. */
gboolean         thru_room_browser_is_broken     (ThruRoomBrowser     *self);

/* Asks the network anew for the addresses of room @key, and of those that have not answered yet: it may be one of them. */
void             thru_room_browser_resolve_again (ThruRoomBrowser     *self,
                                                  const char          *key);

/* Returns: (transfer full) (element-type ThruFoundRoom): the rooms now, those with an address. */
GPtrArray *      thru_room_browser_dup_rooms     (ThruRoomBrowser     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruRoomBrowser, thru_room_browser_free)

G_END_DECLS
