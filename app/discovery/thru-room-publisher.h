/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <avahi-client/client.h>
#include <glib.h>

G_BEGIN_DECLS

/* Makes our room known, under another name when its own is taken (" #2"). Outlives the Avahi clients that it works with.
 * One thread only. */
typedef struct _ThruRoomPublisher ThruRoomPublisher;

/* The published name or the error may be another now. Called in the middle of Avahi's callbacks: schedule, do not act. */
typedef void (*ThruRoomPublisherFunc) (gpointer user);

ThruRoomPublisher *thru_room_publisher_new       (const char            *id,
                                                  ThruRoomPublisherFunc  changed,
                                                  gpointer               user);
void               thru_room_publisher_free      (ThruRoomPublisher     *self);

/* @name: cleaned and cut to what DNS-SD takes. @port 0: not published. At once when attached. */
void               thru_room_publisher_set       (ThruRoomPublisher     *self,
                                                  const char            *name,
                                                  guint                  port);

/* Withdraws what is published and publishes it anew. */
void               thru_room_publisher_again     (ThruRoomPublisher     *self);

/* Publishes with @client, which is running. */
void               thru_room_publisher_attach    (ThruRoomPublisher     *self,
                                                  AvahiClient           *client);

/* The host's name changes, so what is published is void; or @client is about to be freed. */
void               thru_room_publisher_detach    (ThruRoomPublisher     *self);

/* Returns: (nullable): the name under which others see us now. */
const char *       thru_room_publisher_get_name  (ThruRoomPublisher     *self);

/* Returns: 0, or the Avahi error for which publishing failed: detach and attach again, later. */
int                thru_room_publisher_get_error (ThruRoomPublisher     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruRoomPublisher, thru_room_publisher_free)

G_END_DECLS
