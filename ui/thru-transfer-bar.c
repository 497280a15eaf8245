/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-transfer-bar.h"

#include <glib/gi18n.h>

struct _ThruTransferBar
{
  AdwBin parent_instance;

  /* Owned */
  ThruStudio   *studio;
  ThruTransfer *transfer;

  gboolean      cancelled;

  /* Template children */
  GtkLabel       *title_label;
  GtkLabel       *detail_label;
  GtkProgressBar *progress_bar;
  GtkButton      *cancel_button;
};

G_DEFINE_FINAL_TYPE (ThruTransferBar, thru_transfer_bar, ADW_TYPE_BIN)

static void
cancel_cb (ThruTransferBar *self)
{
  /* One wish is enough, and its end comes by itself. The button stays as it is, for it may have the keyboard. */
  if (self->cancelled)
    return;

  self->cancelled = TRUE;
  gtk_label_set_text (self->detail_label, _("It is being cancelled…"));
  thru_studio_cancel_transfer (self->studio, self->transfer);
}

static void
thru_transfer_bar_dispose (GObject *object)
{
  ThruTransferBar *self = THRU_TRANSFER_BAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), THRU_TYPE_TRANSFER_BAR);
  g_clear_object (&self->transfer);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (thru_transfer_bar_parent_class)->dispose (object);
}

static void
thru_transfer_bar_class_init (ThruTransferBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = thru_transfer_bar_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, THRU_APP_PATH "/thru-transfer-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ThruTransferBar, title_label);
  gtk_widget_class_bind_template_child (widget_class, ThruTransferBar, detail_label);
  gtk_widget_class_bind_template_child (widget_class, ThruTransferBar, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, ThruTransferBar, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
thru_transfer_bar_init (ThruTransferBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
update (ThruTransferBar *self)
{
  guint percent = thru_transfer_get_percent (self->transfer);
  g_autofree char *sent = g_format_size (thru_transfer_get_sent (self->transfer));
  g_autofree char *length = g_format_size (thru_transfer_get_length (self->transfer));
  /* Translators: how much of a long message has been sent: "41 % (26.9 kB of 65.5 kB). Notes wait until it is over." */
  g_autofree char *detail = g_strdup_printf (_("%1$u %% (%2$s of %3$s). Notes wait until it is over."), percent, sent, length);
  g_autofree char *spoken = g_strdup_printf (_("%u percent"), percent);

  if (!self->cancelled)
    gtk_label_set_text (self->detail_label, detail);
  gtk_progress_bar_set_fraction (self->progress_bar,
                                 (double) thru_transfer_get_sent (self->transfer) / thru_transfer_get_length (self->transfer));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, spoken, -1);
}

static void
set_names (ThruTransferBar *self)
{
  ThruDevice *device = thru_transfer_get_device (self->transfer);
  ThruRoom *room = thru_device_get_room (device);
  const char *place = room == NULL || thru_room_is_own (room) ? "" : thru_room_get_name (room);
  g_autofree char *name = g_strstrip (g_strdup_printf ("%s %s", place, thru_device_get_name (device)));
  /* Translators: %s is a device, "Live room TX7" */
  g_autofree char *title = g_strdup_printf (_("%s is being sent a System Exclusive message"), name);
  g_autofree char *label = g_strdup_printf (_("Cancel the System Exclusive message to %s"), name);

  gtk_label_set_text (self->title_label, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress_bar), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

GtkWidget *
thru_transfer_bar_new (ThruStudio   *studio,
                       ThruTransfer *transfer)
{
  ThruTransferBar *self;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);
  g_return_val_if_fail (THRU_IS_TRANSFER (transfer), NULL);

  self = g_object_new (THRU_TYPE_TRANSFER_BAR, NULL);
  self->studio = g_object_ref (studio);
  self->transfer = g_object_ref (transfer);
  set_names (self);
  update (self);
  g_signal_connect_object (transfer, "notify::sent", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

ThruTransfer *
thru_transfer_bar_get_transfer (ThruTransferBar *self)
{
  g_return_val_if_fail (THRU_IS_TRANSFER_BAR (self), NULL);

  return self->transfer;
}
