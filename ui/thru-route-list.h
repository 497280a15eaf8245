/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_ROUTE_LIST (thru_route_list_get_type ())

/* Every route of the studio as a list of sentences, sorted by rooms and devices, our own room first: the same as the matrix
 * shows, for narrow windows, for the ear, and for whoever prefers reading. Put it in a GtkScrolledWindow.
 *
 * Signals "disconnected" and "failed" as of ThruMatrixView; the devices of "disconnected" are NULL when they are not known. */
G_DECLARE_FINAL_TYPE (ThruRouteList, thru_route_list, THRU, ROUTE_LIST, AdwBin)

GtkWidget * thru_route_list_new        (void);

/* @studio: (nullable). */
void        thru_route_list_set_studio (ThruRouteList *self,
                                        ThruStudio    *studio);

G_END_DECLS
