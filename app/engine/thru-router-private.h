/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-destination.h"
#include "thru-echo-detector.h"
#include "thru-lapse.h"
#include "thru-loop-probe.h"
#include "thru-port-table.h"
#include "thru-router.h"

#include "thru-midi-ledger.h"
#include "thru-midi-parser.h"

/* thru-router.c knows routes and what sounds on them; thru-router-sysex.c the ways of long System Exclusive;
 * thru-router-loops.c finds the route that closes a loop; thru-router-lapse.c knows when the program did not run. */

typedef struct _Route Route;

/* Which routes of a source are held. */
typedef enum
{
  TRIAL_OF_ALL,    /* whether there is a loop at all */
  TRIAL_OF_EACH,   /* one after the other, so that the others play on */
  TRIAL_OF_SEVERAL /* there are two loops: each beside the former */
} TrialStage;

typedef struct
{
  ThruMidiParser    parser;
  uint64_t          input_us; /* when something came last */
  ThruPortNumber    number;
  ThruMeter        *meter; /* nullable, owned */
  Route            *routes; /* owned */
  ThruEchoDetector *echo;  /* nullable, owned: whether its notes come back in a loop */
  ThruLoopProbe    *probe; /* with it: in one with long rounds */
  unsigned          n_probed; /* routes that have been marked since all were */
  ThruRouterDoubt   doubt;
} Source;

typedef struct
{
  ThruDestination destination;
  Route          *routes; /* borrowed from the sources */
} Sink;

struct _Route
{
  Source          *source;
  Sink            *sink;
  Route           *next_of_source;
  Route           *next_of_sink;
  ThruMeter       *meter;  /* nullable, owned */
  ThruMidiLedger   ledger; /* what this route has sounding at its destination */
  ThruMessageQueue held;   /* while it is on trial */
  bool             trial;  /* held, or let go, to see what becomes of an echo */
  bool             muted;  /* it closed a loop */
  unsigned         mark;   /* its number among those that were marked, from 1; 0: it was not */
};

struct _ThruRouter
{
  ThruPortTable        sources;
  ThruPortTable        sinks;
  ThruDestinationTimes times;
  ThruOctetBudget      budget; /* of long System Exclusive */
  ThruSysexReporter    reporter;
  bool                 patient;
  ThruRouterLoopFunc   loop_func; /* nullable */
  void                *loop_user;
  uint64_t             loop_patience_us;
  Source              *trying;    /* the one whose routes are on trial; NULL: none */
  TrialStage           stage;
  unsigned             n_tried;   /* which route, of those that are not muted */
  ThruLapse            lapse;
  unsigned             n_doubted; /* sources */
};

/* To the destination. */
void _thru_router_carry              (Route         *route,
                                      const uint8_t *message,
                                      size_t         length,
                                      uint64_t       time_us);
void _thru_router_release            (Route         *route,
                                      uint64_t       now_us);

/* Before a message of a source that is watched goes anywhere: it may put a route on trial, or mute it. FALSE: it goes nowhere. */
bool _thru_router_listen             (ThruRouter    *router,
                                      Source        *source,
                                      const uint8_t *message,
                                      size_t         length,
                                      uint64_t       time_us);

/* A message for a route on trial: kept, or carried when it is none to be kept. */
void _thru_router_hold               (ThruRouter    *router,
                                      Route         *route,
                                      const uint8_t *message,
                                      size_t         length,
                                      uint64_t       time_us);

/* Goes on with the trial. TRUE: there is none. */
bool _thru_router_try                (ThruRouter    *router);

void _thru_router_count_dropped      (ThruMeter     *meter,
                                      ThruDelivery   how);

/* Within the parser's callback, for what it gives. */
void _thru_router_take_long_sysex    (Source        *source,
                                      size_t         length,
                                      uint64_t       time_us);

/* @n of one source came to nothing. */
void _thru_router_lose_sysex         (ThruRouter    *router,
                                      Source        *source,
                                      ThruSysexState state,
                                      uint64_t       n);
void _thru_router_drop_unfinished    (ThruRouter    *router,
                                      Source        *source);

/* Something of a source comes in; its parser drops what it has begun when the rest of that may be missing. Returns since when it
 * may have been waiting. */
uint64_t _thru_router_doubt_time     (ThruRouter    *router,
                                      Source        *source,
                                      uint64_t       time_us);

/* When the time must be told at the latest; UINT64_MAX: never. */
uint64_t _thru_router_beat           (const ThruRouter *router);

/* Those of which nothing came for too long. */
void _thru_router_drop_silent        (ThruRouter    *router);
