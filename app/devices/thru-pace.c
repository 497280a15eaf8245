/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-pace.h"

#define CELL 28  /* octets of a long message in one */
#define SHORT 12 /* octets of a message that needs a cell alone */

gint64
thru_cable_pace_get_delay (const ThruCablePace *pace,
                           gint64               now_us)
{
  return pace->rate > 0 ? MAX (0, pace->free_at_us - now_us) : 0;
}

void
thru_cable_pace_charge (ThruCablePace *pace,
                        gsize          length,
                        gint64         now_us)
{
  if (pace->rate > 0)
    pace->free_at_us = MAX (pace->free_at_us, now_us) + (gint64) length * G_USEC_PER_SEC / pace->rate;
}

void
thru_cell_pace_init (ThruCellPace *pace)
{
  *pace = (ThruCellPace) { .room = THRU_CELL_PACE_ROOM };
}

static gint64
count_cells (gsize length)
{
  return length <= SHORT ? 1 : 1 + (gint64) ((length + CELL - 1) / CELL);
}

guint64
thru_cell_pace_get_delay (ThruCellPace *pace,
                          gsize         length,
                          gint64        now_us)
{
  gint64 cells = count_cells (length);
  gint64 since_long_us = now_us - pace->long_at_us;
  gint64 come = (now_us - pace->at_us) / THRU_CELL_PACE_CELL_US;

  if (come > 0)
    {
      pace->room = MIN (THRU_CELL_PACE_ROOM, pace->room + come);
      pace->at_us = now_us;
    }
  if (length > CELL && since_long_us < THRU_CELL_PACE_LONG_US)
    return (guint64) (THRU_CELL_PACE_LONG_US - since_long_us);
  return cells <= pace->room ? 0 : (guint64) ((cells - pace->room) * THRU_CELL_PACE_CELL_US);
}

void
thru_cell_pace_charge (ThruCellPace *pace,
                       gsize         length,
                       gint64        now_us)
{
  pace->room -= count_cells (length);
  if (length > CELL)
    pace->long_at_us = now_us;
}

gboolean
thru_cycle_pace_has_room (ThruCyclePace *pace,
                          gsize          length,
                          guint64        cycle)
{
  if (cycle != pace->cycle)
    {
      pace->before = cycle == pace->cycle + 1 ? pace->now : 0;
      pace->now = 0;
      pace->cycle = cycle;
    }
  return pace->before + pace->now + length + THRU_CYCLE_PACE_OVERHEAD <= THRU_CYCLE_PACE_ROOM;
}

void
thru_cycle_pace_charge (ThruCyclePace *pace,
                        gsize          length)
{
  pace->now += length + THRU_CYCLE_PACE_OVERHEAD;
}
