/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-echo-count.h"

/* Tells the notes of a source that come back to it in a loop from notes that it repeats. No I/O, no clock, constant memory.
 *
 * First it listens: nearly all that the source gives is the same octets again within the window, at least
 * THRU_ECHO_COUNT_MIN times in half a second, without a gap. That is an echo, or a drum machine that plays a roll and
 * nothing else; from what is heard nobody can tell. So then it tries: it asks for all routes of the source to be held for
 * a moment. What comes on all the same the source plays itself: it rests, longer each time. When the source falls silent,
 * what was held is let go, late but whole, and must come back: now it is sure that there is a loop. Then routes are held
 * until the echo ends again: the last of them closes it.
 *
 * Rounds that take longer than the window are for thru-loop-probe.h. Members are private. */

#define THRU_ECHO_WINDOW_US 75000 /* 50 ms for the devices, and some for the network */
#define THRU_ECHO_COUNT_MIN 16
#define THRU_ECHO_PART_US 100000

typedef enum
{
  THRU_ECHO_LISTENING,
  THRU_ECHO_HOLDING, /* routes are held, and what is for them kept in order */
  THRU_ECHO_LETTING, /* what was held has been let go */
} ThruEchoPhase;

typedef enum
{
  THRU_ECHO_NOTHING,  /* go on */
  THRU_ECHO_HOLD,     /* hold routes from the message on that was just heard: all, or when it is sure, some */
  THRU_ECHO_LET_GO,   /* let go what is held */
  THRU_ECHO_NOT_THIS, /* it goes on with these routes held: hold others, or give up */
  THRU_ECHO_LOOP,     /* it ended with these routes held: the last one closes a loop */
} ThruEchoAdvice;

typedef struct
{
  ThruEchoCount count;                    /* of the last half second */
  uint64_t      suspected_us;             /* since when all looks like an echo; 0: it does not */
  uint64_t      patience_us;
  uint64_t      grown_us;                 /* more patience, after a loop that somebody closed again */
  uint64_t      rest_until_us;
  uint64_t      rest_us;
  ThruEchoPhase phase;
  uint64_t      held_us;                  /* when the first route was held: what is older was not */
  uint64_t      phase_us;                 /* when the phase began */
  uint32_t      away_us;                  /* what is under way is back after that */
  bool          came;                     /* in this phase: what stops or starts with the route came */
  unsigned      n_returns;                /* how often it fell silent and came back */
} ThruEchoDetector;

void           thru_echo_detector_init      (ThruEchoDetector *detector);

/* It shall look like an echo for that long before something is tried. 0 at first. */
void           thru_echo_detector_set_patience (ThruEchoDetector *detector,
                                             uint64_t          us);

/* A whole message of the source, before it goes anywhere. Never THRU_ECHO_LET_GO or THRU_ECHO_LOOP. */
ThruEchoAdvice thru_echo_detector_hear      (ThruEchoDetector *detector,
                                             const uint8_t    *message,
                                             size_t            length,
                                             uint64_t          time_us);

/* Time passes; often enough while it is not listening, a few milliseconds apart. */
ThruEchoAdvice thru_echo_detector_advance   (ThruEchoDetector *detector,
                                             uint64_t          now_us);

/* Whether it is not to be found out any more if there is a loop, but which route closes it. */
bool           thru_echo_detector_is_sure   (const ThruEchoDetector *detector);

/* After THRU_ECHO_NOT_THIS: other routes are held now. */
void           thru_echo_detector_hold_others (ThruEchoDetector *detector,
                                             uint64_t          now_us);

/* After THRU_ECHO_HOLD: not now. */
void           thru_echo_detector_postpone  (ThruEchoDetector *detector);

/* Everything is let go, and there is no loop, or none any more: listens again after a rest. */
void           thru_echo_detector_give_up   (ThruEchoDetector *detector,
                                             uint64_t          now_us);
