/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-octet-budget.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest System Exclusive message carried whole, F0 and F7 included, in octets. */
#define THRU_MIDI_SYSEX_MAX (1024 * 1024)

/* Those up to this length are as short messages are: collected without asking a budget, and copied. */
#define THRU_MIDI_SYSEX_SHORT 1024

/* One whole message with its explicit status octet (running status is expanded). @message is borrowed and
 * valid during the call only. */
typedef void (*ThruMidiMessageFunc) (const uint8_t *message,
                                     size_t         length,
                                     void          *user);

/* A bounded, restartable parser of the MIDI 1.0 byte stream. It gives the same messages however the bytes are
 * cut. One parser belongs to one stream; not thread-safe. Members are private but for the counters. */
typedef struct
{
  uint8_t  status;          /* status being assembled, 0 for none */
  uint8_t  running;         /* running status, 0 for none */
  uint8_t  data[2];
  uint8_t  n_data;
  bool     in_sysex;
  bool     sysex_too_long;
  bool     sysex_lent;      /* it is being handed over */
  uint8_t *sysex;           /* owned; grows on demand up to sysex_max */
  size_t   sysex_length;
  size_t   sysex_capacity;
  size_t   sysex_max;
  size_t   sysex_charged;   /* octets of it that were taken from the budget */
  ThruOctetBudget *budget;  /* nullable, borrowed */
  /* Counters, readable by the owner. */
  uint64_t n_messages;
  uint64_t n_sysex_dropped; /* unterminated, too long, or for want of memory */
  uint64_t n_sysex_too_long; /* of those, the too long ones */
  uint64_t n_sysex_no_room; /* of those, the ones for which there was no memory, or no budget */
  uint64_t n_orphans;       /* data octets without a status, and unfinished short messages */
} ThruMidiParser;

/* @sysex_max: cap on a System Exclusive message in octets; a longer one is dropped whole and counted. */
void thru_midi_parser_init  (ThruMidiParser      *parser,
                             size_t               sysex_max);
void thru_midi_parser_clear (ThruMidiParser      *parser);

/* Long System Exclusive is collected only as far as @budget allows; one that finds none left is dropped whole and counted.
 * Before the first octet. */
void thru_midi_parser_set_budget (ThruMidiParser *parser,
                                  ThruOctetBudget *budget);

/* Within @func, when it is given a System Exclusive: takes over its memory instead of copying it. Free it with free();
 * @charged: what stays taken from the budget until thru_octet_budget_give(). */
uint8_t *
     thru_midi_parser_steal_sysex (ThruMidiParser *parser,
                                   size_t         *charged);

/* A System Exclusive that was begun will not be finished: it is dropped and counted, and its rest will be, too. FALSE
 * when none was begun. */
bool thru_midi_parser_drop_sysex (ThruMidiParser *parser);

/* Forgets what was begun, keeps the counters. For use after a gap in the stream. */
void thru_midi_parser_reset (ThruMidiParser      *parser);

/* Parses @length octets and calls @func for every message that they complete. Allocates for System Exclusive
 * messages only. @func may reset the parser, but neither feed nor clear it. */
void thru_midi_parser_feed  (ThruMidiParser      *parser,
                             const uint8_t       *bytes,
                             size_t               length,
                             ThruMidiMessageFunc  func,
                             void                *user);
