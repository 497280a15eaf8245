/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-patcher.h"
#include "thru-room-links.h"

G_BEGIN_DECLS

/* Decides from the wanted routes and from who is here what is to be connected now, has it done, and says in each route's state
 * what came of it. Main thread only. */
typedef struct _ThruRoutePlanner ThruRoutePlanner;

/* @changed: a route of ours has another state or reason. @opened: a destination of ours is open that was not, or the reverse. */
typedef void (*ThruRoutePlannerFunc) (gpointer user);

/* @routes: (element-type ThruRoute): those that this room owns. All borrowed. */
ThruRoutePlanner *thru_route_planner_new         (ThruStudio           *studio,
                                                  ThruRoomLinks        *links,
                                                  ThruPatcher          *patcher,
                                                  GPtrArray            *routes,
                                                  ThruRoutePlannerFunc  changed,
                                                  ThruRoutePlannerFunc  opened,
                                                  gpointer              user);
void              thru_route_planner_free        (ThruRoutePlanner     *self);

/* Soon, however often it is said until then. */
void              thru_route_planner_plan_soon   (ThruRoutePlanner     *self);
void              thru_route_planner_plan_now    (ThruRoutePlanner     *self);

/* Sources are open although no route needs them, so that they can be seen to work. */
void              thru_route_planner_set_watched (ThruRoutePlanner     *self,
                                                  gboolean              watched);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruRoutePlanner, thru_route_planner_free)

G_END_DECLS
