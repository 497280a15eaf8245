/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-peer-clock.h"

#define DRIFT_PART 5000u                  /* two clocks drift apart by less than this part of the time: 200 ppm */
#define AGE_MAX_US (10 * 1000 * 1000)     /* no connection lives through such a delay: who says so has no such clock */
#define ROUND_TRIP_MAX_US (60u * 1000 * 1000)

static uint64_t
error_now (const ThruPeerClock *clock,
           uint64_t             now_us)
{
  uint64_t elapsed_us = now_us > clock->when_us ? now_us - clock->when_us : 0;

  return clock->error_us + elapsed_us / DRIFT_PART;
}

void
thru_peer_clock_answer (ThruPeerClock *clock,
                        uint64_t       t1,
                        uint64_t       t2,
                        uint64_t       now_us)
{
  uint64_t round_trip_us = now_us - t1;
  uint64_t error_us = round_trip_us / 2 + 1;
  int64_t ahead_us = (int64_t)(t2 - (t1 + round_trip_us / 2));
  uint64_t apart_us;

  if (now_us < t1 || round_trip_us > ROUND_TRIP_MAX_US)
    return;

  apart_us = ahead_us > clock->ahead_us ? (uint64_t)ahead_us - (uint64_t)clock->ahead_us
                                        : (uint64_t)clock->ahead_us - (uint64_t)ahead_us;
  if (clock->known && error_us > error_now (clock, now_us) && apart_us <= error_us + error_now (clock, now_us))
    return;

  clock->known = true;
  clock->ahead_us = ahead_us;
  clock->error_us = error_us;
  clock->when_us = now_us;
}

uint64_t
thru_peer_clock_age (const ThruPeerClock *clock,
                     uint32_t             time_us,
                     uint64_t             now_us)
{
  uint32_t their_now_us = (uint32_t)(now_us + (uint64_t)clock->ahead_us);
  uint32_t age_us = their_now_us - time_us;
  uint64_t error_us = error_now (clock, now_us);

  if (!clock->known || age_us > AGE_MAX_US || age_us < error_us)
    return 0;
  return age_us - error_us;
}
