/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-room-links.h"

G_BEGIN_DECLS

/* Tells the linked rooms what is here: our devices and our routes whenever they change, and what moves. Main thread only. */
typedef struct _ThruAnnouncer ThruAnnouncer;

/* @routes: (element-type ThruRoute) (transfer none): the routes that this room owns; borrowed like the others. */
ThruAnnouncer *thru_announcer_new          (ThruEngine    *engine,
                                            ThruStudio    *studio,
                                            ThruRoomLinks *links,
                                            GPtrArray     *routes);
void           thru_announcer_free         (ThruAnnouncer *self);

/* The whole lists, now: the devices first, which says that the link was accepted. */
void           thru_announcer_greet        (ThruAnnouncer *self,
                                            ThruPeer      *peer);

/* To all, in 50 ms, however often it is said until then. */
void           thru_announcer_devices_soon (ThruAnnouncer *self);
void           thru_announcer_routes_soon  (ThruAnnouncer *self);

/* Somebody else samples the meters' peaks: leave them. */
void           thru_announcer_set_watched  (ThruAnnouncer *self,
                                            gboolean       watched);

/* A link came or went: what moves is told only while there is one. */
void           thru_announcer_update       (ThruAnnouncer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruAnnouncer, thru_announcer_free)

G_END_DECLS
