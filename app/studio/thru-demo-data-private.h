/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-room.h"
#include "thru-route.h"

G_BEGIN_DECLS

/* What the imagined studio consists of. */

/* How a source plays. */
typedef enum
{
  THRU_DEMO_SILENT,
  THRU_DEMO_KEYS,   /* phrases with rests */
  THRU_DEMO_DRUMS,
  THRU_DEMO_STEPS,  /* sixteenths without end, with clock */
  THRU_DEMO_PADS,   /* a chord now and then */
  THRU_DEMO_KNOBS,  /* slow sweeps of a controller */
  THRU_DEMO_N_PATTERNS
} ThruDemoPattern;

typedef enum
{
  THRU_DEMO_SOURCE = 1 << 0,
  THRU_DEMO_DESTINATION = 1 << 1,
  THRU_DEMO_UNPLUGGED = 1 << 2,
} ThruDemoFlags;

typedef struct
{
  const char *name;
  ThruDemoFlags flags;
  ThruDemoPattern pattern; /* of a source */
} ThruDemoDevice;

typedef struct
{
  const char *name;
  const char *address;      /* NULL: our own */
  ThruRoomState state;
  guint round_trip;         /* microseconds */
  ThruDemoDevice devices[8]; /* ends with a nameless one */
} ThruDemoRoom;

typedef struct
{
  const char *from;         /* ROOM/DEVICE */
  const char *to;
  ThruRouteState state;
} ThruDemoRoute;

extern const ThruDemoRoom thru_demo_rooms[];
extern const guint thru_demo_n_rooms;
extern const ThruDemoRoute thru_demo_routes[];
extern const guint thru_demo_n_routes;

/* Names for more rooms than those above; NULL at the end. */
extern const char * const thru_demo_more_rooms[];

/* How loud a source that plays @pattern is in step @tick of 50 ms; @voice tells sources with the same pattern apart.
 * Returns: messages in that step; @peak: 0 to 127. The same arguments give the same answer. */
guint _thru_demo_pattern_play (ThruDemoPattern  pattern,
                               guint            voice,
                               guint            tick,
                               guint           *peak);

G_END_DECLS
