/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-types.h"
#include "thru-meter.h"

G_BEGIN_DECLS

typedef enum
{
  THRU_ROUTE_CONNECTED,
  THRU_ROUTE_CONNECTING, /* asked for, not answered yet */
  THRU_ROUTE_WAITING,    /* one end is absent */
  THRU_ROUTE_MUTED,
  THRU_ROUTE_PROBLEM,    /* refused or impossible; reason says why */
} ThruRouteState;

/* Whether a route is wanted silent, and why. */
typedef enum
{
  THRU_MUTE_NONE,
  THRU_MUTE_BY_HAND,
  THRU_MUTE_LOOP, /* its notes came back in a loop */
} ThruMute;

#define THRU_TYPE_ROUTE (thru_route_get_type ())

/* A wanted route, source to destination, with its actual state. A route that is not wanted does not exist. */
G_DECLARE_FINAL_TYPE (ThruRoute, thru_route, THRU, ROUTE, GObject)

/* Properties: "state" (int, ThruRouteState), "reason" (nullable sentence), "late", "is-late", "from-room-name", "from-name", "to-room-name",
 * "to-name". */

ThruRouteState thru_route_get_state           (ThruRoute      *self);
const char *   thru_route_get_reason          (ThruRoute      *self);
ThruMeter *    thru_route_get_meter           (ThruRoute      *self);

/* What is wanted, which the state may not show yet. Of another room's route it is only known that it is muted, not why. */
ThruMute       thru_route_get_mute            (ThruRoute      *self);

/* How many notes came too late and were not played, and whether that was just now; both look at most once a second. */
guint          thru_route_get_late            (ThruRoute      *self);
gboolean       thru_route_is_late             (ThruRoute      *self);

/* Identities and last known names of both ends: there even while the end is absent. */
const char *   thru_route_get_from_room       (ThruRoute      *self);
const char *   thru_route_get_from_device     (ThruRoute      *self);
const char *   thru_route_get_to_room         (ThruRoute      *self);
const char *   thru_route_get_to_device       (ThruRoute      *self);
const char *   thru_route_get_from_room_name  (ThruRoute      *self);
const char *   thru_route_get_from_name       (ThruRoute      *self);
const char *   thru_route_get_to_room_name    (ThruRoute      *self);
const char *   thru_route_get_to_name         (ThruRoute      *self);

/* "connected", "connecting", "waiting", "muted", "problem". Static. */
const char *   thru_route_state_to_string     (ThruRouteState  state);

G_END_DECLS
