/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-synth.h"

#include "thru-midi-message.h"

#include <string.h>

#define SYSEX_HEADER 9 /* F0 to the length: see put_sysex() of the player */

static void
hash_octet (SimSynth *synth,
            uint8_t   octet)
{
  synth->hash = (synth->hash ^ octet) * UINT64_C (1099511628211);
}

static void
check_sysex (SimSynth      *synth,
             const uint8_t *message,
             size_t         length)
{
  uint32_t number = 0;
  size_t announced;

  if (length < SYSEX_HEADER + 1 || message[1] != 0x7d || message[2] >= SIM_PLAYERS_MAX || message[length - 1] != 0xf7)
    {
      synth->complaint = "a broken System Exclusive arrived";
      return;
    }
  for (int i = 3; i < 7; i++)
    number = number << 7 | message[i];
  announced = (size_t)message[7] << 7 | message[8];

  if (announced != length - SYSEX_HEADER - 1)
    synth->complaint = "a System Exclusive changed its length";
  for (size_t i = SYSEX_HEADER; i + 1 < length; i++)
    {
      if (message[i] != ((number + i - SYSEX_HEADER) & 0x7f))
        synth->complaint = "a System Exclusive changed on its way";
    }
  if (number <= synth->last_sysex[message[2]])
    synth->complaint = "a System Exclusive came twice or out of order";
  synth->last_sysex[message[2]] = number;
}

static void
check_message (SimSynth      *synth,
               const uint8_t *message,
               size_t         length)
{
  if (message[0] == 0xfe)
    synth->complaint = "Active Sensing was forwarded";
  else if (message[0] == 0xf0)
    check_sysex (synth, message, length);
  else if (length != thru_midi_message_length (message[0]))
    synth->complaint = "a message of a wrong length arrived";
}

/* In steps since its key was pressed; one more may have begun. */
static void
check_age (SimSynth      *synth,
           const uint8_t *message)
{
  uint64_t stamp = synth->now_ms / SIM_STAMP_MS % SIM_STAMPS + SIM_STAMPS - (uint64_t)(message[2] - 1);
  uint64_t steps = stamp % SIM_STAMPS;

  if (synth->now_ms >= synth->lenient_until_ms && steps > 0 && (steps - 1) * SIM_STAMP_MS > SIM_LATE_MAX_MS)
    synth->complaint = "a note was played too late";
}

static bool
is_mode_message (const uint8_t *message)
{
  return (message[0] & 0xf0) == 0xb0 && message[1] >= 120;
}

void
sim_synth_init (SimSynth *synth)
{
  memset (synth, 0, sizeof *synth);
  thru_midi_ledger_init (&synth->ledger);
  synth->hash = UINT64_C (14695981039346656037);
}

bool
sim_synth_send (void          *user,
                const uint8_t *message,
                size_t         length,
                uint64_t       time_us)
{
  SimSynth *synth = user;

  synth->asked_ms = synth->now_ms;
  if (synth->now_ms < synth->stalled_until_ms || (synth->pace > 0 && synth->taken >= synth->pace))
    {
      if (synth->forgetful)
        return true;
      synth->refused_ms = synth->now_ms;
      return false;
    }

  synth->taken++;
  synth->n_messages++;
  hash_octet (synth, (uint8_t)synth->now_ms);
  for (size_t i = 0; i < length; i++)
    hash_octet (synth, message[i]);
  check_message (synth, message, length);
  if (thru_midi_is_note_on (message, length))
    check_age (synth, message);
  if (!is_mode_message (message))
    thru_midi_ledger_record (&synth->ledger, message, length);
  return true;
}

void
sim_synth_tick (SimSynth *synth,
                uint64_t  now_ms)
{
  synth->now_ms = now_ms;
  synth->taken = 0;
}
