/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a destination that takes nothing must still be brought to: as state instead of messages, so that its size is
 * constant, nothing in it can be lost, and what has become of minutes is told in one go. Note-offs are counted; of
 * controllers, programs, bend, pressure and the transport the last value is wanted. What only means something at its
 * moment (note-ons, clock, increments) has no place here. Members are private. */
typedef struct
{
  uint8_t  offs[16][128];          /* note-offs to send */
  uint8_t  controller[16][128];    /* last values, those of CC 120 to 127 included */
  uint8_t  poly_pressure[16][128];
  uint64_t controllers[16][2];     /* bit per controller that is pending */
  uint64_t poly_pressures[16][2];  /* bit per note */
  uint8_t  nulls[16];              /* bit per parameter selector (CC 98 to 101) that is nulled after the data */
  uint8_t  program[16];
  uint8_t  pressure[16];
  uint16_t bend[16];               /* 14 bits */
  uint16_t channels;               /* bit per channel with anything pending */
  uint16_t notes;                  /* bit per channel with note-offs */
  uint16_t programs;               /* the same for the others */
  uint16_t pressures;
  uint16_t bends;
  uint8_t  song[2];                /* message; 0: none is pending */
  uint8_t  position[3];
  uint8_t  transport;              /* FA, FB or FC; 0: nothing is pending */
  bool     reset;
} ThruPendingSet;

/* Takes one message. FALSE: refused, try again later. */
typedef bool (*ThruPendingFunc) (void          *user,
                                 const uint8_t *message,
                                 size_t         length);

void thru_pending_set_init     (ThruPendingSet       *set);
bool thru_pending_set_is_empty (const ThruPendingSet *set);

/* Whether a message is a state that can be noted down: every undroppable one is. */
bool thru_pending_set_takes    (const uint8_t        *message,
                                size_t                length);

/* Notes it down. FALSE when it is none that the set takes. A later value replaces the earlier; note-offs are counted
 * up to THRU_MIDI_LEDGER_OFFS_MAX; of registered and other parameters only the one that was set last is kept. */
bool thru_pending_set_add      (ThruPendingSet       *set,
                                const uint8_t        *message,
                                size_t                length);

/* Offers messages to @func until it refuses one; what it takes is no longer pending. TRUE when nothing is left.
 * Order: Stop; for each channel note-offs, Reset All Controllers, bank and program, controllers, bend, pressures,
 * parameters, other mode messages; song, position, Start or Continue; System Reset. */
bool thru_pending_set_emit     (ThruPendingSet       *set,
                                ThruPendingFunc       func,
                                void                 *user);
