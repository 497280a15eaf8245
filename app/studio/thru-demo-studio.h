/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

G_BEGIN_DECLS

#define THRU_TYPE_DEMO_STUDIO (thru_demo_studio_get_type ())

/* A busy studio without hardware or network, behind --demo: eight rooms with devices, routes in every state, meters that move. */
G_DECLARE_FINAL_TYPE (ThruDemoStudio, thru_demo_studio, THRU, DEMO_STUDIO, ThruStudio)

/* @n_rooms: 1 to 64; 0 for the usual eight. @n_devices: sources and destinations per room; 0 for a natural mixture. With the
 * same numbers it is always the same studio. In the usual one things happen: rooms come and go, System Exclusive is sent, an
 * instrument comes back under another name. */
ThruStudio *thru_demo_studio_new       (guint           n_rooms,
                                        guint           n_devices);

/* Moves the meters of half the devices at @hz times a second; 0 stops. The usual demo plays by itself. With
 * THRUWALL_DEMO_STILL in the environment every level stays what it is and nobody comes or goes, for pictures; its words name
 * what else is to be in the picture: "transfer" or "transfers", the questions "same" and "which", "loop" for a route that is muted
 * in a moment. */
void        thru_demo_studio_set_pace  (ThruDemoStudio *self,
                                        guint           hz);

G_END_DECLS
