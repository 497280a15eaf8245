/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-message-queue.h"

#include <string.h>

#define SHORT_LENGTH 3
#define OCTETS_MAX (THRU_MESSAGE_QUEUE_SHORT_MAX + THRU_MESSAGE_QUEUE_RESERVE + THRU_MESSAGE_QUEUE_LONG_MAX)
#define ELSEWHERE 0x80000000u /* in a record's length: a Reference follows instead of octets */

/* What stands in the queue: header, then octets or a reference. Unaligned. */
#define HEADER_SIZE (sizeof (uint64_t) + sizeof (uint32_t))

typedef struct
{
  ThruSysex *sysex;
  uint32_t   source;
} Reference;

typedef struct
{
  uint64_t       time_us;
  const uint8_t *message;
  size_t         length;
  size_t         size;      /* octets in the queue */
  Reference      reference; /* sysex NULL: none */
} Record;

static void
read_record (const uint8_t *octets,
             Record        *record)
{
  uint32_t length;

  memset (record, 0, sizeof *record);
  memcpy (&record->time_us, octets, sizeof record->time_us);
  memcpy (&length, octets + sizeof record->time_us, sizeof length);
  record->size = HEADER_SIZE + (length & ~ELSEWHERE);
  record->message = octets + HEADER_SIZE;
  record->length = length;
  if (!(length & ELSEWHERE))
    return;

  memcpy (&record->reference, octets + HEADER_SIZE, sizeof record->reference);
  record->message = record->reference.sysex->octets;
  record->length = record->reference.sysex->length;
}

static bool
has_room (const ThruMessageQueue *queue,
          size_t                  length,
          bool                    precious)
{
  size_t size = HEADER_SIZE + length;

  if (length <= SHORT_LENGTH)
    return queue->short_octets + size <=
           THRU_MESSAGE_QUEUE_SHORT_MAX + (precious ? (size_t)THRU_MESSAGE_QUEUE_RESERVE : 0);
  return queue->long_octets + size <= THRU_MESSAGE_QUEUE_LONG_MAX;
}

static size_t *
share_of (ThruMessageQueue *queue,
          size_t            size)
{
  return size <= HEADER_SIZE + SHORT_LENGTH ? &queue->short_octets : &queue->long_octets;
}

static bool
push (ThruMessageQueue *queue,
      const void       *payload,
      size_t            length,
      uint32_t          flags,
      uint64_t          time_us)
{
  uint32_t length_and_flags = (uint32_t)length | flags;
  uint8_t header[HEADER_SIZE];

  if (!thru_octet_queue_reserve (&queue->octets, HEADER_SIZE + length, 0))
    return false;

  memcpy (header, &time_us, sizeof time_us);
  memcpy (header + sizeof time_us, &length_and_flags, sizeof length_and_flags);
  thru_octet_queue_append (&queue->octets, header, sizeof header);
  thru_octet_queue_append (&queue->octets, payload, length);
  *share_of (queue, HEADER_SIZE + length) += HEADER_SIZE + length;
  return true;
}

/* Not its place in the queue. */
static void
discount (ThruMessageQueue *queue,
          const Record     *record)
{
  *share_of (queue, record->size) -= record->size;
  if (record->reference.sysex == NULL)
    return;
  queue->sysex_octets -= record->length;
  thru_sysex_unref (record->reference.sysex);
}

static bool
peek_record (ThruMessageQueue *queue,
             Record           *record)
{
  size_t n_octets;
  const uint8_t *octets = thru_octet_queue_peek (&queue->octets, &n_octets);

  if (octets == NULL)
    return false;
  read_record (octets, record);
  return true;
}

typedef bool (*TakeFunc) (void         *user,
                          const Record *record);

/* Offers all records, the oldest first, and closes the gaps. Returns how many were taken. */
static unsigned
filter (ThruMessageQueue *queue,
        TakeFunc          take,
        void             *user)
{
  size_t n_octets;
  uint8_t *octets = thru_octet_queue_edit (&queue->octets, &n_octets);
  size_t kept = 0;
  unsigned n = 0;

  for (size_t at = 0; at < n_octets;)
    {
      Record record;

      read_record (octets + at, &record);
      if (take (user, &record))
        {
          discount (queue, &record);
          n++;
        }
      else
        {
          memmove (octets + kept, octets + at, record.size);
          kept += record.size;
        }
      at += record.size;
    }

  if (kept > 0)
    thru_octet_queue_cut (&queue->octets, kept);
  else
    thru_octet_queue_consume (&queue->octets, n_octets);
  return n;
}

void
thru_message_queue_init (ThruMessageQueue *queue)
{
  memset (queue, 0, sizeof *queue);
  thru_octet_queue_init (&queue->octets, OCTETS_MAX);
}

void
thru_message_queue_clear (ThruMessageQueue *queue)
{
  thru_message_queue_drop_sysex (queue, 0);
  thru_octet_queue_clear (&queue->octets);
  thru_message_queue_init (queue);
}

bool
thru_message_queue_is_empty (const ThruMessageQueue *queue)
{
  return thru_octet_queue_length (&queue->octets) == 0;
}

bool
thru_message_queue_push (ThruMessageQueue *queue,
                         const uint8_t    *message,
                         size_t            length,
                         uint64_t          time_us,
                         bool              precious)
{
  if (length == 0 || length > THRU_MIDI_SYSEX_SHORT || !has_room (queue, length, precious))
    return false;
  return push (queue, message, length, 0, time_us);
}

bool
thru_message_queue_push_sysex (ThruMessageQueue *queue,
                               ThruSysex        *sysex,
                               uint32_t          source,
                               uint64_t          time_us)
{
  Reference reference = { sysex, source };

  if (queue->sysex_octets + sysex->length > THRU_MESSAGE_QUEUE_SYSEX_MAX ||
      !has_room (queue, sizeof reference, false) ||
      !push (queue, &reference, sizeof reference, ELSEWHERE, time_us))
    return false;
  thru_sysex_ref (sysex);
  queue->sysex_octets += sysex->length;
  return true;
}

ThruSysex *
thru_message_queue_peek_sysex (ThruMessageQueue *queue,
                               uint32_t         *source)
{
  Record record;

  if (!peek_record (queue, &record))
    return NULL;
  *source = record.reference.source;
  return record.reference.sysex;
}

static bool
take_sysex_of (void         *user,
               const Record *record)
{
  uint32_t source = *(const uint32_t *)user;

  return record->reference.sysex != NULL && (source == 0 || record->reference.source == source);
}

unsigned
thru_message_queue_drop_sysex (ThruMessageQueue *queue,
                               uint32_t          source)
{
  return queue->sysex_octets > 0 ? filter (queue, take_sysex_of, &source) : 0;
}

const uint8_t *
thru_message_queue_peek (ThruMessageQueue *queue,
                         size_t           *length,
                         uint64_t         *time_us)
{
  Record record;

  if (!peek_record (queue, &record))
    {
      *length = 0;
      return NULL;
    }
  *time_us = record.time_us;
  *length = record.length;
  return record.message;
}

void
thru_message_queue_pop (ThruMessageQueue *queue)
{
  Record record;

  if (!peek_record (queue, &record))
    return;
  discount (queue, &record);
  thru_octet_queue_consume (&queue->octets, record.size);
}

typedef struct
{
  ThruMessageQueueFunc func;
  void                *user;
} Offer;

static bool
take_offered (void         *user,
              const Record *record)
{
  const Offer *offer = user;

  return offer->func (offer->user, record->message, record->length, record->time_us);
}

void
thru_message_queue_offer (ThruMessageQueue    *queue,
                          ThruMessageQueueFunc func,
                          void                *user)
{
  Offer offer = { func, user };

  filter (queue, take_offered, &offer);
}
