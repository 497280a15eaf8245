/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <rtmidi_c.h>

G_BEGIN_DECLS

/* Frees an output of RtMidi as rtmidi_out_free() does, of JACK or another API; what goes to JACK is freed only when nobody reads
 * from it any more. Any thread. Private to this layer. With it come functions in the place of libjack's, see there. */
void thru_jack_ring_free_output (RtMidiPtr output);

G_END_DECLS
