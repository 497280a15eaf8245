/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-cell-state.h"

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* Draws the sign of @state within a square of @size at the origin: a tick on a disc, a clock, an hourglass, a dashed ring, a
 * pause, a warning triangle, half a disc. @ink: the shape; @back: what is cut out of it. */
void thru_cell_sign_draw (cairo_t       *cr,
                          ThruCellState  state,
                          double         size,
                          const GdkRGBA *ink,
                          const GdkRGBA *back);

G_END_DECLS
