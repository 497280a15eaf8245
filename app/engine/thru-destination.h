/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-message-queue.h"
#include "thru-origin-queue.h"
#include "thru-pending-set.h"
#include "thru-router.h"
#include "thru-sysex-player.h"

#define THRU_DESTINATION_N_PEDALS 3

/* The time, and what is too late: shared by all destinations of a router. */
typedef struct
{
  uint64_t now_us;
  uint64_t late_limit_us; /* 0: nothing is ever too late */
} ThruDestinationTimes;

/* The way into one destination: straight through while it takes what it is given, else a bounded queue. What waits
 * there too long, or has no room any more, collapses into the pending set: that is what came before all that is in
 * the queue, told as state, and is sent first. Note-ons that wait too long are not played at all, and their
 * note-offs vanish with them. System Exclusive neither collapses nor grows too old. While a long one is being sent in
 * pieces, only realtime passes; if it takes long, what sounds is ended before it begins, for no note-off gets through.
 *
 * Several routes may hold the same note here. The note-offs of all but the last are withheld, and then sent with
 * that last one, or right before the note is struck anew: the destination gets as many note-offs as note-ons, and
 * has never more to come than there are routes. Members are private. */
typedef struct
{
  ThruRouterSendFunc          send;
  void                       *user;
  ThruMeter                  *meter;           /* nullable, owned */
  const ThruDestinationTimes *times;           /* borrowed */
  ThruMessageQueue            queue;
  ThruPendingSet              pending;
  uint64_t                    pending_time_us; /* of the latest message in it */
  int16_t                     sounding[16][128]; /* note-ons sent, less the note-offs sent; never below 0 */
  int16_t                     waiting[16][128];  /* note-ons in the queue */
  uint64_t                    unstruck[16][2];   /* bit per note: its latest note-on was dropped */
  uint8_t                     owed[16][128];     /* note-offs withheld */
  uint16_t                    pedals[THRU_DESTINATION_N_PEDALS];         /* bit per channel: hold, sostenuto, hold 2 is down */
  bool                        transport_waits;   /* a Start, Continue, Stop or Reset is in the queue or the set */
  ThruSysexPlayer             player;
  size_t                      sysex_max;         /* octets of the longest that it takes */
  ThruMeter                  *origin;            /* borrowed, while a note-on is delivered: the meter of its route */
  ThruOriginQueue             origins;           /* the same for each note-on in the queue, which they leave in order */
} ThruDestination;

/* The longest System Exclusive for a destination that can take it only in one. */
#define THRU_DESTINATION_SYSEX_WHOLE_MAX (64 * 1024)

typedef enum
{
  THRU_DELIVERY_TAKEN, /* sent, or it waits */
  THRU_DELIVERY_LOST,  /* dropped for want of room */
  THRU_DELIVERY_LATE,  /* a note-on that came too late */
} ThruDelivery;

void         thru_destination_init     (ThruDestination            *destination,
                                        ThruRouterSendFunc          send,
                                        void                       *user,
                                        ThruMeter                  *meter,
                                        const ThruDestinationTimes *times,
                                        const ThruSysexReporter    *reporter,
                                        ThruPortNumber              number);
void         thru_destination_clear    (ThruDestination            *destination);

/* Sends, queues or notes down one message. What is dropped is counted on the destination's meter. What ends something
 * and what is a state is never dropped. */
ThruDelivery thru_destination_deliver  (ThruDestination            *destination,
                                        const uint8_t              *message,
                                        size_t                      length,
                                        uint64_t                    time_us);

/* The same for a System Exclusive that is longer than THRU_MIDI_SYSEX_SHORT. */
ThruDelivery thru_destination_deliver_sysex
                                       (ThruDestination            *destination,
                                        ThruSysex                  *sysex,
                                        ThruPortNumber              source,
                                        uint64_t                    time_us);

/* The route from @source ends: what it brought and has not begun is dropped. */
void         thru_destination_forget_sysex
                                       (ThruDestination            *destination,
                                        ThruPortNumber              source,
                                        ThruSysexState              state);

/* One that was for here did not come so far. */
void         thru_destination_refuse_sysex
                                       (ThruDestination            *destination,
                                        ThruSysexState              state,
                                        ThruPortNumber              source);

/* Breaks off what is being sent. FALSE: nothing is. */
bool         thru_destination_cancel_sysex
                                       (ThruDestination            *destination);

/* The same, and drops all that waits. */
void         thru_destination_drop_sysex
                                       (ThruDestination            *destination,
                                        ThruSysexState              state);

/* The same for what came over a route. @origin: (nullable) the route's meter: a note-on that waits, and is dropped later,
 * is counted there, too. */
ThruDelivery thru_destination_deliver_from (ThruDestination        *destination,
                                            const uint8_t          *message,
                                            size_t                  length,
                                            uint64_t                time_us,
                                            ThruMeter              *origin);

/* @n note-offs of a note that another route still holds: see above. */
void         thru_destination_withhold (ThruDestination            *destination,
                                        unsigned                    channel,
                                        unsigned                    note,
                                        unsigned                    n);

/* Sends what is withheld on @channel. */
void         thru_destination_settle   (ThruDestination            *destination,
                                        unsigned                    channel,
                                        uint64_t                    time_us);

/* Offers what waits. TRUE when nothing does any more. */
bool         thru_destination_flush    (ThruDestination            *destination);

/* Turns all that is queued into state; note-ons and System Exclusives are dropped, and the one under way is broken off. */
void         thru_destination_collapse (ThruDestination            *destination);
