/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-first-page.h"

struct _ThruFirstPage
{
  AdwBin parent_instance;

  /* Owned */
  ThruStudio *studio;

  /* Template children */
  AdwEntryRow *name_row;
  GtkLabel    *error_label;
  GtkButton   *start_button;
};

G_DEFINE_FINAL_TYPE (ThruFirstPage, thru_first_page, ADW_TYPE_BIN)

static void
name_changed_cb (ThruFirstPage *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));

  gtk_widget_set_sensitive (GTK_WIDGET (self->start_button), *name != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), FALSE);
}

static void
start_cb (ThruFirstPage *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
  g_autoptr(GError) error = NULL;

  if (thru_studio_set_room_name (self->studio, name, &error))
    return;

  gtk_label_set_text (self->error_label, error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}

static void
thru_first_page_dispose (GObject *object)
{
  ThruFirstPage *self = THRU_FIRST_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), THRU_TYPE_FIRST_PAGE);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (thru_first_page_parent_class)->dispose (object);
}

static void
thru_first_page_class_init (ThruFirstPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = thru_first_page_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, THRU_APP_PATH "/thru-first-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ThruFirstPage, name_row);
  gtk_widget_class_bind_template_child (widget_class, ThruFirstPage, error_label);
  gtk_widget_class_bind_template_child (widget_class, ThruFirstPage, start_button);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
}

static void
thru_first_page_init (ThruFirstPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* As in ThruEntryDialog. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->name_row), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->name_row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  adw_preferences_row_get_title (ADW_PREFERENCES_ROW (self->name_row)), -1);
  /* Not bound as a template child: GTK would unparent it behind AdwBin's back. */
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (adw_bin_get_child (ADW_BIN (self))), THRU_APP_ID);
}

void
thru_first_page_set_studio (ThruFirstPage *self,
                            ThruStudio    *studio)
{
  g_return_if_fail (THRU_IS_FIRST_PAGE (self));
  g_return_if_fail (THRU_IS_STUDIO (studio));

  g_set_object (&self->studio, studio);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), thru_room_get_name (thru_studio_get_own_room (studio)));
  gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}
