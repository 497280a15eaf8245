/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How fast may be sent what is long, so that nothing on the way to the device loses it or makes others wait for it: three rules,
 * for what can be in that way. They know no clock; times are microseconds. Members are private. Private to this layer. */

/* A MIDI cable carries @rate octets a second; 0: there is none. All that is sent is charged, but only System Exclusive need wait
 * until it is free: for other messages an instrument's driver has room. */
typedef struct
{
  guint  rate;
  gint64 free_at_us;
} ThruCablePace;

/* How long until it is free; 0: it is. */
gint64   thru_cable_pace_get_delay (const ThruCablePace *pace,
                                    gint64               now_us);
void     thru_cable_pace_charge    (ThruCablePace       *pace,
                                    gsize                length,
                                    gint64               now_us);

/* ALSA's sequencer keeps messages in cells. A receiver has room for 200 of 28 octets; what does not fit is lost without a word,
 * and a System Exclusive of 199 cells stays in RtMidi's buffer and blocks all that follows. */
typedef struct
{
  gint64 room;       /* cells that may be sent at once */
  gint64 at_us;      /* when it was so */
  gint64 long_at_us; /* of the last message that was longer than a cell */
} ThruCellPace;

#define THRU_CELL_PACE_ROOM 100
#define THRU_CELL_PACE_CELL_US 100  /* for each further cell */
#define THRU_CELL_PACE_LONG_US 1200 /* between messages that are longer than a cell */

void     thru_cell_pace_init       (ThruCellPace        *pace);

/* How long to wait before @length octets are sent; 0: not at all. */
guint64  thru_cell_pace_get_delay  (ThruCellPace        *pace,
                                    gsize                length,
                                    gint64               now_us);
void     thru_cell_pace_charge     (ThruCellPace        *pace,
                                    gsize                length,
                                    gint64               now_us);

/* RtMidi keeps what is for JACK in a ring of 16383 octets, and needs 4 more a message. A message that can never fit is dropped
 * without a word; one that does not fit now makes the send spin until the server has emptied the ring: for ever when it is dead.
 * What was sent in one cycle has left it for certain when the second after it begins. */
typedef struct
{
  guint64 cycle;  /* 0: nothing was sent yet */
  gsize   now;    /* octets sent in it */
  gsize   before; /* octets sent in the one before */
} ThruCyclePace;

#define THRU_CYCLE_PACE_ROOM 16383
#define THRU_CYCLE_PACE_OVERHEAD 4

gboolean thru_cycle_pace_has_room  (ThruCyclePace       *pace,
                                    gsize                length,
                                    guint64              cycle);
void     thru_cycle_pace_charge    (ThruCyclePace       *pace,
                                    gsize                length);

G_END_DECLS
