/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-meter.h"
#include "thru-octet-queue.h"

#include <stdbool.h>

/* The meters of the routes that note-ons came over which wait for a destination, in the order of the note-ons: so that
 * what is dropped is counted where it is missing. No memory while empty. Not thread-safe; members are private. */
typedef struct
{
  ThruOctetQueue octets;
} ThruOriginQueue;

/* @max: note-ons that may wait. */
void     thru_origin_queue_init    (ThruOriginQueue *queue,
                                    size_t           max);

/* They are not played any more: counts them as lost. Returns how many they were. */
uint32_t thru_origin_queue_clear   (ThruOriginQueue *queue);

/* Room for one more. FALSE: out of memory. */
bool     thru_origin_queue_reserve (ThruOriginQueue *queue);

/* Within what was reserved. @origin: (nullable): a reference is taken. */
void     thru_origin_queue_push    (ThruOriginQueue *queue,
                                    ThruMeter       *origin);

/* The oldest note-on was sent. */
void     thru_origin_queue_pop     (ThruOriginQueue *queue);

/* It was dropped, and counts as late or as lost. */
void     thru_origin_queue_drop    (ThruOriginQueue *queue,
                                    bool             late);
