/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-message-queue.h"
#include "thru-pending-set.h"
#include "thru-router.h"

/* The way into one destination: straight through while it takes what it is given, else a bounded queue, and behind
 * that the pending set. Order is kept: the pending set comes after the queue, and while anything is pending nothing
 * else is queued, so that no note-off overtakes its note-on and no note-on is ended by an earlier note-off.
 *
 * Several routes may hold the same note here. The note-offs of all but the last are withheld, and then sent with
 * that last one, or right before the note is struck anew: the destination gets as many note-offs as note-ons, and
 * has never more to come than there are routes. Members are private. */
typedef struct
{
  ThruRouterSendFunc  send;
  void               *user;
  ThruMeter          *meter;           /* nullable, owned */
  ThruMessageQueue    queue;
  ThruPendingSet      pending;
  uint64_t            pending_time_us; /* of the latest message in it */
  uint8_t             owed[16][128];   /* note-offs withheld */
} ThruDestination;

typedef enum
{
  THRU_DELIVERY_ORDINARY, /* may be dropped unless it ends something */
  THRU_DELIVERY_RELEASE,  /* part of a release: never dropped */
} ThruDelivery;

void thru_destination_init     (ThruDestination    *destination,
                                ThruRouterSendFunc  send,
                                void               *user,
                                ThruMeter          *meter);
void thru_destination_clear    (ThruDestination    *destination);

/* Sends, queues or notes down one message. FALSE: dropped, and counted as lost on the destination's meter. */
bool thru_destination_deliver  (ThruDestination    *destination,
                                const uint8_t      *message,
                                size_t              length,
                                uint64_t            time_us,
                                ThruDelivery        delivery);

/* @n note-offs of a note that another route still holds: see above. */
void thru_destination_withhold (ThruDestination    *destination,
                                unsigned            channel,
                                unsigned            note,
                                unsigned            n);

/* Sends what is withheld on @channel. */
void thru_destination_settle   (ThruDestination    *destination,
                                unsigned            channel,
                                uint64_t            time_us);

/* Offers what waits. TRUE when nothing does any more. */
bool thru_destination_flush    (ThruDestination    *destination);

/* Drops what is queued but for what must not be lost. */
void thru_destination_collapse (ThruDestination    *destination);
