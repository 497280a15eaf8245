/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-midi-ledger.h"

#include "thru-midi-message.h"

#include <string.h>

#define N_CHANNELS 16
#define N_NOTES 128
#define N_PEDALS 4
#define BEND_CENTRE 8192

/* Sustain, sostenuto, soft and hold 2. */
static const uint8_t pedal_controllers[N_PEDALS] = { 64, 66, 67, 69 };

static const ThruMidiLedger nothing = {
  .bend = {
    BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE,
    BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE, BEND_CENTRE,
  },
};

static bool
is_touched (const ThruMidiLedger *ledger,
            unsigned              channel)
{
  return (ledger->touched >> channel) & 1;
}

static void
reset_controllers (ThruMidiLedger *ledger,
                   unsigned        channel)
{
  memset (ledger->poly_pressure[channel], 0, sizeof ledger->poly_pressure[channel]);
  memset (ledger->pedal[channel], 0, sizeof ledger->pedal[channel]);
  ledger->pressure[channel] = 0;
  ledger->bend[channel] = BEND_CENTRE;
}

/* Returns whether the controller is one that the ledger keeps. */
static bool
record_controller (ThruMidiLedger *ledger,
                   unsigned        channel,
                   uint8_t         controller,
                   uint8_t         value)
{
  for (unsigned i = 0; i < N_PEDALS; i++)
    {
      if (pedal_controllers[i] == controller)
        {
          ledger->pedal[channel][i] = value;
          return true;
        }
    }

  if (controller == 121)
    reset_controllers (ledger, channel);
  /* 124 to 127 switch the mode, and as MIDI 1.0 has it end all notes with that. */
  else if (controller == 120 || controller >= 123)
    memset (ledger->held[channel], 0, sizeof ledger->held[channel]);
  return false;
}

static bool
record_channel_message (ThruMidiLedger *ledger,
                        unsigned        channel,
                        const uint8_t  *message)
{
  uint16_t *held = &ledger->held[channel][message[1] & 0x7f];

  switch (message[0] & 0xf0)
    {
    case 0x80:
      *held -= *held > 0;
      return true;

    case 0x90:
      if (message[2] == 0)
        *held -= *held > 0;
      else
        *held += *held < UINT16_MAX;
      return true;

    case 0xa0:
      ledger->poly_pressure[channel][message[1] & 0x7f] = message[2];
      return true;

    case 0xb0:
      return record_controller (ledger, channel, message[1], message[2]);

    case 0xd0:
      ledger->pressure[channel] = message[1];
      return true;

    case 0xe0:
      ledger->bend[channel] = (uint16_t) ((message[2] & 0x7f) << 7 | (message[1] & 0x7f));
      return true;

    default:
      return false;
    }
}

static unsigned
channel_n_held (const ThruMidiLedger *ledger,
                unsigned              channel)
{
  unsigned n = 0;

  for (unsigned note = 0; note < N_NOTES; note++)
    n += ledger->held[channel][note] > 0;
  return n;
}

static bool
channel_is_sounding (const ThruMidiLedger *ledger,
                     unsigned              channel)
{
  if (!is_touched (ledger, channel))
    return false;
  if (ledger->pressure[channel] > 0 || ledger->bend[channel] != BEND_CENTRE)
    return true;
  for (unsigned i = 0; i < N_PEDALS; i++)
    {
      if (ledger->pedal[channel][i] > 0)
        return true;
    }
  for (unsigned note = 0; note < N_NOTES; note++)
    {
      if (ledger->held[channel][note] > 0 || ledger->poly_pressure[channel][note] > 0)
        return true;
    }
  return false;
}

static uint16_t
add_saturating (uint16_t a,
                uint16_t b)
{
  return a > UINT16_MAX - b ? UINT16_MAX : (uint16_t) (a + b);
}

static uint8_t
larger (uint8_t a,
        uint8_t b)
{
  return a > b ? a : b;
}

static void
release_notes (const ThruMidiLedger *ledger,
               const ThruMidiLedger *others,
               unsigned              channel,
               ThruMidiMessageFunc   func,
               void                 *user)
{
  for (unsigned note = 0; note < N_NOTES; note++)
    {
      const uint8_t off[] = { (uint8_t) (0x80 | channel), (uint8_t) note, 64 };
      unsigned n = ledger->held[channel][note];

      if (others->held[channel][note] > 0)
        continue;
      if (n > THRU_MIDI_LEDGER_OFFS_MAX)
        n = THRU_MIDI_LEDGER_OFFS_MAX;
      while (n-- > 0)
        func (off, sizeof off, user);
    }
}

static void
release_controllers (const ThruMidiLedger *ledger,
                     const ThruMidiLedger *others,
                     unsigned              channel,
                     ThruMidiMessageFunc   func,
                     void                 *user)
{
  for (unsigned i = 0; i < N_PEDALS; i++)
    {
      const uint8_t up[] = { (uint8_t) (0xb0 | channel), pedal_controllers[i], 0 };

      if (ledger->pedal[channel][i] > 0 && others->pedal[channel][i] == 0)
        func (up, sizeof up, user);
    }

  if (ledger->bend[channel] != BEND_CENTRE && others->bend[channel] == BEND_CENTRE)
    {
      const uint8_t centre[] = { (uint8_t) (0xe0 | channel), BEND_CENTRE & 0x7f, BEND_CENTRE >> 7 };

      func (centre, sizeof centre, user);
    }

  if (ledger->pressure[channel] > 0 && others->pressure[channel] == 0)
    {
      const uint8_t none[] = { (uint8_t) (0xd0 | channel), 0 };

      func (none, sizeof none, user);
    }

  for (unsigned note = 0; note < N_NOTES; note++)
    {
      const uint8_t none[] = { (uint8_t) (0xa0 | channel), (uint8_t) note, 0 };

      if (ledger->poly_pressure[channel][note] > 0 && others->poly_pressure[channel][note] == 0)
        func (none, sizeof none, user);
    }
}

void
thru_midi_ledger_init (ThruMidiLedger *ledger)
{
  *ledger = nothing;
}

void
thru_midi_ledger_record (ThruMidiLedger *ledger,
                         const uint8_t  *message,
                         size_t          length)
{
  int channel = thru_midi_channel (message, length);

  if (channel < 0 || length != thru_midi_message_length (message[0]))
    return;
  if (record_channel_message (ledger, (unsigned) channel, message))
    ledger->touched |= (uint16_t) (1u << channel);
}

unsigned
thru_midi_ledger_n_held (const ThruMidiLedger *ledger)
{
  unsigned n = 0;

  for (unsigned channel = 0; channel < N_CHANNELS; channel++)
    {
      if (is_touched (ledger, channel))
        n += channel_n_held (ledger, channel);
    }
  return n;
}

bool
thru_midi_ledger_is_sounding (const ThruMidiLedger *ledger)
{
  for (unsigned channel = 0; channel < N_CHANNELS; channel++)
    {
      if (channel_is_sounding (ledger, channel))
        return true;
    }
  return false;
}

void
thru_midi_ledger_add (ThruMidiLedger       *sum,
                      const ThruMidiLedger *ledger)
{
  for (unsigned channel = 0; channel < N_CHANNELS; channel++)
    {
      if (!is_touched (ledger, channel))
        continue;
      for (unsigned note = 0; note < N_NOTES; note++)
        {
          sum->held[channel][note] = add_saturating (sum->held[channel][note], ledger->held[channel][note]);
          sum->poly_pressure[channel][note] = larger (sum->poly_pressure[channel][note],
                                                      ledger->poly_pressure[channel][note]);
        }
      for (unsigned i = 0; i < N_PEDALS; i++)
        sum->pedal[channel][i] = larger (sum->pedal[channel][i], ledger->pedal[channel][i]);
      sum->pressure[channel] = larger (sum->pressure[channel], ledger->pressure[channel]);
      if (ledger->bend[channel] != BEND_CENTRE)
        sum->bend[channel] = ledger->bend[channel];
    }
  sum->touched |= ledger->touched;
}

void
thru_midi_ledger_release (ThruMidiLedger       *ledger,
                          const ThruMidiLedger *others,
                          ThruMidiMessageFunc   func,
                          void                 *user)
{
  if (others == NULL)
    others = &nothing;

  for (unsigned channel = 0; channel < N_CHANNELS; channel++)
    {
      const uint8_t all_off[] = { (uint8_t) (0xb0 | channel), 123, 0 };

      if (!is_touched (ledger, channel))
        continue;
      release_notes (ledger, others, channel, func, user);
      release_controllers (ledger, others, channel, func, user);
      if (!channel_is_sounding (others, channel))
        func (all_off, sizeof all_off, user);
    }

  thru_midi_ledger_init (ledger);
}
