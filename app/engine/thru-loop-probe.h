/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-echo-count.h"

/* Finds loops whose rounds are too long for the echo detector: over wireless, or through several rooms. No I/O, no clock,
 * constant memory.
 *
 * To hold routes for a round, as the echo detector does, would here mean for half a second, and what looks like such a loop is
 * mostly a beat: one drum that plays every quarter. So nothing is held. When nearly all that the source gives for some seconds
 * is the same octets again within the window, each route is given marks: note-offs of a note that nobody plays, with velocities
 * that are hard to guess. No instrument minds them. When all marks of a route come back, and they can not come but in a
 * loop, that route closes one. When they do not, it asks again after a rest, longer each time.
 *
 * A loop that passes on no note-off but of a note that it has seen begin is not found. Members are private. */

#define THRU_LOOP_PROBE_WINDOW_US 650000 /* half a second, and 30 % because the network is uneven */
#define THRU_LOOP_PROBE_COUNT_MIN 8
#define THRU_LOOP_PROBE_PART_US 700000   /* so that one note in a loop is in each part */
#define THRU_LOOP_PROBE_ROUTES 8         /* at once: others have their turn after a rest */
#define THRU_LOOP_PROBE_MARKS 3
#define THRU_LOOP_PROBE_MARK_LENGTH 3

typedef enum
{
  THRU_LOOP_PROBE_NOTHING,
  THRU_LOOP_PROBE_ASK,       /* mark the routes */
  THRU_LOOP_PROBE_CAME_BACK, /* the message is a mark: it need not go round again */
} ThruLoopProbeAdvice;

typedef struct
{
  uint8_t octets[THRU_LOOP_PROBE_MARK_LENGTH];
  bool    is_away;
} ThruLoopMark;

typedef struct
{
  ThruEchoCount count;
  ThruLoopMark  marks[THRU_LOOP_PROBE_ROUTES][THRU_LOOP_PROBE_MARKS];
  unsigned      n_marked;      /* routes */
  bool          is_asking;
  uint8_t       channel;       /* of what was heard last */
  uint64_t      asked_us;
  uint64_t      suspected_us;  /* 0: it does not look like a loop */
  uint64_t      patience_us;
  uint64_t      rest_until_us;
  uint64_t      rest_us;
  uint64_t      seed;
} ThruLoopProbe;

void                thru_loop_probe_init         (ThruLoopProbe *probe);

/* As thru_echo_detector_set_patience(). */
void                thru_loop_probe_set_patience (ThruLoopProbe *probe,
                                                  uint64_t       us);

/* A whole message of the source, before it goes anywhere. */
ThruLoopProbeAdvice thru_loop_probe_hear         (ThruLoopProbe *probe,
                                                  const uint8_t *message,
                                                  size_t         length,
                                                  uint64_t       time_us);

/* After THRU_LOOP_PROBE_ASK: of the notes to choose from, and that nothing is to be asked now. */
unsigned            thru_loop_probe_get_channel  (const ThruLoopProbe *probe);
void                thru_loop_probe_postpone     (ThruLoopProbe *probe);

/* Makes the marks of one more route, to be sent as they are, with a @note that sounds nowhere. FALSE: there are enough. The first
 * route is 0. */
bool                thru_loop_probe_mark         (ThruLoopProbe *probe,
                                                  uint8_t        note,
                                                  uint8_t        marks[THRU_LOOP_PROBE_MARKS][THRU_LOOP_PROBE_MARK_LENGTH]);

/* After THRU_LOOP_PROBE_CAME_BACK: the route whose marks are all back, and everything begins anew; -1: none yet. */
int                 thru_loop_probe_take_closed  (ThruLoopProbe *probe,
                                                  uint64_t       time_us);
