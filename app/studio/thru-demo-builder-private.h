/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-demo-player-private.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* Puts imagined rooms, devices and routes into a studio, and what plays into its player. Both are borrowed. */
typedef struct
{
  ThruStudio     *studio;
  ThruDemoPlayer *player;
} ThruDemoBuilder;

/* The whole studio, as thru_demo_studio_new() describes it. Returns: (transfer none) (nullable): the room that comes and goes. */
ThruRoom * _thru_demo_builder_build        (const ThruDemoBuilder *self,
                                            guint                  n_rooms,
                                            guint                  n_devices);

/* @pattern: how a source plays. */
void       _thru_demo_builder_add_device   (const ThruDemoBuilder *self,
                                            ThruRoom              *room,
                                            const char            *name,
                                            gboolean               source,
                                            gboolean               online,
                                            ThruDemoPattern        pattern);

/* There must be none yet. Returns: (transfer none). */
ThruRoute *_thru_demo_builder_add_route    (const ThruDemoBuilder *self,
                                            ThruDevice            *from,
                                            ThruDevice            *to);

/* Gives the route the state that it has by its ends. */
void       _thru_demo_builder_settle_route (const ThruDemoBuilder *self,
                                            ThruRoute             *route);

/* Whether the room is here. */
gboolean   _thru_demo_builder_is_reachable (ThruRoom              *room);

G_END_DECLS
