/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-route.h"

G_BEGIN_DECLS

/* For the studios that fill the model. */

/* The identities of both ends: what makes a route this route. */
typedef struct
{
  const char *from_room;
  const char *from_device;
  const char *to_room;
  const char *to_device;
} ThruRouteKey;

guint               _thru_route_key_hash  (gconstpointer       key);
gboolean            _thru_route_key_equal (gconstpointer       a,
                                           gconstpointer       b);

/* Copies. Names are empty and the state is waiting until set. */
ThruRoute *         _thru_route_new       (const ThruRouteKey *key);

/* Valid as long as the route. */
const ThruRouteKey *_thru_route_get_key   (ThruRoute          *self);
void                _thru_route_set_state (ThruRoute          *self,
                                           ThruRouteState      state,
                                           const char         *reason);

/* Changes no state: who plans the route does. */
void                _thru_route_set_mute  (ThruRoute          *self,
                                           ThruMute            mute);

/* Looks at the meter for late notes. @now_us: monotonic. TRUE: there were some just now, so look again even if nothing moves. */
gboolean            _thru_route_look      (ThruRoute          *self,
                                           gint64              now_us);

/* NULL leaves a name as it is. */
void                _thru_route_set_names (ThruRoute          *self,
                                           const char         *from_room_name,
                                           const char         *from_name,
                                           const char         *to_room_name,
                                           const char         *to_name);

/* The other way round from thru_route_state_to_string(); what is unknown is THRU_ROUTE_PROBLEM. */
ThruRouteState      _thru_route_state_from_string (const char *text);

G_END_DECLS
