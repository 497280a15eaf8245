/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-destination.h"

#include "thru-midi-ledger.h"
#include "thru-midi-message.h"

#include <string.h>

#define RELEASE_VELOCITY 64
#define BEND_CENTRE_MSB 64
#define N_NOTES 128

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

static bool
pend_again (void          *user,
            const uint8_t *message,
            size_t         length)
{
  ThruDestination *destination = user;

  return thru_pending_set_add (&destination->pending, message, length);
}

static void
lose (ThruDestination *destination)
{
  if (destination->meter != NULL)
    thru_meter_lose (destination->meter, 1);
}

/* A wheel that is let go, too, is a state that nothing later would put right. */
static bool
must_arrive (const uint8_t *message,
             size_t         length)
{
  if (thru_midi_is_undroppable (message, length))
    return true;

  switch (message[0] & 0xf0)
    {
    case 0xa0:
      return length == 3 && message[2] == 0;

    case 0xd0:
      return length == 2 && message[1] == 0;

    case 0xe0:
      return length == 3 && message[1] == 0 && message[2] == BEND_CENTRE_MSB;

    default:
      return false;
    }
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

/* Sends what note-offs are owed. FALSE: no room for the first of them, nothing was done. */
static bool
pay_owed (ThruDestination *destination,
          unsigned         channel,
          unsigned         note,
          uint64_t         time_us,
          bool             precious)
{
  uint8_t *owed = &destination->owed[channel][note];
  const uint8_t off[] = { (uint8_t)(0x80 | channel), (uint8_t)note, RELEASE_VELOCITY };

  for (; *owed > 0; --*owed)
    {
      if (!accept (destination, off, sizeof off, time_us, precious))
        return false;
      precious = true;
    }
  return true;
}

/* The note still sounds for another route. Striking it anew is the moment to settle what is owed, for it starts again
 * anyway; else the instrument would stack a voice with every turn that routes take on a note. The note-on follows in
 * any case once a note-off has passed, and the queue's reserve is there for it. */
static bool
accept_note_on (ThruDestination *destination,
                const uint8_t   *message,
                size_t           length,
                uint64_t         time_us)
{
  unsigned channel = message[0] & 0x0f;
  unsigned note = message[1] & 0x7f;
  bool owed = destination->owed[channel][note] > 0;

  return pay_owed (destination, channel, note, time_us, false) &&
         accept (destination, message, length, time_us, owed);
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
  bool precious = delivery == THRU_DELIVERY_RELEASE || must_arrive (message, length);
  bool accepted;

  if (thru_midi_is_note_on (message, length))
    accepted = accept_note_on (destination, message, length, time_us);
  else
    accepted = accept (destination, message, length, time_us, precious);
  if (!accepted)
    lose (destination);
  else if (thru_midi_is_note_off (message, length))
    pay_owed (destination, message[0] & 0x0f, message[1] & 0x7f, time_us, true);
  return accepted;
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

void
thru_destination_settle (ThruDestination *destination,
                         unsigned         channel,
                         uint64_t         time_us)
{
  for (unsigned note = 0; note < N_NOTES; note++)
    pay_owed (destination, channel, note, time_us, true);
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
  ThruPendingSet later = destination->pending;
  const uint8_t *message;
  size_t length;
  uint64_t time_us;

  /* What was pending came after what is queued, and so has the last word. */
  thru_pending_set_init (&destination->pending);
  while ((message = thru_message_queue_peek (&destination->queue, &length, &time_us)) != NULL)
    {
      if (!must_arrive (message, length) || !add_pending (destination, message, length, time_us))
        lose (destination);
      thru_message_queue_pop (&destination->queue);
    }
  thru_pending_set_emit (&later, pend_again, destination);
}
