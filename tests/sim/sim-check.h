/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-studio.h"

/* The longest that a note may sound, a pedal be down or a sequencer run without a reason, milliseconds; and the same where
 * a plain speaker may have begun it, of which nothing is heard when it dies. */
#define SIM_HANG_MAX_MS 1500
#define SIM_PLAIN_HANG_MAX_MS 4000

/* The longest that two rooms may need to find one link again once nothing is in their way, milliseconds. */
#define SIM_APART_MAX_MS 5000

/* After every step. */
void sim_check_step (SimStudio *studio);

/* When all is over: nothing sounds, nothing is held, nothing waits; and in a perfect studio everything arrived. */
void sim_check_rest (SimStudio *studio);
