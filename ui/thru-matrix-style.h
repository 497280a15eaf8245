/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-cell-state.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Colours of the theme, and the signs of the states drawn once for each size. */
typedef struct
{
  GdkRGBA     text;
  GdkRGBA     back;
  GdkRGBA     accent;
  GdkRGBA     success;
  GdkRGBA     warning;
  GdkRGBA     error;
  gboolean    high_contrast;

  GHashTable *signs; /* owned: key -> GskRenderNode */
} ThruMatrixStyle;

void           thru_matrix_style_init      (ThruMatrixStyle *self);
void           thru_matrix_style_clear     (ThruMatrixStyle *self);

/* Reads the theme's colours. TRUE: some are others, and the signs drawn with the old ones are forgotten. */
gboolean       thru_matrix_style_load      (ThruMatrixStyle *self,
                                            GtkWidget       *widget);

/* Text colour with some opacity: grid lines, bands, dimmed text. */
GdkRGBA        thru_matrix_style_shade     (ThruMatrixStyle *self,
                                            double           opacity);

/* Lines of the grid and borders of rooms: much stronger in high contrast. */
GdkRGBA        thru_matrix_style_line      (ThruMatrixStyle *self,
                                            gboolean         strong);

/* The colour of a state's sign. */
GdkRGBA        thru_matrix_style_get_ink   (ThruMatrixStyle *self,
                                            ThruCellState    state);

/* Returns: (transfer none) (nullable): the state's sign in a square of @size pixels; NULL where there is none (empty,
 * impossible). */
GskRenderNode *thru_matrix_style_get_sign  (ThruMatrixStyle *self,
                                            ThruCellState    state,
                                            int              size);

/* Returns: (transfer none): how many of a room's crossings are connected, in a square of @size, with the sign of what deserves
 * attention at its corner. */
GskRenderNode *thru_matrix_style_get_badge (ThruMatrixStyle   *self,
                                            GtkWidget         *widget,
                                            ThruCellState      state,
                                            const ThruCellSum *sum,
                                            int                size);

/* Returns: (transfer none): the same where open rooms cross, more quietly, for the crossings themselves are in view: the sign of
 * what deserves attention, else the plain number. */
GskRenderNode *thru_matrix_style_get_count (ThruMatrixStyle   *self,
                                            GtkWidget         *widget,
                                            const ThruCellSum *sum,
                                            int                size);

/* Returns: (transfer none): the slanted lines that say "can not be" over a cell. */
GskRenderNode *thru_matrix_style_get_hatch (ThruMatrixStyle *self,
                                            int              width,
                                            int              height);

G_END_DECLS
