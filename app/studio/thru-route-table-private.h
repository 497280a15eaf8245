/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-route-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The routes of a studio in the order in which they came, each found by its key. Main thread only. */
typedef struct _ThruRouteTable ThruRouteTable;

ThruRouteTable *_thru_route_table_new       (void);
void            _thru_route_table_free      (ThruRouteTable     *self);

/* Returns: (transfer none) (element-type ThruRoute). */
GListModel *    _thru_route_table_get_model (ThruRouteTable     *self);

/* Returns: (transfer none) (nullable). */
ThruRoute *     _thru_route_table_find      (ThruRouteTable     *self,
                                             const ThruRouteKey *key);

/* To go through all routes in any order, with their keys, while none is added or removed. */
void            _thru_route_table_init_iter (ThruRouteTable     *self,
                                             GHashTableIter     *iter);

/* Its key must not be there yet. */
void            _thru_route_table_add       (ThruRouteTable     *self,
                                             ThruRoute          *route);

/* Does nothing when it is not there. */
void            _thru_route_table_remove    (ThruRouteTable     *self,
                                             ThruRoute          *route);

/* Many at once: one change of the list for all that are added, one for each run that goes. (element-type ThruRoute). */
void            _thru_route_table_change    (ThruRouteTable     *self,
                                             GPtrArray          *added,
                                             GHashTable         *removed);

G_END_DECLS
