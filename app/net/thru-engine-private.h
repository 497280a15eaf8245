/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-command.h"
#include "thru-engine.h"

G_BEGIN_DECLS

/* Each call on the engine is a ThruCommand and the function that runs it on the engine's thread: thru-engine.c has the thread's
 * life and what concerns links and the network, thru-engine-ports.c what concerns sources, destinations and routes. */

/* Takes @command. After the stop it is dropped, so that every call does nothing then. */
void _thru_engine_post (ThruEngine  *self,
                        ThruCommand *command);

G_END_DECLS
