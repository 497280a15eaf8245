/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-matrix-cell.h"

struct _ThruMatrixCell
{
  GtkWidget     parent_instance;

  gboolean      bound;
  guint         row, column;
  char         *label;  /* owned */
  ThruCellState state;
  ThruCellFold  fold;
};

enum { TOGGLE, MUTE, ENTERED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ThruMatrixCell, thru_matrix_cell, GTK_TYPE_WIDGET)

static void
toggle_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[TOGGLE], 0);
}

static void
mute_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  g_signal_emit (widget, signals[MUTE], 0);
}

static void
focus_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  gtk_widget_grab_focus (widget);
}

static gboolean
thru_matrix_cell_grab_focus (GtkWidget *widget)
{
  gboolean grabbed = GTK_WIDGET_CLASS (thru_matrix_cell_parent_class)->grab_focus (widget);

  if (grabbed)
    {
      g_signal_emit (widget, signals[ENTERED], 0);
    }

  return grabbed;
}

static void
thru_matrix_cell_finalize (GObject *object)
{
  ThruMatrixCell *self = THRU_MATRIX_CELL (object);

  g_free (self->label);

  G_OBJECT_CLASS (thru_matrix_cell_parent_class)->finalize (object);
}

static void
thru_matrix_cell_class_init (ThruMatrixCellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->finalize = thru_matrix_cell_finalize;
  widget_class->grab_focus = thru_matrix_cell_grab_focus;

  gtk_widget_class_set_css_name (widget_class, "cell");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID_CELL);
  gtk_widget_class_install_action (widget_class, "cell.toggle", NULL, toggle_action);
  gtk_widget_class_install_action (widget_class, "cell.mute", NULL, mute_action);
  gtk_widget_class_install_action (widget_class, "cell.focus", NULL, focus_action);

  signals[TOGGLE] = g_signal_new ("toggle", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MUTE] = g_signal_new ("mute", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENTERED] = g_signal_new ("entered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
thru_matrix_cell_init (ThruMatrixCell *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
thru_matrix_cell_new (void)
{
  return g_object_new (THRU_TYPE_MATRIX_CELL, NULL);
}

void
thru_matrix_cell_bind (ThruMatrixCell *self,
                       guint           row,
                       guint           column)
{
  self->bound = TRUE;
  self->row = row;
  self->column = column;
}

void
thru_matrix_cell_unbind (ThruMatrixCell *self)
{
  self->bound = FALSE;
}

gboolean
thru_matrix_cell_is_bound (ThruMatrixCell *self)
{
  return self->bound;
}

guint
thru_matrix_cell_get_row (ThruMatrixCell *self)
{
  return self->row;
}

guint
thru_matrix_cell_get_column (ThruMatrixCell *self)
{
  return self->column;
}

static GtkAccessibleTristate
checked_of (ThruCellState state)
{
  switch (state)
    {
    case THRU_CELL_EMPTY:
    case THRU_CELL_IMPOSSIBLE:
      return GTK_ACCESSIBLE_TRISTATE_FALSE;

    case THRU_CELL_PARTIAL:
      return GTK_ACCESSIBLE_TRISTATE_MIXED;

    case THRU_CELL_CONNECTED:
    case THRU_CELL_LATE:
    case THRU_CELL_CONNECTING:
    case THRU_CELL_WAITING:
    case THRU_CELL_MUTED:
    case THRU_CELL_PROBLEM:
    default:
      return GTK_ACCESSIBLE_TRISTATE_TRUE;
    }
}

void
thru_matrix_cell_set (ThruMatrixCell *self,
                      const char     *label,
                      ThruCellState   state,
                      ThruCellFold    fold)
{
  gboolean first = self->label == NULL;

  if (g_strcmp0 (self->label, label) != 0)
    {
      g_free (self->label);
      self->label = g_strdup (label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    }
  if (first || self->state != state)
    {
      self->state = state;
      gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                                   GTK_ACCESSIBLE_STATE_CHECKED, checked_of (state),
                                   GTK_ACCESSIBLE_STATE_BUSY, state == THRU_CELL_CONNECTING,
                                   GTK_ACCESSIBLE_STATE_INVALID,
                                   state == THRU_CELL_PROBLEM ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE,
                                   GTK_ACCESSIBLE_STATE_DISABLED, state == THRU_CELL_IMPOSSIBLE,
                                   -1);
    }
  if (first || self->fold != fold)
    {
      self->fold = fold;
      gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                                   GTK_ACCESSIBLE_STATE_EXPANDED,
                                   fold == THRU_CELL_OF_DEVICES ? GTK_ACCESSIBLE_VALUE_UNDEFINED : fold == THRU_CELL_OPEN,
                                   -1);
    }
}

const char *
thru_matrix_cell_get_label (ThruMatrixCell *self)
{
  return self->label;
}
