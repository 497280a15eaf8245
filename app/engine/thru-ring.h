/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Single-producer, single-consumer ring of timed chunks of octets, on C11 atomics only. The producer may be a
 * real-time thread: writing copies, and never allocates, locks or waits. */
typedef struct _ThruRing ThruRing;

/* @capacity: octets, rounded up to a power of two. NULL when out of memory. */
ThruRing *thru_ring_new       (size_t         capacity);

/* The same with @aside more octets for chunks that would take more than a quarter of the @capacity: long System Exclusive.
 * They cost no memory until such chunks come, and then keep it. */
ThruRing *thru_ring_new_with_aside (size_t    capacity,
                                    size_t    aside);
void      thru_ring_free      (ThruRing      *ring);

/* Producer. All or nothing; FALSE when there is no room: the chunk is lost, and the consumer learns where. Real-time
 * safe. @time_us: CLOCK_MONOTONIC. */
bool      thru_ring_write     (ThruRing      *ring,
                               uint64_t       time_us,
                               const uint8_t *bytes,
                               size_t         length);

/* Consumer. Copies the oldest chunk into @bytes; returns its length, 0 when empty. A chunk longer than @capacity
 * is handed over in pieces. @lost: (nullable) how many chunks were lost right before it, or, when empty, since the
 * last one; each is told once. */
size_t    thru_ring_read      (ThruRing      *ring,
                               uint64_t      *time_us,
                               uint8_t       *bytes,
                               size_t         capacity,
                               uint32_t      *lost);

/* Whoever writes into it is gone: what still comes is not to be believed. Any thread; for ever. */
void      thru_ring_end       (ThruRing      *ring);
bool      thru_ring_has_ended (ThruRing      *ring);

/* Octets in the ring now; any thread, a snapshot. */
size_t    thru_ring_fill      (ThruRing      *ring);
