/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A bounded queue of octets that keeps them side by side, so that one write can take them all. Grows on demand,
 * gives its memory back when it runs empty. Not thread-safe; members are private. */
typedef struct
{
  uint8_t *octets; /* owned */
  size_t   start;
  size_t   end;
  size_t   capacity;
  size_t   max;
} ThruOctetQueue;

/* @max: octets it may hold at once. */
void           thru_octet_queue_init    (ThruOctetQueue *queue,
                                         size_t          max);

/* Empties it and frees its memory; it may be used again. */
void           thru_octet_queue_clear   (ThruOctetQueue *queue);
size_t         thru_octet_queue_length  (const ThruOctetQueue *queue);

/* Makes sure that @length more octets fit while @spare of the maximum stays free. FALSE: no room, or out of memory. */
bool           thru_octet_queue_reserve (ThruOctetQueue *queue,
                                         size_t          length,
                                         size_t          spare);

/* All or nothing. Never fails within what was reserved. */
bool           thru_octet_queue_append  (ThruOctetQueue *queue,
                                         const uint8_t  *bytes,
                                         size_t          length);

/* The octets, oldest first, borrowed until the next call; NULL and 0 when there are none. */
const uint8_t *thru_octet_queue_peek    (ThruOctetQueue *queue,
                                         size_t         *length);

/* Drops the oldest @length octets. */
void           thru_octet_queue_consume (ThruOctetQueue *queue,
                                         size_t          length);

/* The same octets, to be changed in place, and to be cut behind the oldest @length of them. */
uint8_t *      thru_octet_queue_edit    (ThruOctetQueue *queue,
                                         size_t         *length);
void           thru_octet_queue_cut     (ThruOctetQueue *queue,
                                         size_t          length);
