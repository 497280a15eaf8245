/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-room.h"

G_BEGIN_DECLS

/* For the studios that fill the model. Signal "devices-changed": a device came, went, or has another name or state. */

ThruRoom *  _thru_room_new             (const char    *id,
                                        const char    *name);

/* Only while the room is in no studio, or through _thru_studio_set_room_id(), which keeps its look-up right. */
void        _thru_room_set_id          (ThruRoom      *self,
                                        const char    *id);
void        _thru_room_set_name        (ThruRoom      *self,
                                        const char    *name);

/* The name without the number that keeps rooms of one name apart; the number, 1 for none. The studio gives it. */
const char *_thru_room_get_told_name   (ThruRoom      *self);
guint       _thru_room_get_number      (ThruRoom      *self);
void        _thru_room_set_number      (ThruRoom      *self,
                                        guint          number);
void        _thru_room_set_address     (ThruRoom      *self,
                                        const char    *address);
void        _thru_room_set_state       (ThruRoom      *self,
                                        ThruRoomState  state,
                                        const char    *reason);
void        _thru_room_set_round_trip  (ThruRoom      *self,
                                        guint          microseconds);
void        _thru_room_set_own         (ThruRoom      *self);
void        _thru_room_set_manual      (ThruRoom      *self,
                                        gboolean       manual);

/* A plain MIDI speaker: only this program, which is connected with it, can play it. */
gboolean    _thru_room_is_plain        (ThruRoom      *self);
void        _thru_room_set_plain       (ThruRoom      *self,
                                        gboolean       plain);

/* @devices: (element-type ThruDevice): what the room has from now on, in the order to show; those that are there already are
 * recognised by the object. One change of the list. */
void        _thru_room_set_devices     (ThruRoom      *self,
                                        GPtrArray     *devices);
void        _thru_room_add_device      (ThruRoom      *self,
                                        ThruDevice    *device);
void        _thru_room_remove_device   (ThruRoom      *self,
                                        ThruDevice    *device);

/* Returns: (transfer none) (nullable): in constant time. */
ThruDevice *_thru_room_find_device     (ThruRoom      *self,
                                        const char    *id,
                                        gboolean       source);

/* "devices-changed" comes once, after the last thaw, however much changed in between. */
void        _thru_room_freeze          (ThruRoom      *self);
void        _thru_room_thaw            (ThruRoom      *self);
void        _thru_room_devices_changed (ThruRoom      *self);

G_END_DECLS
