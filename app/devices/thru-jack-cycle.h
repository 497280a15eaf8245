/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

G_BEGIN_DECLS

/* What RtMidi hands to JACK waits in a ring for the next period. When that is late, for the program was stopped or the server
 * stood still, a note-on in it is too old to be played; but RtMidi takes nothing back. So this program has two functions of
 * libjack itself, which the dynamic linker prefers to the library's: jack_set_process_callback() and jack_ringbuffer_read().
 * Private to this layer. */
typedef struct _ThruJackCycle ThruJackCycle;

/* An object of RtMidi is being made on this thread: what it makes of JACK until thru_jack_cycle_take() belongs together. */
void           thru_jack_cycle_begin    (void);

/* Returns: (transfer full) (nullable): NULL: it made nothing. */
ThruJackCycle *thru_jack_cycle_take     (void);

/* When RtMidi has closed its client. */
void           thru_jack_cycle_free     (ThruJackCycle *cycle);

/* One whole message, or a piece of a System Exclusive, is about to be handed to RtMidi. @time_us: when it was played,
 * CLOCK_MONOTONIC. Any thread, one at a time. */
void           thru_jack_cycle_sends    (ThruJackCycle *cycle,
                                         const uint8_t *message,
                                         size_t         length,
                                         uint64_t       time_us);

/* Note-ons that were not played, since it was asked last. Any thread. */
guint          thru_jack_cycle_take_late (ThruJackCycle *cycle);

/* For all: how old a note-on may be, microseconds; 0: as old as it is. A quarter of a second at first. Any thread. */
void           thru_jack_cycle_set_late_limit (guint64  us);

G_END_DECLS
