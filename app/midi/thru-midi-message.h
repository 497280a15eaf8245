/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Facts about MIDI 1.0 messages. Pure: no state, no I/O, callable from any thread. */

/* Octets of a whole message that starts with @status: 1 to 3; 0 for System Exclusive (variable), for
 * undefined statuses (F4, F5, F9, FD), for F7 and for data octets. */
size_t       thru_midi_message_length   (uint8_t status);

/* F8 to FF: may stand anywhere, even inside another message. */
bool         thru_midi_is_realtime      (uint8_t status);

/* A note-on with a velocity above zero. */
bool         thru_midi_is_note_on       (const uint8_t *message,
                                         size_t         length);

/* A note-off, or a note-on with velocity zero. */
bool         thru_midi_is_note_off      (const uint8_t *message,
                                         size_t         length);

/* A message that must never be dropped, because losing it leaves something sounding or running: note-offs,
 * pedal-ups (CC 64, 66, 67, 69 below 64), channel mode messages (CC 120 to 127), Stop and System Reset. */
bool         thru_midi_is_undroppable   (const uint8_t *message,
                                         size_t         length);

/* Channel 0 to 15 of a channel message, -1 for system messages. */
int          thru_midi_channel          (const uint8_t *message,
                                         size_t         length);

/* Writes a note's name, for instance "C4" for 60 (middle C) or "C#-1" for 1, into @name of 5 octets. */
void         thru_midi_note_name        (uint8_t note,
                                         char    name[5]);

/* English name of the kind of message, "Note On"; static string, never NULL ("Unknown" at worst). A note-on
 * with velocity zero is a "Note Off". */
const char * thru_midi_message_name     (const uint8_t *message,
                                         size_t         length);
