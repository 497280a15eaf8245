/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-origin-queue.h"

#include <string.h>

/* Returns: (transfer full) (nullable). */
static ThruMeter *
take_oldest (ThruOriginQueue *queue)
{
  ThruMeter *origin = NULL;
  size_t length;
  const uint8_t *octets = thru_octet_queue_peek (&queue->octets, &length);

  if (length >= sizeof origin)
    {
      memcpy (&origin, octets, sizeof origin);
      thru_octet_queue_consume (&queue->octets, sizeof origin);
    }
  return origin;
}

void
thru_origin_queue_init (ThruOriginQueue *queue,
                        size_t           max)
{
  thru_octet_queue_init (&queue->octets, max * sizeof (ThruMeter *));
}

uint32_t
thru_origin_queue_clear (ThruOriginQueue *queue)
{
  uint32_t n = 0;

  for (; thru_octet_queue_length (&queue->octets) > 0; n++)
    thru_origin_queue_drop (queue, false);
  thru_octet_queue_clear (&queue->octets);
  return n;
}

bool
thru_origin_queue_reserve (ThruOriginQueue *queue)
{
  return thru_octet_queue_reserve (&queue->octets, sizeof (ThruMeter *), 0);
}

void
thru_origin_queue_push (ThruOriginQueue *queue,
                        ThruMeter       *origin)
{
  if (thru_octet_queue_append (&queue->octets, (const uint8_t *)&origin, sizeof origin) && origin != NULL)
    thru_meter_ref (origin);
}

void
thru_origin_queue_pop (ThruOriginQueue *queue)
{
  ThruMeter *origin = take_oldest (queue);

  if (origin != NULL)
    thru_meter_unref (origin);
}

void
thru_origin_queue_drop (ThruOriginQueue *queue,
                        bool             late)
{
  ThruMeter *origin = take_oldest (queue);

  if (origin == NULL)
    return;
  if (late)
    thru_meter_add_late (origin, 1);
  else
    thru_meter_lose (origin, 1);
  thru_meter_unref (origin);
}
