/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-layer.h"

struct _ThruMatrixLayer
{
  GtkWidget      parent_instance;

  ThruMatrixDraw draw;
  int            x, y;
};

G_DEFINE_FINAL_TYPE (ThruMatrixLayer, thru_matrix_layer, GTK_TYPE_WIDGET)

static void
thru_matrix_layer_snapshot (GtkWidget   *widget,
                            GtkSnapshot *snapshot)
{
  ThruMatrixLayer *self = THRU_MATRIX_LAYER (widget);

  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (-self->x, -self->y));
  self->draw (gtk_widget_get_parent (widget), snapshot);
}

static void
thru_matrix_layer_class_init (ThruMatrixLayerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = thru_matrix_layer_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
thru_matrix_layer_init (ThruMatrixLayer *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

GtkWidget *
thru_matrix_layer_new (GtkWidget     *parent,
                       ThruMatrixDraw draw)
{
  ThruMatrixLayer *self = g_object_new (THRU_TYPE_MATRIX_LAYER, NULL);

  self->draw = draw;
  gtk_widget_set_parent (GTK_WIDGET (self), parent);

  return GTK_WIDGET (self);
}

void
thru_matrix_layer_place (ThruMatrixLayer *self,
                         int              x,
                         int              y,
                         int              width,
                         int              height)
{
  self->x = x;
  self->y = y;
  /* GTK wants every child measured before it is allocated. */
  gtk_widget_measure (GTK_WIDGET (self), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_size_allocate (GTK_WIDGET (self), &(GtkAllocation) { x, y, width, height }, -1);
}
