/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-demo-data-private.h"

#define IN THRU_DEMO_SOURCE
#define OUT THRU_DEMO_DESTINATION
#define BOTH (THRU_DEMO_SOURCE | THRU_DEMO_DESTINATION)

const ThruDemoRoom thru_demo_rooms[] = {
  {
    "Control room", NULL, THRU_ROOM_HERE, 0,
    {
      { "Keystation 61 MK3", IN, THRU_DEMO_KEYS },
      { "Push 3", BOTH, THRU_DEMO_PADS },
      { "Digitakt II", BOTH, THRU_DEMO_STEPS },
      { "FaderPort 8", BOTH, THRU_DEMO_KNOBS },
      { "Launchpad X", IN | THRU_DEMO_UNPLUGGED, THRU_DEMO_SILENT },
      { "Ardour", OUT, THRU_DEMO_SILENT },
    },
  },
  {
    "Live room", "10.77.0.12:1199", THRU_ROOM_CONNECTED, 840,
    {
      { "TX7", OUT, THRU_DEMO_SILENT },
      { "Prophet Rev2", BOTH, THRU_DEMO_KEYS },
      { "Nord Stage 4", BOTH, THRU_DEMO_SILENT },
    },
  },
  {
    "Drum booth", "10.77.0.13:1199", THRU_ROOM_CONNECTED, 610,
    {
      { "TR-8S", BOTH, THRU_DEMO_DRUMS },
      { "SPD-SX PRO", IN, THRU_DEMO_DRUMS },
      { "TD-27", IN, THRU_DEMO_SILENT },
    },
  },
  {
    "Piano room", "10.77.0.14:1199", THRU_ROOM_CONNECTED, 930,
    {
      { "Disklavier", BOTH, THRU_DEMO_KEYS },
      { "CME WIDI Master", IN, THRU_DEMO_SILENT },
    },
  },
  {
    "Machine room", "10.77.0.15:1199", THRU_ROOM_CONNECTED, 520,
    {
      { "MPC One+", BOTH, THRU_DEMO_STEPS },
      { "Hydrasynth", OUT, THRU_DEMO_SILENT },
      { "Modular (mio)", OUT, THRU_DEMO_SILENT },
      { "Midi Through", BOTH, THRU_DEMO_SILENT },
    },
  },
  {
    "Vocal booth", "[fd77::16]:1199", THRU_ROOM_CONNECTED, 1480,
    {
      { "FCB1010", IN, THRU_DEMO_KNOBS },
      { "VoiceLive 3", OUT, THRU_DEMO_SILENT },
    },
  },
  {
    "Kitchen", "10.77.0.17:1199", THRU_ROOM_CONNECTING, 0,
    {
      { "microKORG", BOTH, THRU_DEMO_SILENT },
    },
  },
  {
    "Attic", "10.77.0.18:1199", THRU_ROOM_WAITING, 0,
    {
      { "Juno-106", BOTH, THRU_DEMO_KEYS },
      { "M1", OUT, THRU_DEMO_SILENT },
    },
  },
};
const guint thru_demo_n_rooms = G_N_ELEMENTS (thru_demo_rooms);

const ThruDemoRoute thru_demo_routes[] = {
  { "Control room/Keystation 61 MK3", "Live room/TX7", THRU_ROUTE_CONNECTED },
  { "Control room/Keystation 61 MK3", "Live room/Prophet Rev2", THRU_ROUTE_CONNECTED },
  { "Control room/Keystation 61 MK3", "Attic/Juno-106", THRU_ROUTE_WAITING },
  { "Control room/Push 3", "Machine room/Hydrasynth", THRU_ROUTE_CONNECTED },
  { "Control room/Digitakt II", "Machine room/Modular (mio)", THRU_ROUTE_CONNECTED },
  { "Control room/Digitakt II", "Drum booth/TR-8S", THRU_ROUTE_CONNECTED },
  { "Control room/FaderPort 8", "Kitchen/microKORG", THRU_ROUTE_CONNECTING },
  { "Control room/FaderPort 8", "Control room/Ardour", THRU_ROUTE_CONNECTED },
  { "Control room/Launchpad X", "Machine room/Hydrasynth", THRU_ROUTE_WAITING },
  { "Live room/Prophet Rev2", "Piano room/Disklavier", THRU_ROUTE_CONNECTED },
  { "Drum booth/SPD-SX PRO", "Drum booth/TR-8S", THRU_ROUTE_MUTED },
  { "Drum booth/SPD-SX PRO", "Control room/Ardour", THRU_ROUTE_CONNECTED },
  { "Drum booth/TR-8S", "Control room/Digitakt II", THRU_ROUTE_CONNECTED },
  { "Drum booth/TD-27", "Control room/Ardour", THRU_ROUTE_PROBLEM },
  { "Piano room/Disklavier", "Control room/Ardour", THRU_ROUTE_CONNECTED },
  { "Piano room/Disklavier", "Live room/Nord Stage 4", THRU_ROUTE_CONNECTED },
  { "Machine room/MPC One+", "Machine room/Midi Through", THRU_ROUTE_CONNECTED },
  { "Machine room/MPC One+", "Vocal booth/VoiceLive 3", THRU_ROUTE_CONNECTED },
  { "Vocal booth/FCB1010", "Live room/Nord Stage 4", THRU_ROUTE_CONNECTED },
  { "Kitchen/microKORG", "Control room/Ardour", THRU_ROUTE_CONNECTING },
  { "Attic/Juno-106", "Control room/Ardour", THRU_ROUTE_WAITING },
};
const guint thru_demo_n_routes = G_N_ELEMENTS (thru_demo_routes);

const char *const thru_demo_more_rooms[] = {
  "Studio B", "Studio C", "Tape room", "String room", "Organ loft", "Rehearsal room", "Echo chamber", "Mastering",
  "Workshop", "Foyer", "Library", "Garage", "Cellar", "Sun room", "Garden house", "Barn", NULL
};

/* A small hash, so that music needs no state. */
static guint
scatter (guint a,
         guint b)
{
  guint x = a * 2654435761u ^ (b + 1) * 2246822519u;

  x ^= x >> 15;
  x *= 2246822519u;
  x ^= x >> 13;
  return x;
}

static guint
play_keys (guint  voice,
           guint  tick,
           guint *peak)
{
  guint bar = tick / 40;
  guint step = tick % 40;

  if (scatter (bar / 2, voice) % 4 == 0)
    return 0;
  if (step % 5 != 0 || scatter (tick, voice) % 4 == 0)
    return step % 5 == 3;

  *peak = 62 + scatter (tick, voice + 7) % 50 + (step == 0 ? 12 : 0);
  return 1 + scatter (tick, voice + 13) % 3;
}

static guint
play_drums (guint  voice,
            guint  tick,
            guint *peak)
{
  guint step = (tick + voice % 2 * 5) % 20;

  if (step == 0 || step == 13)
    *peak = 118;
  else if (step == 10)
    *peak = 104;
  else if (step % 5 == 0)
    *peak = 58 + scatter (tick, voice) % 16;
  else
    return 0;
  return 2;
}

static guint
play_steps (guint  voice,
            guint  tick,
            guint *peak)
{
  guint step = tick % 5;

  if (step != 0 && step != 2)
    return 0;
  *peak = 70 + scatter (tick / 5 % 16, voice) % 40;
  return 2;
}

static guint
play_pads (guint  voice,
           guint  tick,
           guint *peak)
{
  guint step = (tick + voice * 11) % 40;

  if (step > 1)
    return 0;
  *peak = 84 + scatter (tick / 40, voice) % 24 - step * 30;
  return 4;
}

static guint
play_knobs (guint  voice,
            guint  tick,
            guint *peak)
{
  guint step = (tick + voice * 37) % 200;

  if (step >= 60)
    return 0;
  *peak = step < 30 ? step * 4 : (59 - step) * 4;
  return 3;
}

guint
_thru_demo_pattern_play (ThruDemoPattern pattern,
                         guint           voice,
                         guint           tick,
                         guint          *peak)
{
  *peak = 0;

  switch (pattern)
    {
    case THRU_DEMO_KEYS:
      return play_keys (voice, tick, peak);

    case THRU_DEMO_DRUMS:
      return play_drums (voice, tick, peak);

    case THRU_DEMO_STEPS:
      return play_steps (voice, tick, peak);

    case THRU_DEMO_PADS:
      return play_pads (voice, tick, peak);

    case THRU_DEMO_KNOBS:
      return play_knobs (voice, tick, peak);

    case THRU_DEMO_SILENT:
    case THRU_DEMO_N_PATTERNS:
    default:
      return 0;
    }
}
