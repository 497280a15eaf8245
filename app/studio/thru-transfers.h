/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-patcher.h"
#include "thru-room-links.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* What becomes of long System Exclusive messages, in the model and in words: those that take a while are shown while they are
 * sent, here and in the other rooms, and what came to nothing is told. Main thread only. */
typedef struct _ThruTransfers ThruTransfers;

/* All borrowed. */
ThruTransfers *thru_transfers_new    (ThruStudio               *studio,
                                      ThruEngine               *engine,
                                      ThruPatcher              *patcher,
                                      ThruRoomLinks            *links);
void           thru_transfers_free   (ThruTransfers            *self);

/* A THRU_ENGINE_SYSEX. */
void           thru_transfers_handle (ThruTransfers            *self,
                                      const ThruSysexReport    *report);

/* What another room tells of its devices, or asks of ours. */
void           thru_transfers_take   (ThruTransfers            *self,
                                      ThruPeer                 *peer,
                                      const ThruSessionMessage *message);

/* The room can not be heard: what it told is over. */
void           thru_transfers_forget (ThruTransfers            *self,
                                      ThruPeer                 *peer);

/* Breaks it off, here or there. */
void           thru_transfers_cancel (ThruTransfers            *self,
                                      ThruTransfer             *transfer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThruTransfers, thru_transfers_free)

G_END_DECLS
