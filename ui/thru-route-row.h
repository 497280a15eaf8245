/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_ROUTE_ROW (thru_route_row_get_type ())

/* One route of the list: its state's sign, both ends, the state in words, a meter, buttons that mute and disconnect.
 * Class actions "route.disconnect", also on the Delete key, and "route.mute", also on M. Signals "disconnect" and "mute": it was
 * asked for. */
G_DECLARE_FINAL_TYPE (ThruRouteRow, thru_route_row, THRU, ROUTE_ROW, AdwActionRow)

GtkWidget * thru_route_row_new       (ThruStudio   *studio,
                                      ThruRoute    *route);

/* Returns: (transfer none). */
ThruRoute * thru_route_row_get_route (ThruRouteRow *self);

/* Reads names and state again; tells assistive technology only what changed. */
void        thru_route_row_update    (ThruRouteRow *self);

/* @level: 0 to 1. */
void        thru_route_row_set_level (ThruRouteRow *self,
                                      double        level);

G_END_DECLS
