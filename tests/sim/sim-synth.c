/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-synth.h"

#include "sim-log.h"

#include "thru-midi-message.h"

#include <stdlib.h>
#include <string.h>

static void
hash_message (SimSynth      *synth,
              const uint8_t *message,
              size_t         length)
{
  uint64_t hash = (synth->hash ^ synth->now_ms) * UINT64_C (1099511628211);

  for (size_t i = 0; i < length; i++)
    hash = (hash ^ message[i]) * UINT64_C (1099511628211);
  synth->hash = hash;
}

static void
tally_message (SimSynth      *synth,
               unsigned       player,
               const uint8_t *message,
               size_t         length)
{
  SimTally *tally = &synth->tally[player];

  if (!synth->tallies)
    return;
  for (size_t i = 0; i < length; i++)
    sim_tally_octet (tally, message[i]);
  tally->n++;
}

static uint32_t
read_number (const uint8_t *octets,
             unsigned       n)
{
  uint32_t number = 0;

  for (unsigned i = 0; i < n; i++)
    number = number << 7 | octets[i];
  return number;
}

static void
take_sysex (SimSynth      *synth,
            const uint8_t *message,
            size_t         length)
{
  uint32_t number;

  if (length < SIM_SYSEX_HEADER + 1 || message[1] != 0x7d || message[2] >= SIM_PLAYERS_MAX || message[length - 1] != 0xf7)
    {
      synth->complaint = "a broken System Exclusive arrived";
      return;
    }
  number = read_number (message + 3, 4);
  if (read_number (message + 7, 3) != length - SIM_SYSEX_HEADER - 1)
    synth->complaint = "a System Exclusive changed its length";
  for (size_t i = SIM_SYSEX_HEADER; i + 1 < length; i++)
    {
      if (message[i] != ((number + i - SIM_SYSEX_HEADER) & 0x7f))
        synth->complaint = "a System Exclusive changed on its way";
    }
  if (number <= synth->last_sysex[message[2]] && !synth->unordered)
    synth->complaint = "a System Exclusive came twice or out of order";
  else if (number > synth->last_sysex[message[2]])
    synth->last_sysex[message[2]] = number;
  if (length > synth->longest_sysex)
    synth->longest_sysex = length;
  tally_message (synth, message[2], message, length);
}

static void
take_system_message (SimSynth      *synth,
                     const uint8_t *message,
                     size_t         length)
{
  if (message[0] == 0xfe)
    synth->complaint = "Active Sensing was forwarded";
  else if (message[0] == 0xfa || message[0] == 0xfb)
    synth->started = true;
  else if (message[0] == 0xfc)
    synth->started = false;
  if (message[0] == 0xf0)
    take_sysex (synth, message, length);
  else
    synth->n_system++;
}

/* In steps since its key was pressed; one more may have begun. */
static void
check_age (SimSynth      *synth,
           const uint8_t *message)
{
  uint64_t stamp = synth->now_ms / SIM_STAMP_MS % SIM_STAMPS + SIM_STAMPS - (uint64_t)(message[2] - 1);
  uint64_t steps = stamp % SIM_STAMPS;
  uint64_t age_ms = steps > 0 ? (steps - 1) * SIM_STAMP_MS : 0;

  if (message[2] == SIM_STAMP_NONE || synth->now_ms < synth->lenient_until_ms)
    return;
  if (age_ms > synth->oldest_ms)
    synth->oldest_ms = age_ms;
  if (age_ms > SIM_LATE_MAX_MS)
    synth->complaint = "a note was played too late";
}

static bool
is_mode_message (const uint8_t *message)
{
  return (message[0] & 0xf0) == 0xb0 && message[1] >= 120;
}

static void
note_what_sounds (SimSynth      *synth,
                  const uint8_t *message)
{
  unsigned channel = message[0] & 0x0f;
  unsigned kind = message[0] & 0xf0;
  unsigned bit = 0;
  bool on = false;

  if (kind <= 0x90 && message[1] >= SIM_NOTE_FIRST && message[1] < SIM_NOTE_FIRST + SIM_NOTES)
    {
      bit = 1u << (message[1] - SIM_NOTE_FIRST);
      if (kind == 0x90 && message[2] > 0)
        synth->simple[channel] |= (uint8_t)bit;
      else
        synth->simple[channel] &= (uint8_t) ~bit;
      on = synth->ledger.held[channel][message[1]] > 0;
    }
  else if (kind == 0xb0)
    {
      bit = SIM_PEDAL_BIT;
      for (unsigned i = 0; i < 4; i++)
        on |= synth->ledger.pedal[channel][i] > 0;
    }
  synth->sounding[channel] = (uint8_t)(on ? synth->sounding[channel] | bit : synth->sounding[channel] & ~bit);
  if (synth->sounding[channel] != 0)
    synth->channels |= (uint16_t)(1u << channel);
  else
    synth->channels &= (uint16_t) ~(1u << channel);
}

static void
take_channel_message (SimSynth      *synth,
                      const uint8_t *message,
                      size_t         length)
{
  if (thru_midi_is_note_on (message, length))
    check_age (synth, message);
  if (!is_mode_message (message))
    {
      thru_midi_ledger_record (&synth->ledger, message, length);
      note_what_sounds (synth, message);
    }
  tally_message (synth, (message[0] & 0x0f) / SIM_CHANNELS, message, length);
}

static void
check_inside_sysex (SimSynth      *synth,
                    const uint8_t *message)
{
  if (synth->sysex_length == 0 || message[0] >= 0xf8)
    return;
  if (!synth->sysex_lost)
    synth->complaint = "a message stands inside a System Exclusive";
  synth->sysex_length = 0;
  synth->sysex_lost = false;
}

static bool
is_ready (SimSynth *synth)
{
  if (synth->taken_ms != synth->now_ms)
    synth->taken = 0;
  synth->taken_ms = synth->now_ms;
  return synth->now_ms >= synth->stalled_until_ms && (synth->pace == 0 || synth->taken < synth->pace);
}

void
sim_synth_init (SimSynth *synth,
                unsigned  number)
{
  memset (synth, 0, sizeof *synth);
  synth->number = number;
  synth->sysex_pace = SIM_SYSEX_LONGEST;
  thru_midi_ledger_init (&synth->ledger);
  synth->hash = UINT64_C (14695981039346656037);
}

void
sim_synth_clear (SimSynth *synth)
{
  free (synth->sysex);
}

void
sim_synth_cut (SimSynth *synth)
{
  synth->sysex_lost = true;
}

static size_t
take_piece (void          *user,
            const uint8_t *octets,
            size_t         length,
            size_t         at,
            uint64_t       time_us)
{
  SimSynth *synth = user;
  size_t n = length - at < synth->sysex_pace ? length - at : synth->sysex_pace;

  synth->asked_ms = synth->now_ms;
  if (synth->sysex_ms == synth->now_ms || !is_ready (synth))
    {
      synth->refused_ms = synth->now_ms;
      return 0;
    }
  synth->sysex_ms = synth->now_ms;
  if (at == 0)
    {
      check_inside_sysex (synth, octets);
      synth->sysex_length = 0;
      synth->sysex_lost = false;
    }
  if (at != synth->sysex_length || length > SIM_SYSEX_LONGEST)
    {
      synth->complaint = "a piece of a System Exclusive is missing";
      return n;
    }

  if (synth->sysex == NULL)
    synth->sysex = malloc (SIM_SYSEX_LONGEST);
  if (synth->sysex == NULL)
    abort ();
  memcpy (synth->sysex + at, octets + at, n);
  synth->sysex_length += n;
  hash_message (synth, octets + at, n);
  sim_log_message (synth->now_ms, "piece for instrument", synth->number, octets + at, (unsigned)n);
  if (synth->sysex_length == length)
    {
      take_sysex (synth, synth->sysex, length);
      synth->sysex_length = 0;
      synth->n_messages++;
    }
  return n;
}

static bool
break_off (void *user)
{
  SimSynth *synth = user;

  sim_log (synth->now_ms, "instrument %u: a System Exclusive is broken off", synth->number);
  synth->sysex_length = 0;
  return true;
}

static uint64_t
duration (void  *user,
          size_t length)
{
  const SimSynth *synth = user;

  return length * UINT64_C (1000) / synth->sysex_pace;
}

const ThruSysexFuncs sim_synth_sysex = {
  .take = take_piece,
  .break_off = break_off,
  .duration = duration,
};

bool
sim_synth_send (void          *user,
                const uint8_t *message,
                size_t         length,
                uint64_t       time_us)
{
  SimSynth *synth = user;

  synth->asked_ms = synth->now_ms;
  if (!is_ready (synth))
    {
      if (synth->forgetful)
        return true;
      synth->refused_ms = synth->now_ms;
      return false;
    }

  synth->taken++;
  synth->n_messages++;
  sim_log_message (synth->now_ms, "instrument", synth->number, message, (unsigned)length);
  hash_message (synth, message, length);
  check_inside_sysex (synth, message);
  if (message[0] != 0xf0 && length != thru_midi_message_length (message[0]))
    synth->complaint = "a message of a wrong length arrived";
  else if (message[0] >= 0xf0)
    take_system_message (synth, message, length);
  else
    take_channel_message (synth, message, length);
  return true;
}

void
sim_synth_reset (SimSynth *synth)
{
  thru_midi_ledger_init (&synth->ledger);
  memset (synth->sounding, 0, sizeof synth->sounding);
  memset (synth->simple, 0, sizeof synth->simple);
  synth->channels = 0;
  synth->sysex_length = 0;
  synth->started = false;
}

bool
sim_synth_is_sounding (const SimSynth *synth)
{
  return thru_midi_ledger_is_sounding (&synth->ledger);
}
