/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _ThruConnection ThruConnection;

/* The one timer of all links on a thread, so that many quiet links wake the computer little more often than one does: when one of
 * them sends a heartbeat, those that would send theirs soon do so at once, and from then on they keep time together. Lives on the
 * thread of its context. */
typedef struct _ThruHeartbeat ThruHeartbeat;

ThruHeartbeat *thru_heartbeat_new    (GMainContext   *context);

/* After the last connection. */
void           thru_heartbeat_free   (ThruHeartbeat  *self);

/* @connection is borrowed. */
void           thru_heartbeat_add    (ThruHeartbeat  *self,
                                      ThruConnection *connection);
void           thru_heartbeat_remove (ThruHeartbeat  *self,
                                      ThruConnection *connection);

/* The connections are looked at then, at the latest. Cheap, and never a wake-up of the context: for use on its own thread. */
void           thru_heartbeat_due_by (ThruHeartbeat  *self,
                                      gint64          us);

/* One that was due soon is not any more: before the context sleeps, all are asked anew. */
void           thru_heartbeat_put_off (ThruHeartbeat *self);

/* A connection sends one now. */
void           thru_heartbeat_beat   (ThruHeartbeat  *self,
                                      gint64          now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruHeartbeat, thru_heartbeat_free)

G_END_DECLS
