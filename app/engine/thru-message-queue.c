/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-message-queue.h"

#include "thru-midi-parser.h"

#include <string.h>

#define HEADER_SIZE (sizeof (uint64_t) + sizeof (uint32_t))
#define SHORT_LENGTH 3
#define OCTETS_MAX \
  (THRU_MESSAGE_QUEUE_SHORT_MAX + THRU_MESSAGE_QUEUE_RESERVE + THRU_MIDI_SYSEX_MAX + HEADER_SIZE)

static bool
has_room (const ThruMessageQueue *queue,
          size_t                  length,
          bool                    precious)
{
  size_t size = HEADER_SIZE + length;

  if (length <= SHORT_LENGTH)
    return queue->short_octets + size <=
           THRU_MESSAGE_QUEUE_SHORT_MAX + (precious ? (size_t)THRU_MESSAGE_QUEUE_RESERVE : 0);
  return queue->long_octets == 0 || queue->long_octets + size <= THRU_MESSAGE_QUEUE_LONG_MAX;
}

static size_t *
share_of (ThruMessageQueue *queue,
          size_t            length)
{
  return length <= SHORT_LENGTH ? &queue->short_octets : &queue->long_octets;
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
  uint32_t message_length = (uint32_t)length;
  uint8_t header[HEADER_SIZE];

  if (length == 0 || length > THRU_MIDI_SYSEX_MAX || !has_room (queue, length, precious))
    return false;
  if (!thru_octet_queue_reserve (&queue->octets, HEADER_SIZE + length, 0))
    return false;

  memcpy (header, &time_us, sizeof time_us);
  memcpy (header + sizeof time_us, &message_length, sizeof message_length);
  thru_octet_queue_append (&queue->octets, header, sizeof header);
  thru_octet_queue_append (&queue->octets, message, length);
  *share_of (queue, length) += HEADER_SIZE + length;
  return true;
}

const uint8_t *
thru_message_queue_peek (ThruMessageQueue *queue,
                         size_t           *length,
                         uint64_t         *time_us)
{
  size_t n_octets;
  const uint8_t *octets = thru_octet_queue_peek (&queue->octets, &n_octets);
  uint32_t message_length;

  if (octets == NULL)
    {
      *length = 0;
      return NULL;
    }
  memcpy (time_us, octets, sizeof *time_us);
  memcpy (&message_length, octets + sizeof *time_us, sizeof message_length);
  *length = message_length;
  return octets + HEADER_SIZE;
}

void
thru_message_queue_pop (ThruMessageQueue *queue)
{
  uint64_t time_us;
  size_t length;

  if (thru_message_queue_peek (queue, &length, &time_us) == NULL)
    return;
  *share_of (queue, length) -= HEADER_SIZE + length;
  thru_octet_queue_consume (&queue->octets, HEADER_SIZE + length);
}

void
thru_message_queue_offer (ThruMessageQueue    *queue,
                          ThruMessageQueueFunc func,
                          void                *user)
{
  size_t n_octets;
  uint8_t *octets = thru_octet_queue_edit (&queue->octets, &n_octets);
  size_t kept = 0;

  for (size_t at = 0; at < n_octets;)
    {
      uint32_t length;
      uint64_t time_us;
      size_t size;

      memcpy (&time_us, octets + at, sizeof time_us);
      memcpy (&length, octets + at + sizeof time_us, sizeof length);
      size = HEADER_SIZE + length;
      if (func (user, octets + at + HEADER_SIZE, length, time_us))
        {
          *share_of (queue, length) -= size;
        }
      else
        {
          memmove (octets + kept, octets + at, size);
          kept += size;
        }
      at += size;
    }

  if (kept > 0)
    thru_octet_queue_cut (&queue->octets, kept);
  else
    thru_octet_queue_consume (&queue->octets, n_octets);
}
