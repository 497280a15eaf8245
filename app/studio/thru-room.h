/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-types.h"

G_BEGIN_DECLS

typedef enum
{
  THRU_ROOM_HERE,       /* our own */
  THRU_ROOM_CONNECTED,
  THRU_ROOM_CONNECTING,
  THRU_ROOM_WAITING,    /* known, but not to be reached now; tried again by itself */
  THRU_ROOM_PROBLEM,    /* it refuses, or speaks another version */
} ThruRoomState;

#define THRU_TYPE_ROOM (thru_room_get_type ())

/* A host running Thruwall, or another DMIDI speaker. Every property notifies. */
G_DECLARE_FINAL_TYPE (ThruRoom, thru_room, THRU, ROOM, GObject)

/* Properties: "id", "name", "address" (nullable), "state" (int, ThruRoomState), "reason" (nullable sentence),
 * "round-trip" (guint, microseconds, 0 unknown), "manual" (gboolean). The id of a room that was typed in changes once,
 * when it has told who it is.
 * Signal "devices-changed": a device came, went, or has another name or state. */

const char *  thru_room_get_id           (ThruRoom      *self);
const char *  thru_room_get_name         (ThruRoom      *self);
const char *  thru_room_get_address      (ThruRoom      *self);
ThruRoomState thru_room_get_state        (ThruRoom      *self);
const char *  thru_room_get_reason       (ThruRoom      *self);
guint         thru_room_get_round_trip   (ThruRoom      *self);
gboolean      thru_room_is_own           (ThruRoom      *self);

/* Typed in by the user (may be removed again), rather than found. */
gboolean      thru_room_is_manual        (ThruRoom      *self);

/* Returns: (transfer none): GListModel of ThruDevice, sources and destinations, in the order to show. */
GListModel *  thru_room_get_devices      (ThruRoom      *self);

/* "here", "connected", "connecting", "waiting", "problem": for status --json and style classes. Static. */
const char *  thru_room_state_to_string  (ThruRoomState  state);

G_END_DECLS
