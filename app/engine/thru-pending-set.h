/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What must still reach a destination that takes nothing and whose queue is full: as state instead of messages, so
 * that its size is constant and nothing in it can be lost. All of it ends something, and so may be sent in any
 * order, after what was queued before it. Members are private. */
typedef struct
{
  uint8_t  offs[16][128];          /* note-offs to send */
  uint64_t poly_pressure[16][2];   /* bit per note: pressure to zero */
  uint8_t  pedal[16][4];           /* last value of CC 64, 66, 67, 69 */
  uint8_t  mode[16][8];            /* last value of CC 120 to 127 */
  uint8_t  pressure[16];
  uint16_t bend[16];               /* 14 bits */
  uint8_t  pedals[16];             /* bit per pedal that is pending */
  uint8_t  modes[16];              /* bit per mode message that is pending */
  uint16_t channels;               /* bit per channel with anything pending */
  uint16_t notes;                  /* bit per channel with note-offs */
  uint16_t poly_pressures;         /* the same for the others */
  uint16_t pressures;
  uint16_t bends;
  bool     stop;
  bool     reset;
} ThruPendingSet;

/* Takes one message. FALSE: refused, try again later. */
typedef bool (*ThruPendingFunc) (void          *user,
                                 const uint8_t *message,
                                 size_t         length);

void thru_pending_set_init     (ThruPendingSet       *set);
bool thru_pending_set_is_empty (const ThruPendingSet *set);

/* Notes down any undroppable message, and bend and pressure. FALSE when it is none of these. A later value of the
 * same controller replaces the earlier; note-offs are counted up to THRU_MIDI_LEDGER_OFFS_MAX. */
bool thru_pending_set_add      (ThruPendingSet       *set,
                                const uint8_t        *message,
                                size_t                length);

/* Offers messages to @func until it refuses one; what it takes is no longer pending. TRUE when nothing is left.
 * Order: Stop; for each channel note-offs, pedals, bend, pressures, mode messages; System Reset. */
bool thru_pending_set_emit     (ThruPendingSet       *set,
                                ThruPendingFunc       func,
                                void                 *user);
