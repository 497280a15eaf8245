/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-room-private.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The rooms of a studio: ours first and the others by name, those of one name told apart by a number, each found by its id. Main
 * thread only. */
typedef struct _ThruRoomList ThruRoomList;

ThruRoomList *_thru_room_list_new       (void);
void          _thru_room_list_free      (ThruRoomList *self);

/* Returns: (transfer none) (element-type ThruRoom). */
GListModel *  _thru_room_list_get_model (ThruRoomList *self);

/* Returns: (transfer none) (nullable). */
ThruRoom *    _thru_room_list_find      (ThruRoomList *self,
                                         const char   *id);

/* Its id must not be there yet. */
void          _thru_room_list_add       (ThruRoomList *self,
                                         ThruRoom     *room);

/* Does nothing when it is not there. */
void          _thru_room_list_remove    (ThruRoomList *self,
                                         ThruRoom     *room);

/* Gives a room of the list another id, which must not be there yet. */
void          _thru_room_list_set_id    (ThruRoomList *self,
                                         ThruRoom     *room,
                                         const char   *id);

/* A room of the list has another name: numbers and order follow. */
void          _thru_room_list_renamed   (ThruRoomList *self,
                                         ThruRoom     *room);

G_END_DECLS
