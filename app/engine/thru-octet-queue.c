/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-octet-queue.h"

#include <stdlib.h>
#include <string.h>

/* Dense traffic stays within the first capacity; only what is larger is given back when the queue runs empty. */
#define CAPACITY_FIRST 4096
#define CAPACITY_KEPT (4 * CAPACITY_FIRST)

static bool
grow (ThruOctetQueue *queue,
      size_t          needed)
{
  size_t capacity = queue->capacity > 0 ? queue->capacity : CAPACITY_FIRST;
  uint8_t *octets;

  while (capacity < needed)
    capacity *= 2;
  if (capacity > queue->max)
    capacity = queue->max;

  octets = realloc (queue->octets, capacity);
  if (octets == NULL)
    return false;
  queue->octets = octets;
  queue->capacity = capacity;
  return true;
}

void
thru_octet_queue_init (ThruOctetQueue *queue,
                       size_t          max)
{
  memset (queue, 0, sizeof *queue);
  queue->max = max;
}

void
thru_octet_queue_clear (ThruOctetQueue *queue)
{
  free (queue->octets);
  thru_octet_queue_init (queue, queue->max);
}

size_t
thru_octet_queue_length (const ThruOctetQueue *queue)
{
  return queue->end - queue->start;
}

bool
thru_octet_queue_reserve (ThruOctetQueue *queue,
                          size_t          length,
                          size_t          spare)
{
  size_t used = thru_octet_queue_length (queue);

  if (used > queue->max - spare || length > queue->max - spare - used)
    return false;
  if (queue->end + length <= queue->capacity)
    return true;

  if (queue->start > 0)
    {
      memmove (queue->octets, queue->octets + queue->start, used);
      queue->start = 0;
      queue->end = used;
    }
  return used + length <= queue->capacity || grow (queue, used + length);
}

bool
thru_octet_queue_append (ThruOctetQueue *queue,
                         const uint8_t  *bytes,
                         size_t          length)
{
  if (!thru_octet_queue_reserve (queue, length, 0))
    return false;
  if (length > 0)
    memcpy (queue->octets + queue->end, bytes, length);
  queue->end += length;
  return true;
}

const uint8_t *
thru_octet_queue_peek (ThruOctetQueue *queue,
                       size_t         *length)
{
  *length = thru_octet_queue_length (queue);
  return *length > 0 ? queue->octets + queue->start : NULL;
}

uint8_t *
thru_octet_queue_edit (ThruOctetQueue *queue,
                       size_t         *length)
{
  *length = thru_octet_queue_length (queue);
  return *length > 0 ? queue->octets + queue->start : NULL;
}

void
thru_octet_queue_cut (ThruOctetQueue *queue,
                      size_t          length)
{
  if (length < thru_octet_queue_length (queue))
    queue->end = queue->start + length;
}

void
thru_octet_queue_consume (ThruOctetQueue *queue,
                          size_t          length)
{
  size_t used = thru_octet_queue_length (queue);

  queue->start += length < used ? length : used;
  if (queue->start < queue->end)
    return;

  queue->start = queue->end = 0;
  if (queue->capacity > CAPACITY_KEPT)
    thru_octet_queue_clear (queue);
}
