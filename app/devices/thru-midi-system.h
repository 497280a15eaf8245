/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-input.h"
#include "thru-output.h"
#include "thru-port-info.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* The MIDI system of this computer: which ports there are, and opening them. Lives on the thread that made it (its
 * thread-default main context, where its signals are emitted); whatever can hang runs on threads of its own. */

typedef enum
{
  THRU_MIDI_API_AUTO, /* ALSA where it works, else JACK; follows when one appears or goes */
  THRU_MIDI_API_ALSA,
  THRU_MIDI_API_JACK,
  THRU_MIDI_API_DEMO, /* simulated devices */
} ThruMidiApi;

#define THRU_TYPE_MIDI_SYSTEM (thru_midi_system_get_type ())

G_DECLARE_FINAL_TYPE (ThruMidiSystem, thru_midi_system, THRU, MIDI_SYSTEM, GObject)

ThruMidiSystem *thru_midi_system_new           (ThruMidiApi      api);

/* Starts looking; the first "changed" comes within two seconds. */
void            thru_midi_system_start         (ThruMidiSystem  *self);

/* Closes everything; threads that hang inside the MIDI system are abandoned, not joined. */
void            thru_midi_system_stop          (ThruMidiSystem  *self);

/* Looks now, too, and not only when the MIDI system tells of a change: the computer has slept. */
void            thru_midi_system_look          (ThruMidiSystem  *self);

/* A note-on that is older than this when the MIDI system takes it at last is not played; 0: all are. For all outputs of the
 * program; THRU_LAPSE_US at first, and never less. */
void            thru_midi_system_set_late_limit (ThruMidiSystem *self,
                                                guint64          us);

/* Signal "changed": the list of ports or the state below is another. */

/* Returns: (transfer none) (element-type ThruPortInfo): the ports now, sources first; ours are left out. */
GPtrArray *     thru_midi_system_get_ports     (ThruMidiSystem  *self);

/* Whether any API works now. */
gboolean        thru_midi_system_is_working    (ThruMidiSystem  *self);

/* The API in use: "ALSA", "JACK", "Demo" or NULL when none works. */
const char *    thru_midi_system_get_api_name  (ThruMidiSystem  *self);

/* Why none works and what to do about it, a translated sentence; NULL when it works. */
const char *    thru_midi_system_get_problem   (ThruMidiSystem  *self);

/* Whether none works because there is none; else it refuses, or does not answer. */
gboolean        thru_midi_system_is_absent     (ThruMidiSystem  *self);

/* (nullable): a shell command that helps then, to copy. */
const char *    thru_midi_system_get_remedy    (ThruMidiSystem  *self);

/* Returns: (transfer full): opens the port @id (the port or the id of a ThruPortInfo) in the background; its state tells how it
 * went. Never NULL: an unknown @id gives an input whose state becomes FAILED. */
ThruInput *     thru_midi_system_open_input    (ThruMidiSystem  *self,
                                                const char      *id);
ThruOutput *    thru_midi_system_open_output   (ThruMidiSystem  *self,
                                                const char      *id);

G_END_DECLS
