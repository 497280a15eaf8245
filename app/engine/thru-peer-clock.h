/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* How far another room's clock is ahead of ours, from pings and their answers, and how sure that is. Pure; members
 * are private; a zeroed one knows nothing. */
typedef struct
{
  bool     known;
  int64_t  ahead_us;
  uint64_t error_us; /* ahead_us is off by this much at most, when it was measured */
  uint64_t when_us;
} ThruPeerClock;

/* Our ping left at @t1 by our clock, was answered at @t2 by theirs, and the answer is here at @now_us by ours. The
 * shortest round trip says most and is kept, for as long as clocks do not drift apart; an answer that can not be
 * true together with it says that a clock has jumped, and is believed. */
void     thru_peer_clock_answer (ThruPeerClock       *clock,
                                 uint64_t             t1,
                                 uint64_t             t2,
                                 uint64_t             now_us);

/* How long ago it was @time_us by their clock, at least; 0 when that is not known or makes no sense. */
uint64_t thru_peer_clock_age    (const ThruPeerClock *clock,
                                 uint32_t             time_us,
                                 uint64_t             now_us);
