/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-device-private.h"
#include "thru-room-private.h"
#include "thru-route-private.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* For the studios that fill the model. Names on routes follow their rooms and devices by themselves. */

/* The first own room is the studio's own for good. Its id must not be there yet. */
void       _thru_studio_add_room        (ThruStudio         *self,
                                         ThruRoom           *room);
void       _thru_studio_remove_room     (ThruStudio         *self,
                                         ThruRoom           *room);

/* A room that was known by its address only has told who it is. @id must not be there yet. */
void       _thru_studio_set_room_id     (ThruStudio         *self,
                                         ThruRoom           *room,
                                         const char         *id);

/* Returns: (transfer none) (nullable). */
ThruRoute *_thru_studio_find_route_by_key (ThruStudio         *self,
                                           const ThruRouteKey *key);

/* Its key must not be there yet. */
void       _thru_studio_add_route       (ThruStudio         *self,
                                         ThruRoute          *route);
void       _thru_studio_remove_route    (ThruStudio         *self,
                                         ThruRoute          *route);

/* Many at once: one change of the list for all that are added, one for each run that goes. (element-type ThruRoute). */
void       _thru_studio_change_routes   (ThruStudio         *self,
                                         GPtrArray          *added,
                                         GHashTable         *removed);

/* @problem: (transfer none) (nullable): replaces the one of that kind; NULL: it is over. The same again changes nothing. */
void       _thru_studio_set_problem     (ThruStudio         *self,
                                         ThruProblemKind     kind,
                                         ThruProblem        *problem);
/* (element-type ThruQuestion): all there are now. What reads the same as before stays as it is. */
void       _thru_studio_set_questions   (ThruStudio         *self,
                                         GPtrArray          *questions);
void       _thru_studio_add_transfer    (ThruStudio         *self,
                                         ThruTransfer       *transfer);
void       _thru_studio_remove_transfer (ThruStudio         *self,
                                         ThruTransfer       *transfer);
void       _thru_studio_set_port        (ThruStudio         *self,
                                         guint               port);
void       _thru_studio_set_late_limit  (ThruStudio         *self,
                                         guint               ms);
void       _thru_studio_set_needs_name  (ThruStudio         *self,
                                         gboolean            needs_name);
void       _thru_studio_set_searching   (ThruStudio         *self,
                                         gboolean            searching);

/* Whether another room was asked about the route and has not answered yet. */
gboolean   _thru_studio_is_asking       (ThruStudio         *self,
                                         const ThruRouteKey *key);

/* Emits "patched". */
void       _thru_studio_emit_patched    (ThruStudio         *self,
                                         ThruRoute          *route,
                                         ThruChange          change);

/* Emits "answered". */
void       _thru_studio_emit_answered   (ThruStudio         *self,
                                         const char         *text);

/* Emits "message". */
void       _thru_studio_tell            (ThruStudio         *self,
                                         const char         *format,
                                         ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
