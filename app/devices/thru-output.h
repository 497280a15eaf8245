/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-input.h"

G_BEGIN_DECLS

#define THRU_TYPE_OUTPUT (thru_output_get_type ())

/* An open MIDI output. Cuts and paces long System Exclusive as the MIDI system needs it and watches that its sends return.
 * References may be dropped on any thread; what was accepted is still sent, then it closes in the background.
 * Signal "state-changed" comes on the thread that opened it. */
G_DECLARE_FINAL_TYPE (ThruOutput, thru_output, THRU, OUTPUT, GObject)

ThruPortState thru_output_get_state   (ThruOutput    *self);
const char *  thru_output_get_problem (ThruOutput    *self);

/* Plays one whole message. Never blocks; one thread at a time (the engine's). Has the shape of a router's send function.
 * FALSE: no room now, or still opening: offer it again. In state FAILED it is TRUE and goes nowhere. */
gboolean      thru_output_send        (ThruOutput    *self,
                                       const uint8_t *message,
                                       size_t         length,
                                       uint64_t       time_us);

G_END_DECLS
