/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-entry-dialog.h"

struct _ThruEntryDialog
{
  AdwWindow     parent_instance;

  ThruEntryFunc func;
  gpointer      user;

  /* Template children */
  GtkButton   *accept_button;
  GtkWidget   *list_box;
  AdwEntryRow *entry_row;
  GtkLabel    *error_label;
  GtkLabel    *explanation_label;
};

G_DEFINE_FINAL_TYPE (ThruEntryDialog, thru_entry_dialog, ADW_TYPE_WINDOW)

static char *
dup_text (ThruEntryDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry_row))));
}

static void
changed_cb (ThruEntryDialog *self)
{
  g_autofree char *text = dup_text (self);

  gtk_widget_set_sensitive (GTK_WIDGET (self->accept_button), *text != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
}

static void
accept_cb (ThruEntryDialog *self)
{
  g_autofree char *text = dup_text (self);
  g_autoptr(GError) error = NULL;

  if (self->func (text, self->user, &error))
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  gtk_label_set_text (self->error_label, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry_row));
}

static void
thru_entry_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), THRU_TYPE_ENTRY_DIALOG);

  G_OBJECT_CLASS (thru_entry_dialog_parent_class)->dispose (object);
}

static void
thru_entry_dialog_class_init (ThruEntryDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = thru_entry_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, THRU_APP_PATH "/thru-entry-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, ThruEntryDialog, accept_button);
  gtk_widget_class_bind_template_child (widget_class, ThruEntryDialog, list_box);
  gtk_widget_class_bind_template_child (widget_class, ThruEntryDialog, entry_row);
  gtk_widget_class_bind_template_child (widget_class, ThruEntryDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, ThruEntryDialog, explanation_label);
  gtk_widget_class_bind_template_callback (widget_class, accept_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
thru_entry_dialog_init (ThruEntryDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWindow *
thru_entry_dialog_new (GtkWindow    *parent,
                       const char   *title,
                       const char   *entry_title,
                       const char   *explanation,
                       const char   *accept,
                       const char   *text,
                       ThruEntryFunc func,
                       gpointer      user)
{
  ThruEntryDialog *self = g_object_new (THRU_TYPE_ENTRY_DIALOG, "transient-for", parent, "title", title, NULL);

  gtk_window_set_default_size (GTK_WINDOW (self), CLAMP (gtk_widget_get_width (GTK_WIDGET (parent)), 300, 440), -1);
  self->func = func;
  self->user = user;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->entry_row), entry_title);
  /* Newer versions of libadwaita show a row's title in two labels, and let a screen reader read both. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry_row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry_row), GTK_ACCESSIBLE_PROPERTY_LABEL, entry_title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list_box), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_label_set_text (self->explanation_label, explanation);
  gtk_button_set_label (self->accept_button, accept);
  gtk_editable_set_text (GTK_EDITABLE (self->entry_row), text != NULL ? text : "");
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry_row));
  return GTK_WINDOW (self);
}
