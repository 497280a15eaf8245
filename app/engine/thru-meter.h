/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Activity of a device or a route: counters that any thread may bump and any thread may sample, on C11 atomics.
 * Reference-counted, so that the engine and the interface may let go of it in any order. */
typedef struct _ThruMeter ThruMeter;

typedef struct
{
  uint32_t messages;   /* all but realtime, wraps */
  uint32_t realtime;   /* clock and its kin, wraps */
  uint32_t peak;       /* loudest velocity or largest value since the last sample, 0 to 127; sampling resets it */
  uint32_t lost;       /* messages that were dropped for want of room, wraps */
  uint32_t late;       /* note-ons that were not played because they came too late, wraps */
} ThruMeterSample;

ThruMeter *thru_meter_new    (void);
ThruMeter *thru_meter_ref    (ThruMeter       *meter);
void       thru_meter_unref  (ThruMeter       *meter);

/* Counts one whole message. Never blocks. */
void       thru_meter_count  (ThruMeter       *meter,
                              const uint8_t   *message,
                              size_t           length);
void       thru_meter_lose   (ThruMeter       *meter,
                              uint32_t         n);
void       thru_meter_add_late (ThruMeter     *meter,
                                uint32_t       n);

/* Adds @messages and raises the peak without a message at hand: activity that another room reported. */
void       thru_meter_report (ThruMeter       *meter,
                              uint32_t         messages,
                              uint32_t         peak);

/* Reads the counters and resets the peak. One sampler (the interface) at a time. */
void       thru_meter_sample (ThruMeter       *meter,
                              ThruMeterSample *sample);

/* Reads the counters and leaves the peak. */
void       thru_meter_peek   (ThruMeter       *meter,
                              ThruMeterSample *sample);

/* So that nobody has to look at meters that stand still: @wake is called once, on whatever thread counts (it must not block),
 * when any meter of the program counts or is told of messages (realtime ones aside) or of late notes after
 * thru_meter_watch_arm(). Watches last until the program ends. Returns the watch; THRU_METER_WATCHES when there are too many. */
#define THRU_METER_WATCHES 4
typedef void (*ThruMeterWakeFunc) (void);
unsigned   thru_meter_watch_add (ThruMeterWakeFunc wake);
void       thru_meter_watch_arm (unsigned          watch);
