/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-discovery.h"
#include "thru-engine.h"
#include "thru-peers.h"

G_BEGIN_DECLS

/* The ways to other rooms: keeps the engine dialing whoever is announced or typed in and has no link with us, and asks the
 * network anew for those that do not answer. Main thread only. */
typedef struct _ThruRoomDialer ThruRoomDialer;

/* All borrowed. */
ThruRoomDialer *_thru_room_dialer_new          (ThruEngine            *engine,
                                                ThruDiscovery         *discovery,
                                                ThruPeers             *peers);
void            _thru_room_dialer_free         (ThruRoomDialer        *self);

/* The number of a dial that nobody has yet. */
ThruDialId      _thru_room_dialer_make_id      (ThruRoomDialer        *self);

/* Dials, or stops, as the room's addresses and link are now. A link that we opened keeps its dial at rest in the engine, which
 * goes on by itself when that link ends; while they opened it, there is nothing to dial for. */
void            _thru_room_dialer_update       (ThruRoomDialer        *self,
                                                ThruPeer              *peer,
                                                gboolean               hurry);

/* The same in a few seconds for whoever is neither here nor looked for then. */
void            _thru_room_dialer_update_later (ThruRoomDialer        *self);

/* Its announcement may be old: where it does not answer, or not any more, the network is asked for it, but not without end. */
void            _thru_room_dialer_look_again   (ThruRoomDialer        *self,
                                                ThruPeer              *peer);

/* All who are not here: they are looked up anew and tried at once. */
void            _thru_room_dialer_hurry        (ThruRoomDialer        *self);

/* While @asleep nobody is dialed. */
void            _thru_room_dialer_set_asleep   (ThruRoomDialer        *self,
                                                gboolean               asleep);

/* Events about dials. */
void            _thru_room_dialer_handle       (ThruRoomDialer        *self,
                                                const ThruEngineEvent *event);

/* Another room is announced, or is not any more. */
void            _thru_room_dialer_take_found   (ThruRoomDialer        *self,
                                                ThruFoundRoom         *found);
void            _thru_room_dialer_take_gone    (ThruRoomDialer        *self,
                                                const char            *key);

/* An address was typed in. @room_id: (nullable): who answered there last. FALSE when there are too many rooms. */
gboolean        _thru_room_dialer_add_typed    (ThruRoomDialer        *self,
                                                const char            *address,
                                                const char            *room_id);

G_END_DECLS
