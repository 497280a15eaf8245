/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-studio.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define THRU_TYPE_MATRIX_VIEW (thru_matrix_view_get_type ())

/* The whole studio as a matrix: rows are sources, columns are destinations, grouped by room. A GtkScrollable: put it in a
 * GtkScrolledWindow. While it is mapped it keeps the studio watched (thru_studio_set_watched()).
 *
 * Property "sentence" (nullable string, notifies): the crossing or header under the pointer, else under the keyboard: what it
 * is, its state and what a click does. NULL: nothing is pointed at.
 *
 * Signal "disconnected" (const char *text, ThruDevice *from, ThruDevice *to): a person removed a route here; @text says so, and
 * thru_studio_connect_route() with both devices undoes it.
 * Signal "asks" (const char *text, ThruDevice *from, ThruDevice *to): the route would close a loop, as @text says;
 * thru_studio_connect_route_anyway() makes it.
 * Signal "failed" (const char *text): what a person asked for can not be done; a sentence.
 *
 * Actions: "matrix.connect", "matrix.disconnect", "matrix.mute" (mutes or unmutes), "matrix.fold", "matrix.unfold": of the
 * crossing under the keyboard. "matrix.remove-room" (string: a room's id). */
G_DECLARE_FINAL_TYPE (ThruMatrixView, thru_matrix_view, THRU, MATRIX_VIEW, GtkWidget)

GtkWidget * thru_matrix_view_new            (void);

/* @studio: (nullable). */
void        thru_matrix_view_set_studio     (ThruMatrixView *self,
                                             ThruStudio     *studio);

/* Returns: (transfer none) (nullable). */
const char *thru_matrix_view_get_sentence   (ThruMatrixView *self);

/* Steps away from the cell size that suits the number of rooms; clamped to what there is. 0: back to it. */
void        thru_matrix_view_set_zoom       (ThruMatrixView *self,
                                             int             zoom);
void        thru_matrix_view_zoom_in        (ThruMatrixView *self);
void        thru_matrix_view_zoom_out       (ThruMatrixView *self);

/* Folds or opens all rooms on both axes. */
void        thru_matrix_view_set_all_folded (ThruMatrixView *self,
                                             gboolean        folded);

G_END_DECLS
