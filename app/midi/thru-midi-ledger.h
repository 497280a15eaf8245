/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-parser.h"

/* Note-offs that a release sends for one note at most, however often it was struck. */
#define THRU_MIDI_LEDGER_OFFS_MAX 16

/* What sounds on one stream: held notes with counts, pedals, bend and pressure on the 16 channels, and the exact
 * messages that release it. Constant memory, no allocation; not thread-safe. */
typedef struct
{
  uint16_t held[16][128];      /* note-ons without their note-off; saturates */
  uint8_t  poly_pressure[16][128];
  uint8_t  pedal[16][4];       /* value of CC 64, 66, 67, 69 */
  uint8_t  pressure[16];
  uint16_t bend[16];           /* 14 bits, 8192 = centre */
  uint16_t touched;            /* bit per channel on which a note or state ever arrived since the last release */
} ThruMidiLedger;

void thru_midi_ledger_init       (ThruMidiLedger       *ledger);

/* Notes down one whole message (as the parser gives it). All Sound Off, All Notes Off and the mode messages (CC 120,
 * 123 to 127) end the channel's notes, Reset All Controllers (CC 121) its pedals, bend and pressure. System Reset
 * changes nothing: too many instruments ignore it. */
void thru_midi_ledger_record     (ThruMidiLedger       *ledger,
                                  const uint8_t        *message,
                                  size_t                length);

/* Number of (channel, note) pairs that sound. */
unsigned thru_midi_ledger_n_held (const ThruMidiLedger *ledger);

/* Anything held, a pedal off its rest (half a pedal sounds too), bend off centre or pressure above zero. */
bool thru_midi_ledger_is_sounding (const ThruMidiLedger *ledger);

/* Adds what one stream holds to @sum. A @sum begun with thru_midi_ledger_init() then says what all streams into one
 * destination hold together; to take one off again, sum up the rest anew. */
void thru_midi_ledger_add        (ThruMidiLedger       *sum,
                                  const ThruMidiLedger *ledger);

/* Calls @func with the exact messages that end what @ledger holds: note-offs for every held note (as many as it was
 * struck, for some instruments stack voices, up to THRU_MIDI_LEDGER_OFFS_MAX), pedals up, bend centred, pressure
 * zero, then CC 123 (All Notes Off), in that order, for each touched channel; then empties @ledger. What @others
 * (nullable: what the remaining streams into the same destination hold together) also holds is left alone, and
 * CC 123 is left out on channels on which @others sounds. */
void thru_midi_ledger_release    (ThruMidiLedger       *ledger,
                                  const ThruMidiLedger *others,
                                  ThruMidiMessageFunc   func,
                                  void                 *user);
