/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-destination-private.h"

#include "thru-midi-ledger.h"
#include "thru-midi-message.h"

#include <string.h>

#define SYSTEM_EXCLUSIVE 0xf0
#define CLOCK 0xf8
#define RELEASE_VELOCITY 64
#define N_NOTES 128

/* More notes than can wait. */
#define ORIGINS_MAX ((THRU_MESSAGE_QUEUE_SHORT_MAX + THRU_MESSAGE_QUEUE_RESERVE) / 3)

typedef struct
{
  ThruDestination *destination;
  size_t           octets; /* of short messages, still to be collapsed */
} Collapse;

static bool
is_note_off (const uint8_t *message)
{
  return (message[0] & 0xf0) == 0x80 || ((message[0] & 0xf0) == 0x90 && message[2] == 0);
}

static bool
is_note_on (const uint8_t *message)
{
  return (message[0] & 0xf0) == 0x90 && message[2] > 0;
}

/* The place of a note message's note in a table of all notes. */
static int16_t *
note_count (int16_t        counts[16][128],
            const uint8_t *message)
{
  return &counts[message[0] & 0x0f][message[1] & 0x7f];
}

static bool
is_too_late (const ThruDestination *destination,
             uint64_t               time_us)
{
  const ThruDestinationTimes *times = destination->times;

  return times->late_limit_us > 0 && times->now_us > time_us && times->now_us - time_us > times->late_limit_us;
}

static void
set_unstruck (ThruDestination *destination,
              const uint8_t   *message,
              bool             unstruck)
{
  uint64_t *bits = &destination->unstruck[message[0] & 0x0f][(message[1] & 0x7f) / 64];
  uint64_t mask = UINT64_C (1) << (message[1] & 0x3f);

  *bits = unstruck ? *bits | mask : *bits & ~mask;
}

static bool
is_unstruck (const ThruDestination *destination,
             const uint8_t         *message)
{
  return destination->unstruck[message[0] & 0x0f][(message[1] & 0x7f) / 64] >> (message[1] & 0x3f) & 1;
}

const uint8_t _thru_destination_pedals[THRU_DESTINATION_N_PEDALS] = { 64, 66, 69 };

static void
pedal_sent (ThruDestination *destination,
            const uint8_t   *message)
{
  for (size_t i = 0; i < THRU_DESTINATION_N_PEDALS; i++)
    {
      uint16_t bit = (uint16_t)(1u << (message[0] & 0x0f));

      if (message[1] != _thru_destination_pedals[i])
        continue;
      if (message[2] >= 64)
        destination->pedals[i] |= bit;
      else
        destination->pedals[i] &= (uint16_t) ~bit;
    }
}

static void
note_sent (ThruDestination *destination,
           const uint8_t   *message)
{
  int16_t *sounding;

  if ((message[0] & 0xf0) == 0xb0)
    pedal_sent (destination, message);
  if ((message[0] & 0xe0) != 0x80)
    return;

  sounding = note_count (destination->sounding, message);
  if (is_note_off (message))
    {
      *sounding = (int16_t)(*sounding - (*sounding > 0));
      return;
    }
  *sounding = (int16_t)(*sounding + (*sounding < INT16_MAX));
  set_unstruck (destination, message, false);
}

bool
_thru_destination_send_now (ThruDestination *destination,
                            const uint8_t   *message,
                            size_t           length,
                            uint64_t         time_us)
{
  if (!destination->send (destination->user, message, length, time_us))
    return false;
  note_sent (destination, message);
  if (destination->meter != NULL)
    thru_meter_count (destination->meter, message, length);
  return true;
}

void
_thru_destination_lose (ThruDestination *destination)
{
  if (destination->meter != NULL)
    thru_meter_lose (destination->meter, 1);
}

static void
count_late (ThruDestination *destination)
{
  if (destination->meter != NULL)
    thru_meter_add_late (destination->meter, 1);
}

/* What waits */

/* How often a note will have been struck when all that waits has been sent, at most: offs that wait are not taken off. */
static int
n_struck (const ThruDestination *destination,
          unsigned               channel,
          unsigned               note)
{
  return destination->sounding[channel][note] + destination->waiting[channel][note];
}

/* What is owed is owed for note-ons, and one of them is the holder's. */
static void
bound_owed (ThruDestination *destination,
            unsigned         channel,
            unsigned         note)
{
  int most = n_struck (destination, channel, note) - 1;

  if (destination->owed[channel][note] > most)
    destination->owed[channel][note] = (uint8_t)(most > 0 ? most : 0);
}

/* One that waited is not played after all. */
static void
drop_waiting_note_on (ThruDestination *destination,
                      const uint8_t   *message,
                      uint64_t         time_us)
{
  bool late = is_too_late (destination, time_us);

  --*note_count (destination->waiting, message);
  set_unstruck (destination, message, true);
  bound_owed (destination, message[0] & 0x0f, message[1] & 0x7f);
  if (late)
    count_late (destination);
  else
    _thru_destination_lose (destination);
  thru_origin_queue_drop (&destination->origins, late);
}

static bool
is_off_of_unstruck (const ThruDestination *destination,
                    const uint8_t         *message)
{
  unsigned channel = message[0] & 0x0f;
  unsigned note = message[1] & 0x7f;

  return is_note_off (message) && is_unstruck (destination, message) &&
         destination->sounding[channel][note] <= destination->pending.offs[channel][note];
}

/* The oldest of the queue leaves it for the set. */
static void
collapse_message (ThruDestination *destination,
                  const uint8_t   *message,
                  size_t           length,
                  uint64_t         time_us)
{
  if (is_note_on (message))
    {
      drop_waiting_note_on (destination, message, time_us);
    }
  else if (!is_off_of_unstruck (destination, message))
    {
      destination->pending_time_us = time_us;
      if (!thru_pending_set_add (&destination->pending, message, length))
        _thru_destination_lose (destination);
    }
}

/* Nothing that is too old goes past a System Exclusive: it may be for what comes then. */
void
_thru_destination_collapse_old (ThruDestination *destination)
{
  const uint8_t *message;
  size_t length;
  uint64_t time_us;

  while ((message = thru_message_queue_peek (&destination->queue, &length, &time_us)) != NULL &&
         message[0] != SYSTEM_EXCLUSIVE && is_too_late (destination, time_us))
    {
      collapse_message (destination, message, length, time_us);
      thru_message_queue_pop (&destination->queue);
    }
}

static bool
collapse_short (void          *user,
                const uint8_t *message,
                size_t         length,
                uint64_t       time_us)
{
  Collapse *collapse = user;

  if (message[0] == SYSTEM_EXCLUSIVE || collapse->octets == 0)
    return false;
  collapse->octets -= length < collapse->octets ? length : collapse->octets;
  collapse_message (collapse->destination, message, length, time_us);
  return true;
}

/* The older ones of the short messages, until so many of their octets are gone. */
static void
collapse_octets (ThruDestination *destination,
                 size_t           octets)
{
  Collapse collapse = { destination, octets };

  thru_message_queue_offer (&destination->queue, collapse_short, &collapse);
}

static bool
push (ThruDestination *destination,
      const uint8_t   *message,
      size_t           length,
      uint64_t         time_us,
      bool             precious)
{
  bool starts_note = is_note_on (message);

  if (starts_note && !thru_origin_queue_reserve (&destination->origins))
    return false;
  if (!thru_message_queue_push (&destination->queue, message, length, time_us, precious))
    return false;
  if (starts_note)
    {
      thru_origin_queue_push (&destination->origins, destination->origin);
      ++*note_count (destination->waiting, message);
    }
  if (thru_midi_is_realtime (message[0]) && message[0] != CLOCK)
    destination->transport_waits = true;
  return true;
}

bool
_thru_destination_is_idle (const ThruDestination *destination)
{
  return !thru_sysex_player_is_busy (&destination->player) &&
         thru_message_queue_is_empty (&destination->queue) && thru_pending_set_is_empty (&destination->pending);
}

/* Realtime goes past all that waits while a System Exclusive is being sent, but not past its like. */
static bool
send_inside (ThruDestination *destination,
             const uint8_t   *message,
             size_t           length,
             uint64_t         time_us)
{
  return thru_sysex_player_is_busy (&destination->player) && thru_midi_is_realtime (message[0]) &&
         (message[0] == CLOCK || !destination->transport_waits) &&
         _thru_destination_send_now (destination, message, length, time_us);
}

static bool
accept (ThruDestination *destination,
        const uint8_t   *message,
        size_t           length,
        uint64_t         time_us,
        bool             precious)
{
  if (_thru_destination_is_idle (destination) && _thru_destination_send_now (destination, message, length, time_us))
    return true;
  if (send_inside (destination, message, length, time_us))
    return true;
  if (message[0] == CLOCK && thru_sysex_player_is_busy (&destination->player))
    return false;

  _thru_destination_collapse_old (destination);
  if (push (destination, message, length, time_us, precious))
    return true;
  if (!precious)
    return false;

  collapse_octets (destination, THRU_MESSAGE_QUEUE_SHORT_MAX / 8);
  if (push (destination, message, length, time_us, true))
    return true;

  /* Out of memory, or full of the shortest System Exclusives. What is set down must not overtake what waits. */
  collapse_octets (destination, SIZE_MAX);
  if (!thru_pending_set_add (&destination->pending, message, length))
    return false;
  destination->pending_time_us = time_us;
  return true;
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

static ThruDelivery
deliver_note_on (ThruDestination *destination,
                 const uint8_t   *message,
                 size_t           length,
                 uint64_t         time_us)
{
  if (is_too_late (destination, time_us))
    {
      set_unstruck (destination, message, true);
      count_late (destination);
      return THRU_DELIVERY_LATE;
    }
  if (accept_note_on (destination, message, length, time_us))
    return THRU_DELIVERY_TAKEN;
  set_unstruck (destination, message, true);
  _thru_destination_lose (destination);
  return THRU_DELIVERY_LOST;
}

/* Whether nothing of the note is on, nor will be, for its note-on was dropped. */
static bool
has_vanished (ThruDestination *destination,
              const uint8_t   *message)
{
  if (!is_unstruck (destination, message) || n_struck (destination, message[0] & 0x0f, message[1] & 0x7f) > 0)
    return false;
  set_unstruck (destination, message, false);
  return true;
}

void
thru_destination_init (ThruDestination            *destination,
                       ThruRouterSendFunc          send,
                       void                       *user,
                       ThruMeter                  *meter,
                       const ThruDestinationTimes *times,
                       const ThruSysexReporter    *reporter,
                       ThruPortNumber              number)
{
  memset (destination, 0, sizeof *destination);
  destination->send = send;
  destination->user = user;
  destination->meter = meter != NULL ? thru_meter_ref (meter) : NULL;
  destination->times = times;
  destination->sysex_max = THRU_DESTINATION_SYSEX_WHOLE_MAX;
  thru_message_queue_init (&destination->queue);
  thru_origin_queue_init (&destination->origins, ORIGINS_MAX);
  thru_pending_set_init (&destination->pending);
  thru_sysex_player_init (&destination->player, reporter, number);
}

void
thru_destination_clear (ThruDestination *destination)
{
  uint32_t n_lost;

  _thru_destination_drop_waiting_sysex (destination, 0, THRU_SYSEX_GONE);
  thru_sysex_player_clear (&destination->player);
  thru_message_queue_clear (&destination->queue);
  n_lost = thru_origin_queue_clear (&destination->origins);
  if (destination->meter != NULL)
    {
      thru_meter_lose (destination->meter, n_lost);
      thru_meter_unref (destination->meter);
    }
  destination->meter = NULL;
}

ThruDelivery
thru_destination_deliver (ThruDestination *destination,
                          const uint8_t   *message,
                          size_t           length,
                          uint64_t         time_us)
{
  bool ends_note = is_note_off (message);

  if (is_note_on (message))
    return deliver_note_on (destination, message, length, time_us);
  if (ends_note && has_vanished (destination, message))
    return THRU_DELIVERY_TAKEN;

  if (!accept (destination, message, length, time_us, thru_pending_set_takes (message, length)))
    {
      _thru_destination_lose (destination);
      return THRU_DELIVERY_LOST;
    }
  if (ends_note)
    pay_owed (destination, message[0] & 0x0f, message[1] & 0x7f, time_us, true);
  return THRU_DELIVERY_TAKEN;
}

ThruDelivery
thru_destination_deliver_from (ThruDestination *destination,
                               const uint8_t   *message,
                               size_t           length,
                               uint64_t         time_us,
                               ThruMeter       *origin)
{
  ThruDelivery delivery;

  destination->origin = origin;
  delivery = thru_destination_deliver (destination, message, length, time_us);
  destination->origin = NULL;
  return delivery;
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
  bound_owed (destination, channel, note);
}

void
thru_destination_settle (ThruDestination *destination,
                         unsigned         channel,
                         uint64_t         time_us)
{
  for (unsigned note = 0; note < N_NOTES; note++)
    pay_owed (destination, channel, note, time_us, true);
}

static bool
send_pending (void          *user,
              const uint8_t *message,
              size_t         length)
{
  ThruDestination *destination = user;

  return _thru_destination_send_now (destination, message, length, destination->pending_time_us);
}

/* FALSE: there is no room for it yet. */
static bool
send_or_drop (ThruDestination *destination,
              const uint8_t   *message,
              size_t           length,
              uint64_t         time_us)
{
  if (is_note_on (message) && is_too_late (destination, time_us))
    {
      drop_waiting_note_on (destination, message, time_us);
      return true;
    }
  if (is_off_of_unstruck (destination, message))
    return true;
  if (!_thru_destination_send_now (destination, message, length, time_us))
    return false;
  if (is_note_on (message))
    {
      thru_origin_queue_pop (&destination->origins);
      --*note_count (destination->waiting, message);
    }
  return true;
}

bool
thru_destination_flush (ThruDestination *destination)
{
  const uint8_t *message;
  size_t length;
  uint64_t time_us;

  _thru_destination_collapse_old (destination);
  if (thru_sysex_player_is_busy (&destination->player) && !_thru_destination_go_on_with_sysex (destination))
    return false;
  if (!thru_pending_set_emit (&destination->pending, send_pending, destination))
    return false;
  while ((message = thru_message_queue_peek (&destination->queue, &length, &time_us)) != NULL)
    {
      ThruPortNumber source;
      ThruSysex *sysex = thru_message_queue_peek_sysex (&destination->queue, &source);

      if (sysex != NULL && destination->player.funcs != NULL)
        {
          if (!_thru_destination_play_sysex (destination, sysex, source, time_us))
            return false;
          continue;
        }
      if (!send_or_drop (destination, message, length, time_us))
        return false;
      thru_message_queue_pop (&destination->queue);
    }
  destination->transport_waits = false;
  return true;
}

void
thru_destination_collapse (ThruDestination *destination)
{
  const uint8_t *message;
  size_t length;
  uint64_t time_us;

  thru_destination_drop_sysex (destination, THRU_SYSEX_CANCELLED);
  while ((message = thru_message_queue_peek (&destination->queue, &length, &time_us)) != NULL)
    {
      collapse_message (destination, message, length, time_us);
      thru_message_queue_pop (&destination->queue);
    }
}
