/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-destination.h"

#include "thru-midi-ledger.h"
#include "thru-midi-message.h"

#include <string.h>

#define RELEASE_VELOCITY 64

static bool
send_now (ThruDestination *destination,
          const uint8_t   *message,
          size_t           length,
          uint64_t         time_us)
{
  if (!destination->send (destination->user, message, length, time_us))
    return false;
  if (destination->meter != NULL)
    thru_meter_count (destination->meter, message, length);
  return true;
}

static bool
send_pending (void          *user,
              const uint8_t *message,
              size_t         length)
{
  ThruDestination *destination = user;

  return send_now (destination, message, length, destination->pending_time_us);
}

static bool
add_pending (ThruDestination *destination,
             const uint8_t   *message,
             size_t           length,
             uint64_t         time_us)
{
  destination->pending_time_us = time_us;
  return thru_pending_set_add (&destination->pending, message, length);
}

static void
lose (ThruDestination *destination)
{
  if (destination->meter != NULL)
    thru_meter_lose (destination->meter, 1);
}

static bool
accept (ThruDestination *destination,
        const uint8_t   *message,
        size_t           length,
        uint64_t         time_us,
        bool             precious)
{
  if (thru_pending_set_is_empty (&destination->pending))
    {
      if (thru_message_queue_is_empty (&destination->queue) && send_now (destination, message, length, time_us))
        return true;
      if (thru_message_queue_push (&destination->queue, message, length, time_us, precious))
        return true;
    }
  return precious && add_pending (destination, message, length, time_us);
}

static void
pay_owed (ThruDestination *destination,
          const uint8_t   *message,
          uint64_t         time_us)
{
  unsigned channel = message[0] & 0x0f;
  unsigned note = message[1] & 0x7f;
  const uint8_t off[] = { (uint8_t)(0x80 | channel), (uint8_t)note, RELEASE_VELOCITY };

  for (; destination->owed[channel][note] > 0; destination->owed[channel][note]--)
    accept (destination, off, sizeof off, time_us, true);
}

void
thru_destination_init (ThruDestination   *destination,
                       ThruRouterSendFunc send,
                       void              *user,
                       ThruMeter         *meter)
{
  memset (destination, 0, sizeof *destination);
  destination->send = send;
  destination->user = user;
  destination->meter = meter != NULL ? thru_meter_ref (meter) : NULL;
  thru_message_queue_init (&destination->queue);
  thru_pending_set_init (&destination->pending);
}

void
thru_destination_clear (ThruDestination *destination)
{
  thru_message_queue_clear (&destination->queue);
  if (destination->meter != NULL)
    thru_meter_unref (destination->meter);
  destination->meter = NULL;
}

bool
thru_destination_deliver (ThruDestination *destination,
                          const uint8_t   *message,
                          size_t           length,
                          uint64_t         time_us,
                          ThruDelivery     delivery)
{
  bool precious = delivery == THRU_DELIVERY_RELEASE || thru_midi_is_undroppable (message, length);

  if (!accept (destination, message, length, time_us, precious))
    {
      lose (destination);
      return false;
    }

  if (thru_midi_is_note_off (message, length))
    pay_owed (destination, message, time_us);
  /* All notes end with these, so that nothing is owed any more. */
  else if ((message[0] & 0xf0) == 0xb0 && (message[1] == 120 || message[1] >= 123))
    memset (destination->owed[message[0] & 0x0f], 0, sizeof destination->owed[0]);
  return true;
}

void
thru_destination_withhold (ThruDestination *destination,
                           unsigned         channel,
                           unsigned         note,
                           unsigned         n)
{
  uint8_t *owed = &destination->owed[channel][note];
  unsigned room = THRU_MIDI_LEDGER_OFFS_MAX - *owed;

  *owed = (uint8_t)(*owed + (n < room ? n : room));
}

bool
thru_destination_flush (ThruDestination *destination)
{
  const uint8_t *message;
  size_t length;
  uint64_t time_us;

  while ((message = thru_message_queue_peek (&destination->queue, &length, &time_us)) != NULL)
    {
      if (!send_now (destination, message, length, time_us))
        return false;
      thru_message_queue_pop (&destination->queue);
    }
  return thru_pending_set_emit (&destination->pending, send_pending, destination);
}

void
thru_destination_collapse (ThruDestination *destination)
{
  const uint8_t *message;
  size_t length;
  uint64_t time_us;

  while ((message = thru_message_queue_peek (&destination->queue, &length, &time_us)) != NULL)
    {
      if (!thru_midi_is_undroppable (message, length) || !add_pending (destination, message, length, time_us))
        lose (destination);
      thru_message_queue_pop (&destination->queue);
    }
}
