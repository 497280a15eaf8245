/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-cell-sign.h"

#include <math.h>

/* Every shape is drawn in a square of 24 units. */
#define UNITS 24.0
#define MIDDLE (UNITS / 2)

static void
draw_disc (cairo_t *cr,
           double   radius)
{
  cairo_arc (cr, MIDDLE, MIDDLE, radius, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
draw_tick (cairo_t *cr)
{
  cairo_move_to (cr, 7.2, 12.6);
  cairo_line_to (cr, 10.6, 16);
  cairo_line_to (cr, 17, 8.8);
  cairo_set_line_width (cr, 2.4);
  cairo_stroke (cr);
}

/* Of a clock. */
static void
draw_hands (cairo_t *cr)
{
  cairo_move_to (cr, MIDDLE, 5.5);
  cairo_line_to (cr, MIDDLE, 12.6);
  cairo_line_to (cr, 16.6, 15.4);
  cairo_set_line_width (cr, 2.4);
  cairo_stroke (cr);
}

static void
draw_hourglass (cairo_t *cr)
{
  cairo_move_to (cr, 5.5, 3);
  cairo_line_to (cr, 18.5, 3);
  cairo_line_to (cr, 13, 12);
  cairo_line_to (cr, 18.5, 21);
  cairo_line_to (cr, 5.5, 21);
  cairo_line_to (cr, 11, 12);
  cairo_close_path (cr);
  cairo_set_line_width (cr, 2.2);
  cairo_stroke_preserve (cr);
  cairo_clip (cr);
  cairo_rectangle (cr, 0, 16, UNITS, 8);
  cairo_rectangle (cr, 0, 7, UNITS, 5);
  cairo_fill (cr);
}

static void
draw_dashed_ring (cairo_t *cr)
{
  const double radius = 8.6;
  const double dash = 2 * G_PI * radius / 12;

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_dash (cr, &dash, 1, dash / 2);
  cairo_arc (cr, MIDDLE, MIDDLE, radius, 0, 2 * G_PI);
  cairo_set_line_width (cr, 2.8);
  cairo_stroke (cr);
}

static void
draw_pause (cairo_t *cr)
{
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, 9.2, 7.5);
  cairo_line_to (cr, 9.2, 16.5);
  cairo_move_to (cr, 14.8, 7.5);
  cairo_line_to (cr, 14.8, 16.5);
  cairo_stroke (cr);
}

static void
draw_triangle (cairo_t *cr)
{
  cairo_move_to (cr, 12, 3.4);
  cairo_line_to (cr, 21.8, 20.4);
  cairo_line_to (cr, 2.2, 20.4);
  cairo_close_path (cr);
  cairo_set_line_width (cr, 2.4);
  cairo_stroke_preserve (cr);
  cairo_fill (cr);
}

static void
draw_exclamation (cairo_t *cr)
{
  cairo_set_line_width (cr, 2.4);
  cairo_move_to (cr, 12, 9);
  cairo_line_to (cr, 12, 14);
  cairo_stroke (cr);
  cairo_arc (cr, 12, 18, 1.4, 0, 2 * G_PI);
  cairo_fill (cr);
}

static void
draw_half_disc (cairo_t *cr)
{
  cairo_arc (cr, MIDDLE, MIDDLE, 9, 0, 2 * G_PI);
  cairo_set_line_width (cr, 2.4);
  cairo_stroke (cr);
  cairo_arc (cr, MIDDLE, MIDDLE, 9, 0, G_PI);
  cairo_fill (cr);
}

void
thru_cell_sign_draw (cairo_t       *cr,
                     ThruCellState  state,
                     double         size,
                     const GdkRGBA *ink,
                     const GdkRGBA *back)
{
  cairo_save (cr);
  cairo_scale (cr, size / UNITS, size / UNITS);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  gdk_cairo_set_source_rgba (cr, ink);

  switch (state)
    {
    case THRU_CELL_CONNECTED:
      draw_disc (cr, 11);
      gdk_cairo_set_source_rgba (cr, back);
      draw_tick (cr);
      break;

    case THRU_CELL_LATE:
      draw_disc (cr, 11);
      gdk_cairo_set_source_rgba (cr, back);
      draw_hands (cr);
      break;

    case THRU_CELL_CONNECTING:
      draw_hourglass (cr);
      break;

    case THRU_CELL_WAITING:
      draw_dashed_ring (cr);
      break;

    case THRU_CELL_MUTED:
      draw_disc (cr, 11);
      gdk_cairo_set_source_rgba (cr, back);
      draw_pause (cr);
      break;

    case THRU_CELL_PROBLEM:
      draw_triangle (cr);
      gdk_cairo_set_source_rgba (cr, back);
      draw_exclamation (cr);
      break;

    case THRU_CELL_PARTIAL:
      draw_half_disc (cr);
      break;

    case THRU_CELL_EMPTY:
    case THRU_CELL_IMPOSSIBLE:
    default:
      break;
    }

  cairo_restore (cr);
}
