/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-problem-bar.h"

#include <glib/gi18n.h>

struct _ThruProblemBar
{
  AdwBin parent_instance;

  /* Owned */
  ThruProblem *problem;

  /* Template children */
  GtkBox    *content_box;
  GtkLabel  *title_label;
  GtkLabel  *detail_label;
  GtkLabel  *command_label;
  GtkButton *copy_button;
  GtkButton *identity_button;
};

G_DEFINE_FINAL_TYPE (ThruProblemBar, thru_problem_bar, ADW_TYPE_BIN)

static void
copy_cb (ThruProblemBar *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), thru_problem_get_command (self->problem));
  gtk_button_set_label (self->copy_button, _("Copied"));
}

static void
thru_problem_bar_dispose (GObject *object)
{
  ThruProblemBar *self = THRU_PROBLEM_BAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), THRU_TYPE_PROBLEM_BAR);
  g_clear_object (&self->problem);

  G_OBJECT_CLASS (thru_problem_bar_parent_class)->dispose (object);
}

static void
thru_problem_bar_class_init (ThruProblemBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = thru_problem_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, THRU_APP_PATH "/thru-problem-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ThruProblemBar, content_box);
  gtk_widget_class_bind_template_child (widget_class, ThruProblemBar, title_label);
  gtk_widget_class_bind_template_child (widget_class, ThruProblemBar, detail_label);
  gtk_widget_class_bind_template_child (widget_class, ThruProblemBar, command_label);
  gtk_widget_class_bind_template_child (widget_class, ThruProblemBar, copy_button);
  gtk_widget_class_bind_template_child (widget_class, ThruProblemBar, identity_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
thru_problem_bar_init (ThruProblemBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
thru_problem_bar_new (ThruProblem *problem)
{
  ThruProblemBar *self;
  const char *command;
  gboolean here;

  g_return_val_if_fail (THRU_IS_PROBLEM (problem), NULL);

  self = g_object_new (THRU_TYPE_PROBLEM_BAR, NULL);
  self->problem = g_object_ref (problem);
  command = thru_problem_get_command (problem);

  gtk_label_set_text (self->title_label, thru_problem_get_title (problem));
  gtk_label_set_text (self->detail_label, thru_problem_get_detail (problem));
  here = thru_problem_get_kind (problem) == THRU_PROBLEM_IDENTITY && command != NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->identity_button), here);
  gtk_widget_set_visible (GTK_WIDGET (self->copy_button), command != NULL && !here);
  gtk_label_set_text (self->command_label, command != NULL ? command : "");
  gtk_widget_set_visible (GTK_WIDGET (self->command_label), command != NULL && !here);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, thru_problem_get_title (problem),
                                  -1);
  return GTK_WIDGET (self);
}

void
thru_problem_bar_set_narrow (ThruProblemBar *self,
                             gboolean        narrow)
{
  g_return_if_fail (THRU_IS_PROBLEM_BAR (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->content_box),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}
