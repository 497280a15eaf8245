/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-studio.h"

/* Lets something go wrong when its time has come: connections stall, break or die in silence, or are opened twice;
 * programs freeze, crash or read slowly; machines lose power; instruments stall; devices vanish; input is lost; routes come
 * and go; somebody panics. */
void sim_fault_vex  (SimStudio *studio);

/* The last one: the network was gone, and as it is back all rooms dial at once. */
void sim_fault_meet (SimStudio *studio);
