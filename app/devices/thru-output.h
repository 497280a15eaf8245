/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-port.h"

#include <stdbool.h>
#include <stdint.h>

G_BEGIN_DECLS

#define THRU_TYPE_OUTPUT (thru_output_get_type ())

/* An open MIDI output. Cuts and paces long System Exclusive as the MIDI system needs it and watches that its sends return.
 * When the last reference is dropped, what was accepted is still sent, then it closes. */
G_DECLARE_FINAL_TYPE (ThruOutput, thru_output, THRU, OUTPUT, ThruPort)

/* Plays one whole message. Never blocks; one thread at a time (the engine's). Has the shape of a router's send function.
 * FALSE: no room now, or still opening: offer it again. In state FAILED it is TRUE and goes nowhere. */
gboolean thru_output_send (ThruOutput    *self,
                           const uint8_t *message,
                           size_t         length,
                           uint64_t       time_us);

/* Note-ons that were taken and not played after all, since this was asked last: the MIDI system stood still, or this program did,
 * until they were too late. Threads as above. */
guint    thru_output_take_late (ThruOutput *self);

/* Long System Exclusive, in parts: the shape of a router's functions for it, see ThruSysexFuncs. Threads as above. In state
 * FAILED all of it goes nowhere. */
size_t        thru_output_take_sysex      (ThruOutput    *self,
                                           const uint8_t *octets,
                                           size_t         length,
                                           size_t         at,
                                           uint64_t       time_us);
gboolean      thru_output_break_off_sysex (ThruOutput    *self);
uint64_t      thru_output_get_sysex_duration
                                          (ThruOutput    *self,
                                           size_t         length);

G_END_DECLS
