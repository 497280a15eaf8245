/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define THRU_TYPE_MATRIX_LAYER (thru_matrix_layer_get_type ())

/* A part of its parent that is drawn, and drawn again, by itself: clipped, without input and without meaning to a screen
 * reader. */
G_DECLARE_FINAL_TYPE (ThruMatrixLayer, thru_matrix_layer, THRU, MATRIX_LAYER, GtkWidget)

/* @draw draws in the parent's coordinates. */
typedef void (* ThruMatrixDraw) (GtkWidget   *parent,
                                 GtkSnapshot *snapshot);

GtkWidget *thru_matrix_layer_new   (GtkWidget       *parent,
                                    ThruMatrixDraw   draw);

/* Where in the parent it lies; from the parent's size_allocate. */
void       thru_matrix_layer_place (ThruMatrixLayer *self,
                                    int              x,
                                    int              y,
                                    int              width,
                                    int              height);

G_END_DECLS
