/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-room-links.h"
#include "thru-saved-state.h"

G_BEGIN_DECLS

/* Between what is saved and the live studio: which rooms and addresses are worth remembering, and bringing them back. */

/* Brings addresses and rooms in @state up to date. Rooms that a route or a person named are remembered; others introduce
 * themselves again. */
void thru_studio_memory_collect (ThruSavedState *state,
                                 ThruRoomLinks  *links);

/* Puts the remembered rooms and wanted routes into the model, absent, and dials the typed-in addresses. */
void thru_studio_memory_restore (ThruSavedState *state,
                                 ThruStudio     *studio,
                                 ThruRoomLinks  *links);

/* What is to be saved of @peer alone. Returns: (transfer full): for thru_studio_memory_restore(). */
ThruSavedState *thru_studio_memory_take_out (ThruSavedState *state,
                                             ThruPeer       *peer);

G_END_DECLS
