/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-peer.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* What other rooms tell, in the model: their devices, their routes, what moves. Bounded, and harmless whatever they say. */

/* Part of a list. TRUE: it was the last part and the model changed. */
gboolean   thru_remote_model_take_devices  (ThruStudio               *studio,
                                            ThruPeer                 *peer,
                                            const ThruSessionMessage *message);
gboolean   thru_remote_model_take_routes   (ThruStudio               *studio,
                                            ThruPeer                 *peer,
                                            const ThruSessionMessage *message);

void       thru_remote_model_take_activity (ThruStudio               *studio,
                                            ThruPeer                 *peer,
                                            const ThruSessionMessage *message);

/* The room can not be reached: its devices are offline and its routes wait. */
void       thru_remote_model_set_away      (ThruStudio               *studio,
                                            ThruPeer                 *peer);

G_END_DECLS
