/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-parser.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One whole System Exclusive, F0 to F7, that is longer than THRU_MIDI_SYSEX_SHORT: kept once, however many destinations
 * it waits for. Not thread-safe. Members are readable. */
typedef struct
{
  unsigned         n_refs;
  uint8_t         *octets;
  size_t           length;
  ThruOctetBudget *budget;  /* nullable, borrowed: outlives it */
  size_t           charged;
} ThruSysex;

/* Within a parser's callback, for the System Exclusive that it gives: takes its octets over without copying them. What the
 * parser's budget has a parent for counts with the parent only from now on. NULL when out of memory; the message is lost. */
ThruSysex *thru_sysex_new_from_parser (ThruMidiParser *parser,
                                       size_t          length);
ThruSysex *thru_sysex_ref             (ThruSysex      *sysex);
void       thru_sysex_unref           (ThruSysex      *sysex);
