/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-ring.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64
#define CAPACITY_MIN 64

/* Stands before the octets of every chunk, unaligned. */
typedef struct
{
  uint64_t time_us;
  uint32_t length;
  uint32_t lost; /* how many had been lost before it, all in all; wraps */
} ChunkHeader;

_Static_assert (sizeof (ChunkHeader) == sizeof (uint64_t) + 2 * sizeof (uint32_t), "a chunk's header has no holes");

#define IS_ASIDE 0x80000000u /* in a chunk's length: its octets are in the other ring */

/* Both indices run free and wrap with size_t, so that full and empty differ without a spare octet. Each is written
 * by one side only, on a cache line of its own. */
struct _ThruRing
{
  /* set once */
  size_t    capacity;
  size_t    mask;
  ThruRing *aside; /* nullable, owned: octets only */

  /* producer */
  alignas (CACHE_LINE) atomic_size_t head;
  size_t tail_seen;

  /* consumer */
  alignas (CACHE_LINE) atomic_size_t tail;
  bool        chunk_is_aside;
  ChunkHeader chunk; /* what is left of the chunk that is being handed over in pieces */
  uint32_t    lost_told;

  /* producer; of interest to the consumer only when it has read everything */
  alignas (CACHE_LINE) _Atomic uint32_t lost;
  atomic_bool ended; /* any thread's */

  alignas (CACHE_LINE) uint8_t octets[];
};

static void
copy_in (ThruRing   *ring,
         size_t      index,
         const void *from,
         size_t      length)
{
  size_t start = index & ring->mask;
  size_t first = ring->capacity - start;

  if (first > length)
    first = length;
  memcpy (ring->octets + start, from, first);
  memcpy (ring->octets, (const uint8_t *)from + first, length - first);
}

static void
copy_out (ThruRing *ring,
          size_t    index,
          void     *to,
          size_t    length)
{
  size_t start = index & ring->mask;
  size_t first = ring->capacity - start;

  if (first > length)
    first = length;
  memcpy (to, ring->octets + start, first);
  memcpy ((uint8_t *)to + first, ring->octets, length - first);
}

/* The other side's index is looked at only when the last look is not enough: that keeps its cache line where it is. */
static bool
producer_has_room (ThruRing *ring,
                   size_t    head,
                   size_t    needed)
{
  if (ring->capacity - (head - ring->tail_seen) >= needed)
    return true;

  ring->tail_seen = atomic_load_explicit (&ring->tail, memory_order_acquire);
  return ring->capacity - (head - ring->tail_seen) >= needed;
}

static ThruRing *
ring_new (size_t capacity,
          bool   touch)
{
  ThruRing *ring;
  size_t rounded = CAPACITY_MIN;

  if (capacity > SIZE_MAX / 4)
    return NULL;
  while (rounded < capacity)
    rounded *= 2;

  /* A multiple of the alignment, as aligned_alloc() wants it. */
  ring = aligned_alloc (CACHE_LINE, sizeof (ThruRing) + rounded);
  if (ring == NULL)
    return NULL;

  /* The octets too, so that a real-time producer never meets a page that is not there yet. */
  memset (ring, 0, sizeof (ThruRing) + (touch ? rounded : 0));
  ring->capacity = rounded;
  ring->mask = rounded - 1;
  atomic_init (&ring->head, 0);
  atomic_init (&ring->tail, 0);
  atomic_init (&ring->lost, 0);
  atomic_init (&ring->ended, false);
  return ring;
}

ThruRing *
thru_ring_new (size_t capacity)
{
  return ring_new (capacity, true);
}

ThruRing *
thru_ring_new_with_aside (size_t capacity,
                          size_t aside)
{
  ThruRing *ring = ring_new (capacity, true);

  if (ring == NULL)
    return NULL;
  ring->aside = ring_new (aside, false);
  if (ring->aside != NULL)
    return ring;
  thru_ring_free (ring);
  return NULL;
}

void
thru_ring_free (ThruRing *ring)
{
  if (ring != NULL)
    thru_ring_free (ring->aside);
  free (ring);
}

/* FALSE: no room. */
static bool
write_aside (ThruRing      *aside,
             const uint8_t *bytes,
             size_t         length)
{
  size_t head = atomic_load_explicit (&aside->head, memory_order_relaxed);

  if (!producer_has_room (aside, head, length))
    return false;
  copy_in (aside, head, bytes, length);
  atomic_store_explicit (&aside->head, head + length, memory_order_release);
  return true;
}

static void
read_aside (ThruRing *aside,
            uint8_t  *bytes,
            size_t    length)
{
  size_t tail = atomic_load_explicit (&aside->tail, memory_order_relaxed);

  copy_out (aside, tail, bytes, length);
  atomic_store_explicit (&aside->tail, tail + length, memory_order_release);
}

bool
thru_ring_write (ThruRing      *ring,
                 uint64_t       time_us,
                 const uint8_t *bytes,
                 size_t         length)
{
  size_t head = atomic_load_explicit (&ring->head, memory_order_relaxed);
  uint32_t lost = atomic_load_explicit (&ring->lost, memory_order_relaxed);
  bool is_aside = ring->aside != NULL && length > ring->capacity / 4;
  size_t here = is_aside ? 0 : length;
  ChunkHeader header = { .time_us = time_us, .length = (uint32_t)length | (is_aside ? IS_ASIDE : 0), .lost = lost };

  if (length == 0)
    return true;
  if (length >= IS_ASIDE || !producer_has_room (ring, head, sizeof header + here) ||
      (is_aside && !write_aside (ring->aside, bytes, length)))
    {
      /* Releases the head, too: who sees this loss sees the chunks that were written before it. */
      atomic_store_explicit (&ring->lost, lost + 1, memory_order_release);
      return false;
    }

  copy_in (ring, head, &header, sizeof header);
  copy_in (ring, head + sizeof header, bytes, here);
  atomic_store_explicit (&ring->head, head + sizeof header + here, memory_order_release);
  return true;
}

/* Takes the header of the oldest chunk. FALSE: there is none. @lost: how many were lost since the last one. */
static bool
begin_chunk (ThruRing *ring,
             size_t    tail,
             uint32_t *lost)
{
  /* Before the head: what was lost behind a chunk that is not read yet must not be told before it. */
  uint32_t lost_by_now = atomic_load_explicit (&ring->lost, memory_order_acquire);
  bool is_empty = atomic_load_explicit (&ring->head, memory_order_acquire) == tail;

  if (!is_empty)
    {
      copy_out (ring, tail, &ring->chunk, sizeof ring->chunk);
      ring->chunk_is_aside = (ring->chunk.length & IS_ASIDE) != 0;
      ring->chunk.length &= ~IS_ASIDE;
      lost_by_now = ring->chunk.lost;
    }
  *lost = lost_by_now - ring->lost_told;
  ring->lost_told = lost_by_now;
  return !is_empty;
}

size_t
thru_ring_read (ThruRing *ring,
                uint64_t *time_us,
                uint8_t  *bytes,
                size_t    capacity,
                uint32_t *lost)
{
  size_t tail = atomic_load_explicit (&ring->tail, memory_order_relaxed);
  uint32_t unwanted;
  size_t length;

  if (lost == NULL)
    lost = &unwanted;
  *lost = 0;
  if (capacity == 0)
    return 0;
  if (ring->chunk.length == 0)
    {
      if (!begin_chunk (ring, tail, lost))
        return 0;
      tail += sizeof ring->chunk;
    }

  length = ring->chunk.length < capacity ? ring->chunk.length : capacity;
  if (ring->chunk_is_aside)
    read_aside (ring->aside, bytes, length);
  else
    copy_out (ring, tail, bytes, length);
  ring->chunk.length -= (uint32_t)length;
  *time_us = ring->chunk.time_us;
  atomic_store_explicit (&ring->tail, tail + (ring->chunk_is_aside ? 0 : length), memory_order_release);
  return length;
}

void
thru_ring_end (ThruRing *ring)
{
  atomic_store (&ring->ended, true);
}

bool
thru_ring_has_ended (ThruRing *ring)
{
  return atomic_load (&ring->ended);
}

size_t
thru_ring_fill (ThruRing *ring)
{
  /* In this order, so that the difference is never negative; the tail may have moved on in between. */
  size_t tail = atomic_load_explicit (&ring->tail, memory_order_acquire);
  size_t head = atomic_load_explicit (&ring->head, memory_order_acquire);
  size_t fill = head - tail;

  return fill < ring->capacity ? fill : ring->capacity;
}
