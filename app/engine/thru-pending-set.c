/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-pending-set.h"

#include "thru-midi-ledger.h"
#include "thru-midi-message.h"

#include <string.h>

#define N_CHANNELS 16
#define N_NOTES 128
#define N_CONTROLLERS 128

#define START 0xfa
#define STOP 0xfc
#define RESET 0xff

/* Controllers that are more than a value */
#define BANK_MSB 0
#define MODULATION 1
#define DATA_MSB 6
#define EXPRESSION 11
#define BANK_LSB 32
#define DATA_LSB 38
#define PEDAL_FIRST 64
#define PEDAL_LAST 69
#define VELOCITY_PREFIX 88
#define DATA_INCREMENT 96
#define DATA_DECREMENT 97
#define SELECTOR_FIRST 98 /* 98 and 99: other parameters; 100 and 101: registered ones */
#define SELECTOR_LAST 101
#define SELECTOR_NULL 127
#define MODE_FIRST 120
#define RESET_CONTROLLERS 121
#define OMNI_OFF 124      /* from here in pairs, of which the later one holds */

static uint16_t
bit (unsigned channel)
{
  return (uint16_t)(1u << channel);
}

static bool
has (const uint64_t bits[2],
     unsigned       i)
{
  return bits[i / 64] >> i % 64 & 1;
}

static void
include (uint64_t bits[2],
         unsigned i)
{
  bits[i / 64] |= UINT64_C (1) << i % 64;
}

static void
exclude (uint64_t bits[2],
         unsigned i)
{
  bits[i / 64] &= ~(UINT64_C (1) << i % 64);
}

static bool
is_selector (unsigned controller)
{
  return controller >= SELECTOR_FIRST && controller <= SELECTOR_LAST;
}

/* What belongs to the moment: they step a value, or prepare the next note-on. */
static bool
is_momentary (unsigned controller)
{
  return controller == DATA_INCREMENT || controller == DATA_DECREMENT || controller == VELOCITY_PREFIX;
}

static void
set_controller (ThruPendingSet *set,
                unsigned        channel,
                unsigned        controller,
                uint8_t         value)
{
  set->controller[channel][controller] = value;
  include (set->controllers[channel], controller);
}

/* Values that it brings to rest itself must not come back after it. */
static void
add_reset_controllers (ThruPendingSet *set,
                       unsigned        channel)
{
  for (unsigned i = PEDAL_FIRST; i <= PEDAL_LAST; i++)
    set->controller[channel][i] = 0;
  set->controller[channel][MODULATION] = 0;
  set->controller[channel][EXPRESSION] = 127;
  set->pressure[channel] = 0;
  set->bend[channel] = 8192;
  memset (set->poly_pressure[channel], 0, sizeof set->poly_pressure[channel]);
  set_controller (set, channel, RESET_CONTROLLERS, 0);
}

/* Choosing another parameter ends the time of the data for the one before. Choosing none, as is the custom after the
 * data, is noted apart, for it must follow them. */
static void
add_selector (ThruPendingSet *set,
              unsigned        channel,
              unsigned        controller,
              uint8_t         value)
{
  uint64_t *pending = set->controllers[channel];
  unsigned others = controller >= 100 ? 98 : 100;

  if (value == SELECTOR_NULL && (has (pending, DATA_MSB) || has (pending, DATA_LSB)))
    {
      set->nulls[channel] |= (uint8_t)(1u << (controller - SELECTOR_FIRST));
      return;
    }
  exclude (pending, DATA_MSB);
  exclude (pending, DATA_LSB);
  exclude (pending, others);
  exclude (pending, others + 1);
  set->nulls[channel] = 0;
  set_controller (set, channel, controller, value);
}

static void
add_controller (ThruPendingSet *set,
                unsigned        channel,
                unsigned        controller,
                uint8_t         value)
{
  if (controller == RESET_CONTROLLERS)
    {
      add_reset_controllers (set, channel);
      return;
    }
  if (is_selector (controller))
    {
      add_selector (set, channel, controller, value);
      return;
    }
  if ((controller == DATA_MSB || controller == DATA_LSB) && set->nulls[channel] != 0)
    return;
  if (controller >= OMNI_OFF)
    exclude (set->controllers[channel], controller ^ 1);
  set_controller (set, channel, controller, value);
}

static void
add_channel_message (ThruPendingSet *set,
                     unsigned        channel,
                     const uint8_t  *message)
{
  unsigned number = message[1] & 0x7f;

  set->channels |= bit (channel);
  switch (message[0] & 0xf0)
    {
    case 0xa0:
      set->poly_pressure[channel][number] = message[2];
      include (set->poly_pressures[channel], number);
      break;

    case 0xb0:
      add_controller (set, channel, number, message[2]);
      break;

    case 0xc0:
      set->program[channel] = message[1];
      set->programs |= bit (channel);
      break;

    case 0xd0:
      set->pressure[channel] = message[1];
      set->pressures |= bit (channel);
      break;

    case 0xe0:
      set->bend[channel] = (uint16_t)((message[2] & 0x7f) << 7 | number);
      set->bends |= bit (channel);
      break;

    default:
      if (set->offs[channel][number] < THRU_MIDI_LEDGER_OFFS_MAX)
        set->offs[channel][number]++;
      set->notes |= bit (channel);
      break;
    }
}

static void
add_system_message (ThruPendingSet *set,
                    const uint8_t  *message,
                    size_t          length)
{
  if (message[0] == 0xf2)
    memcpy (set->position, message, length);
  else if (message[0] == 0xf3)
    memcpy (set->song, message, length);
  else if (message[0] == RESET)
    set->reset = true;
  else
    set->transport = message[0];
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
emit_controller (ThruPendingSet *set,
                 unsigned        channel,
                 unsigned        controller,
                 ThruPendingFunc func,
                 void           *user)
{
  const uint8_t message[] = {
    (uint8_t)(0xb0 | channel), (uint8_t)controller, set->controller[channel][controller]
  };

  if (!has (set->controllers[channel], controller))
    return true;
  if (!func (user, message, sizeof message))
    return false;
  exclude (set->controllers[channel], controller);
  return true;
}

static bool
emit_controllers (ThruPendingSet *set,
                  unsigned        channel,
                  unsigned        first,
                  unsigned        last,
                  ThruPendingFunc func,
                  void           *user)
{
  for (unsigned i = first; i <= last; i++)
    {
      if (!emit_controller (set, channel, i, func, user))
        return false;
    }
  return true;
}

static bool
emit_program (ThruPendingSet *set,
              unsigned        channel,
              ThruPendingFunc func,
              void           *user)
{
  const uint8_t message[] = { (uint8_t)(0xc0 | channel), set->program[channel] };

  if (!emit_controller (set, channel, BANK_MSB, func, user) || !emit_controller (set, channel, BANK_LSB, func, user))
    return false;
  if ((set->programs & bit (channel)) && !func (user, message, sizeof message))
    return false;
  set->programs &= (uint16_t) ~bit (channel);
  return true;
}

/* All but bank, data, selectors and modes, which have a place of their own. */
static bool
emit_plain_controllers (ThruPendingSet *set,
                        unsigned        channel,
                        ThruPendingFunc func,
                        void           *user)
{
  return emit_controllers (set, channel, MODULATION, DATA_MSB - 1, func, user) &&
         emit_controllers (set, channel, DATA_MSB + 1, DATA_LSB - 1, func, user) &&
         emit_controllers (set, channel, DATA_LSB + 1, SELECTOR_FIRST - 1, func, user) &&
         emit_controllers (set, channel, SELECTOR_LAST + 1, MODE_FIRST - 1, func, user);
}

static bool
emit_parameter (ThruPendingSet *set,
                unsigned        channel,
                ThruPendingFunc func,
                void           *user)
{
  if (!emit_controllers (set, channel, SELECTOR_FIRST, SELECTOR_LAST, func, user) ||
      !emit_controller (set, channel, DATA_MSB, func, user) ||
      !emit_controller (set, channel, DATA_LSB, func, user))
    return false;

  for (unsigned i = SELECTOR_FIRST; i <= SELECTOR_LAST; i++)
    {
      const uint8_t null[] = { (uint8_t)(0xb0 | channel), (uint8_t)i, SELECTOR_NULL };
      uint8_t mask = (uint8_t)(1u << (i - SELECTOR_FIRST));

      if ((set->nulls[channel] & mask) && !func (user, null, sizeof null))
        return false;
      set->nulls[channel] &= (uint8_t) ~mask;
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

  if ((set->bends & bit (channel)) && !func (user, bend, sizeof bend))
    return false;
  set->bends &= (uint16_t) ~bit (channel);
  if ((set->pressures & bit (channel)) && !func (user, pressure, sizeof pressure))
    return false;
  set->pressures &= (uint16_t) ~bit (channel);
  return true;
}

static bool
emit_poly_pressures (ThruPendingSet *set,
                     unsigned        channel,
                     ThruPendingFunc func,
                     void           *user)
{
  for (unsigned note = 0; note < N_NOTES; note++)
    {
      const uint8_t message[] = {
        (uint8_t)(0xa0 | channel), (uint8_t)note, set->poly_pressure[channel][note]
      };

      if (!has (set->poly_pressures[channel], note))
        continue;
      if (!func (user, message, sizeof message))
        return false;
      exclude (set->poly_pressures[channel], note);
    }
  return true;
}

static bool
emit_channel (ThruPendingSet *set,
              unsigned        channel,
              ThruPendingFunc func,
              void           *user)
{
  return emit_notes (set, channel, func, user) &&
         emit_controller (set, channel, RESET_CONTROLLERS, func, user) &&
         emit_program (set, channel, func, user) &&
         emit_plain_controllers (set, channel, func, user) &&
         emit_bend_and_pressure (set, channel, func, user) &&
         emit_poly_pressures (set, channel, func, user) &&
         emit_parameter (set, channel, func, user) &&
         emit_controllers (set, channel, MODE_FIRST, N_CONTROLLERS - 1, func, user);
}

static bool
emit_transport (ThruPendingSet *set,
                ThruPendingFunc func,
                void           *user)
{
  if (set->transport != 0 && !func (user, &set->transport, 1))
    return false;
  set->transport = 0;
  return true;
}

static bool
emit_song (ThruPendingSet *set,
           ThruPendingFunc func,
           void           *user)
{
  if (set->song[0] != 0 && !func (user, set->song, sizeof set->song))
    return false;
  set->song[0] = 0;
  if (set->position[0] != 0 && !func (user, set->position, sizeof set->position))
    return false;
  set->position[0] = 0;
  return true;
}

static bool
emit_reset (ThruPendingSet *set,
            ThruPendingFunc func,
            void           *user)
{
  const uint8_t reset = RESET;

  if (set->reset && !func (user, &reset, 1))
    return false;
  set->reset = false;
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
  return set->channels == 0 && set->transport == 0 && !set->reset && set->song[0] == 0 && set->position[0] == 0;
}

bool
thru_pending_set_takes (const uint8_t *message,
                        size_t         length)
{
  if (length == 0 || length != thru_midi_message_length (message[0]))
    return false;

  switch (message[0] & 0xf0)
    {
    case 0x90:
      return message[2] == 0;

    case 0xb0:
      return !is_momentary (message[1]);

    case 0xf0:
      return message[0] == 0xf2 || message[0] == 0xf3 || message[0] == RESET ||
             (message[0] >= START && message[0] <= STOP);

    default:
      return true;
    }
}

bool
thru_pending_set_add (ThruPendingSet *set,
                      const uint8_t  *message,
                      size_t          length)
{
  int channel = thru_midi_channel (message, length);

  if (!thru_pending_set_takes (message, length))
    return false;
  if (channel >= 0)
    add_channel_message (set, (unsigned)channel, message);
  else
    add_system_message (set, message, length);
  return true;
}

bool
thru_pending_set_emit (ThruPendingSet *set,
                       ThruPendingFunc func,
                       void           *user)
{
  if (set->transport == STOP && !emit_transport (set, func, user))
    return false;

  for (unsigned channel = 0; set->channels != 0 && channel < N_CHANNELS; channel++)
    {
      if (!(set->channels & bit (channel)))
        continue;
      if (!emit_channel (set, channel, func, user))
        return false;
      set->channels &= (uint16_t) ~bit (channel);
    }

  return emit_song (set, func, user) && emit_transport (set, func, user) && emit_reset (set, func, user);
}
