/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-pending-set.h"

#include "thru-midi-ledger.h"
#include "thru-midi-message.h"

#include <string.h>

#define N_CHANNELS 16
#define N_NOTES 128
#define N_PEDALS 4
#define N_MODES 8
#define MODE_FIRST 120

static const uint8_t pedal_controllers[N_PEDALS] = { 64, 66, 67, 69 };

static uint16_t
bit (unsigned channel)
{
  return (uint16_t)(1u << channel);
}

/* Omni off and on, mono and poly: the later one of each pair holds. */
static void
add_mode (ThruPendingSet *set,
          unsigned        channel,
          unsigned        mode,
          uint8_t         value)
{
  if (mode >= 124 - MODE_FIRST)
    set->modes[channel] &= (uint8_t) ~(1u << (mode ^ 1));
  set->modes[channel] |= (uint8_t)(1u << mode);
  set->mode[channel][mode] = value;
}

static bool
add_controller (ThruPendingSet *set,
                unsigned        channel,
                uint8_t         controller,
                uint8_t         value)
{
  if (controller >= MODE_FIRST)
    {
      add_mode (set, channel, controller - MODE_FIRST, value);
      return true;
    }
  for (unsigned i = 0; i < N_PEDALS; i++)
    {
      if (pedal_controllers[i] == controller)
        {
          set->pedals[channel] |= (uint8_t)(1u << i);
          set->pedal[channel][i] = value;
          return true;
        }
    }
  return false;
}

static bool
add_channel_message (ThruPendingSet *set,
                     unsigned        channel,
                     const uint8_t  *message)
{
  unsigned note = message[1] & 0x7f;

  switch (message[0] & 0xf0)
    {
    case 0x80:
    case 0x90:
      if (set->offs[channel][note] < THRU_MIDI_LEDGER_OFFS_MAX)
        set->offs[channel][note]++;
      set->notes |= bit (channel);
      return true;

    case 0xa0:
      if (message[2] > 0)
        return false;
      set->poly_pressure[channel][note / 64] |= UINT64_C (1) << note % 64;
      set->poly_pressures |= bit (channel);
      return true;

    case 0xb0:
      return add_controller (set, channel, message[1] & 0x7f, message[2]);

    case 0xd0:
      set->pressure[channel] = message[1];
      set->pressures |= bit (channel);
      return true;

    case 0xe0:
      set->bend[channel] = (uint16_t)((message[2] & 0x7f) << 7 | (message[1] & 0x7f));
      set->bends |= bit (channel);
      return true;

    default:
      return false;
    }
}

static bool
emit_notes (ThruPendingSet *set,
            unsigned        channel,
            ThruPendingFunc func,
            void           *user)
{
  for (unsigned note = 0; (set->notes & bit (channel)) && note < N_NOTES; note++)
    {
      const uint8_t off[] = { (uint8_t)(0x80 | channel), (uint8_t)note, 64 };

      while (set->offs[channel][note] > 0)
        {
          if (!func (user, off, sizeof off))
            return false;
          set->offs[channel][note]--;
        }
    }
  set->notes &= (uint16_t) ~bit (channel);
  return true;
}

static bool
emit_pedals (ThruPendingSet *set,
             unsigned        channel,
             ThruPendingFunc func,
             void           *user)
{
  for (unsigned i = 0; set->pedals[channel] != 0 && i < N_PEDALS; i++)
    {
      const uint8_t up[] = { (uint8_t)(0xb0 | channel), pedal_controllers[i], set->pedal[channel][i] };

      if (!(set->pedals[channel] & 1u << i))
        continue;
      if (!func (user, up, sizeof up))
        return false;
      set->pedals[channel] &= (uint8_t) ~(1u << i);
    }
  return true;
}

static bool
emit_bend_and_pressure (ThruPendingSet *set,
                        unsigned        channel,
                        ThruPendingFunc func,
                        void           *user)
{
  const uint8_t bend[] = {
    (uint8_t)(0xe0 | channel), (uint8_t)(set->bend[channel] & 0x7f), (uint8_t)(set->bend[channel] >> 7)
  };
  const uint8_t pressure[] = { (uint8_t)(0xd0 | channel), set->pressure[channel] };

  if (set->bends & bit (channel))
    {
      if (!func (user, bend, sizeof bend))
        return false;
      set->bends &= (uint16_t) ~bit (channel);
    }
  if (set->pressures & bit (channel))
    {
      if (!func (user, pressure, sizeof pressure))
        return false;
      set->pressures &= (uint16_t) ~bit (channel);
    }
  return true;
}

static bool
emit_poly_pressures (ThruPendingSet *set,
                     unsigned        channel,
                     ThruPendingFunc func,
                     void           *user)
{
  for (unsigned note = 0; (set->poly_pressures & bit (channel)) && note < N_NOTES; note++)
    {
      const uint8_t none[] = { (uint8_t)(0xa0 | channel), (uint8_t)note, 0 };
      uint64_t mask = UINT64_C (1) << note % 64;

      if (!(set->poly_pressure[channel][note / 64] & mask))
        continue;
      if (!func (user, none, sizeof none))
        return false;
      set->poly_pressure[channel][note / 64] &= ~mask;
    }
  set->poly_pressures &= (uint16_t) ~bit (channel);
  return true;
}

static bool
emit_modes (ThruPendingSet *set,
            unsigned        channel,
            ThruPendingFunc func,
            void           *user)
{
  for (unsigned i = 0; set->modes[channel] != 0 && i < N_MODES; i++)
    {
      const uint8_t mode[] = { (uint8_t)(0xb0 | channel), (uint8_t)(MODE_FIRST + i), set->mode[channel][i] };

      if (!(set->modes[channel] & 1u << i))
        continue;
      if (!func (user, mode, sizeof mode))
        return false;
      set->modes[channel] &= (uint8_t) ~(1u << i);
    }
  return true;
}

static bool
emit_flag (bool           *flag,
           uint8_t         status,
           ThruPendingFunc func,
           void           *user)
{
  if (*flag && !func (user, &status, 1))
    return false;
  *flag = false;
  return true;
}

void
thru_pending_set_init (ThruPendingSet *set)
{
  memset (set, 0, sizeof *set);
}

bool
thru_pending_set_is_empty (const ThruPendingSet *set)
{
  return set->channels == 0 && !set->stop && !set->reset;
}

bool
thru_pending_set_add (ThruPendingSet *set,
                      const uint8_t  *message,
                      size_t          length)
{
  int channel = thru_midi_channel (message, length);

  if (length == 1 && message[0] == 0xfc)
    return set->stop = true;
  if (length == 1 && message[0] == 0xff)
    return set->reset = true;
  if (channel < 0 || length != thru_midi_message_length (message[0]) || thru_midi_is_note_on (message, length))
    return false;
  if (!add_channel_message (set, (unsigned)channel, message))
    return false;

  set->channels |= bit ((unsigned)channel);
  return true;
}

bool
thru_pending_set_emit (ThruPendingSet *set,
                       ThruPendingFunc func,
                       void           *user)
{
  if (!emit_flag (&set->stop, 0xfc, func, user))
    return false;

  for (unsigned channel = 0; set->channels != 0 && channel < N_CHANNELS; channel++)
    {
      if (!(set->channels & bit (channel)))
        continue;
      if (!emit_notes (set, channel, func, user) ||
          !emit_pedals (set, channel, func, user) ||
          !emit_bend_and_pressure (set, channel, func, user) ||
          !emit_poly_pressures (set, channel, func, user) ||
          !emit_modes (set, channel, func, user))
        return false;
      set->channels &= (uint16_t) ~bit (channel);
    }

  return emit_flag (&set->reset, 0xff, func, user);
}
