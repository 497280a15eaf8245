/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-destination.h"
#include "thru-port-table.h"
#include "thru-router.h"

#include "thru-midi-ledger.h"
#include "thru-midi-parser.h"

/* thru-router.c knows routes and what sounds on them; thru-router-sysex.c the ways of long System Exclusive. */

typedef struct _Route Route;

typedef struct
{
  ThruMidiParser parser;
  uint64_t       input_us; /* when something came last */
  ThruPortNumber number;
  ThruMeter     *meter; /* nullable, owned */
  Route         *routes; /* owned */
} Source;

typedef struct
{
  ThruDestination destination;
  Route          *routes; /* borrowed from the sources */
} Sink;

struct _Route
{
  Source        *source;
  Sink          *sink;
  Route         *next_of_source;
  Route         *next_of_sink;
  ThruMeter     *meter;  /* nullable, owned */
  ThruMidiLedger ledger; /* what this route has sounding at its destination */
};

struct _ThruRouter
{
  ThruPortTable        sources;
  ThruPortTable        sinks;
  ThruDestinationTimes times;
  ThruOctetBudget      budget; /* of long System Exclusive */
  ThruSysexReporter    reporter;
  bool                 patient;
};

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

/* Those of which nothing came for too long. */
void _thru_router_drop_silent        (ThruRouter    *router);
