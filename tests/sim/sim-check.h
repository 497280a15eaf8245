/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-studio.h"

/* The longest that a note may sound without a reason, milliseconds. */
#define SIM_HANG_MAX_MS 1500

/* After every millisecond: no note sounds without a reason for longer than allowed. */
void sim_check_step (SimStudio *studio);

/* When all is over: nothing sounds, nothing is held, nothing waits. */
void sim_check_rest (SimStudio *studio);
