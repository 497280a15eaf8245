/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-octet-queue.h"
#include "thru-sysex.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a destination could not take at once: whole messages with their times, oldest first. Bounded, no memory
 * while empty; System Exclusive has a bound of its own, so that a dump does not crowd out notes or the reverse.
 * Not thread-safe; members are private. */
typedef struct
{
  ThruOctetQueue octets;
  size_t         short_octets; /* what messages of up to 3 octets take, their headers included */
  size_t         long_octets;
  size_t         sysex_octets; /* of what is kept elsewhere: see thru_message_queue_push_sysex() */
} ThruMessageQueue;

/* Octets with 12 a message for its header: some 3,000 notes. */
#define THRU_MESSAGE_QUEUE_SHORT_MAX (48 * 1024)

/* Room beyond that for what must not be lost. */
#define THRU_MESSAGE_QUEUE_RESERVE (8 * 1024)

/* Longer messages together. */
#define THRU_MESSAGE_QUEUE_LONG_MAX (64 * 1024)

/* System Exclusive that is longer than THRU_MIDI_SYSEX_SHORT, together. */
#define THRU_MESSAGE_QUEUE_SYSEX_MAX (2 * 1024 * 1024)

/* Takes over one message; FALSE: it stays. */
typedef bool (*ThruMessageQueueFunc) (void          *user,
                                      const uint8_t *message,
                                      size_t         length,
                                      uint64_t       time_us);

void thru_message_queue_init     (ThruMessageQueue       *queue);
void thru_message_queue_clear    (ThruMessageQueue       *queue);
bool thru_message_queue_is_empty (const ThruMessageQueue *queue);

/* FALSE: no room, or out of memory. @precious: the reserve may be used. Messages of up to THRU_MIDI_SYSEX_SHORT octets. */
bool thru_message_queue_push     (ThruMessageQueue       *queue,
                                  const uint8_t          *message,
                                  size_t                  length,
                                  uint64_t                time_us,
                                  bool                    precious);

/* The same for a longer one, of which it keeps a reference. @source: tells for whom it waits. */
bool thru_message_queue_push_sysex
                                 (ThruMessageQueue       *queue,
                                  ThruSysex              *sysex,
                                  uint32_t                source,
                                  uint64_t                time_us);

/* The oldest message when it was pushed so, borrowed; NULL otherwise. */
ThruSysex *
     thru_message_queue_peek_sysex
                                 (ThruMessageQueue       *queue,
                                  uint32_t               *source);

/* Drops what waits for @source (0: for any) of those; returns how many. */
unsigned
     thru_message_queue_drop_sysex
                                 (ThruMessageQueue       *queue,
                                  uint32_t                source);

/* The oldest message, borrowed until the next call; NULL when empty. */
const uint8_t *
     thru_message_queue_peek     (ThruMessageQueue       *queue,
                                  size_t                 *length,
                                  uint64_t               *time_us);

/* Drops the oldest message. */
void thru_message_queue_pop      (ThruMessageQueue       *queue);

/* Offers all messages to @func, the oldest first; those that it takes over leave the queue. Never needs memory. */
void thru_message_queue_offer    (ThruMessageQueue       *queue,
                                  ThruMessageQueueFunc    func,
                                  void                   *user);
