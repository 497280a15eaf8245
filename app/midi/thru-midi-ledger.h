/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-parser.h"

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

/* Notes down one whole message (as the parser gives it). */
void thru_midi_ledger_record     (ThruMidiLedger       *ledger,
                                  const uint8_t        *message,
                                  size_t                length);

/* Number of (channel, note) pairs that sound. */
unsigned thru_midi_ledger_n_held (const ThruMidiLedger *ledger);

/* Anything held, a pedal down, bend off centre or pressure above zero. */
bool thru_midi_ledger_is_sounding (const ThruMidiLedger *ledger);

/* Adds what one stream holds to @sum, or takes it off again: @sum then says what all streams into one
 * destination hold together. */
void thru_midi_ledger_add        (ThruMidiLedger       *sum,
                                  const ThruMidiLedger *ledger);

/* Calls @func with the exact messages that end what @ledger holds: a note-off for every held note, pedals up, bend
 * centred, pressure zero, then CC 123 (All Notes Off), in that order, for each touched channel; then empties
 * @ledger. What @others (nullable: what the remaining streams into the same destination hold together)
 * also holds is left alone, and CC 123 is left out on channels on which @others sounds. */
void thru_midi_ledger_release    (ThruMidiLedger       *ledger,
                                  const ThruMidiLedger *others,
                                  ThruMidiMessageFunc   func,
                                  void                 *user);
