/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <rtmidi_c.h>

G_BEGIN_DECLS

/* How RtMidi leaves JACK, without what crashes on the way. This program has two functions of libjack itself, which the dynamic
 * linker prefers to the library's: jack_ringbuffer_free() and jack_port_unregister(). */

/* Frees an output of RtMidi as rtmidi_out_free() does, of JACK or another API; what goes to JACK is freed only when nobody reads
 * from it any more. Any thread. Private to this layer. */
void thru_jack_teardown_free_output (RtMidiPtr output);

G_END_DECLS
