/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-system.h"
#include "thru-saved-state.h"
#include "thru-studio.h"

G_BEGIN_DECLS

/* Brings the devices of our own room up to what the MIDI system lists now. A device that a route needs stays when it goes,
 * offline; what is new gets a node address and keeps it. TRUE: something to save is new. */
gboolean thru_own_devices_update (ThruStudio     *studio,
                                  ThruMidiSystem *midi,
                                  ThruSavedState *state);

G_END_DECLS
