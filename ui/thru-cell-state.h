/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-route.h"

G_BEGIN_DECLS

/* What a crossing of the matrix shows. Each has its own shape, colour and words. */
typedef enum
{
  THRU_CELL_EMPTY,
  THRU_CELL_CONNECTED,
  THRU_CELL_LATE,      /* connected, but notes came too late just now */
  THRU_CELL_CONNECTING,
  THRU_CELL_WAITING,
  THRU_CELL_MUTED,
  THRU_CELL_PROBLEM,
  THRU_CELL_IMPOSSIBLE,
  THRU_CELL_PARTIAL,   /* of rooms: some are connected, or not all that is wanted works */
} ThruCellState;

#define THRU_N_CELL_STATES (THRU_CELL_PARTIAL + 1)

/* The routes of a room's crossing, added up. */
typedef struct
{
  guint connected;
  guint connecting;
  guint waiting;
  guint muted;
  guint problem;
} ThruCellSum;

ThruCellState thru_cell_state_from_route  (ThruRoute         *route);

/* "not connected", "connected" …, translated. Static. */
const char *  thru_cell_state_to_words    (ThruCellState      state);

void          thru_cell_sum_add           (ThruCellSum       *sum,
                                           ThruRouteState     state);
guint         thru_cell_sum_get_total     (const ThruCellSum *sum);

/* @possible: how many routes the crossing could have at most. */
ThruCellState thru_cell_sum_get_state     (const ThruCellSum *sum,
                                           guint              possible);

/* What deserves attention first: problem, connecting, waiting, muted; else THRU_CELL_EMPTY. */
ThruCellState thru_cell_sum_get_worst     (const ThruCellSum *sum);

/* "2 of 12 connected, 1 problem", translated. */
char *        thru_cell_sum_to_words      (const ThruCellSum *sum,
                                           guint              possible);

G_END_DECLS
