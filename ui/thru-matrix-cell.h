/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-cell-state.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define THRU_TYPE_MATRIX_CELL (thru_matrix_cell_get_type ())

/* Stands for a visible crossing towards screen readers and the keyboard focus, and is never drawn; the matrix draws all crossings
 * itself. Class actions, which are its AT-SPI actions: "cell.toggle", "cell.mute", "cell.focus".
 *
 * Signals "toggle", "mute" and "entered": an action was asked for; the focus came. */
G_DECLARE_FINAL_TYPE (ThruMatrixCell, thru_matrix_cell, THRU, MATRIX_CELL, GtkWidget)

GtkWidget *   thru_matrix_cell_new        (void);

/* Rebinds it to another crossing. */
void          thru_matrix_cell_bind       (ThruMatrixCell *self,
                                           guint           row,
                                           guint           column);
void          thru_matrix_cell_unbind     (ThruMatrixCell *self);
gboolean      thru_matrix_cell_is_bound   (ThruMatrixCell *self);
guint         thru_matrix_cell_get_row    (ThruMatrixCell *self);
guint         thru_matrix_cell_get_column (ThruMatrixCell *self);

/* Whether a room of this crossing is folded, or all are open; of devices neither. */
typedef enum
{
  THRU_CELL_OF_DEVICES,
  THRU_CELL_FOLDED,
  THRU_CELL_OPEN,
} ThruCellFold;

/* Tells assistive technology what changed, and nothing when nothing did. */
void          thru_matrix_cell_set        (ThruMatrixCell *self,
                                           const char     *label,
                                           ThruCellState   state,
                                           ThruCellFold    fold);

/* Returns: (transfer none) (nullable). */
const char *  thru_matrix_cell_get_label  (ThruMatrixCell *self);

G_END_DECLS
